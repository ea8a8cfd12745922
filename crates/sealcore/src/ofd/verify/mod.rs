//! Verifies an OFD document: strict package, list of signatures, each signature, what each covers, what came after it.

mod coverage;
mod record;
mod signed_value;

use std::collections::{BTreeSet, HashMap};

use super::integrity;
use super::manifest::Manifest;
use super::package::Archive;
use super::parts::Parts;
use super::structure::{Body, Structure};
use crate::error::{ErrorKind, Result};
use crate::lang::Lang;
use crate::report::{Code, Finding, Format, Integrity, Report};
use crate::text;
use crate::verify::VerifyOptions;
use record::Checked;

/// Verifies every signature of an OFD document.
///
/// # Errors
/// [`ErrorKind::Format`] without a readable OFD.xml, [`ErrorKind::Xml`] when OFD.xml is broken, [`ErrorKind::Limit`] when the
/// document costs more than the limits allow, [`ErrorKind::Io`] when it cannot be read, [`ErrorKind::Cancelled`].
pub fn verify(archive: &Archive<'_>, options: &VerifyOptions<'_>) -> Result<Report> {
    let parts = Parts::new(archive, &options.limits, options.monitor);
    let structure = Structure::read(&parts)?;
    let mut findings = archive.findings().to_vec();
    findings.extend(structure.findings.iter().cloned());
    let mut lists = Vec::new();
    let mut own = OwnFiles::default();
    for body in &structure.bodies {
        lists.push(check_list(body, &parts, &structure, options, &mut own, &mut findings)?);
    }
    coverage::judge_each(&mut lists, &parts, &structure);
    let integrity_files = integrity::judge(&parts, options, &mut findings)?;
    coverage::judge_document(&lists, &own, &integrity_files, &parts, &structure, &mut findings);
    findings.extend(parts.check_unread()?);
    findings.sort_by_key(|finding| std::cmp::Reverse((options.policy.effect(finding.code), finding.severity())));
    let signatures = lists
        .into_iter()
        .flat_map(|list| list.checked)
        .map(|checked| checked.report)
        .collect();
    Ok(Report::new(Format::Ofd, options.policy, signatures, findings))
}

/// The signatures of one document body.
pub(crate) struct List {
    /// The entry of Signatures.xml.
    pub(crate) entry: Option<usize>,
    pub(crate) checked: Vec<Checked>,
}

/// Files that belong to signatures, of any body.
#[derive(Default)]
pub(crate) struct OwnFiles {
    /// Signature.xml, signed value and seal file of every record, whether it holds or not.
    pub(crate) all: BTreeSet<usize>,
    /// Signature.xml and signed value alone, which no two records may share.
    pub(crate) exclusive: BTreeSet<usize>,
    /// Records of all lists so far.
    pub(crate) records: usize,
    /// References of all records so far.
    pub(crate) references: usize,
    /// Pictures outside the seal that readers show in its place.
    pub(crate) pictures: BTreeSet<usize>,
}

fn check_list(
    body: &Body,
    parts: &Parts<'_, '_>,
    structure: &Structure,
    options: &VerifyOptions<'_>,
    own: &mut OwnFiles,
    findings: &mut Vec<Finding>,
) -> Result<List> {
    let mut list = List {
        entry: None,
        checked: Vec::new(),
    };
    let Some(location) = &body.list else { return Ok(list) };
    let path = &location.path;
    list.entry = location.entry;
    let Some(entry) = location.entry else {
        findings.push(Finding::new(Code::SignatureListMissing).with(text!(
            "the list of signatures {path} is missing",
            "签名列表 {path} 缺失"
        )));
        return Ok(list);
    };
    let manifest = match parts.xml(entry).and_then(|xml| Manifest::read(&xml, parts.limits())) {
        Ok(manifest) => manifest,
        Err(error) if is_fatal(error.kind()) => return Err(error),
        Err(error) => {
            let zh = error.describe(Lang::Zh);
            findings.push(Finding::new(Code::SignatureListMissing).with(text!(
                "the list of signatures cannot be read: {error}",
                "签名列表无法读取：{zh}"
            )));
            return Ok(list);
        }
    };
    findings.extend(
        manifest
            .findings
            .iter()
            .cloned()
            .map(|finding| finding.in_part(path.as_str())),
    );
    own.records += manifest.records.len();
    parts
        .limits()
        .check(own.records, parts.limits().signatures, "signatures", "签名数")?;
    for record in &manifest.records {
        list.checked
            .push(record::check(record, path, body, parts, structure, options, own)?);
    }
    judge_relatives(&mut list);
    Ok(list)
}

/// Follows `Relative`: a signature holds only as far as the one that it builds on (GM/T 0099-2020, Annex B).
fn judge_relatives(list: &mut List) {
    let mut by_id = HashMap::new();
    for (index, one) in list.checked.iter().enumerate() {
        by_id.entry(one.report.id.clone()).or_insert(index);
    }
    let states: Vec<_> = list
        .checked
        .iter()
        .map(|one| (one.relative.clone(), one.report.integrity))
        .collect();
    for (index, one) in list.checked.iter_mut().enumerate() {
        let mut seen = BTreeSet::from([index]);
        let mut base = one.relative.as_ref();
        while let Some(id) = base {
            let position = by_id.get(id).copied();
            let found = position.and_then(|position| states.get(position));
            let problem = match (position, found) {
                (Some(position), _) if !seen.insert(position) => Some(text!(
                    "base signatures form a circle at “{id}”",
                    "基础签名在“{id}”处形成循环"
                )),
                (_, Some((_, Integrity::Intact))) => None,
                (_, Some(_)) => Some(text!(
                    "the base signature “{id}” does not hold",
                    "基础签名“{id}”验证不通过"
                )),
                (_, None) => Some(text!("the base signature “{id}” is missing", "基础签名“{id}”缺失")),
            };
            if let Some(problem) = problem {
                one.report
                    .findings
                    .push(Finding::new(Code::RelativeBaseBroken).with(problem));
                break;
            }
            base = found.and_then(|(relative, _)| relative.as_ref());
        }
    }
}

/// Errors that end the call; any other is a finding about the part that it concerns.
pub(crate) fn is_fatal(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Limit | ErrorKind::Cancelled | ErrorKind::Io)
}
