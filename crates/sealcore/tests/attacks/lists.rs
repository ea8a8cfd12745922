//! Lists of signatures, signing over them, and what is left of damaged ones.

use super::forge::*;

// What signing must refuse.

#[test]
fn signing_one_document_does_not_break_the_seal_of_another() {
    let mut files = document_files(1);
    let second: Files = document_files(1)
        .into_iter()
        .filter(|(name, _)| name != "OFD.xml")
        .map(|(name, bytes)| (name.replace("Doc_0", "Doc_1"), bytes))
        .collect();
    files.extend(second);
    let body = |folder: &str| {
        format!(
            "<ofd:DocBody><ofd:DocRoot>{folder}/Document.xml</ofd:DocRoot><ofd:Signatures>/{folder}/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>"
        )
    };
    set(
        &mut files,
        "OFD.xml",
        &format!("<ofd:OFD {NAMESPACE}>{}{}</ofd:OFD>", body("Doc_0"), body("Doc_1")),
    );
    set(
        &mut files,
        "Doc_1/Signs/Signatures.xml",
        &format!("<ofd:Signatures {NAMESPACE}/>"),
    );
    let seal = WORLD.seal(Generation::V4);
    // Everything but its own list: the other document's list too.
    Forged::seal(&WORLD.signer, &seal).add(&mut files, |name| !name.starts_with("Doc_0/Signs/"));
    let document = package(&files);
    assert_eq!(WORLD.verify(&document).unwrap().verdict, Verdict::Valid);
    let mut request = SignRequest::signature(WORLD.certificate(), now());
    request.document = 1;
    let error = WORLD.sign(&document, &request).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
}

#[test]
fn a_folder_that_folds_oddly_is_not_written_over() {
    for folder in ["Doc_e\u{301}", "Doc_0.", "DOC_İ"] {
        let files: Files = document_files(1)
            .into_iter()
            .map(|(name, bytes)| {
                let bytes = match name.as_str() {
                    "OFD.xml" => String::from_utf8(bytes).unwrap().replace("Doc_0", folder).into_bytes(),
                    _ => bytes,
                };
                (name.replace("Doc_0", folder), bytes)
            })
            .collect();
        let once = WORLD.sealed(&package(&files), Generation::V4);
        let twice = WORLD.sealed(&once, Generation::V4);
        let report = WORLD.verify(&twice).unwrap();
        assert_eq!(report.signatures.len(), 2);
        assert_eq!(report.verdict, Verdict::Valid, "{folder}: {report:#?}");
    }
}

// More ways in that are closed.

#[test]
fn two_documents_with_one_list() {
    let mut files = document_files(1);
    sealed_without_entry(&mut files);
    let ofd = text(&files, "OFD.xml");
    let body = &ofd[ofd.find("<ofd:DocBody>").unwrap()..ofd.find("</ofd:OFD>").unwrap()];
    set(&mut files, "OFD.xml", &ofd.replace(body, &body.repeat(2)));
    let report = verify(&files);
    assert_eq!(report.verdict, Verdict::Invalid);
    assert!(is_code(&report, "signature-files-shared"));
}

#[test]
fn one_record_twice_by_another_spelling() {
    let mut files = document_files(1);
    sealed_without_entry(&mut files);
    let again = "<ofd:Signature ID=\"s9\" Type=\"Seal\" BaseLoc=\"x/../Sign_20/%53ignature.xml\"/></ofd:Signatures>";
    replace(&mut files, "Doc_0/Signs/Signatures.xml", "</ofd:Signatures>", again);
    assert!(is_code(&verify(&files), "signature-files-shared"));
}

#[test]
fn lists_that_are_not_there_or_are_something_else() {
    for (from, to) in [
        ("/Doc_0/Signs/Signatures.xml<", "/Doc_0/Signs/None.xml<"),
        ("/Doc_0/Signs/Signatures.xml<", "/Doc_0/Document.xml<"),
        ("/Doc_0/Signs/Signatures.xml<", "/Doc_0/Res/image.png<"),
        ("/Doc_0/Signs/Signatures.xml<", "/../Signatures.xml<"),
        ("<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>", ""),
        (
            "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>",
            "<ofd:Signatures/>",
        ),
    ] {
        let mut files = document_files(1);
        sealed_without_entry(&mut files);
        replace(&mut files, "OFD.xml", from, to);
        let report = verify(&files);
        assert_ne!(report.verdict, Verdict::Valid, "{to}: {report:#?}");
        assert!(is_code(&report, "signature-files-unlisted"), "{to}");
    }
}

#[test]
fn circles_of_relatives() {
    let mut files = document_files(1);
    sealed_without_entry(&mut files);
    replace(
        &mut files,
        "Doc_0/Signs/Signatures.xml",
        " Type=",
        " Relative=\"s20\" Type=",
    );
    let report = verify(&files);
    assert_eq!(report.verdict, Verdict::Invalid);
    assert!(is_code(&report, "relative-base-broken"));
}

// Sessions: whoever keeps one must be trusted, since it says what is signed. A session that was tampered with gives no
// document that verifies, unless it was made over wholly.

#[test]
fn a_session_that_was_tampered_with() {
    use sealcore::monitor::Unwatched;
    use sealcore::ofd::{Session, prepare};
    let limits = Limits::default();
    let bytes = document(1);
    let archive = Archive::open(&bytes, &limits).unwrap();
    let seal = WORLD.seal(Generation::V4);
    let placements = [at(Pages::One(1))];
    let request = SignRequest::seal(&seal, WORLD.certificate(), now(), &placements);
    let saved = prepare(&archive, &request, &limits, &Unwatched).unwrap().to_bytes();
    let intended = {
        let session = Session::from_bytes(&saved).unwrap();
        let value = raw_sign(&WORLD.signer, b"");
        assert!(session.complete(&archive, &value, Vec::new()).is_err());
        let value = sm2_value_to_der(
            &WORLD
                .signer
                .key()
                .sm2()
                .unwrap()
                .sign_digest(&session.digest().unwrap()),
        );
        unpack(&session.complete(&archive, &value, Vec::new()).unwrap())
    };
    for position in (0..saved.len()).step_by(53) {
        let mut changed = saved.clone();
        changed[position] ^= 1;
        let Ok(session) = Session::from_bytes(&changed) else {
            continue;
        };
        let Ok(digest) = session.digest() else { continue };
        let value = sm2_value_to_der(&WORLD.signer.key().sm2().unwrap().sign_digest(&digest));
        let Ok(signed) = session.complete(&archive, &value, Vec::new()) else {
            continue;
        };
        let report = WORLD.verify(&signed);
        let is_valid = report.is_ok_and(|report| report.verdict == Verdict::Valid);
        // The list is the one file that is not signed; what it says is checked in other ways.
        let same = unpack(&signed)
            .iter()
            .filter(|(name, _)| !name.ends_with("Signatures.xml") && !name.ends_with("SignedValue.dat"))
            .all(|file| intended.contains(file));
        assert!(!is_valid || same, "byte {position}");
    }
}

// Whatever the bytes, there is a report or an error and no panic.

#[test]
fn cut_and_flipped_values() {
    let sealed = WORLD.sealed(&document(1), Generation::V1);
    let name = "Doc_0/Signs/Sign_0/SignedValue.dat";
    let files = unpack(&sealed);
    let length = files[position(&files, name).unwrap()].1.len();
    for cut in (0..length).step_by(37) {
        let report = WORLD
            .verify(&with_file(&sealed, name, |bytes| bytes.truncate(cut)))
            .unwrap();
        assert_eq!(report.verdict, Verdict::Invalid, "cut at {cut}");
    }
    for position in (0..length).step_by(11) {
        for value in [0, 0x7f, 0x80, 0xff] {
            let changed = with_file(&sealed, name, |bytes| bytes[position] ^= value | 1);
            let report = WORLD.verify(&changed).unwrap();
            // The encoding of the value itself is covered by nothing and read with tolerance, which is told.
            let is_told = ["quirk-bit-string", "quirk-signature-padding", "quirk-ber"]
                .iter()
                .any(|code| is_code(&report, code));
            assert!(
                report.verdict > Verdict::Valid || is_told,
                "byte {position}: {report:#?}"
            );
        }
    }
    let trailing = with_file(&sealed, name, |bytes| bytes.extend_from_slice(b"more"));
    assert!(is_code(&WORLD.verify(&trailing).unwrap(), "quirk-trailing"));
    assert!(Archive::open(&sealed[..], &Limits::default()).is_ok());
}

#[test]
fn no_signature_is_put_beside_a_seal_that_others_pages_borrow() {
    let mut files = document_files(1);
    sealed_without_entry(&mut files);
    set(&mut files, "Doc_0/Evil.xml", &evil_page());
    set(
        &mut files,
        "Doc_0/Evil_root.xml",
        &evil_root("<ofd:Page ID=\"10\" BaseLoc=\"/Doc_0/Evil.xml\"/>"),
    );
    replace(&mut files, "OFD.xml", "Doc_0/Document.xml", "Doc_0/Evil_root.xml");
    let error = WORLD
        .sign(&package(&files), &SignRequest::signature(WORLD.certificate(), now()))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("/Doc_0/Evil.xml"), "{error}");
}

/// What is left of a signature that was taken out stays in sight when somebody signs over it.
#[test]
fn signing_does_not_hide_what_a_removed_signature_left() {
    let sealed = WORLD.sealed(&document(1), Generation::V4);
    let mut files = unpack(&sealed);
    let list = text(&files, "Doc_0/Signs/Signatures.xml");
    let (start, end) = (
        list.find("<ofd:Signature ").unwrap(),
        list.rfind("</ofd:Signatures>").unwrap(),
    );
    set(
        &mut files,
        "Doc_0/Signs/Signatures.xml",
        &format!("{}{}", &list[..start], &list[end..]),
    );
    assert!(is_code(&verify(&files), "signature-files-unlisted"));
    let again = WORLD
        .sign(&package(&files), &SignRequest::signature(WORLD.certificate(), now()))
        .unwrap();
    let report = WORLD.verify(&again).unwrap();
    assert!(is_code(&report, "signature-files-unlisted"), "{report:#?}");
}
