//! PDF files for the tests, written byte by byte. Nothing here knows the reader or the writer that is tested.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)] // each test file uses its own part

mod sample;
mod section;
mod signature;
mod syntax;
mod update;

use std::collections::BTreeMap;

pub use sample::{IDS, Ids, PageShape, one_page, sample, sample_with};
pub use section::{Entry, deflate, write_table, write_xref_stream};
pub use signature::{Gap, Plan, Signed};
pub use syntax::{get, get_path, remove_path, set_path, skip_value, stream, stream_data};
pub use update::Update;

/// How a section of the cross-reference is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A table, and objects that stand in the file.
    Table,
    /// A cross-reference stream, and object streams.
    Stream,
    /// A table with /XRefStm, and object streams that only the latter lists.
    Hybrid,
}

pub const KINDS: [Kind; 3] = [Kind::Table, Kind::Stream, Kind::Hybrid];

/// A file together with what its writer knows about it.
#[derive(Clone, Debug)]
pub struct Doc {
    pub bytes: Vec<u8>,
    /// Number to generation and body, as of the last revision.
    pub objects: BTreeMap<u32, (u16, Vec<u8>)>,
    pub kind: Kind,
    /// Where the last section of the cross-reference stands.
    pub startxref: usize,
    pub size: u32,
    pub root: u32,
    pub info: Option<u32>,
}

pub const ID: &str = "[<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]";

impl Doc {
    /// A file of one revision with these objects.
    pub fn new(kind: Kind, root: u32, info: Option<u32>, objects: &[(u32, Vec<u8>)]) -> Self {
        Self::with_header(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", kind, root, info, objects)
    }

    pub fn with_header(header: &[u8], kind: Kind, root: u32, info: Option<u32>, objects: &[(u32, Vec<u8>)]) -> Self {
        let map: BTreeMap<u32, (u16, Vec<u8>)> = objects
            .iter()
            .map(|(number, body)| (*number, (0, body.clone())))
            .collect();
        let size = map.keys().max().unwrap() + 1;
        let mut doc = Self {
            bytes: header.to_vec(),
            objects: map,
            kind,
            startxref: 0,
            size,
            root,
            info,
        };
        section::write_first(&mut doc);
        doc
    }

    pub fn body(&self, number: u32) -> &[u8] {
        &self
            .objects
            .get(&number)
            .unwrap_or_else(|| panic!("no object {number}"))
            .1
    }

    /// The value at a path of dictionary keys, as text.
    pub fn value(&self, number: u32, path: &str) -> String {
        let found = get_path(self.body(number), path).unwrap_or_else(|| panic!("{number} has no {path}"));
        String::from_utf8_lossy(found).into_owned()
    }

    /// The file with one increment more.
    pub fn increment(&self, write: impl FnOnce(&mut Update<'_>)) -> Self {
        let mut update = Update::new(self);
        write(&mut update);
        update.finish()
    }

    /// What a foreign writer made of this file by appending: the objects of the tail are read by scanning.
    pub fn absorb(&self, bytes: Vec<u8>) -> Self {
        assert!(bytes.starts_with(&self.bytes), "the earlier bytes were changed");
        let mut doc = self.clone();
        let tail = &bytes[self.bytes.len()..];
        for (number, generation, body) in syntax::scan_objects(tail) {
            doc.size = doc.size.max(number + 1);
            doc.objects.insert(number, (generation, body));
        }
        let at = rfind(&bytes, b"startxref").expect("no startxref");
        let text: String = bytes[at + 9..]
            .iter()
            .map(|byte| char::from(*byte))
            .skip_while(char::is_ascii_whitespace)
            .take_while(char::is_ascii_digit)
            .collect();
        doc.startxref = text.parse().unwrap();
        doc.bytes = bytes;
        doc
    }

    /// The offset of the last definition of an object that stands in the file itself.
    pub fn offset_of(&self, number: u32) -> usize {
        let generation = self.objects[&number].0;
        let mark = format!("\n{number} {generation} obj");
        rfind(&self.bytes, mark.as_bytes()).unwrap_or_else(|| panic!("no {number} 0 obj")) + 1
    }
}

pub fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

pub fn rfind(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

/// The file with `from`, which stands in it once, made `to`.
pub fn patch(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = find(bytes, from).unwrap_or_else(|| panic!("no {}", String::from_utf8_lossy(from)));
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}
