#!/usr/bin/env bash
# What the boundary costs: the same verification from Rust, through C, and through Java, in turns, so that what else the machine
# does falls on all of them. `benches/boundary.sh [ROUNDS] [SAMPLES]`; prints microseconds as a table.
# After `bindings/java/test.sh`, which builds the Java half. SEALCORE_PROFILE (release) is the profile of all that is Rust.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-7} samples=${2:-1000} profile=${SEALCORE_PROFILE:-release}
out=${CARGO_TARGET_DIR:-target}/$profile
out=$(mkdir -p "$out" && readlink -f "$out")
cargo build --quiet --profile "$profile" -p sealcore-capi
cargo build --quiet --profile "$profile" -p sealcore-cli
cargo build --quiet --profile "$profile" -p sealcore-benches --bin boundary

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/lib"
cp "$out/libsealcore.so" "$work/lib/"
ln -s libsealcore.so "$work/lib/libsealcore.so.1"
gcc -std=c99 -O2 -Wall -Wextra -Iinclude benches/boundary/boundary.c -o "$work/boundary-c" -L"$work/lib" -Wl,-rpath,"$work/lib" -lsealcore
java=bindings/java/target
[ -d "$java/examples" ] || { echo 'run bindings/java/test.sh first: it builds the Java half' >&2; exit 1; }

"$out/sealcore" demo "$work/demo" >/dev/null
"$out/boundary" documents "$work"
SIGNER_PASSWORD=$(awk '/keys.signer.p12/ { print $NF; exit }' "$work/demo/README.txt")
export SIGNER_PASSWORD
for format in ofd pdf; do
  "$out/sealcore" sign "$work/document.$format" -o "$work/sealed.$format" --seal "$work/demo/seal.esl" --key "$work/demo/keys/signer.p12" \
    --password-env SIGNER_PASSWORD --page 1 --at 150mm,230mm >/dev/null
  "$out/sealcore" verify "$work/sealed.$format" --trust "$work/demo/trust" >/dev/null
done

for ((round = 1; round <= rounds; round++)); do
  for format in ofd pdf; do
    file=$work/sealed.$format
    "$out/boundary" "$file" "$work/demo/trust" "$samples" >>"$work/rust.$format"
    "$work/boundary-c" "$file" "$work/demo/trust" "$samples" >>"$work/c.$format"
    java -cp "$java/examples:$java/sealcore.jar:$java/lib/*" org.sealcore.example.BoundaryCost "$work/lib" "$file" "$work/demo/trust" "$samples" \
      >>"$work/java.$format"
  done
done

python3 - "$work" <<'EOF'
import json, statistics, sys
from pathlib import Path

work = Path(sys.argv[1])
print("| File | Bytes | Rust | C | Java | C − Rust | Java − Rust |\n|---|---:|---:|---:|---:|---:|---:|")
for kind in ("ofd", "pdf"):
    runs = {who: [json.loads(line) for line in (work / f"{who}.{kind}").read_text().splitlines()] for who in ("rust", "c", "java")}
    medians = {who: [run["median_ns"] / 1000 for run in found] for who, found in runs.items()}
    # Of each round the difference, of the differences the median.
    over = {who: statistics.median(a - b for a, b in zip(medians[who], medians["rust"])) for who in ("c", "java")}
    middle = {who: statistics.median(values) for who, values in medians.items()}
    print(f"| sealed.{kind} | {runs['rust'][0]['file_bytes']} | {middle['rust']:.0f} | {middle['c']:.0f} | {middle['java']:.0f} | "
          f"{over['c']:.1f} | {over['java']:.1f} |")
    print({who: [round(v) for v in values] for who, values in medians.items()}, file=sys.stderr)
EOF
