//! `sealcore_report`: what verification found.

use std::ffi::{CString, c_char};
use std::sync::OnceLock;

use sealcore_core::lang::Lang;
use sealcore_core::report::{Finding, Report, SignatureReport, Style, Verdict, render};
use sealcore_core::timestamp::TimeStampReport;

use crate::buffer::sealcore_buffer;
use crate::call::{self, Call, accessor, operation};
use crate::error::sealcore_error;
use crate::failure::{Failure, Outcome};
use crate::handle::{Kind, Opaque};
use crate::report_text::{FindingTexts, signature_texts};
use crate::status::sealcore_status;
use crate::verifier::number_of;

/// In place of a signature: the findings of the document itself.
pub const SEALCORE_WHOLE_DOCUMENT: usize = -1_isize as usize; // SIZE_MAX, in a form that cbindgen reads

/// What verification found: a verdict, the facts about each signature, and findings with their codes. Immutable, readable from
/// any thread; freed with `sealcore_report_free`.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_report {
    _private: [u8; 0],
}

impl Opaque for sealcore_report {
    type Object = Told;
    const KIND: Kind = Kind::Report;
}

/// What a handle stands for; its strings are made when they are first asked for.
pub struct Told {
    whole: Whole,
    signatures: Vec<Strings>,
    own: Vec<OnceLock<FindingTexts>>,
}

enum Whole {
    Document(Report),
    TimeStamp(Box<Stamp>),
}

/// A time stamp, and its form as a signature.
struct Stamp {
    report: TimeStampReport,
    signature: [SignatureReport; 1],
}

#[derive(Default)]
struct Strings {
    facts: OnceLock<Vec<Option<CString>>>,
    findings: Vec<OnceLock<FindingTexts>>,
}

impl Told {
    pub(crate) fn document(report: Report) -> Self {
        Self::new(Whole::Document(report))
    }

    pub(crate) fn time_stamp(report: TimeStampReport) -> Self {
        let signature = [report.signature()];
        Self::new(Whole::TimeStamp(Box::new(Stamp { report, signature })))
    }

    fn new(whole: Whole) -> Self {
        let empty = |findings: &[Finding]| findings.iter().map(|_| OnceLock::new()).collect();
        let strings = |signature: &SignatureReport| Strings {
            facts: OnceLock::new(),
            findings: empty(&signature.findings),
        };
        Self {
            signatures: whole.signatures().iter().map(strings).collect(),
            own: empty(whole.findings()),
            whole,
        }
    }

    fn signature(&self, index: usize) -> Outcome<&SignatureReport> {
        self.whole
            .signatures()
            .get(index)
            .ok_or_else(|| none("signature", index))
    }

    fn findings(&self, signature: usize) -> Outcome<(&[Finding], &[OnceLock<FindingTexts>])> {
        if signature == SEALCORE_WHOLE_DOCUMENT {
            return Ok((self.whole.findings(), &self.own));
        }
        let strings = self
            .signatures
            .get(signature)
            .ok_or_else(|| none("signature", signature))?;
        Ok((&self.signature(signature)?.findings, &strings.findings))
    }
}

impl Whole {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Document(report) => report.verdict,
            Self::TimeStamp(stamp) => stamp.report.verdict,
        }
    }

    fn signatures(&self) -> &[SignatureReport] {
        match self {
            Self::Document(report) => &report.signatures,
            Self::TimeStamp(stamp) => &stamp.signature,
        }
    }

    fn findings(&self) -> &[Finding] {
        match self {
            Self::Document(report) => &report.findings,
            Self::TimeStamp(_) => &[],
        }
    }

    fn to_json(&self, file: &str, lang: Lang) -> String {
        match self {
            Self::Document(report) => report.to_json(file, lang),
            Self::TimeStamp(stamp) => stamp.report.to_json(file, lang),
        }
        .to_string()
    }

    fn render(&self, file: &str, lang: Lang) -> String {
        match self {
            Self::Document(report) => render(report, file, lang, Style::default()),
            Self::TimeStamp(stamp) => stamp.report.render(file, lang, Style::default()),
        }
    }
}

fn none(what: &'static str, index: usize) -> Failure {
    call::bad(
        what,
        sealcore_core::text!("there is no {what} {index}", "没有第 {index} 个 {what}"),
    )
}

/// The verdict on the document; 0 for no live handle.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_report_verdict(report: *const sealcore_report) -> i32 {
    accessor(0, |call| Ok(number_of(call.shared(report, "report")?.whole.verdict())))
}

/// How many signatures the document has; they are counted from 0, in the order of the document. A seal and a time stamp have
/// one.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_report_signature_count(report: *const sealcore_report) -> usize {
    accessor(0, |call| Ok(call.shared(report, "report")?.signatures.len()))
}

/// The verdict on one signature; 0 where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_report_signature_verdict(report: *const sealcore_report, signature: usize) -> i32 {
    accessor(0, |call| {
        Ok(number_of(call.shared(report, "report")?.signature(signature)?.verdict))
    })
}

/// A fact about one signature: `field` is SEALCORE_SIGNATURE_*. The names are those of the JSON form, times are RFC 3339. NULL
/// where there is none. Lives as long as the report.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_report_signature_text(
    report: *const sealcore_report,
    signature: usize,
    field: i32,
) -> *const c_char {
    accessor(std::ptr::null(), |call| {
        let report = call.shared(report, "report")?;
        let facts = report.signature(signature)?;
        let strings = report
            .signatures
            .get(signature)
            .ok_or_else(|| none("signature", signature))?;
        let texts = strings.facts.get_or_init(|| signature_texts(facts));
        let text = usize::try_from(field)
            .ok()
            .and_then(|field| texts.get(field.checked_sub(1)?))
            .ok_or_else(|| none("field", usize::try_from(field).unwrap_or(0)))?;
        Ok(text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr()))
    })
}

/// How many findings a signature has, or with SEALCORE_WHOLE_DOCUMENT the document itself.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_report_finding_count(report: *const sealcore_report, signature: usize) -> usize {
    accessor(0, |call| {
        Ok(call.shared(report, "report")?.findings(signature)?.0.len())
    })
}

/// One finding: `field` is SEALCORE_FINDING_*; `lang` counts for the message alone. NULL where there is none. Lives as long as
/// the report.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_report_finding_text(
    report: *const sealcore_report,
    signature: usize,
    finding: usize,
    field: i32,
    lang: i32,
) -> *const c_char {
    accessor(std::ptr::null(), |call| {
        let report = call.shared(report, "report")?;
        let (findings, strings) = report.findings(signature)?;
        let (Some(found), Some(strings)) = (findings.get(finding), strings.get(finding)) else {
            return Err(none("finding", finding));
        };
        let lang = call::lang(lang)?;
        let texts = strings.get_or_init(|| FindingTexts::new(found));
        texts.field(field, lang)
    })
}

/// The report as one JSON object of docs/report.schema.json, UTF-8, without a line end. `file` stands in it as the name.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_report_json(
    report: *const sealcore_report,
    file: *const c_char,
    lang: i32,
    json: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        written(call, report, file, lang, json, "json", Whole::to_json)
    })
}

/// The report as lines of text for people, UTF-8: the verdict and its reason first. Control characters of the document are
/// not in it.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_report_render(
    report: *const sealcore_report,
    file: *const c_char,
    lang: i32,
    text: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        written(call, report, file, lang, text, "text", Whole::render)
    })
}

/// Frees a report. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_report_free(report: *mut sealcore_report) {
    call::free(report);
}

fn written(
    call: &mut Call,
    report: *const sealcore_report,
    file: *const c_char,
    lang: i32,
    out: *mut *mut sealcore_buffer,
    argument: &str,
    write: impl FnOnce(&Whole, &str, Lang) -> String,
) -> Outcome {
    let out = call.out(out, argument)?;
    let report = call.shared(report, "report")?;
    let file = call::string(file, "file")?;
    let lang = call::lang(lang)?;
    out.put(write(&report.whole, file, lang).into_bytes().into())
}
