#!/usr/bin/env python3
"""pyHanko's half.

pyhanko_peer.py sign KEYS DOCS OUT     signs all there is; prints `file TAB condition TAB condition...` for sealcore's report
pyhanko_peer.py add KEYS KEY IN OUT    one more signature
pyhanko_peer.py fill IN OUT FIELD TEXT fills in a form
pyhanko_peer.py wrap IN OUT COMMAND... a CMS that another program makes: COMMAND gets a folder with signed.bin, leaves contents.der
pyhanko_peer.py verify TRUST FILE...   one JSON object a line, in the words of judge.py

pyHanko runs as its users run it, with its own rules for what may change after a signature.
"""
import datetime
import io
import json
import logging
import pathlib
import subprocess
import sys
import tempfile

from asn1crypto import pem, x509
from asn1crypto.crl import CertificateList
from pyhanko.pdf_utils import generic, images, layout
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from world import PASSWORD

POINTS = 72 / 25.4
# The seal of the tests: 40 mm x 30 mm with its top left corner at 120 mm, 20 mm of an A4 page, in points from below.
SEAL_BOX = tuple(round(n, 3) for n in (120 * POINTS, 842 - 50 * POINTS, 160 * POINTS, 842 - 20 * POINTS))


def read_trust(folder):
    roots = [x509.Certificate.load(pem.unarmor(path.read_bytes())[2]) for path in sorted(folder.glob("*.pem"))]
    crls = [CertificateList.load(der(path.read_bytes())) for path in sorted(folder.glob("*.crl"))]
    return roots, crls


def der(data):
    return pem.unarmor(data)[2] if pem.detect(data) else data


def context(trust):
    roots, crls = read_trust(pathlib.Path(trust))
    return ValidationContext(trust_roots=roots, crls=crls, allow_fetching=False, revocation_mode="soft-fail")


def fill(source, target, values):
    """Form filling as a viewer does it: the value and nothing else."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pathlib.Path(source).read_bytes()))
    for reference in writer.root["/AcroForm"].raw_get("/Fields"):
        field = reference.get_object()
        if field["/T"] in values:
            field["/V"] = generic.pdf_string(values[field["/T"]])
            writer.mark_update(reference)
    with open(target, "wb") as output:
        writer.write(output)


class Signing:
    def __init__(self, keys, docs, out):
        self.keys, self.docs, self.out = pathlib.Path(keys), pathlib.Path(docs), pathlib.Path(out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.signers = {n: signers.SimpleSigner.load_pkcs12(str(self.keys / f"{n}.p12"), passphrase=PASSWORD.encode())
                        for n in ("rsa", "ec", "ec384")}
        self.pss = signers.SimpleSigner.load_pkcs12(
            str(self.keys / "rsa.p12"), passphrase=PASSWORD.encode(), prefer_pss=True)
        self.signers["pss"] = self.pss
        tsa = signers.SimpleSigner.load_pkcs12(str(self.keys / "tsa.p12"), passphrase=PASSWORD.encode())
        store = SimpleCertificateStore()
        store.register_multiple(tsa.cert_registry)
        self.timestamper = DummyTimeStamper(tsa.signing_cert, tsa.signing_key, certs_to_embed=store)
        self.style = self.stamp(1)

    def stamp(self, opacity):
        return TextStampStyle(
            stamp_text=" ", border_width=0, background=images.PdfImage(str(self.keys / "quad.png")), background_opacity=opacity,
            background_layout=layout.SimpleBoxLayoutRule(
                x_align=layout.AxisAlignment.ALIGN_MID, y_align=layout.AxisAlignment.ALIGN_MID,
                inner_content_scaling=layout.InnerScaling.STRETCH_FILL))

    def made(self, file, *conditions):
        print(self.out / file, *conditions, sep="\t")

    def sign(self, source, target, key="rsa", field="Signature1", box=None, stamped=False, spec=None, password=None, **meta):
        meta.setdefault("subfilter", SigSeedSubFilter.PADES)
        writer = IncrementalPdfFileWriter(io.BytesIO(pathlib.Path(source).read_bytes()))
        if password:
            writer.encrypt(password)
        timestamper = self.timestamper if meta.pop("timed", False) else None
        signer = signers.PdfSigner(
            signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256", **meta), self.signers[key],
            timestamper=timestamper, stamp_style=self.style if box or stamped else None,
            new_field_spec=spec or (SigFieldSpec(field, box=box) if box else None))
        with open(self.out / target, "wb") as output:
            signer.sign_pdf(writer, output=output)
        return self.out / target

    def fill(self, source, target, **values):
        fill(source, self.out / target, values)

    def everything(self):
        plain, form = self.docs / "plain.pdf", self.docs / "form.pdf"
        good = ("verdict=valid", "*.verdict=valid", "*.integrity=intact", "*.coverage=whole", "*.trust=trusted",
                "*.kind=signature", "*.standard=CMS")
        one = (*good, "signatures=1", "0.changes=none", "0.signed_at=now")
        for key in self.signers:
            self.sign(plain, f"{key}.pdf", key)
            self.made(f"{key}.pdf", *one, "0.id=Signature1")
        self.sign(plain, "adbe.pdf", subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
        self.made("adbe.pdf", *one)
        for shape in ("plain", "rotate90", "cropbox"):
            self.sign(self.docs / f"{shape}.pdf", f"visible-{shape}.pdf", "ec", box=SEAL_BOX)
            self.made(f"visible-{shape}.pdf", *one)
        self.style = self.stamp(0.5)
        self.sign(plain, "opacity.pdf", "ec", box=SEAL_BOX)
        self.style = self.stamp(1)
        for kind in ("objstm", "aes256", "aes128", "rc4"):
            password = "reader" if kind in ("aes256", "aes128", "rc4") else None
            self.sign(self.docs / f"{kind}.pdf", f"{kind}.pdf", "ec", password=password)
            self.made(f"{kind}.pdf", *one)

        self.sign(self.out / "rsa.pdf", "second.pdf", "ec", "Signature2", box=SEAL_BOX)
        two = (*good, "signatures=2", "0.changes=permitted", "1.changes=none")
        self.made("second.pdf", *two)
        self.sign(self.out / "second.pdf", "third.pdf", "ec384", "Signature3")
        self.made("third.pdf", *good, "signatures=3", "0.changes=permitted", "1.changes=permitted", "2.changes=none")
        self.sign(form, "existing.pdf", "ec", "Seal", stamped=True)
        self.made("existing.pdf", *one, "0.id=Seal")

        levels = ((1, MDPPerm.NO_CHANGES), (2, MDPPerm.FILL_FORMS), (3, MDPPerm.ANNOTATE))
        for number, level in levels:
            self.sign(form, f"certified{number}.pdf", "rsa", "Approval", certify=True, docmdp_permissions=level)
            self.made(f"certified{number}.pdf", *one)
            self.fill(self.out / f"certified{number}.pdf", f"certified{number}-filled.pdf", Amount="200")
            if number == 1:
                self.made("certified1-filled.pdf", "verdict=invalid", "0.integrity=intact", "0.changes=forbidden")
                continue
            self.made(f"certified{number}-filled.pdf", *good, "signatures=1", "0.changes=permitted")
            self.sign(self.out / f"certified{number}.pdf", f"certified{number}-signed.pdf", "ec", "Seal", stamped=True)
            self.made(f"certified{number}-signed.pdf", *two)

        locks = {"all": FieldMDPSpec(FieldMDPAction.ALL), "include": FieldMDPSpec(FieldMDPAction.INCLUDE, ["Amount"]),
                 "exclude": FieldMDPSpec(FieldMDPAction.EXCLUDE, ["Remark"])}
        for name, lock in locks.items():
            spec = SigFieldSpec("Locking", field_mdp_spec=lock)
            self.sign(form, f"lock-{name}.pdf", "ec", "Locking", spec=spec)
            self.made(f"lock-{name}.pdf", *one)
            self.fill(self.out / f"lock-{name}.pdf", f"lock-{name}-amount.pdf", Amount="200")
            self.made(f"lock-{name}-amount.pdf", "verdict=invalid", "0.integrity=intact", "0.changes=forbidden")
            self.fill(self.out / f"lock-{name}.pdf", f"lock-{name}-remark.pdf", Remark="seen")
            if name == "all":
                self.made("lock-all-remark.pdf", "verdict=invalid", "0.integrity=intact", "0.changes=forbidden")
            else:
                self.made(f"lock-{name}-remark.pdf", *good, "signatures=1", "0.changes=permitted")
        self.sign(form, "unlocked.pdf", "rsa", "Approval")
        self.fill(self.out / "unlocked.pdf", "unlocked-filled.pdf", Amount="200")
        self.made("unlocked-filled.pdf", *good, "signatures=1", "0.changes=permitted")

        # Above B-B: the time stamps are judged, and prove the time.
        roots, crls = read_trust(self.keys / "trust")
        known = ValidationContext(trust_roots=roots, crls=crls, allow_fetching=False, revocation_mode="hard-fail")
        held = ("verdict=valid", "0.integrity=intact", "0.trust=trusted", "0.timestamp.verified=true")
        self.sign(plain, "b-t.pdf", "rsa", timed=True)
        self.made("b-t.pdf", *held, "signatures=1", "0.kind=signature", "0.coverage=whole")
        self.sign(plain, "b-lt.pdf", "ec", timed=True, embed_validation_info=True, validation_context=known)
        self.made("b-lt.pdf", *held, "signatures=1", "0.kind=signature", "0.changes=permitted")
        self.sign(plain, "b-lta.pdf", "rsa", timed=True, embed_validation_info=True, validation_context=known,
                  use_pades_lta=True)
        self.made("b-lta.pdf", *held, "signatures=2", "0.kind=signature", "1.kind=timestamp", "0.changes=permitted",
                  "1.integrity=intact", "1.trust=trusted", "1.timestamp.verified=true")

        # What is not signed, or no longer what was signed.
        altered = bytearray((self.out / "ec.pdf").read_bytes())
        altered[altered.index(b"contract")] ^= 1
        (self.out / "altered.pdf").write_bytes(altered)
        self.made("altered.pdf", "verdict=invalid", "0.integrity=altered")


def add(keys, key, source, target):
    target = pathlib.Path(target)
    Signing(keys, target.parent, target.parent).sign(source, target.name, key, field="Added")


def wrap(source, target, *command):
    """Only the frame is pyHanko's, so keys and algorithms that it knows nothing of go through."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pathlib.Path(source).read_bytes()))
    steps = PdfCMSEmbedder().write_cms(field_name="Signature1", writer=writer)
    next(steps)
    value = PdfSignedData(obj_type=generic.pdf_name("/Sig"), subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
                          bytes_reserved=16384, timestamp=datetime.datetime.now(datetime.timezone.utc))
    steps.send(SigObjSetup(sig_placeholder=value))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256", output=io.BytesIO()))
    data = output.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        signed = data[:prepared.reserved_region_start] + data[prepared.reserved_region_end:]
        pathlib.Path(folder, "signed.bin").write_bytes(signed)
        subprocess.run([*command, folder], check=True)
        steps.send(pathlib.Path(folder, "contents.der").read_bytes())
    pathlib.Path(target).write_bytes(output.getvalue())


def status_of(embedded, trusted):
    timestamp = embedded.sig_object.get("/Type") == "/DocTimeStamp"
    base = {"field": embedded.field_name, "kind": "timestamp" if timestamp else "signature"}
    if timestamp:
        status = validate_pdf_timestamp(embedded, validation_context=trusted)
    else:
        # Judged at the claimed time: these are signatures of minutes ago.
        status = validate_pdf_signature(embedded, signer_validation_context=trusted, ts_validation_context=trusted)
    return {
        **base,
        "intact": yes(status.intact),
        "valid": yes(status.valid),
        "trusted": yes(status.trusted),
        "coverage": status.coverage.name.lower(),
        "changes": status.modification_level.name.lower() if status.modification_level else "undetermined",
        "permitted": yes(status.docmdp_ok is not False),
        "accepted": yes(status.valid and status.trusted if timestamp else status.bottom_line),
    }


def yes(value):
    return "yes" if value else "no"


def verify(trust, *files):
    for file in files:
        answer = {"peer": "pyhanko", "file": file}
        try:
            with open(file, "rb") as source:
                reader = PdfFileReader(source)
                if reader.encrypted:
                    reader.decrypt("reader")
                # A context keeps what one validation learnt, so each gets its own.
                answer["signatures"] = [status_of(s, context(trust)) for s in reader.embedded_signatures]
        except Exception as error:  # whatever it ends in is its answer
            answer["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    verbs = {"sign": lambda *a: Signing(*a).everything(), "add": add, "fill": lambda i, o, *v: fill(i, o, {v[0]: v[1]}), "wrap": wrap, "verify": verify}
    if len(sys.argv) < 3 or sys.argv[1] not in verbs:
        sys.exit(__doc__)
    verbs[sys.argv[1]](*sys.argv[2:])
