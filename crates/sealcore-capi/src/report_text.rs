//! The single strings of a report.

use std::ffi::{CString, c_char};

use sealcore_core::lang::Lang;
use sealcore_core::report::{Finding, Form, SignatureReport, Standard};

use crate::failure::Outcome;
use crate::text::c_string;

/// The ID of the record in OFD, the name of the field in PDF.
pub const SEALCORE_SIGNATURE_ID: i32 = 1;
/// "seal", "signature" or "timestamp".
pub const SEALCORE_SIGNATURE_KIND: i32 = 2;
/// The standard of the signed value: "GB/T 38540-2020", ...
pub const SEALCORE_SIGNATURE_STANDARD: i32 = 3;
/// How the signed value is built: "ses-v4", "cms-signed-attributes", ...
pub const SEALCORE_SIGNATURE_FORM: i32 = 4;
/// "intact", "altered" or "unverifiable".
pub const SEALCORE_SIGNATURE_INTEGRITY: i32 = 5;
/// "whole" or "partial".
pub const SEALCORE_SIGNATURE_COVERAGE: i32 = 6;
/// What came after: "none", "permitted" or "forbidden".
pub const SEALCORE_SIGNATURE_CHANGES: i32 = 7;
/// "trusted", "untrusted" or "unknown".
pub const SEALCORE_SIGNATURE_TRUST: i32 = 8;
/// The signing time, RFC 3339: proven by a time stamp, else as claimed.
pub const SEALCORE_SIGNATURE_SIGNED_AT: i32 = 9;
/// The common name of the signer, else his whole subject.
pub const SEALCORE_SIGNATURE_SIGNER_NAME: i32 = 10;
/// The subject of the signer, RFC 4514.
pub const SEALCORE_SIGNATURE_SIGNER_SUBJECT: i32 = 11;
/// The identifier of the seal.
pub const SEALCORE_SIGNATURE_SEAL_ID: i32 = 12;
/// The name of the seal.
pub const SEALCORE_SIGNATURE_SEAL_NAME: i32 = 13;
/// The time that the time stamp on the signature states, RFC 3339.
pub const SEALCORE_SIGNATURE_TIMESTAMP: i32 = 14;

/// The stable code.
pub const SEALCORE_FINDING_CODE: i32 = 1;
/// "info", "warning" or "error".
pub const SEALCORE_FINDING_SEVERITY: i32 = 2;
/// The clause of the standard.
pub const SEALCORE_FINDING_CLAUSE: i32 = 3;
/// The part of the document.
pub const SEALCORE_FINDING_PART: i32 = 4;
/// What was found, in the language that is asked for.
pub const SEALCORE_FINDING_MESSAGE: i32 = 5;

/// The facts of a signature, in the order of SEALCORE_SIGNATURE_*.
pub(crate) fn signature_texts(one: &SignatureReport) -> Vec<Option<CString>> {
    let signer = one.signer.as_ref();
    let seal = one.seal.as_ref();
    let stamped = one.timestamp.as_ref().and_then(|timestamp| timestamp.time);
    let (signed_at, stamped) = (
        one.signed_at.map(|time| time.to_string()),
        stamped.map(|time| time.to_string()),
    );
    let facts: [Option<&str>; 14] = [
        Some(&one.id),
        Some(one.kind.name()),
        one.standard.map(Standard::name),
        one.form.map(Form::name),
        Some(one.integrity.name()),
        Some(one.coverage.name()),
        Some(one.changes.name()),
        Some(one.trust.name()),
        signed_at.as_deref(),
        signer.map(|signer| signer.name.as_str()),
        signer.map(|signer| signer.subject.as_str()),
        seal.map(|seal| seal.id.as_str()),
        seal.map(|seal| seal.name.as_str()),
        stamped.as_deref(),
    ];
    facts.into_iter().map(|fact| fact.map(c_string)).collect()
}

/// One finding.
pub(crate) struct FindingTexts {
    code: CString,
    severity: CString,
    clause: Option<CString>,
    part: Option<CString>,
    messages: [CString; 2],
}

impl FindingTexts {
    pub(crate) fn new(finding: &Finding) -> Self {
        Self {
            code: c_string(finding.code.name()),
            severity: c_string(finding.severity().name()),
            clause: finding.clause.map(c_string),
            part: finding.part.as_deref().map(c_string),
            messages: [Lang::En, Lang::Zh].map(|lang| c_string(&finding.message(lang))),
        }
    }

    /// The string of a field, NULL where there is none.
    pub(crate) fn field(&self, field: i32, lang: Lang) -> Outcome<*const c_char> {
        let [en, zh] = &self.messages;
        let text = match field {
            SEALCORE_FINDING_CODE => Some(&self.code),
            SEALCORE_FINDING_SEVERITY => Some(&self.severity),
            SEALCORE_FINDING_CLAUSE => self.clause.as_ref(),
            SEALCORE_FINDING_PART => self.part.as_ref(),
            SEALCORE_FINDING_MESSAGE if lang == Lang::Zh => Some(zh),
            SEALCORE_FINDING_MESSAGE => Some(en),
            _ => {
                return Err(crate::call::bad(
                    "field",
                    sealcore_core::text!("there is no field {field}", "没有字段 {field}"),
                ));
            }
        };
        Ok(text.map_or(std::ptr::null(), |text| text.as_ptr()))
    }
}
