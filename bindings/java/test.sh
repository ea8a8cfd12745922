#!/usr/bin/env bash
# Builds the binding and runs all that it has: tests, javadoc, the quick start of both READMEs, the examples.
#   SEALCORE_LIB=folder of libsealcore  SEALCORE=path of the command  bindings/java/test.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
: "${SEALCORE_LIB:?the folder with the native library}" "${SEALCORE:?the path of the command sealcore}"
SEALCORE_LIB=$(readlink -f "$SEALCORE_LIB")
SEALCORE=$(readlink -f "$SEALCORE")
export SEALCORE_LIB SEALCORE
# Paths with Chinese names, also where the caller's locale is C.
export LC_ALL=C.UTF-8

mvn -B -q clean verify

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$SEALCORE" demo "$work/demo" >/dev/null
SEALCORE_PASSWORD=$(awk '/keys.signer.p12/ { print $NF; exit }' "$work/demo/README.txt")
SEALCORE_TIME=$(($(date +%s) + 3600))
export SEALCORE_PASSWORD SEALCORE_TIME

class_path=$PWD/target/sealcore.jar:$(printf '%s:' "$PWD"/target/lib/*.jar)
run() { java -Dsealcore.library.path="$SEALCORE_LIB" "$@"; }

echo 'quick start'
quickstart() { awk '/^```java$/ { on = 1; next } /^```$/ { if (on) exit } on' "$1"; }
for readme in README.md README.zh-CN.md; do
    mkdir -p "$work/$readme"
    quickstart "$readme" >"$work/$readme/Quickstart.java"
    javac --release 8 -Xlint:-options -cp "$class_path" -d "$work/$readme" "$work/$readme/Quickstart.java"
    (cd "$work/demo" && run -cp "$work/$readme:$class_path" Quickstart)
    "$SEALCORE" verify "$work/demo/quickstart.ofd" --trust "$work/demo/trust" >/dev/null
    rm "$work/demo/quickstart.ofd"
done

echo 'examples'
examples=$(./build.sh --examples-only)
mkdir "$work/cross" "$work/ofdrw"
run -cp "$examples" org.sealcore.example.Crosscheck "$SEALCORE_LIB" "$work/demo" "$work/cross" java
[ "$(wc -l <"$work/cross/java.jsonl")" = 2 ]
[ "$(grep -c '"policy":"seal","verdict":"valid"' "$work/cross/java.jsonl")" = 2 ]
for file in java.ofd java.pdf; do
    "$SEALCORE" verify "$work/cross/$file" --trust "$work/demo/trust" --at "$(date -u -d "@$((SEALCORE_TIME + 60))" +%FT%TZ)" >/dev/null
done
run -cp "$examples" org.sealcore.example.BoundaryCost "$SEALCORE_LIB" "$work/demo/sealed.pdf" "$work/demo/trust" 50
run -Djava.io.tmpdir="$work/ofdrw" -Duser.timezone=Asia/Shanghai -cp "$examples:$(printf '%s:' target/test-lib/*.jar)" \
    org.sealcore.example.OfdrwReplacement "$work/demo" "$work/ofdrw" >/dev/null

echo 'the native library in the jar'
platform=linux-$(uname -m | tr _ -)
mkdir -p "$work/jar/native/$platform"
cp "$SEALCORE_LIB/libsealcore.so" "$work/jar/native/$platform/"
cp target/sealcore.jar "$work/jar/"
jar uf "$work/jar/sealcore.jar" -C "$work/jar" native
java -cp "$work/jar/sealcore.jar:target/examples:$(printf '%s:' target/lib/*.jar)" org.sealcore.example.Version

echo 'java: done'
