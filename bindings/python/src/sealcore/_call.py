"""How every function of the ABI is called: errors become exceptions, buffers become bytes, handles get an owner."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from ctypes import byref, c_size_t, c_void_p
from datetime import datetime
from types import TracebackType
from typing import Any, Dict, List, Optional, Type, TypeVar, Union

from ._library import lib
from .errors import CancelledError, PasswordError, SealcoreError, Status
from .language import Language

Bytes = Union[bytes, bytearray, memoryview]
"""Bytes as they are; never a path."""
Path = Union[str, "os.PathLike[str]"]
"""The path of a file; never its content."""
Password = Union[str, bytes]
Time = Union[int, datetime]
"""Unix seconds, or a datetime that knows its time zone."""

_HandleType = TypeVar("_HandleType", bound="Handle")


class _Calls(threading.local):
    """What callbacks raised, for each call in progress on this thread."""

    def __init__(self) -> None:
        self.raised: List[List[BaseException]] = []


_calls = _Calls()


def note_raised(error: BaseException) -> bool:
    """Keeps what a callback raised for the call that called it; false when there is none on this thread."""
    if not _calls.raised:
        return False
    _calls.raised[-1].append(error)
    return True


def call(name: str, *arguments: Any) -> None:
    """Calls ``sealcore_`` + name; the place of the error is added."""
    place = c_void_p()
    raised: List[BaseException] = []
    _calls.raised.append(raised)
    try:
        status: int = getattr(lib, "sealcore_" + name)(*arguments, byref(place))
    finally:
        _calls.raised.pop()
    if status == 0:
        return
    error = _error(status, place)
    if not raised:
        raise error
    cause = raised[0]
    if not isinstance(cause, Exception):  # KeyboardInterrupt, SystemExit: what the person wants comes first
        raise cause
    raise error from cause


def handle(name: str, *arguments: Any) -> int:
    """As :func:`call`, of a function that makes a handle."""
    place = c_void_p()
    call(name, *arguments, byref(place))
    if place.value is None:
        raise AssertionError(f"sealcore_{name} succeeded and gave nothing")
    return place.value


def buffer(name: str, *arguments: Any) -> bytes:
    """As :func:`call`, of a function that makes a buffer: its bytes."""
    token = handle(name, *arguments)
    try:
        return ctypes.string_at(lib.sealcore_buffer_data(token), lib.sealcore_buffer_len(token))
    finally:
        lib.sealcore_buffer_free(token)


def short(name: str, room: int, *arguments: Any) -> bytes:
    """As :func:`call`, of a function that writes into room of the caller."""
    place = ctypes.create_string_buffer(room)
    length = c_size_t(room)
    call(name, *arguments, place, byref(length))
    return place.raw[: length.value]


def string(value: Optional[bytes]) -> str:
    """What an accessor gave; empty for none."""
    return "" if value is None else value.decode("utf-8", "replace")


def optional_string(value: Optional[bytes]) -> Optional[str]:
    """What an accessor gave."""
    return None if value is None else value.decode("utf-8", "replace")


def _error(status: int, place: c_void_p) -> SealcoreError:
    kinds: Dict[int, Type[SealcoreError]] = {Status.E_CANCELLED: CancelledError, Status.E_PASSWORD: PasswordError}
    token = place.value
    try:
        position: int = lib.sealcore_error_position(token)
        return kinds.get(status, SealcoreError)(
            status,
            string(lib.sealcore_status_name(status)),
            optional_string(lib.sealcore_error_kind(token)),
            string(lib.sealcore_error_message(token, Language.EN)),
            string(lib.sealcore_error_message(token, Language.ZH)),
            optional_string(lib.sealcore_error_part(token)),
            position if position >= 0 else None,
            lib.sealcore_error_vendor_code(token),
        )
    finally:
        lib.sealcore_error_free(token)


def text(value: str) -> bytes:
    """UTF-8 for the library."""
    return _no_nul(value.encode("utf-8"))


def optional_text(value: Optional[str]) -> Optional[bytes]:
    """UTF-8 for the library, or NULL."""
    return None if value is None else text(value)


def path(value: Path) -> bytes:
    """A path for the library, which takes UTF-8 on every system."""
    return _no_nul(os.fspath(value).encode("utf-8", "surrogateescape"))


def password(value: Optional[Password]) -> Optional[bytes]:
    """A password or PIN."""
    if value is None:
        return None
    return _no_nul(value.encode("utf-8") if isinstance(value, str) else value)


def data(value: Bytes) -> bytes:
    """Bytes for the library."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    raise TypeError(f"bytes are needed, not {type(value).__name__}")


def seconds(value: Time) -> int:
    """Unix seconds."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("the datetime does not say its time zone")
        return int(value.timestamp())
    return value


def _no_nul(value: bytes) -> bytes:
    if b"\0" in value:
        raise ValueError("a NUL inside of a text")
    return value


def content(value: Union[Path, Bytes]) -> bytes:
    """The bytes, or those of the file."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return data(value)
    with open(value, "rb") as file:
        return file.read()


class Handle:
    """Owns an object of the library: a context manager, closed at the latest when nobody knows it any more."""

    _kind = ""

    def __init__(self, token: int) -> None:
        self.__token = token
        self.__finalizer = weakref.finalize(self, getattr(lib, f"sealcore_{self._kind}_free"), token)

    @property
    def _token(self) -> int:
        if not self.__finalizer.alive:
            raise ValueError(f"this {type(self).__name__} is closed")
        return self.__token

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return not self.__finalizer.alive

    def close(self) -> None:
        """Frees what the library holds. Closing twice is fine."""
        self.__finalizer()

    def __enter__(self: _HandleType) -> _HandleType:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], traceback: Optional[TracebackType]
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<sealcore.{type(self).__name__}{' closed' if self.closed else ''}>"


def token(value: Optional[Handle]) -> Optional[int]:
    """The token of an optional handle."""
    return None if value is None else value._token
