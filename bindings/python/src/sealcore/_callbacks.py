"""From the library into Python.

The functions that the library calls are made once and live for ever: one that is freed while it runs would end the process.
What they are for is told by `user`, a number in a table, which `drop` takes out of it. Nothing that Python code raises gets
into the library: it is noted for the call in progress, and the callback fails.
"""

from __future__ import annotations

import ctypes
import itertools
import sys
import threading
from ctypes import sizeof
from typing import Any, BinaryIO, Callable, Dict, Optional

from . import _abi
from ._call import note_raised
from .errors import CancelledError

_table: Dict[int, Any] = {}
_numbers = itertools.count(1)


def _enter(target: Any) -> int:
    number = next(_numbers)
    _table[number] = target
    return number


def _guarded(body: Callable[[], Optional[int]]) -> int:
    try:
        result = body()
        return _abi.CALLBACK_OK if result is None else result
    except CancelledError:
        return _abi.CALLBACK_CANCEL
    except BaseException as error:
        if not note_raised(error):
            _report(error)
        return _abi.CALLBACK_FAILED


def _report(error: BaseException) -> None:
    """Where nobody waits for it: as Python does for exceptions in destructors."""
    sys.excepthook(type(error), error, error.__traceback__)


def _drop(user: int) -> None:
    _table.pop(user, None)


def _log(user: int, level: int, message: Optional[bytes]) -> None:
    try:
        _table[user](level, (message or b"").decode("utf-8", "replace"))
    except BaseException as error:
        _report(error)


def _read_at(user: int, offset: int, place: int, length: int, read: Any) -> int:
    def body() -> None:
        content = _table[user].read_at(offset, length)
        if not isinstance(content, bytes):
            content = bytes(memoryview(content))
        if len(content) > length:
            raise ValueError("more was read than was asked for")
        ctypes.memmove(place, content, len(content))
        read[0] = len(content)

    return _guarded(body)


def _write(user: int, content: int, length: int) -> int:
    return _guarded(lambda: _table[user].write(ctypes.string_at(content, length) if length else b""))


def _progress(user: int, done: int, total: int) -> int:
    return _guarded(lambda: _abi.CALLBACK_CANCEL if _table[user](done, total) is False else _abi.CALLBACK_OK)


def _sign(function: Callable[[bytes], bytes], content: int, size: int, place: int, room: int, length: Any, vendor_code: Any) -> int:
    def body() -> None:
        try:
            signature = bytes(function(ctypes.string_at(content, size)))
        except BaseException as error:
            code = getattr(error, "vendor_code", 0)
            vendor_code[0] = code if isinstance(code, int) else 0
            raise
        if len(signature) > room:
            raise ValueError(f"a signature of {len(signature)} bytes; there is room for {room}")
        ctypes.memmove(place, signature, len(signature))
        length[0] = len(signature)

    return _guarded(body)


def _sign_digest(user: int, content: int, size: int, place: int, room: int, length: Any, vendor_code: Any) -> int:
    return _sign(_table[user][0], content, size, place, room, length, vendor_code)


def _sign_message(user: int, content: int, size: int, place: int, room: int, length: Any, vendor_code: Any) -> int:
    return _sign(_table[user][1], content, size, place, room, length, vendor_code)


def _respond(user: int, content: int, size: int, place: int, room: int, length: Any) -> int:
    def body() -> None:
        reply = bytes(_table[user](ctypes.string_at(content, size)))
        if len(reply) > room:
            raise ValueError(f"a reply of {len(reply)} bytes; there is room for {room}")
        ctypes.memmove(place, reply, len(reply))
        length[0] = len(reply)

    return _guarded(body)


# For ever; see above.
_DROP = _abi.Drop(_drop)
_LOG = _abi.Log(_log)
_READ_AT = _abi.ReadAt(_read_at)
_WRITE = _abi.Write(_write)
_PROGRESS = _abi.Progress(_progress)
_SIGN_DIGEST = _abi.Sign(_sign_digest)
_SIGN_MESSAGE = _abi.Sign(_sign_message)
_RESPOND = _abi.Respond(_respond)


class _Reader:
    """A file-like object, read from any thread."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def read_at(self, offset: int, length: int) -> bytes:
        with self._lock:
            self._file.seek(offset)
            return self._file.read(length)

    def length(self) -> int:
        with self._lock:
            self._file.seek(0, 2)
            return self._file.tell()


class _Writer:
    """A file-like object that may write less than it is given, as raw ones do."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, content: bytes) -> None:
        while content:
            written: Optional[int] = self._file.write(content)
            if written is None or written >= len(content):
                return
            content = content[written:]


def source(file: BinaryIO) -> _abi.Source:
    """`file` as a source; it is not closed."""
    if not (hasattr(file, "read") and hasattr(file, "seek")):
        raise TypeError(f"a path, bytes or a file-like object is needed, not {type(file).__name__}")
    reader = _Reader(file)
    length = reader.length()
    return _abi.Source(sizeof(_abi.Source), length, _READ_AT, _DROP, _enter(reader))


def sink(file: BinaryIO) -> _abi.Sink:
    """`file` as a sink; it is not closed."""
    if not hasattr(file, "write"):
        raise TypeError(f"a path or a file-like object is needed, not {type(file).__name__}")
    return _abi.Sink(sizeof(_abi.Sink), _WRITE, _DROP, _enter(_Writer(file)))


def monitor(progress: Callable[[int, int], Optional[bool]]) -> _abi.MonitorCallbacks:
    """Is told of progress."""
    return _abi.MonitorCallbacks(sizeof(_abi.MonitorCallbacks), _PROGRESS, _DROP, _enter(progress))


def signer(
    sign_digest: Optional[Callable[[bytes], bytes]], sign_message: Optional[Callable[[bytes], bytes]]
) -> _abi.SignerCallbacks:
    """Signs; the one that is missing is NULL."""
    return _abi.SignerCallbacks(
        sizeof(_abi.SignerCallbacks),
        _SIGN_DIGEST if sign_digest is not None else _abi.Sign(),
        _SIGN_MESSAGE if sign_message is not None else _abi.Sign(),
        _DROP,
        _enter((sign_digest, sign_message)),
    )


def authority(respond: Callable[[bytes], bytes]) -> _abi.AuthorityCallbacks:
    """Answers time-stamp requests."""
    return _abi.AuthorityCallbacks(sizeof(_abi.AuthorityCallbacks), _RESPOND, _DROP, _enter(respond))


def log(function: Callable[[int, str], None]) -> _abi.LogCallbacks:
    """Takes lines of the log."""
    return _abi.LogCallbacks(sizeof(_abi.LogCallbacks), _LOG, _DROP, _enter(function))
