//! The ZIP container: against the `zip` crate, against hostile archives, and on the corpus.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use sealcore::error::{ErrorKind, Result};
use sealcore::limits::Limits;
use sealcore::ofd::package::{Archive, ArchiveWriter, DosTime, Method, Source, is_zip};
use sealcore::ofd::path::PackagePath;
use sealcore::report::{Code, Severity};
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

// What others write is read, and the reverse.

fn file_sets() -> impl Strategy<Value = BTreeMap<String, (Vec<u8>, bool)>> {
    let name = "[a-zA-Z0-9_印章 .%]{0,6}[a-z印](/[a-z0-9文档]{1,8}){0,2}";
    let content = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        (any::<u8>(), 0..200_000_usize).prop_map(|(byte, count)| vec![byte; count]),
    ];
    proptest::collection::btree_map(name, (content, any::<bool>()), 0..8)
        // The writer takes canonical paths, so names that change are left to the tests of paths.
        .prop_map(|files| {
            let mut files = files;
            files.retain(|name, _| PackagePath::from_entry_name(name).is_ok_and(|path| path.entry_name() == name));
            files
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_here_and_elsewhere(files in file_sets()) {
        let mut writer = ArchiveWriter::new(Vec::new());
        for (name, (content, deflate)) in &files {
            let method = if *deflate { Method::Deflated } else { Method::Stored };
            writer.add(&path(name), content, method, DosTime::EARLIEST).unwrap();
        }
        let bytes = writer.finish().unwrap();

        let archive = open(&bytes);
        prop_assert_eq!(archive.findings(), &[]);
        prop_assert_eq!(archive.entries().len(), files.len());
        let mut oracle = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        prop_assert_eq!(oracle.len(), files.len());
        for (name, (content, _)) in &files {
            let index = archive.find(&path(name)).unwrap();
            prop_assert_eq!(&archive.read(index, u64::MAX).unwrap(), content);
            let mut theirs = Vec::new();
            oracle.by_name(name).unwrap().read_to_end(&mut theirs).unwrap();
            prop_assert_eq!(&theirs, content);
        }

        // Taken over whole, the content stays, and so do the bytes when nothing but this writer made them.
        let mut copy = ArchiveWriter::new(Vec::new());
        for index in 0..archive.entries().len() {
            copy.copy_raw(&archive, index).unwrap();
        }
        prop_assert_eq!(&copy.finish().unwrap(), &bytes);
    }

    #[test]
    fn what_others_write_is_read(files in file_sets(), streamed: bool) {
        let options = |deflate: bool| SimpleFileOptions::default().compression_method(
            if deflate { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored });
        let bytes = if streamed {
            // Data descriptors, since it can't go back.
            let mut writer = zip::ZipWriter::new_stream(Vec::new());
            for (name, (content, _)) in &files {
                writer.start_file(name.as_str(), options(true)).unwrap();
                writer.write_all(content).unwrap();
            }
            writer.finish().unwrap().into_inner()
        } else {
            let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
            for (name, (content, deflate)) in &files {
                writer.start_file(name.as_str(), options(*deflate)).unwrap();
                writer.write_all(content).unwrap();
            }
            writer.finish().unwrap().into_inner()
        };
        for archive in [open(&bytes), Archive::open(Source::from_stream(Cursor::new(&bytes)).unwrap(), &Limits::default()).unwrap()] {
            prop_assert_eq!(archive.findings(), &[]);
            prop_assert_eq!(archive.entries().len(), files.len());
            let mut copy = ArchiveWriter::new(Vec::new());
            for (index, entry) in archive.entries().iter().enumerate() {
                prop_assert_eq!(&archive.read(index, u64::MAX).unwrap(), &files[entry.name()].0);
                prop_assert_eq!(archive.check(index).unwrap(), None);
                copy.copy_raw(&archive, index).unwrap();
            }
            let copy = copy.finish().unwrap();
            let copied = open(&copy);
            prop_assert_eq!(copied.findings(), &[]);
            prop_assert_eq!(contents(&copied).unwrap(), contents(&archive).unwrap());
        }
    }

    #[test]
    fn noise_never_panics(noise in proptest::collection::vec(any::<u8>(), 0..400), at in 0..200_usize) {
        let _ = Archive::open(noise.as_slice(), &Limits::default());
        let mut bytes = sample();
        for (offset, byte) in noise.iter().enumerate() {
            let place = (at + offset * 7) % bytes.len();
            bytes[place] ^= byte & 3;
        }
        if let Ok(archive) = Archive::open(bytes, &Limits::default()) {
            let _ = contents(&archive);
        }
    }
}

// Damage.

#[test]
fn a_truncated_archive_is_an_error_that_says_where() {
    let bytes = sample();
    for length in 0..bytes.len() {
        let error = Archive::open(&bytes[..length], &Limits::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Container, "{length}");
        assert!(
            error.position().is_some_and(|position| position <= length as u64),
            "{length}"
        );
    }
}

#[test]
fn no_changed_byte_passes_as_other_content() {
    let bytes = sample();
    let expected = contents(&open(&bytes)).unwrap();
    let mut harmless = 0;
    for at in 0..bytes.len() {
        for change in [1, 0x20, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[at] ^= change;
            let Ok(archive) = Archive::open(&changed, &Limits::default()) else {
                continue;
            };
            let hostile = archive
                .findings()
                .iter()
                .any(|finding| finding.severity() == Severity::Error);
            match contents(&archive) {
                Ok(content) if !hostile => {
                    assert_eq!(content, expected, "byte {at} changed by {change:#x}");
                    harmless += 1;
                }
                _ => {}
            }
        }
    }
    // Versions, times, attributes.
    assert!(harmless > 0 && harmless < bytes.len() * 4 / 2, "{harmless}");
}

#[test]
fn a_damaged_entry_leaves_the_others_readable() {
    let mut bytes = sample();
    let data = record(&bytes, LOCAL, 0) + 30 + "OFD.xml".len();
    bytes[data] ^= 1;
    let archive = open(&bytes);
    assert_eq!(archive.findings(), []);
    let error = archive.read(0, 100).unwrap_err();
    assert_eq!((error.kind(), error.part()), (ErrorKind::Container, Some("OFD.xml")));
    assert_eq!(archive.check(0).unwrap().unwrap().code, Code::PackageEntryDamaged);
    assert!(archive.read(1, 1000).is_ok());
}

// Bombs.

#[test]
fn what_is_too_long_is_refused_before_and_while_it_inflates() {
    let bomb = written(&[("bomb", &vec![0; 20 << 20], Method::Deflated)]);
    assert!(bomb.len() < 40_000);
    let with = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        Archive::open(bomb.as_slice(), &limits).unwrap()
    };
    let kind = |archive: &Archive<'_>| archive.stream(0, &mut |_| Ok(())).unwrap_err().kind();
    assert_eq!(open(&bomb).read(0, 1 << 20).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(kind(&with(|limits| limits.entry_bytes = 1 << 20)), ErrorKind::Limit);
    assert_eq!(kind(&with(|limits| limits.inflated_bytes = 1 << 20)), ErrorKind::Limit);
    // An entry that is read again costs again.
    let twice = with(|limits| limits.inflated_bytes = 30 << 20);
    assert!(twice.read(0, u64::MAX).is_ok());
    assert_eq!(twice.read(0, u64::MAX).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn a_lie_about_the_size_ends_the_reading() {
    let bomb = written(&[("bomb", &vec![0; 20 << 20], Method::Deflated)]);
    let state = |size: u32| {
        let mut bytes = bomb.clone();
        let (local, central) = (record(&bytes, LOCAL, 0) + 22, record(&bytes, CENTRAL, 0) + 24);
        patch(&mut bytes, local, &size.to_le_bytes());
        patch(&mut bytes, central, &size.to_le_bytes());
        bytes
    };
    let mut given = 0;
    let small = state(100_000);
    let error = open(&small)
        .stream(0, &mut |piece| {
            given += piece.len();
            Ok(())
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Container);
    assert!(given <= 100_000);
    // More than the compressed bytes can hold is seen before anything is inflated or reserved.
    let large = state(0xf000_0000);
    let mut limits = Limits::default();
    limits.entry_bytes = u64::MAX;
    let archive = Archive::open(large.as_slice(), &limits).unwrap();
    let error = archive.read(0, u64::MAX).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Container);
}

#[test]
fn very_many_entries_open_quickly_up_to_the_limit() {
    let mut writer = ArchiveWriter::new(Vec::new());
    for number in 0..100_000 {
        writer
            .add(&path(&format!("f/{number}")), b"", Method::Stored, DosTime::EARLIEST)
            .unwrap();
    }
    // More than 65535 entries need ZIP64.
    let bytes = writer.finish().unwrap();
    let archive = open(&bytes);
    assert_eq!(archive.findings(), []);
    assert_eq!(archive.entries().len(), 100_000);
    assert_eq!(archive.find(&path("f/99999")), Some(99_999));
    assert_eq!(zip::ZipArchive::new(Cursor::new(&bytes)).unwrap().len(), 100_000);

    let mut limits = Limits::default();
    limits.entries = 99_999;
    assert_eq!(Archive::open(&bytes, &limits).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn hostile_archives_make_few_findings() {
    let files: Vec<String> = (0..1000).map(|number| format!("../{number}")).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let bytes = foreign(&files);
    let archive = open(&bytes);
    assert_eq!(codes(&archive), [Code::PackageTraversal]);
    assert!(archive.findings().len() < 50);
}

#[test]
fn very_many_end_records_cost_little() {
    let bytes = sample();
    let mut end = bytes[record(&bytes, END, 0)..].to_vec();
    // Each leads to the one directory, but is not where it should be.
    let repeated = [bytes.as_slice(), &end.repeat(40_000)].concat();
    assert_eq!(codes_of(&repeated), [Code::PackageUnlistedEntry, Code::PackageGap]);
    // Each leads nowhere.
    end[12..20].fill(0xee);
    let repeated = [bytes.as_slice(), &end.repeat(40_000)].concat();
    let error = Archive::open(&repeated, &Limits::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Container);
}

#[test]
fn one_long_header_is_not_read_for_every_entry() {
    // 50000 records of the directory lead to one local header with 16000 extra fields.
    let one = written(&[("a", b"", Method::Stored)]);
    let (central, end) = (record(&one, CENTRAL, 0), record(&one, END, 0));
    let mut bytes = one[..central].to_vec();
    patch(&mut bytes, 28, &64_000_u16.to_le_bytes());
    bytes.extend([0xfe, 0xca, 0, 0].repeat(16_000));
    let start = bytes.len() as u32;
    bytes.extend(one[central..end].repeat(50_000));
    let size = bytes.len() as u32 - start;
    bytes.extend(&one[end..]);
    let end = bytes.len() - 22;
    patch(&mut bytes, end + 8, &[50_000_u16.to_le_bytes(); 2].concat());
    patch(
        &mut bytes,
        end + 12,
        &[size.to_le_bytes(), start.to_le_bytes()].concat(),
    );
    let begun = std::time::Instant::now();
    let found = codes_of(&bytes);
    assert_eq!(found, [Code::PackageDuplicateEntry, Code::PackageOverlap]);
    // Parsing all would take 800 million fields; this is far from both.
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

// What stands around and between the entries.

#[test]
fn bytes_around_the_package_are_found_and_harmless() {
    let bytes = sample();
    let prefixed = [b"vendor bytes", bytes.as_slice()].concat();
    let adjusted = insert(&bytes, 0, b"vendor bytes");
    let suffixed = [bytes.as_slice(), &[0x55; 70_000]].concat();
    for (label, bytes, code) in [
        ("prefixed", &prefixed, Code::PackagePrefix),
        ("prefixed, offsets adjusted", &adjusted, Code::PackagePrefix),
        ("suffixed", &suffixed, Code::PackageSuffix),
    ] {
        let streamed = Archive::open(Source::from_stream(Cursor::new(bytes)).unwrap(), &Limits::default()).unwrap();
        for archive in [open(bytes), streamed] {
            assert_eq!(codes(&archive), [code], "{label}");
            assert_eq!(
                contents(&archive).unwrap(),
                contents(&open(&sample())).unwrap(),
                "{label}"
            );
        }
        assert!(is_zip(&Source::from(bytes)).unwrap(), "{label}");
    }
    assert!(is_zip(&Source::from(&bytes)).unwrap());
    assert!(!is_zip(&Source::from(&b"%PDF-1.7"[..])).unwrap());
    assert!(!is_zip(&Source::from(&b""[..])).unwrap());
}

#[test]
fn a_comment_is_no_finding() {
    let mut bytes = sample();
    let end = record(&bytes, END, 0);
    patch(&mut bytes, end + 20, &5_u16.to_le_bytes());
    bytes.extend(b"hello");
    assert_eq!(codes_of(&bytes), []);
}

#[test]
fn entries_that_the_directory_does_not_list_are_found() {
    let hidden = written(&[("OFD.xml", b"<Evil/>", Method::Stored)]);
    let hidden = &hidden[..record(&hidden, CENTRAL, 0)];
    let bytes = sample();
    let second = record(&bytes, LOCAL, 1);
    let directory = record(&bytes, CENTRAL, 0);

    let front = [hidden, bytes.as_slice()].concat();
    assert_eq!(codes_of(&front), [Code::PackageUnlistedEntry, Code::PackagePrefix]);
    for at in [second, directory] {
        let between = insert(&bytes, at, hidden);
        assert_eq!(codes_of(&between), [Code::PackageUnlistedEntry, Code::PackageGap]);
        // Behind other bytes too: some readers search on.
        let behind = insert(&bytes, at, &[&[0; 70_000], hidden].concat());
        assert_eq!(codes_of(&behind), [Code::PackageUnlistedEntry, Code::PackageGap]);
        let streamed = Archive::open(Source::from_stream(Cursor::new(&behind)).unwrap(), &Limits::default()).unwrap();
        assert_eq!(codes(&streamed), [Code::PackageUnlistedEntry, Code::PackageGap]);
        // A signature across the border of what is read at once.
        let across = insert(&bytes, at, &[&vec![0; (64 << 10) - 2], hidden].concat());
        let streamed = Archive::open(Source::from_stream(Cursor::new(&across)).unwrap(), &Limits::default()).unwrap();
        assert_eq!(codes(&streamed), [Code::PackageUnlistedEntry, Code::PackageGap]);
        // Bytes that are no entry are only a gap.
        assert_eq!(codes_of(&insert(&bytes, at, b"PK, not an entry")), [Code::PackageGap]);
    }
}

#[test]
fn an_entry_dropped_from_the_directory_is_found() {
    let bytes = sample();
    let (first, second) = (record(&bytes, CENTRAL, 0), record(&bytes, CENTRAL, 1));
    let mut dropped = bytes.clone();
    dropped.drain(first..second);
    let end = record(&dropped, END, 0);
    patch(&mut dropped, end + 8, &[1, 0, 1, 0]);
    let size = (end - first) as u32;
    patch(&mut dropped, end + 12, &size.to_le_bytes());
    assert_eq!(codes_of(&dropped), [Code::PackageUnlistedEntry, Code::PackagePrefix]);
    // With a count that stayed, the directory is short.
    patch(&mut dropped, end + 8, &[2, 0, 2, 0]);
    assert_eq!(
        Archive::open(&dropped, &Limits::default()).unwrap_err().kind(),
        ErrorKind::Container
    );
}

#[test]
fn bytes_after_a_deflate_stream_are_found_when_it_is_read() {
    let hidden = written(&[("OFD.xml", b"<Evil/>", Method::Stored)]);
    let hidden = &hidden[..record(&hidden, CENTRAL, 0)];
    let bytes = sample();
    let directory = record(&bytes, CENTRAL, 0);
    let mut stuffed = insert(&bytes, directory, hidden);
    let (local, central) = (record(&stuffed, LOCAL, 1), record(&stuffed, CENTRAL, 1));
    add_u32(&mut stuffed, local + 18, hidden.len());
    add_u32(&mut stuffed, central + 20, hidden.len());
    let archive = open(&stuffed);
    // Nothing shows in the headers.
    assert_eq!(codes(&archive), []);
    assert_eq!(archive.check(1).unwrap().unwrap().code, Code::PackageUnlistedEntry);
    assert_eq!(archive.read(1, 1000).unwrap_err().kind(), ErrorKind::Container);
}

#[test]
fn two_directories_are_found() {
    // The comment of one archive is another archive.
    let inner = written(&[("OFD.xml", b"<Evil/>", Method::Stored)]);
    let mut bytes = sample();
    let end = record(&bytes, END, 0);
    patch(&mut bytes, end + 20, &(inner.len() as u16).to_le_bytes());
    bytes.extend(&inner);
    assert_eq!(codes_of(&bytes), [Code::PackageUnlistedEntry, Code::PackagePrefix]);

    // An end record that nobody can follow stands after the one that is used.
    let mut bytes = sample();
    bytes.extend(END);
    bytes.extend([0xee; 18]);
    let found = codes_of(&bytes);
    assert!(found.contains(&Code::PackageUnlistedEntry), "{found:?}");

    // The last end record leads back to a directory that streaming and counting readers pass over.
    let evil = written(&[("OFD.xml", b"<Evil/>", Method::Stored)]);
    let evil_end = record(&evil, END, 0);
    let mut bytes = insert(&sample(), 0, &evil[..evil_end]);
    bytes.extend(&evil[evil_end..]);
    let archive = open(&bytes);
    assert_eq!(archive.entries().len(), 1);
    assert_eq!(codes(&archive), [Code::PackageUnlistedEntry, Code::PackageGap]);

    // The offset leads to one directory, the size counted back from the end to another.
    let other = sample();
    let end = record(&other, END, 0);
    let directory = other[record(&other, CENTRAL, 0)..end].to_vec();
    let mut bytes = other[..end].to_vec();
    bytes.extend(&directory);
    bytes.extend(&other[end..]);
    assert!(codes_of(&bytes).contains(&Code::PackageHeaderMismatch));
}

#[test]
fn an_embedded_archive_is_content() {
    // A vector seal is an OFD, stored in an OFD.
    let inner = sample();
    let bytes = written(&[("Seal.ofd", &inner, Method::Stored), ("b", b"x", Method::Stored)]);
    let archive = open(&bytes);
    assert_eq!(archive.findings(), []);
    assert_eq!(archive.entries().len(), 2);
    let nested = Archive::open(archive.read(0, 10_000).unwrap(), &Limits::default()).unwrap();
    assert_eq!(nested.findings(), []);
}

// The directory and the local headers.

#[test]
fn disagreements_between_the_headers_are_found() {
    let bytes = sample();
    let (local, central) = (record(&bytes, LOCAL, 1), record(&bytes, CENTRAL, 1));
    let changes: [(&str, usize, &[u8]); 9] = [
        ("name", local + 30, b"X"),
        ("method", local + 8, &[0, 0]),
        ("flag: encrypted", local + 6, &[1, 0]),
        ("checksum", local + 14, &[1, 2, 3, 4]),
        ("compressed size", local + 18, &[1, 0, 0, 0]),
        ("size", local + 22, &[1, 0, 0, 0]),
        ("local header", local, b"XX"),
        ("central name", central + 46, b"X"),
        ("central size", central + 24, &[1, 0, 0, 0]),
    ];
    for (label, at, value) in changes {
        let mut changed = bytes.clone();
        patch(&mut changed, at, value);
        let archive = open(&changed);
        assert!(
            codes(&archive).contains(&Code::PackageHeaderMismatch),
            "{label}: {:?}",
            archive.findings()
        );
    }
    // What does not change the content may differ: version, time.
    for at in [local + 4, local + 10, central + 12] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert_eq!(codes_of(&changed), [], "{at}");
    }
}

#[test]
fn a_descriptor_says_the_same_as_the_directory() {
    let mut writer = zip::ZipWriter::new_stream(Vec::new());
    writer.start_file("a", SimpleFileOptions::default()).unwrap();
    writer.write_all(b"some content").unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    assert_eq!(codes_of(&bytes), []);
    let descriptor = record(&bytes, b"PK\x07\x08", 0);

    let mut other = bytes.clone();
    other[descriptor + 12] ^= 1;
    assert_eq!(codes_of(&other), [Code::PackageHeaderMismatch, Code::PackageGap]);

    // The signature is optional, sizes may have eight bytes.
    let move_directory = |bytes: &[u8], from: usize, count: usize, with: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes.splice(from..from + count, with.iter().copied());
        let (directory, end) = (record(&bytes, CENTRAL, 0) as u32, record(&bytes, END, 0));
        patch(&mut bytes, end + 16, &directory.to_le_bytes());
        bytes
    };
    assert_eq!(codes_of(&move_directory(&bytes, descriptor, 4, &[])), []);
    let (compressed, size) = (
        &bytes[descriptor + 8..descriptor + 12],
        &bytes[descriptor + 12..descriptor + 16],
    );
    let wide = [compressed, &[0; 4], size, &[0; 4]].concat();
    assert_eq!(codes_of(&move_directory(&bytes, descriptor + 8, 8, &wide)), []);
    // One that is missing is a fault of the writer, and hides nothing.
    assert_eq!(
        codes_of(&move_directory(&bytes, descriptor, 16, &[])),
        [Code::PackageEntryDamaged]
    );
}

#[test]
fn shared_bytes_are_found() {
    let mut bytes = sample();
    let second = record(&bytes, CENTRAL, 1);
    patch(&mut bytes, second + 42, &[0; 4]);
    let found = codes_of(&bytes);
    assert!(found.contains(&Code::PackageOverlap), "{found:?}");

    // The first entry's data reach over the second.
    let mut bytes = sample();
    let (local, central) = (record(&bytes, LOCAL, 0), record(&bytes, CENTRAL, 0));
    for at in [local + 18, local + 22, central + 20, central + 24] {
        patch(&mut bytes, at, &60_u32.to_le_bytes());
    }
    assert_eq!(codes_of(&bytes), [Code::PackageOverlap]);

    // Data that run into the directory, or out of the file.
    for size in [5_000_u32, 0xfff_ffff] {
        let mut bytes = sample();
        let (local, central) = (record(&bytes, LOCAL, 1), record(&bytes, CENTRAL, 1));
        patch(&mut bytes, local + 18, &size.to_le_bytes());
        patch(&mut bytes, central + 20, &size.to_le_bytes());
        let archive = open(&bytes);
        assert_eq!(codes(&archive), [Code::PackageOverlap]);
        assert!(archive.read(1, u64::MAX).is_err());
    }
}

#[test]
fn an_offset_beyond_the_file_is_a_mismatch() {
    let mut bytes = sample();
    let central = record(&bytes, CENTRAL, 0);
    patch(&mut bytes, central + 42, &[0xff; 4]);
    let archive = open(&bytes);
    assert!(codes(&archive).contains(&Code::PackageHeaderMismatch));
    assert!(archive.read(0, 100).is_err());
    assert!(archive.read(1, 1000).is_ok());
}

#[test]
fn a_second_name_in_the_unicode_path_field_is_a_mismatch() {
    let with_field = |name: &str| {
        let bytes = sample();
        let mut field = vec![0x75, 0x70];
        field.extend((5 + name.len() as u16).to_le_bytes());
        field.push(1);
        field.extend(crc32fast_of(b"OFD.xml").to_le_bytes());
        field.extend(name.as_bytes());
        let (central, end) = (record(&bytes, CENTRAL, 0), record(&bytes, END, 0));
        let mut changed = bytes.clone();
        patch(&mut changed, central + 30, &(field.len() as u16).to_le_bytes());
        add_u32(&mut changed, end + 12, field.len());
        changed.splice(central + 46 + 7..central + 46 + 7, field);
        changed
    };
    assert_eq!(codes_of(&with_field("OFD.xml")), []);
    let bytes = with_field("Evil.xml");
    let archive = open(&bytes);
    assert_eq!(codes(&archive), [Code::PackageHeaderMismatch]);
    // It does not outlive a copy.
    let mut copy = ArchiveWriter::new(Vec::new());
    copy.copy_raw(&archive, 0).unwrap();
    assert_eq!(codes_of(&copy.finish().unwrap()), []);
}

fn crc32fast_of(bytes: &[u8]) -> u32 {
    let archive = written(&[("x", bytes, Method::Stored)]);
    open(&archive).entries()[0].crc32()
}

// Names.

#[test]
fn one_path_twice_is_found_and_the_last_one_wins() {
    for (one, other) in [("a.xml", "/a.xml"), ("a.xml", "./a.xml"), ("d/a.xml", "d//a.xml")] {
        let bytes = foreign(&[(one, b"1"), ("b", b"2"), (other, b"3")]);
        let archive = open(&bytes);
        assert_eq!(codes(&archive), [Code::PackageDuplicateEntry], "{other}");
        assert_eq!(archive.find(&path(one)), Some(2), "{other}");
        assert!(archive.variants().is_empty());
    }
}

#[test]
fn variants_of_a_path_are_grouped_and_not_judged() {
    let bytes = foreign(&[
        ("Doc_0/A.xml", b"1"),
        ("b", b"2"),
        ("doc_0/a.XML", b"3"),
        ("d\\b", b"4"),
        ("d/b", b"5"),
        ("caf\u{e9}", b"6"),
        ("cafe\u{301}", b"7"),
    ]);
    let archive = open(&bytes);
    assert_eq!(archive.variants(), [vec![0, 2], vec![3, 4], vec![5, 6]]);
    assert_eq!(codes(&archive), [Code::PackageBackslash]);
    // The plain spelling goes before the one with backslashes, whatever their order.
    assert_eq!(archive.find(&path("d/b")), Some(4));
    let bytes = foreign(&[("d/b", b"5"), ("d\\b", b"4"), ("e\\c", b"6")]);
    let archive = open(&bytes);
    assert_eq!(archive.find(&path("d/b")), Some(0));
    assert_eq!(archive.find(&path("e/c")), Some(2));
}

#[test]
fn what_leads_out_is_found_and_never_reached() {
    for name in ["../x", "d/../../x", "..\\x", "C:\\x", "c:x"] {
        let bytes = foreign(&[("a", b"1"), (name, b"2")]);
        let archive = open(&bytes);
        assert!(codes(&archive).contains(&Code::PackageTraversal), "{name}");
        assert_eq!(archive.entries()[1].path(), None, "{name}");
        assert_eq!(archive.find(&path("x")), None, "{name}");
        let mut copy = ArchiveWriter::new(Vec::new());
        assert_eq!(
            copy.copy_raw(&archive, 1).unwrap_err().kind(),
            ErrorKind::Argument,
            "{name}"
        );
    }
}

#[test]
fn links_are_never_reached() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .add_symlink("link", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    let archive = open(&bytes);
    assert_eq!(codes(&archive), [Code::PackageTraversal]);
    assert_eq!(archive.find(&path("link")), None);
}

#[test]
fn folders_are_no_files_unless_they_hide_content() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_directory("Doc_0/", SimpleFileOptions::default()).unwrap();
    writer.start_file("Doc_0/a", SimpleFileOptions::default()).unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    let archive = open(&bytes);
    assert_eq!(codes(&archive), []);
    assert!(archive.entries()[0].is_dir() && !archive.entries()[1].is_dir());
    assert_eq!(archive.find(&path("Doc_0")), None);
    let mut copy = ArchiveWriter::new(Vec::new());
    for index in [0, 0, 1] {
        copy.copy_raw(&archive, index).unwrap();
    }
    let copy = copy.finish().unwrap();
    assert_eq!(open(&copy).entries().len(), 2);

    // One byte of name turns a file into what looks like a folder.
    let mut bytes = foreign(&[("OFD.xmlX", b"evil"), ("OFD.xml", b"good")]);
    let (local, central) = (record(&bytes, LOCAL, 0), record(&bytes, CENTRAL, 0));
    bytes[local + 30 + 7] = b'/';
    bytes[central + 46 + 7] = b'/';
    assert_eq!(codes_of(&bytes), [Code::PackageDuplicateEntry]);
}

#[test]
fn names_are_utf8_or_gbk_and_stay_when_copied() {
    let gbk = b"\xD3\xA1\xD5\xC2";
    let mut bytes = foreign(&[("aaaa", b"1"), ("印", b"2")]);
    let (local, central) = (record(&bytes, LOCAL, 0), record(&bytes, CENTRAL, 0));
    patch(&mut bytes, local + 30, gbk);
    patch(&mut bytes, central + 46, gbk);
    let archive = open(&bytes);
    assert_eq!(codes(&archive), [Code::PackageNameEncoding]);
    assert_eq!(archive.find(&path("印章")), Some(0));
    assert_eq!(archive.find(&path("印")), Some(1));
    let mut copy = ArchiveWriter::new(Vec::new());
    copy.copy_raw(&archive, 0).unwrap();
    let added = copy.add(&path("印章"), b"", Method::Stored, DosTime::EARLIEST);
    assert_eq!(added.unwrap_err().kind(), ErrorKind::Argument);
    let copy = copy.finish().unwrap();
    assert_eq!(&copy[30..34], gbk);
}

#[test]
fn locations_are_taken_literally_first() {
    let bytes = foreign(&[("a b", b"1"), ("d/a%20b", b"2"), ("d/a b", b"3")]);
    let archive = open(&bytes);
    assert_eq!(archive.locate(&path("OFD.xml"), "a%20b"), Ok(Some(0)));
    assert_eq!(archive.locate(&path("d/x"), "a%20b"), Ok(Some(1)));
    assert_eq!(archive.locate(&path("d/x"), "../a b"), Ok(Some(0)));
    assert_eq!(archive.locate(&path("d/x"), "none"), Ok(None));
    assert!(archive.locate(&path("d/x"), "../../x").is_err());
}

#[test]
fn other_methods_and_encryption_are_told() {
    let bytes = sample();
    let (local, central) = (record(&bytes, LOCAL, 1), record(&bytes, CENTRAL, 1));
    let mut method = bytes.clone();
    patch(&mut method, local + 8, &[12, 0]);
    patch(&mut method, central + 10, &[12, 0]);
    let mut encrypted = bytes.clone();
    encrypted[local + 6] |= 1;
    encrypted[central + 8] |= 1;
    for bytes in [&method, &encrypted] {
        let archive = open(bytes);
        assert_eq!(codes(&archive), [Code::PackageEntryEncrypted]);
        assert_eq!(archive.read(1, 1000).unwrap_err().kind(), ErrorKind::Container);
        assert_eq!(archive.check(1).unwrap().unwrap().code, Code::PackageEntryEncrypted);
    }
    let archive = open(&encrypted);
    let error = ArchiveWriter::new(Vec::new()).copy_raw(&archive, 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

// Writing.

#[test]
fn no_path_is_written_twice_and_no_impossible_one() {
    let mut writer = ArchiveWriter::new(Vec::new());
    let mut add = |path: &PackagePath, method| writer.add(path, b"x", method, DosTime::EARLIEST);
    add(&path("a"), Method::Stored).unwrap();
    let long = path(&"x".repeat(70_000));
    for (path, method) in [
        (&path("a"), Method::Stored),
        (&PackagePath::root(), Method::Stored),
        (&long, Method::Stored),
        (&path("b"), Method::Other(12)),
    ] {
        assert_eq!(add(path, method).unwrap_err().kind(), ErrorKind::Argument);
    }
    // What was refused left no trace.
    add(&path("b"), Method::Stored).unwrap();
    let bytes = writer.finish().unwrap();
    assert_eq!(codes_of(&bytes), []);
    assert_eq!(open(&bytes).entries().len(), 2);
}

// Sources.

/// Counts what is read from it.
struct Counting {
    inner: Cursor<Vec<u8>>,
    reads: Arc<AtomicUsize>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.inner.read(buffer)
    }
}

impl Seek for Counting {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(position)
    }
}

#[test]
fn a_stream_is_opened_with_few_reads_and_read_by_threads() {
    let mut writer = ArchiveWriter::new(Vec::new());
    let content = |number: usize| format!("page {number} ").repeat(number).into_bytes();
    for number in 0..500 {
        let name = path(&format!("Doc_0/Pages/Page_{number}/Content.xml"));
        writer
            .add(&name, &content(number), Method::Deflated, DosTime::EARLIEST)
            .unwrap();
    }
    let bytes = writer.finish().unwrap();
    let reads = Arc::new(AtomicUsize::new(0));
    let stream = Counting {
        inner: Cursor::new(bytes),
        reads: Arc::clone(&reads),
    };
    let archive = Archive::open(Source::from_stream(stream).unwrap(), &Limits::default()).unwrap();
    assert!(reads.load(Ordering::Relaxed) < 50, "{reads:?} reads");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let archive = &archive;
            scope.spawn(move || {
                for number in (thread..500).step_by(4) {
                    assert_eq!(archive.read(number, u64::MAX).unwrap(), content(number));
                }
            });
        }
    });
}

#[test]
fn memory_stays_bounded_while_a_long_entry_streams() {
    let content: Vec<u8> = (0..3_000_000_u32)
        .flat_map(|number| (number ^ number << 7).to_le_bytes())
        .collect();
    for method in [Method::Stored, Method::Deflated] {
        let bytes = written(&[("long", &content, method)]);
        let stream = Source::from_stream(Cursor::new(&bytes)).unwrap();
        for archive in [open(&bytes), Archive::open(stream, &Limits::default()).unwrap()] {
            let (mut longest, mut at) = (0, 0);
            archive
                .stream(0, &mut |piece| {
                    assert_eq!(piece, &content[at..at + piece.len()]);
                    longest = longest.max(piece.len());
                    at += piece.len();
                    Ok(())
                })
                .unwrap();
            assert_eq!(at, content.len());
            assert!(longest <= 64 << 10, "{longest}");
        }
    }
}

#[test]
fn sources_keep_to_their_bounds() {
    let bytes: Arc<[u8]> = Arc::from(&b"0123456789"[..]);
    let sources = [
        Source::from(Arc::clone(&bytes)),
        Source::from(bytes.to_vec()),
        Source::from(&*bytes),
        Source::from_stream(Cursor::new(&*bytes)).unwrap(),
    ];
    for source in sources {
        let mut buffer = [0; 4];
        source.read_at(6, &mut buffer).unwrap();
        assert_eq!((&buffer, source.len()), (b"6789", 10));
        for offset in [7, 10, 11, u64::MAX] {
            assert_eq!(
                source.read_at(offset, &mut buffer).unwrap_err().kind(),
                ErrorKind::Container
            );
        }
    }
}

// The corpus.

fn corpus() -> PathBuf {
    PathBuf::from(std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS names the corpus")).join("ofd")
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn corpus_opens_as_the_zip_crate_sees_it() {
    let mut files = 0;
    for file in std::fs::read_dir(corpus()).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "ofd") {
            continue;
        }
        files += 1;
        let label = file.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&file).unwrap();
        let archive = open(&bytes);
        let mut oracle = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        // The oracle keeps one of two entries with one name.
        let twice = usize::from(label.starts_with("c_dup"));
        assert_eq!(oracle.len() + twice, archive.entries().len(), "{label}");
        for (index, entry) in archive.entries().iter().enumerate() {
            let content = archive.read(index, u64::MAX).unwrap();
            if twice == 0 {
                let mut theirs = oracle.by_index(index).unwrap();
                let mut expected = Vec::new();
                theirs.read_to_end(&mut expected).unwrap();
                assert_eq!(content, expected, "{label}");
                if std::str::from_utf8(theirs.name_raw()).is_ok() {
                    assert_eq!(entry.name().as_bytes(), theirs.name_raw(), "{label}");
                }
            }
        }
        let expected: &[Code] = match label.as_str() {
            "c_dup_entry_evil_first.ofd" => &[Code::PackageDuplicateEntry],
            "e_backslash_variant.ofd" => &[Code::PackageBackslash],
            "e_zip_slip.ofd" => &[Code::PackageTraversal],
            "g_suffixed_junk.ofd" => &[Code::PackageSuffix],
            _ => &[],
        };
        let variants = usize::from(label.starts_with("e_backslash"));
        assert_eq!(archive.variants().len(), variants, "{label}");
        if expected.is_empty() {
            assert!(
                archive
                    .findings()
                    .iter()
                    .all(|finding| finding.severity() != Severity::Error),
                "{label}: {:?}",
                archive.findings()
            );
            let mut copy = ArchiveWriter::new(Vec::new());
            for index in 0..archive.entries().len() {
                copy.copy_raw(&archive, index).unwrap();
            }
            let copy = copy.finish().unwrap();
            let copied = open(&copy);
            assert_eq!(copied.findings(), archive.findings(), "{label}");
            assert_eq!(contents(&copied).unwrap(), contents(&archive).unwrap(), "{label}");
        } else {
            assert_eq!(codes(&archive), expected, "{label}");
        }
    }
    assert!(files > 30, "{files} files");
}
