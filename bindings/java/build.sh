#!/usr/bin/env bash
# Builds the jar and the examples without running anything, and prints the class path of both: for benches and cross tests.
#   java -cp "$(bindings/java/build.sh)" org.sealcore.example.Crosscheck LIBDIR DEMODIR OUTDIR NAME
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
[ "${1:-}" = --examples-only ] || mvn -B -q clean package -DskipTests -Dmaven.javadoc.skip >&2
class_path=$PWD/target/sealcore.jar:$(printf '%s:' "$PWD"/target/lib/*.jar)
mkdir -p target/examples
find examples -name '*.java' -print0 | xargs -0 javac --release 8 -Xlint:-options -d target/examples \
    -cp "$class_path$(printf '%s:' target/test-lib/*.jar)"
echo "$PWD/target/examples:${class_path%:}"
