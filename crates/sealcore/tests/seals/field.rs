//! Seals and signatures of real vendors, from the corpus.

use std::path::{Path, PathBuf};

use sealcore::algorithm::{Sm2Value, verify_sm2};
use sealcore::asn1::{BitString, Time};
use sealcore::cert::{Certificate, TrustStore};
use sealcore::cms::SignedData;
use sealcore::report::{Code, Integrity};
use sealcore::seal::{self, Generation, Listed, SealSignature};
use sealcore::verify::VerifyOptions;
use sealcore_gm::sm3;

use super::{NOW, codes};

fn corpus() -> PathBuf {
    PathBuf::from(std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS names the corpus folder"))
}

fn ending(folder: &Path, end: &str) -> Vec<u8> {
    let mut files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    std::fs::read(files.find(|path| path.to_string_lossy().ends_with(end)).unwrap()).unwrap()
}

/// The quirks that were measured on each set of artefacts, independently of this library.
const ARTEFACTS: [(&str, Generation, &[Code]); 6] = [
    (
        "52645e14",
        Generation::V1,
        &[Code::QuirkBitString, Code::SealVersionDiffers],
    ),
    (
        "673aeccf",
        Generation::V4,
        &[Code::QuirkCertListType, Code::QuirkString],
    ),
    (
        "a9e14863",
        Generation::V4,
        &[Code::QuirkRawSignature, Code::QuirkBitString, Code::QuirkTimeZone],
    ),
    ("afb1401f", Generation::V4, &[Code::QuirkNegativeInteger]),
    ("b3f532a1", Generation::V4, &[Code::QuirkTimeYear]),
    ("bf1b99c3", Generation::V4, &[Code::QuirkBitString, Code::QuirkTimeZone]),
];

/// The cryptography of real e-seal signatures holds, and what is odd about their encoding is found.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn artefacts_of_vendors() {
    for (set, generation, quirks) in ARTEFACTS {
        let folder = corpus().join("artefacts").join(set);
        let (xml, dat) = (ending(&folder, "Signature.xml"), ending(&folder, "Value.dat"));
        let signature = SealSignature::from_der(&dat).unwrap();
        assert_eq!(
            (signature.generation, signature.seal.generation),
            (generation, generation),
            "{set}"
        );
        assert_eq!(
            signature.data_hash,
            sm3::digest(&xml),
            "{set}: dataHash is SM3 of Signature.xml"
        );
        let certificate = Certificate::from_der(&signature.certificate).unwrap();
        let bits = BitString {
            unused: signature.value_unused,
            bytes: &signature.value,
        };
        let value = Sm2Value::from_bits(&bits).unwrap();
        let key = certificate.public_key().sm2().unwrap();
        verify_sm2(key, signature.signed_bytes(), &value.signature).unwrap_or_else(|error| panic!("{set}: {error}"));
        let mut changed = signature.signed_bytes().to_vec();
        *changed.last_mut().unwrap() ^= 1;
        assert!(verify_sm2(key, &changed, &value.signature).is_err());

        let trust = TrustStore::new();
        let report = seal::verify(signature.seal.der(), &VerifyOptions::new(&trust, Time::from_unix(NOW))).unwrap();
        let judged = &report.signatures[0];
        assert_eq!(judged.integrity, Integrity::Intact, "{set}: {judged:#?}");
        assert_eq!(
            signature.seal.property.certificates.contains(&signature.certificate),
            Listed::Yes,
            "{set}"
        );
        let found: Vec<Code> = signature
            .quirks
            .iter()
            .chain(&value.quirks)
            .copied()
            .chain(codes(judged))
            .collect();
        for quirk in quirks {
            assert!(found.contains(quirk), "{set}: {} not among {found:?}", quirk.name());
        }
    }
}

/// The one set that is SignedData: attributes over the digest of Signature.xml, signed.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn signed_data_of_a_vendor() {
    let folder = corpus().join("artefacts/1c0906db");
    let (xml, dat) = (ending(&folder, "Signature.xml"), ending(&folder, "Value.dat"));
    let data = SignedData::from_bytes(&dat).unwrap();
    let signer = &data.signers[0];
    let attributes = signer.attributes.as_ref().unwrap();
    assert_eq!(attributes.message_digest.as_deref(), Some(&sm3::digest(&xml)[..]));
    let certificates = data.certificates.iter().map(|der| Certificate::from_der(der).unwrap());
    let certificate = certificates
        .into_iter()
        .find(|certificate| signer.id.names(certificate))
        .unwrap();
    let value = Sm2Value::from_bytes(&signer.value).unwrap();
    verify_sm2(
        certificate.public_key().sm2().unwrap(),
        &attributes.signed_bytes,
        &value.signature,
    )
    .unwrap();
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn seal_files_of_other_makers() {
    let trust = TrustStore::new();
    let report = |file: &str| {
        let bytes = std::fs::read(corpus().join("ofd").join(file)).unwrap();
        seal::verify(&bytes, &VerifyOptions::new(&trust, Time::from_unix(NOW)))
            .unwrap()
            .signatures
            .remove(0)
    };
    for (file, generation) in [
        ("UserV1.esl", Generation::V1),
        ("UserV4.esl", Generation::V4),
        ("UserV5.esl", Generation::V5),
    ] {
        let judged = report(file);
        assert_eq!(
            (judged.integrity, judged.standard),
            (Integrity::Intact, Some(generation.standard())),
            "{file}"
        );
        assert!(!codes(&judged).contains(&Code::SealSignatureMismatch), "{file}");
    }
    let judged = report("SESealData.DER");
    assert_eq!(
        (judged.integrity, judged.standard),
        (Integrity::Altered, Some(Generation::V4.standard()))
    );
    assert!(codes(&judged).contains(&Code::SealSignatureMismatch));
}
