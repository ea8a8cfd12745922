#!/usr/bin/env python3
"""Keys, certificates, revocation lists and a test picture that owe nothing to sealcore: world.py DIR

Leaves rsa|ec|ec384|tsa.{key.pem,cert.pem,p12} (password in PASSWORD), trust/ with the authorities and their CRLs, and quad.png.
"""
import datetime
import pathlib
import struct
import sys
import zlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PASSWORD = "interop-test"

# The four quarters of the test picture, as a reader sees them: top left, top right, bottom left, bottom right. All
# different, so that any turn or mirror shows, and none white or black, as pages and text are.
QUARTERS = ((220, 30, 30), (20, 160, 40), (30, 60, 200), (230, 170, 20))


def picture(width, height, alpha=255):
    """A PNG of four flat quarters."""
    def row(left, right):
        half = width // 2
        return b"\0" + bytes((*left, alpha)) * half + bytes((*right, alpha)) * (width - half)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = row(*QUARTERS[:2]) * (height // 2) + row(*QUARTERS[2:]) * (height - height // 2)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def name(common):
    parts = ((NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, "interop"), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def usage(**on):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{n: on.get(n, False) for n in names})


def certificate(common, key, issuer_name, issuer_key, ca=False, tsa=False):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common))
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(days=2))
        .not_valid_after(NOW + datetime.timedelta(days=3650 if ca else 1000))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(usage(key_cert_sign=True, crl_sign=True) if ca
                       else usage(digital_signature=True, content_commitment=not tsa), critical=True)
    )
    if tsa:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if not ca:
        # EU DSS looks for revocation data only where the certificate says that there is some. Nobody answers there.
        point = x509.DistributionPoint([x509.UniformResourceIdentifier("http://crl.invalid/interop.crl")], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def revocation_list(ca, key):
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.subject)
        .last_update(NOW - datetime.timedelta(hours=1))
        .next_update(NOW + datetime.timedelta(days=30))
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def rsa_key():
    # 3072: EU DSS judges by ETSI TS 119 312, which has no trust in shorter ones.
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def write(folder, stem, key, own, ca):
    (folder / f"{stem}.cert.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))
    (folder / f"{stem}.key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    (folder / f"{stem}.p12").write_bytes(pkcs12.serialize_key_and_certificates(
        stem.encode(), key, own, [ca], serialization.BestAvailableEncryption(PASSWORD.encode())))


def main(folder):
    folder = pathlib.Path(folder)
    trust = folder / "trust"
    trust.mkdir(parents=True)
    families = {
        "rsa": (rsa_key, ["rsa", "tsa"]),
        "ec": (lambda: ec.generate_private_key(ec.SECP256R1()), ["ec"]),
        "ec384": (lambda: ec.generate_private_key(ec.SECP384R1()), ["ec384"]),
    }
    for family, (new_key, members) in families.items():
        ca_key = new_key()
        ca = certificate(f"Interop {family} CA", ca_key, name(f"Interop {family} CA"), ca_key, ca=True)
        (trust / f"{family}-ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        (trust / f"{family}-ca.crl").write_bytes(revocation_list(ca, ca_key).public_bytes(serialization.Encoding.DER))
        for member in members:
            key = new_key()
            own = certificate(f"Interop {member}", key, ca.subject, ca_key, tsa=member == "tsa")
            write(folder, member, key, own, ca)
    (folder / "quad.png").write_bytes(picture(400, 300))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
