#!/usr/bin/env bash
# pyHanko on the PDF files that sealcore's benches use: benches/peers/pyhanko/run.sh [--runs N] [--warmup N] [--seconds S] [--key rsa|ec] FILE...
#
# `make-documents DIR` writes the files. With SEALCORE=path of the command, sealcore is measured by turns with pyHanko on the
# same files and keys. What is timed and printed: pdf_pyhanko.py, beside this file.
set -euo pipefail

if [ $# = 0 ]; then
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 64
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../../tests/interop-pdf/tools.sh
source "$here/../../../tests/interop-pdf/tools.sh"
python_peer
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$cache/venv/bin/python" "$interop_pdf/python/world.py" "$work/keys"
command=()
[ -n "${SEALCORE:-}" ] && command=(--sealcore "$SEALCORE")
"$cache/venv/bin/python" "$here/pdf_pyhanko.py" --keys "$work/keys" "${command[@]}" "$@"
