//! Appends one increment (ISO 32000-2, 7.5.6): new and changed objects, a cross-reference section of the kind that the
//! base ends with, and a trailer. What was there before is never touched.

use std::collections::BTreeMap;
use std::io::Write as _;

use sealcore_gm::sm3;

use super::crypt::Encryptor;
use super::object::{Dictionary, Object, ObjectId, PdfString, Stream};
use super::writer;
use crate::error::{Error, ErrorKind, Result};
use crate::signing::refused;
use crate::text;

/// Offsets of a cross-reference table have ten digits (7.5.4).
const MAX_TABLE_OFFSET: u64 = 9_999_999_999;
/// The largest object number that readers take (Annex C of ISO 32000-1).
const MAX_NUMBER: u32 = 8_388_607;

/// How the last cross-reference section of the base is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum XrefKind {
    /// `xref` and a trailer; also for hybrid files, whose readers all take a table.
    Table,
    /// A cross-reference stream.
    Stream,
}

/// What an increment is appended to.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    /// The length of the file.
    pub(crate) length: u64,
    /// Whether its last byte ends a line.
    pub(crate) ends_line: bool,
    /// The number after its last `startxref`: where its newest section starts.
    pub(crate) startxref: u64,
    /// How that section is written.
    pub(crate) kind: XrefKind,
    /// Its trailer dictionary.
    pub(crate) trailer: Dictionary,
    /// The first number that no object has or had.
    pub(crate) next_number: u32,
}

/// An increment that is being put together.
pub(crate) struct Increment<'c> {
    base: Base,
    encryptor: Option<&'c Encryptor<'c>>,
    bytes: Vec<u8>,
    /// Object number to generation and offset in the file.
    entries: BTreeMap<u32, (u16, u64)>,
    next: u32,
}

impl<'c> Increment<'c> {
    pub(crate) fn new(base: Base, encryptor: Option<&'c Encryptor<'c>>) -> Self {
        let bytes = if base.ends_line { Vec::new() } else { vec![b'\n'] };
        Self {
            next: base.next_number.max(1),
            base,
            encryptor,
            bytes,
            entries: BTreeMap::new(),
        }
    }

    /// The file offset of what is appended next.
    pub(crate) fn position(&self) -> u64 {
        self.base.length.saturating_add(self.bytes.len() as u64)
    }

    /// An object number that is not used yet.
    pub(crate) fn reserve(&mut self) -> Result<ObjectId> {
        if self.next > MAX_NUMBER {
            return Err(refused(text!(
                "no object number below {MAX_NUMBER} is free",
                "{MAX_NUMBER} 以内已无可用的对象编号"
            )));
        }
        let id = ObjectId::new(self.next);
        self.next += 1;
        Ok(id)
    }

    /// Appends an object as a new version of `id`, encrypted where the file is.
    pub(crate) fn put(&mut self, id: ObjectId, object: &Object) -> Result<()> {
        let object = self.encrypted(id, object)?;
        let mut body = Vec::new();
        writer::write(&object, &mut body);
        self.put_raw(id, &body);
        Ok(())
    }

    /// Appends a new object.
    pub(crate) fn add(&mut self, object: &Object) -> Result<ObjectId> {
        let id = self.reserve()?;
        self.put(id, object)?;
        Ok(id)
    }

    /// Appends the bytes of an object, encrypted by the caller where that is due. Returns where `body` starts in the
    /// increment.
    pub(crate) fn put_raw(&mut self, id: ObjectId, body: &[u8]) -> usize {
        self.entries.insert(id.number, (id.generation, self.position()));
        // A Vec takes whatever is written.
        let _ = writeln!(self.bytes, "{id} obj");
        let start = self.bytes.len();
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
        start
    }

    /// `object` with its strings and data encrypted, where the file is.
    pub(crate) fn encrypted(&self, id: ObjectId, object: &Object) -> Result<Object> {
        match self.encryptor {
            Some(encryptor) => encryptor.encrypted(id, object),
            None => Ok(object.clone()),
        }
    }

    /// Closes the increment: its bytes, which follow the base.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when an offset has more digits than a table holds.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>> {
        let trailer = self.trailer();
        match self.base.kind {
            XrefKind::Table => self.finish_table(trailer)?,
            XrefKind::Stream => self.finish_stream(trailer)?,
        }
        Ok(self.bytes)
    }

    /// The entries that every trailer has, but for `/Size`.
    fn trailer(&self) -> Dictionary {
        let mut trailer = Dictionary::new();
        for key in ["Root", "Info", "Encrypt"] {
            if let Some(value) = self.base.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        if let Some(id) = self.file_identifier() {
            trailer.set("ID", id);
        }
        trailer.set("Prev", i64::try_from(self.base.startxref).unwrap_or(i64::MAX));
        trailer
    }

    /// `/ID` (14.4): the first string stays, the second is new with each update. The core has no random source, so it is a
    /// digest of what tells this update from others.
    fn file_identifier(&self) -> Option<Object> {
        let first = match self.base.trailer.get("ID") {
            Some(Object::Array(strings)) => strings.first().cloned(),
            _ => None,
        };
        // The key of an encrypted file is made from the first string: none must appear where there was none.
        if first.is_none() && self.base.trailer.get("Encrypt").is_some() {
            return self.base.trailer.get("ID").cloned();
        }
        let known = first.as_ref().and_then(Object::as_string).unwrap_or_default();
        let parts = [
            known,
            &self.base.length.to_be_bytes(),
            &self.base.startxref.to_be_bytes(),
            &self.bytes,
        ];
        let digest = sm3::digest(&parts.concat());
        let second = Object::String(PdfString {
            bytes: digest.get(..16).unwrap_or_default().to_vec(),
            hex: true,
        });
        Some(Object::Array(vec![first.unwrap_or_else(|| second.clone()), second]))
    }

    fn finish_table(&mut self, trailer: Dictionary) -> Result<()> {
        let start = self.position();
        if start > MAX_TABLE_OFFSET {
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!(
                    "a cross-reference table reaches {MAX_TABLE_OFFSET} bytes and the file is larger",
                    "交叉引用表最多可定位 {MAX_TABLE_OFFSET} 字节，文件超出此范围"
                ),
            ));
        }
        self.bytes.extend_from_slice(b"xref\n");
        for run in runs(&self.entries) {
            let _ = writeln!(self.bytes, "{} {}", run.first, run.entries.len());
            for (generation, offset) in run.entries {
                let _ = write!(self.bytes, "{offset:010} {generation:05} n\r\n");
            }
        }
        self.bytes.extend_from_slice(b"trailer\n");
        let size = self.size();
        writer::write_dictionary(&sized(trailer, size), &mut self.bytes);
        self.close(start);
        Ok(())
    }

    fn finish_stream(&mut self, trailer: Dictionary) -> Result<()> {
        let start = self.position();
        let id = self.reserve()?;
        self.entries.insert(id.number, (id.generation, start));
        let width = (1..8).find(|width| start >> (8 * width) == 0).unwrap_or(8);
        let (mut index, mut data) = (Vec::new(), Vec::new());
        for run in runs(&self.entries) {
            index.push(Object::Integer(i64::from(run.first)));
            index.push(Object::Integer(i64::try_from(run.entries.len()).unwrap_or(i64::MAX)));
            for (generation, offset) in run.entries {
                data.push(1);
                data.extend(offset.to_be_bytes().into_iter().skip(8 - width));
                data.extend(generation.to_be_bytes());
            }
        }
        let widths = [1, i64::try_from(width).unwrap_or(8), 2].map(Object::Integer);
        let dictionary = sized(trailer, self.size())
            .with("Type", Object::name("XRef"))
            .with("W", widths.to_vec())
            .with("Index", index);
        // A cross-reference stream is never encrypted (7.5.8.2).
        let mut body = Vec::new();
        writer::write(&Stream::new(dictionary, data).into(), &mut body);
        self.put_raw(id, &body);
        self.close(start);
        Ok(())
    }

    fn size(&self) -> i64 {
        let stated = self.base.trailer.get("Size").and_then(Object::as_integer).unwrap_or(0);
        stated.clamp(i64::from(self.next), i64::from(MAX_NUMBER) + 1)
    }

    fn close(&mut self, start: u64) {
        if !self.bytes.ends_with(b"\n") {
            self.bytes.push(b'\n');
        }
        let _ = write!(self.bytes, "startxref\n{start}\n%%EOF\n");
    }
}

fn sized(trailer: Dictionary, size: i64) -> Dictionary {
    let mut sized = Dictionary::new().with("Size", size);
    for entry in trailer.iter() {
        sized.set(&String::from_utf8_lossy(entry.key.as_bytes()), entry.value.clone());
    }
    sized
}

/// Neighbouring object numbers: a subsection.
struct Run {
    first: u32,
    entries: Vec<(u16, u64)>,
}

fn runs(entries: &BTreeMap<u32, (u16, u64)>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (number, entry) in entries {
        match runs.last_mut() {
            Some(run) if u64::from(run.first) + run.entries.len() as u64 == u64::from(*number) => {
                run.entries.push(*entry);
            }
            _ => runs.push(Run {
                first: *number,
                entries: vec![*entry],
            }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(kind: XrefKind, length: u64) -> Base {
        Base {
            length,
            ends_line: false,
            startxref: 17,
            kind,
            trailer: Dictionary::new()
                .with("Size", 9)
                .with("Root", ObjectId::new(1))
                .with("XRefStm", 5)
                .with("ID", vec![Object::string("first"), Object::string("second")]),
            next_number: 9,
        }
    }

    fn three(kind: XrefKind, length: u64) -> (Vec<u8>, Vec<ObjectId>) {
        let mut increment = Increment::new(base(kind, length), None);
        let new = increment.add(&Object::Integer(1)).unwrap();
        let changed = ObjectId {
            number: 3,
            generation: 2,
        };
        increment.put(changed, &Object::Null).unwrap();
        let other = increment.add(&Object::name("x")).unwrap();
        (increment.finish().unwrap(), vec![new, changed, other])
    }

    #[test]
    fn a_table_follows_a_table() {
        let (tail, ids) = three(XrefKind::Table, 1000);
        let text = String::from_utf8(tail).unwrap();
        assert!(text.starts_with("\n9 0 obj\n1\nendobj\n3 2 obj\n"), "{text}");
        let offset = |id: &ObjectId| 1000 + text.find(&format!("{id} obj")).unwrap();
        let table = format!(
            "xref\n3 1\n{:010} 00002 n\r\n9 2\n{:010} 00000 n\r\n{:010} 00000 n\r\ntrailer\n",
            offset(&ids[1]),
            offset(&ids[0]),
            offset(&ids[2])
        );
        let start = text.find(&table).unwrap();
        assert!(text.ends_with(&format!("\nstartxref\n{}\n%%EOF\n", 1000 + start)));
        assert!(text.contains("<</Size 11 /Root 1 0 R /ID [(first) <"), "{text}");
        assert!(text.contains("/Prev 17") && !text.contains("XRefStm"));
        assert!(!text.contains("second"));
    }

    #[test]
    fn a_stream_follows_a_stream_and_is_as_wide_as_the_file() {
        for (length, width) in [
            (1000_u64, 2_usize),
            (100_000_000, 4),
            ((4 << 30) - 1, 5),
            (20_000_000_000, 5),
        ] {
            let (tail, ids) = three(XrefKind::Stream, length);
            let text = String::from_utf8_lossy(&tail);
            assert!(text.contains(&format!("/W [1 {width} 2] /Index [3 1 9 3]")), "{text}");
            assert!(text.contains("/Size 12"));
            let find = |what: &[u8]| tail.windows(what.len()).position(|window| window == what).unwrap();
            let data = find(b"stream\n") + 7;
            for (row, id) in [(0, ids[1]), (1, ids[0]), (2, ids[2])] {
                let row = &tail[data + row * (width + 3)..][..width + 3];
                let offset = row[1..=width].iter().fold(0, |sum, byte| (sum << 8) + u64::from(*byte));
                assert_eq!(offset, length + find(format!("{id} obj").as_bytes()) as u64);
            }
        }
    }

    #[test]
    fn a_table_ends_at_ten_digits() {
        let mut increment = Increment::new(base(XrefKind::Table, MAX_TABLE_OFFSET), None);
        increment.add(&Object::Null).unwrap();
        assert_eq!(increment.finish().unwrap_err().kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn identifiers_differ_with_what_is_written() {
        let id = |object: Object, first: Option<Object>| {
            let mut base = base(XrefKind::Table, 1000);
            match first {
                Some(first) => base.trailer.set("ID", first),
                None => base.trailer.remove("ID"),
            }
            let mut increment = Increment::new(base, None);
            increment.add(&object).unwrap();
            match increment.file_identifier() {
                Some(Object::Array(strings)) => strings,
                other => panic!("{other:?}"),
            }
        };
        let one = id(
            Object::Integer(1),
            Some(vec![Object::string("a"), Object::string("b")].into()),
        );
        let other = id(
            Object::Integer(2),
            Some(vec![Object::string("a"), Object::string("b")].into()),
        );
        assert_eq!(one[0], other[0]);
        assert_ne!(one[1], other[1]);
        let none = id(Object::Integer(1), None);
        assert_eq!(none[0], none[1]);
    }
}
