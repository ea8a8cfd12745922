//! Where a keyword stands in a document.

use super::{Boundary, Occurrence, Sheet, Sheets, refused};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::text;
use crate::text::{MAX_HITS, Needle};

/// A place: its page, and the middle of the text in micrometres.
pub(super) type Place = (Sheet, (f64, f64));

/// The wanted places of a keyword on these pages: one at least.
pub(super) fn find(
    keyword: &str,
    occurrence: Occurrence,
    sheets: &[Sheet],
    document: &mut dyn Sheets,
) -> Result<Vec<Place>> {
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
        document,
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
    if found.is_empty() {
        return Err(nowhere(keyword, sheets, &search.document.unreadable()));
    }
    choose(found, occurrence, keyword)
}

fn nowhere(keyword: &str, sheets: &[Sheet], unreadable: &[String]) -> Error {
    let number = |sheet: Option<&Sheet>| sheet.map_or(0, |sheet| sheet.index + 1);
    let (from, to) = (number(sheets.first()), number(sheets.last()));
    if unreadable.is_empty() {
        return refused(text!(
            "“{keyword}” stands on none of the pages {from} to {to}",
            "第 {from} 至 {to} 页都没有找到关键字“{keyword}”"
        ));
    }
    let (fonts, zh) = (unreadable.join(", "), unreadable.join("、"));
    refused(text!(
        "“{keyword}” stands on none of the pages {from} to {to}, as far as they can be read: these fonts do not say which \
         characters they show: {fonts}",
        "第 {from} 至 {to} 页都没有找到关键字“{keyword}”；以下字体没有到 Unicode 的映射，其文字无法读取：{zh}"
    ))
}

fn choose(mut found: Vec<Place>, occurrence: Occurrence, keyword: &str) -> Result<Vec<Place>> {
    let count = found.len();
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

struct Search<'s> {
    needle: Needle,
    document: &'s mut dyn Sheets,
    /// Places looked at in all.
    seen: usize,
    exact: Vec<Place>,
    folded: Vec<Place>,
}

impl Search<'_> {
    /// Adds what stands on a page.
    fn page(&mut self, sheet: Sheet, backwards: bool) -> Result<()> {
        let hits = self.document.find(sheet.index, &self.needle);
        let hits = hits.map_err(|error| on_page(error, sheet))?;
        self.seen = self.seen.saturating_add(hits.len());
        if self.seen > MAX_HITS {
            return Err(Limits::exceeded(
                "places where the keyword stands",
                "关键字出现次数",
                MAX_HITS as u64,
            ));
        }
        let add = |places: &mut Vec<Place>, hits: &[Boundary]| {
            let mut middles: Vec<_> = hits.iter().filter_map(|hit| middle(hit, sheet)).collect();
            if backwards {
                middles.reverse();
            }
            places.extend(middles.into_iter().map(|middle| (sheet, middle)));
        };
        add(&mut self.exact, &hits.exact);
        add(&mut self.folded, &hits.folded);
        Ok(())
    }
}

/// The middle of a text in micrometres, where it lies on the page: what lies outside shows nowhere.
fn middle(hit: &Boundary, sheet: Sheet) -> Option<(f64, f64)> {
    let (x, y) = ((hit.x + hit.width / 2.0) * 1000.0, (hit.y + hit.height / 2.0) * 1000.0);
    ((0.0..=sheet.width).contains(&x) && (0.0..=sheet.height).contains(&y)).then_some((x, y))
}

fn on_page(error: Error, sheet: Sheet) -> Error {
    if matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Io) {
        return error;
    }
    let number = sheet.index + 1;
    error.in_part(format!("page {number}"))
}
