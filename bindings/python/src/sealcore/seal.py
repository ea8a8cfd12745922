"""Seals: reading them, and making them."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional, Union

from . import _abi
from ._call import Bytes, Handle, Path, Time, buffer, call, content, data, handle, optional_text, seconds, short, text
from .language import Language, _language
from .signer import Signer

__all__ = ["Seal", "SealRequest", "SealSession"]


class Seal(Handle):
    """An electronic seal (SESeal): GM/T 0031-2014, GB/T 38540-2020 or GM/T 0031-2025."""

    _kind = "seal"

    @classmethod
    def load(cls, seal: Union[Path, Bytes]) -> "Seal":
        """Reads a seal: a path, or content."""
        content_of_seal = content(seal)
        return cls(handle("seal_load", content_of_seal, len(content_of_seal)))

    def save(self) -> bytes:
        """The seal as it was made, DER."""
        return buffer("seal_save", self._token)

    def inspect(self, language: Optional[Union[Language, str]] = None) -> Dict[str, Any]:
        """What is in the seal, without a verdict."""
        result: Dict[str, Any] = json.loads(buffer("seal_inspect", self._token, _language(language)))
        return result

    @property
    def picture(self) -> bytes:
        """The picture, in the format that it has."""
        return buffer("seal_picture", self._token)


class SealRequest(Handle):
    """What a seal is to be. Picture, signers and validity are needed."""

    _kind = "seal_request"

    def __init__(self, es_id: str, name: str, generation: str = "v4") -> None:
        """``generation``: ``v1`` (GM/T 0031-2014), ``v4`` (GB/T 38540-2020) or ``v5`` (GM/T 0031-2025)."""
        super().__init__(handle("seal_request_new", text(generation), text(es_id), text(name)))

    def set_picture(self, picture: Union[Path, Bytes], width_mm: int, height_mm: int, kind: Optional[str] = None) -> "SealRequest":
        """The picture: a path, or content. ``kind`` is ``png``, ``svg``, ``ofd``, ...; by default told by the content."""
        content_of_picture = content(picture)
        call(
            "seal_request_set_picture", self._token, optional_text(kind), content_of_picture, len(content_of_picture), width_mm,
            height_mm,
        )
        return self

    def add_signer(self, certificate: Union[Path, Bytes], as_digest: bool = False) -> "SealRequest":
        """Somebody who may use the seal: a path, or content; the whole certificate, or its digest."""
        content_of_certificate = content(certificate)
        call("seal_request_add_signer", self._token, content_of_certificate, len(content_of_certificate), int(as_digest))
        return self

    def set_validity(self, created: Time, valid_from: Time, valid_until: Time) -> "SealRequest":
        """When the seal was made, and when it may be used."""
        call("seal_request_set_validity", self._token, seconds(created), seconds(valid_from), seconds(valid_until))
        return self

    def set_vendor(self, vendor: str) -> "SealRequest":
        """The vendor's identifier in the seal's header."""
        call("seal_request_set_text", self._token, _abi.SEAL_TEXTS["vendor"], text(vendor))
        return self

    def set_kind(self, kind: int) -> "SealRequest":
        """The seal's type: 1 of an organisation, ..."""
        call("seal_request_set_number", self._token, _abi.SEAL_NUMBERS["kind"], kind)
        return self

    def make(self, maker: Signer) -> Seal:
        """Makes the seal."""
        return Seal(handle("seal_make", self._token, maker._token))

    def prepare(self, maker_certificate: Union[Path, Bytes]) -> "SealSession":
        """The first of two phases, for a maker whose key is elsewhere."""
        certificate = content(maker_certificate)
        return SealSession(handle("seal_prepare", self._token, certificate, len(certificate)))


class SealSession(Handle):
    """A seal without its signature."""

    _kind = "seal_session"

    @property
    def digest(self) -> bytes:
        """What the maker signs."""
        return short("seal_session_digest", 64, self._token)

    @property
    def message(self) -> bytes:
        """What the digest is made of, for keys that hash by themselves."""
        return buffer("seal_session_message", self._token)

    def complete(self, signature: Bytes) -> Seal:
        """The seal, with the maker's signature, which is verified."""
        value = data(signature)
        return Seal(handle("seal_session_complete", self._token, value, len(value)))
