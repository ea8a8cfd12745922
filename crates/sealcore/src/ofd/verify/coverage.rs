//! What signatures cover, what came after each, and what no intact signature covers. Rules: `docs/verification.md`.

use std::collections::BTreeSet;

use super::record::Checked;
use super::{List, OwnFiles};
use crate::ofd::parts::Parts;
use crate::ofd::structure::{Role, Structure};
use crate::report::{Changes, Code, Coverage, Finding, Integrity, SignatureReport};
use crate::text;

/// File names that a signature's own files have, as far as the field agrees on them.
const OWN_NAMES: [&str; 5] = [
    "signature.xml",
    "signatures.xml",
    "signedvalue.dat",
    "signvalue.dat",
    "seal.esl",
];

/// How many files a finding names.
const NAMED: usize = 12;

/// Coverage of each signature, and what came after it.
pub(super) fn judge_each(lists: &mut [List], parts: &Parts<'_, '_>, structure: &Structure) {
    // Others may sign after a signature, so it need not cover a list, its own or another document's.
    let is_list = |entry: &usize| structure.roles.get(entry) == Some(&Role::List);
    let files: BTreeSet<usize> = files(parts).into_iter().filter(|entry| !is_list(entry)).collect();
    for list in lists {
        let mut later = Later::default();
        for one in list.checked.iter_mut().rev() {
            let is_left = |entry: &&usize| {
                !one.covered.contains_key(entry) && !one.own.contains(entry) && !later.excused.contains(entry)
            };
            let left: BTreeSet<usize> = files.iter().filter(is_left).copied().collect();
            let report = &mut one.report;
            if left.is_empty() && !one.covered.is_empty() {
                report.coverage = Coverage::Whole;
            } else {
                report.coverage = Coverage::Partial;
                report
                    .findings
                    .push(Finding::new(Code::CoverageLeft).in_part(entry_names(parts, &left)));
            }
            if report.changes != Changes::Forbidden {
                later.judge(report);
            }
            later.count(one);
        }
    }
}

/// The records behind one in the list.
#[derive(Default)]
struct Later {
    intact: usize,
    altered: usize,
    unverifiable: usize,
    /// Files of intact records. A forged or broken record excuses nothing.
    excused: BTreeSet<usize>,
}

impl Later {
    fn judge(&self, report: &mut SignatureReport) {
        if self.altered > 0 {
            report.changes = Changes::Forbidden;
            report.findings.push(Finding::new(Code::LaterChanges).with(text!(
                "a record was added after this signature that does not hold",
                "此签名之后追加了无效的签名记录"
            )));
        } else if self.unverifiable > 0 {
            report.changes = Changes::Permitted;
            report.findings.push(Finding::new(Code::LaterSignatures).with(text!(
                "signatures were added after this one, not all of which could be verified",
                "此签名之后追加了其他签名，其中有的无法验证"
            )));
        } else if self.intact > 0 {
            report.changes = Changes::Permitted;
            report.findings.push(Finding::new(Code::LaterSignatures));
        }
    }

    fn count(&mut self, one: &Checked) {
        match one.report.integrity {
            Integrity::Intact => {
                self.intact += 1;
                self.excused.extend(&one.files);
            }
            Integrity::Altered => self.altered += 1,
            Integrity::Unverifiable => self.unverifiable += 1,
        }
    }
}

/// Findings about what no signature covers, and about files that are one path to some readers.
pub(super) fn judge_document(
    lists: &[List],
    own: &OwnFiles,
    integrity_files: &BTreeSet<usize>,
    parts: &Parts<'_, '_>,
    structure: &Structure,
    findings: &mut Vec<Finding>,
) {
    let files = files(parts);
    // Where no signature could be verified the verdict is indeterminate for that alone; what such a signature refers to
    // counts for covered then. Beside one that holds, it counts for nothing.
    let with = |integrity| {
        lists
            .iter()
            .flat_map(|list| &list.checked)
            .filter(move |one| one.report.integrity == integrity)
    };
    let standing: Vec<_> = match with(Integrity::Intact).next() {
        Some(_) => with(Integrity::Intact).collect(),
        None => with(Integrity::Unverifiable).collect(),
    };
    let covered: BTreeSet<usize> = standing
        .iter()
        .flat_map(|one| &one.covered)
        .filter(|(_, intact)| **intact)
        .map(|(entry, _)| *entry)
        .collect();
    judge_variants(&covered, parts, structure, findings);
    let unowned = |entry: &usize| !own.all.contains(entry) && !integrity_files.contains(entry);
    let strays: BTreeSet<usize> = files
        .iter()
        .filter(|entry| unowned(entry) && !structure.roles.contains_key(entry) && !covered.contains(entry))
        .copied()
        .collect();
    let (unlisted, strays): (BTreeSet<usize>, BTreeSet<usize>) = strays.into_iter().partition(|entry| {
        let name = parts.name(*entry).to_lowercase();
        OWN_NAMES.contains(&name.rsplit('/').next().unwrap_or_default())
    });
    if !unlisted.is_empty() {
        findings.push(Finding::new(Code::SignatureFilesUnlisted).in_part(entry_names(parts, &unlisted)));
    }
    if lists.iter().all(|list| list.checked.is_empty()) {
        return;
    }
    let uncovered = |role: Role| -> BTreeSet<usize> {
        structure
            .roles
            .iter()
            .filter(|(entry, found)| **found == role && !covered.contains(entry) && unowned(entry))
            .map(|(entry, _)| *entry)
            .collect()
    };
    for (role, code) in [
        (Role::Page, Code::UncoveredPage),
        (Role::Content, Code::UncoveredContent),
        (Role::Entry, Code::UncoveredEntry),
    ] {
        let left = uncovered(role);
        if !left.is_empty() {
            findings.push(Finding::new(code).in_part(entry_names(parts, &left)));
        }
    }
    if !strays.is_empty() {
        findings.push(Finding::new(Code::UnreferencedFile).in_part(entry_names(parts, &strays)));
    }
}

/// Paths that differ only in case, slashes or normalisation: invalid when one is covered or displayed and another holds
/// different bytes.
fn judge_variants(
    covered: &BTreeSet<usize>,
    parts: &Parts<'_, '_>,
    structure: &Structure,
    findings: &mut Vec<Finding>,
) {
    for group in parts.archive().variants() {
        let matters = group
            .iter()
            .any(|entry| covered.contains(entry) || structure.roles.contains_key(entry));
        let bytes = |entry: &usize| {
            parts
                .archive()
                .entries()
                .get(*entry)
                .map(|entry| (entry.size(), entry.crc32()))
        };
        let differ = group.windows(2).any(|pair| match pair {
            [one, other] => bytes(one) != bytes(other),
            _ => false,
        });
        let code = if matters && differ {
            Code::PackagePathVariant
        } else {
            Code::PackagePathTwin
        };
        findings.push(Finding::new(code).in_part(entry_names(parts, &group.iter().copied().collect())));
    }
}

/// The entries that are files.
fn files(parts: &Parts<'_, '_>) -> BTreeSet<usize> {
    let entries = parts.archive().entries().iter().enumerate();
    entries
        .filter(|(_, entry)| !entry.is_dir())
        .map(|(index, _)| index)
        .collect()
}

fn entry_names(parts: &Parts<'_, '_>, entries: &BTreeSet<usize>) -> String {
    names(&entries.iter().map(|entry| parts.name(*entry)).collect::<Vec<_>>())
}

/// The first few names, and how many more there are.
pub(super) fn names(all: &[String]) -> String {
    let mut text = all
        .iter()
        .take(NAMED)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if all.len() > NAMED {
        text.push_str(&format!(", … (+{})", all.len() - NAMED));
    }
    text
}
