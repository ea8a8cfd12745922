"""Two phases, and time stamps in them."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys

import sealcore
from sealcore import Document, SealcoreError, Session
from support import TestCase, authority, signer

_COMPLETE = """
import sys
from pathlib import Path
from sealcore import Document, Session
folder = Path(sys.argv[1])
with Session.load((folder / "session").read_bytes()) as session, Document.open(sys.argv[2]) as document:
    session.complete(document, (folder / "value").read_bytes(), folder / "completed")
"""


class TwoPhases(TestCase):
    def prepare(self, document: Document, stamps: bool = False) -> Session:
        with self.request() as request:
            request.set_certificate(self.demo / "keys" / "signer.crt")
            if stamps:
                with authority() as here:
                    request.set_authority(here)
            return document.prepare(request)

    def test_in_two_processes(self) -> None:
        for format in ("ofd", "pdf"):
            with self.subTest(format), self.document(format) as document, self.prepare(document) as session, signer() as key:
                self.assertEqual(session.algorithm, key.algorithm)
                (self.folder / "session").write_bytes(session.save())
                (self.folder / "value").write_bytes(key.sign_digest(session.digest))
            source = str(self.demo / f"document.{format}")
            subprocess.run([sys.executable, "-c", _COMPLETE, str(self.folder), source], check=True)
            self.assertValid(self.folder / "completed")

    def test_every_way_to_complete(self) -> None:
        with self.document() as document, self.prepare(document) as session, signer() as key:
            value = key.sign_digest(session.digest)
            completed = session.complete(document, value)
            self.assertValid(completed)
            session.complete(document, value, self.folder / "out.pdf")
            stream = io.BytesIO()
            session.complete(document, value, stream)
            shutil.copy(self.demo / "document.pdf", self.folder / "copy.pdf")
            session.append(self.folder / "copy.pdf", value)
            tail = (self.demo / "document.pdf").read_bytes() + session.tail(value)
            for other in ((self.folder / "out.pdf").read_bytes(), stream.getvalue(), (self.folder / "copy.pdf").read_bytes(), tail):
                self.assertEqual(other, completed)
            self.assertGreater(len(session.message), 0)

    def test_a_wrong_value_is_refused(self) -> None:
        with self.document() as document, self.prepare(document) as session, signer("maker") as other:
            with self.assertRaises(SealcoreError):
                session.complete(document, other.sign_digest(session.digest))
            with self.assertRaises(SealcoreError):
                session.complete(document, b"")
            with self.assertRaises(SealcoreError):
                Session.load(session.save()[:-1])

    def test_time_stamp(self) -> None:
        with self.document() as document, self.prepare(document, stamps=True) as session, signer() as key, authority() as stamps:
            value = key.sign_digest(session.digest)
            reply = stamps.respond(session.time_stamp_request(value))
            session.add_time_stamp(value, reply)
            completed = session.complete(document, value)
        with sealcore.Verifier(self.demo / "trust") as verifier, Document.open(completed) as document:
            with verifier.verify(document) as report:
                self.assertEqual(report.verdict, sealcore.Verdict.VALID)
                self.assertIsNotNone(report.signatures[0].timestamp)
