"""What the READMEs tell people to run, run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from support import TestCase, password

_binding = Path(__file__).resolve().parents[1]


class Readme(TestCase):
    def quick_start(self, name: str) -> str:
        (code,) = re.findall(r"^```python\n(.*?)^```", (_binding / name).read_text("utf-8"), re.S | re.M)
        self.assertLessEqual(len([line for line in code.splitlines() if line]), 12)
        shutil.copytree(self.demo, self.folder / "demo")
        environment = {
            **os.environ, "PYTHONPATH": str(_binding / "src"), "SEALCORE_PASSWORD": password("signer"), "PYTHONIOENCODING": "utf-8",
        }
        ended = subprocess.run(
            [sys.executable, "-W", "error", "-c", code], cwd=str(self.folder / "demo"), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.assertEqual(ended.returncode, 0, ended.stdout.decode("utf-8"))
        return ended.stdout.decode("utf-8")

    def test_english(self) -> None:
        self.assertTrue(self.quick_start("README.md").startswith("VALID"))
        self.assertValid(self.folder / "demo" / "mine.pdf")

    def test_chinese(self) -> None:
        self.assertIn("有效", self.quick_start("README.zh-CN.md"))
        self.assertValid(self.folder / "demo" / "mine.ofd")
