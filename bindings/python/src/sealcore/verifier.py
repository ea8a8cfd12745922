"""Judging documents and time stamps."""

from __future__ import annotations

import os
from ctypes import byref, c_int32
from typing import Optional, Union

from ._call import Bytes, Handle, Path, Time, call, data, handle, path, seconds, text, token
from .document import Document
from .monitor import Monitor
from .report import Report

__all__ = ["Verifier"]


class Verifier(Handle):
    """What documents are judged by: trust, revocation lists, policy, time.

    Once it is set up, one verifier may be used by any number of threads at once.
    """

    _kind = "verifier"

    def __init__(
        self,
        trust: Optional[Union[Path, Bytes]] = None,
        *,
        policy: Optional[str] = None,
        time: Optional[Time] = None,
    ) -> None:
        super().__init__(handle("verifier_new"))
        try:
            if trust is not None:
                self.add_trust(trust)
            if policy is not None:
                self.set_policy(policy)
            if time is not None:
                self.set_time(time)
        except BaseException:
            self.close()
            raise

    def add_trust(self, certificates: Union[Path, Bytes]) -> "Verifier":
        """Trusts certificates: the path of a file or folder, or content. PEM, DER, P7B; CRLs among them count."""
        return self._add("verifier_add_trust", certificates)

    def add_maker_trust(self, certificates: Union[Path, Bytes]) -> "Verifier":
        """Trusts certificates for the makers of seals, in place of the general trust."""
        return self._add("verifier_add_maker_trust", certificates)

    def add_crl(self, lists: Union[Path, Bytes]) -> "Verifier":
        """Adds revocation lists: a path, or content."""
        return self._add("verifier_add_crl", lists)

    def set_policy(self, name: str) -> "Verifier":
        """``seal`` (the default), ``pades`` or ``pades-p1-strict``."""
        call("verifier_set_policy", self._token, text(name))
        return self

    def set_time(self, time: Time) -> "Verifier":
        """The moment at which revocation and trust are judged; by default now, at each verification."""
        call("verifier_set_time", self._token, seconds(time))
        return self

    def set_limit(self, name: str, value: int) -> "Verifier":
        """What a hostile document may cost: ``entries``, ``inflated_bytes``, ``pages``, ..."""
        call("verifier_set_limit", self._token, text(name), value)
        return self

    def verify(self, document: Document, monitor: Optional[Monitor] = None) -> Report:
        """Judges a document. That something does not hold is said in the report, not raised."""
        verdict = c_int32()
        return Report(handle("verify", self._token, document._token, token(monitor), byref(verdict)))

    def verify_timestamp(
        self,
        stamp: Bytes,
        content: Optional[Bytes] = None,
        request: Optional[Bytes] = None,
        *,
        monitor: Optional[Monitor] = None,
    ) -> Report:
        """Judges a time-stamp token; against the content that was stamped and the request, where they are given."""
        stamp, verdict = data(stamp), c_int32()
        stamped = None if content is None else data(content)
        asked = None if request is None else data(request)
        return Report(
            handle(
                "timestamp_verify", self._token, stamp, len(stamp), stamped, len(stamped or b""), asked, len(asked or b""),
                token(monitor), byref(verdict),
            )
        )

    def _add(self, name: str, what: Union[Path, Bytes]) -> "Verifier":
        if isinstance(what, (str, os.PathLike)):
            call(name + "_path", self._token, path(what))
        else:
            content = data(what)
            call(name, self._token, content, len(content))
        return self
