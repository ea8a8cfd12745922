//! Contents, attributes, signers and encodings that are odd or wrong.

use super::*;
use crate::report::{Form, Standard};

fn certificate_id(digest: &[u8], issuer_serial: Option<&Certificate>) -> impl FnOnce(&mut Writer) {
    let (digest, pair) = (digest.to_vec(), issuer_serial.cloned());
    move |writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.sequence(|writer| {
                    writer.octets(&digest);
                    if let Some(certificate) = pair {
                        writer.sequence(|writer| {
                            writer.sequence(|writer| {
                                writer.constructed(Tag::context(4), |writer| writer.raw(certificate.issuer_raw()));
                            });
                            writer.value(Tag::INTEGER, certificate.serial());
                        });
                    }
                });
            });
        });
    }
}

#[test]
fn contents_that_are_not_the_original() {
    let signer = signer(KeyAlgorithm::P256);
    let mut forge = Forge::new(&signer);
    // Empty with the digest of the original beside it, as two files of the corpus have it.
    forge.attributes = Some(forge.usual());
    forge.content = Some(Vec::new());
    let report = judge(&forge.sign());
    assert_eq!(
        (report.integrity, odd(&report)),
        (Integrity::Altered, vec![Code::SignedContent])
    );
    forge.content = Some(b"something else".to_vec());
    forge.attributes = Some(forge.usual());
    let report = judge(&forge.sign());
    assert_eq!(report.integrity, Integrity::Altered);
    assert!(has(&report, Code::SignedContent));
    // A copy of the original is signed, which is the original.
    forge.content = Some(ORIGINAL.to_vec());
    forge.attributes = Some(forge.usual());
    let report = judge(&forge.sign());
    assert_eq!(
        (report.integrity, odd(&report)),
        (Integrity::Intact, vec![Code::QuirkAttached])
    );
    assert_eq!(judge_over(&forge.sign(), b"another", &[]).integrity, Integrity::Altered);
}

#[test]
fn content_types() {
    let signer = signer(KeyAlgorithm::Sm2);
    let forge = Forge::new(&signer);
    let with = |kind: Oid| {
        let mut attributes = forge.usual();
        attributes[0] = attribute(oids::CONTENT_TYPE, |writer| writer.oid(kind));
        odd(&judge(&forge.clone().attributes(attributes).sign()))
    };
    assert_eq!(with(oids::DATA), []);
    assert_eq!(with(oids::GM_DATA), [Code::QuirkContentType]);
    assert_eq!(with(oids::TST_INFO), [Code::ContentTypeDiffers]);
    let missing = forge.clone().attributes(forge.usual()[1..].to_vec());
    assert_eq!(odd(&judge(&missing.sign())), [Code::ContentTypeMissing]);
}

#[test]
fn message_digests() {
    let signer = signer(KeyAlgorithm::Rsa2048);
    let forge = Forge::new(&signer);
    let missing = judge(&forge.clone().attributes(forge.usual()[..1].to_vec()).sign());
    assert_eq!(
        (missing.integrity, odd(&missing)),
        (Integrity::Altered, vec![Code::DigestMismatch])
    );
    let mut other = forge.clone();
    other.digest = oids::SM4;
    let unknown = judge(&other.attributes(forge.usual()).sign());
    assert_eq!(
        (unknown.integrity, odd(&unknown)),
        (Integrity::Unverifiable, vec![Code::DigestUnknown])
    );
    let mut weak = forge.clone();
    weak.digest = oids::SHA1;
    let weak = judge(&weak.clone().attributes(weak.usual()).sign());
    assert_eq!(
        (weak.integrity, odd(&weak)),
        (Integrity::Intact, vec![Code::AlgorithmWeak, Code::QuirkDigestDiffers])
    );
}

#[test]
fn signing_certificates() {
    let (own, other) = (signer(KeyAlgorithm::P256), signer(KeyAlgorithm::P256));
    let forge = Forge::new(&own);
    let judge_with = |kind: Oid, write: &dyn Fn(&mut Writer)| {
        let mut attributes = forge.usual();
        attributes.push(attribute(kind, |writer| write(writer)));
        attributes.sort();
        let report = judge(&forge.clone().attributes(attributes).sign());
        assert_eq!(report.integrity, Integrity::Intact);
        odd(&report)
    };
    let sha1 = |certificate: &Certificate| DigestAlgorithm::Sha1.digest(certificate.der()).unwrap();
    let sha256 = |certificate: &Certificate| DigestAlgorithm::Sha256.digest(certificate.der()).unwrap();
    let (own, other) = (own.certificate(), other.certificate());
    for (kind, digest, differs) in [
        (oids::SIGNING_CERTIFICATE, sha1(own), false),
        (oids::SIGNING_CERTIFICATE_V2, sha256(own), false),
        (oids::SIGNING_CERTIFICATE, sha1(other), true),
        (oids::SIGNING_CERTIFICATE_V2, sha256(other), true),
        (oids::SIGNING_CERTIFICATE, sha256(own), true),
        (oids::SIGNING_CERTIFICATE_V2, Vec::new(), true),
    ] {
        let expected = if differs {
            vec![Code::SigningCertificateDiffers]
        } else {
            vec![]
        };
        for pair in [None, Some(own)] {
            let found = judge_with(kind, &|writer| certificate_id(&digest, pair)(writer));
            assert_eq!(found, expected, "{kind}");
        }
        let found = judge_with(kind, &|writer| certificate_id(&digest, Some(other))(writer));
        assert_eq!(
            found,
            [Code::SigningCertificateDiffers],
            "the serial number is another's"
        );
    }
    assert_eq!(
        judge_with(oids::SIGNING_CERTIFICATE_V2, &|writer| writer.null()),
        [Code::SigningCertificateDiffers]
    );
}

#[test]
fn algorithm_protection() {
    let signer = signer(KeyAlgorithm::P256);
    let forge = Forge::new(&signer);
    let with = |digest: Oid, signature: Oid| {
        let mut attributes = forge.usual();
        attributes.push(attribute(oids::ALGORITHM_PROTECTION, |writer| {
            writer.sequence(|writer| {
                writer.sequence(|writer| writer.oid(digest));
                writer.constructed(Tag::context(1), |writer| writer.oid(signature));
            });
        }));
        attributes.sort();
        odd(&judge(&forge.clone().attributes(attributes).sign()))
    };
    assert_eq!(with(oids::SHA256, oids::ECDSA_WITH_SHA256), []);
    assert_eq!(with(oids::SHA1, oids::ECDSA_WITH_SHA256), [Code::AlgorithmProtection]);
    assert_eq!(with(oids::SHA256, oids::ECDSA_WITH_SHA1), [Code::AlgorithmProtection]);
}

#[test]
fn attributes_out_of_order() {
    let signer = signer(KeyAlgorithm::Sm2);
    let forge = Forge::new(&signer);
    let mut attributes = forge.usual();
    attributes.sort();
    let sorted = tagged(Tag::SET, &attributes.concat());
    attributes.reverse();
    let forge = forge.clone().attributes(attributes);
    for value in [forge.sign(), forge.sign_over(&sorted)] {
        let report = judge(&value);
        assert_eq!(
            (report.integrity, odd(&report)),
            (Integrity::Intact, vec![Code::QuirkAttributeOrder])
        );
        assert_eq!(judge_over(&value, b"another", &[]).integrity, Integrity::Altered);
    }
    let report = judge(&forge.sign_over(b"neither"));
    assert_eq!(
        (report.integrity, odd(&report)),
        (Integrity::Altered, vec![Code::SignatureMismatch])
    );
}

#[test]
fn signers() {
    let signer = signer(KeyAlgorithm::Rsa2048);
    let mut forge = Forge::new(&signer);
    let good = forge.signer_info(&sign_message(&signer, ORIGINAL).unwrap());
    let bad = forge.signer_info(&sign_message(&signer, b"another").unwrap());
    let twice = judge(&forge.assemble(&[good.clone(), good.clone()]));
    assert_eq!(
        (twice.integrity, odd(&twice)),
        (Integrity::Intact, vec![Code::SeveralSigners])
    );
    for order in [[good.clone(), bad.clone()], [bad, good.clone()]] {
        assert_eq!(judge(&forge.assemble(&order)).integrity, Integrity::Altered);
    }
    assert_eq!(judge(&forge.assemble(&[])).integrity, Integrity::Altered);
    assert_eq!(
        judge(&forge.assemble(&vec![good; 65])).form,
        None,
        "too many to be read"
    );

    forge.by_key_id = true;
    let report = judge(&forge.sign());
    assert_eq!((report.integrity, odd(&report)), (Integrity::Intact, vec![]));
    forge.with_certificate = false;
    let report = judge(&forge.sign());
    assert_eq!(
        (report.integrity, odd(&report)),
        (Integrity::Unverifiable, vec![Code::SignatureNoKey])
    );
    let beside = std::slice::from_ref(signer.certificate());
    assert_eq!(judge_over(&forge.sign(), ORIGINAL, beside).integrity, Integrity::Intact);
}

#[test]
fn algorithms_that_are_not_known() {
    let signer = signer(KeyAlgorithm::Rsa2048);
    let mut forge = Forge::new(&signer);
    forge.signature = tagged(Tag::SEQUENCE, &tagged(Tag::OID, oids::P256.content()));
    let report = judge(&forge.sign());
    assert_eq!(
        (report.integrity, odd(&report)),
        (Integrity::Unverifiable, vec![Code::SignatureAlgorithm])
    );
    // Another digest for the content than for the value.
    forge.signature = Forge::new(&signer).signature;
    forge.digest = oids::SHA384;
    let report = judge(&forge.clone().attributes(forge.usual()).sign());
    assert_eq!(
        (report.integrity, odd(&report)),
        (Integrity::Intact, vec![Code::QuirkDigestDiffers])
    );
    // One that is known and not the key's does not hold.
    forge.signature = tagged(Tag::SEQUENCE, &tagged(Tag::OID, oids::ECDSA_WITH_SHA256.content()));
    assert_eq!(judge(&forge.sign()).integrity, Integrity::Altered);
}

#[test]
fn encodings() {
    let signer = signer(KeyAlgorithm::P256);
    let value = Forge::new(&signer).sign();
    let padded = [&value[..], &[0; 1000]].concat();
    assert_eq!(odd(&judge(&padded)), [], "the room that was kept");
    let more = [&value[..], &[0, 0, 7]].concat();
    assert_eq!(odd(&judge(&more)), [Code::QuirkTrailing]);
    // The outer SEQUENCE with an indefinite length.
    let ber = [&[0x30, 0x80], &value[4..], &[0; 600]].concat();
    let report = judge(&ber);
    assert_eq!(
        (report.integrity, odd(&report)),
        (Integrity::Intact, vec![Code::QuirkBer])
    );
    for cut in 0..value.len() {
        assert_ne!(judge(&value[..cut]).integrity, Integrity::Intact, "{cut} bytes");
    }
}

fn tst_info(imprint: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.integer(1);
        writer.oid(Oid::new(&[1, 2, 3]));
        writer.sequence(|writer| {
            writer.sequence(|writer| writer.oid(oids::SHA256));
            writer.octets(imprint);
        });
        writer.integer(7);
        writer.generalized_time(now().plus_seconds(-5));
    });
    writer.finish()
}

#[test]
fn document_time_stamps() {
    let signer = signer(KeyAlgorithm::P256);
    let token = |imprint: &[u8]| {
        let mut forge = Forge::new(&signer);
        forge.content_type = oids::TST_INFO;
        forge.content = Some(tst_info(imprint));
        forge.clone().attributes(forge.usual())
    };
    let right = DigestAlgorithm::Sha256.digest(ORIGINAL).unwrap();
    let report = judge(&token(&right).sign());
    assert_eq!(
        (report.integrity, odd(&report)),
        // Not with this signer: it is no authority, names no certificate, and writes version 1.
        (
            Integrity::Intact,
            vec![
                Code::TimestampForm,
                Code::TimestampForm,
                Code::TimestampAuthorityUnjudged,
                Code::KeyUsage
            ]
        )
    );
    assert_eq!(
        (report.kind, report.standard),
        (SignatureKind::Timestamp, Some(Standard::Rfc3161))
    );
    assert_eq!(
        (report.form, report.signed_at),
        (Some(Form::TimeStampToken), Some(now().plus_seconds(-5)))
    );
    assert_eq!(report.timestamp.as_ref().unwrap().time, report.signed_at);
    // Another document; a token whose own signature does not hold; a content that is no TSTInfo.
    let copied = judge_over(&token(&right).sign(), b"another", &[]);
    assert_eq!(copied.integrity, Integrity::Altered);
    assert!(has(&copied, Code::DigestMismatch));
    assert_eq!(
        judge(&token(&right).sign_over(b"another")).integrity,
        Integrity::Altered
    );
    let mut forge = token(&right);
    forge.content = Some(tst_info(&right[1..]));
    assert_eq!(judge(&forge.sign()).integrity, Integrity::Altered);
    forge.content = Some(b"no time stamp".to_vec());
    forge.attributes = Some(forge.usual());
    assert_eq!(judge(&forge.sign()).integrity, Integrity::Altered);
    forge.content = None;
    assert_eq!(judge(&forge.sign()).integrity, Integrity::Altered);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    /// A value that anybody changed is judged without a panic, and is not intact over another original.
    #[test]
    fn any_change_is_survived(edits in proptest::collection::vec((0..2000_usize, 0..=255_u8), 1..4), cut in 0..2000_usize) {
        static VALUE: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| {
            let signer = signer(KeyAlgorithm::Sm2);
            written(&signer, &SignedDataStyle::gm(now())).1
        });
        let mut value = VALUE.clone();
        for (position, byte) in edits {
            let position = position % value.len();
            value[position] = byte;
        }
        if cut % 3 == 0 {
            value.truncate(cut);
        }
        judge(&value);
        proptest::prop_assert_ne!(judge_over(&value, b"another", &[]).integrity, Integrity::Intact);
    }
}
