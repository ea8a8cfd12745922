//! Paths, variants, encodings, links; what the writer refuses.

use crate::*;

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
