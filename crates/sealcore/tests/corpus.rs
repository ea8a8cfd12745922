//! Real and hostile files that this project did not make. They lie outside the repository: `SEALCORE_CORPUS` names their
//! folder, and without it these tests are shown as ignored.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::PathBuf;

use sealcore::asn1::Time;
use sealcore::cert::TrustStore;
use sealcore::lang::Lang;
use sealcore::limits::Limits;
use sealcore::ofd::package::Archive;
use sealcore::report::{Report, Severity};
use sealcore::verify::VerifyOptions;

fn corpus() -> PathBuf {
    PathBuf::from(std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS names the corpus folder"))
}

fn verify(path: &std::path::Path) -> sealcore::error::Result<Report> {
    let bytes = std::fs::read(path).unwrap();
    let trust = TrustStore::new();
    let options = VerifyOptions::new(&trust, Time::parse_rfc3339("2026-11-22T12:00:00Z").unwrap());
    let archive = Archive::open(&bytes, &Limits::default())?;
    sealcore::ofd::verify(&archive, &options)
}

/// `EXPECTED-OFD.tsv`: integrity and coverage of each signature, verdict of the file.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn every_document_gets_its_verdict() {
    let table = std::fs::read_to_string(corpus().join("EXPECTED-OFD.tsv")).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [path, integrity, coverage, verdict] = [columns[0], columns[1], columns[2], columns[3]];
        count += 1;
        let report = match verify(&corpus().join(path)) {
            Ok(report) => report.to_json(path, Lang::En),
            Err(error) => {
                wrong.push(format!("{path}: {error}"));
                continue;
            }
        };
        let field = |name: &str| -> String {
            let values = report["signatures"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one[name].as_str().unwrap());
            values.collect::<Vec<_>>().join(" ")
        };
        let matches = |expected: &str, found: &str| expected == "*" || expected == found;
        let found = (
            field("integrity"),
            field("coverage"),
            report["verdict"].as_str().unwrap().to_owned(),
        );
        if !matches(integrity, &found.0) || !matches(coverage, &found.1) || verdict != found.2 {
            wrong.push(format!(
                "{path}: expected {integrity} / {coverage} / {verdict}, found {found:?}\n{report:#}"
            ));
        }
    }
    assert!(count >= 39, "the table has {count} rows");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Each hostile file has a finding that says what was done.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn every_attack_is_named() {
    for (file, code) in [
        ("a_extra_unreferenced_file.ofd", "unreferenced-file"),
        ("c_dup_entry_evil_first.ofd", "package-duplicate-entry"),
        ("d_docroot_redirect_OFDxml_uncovered.ofd", "uncovered-page"),
        ("e_backslash_variant.ofd", "package-backslash"),
        ("e_zip_slip.ofd", "package-traversal"),
        ("f_seal_image_forged.ofd", "seal-signature-mismatch"),
        ("f_signer_not_in_certlist.ofd", "seal-signer-not-listed"),
        ("g_suffixed_junk.ofd", "package-suffix"),
        ("h_protects_only_ofdxml.ofd", "uncovered-page"),
        ("h_reference_removed.ofd", "digest-mismatch"),
        ("i_signature_record_removed.ofd", "signature-files-unlisted"),
    ] {
        let report = verify(&corpus().join("ofd").join(file)).unwrap();
        let all = report
            .findings
            .iter()
            .chain(report.signatures.iter().flat_map(|one| &one.findings));
        let found = all
            .filter(|finding| finding.severity() >= Severity::Warning)
            .any(|finding| finding.code.name() == code);
        assert!(found, "{file}: {report:#?}");
    }
}
