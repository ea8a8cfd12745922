//! Finds where a keyword stands on a page, for seals that are placed by keyword. A page is walked character by character;
//! nothing of it is kept but the line at hand, so that a hostile page costs no more than reading it.

mod fold;
mod line;

use crate::error::Result;
use crate::limits::Limits;
use crate::placement::Boundary;
pub(crate) use fold::is_wide;
use fold::{fold, is_passed_over};

pub(crate) use line::Lines;

/// Places on one page where a keyword may stand before the search gives up.
pub(crate) const MAX_HITS: usize = 100_000;

/// What is looked for, without its white space.
#[derive(Debug)]
pub(crate) struct Needle {
    exact: String,
    folded: String,
}

impl Needle {
    /// `None` where nothing but white space is left.
    pub(crate) fn new(keyword: &str) -> Option<Self> {
        let exact: String = keyword.chars().filter(|c| !is_passed_over(*c)).collect();
        let mut folded = String::with_capacity(exact.len());
        exact.chars().for_each(|c| fold(c, &mut folded));
        (!exact.is_empty() && !folded.is_empty()).then_some(Self { exact, folded })
    }
}

/// Boxes of the places where a keyword stands, in millimetres, in the order of the page.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    /// As it is written.
    pub(crate) exact: Vec<Boundary>,
    /// But for case and width; these again among them.
    pub(crate) folded: Vec<Boundary>,
}

impl Hits {
    pub(crate) fn len(&self) -> usize {
        self.exact.len() + self.folded.len()
    }

    fn check(&self) -> Result<()> {
        if self.len() <= MAX_HITS {
            return Ok(());
        }
        Err(Limits::exceeded(
            "places where the keyword stands",
            "关键字出现次数",
            MAX_HITS as u64,
        ))
    }
}

/// A character on a page. Lengths in millimetres of the page, from its top left corner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    pub(crate) character: char,
    /// Its start on the baseline.
    pub(crate) origin: (f64, f64),
    /// Where the next one is expected.
    pub(crate) end: (f64, f64),
    /// Which way it is read: of length 1.
    pub(crate) direction: (f64, f64),
    /// The size of its font.
    pub(crate) size: f64,
    /// What it covers.
    pub(crate) area: Boundary,
}
