#!/usr/bin/env python3
"""Compares what the peers answered with what was expected: judge.py ASKED ANSWERS...

ASKED has lines `PEER TAB FILE TAB CONDITION TAB CONDITION...`; ANSWERS hold one JSON object a line with "peer", "file" and either
"signatures" (a list of objects of texts) or "error". A condition is path=value ('signatures=2', '0.valid=yes',
'*.trusted=yes'), path~text (the text occurs in the value), or 'error' alone (the peer must refuse the file).
Also reads one report of `sealcore verify --json`: judge.py --report CONDITIONS... <report
Prints a line a failure and, last, `N passed, M failed`.
"""
import datetime
import json
import re
import sys


def violations(answer, condition):
    if condition == "error":
        return [] if answer.get("error") else ["no error"]
    path, operator, wanted = re.fullmatch(r"([^=~]+)([=~])(.*)", condition).groups()
    values = list(select(answer, path))
    if not values:
        return [f"{path}: nothing there"]
    return [f"{path} is {shown(v)}, expected {operator}{wanted}" for v in values if not holds(v, operator, wanted)]


def select(answer, path):
    signatures = answer.get("signatures") or []
    if path == "signatures":
        yield len(signatures)
    elif "." in path:
        index, field = path.split(".", 1)
        chosen = signatures if index == "*" else signatures[int(index):int(index) + 1]
        yield from (within(signature, field) for signature in chosen)
    else:
        yield answer.get(path)


def within(value, path):
    for key in path.split("."):
        value = (value or {}).get(key)
    return value


def shown(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def holds(value, operator, wanted):
    if operator == "~":
        return wanted in shown(value)
    if wanted != "now":
        return shown(value) == wanted
    if value is None:
        return False
    # fromisoformat of older Python versions does not know the Z.
    moment = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    return abs((datetime.datetime.now(datetime.timezone.utc) - moment).total_seconds()) < 600


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def main(asked, *answer_files):
    answers = {(a["peer"], a["file"]): a for path in answer_files for a in read(path)}
    passed = failed = 0
    with open(asked, encoding="utf-8") as lines:
        for line in lines:
            peer, file, *conditions = line.rstrip("\n").split("\t")
            answer = answers.get((peer, file), {"error": "no answer"})
            wrong = [text for condition in conditions for text in violations(answer, condition)]
            if answer.get("error") and conditions != ["error"]:
                wrong.append(answer["error"])
            if wrong:
                failed += 1
                print(f"FAILED: {peer} on {file}: " + "; ".join(wrong))
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed")


def report(conditions):
    lines = [line for line in sys.stdin.read().splitlines() if line.strip()]
    if len(lines) != 1:
        sys.exit(f"expected one JSON line, got {len(lines)}")
    found = json.loads(lines[0])
    wrong = [text for condition in conditions for text in violations(found, condition)]
    if wrong:
        codes = [[f.get("code") for f in s.get("findings", []) if f.get("severity") != "info"]
                 for s in [found] + (found.get("signatures") or [])]
        sys.exit("; ".join(wrong) + f" (findings: {codes}, error: {found.get('error')})")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--report"]:
        report(sys.argv[2:])
    elif len(sys.argv) > 2:
        main(*sys.argv[1:])
    else:
        sys.exit(__doc__)
