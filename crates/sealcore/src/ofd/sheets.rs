//! Pages of OFD, as placement needs them.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::parts::Parts;
use super::structure::Page;
use super::text;
use crate::error::Result;
use crate::limits::Limits;
use crate::placement::Sheets;
use crate::text::{Hits, MAX_HITS, Needle};

/// The pages of one document of a package.
pub(crate) struct OfdSheets<'s, 'a, 'b> {
    pages: &'s [Page],
    parts: &'s Parts<'a, 'b>,
    /// What was found in each entry: templates, and hostile pages, are shared by many. Good for one text only.
    known: HashMap<usize, Rc<Hits>>,
    /// Places in `known`.
    kept: usize,
}

impl<'s, 'a, 'b> OfdSheets<'s, 'a, 'b> {
    pub(crate) fn new(pages: &'s [Page], parts: &'s Parts<'a, 'b>) -> Self {
        Self {
            pages,
            parts,
            known: HashMap::new(),
            kept: 0,
        }
    }

    fn entry(&mut self, entry: usize, needle: &Needle) -> Result<Rc<Hits>> {
        if let Some(hits) = self.known.get(&entry) {
            return Ok(Rc::clone(hits));
        }
        let hits = Rc::new(self.parts.xml(entry).and_then(|xml| text::find(&xml, needle))?);
        self.kept += hits.len();
        if self.kept <= MAX_HITS {
            self.known.insert(entry, Rc::clone(&hits));
        }
        Ok(hits)
    }
}

impl Sheets for OfdSheets<'_, '_, '_> {
    fn count(&self) -> usize {
        self.pages.len()
    }

    fn size_mm(&self, page: usize) -> Result<(f64, f64)> {
        Ok(self
            .pages
            .get(page)
            .map_or((0.0, 0.0), |page| (page.area.width, page.area.height)))
    }

    /// What stands in a page's templates, then in its own content.
    fn find(&mut self, page: usize, needle: &Needle) -> Result<Rc<Hits>> {
        let Some(page) = self.pages.get(page) else {
            return Ok(Rc::default());
        };
        let mut once = HashSet::new();
        let entries = page.templates.iter().copied().chain(page.content);
        let entries: Vec<_> = entries.filter(|entry| once.insert(*entry)).collect();
        if let [entry] = entries.as_slice() {
            return self.entry(*entry, needle);
        }
        let mut all = Hits::default();
        for entry in entries {
            let hits = self.entry(entry, needle)?;
            if all.len() + hits.len() > MAX_HITS {
                return Err(Limits::exceeded(
                    "places where the keyword stands",
                    "关键字出现次数",
                    MAX_HITS as u64,
                ));
            }
            all.exact.extend_from_slice(&hits.exact);
            all.folded.extend_from_slice(&hits.folded);
        }
        Ok(Rc::new(all))
    }
}

#[cfg(test)]
mod tests;
