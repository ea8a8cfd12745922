//! What is signed verifies, what is changed is caught, and what must not be signed is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use std::sync::LazyLock;

use proptest::prelude::*;
use sealcore::asn1::Time;
use sealcore::error::ErrorKind;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd::package::Archive;
use sealcore::ofd::{Occurrence, Pages, Placement, Protection, Session, Side, SignRequest};
use sealcore::report::{Changes, Coverage, Integrity, SignatureKind, Trust, Verdict};
use sealcore::seal::Generation;
use support::{DAY, World, at, codes, document, document_files, issue, now, package, unpack, with_file};

static WORLD: LazyLock<World> = LazyLock::new(World::new);
const GENERATIONS: [Generation; 3] = [Generation::V1, Generation::V4, Generation::V5];

#[test]
fn a_seal_of_each_generation_is_valid() {
    for generation in GENERATIONS {
        let sealed = WORLD.sealed(&document(3), generation);
        let report = WORLD.verify(&sealed).unwrap();
        assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
        let [one] = &report.signatures[..] else {
            panic!("{report:#?}")
        };
        assert_eq!(one.standard, Some(generation.standard()));
        assert_eq!(
            (one.kind, one.integrity, one.coverage),
            (SignatureKind::Seal, Integrity::Intact, Coverage::Whole)
        );
        assert_eq!(
            (one.changes, one.trust, one.signed_at),
            (Changes::None, Trust::Trusted, Some(now()))
        );
        assert_eq!(one.stamps.len(), 1);
        assert!(
            codes(&report)
                .iter()
                .all(|code| !code.starts_with("quirk") || generation == Generation::V1),
            "{:?}",
            codes(&report)
        );
    }
}

#[test]
fn a_digital_signature_is_valid() {
    let signed = WORLD
        .sign(&document(1), &SignRequest::signature(WORLD.certificate(), now()))
        .unwrap();
    let report = WORLD.verify(&signed).unwrap();
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    assert_eq!(report.signatures[0].kind, SignatureKind::Signature);
    assert_eq!(report.signatures[0].standard.unwrap().name(), "GB/T 35275");
    assert_eq!(report.signatures[0].signed_at, Some(now()));
}

#[test]
fn untouched_entries_keep_their_compressed_bytes() {
    let before = document(2);
    let after = WORLD.sealed(&before, Generation::V4);
    let (old, new) = (
        Archive::open(&before, &Limits::default()).unwrap(),
        Archive::open(&after, &Limits::default()).unwrap(),
    );
    for (index, entry) in old
        .entries()
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.name() != "OFD.xml")
    {
        let other = new.find(entry.path().unwrap()).unwrap();
        assert_eq!(new.entries()[other].compressed_size(), entry.compressed_size());
        assert_eq!(new.read(other, 1 << 20).unwrap(), old.read(index, 1 << 20).unwrap());
    }
    let raw = |haystack: &[u8], needle: &[u8]| haystack.windows(needle.len()).any(|window| window == needle);
    let start = before.windows(9).position(|window| window == b"image.png").unwrap() + 9;
    assert!(raw(&after, &before[start..start + 200]));
}

#[test]
fn further_signatures_are_permitted_and_excused() {
    let once = WORLD.sealed(&document(2), Generation::V4);
    let twice = WORLD.sealed(&once, Generation::V5);
    let thrice = WORLD
        .sign(&twice, &SignRequest::signature(WORLD.certificate(), now()))
        .unwrap();
    let report = WORLD.verify(&thrice).unwrap();
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    let changes: Vec<_> = report
        .signatures
        .iter()
        .map(|one| (one.changes, one.coverage))
        .collect();
    use Changes::{None, Permitted};
    assert_eq!(
        changes,
        [
            (Permitted, Coverage::Whole),
            (Permitted, Coverage::Whole),
            (None, Coverage::Whole)
        ]
    );
    let ids: std::collections::HashSet<_> = report.signatures.iter().map(|one| one.id.clone()).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_forged_later_record_excuses_nothing() {
    let twice = WORLD.sealed(&WORLD.sealed(&document(1), Generation::V4), Generation::V4);
    let forged = with_file(&twice, "Doc_0/Signs/Sign_1/SignedValue.dat", |bytes| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
    });
    let report = WORLD.verify(&forged).unwrap();
    assert_eq!(report.signatures[0].integrity, Integrity::Intact);
    assert_eq!(report.signatures[0].coverage, Coverage::Partial);
    assert_eq!(report.signatures[0].changes, Changes::Forbidden);
    assert_eq!(report.signatures[1].integrity, Integrity::Altered);
    assert_eq!(report.verdict, Verdict::Invalid);
}

#[test]
fn a_locked_document_is_locked() {
    let seal = WORLD.seal(Generation::V4);
    let placements = [at(Pages::One(1))];
    let mut request = SignRequest::seal(&seal, WORLD.certificate(), now(), &placements);
    request.protection = Protection::Whole;
    let locked = WORLD.sign(&document(1), &request).unwrap();
    assert_eq!(WORLD.verify(&locked).unwrap().verdict, Verdict::Valid);
    let error = WORLD
        .sign(&locked, &SignRequest::signature(WORLD.certificate(), now()))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("s001"), "{error}");
    // However the reference is spelt: the entry that it leads to counts.
    let respelt = with_file(&locked, "Doc_0/Signs/Sign_0/Signature.xml", |bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = text
            .replace("\"/Doc_0/Signs/Signatures.xml\"", "\"../Signatures.xml\"")
            .into_bytes();
    });
    assert_eq!(
        WORLD
            .sign(&respelt, &SignRequest::signature(WORLD.certificate(), now()))
            .unwrap_err()
            .kind(),
        ErrorKind::Refused
    );
}

#[test]
fn signer_and_seal_must_fit() {
    let seal = WORLD.seal(Generation::V4);
    let placements = [at(Pages::One(1))];
    let document = document(1);
    let limits = Limits::default();
    let archive = Archive::open(&document, &limits).unwrap();
    let refused =
        |request: &SignRequest<'_>| sealcore::ofd::prepare(&archive, request, &limits, &Unwatched).unwrap_err();
    let stranger = issue(&WORLD.authority, "Stranger", sealcore::cert::Profile::Unit);
    let stranger = sealcore::key::Signer::certificate(&stranger).clone();
    let late = now().plus_seconds(400 * DAY);
    let very_late = now().plus_seconds(4000 * DAY);
    let certificate = WORLD.certificate();
    for (request, kind, words) in [
        (
            SignRequest::seal(&seal, &stranger, now(), &placements),
            ErrorKind::Refused,
            "not in the seal's list",
        ),
        (
            SignRequest::seal(&seal, certificate, late, &placements),
            ErrorKind::Refused,
            "the seal is valid",
        ),
        (
            SignRequest::seal(&seal, certificate, very_late, &placements),
            ErrorKind::Refused,
            "certificate is valid",
        ),
    ] {
        let error = refused(&request);
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(words), "{error}");
    }
    let maker = sealcore::key::Signer::certificate(&WORLD.authority);
    assert_eq!(
        refused(&SignRequest::signature(maker, now())).kind(),
        ErrorKind::Refused,
        "key usage of an authority"
    );
    let foreign = SignRequest::signature(&stranger, now());
    assert_eq!(
        WORLD.sign(&document, &foreign).unwrap_err().kind(),
        ErrorKind::Argument,
        "another's certificate"
    );
    let mut on_nothing = SignRequest::signature(certificate, now());
    on_nothing.relative = Some("s009");
    assert_eq!(refused(&on_nothing).kind(), ErrorKind::Argument);
}

#[test]
fn a_session_is_taken_up_elsewhere() {
    let document = document(2);
    let limits = Limits::default();
    let seal = WORLD.seal(Generation::V5);
    let placements = [Placement::seam(Pages::All, Side::Right)];
    let request = SignRequest::seal(&seal, WORLD.certificate(), now(), &placements);
    let archive = Archive::open(&document, &limits).unwrap();
    let session = sealcore::ofd::prepare(&archive, &request, &limits, &Unwatched).unwrap();
    let saved = session.to_bytes();
    let resumed = Session::from_bytes(&saved).unwrap();
    assert_eq!(resumed, session);
    let value = WORLD
        .signer
        .key()
        .sm2()
        .unwrap()
        .sign_digest(&resumed.digest().unwrap());
    // A device gives r || s.
    let signed = resumed.complete(&archive, &value.to_bytes(), Vec::new()).unwrap();
    assert_eq!(WORLD.verify(&signed).unwrap().verdict, Verdict::Valid);
    let wrong = resumed.complete(&archive, &[7; 64], Vec::new()).unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Crypto);
    let other = support::document(3);
    let other = Archive::open(&other, &limits).unwrap();
    assert_eq!(
        resumed
            .complete(&other, &value.to_bytes(), Vec::new())
            .unwrap_err()
            .kind(),
        ErrorKind::Argument
    );
    for cut in 0..saved.len().min(200) {
        assert!(Session::from_bytes(&saved[..cut]).is_err());
    }
}

#[test]
fn seals_are_placed_by_seam_and_by_keyword() {
    let seal = WORLD.seal(Generation::V4);
    let placements = [
        Placement::seam(Pages::All, Side::Right),
        Placement::keyword("盖章处", Occurrence::Last),
    ];
    let signed = WORLD
        .sign(
            &document(5),
            &SignRequest::seal(&seal, WORLD.certificate(), now(), &placements),
        )
        .unwrap();
    let report = WORLD.verify(&signed).unwrap();
    assert_eq!(report.verdict, Verdict::Valid);
    let stamps = &report.signatures[0].stamps;
    assert_eq!(stamps.len(), 6);
    let left: Vec<f64> = stamps[..5].iter().map(|stamp| stamp.boundary_mm[0]).collect();
    assert_eq!(
        left,
        [202.0, 194.0, 186.0, 178.0, 170.0],
        "the numbers of a real seam seal"
    );
    assert_eq!(stamps[5].page, Some(5));
}

#[test]
fn relative_follows_its_base() {
    let once = WORLD.sealed(&document(1), Generation::V4);
    let mut request = SignRequest::signature(WORLD.certificate(), now());
    request.relative = Some("s001");
    let twice = WORLD.sign(&once, &request).unwrap();
    assert_eq!(WORLD.verify(&twice).unwrap().verdict, Verdict::Valid);
    let broken = with_file(&twice, "Doc_0/Signs/Sign_0/SignedValue.dat", |bytes| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
    });
    let report = WORLD.verify(&broken).unwrap();
    assert!(
        report.signatures[1]
            .findings
            .iter()
            .any(|finding| finding.code.name() == "relative-base-broken")
    );
    assert_eq!(report.signatures[1].verdict, Verdict::Invalid);
}

#[test]
fn the_integrity_record_names_every_file() {
    let archive_bytes = document(2);
    let archive = Archive::open(&archive_bytes, &Limits::default()).unwrap();
    let recorded = sealcore::ofd::add_integrity_record(&archive, &WORLD.signer, now(), Vec::new()).unwrap();
    let report = WORLD.verify(&recorded).unwrap();
    assert_eq!(report.verdict, Verdict::Unsigned, "{report:#?}");
    assert_eq!(codes(&report), ["integrity-record-valid"]);
    let mut files = unpack(&recorded);
    files.push(("Doc_0/smuggled.xml".into(), b"<a/>".to_vec()));
    let smuggled = WORLD.verify(&package(&files)).unwrap();
    assert_eq!(smuggled.verdict, Verdict::Invalid);
    assert!(codes(&smuggled).contains(&"integrity-record-file"));
    let changed = with_file(&recorded, "OFDEntries.xml", |bytes| bytes.push(b' '));
    assert!(codes(&WORLD.verify(&changed).unwrap()).contains(&"integrity-record-broken"));
    let archive = Archive::open(&recorded, &Limits::default()).unwrap();
    let timeless = Time::from_unix(i64::MIN);
    let refused = sealcore::ofd::add_integrity_record(&archive, &WORLD.signer, timeless, Vec::new()).map(|_| ());
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Argument);
    let again = sealcore::ofd::add_integrity_record(&archive, &WORLD.signer, now(), Vec::new());
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(
        WORLD
            .sign(&recorded, &SignRequest::signature(WORLD.certificate(), now()))
            .unwrap_err()
            .kind(),
        ErrorKind::Refused
    );
}

#[test]
fn several_documents_in_one_package() {
    let mut files = document_files(1);
    let second: Vec<_> = document_files(1)
        .into_iter()
        .filter(|(name, _)| name != "OFD.xml")
        .map(|(name, bytes)| (name.replace("Doc_0", "Doc_1"), bytes))
        .collect();
    files.extend(second);
    let ofd = String::from_utf8(files[0].1.clone()).unwrap();
    let body = &ofd[ofd.find("<ofd:DocBody>").unwrap()..ofd.find("</ofd:OFD>").unwrap()];
    files[0].1 = ofd
        .replace("</ofd:OFD>", &format!("{}</ofd:OFD>", body.replace("Doc_0", "Doc_1")))
        .into_bytes();
    let document = package(&files);
    let seal = WORLD.seal(Generation::V4);
    let placements = [at(Pages::One(1))];
    let mut request = SignRequest::seal(&seal, WORLD.certificate(), now(), &placements);
    request.document = 1;
    let signed = WORLD.sign(&document, &request).unwrap();
    let report = WORLD.verify(&signed).unwrap();
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    assert!(
        unpack(&signed)
            .iter()
            .any(|(name, _)| name == "Doc_1/Signs/Sign_0/Signature.xml")
    );
    // The other body has no list yet: announcing one would change OFD.xml, which the first signature protects.
    request.document = 0;
    assert_eq!(WORLD.sign(&signed, &request).unwrap_err().kind(), ErrorKind::Refused);
}

/// Each of two documents has its list already: a continuable signature of one leaves the other's open.
#[test]
fn signatures_of_two_documents_live_together() {
    let list = b"<ofd:Signatures xmlns:ofd=\"http://www.ofdspec.org/2016\"/>".to_vec();
    let mut files = document_files(1);
    let second = files[1..]
        .iter()
        .map(|(name, bytes)| (name.replace("Doc_0", "Doc_1"), bytes.clone()));
    files.extend(second.collect::<Vec<_>>());
    files.push(("Doc_0/Signs/Signatures.xml".into(), list.clone()));
    files.push(("Doc_1/Signs/Signatures.xml".into(), list));
    let ofd = String::from_utf8(files[0].1.clone()).unwrap();
    let ofd = ofd.replace(
        "</ofd:DocBody>",
        "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>",
    );
    let body = &ofd[ofd.find("<ofd:DocBody>").unwrap()..ofd.find("</ofd:OFD>").unwrap()];
    files[0].1 = ofd
        .replace("</ofd:OFD>", &format!("{}</ofd:OFD>", body.replace("Doc_0", "Doc_1")))
        .into_bytes();
    let mut request = SignRequest::signature(WORLD.certificate(), now());
    let first = WORLD.sign(&package(&files), &request).unwrap();
    request.document = 1;
    let both = WORLD.sign(&first, &request).unwrap();
    let report = WORLD.verify(&both).unwrap();
    assert_eq!(
        (report.verdict, report.signatures.len()),
        (Verdict::Valid, 2),
        "{report:#?}"
    );
    // A lock holds for every document of the package.
    request.document = 0;
    request.protection = Protection::Whole;
    let locked = WORLD.sign(&both, &request).unwrap();
    for document in [0, 1] {
        request.document = document;
        assert_eq!(WORLD.sign(&locked, &request).unwrap_err().kind(), ErrorKind::Refused);
    }
}

#[test]
fn revocation_and_time() {
    use sealcore::cert::{Revocation, RevocationListTemplate, RevocationReason, TrustStore};
    use sealcore::key::Signer as _;
    let sealed = WORLD.sealed(&document(1), Generation::V4);
    let judged = |days: i64| {
        let mut trust = TrustStore::new();
        trust.add_anchor(WORLD.authority.certificate().clone());
        let at = now().plus_seconds(days * DAY);
        let list = RevocationListTemplate {
            this_update: now().plus_seconds(20 * DAY),
            next_update: now().plus_seconds(60 * DAY),
            number: 2,
            entries: vec![(
                WORLD.certificate().serial().to_vec(),
                Revocation {
                    at,
                    reason: Some(RevocationReason(1)),
                },
            )],
        };
        trust.add_list(list.issue(&WORLD.authority).unwrap());
        let options = sealcore::verify::VerifyOptions::new(&trust, now().plus_seconds(30 * DAY));
        let document = sealcore::document::Document::from_bytes(&sealed, &options.limits).unwrap();
        document.verify(&options).unwrap()
    };
    let before = judged(-1);
    assert_eq!(before.verdict, Verdict::Invalid);
    assert!(codes(&before).contains(&"revoked-before"));
    let after = judged(1);
    assert_eq!(after.verdict, Verdict::Indeterminate);
    assert!(codes(&after).contains(&"revoked-after"));
    let nothing = TrustStore::new();
    let options = sealcore::verify::VerifyOptions::new(&nothing, now());
    let document = sealcore::document::Document::from_bytes(&sealed, &options.limits).unwrap();
    let report = document.verify(&options).unwrap();
    assert_eq!(
        (report.verdict, report.signatures[0].trust),
        (Verdict::Indeterminate, Trust::Unknown)
    );
}

#[test]
fn what_is_hostile_is_not_signed() {
    let mut files = document_files(1);
    files.push(("doc_0/document.XML".into(), b"<evil/>".to_vec()));
    let error = WORLD
        .sign(&package(&files), &SignRequest::signature(WORLD.certificate(), now()))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let mut missing = document_files(2);
    missing.retain(|(name, _)| !name.contains("Page_1"));
    let error = WORLD
        .sign(&package(&missing), &SignRequest::signature(WORLD.certificate(), now()))
        .unwrap_err();
    assert!(error.to_string().contains("Page_1"), "{error}");
}

#[test]
fn cancelling_stops() {
    let archive_bytes = document(1);
    let archive = Archive::open(&archive_bytes, &Limits::default()).unwrap();
    let request = SignRequest::signature(WORLD.certificate(), now());
    let cancelled = sealcore::ofd::prepare(&archive, &request, &Limits::default(), &|_| false).unwrap_err();
    assert_eq!(cancelled.kind(), ErrorKind::Cancelled);
}

static SEALED: LazyLock<Vec<u8>> = LazyLock::new(|| WORLD.sealed(&document(3), Generation::V4));

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Any single bit flipped in a covered entry is caught, and so is one in the signature's own files.
    #[test]
    fn any_flipped_bit_is_caught(file: prop::sample::Index, position: prop::sample::Index, bit in 0_u8..8) {
        let mut files = unpack(&SEALED);
        let index = file.index(files.len());
        let (name, bytes) = &mut files[index];
        let name = name.clone();
        let position = position.index(bytes.len());
        bytes[position] ^= 1 << bit;
        match WORLD.verify(&package(&files)) {
            Ok(report) => {
                let altered = report.signatures.iter().all(|one| one.integrity == Integrity::Altered);
                match name.as_str() {
                    // Not covered, so that others may sign: whatever is left of the signature must not lie.
                    "Doc_0/Signs/Signatures.xml" => {
                        prop_assert!(report.verdict != Verdict::Valid || report.signatures[0].integrity == Integrity::Intact);
                    }
                    // Outside what it signs, the value's own encoding may depart from DER where it still holds; that is said.
                    "Doc_0/Signs/Sign_0/SignedValue.dat" => {
                        let said = codes(&report).iter().any(|code| code.starts_with("quirk"));
                        prop_assert!(report.verdict >= Verdict::Indeterminate || said, "{position}: {report:#?}");
                    }
                    _ => {
                        prop_assert!(report.verdict >= Verdict::Indeterminate, "{name} at {position}: {report:#?}");
                        let unlisted = name == "OFD.xml" && report.signatures.is_empty();
                        prop_assert!(altered || unlisted, "{name} at {position}: {report:#?}");
                    }
                }
            }
            Err(error) => prop_assert!(name == "OFD.xml", "{name}: {error}"),
        }
    }

    /// sign -> verify, whatever the number of pages, the generation and the placement.
    #[test]
    fn what_is_signed_is_valid(pages in 1_usize..8, generation in 0_usize..3, x in 0.0..160.0_f64, y in 0.0..250.0_f64, lock: bool) {
        let seal = WORLD.seal(GENERATIONS[generation]);
        let placements = [Placement::At { pages: Pages::All, x_mm: x, y_mm: y }];
        let mut request = SignRequest::seal(&seal, WORLD.certificate(), now(), &placements);
        if lock {
            request.protection = Protection::Whole;
        }
        let report = WORLD.verify(&WORLD.sign(&document(pages), &request).unwrap()).unwrap();
        prop_assert_eq!(report.verdict, Verdict::Valid);
        prop_assert_eq!(report.signatures[0].stamps.len(), pages);
    }
}
