"""Signing in two phases."""

from __future__ import annotations

import os
from ctypes import byref
from typing import BinaryIO, Optional, Union, overload

from . import _callbacks
from ._call import Bytes, Handle, Path, buffer, call, data, handle, path, short, string
from ._library import lib
from .document import Document

__all__ = ["Session"]


class Session(Handle):
    """Everything of a signature but its value. It can be saved, and completed in another process."""

    _kind = "session"

    @classmethod
    def load(cls, saved: Bytes) -> "Session":
        """A session from what :meth:`save` gave."""
        content = data(saved)
        return cls(handle("session_load", content, len(content)))

    def save(self) -> bytes:
        """The session as bytes. There is no secret in them."""
        return buffer("session_save", self._token)

    @property
    def digest(self) -> bytes:
        """What is to be signed; of SM2, SM3(Z || M)."""
        return short("session_digest", 64, self._token)

    @property
    def message(self) -> bytes:
        """What the digest is made of, for keys that hash by themselves."""
        return buffer("session_message", self._token)

    @property
    def algorithm(self) -> str:
        """How the digest is to be signed: ``SM2-SM3`` and the like."""
        return string(lib.sealcore_session_algorithm(self._token))

    def time_stamp_request(self, signature: Bytes) -> bytes:
        """The request for a time stamp over the signature value."""
        value = data(signature)
        return buffer("session_time_stamp_request", self._token, value, len(value))

    def add_time_stamp(self, signature: Bytes, reply: Bytes) -> None:
        """Takes the reply of the authority, or a bare token; it is checked."""
        value, answer = data(signature), data(reply)
        call("session_add_time_stamp", self._token, value, len(value), answer, len(answer))

    @overload
    def complete(self, document: Document, signature: Bytes) -> bytes: ...

    @overload
    def complete(self, document: Document, signature: Bytes, to: Union[Path, BinaryIO]) -> None: ...

    def complete(
        self, document: Document, signature: Bytes, to: Optional[Union[Path, BinaryIO]] = None
    ) -> Optional[bytes]:
        """The signed document, or writes it to a path (whole or not at all) or a file-like object. The value is verified."""
        value = data(signature)
        arguments = (self._token, document._token, value, len(value))
        if to is None:
            return buffer("session_complete", *arguments)
        if isinstance(to, (str, os.PathLike)):
            call("session_complete_to_path", *arguments, path(to))
        else:
            call("session_complete_to_sink", *arguments, byref(_callbacks.sink(to)))
        return None

    def append(self, file: Path, signature: Bytes) -> None:
        """Completes the PDF at a path by appending to it."""
        value = data(signature)
        call("session_append", self._token, path(file), value, len(value))

    def tail(self, signature: Bytes) -> bytes:
        """What belongs behind the PDF, for storage that can append."""
        value = data(signature)
        return buffer("session_tail", self._token, value, len(value))
