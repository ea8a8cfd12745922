//! Against the `zip` crate, both ways, and noise.

use crate::*;

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
