//! The ZIP container: against the `zip` crate, against hostile archives, and on the corpus.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

#[path = "../support/clock.rs"]
mod clock;

mod corpus;
mod hostile;
mod layout;
mod names;
mod round_trips;
mod sources;

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use sealcore::error::{ErrorKind, Result};
use sealcore::limits::Limits;
use sealcore::ofd::package::{Archive, ArchiveWriter, DosTime, Method, is_zip};
use sealcore::ofd::path::PackagePath;
use sealcore::report::{Code, Severity};
use sealcore::source::Source;
use zip::write::SimpleFileOptions;

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

fn path(name: &str) -> PackagePath {
    PackagePath::from_entry_name(name).unwrap()
}

/// An archive of these files, by the writer under test.
fn written(files: &[(&str, &[u8], Method)]) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Vec::new());
    for (name, content, method) in files {
        writer.add(&path(name), content, *method, DosTime::EARLIEST).unwrap();
    }
    writer.finish().unwrap()
}

/// An archive of these files, stored, by the `zip` crate, which writes any name.
fn foreign(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Two files, the second deflated.
fn sample() -> Vec<u8> {
    let long = b"content ".repeat(20);
    written(&[
        ("OFD.xml", b"<OFD/>", Method::Stored),
        ("Doc_0/a.xml", &long, Method::Deflated),
    ])
}

fn open(bytes: &[u8]) -> Archive<'_> {
    Archive::open(bytes, &Limits::default()).unwrap()
}

fn codes(archive: &Archive<'_>) -> Vec<Code> {
    let mut codes: Vec<_> = archive.findings().iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn codes_of(bytes: &[u8]) -> Vec<Code> {
    codes(&open(bytes))
}

/// Where a record with this signature begins, the n-th of them.
fn record(bytes: &[u8], signature: &[u8], n: usize) -> usize {
    let mut places = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(signature));
    places.nth(n).expect("a record")
}

fn patch(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn add_u32(bytes: &mut [u8], at: usize, more: usize) {
    let value = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) + more as u32;
    patch(bytes, at, &value.to_le_bytes());
}

/// Puts `extra` in at `at` and moves every offset that lies behind.
fn insert(bytes: &[u8], at: usize, extra: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let directory = record(&bytes, CENTRAL, 0);
    let end = record(&bytes, END, 0);
    let mut entry = directory;
    while bytes[entry..].starts_with(CENTRAL) {
        let offset = u32::from_le_bytes(bytes[entry + 42..entry + 46].try_into().unwrap());
        if offset as usize >= at {
            add_u32(&mut bytes, entry + 42, extra.len());
        }
        let length = |at: usize| usize::from(u16::from_le_bytes([bytes[entry + at], bytes[entry + at + 1]]));
        entry += 46 + length(28) + length(30) + length(32);
    }
    if at <= directory {
        add_u32(&mut bytes, end + 16, extra.len());
    }
    bytes.splice(at..at, extra.iter().copied());
    bytes
}

/// All that an archive holds, by name.
fn contents(archive: &Archive<'_>) -> Result<Vec<(String, Vec<u8>)>> {
    let entries = archive.entries().iter().enumerate();
    entries
        .map(|(index, entry)| Ok((entry.name().to_owned(), archive.read(index, u64::MAX)?)))
        .collect()
}
