"""Finds and loads ``libsealcore``, once, when it is first needed."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
import threading
from pathlib import Path
from typing import Any, List

from . import _abi
from .errors import LibraryError


def _names() -> List[str]:
    if sys.platform == "win32":
        return ["sealcore.dll"]
    if sys.platform == "darwin":
        return [f"libsealcore.{_abi.ABI_VERSION}.dylib", "libsealcore.dylib"]
    return [f"libsealcore.so.{_abi.ABI_VERSION}", "libsealcore.so"]


def _in_folder(folder: Path) -> List[Path]:
    return [folder / name for name in _names() if (folder / name).is_file()]


def _candidates() -> List[str]:
    """Where to look, in order: SEALCORE_LIB, which alone counts where it is set; in the package; the system's folders."""
    stated = os.environ.get("SEALCORE_LIB")
    if stated:
        path = Path(stated)
        found = [path] if path.is_file() else _in_folder(path)
        if not found:
            raise LibraryError(f"SEALCORE_LIB is {stated!r}, and {' or '.join(_names())} is not there")
        return [str(found[0].resolve())]
    package = Path(__file__).resolve().parent
    found = _in_folder(package) + _in_folder(package / "native")
    if found:
        return [str(found[0])]
    of_system = ctypes.util.find_library("sealcore")
    return ([of_system] if of_system else []) + _names()


def _load() -> ctypes.CDLL:
    reasons: List[str] = []
    for candidate in _candidates():
        try:
            library = ctypes.CDLL(candidate)
            break
        except OSError as error:
            reasons.append(str(error))
    else:
        raise LibraryError("libsealcore was not found; set SEALCORE_LIB to the file or its folder: " + "; ".join(reasons))
    for name, (restype, argtypes) in _abi.functions().items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise LibraryError(f"the library that was found has no {name}: it is older than this package") from None
        function.restype = restype
        function.argtypes = argtypes
    version = library.sealcore_abi_version()
    if version != _abi.ABI_VERSION:
        raise LibraryError(f"libsealcore has version {version} of the ABI, this package needs {_abi.ABI_VERSION}")
    return library


class _Library:
    """The library, its functions declared; loaded when the first of them is asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("sealcore_"):
            raise AttributeError(name)
        with self._lock:
            if name not in self.__dict__:
                loaded = _load()
                self.__dict__.update({each: getattr(loaded, each) for each in _abi.functions()})
        return self.__dict__[name]


lib = _Library()
