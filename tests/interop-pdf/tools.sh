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
    local wanted=$interop_pdf/python/requirements.txt
    if ! fresh "$cache/venv" "$wanted"; then
        rm -rf "$cache/venv"
        python3 -m venv "$cache/venv" >&2 || give_up "no virtual environment: is python3-venv there?"
        "$cache/venv/bin/pip" install -q --disable-pip-version-check -r "$wanted" >&2 || give_up "pyHanko can't be had from PyPI"
        stamp "$cache/venv" "$wanted"
    fi
    export PYTHONDONTWRITEBYTECODE=1
}

java_peer() { # java_peer dss|ofdrw
    debian java default-jdk-headless mvn maven
    local sources=()
    mapfile -t sources < <(find "$interop_pdf/java/$1" -name target -prune -o -type f -print | sort)
    fresh "$cache/$1" "${sources[@]}" && return
    rm -rf "${cache:?}/$1"
    mvn -q -B -f "$interop_pdf/java/$1/pom.xml" -Dout="$cache/$1" package >&2 || give_up "$1 can't be built from Maven Central"
    stamp "$cache/$1" "${sources[@]}"
}

go_peer() {
    command -v go >/dev/null || give_up "no Go: 1.24 or later is needed for gmsm"
    (cd "$interop_pdf/go" && go build -o "$cache/gmsm-peer" .) >&2 || give_up "gmsm can't be built from the Go proxy"
}
