"""The demo folder that tests use, and a base class that sees what was not closed."""

from __future__ import annotations

import atexit
import gc
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Optional

import sealcore

_folder: Optional["tempfile.TemporaryDirectory[str]"] = None


def demo() -> Path:
    """The demo folder, made once by the command in SEALCORE."""
    global _folder
    if _folder is None:
        _folder = tempfile.TemporaryDirectory()
        atexit.register(_folder.cleanup)
        command = os.environ["SEALCORE"]
        subprocess.run([command, "demo", str(Path(_folder.name) / "demo")], check=True, stdout=subprocess.DEVNULL)
    return Path(_folder.name) / "demo"


def password(name: str) -> str:
    """Of keys/NAME.p12, as the demo's README has it."""
    for line in (demo() / "README.txt").read_text("utf-8").splitlines():
        if line.strip().startswith(f"keys/{name}.p12"):
            return line.split()[-1]
    raise AssertionError(f"no password of {name}")


def signer(name: str = "signer") -> sealcore.Signer:
    """The key of the demo with that name."""
    return sealcore.Signer.open(demo() / "keys" / f"{name}.p12", password(name))


def authority() -> sealcore.Authority:
    """A local time-stamp authority."""
    with signer("tsa") as key:
        return sealcore.Authority.local(key, "1.2.3.4.1")


class TestCase(unittest.TestCase):
    """Everything that a test opens is closed after it, by itself or by the collector."""

    def setUp(self) -> None:
        self.demo = demo()
        gc.collect()
        before = sealcore.handle_count()
        self.addCleanup(self._check_handles, before)
        self.folder = Path(self.enterTemporaryFolder())
        sealcore.set_language("en")

    def enterTemporaryFolder(self) -> str:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name

    def _check_handles(self, before: int) -> None:
        gc.collect()
        self.assertEqual(sealcore.handle_count(), before)

    def document(self, format: str = "pdf") -> sealcore.Document:
        return sealcore.Document.open(self.demo / f"document.{format}")

    def request(self) -> sealcore.Request:
        with sealcore.Seal.load(self.demo / "seal.esl") as seal:
            return sealcore.Request(seal).add_place("last", 150, 230)

    def verdict(self, what: object) -> sealcore.Verdict:
        """Of a path or content, with the demo's trust."""
        with sealcore.Verifier(self.demo / "trust") as verifier, sealcore.Document.open(what) as document:  # type: ignore[arg-type]
            with verifier.verify(document) as report:
                return report.verdict

    def assertValid(self, what: object) -> None:
        self.assertEqual(self.verdict(what), sealcore.Verdict.VALID)
