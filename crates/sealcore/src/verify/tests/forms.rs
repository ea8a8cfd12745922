//! Every form that is accepted, and that none of it is accepted of another original.

use super::*;
use crate::algorithm::PssParameters;
use crate::cms::SignedData;
use crate::report::{Form, Standard};
use crate::seal::{Generation, Picture, SealRequest, TbsSign, assemble_signature};

/// Intact over the original, in this form; altered over any other.
fn holds(value: &[u8], form: Form, certificates: &[Certificate]) -> SignatureReport {
    let report = judge_over(value, ORIGINAL, certificates);
    assert_eq!(
        (report.integrity, report.form),
        (Integrity::Intact, Some(form)),
        "{:?}",
        report.findings
    );
    for position in [0, ORIGINAL.len() / 2, ORIGINAL.len() - 1] {
        let mut other = ORIGINAL.to_vec();
        other[position] ^= 1;
        assert_eq!(judge_over(value, &other, certificates).integrity, Integrity::Altered);
    }
    for other in [&ORIGINAL[1..], &ORIGINAL[..ORIGINAL.len() - 1], b""] {
        assert_eq!(judge_over(value, other, certificates).integrity, Integrity::Altered);
    }
    report
}

#[test]
fn what_the_writer_makes() {
    let sha256 = DigestAlgorithm::Sha256;
    let pss = SignatureAlgorithm::RsaPss(PssParameters::new(sha256));
    for (key, styles) in [
        (
            KeyAlgorithm::Sm2,
            vec![
                SignedDataStyle::gm(now()),
                SignedDataStyle::cms(sm2(), now()),
                SignedDataStyle::pades(sm2()),
            ],
        ),
        (
            KeyAlgorithm::Rsa2048,
            vec![
                SignedDataStyle::pades(SignatureAlgorithm::RsaPkcs1(sha256)),
                SignedDataStyle::pades(pss),
            ],
        ),
        (
            KeyAlgorithm::P256,
            vec![SignedDataStyle::pades(SignatureAlgorithm::Ecdsa(sha256))],
        ),
        (
            KeyAlgorithm::P384,
            vec![SignedDataStyle::cms(
                SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384),
                now(),
            )],
        ),
    ] {
        let signer = signer(key);
        for style in styles {
            let signer = signer.clone().with_algorithm(style.algorithm).unwrap();
            let (prepared, whole) = written(&signer, &style);
            let report = holds(&whole, Form::CmsSignedAttributes, &[]);
            assert_eq!(odd(&report), [], "{style:?}");
            assert_eq!(
                report.standard,
                Some(if style.family == Family::Gm {
                    Standard::Gbt35275
                } else {
                    Standard::Cms
                })
            );
            assert_eq!(report.signed_at, Some(now()));
            let absent = !style.signing_certificate;
            assert_eq!(has(&report, Code::SigningCertificateAbsent), absent);

            let data = SignedData::from_bytes(&whole).unwrap();
            assert_eq!(data.quirks, []);
            let attributes = data.signers[0].attributes.as_ref().unwrap();
            assert_eq!(attributes.sorted_bytes, None);
            assert_eq!(attributes.signing_time, style.signing_time);
            assert_eq!(attributes.signed_bytes, prepared.signed_bytes());

            let max =
                PreparedSignedData::max_len(&style, signer.certificate(), &[], signer.max_signature_len()).unwrap();
            assert!(whole.len() <= max && max <= whole.len() + 16, "{} {max}", whole.len());
            let again = PreparedSignedData::from_attributes(
                prepared.signed_bytes().to_vec(),
                &style,
                signer.certificate(),
                &[],
            );
            assert_eq!(again.unwrap(), prepared);
        }
    }
}

#[test]
fn each_signed_byte_counts() {
    for (key, style) in [
        (KeyAlgorithm::Sm2, SignedDataStyle::gm(now())),
        (
            KeyAlgorithm::P256,
            SignedDataStyle::pades(SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256)),
        ),
    ] {
        let signer = signer(key);
        let (prepared, whole) = written(&signer, &style);
        let signed = &prepared.signed_bytes()[1..];
        let attributes = whole.windows(signed.len()).position(|window| window == signed).unwrap();
        // From the attributes to the end: attributes, algorithm, value. The algorithm of SM2 is not looked at, and a value
        // that states one byte too many is read as one whose last zero was cut; both are told.
        let odd_values = [Code::QuirkAlgorithm, Code::QuirkBitString];
        for position in attributes..whole.len() {
            let mut other = whole.clone();
            other[position] ^= 1;
            let report = judge(&other);
            let behind = position >= attributes + signed.len();
            let accepted = match report.integrity {
                Integrity::Altered => true,
                Integrity::Unverifiable => behind && has(&report, Code::SignatureAlgorithm),
                Integrity::Intact => behind && odd_values.iter().any(|code| has(&report, *code)),
            };
            assert!(accepted, "byte {position} of {}: {:?}", whole.len(), report.findings);
        }
    }
}

#[test]
fn without_attributes() {
    for key in [KeyAlgorithm::Sm2, KeyAlgorithm::Rsa2048, KeyAlgorithm::P256] {
        let signer = signer(key);
        let report = holds(&Forge::new(&signer).sign(), Form::CmsNoAttributes, &[]);
        assert_eq!(odd(&report), []);
    }
}

#[test]
fn digest_as_content() {
    let signer = signer(KeyAlgorithm::Sm2);
    let mut forge = Forge::new(&signer);
    forge.family = Family::Gm;
    forge.content_type = oids::GM_DATA;
    forge.content = Some(forge.digest(ORIGINAL));
    let report = holds(&forge.sign(), Form::CmsDigestContent, &[]);
    assert_eq!(odd(&report), []);
    // The same with attributes over that content.
    let report = holds(
        &forge.clone().attributes(forge.usual()).sign(),
        Form::CmsDigestContent,
        &[],
    );
    assert_eq!(odd(&report), []);
    // The signature holds on its own content whatever the document is.
    let report = judge_over(&forge.sign(), b"another document", &[]);
    assert_eq!(
        (report.integrity, odd(&report)),
        (Integrity::Altered, vec![Code::SignedContent])
    );
}

#[test]
fn adbe_pkcs7_sha1() {
    let signer = signer(KeyAlgorithm::Rsa2048);
    let mut forge = Forge::new(&signer);
    forge.content = DigestAlgorithm::Sha1.digest(ORIGINAL);
    let report = holds(&forge.sign(), Form::CmsDigestContent, &[]);
    assert_eq!(odd(&report), [Code::AlgorithmWeak]);
}

#[test]
fn digest_without_z() {
    let signer = signer(KeyAlgorithm::Sm2);
    let forge = Forge::new(&signer);
    let value = signer.sign_digest(&forge.digest(ORIGINAL)).unwrap();
    let report = holds(&forge.assemble(&[forge.signer_info(&value)]), Form::CmsPlainDigest, &[]);
    assert_eq!(odd(&report), [Code::QuirkPlainDigest]);
    // With attributes there is no such form.
    let forge = forge.clone().attributes(forge.usual());
    let value = signer
        .sign_digest(&forge.digest(&tagged(Tag::SET, &forge.usual().concat())))
        .unwrap();
    let report = judge(&forge.assemble(&[forge.signer_info(&value)]));
    assert_eq!(
        (report.integrity, odd(&report)),
        (Integrity::Altered, vec![Code::SignatureMismatch])
    );
}

#[test]
fn bare_values_with_a_certificate_beside() {
    let rsa = signer(KeyAlgorithm::Rsa2048);
    for digest in [DigestAlgorithm::Sha1, DigestAlgorithm::Sha256, DigestAlgorithm::Sha512] {
        let algorithm = SignatureAlgorithm::RsaPkcs1(digest);
        let value = rsa.key().sign_message(algorithm, ORIGINAL);
        // The key may refuse to sign with SHA-1.
        let Ok(value) = value else { continue };
        let value = tagged(Tag::OCTET_STRING, &value);
        let report = holds(&value, Form::Pkcs1, std::slice::from_ref(rsa.certificate()));
        assert_eq!(
            (report.standard, has(&report, Code::AlgorithmWeak)),
            (Some(Standard::Pkcs1), digest.is_weak())
        );
        let report = judge(&value);
        assert_eq!(
            (report.integrity, odd(&report)),
            (Integrity::Unverifiable, vec![Code::SignatureNoKey])
        );
    }
    let sm2 = signer(KeyAlgorithm::Sm2);
    let value = sign_message(&sm2, ORIGINAL).unwrap();
    holds(&value, Form::Sm2Value, std::slice::from_ref(sm2.certificate()));
    assert_eq!(judge(&value).integrity, Integrity::Unverifiable);
}

#[test]
fn seal_signatures() {
    let signer = signer(KeyAlgorithm::Sm2);
    for (generation, form) in [
        (Generation::V1, Form::SesV1),
        (Generation::V4, Form::SesV4),
        (Generation::V5, Form::SesV5),
    ] {
        let validity = [
            now().plus_seconds(-60),
            now().plus_seconds(-60),
            now().plus_seconds(3600),
        ];
        let picture = Picture::new("PNG", b"\x89PNG\r\n\x1a\n".to_vec(), 40, 40);
        let seal = SealRequest::new(generation, "1", "seal", picture, signer.certificate(), validity)
            .make(&signer)
            .unwrap();
        let hash = DigestAlgorithm::Sm3.digest(ORIGINAL).unwrap();
        let tbs = TbsSign::new(&seal, now(), hash, "field".into(), signer.certificate().der().to_vec());
        let tbs = tbs.to_der().unwrap();
        let value = sign_message(&signer, &tbs).unwrap();
        let mut whole = assemble_signature(generation, &tbs, signer.certificate().der(), &value, None);
        whole.extend([0; 300]);
        let report = holds(&whole, form, &[]);
        assert_eq!((report.kind, report.seal.is_some()), (SignatureKind::Seal, true));
        assert!(!has(&report, Code::QuirkTrailing));
    }
}
