"""What is to be signed, and where it is shown."""

from __future__ import annotations

import enum
import math
from typing import Optional, Union

from . import _abi
from ._call import Bytes, Handle, Path, Time, call, content, data, handle, optional_text, seconds, text
from .seal import Seal
from .timestamp import Authority

__all__ = ["Side", "Request", "ALL", "LAST"]

ALL = 0
"""Every occurrence of a keyword."""
LAST = -1
"""The last occurrence of a keyword."""


class Side(enum.IntEnum):
    """The side of the pages that a seam seal is put on."""

    LEFT = 1
    RIGHT = 2
    TOP = 3
    BOTTOM = 4


class Request(Handle):
    """What a signature is to be. Methods give the request back, so that they can be chained.

    Positions and sizes are in millimetres from the upper left corner of the page; pages are ``all``, ``last``, ``3``, ``2-5``.
    """

    _kind = "request"

    def __init__(self, seal: Optional[Seal] = None) -> None:
        super().__init__(handle("request_new"))
        if seal is not None:
            self.set_seal(seal)

    def set_seal(self, seal: Seal) -> "Request":
        """Seals with this seal; without one it is a plain signature."""
        call("request_set_seal", self._token, seal._token)
        return self

    def set_picture(self, picture: Union[Path, Bytes], width_mm: int, height_mm: int, kind: Optional[str] = None) -> "Request":
        """Shows a picture: a path, or content. PDF, without a seal."""
        shown = content(picture)
        call("request_set_picture", self._token, optional_text(kind), shown, len(shown), width_mm, height_mm)
        return self

    def set_certificate(self, certificates: Union[Path, Bytes]) -> "Request":
        """The signer's certificate, then its chain, for :meth:`Document.prepare`; ``sign`` takes the signer's own."""
        chain = content(certificates)
        call("request_set_certificate", self._token, chain, len(chain))
        return self

    def set_authority(self, authority: Authority) -> "Request":
        """Stamps the signature with the time of this authority."""
        call("request_set_authority", self._token, authority._token)
        return self

    def set(
        self,
        *,
        field: Optional[str] = None,
        contents: Optional[str] = None,
        reason: Optional[str] = None,
        location: Optional[str] = None,
        contact: Optional[str] = None,
        name: Optional[str] = None,
        caption: Optional[str] = None,
        relative: Optional[str] = None,
        filter: Optional[str] = None,
        subfilter: Optional[str] = None,
        algorithm: Optional[str] = None,
        lock_field: Optional[str] = None,
        time: Optional[Time] = None,
        whole: Optional[bool] = None,
        document: Optional[int] = None,
        certify: Optional[int] = None,
        lock: Optional[int] = None,
        opacity: Optional[int] = None,
        white_transparent: Optional[bool] = None,
        reserve: Optional[int] = None,
        ignore_permissions: Optional[bool] = None,
    ) -> "Request":
        """Sets what is given.

        :param field: the signature field, PDF.
        :param contents: ``auto``, ``seal``, ``cms`` or ``gm-cms``: what the signature value is.
        :param reason, location, contact, name: as they stand in the PDF's signature dictionary.
        :param caption: a line beside the picture.
        :param relative: OFD, the ID of the signature that this one belongs to.
        :param filter, subfilter: PDF, other names than the usual.
        :param algorithm: another signature algorithm than the usual for the key.
        :param lock_field: a field to lock, with ``lock`` 2 or 3; call again for more.
        :param time: the signing time; by default now.
        :param whole: OFD, nothing may come after this signature.
        :param document: OFD, the number of the document in the package, from 1.
        :param certify: PDF, 1 to 3: what may change later.
        :param lock: PDF, 1 all fields, 2 those named, 3 all but those named.
        :param opacity: of the picture, in percent.
        :param white_transparent: white of the picture is seen through.
        :param reserve: bytes kept free for the value.
        :param ignore_permissions: signs although a permission of the document says otherwise.
        """
        texts = {
            "field": field, "contents": contents, "reason": reason, "location": location, "contact": contact, "name": name,
            "caption": caption, "relative": relative, "filter": filter, "subfilter": subfilter, "algorithm": algorithm,
            "lock_field": lock_field,
        }
        numbers = {
            "time": None if time is None else seconds(time), "whole": whole, "document": document, "certify": certify, "lock": lock,
            "opacity": opacity, "white_transparent": white_transparent, "reserve": reserve, "ignore_permissions": ignore_permissions,
        }
        for key, value in texts.items():
            if value is not None:
                call("request_set_text", self._token, _abi.REQUEST_TEXTS[key], text(value))
        for key, number in numbers.items():
            if number is not None:
                call("request_set_number", self._token, _abi.REQUEST_NUMBERS[key], int(number))
        return self

    def add_place(self, pages: str, x_mm: float, y_mm: float) -> "Request":
        """Shows the seal with its upper left corner there."""
        call("request_add_place", self._token, text(pages), x_mm, y_mm)
        return self

    def add_seam(
        self,
        pages: str = "all",
        side: Side = Side.RIGHT,
        position_mm: Optional[float] = None,
        margin_mm: float = 0.0,
        min_slice_mm: float = 0.0,
        max_slices: int = 0,
    ) -> "Request":
        """Cuts the seal into slices over the edges of the pages. ``position_mm`` along the edge: by default the middle."""
        position = math.nan if position_mm is None else position_mm
        call("request_add_seam", self._token, text(pages), side, position, margin_mm, min_slice_mm, max_slices)
        return self

    def add_facing(self, pages: str = "all", position_mm: Optional[float] = None) -> "Request":
        """Halves of the seal on facing pages."""
        call("request_add_facing", self._token, text(pages), math.nan if position_mm is None else position_mm)
        return self

    def add_keyword(self, word: str, occurrence: int = ALL, pages: str = "all", dx_mm: float = 0.0, dy_mm: float = 0.0) -> "Request":
        """Shows the seal in the middle of a keyword: :data:`ALL`, :data:`LAST`, or the n-th from 1; moved by dx, dy."""
        call("request_add_keyword", self._token, text(word), occurrence, text(pages), dx_mm, dy_mm)
        return self
