"""Signing and sealing in one call."""

from __future__ import annotations

import io
import shutil
import threading
import time
from typing import Callable, List, Optional, Tuple

import sealcore
from sealcore import CancelledError, Document, Monitor, Request, SealcoreError, Side, Status
from support import TestCase, authority, signer


class Signing(TestCase):
    def test_to_bytes_path_and_stream(self) -> None:
        for format in ("ofd", "pdf"):
            with self.subTest(format), self.document(format) as document, self.request() as request, signer() as key:
                self.assertValid(document.sign(request, key))
                document.sign(request, key, self.folder / "out")
                self.assertValid(self.folder / "out")
                document.sign(request, key, str(self.folder / "again"))
                self.assertValid(self.folder / "again")
                stream = io.BytesIO()
                document.sign(request, key, stream)
                self.assertValid(stream.getvalue())
                with open(self.folder / "raw", "wb", buffering=0) as raw:
                    document.sign(request, key, raw)
                self.assertValid(self.folder / "raw")

    def test_a_stream_that_writes_little_gets_all(self) -> None:
        class Slow(io.BytesIO):
            def write(self, content: object) -> int:
                return super().write(bytes(content)[:100])  # type: ignore[call-overload]

        with self.document("ofd") as document, self.request() as request, signer() as key:
            stream = Slow()
            document.sign(request, key, stream)
            self.assertValid(stream.getvalue())

    def test_what_a_stream_raises_is_the_cause(self) -> None:
        class Full(io.BytesIO):
            def write(self, content: object) -> int:
                raise OSError("no space")

        with self.document() as document, self.request() as request, signer() as key:
            with self.assertRaises(SealcoreError) as error:
                document.sign(request, key, Full())
            self.assertEqual(error.exception.status, Status.E_CALLBACK)
            self.assertIsInstance(error.exception.__cause__, OSError)

    def test_in_place(self) -> None:
        file = self.folder / "copy.pdf"
        shutil.copy(self.demo / "document.pdf", file)
        with self.request() as request, signer() as key:
            sealcore.sign_in_place(file, request, key)
        self.assertValid(file)
        self.assertTrue(file.read_bytes().startswith((self.demo / "document.pdf").read_bytes()))

    def test_placement_in_every_form(self) -> None:
        def place(request: Request) -> Request:
            return request.add_place("1", 20, 20)

        def seam(request: Request) -> Request:
            return request.add_seam(side=Side.LEFT, position_mm=100, margin_mm=0, min_slice_mm=5, max_slices=3)

        def keyword(request: Request) -> Request:
            return request.add_keyword("盖章处", sealcore.LAST, "all", 1.0, -1.0)

        def seam_as_usual(request: Request) -> Request:
            return request.add_seam()

        def facing(request: Request) -> Request:
            return request.add_facing("1-2")

        with sealcore.Seal.load(self.demo / "seal.esl") as seal, signer() as key:
            forms: List[Callable[[Request], Request]] = [place, seam, keyword, seam_as_usual, facing]
            for form in forms:
                for format in ("ofd", "pdf"):
                    with Request(seal) as request, self.document(format) as document:
                        self.assertValid(document.sign(form(request), key))

    def test_plain_signature_with_texts(self) -> None:
        now = int(time.time())
        with Request() as request, self.document() as document, signer() as key:
            request.set(field="Approval", reason="批准", location="示范市", contact="x", name="测试", time=now, certify=2)
            request.set_picture(self.demo / "seal.png", 30, 30).add_place("1", 30, 30).set(caption="x", opacity=80)
            signed = document.sign(request, key)
        with Document.open(signed) as document:
            (signature,) = document.inspect()["documents"][0]["signatures"]
        self.assertEqual((signature["id"], signature["reason"], signature["location"]), ("Approval", "批准", "示范市"))
        self.assertEqual(signature["doc_mdp"] is None, False)

    def test_arguments_that_cannot_be(self) -> None:
        with self.request() as request:
            wrongs: List[Callable[[], Request]] = [
                lambda: request.add_place("no pages", 0, 0),
                lambda: request.add_place("1", float("nan"), 0),
                lambda: request.set(contents="none of these"),
                lambda: request.set(certify=9),
                lambda: request.add_seam(side=17),  # type: ignore[arg-type]
            ]
            for wrong in wrongs:
                with self.assertRaises(SealcoreError) as error:
                    wrong()
                self.assertEqual(error.exception.status, Status.E_ARGUMENT)

    def test_with_a_time_stamp(self) -> None:
        for format in ("ofd", "pdf"):
            with self.document(format) as document, self.request() as request, signer() as key, authority() as stamps:
                request.set_authority(stamps)
                signed = document.sign(request, key)
            with sealcore.Verifier(self.demo / "trust") as verifier, Document.open(signed) as document:
                with verifier.verify(document) as report:
                    self.assertEqual(report.verdict, sealcore.Verdict.VALID)
                    self.assertIsNotNone(report.signatures[0].timestamp)

    def test_integrity_record(self) -> None:
        with self.document("ofd") as document, signer() as key:
            recorded = document.add_integrity_record(key, int(time.time()))
        with Document.open(recorded) as document:
            self.assertIsNotNone(document.inspect()["integrity_record"])


class Watching(TestCase):
    def sign(self, monitor: Optional[Monitor]) -> bytes:
        with self.document("ofd") as document, self.request() as request, signer() as key:
            return document.sign(request, key, monitor=monitor)

    def test_progress(self) -> None:
        seen: List[Tuple[int, int]] = []
        with Monitor(lambda done, total: seen.append((done, total))) as monitor:
            self.assertValid(self.sign(monitor))
        self.assertTrue(seen)
        self.assertEqual(sorted(seen), seen)

    def test_cancel(self) -> None:
        with Monitor(lambda done, total: False) as monitor, self.assertRaises(CancelledError):
            self.sign(monitor)
        with Monitor() as monitor:
            self.assertValid(self.sign(monitor))
            other = threading.Thread(target=monitor.cancel)
            other.start()
            other.join()
            with self.assertRaises(CancelledError) as error:
                self.sign(monitor)
        self.assertEqual(error.exception.status, Status.E_CANCELLED)
        self.assertIsNone(error.exception.__cause__)

    def test_what_progress_raises_is_the_cause(self) -> None:
        def progress(done: int, total: int) -> None:
            raise ZeroDivisionError

        with Monitor(progress) as monitor, self.assertRaises(CancelledError) as error:
            self.sign(monitor)
        self.assertIsInstance(error.exception.__cause__, ZeroDivisionError)
