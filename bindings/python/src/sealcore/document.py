"""OFD and PDF documents."""

from __future__ import annotations

import enum
import json
import os
from ctypes import byref
from typing import TYPE_CHECKING, Any, BinaryIO, Dict, Optional, Union, overload

from . import _callbacks
from ._call import Bytes, Handle, Password, Path, Time, buffer, call, data, handle, password as _password, path, seconds, token
from ._library import lib
from .language import Language, _language
from .monitor import Monitor

if TYPE_CHECKING:
    from .request import Request
    from .session import Session
    from .signer import Signer
    from .verifier import Verifier

__all__ = ["Format", "Document", "sign_in_place"]


class Format(enum.IntEnum):
    """What a document is, by its content."""

    OFD = 1
    PDF = 2
    SEAL = 3


class Document(Handle):
    """A document that was opened; it is never changed. May be used by several threads at once."""

    _kind = "document"

    @classmethod
    def open(cls, what: Union[Path, Bytes, BinaryIO], password: Optional[Password] = None) -> "Document":
        """Opens a path (str or Path), content (bytes), or a file-like object that can seek and stays open as long as this."""
        secret = _password(password)
        if isinstance(what, (str, os.PathLike)):
            return cls(handle("document_open_path", path(what), secret))
        if isinstance(what, (bytes, bytearray, memoryview)):
            content = data(what)
            return cls(handle("document_open_bytes", content, len(content), secret))
        return cls(handle("document_open_source", byref(_callbacks.source(what)), secret))

    @property
    def format(self) -> Format:
        """OFD, PDF, or a seal by itself."""
        return Format(lib.sealcore_document_format(self._token))

    def inspect(
        self,
        risks: bool = False,
        language: Optional[Union[Language, str]] = None,
        *,
        verifier: Optional["Verifier"] = None,
        monitor: Optional[Monitor] = None,
    ) -> Dict[str, Any]:
        """What is in the document, without a verdict; with what a signer should know before signing.

        Of the verifier the limits count; without one, the usual ones do.
        """
        told = buffer("document_inspect", self._token, int(risks), _language(language), token(verifier), token(monitor))
        result: Dict[str, Any] = json.loads(told)
        return result

    @overload
    def sign(self, request: "Request", signer: "Signer", *, monitor: Optional[Monitor] = None) -> bytes: ...

    @overload
    def sign(
        self, request: "Request", signer: "Signer", to: Union[Path, BinaryIO], *, monitor: Optional[Monitor] = None
    ) -> None: ...

    def sign(
        self,
        request: "Request",
        signer: "Signer",
        to: Optional[Union[Path, BinaryIO]] = None,
        *,
        monitor: Optional[Monitor] = None,
    ) -> Optional[bytes]:
        """Signs or seals: gives the signed document, or writes it to a path (whole or not at all) or a file-like object."""
        arguments = (self._token, request._token, signer._token, token(monitor))
        if to is None:
            return buffer("sign", *arguments)
        if isinstance(to, (str, os.PathLike)):
            call("sign_to_path", *arguments, path(to))
        else:
            call("sign_to_sink", *arguments, byref(_callbacks.sink(to)))
        return None

    def prepare(self, request: "Request", *, monitor: Optional[Monitor] = None) -> "Session":
        """The first of two phases: everything but the signature value. The request must have a certificate."""
        from .session import Session

        return Session(handle("prepare", self._token, request._token, token(monitor)))

    def add_integrity_record(self, signer: "Signer", time: Time) -> bytes:
        """The OFD document with an integrity record by GM/T 0099."""
        return buffer("add_integrity_record", self._token, signer._token, seconds(time))


def sign_in_place(
    file: Path,
    request: "Request",
    signer: "Signer",
    *,
    password: Optional[Password] = None,
    monitor: Optional[Monitor] = None,
) -> None:
    """Signs a PDF by appending to its file."""
    call("sign_in_place", path(file), _password(password), request._token, signer._token, token(monitor))
