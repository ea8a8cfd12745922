#!/usr/bin/env bash
# What sealcore signs in PDF, the peers accept and render; what the peers sign, sealcore accepts. See README.md.
#   tests/interop-pdf/run.sh [--peers-only]     SEALCORE=path of the command, SEALCORE_CORPUS=folder of test files (optional)
#                                               KEEP=folder to work in and leave behind (optional)
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

peers_only=no
[ "${1:-}" = --peers-only ] && peers_only=yes
if [ -z "${SEALCORE:-}" ]; then
    for candidate in "$root/target/release/sealcore" "$root/target/debug/sealcore"; do
        [ -x "$candidate" ] && SEALCORE=$candidate && break
    done
fi
if [ $peers_only = no ] && ! [ -x "${SEALCORE:-}" ]; then
    echo "no sealcore command: build it, or set SEALCORE, or use --peers-only" >&2
    exit 64
fi

# shellcheck source=tools.sh
source "$here/tools.sh"
debian pdfsig poppler-utils pdftoppm poppler-utils mutool mupdf-tools qpdf qpdf certutil libnss3-tools openssl openssl
# Poppler's tables of Chinese characters come apart from it.
[ -d /usr/share/poppler/cMap ] || debian poppler-data poppler-data
python_peer
java_peer dss
java_peer ofdrw
go_peer

if [ -n "${KEEP:-}" ]; then
    rm -rf "$KEEP" && mkdir -p "$KEEP" && work=$(cd "$KEEP" && pwd) || exit 1
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
mkdir "$work/tmp"
cd "$work" || exit 1
export LC_ALL=C.UTF-8

passed=0
failed=0

python() {
    "$cache/venv/bin/python" "$here/python/$1.py" "${@:2}"
}

dss() {
    java -XX:TieredStopAtLevel=1 -Djava.io.tmpdir="$work/tmp" -cp "$cache/dss/peer.jar:$cache/dss/lib/*" interop.Main "$@"
}

ofdrw() {
    java -XX:TieredStopAtLevel=1 -Djava.io.tmpdir="$work/tmp" -cp "$cache/ofdrw/peer.jar:$cache/ofdrw/lib/*" interop.Main "$@"
}

gmsm() {
    "$cache/gmsm-peer" "$@"
}

verdict() { # verdict STATUS LABEL [REASON-FILE]
    if [ "$1" = 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $2"
        [ -n "${3:-}" ] && sed 's/^/    /' "$3" | head -n 5
    fi
}

works() { # works LABEL COMMAND...
    local label=$1
    shift
    "$@" >out.txt 2>&1
    verdict $? "$label" out.txt
}

refuses() { # refuses LABEL COMMAND...: it must end in 1, not in a crash or a usage error
    local label=$1 status
    shift
    "$@" >out.txt 2>&1
    status=$?
    [ $status = 1 ]
    verdict $? "$label (exit $status)" out.txt
}

# The peers' verdicts are collected, and asked for at the end in one process a peer.
ask() { # ask pyhanko|pdfsig|dss|bc|gmsm|ofdrw FILE-OR-FOLDER CONDITION...
    local IFS=$'\t'
    printf '%s\n' "$*" >>asked.tsv
}

asked_of() {
    awk -F'\t' -v peer="$1" '$1 == peer { print $2 }' asked.tsv | sort -u
}

peers_answer() {
    local peer files
    for peer in pyhanko pdfsig dss bc gmsm ofdrw; do
        mapfile -t files < <(asked_of $peer)
        [ ${#files[@]} = 0 ] && continue
        case $peer in
        pyhanko) python pyhanko_peer verify trust "${files[@]}" ;;
        pdfsig) python pdfsig_peer nss "${files[@]}" ;;
        dss) dss dss trust "${files[@]}" ;;
        bc) dss cms "${files[@]}" ;;
        gmsm) gmsm verify "${files[@]}" ;;
        ofdrw) ofdrw "${files[@]}" ;;
        esac >answers-$peer.jsonl 2>answers-$peer.err || works "$peer answers" sh -c "cat answers-$peer.err; false"
    done
    python judge asked.tsv answers-*.jsonl >judged.txt
    grep '^FAILED' judged.txt
    local p f
    read -r p _ f _ < <(tail -n 1 judged.txt)
    passed=$((passed + ${p:-0}))
    failed=$((failed + ${f:-1}))
}

finish() {
    peers_answer
    echo "$passed passed, $failed failed"
    [ $failed = 0 ]
    exit
}

sealcore_says() { # sealcore_says FILE TRUST CONDITION...: by the policy pades, unless $policy names another
    local file=$1 trust=$2
    shift 2
    READER_PASSWORD=reader "$SEALCORE" verify --json --lang en --policy "${policy:-pades}" --trust "$trust" --password-env READER_PASSWORD \
        "$file" >report.json 2>report.err
    python judge --report "$@" <report.json >out.txt 2>&1
    verdict $? "sealcore verifies $file" out.txt
}

alter() { # alter IN OUT: one byte of a page that every signature covers
    sed 's/of a contract/of a Contract/' "$1" >"$2"
    ! cmp -s "$1" "$2"
}

sound() { # sound FILE: to qpdf, password or not
    works "qpdf --check $1" sh -c 'qpdf --password=reader --check "$1" && ! qpdf --password=reader --check "$1" 2>&1 | grep WARNING' - "$1"
}

openssl_checks() { # openssl_checks DIR: signature value and digest of a CMS with SM2, by openssl alone
    [ -f "$1/certificate.der" ] && openssl x509 -inform der -in "$1/certificate.der" -noout -pubkey >"$1/key.pem" &&
        openssl dgst -sm3 -verify "$1/key.pem" -sigopt distid:1234567812345678 -signature "$1/signature.der" "$1/attributes.der" &&
        [ "$(openssl dgst -sm3 -r "$1/signed.bin" | cut -d' ' -f1)" = "$(cat "$1/digest.hex")" ]
}

# shellcheck source=peers.sh
source "$here/peers.sh"
[ $peers_only = yes ] && finish
# shellcheck source=theirs.sh
source "$here/theirs.sh"
# shellcheck source=ours.sh
source "$here/ours.sh"
finish
