"""What calls raise."""

from __future__ import annotations

import enum
from typing import Optional

from .language import Language, language

__all__ = ["Status", "SealcoreError", "CancelledError", "PasswordError", "LibraryError", "DeviceFailure"]


class Status(enum.IntEnum):
    """What a call returned. New numbers may come: :attr:`SealcoreError.status` is then a plain int."""

    OK = 0
    E_NULL = -1
    E_ARGUMENT = -2
    E_BUFFER = -3
    E_STATE = -4
    E_UTF8 = -5
    E_ABI = -6
    E_HANDLE = -7
    E_TYPE = -8
    E_BUSY = -9
    E_REENTRANT = -10
    E_POISONED = -11
    E_CANCELLED = -12
    E_UNSUPPORTED = -13
    E_REFUSED = -14
    E_LIMIT = -15
    E_IO = -100
    E_CALLBACK = -101
    E_FORMAT = -200
    E_CONTAINER = -201
    E_XML = -202
    E_PDF = -203
    E_ASN1 = -300
    E_SEAL = -301
    E_CERTIFICATE = -302
    E_CRYPTO = -400
    E_KEY = -401
    E_PASSWORD = -402
    E_SELF_TEST = -403
    E_SIGNER = -500
    E_DEVICE = -501
    E_AUTHORITY = -600
    E_MEMORY = -998
    E_PANIC = -999


class SealcoreError(Exception):
    """A call failed. That a signature does not hold is no failure: see :class:`sealcore.Verdict`.

    What a callback raised is the ``__cause__``.
    """

    def __init__(
        self,
        status: int,
        status_name: str = "",
        kind: Optional[str] = None,
        message_en: str = "",
        message_zh: str = "",
        part: Optional[str] = None,
        position: Optional[int] = None,
        vendor_code: int = 0,
    ) -> None:
        super().__init__(status, status_name, kind, message_en, message_zh, part, position, vendor_code)
        self.status: int = status
        """The number, equal to a member of :class:`Status`."""
        self.status_name: str = status_name
        """The name, as ``SEALCORE_E_PASSWORD``."""
        self.kind: Optional[str] = kind
        """The class as it stands in JSON: ``argument``, ``io``, ``device``, ...; ``api`` and ``internal`` are of the ABI itself."""
        self.message_en: str = message_en
        """What failed, in English, without part and position."""
        self.message_zh: str = message_zh
        """What failed, in Chinese."""
        self.part: Optional[str] = part
        """The part of the input, or the argument, that failed."""
        self.position: Optional[int] = position
        """The byte offset inside the part."""
        self.vendor_code: int = vendor_code
        """What a device or callback gave (CK_RV, SAR_*, SDR_*); 0 when there is none."""

    @property
    def message(self) -> str:
        """The message in the default language."""
        return self.message_zh if language() is Language.ZH else self.message_en

    def __str__(self) -> str:
        chinese = language() is Language.ZH
        text = self.message or self.status_name
        if self.part is not None:
            text += f"（{self.part}）" if chinese else f" in {self.part}"
        if self.position is not None:
            text += f" @{self.position}"
        if self.vendor_code:
            text += f" [0x{self.vendor_code:08X}]"
        return f"{text} ({self.status_name})"


class CancelledError(SealcoreError):
    """The caller cancelled, by a monitor or a callback. Raised inside a callback, it cancels the call."""

    def __init__(
        self, status: int = Status.E_CANCELLED, status_name: str = "SEALCORE_E_CANCELLED", *details: object
    ) -> None:
        super().__init__(status, status_name, *details)  # type: ignore[arg-type]


class PasswordError(SealcoreError):
    """A password or PIN is wrong, or is needed and was not given."""


class LibraryError(RuntimeError):
    """The library was not found, or is of another version than this package."""


class DeviceFailure(Exception):
    """For callbacks of an external signer: the device gave ``vendor_code``, which the error of the call then carries."""

    def __init__(self, vendor_code: int, message: str = "") -> None:
        super().__init__(message or f"0x{vendor_code:08X}")
        self.vendor_code = vendor_code
