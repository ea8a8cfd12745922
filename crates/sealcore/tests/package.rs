//! The ZIP container: against the `zip` crate, against hostile archives, and on the corpus.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::path::PathBuf;

use sealcore::lang::Lang;
use sealcore::limits::Limits;
use sealcore::ofd::package::Archive;
use sealcore::report::{Code, Severity};

fn codes(archive: &Archive<'_>) -> Vec<Code> {
    let mut codes: Vec<_> = archive.findings().iter().map(|finding| finding.code).collect();
    codes.dedup();
    codes
}

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
        let archive = Archive::open(std::fs::read(&file).unwrap(), &Limits::default()).unwrap();
        for finding in archive.findings() {
            println!("{label}: {:?} {}", finding.code, finding.message(Lang::En));
        }
        let mut oracle = zip::ZipArchive::new(std::fs::File::open(&file).unwrap()).unwrap();
        // The oracle keeps one of two entries with one name.
        let twice = usize::from(label.starts_with("c_dup"));
        assert_eq!(oracle.len() + twice, archive.entries().len(), "{label}");
        for (index, entry) in archive.entries().iter().enumerate() {
            let content = archive.read(index, u64::MAX).unwrap();
            assert_eq!(content.len() as u64, entry.size(), "{label}");
            if twice == 0 {
                let mut theirs = oracle.by_index(index).unwrap();
                let mut expected = Vec::new();
                std::io::copy(&mut theirs, &mut expected).unwrap();
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
        assert_eq!(
            archive.variants().len(),
            usize::from(label.starts_with("e_backslash")),
            "{label}"
        );
        if expected.is_empty() {
            assert!(
                archive
                    .findings()
                    .iter()
                    .all(|finding| finding.severity() != Severity::Error),
                "{label}"
            );
        } else {
            assert_eq!(codes(&archive), expected, "{label}");
        }
    }
    assert!(files > 30, "{files} files");
}
