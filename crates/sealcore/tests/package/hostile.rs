//! Damage and bombs.

use crate::*;

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
    let begun = crate::clock::Stopwatch::start();
    let found = codes_of(&bytes);
    assert_eq!(found, [Code::PackageDuplicateEntry, Code::PackageOverlap]);
    // Parsing all would take 800 million fields; this is far from both.
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}
