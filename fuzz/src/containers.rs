//! Targets that read packages and their XML parts.

use std::sync::LazyLock;

use sealcore::cert::TrustStore;
use sealcore::document::Document;
use sealcore::error::ErrorKind;
use sealcore::fuzzing;
use sealcore::key::{Signer as _, SoftSigner};
use sealcore::lang::Lang;
use sealcore::monitor::Unwatched;
use sealcore::ofd::package::{Archive, ArchiveWriter};
use sealcore::ofd::{Occurrence, Pages, Placement, Session, Side, SignRequest, sign};
use sealcore::report::{Integrity, SignatureReport, Style, render};
use sealcore::seal::Seal;

use crate::seeds::{package, signer_and_seal};
use crate::structures::check;
use crate::{limits, moment, options};

/// Opens a package and reads every entry in three ways, which agree; what is read has the stated size. An entry that is
/// taken over raw has the same content in the new package.
pub fn zip_door(data: &[u8]) {
    let Ok(archive) = Archive::open(data, &limits()) else {
        return;
    };
    let mut writer = ArchiveWriter::new(Vec::new());
    let mut taken = Vec::new();
    for (index, entry) in archive.entries().iter().enumerate() {
        let mut streamed = Vec::new();
        let stream = archive.stream(index, &mut |piece| {
            streamed.extend_from_slice(piece);
            Ok(())
        });
        let (read, checked) = (archive.read(index, 1 << 20), archive.check(index));
        let limited = |kind| kind == ErrorKind::Limit;
        let errors = [stream.as_ref().err(), read.as_ref().err(), checked.as_ref().err()];
        if errors.into_iter().flatten().any(|error| limited(error.kind())) {
            continue;
        }
        assert_eq!(
            (stream.is_ok(), read.is_ok()),
            (read.is_ok(), checked.is_ok_and(|finding| finding.is_none()))
        );
        let Ok(content) = read else { continue };
        assert_eq!(content.len() as u64, entry.size());
        assert!(content == streamed);
        if !entry.is_dir() && writer.copy_raw(&archive, index).is_ok() {
            taken.push((entry.path().cloned(), content));
        }
    }
    let Ok(written) = writer.finish() else { return };
    let again = Archive::open(&written, &limits());
    assert!(again.is_ok(), "what was written is opened");
    let Ok(again) = again else { return };
    for (path, content) in taken {
        let index = path.as_ref().and_then(|path| again.find(path));
        let read = index.map(|index| again.read(index, 1 << 20));
        if read
            .as_ref()
            .is_some_and(|read| read.as_ref().is_err_and(|error| error.kind() == ErrorKind::Limit))
        {
            continue;
        }
        assert_eq!(read.and_then(Result::ok), Some(content), "{path:?}");
    }
}

/// Reads a list of signatures and adds to it as signing does: the new list has the old records, then the added one.
pub fn signatures_xml(data: &[u8]) {
    let limits = limits();
    let Ok(before) = fuzzing::read_signatures(data, &limits) else {
        return;
    };
    let record = ["s<&\"9", "Seal", "/Doc_0/签 名/Signature.xml"].map(str::to_owned);
    let max_id = before.max_id.saturating_add(3);
    // Some encodings cannot be written.
    let Ok(written) = fuzzing::add_signature(data, &record, max_id, &limits) else {
        return;
    };
    let mut wider = limits.clone();
    (wider.signatures, wider.xml_nodes) = (limits.signatures + 1, limits.xml_nodes + 20);
    let after = fuzzing::read_signatures(&written, &wider);
    let mut expected = before.records.clone();
    expected.push(record);
    assert!(
        after
            .as_ref()
            .is_ok_and(|after| after.records == expected && after.max_id >= max_id),
        "{after:?}"
    );
}

/// Reads Signature.xml; no digest is empty.
pub fn signature_xml(data: &[u8]) {
    let Ok((references, _)) = fuzzing::read_signature(data, &limits()) else {
        return;
    };
    assert!(
        references
            .iter()
            .all(|(_, digest)| digest.as_ref().is_none_or(|digest| !digest.is_empty()))
    );
}

/// Reads what verification wants of a page, and looks for a keyword. What stands there as it is written also stands there but
/// for case and width.
pub fn page_scan(data: &[u8]) {
    let _ = fuzzing::scan_page(data, &limits());
    if let Ok((exact, folded)) = fuzzing::find_text(data, "盖章", &limits()) {
        assert!(exact <= folded);
    }
}

/// Opens anything and verifies it whole, without trust. A report can be printed and is never valid.
pub fn ofd_verify(data: &[u8]) {
    let Ok(document) = Document::from_bytes(data, &limits()) else {
        return;
    };
    let trust = TrustStore::new();
    let Ok(report) = document.verify(&options(&trust)) else {
        return;
    };
    check(&report);
    for lang in [Lang::En, Lang::Zh] {
        assert!(
            !render(
                &report,
                "file",
                lang,
                Style {
                    colour: true,
                    verbose: true
                }
            )
            .is_empty()
        );
    }
}

/// Where the pieces of an input go in [`ofd_parts`].
pub(crate) const PARTS: [&str; 7] = [
    "/OFD.xml",
    "/Doc_0/Document.xml",
    "/Doc_0/Pages/Page_0/Content.xml",
    "/Doc_0/Signs/Signatures.xml",
    "/Doc_0/Signs/Sign_0/Signature.xml",
    "/Doc_0/Signs/Sign_0/SignedValue.dat",
    "/Doc_0/Signs/Sign_0/Seal.esl",
];

/// What parts an input in [`ofd_parts`].
pub(crate) const BETWEEN: &[u8] = b"\n=PART=\n";

/// As [`ofd_verify`], with the pieces of the input as the files of a sound package: checksums do not stand in the way of
/// what lies behind them. The package itself is never remarked on.
pub fn ofd_parts(data: &[u8]) {
    let package = assembled(data);
    assert!(Archive::open(&package, &limits()).is_ok_and(|archive| archive.findings().is_empty()));
    ofd_verify(&package);
}

/// Signs and seals what [`ofd_parts`] verifies. What is signed at all verifies: the new signature is intact and the only one
/// of its time.
pub fn ofd_sign(data: &[u8]) {
    let _ = was_signed(data);
}

/// As [`ofd_sign`]; whether the document could be signed.
#[must_use]
pub fn was_signed(data: &[u8]) -> bool {
    let package = assembled(data);
    let Ok(archive) = Archive::open(&package, &limits()) else {
        return false;
    };
    let (signer, seal) = (&SIGNER.0, &SIGNER.1);
    let placements = match data.len() % 3 {
        0 => None,
        1 => Some([Placement::seam(Pages::All, Side::Right)]),
        _ => Some([Placement::keyword("盖章", Occurrence::All)]),
    };
    let time = moment().plus_seconds(7);
    let request = match &placements {
        None => SignRequest::signature(signer.certificate(), time),
        Some(placements) => SignRequest::seal(seal, signer.certificate(), time, placements),
    };
    let Ok(signed) = sign(&archive, &request, signer, &limits(), &Unwatched, Vec::new()) else {
        return false;
    };
    let trust = TrustStore::new();
    let mut options = options(&trust);
    options.at = time;
    // Room for what was added.
    options.limits.signatures += 1;
    options.limits.references += 200;
    options.limits.xml_nodes += 5_000;
    options.limits.inflated_bytes *= 4;
    let report = Document::from_bytes(&signed, &options.limits).and_then(|document| document.verify(&options));
    assert!(report.is_ok(), "{report:?}");
    let Ok(report) = report else { return false };
    check(&report);
    let intact = |one: &&SignatureReport| one.signed_at == Some(time) && one.integrity == Integrity::Intact;
    assert_eq!(report.signatures.iter().filter(intact).count(), 1, "{report:#?}");
    true
}

/// Made once.
static SIGNER: LazyLock<(SoftSigner, Seal)> = LazyLock::new(signer_and_seal);

/// The package of an input's pieces.
fn assembled(data: &[u8]) -> Vec<u8> {
    let mut rest = data;
    let mut files: Vec<(&str, &[u8])> = Vec::new();
    for path in PARTS {
        let end = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        // An empty piece is a file that is missing.
        if !piece.is_empty() {
            files.push((path, piece));
        }
        rest = after.get(BETWEEN.len()..).unwrap_or_default();
    }
    package(&files)
}

/// Reads a saved signing session. What is read is saved as the same session, and no other signature completes it.
pub fn sign_session(data: &[u8]) {
    let Ok(session) = Session::from_bytes(data) else { return };
    let again = Session::from_bytes(&session.to_bytes());
    assert!(again.as_ref().is_ok_and(|again| *again == session), "{again:?}");
    let Ok(digest) = session.digest() else { return };
    let Ok(key) = SIGNER.0.key().sm2() else { return };
    let other = key.sign_digest(&digest.map(|octet| !octet)).to_bytes();
    let package = assembled(b"x");
    if let Ok(archive) = Archive::open(&package, &limits()) {
        assert!(session.complete(&archive, &other, Vec::new()).is_err());
    }
}
