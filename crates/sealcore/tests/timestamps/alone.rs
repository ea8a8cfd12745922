//! PDF files with document time stamps, and with nobody's signature.

use sealcore::cert::TrustStore;
use sealcore::digest::DigestAlgorithm;
use sealcore::document::Document;
use sealcore::key::KeyAlgorithm;
use sealcore::lang::Lang;
use sealcore::limits::Limits;
use sealcore::report::{Code, Report, SignatureKind, Verdict};
use sealcore::timestamp::{MessageImprint, Nonce, TimeStampRequest};
use sealcore::verify::VerifyOptions;

use crate::pdf::{Doc, KINDS, Kind, Plan, sample};
use crate::support::now;
use crate::world::{Authority, rng, token};

/// The document with a time stamp over all of it.
fn stamped(doc: &Doc, authority: &Authority, name: &'static str) -> Doc {
    let plan = Plan {
        type_name: Some("/DocTimeStamp"),
        sub_filter: "/ETSI.RFC3161",
        extra: "",
        ..Plan::unseen(name)
    };
    let value = |blocks: &[&[u8]]| {
        let imprint = MessageImprint::of(DigestAlgorithm::Sm3, &blocks.concat()).unwrap();
        let request = TimeStampRequest::new(imprint).with_certificates(true);
        let request = request.with_nonce(Nonce::random(&mut rng()));
        token(&authority.responder(), &request).der().to_vec()
    };
    plan.sign(doc, &value).doc
}

fn judged(doc: &Doc, trust: &TrustStore) -> Report {
    let options = VerifyOptions::new(trust, now().plus_seconds(60));
    let document = Document::from_bytes(&doc.bytes, &Limits::default()).unwrap();
    document.verify(&options).unwrap()
}

fn told(report: &Report) -> usize {
    let alone = |code: &&Code| **code == Code::PdfTimestampsAlone;
    let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
    codes.iter().filter(alone).count()
}

#[test]
fn what_nobody_signed_is_told() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    for kind in KINDS {
        let plain = sample(kind);
        assert_eq!(told(&judged(&plain, &authority.trust)), 0, "no time stamp either");
        let once = stamped(&plain, &authority, "Stamp1");
        for doc in [&once, &stamped(&once, &authority, "Stamp2")] {
            let report = judged(doc, &authority.trust);
            assert!(
                report.signatures.iter().all(|one| one.kind == SignatureKind::Timestamp),
                "{report:?}"
            );
            assert_eq!(told(&report), 1, "{:?}", report.findings);
            // What is there holds, and is nobody's.
            assert!(report.signatures.iter().all(|one| one.verdict == Verdict::Valid));
            assert_eq!(report.verdict, Verdict::Unsigned, "{report:?}");
            let finding = report.findings.iter().find(|one| one.code == Code::PdfTimestampsAlone);
            let finding = finding.unwrap();
            assert_eq!(finding.code.name(), "pdf-timestamps-alone");
            assert!(finding.message(Lang::En).contains("signed by nobody"));
            assert!(finding.message(Lang::Zh).contains("没有任何人"));
        }
        // Whatever the time stamps are worth.
        let unknown = judged(&once, &TrustStore::default());
        assert_eq!((told(&unknown), unknown.verdict), (1, Verdict::Indeterminate));
    }
}

#[test]
fn what_somebody_signed_is_not() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let plain = sample(Kind::Table);
    // Whether the signature holds is told of it.
    let signed = Plan::seal("Seal1").sign(&plain, &|_| vec![0x30, 0]).doc;
    assert_eq!(told(&judged(&signed, &authority.trust)), 0);
    let later = stamped(&signed, &authority, "Stamp1");
    let report = judged(&later, &authority.trust);
    assert_eq!((report.signatures.len(), told(&report)), (2, 0));
    let first = stamped(&plain, &authority, "Stamp1");
    let sealed = Plan::seal("Seal1").sign(&first, &|_| vec![0x30, 0]).doc;
    assert_eq!(told(&judged(&sealed, &authority.trust)), 0);
}

#[test]
fn a_time_stamp_that_does_not_hold_is_worse_than_none() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let mut doc = stamped(&sample(Kind::Table), &authority, "Stamp1");
    let title = doc.bytes.windows(5).position(|window| window == b"/Page").unwrap();
    doc.bytes[title + 1] ^= 0x20;
    assert_eq!(judged(&doc, &authority.trust).verdict, Verdict::Invalid);
}
