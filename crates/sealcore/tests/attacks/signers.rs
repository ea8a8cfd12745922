//! Signers, makers, certificates and times that are not what they seem.

use super::forge::*;

/// SignedData with the signers of both, over one content.
fn two_signers(
    files: &Files,
    path: &str,
    first: (&SoftSigner, Option<Time>),
    second: (&SoftSigner, Option<Time>),
) -> Vec<u8> {
    let digest = sm3::digest(&files[position(files, path).unwrap()].1);
    let mut infos: Vec<Vec<u8>> = Vec::new();
    for (signer, time) in [first, second] {
        let attribute = |kind, write: &dyn Fn(&mut Writer)| {
            let mut writer = Writer::new();
            writer.sequence(|writer| {
                writer.oid(kind);
                writer.constructed(Tag::SET, |writer| write(writer));
            });
            writer.finish()
        };
        let mut members = vec![attribute(oids::MESSAGE_DIGEST, &|writer| writer.octets(&digest))];
        if let Some(time) = time {
            members.push(attribute(oids::SIGNING_TIME, &|writer| writer.certificate_time(time)));
        }
        let mut writer = Writer::new();
        writer.set_of(Tag::SET, members);
        let attributes = writer.finish();
        let value = raw_sign(signer, &attributes);
        let certificate = signer.certificate();
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.integer(1);
            writer.sequence(|writer| {
                writer.raw(issuer_of(certificate));
                writer.value(Tag::INTEGER, certificate.serial());
            });
            writer.sequence(|writer| writer.oid(oids::SM3));
            let mut tagged = attributes.clone();
            tagged[0] = 0xa0;
            writer.raw(&tagged);
            writer.sequence(|writer| writer.oid(oids::SM2_SIGN));
            writer.octets(&value);
        });
        infos.push(writer.finish());
    }
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.oid(oids::GM_SIGNED_DATA);
        writer.constructed(Tag::context(0), |writer| {
            writer.sequence(|writer| {
                writer.integer(1);
                writer.constructed(Tag::SET, |writer| writer.sequence(|writer| writer.oid(oids::SM3)));
                writer.sequence(|writer| writer.oid(oids::GM_DATA));
                writer.constructed(Tag::context(0), |writer| {
                    writer.raw(first.0.certificate().der());
                    writer.raw(second.0.certificate().der());
                });
                writer.constructed(Tag::SET, |writer| infos.iter().for_each(|info| writer.raw(info)));
            });
        });
    });
    writer.finish()
}

/// The issuer's name, DER: the fourth member of TBSCertificate.
fn issuer_of(certificate: &Certificate) -> &[u8] {
    let tbs = sealcore::asn1::Tlv::parse(certificate.der()).unwrap();
    let tbs = tbs.children().unwrap().any().unwrap();
    let mut members = tbs.children().unwrap();
    for _ in 0..3 {
        members.any().unwrap();
    }
    members.any().unwrap().raw()
}

// Seals and signers.

#[test]
fn a_plain_signature_does_not_carry_the_seal_of_somebody_else() {
    // The genuine seal of an organisation, taken from any document of it, beside a digital signature of somebody else:
    // readers show its picture.
    let genuine = WORLD.seal(Generation::V4);
    let other = issue(&WORLD.authority, "Other", Profile::Unit);
    for kind in ["Seal", "Sign"] {
        let mut files = document_files(1);
        files.push(("Doc_0/Seal.esl".into(), genuine.der().to_vec()));
        let mut record = Forged::sign(&other);
        record.kind = kind;
        record.extra = "<ofd:StampAnnot ID=\"7\" PageRef=\"10\" Boundary=\"10 10 40 40\"/><ofd:Seal><ofd:BaseLoc>/Doc_0/Seal.esl</ofd:BaseLoc></ofd:Seal>".into();
        record.add(&mut files, |name| !name.contains("/Signs/"));
        let report = verify(&files);
        assert!(report.verdict > Verdict::Valid, "{kind}: {report:#?}");
    }
}

#[test]
fn a_seal_of_somebody_else() {
    let genuine = WORLD.seal(Generation::V4);
    let other = issue(&WORLD.authority, "Other", Profile::Unit);
    let mut files = document_files(1);
    Forged::seal(&other, &genuine).add(&mut files, |name| !name.contains("/Signs/"));
    let report = verify(&files);
    assert_eq!(report.verdict, Verdict::Invalid);
    assert!(is_code(&report, "seal-signer-not-listed"));
}

#[test]
fn a_seal_that_the_signer_made_for_himself() {
    let other = issue(&WORLD.authority, "Other", Profile::Unit);
    let picture = Picture::new("PNG", b"\x89PNG\r\n\x1a\n picture".to_vec(), 40, 40);
    let validity = [
        now().plus_seconds(-DAY),
        now().plus_seconds(-DAY),
        now().plus_seconds(300 * DAY),
    ];
    let request = SealRequest::new(
        Generation::V4,
        "1",
        "某市公安局",
        picture,
        other.certificate(),
        validity,
    );
    let seal = request.make(&other).unwrap();
    let mut files = document_files(1);
    Forged::seal(&other, &seal).add(&mut files, |name| !name.contains("/Signs/"));
    let report = verify(&files);
    assert!(is_code(&report, "seal-self-made"), "{report:#?}");
    // Who may make seals is told apart from who may sign where the makers have anchors of their own.
    let makers = World::new();
    let mut options = VerifyOptions::new(&WORLD.trust, now());
    options.maker_trust = Some(&makers.trust);
    let bytes = package(&files);
    let document = Document::from_bytes(&bytes, &options.limits).unwrap();
    let report = document.verify(&options).unwrap();
    assert_eq!(report.verdict, Verdict::Indeterminate, "{report:#?}");
    assert_eq!(report.signatures[0].trust, sealcore::report::Trust::Trusted);
    assert!(is_code(&report, "trust-path"));
}

#[test]
fn strangers_after_a_seal_lower_the_document_and_not_the_seal() {
    let sealed = WORLD.sealed(&document(1), Generation::V4);
    let evil = World::new();
    let seal = evil.seal(Generation::V4);
    let placements = [at(Pages::One(1))];
    let both = evil
        .sign(
            &sealed,
            &SignRequest::seal(&seal, evil.certificate(), now(), &placements),
        )
        .unwrap();
    let report = WORLD.verify(&both).unwrap();
    assert_eq!(report.verdict, Verdict::Indeterminate, "{report:#?}");
    assert_eq!(report.signatures[0].verdict, Verdict::Valid);
    assert_eq!(report.signatures[1].verdict, Verdict::Indeterminate);
    assert_eq!(report.signatures[1].trust, sealcore::report::Trust::Untrusted);
}

#[test]
fn a_value_without_a_key_is_no_signature() {
    let sealed = WORLD.sealed(&document(1), Generation::V4);
    let mut files = unpack(&sealed);
    set(&mut files, "Doc_0/Evil.xml", "<a/>");
    Forged::sign(&WORLD.signer).add(&mut files, |name| name.contains("Evil"));
    let last = files.len() - 1;
    files[last].1 = raw_sign(&WORLD.signer, b"anything");
    let report = verify(&files);
    assert_eq!(report.verdict, Verdict::Indeterminate, "{report:#?}");
    assert_eq!(report.signatures[1].integrity, Integrity::Unverifiable);
}

#[test]
fn a_value_without_a_key_is_said_to_be_unverified() {
    let mut files = unpack(&WORLD.sealed(&document(1), Generation::V4));
    Forged::sign(&WORLD.signer).add(&mut files, |name| !name.contains("/Signs/"));
    let last = files.len() - 1;
    files[last].1 = raw_sign(&WORLD.signer, b"anything");
    let report = verify(&files);
    assert_eq!(report.signatures[1].integrity, Integrity::Unverifiable);
    assert_eq!(report.verdict, Verdict::Indeterminate);
    let said = report.signatures[0]
        .findings
        .iter()
        .find(|finding| finding.code.name() == "later-signatures");
    assert!(
        said.unwrap()
            .message(Lang::En)
            .contains("not all of which could be verified")
    );
}

#[test]
fn a_second_signer_gives_the_first_no_other_time_and_is_judged_too() {
    let mut files = document_files(1);
    let mut record = Forged::sign(&WORLD.signer);
    // Stated, and covered by the signature: long before the certificate began.
    record.extra = "<ofd:Parameters/>".into();
    record.add(&mut files, |name| !name.contains("/Signs/"));
    let path = "Doc_0/Signs/Sign_20/Signature.xml";
    replace(
        &mut files,
        path,
        "<ofd:References ",
        "<ofd:SignatureDateTime>2020-01-01 00:00:00</ofd:SignatureDateTime><ofd:References ",
    );
    let evil = World::new();
    let value = position(&files, "Doc_0/Signs/Sign_20/SignedValue.dat").unwrap();
    files[value].1 = two_signers(&files, path, (&WORLD.signer, None), (&evil.signer, Some(now())));
    let report = verify(&files);
    assert_eq!(report.verdict, Verdict::Invalid, "{report:#?}");
    assert!(is_code(&report, "signer-not-valid-at-signing"));

    for (first, second) in [(&WORLD.signer, &evil.signer), (&evil.signer, &WORLD.signer)] {
        files[value].1 = two_signers(&files, path, (first, Some(now())), (second, Some(now())));
        let report = verify(&files);
        assert_eq!(report.signatures[0].integrity, Integrity::Intact, "{report:#?}");
        assert!(report.verdict > Verdict::Valid, "every signer counts: {report:#?}");
    }
}

#[test]
fn a_weak_digest_is_not_enough() {
    let mut files = document_files(1);
    sealed_without_entry(&mut files);
    for method in ["MD5", "SHA1", "SM3 ", "1.2.3.4", ""] {
        let mut files = files.clone();
        replace(
            &mut files,
            "Doc_0/Signs/Sign_20/Signature.xml",
            "CheckMethod=\"SM3\"",
            &format!("CheckMethod=\"{method}\""),
        );
        assert_eq!(
            verify(&files).verdict,
            Verdict::Invalid,
            "{method}: the description is signed"
        );
    }
}

#[test]
fn signing_times_outside_every_validity() {
    let seal = WORLD.seal(Generation::V4);
    for (days, verdict) in [
        (-101, Verdict::Invalid),
        (-2, Verdict::Invalid),
        (301, Verdict::Invalid),
        (1, Verdict::Indeterminate),
        (0, Verdict::Valid),
    ] {
        let mut files = document_files(1);
        let mut record = Forged::seal(&WORLD.signer, &seal);
        record.time = now().plus_seconds(days * DAY);
        record.add(&mut files, |name| !name.contains("/Signs/"));
        assert_eq!(verify(&files).verdict, verdict, "{days} days");
    }
}

#[test]
fn authorities_sign_no_documents() {
    let mut files = document_files(1);
    Forged::sign(&WORLD.authority).add(&mut files, |name| !name.contains("/Signs/"));
    assert_eq!(verify(&files).verdict, Verdict::Invalid);
}

#[test]
fn certificates_of_the_same_name_and_another_key() {
    // All names as in the trusted world, keys of the attacker's own.
    let evil = World::new();
    for seal in [None, Some(evil.seal(Generation::V4))] {
        let mut files = document_files(1);
        let record = match &seal {
            Some(seal) => Forged::seal(&evil.signer, seal),
            None => Forged::sign(&evil.signer),
        };
        record.add(&mut files, |name| !name.contains("/Signs/"));
        let report = verify(&files);
        assert_eq!(report.verdict, Verdict::Indeterminate);
        assert_eq!(report.signatures[0].trust, sealcore::report::Trust::Untrusted);
    }
    // A genuine signer, and a seal that a stranger made for it.
    let stranger = World::new();
    let picture = Picture::new("PNG", b"\x89PNG\r\n\x1a\n picture".to_vec(), 40, 40);
    let validity = [
        now().plus_seconds(-DAY),
        now().plus_seconds(-DAY),
        now().plus_seconds(300 * DAY),
    ];
    let request = SealRequest::new(Generation::V4, "1", "公章", picture, WORLD.certificate(), validity);
    let seal = request.make(&stranger.maker).unwrap();
    let mut files = document_files(1);
    Forged::seal(&WORLD.signer, &seal).add(&mut files, |name| !name.contains("/Signs/"));
    assert_eq!(verify(&files).verdict, Verdict::Indeterminate);
}

#[test]
fn an_overdue_list_does_not_clear_a_claimed_time() {
    use sealcore::cert::{RevocationListTemplate, TrustStore};
    let sealed = WORLD.sealed(&document(1), Generation::V4);
    let mut trust = TrustStore::new();
    trust.add_anchor(WORLD.authority.certificate().clone());
    let list = RevocationListTemplate {
        this_update: now().plus_seconds(DAY),
        next_update: now().plus_seconds(2 * DAY),
        number: 1,
        entries: Vec::new(),
    };
    trust.add_list(list.issue(&WORLD.authority).unwrap());
    // Half a year later: the key may long have been stolen and revoked, and the time put back.
    let options = sealcore::verify::VerifyOptions::new(&trust, now().plus_seconds(200 * DAY));
    let document = sealcore::document::Document::from_bytes(&sealed, &options.limits).unwrap();
    let report = document.verify(&options).unwrap();
    assert!(report.verdict > Verdict::Valid, "{report:#?}");
}

/// Outside what is signed, a certificate may be written otherwise and still hold; that is said too.
#[test]
fn a_certificate_in_other_clothes_is_noticed() {
    let genuine = WORLD.certificate();
    let value = genuine.signature().bytes.to_vec();
    let (start, length) = (genuine.der().len() - value.len(), value.len());
    // The count of unused bits in front of the value.
    let mut der = genuine.der().to_vec();
    der[start - 1] = 1;
    assert_eq!(&der[start..], &genuine.der()[start..start + length]);
    let other = Certificate::from_der(&der).unwrap();
    let question = sealcore::cert::PathQuestion {
        certificate: &other,
        extra: &[],
        time: now(),
        time_proven: false,
        now: now(),
        purpose: sealcore::cert::Purpose::Signer,
    };
    let judged = WORLD.trust.judge(&question, &Limits::default());
    let codes: Vec<_> = judged.findings.iter().map(|finding| finding.code.name()).collect();
    assert_eq!(
        (judged.trust, codes),
        (sealcore::report::Trust::Trusted, vec!["quirk-bit-string"])
    );
}
