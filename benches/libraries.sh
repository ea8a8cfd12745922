#!/usr/bin/env bash
# The same operations through several builds of libsealcore, by turns, from Python: what one build costs more than another.
# `benches/libraries.sh [-n ROUNDS] LIBRARY...`, such as target/release/libsealcore.so and the one of an archive; prints medians in
# microseconds as a table.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=5
if [ "${1:-}" = -n ]; then rounds=$2; shift 2; fi
[ $# -gt 0 ] || { sed -n '2,5p' "$0" >&2; exit 64; }
out=${CARGO_TARGET_DIR:-target}/release
out=$(mkdir -p "$out" && readlink -f "$out")
cargo build --quiet --release -p sealcore-cli
cargo build --quiet --release -p sealcore-benches --bin boundary

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$out/sealcore" demo "$work/demo" >/dev/null
"$out/boundary" documents "$work"
export PASSWORD
for algorithm in p256 p384 rsa2048 rsa3072; do
  PASSWORD=benchmark
  "$out/sealcore" key generate --algorithm "$algorithm" -o "$work/$algorithm.pem" >/dev/null
  "$out/sealcore" cert issue --key "$work/$algorithm.pem" --subject "CN=$algorithm" --self-signed --profile person \
    -o "$work/$algorithm.crt" --p12 "$work/$algorithm.p12" --p12-password-env PASSWORD >/dev/null
done
PASSWORD=$(awk '/keys.signer.p12/ { print $NF; exit }' "$work/demo/README.txt")

number=0
for library in "$@"; do
  number=$((number + 1))
  mkdir "$work/$number"
  cp "$library" "$work/$number/libsealcore.so.1"
done
for ((round = 1; round <= rounds; round++)); do
  for ((number = 1; number <= $#; number++)); do
    SEALCORE_LIB=$work/$number/libsealcore.so.1 PYTHONPATH=bindings/python/src python3 benches/boundary/operations.py "$work" 200 \
      >>"$work/$number.jsonl"
  done
done

python3 - "$work" "$@" <<'EOF'
import json, statistics, sys
from pathlib import Path

work, libraries = Path(sys.argv[1]), sys.argv[2:]
runs = [[json.loads(line) for line in (work / f"{n}.jsonl").read_text().splitlines()] for n in range(1, len(libraries) + 1)]
for n, library in enumerate(libraries, 1):
    print(f"{n}: {library}, {Path(library).stat().st_size} bytes")
print("| Operation |" + "".join(f" {n} |" for n in range(1, len(libraries) + 1)) + "\n|---|" + "---:|" * len(libraries))
for name in runs[0][0]:
    print(f"| {name} |" + "".join(f" {statistics.median(run[name] for run in found):.0f} |" for found in runs))
EOF
