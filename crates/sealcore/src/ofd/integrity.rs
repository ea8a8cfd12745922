//! The integrity record of GM/T 0099-2020, Annex D: `/OFDEntries.xml` names every file of the package, and a GB/T 35275
//! signature over it lies in `/signedvalue.dat`. The record holds paths and no digests.

use std::collections::BTreeSet;

use super::manifest::NAMESPACE;
use super::parts::{Located, Parts};
use super::path::PackagePath;
use super::verify::is_fatal;
use crate::asn1::Time;
use crate::cms::SignedData;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Lang;
use crate::report::{Code, Finding, Integrity};
use crate::text;
use crate::verify::{Digests, Host, Outcome, VerifyOptions, judge_signed_data};
use crate::xml::escape;

/// Where the record is.
pub(crate) const RECORD: &str = "/OFDEntries.xml";
/// Where its signature is written.
pub(crate) const SIGNED_VALUE: &str = "/signedvalue.dat";

/// Judges the record if there is one, and gives the entries that belong to it.
pub(crate) fn judge(
    parts: &Parts<'_, '_>,
    options: &VerifyOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Result<BTreeSet<usize>> {
    let mut own = BTreeSet::new();
    let Located::Entry(record, path) = parts.locate(&PackagePath::root(), RECORD) else {
        return Ok(own);
    };
    own.insert(record);
    match check(parts, record, &path, &mut own, options, findings) {
        Err(error) if is_fatal(error.kind()) => return Err(error),
        Err(error) => {
            let zh = error.describe(Lang::Zh);
            findings.push(Finding::new(Code::IntegrityRecordBroken).with(text!(
                "the integrity record cannot be judged: {error}",
                "完整性记录无法判断：{zh}"
            )));
        }
        Ok(()) => {}
    }
    Ok(own)
}

fn check(
    parts: &Parts<'_, '_>,
    record: usize,
    path: &PackagePath,
    own: &mut BTreeSet<usize>,
    options: &VerifyOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let bytes = parts.bytes(record)?;
    let xml = crate::xml::Xml::parse(&bytes, parts.limits()).map_err(|error| error.in_part(path.as_str()))?;
    let root = xml.root();
    let loc = root
        .child_text("SignedValueLoc")
        .filter(|loc| !loc.is_empty())
        .unwrap_or_else(|| SIGNED_VALUE.to_owned());
    let (value, _) = parts.locate(path, &loc).entry(&loc)?;
    own.insert(value);
    let mut listed = BTreeSet::new();
    let mut problems = Vec::new();
    for file in root.descendants().filter(|element| element.name() == "File") {
        let loc = file
            .attribute("FileLoc")
            .map_or_else(|| file.text(), std::borrow::Cow::into_owned);
        match parts.locate(path, &loc) {
            Located::Entry(index, _) => {
                listed.insert(index);
            }
            _ => problems.push(format!("- {loc}")),
        }
    }
    for (index, entry) in parts.archive().entries().iter().enumerate() {
        if !entry.is_dir() && !listed.contains(&index) && !own.contains(&index) {
            problems.push(format!("+ {}", parts.name(index)));
        }
    }
    let data = SignedData::from_bytes(&parts.bytes(value)?)?;
    let original = &bytes[..];
    let outcome = judge_signed_data(&data, &Digests::new(&original), &[], Host::Ofd)?;
    if outcome.integrity != Integrity::Intact {
        findings.push(Finding::new(Code::IntegrityRecordBroken).with(text!(
            "the signature of the integrity record does not hold",
            "完整性记录的签名验证不通过"
        )));
    } else if problems.is_empty() {
        findings.push(Finding::new(Code::IntegrityRecordValid));
    }
    if !problems.is_empty() {
        let count = problems.len();
        problems.truncate(12);
        let names = problems.join(", ");
        findings.push(Finding::new(Code::IntegrityRecordFile).with(text!(
            "{count} files differ from the integrity record (- missing, + not named): {names}",
            "{count} 个文件与完整性记录不一致（- 缺失，+ 未列出）：{names}"
        )));
    }
    judge_signer(&outcome, options, findings);
    Ok(())
}

/// Whether the record's signer is trusted makes no difference to the document's verdict; that it was not judged is said.
fn judge_signer(outcome: &Outcome, options: &VerifyOptions<'_>, findings: &mut Vec<Finding>) {
    let trusted = outcome.signer.as_ref().is_some_and(|signer| {
        let time = outcome.signing_time.unwrap_or(options.at);
        let question = crate::cert::PathQuestion {
            certificate: signer,
            extra: &outcome.others,
            time,
            time_proven: false,
            now: options.at,
            purpose: crate::cert::Purpose::Signer,
        };
        options.trust.judge(&question, &options.limits).trust == crate::report::Trust::Trusted
    });
    if !trusted {
        findings.push(Finding::new(Code::IntegrityRecordUnjudged));
    }
}

/// The record for these files.
pub(crate) fn record(paths: &[String], time: Time) -> Result<Vec<u8>> {
    if paths.iter().any(|path| path.contains(['\n', '\r', '\0'])) {
        return Err(Error::new(
            ErrorKind::Argument,
            text!("a path with control characters", "路径含有控制字符"),
        ));
    }
    let date = time.local();
    let date = date.split(' ').next().unwrap_or_default();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:DocEntries xmlns:ofd=\"{NAMESPACE}\" ID=\"1\" CreatorName=\"sealcore\" Version=\"{}\" CreationDate=\"{date}\"><ofd:SignedValueLoc>{SIGNED_VALUE}</ofd:SignedValueLoc><ofd:FileList>",
        env!("CARGO_PKG_VERSION"),
    );
    for (index, path) in paths.iter().enumerate() {
        xml.push_str(&format!(
            "<ofd:File ID=\"{}\" FileLoc=\"{}\"/>",
            index + 2,
            escape(path)
        ));
    }
    xml.push_str("</ofd:FileList></ofd:DocEntries>");
    Ok(xml.into_bytes())
}
