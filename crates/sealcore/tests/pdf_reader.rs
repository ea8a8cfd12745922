//! The PDF reader on real files: whatever it makes of them, it ends soon and says why.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sealcore::limits::Limits;
use sealcore::pdf::{Object, ObjectId, Pdf, View};

fn corpus() -> PathBuf {
    Path::new(&std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS is not set")).join("pdf")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.extension().is_some_and(|ext| ext == "pdf") {
            all.push(path);
        }
    }
    all.sort();
    all
}

/// Reads every object that the newest view names; gives their number and how many could not be read.
fn walk(view: &View<'_, '_>) -> (usize, Vec<String>) {
    let numbers: std::collections::BTreeSet<u32> = (view.pdf().sections().iter())
        .flat_map(|section| section.entries().map(|(number, _)| number))
        .collect();
    let mut bad = Vec::new();
    for number in &numbers {
        let generation = match view.location(*number) {
            Some(sealcore::pdf::xref::Location::Offset { generation, .. }) => generation,
            _ => 0,
        };
        let id = ObjectId {
            number: *number,
            generation,
        };
        match view.get(id) {
            Ok(object) => {
                if let Object::Stream(stream) = &*object
                    && let Err(error) = view.stream_data(stream, id)
                {
                    bad.push(error.to_string());
                }
            }
            Err(error) => bad.push(error.to_string()),
        }
    }
    (numbers.len(), bad)
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn every_file_ends_soon() {
    for path in files(&corpus()) {
        let bytes = std::fs::read(&path).unwrap();
        let start = Instant::now();
        let name = path.file_name().unwrap().to_string_lossy();
        match Pdf::open(&bytes, &Limits::default()) {
            Ok(pdf) => {
                let (objects, bad) = walk(&pdf.latest());
                let pages = pdf.latest().pages().map(|pages| pages.len());
                let fields = pdf.latest().form().map(|form| form.map_or(0, |form| form.fields.len()));
                println!(
                    "{name}: {objects} objects, pages {pages:?}, fields {fields:?}, {} bad {:?}",
                    bad.len(),
                    bad.first()
                );
            }
            Err(error) => println!("{name}: {error}"),
        }
        assert!(start.elapsed() < Duration::from_secs(2), "{name}");
    }
}

#[test]
#[ignore = "prints"]
fn verdicts() {
    use sealcore::{asn1::Time, cert::TrustStore, document::Document, verify::VerifyOptions};
    let trust = TrustStore::new();
    for path in files(&corpus()) {
        let options = VerifyOptions::new(&trust, Time::from_unix(1_790_000_000));
        let bytes = std::fs::read(&path).unwrap();
        let name = path.strip_prefix(corpus()).unwrap().display().to_string();
        let start = Instant::now();
        match Document::from_bytes(&bytes, &Limits::default()).and_then(|document| document.verify(&options)) {
            Ok(report) => {
                let codes = |findings: &[sealcore::report::Finding]| {
                    findings
                        .iter()
                        .map(|finding| finding.code.name())
                        .collect::<Vec<_>>()
                        .join(",")
                };
                println!(
                    "{name}: {} [{}] {:?}",
                    report.verdict.name(),
                    codes(&report.findings),
                    start.elapsed()
                );
                for one in &report.signatures {
                    println!(
                        "    {} {:?} {:?} {:?} {:?} {:?} {}",
                        one.id,
                        one.kind,
                        one.standard,
                        one.integrity,
                        one.coverage,
                        one.changes,
                        codes(&one.findings)
                    );
                }
            }
            Err(error) => println!("{name}: ERROR {error}"),
        }
    }
}
