#!/usr/bin/env python3
"""pyHanko's library calls in one process, on given files: pdf_pyhanko.py --keys DIR [options] FILE.pdf...

    --key rsa|ec      of the keys that tests/interop-pdf/python/world.py made in DIR (default rsa: RSA-3072). pyHanko spends
                      ten times longer on signing a small file with RSA than with ECDSA: say which one a figure is of
    --runs N          at most so many runs of an operation (default 31), after --warmup N (default 3)
    --seconds S       ends an operation early, after three runs at least (default 60)
    --sealcore PATH   the sealcore command on the same files by turns with pyHanko: a process a run, start included

Imports are not counted; key, certificates and trust are loaded once. Prints TSV: tool, file, operation, wall median and 95th
percentile in ms, median of the CPU time in ms (of the process that does the work), runs. Operations:

    sign           from the file on disk to the signed file on disk (PAdES B-B, invisible)
    sign-in-place  the increment is appended to the file; the copy that it needs is not counted
    verify         from the signed file to the verdict: integrity, coverage, changes, path to an anchor and its CRL
    sha256, sm3    reading the file and hashing it, the floor for all of these (where Python's OpenSSL has the digest)
"""
import argparse
import hashlib
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "tests/interop-pdf/python"))

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: E402
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: E402
from pyhanko.sign import signers  # noqa: E402
from pyhanko.sign.fields import SigSeedSubFilter  # noqa: E402
from pyhanko.sign.validation import validate_pdf_signature  # noqa: E402
from pyhanko_certvalidator import ValidationContext  # noqa: E402
from pyhanko_peer import read_trust  # noqa: E402
from world import PASSWORD  # noqa: E402


class PyHanko:
    name = "pyhanko"

    def __init__(self, keys, key):
        self.signer = signers.SimpleSigner.load_pkcs12(str(keys / f"{key}.p12"), passphrase=PASSWORD.encode())
        self.meta = signers.PdfSignatureMetadata(
            field_name="Signature1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        self.roots, self.crls = read_trust(keys / "trust")

    def sign(self, source, target):
        with open(source, "rb") as data, open(target, "w+b") as output:
            signers.sign_pdf(IncrementalPdfFileWriter(data), self.meta, self.signer, output=output)

    def sign_in_place(self, file):
        with open(file, "r+b") as data:
            signers.sign_pdf(IncrementalPdfFileWriter(data), self.meta, self.signer, in_place=True)

    def verify(self, file):
        # A context keeps what it learnt of certificates, so each run has its own.
        context = ValidationContext(
            trust_roots=self.roots, crls=self.crls, allow_fetching=False, revocation_mode="soft-fail")
        with open(file, "rb") as data:
            (signature,) = PdfFileReader(data).embedded_signatures
            status = validate_pdf_signature(signature, signer_validation_context=context)
        assert status.bottom_line, "pyHanko does not accept the file"


class Sealcore:
    name = "sealcore"

    def __init__(self, command, keys, key):
        self.command, self.trust = command, str(keys / "trust")
        self.key = ["--key", str(keys / f"{key}.key.pem"), "--cert", str(keys / f"{key}.cert.pem")]

    def sign(self, source, target):
        target.unlink(missing_ok=True)
        self.run("sign", source, "-o", target, *self.key)

    def sign_in_place(self, file):
        self.run("sign", file, "--in-place", *self.key)

    def verify(self, file):
        self.run("verify", "--policy", "pades", "--trust", self.trust, file)

    def run(self, *args):
        done = subprocess.run([self.command, *map(str, args)], capture_output=True, text=True)
        assert done.returncode == 0, f"sealcore ends in {done.returncode}: {done.stdout}{done.stderr}"


def cpu():
    """Of this process and of the children that it waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def once(prepare, operation):
    prepare()
    cpu_start, start = cpu(), time.perf_counter()
    operation()
    return (time.perf_counter() - start) * 1e3, (cpu() - cpu_start) * 1e3


def measure(contenders, options):
    """Runs of the contenders by turns, so that what else the machine does falls on all of them alike."""
    times = {name: [] for name in contenders}
    for _ in range(options.warmup):
        for prepare, operation in contenders.values():
            once(prepare, operation)
    end = time.monotonic() + options.seconds * len(contenders)
    for run in range(options.runs):
        if run >= 3 and time.monotonic() > end:
            break
        for name, (prepare, operation) in contenders.items():
            times[name].append(once(prepare, operation))
    return times


def report(file, operation, times):
    for name, samples in times.items():
        wall = sorted(sample[0] for sample in samples)
        high = wall[min(len(wall) - 1, int(len(wall) * 0.95))]
        middle = statistics.median(sample[1] for sample in samples)
        print(name, file.name, operation, f"{statistics.median(wall):.3f}", f"{high:.3f}", f"{middle:.3f}", len(wall),
              sep="\t", flush=True)


def digest(name, file):
    with open(file, "rb") as data:
        hashlib.file_digest(data, name)


def bench(file, tools, options, work):
    def nothing():
        pass

    def paths(tool, kind):
        return work / f"{tool.name}-{kind}.pdf"

    signing, placing, verifying = {}, {}, {}
    for tool in tools:
        signed, own = paths(tool, "signed"), paths(tool, "in-place")
        signing[tool.name] = (nothing, lambda t=tool, s=signed: t.sign(file, s))
        placing[tool.name] = (lambda o=own: shutil.copyfile(file, o), lambda t=tool, o=own: t.sign_in_place(o))
        verifying[tool.name] = (nothing, lambda t=tool, s=signed: t.verify(s))
    floors = {name: (nothing, lambda n=name: digest(n, file)) for name in ("sha256", "sm3") if name in hashlib.algorithms_available}
    for name, contenders in (("sign", signing), ("sign-in-place", placing), ("verify", verifying), ("hash", floors)):
        report(file, name, measure(contenders, options))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--keys", type=pathlib.Path, required=True)
    parser.add_argument("--key", choices=("rsa", "ec"), default="rsa")
    parser.add_argument("--runs", type=int, default=31)
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--sealcore")
    parser.add_argument("files", type=pathlib.Path, nargs="+")
    options = parser.parse_args()
    tools = [PyHanko(options.keys, options.key)]
    if options.sealcore:
        tools.append(Sealcore(options.sealcore, options.keys, options.key))
    print("tool", "file", "op", "median_ms", "p95_ms", "cpu_median_ms", "runs", sep="\t")
    with tempfile.TemporaryDirectory() as work:
        for file in options.files:
            bench(file, tools, options, pathlib.Path(work))


if __name__ == "__main__":
    main()
