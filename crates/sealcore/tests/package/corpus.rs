//! Every document of the corpus.

use crate::*;

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
