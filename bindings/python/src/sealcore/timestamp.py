"""Time stamps by RFC 3161."""

from __future__ import annotations

import json
from ctypes import byref
from typing import Any, Callable, Dict, List, Optional

from . import _abi, _callbacks
from ._call import Bytes, Handle, buffer, data, handle, optional_text, text
from .signer import Signer

__all__ = ["Authority", "timestamp_request", "timestamp_token"]


class Authority(Handle):
    """A time-stamp authority: one of our own, or a remote one that the application brings the connection to."""

    _kind = "authority"

    @classmethod
    def local(
        cls,
        signer: Signer,
        policy: str,
        *,
        accuracy_ms: Optional[int] = None,
        ordering: Optional[bool] = None,
        serials: Optional[str] = None,
        other_policies: Optional[List[str]] = None,
        state_name: Optional[bool] = None,
        **more: Any,
    ) -> "Authority":
        """An authority in this process. The signer's certificate must be for time stamping alone.

        :param policy: the OID of the policy of tokens.
        :param accuracy_ms: stated in tokens.
        :param ordering: every token has a later time than the one before.
        :param serials: the path of the file of serial numbers; random ones without it.
        :param other_policies: that requests may ask for.
        :param state_name: tokens carry the authority's name.
        :param more: further members of the library's JSON.
        """
        stated: Dict[str, Any] = {
            "policy": policy, "accuracy_ms": accuracy_ms, "ordering": ordering, "serials": serials, "other_policies": other_policies,
            "state_name": state_name, **more,
        }
        members = {key: value for key, value in stated.items() if value is not None}
        return cls(handle("authority_local", signer._token, text(json.dumps(members))))

    @classmethod
    def external(cls, respond: Callable[[bytes], bytes]) -> "Authority":
        """A remote authority: ``respond(request)`` sends it as ``application/timestamp-query`` and gives the reply."""
        return cls(handle("authority_external", byref(_callbacks.authority(respond))))

    def respond(self, request: Bytes) -> bytes:
        """The reply to a request; a refusal is a reply too."""
        asked = data(request)
        return buffer("authority_respond", self._token, asked, len(asked))


def timestamp_request(
    digest: Bytes, algorithm: str = "sm3", *, policy: Optional[str] = None, certificates: bool = True, nonce: bool = True
) -> bytes:
    """A request for a time stamp over a digest. ``certificates``: the token shall hold the authority's."""
    imprint = data(digest)
    flags = (_abi.STAMP_CERTIFICATES if certificates else 0) | (_abi.STAMP_NONCE if nonce else 0)
    return buffer("timestamp_request", text(algorithm), imprint, len(imprint), optional_text(policy), flags)


def timestamp_token(reply: Bytes, request: Optional[Bytes] = None) -> bytes:
    """The token out of a reply, checked against the request where it is given; a refusal is raised with its reason."""
    answer = data(reply)
    asked = None if request is None else data(request)
    return buffer("timestamp_token", answer, len(answer), asked, len(asked or b""))
