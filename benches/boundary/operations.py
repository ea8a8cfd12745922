"""Signing and verifying through libsealcore: `operations.py FOLDER SAMPLES`, medians in microseconds as one JSON object.

The folder is what `benches/libraries.sh` makes; PASSWORD is that of the demo's signer.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Callable

import sealcore

folder, samples = Path(sys.argv[1]), int(sys.argv[2])
found = {}


def measure(name: str, operation: Callable[[], object]) -> None:
    operation()
    taken = []
    for _ in range(samples):
        start = time.perf_counter_ns()
        operation()
        taken.append(time.perf_counter_ns() - start)
    found[name] = statistics.median(taken) / 1000


def sign(content: bytes, request: "sealcore.Request", signer: "sealcore.Signer") -> bytes:
    with request, sealcore.Document.open(content) as document:
        return document.sign(request, signer)


def verify(content: bytes) -> "sealcore.Report":
    with sealcore.Document.open(content) as document:
        return verifier.verify(document)


verifier = sealcore.Verifier(trust=str(folder / "demo/trust"))
signer = sealcore.Signer.open(str(folder / "demo/keys/signer.p12"), os.environ["PASSWORD"])
seal = sealcore.Seal.load(str(folder / "demo/seal.esl"))
for kind in ("ofd", "pdf"):
    content = (folder / f"document.{kind}").read_bytes()
    place = lambda: sealcore.Request(seal).add_place("1", 150, 230)  # noqa: E731
    sealed = sign(content, place(), signer)
    if verify(sealed).verdict != sealcore.Verdict.VALID:
        raise SystemExit(f"the sealed {kind} is not valid")
    measure(f"seal {kind.upper()}, SM2", lambda: sign(content, place(), signer))
    measure(f"verify sealed {kind.upper()}", lambda: verify(sealed))
content = (folder / "document.pdf").read_bytes()
for algorithm in ("p256", "p384", "rsa2048", "rsa3072"):
    signer = sealcore.Signer.open(str(folder / f"{algorithm}.p12"), "benchmark")
    signed = sign(content, sealcore.Request(), signer)
    measure(f"sign PDF, {algorithm}", lambda: sign(content, sealcore.Request(), signer))
    measure(f"verify PDF, {algorithm}", lambda: verify(signed))
print(json.dumps(found))
