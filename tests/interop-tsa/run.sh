#!/usr/bin/env bash
# Clients of the field against `sealcore tsa serve`, and their tokens against `sealcore timestamp verify`. See README.md.
#   tests/interop-tsa/run.sh     SEALCORE=path of the command; KEEP=folder to work in and leave behind (optional)
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ -z "${SEALCORE:-}" ]; then
    for candidate in "$root/target/release/sealcore" "$root/target/debug/sealcore"; do
        [ -x "$candidate" ] && SEALCORE=$candidate && break
    done
fi
if ! [ -x "${SEALCORE:-}" ]; then
    echo "no sealcore command: build it, or set SEALCORE" >&2
    exit 64
fi

# pyHanko and BouncyCastle are those of the tests in PDF.
# shellcheck source=../interop-pdf/tools.sh
source "$root/tests/interop-pdf/tools.sh"
debian openssl openssl curl curl
python_peer
java_peer dss

if [ -n "${KEEP:-}" ]; then
    rm -rf "$KEEP" && mkdir -p "$KEEP" && work=$(cd "$KEEP" && pwd) || exit 1
else
    work=$(mktemp -d)
fi
servers=()
tidy() {
    for server in "${servers[@]}"; do kill "$server" 2>/dev/null; done
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap tidy EXIT
cd "$work" || exit 1
export LC_ALL=C.UTF-8

passed=0
failed=0
verdict() { # verdict STATUS LABEL
    if [ "$1" = 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $2"
        sed 's/^/    /' out.txt | tail -n 8
    fi
}
works() { # works LABEL COMMAND...; what the one before said is in said.txt
    [ -f out.txt ] && mv out.txt said.txt
    "${@:2}" >out.txt 2>&1
    verdict $? "$1"
}
refuses() { # refuses LABEL COMMAND...: a plain no
    "${@:2}" >out.txt 2>&1
    [ $? = 1 ]
    verdict $? "$1"
}

sealcore() { "$SEALCORE" --lang en "$@"; }
pyhanko() { "$cache/venv/bin/python" "$here/pyhanko_tsa.py" "$@"; }
bc() { java -XX:TieredStopAtLevel=1 -cp "classes:$cache/dss/lib/*" Tsp "$@"; }
ask() { # ask URL REQUEST REPLY
    curl -sS --fail -H 'Content-Type: application/timestamp-query' --data-binary "@$2" "$1" -o "$3"
}

works "Tsp.java compiles" javac -cp "$cache/dss/lib/*" -d classes "$here/Tsp.java"

# --- authorities: a root of each kind, an authority under it, a server for it ---------------------------------------
declare -A url
for kind in sm2 p256 rsa2048; do
    works "$kind: keys" sh -c "for key in ca tsa unit; do '$SEALCORE' key generate --algorithm $kind -o $kind-\$key.key || exit; done"
    works "$kind: root" sealcore cert issue --self-signed --profile root --key $kind-ca.key --subject "CN=$kind root,C=CN" -o $kind-ca.crt
    for profile in tsa unit; do
        works "$kind: $profile" sealcore cert issue --profile $profile --key $kind-$profile.key --subject "CN=$kind $profile,C=CN" \
            --issuer-key $kind-ca.key --issuer-cert $kind-ca.crt -o $kind-$profile.crt
    done
    works "$kind: revocation list" sealcore cert crl --issuer-key $kind-ca.key --issuer-cert $kind-ca.crt -o $kind-ca.crl
    "$SEALCORE" --lang en tsa serve --key $kind-tsa.key --cert $kind-tsa.crt --state $kind-state --listen 127.0.0.1:0 --json \
        >$kind-server.txt 2>&1 &
    servers+=($!)
    for _ in $(seq 100); do grep -q url $kind-server.txt && break || sleep 0.1; done
    url[$kind]=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' $kind-server.txt)
done
echo 'what is stamped' >data
echo 'something else' >other

# --- openssl ---------------------------------------------------------------------------------------------------------
for kind in p256 rsa2048; do
    for hash in sha256 sha512 sm3; do
        request=$kind-$hash.tsq
        works "openssl asks for $hash" openssl ts -query -data data -$hash -cert -out $request
        works "$kind answers openssl" ask "${url[$kind]}" $request $kind-$hash.tsr
        works "openssl verifies $kind over $hash by request" openssl ts -verify -queryfile $request -in $kind-$hash.tsr -CAfile $kind-ca.crt
        works "openssl verifies $kind over $hash by data" openssl ts -verify -data data -in $kind-$hash.tsr -CAfile $kind-ca.crt
        refuses "openssl refuses other data" openssl ts -verify -data other -in $kind-$hash.tsr -CAfile $kind-ca.crt
        works "sealcore verifies $kind over $hash" sealcore timestamp verify --reply $kind-$hash.tsr --request $request --trust $kind-ca.crt --crl $kind-ca.crl
    done
done
works "openssl asks without certificate and nonce" openssl ts -query -data data -sha256 -no_nonce -out bare.tsq
works "the authority answers" ask "${url[p256]}" bare.tsq bare.tsr
works "openssl verifies with the certificate beside" openssl ts -verify -queryfile bare.tsq -in bare.tsr -CAfile p256-ca.crt -untrusted p256-tsa.crt
works "openssl asks for a policy" openssl ts -query -data data -sha256 -tspolicy 1.2.3 -out policy.tsq
works "the authority answers" ask "${url[p256]}" policy.tsq policy.tsr
works "openssl reads the refusal" sh -c "openssl ts -reply -in policy.tsr -text 2>/dev/null | grep -q 'policy is not supported'"
# Our request, openssl's authority, our verification.
cat >tsa.cnf <<'CONF'
[tsa]
default_tsa = authority
[authority]
serial = ./openssl-serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512, sm3
accuracy = secs:1, millisecs:500, microsecs:100
ordering = yes
tsa_name = yes
ess_cert_id_chain = yes
ess_cert_id_alg = sha256
CONF
for kind in p256 rsa2048; do
    for hash in sm3 sha256 sha384; do
        works "sealcore asks" sealcore timestamp request --in data --hash $hash --cert -o openssl-$kind.tsq --force
        works "openssl answers with $kind" openssl ts -reply -config tsa.cnf -queryfile openssl-$kind.tsq -signer $kind-tsa.crt -inkey $kind-tsa.key \
            -chain $kind-ca.crt -out openssl-$kind.tsr
        works "sealcore verifies openssl's $kind over $hash" sealcore timestamp verify --reply openssl-$kind.tsr --request openssl-$kind.tsq --in data \
            --trust $kind-ca.crt --crl $kind-ca.crl
        refuses "sealcore refuses other data" sealcore timestamp verify --reply openssl-$kind.tsr --in other --trust $kind-ca.crt --crl $kind-ca.crl
    done
done

# --- BouncyCastle ----------------------------------------------------------------------------------------------------
for pair in sm2:sm3 rsa2048:sha256 p256:sha256; do
    kind=${pair%:*} hash=${pair#*:}
    works "BouncyCastle asks for $hash" bc request $hash data bc-$kind.tsq
    works "$kind answers BouncyCastle" ask "${url[$kind]}" bc-$kind.tsq bc-$kind.tsr
    works "BouncyCastle validates $kind" bc check bc-$kind.tsq bc-$kind.tsr $kind-tsa.crt
    works "its certificate is inside" grep -q 'with its certificate' said.txt
    works "sealcore verifies $kind" sealcore timestamp verify --reply bc-$kind.tsr --request bc-$kind.tsq --in data --trust $kind-ca.crt --crl $kind-ca.crl
    works "sealcore asks" sealcore timestamp request --in data --hash $hash --cert -o ours-$kind.tsq
    works "BouncyCastle answers with $kind" bc reply $hash $kind-tsa.key $kind-tsa.crt ours-$kind.tsq theirs-$kind.tsr
    works "sealcore verifies BouncyCastle's $kind" sealcore timestamp verify --reply theirs-$kind.tsr --request ours-$kind.tsq --in data \
        --trust $kind-ca.crt --crl $kind-ca.crl
    refuses "sealcore refuses other data" sealcore timestamp verify --reply theirs-$kind.tsr --in other --trust $kind-ca.crt --crl $kind-ca.crl
    refuses "BouncyCastle refuses the reply to another request" bc check ours-$kind.tsq bc-$kind.tsr $kind-tsa.crt
done

# --- pyHanko ---------------------------------------------------------------------------------------------------------
"$SEALCORE" demo demo >/dev/null
for kind in p256 rsa2048; do
    works "pyHanko takes a token of $kind" pyhanko token "${url[$kind]}" $kind-ca.crt pyhanko-$kind.tst
    printf 'data of pyHanko' >pyhanko-data
    works "sealcore verifies it" sealcore timestamp verify --token pyhanko-$kind.tst --in pyhanko-data --trust $kind-ca.crt --crl $kind-ca.crl
    works "pyHanko signs a PDF with a time stamp of $kind" pyhanko sign "${url[$kind]}" $kind-ca.crt $kind-unit.key $kind-unit.crt demo/document.pdf pyhanko-$kind.pdf
    works "sealcore verifies the PDF" sealcore verify pyhanko-$kind.pdf --policy pades --trust $kind-ca.crt --crl $kind-ca.crl --json
    works "and its time stamp" grep -q '"verified":true' said.txt
    works "sealcore signs a PDF with a time stamp of $kind" sealcore sign demo/document.pdf -o ours-$kind.pdf --key $kind-unit.key --cert $kind-unit.crt --tsa "${url[$kind]}"
    works "pyHanko verifies it" pyhanko check $kind-ca.crt ours-$kind.pdf
    works "sealcore verifies it" sealcore verify ours-$kind.pdf --trust $kind-ca.crt --crl $kind-ca.crl
done

# Its own tokens are RSA only.
works "pyHanko makes a token" pyhanko make rsa2048-tsa.key rsa2048-tsa.crt rsa2048-ca.crt data theirs.tst
works "sealcore verifies pyHanko's" sealcore timestamp verify --token theirs.tst --in data --trust rsa2048-ca.crt --crl rsa2048-ca.crl

# --- TLS, with curl --------------------------------------------------------------------------------------------------
works "a certificate for TLS" openssl req -x509 -newkey rsa:2048 -nodes -keyout tls.key -out tls.crt -subj /CN=localhost -days 2 \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE
"$SEALCORE" --lang en tsa serve --key sm2-tsa.key --cert sm2-tsa.crt --state tls-state --listen 127.0.0.1:0 --tls-cert tls.crt --tls-key tls.key --json \
    >tls-server.txt 2>&1 &
servers+=($!)
for _ in $(seq 100); do grep -q url tls-server.txt && break || sleep 0.1; done
secure=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' tls-server.txt)
works "curl over TLS" curl -sS --fail --cacert tls.crt -H 'Content-Type: application/timestamp-query' --data-binary @bc-sm2.tsq "$secure" -o tls.tsr
works "sealcore verifies" sealcore timestamp verify --reply tls.tsr --request bc-sm2.tsq --trust sm2-ca.crt --crl sm2-ca.crl
works "sealcore signs with a time stamp over TLS" sealcore sign demo/document.ofd -o tls.ofd --key sm2-unit.key --cert sm2-unit.crt --tsa "$secure" --tsa-ca tls.crt
works "sealcore verifies it" sealcore verify tls.ofd --trust sm2-ca.crt --crl sm2-ca.crl
refuses "not without a word for the server" sealcore sign demo/document.ofd -o no.ofd --key sm2-unit.key --cert sm2-unit.crt --tsa "$secure"

for server in "${servers[@]}"; do
    kill -TERM "$server"
    wait "$server"
    works "the server ends well" test $? = 0
done
servers=()
echo "$passed passed, $failed failed"
[ $failed = 0 ]
