//! Documents that cost more than they should.

use super::clock::Stopwatch;
use super::forge::*;

// Work.

fn quick(what: &str, document: &[u8]) {
    let start = Stopwatch::start();
    let outcome = WORLD.verify(document);
    let took = start.elapsed();
    if let Ok(report) = &outcome {
        assert!(
            report.verdict > Verdict::Valid || report.verdict == Verdict::Unsigned,
            "{what}"
        );
    }
    // Generous: these tests run without optimisation.
    assert!(took < Duration::from_secs(20), "{what}: {took:?}");
}

#[test]
fn many_bodies_of_one_document() {
    let mut files = document_files(40);
    sealed_without_entry(&mut files);
    let ofd = text(&files, "OFD.xml");
    let body = &ofd[ofd.find("<ofd:DocBody>").unwrap()..ofd.find("</ofd:OFD>").unwrap()];
    let many = ofd.replace(body, &body.repeat(3_000));
    set(&mut files, "OFD.xml", &many);
    quick("bodies", &package(&files));
}

#[test]
fn many_missing_resources() {
    let mut files = document_files(1);
    let media: String = (0..60_000).map(|n| format!("<MediaFile>m{n}</MediaFile>")).collect();
    set(&mut files, "Doc_0/PublicRes.xml", &format!("<Res>{media}</Res>"));
    quick("missing resources", &package(&files));
}

#[test]
fn many_references_that_lead_nowhere() {
    let mut files = document_files(1);
    let media: String = (0..8_000).map(|n| format!("<MediaFile>/m/{n}</MediaFile>")).collect();
    set(&mut files, "Doc_0/PublicRes.xml", &format!("<Res>{media}</Res>"));
    files.extend((0..8_000).map(|n| (format!("m/{n}"), Vec::new())));
    sealed_without_entry(&mut files);
    let references: String = (0..60_000)
        .map(|n| format!("<ofd:Reference FileRef=\"/n/{n}\"><ofd:CheckValue>AAAA</ofd:CheckValue></ofd:Reference>"))
        .collect();
    replace(
        &mut files,
        "Doc_0/Signs/Sign_20/Signature.xml",
        "</ofd:References>",
        &format!("{references}</ofd:References>"),
    );
    quick("references", &package(&files));
}

#[test]
fn many_stamps_on_many_pages() {
    let mut files = document_files(1);
    let pages: String = (0..30_000)
        .map(|n| format!("<ofd:Page ID=\"{n}\" BaseLoc=\"Pages/Page_0/Content.xml\"/>"))
        .collect();
    set(&mut files, "Doc_0/Document.xml", &evil_root(&pages));
    sealed_without_entry(&mut files);
    let stamps: String = (0..30_000)
        .map(|n| format!("<ofd:StampAnnot ID=\"{n}\" PageRef=\"x{n}\" Boundary=\"0 0 1 1\"/>"))
        .collect();
    replace(
        &mut files,
        "Doc_0/Signs/Sign_20/Signature.xml",
        "</ofd:SignedInfo>",
        &format!("{stamps}</ofd:SignedInfo>"),
    );
    quick("stamps", &package(&files));
}

#[test]
fn many_records() {
    let mut files = document_files(1);
    files.extend((0..3_000).map(|n| (format!("m/{n}"), Vec::new())));
    sealed_without_entry(&mut files);
    for _ in 0..300 {
        Forged::sign(&WORLD.signer).add(&mut files, |name| name.starts_with("Doc_0/Res"));
    }
    let start = Stopwatch::start();
    let _ = verify(&files);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
