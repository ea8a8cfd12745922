//! What stands around and between the entries, and where the headers disagree.

use crate::*;

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
        field.extend(checksum(b"OFD.xml").to_le_bytes());
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

fn checksum(bytes: &[u8]) -> u32 {
    let archive = written(&[("x", bytes, Method::Stored)]);
    open(&archive).entries()[0].crc32()
}
