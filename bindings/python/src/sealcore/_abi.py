"""The functions, structures and numbers of ``sealcore.h``, as ctypes needs them."""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any, Dict, Tuple

ABI_VERSION = 1

CALLBACK_OK = 1
CALLBACK_CANCEL = 2
CALLBACK_FAILED = 0

WHOLE_DOCUMENT = ctypes.c_size_t(-1).value

STAMP_CERTIFICATES = 1
STAMP_NONCE = 2

SIGNATURE_FIELDS = (
    "id", "kind", "standard", "form", "integrity", "coverage", "changes", "trust", "signed_at", "signer_name",
    "signer_subject", "seal_id", "seal_name", "timestamp",
)
"""In the order of their numbers, from 1."""

FINDING_FIELDS = ("code", "severity", "clause", "part", "message")
"""In the order of their numbers, from 1."""

REQUEST_TEXTS = {
    "field": 1, "contents": 2, "reason": 3, "location": 4, "contact": 5, "name": 6, "caption": 7, "relative": 8, "filter": 9,
    "subfilter": 10, "algorithm": 11, "lock_field": 12,
}
REQUEST_NUMBERS = {
    "time": 1, "whole": 2, "document": 3, "certify": 4, "lock": 5, "opacity": 6, "white_transparent": 7, "reserve": 8,
    "ignore_permissions": 9,
}
SEAL_TEXTS = {"vendor": 1}
SEAL_NUMBERS = {"kind": 1}

Drop = CFUNCTYPE(None, c_void_p)
Log = CFUNCTYPE(None, c_void_p, c_int32, c_char_p)
ReadAt = CFUNCTYPE(c_int32, c_void_p, c_uint64, c_void_p, c_size_t, POINTER(c_size_t))
Write = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t)
Progress = CFUNCTYPE(c_int32, c_void_p, c_uint64, c_uint64)
Sign = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, POINTER(c_size_t), POINTER(c_uint64))
Respond = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, POINTER(c_size_t))


class LogCallbacks(Structure):
    """``sealcore_log_callbacks``"""

    _fields_ = [("struct_size", c_uint32), ("log", Log), ("drop", Drop), ("user", c_void_p)]


class Source(Structure):
    """``sealcore_source``"""

    _fields_ = [("struct_size", c_uint32), ("length", c_uint64), ("read_at", ReadAt), ("drop", Drop), ("user", c_void_p)]


class Sink(Structure):
    """``sealcore_sink``"""

    _fields_ = [("struct_size", c_uint32), ("write", Write), ("drop", Drop), ("user", c_void_p)]


class MonitorCallbacks(Structure):
    """``sealcore_monitor_callbacks``"""

    _fields_ = [("struct_size", c_uint32), ("progress", Progress), ("drop", Drop), ("user", c_void_p)]


class SignerCallbacks(Structure):
    """``sealcore_signer_callbacks``"""

    _fields_ = [("struct_size", c_uint32), ("sign_digest", Sign), ("sign_message", Sign), ("drop", Drop), ("user", c_void_p)]


class AuthorityCallbacks(Structure):
    """``sealcore_authority_callbacks``"""

    _fields_ = [("struct_size", c_uint32), ("respond", Respond), ("drop", Drop), ("user", c_void_p)]


# One letter a parameter: H handle, T text or bytes, Z size, O place for a handle, N place for a size, V place for a verdict,
# i int32, l int64, u uint32, q uint64, d double, and the structures of callbacks.
_LETTERS: Dict[str, Any] = {
    "H": c_void_p, "T": c_char_p, "Z": c_size_t, "O": POINTER(c_void_p), "N": POINTER(c_size_t), "V": POINTER(c_int32),
    "i": c_int32, "l": c_int64, "u": c_uint32, "q": c_uint64, "d": c_double, "B": c_void_p,
    "L": POINTER(LogCallbacks), "R": POINTER(Source), "W": POINTER(Sink), "M": POINTER(MonitorCallbacks),
    "S": POINTER(SignerCallbacks), "A": POINTER(AuthorityCallbacks),
}

# Functions that give a status. The last parameter, the place of the error, goes without saying.
_FALLIBLE = {
    "self_test": "", "digest": "TTZBN", "call": "TTO", "set_log": "iL",
    "document_open_path": "TTO", "document_open_bytes": "TZTO", "document_open_source": "RTO", "document_inspect": "HiiHHO",
    "monitor_new": "MO", "monitor_cancel": "H",
    "verifier_new": "O", "verifier_add_trust": "HTZ", "verifier_add_trust_path": "HT", "verifier_add_maker_trust": "HTZ",
    "verifier_add_maker_trust_path": "HT", "verifier_add_crl": "HTZ", "verifier_add_crl_path": "HT",
    "verifier_set_policy": "HT", "verifier_set_time": "Hl", "verifier_set_limit": "HTq", "verify": "HHHVO",
    "report_json": "HTiO", "report_render": "HTiO",
    "key_generate": "TO", "key_load": "TZTO", "key_open": "TTO", "key_pkcs8": "HTO", "key_pkcs12": "HTZTTO",
    "certificate_request": "HTO", "certificate_issue": "HHTZTO", "crl_issue": "HTO", "certificate_inspect": "TZO",
    "signer_from_key": "TZTTZO", "signer_open": "TTTZO", "signer_external": "TZTSO", "signer_certificate": "HO",
    "signer_sign_digest": "HTZBN", "device_list": "TTO",
    "seal_load": "TZO", "seal_save": "HO", "seal_inspect": "HiO", "seal_picture": "HO", "seal_request_new": "TTTO",
    "seal_request_set_picture": "HTTZii", "seal_request_add_signer": "HTZi", "seal_request_set_validity": "Hlll",
    "seal_request_set_text": "HiT", "seal_request_set_number": "Hil", "seal_make": "HHO", "seal_prepare": "HTZO",
    "seal_session_digest": "HBN", "seal_session_message": "HO", "seal_session_complete": "HTZO",
    "request_new": "O", "request_set_seal": "HH", "request_set_picture": "HTTZii", "request_set_certificate": "HTZ",
    "request_set_authority": "HH", "request_set_text": "HiT", "request_set_number": "Hil", "request_add_place": "HTdd",
    "request_add_seam": "HTidddu", "request_add_facing": "HTd", "request_add_keyword": "HTlTdd",
    "sign": "HHHHO", "sign_to_path": "HHHHT", "sign_to_sink": "HHHHW", "sign_in_place": "TTHHH",
    "add_integrity_record": "HHlO", "prepare": "HHHO",
    "session_digest": "HBN", "session_message": "HO", "session_save": "HO", "session_load": "TZO",
    "session_time_stamp_request": "HTZO", "session_add_time_stamp": "HTZTZ", "session_complete": "HHTZO",
    "session_complete_to_path": "HHTZT", "session_complete_to_sink": "HHTZW", "session_append": "HTTZ",
    "session_tail": "HTZO",
    "timestamp_request": "TTZTuO", "timestamp_token": "TZTZO", "timestamp_verify": "HTZTZTZHVO",
    "authority_local": "HTO", "authority_external": "AO", "authority_respond": "HTZO",
}

# Functions that give something else.
_OTHER: Dict[str, Tuple[Any, str]] = {
    "version": (c_char_p, ""), "abi_version": (c_uint32, ""), "status_name": (c_char_p, "i"), "verdict_name": (c_char_p, "i"),
    "handle_count": (c_size_t, ""),
    "error_code": (c_int32, "H"), "error_kind": (c_char_p, "H"), "error_message": (c_char_p, "Hi"), "error_part": (c_char_p, "H"),
    "error_position": (c_int64, "H"), "error_vendor_code": (c_uint64, "H"),
    "buffer_data": (c_void_p, "H"), "buffer_len": (c_size_t, "H"), "document_format": (c_int32, "H"),
    "report_verdict": (c_int32, "H"), "report_signature_count": (c_size_t, "H"), "report_signature_verdict": (c_int32, "HZ"),
    "report_signature_text": (c_char_p, "HZi"), "report_finding_count": (c_size_t, "HZ"),
    "report_finding_text": (c_char_p, "HZZii"),
    "signer_algorithm": (c_char_p, "H"), "signer_max_signature_len": (c_size_t, "H"), "session_algorithm": (c_char_p, "H"),
}

_FREED = (
    "error", "buffer", "document", "monitor", "verifier", "report", "key", "signer", "seal", "seal_request", "seal_session",
    "request", "session", "authority",
)


def functions() -> Dict[str, Tuple[Any, Tuple[Any, ...]]]:
    """Every function of the ABI by name, with the type of its result and those of its parameters."""
    result: Dict[str, Tuple[Any, Tuple[Any, ...]]] = {}
    for name, letters in _FALLIBLE.items():
        result["sealcore_" + name] = (c_int32, tuple(_LETTERS[letter] for letter in letters) + (POINTER(c_void_p),))
    for name, (restype, letters) in _OTHER.items():
        result["sealcore_" + name] = (restype, tuple(_LETTERS[letter] for letter in letters))
    for name in _FREED:
        result["sealcore_" + name + "_free"] = (None, (c_void_p,))
    return result
