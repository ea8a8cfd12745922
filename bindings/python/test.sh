#!/usr/bin/env bash
# Tests the Python binding. Needs python3, and of the project:
#   SEALCORE_LIB   the folder of libsealcore.so
#   SEALCORE       the command, for the demo folder
# mypy is taken from PyPI into a folder of its own where that can be reached; PYTHON chooses the interpreter.
set -euo pipefail
cd "$(dirname "$0")"
: "${SEALCORE_LIB:?the folder of libsealcore.so}" "${SEALCORE:?the command sealcore}"
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$PWD/src

echo '== Python: tests'
"$python" -W error -m unittest discover -s tests

echo '== Python: types'
if "$python" -m venv "$work/venv" && "$work/venv/bin/pip" install --quiet --disable-pip-version-check mypy setuptools wheel 2> "$work/pip"; then
  "$work/venv/bin/mypy" --strict --cache-dir "$work/cache" src
  MYPYPATH=src:tests "$work/venv/bin/mypy" --strict --cache-dir "$work/cache" tests/*.py

  echo '== Python: the package, installed'
  cp -r pyproject.toml README.md src "$work/"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-build-isolation --no-deps "$work"
  (cd "$work" && PYTHONPATH='' "$work/venv/bin/python" -c '
import sealcore, pathlib
assert "site-packages" in sealcore.__file__, sealcore.__file__
assert (pathlib.Path(sealcore.__file__).parent / "py.typed").exists()
print("sealcore", sealcore.version())')
else
  echo 'NOT RUN: mypy and the installed package (PyPI could not be reached)'
fi
