//! CMaps in the file (ISO 32000-2, 9.7.5.4 and 9.10.3): codes of a string, and the text or the glyph that each stands for.

use crate::pdf::content::{Operations, name};
use crate::pdf::object::Object;

/// Operands of one operator: sections of a CMap hold 100 entries by the rules and whole alphabets in the field.
const OPERANDS: usize = 1 << 18;
/// Entries of one CMap that are kept: more than there are codes of two bytes.
const ENTRIES: usize = 1 << 17;
/// UTF-16 units that one code stands for; a ligature has a handful.
const TEXT: usize = 16;

/// A CMap, as far as it was understood.
#[derive(Clone, Debug, Default)]
pub(super) struct CMap {
    /// Sorted by length, then by the first code.
    space: Vec<CodeRange>,
    /// Texts of `texts` and `text_ranges`, one after another.
    arena: String,
    /// Code and text, sorted.
    texts: Vec<(u32, Span)>,
    /// First and last code, and the text of the first; sorted.
    text_ranges: Vec<(u32, u32, Span)>,
    /// First and last code, and the CID of the first; sorted.
    cids: Vec<(u32, u32, u32)>,
    /// Whether it is for vertical writing.
    pub(super) vertical: bool,
    /// The name of the CMap that it builds on.
    pub(super) base: Option<Vec<u8>>,
}

/// A part of the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    start: usize,
    end: usize,
}

/// A range of the code space. Every byte of a code lies between those of its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct CodeRange {
    length: usize,
    from: [u8; 4],
    to: [u8; 4],
}

/// A code of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) value: u32,
    /// Its bytes: one to four.
    pub(super) length: usize,
}

impl Code {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self {
            value: bytes.iter().fold(0, |value, byte| (value << 8) | u32::from(*byte)),
            length: bytes.len(),
        }
    }
}

impl CMap {
    /// Reads a CMap; what is not understood is left out.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut cmap = Self::default();
        let mut operations = Operations::with_operands(bytes, OPERANDS);
        while let Some(operation) = operations.read() {
            let operands = operation.operands;
            match operation.operator {
                b"endcodespacerange" => cmap.code_space(operands),
                b"endbfchar" => operands.chunks_exact(2).for_each(|pair| cmap.text(pair)),
                b"endbfrange" => operands.chunks_exact(3).for_each(|three| cmap.text_range(three)),
                b"endcidchar" => operands.chunks_exact(2).for_each(|pair| cmap.cid(pair)),
                b"endcidrange" => operands.chunks_exact(3).for_each(|three| cmap.cid(three)),
                b"usecmap" => cmap.base = name(operation.last()).map(|name| name.as_bytes().to_vec()),
                b"def" => {
                    if let [.., Object::Name(key), Object::Integer(mode)] = operands
                        && key.as_bytes() == b"WMode"
                    {
                        cmap.vertical = *mode == 1;
                    }
                }
                _ => {}
            }
        }
        cmap.space.sort_unstable();
        cmap.texts.sort_unstable();
        cmap.text_ranges.sort_unstable();
        cmap.cids.sort_unstable();
        cmap
    }

    fn is_full(&self) -> bool {
        self.texts.len() + self.text_ranges.len() + self.cids.len() >= ENTRIES
    }

    fn code_space(&mut self, operands: &[Object]) {
        for pair in operands.chunks_exact(2) {
            let [Object::String(from), Object::String(to)] = pair else {
                continue;
            };
            let length = from.bytes.len();
            if let (1..=4, true, true) = (length, length == to.bytes.len(), self.space.len() < 256) {
                self.space.push(CodeRange {
                    length,
                    from: padded(&from.bytes),
                    to: padded(&to.bytes),
                });
            }
        }
    }

    fn text(&mut self, pair: &[Object]) {
        if let [Object::String(code), target] = pair
            && let Some(code) = code_value(&code.bytes)
            && !self.is_full()
            && let Some(span) = self.keep(target)
        {
            self.texts.push((code, span));
        }
    }

    fn text_range(&mut self, three: &[Object]) {
        let [Object::String(from), Object::String(to), target] = three else {
            return;
        };
        let (Some(from), Some(to)) = (code_value(&from.bytes), code_value(&to.bytes)) else {
            return;
        };
        match target {
            Object::Array(items) => {
                for (code, item) in (from..=to).zip(items) {
                    if !self.is_full()
                        && let Some(span) = self.keep(item)
                    {
                        self.texts.push((code, span));
                    }
                }
            }
            target => {
                if from <= to
                    && !self.is_full()
                    && let Some(span) = self.keep(target)
                {
                    self.text_ranges.push((from, to, span));
                }
            }
        }
    }

    /// Puts UTF-16 text into the arena.
    fn keep(&mut self, target: &Object) -> Option<Span> {
        let bytes = target.as_string()?;
        let start = self.arena.len();
        if let [byte] = bytes {
            self.arena.push(char::from(*byte));
        } else {
            let units = bytes.chunks_exact(2).map(|pair| {
                u16::from_be_bytes([pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)])
            });
            self.arena
                .extend(char::decode_utf16(units.take(TEXT)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        }
        Some(Span {
            start,
            end: self.arena.len(),
        })
    }

    /// An entry of cidchar or cidrange.
    fn cid(&mut self, entry: &[Object]) {
        let ([Object::String(from), Object::Integer(cid)] | [Object::String(from), _, Object::Integer(cid)]) = entry
        else {
            return;
        };
        let to = match entry {
            [_, Object::String(to), _] => to,
            _ => from,
        };
        if let (Some(from), Some(to), Ok(cid)) = (code_value(&from.bytes), code_value(&to.bytes), u32::try_from(*cid))
            && from <= to
            && !self.is_full()
        {
            self.cids.push((from, to, cid));
        }
    }

    /// Whether it says how long codes are.
    pub(super) fn has_code_space(&self) -> bool {
        !self.space.is_empty()
    }

    /// Whether it says which text any code stands for.
    pub(super) fn has_texts(&self) -> bool {
        !self.texts.is_empty() || !self.text_ranges.is_empty()
    }

    /// Takes the next code from a string that is not empty (9.7.6.3, in short: what lies in no range is as long as the
    /// shortest code).
    pub(super) fn next_code(&self, bytes: &mut &[u8]) -> Code {
        let whole = self.space.iter().find(|range| {
            let places = range.from.iter().zip(&range.to).take(range.length);
            bytes.len() >= range.length
                && bytes
                    .iter()
                    .zip(places)
                    .all(|(byte, (from, to))| (from..=to).contains(&byte))
        });
        let shortest = self.space.first().map_or(2, |range| range.length);
        take(bytes, whole.map_or(shortest, |range| range.length))
    }

    /// Appends the text of a code; whether there is one.
    pub(super) fn append(&self, code: u32, text: &mut String) -> bool {
        let single = self.texts.partition_point(|(one, _)| *one < code);
        if let Some((found, span)) = self.texts.get(single)
            && *found == code
        {
            text.push_str(self.arena.get(span.start..span.end).unwrap_or_default());
            return true;
        }
        let Some((from, span)) = in_ranges(&self.text_ranges, code) else {
            return false;
        };
        let base = self.arena.get(span.start..span.end).unwrap_or_default();
        let mut characters = base.chars();
        // The last character counts on.
        let last = characters.next_back().and_then(|last| {
            let value = u32::from(last).checked_add(code - from)?;
            char::from_u32(value)
        });
        text.push_str(characters.as_str());
        text.extend(last);
        last.is_some()
    }

    /// The CID of a code.
    pub(super) fn cid_of(&self, code: u32) -> Option<u32> {
        let (from, cid) = in_ranges(&self.cids, code)?;
        cid.checked_add(code - from)
    }
}

/// The range that a code lies in: its first code and what it stands for.
fn in_ranges<T: Copy>(ranges: &[(u32, u32, T)], code: u32) -> Option<(u32, T)> {
    let after = ranges.partition_point(|(from, _, _)| *from <= code);
    let (from, to, value) = ranges.get(after.checked_sub(1)?)?;
    (code <= *to).then_some((*from, *value))
}

/// Takes a code of `length` bytes, or what is left, from a string that is not empty.
pub(super) fn take(bytes: &mut &[u8], length: usize) -> Code {
    let (code, rest) = bytes.split_at_checked(length.max(1)).unwrap_or((bytes, &[]));
    *bytes = rest;
    Code::of(code)
}

fn code_value(bytes: &[u8]) -> Option<u32> {
    (1..=4).contains(&bytes.len()).then(|| Code::of(bytes).value)
}

fn padded(bytes: &[u8]) -> [u8; 4] {
    let mut padded = [0; 4];
    for (place, byte) in padded.iter_mut().zip(bytes) {
        *place = *byte;
    }
    padded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &[u8] = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap
        /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
        /WMode 1 def
        2 begincodespacerange <00> <80> <8140> <FEFE> endcodespacerange
        2 beginbfchar <01> <7532> <02> <00660069> endbfchar
        2 beginbfrange <8140> <8145> <4E00> <8150> <8152> [<0041> <D840DC00> <0043>] endbfrange
        1 begincidrange <8140> <8150> 100 endcidrange 1 begincidchar <05> 7 endcidchar
        endcmap";

    fn text(cmap: &CMap, code: u32) -> Option<String> {
        let mut text = String::new();
        cmap.append(code, &mut text).then_some(text)
    }

    #[test]
    fn texts_and_glyphs() {
        let cmap = CMap::read(SAMPLE);
        assert!(cmap.vertical && cmap.has_texts());
        assert_eq!(text(&cmap, 1).as_deref(), Some("甲"));
        assert_eq!(text(&cmap, 2).as_deref(), Some("fi"));
        assert_eq!(text(&cmap, 0x8143).as_deref(), Some("\u{4e03}"));
        assert_eq!(text(&cmap, 0x8146), None);
        assert_eq!(text(&cmap, 0x8151).as_deref(), Some("\u{20000}"));
        assert_eq!(text(&cmap, 0x8153), None);
        assert_eq!(
            [cmap.cid_of(0x8142), cmap.cid_of(5), cmap.cid_of(6)],
            [Some(102), Some(7), None]
        );
    }

    #[test]
    fn codes_by_their_space() {
        let cmap = CMap::read(SAMPLE);
        let mut string: &[u8] = b"\x01\x81\x41\x81\x20\xff\x81";
        let mut codes = Vec::new();
        while !string.is_empty() {
            codes.push(cmap.next_code(&mut string).value);
        }
        assert_eq!(codes, [1, 0x8141, 0x81, 0x20, 0xff, 0x81]);
        let mut without: &[u8] = b"abc";
        assert_eq!(
            CMap::default().next_code(&mut without),
            Code {
                value: 0x6162,
                length: 2
            }
        );
        assert_eq!(CMap::default().next_code(&mut without).length, 1);
    }

    #[test]
    fn broken_ranges_do_nothing() {
        let cmap =
            CMap::read(b"<05> <01> <0041> <0000> <FFFFFFFF> <FFFF> <FF> <01> [<0041>] endbfrange <00> 5 endbfchar");
        // It starts over the last character of two bytes, and ends over the last of all.
        assert_eq!(text(&cmap, 3).as_deref(), Some("\u{10002}"));
        assert_eq!(text(&cmap, 0xffff_ffff), None);
    }

    proptest! {
        #[test]
        fn random_maps_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200), code in any::<u32>()) {
            let _ = text(&CMap::read(&bytes), code);
        }

        #[test]
        fn nearly_maps_are_read(
            cmap in r"(<[0-9A-F]{2,8}> |\[|\] |7 |-1 |endbfchar |endbfrange |endcidrange |endcidchar |endcodespacerange |usecmap ){0,40}",
            string in proptest::collection::vec(any::<u8>(), 1..20),
        ) {
            let cmap = CMap::read(cmap.as_bytes());
            let mut rest = string.as_slice();
            while !rest.is_empty() {
                let before = rest.len();
                let code = cmap.next_code(&mut rest);
                prop_assert!(rest.len() < before);
                let _ = (text(&cmap, code.value), cmap.cid_of(code.value));
            }
        }
    }
}
