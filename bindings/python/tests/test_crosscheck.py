"""The program that the cross test of the bindings runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from support import TestCase, password


class Crosscheck(TestCase):
    def test_seals_and_judges(self) -> None:
        library = os.environ["SEALCORE_LIB"]
        environment = {
            **os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src"), "SEALCORE_PASSWORD": password("signer"),
            "SEALCORE_TIME": str(int(time.time()) + 3600),
        }
        del environment["SEALCORE_LIB"]
        for name in ("one", "two"):
            arguments = [sys.executable, "-m", "sealcore.crosscheck", library, str(self.demo), str(self.folder), name]
            subprocess.run(arguments, check=True, env=environment)
        reports = [json.loads(line) for line in (self.folder / "two.jsonl").read_text("utf-8").splitlines()]
        self.assertEqual([report["file"] for report in reports], ["one.ofd", "one.pdf", "two.ofd", "two.pdf"])
        self.assertEqual({report["verdict"] for report in reports}, {"valid"})
