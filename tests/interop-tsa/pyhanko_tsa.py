#!/usr/bin/env python3
"""pyHanko's half.

pyhanko_tsa.py token URL CA OUT                 asks over HTTP, validates the token, writes it
pyhanko_tsa.py sign URL CA KEY CERT IN OUT      signs a PDF with a time stamp from URL, and validates it
pyhanko_tsa.py make KEY CERT CA DATA OUT        a token of pyHanko's own over DATA
pyhanko_tsa.py check CA FILE                    the last signature of FILE: intact, with a time stamp that is trusted
"""
import asyncio
import hashlib
import io
import pathlib
import sys

from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import DummyTimeStamper, HTTPTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore


def context(ca):
    return ValidationContext(trust_roots=[load_cert_from_pemder(ca)], allow_fetching=False, revocation_mode="soft-fail")


def token(url, ca, out):
    digest = hashlib.sha256(b"data of pyHanko").digest()
    made, status = asyncio.run(ask(url, ca, digest))
    assert status["intact"] and status["valid"], status
    assert status["trust_problem_indic"] is None, status
    pathlib.Path(out).write_bytes(made.dump())


async def ask(url, ca, digest):
    made = await HTTPTimeStamper(url).async_timestamp(digest, "sha256")
    return made, await validate_tst_signed_data(made["content"], context(ca), lambda _: digest)


def sign(url, ca, key, cert, source, target):
    signer = signers.SimpleSigner.load(key, cert, ca_chain_files=[ca])
    writer = IncrementalPdfFileWriter(io.BytesIO(pathlib.Path(source).read_bytes()))
    meta = PdfSignatureMetadata(field_name="Stamped", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    signed = signers.sign_pdf(writer, meta, signer=signer, timestamper=HTTPTimeStamper(url))
    pathlib.Path(target).write_bytes(signed.getvalue())
    check(ca, target)


def check(ca, path):
    embedded = PdfFileReader(io.BytesIO(pathlib.Path(path).read_bytes())).embedded_signatures[-1]
    status = validate_pdf_signature(embedded, context(ca), ts_validation_context=context(ca))
    assert status.intact and status.valid and status.trusted, status.pretty_print_details()
    stamp = status.timestamp_validity
    assert stamp is not None and stamp.intact and stamp.valid and stamp.trusted, status.pretty_print_details()
    print(stamp.timestamp)


def make(key, cert, ca, data, out):
    registry = SimpleCertificateStore()
    registry.register(load_cert_from_pemder(ca))
    stamper = DummyTimeStamper(load_cert_from_pemder(cert), load_private_key_from_pemder(key, passphrase=None), certs_to_embed=registry)
    digest = hashlib.sha256(pathlib.Path(data).read_bytes()).digest()
    made = asyncio.run(stamper.async_timestamp(digest, "sha256"))
    pathlib.Path(out).write_bytes(made.dump())


if __name__ == "__main__":
    {"token": token, "sign": sign, "make": make, "check": check}[sys.argv[1]](*sys.argv[2:])
