//! The JSON form of a report; `docs/report.schema.json` describes it.

use serde_json::{Value, json};

use super::{Changes, Coverage, Finding, Integrity, Report, SignatureKind, SignatureReport, Trust};
use crate::lang::Lang;

pub(super) fn report(report: &Report, file: &str, lang: Lang) -> Value {
    json!({
        "file": file,
        "format": report.format.name(),
        "policy": report.policy.name(),
        "verdict": report.verdict.name(),
        "signatures": report.signatures.iter().map(|one| signature(one, lang)).collect::<Vec<_>>(),
        "findings": findings(&report.findings, lang),
    })
}

fn signature(one: &SignatureReport, lang: Lang) -> Value {
    json!({
        "id": one.id,
        "kind": match one.kind {
            SignatureKind::Seal => "seal",
            SignatureKind::Signature => "signature",
            SignatureKind::Timestamp => "timestamp",
        },
        "standard": one.standard.map(super::Standard::name),
        "form": one.form.map(super::Form::name),
        "verdict": one.verdict.name(),
        "integrity": match one.integrity {
            Integrity::Intact => "intact",
            Integrity::Altered => "altered",
            Integrity::Unverifiable => "unverifiable",
        },
        "coverage": match one.coverage {
            Coverage::Whole => "whole",
            Coverage::Partial => "partial",
        },
        "changes": match one.changes {
            Changes::None => "none",
            Changes::Permitted => "permitted",
            Changes::Forbidden => "forbidden",
        },
        "trust": match one.trust {
            Trust::Trusted => "trusted",
            Trust::Untrusted => "untrusted",
            Trust::Unknown => "unknown",
        },
        "signed_at": one.signed_at,
        "signer": one.signer,
        "seal": one.seal,
        "timestamp": one.timestamp,
        "stamps": one.stamps,
        "findings": findings(&one.findings, lang),
    })
}

fn findings(all: &[Finding], lang: Lang) -> Vec<Value> {
    all.iter()
        .map(|finding| {
            json!({
                "code": finding.code.name(),
                "severity": finding.severity().name(),
                "clause": finding.clause,
                "part": finding.part,
                "message": finding.message(lang),
            })
        })
        .collect()
}
