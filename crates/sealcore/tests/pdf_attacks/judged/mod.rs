//! What the verifier says of every generated file.

mod cost;
mod mapped;
mod ours;
mod random;
mod table;

use std::collections::BTreeSet;

use sealcore::document::Document;
use sealcore::report::{Changes, Policy, Report, Severity, Verdict};
use sealcore::verify::VerifyOptions;

use super::forge::*;

/// The policies under which every case is judged.
pub(crate) const POLICIES: &[&str] = &["seal", "pades"];

pub(crate) fn policy(name: &str) -> Policy {
    Policy::from_name(name).unwrap_or_else(|| panic!("no policy {name}"))
}

pub(crate) fn verify(bytes: &[u8], policy: Policy) -> sealcore::error::Result<Report> {
    let mut options = VerifyOptions::new(&WORLD.trust, now());
    options.policy = policy;
    Document::from_bytes(bytes, &options.limits)?.verify(&options)
}

/// Everything that was noticed and is worth a look.
pub(crate) fn notices(report: &Report) -> BTreeSet<&'static str> {
    let all = report
        .findings
        .iter()
        .chain(report.signatures.iter().flat_map(|one| &one.findings));
    all.filter(|finding| finding.severity() > Severity::Info)
        .map(|finding| finding.code.name())
        .collect()
}

impl Expect {
    pub(crate) fn holds(self, verdict: Verdict) -> bool {
        match self {
            Self::Valid => verdict == Verdict::Valid,
            Self::NotInvalid => matches!(verdict, Verdict::Valid | Verdict::Indeterminate),
            Self::NotValid => matches!(verdict, Verdict::Invalid | Verdict::Indeterminate),
            Self::Invalid => verdict == Verdict::Invalid,
            Self::InvalidOrUnsigned => matches!(verdict, Verdict::Invalid | Verdict::Unsigned),
            Self::Classed => true,
        }
    }
}

/// What is wrong with the verdict on one file, if anything. `quiet` is what an untouched file makes the verifier say.
pub(crate) fn fault(case: &Case, policy_name: &str, quiet: &BTreeSet<&'static str>) -> Option<String> {
    let expect = if policy_name == "pades" { case.pades } else { case.seal };
    let what = format!("{} ({}), {policy_name}", case.name, case.how);
    let report = match verify(&case.bytes, policy(policy_name)) {
        Ok(report) => report,
        Err(error) => return Some(format!("{what}: an error, no report: {error}")),
    };
    let said = notices(&report);
    let changes = report
        .signatures
        .iter()
        .map(|one| one.changes)
        .max_by_key(|changes| match changes {
            Changes::None => 0,
            Changes::Permitted => 1,
            Changes::Forbidden => 2,
        });
    let facts = format!("{:?}, changes {changes:?}, {said:?}", report.verdict);
    if !expect.holds(report.verdict) {
        return Some(format!("{what}: {expect:?} expected: {facts}"));
    }
    let is_silent = match expect {
        Expect::Valid | Expect::NotInvalid => false,
        Expect::Classed => !matches!(changes, Some(Changes::Permitted | Changes::Forbidden)) && said.is_subset(quiet),
        Expect::NotValid | Expect::Invalid | Expect::InvalidOrUnsigned => said.is_subset(quiet),
    };
    is_silent.then(|| format!("{what}: passed in silence: {facts}"))
}

/// What the verifier says of a sealed file that nobody touched.
pub(crate) fn quiet(signed: &Signed) -> BTreeSet<&'static str> {
    let report = verify(&signed.doc.bytes, policy("seal")).unwrap();
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    notices(&report)
}

/// All faults at once: a table is mended faster when it is seen whole.
pub(crate) fn none_of(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
