//! ByteRanges that belong to no signature that was found: no update of a file can take the bytes of a signature away, but it
//! can leave readers without a way to it.

use std::cell::RefCell;
use std::collections::HashSet;

use crate::error::Result;
use crate::pdf::file::Pdf;
use crate::pdf::parser::is_space;
use crate::pdf::verify::signature::Signatures;
use crate::source::Source;

const KEY: &[u8] = b"/ByteRange";
/// The key, white space, and the first byte of its value: what is looked at from where a key begins.
const LOOK: usize = 64;
/// As many as are named.
const MOST: usize = 8;

/// Looks through all bytes of a file once. What passes by while signatures are digested is looked at then, and not read
/// again.
pub(crate) struct Search<'s, 'a> {
    pdf: &'s Pdf<'a>,
    /// Where the values of ByteRange stand in the signatures that were found.
    known: HashSet<u64>,
    seen: RefCell<Seen>,
}

#[derive(Default)]
struct Seen {
    /// All before this offset was taken.
    end: u64,
    /// The last bytes before `end`, whose keys wait for what follows.
    edge: Vec<u8>,
    found: Vec<u64>,
}

impl<'s, 'a> Search<'s, 'a> {
    pub(crate) fn new(pdf: &'s Pdf<'a>, found: &Signatures) -> Self {
        let known = (found.all.iter())
            .filter(|signature| signature.at.is_some())
            .filter_map(|signature| signature.dictionary.entry("ByteRange"))
            .map(|entry| entry.span.start)
            .chain(found.usage_rights.iter().copied())
            .collect();
        Self {
            pdf,
            known,
            seen: RefCell::default(),
        }
    }

    /// The bytes of the file.
    pub(crate) fn source(&self) -> &'s Source<'a> {
        self.pdf.source()
    }

    /// Looks at `piece`, which begins at `at`, as far as it is new; reads what lies before and was not seen.
    pub(crate) fn pass(&self, at: u64, piece: &[u8]) -> Result<()> {
        let mut seen = self.seen.borrow_mut();
        self.read_to(at, &mut seen)?;
        let old = usize::try_from(seen.end - at.min(seen.end)).unwrap_or(usize::MAX);
        seen.take(piece.get(old..).unwrap_or_default(), &self.known);
        Ok(())
    }

    /// Looks at what is left, and tells where the keys stand.
    pub(crate) fn finish(&self) -> Result<Vec<u64>> {
        let mut seen = self.seen.borrow_mut();
        self.read_to(self.pdf.len(), &mut seen)?;
        let edge = std::mem::take(&mut seen.edge);
        let start = seen.end - edge.len() as u64;
        seen.look(&edge, start, edge.len(), &self.known);
        Ok(seen.found.clone())
    }

    fn read_to(&self, end: u64, seen: &mut Seen) -> Result<()> {
        let (start, length) = (seen.end, end.saturating_sub(seen.end));
        self.pdf.source().pieces(start, length, |piece| {
            seen.take(piece, &self.known);
            Ok(true)
        })
    }
}

impl Seen {
    /// Takes the bytes that follow.
    fn take(&mut self, piece: &[u8], known: &HashSet<u64>) {
        let waiting = self.edge.len();
        let edge_at = self.end - waiting as u64;
        let head = piece.get(..LOOK).unwrap_or(piece);
        self.edge.extend_from_slice(head);
        let mut edge = std::mem::take(&mut self.edge);
        if head.len() == LOOK {
            self.look(&edge, edge_at, waiting, known);
            let settled = piece.len() - (LOOK - 1);
            self.look(piece, self.end, settled, known);
            edge.clear();
            edge.extend_from_slice(piece.get(settled..).unwrap_or_default());
        } else {
            let settled = edge.len().saturating_sub(LOOK - 1);
            self.look(&edge, edge_at, settled, known);
            edge.drain(..settled);
        }
        self.edge = edge;
        self.end += piece.len() as u64;
    }

    /// Looks for keys that begin within the first `count` bytes of those from `at` on.
    fn look(&mut self, bytes: &[u8], at: u64, count: usize, known: &HashSet<u64>) {
        for start in memchr::memmem::find_iter(bytes, KEY).take_while(|start| *start < count) {
            if self.found.len() >= MOST {
                return;
            }
            let rest = bytes.get(start + KEY.len()..).unwrap_or_default();
            let gap = rest.iter().take_while(|byte| is_space(**byte)).count();
            // A name that only begins so is another.
            let value = matches!(rest.get(gap), Some(b'[' | b'0'..=b'9'));
            if value && !known.contains(&(at + (start + KEY.len() + gap) as u64)) {
                self.found.push(at + start as u64);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(pieces: &[&[u8]], known: &[u64]) -> Vec<u64> {
        let (mut seen, known) = (Seen::default(), known.iter().copied().collect());
        for piece in pieces {
            seen.take(piece, &known);
        }
        let edge = std::mem::take(&mut seen.edge);
        let start = seen.end - edge.len() as u64;
        seen.look(&edge, start, edge.len(), &known);
        seen.found
    }

    #[test]
    fn keys_with_a_value() {
        let text = b"/ByteRange [0 1 2 3] /ByteRanges [] /ByteRange\n\n[0 /ByteRange 5 0 R /ByteRange";
        assert_eq!(found(&[text], &[]), [0, 36, 51]);
        assert_eq!(found(&[text], &[48, 62]), [0]);
        assert_eq!(found(&[text], &[11, 48]), [51]);
        assert_eq!(found(&[&text.repeat(100)], &[]).len(), MOST);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_the_bytes_come(
            gaps in proptest::collection::vec(0..200_usize, 1..8),
            cuts in proptest::collection::vec(1..150_usize, 0..20),
        ) {
            let mut text = Vec::new();
            for gap in gaps {
                text.extend(std::iter::repeat_n(b'/', gap));
                text.extend(b"/ByteRange [");
            }
            let mut pieces = Vec::new();
            let mut rest = text.as_slice();
            for cut in cuts {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                pieces.push(piece);
                rest = after;
            }
            pieces.push(rest);
            prop_assert_eq!(found(&pieces, &[]), found(&[&text], &[]));
        }
    }
}
