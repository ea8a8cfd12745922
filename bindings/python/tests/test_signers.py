"""Who signs: keys, the application's code, devices."""

from __future__ import annotations

import os
import tempfile
import unittest
from typing import Callable, List

import sealcore
from sealcore import CancelledError, DeviceFailure, Key, PasswordError, SealcoreError, Signer, Status
from support import TestCase, password, signer


class Keys(TestCase):
    def test_open_and_from_key(self) -> None:
        file = self.demo / "keys" / "signer.p12"
        with Signer.open(file, password("signer")) as one, Signer.from_key(file.read_bytes(), password("signer").encode()) as two:
            self.assertEqual(one.certificate, two.certificate)
            self.assertEqual(one.algorithm, two.algorithm)
            self.assertIn("SM2", one.algorithm)
            value = one.sign_digest(bytes(32))
            self.assertLessEqual(len(value), one.max_signature_len)
            with self.assertRaises(SealcoreError):
                one.sign_digest(b"short")
        with self.assertRaises(PasswordError) as error:
            Signer.open(file, "wrong")
        self.assertEqual(error.exception.status, Status.E_PASSWORD)
        with self.assertRaises(PasswordError):
            Signer.open(file)

    def test_generate_certify_save_load(self) -> None:
        with Key.generate("sm2") as key, signer("ca") as issuer:
            request = key.request_certificate("CN=测试,C=CN")
            self.assertIn(b"CERTIFICATE REQUEST", request)
            certificate = sealcore.issue_certificate(issuer, request=request, profile="unit")
            self.assertIn("测试", str(sealcore.inspect_certificate(certificate)))
            pfx = key.pkcs12(certificate, "secret", "test")
            with Signer.from_key(pfx, "secret") as made, self.document() as document, self.request_without_seal() as plain:
                self.assertValid(document.sign(plain, made))
            with Key.load(key.pkcs8("secret"), "secret") as again, Signer.from_key(key.pkcs8(), certificates=certificate) as same:
                self.assertEqual(again.pkcs8(), key.pkcs8())
                self.assertEqual(same.sign_digest(bytes(32))[:1], b"\x30")
            own = sealcore.issue_certificate(key=key, subject="CN=own,C=CN", profile="unit")
            self.assertIn(b"BEGIN CERTIFICATE", own)
        with self.assertRaises(SealcoreError):
            Key.generate("no such algorithm")

    def test_key_by_name(self) -> None:
        with tempfile.TemporaryDirectory() as folder, Key.generate("p256") as key:
            file = os.path.join(folder, "unit.key")
            with open(file, "wb") as out:
                out.write(key.pkcs8("secret"))
            for uri in (file, "file:" + file):
                with Key.open(uri, "secret") as again:
                    self.assertEqual(again.pkcs8(), key.pkcs8())
                    self.assertIn(b"CERTIFICATE REQUEST", again.request_certificate("CN=test"))
            with self.assertRaises(PasswordError):
                Key.open(file)
        for scheme in ("pkcs11", "skf", "sdf"):
            with self.assertRaises(SealcoreError) as error:
                Key.open(scheme + ":?module-path=/nothing.so", "12345678")
            self.assertNotIn("12345678", str(error.exception))

    def request_without_seal(self) -> sealcore.Request:
        return sealcore.Request()

    def test_crl(self) -> None:
        with signer("ca") as issuer:
            crl = sealcore.issue_crl(issuer)
        with sealcore.Verifier() as verifier:
            verifier.add_crl(crl)

    def test_devices(self) -> None:
        with self.assertRaises(SealcoreError) as error:
            sealcore.list_devices("skf:?module-path=/nothing.so", "12345678")
        self.assertNotIn("12345678", str(error.exception))


class External(TestCase):
    def sign(self, sign_digest: Callable[[bytes], bytes]) -> bytes:
        certificate = (self.demo / "keys" / "signer.crt").read_bytes()
        with Signer.external(certificate, sign_digest) as external, self.document() as document, self.request() as request:
            return document.sign(request, external)

    def test_signs(self) -> None:
        digests: List[bytes] = []
        with signer() as device:

            def sign_digest(digest: bytes) -> bytes:
                digests.append(digest)
                return device.sign_digest(digest)

            self.assertValid(self.sign(sign_digest))
        self.assertEqual([len(digest) for digest in digests], [32])

    def test_message(self) -> None:
        seen: List[bytes] = []

        def sign_message(message: bytes) -> bytes:
            seen.append(message)
            raise DeviceFailure(0x0A000025)

        certificate = (self.demo / "keys" / "signer.crt").read_bytes()
        with Signer.external(certificate, sign_message=sign_message) as external, self.document() as document:
            with self.request() as request, self.assertRaises(SealcoreError) as error:
                document.sign(request, external)
        self.assertEqual(error.exception.vendor_code, 0x0A000025)
        self.assertEqual(len(seen), 1)
        with self.assertRaises(ValueError):
            Signer.external(certificate)

    def test_what_it_raises_is_the_cause(self) -> None:
        def fails(digest: bytes) -> bytes:
            raise RuntimeError("unplugged")

        with self.assertRaises(SealcoreError) as error:
            self.sign(fails)
        self.assertEqual(error.exception.status, Status.E_SIGNER)
        self.assertIsInstance(error.exception.__cause__, RuntimeError)

        def stops(digest: bytes) -> bytes:
            raise SystemExit(3)

        with self.assertRaises(SystemExit):
            self.sign(stops)

    def test_vendor_code(self) -> None:
        def locked(digest: bytes) -> bytes:
            raise DeviceFailure(0x0A000024, "PIN incorrect")

        with self.assertRaises(SealcoreError) as error:
            self.sign(locked)
        self.assertEqual(error.exception.vendor_code, 0x0A000024)
        self.assertIn("0x0A000024", str(error.exception))
        self.assertIsInstance(error.exception.__cause__, DeviceFailure)

    def test_refused_by_a_person(self) -> None:
        def refuses(digest: bytes) -> bytes:
            raise CancelledError

        with self.assertRaises(CancelledError):
            self.sign(refuses)

    def test_nonsense_is_never_embedded(self) -> None:
        for nonsense in (b"", bytes(64), b"\xff" * 70, bytes(100_000), "text", None):
            with self.subTest(nonsense=repr(nonsense)[:20]), self.assertRaises(SealcoreError):
                self.sign(lambda digest: nonsense)  # type: ignore[arg-type, return-value]

    def test_may_use_other_objects_but_not_itself(self) -> None:
        certificate = (self.demo / "keys" / "signer.crt").read_bytes()
        with signer() as device:

            def sign_digest(digest: bytes) -> bytes:
                self.assertValid(self.demo / "sealed.pdf")
                with self.assertRaises(SealcoreError) as error:
                    external.sign_digest(digest)
                self.assertEqual(error.exception.status, Status.E_REENTRANT)
                return device.sign_digest(digest)

            with Signer.external(certificate, sign_digest) as external, self.document() as document, self.request() as request:
                self.assertValid(document.sign(request, external))


if __name__ == "__main__":
    unittest.main()
