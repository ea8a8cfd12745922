# Sourced by run.sh and benches/peers/pyhanko/run.sh: what the peers need, from Debian, PyPI, Maven Central and the Go proxy,
# kept outside of the repository. Ends the script where something can't be had.

interop_pdf=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${SEALCORE_INTEROP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sealcore/interop-pdf}
mkdir -p "$cache" || exit 1

give_up() {
    echo "$*" >&2
    exit 1
}

debian() { # debian COMMAND PACKAGE...: by pairs
    local missing=()
    while [ $# -gt 0 ]; do
        command -v "$1" >/dev/null || missing+=("$2")
        shift 2
    done
    [ ${#missing[@]} = 0 ] && return
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
        give_up "not installed: ${missing[*]}"
}

# A folder of the cache is right when its stamp names the files that it was made from.
fresh() { # fresh FOLDER FILE...
    local folder=$1
    shift
    [ -f "$folder/stamp" ] && [ "$(cat "$folder/stamp")" = "$(cat "$@" | cksum)" ]
}

stamp() {
    local folder=$1
    shift
    cat "$@" | cksum >"$folder/stamp"
}

python_peer() {
    debian python3 python3
    python3 -c 'import ensurepip' 2>/dev/null || debian python3-venv python3-venv
    local wanted=$interop_pdf/python/requirements.txt
    if ! fresh "$cache/venv" "$wanted"; then
        rm -rf "$cache/venv"
        python3 -m venv "$cache/venv" >&2 || give_up "no virtual environment"
        "$cache/venv/bin/pip" install -q --disable-pip-version-check -r "$wanted" >&2 || give_up "pyHanko can't be had from PyPI"
        stamp "$cache/venv" "$wanted"
    fi
    export PYTHONDONTWRITEBYTECODE=1
}

java_peer() { # java_peer dss|ofdrw
    debian java default-jdk-headless mvn maven
    local sources=()
    mapfile -t sources < <(find "$interop_pdf/java/$1" "$interop_pdf/java/shared" -name target -prune -o -type f -print | sort)
    fresh "$cache/$1" "${sources[@]}" && return
    rm -rf "${cache:?}/$1"
    mvn -q -B -f "$interop_pdf/java/$1/pom.xml" -Dout="$cache/$1" package >&2 || give_up "$1 can't be built from Maven Central"
    stamp "$cache/$1" "${sources[@]}"
}

# Debian's Go may be older than gmsm asks for, too old to fetch a newer one by itself: the proxy has those as modules, whose
# files are not executable.
newer_go() {
    local wanted=golang.org/toolchain@v0.0.1-go1.24.0.linux-$(dpkg --print-architecture) folder=$cache/go
    debian go golang-go
    [ "$(printf '%s\n' go1.24 "$(go env GOVERSION)" | sort -V | head -n 1)" = go1.24 ] && return
    if ! [ -x "$folder/bin/go" ]; then
        local from
        from=$(cd "$cache" && go mod download -json "$wanted" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
        [ -n "$from" ] || give_up "no Go from 1.24 on: the Go proxy does not give $wanted"
        rm -rf "$folder" && cp -r "$from" "$folder" && chmod -R u+w "$folder" && chmod +x "$folder"/bin/* "$folder"/pkg/tool/*/* ||
            give_up "Go can't be unpacked"
    fi
    export PATH=$folder/bin:$PATH
}

go_peer() {
    newer_go
    (cd "$interop_pdf/go" && go build -o "$cache/gmsm-peer" .) >&2 || give_up "gmsm can't be built from the Go proxy"
}
