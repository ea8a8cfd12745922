#!/usr/bin/env python3
"""The small things that run.sh needs and a shell is bad at; standard library only.

checks.py alter page|stamp|value IN OUT   one byte of the package changed, all else kept
checks.py stamps N FILE                   the newest signature places N stamps
checks.py expect COND...                  judges the output of `sealcore verify --json` for one file, from stdin

A condition is path=value: 'verdict=valid' (of the file), 'signatures=2', '0.integrity=intact' (first signature),
'*.trust=trusted' (every signature), '*.signed_at=now' (within ten minutes).
"""
import datetime
import json
import re
import sys
import zipfile


def alter(what, source, target):
    suffix = {"page": "/Page_0/Content.xml", "stamp": "/Signature.xml", "value": "/SignedValue.dat"}[what]
    done = False
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            data = bytearray(old.read(entry))
            if not done and entry.filename.lower().endswith(suffix.lower()):
                data[position(what, bytes(data))] ^= 1
                done = True
            new.writestr(entry, bytes(data))
    if not done:
        sys.exit(f"{source}: no entry ends with {suffix}")


def position(what, data):
    """A byte whose change leaves the file well-formed: only what protects it can tell."""
    if what == "page":
        return data.index(b"</ofd:TextCode>") - 1
    if what == "stamp":
        return re.search(rb'Boundary="', data).end()
    return len(data) - 1


def stamps(count, file):
    with zipfile.ZipFile(file) as package:
        records = [n for n in package.namelist() if n.endswith("/Signature.xml")]
        newest = max(records, key=lambda n: [int(d) for d in re.findall(r"\d+", n)])
        found = len(re.findall(rb"<(?:\w+:)?StampAnnot\b", package.read(newest)))
    if found != int(count):
        sys.exit(f"{found} stamps, expected {count}")


def expect(conditions):
    lines = [line for line in sys.stdin.read().splitlines() if line.strip()]
    if len(lines) != 1:
        sys.exit(f"expected one JSON line, got {len(lines)}")
    report = json.loads(lines[0])
    wrong = [text for condition in conditions for text in violations(report, *condition.split("=", 1))]
    if wrong:
        codes = [f.get("code") for s in [report] + report.get("signatures", []) for f in s.get("findings", [])]
        sys.exit("; ".join(wrong) + f" (findings: {codes}, error: {report.get('error')})")


def violations(report, path, wanted):
    signatures = report.get("signatures", [])
    if path == "signatures":
        found = [str(len(signatures))]
    elif "." in path:
        index, field = path.split(".", 1)
        chosen = signatures if index == "*" else signatures[int(index):int(index) + 1]
        found = [s.get(field) for s in chosen] or [None]
    else:
        found = [report.get(path)]
    return [f"{path} is {value}, expected {wanted}" for value in found if not holds(value, wanted)]


def holds(value, wanted):
    if wanted != "now":
        return value == wanted
    if value is None:
        return False
    # fromisoformat of older Python versions does not know the Z.
    moment = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    return abs((datetime.datetime.now(datetime.timezone.utc) - moment).total_seconds()) < 600


if __name__ == "__main__":
    verb, args = sys.argv[1], sys.argv[2:]
    {"alter": alter, "stamps": stamps, "expect": lambda *c: expect(c)}[verb](*args)
