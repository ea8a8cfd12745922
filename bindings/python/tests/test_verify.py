"""Opening, inspecting, judging."""

from __future__ import annotations

import io
import json
import time
import unittest
from datetime import datetime, timezone
from typing import List, Tuple

import sealcore
from sealcore import CancelledError, Document, Format, Monitor, SealcoreError, Status, Verdict, Verifier
from support import TestCase


class Opening(TestCase):
    def test_path_content_and_stream_are_the_same_document(self) -> None:
        path = self.demo / "sealed.pdf"
        content = path.read_bytes()
        with open(path, "rb", buffering=0) as raw, open(path, "rb") as buffered:
            for what in (path, str(path), content, bytearray(content), memoryview(content), io.BytesIO(content), raw, buffered):
                with self.subTest(type(what)), Document.open(what) as document:
                    self.assertEqual(document.format, Format.PDF)
                    self.assertEqual(self.verdict(what), Verdict.VALID)

    def test_format(self) -> None:
        for name, format in (("sealed.ofd", Format.OFD), ("sealed.pdf", Format.PDF), ("seal.esl", Format.SEAL)):
            with Document.open(self.demo / name) as document:
                self.assertEqual(document.format, format)

    def test_errors_say_what_failed(self) -> None:
        with self.assertRaises(SealcoreError) as missing:
            Document.open(self.demo / "nothing.pdf")
        self.assertEqual(missing.exception.status, Status.E_IO)
        self.assertEqual(missing.exception.status_name, "SEALCORE_E_IO")
        self.assertEqual(missing.exception.kind, "io")
        with self.assertRaises(SealcoreError) as text:
            Document.open(b"neither OFD nor PDF")
        self.assertEqual(text.exception.status, Status.E_FORMAT)
        with self.assertRaises(TypeError):
            Document.open(5)  # type: ignore[arg-type]
        with self.assertRaises(ValueError):
            Document.open("a\0b")

    def test_what_a_stream_raises_is_the_cause(self) -> None:
        class Broken(io.BytesIO):
            def read(self, size: "int | None" = -1) -> bytes:
                raise OSError("the tape tore")

        class Text(io.BytesIO):
            def read(self, size: "int | None" = -1) -> bytes:
                return "text"  # type: ignore[return-value]

        class Impatient(io.BytesIO):
            def read(self, size: "int | None" = -1) -> bytes:
                raise KeyboardInterrupt

        class Unseekable(io.BytesIO):
            def seek(self, offset: int, whence: int = 0) -> int:
                raise io.UnsupportedOperation("seek")

        content = (self.demo / "sealed.pdf").read_bytes()
        with self.assertRaises(SealcoreError) as error:
            Document.open(Broken(content))
        self.assertEqual(error.exception.status, Status.E_CALLBACK)
        self.assertIsInstance(error.exception.__cause__, OSError)
        self.assertIn("the tape tore", str(error.exception.__cause__))
        with self.assertRaises(SealcoreError) as error:
            Document.open(Text(content))
        self.assertIsInstance(error.exception.__cause__, TypeError)
        with self.assertRaises(KeyboardInterrupt):
            Document.open(Impatient(content))
        with self.assertRaises(io.UnsupportedOperation):
            Document.open(Unseekable(content))

    def test_inspect(self) -> None:
        with Document.open(self.demo / "sealed.ofd") as document:
            self.assertEqual(document.inspect()["format"], "ofd")
            self.assertEqual(len(document.inspect()["documents"][0]["pages"]), 3)
            self.assertNotIn("risks", document.inspect())
            self.assertIn("risks", document.inspect(risks=True, language="zh"))

    def test_inspection_is_watched_and_bounded(self) -> None:
        seen: List[Tuple[int, int]] = []
        with Document.open(self.demo / "sealed.pdf") as document, Monitor(lambda done, total: seen.append((done, total))) as monitor:
            self.assertEqual(document.inspect(risks=True, monitor=monitor), document.inspect(risks=True))
            self.assertEqual(sorted(seen), seen)
            self.assertTrue(0 < seen[-1][0] <= seen[-1][1])
            monitor.cancel()
            with self.assertRaises(CancelledError):
                document.inspect(monitor=monitor)
        with Document.open(self.demo / "sealed.ofd") as document, Verifier().set_limit("pages", 1) as verifier:
            with self.assertRaises(SealcoreError) as error:
                document.inspect(verifier=verifier)
            self.assertEqual(error.exception.status, Status.E_LIMIT)


class Judging(TestCase):
    def test_reports(self) -> None:
        with Verifier(self.demo / "trust") as verifier, Document.open(self.demo / "sealed.ofd") as document:
            with verifier.verify(document) as report:
                self.assertEqual(report.verdict, Verdict.VALID)
                (signature,) = report.signatures
                self.assertEqual(signature.verdict, Verdict.VALID)
                self.assertEqual((signature.id, signature.kind, signature.integrity), ("s001", "seal", "intact"))
                self.assertEqual((signature.coverage, signature.changes, signature.trust), ("whole", "none", "trusted"))
                self.assertEqual(signature.signer_name, "示范市示范单位")
                self.assertIsNone(signature.timestamp)
                self.assertEqual([finding.code for finding in signature.findings], ["time-claimed"])
                self.assertEqual(signature.findings[0].severity, "warning")
                english = signature.findings[0].message
                sealcore.set_language("zh")
                self.assertNotEqual(report.signatures[0].findings[0].message, english)
                sealcore.set_language("en")
                self.assertEqual(report.findings, ())
                stated = json.loads(report.json("a.ofd"))
                self.assertEqual(stated, report.to_dict("a.ofd", sealcore.Language.EN))
                self.assertEqual((stated["file"], stated["verdict"]), ("a.ofd", "valid"))
                self.assertEqual(stated["signatures"][0]["findings"][0]["message"], english)
                self.assertNotIn("\n", report.json())
                self.assertNotEqual(report.render("a.ofd", "zh"), report.render("a.ofd", "en"))
            self.assertEqual(signature.id, "s001")

    def test_verdicts(self) -> None:
        self.assertEqual(self.verdict(self.demo / "document.pdf"), Verdict.UNSIGNED)
        content = bytearray((self.demo / "sealed.pdf").read_bytes())
        content[content.index(b"/MediaBox") + 1] ^= 1
        self.assertEqual(self.verdict(content), Verdict.INVALID)
        with Verifier() as trusts_nobody, Document.open(self.demo / "sealed.ofd") as document:
            with trusts_nobody.verify(document) as report:
                self.assertEqual(report.verdict, Verdict.INDETERMINATE)
                self.assertEqual(report.signatures[0].trust, "unknown")
        for verdict in Verdict:
            self.assertTrue(verdict)

    def test_trust_from_paths_and_content(self) -> None:
        trust = self.demo / "trust"
        with Verifier() as verifier, Document.open(self.demo / "sealed.ofd") as document:
            verifier.add_trust((trust / "ca.crt").read_bytes()).add_crl((trust / "ca.crl").read_bytes())
            with verifier.verify(document) as report:
                self.assertEqual(report.verdict, Verdict.VALID)
        with Verifier() as verifier, Document.open(self.demo / "sealed.ofd") as document:
            verifier.add_trust(trust / "ca.crt").add_maker_trust(str(trust / "ca.crt")).add_crl(trust / "ca.crl")
            with verifier.verify(document) as report:
                self.assertEqual(report.verdict, Verdict.VALID)
        with Verifier() as verifier, self.assertRaises(SealcoreError):
            verifier.add_trust(b"no certificate")
        with self.assertRaises(SealcoreError):
            Verifier(trust / "nothing")

    def test_policy_time_limit(self) -> None:
        now = int(time.time())
        with Verifier(self.demo / "trust", policy="pades", time=now) as verifier:
            with Document.open(self.demo / "sealed.pdf") as document, verifier.verify(document) as report:
                self.assertEqual(report.to_dict()["policy"], "pades")
            verifier.set_time(datetime.fromtimestamp(now, timezone.utc))
            with self.assertRaises(ValueError):
                verifier.set_time(datetime(2030, 1, 1))
            with self.assertRaises(SealcoreError) as error:
                verifier.set_policy("none of these")
            self.assertEqual(error.exception.status, Status.E_ARGUMENT)
            with self.assertRaises(SealcoreError):
                verifier.set_limit("none of these", 1)
            verifier.set_limit("entries", 2)
            with Document.open(self.demo / "sealed.ofd") as document, self.assertRaises(SealcoreError) as error:
                verifier.verify(document)
            self.assertEqual(error.exception.status, Status.E_LIMIT)


if __name__ == "__main__":
    unittest.main()
