"""``python3 -m sealcore.crosscheck LIBDIR DEMODIR OUTDIR NAME``: the same program as in every binding, whose reports must be equal.

Seals the demo's documents at SEALCORE_TIME with the key's SEALCORE_PASSWORD, then judges every document in OUTDIR.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import List


def main(arguments: List[str]) -> int:
    """Ends in 0 when everything was sealed and judged."""
    if len(arguments) != 4:
        print(__doc__, file=sys.stderr)
        return 64
    os.environ["SEALCORE_LIB"] = arguments[0]
    demo, out, name = Path(arguments[1]), Path(arguments[2]), arguments[3]
    now, password = int(os.environ["SEALCORE_TIME"]), os.environ["SEALCORE_PASSWORD"]

    from sealcore import Document, Request, Seal, Signer, Verifier

    with Signer.open(demo / "keys" / "signer.p12", password) as signer, Seal.load(demo / "seal.esl") as seal:
        for extension in ("ofd", "pdf"):
            with Document.open(demo / f"document.{extension}") as document, Request(seal) as request:
                request.set(time=now).add_place("last", 150, 230)
                document.sign(request, signer, out / f"{name}.{extension}")

    files = sorted((path for path in out.iterdir() if path.suffix in (".ofd", ".pdf")), key=lambda path: os.fsencode(path.name))
    with Verifier(demo / "trust", time=now + 60) as verifier, open(out / f"{name}.jsonl", "wb") as reports:
        for file in files:
            with Document.open(file) as document, verifier.verify(document) as report:
                reports.write(report.json(file.name, "en").encode("utf-8") + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
