//! Finds where a keyword stands on pages of PDF, for seals that are placed by keyword.

mod cmap;
mod encoding;
mod font;
mod glyph_names;
mod predefined;
mod resources;
mod standard_fonts;
mod walk;
mod widths;

use std::collections::BTreeSet;
use std::rc::Rc;

use super::content;
use super::file::View;
use super::page::Page;
use crate::error::Result;
use crate::pdf::matrix::Matrix;
use crate::text::{Hits, Lines, Needle};
pub(crate) use font::Font;
use resources::{Resources, Store};
use walk::Walk;

/// Looks for keywords on the pages of a file, and keeps its fonts and forms for the next page.
#[derive(Debug)]
pub(crate) struct Finder<'s, 'p, 'a> {
    store: Store<'p, 'a>,
    pages: &'s [Page],
    unreadable: BTreeSet<String>,
}

impl<'s, 'p, 'a> Finder<'s, 'p, 'a> {
    /// Of these pages, which are those of `view`.
    pub(crate) fn new(view: View<'p, 'a>, pages: &'s [Page]) -> Self {
        Self {
            store: Store::new(view),
            pages,
            unreadable: BTreeSet::new(),
        }
    }

    /// Where a keyword stands on a page, counted from 0: boxes in millimetres of the page as it is shown, in the order of
    /// its content.
    ///
    /// # Errors
    /// As [`View::stream_data`] for content that cannot be read; [`ErrorKind::Limit`](crate::error::ErrorKind::Limit) for
    /// content that costs too much, and at more places than [`MAX_HITS`](crate::text::MAX_HITS).
    pub(crate) fn find(&mut self, page: usize, needle: &Needle) -> Result<Rc<Hits>> {
        let Some(page) = self.pages.get(page) else {
            return Ok(Rc::default());
        };
        self.store.start_page();
        let resources = match &page.resources {
            Some(resources) => self.store.resources(resources)?,
            None => Rc::new(Resources::default()),
        };
        let content = content::of_page(&self.store.view, page)?;
        let mut lines = Lines::new(needle);
        let to_page = Matrix::as_shown(page);
        Walk::new(&mut self.store, &mut lines, &mut self.unreadable, to_page).run(&content, &resources)?;
        lines.finish().map(Rc::new)
    }

    /// The fonts that text was shown in and that do not say which characters it is; some of them, where there are many.
    pub(crate) fn unreadable(&self) -> &BTreeSet<String> {
        &self.unreadable
    }
}

/// The text of a string by a CMap: what a fuzz target wants of it.
#[cfg(feature = "fuzzing")]
pub(crate) fn decode(cmap: &[u8], mut string: &[u8]) -> String {
    let cmap = cmap::CMap::read(cmap);
    let mut text = String::new();
    while !string.is_empty() {
        let code = cmap.next_code(&mut string);
        if !cmap.append(code.value, &mut text) {
            text.extend(cmap.cid_of(code.value).and_then(char::from_u32));
        }
    }
    text
}

#[cfg(test)]
mod tests;
