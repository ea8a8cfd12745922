#!/usr/bin/env bash
# ofdrw on the files that sealcore's benches use: benches/peers/ofdrw/run.sh [--runs N] [--warmup N] [--seconds S] FILE...
#
# One warm JVM with its default compiler; key and V4 seal are loaded once. `sign` goes from the file on disk to the
# sealed file on disk (ContinueSign, one stamp), `verify` from that sealed file to ofdrw's verdict. Prints TSV: file, op,
# wall median and 95th percentile in ms, CPU time of the calling thread (the JVM's compiler and collector threads not
# counted), and how many runs there were: --seconds (default 60) ends an operation early, after three runs at least.
set -euo pipefail

if [ $# = 0 ]; then
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 64
fi
interop=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../tests/interop" && pwd)
(cd "$interop" && mvn -q -B package) >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp"

ofdrw() {
    java -Djava.io.tmpdir="$work/tmp" -cp "$interop/target/interop.jar:$interop/target/lib/*" interop.Main "$@"
}

export INTEROP_PASSWORD=interop-test
ofdrw keys "$work/keys"
ofdrw seal --form v4 --maker-p12 "$work/keys/maker.p12" --maker-password-env INTEROP_PASSWORD \
    --signer-cert "$work/keys/signer.pem" --picture "$work/keys/seal.png" "$work/seal.esl"
ofdrw bench --p12 "$work/keys/signer.p12" --password-env INTEROP_PASSWORD --seal "$work/seal.esl" "$@"
