#!/usr/bin/env bash
# What sealcore signs, ofdrw verifies; what ofdrw signs, sealcore verifies. See README.md.
#   tests/interop/run.sh [--java-only]     SEALCORE=path of the command, SEALCORE_CORPUS=folder of test files (optional)
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

# What `sealcore demo` leaves, relative to its folder. The password of a key is the last word of the first line of
# demo_passwords that names its file.
demo_trust=trust
demo_signer=keys/signer.p12
demo_maker=keys/maker.p12
demo_passwords=README.txt
demo_sealed=sealed.ofd

java_only=no
[ "${1:-}" = --java-only ] && java_only=yes
if [ -z "${SEALCORE:-}" ]; then
    for candidate in "$root/target/release/sealcore" "$root/target/debug/sealcore"; do
        [ -x "$candidate" ] && SEALCORE=$candidate && break
    done
fi
if [ $java_only = no ] && ! [ -x "${SEALCORE:-}" ]; then
    echo "no sealcore command: build it, or set SEALCORE, or use --java-only" >&2
    exit 64
fi

(cd "$here" && mvn -q -B package) >&2 || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp"
cd "$work" || exit 1
export LC_ALL=C.UTF-8

passed=0
failed=0

# ofdrw writes local times without a zone; China's is what real files have. It leaves temporary folders behind
# when it fails, hence the tmpdir of our own.
ofdrw() {
    java -XX:TieredStopAtLevel=1 -Duser.timezone=Asia/Shanghai -Djava.io.tmpdir="$work/tmp" \
        -cp "$here/target/interop.jar:$here/target/lib/*" interop.Main "$@"
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

# ofdrw's verdicts are collected and asked for at the end in one JVM.
asked=()
ofdrw_says() { # ofdrw_says PASS|FAIL FILE
    asked+=("$1 $2")
}

ofdrw_answers() {
    local entry
    ofdrw verify "${asked[@]#* }" >answers.tsv 2>answers.err
    for entry in "${asked[@]}"; do
        grep -F -- "$(printf '\t%s\t' "${entry#* }")" answers.tsv >answer.txt
        [ -f "${entry#* }" ] && grep -q "^${entry%% *}" answer.txt
        verdict $? "ofdrw verifies ${entry#* }: ${entry%% *} expected" answer.txt
    done
}

sealcore_says() { # sealcore_says FILE TRUST CONDITION...
    local file=$1 trust=$2
    shift 2
    "$SEALCORE" verify --json --lang en --trust "$trust" "$file" >report.json 2>report.err
    python3 "$here/checks.py" expect "$@" <report.json >out.txt 2>&1
    verdict $? "sealcore verifies $file" out.txt
}

alter() { # alter page|stamp|value IN OUT
    python3 "$here/checks.py" alter "$@"
}

standard() {
    case $1 in
    v1) echo "GM/T 0031-2014" ;;
    v4) echo "GB/T 38540-2020" ;;
    v5) echo "GM/T 0031-2025" ;;
    *) echo "GB/T 35275" ;;
    esac
}

# --- ofdrw alone: documents, keys, seals, and that its verifier can fail --------------------------------------------
export INTEROP_PASSWORD=interop-test
bc_signer=(--p12 bc/signer.p12 --password-env INTEROP_PASSWORD)
mkdir own
works "ofdrw makes documents" ofdrw make docs
works "BouncyCastle makes keys" ofdrw keys bc
ofdrw_says FAIL docs/one.ofd

for g in v1 v4 v5; do
    works "ofdrw makes a $g seal" ofdrw seal --form $g --maker-p12 bc/maker.p12 --maker-password-env INTEROP_PASSWORD \
        --signer-cert bc/signer.pem --picture bc/seal.png bc/$g.esl
    works "ofdrw signs $g" ofdrw sign --form $g "${bc_signer[@]}" --seal bc/$g.esl --stamp 1,150,200,40,40 docs/one.ofd own/$g.ofd
    works "ofdrw signs $g across pages" ofdrw sign --form $g "${bc_signer[@]}" --seal bc/$g.esl --ride Right,40,40 \
        docs/five.ofd own/$g-seam.ofd
    works "ofdrw signs and locks $g" ofdrw sign --form $g "${bc_signer[@]}" --seal bc/$g.esl --mode whole --stamp 1,20,20,40,40 \
        docs/one.ofd own/$g-locked.ofd
    ofdrw_says PASS own/$g.ofd
    ofdrw_says PASS own/$g-seam.ofd
    ofdrw_says PASS own/$g-locked.ofd
done
for f in sign sign-base64 sign-attrs; do
    works "ofdrw signs GB/T 35275 ($f)" ofdrw sign --form $f --p12 bc/signer-aes.p12 --password-env INTEROP_PASSWORD \
        docs/text.ofd own/$f.ofd
    ofdrw_says PASS own/$f.ofd
done
for f in v1 v4 v5 sign sign-attrs; do
    for what in page stamp value; do
        [ $what = stamp ] && [[ $f = sign* ]] && continue
        works "alter $what of $f" alter $what own/$f.ofd own/$f-$what.ofd
        ofdrw_says FAIL own/$f-$what.ofd
    done
done

if [ $java_only = yes ]; then
    ofdrw_answers
    echo "$passed passed, $failed failed"
    [ $failed = 0 ]
    exit
fi

# --- sealcore reads what ofdrw signed -------------------------------------------------------------------------------
good=(verdict=valid '*.verdict=valid' '*.integrity=intact' '*.coverage=whole' '*.trust=trusted')
for g in v1 v4 v5; do
    sealcore_says bc/$g.esl bc/trust verdict=valid format=seal
    for kind in "" -seam -locked; do
        sealcore_says own/$g$kind.ofd bc/trust "${good[@]}" signatures=1 0.kind=seal "0.standard=$(standard $g)" 0.changes=none \
            0.signed_at=now
    done
    for what in page stamp value; do
        sealcore_says own/$g-$what.ofd bc/trust verdict=invalid 0.integrity=altered
    done
done
for f in sign sign-base64 sign-attrs; do
    sealcore_says own/$f.ofd bc/trust "${good[@]}" signatures=1 0.kind=signature "0.standard=$(standard sign)"
done
for f in sign sign-attrs; do
    sealcore_says own/$f-page.ofd bc/trust verdict=invalid 0.integrity=altered
    sealcore_says own/$f-value.ofd bc/trust verdict=invalid 0.integrity=altered
done

# --- ofdrw reads what sealcore signed -------------------------------------------------------------------------------
works "sealcore demo" "$SEALCORE" demo demo
password_of() {
    grep -m 1 -F -- "$(basename "$1")" "demo/$demo_passwords" | awk '{print $NF}'
}
SIGNER_PASSWORD=$(password_of $demo_signer)
MAKER_PASSWORD=$(password_of $demo_maker)
export SIGNER_PASSWORD MAKER_PASSWORD
signer=demo/$demo_signer
trust=demo/$demo_trust
key=(--key "$signer" --password-env SIGNER_PASSWORD)
bc_key=(--key bc/signer.p12 --password-env INTEROP_PASSWORD)
place=(--page 1 --at 150mm,200mm)

ofdrw_says PASS demo/$demo_sealed
works "BouncyCastle reads sealcore's PKCS#12" ofdrw cert --p12 "$signer" --password-env SIGNER_PASSWORD signer.pem
sealcore_says own/v4.ofd "$trust" verdict=indeterminate '*.integrity=intact' '*.trust=untrusted'

mkdir sc
for g in v1 v4 v5; do
    works "sealcore makes a $g seal" "$SEALCORE" seal make --generation $g --name 互操作测试专用章 --picture bc/seal.png \
        --width 40mm --height 40mm --maker-key "demo/$demo_maker" --maker-password-env MAKER_PASSWORD \
        --signer-cert signer.pem -o sc/$g.esl
    works "ofdrw reads sealcore's $g seal" ofdrw seal-verify sc/$g.esl
    seal=(--seal sc/$g.esl)

    works "sealcore signs $g" "$SEALCORE" sign docs/one.ofd -o sc/$g.ofd "${seal[@]}" "${key[@]}" "${place[@]}"
    works "sealcore signs $g across pages" "$SEALCORE" sign docs/five.ofd -o sc/$g-seam.ofd "${seal[@]}" "${key[@]}" --seam right
    works "five slices" python3 "$here/checks.py" stamps 5 sc/$g-seam.ofd
    works "sealcore signs $g by keyword" "$SEALCORE" sign docs/text.ofd -o sc/$g-word.ofd "${seal[@]}" "${key[@]}" \
        --keyword 盖章处 --match all
    works "two places" python3 "$here/checks.py" stamps 2 sc/$g-word.ofd
    works "sealcore signs and locks $g" "$SEALCORE" sign docs/one.ofd -o sc/$g-locked.ofd "${seal[@]}" "${key[@]}" "${place[@]}" --lock
    for kind in "" -seam -word -locked; do
        ofdrw_says PASS sc/$g$kind.ofd
        sealcore_says sc/$g$kind.ofd "$trust" "${good[@]}" signatures=1 "0.standard=$(standard $g)"
    done
    for what in page stamp value; do
        works "alter $what of sealcore's $g" alter $what sc/$g.ofd sc/$g-$what.ofd
        ofdrw_says FAIL sc/$g-$what.ofd
        sealcore_says sc/$g-$what.ofd "$trust" verdict=invalid 0.integrity=altered
    done

    # Keys and seal of the one, signed by the other.
    works "sealcore signs with BouncyCastle's key and ofdrw's $g seal" "$SEALCORE" sign docs/one.ofd -o sc/$g-theirs.ofd \
        --seal bc/$g.esl "${bc_key[@]}" "${place[@]}"
    works "ofdrw signs with sealcore's key and $g seal" ofdrw sign --form $g --p12 "$signer" --password-env SIGNER_PASSWORD \
        --seal sc/$g.esl --stamp 1,20,20,40,40 docs/one.ofd own/$g-theirs.ofd
    ofdrw_says PASS sc/$g-theirs.ofd
    ofdrw_says PASS own/$g-theirs.ofd
    sealcore_says sc/$g-theirs.ofd bc/trust "${good[@]}" signatures=1
    sealcore_says own/$g-theirs.ofd "$trust" "${good[@]}" signatures=1

    # A second signature by the other one leaves the first intact; a locked document takes none.
    works "ofdrw adds $g to sealcore's" ofdrw sign --form $g --p12 "$signer" --password-env SIGNER_PASSWORD --seal sc/$g.esl \
        --stamp 1,20,20,40,40 sc/$g.ofd own/$g-added.ofd
    works "sealcore adds $g to ofdrw's" "$SEALCORE" sign own/$g-theirs.ofd -o sc/$g-added.ofd "${seal[@]}" "${key[@]}" "${place[@]}"
    for file in own/$g-added.ofd sc/$g-added.ofd; do
        ofdrw_says PASS $file
        sealcore_says $file "$trust" "${good[@]}" signatures=2 0.changes=permitted 1.changes=none
    done
    refuses "ofdrw adds nothing to what sealcore locked ($g)" ofdrw sign --form $g "${bc_signer[@]}" --seal bc/$g.esl \
        sc/$g-locked.ofd never.ofd
    refuses "sealcore adds nothing to what ofdrw locked ($g)" "$SEALCORE" sign own/$g-locked.ofd -o never.ofd "${seal[@]}" \
        "${key[@]}" "${place[@]}"
done

works "sealcore signs GB/T 35275" "$SEALCORE" sign docs/text.ofd -o sc/sign.ofd "${key[@]}"
works "sealcore reads a PBES2 PKCS#12 of the JDK" "$SEALCORE" sign docs/text.ofd -o sc/sign-jdk.ofd --key bc/signer-aes.p12 \
    --password-env INTEROP_PASSWORD
ofdrw_says PASS sc/sign.ofd
ofdrw_says PASS sc/sign-jdk.ofd
sealcore_says sc/sign.ofd "$trust" "${good[@]}" signatures=1 0.kind=signature "0.standard=$(standard sign)"
sealcore_says sc/sign-jdk.ofd bc/trust "${good[@]}" signatures=1
for what in page value; do
    works "alter $what of sealcore's GB/T 35275" alter $what sc/sign.ofd sc/sign-$what.ofd
    ofdrw_says FAIL sc/sign-$what.ofd
    sealcore_says sc/sign-$what.ofd "$trust" verdict=invalid 0.integrity=altered
done

ofdrw_answers

# --- real files: what ofdrw accepts, sealcore must find intact (ofdrw accepts attacks too: those have no '__') ----------
if [ -d "${SEALCORE_CORPUS:-}/ofd" ]; then
    ofdrw verify "$SEALCORE_CORPUS"/ofd/*__*.ofd >corpus.tsv 2>corpus.err
    while IFS=$'\t' read -r answer file _; do
        [ "$answer" = PASS ] && sealcore_says "$file" bc/trust '*.integrity=intact'
    done <corpus.tsv
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]
