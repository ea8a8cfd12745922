"""The library itself: errors, languages, logs, what is closed, threads."""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
import sys
import threading
import unittest
from typing import List, Tuple

import sealcore
from sealcore import Document, LogLevel, SealcoreError, Verdict, Verifier
from support import TestCase, signer


class Library(TestCase):
    def test_describe_and_self_test(self) -> None:
        sealcore.self_test()
        described = sealcore.describe()
        self.assertEqual(described["version"], sealcore.version())
        self.assertEqual(described["abi"], sealcore.abi_version())
        self.assertIn("seal", described["policies"])
        with self.assertRaises(SealcoreError):
            sealcore.call("no such operation")

    def test_digest(self) -> None:
        self.assertTrue(sealcore.digest(b"abc").hex().startswith("66c7f0f462eeedd9"))
        for algorithm in sealcore.describe()["digest_algorithms"]:
            self.assertGreaterEqual(len(sealcore.digest(b"", algorithm)), 20)
        self.assertEqual(sealcore.digest(bytearray(b"x" * 1000), "sha256"), hashlib.sha256(b"x" * 1000).digest())
        with self.assertRaises(SealcoreError):
            sealcore.digest(b"", "none of these")

    def test_messages_in_both_languages(self) -> None:
        with self.assertRaises(SealcoreError) as raised:
            Document.open(b"x")
        error = raised.exception
        self.assertNotEqual(error.message_en, error.message_zh)
        self.assertEqual(error.message, error.message_en)
        self.assertIn(error.message_en, str(error))
        sealcore.set_language(sealcore.Language.ZH)
        self.assertEqual(error.message, error.message_zh)
        self.assertIn(error.message_zh, str(error))
        self.assertIn("SEALCORE_E_FORMAT", str(error))
        self.assertEqual(sealcore.language(), sealcore.Language.ZH)
        with self.assertRaises(ValueError):
            sealcore.set_language("fr")

    def test_log(self) -> None:
        lines: List[Tuple[LogLevel, str]] = []
        sealcore.set_log(lambda level, message: lines.append((level, message)), LogLevel.DEBUG)
        try:
            with self.assertRaises(SealcoreError):
                Document.open(b"x")
        finally:
            sealcore.set_log(None)
        self.assertTrue(any("SEALCORE_E_FORMAT" in message for _, message in lines), lines)
        count = len(lines)
        with self.assertRaises(SealcoreError):
            Document.open(b"x")
        self.assertEqual(len(lines), count)

    def test_closing(self) -> None:
        document = Document.open(self.demo / "sealed.pdf")
        self.assertFalse(document.closed)
        document.close()
        document.close()
        self.assertTrue(document.closed)
        self.assertIn("closed", repr(document))
        with self.assertRaises(ValueError):
            document.format
        with Verifier() as verifier, self.assertRaises(ValueError):
            verifier.verify(document)

    def test_what_is_not_closed_is_collected(self) -> None:
        before = sealcore.handle_count()
        kept = [Document.open(self.demo / "sealed.pdf") for _ in range(10)]
        self.assertEqual(sealcore.handle_count(), before + 10)
        kept.clear()
        gc.collect()
        self.assertEqual(sealcore.handle_count(), before)

    def test_callbacks_are_let_go(self) -> None:
        from sealcore import _callbacks

        before = len(_callbacks._table)
        with sealcore.Monitor(lambda done, total: None), open(self.demo / "sealed.pdf", "rb") as file, Document.open(file):
            self.assertEqual(len(_callbacks._table), before + 2)
        with self.assertRaises(SealcoreError):
            sealcore.Signer.external(b"no certificate", lambda digest: digest)
        self.assertEqual(len(_callbacks._table), before)

    def test_threads_share_objects(self) -> None:
        verdicts: List[Verdict] = []
        with open(self.demo / "sealed.pdf", "rb") as file, Document.open(file) as document, signer() as key, self.request() as request:
            with Verifier(self.demo / "trust") as verifier, self.document("ofd") as plain:

                def work() -> None:
                    for _ in range(5):
                        with verifier.verify(document) as report:
                            verdicts.append(report.verdict)
                        verdicts.append(self.verdict(plain.sign(request, key)))

                threads = [threading.Thread(target=work) for _ in range(8)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
        self.assertEqual(verdicts, [Verdict.VALID] * 80)


class Loading(unittest.TestCase):
    def run_with(self, **environment: str) -> "subprocess.CompletedProcess[str]":
        code = "import sealcore; print(sealcore.version())"
        return subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True
        )

    def test_file_or_folder(self) -> None:
        stated = os.environ["SEALCORE_LIB"]
        folder = stated if os.path.isdir(stated) else os.path.dirname(stated)
        for place in (folder, os.path.join(folder, "libsealcore.so")):
            self.assertEqual(self.run_with(SEALCORE_LIB=place).stdout.strip(), sealcore.version())

    def test_what_is_missing_is_named(self) -> None:
        ended = self.run_with(SEALCORE_LIB="/nothing/here")
        self.assertNotEqual(ended.returncode, 0)
        self.assertIn("LibraryError", ended.stderr)
        self.assertIn("/nothing/here", ended.stderr)

    def test_another_library_is_refused(self) -> None:
        other = subprocess.run(["sh", "-c", "ls /lib/*/libm.so.6 /lib*/libm.so.6 2>/dev/null | head -1"], stdout=subprocess.PIPE, universal_newlines=True)
        if not other.stdout.strip():
            self.skipTest("no other library at hand")
        ended = self.run_with(SEALCORE_LIB=other.stdout.strip())
        self.assertIn("LibraryError", ended.stderr)
