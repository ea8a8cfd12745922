//! Characters that follow each other on one line, and the keyword in them.

use super::{Glyph, Hits, Needle, fold, is_passed_over};
use crate::error::Result;
use crate::placement::Boundary;

/// Characters of one line; a longer one is cut, so that a page without line ends stays cheap.
const MAX_LINE: usize = 1 << 16;

/// Takes the characters of a page in its order and looks for the keyword in each line.
pub(crate) struct Lines<'n> {
    needle: &'n Needle,
    line: Line,
    last: Option<Last>,
    hits: Hits,
}

/// The line at hand, without white space.
#[derive(Default)]
struct Line {
    exact: String,
    folded: String,
    /// Of each character: where it starts in both texts, and its box.
    characters: Vec<(usize, usize, Boundary)>,
}

/// The character before.
struct Last {
    glyph: Glyph,
    /// Where the last character that shows ends: blanks may be written over.
    shown_end: (f64, f64),
}

impl<'n> Lines<'n> {
    pub(crate) fn new(needle: &'n Needle) -> Self {
        Self {
            needle,
            line: Line::default(),
            last: None,
            hits: Hits::default(),
        }
    }

    /// The next character; `same_code` when it stands in one TextCode of OFD, or one operator of PDF, with the one before.
    pub(crate) fn push(&mut self, glyph: Glyph, same_code: bool) -> Result<()> {
        let shows = !is_passed_over(glyph.character);
        let mut shown_end = glyph.end;
        if let Some(last) = &self.last {
            if shows && !same_code && last.is_repeated_by(&glyph) {
                return Ok(());
            }
            let joined = if same_code {
                last.goes_on(&glyph)
            } else {
                last.is_followed_by(&glyph)
            };
            if !joined || self.line.characters.len() >= MAX_LINE {
                self.flush()?;
            } else if !shows {
                shown_end = last.shown_end;
            }
        }
        if shows {
            self.line
                .characters
                .push((self.line.exact.len(), self.line.folded.len(), glyph.area));
            self.line.exact.push(glyph.character);
            fold(glyph.character, &mut self.line.folded);
        }
        self.last = Some(Last { glyph, shown_end });
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Hits> {
        self.flush()?;
        Ok(self.hits)
    }

    fn flush(&mut self) -> Result<()> {
        let Line {
            exact,
            folded,
            characters,
        } = &mut self.line;
        let found = |text: &str, keyword: &str, start: fn(&(usize, usize, Boundary)) -> usize| -> Vec<Boundary> {
            // Short lines must not pay for a long keyword.
            if text.len() < keyword.len() {
                return Vec::new();
            }
            let boxes = text.match_indices(keyword).filter_map(|(at, keyword)| {
                // A character may fold to several, so a match may start inside of one.
                let from = characters
                    .partition_point(|character| start(character) <= at)
                    .checked_sub(1)?;
                let to = characters.partition_point(|character| start(character) < at + keyword.len());
                characters.get(from..to)?.iter().map(|(_, _, area)| *area).reduce(union)
            });
            boxes.collect()
        };
        let in_exact = found(exact, &self.needle.exact, |character| character.0);
        let in_folded = found(folded, &self.needle.folded, |character| character.1);
        append(&mut self.hits.exact, in_exact);
        append(&mut self.hits.folded, in_folded);
        exact.clear();
        folded.clear();
        characters.clear();
        self.hits.check()
    }
}

impl Last {
    /// Whether text written twice, a little apart, is meant to look bold.
    fn is_repeated_by(&self, next: &Glyph) -> bool {
        let (along, across) = self.step(next);
        next.character == self.glyph.character && along.hypot(across) <= next.size / 4.0
    }

    /// Whether a character of the same TextCode stays on the line: whatever the gap, but for a return to the next line.
    fn goes_on(&self, next: &Glyph) -> bool {
        let (along, across) = self.step(next);
        !(along < 0.0 && across.abs() > self.glyph.size / 2.0)
    }

    /// Whether a character of another TextCode goes on with the line: on the same baseline within half a font size, after a
    /// gap of one at most.
    fn is_followed_by(&self, next: &Glyph) -> bool {
        let (one, other) = (self.glyph.direction, next.direction);
        let size = self.glyph.size.max(next.size);
        let (_, across) = self.step(next);
        let after = |end: (f64, f64)| dot(one, (next.origin.0 - end.0, next.origin.1 - end.1));
        dot(one, other) > 0.98
            && across.abs() <= size / 2.0
            && after(self.shown_end) >= -size / 2.0
            && after(self.glyph.end) <= size
    }

    /// From this character's origin to the next one's, along and across the direction of reading.
    fn step(&self, next: &Glyph) -> (f64, f64) {
        let (origin, direction) = (self.glyph.origin, self.glyph.direction);
        let step = (next.origin.0 - origin.0, next.origin.1 - origin.1);
        (dot(direction, step), dot((-direction.1, direction.0), step))
    }
}

/// Adds what is found, but for text that repeats the one before in its place.
fn append(hits: &mut Vec<Boundary>, found: Vec<Boundary>) {
    for hit in found {
        let same = |last: &Boundary| {
            let apart = (hit.x - last.x).abs().max((hit.y - last.y).abs());
            apart <= last.width.min(last.height) / 4.0
        };
        if !hits.last().is_some_and(same) {
            hits.push(hit);
        }
    }
}

fn dot(one: (f64, f64), other: (f64, f64)) -> f64 {
    one.0 * other.0 + one.1 * other.1
}

fn union(one: Boundary, other: Boundary) -> Boundary {
    let (x, y) = (one.x.min(other.x), one.y.min(other.y));
    let right = (one.x + one.width).max(other.x + other.width);
    let bottom = (one.y + one.height).max(other.y + other.height);
    Boundary::new(x, y, right - x, bottom - y)
}
