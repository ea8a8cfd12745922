"""The declarations against the header."""

from __future__ import annotations

import ctypes
import os
import re
import unittest
from pathlib import Path
from typing import Any, Dict

import sealcore
from sealcore import _abi

_include = Path(os.environ.get("SEALCORE_INCLUDE") or Path(__file__).resolve().parents[3] / "include")


def _header() -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*|\bSEALCORE_API\b", " ", (_include / "sealcore.h").read_text("utf-8"), flags=re.S)


def _ctype(declaration: str) -> Any:
    """What a parameter of the header is in ctypes."""
    words = re.sub(r"\b(const|struct)\b", " ", declaration)
    words = re.sub(r"\s+", " ", words).strip()
    base, stars = re.match(r"(\w+) ?(\**)", words).groups()  # type: ignore[union-attr]
    structures: Dict[str, Any] = {
        "sealcore_log_callbacks": _abi.LogCallbacks, "sealcore_source": _abi.Source, "sealcore_sink": _abi.Sink,
        "sealcore_monitor_callbacks": _abi.MonitorCallbacks, "sealcore_signer_callbacks": _abi.SignerCallbacks,
        "sealcore_authority_callbacks": _abi.AuthorityCallbacks,
    }
    numbers: Dict[str, Any] = {
        "int32_t": ctypes.c_int32, "sealcore_status": ctypes.c_int32, "int64_t": ctypes.c_int64, "uint32_t": ctypes.c_uint32,
        "uint64_t": ctypes.c_uint64, "size_t": ctypes.c_size_t, "uintptr_t": ctypes.c_size_t, "double": ctypes.c_double,
    }
    if base == "void" and not stars:
        return None
    if base in numbers:
        return ctypes.POINTER(numbers[base]) if stars else numbers[base]
    if base in structures:
        return ctypes.POINTER(structures[base])
    if base == "char":
        return ctypes.c_char_p
    if base == "uint8_t":
        return ctypes.c_char_p if "const" in declaration else ctypes.c_void_p
    assert base.startswith("sealcore_"), declaration
    return ctypes.POINTER(ctypes.c_void_p) if stars == "**" else ctypes.c_void_p


@unittest.skipUnless((_include / "sealcore.h").exists(), "include/sealcore.h is not there")
class Header(unittest.TestCase):
    def test_every_function_is_declared_as_in_the_header(self) -> None:
        found: Dict[str, Any] = {}
        for result, name, parameters in re.findall(r"([\w ]+?[ *]+)(sealcore_\w+)\s*\(([^()]*)\)\s*;", _header()):
            listed = [] if parameters.strip() in ("", "void") else parameters.split(",")
            restype = _ctype(result)
            if "uint8_t" in result:
                restype = ctypes.c_void_p
            found[name] = (restype, tuple(_ctype(each) for each in listed))
        self.assertGreater(len(found), 100)
        declared = _abi.functions()
        self.assertEqual(sorted(found), sorted(declared))
        for name, signature in found.items():
            self.assertEqual(declared[name], signature, name)

    def test_numbers_are_those_of_the_header(self) -> None:
        numbers = {name: int(value) for name, value in re.findall(r"#define SEALCORE_(\w+) \(?(-?\d+)\)?", _header())}
        self.assertGreater(len(numbers), 60)
        self.assertEqual(numbers["ABI_VERSION"], _abi.ABI_VERSION)
        statuses = {name: value for name, value in numbers.items() if name == "OK" or name.startswith("E_")}
        self.assertEqual(statuses, {each.name: each.value for each in sealcore.Status})
        for prefix, members in (
            ("VERDICT_", sealcore.Verdict), ("LANG_", sealcore.Language), ("FORMAT_", sealcore.Format), ("SIDE_", sealcore.Side),
            ("LOG_", sealcore.LogLevel),
        ):
            stated = {name[len(prefix):]: value for name, value in numbers.items() if name.startswith(prefix)}
            self.assertEqual(stated, {each.name: each.value for each in members}, prefix)
        for prefix, table in (
            ("SIGNATURE_", {name: number for number, name in enumerate(_abi.SIGNATURE_FIELDS, 1)}),
            ("FINDING_", {name: number for number, name in enumerate(_abi.FINDING_FIELDS, 1)}),
            ("REQUEST_", {**_abi.REQUEST_TEXTS, **_abi.REQUEST_NUMBERS}),
            ("SEAL_", {**_abi.SEAL_TEXTS, **_abi.SEAL_NUMBERS}),
            ("STAMP_", {"certificates": _abi.STAMP_CERTIFICATES, "nonce": _abi.STAMP_NONCE}),
            ("CALLBACK_", {"ok": _abi.CALLBACK_OK, "cancel": _abi.CALLBACK_CANCEL}),
            ("OCCURRENCE_", {"all": sealcore.ALL, "last": sealcore.LAST}),
        ):
            stated = {name[len(prefix):].lower(): value for name, value in numbers.items() if name.startswith(prefix)}
            self.assertEqual(stated, table, prefix)


class Library(unittest.TestCase):
    @unittest.skipUnless((_include / "sealcore.symbols").exists(), "include/sealcore.symbols is not there")
    def test_every_symbol_is_bound(self) -> None:
        symbols = (_include / "sealcore.symbols").read_text("utf-8").split()
        self.assertEqual(sorted(symbols), sorted(_abi.functions()))

    def test_every_bound_function_is_called_by_the_package(self) -> None:
        package = Path(sealcore.__file__).parent
        source = "".join(path.read_text("utf-8") for path in package.glob("*.py") if path.name != "_abi.py")
        for name in _abi.functions():
            short = name[len("sealcore_"):]
            if short == "error_code":  # the status says the same
                continue
            if short.endswith("_free"):
                self.assertIn(f'"{short[:-5]}"' if short not in ("error_free", "buffer_free") else name, source, name)
            elif short.endswith("_path") and short.startswith("verifier_add"):
                self.assertIn(f'"{short[:-5]}"', source, name)
            else:
                self.assertTrue(f'"{short}"' in source or f"lib.{name}" in source, name)

    def test_versions(self) -> None:
        self.assertEqual(sealcore.abi_version(), _abi.ABI_VERSION)
        self.assertRegex(sealcore.version(), r"^\d+\.\d+\.\d+")
        for status in sealcore.Status:
            self.assertEqual(sealcore.status_name(status), f"SEALCORE_{status.name}")
        self.assertEqual(sealcore.status_name(12345), "SEALCORE_UNKNOWN")
        for verdict in sealcore.Verdict:
            self.assertEqual(sealcore.verdict_name(verdict), verdict.name.lower())
        self.assertIsNone(sealcore.verdict_name(0))
