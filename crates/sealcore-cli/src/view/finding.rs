//! A finding as JSON, outside of a report.

use sealcore::lang::Lang;
use sealcore::report::Finding;
use serde_json::{Value, json};

pub(crate) fn to_json(finding: &Finding, lang: Lang) -> Value {
    json!({
        "code": finding.code.name(),
        "severity": finding.severity().name(),
        "part": finding.part,
        "message": finding.message(lang),
    })
}
