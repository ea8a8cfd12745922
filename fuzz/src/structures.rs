//! Targets that read ASN.1: TLVs, seals, seal signatures, SignedData, signature values.

use sealcore::algorithm::{Sm2Value, sm2_value_to_der};
use sealcore::asn1::{Oid, Tag, Time, Tlv, Writer};
use sealcore::cert::TrustStore;
use sealcore::cms::SignedData;
use sealcore::lang::Lang;
use sealcore::report::{Code, Effect, Format, Integrity, Report, Verdict};
use sealcore::seal::{self, Seal, SealSignature};

use crate::options;

/// Walks a TLV with every reader of values. What is read lies inside the input, children lie inside their parents, and what
/// [`Writer`] writes of an identifier or number is read back.
pub fn asn1(data: &[u8]) {
    if let Ok(tlv) = Tlv::parse_prefix(data) {
        assert_eq!(data.get(tlv.offset()..tlv.offset() + tlv.raw().len()), Some(tlv.raw()));
        walk(&tlv);
    }
    if let Some(oid) = std::str::from_utf8(data).ok().and_then(Oid::parse) {
        assert_eq!(Oid::parse(&oid.to_string()), Some(oid));
    }
}

fn walk(tlv: &Tlv<'_>) {
    assert!(tlv.raw().len() >= tlv.content().len());
    if let Ok(oid) = tlv.oid() {
        // What is no proper identifier, or has very large arcs, is shown and not read from text.
        assert_eq!(Oid::from_content(oid.content()), Some(oid));
        assert!(Oid::parse(&oid.to_string()).is_none_or(|again| again == oid), "{oid}");
    }
    if let Ok(number) = tlv.i64() {
        let mut writer = Writer::new();
        writer.integer(number);
        let written = writer.finish();
        assert_eq!(Tlv::parse(&written).and_then(|again| again.i64()).ok(), Some(number));
    }
    if let Ok((time, _)) = Time::from_tlv(tlv) {
        assert!(!time.to_string().is_empty());
    }
    if let Ok(bits) = tlv.bit_string() {
        assert!(bits.unused < 8 && bits.bytes.len() <= tlv.raw().len());
    }
    if let Ok(octets) = tlv.octets() {
        assert!(octets.len() <= tlv.raw().len());
    }
    let (_, _, _, _) = (tlv.text(), tlv.boolean(), tlv.unsigned(32), tlv.implicit_octets());
    let Ok(mut members) = tlv.children() else { return };
    while let Ok(Some(member)) = members.next() {
        assert!(member.offset() > tlv.offset());
        assert!(member.offset() + member.raw().len() <= tlv.offset() + tlv.raw().len());
        walk(&member);
    }
}

/// Reads a seal and verifies it without trust. What is read keeps the bytes that were read and reads the same again; a
/// report is never valid without an anchor and never intact beside a mismatch.
pub fn der_seal(data: &[u8]) {
    let read = Seal::from_der(data);
    let trust = TrustStore::new();
    let report = seal::verify(data, &options(&trust));
    let Ok(seal) = read else {
        assert!(report.is_err());
        return;
    };
    assert!(data.windows(seal.der().len()).any(|window| window == seal.der()));
    let again = Seal::from_der(seal.der());
    assert!(again.is_ok_and(|again| {
        again.generation == seal.generation
            && (again.version, &again.es_id, &again.maker) == (seal.version, &seal.es_id, &seal.maker)
            && (&again.property, &again.picture, &again.extensions) == (&seal.property, &seal.picture, &seal.extensions)
    }));
    let Ok(report) = report else {
        return assert!(report.is_ok(), "what was read is verified");
    };
    check(&report);
    assert_eq!(
        report.signatures.first().and_then(|one| one.standard),
        Some(seal.generation.standard())
    );
}

/// What holds for every report that was made without anchors. A broken seal leaves the integrity of the signature around it
/// as it is, and makes the document invalid.
pub(crate) fn check(report: &Report) {
    assert_ne!(report.verdict, Verdict::Valid, "nothing is valid without an anchor");
    let all = report
        .findings
        .iter()
        .chain(report.signatures.iter().flat_map(|one| &one.findings));
    if all.into_iter().any(|finding| finding.code.effect() == Effect::Invalid) {
        assert_eq!(report.verdict, Verdict::Invalid);
    }
    for signature in &report.signatures {
        let broken = |code| match code {
            Code::SealSignatureMismatch => report.format == Format::Seal,
            Code::SignatureMismatch | Code::DigestMismatch | Code::ReferenceAltered => true,
            _ => false,
        };
        if signature.findings.iter().any(|finding| broken(finding.code)) {
            assert_ne!(signature.integrity, Integrity::Intact, "a mismatch is not intact");
        }
    }
    for lang in [Lang::En, Lang::Zh] {
        assert!(report.to_json("file", lang).is_object());
    }
}

/// Reads SES_Signature. What is read has the shape by which verification recognises it, and its signed bytes are one
/// SEQUENCE of the input.
pub fn seal_signature(data: &[u8]) {
    let Ok(signature) = SealSignature::from_der(data) else {
        return;
    };
    assert!(SealSignature::is_shape(data));
    let signed = signature.signed_bytes();
    assert!(Tlv::parse(signed).is_ok_and(|tlv| tlv.tag() == Tag::SEQUENCE));
    assert!(data.windows(signed.len()).any(|window| window == signed));
    assert!(
        signed
            .windows(signature.seal.der().len())
            .any(|window| window == signature.seal.der())
    );
}

/// Reads SignedData of either family. What is read has the shape by which verification recognises it.
pub fn signed_data(data: &[u8]) {
    let Ok(signed) = SignedData::from_bytes(data) else {
        return;
    };
    assert!(SignedData::is_shape(data));
    for attributes in signed.signers.iter().filter_map(|signer| signer.attributes.as_ref()) {
        assert!(Tlv::parse(&attributes.signed_bytes).is_ok_and(|set| set.tag() == Tag::SET && set.is_der()));
    }
}

/// Reads an SM2 signature value. Whatever its form, its strict form is read as the same value and without a quirk.
pub fn signature_value(data: &[u8]) {
    let Ok(value) = Sm2Value::from_bytes(data) else { return };
    let strict = sm2_value_to_der(&value.signature);
    let again = Sm2Value::from_bytes(&strict);
    assert!(again.is_ok_and(|again| again.signature == value.signature && again.quirks.is_empty()));
    assert_eq!(
        value.quirks.is_empty(),
        strict == data,
        "what is not strict is a quirk, and nothing else is"
    );
}
