//! Time stamps over the values of signatures on documents.

use sealcore::cert::RevocationListTemplate;
use sealcore::digest::DigestAlgorithm;
use sealcore::document::Document;
use sealcore::error::ErrorKind;
use sealcore::key::{KeyAlgorithm, Signer as _};
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd::package::Archive;
use sealcore::ofd::{self, Pages};
use sealcore::pdf::{self, Contents, Pdf};
use sealcore::report::{Code, Report, Verdict};
use sealcore::seal::Generation;
use sealcore::timestamp::{MessageImprint, Nonce, TimeStampRequest, TimeStampToken};
use sealcore::verify::VerifyOptions;

use crate::support::{DAY, World, at, document, now};
use crate::world::{Authority, rng, token};

fn stamp(authority: &Authority, imprint: MessageImprint) -> TimeStampToken {
    let request = TimeStampRequest::new(imprint).with_nonce(Nonce::random(&mut rng()));
    token(&authority.responder(), &request)
}

/// With the anchors of the signer and of the authority.
fn judged(world: &World, authority: &Authority, document: &[u8]) -> Report {
    let mut trust = world.trust.clone();
    trust.add_anchor(authority.root.certificate().clone());
    let list = RevocationListTemplate {
        this_update: now().plus_seconds(-DAY),
        next_update: now().plus_seconds(DAY),
        number: 1,
        entries: Vec::new(),
    };
    trust.add_list(list.issue(&authority.root).unwrap());
    let options = VerifyOptions::new(&trust, now().plus_seconds(60));
    let document = Document::from_bytes(document, &options.limits).unwrap();
    document.verify(&options).unwrap()
}

fn is_stamped(report: &Report) -> bool {
    let one = report.signatures.last().unwrap();
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", one.findings);
    let stamp = one.timestamp.as_ref().unwrap();
    let claimed = one.findings.iter().any(|finding| finding.code == Code::TimeClaimed);
    stamp.verified && stamp.time == Some(now()) && !claimed
}

/// A PDF of one empty page.
fn plain_pdf() -> Vec<u8> {
    let objects = [
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Count 1 /Kids [3 0 R]>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <<>>>>",
    ];
    let mut out = String::from("%PDF-1.7\n");
    let mut table = String::from("xref\n0 4\n0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let start = out.len();
    format!("{out}{table}trailer\n<</Size 4 /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").into_bytes()
}

/// What a device gives when it is asked a second time.
fn another_value(world: &World, digest: &[u8]) -> Vec<u8> {
    let hedged = world
        .signer
        .clone()
        .with_entropy(std::sync::Arc::new(|bytes: &mut [u8]| {
            bytes.fill(7);
            Ok(())
        }));
    hedged.sign_digest(digest).unwrap()
}

#[test]
fn on_ofd() {
    let (world, authority) = (World::new(), Authority::new(KeyAlgorithm::Sm2));
    let plain = document(1);
    let limits = Limits::default();
    let archive = Archive::open(&plain, &limits).unwrap();
    let placements = [at(Pages::All)];
    for generation in [None, Some(Generation::V4), Some(Generation::V5)] {
        let seal = generation.map(|generation| world.seal(generation));
        let request = match &seal {
            Some(seal) => ofd::SignRequest::seal(seal, world.certificate(), now(), &placements),
            None => ofd::SignRequest::signature(world.certificate(), now()),
        };
        let session = ofd::prepare(&archive, &request, &limits, &Unwatched).unwrap();
        let value = world.signer.sign_digest(&session.digest().unwrap()).unwrap();
        let token = stamp(&authority, session.imprint(&value).unwrap());
        assert_eq!(token.info().imprint.algorithm, DigestAlgorithm::Sm3.oid());
        let session = session.with_time_stamp(&value, &token).unwrap();
        let session = ofd::Session::from_bytes(&session.to_bytes()).unwrap();
        let stamped = session.complete(&archive, &value, Vec::new()).unwrap();
        assert!(is_stamped(&judged(&world, &authority, &stamped)), "{generation:?}");
        // Another good value of the same signer is not the one that was stamped.
        let second = another_value(&world, &session.digest().unwrap());
        let error = session.complete(&archive, &second, Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        // Of another signature, or of nobody's.
        let other = stamp(&authority, MessageImprint::of(DigestAlgorithm::Sm3, b"other").unwrap());
        let error = session.clone().with_time_stamp(&value, &other).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        let mut wrong = value.clone();
        *wrong.last_mut().unwrap() ^= 1;
        assert_eq!(session.imprint(&wrong).unwrap_err().kind(), ErrorKind::Crypto);
        assert_eq!(
            session.with_time_stamp(&wrong, &token).unwrap_err().kind(),
            ErrorKind::Crypto
        );
    }
    let seal = world.seal(Generation::V1);
    let request = ofd::SignRequest::seal(&seal, world.certificate(), now(), &placements);
    let session = ofd::prepare(&archive, &request, &limits, &Unwatched).unwrap();
    let value = world.signer.sign_digest(&session.digest().unwrap()).unwrap();
    assert_eq!(session.imprint(&value).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn on_pdf() {
    let world = World::new();
    let plain = plain_pdf();
    let limits = Limits::default();
    let opened = Pdf::open(&plain, &limits).unwrap();
    let placements = [at(Pages::All)];
    let seal = world.seal(Generation::V5);
    for (contents, algorithm) in [
        (Contents::Seal, KeyAlgorithm::Sm2),
        (Contents::GmCms, KeyAlgorithm::P256),
        (Contents::Cms, KeyAlgorithm::Rsa2048),
    ] {
        let authority = Authority::new(algorithm);
        let mut request = pdf::SignRequest::signature(world.certificate(), now());
        if contents == Contents::Seal {
            request.seal = Some(&seal);
            request.placements = &placements;
        }
        request.contents = contents;
        request.reserve = pdf::STAMP_RESERVE;
        let session = pdf::prepare(&opened, &request, &limits, &Unwatched).unwrap();
        let value = world.signer.sign_digest(&session.digest().unwrap()).unwrap();
        let token = stamp(&authority, session.imprint(&value).unwrap());
        let session = session.with_time_stamp(&value, &token).unwrap();
        let session = pdf::Session::from_bytes(&session.to_bytes()).unwrap();
        let stamped = session.complete(&opened, &value, Vec::new()).unwrap();
        assert!(is_stamped(&judged(&world, &authority, &stamped)), "{contents:?}");
        let second = another_value(&world, &session.digest().unwrap());
        assert_eq!(session.tail(&second).unwrap_err().kind(), ErrorKind::Refused);
        // One bit of the token.
        let hex: String = token.der().iter().map(|byte| format!("{byte:02x}")).collect();
        let place = stamped
            .windows(hex.len())
            .position(|window| window == hex.as_bytes())
            .unwrap();
        let mut broken = stamped.clone();
        let last = place + hex.len() - 1;
        broken[last] = if broken[last] == b'0' { b'1' } else { b'0' };
        let report = judged(&world, &authority, &broken);
        let one = report.signatures.last().unwrap();
        assert!(!one.timestamp.as_ref().unwrap().verified);
        assert_eq!(report.verdict, Verdict::Indeterminate, "{:?}", one.findings);
        // Without room for it.
        request.reserve = 0;
        let session = pdf::prepare(&opened, &request, &limits, &Unwatched).unwrap();
        let value = world.signer.sign_digest(&session.digest().unwrap()).unwrap();
        let token = stamp(&authority, session.imprint(&value).unwrap());
        let error = session
            .with_time_stamp(&value, &token)
            .unwrap()
            .tail(&value)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
    }
}
