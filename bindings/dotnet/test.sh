#!/usr/bin/env bash
# Builds the binding with mcs and runs everything on Mono; with the .NET SDK too where there is one.
# SEALCORE is the path of the command, SEALCORE_LIB the folder of the library. Output goes to build/, which git ignores.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
: "${SEALCORE:?the path of the command}" "${SEALCORE_LIB:?the folder of libsealcore}"
SEALCORE_LIB=$(cd "$SEALCORE_LIB" && pwd)
export SEALCORE SEALCORE_LIB SEALCORE_DOTNET=$here
# As a service would run: no language of its own for numbers and times.
export LC_ALL=C.UTF-8

build=$here/build
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$build"
mkdir -p "$build"

step() { printf '\n-- %s\n' "$1"; }
compile() { mcs -nologo -langversion:7.2 -warn:4 -warnaserror -r:System.dll -r:System.Core.dll "$@"; }

# The n-th block of C# of a file.
block() { awk -v want="$2" '/^```csharp$/ { n++; on = n == want; next } /^```$/ { on = 0 } on' "$1"; }
blocks() { grep -c '^```csharp$' "$1"; }

# Everything after the first block, which is a program of its own, as the bodies of methods.
snippets() {
  echo 'using System; using System.IO; using System.Net; using System.Security.Cryptography.X509Certificates;'
  echo 'using System.Threading; using Sealcore; static class Snippets {'
  for ((n = 2; n <= $(blocks "$1"); n++)); do
    echo "internal static void Snippet$n(Signer signer, Seal seal, Document document, Verifier verifier, SignRequest request,"
    echo 'byte[] certificates, byte[] value, X509Certificate2 certificate, CancellationToken cancellation) {'
    block "$1" "$n"
    echo '}'
  done
  echo '}'
}

step 'compile'
compile -target:library -doc:"$build/Sealcore.xml" -out:"$build/Sealcore.dll" "$here"/src/Sealcore/*.cs "$here"/src/Sealcore/Native/*.cs
compile -r:"$build/Sealcore.dll" -out:"$build/Tests.exe" "$here"/tests/*.cs
compile -r:"$build/Sealcore.dll" -out:"$build/Crosscheck.exe" "$here"/examples/Crosscheck/Crosscheck.cs

step 'the half for .NET 7 and later, as far as mcs can'
# Its types and names are checked; the code that LibraryImport generates is not. Stand-ins for what Mono does not have:
cat > "$build/StandIns.cs" << 'EOF'
namespace System.Runtime.InteropServices
{
    internal delegate IntPtr DllImportResolver(string name, Reflection.Assembly assembly, DllImportSearchPath? searchPath);

    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class UnmanagedCallConvAttribute : Attribute
    {
        public Type[] CallConvs;
    }

    internal static class NativeLibrary
    {
        internal static void SetDllImportResolver(Reflection.Assembly assembly, DllImportResolver resolver) { }
        internal static IntPtr Load(string path) { return IntPtr.Zero; }
        internal static bool TryLoad(
            string name, Reflection.Assembly assembly, DllImportSearchPath? searchPath, out IntPtr handle)
        {
            handle = IntPtr.Zero;
            return false;
        }
    }
}
EOF
mkdir "$build/later"
cp "$here"/src/Sealcore/*.cs "$here"/src/Sealcore/Native/*.cs "$build/later"
sed -i 's/\[LibraryImport(Library)\]/[DllImport(Library)]/; s/internal static partial \(.* sealcore_\)/internal static extern \1/' \
  "$build/later/NativeMethods.LibraryImport.cs"
compile -d:NET7_0_OR_GREATER -target:library -out:"$build/later/Sealcore.dll" "$build"/later/*.cs "$build/StandIns.cs"

step 'what the pages show'
[ "$(blocks "$here/README.md")" = "$(blocks "$here/README.zh-CN.md")" ]
for page in README.md README.zh-CN.md; do
  snippets "$here/$page" > "$build/Snippets.cs"
  # A page shows values that it does not use.
  compile -nowarn:0219 -r:"$build/Sealcore.dll" -target:library -out:"$build/Snippets.dll" "$build/Snippets.cs"
  block "$here/$page" 1 > "$build/Quickstart.cs"
  compile -r:"$build/Sealcore.dll" -out:"$build/Quickstart.exe" "$build/Quickstart.cs"
  rm -rf "$work/demo"
  "$SEALCORE" demo "$work/demo" > /dev/null
  password=$(awk '/keys.signer.p12/ { print $NF; exit }' "$work/demo/README.txt")
  (cd "$work/demo" && mono "$build/Quickstart.exe" "$password" > "$work/quickstart.txt")
  grep -q '^VALID' "$work/quickstart.txt"
  "$SEALCORE" verify "$work/demo/mine.pdf" --trust "$work/demo/trust" > /dev/null
  echo "$page: the quick start sealed and verified"
done

step 'where the library is found'
# By the system's path, without the variable.
(cd "$work/demo" && env -u SEALCORE_LIB LD_LIBRARY_PATH="$SEALCORE_LIB" mono "$build/Quickstart.exe" "$password" | grep -q '^VALID')
# A folder without it is told by name.
if (cd "$work/demo" && SEALCORE_LIB=$work/nowhere mono "$build/Quickstart.exe" "$password") > "$work/missing.txt" 2>&1; then exit 1; fi
grep -q "DllNotFoundException: SEALCORE_LIB names $work/nowhere" "$work/missing.txt"
# Another ABI is refused before anything else is called.
if command -v cc > /dev/null; then
  mkdir "$work/old"
  echo 'unsigned sealcore_abi_version(void) { return 99; }' | cc -shared -fPIC -x c - -o "$work/old/libsealcore.so"
  if (cd "$work/demo" && SEALCORE_LIB=$work/old mono "$build/Quickstart.exe" "$password") > "$work/abi.txt" 2>&1; then exit 1; fi
  grep -q 'libsealcore has ABI 99' "$work/abi.txt"
else
  echo 'no C compiler: the check of the ABI was not tried'
fi

step 'tests on Mono'
mono --debug "$build/Tests.exe"

step 'crosscheck'
mkdir "$work/cross"
SEALCORE_PASSWORD=$password SEALCORE_TIME=$(($(date +%s) + 3600)) \
  mono "$build/Crosscheck.exe" "$SEALCORE_LIB" "$work/demo" "$work/cross" dotnet
[ "$(grep -c '"verdict":"valid"' "$work/cross/dotnet.jsonl")" = 2 ]

# A .NET runtime, with or without an SDK, runs what mcs made; DOTNET is its host.
dotnet=${DOTNET:-dotnet}
if command -v "$dotnet" > /dev/null; then
  step '.NET runtime'
  cat > "$build/Tests.runtimeconfig.json" << 'EOF'
{ "runtimeOptions": {
    "framework": { "name": "Microsoft.NETCore.App", "version": "3.1.0" },
    "rollForward": "Major",
    "configProperties": { "System.Globalization.Invariant": true } } }
EOF
  "$dotnet" exec --runtimeconfig "$build/Tests.runtimeconfig.json" "$build/Tests.exe"
else
  printf '\nno .NET runtime: run on Mono alone\n'
fi
if command -v "$dotnet" > /dev/null && [ -n "$("$dotnet" --list-sdks)" ]; then
  step '.NET SDK'
  "$dotnet" build --nologo "$here/src/Sealcore/Sealcore.csproj"
  "$dotnet" run --project "$here/tests/Sealcore.Tests.csproj"
  "$dotnet" build --nologo "$here/examples/Crosscheck/Crosscheck.csproj"
else
  printf '\nno .NET SDK: the project files and the LibraryImport half were not built\n'
fi
printf '\nthe .NET binding is good\n'
