"""The library itself."""

from __future__ import annotations

import enum
import json
from ctypes import byref
from typing import Any, Callable, Dict, Optional

from . import _callbacks
from ._call import Bytes, buffer, call as _call, data, optional_string, short, string, text
from ._library import lib

__all__ = ["LogLevel", "version", "abi_version", "status_name", "verdict_name", "handle_count", "self_test", "digest", "call", "describe", "set_log"]


class LogLevel(enum.IntEnum):
    """How much is logged."""

    ERROR = 1
    """Defects of the library."""
    WARNING = 2
    """Misuse."""
    INFO = 3
    """What an operator may want to know."""
    DEBUG = 4
    """Every call that failed."""


def version() -> str:
    """The library's version."""
    return string(lib.sealcore_version())


def abi_version() -> int:
    """The version of the ABI; checked when the library is loaded."""
    return int(lib.sealcore_abi_version())


def status_name(status: int) -> str:
    """The name of a status, ``SEALCORE_UNKNOWN`` for a number that is none."""
    return string(lib.sealcore_status_name(status))


def verdict_name(verdict: int) -> Optional[str]:
    """The name of a verdict as it stands in JSON."""
    return optional_string(lib.sealcore_verdict_name(verdict))


def handle_count() -> int:
    """How many objects of the library are live in the process: for tests that look for what was not closed."""
    return int(lib.sealcore_handle_count())


def self_test() -> None:
    """Known answers of SM2, SM3 and SM4; they are tried by themselves, too, before the first operation."""
    _call("self_test")


def digest(content: Bytes, algorithm: str = "sm3") -> bytes:
    """The digest of content: ``sm3``, ``sha256``, ...; :func:`describe` lists them."""
    hashed = data(content)
    return short("digest", 64, text(algorithm), hashed, len(hashed))


def call(operation: str, request: Optional[Dict[str, Any]] = None) -> Any:
    """An operation that takes JSON and gives JSON."""
    return json.loads(buffer("call", text(operation), text(json.dumps(request if request is not None else {}))))


def describe() -> Dict[str, Any]:
    """Version, policies, algorithms, device schemes, operations, limits."""
    result: Dict[str, Any] = call("describe")
    return result


def set_log(function: Optional[Callable[[LogLevel, str], None]], level: LogLevel = LogLevel.WARNING) -> None:
    """Sends lines of the library's log to ``function(level, message)``, on the thread that called; ``None`` turns it off."""
    if function is None:
        _call("set_log", level, None)
        return
    listener = function

    def log(number: int, message: str) -> None:
        listener(LogLevel(number), message)

    _call("set_log", level, byref(_callbacks.log(log)))
