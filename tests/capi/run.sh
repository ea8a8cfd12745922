#!/usr/bin/env bash
# The boundary of libsealcore, from C. Needs gcc, g++, valgrind, and of the project:
#   SEALCORE_LIB    the folder of libsealcore.so, and libsealcore.a where that is to be tested too
#   SEALCORE        the command, for the demo folder
#   SEALCORE_INCLUDE (../../include)   SECONDS_OF_THREADS (10)   QUICK=1 leaves valgrind out
#   OPTIMISED=1     for a library of the release or dist profile; told by itself where it is stripped
set -euo pipefail
unset RUST_BACKTRACE # the panics here are injected; what they print says enough
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${SEALCORE_LIB:?the folder of libsealcore.so}" "${SEALCORE:?the command sealcore}"
include=${SEALCORE_INCLUDE:-$root/include}
seconds=${SECONDS_OF_THREADS:-10}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
step() { printf '\n== C: %s\n' "$1"; }
not_run=()

# A folder as the archive has it. The loader looks for the soname.
prefix=$work/prefix
mkdir -p "$prefix/lib" "$prefix/include"
cp "$include/sealcore.h" "$prefix/include/"
cp "$SEALCORE_LIB/libsealcore.so" "$prefix/lib/"
soname=$(objdump -p "$prefix/lib/libsealcore.so" | awk '$1 == "SONAME" { print $2 }')
[ -z "$soname" ] || [ "$soname" = libsealcore.so ] || ln -s libsealcore.so "$prefix/lib/$soname"
static=
if [ -e "$SEALCORE_LIB/libsealcore.a" ]; then
  ln -s "$(cd "$SEALCORE_LIB" && pwd)/libsealcore.a" "$prefix/lib/libsealcore.a"
  static=1
else
  not_run+=('the static library (libsealcore.a is not there)')
fi

step 'the header alone, as C99 and C++17'
strict='-Wall -Wextra -pedantic -Werror'
printf '#include <sealcore.h>\n' > "$work/alone.c"
cp "$work/alone.c" "$work/alone.cpp"
# shellcheck disable=SC2086
{
  gcc -std=c99 $strict -Wconversion -Wstrict-prototypes -I"$prefix/include" -fsyntax-only "$work/alone.c"
  g++ -std=c++17 $strict -Wconversion -I"$prefix/include" -fsyntax-only "$work/alone.cpp"
  gcc -std=c11 $strict -I"$prefix/include" -fsyntax-only "$here/layout.c"
}

step 'symbols'
nm -D --defined-only "$prefix/lib/libsealcore.so" | awk '{ print $3 }' | sort > "$work/exported"
if grep -v '^sealcore_' "$work/exported"; then
  echo 'the library exports more than sealcore_ symbols' >&2
  exit 1
fi
grep -v '^sealcore_test_' "$work/exported" > "$work/symbols"
grep -q '^sealcore_test_' "$work/exported" || not_run+=('panics and a failing self-test (the library has no test hooks)')
if [ -e "$root/include/sealcore.symbols" ]; then
  diff <(sort "$root/include/sealcore.symbols") "$work/symbols"
else
  not_run+=('the list of symbols (include/sealcore.symbols is not there)')
fi

step 'build'
cc() { # cc OUT FLAGS... : the test programs
  local out=$1
  shift
  mkdir -p "$out"
  for program in misuse threads crosscheck; do
    local sources=("$here/$program.c" "$here/check.c" "$here/world.c" "$here/friends.c")
    [ "$program" != misuse ] || for name in arguments accessors buffers layouts signers streams late hooks; do sources+=("$here/$name.c"); done
    # shellcheck disable=SC2086
    gcc -std=c99 $strict -g -pthread -I"$prefix/include" "${sources[@]}" -o "$out/$program" "$@" -ldl
  done
}
dynamic="-L$prefix/lib -Wl,-rpath,$prefix/lib -lsealcore"
native='-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc'
examples() { make -s -C "$root/examples/c" SEALCORE_PREFIX="$prefix" "$@"; }
# shellcheck disable=SC2086
cc "$work/plain" -O1 $dynamic
examples OUT="$work/plain"
# shellcheck disable=SC2086
cc "$work/asan" -O1 -fsanitize=address,undefined -fno-sanitize-recover=all $dynamic
examples OUT="$work/asan" CFLAGS='-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all'
if [ -n "$static" ]; then
  # shellcheck disable=SC2086
  cc "$work/static" -O1 -rdynamic -Wl,-u,sealcore_test_panic,-u,sealcore_test_break_self_test "$prefix/lib/libsealcore.a" $native
  examples OUT="$work/static" STATIC=1
fi
diff <("$work/plain/misuse" --names | sort) "$work/symbols" || {
  echo 'tests/capi does not try every function (<: tried, >: exported)' >&2
  exit 1
}

step 'examples'
"$SEALCORE" demo "$work/demo" > /dev/null
password() { awk -v key="keys/$1.p12" '$1 == key { print $NF; exit }' "$work/demo/README.txt"; }
run_examples() { # run_examples FOLDER [WRAPPER...]
  local bin=$1 out demo=$work/demo
  shift
  out=$(mktemp -d "$work/out.XXXX")
  export SEALCORE_PASSWORD
  SEALCORE_PASSWORD=$(password signer)
  for format in ofd pdf; do
    "$@" "$bin/sign" "$demo/keys/signer.p12" "$demo/seal.esl" "$demo/document.$format" "$out/sign.$format" 2> "$out/progress"
    "$@" "$bin/external_signer" "$demo/keys/signer.p12" "$demo/keys/signer.crt" "$demo/seal.esl" "$demo/document.$format" "$out/external.$format"
    "$@" "$bin/two_phase" prepare "$demo/keys/signer.crt" "$demo/seal.esl" "$demo/document.$format" "$out/session" "$out/digest"
    "$@" "$bin/two_phase" sign "$demo/keys/signer.p12" "$out/digest" "$out/value"
    "$@" "$bin/two_phase" complete "$out/session" "$demo/document.$format" "$out/value" "$out/two_phase.$format"
  done
  "$@" "$bin/verify" "$demo/trust" "$out"/*.ofd "$out"/*.pdf "$demo/sealed.ofd" "$demo/sealed.pdf"
  "$SEALCORE" verify "$out"/*.ofd "$out"/*.pdf --trust "$demo/trust" > /dev/null
  SEALCORE_PASSWORD=$(password tsa)
  "$@" "$bin/timestamp" "$demo/keys/tsa.p12" "$demo/trust" "$demo/document.pdf" "$out/token"
  SEALCORE_LANG=en "$SEALCORE" timestamp verify --token "$out/token" --in "$demo/document.pdf" --trust "$demo/trust" > /dev/null
  # They can fail, too.
  SEALCORE_PASSWORD=wrong
  ends 1 "$@" "$bin/sign" "$demo/keys/signer.p12" "$demo/seal.esl" "$demo/document.ofd" "$out/never.ofd"
  [ ! -e "$out/never.ofd" ]
  ends 1 "$@" "$bin/verify" "$demo/trust" "$demo/document.ofd"
  ends 4 "$@" "$bin/verify" "$demo/trust" "$demo/README.txt"
  head -c 31 "$out/digest" > "$out/short"
  ends 1 "$@" "$bin/two_phase" complete "$out/session" "$demo/document.pdf" "$out/short" "$out/never.pdf"
  [ ! -e "$out/never.pdf" ]
  rm -r "$out"
}
ends() { # ends STATUS COMMAND...
  local expected=$1 status=0
  shift
  "$@" > /dev/null 2>&1 || status=$?
  [ "$status" = "$expected" ] || {
    echo "ended in $status, not $expected: $*" >&2
    return 1
  }
}
# Fair, or a thread that waits for nothing keeps the others from running at all.
memcheck=(valgrind -q --fair-sched=yes --leak-check=full --error-exitcode=9 --suppressions="$here/std.supp")
if [ -n "${OPTIMISED:-}" ] || [ -z "$(nm "$prefix/lib/libsealcore.so" 2> /dev/null)" ]; then
  # LLVM compares whole words of which one byte decides (cmp eax, 0x0b000000 over an enum with padding); memcheck takes the other
  # bytes for values that are used. Without symbols, what std.supp names cannot be told by name either.
  memcheck+=(--undef-value-errors=no --errors-for-leak-kinds=definite --show-leak-kinds=definite)
  not_run+=('the search for values that were not set (the library is optimised)')
fi
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
run_examples "$work/plain"
run_examples "$work/asan" > /dev/null
[ -z "$static" ] || run_examples "$work/static" > /dev/null
[ -n "${QUICK:-}" ] || run_examples "$work/plain" "${memcheck[@]}" > /dev/null

step 'misuse'
misuse() { # misuse FOLDER [WRAPPER...]
  local bin=$1
  shift
  "$@" "$bin/misuse" "$work/demo" "$work"
  "$@" "$bin/misuse" --broken "$work/demo"
}
misuse "$work/plain"
misuse "$work/asan"
[ -z "$static" ] || misuse "$work/static"
[ -n "${QUICK:-}" ] || MISUSE_BRIEF=1 misuse "$work/plain" "${memcheck[@]}"

step "threads, $seconds s"
"$work/plain/threads" "$work/demo" "$work" "$seconds"
"$work/asan/threads" "$work/demo" "$work" 3
[ -n "${QUICK:-}" ] || "${memcheck[@]}" "$work/plain/threads" "$work/demo" "$work" 5

step 'crosscheck'
mkdir "$work/cross"
SEALCORE_PASSWORD=$(password signer)
SEALCORE_TIME=$(($(date +%s) + 3600))
export SEALCORE_PASSWORD SEALCORE_TIME
"${memcheck[@]}" "$work/plain/crosscheck" "$prefix/lib" "$work/demo" "$work/cross" c
cat "$work/cross/c.jsonl"
[ "$(grep -c '"verdict":"valid","signatures"' "$work/cross/c.jsonl")" = 2 ]

step 'done'
for what in ${not_run[@]+"${not_run[@]}"}; do echo "NOT RUN: $what"; done
