#!/usr/bin/env bash
# Builds the peers of the hot-path table and prints, a line each, their names and how to call them:
# benches/peers/hot-path.sh [gmsm|bouncycastle|openssl ...]
#
# A peer that can't be built is named on standard error and left out. From Debian, Maven Central and the Go proxy.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../tests/interop-pdf/tools.sh
source "$here/../../tests/interop-pdf/tools.sh"
cache=$cache/hot-path
mkdir -p "$cache" || exit 1

gmsm() {
    newer_go
    (cd "$here/gmsm" && go build -o "$cache/gmsm" .) >&2 || give_up "gmsm can't be built from the Go proxy"
    printf 'gmsm\t%s\n' "$cache/gmsm"
}

bouncycastle() {
    debian java default-jdk-headless mvn maven
    local sources=("$here/bouncycastle/pom.xml" "$here/bouncycastle/src/main/java/peer/Peer.java")
    if ! fresh "$cache/bouncycastle" "${sources[@]}"; then
        mvn -q -B -f "${sources[0]}" -Dout="$cache/bouncycastle" package >&2 || give_up "BouncyCastle can't be had from Maven Central"
        stamp "$cache/bouncycastle" "${sources[@]}"
    fi
    # One thread compiles, one collects: what they do is not counted, and disturbs less.
    printf 'BouncyCastle\tjava -XX:+UseSerialGC -cp %s/bouncycastle/classes:%s/bouncycastle/jars/* peer.Peer\n' "$cache" "$cache"
}

openssl() {
    debian gcc gcc
    [ -f /usr/include/openssl/ts.h ] || debian no-such-command libssl-dev
    gcc -O2 -Wall -Wextra -o "$cache/openssl" "$here/openssl/peer.c" -lcrypto >&2 || give_up "no OpenSSL to build with"
    printf 'OpenSSL\t%s\n' "$cache/openssl"
}

[ $# -gt 0 ] || set -- gmsm openssl bouncycastle
for peer; do
    ("$peer") || echo "not measured: $peer" >&2
done
