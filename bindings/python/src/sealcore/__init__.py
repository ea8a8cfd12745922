"""Electronic seals and signatures on OFD and PDF documents: making them, and judging them.

A thin layer over ``libsealcore``. Objects that hold something of the library are context managers; what is not closed is freed
when nobody knows it any more. Failures are :class:`SealcoreError`; that a signature does not hold is no failure but a
:class:`Verdict`.
"""

from __future__ import annotations

from .document import Document, Format, sign_in_place
from .errors import CancelledError, DeviceFailure, LibraryError, PasswordError, SealcoreError, Status
from .key import Key, inspect_certificate, issue_certificate, issue_crl
from .language import Language, language, set_language
from .library import LogLevel, abi_version, call, describe, digest, handle_count, self_test, set_log, status_name, verdict_name, version
from .monitor import Monitor
from .report import Finding, Report, Signature, Verdict
from .request import ALL, LAST, Request, Side
from .seal import Seal, SealRequest, SealSession
from .session import Session
from .signer import Signer, list_devices
from .timestamp import Authority, timestamp_request, timestamp_token
from .verifier import Verifier

__all__ = [
    "ALL", "LAST", "Authority", "CancelledError", "DeviceFailure", "Document", "Finding", "Format", "Key", "Language", "LibraryError",
    "LogLevel", "Monitor", "PasswordError", "Report", "Request", "Seal", "SealRequest", "SealSession", "SealcoreError", "Session", "Side",
    "Signature", "Signer", "Status", "Verdict", "Verifier", "abi_version", "call", "describe", "digest", "handle_count",
    "inspect_certificate", "issue_certificate", "issue_crl", "language", "list_devices", "self_test", "set_language", "set_log",
    "sign_in_place", "status_name", "timestamp_request", "timestamp_token", "verdict_name", "version",
]
