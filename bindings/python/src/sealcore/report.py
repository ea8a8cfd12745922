"""What a verification found."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple, Union

from . import _abi
from ._call import Handle, buffer, optional_string, text
from ._library import lib
from .language import Language, _language

__all__ = ["Verdict", "Finding", "Signature", "Report"]


class Verdict(enum.IntEnum):
    """The verdict over a signature or a document. None of them is false: compare, do not test for truth."""

    VALID = 1
    INVALID = 2
    INDETERMINATE = 3
    UNSIGNED = 4


@dataclass(frozen=True)
class Finding:
    """One thing that was found. ``code`` is stable; ``message`` is for people."""

    code: str
    severity: str
    """``info``, ``warning`` or ``error``"""
    clause: Optional[str]
    """The clause of a standard, where it is known for certain."""
    part: Optional[str]
    message: str


@dataclass(frozen=True)
class Signature:
    """What was found out about one signature. Texts are as in the JSON report; what there is not is None."""

    verdict: Verdict
    id: Optional[str]
    kind: Optional[str]
    """``seal``, ``signature`` or ``timestamp``"""
    standard: Optional[str]
    form: Optional[str]
    integrity: Optional[str]
    """``intact``, ``altered`` or ``unverifiable``"""
    coverage: Optional[str]
    """``whole`` or ``partial``"""
    changes: Optional[str]
    """``none``, ``permitted`` or ``forbidden``: what came after this signature"""
    trust: Optional[str]
    """``trusted``, ``untrusted`` or ``unknown``"""
    signed_at: Optional[str]
    """RFC 3339"""
    signer_name: Optional[str]
    signer_subject: Optional[str]
    seal_id: Optional[str]
    seal_name: Optional[str]
    timestamp: Optional[str]
    """The time of the time stamp over the signature, RFC 3339"""
    findings: Tuple[Finding, ...]


class Report(Handle):
    """What a verification found: the verdict, the signatures, the findings; also as JSON, and as a text for people.

    Signatures and findings are values of their own and outlive the report.
    """

    _kind = "report"

    @property
    def verdict(self) -> Verdict:
        """The worst of the signatures and the findings about the document."""
        return Verdict(lib.sealcore_report_verdict(self._token))

    @property
    def signatures(self) -> Tuple[Signature, ...]:
        """One for each signature, in the order of the document; messages in the default language."""
        count = lib.sealcore_report_signature_count(self._token)
        return tuple(self._signature(index) for index in range(count))

    @property
    def findings(self) -> Tuple[Finding, ...]:
        """What was found about the document itself; messages in the default language."""
        return self._findings(_abi.WHOLE_DOCUMENT)

    def json(self, file: str = "", language: Optional[Union[Language, str]] = None) -> str:
        """The report as one line of JSON, as docs/report.schema.json describes it; ``file`` is put in as it is."""
        return buffer("report_json", self._token, text(file), _language(language)).decode("utf-8")

    def to_dict(self, file: str = "", language: Optional[Union[Language, str]] = None) -> Dict[str, Any]:
        """The report as what :meth:`json` holds."""
        result: Dict[str, Any] = json.loads(self.json(file, language))
        return result

    def render(self, file: str = "", language: Optional[Union[Language, str]] = None) -> str:
        """The report for people to read."""
        return buffer("report_render", self._token, text(file), _language(language)).decode("utf-8")

    def _signature(self, index: int) -> Signature:
        texts = {
            name: optional_string(lib.sealcore_report_signature_text(self._token, index, number))
            for number, name in enumerate(_abi.SIGNATURE_FIELDS, 1)
        }
        verdict = Verdict(lib.sealcore_report_signature_verdict(self._token, index))
        return Signature(verdict=verdict, findings=self._findings(index), **texts)

    def _findings(self, index: int) -> Tuple[Finding, ...]:
        count = lib.sealcore_report_finding_count(self._token, index)
        return tuple(self._finding(index, number) for number in range(count))

    def _finding(self, index: int, number: int) -> Finding:
        code, severity, clause, part, message = (
            optional_string(lib.sealcore_report_finding_text(self._token, index, number, field, _language(None)))
            for field, _ in enumerate(_abi.FINDING_FIELDS, 1)
        )
        return Finding(code or "", severity or "", clause, part, message or "")
