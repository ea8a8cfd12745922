//! Cross-reference sections (ISO 32000-2, 7.5.4, 7.5.8): tables, streams, and both at once.

use super::object::{Dictionary, Object, Stream};
use super::parser::{Parsed, Parser, syntax};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::text;

/// Where an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// Nowhere: the number is free.
    Free,
    /// At this offset of the file.
    Offset {
        /// The offset in bytes.
        at: u64,
        /// The generation number.
        generation: u16,
    },
    /// In an object stream.
    InStream {
        /// The object number of the stream.
        stream: u32,
        /// The place in it, counted from 0.
        index: u32,
    },
}

/// How a section is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// A table with a trailer.
    Table,
    /// A stream.
    Stream,
    /// A table whose trailer names a stream besides (`/XRefStm`).
    Hybrid,
}

/// One cross-reference section: what one update of the file says about its objects.
#[derive(Clone, Debug)]
pub struct Section {
    /// Where it starts: the number behind `startxref`.
    pub start: u64,
    /// Where it ends: behind the trailer dictionary, or behind the stream's data.
    pub end: u64,
    /// How it is written.
    pub kind: SectionKind,
    /// The trailer dictionary, or the dictionary of the stream.
    pub trailer: Dictionary,
    /// Where the stream of a hybrid section starts.
    pub stream_at: Option<u64>,
    /// Whether some readers go from here to sections that this reader passes over: a stream that names another
    /// (`/XRefStm`), or the stream of a hybrid section that names another section before it than the table does.
    pub(crate) is_forked: bool,
    /// An object number that this section names twice with different places.
    pub ambiguous: Option<u32>,
    /// Sorted by object number.
    entries: Vec<(u32, Location)>,
    /// Entries as they were written, twins among them.
    rows: usize,
}

impl Section {
    pub(crate) fn new(start: u64, end: u64, kind: SectionKind, trailer: Dictionary, entries: Entries) -> Self {
        let rows = entries.0.len();
        let (entries, ambiguous) = entries.sorted();
        Self {
            start,
            end,
            kind,
            is_forked: kind == SectionKind::Stream && trailer.get("XRefStm").is_some(),
            trailer,
            stream_at: None,
            ambiguous,
            entries,
            rows,
        }
    }

    /// The place that stands at this index.
    pub(crate) fn at(&self, index: usize) -> Option<Location> {
        self.entries.get(index).map(|(_, location)| *location)
    }

    /// How many entries were read for it.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// What the section says about an object number; `None` when it says nothing.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<Location> {
        let found = self.entries.binary_search_by_key(&number, |(number, _)| *number);
        found
            .ok()
            .and_then(|at| self.entries.get(at))
            .map(|(_, location)| *location)
    }

    /// The entries, by object number.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (u32, Location)> + '_ {
        self.entries.iter().copied()
    }

    /// The offset of the section before, where there is one.
    ///
    /// # Errors
    /// [`ErrorKind::Pdf`] when `/Prev` is no offset.
    pub fn previous(&self) -> Result<Option<u64>> {
        offset(&self.trailer, "Prev", self.start)
    }

    /// Joins the stream of a hybrid section (7.5.8.4): it tells of what the table does not show.
    pub(crate) fn join(&mut self, stream: &Self) {
        self.kind = SectionKind::Hybrid;
        self.stream_at = Some(stream.start);
        self.rows = self.rows.saturating_add(stream.rows);
        let previous = stream.trailer.get("Prev");
        self.is_forked |= stream.is_forked || previous.is_some() && previous != self.trailer.get("Prev");
        let mut entries = Entries::default();
        for (number, location) in stream.entries() {
            match self.get(number) {
                Some(Location::Free) | None => entries.push(number, location),
                Some(shown) if shown != location => self.ambiguous = self.ambiguous.or(Some(number)),
                Some(_) => {}
            }
        }
        for (number, location) in self.entries() {
            if location != Location::Free || stream.get(number).is_none() {
                entries.push(number, location);
            }
        }
        self.entries = entries.sorted().0;
        self.ambiguous = self.ambiguous.or(stream.ambiguous);
    }
}

/// The value of a key that holds an offset.
pub(crate) fn offset(trailer: &Dictionary, key: &str, at: u64) -> Result<Option<u64>> {
    match trailer.get(key) {
        None | Some(Object::Null) => Ok(None),
        Some(Object::Integer(value)) if *value >= 0 => Ok(u64::try_from(*value).ok()),
        Some(_) => Err(syntax(text!("/{key} is no offset", "/{key} 不是偏移量")).at(at)),
    }
}

/// Entries while they are read.
#[derive(Debug, Default)]
pub(crate) struct Entries(Vec<(u32, Location)>);

impl Entries {
    pub(crate) fn push(&mut self, number: u32, location: Location) {
        self.0.push((number, location));
    }

    /// By number, the last of twins only, and a number whose twins differ.
    fn sorted(mut self) -> (Vec<(u32, Location)>, Option<u32>) {
        self.0.sort_by_key(|(number, _)| *number);
        let mut ambiguous = None;
        self.0.dedup_by(|later, earlier| {
            if later.0 != earlier.0 {
                return false;
            }
            if later.1 != earlier.1 {
                ambiguous = Some(earlier.0);
                earlier.1 = later.1;
            }
            true
        });
        (self.0, ambiguous)
    }
}

/// Reads a table behind the keyword `xref`, its trailer included.
pub(crate) fn table(parser: &mut Parser<'_>, limits: &Limits) -> Parsed<(Entries, Dictionary)> {
    let mut entries = Entries::default();
    while !parser.take_keyword("trailer")? {
        let first = parser.unsigned()?;
        let count = parser.unsigned()?;
        for step in 0..count {
            if entries.0.len() >= limits.objects {
                let limit = limits.objects as u64;
                return Err(super::parser::Stop::Bad(Limits::exceeded("objects", "对象数量", limit)));
            }
            let at = parser.unsigned()?;
            let generation = parser.unsigned()?;
            let in_use = match parser.word()? {
                b"n" => true,
                b"f" => false,
                _ => return Err(parser.bad(text!("an entry is neither in use nor free", "条目既非使用中也非空闲"))),
            };
            let number = u32::try_from(first.saturating_add(step))
                .map_err(|_| parser.bad(text!("an object number is too large", "对象编号过大")))?;
            let location = match u16::try_from(generation) {
                // Offset 0 is that of the header: writers put it where they mean nothing.
                Ok(generation) if in_use && at > 0 => Location::Offset { at, generation },
                _ => Location::Free,
            };
            entries.push(number, location);
        }
    }
    match parser.object()? {
        Object::Dictionary(trailer) => Ok((entries, trailer)),
        _ => Err(parser.bad(text!("the trailer is no dictionary", "trailer 不是字典"))),
    }
}

/// Bytes that the data of a cross-reference stream with this dictionary may have: its rows, a byte for the predictor of each,
/// and some that are not looked at.
pub(crate) fn data_limit(dictionary: &Dictionary, limits: &Limits) -> u64 {
    const LOOSE: u64 = 64 << 10;
    let unsigned = |object: &Object| object.as_integer().and_then(|value| u64::try_from(value).ok());
    let sum = |items: &mut dyn Iterator<Item = &Object>| items.filter_map(unsigned).fold(0u64, u64::saturating_add);
    let array = |key: &str| dictionary.get(key).and_then(Object::as_array);
    let row = array("W").map_or(0, |widths| sum(&mut widths.iter()));
    let rows = array("Index").map_or_else(
        || dictionary.get("Size").and_then(unsigned).unwrap_or(0),
        |index| sum(&mut index.iter().skip(1).step_by(2)),
    );
    rows.min(limits.objects as u64)
        .saturating_mul(row.saturating_add(1))
        .saturating_add(LOOSE)
}

/// Reads the entries in the decoded data of a cross-reference stream.
pub(crate) fn stream(stream: &Stream, data: &[u8], limits: &Limits) -> Result<Entries> {
    let bad = |what: &'static str| {
        syntax(text!(
            "/{what} of the cross-reference stream is broken",
            "交叉引用流的 /{what} 有误"
        ))
    };
    let numbers = |key: &'static str| -> Result<Option<Vec<u64>>> {
        let Some(value) = stream.dictionary.get(key) else {
            return Ok(None);
        };
        let items = value.as_array().ok_or_else(|| bad(key))?;
        let each = items
            .iter()
            .map(|item| item.as_integer().and_then(|value| u64::try_from(value).ok()));
        each.collect::<Option<Vec<_>>>().map(Some).ok_or_else(|| bad(key))
    };
    let widths = numbers("W")?.ok_or_else(|| bad("W"))?;
    let [kind, second, third] = widths.as_slice() else {
        return Err(bad("W"));
    };
    let width = |value: &u64| {
        usize::try_from(*value)
            .ok()
            .filter(|value| *value <= 8)
            .ok_or_else(|| bad("W"))
    };
    let (kind, second, third) = (width(kind)?, width(second)?, width(third)?);
    let row = kind + second + third;
    if row == 0 {
        return Err(bad("W"));
    }
    let size = stream.dictionary.get("Size").and_then(Object::as_integer);
    let size = size
        .and_then(|value| u64::try_from(value).ok())
        .ok_or_else(|| bad("Size"))?;
    let index = numbers("Index")?.unwrap_or_else(|| vec![0, size]);
    if !index.len().is_multiple_of(2) {
        return Err(bad("Index"));
    }
    let mut entries = Entries::default();
    let mut rows = data.chunks_exact(row);
    for pair in index.chunks_exact(2) {
        let (Some(first), Some(count)) = (pair.first(), pair.last()) else {
            break;
        };
        for step in 0..*count {
            let Some(bytes) = rows.next() else {
                return Err(Error::new(
                    ErrorKind::Pdf,
                    text!("the cross-reference stream ends early", "交叉引用流提前结束"),
                ));
            };
            limits.check(entries.0.len() + 1, limits.objects, "objects", "对象数量")?;
            let (kind_bytes, rest) = bytes.split_at_checked(kind).unwrap_or_default();
            let (second_bytes, third_bytes) = rest.split_at_checked(second).unwrap_or_default();
            let kind = if kind == 0 { 1 } else { big_endian(kind_bytes) };
            let (second, third) = (big_endian(second_bytes), big_endian(third_bytes));
            let number = u32::try_from(first.saturating_add(step)).map_err(|_| bad("Index"))?;
            let location = match kind {
                1 if second > 0 => u16::try_from(third)
                    .map_or(Location::Free, |generation| Location::Offset { at: second, generation }),
                2 => match (u32::try_from(second), u32::try_from(third)) {
                    (Ok(stream), Ok(index)) => Location::InStream { stream, index },
                    _ => Location::Free,
                },
                // Unknown kinds are references to null (7.5.8.3).
                _ => Location::Free,
            };
            entries.push(number, location);
        }
    }
    Ok(entries)
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| (value << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::object::Dictionary;

    fn read(text: &str) -> (Entries, Dictionary) {
        table(&mut Parser::whole(text.as_bytes()), &Limits::default()).unwrap()
    }

    #[test]
    fn tables() {
        let (entries, trailer) = read(
            " 0 2\n0000000000 65535 f \n0000000017 00000 n\r\n7 1\n0000000099 00003 n \ntrailer << /Size 8 /Prev 5 >>",
        );
        let section = Section::new(1, 2, SectionKind::Table, trailer, entries);
        assert_eq!(section.get(0), Some(Location::Free));
        assert_eq!(section.get(1), Some(Location::Offset { at: 17, generation: 0 }));
        assert_eq!(section.get(7), Some(Location::Offset { at: 99, generation: 3 }));
        assert_eq!(section.get(2), None);
        assert_eq!(section.previous().unwrap(), Some(5));
        assert_eq!(section.ambiguous, None);
    }

    #[test]
    fn numbers_that_stand_twice() {
        let (entries, trailer) = read("1 1 0000000017 00000 n 1 1 0000000018 00000 n trailer <<>>");
        let section = Section::new(0, 0, SectionKind::Table, trailer, entries);
        assert_eq!(section.ambiguous, Some(1));
        assert_eq!(section.get(1), Some(Location::Offset { at: 18, generation: 0 }));
    }

    #[test]
    fn streams() {
        let dictionary = Dictionary::new()
            .with("W", vec![Object::Integer(1), Object::Integer(2), Object::Integer(1)])
            .with("Index", vec![Object::Integer(3), Object::Integer(3)])
            .with("Size", 6);
        let data = [1, 1, 0, 2, 2, 0, 9, 4, 0, 0, 0, 0];
        let read = stream(&Stream::new(dictionary.clone(), &b""[..]), &data, &Limits::default()).unwrap();
        let section = Section::new(0, 0, SectionKind::Stream, dictionary.clone(), read);
        assert_eq!(section.get(3), Some(Location::Offset { at: 256, generation: 2 }));
        assert_eq!(section.get(4), Some(Location::InStream { stream: 9, index: 4 }));
        assert_eq!(section.get(5), Some(Location::Free));
        assert!(stream(&Stream::new(dictionary, &b""[..]), &data[..11], &Limits::default()).is_err());
    }

    #[test]
    fn a_hybrid_shows_what_the_table_hides() {
        let section = |entries: &[(u32, Location)]| {
            Section::new(0, 0, SectionKind::Table, Dictionary::new(), Entries(entries.to_vec()))
        };
        let (one, other) = (
            Location::Offset { at: 5, generation: 0 },
            Location::InStream { stream: 4, index: 0 },
        );
        let mut table = section(&[(1, one), (2, Location::Free)]);
        table.join(&section(&[(2, other), (3, other)]));
        assert_eq!(
            [table.get(1), table.get(2), table.get(3)],
            [Some(one), Some(other), Some(other)]
        );
        assert_eq!(table.ambiguous, None);
        table.join(&section(&[(1, other)]));
        assert_eq!((table.get(1), table.ambiguous), (Some(one), Some(1)));
    }
}
