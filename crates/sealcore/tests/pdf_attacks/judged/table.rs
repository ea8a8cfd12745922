//! Every attack and every lawful increment, on files of the three kinds, under both policies.

use rayon::prelude::*;
use sealcore::report::Changes;

use super::{POLICIES, fault, none_of, policy, quiet, verify};
use crate::forge::*;
use crate::generators;

fn judge(kind: Kind, cases: &[Case]) {
    let quiet = quiet(&sealed(kind));
    let rows: Vec<_> = cases
        .iter()
        .flat_map(|case| POLICIES.iter().map(move |policy| (case, *policy)))
        .collect();
    none_of(
        rows.par_iter()
            .filter_map(|(case, policy)| fault(case, policy, &quiet))
            .collect(),
    );
}

#[test]
fn attacks_on_files_with_tables() {
    judge(Kind::Table, &generators::attacks(Kind::Table));
}

#[test]
fn attacks_on_files_with_streams() {
    judge(Kind::Stream, &generators::attacks(Kind::Stream));
}

#[test]
fn attacks_on_hybrid_files() {
    judge(Kind::Hybrid, &generators::attacks(Kind::Hybrid));
}

/// What is lawful is not condemned, and never passes as nothing.
#[test]
fn lawful_increments() {
    for kind in KINDS {
        let all = generators::lawful(kind);
        let cases: Vec<Case> = all.iter().map(|one| one.case.clone()).collect();
        judge(kind, &cases);
        for one in &all {
            let report = verify(&one.case.bytes, policy("seal")).unwrap();
            let changes = report.signatures[0].changes;
            assert_eq!(changes == Changes::None, one.is_alone, "{}: {changes:?}", one.case.name);
        }
    }
}
