#!/usr/bin/env python3
"""Poppler's pdfsig: pdfsig_peer.py NSSDIR FILE...; one JSON object a line, in the words of judge.py"""
import json
import re
import subprocess
import sys

PATTERNS = {
    "field": r"Signature Field Name: (.*)",
    "type": r"Signature Type: (.*)",
    "signature": r"Signature Validation: (.*)",
    "certificate": r"Certificate Validation: (.*)",
}


def ask(nss, file):
    answer = {"peer": "pdfsig", "file": file}
    # A password does no harm to what needs none.
    command = ["pdfsig", "-nssdir", nss, "-upw", "reader", file]
    done = subprocess.run(command, capture_output=True, text=True)
    blocks = re.split(r"^Signature #\d+:$", done.stdout, flags=re.M)[1:]
    if not blocks:
        return {**answer, "error": (done.stdout + done.stderr).strip()}
    # It lists empty fields too.
    answer["signatures"] = [found for found in map(judge, blocks) if found["signature"] or found["type"]]
    return answer


def judge(block):
    found = {key: (re.search(pattern, block) or [None, ""])[1].strip() for key, pattern in PATTERNS.items()}
    return {
        **found,
        "valid": "yes" if found["signature"] == "Signature is Valid." else "no",
        "trusted": "yes" if found["certificate"] == "Certificate is Trusted." else "no",
        # "Not total document signed" is what it says otherwise.
        "whole": "yes" if re.search(r"^\s*- Total document signed$", block, re.M) else "no",
    }


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for name in sys.argv[2:]:
        print(json.dumps(ask(sys.argv[1], name)))
