//! Where a keyword stands in a document.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::{Occurrence, Sheet, refused};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::ofd::geometry::Boundary;
use crate::ofd::parts::Parts;
use crate::text;
use crate::text::{Hits, MAX_HITS, Needle};

/// A place: its page, and the middle of the text in micrometres.
pub(super) type Place<'p> = (Sheet<'p>, (f64, f64));

/// The wanted places of a keyword on these pages: one at least.
pub(super) fn find<'p>(
    keyword: &str,
    occurrence: Occurrence,
    sheets: &[Sheet<'p>],
    parts: &Parts<'_, '_>,
) -> Result<Vec<Place<'p>>> {
    let needle = Needle::new(keyword).ok_or_else(|| refused(text!("the keyword is empty", "关键字为空")))?;
    let wanted = match occurrence {
        Occurrence::Nth(0) => {
            return Err(refused(text!(
                "occurrences are counted from 1",
                "关键字的序号从 1 开始"
            )));
        }
        Occurrence::First | Occurrence::Last => 1,
        Occurrence::Nth(n) => n,
        Occurrence::All => usize::MAX,
    };
    let backwards = occurrence == Occurrence::Last;
    let mut search = Search {
        needle,
        parts,
        known: HashMap::new(),
        kept: 0,
        seen: 0,
        exact: Vec::new(),
        folded: Vec::new(),
    };
    for index in 0..sheets.len() {
        let sheet = sheets.get(if backwards { sheets.len() - 1 - index } else { index });
        let Some(sheet) = sheet.copied() else { break };
        search.page(sheet, backwards)?;
        // What matches exactly counts alone, so the rest need not be known.
        if search.exact.len() >= wanted {
            break;
        }
    }
    let found = if search.exact.is_empty() {
        search.folded
    } else {
        search.exact
    };
    choose(found, occurrence, keyword, sheets)
}

fn choose<'p>(
    mut found: Vec<Place<'p>>,
    occurrence: Occurrence,
    keyword: &str,
    sheets: &[Sheet<'p>],
) -> Result<Vec<Place<'p>>> {
    let count = found.len();
    if count == 0 {
        let number = |sheet: Option<&Sheet<'_>>| sheet.map_or(0, |sheet| sheet.index + 1);
        let (from, to) = (number(sheets.first()), number(sheets.last()));
        return Err(refused(text!(
            "“{keyword}” stands on none of the pages {from} to {to}",
            "第 {from} 至 {to} 页都没有找到关键字“{keyword}”"
        )));
    }
    match occurrence {
        Occurrence::All => Ok(found),
        Occurrence::First | Occurrence::Last => {
            found.truncate(1);
            Ok(found)
        }
        Occurrence::Nth(n) => found.get(n - 1).copied().map(|place| vec![place]).ok_or_else(|| {
            refused(text!(
                "“{keyword}” is found {count} times, so there is no occurrence {n}",
                "关键字“{keyword}”共出现 {count} 次，没有第 {n} 处"
            ))
        }),
    }
}

struct Search<'s, 'a, 'b, 'p> {
    needle: Needle,
    parts: &'s Parts<'a, 'b>,
    /// What was found in each entry: templates, and hostile pages, are shared by many.
    known: HashMap<usize, Rc<Hits>>,
    /// Places in `known`.
    kept: usize,
    /// Places looked at in all.
    seen: usize,
    exact: Vec<Place<'p>>,
    folded: Vec<Place<'p>>,
}

impl<'p> Search<'_, '_, '_, 'p> {
    /// Adds what stands on a page: first in its templates, then in its own content.
    fn page(&mut self, sheet: Sheet<'p>, backwards: bool) -> Result<()> {
        let mut once = HashSet::new();
        let entries = sheet.page.templates.iter().copied().chain(sheet.page.content);
        let mut entries: Vec<_> = entries.filter(|entry| once.insert(*entry)).collect();
        if backwards {
            entries.reverse();
        }
        for entry in entries {
            let hits = self.entry(entry, sheet)?;
            self.seen = self.seen.saturating_add(hits.len());
            if self.seen > MAX_HITS {
                return Err(Limits::exceeded(
                    "places where the keyword stands",
                    "关键字出现次数",
                    MAX_HITS as u64,
                ));
            }
            let add = |places: &mut Vec<Place<'p>>, hits: &[Boundary]| {
                let mut middles: Vec<_> = hits.iter().filter_map(|hit| middle(hit, sheet)).collect();
                if backwards {
                    middles.reverse();
                }
                places.extend(middles.into_iter().map(|middle| (sheet, middle)));
            };
            add(&mut self.exact, &hits.exact);
            add(&mut self.folded, &hits.folded);
        }
        Ok(())
    }

    fn entry(&mut self, entry: usize, sheet: Sheet<'_>) -> Result<Rc<Hits>> {
        if let Some(hits) = self.known.get(&entry) {
            return Ok(Rc::clone(hits));
        }
        let xml = self.parts.xml(entry);
        let hits = xml
            .and_then(|xml| text::find(&xml, &self.needle))
            .map_err(|error| on_page(error, sheet))?;
        let hits = Rc::new(hits);
        self.kept += hits.len();
        if self.kept <= MAX_HITS {
            self.known.insert(entry, Rc::clone(&hits));
        }
        Ok(hits)
    }
}

/// The middle of a text in micrometres, where it lies on the page: what lies outside shows nowhere.
fn middle(hit: &Boundary, sheet: Sheet<'_>) -> Option<(f64, f64)> {
    let (x, y) = ((hit.x + hit.width / 2.0) * 1000.0, (hit.y + hit.height / 2.0) * 1000.0);
    ((0.0..=sheet.width).contains(&x) && (0.0..=sheet.height).contains(&y)).then_some((x, y))
}

fn on_page(error: Error, sheet: Sheet<'_>) -> Error {
    if matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Io) {
        return error;
    }
    let number = sheet.index + 1;
    error.in_part(format!("page {number}"))
}

#[cfg(test)]
mod tests;
