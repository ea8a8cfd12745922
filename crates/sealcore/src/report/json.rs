//! The JSON form of a report; `docs/report.schema.json` describes it.

use serde_json::{Value, json};

use super::{Finding, Report, SignatureReport};
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

pub(crate) fn signature(one: &SignatureReport, lang: Lang) -> Value {
    json!({
        "id": one.id,
        "kind": one.kind.name(),
        "standard": one.standard.map(super::Standard::name),
        "form": one.form.map(super::Form::name),
        "verdict": one.verdict.name(),
        "integrity": one.integrity.name(),
        "coverage": one.coverage.name(),
        "changes": one.changes.name(),
        "trust": one.trust.name(),
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
