"""Private keys, and certificates made with them."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional, Union

from ._call import Bytes, Handle, Password, Path, Time, buffer, content, handle, optional_text, password as _password, path, seconds, text, token
from .signer import Signer

__all__ = ["Key", "issue_certificate", "issue_crl", "inspect_certificate"]


class Key(Handle):
    """A private key, to be saved or certified. What signs is a :class:`Signer`."""

    _kind = "key"

    @classmethod
    def generate(cls, algorithm: str = "sm2") -> "Key":
        """A new key: ``sm2``, ``p256``, ``rsa-3072``, ..."""
        return cls(handle("key_generate", text(algorithm)))

    @classmethod
    def load(cls, key: Union[Path, Bytes], password: Optional[Password] = None) -> "Key":
        """A key from a path, or from content."""
        content_of_key = content(key)
        return cls(handle("key_load", content_of_key, len(content_of_key), _password(password)))

    @classmethod
    def open(cls, uri: Path, pin: Optional[Password] = None) -> "Key":
        """A key where it is: a key file (path or ``file:``), or a device (``pkcs11:``, ``sdf:``, ``skf:``), which does not give it out."""
        return cls(handle("key_open", path(uri), _password(pin)))

    def pkcs8(self, password: Optional[Password] = None) -> bytes:
        """The key as PEM; encrypted where there is a password. One in a device is refused."""
        return buffer("key_pkcs8", self._token, _password(password))

    def pkcs12(self, certificates: Union[Path, Bytes], password: Password, name: Optional[str] = None) -> bytes:
        """The key with its certificate and chain (a path, or content), as a .p12 file; ``name`` is shown by programs.

        One in a device is refused.
        """
        chain = content(certificates)
        return buffer("key_pkcs12", self._token, chain, len(chain), optional_text(name), _password(password))

    def request_certificate(self, subject: str) -> bytes:
        """A PKCS#10 request, PEM. ``subject``: ``CN=Unit,O=Unit,C=CN``."""
        return buffer("certificate_request", self._token, text(subject))


def issue_certificate(
    issuer: Optional[Signer] = None,
    *,
    profile: str,
    key: Optional[Key] = None,
    request: Optional[Union[Path, Bytes]] = None,
    subject: Optional[str] = None,
    not_before: Optional[Time] = None,
    not_after: Optional[Time] = None,
    crl_url: Optional[str] = None,
    **more: Any,
) -> bytes:
    """A certificate as PEM, for a request (a path, or content) or a key; without an issuer it is signed with the key itself.

    :param profile: ``root``, ``authority``, ``maker``, ``unit``, ``person`` or ``tsa``.
    :param subject: ``CN=Unit,O=Unit,C=CN``, for a key; a request has its own.
    :param not_before, not_after: by default 365 days from now.
    :param crl_url: where the issuer's revocation list can be had.
    :param more: further members of the library's JSON.
    """
    asked = None if request is None else content(request)
    stated: Dict[str, Any] = {
        "subject": subject,
        "profile": profile,
        "not_before": None if not_before is None else seconds(not_before),
        "not_after": None if not_after is None else seconds(not_after),
        "crl_url": crl_url,
        **more,
    }
    return buffer("certificate_issue", token(issuer), token(key), asked, len(asked or b""), _members(stated))


def issue_crl(issuer: Signer, **members: Any) -> bytes:
    """A revocation list as PEM; members are the library's JSON."""
    return buffer("crl_issue", issuer._token, _members(members))


def inspect_certificate(certificate: Union[Path, Bytes]) -> Dict[str, Any]:
    """What is in a certificate: a path, or content."""
    content_of_certificate = content(certificate)
    result: Dict[str, Any] = json.loads(buffer("certificate_inspect", content_of_certificate, len(content_of_certificate)))
    return result


def _members(stated: Dict[str, Any]) -> bytes:
    return text(json.dumps({key: value for key, value in stated.items() if value is not None}))
