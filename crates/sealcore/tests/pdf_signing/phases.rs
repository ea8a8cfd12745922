//! Two phases, sessions, and appending in place.

use sealcore::error::ErrorKind;
use sealcore::key::Signer as _;
use sealcore::monitor::Unwatched;
use sealcore::pdf::{self, Pdf, Session, SignRequest};
use sealcore::placement::{Pages, Placement, Side};
use sealcore::seal::Generation;

use crate::base::{Base, KINDS, Kind};
use crate::house::{judged, limits, seal};
use crate::support::{World, now};

#[test]
fn a_session_goes_through_bytes() {
    let world = World::new();
    let seal = seal(&world, Generation::V4);
    let placements = [Placement::seam(Pages::All, Side::Right)];
    let request = SignRequest::seal(&seal, world.certificate(), now(), &placements);
    for kind in KINDS {
        let base = Base::new(kind).pages(3).build();
        let pdf = Pdf::open(&base, &limits()).unwrap();
        let session = pdf::prepare(&pdf, &request, &limits(), &Unwatched).unwrap();
        assert!(Session::is_shape(&session.to_bytes()));
        let session = Session::from_bytes(&session.to_bytes()).unwrap();
        let value = world.signer.sign_digest(&session.digest().unwrap()).unwrap();
        let signed = session.complete(&pdf, &value, Vec::new()).unwrap();
        assert_eq!(judged(&world, &signed), ["Signature1 Intact Whole None"]);
        assert_eq!([&base[..], &session.tail(&value).unwrap()].concat(), signed);

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("document.pdf");
        std::fs::write(&path, &base).unwrap();
        session.append(&path, &value).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), signed);
        // It is another document now.
        assert_eq!(session.append(&path, &value).unwrap_err().kind(), ErrorKind::Argument);
        assert_eq!(std::fs::read(&path).unwrap(), signed);
    }
}

#[test]
fn another_document_or_value_is_refused() {
    let world = World::new();
    let request = SignRequest::signature(world.certificate(), now());
    let base = Base::new(Kind::Table)
        .page("/MediaBox [0 0 595 842] /Note (one)")
        .build();
    let pdf = Pdf::open(&base, &limits()).unwrap();
    let session = pdf::prepare(&pdf, &request, &limits(), &Unwatched).unwrap();
    let digest = session.digest().unwrap();
    let value = world.signer.sign_digest(&digest).unwrap();
    let foreign = world.maker.sign_digest(&digest).unwrap();
    assert_eq!(
        session.complete(&pdf, &foreign, Vec::new()).unwrap_err().kind(),
        ErrorKind::Crypto
    );
    // The end is the same, the middle is not, and it is far enough from the end not to be looked at.
    let filler = "x".repeat(100_000);
    let long = |note: &str| {
        Base::new(Kind::Table)
            .page(&format!("/MediaBox [0 0 595 842] /Note ({note}{filler})"))
            .build()
    };
    let (one, other) = (long("one"), long("two"));
    let pdf = Pdf::open(&one, &limits()).unwrap();
    let session = pdf::prepare(&pdf, &request, &limits(), &Unwatched).unwrap();
    let value_of_one = world.signer.sign_digest(&session.digest().unwrap()).unwrap();
    for document in [&base, &other] {
        let pdf = Pdf::open(document, &limits()).unwrap();
        let error = session.complete(&pdf, &value_of_one, Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
    }
    assert!(session.complete(&pdf, &value_of_one, Vec::new()).is_ok());
    assert!(session.tail(&value).is_err());
}

#[test]
fn damaged_sessions() {
    let world = World::new();
    let request = SignRequest::signature(world.certificate(), now());
    let base = Base::new(Kind::Table).build();
    let pdf = Pdf::open(&base, &limits()).unwrap();
    let session = pdf::prepare(&pdf, &request, &limits(), &Unwatched).unwrap();
    let bytes = session.to_bytes();
    let change = |from: &[u8], to: &[u8]| {
        let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
        let mut changed = bytes.clone();
        changed[at..at + to.len()].copy_from_slice(to);
        changed
    };
    for damaged in [
        change(b"PDF", b"PDG"),
        change(b"/ByteRange [0", b"/ByteRange [1"),
        change(b"<0000", b"<0001"),
        bytes[..bytes.len() - 1].to_vec(),
        b"\x30\x00".to_vec(),
    ] {
        assert!(Session::from_bytes(&damaged).is_err());
    }
}

#[test]
fn in_place_and_cancelled() {
    let world = World::new();
    let request = SignRequest::signature(world.certificate(), now());
    let base = Base::new(Kind::Stream).build();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.pdf");
    std::fs::write(&path, &base).unwrap();
    let open = || std::fs::File::open(&path).unwrap();
    let source = || sealcore::source::Source::from_stream(open()).unwrap();
    let pdf = Pdf::open(source(), &limits()).unwrap();
    let stop = |_: u64| false;
    let error = pdf::sign_in_place(&pdf, &path, &request, &world.signer, &limits(), &stop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(std::fs::read(&path).unwrap(), base);
    pdf::sign_in_place(&pdf, &path, &request, &world.signer, &limits(), &Unwatched).unwrap();
    let signed = std::fs::read(&path).unwrap();
    assert!(signed.starts_with(&base));
    assert_eq!(judged(&world, &signed), ["Signature1 Intact Whole None"]);
    let error = pdf::sign(&pdf, &request, &world.maker, &limits(), &Unwatched, Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
}

#[test]
fn of_several_who_append_at_once_none_breaks_the_file() {
    let world = World::new();
    let request = SignRequest::signature(world.certificate(), now());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.pdf");
    std::fs::write(&path, Base::new(Kind::Table).build()).unwrap();
    let append = || {
        let source = sealcore::source::Source::from_path(&path).unwrap();
        let Ok(pdf) = Pdf::open(source, &limits()) else {
            return false;
        };
        pdf::sign_in_place(&pdf, &path, &request, &world.signer, &limits(), &Unwatched).is_ok()
    };
    let done: usize = std::thread::scope(|scope| {
        let each = || (0..6).filter(|_| append()).count();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(each)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    let judged = judged(&world, &std::fs::read(&path).unwrap());
    assert!(done > 0);
    assert_eq!(judged.len(), done, "each that succeeded is in the file");
    assert!(judged.iter().all(|line| line.contains("Intact Whole")), "{judged:?}");
}

/// Verification finds signatures that nothing leads to by their ByteRange, in every byte of the file.
#[test]
fn texts_that_look_like_a_byte_range() {
    let world = World::new();
    let base = Base::new(Kind::Table).build();
    let text = "/ByteRange [0 1 2 3] (/ByteRange[4 5 6 7])";
    let seal = seal(&world, Generation::V4);
    let at = [Placement::At {
        pages: Pages::One(1),
        x_mm: 10.0,
        y_mm: 10.0,
    }];
    let mut request = SignRequest::seal(&seal, world.certificate(), now(), &at);
    request.reason = Some(text);
    request.location = Some(text);
    request.contact = Some(text);
    request.name = Some(text);
    request.field = Some("/ByteRange [0 1 2 3]");
    request.appearance.caption = Some("/ByteRange [0 1 2 3]");
    request.lock = Some(pdf::FieldLock::Include(vec![text.to_owned()]));
    let pdf = Pdf::open(&base[..], &limits()).unwrap();
    let sealed = pdf::sign(&pdf, &request, &world.signer, &limits(), &Unwatched, Vec::new()).unwrap();
    assert_eq!(judged(&world, &sealed), ["/ByteRange [0 1 2 3] Intact Whole None"]);
    let report = crate::house::verify(&world, &sealed);
    assert_eq!(
        report.verdict,
        sealcore::report::Verdict::Valid,
        "{:?}",
        report.findings
    );
}
