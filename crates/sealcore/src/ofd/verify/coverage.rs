//! What signatures cover, what came after each, and what no intact signature covers. Rules: `docs/verification.md`.

use std::collections::BTreeSet;

use super::{Checked, List, OwnFiles};
use crate::digest::DigestAlgorithm;
use crate::ofd::parts::Parts;
use crate::ofd::structure::{Role, Structure};
use crate::report::{Changes, Code, Coverage, Finding, Integrity, SignatureKind, SignatureReport};
use crate::text;

/// File names that a signature's own files have, as far as the field agrees on them.
const OWN_NAMES: [&str; 5] = [
    "signature.xml",
    "signatures.xml",
    "signedvalue.dat",
    "signvalue.dat",
    "seal.esl",
];

/// Signatures that a countersignature may be followed through.
const MAX_CARRIED: usize = 32;

/// How many files a finding names.
const NAMED: usize = 12;

/// Coverage of each signature, and what came after it.
pub(super) fn judge_each(lists: &mut [List], parts: &Parts<'_, '_>, structure: &Structure) {
    judge_shown(lists, parts, structure);
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

/// A seal is seen on the pages that its document shows. Where others than it covers were put there, under a signature of
/// somebody else, it says nothing about what is seen, whichever record comes first.
fn judge_shown(lists: &mut [List], parts: &Parts<'_, '_>, structure: &Structure) {
    let all: Vec<&Checked> = lists.iter().flat_map(|list| &list.checked).collect();
    let standing: BTreeSet<usize> = all
        .iter()
        .filter(|one| one.report.integrity != Integrity::Altered)
        .flat_map(|one| &one.covered)
        .filter(|(_, intact)| **intact)
        .map(|(entry, _)| *entry)
        .collect();
    let mut found = Vec::new();
    for (list, body) in lists.iter().zip(&structure.bodies) {
        let root = body.root.as_ref().and_then(|root| parts.archive().find(root));
        let shown: BTreeSet<usize> = body.pages.iter().filter_map(|page| page.content).chain(root).collect();
        for one in &list.checked {
            let is_seen = one.report.kind == SignatureKind::Seal || !one.report.stamps.is_empty();
            let mut left = BTreeSet::new();
            let mut covers_none = false;
            if one.report.integrity != Integrity::Altered && !one.covered.is_empty() {
                left = shown
                    .iter()
                    .filter(|entry| !one.covered.contains_key(entry))
                    .copied()
                    .collect();
                take_carried(one, &all, &mut left);
                covers_none = !shown.is_empty() && left.len() == shown.len();
                left.retain(|entry| is_seen && standing.contains(entry));
            }
            found.push((left, covers_none));
        }
    }
    for (one, (left, covers_none)) in lists.iter_mut().flat_map(|list| &mut list.checked).zip(found) {
        if covers_none {
            one.report.findings.push(Finding::new(Code::CoversNoPage));
        }
        if !left.is_empty() {
            one.report.changes = Changes::Forbidden;
            one.report.findings.push(
                Finding::new(Code::LaterChanges)
                    .with(text!(
                        "the document shows pages that this signature does not cover and that another one brought in",
                        "文档显示的页面未被此签名保护，而是由另一签名引入"
                    ))
                    .in_part(entry_names(parts, &left)),
            );
        }
    }
}

/// Takes out of `left` what `one` covers by covering the description of another signature, which covers it.
fn take_carried(one: &Checked, all: &[&Checked], left: &mut BTreeSet<usize>) {
    let mut reached: Vec<&Checked> = vec![one];
    let mut next = 0;
    while let Some(base) = reached
        .get(next)
        .copied()
        .filter(|_| !left.is_empty() && next < MAX_CARRIED)
    {
        next += 1;
        left.retain(|entry| base.covered.get(entry) != Some(&true));
        for other in all {
            let description = other.own.first();
            let is_covered = description.is_some_and(|entry| base.covered.get(entry) == Some(&true));
            if is_covered && !reached.iter().any(|known| std::ptr::eq(*known, *other)) {
                reached.push(other);
            }
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
        .filter(|entry| unowned(entry) && !structure.roles.contains_key(entry) && !own.pictures.contains(entry))
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
            // What is displayed is displayed, whatever record calls the file its own.
            .filter(|(entry, found)| **found == role && !covered.contains(entry))
            .map(|(entry, _)| *entry)
            .chain(
                own.pictures
                    .iter()
                    .copied()
                    .filter(|entry| role == Role::Content && !covered.contains(entry)),
            )
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
    let (strays, signed): (BTreeSet<usize>, BTreeSet<usize>) =
        strays.into_iter().partition(|entry| !covered.contains(entry));
    for (code, files) in [(Code::UnreferencedFile, strays), (Code::UnreferencedCovered, signed)] {
        if !files.is_empty() {
            findings.push(Finding::new(code).in_part(entry_names(parts, &files)));
        }
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
        // Checksums can be made equal, digests cannot.
        let digest = |entry: &usize| parts.digest(*entry, DigestAlgorithm::Sm3, None).ok();
        let differ = group.windows(2).any(|pair| match pair {
            [one, other] => digest(one).is_none_or(|one| Some(one) != digest(other)),
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
