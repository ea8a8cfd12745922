//! Collects findings; a hostile package can't make more than a few of each kind.

use std::collections::BTreeMap;

use crate::report::{Code, Finding};
use crate::text;

/// Findings of one code that are told one by one; the rest are counted.
const TOLD: usize = 32;

#[derive(Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    counts: BTreeMap<Code, usize>,
}

impl Findings {
    pub(super) fn push(&mut self, finding: Finding) {
        let count = self.counts.entry(finding.code).or_default();
        *count += 1;
        if *count <= TOLD {
            self.list.push(finding);
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        for finding in other.list {
            self.push(finding);
        }
    }

    pub(super) fn into_list(mut self) -> Vec<Finding> {
        for (code, count) in self.counts {
            if let Some(more) = count.checked_sub(TOLD).filter(|more| *more > 0) {
                self.list
                    .push(Finding::new(code).with(text!("{more} more of this kind", "另有 {more} 处同类问题")));
            }
        }
        self.list
    }
}
