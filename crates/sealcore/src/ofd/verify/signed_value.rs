//! The signed value: a seal signature, SignedData or a bare SM2 value over Signature.xml.

use base64ct::{Base64, Encoding as _};
use sealcore_gm::sm2::VerifyingKey;
use sealcore_gm::sm3;

use crate::algorithm::{PublicKey, Sm2Value, verify_sm2};
use crate::asn1::{BitString, Oid, Time};
use crate::cert::{Certificate, PathQuestion, Purpose};
use crate::cms::{SignedData, SignerInfo};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Lang;
use crate::ofd::path::PackagePath;
use crate::oids;
use crate::report::{Code, Finding, Integrity, SignatureKind, SignatureReport, Standard, TimestampInfo, Trust};
use crate::seal::{self, Generation, Listed, SealSignature};
use crate::text;
use crate::verify::VerifyOptions;

/// Seconds by which a signer's clock may be ahead.
const CLOCK_SKEW: i64 = 600;

/// A signed value, told by its shape.
pub(crate) enum SignedValue {
    Seal(Box<SealSignature>),
    Cms(SignedData),
    Bare(Sm2Value),
}

/// What a signed value is judged against.
pub(super) struct Context<'c> {
    pub(super) xml_digest: Vec<u8>,
    pub(super) xml: &'c [u8],
    pub(super) path: &'c PackagePath,
    pub(super) seal_file: Option<&'c [u8]>,
    /// Whether Signature.xml names a picture of a seal.
    pub(super) has_picture: bool,
    pub(super) stated_time: Option<Time>,
    pub(super) list_kind: &'c str,
    pub(super) options: &'c VerifyOptions<'c>,
}

impl SignedValue {
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        if SealSignature::is_shape(bytes) {
            return SealSignature::from_der(bytes).map(|signature| Self::Seal(Box::new(signature)));
        }
        if SignedData::is_shape(bytes) {
            return SignedData::from_bytes(bytes).map(Self::Cms);
        }
        Sm2Value::from_bytes(bytes).map(Self::Bare).map_err(|error| {
            Error::new(
                ErrorKind::Seal,
                text!(
                    "the signed value is neither a seal signature nor SignedData nor an SM2 value",
                    "签名值既不是电子签章，也不是 SignedData 或 SM2 签名值"
                ),
            )
            .caused_by(error)
        })
    }

    /// The signer's SM2 key.
    pub(super) fn key(&self) -> Option<VerifyingKey> {
        let certificate = match self {
            Self::Seal(signature) => Certificate::from_der(&signature.certificate).ok()?,
            Self::Cms(data) => signer_certificate(data, data.signers.first()?)?,
            Self::Bare(_) => return None,
        };
        certificate.public_key().sm2().ok().cloned()
    }

    /// Judges the value; what is found goes into `report`. The references are not its business.
    pub(super) fn judge(&self, context: &Context<'_>, report: &mut SignatureReport) -> Integrity {
        let kind = if matches!(self, Self::Seal(_)) {
            SignatureKind::Seal
        } else {
            SignatureKind::Signature
        };
        if kind != report.kind {
            let stated = context.list_kind;
            report
                .findings
                .push(Finding::new(Code::SignatureTypeDiffers).with(text!(
                    "the list says Type={stated}, the signed value is of the other type",
                    "列表记为 Type={stated}，而签名值为另一类型"
                )));
            report.kind = kind;
        }
        if kind == SignatureKind::Signature && (context.seal_file.is_some() || context.has_picture) {
            report.findings.push(Finding::new(Code::SealFileDiffers).with(text!(
                "a seal is shown, and the signed value holds none: anybody's seal could stand there",
                "文档显示印章，但签名值中没有印章：该处可能是他人的印章"
            )));
        }
        match self {
            Self::Seal(signature) => judge_seal_signature(signature, context, report),
            Self::Cms(data) => {
                let outcome = judge_signed_data(data, &context.xml_digest, context.xml);
                report.standard = Some(data.family.standard());
                report.findings.extend(outcome.findings);
                // SignatureDateTime stands in Signature.xml, which the signature covers: a claim like any other.
                let time = signing_time(outcome.signing_time.or(context.stated_time), context.options, report);
                note_timestamp(outcome.has_timestamp, report);
                if let Some(signer) = &outcome.signer {
                    judge_signer(signer, &outcome.others, time, None, context.options, report);
                }
                for signer in &outcome.co_signers {
                    judge_co_signer(signer, &outcome.others, time, context.options, report);
                }
                outcome.integrity
            }
            Self::Bare(value) => {
                report.standard = Some(Standard::Sm2);
                report.signed_at = context.stated_time;
                report.findings.extend(value.quirks.iter().copied().map(Finding::new));
                report.findings.push(Finding::new(Code::SignatureNoKey));
                Integrity::Unverifiable
            }
        }
    }
}

/// GM/T 0031-2014, 6.2.3, and what an OFD document adds: the digest of Signature.xml, the signer in the list, Seal.esl.
fn judge_seal_signature(signature: &SealSignature, context: &Context<'_>, report: &mut SignatureReport) -> Integrity {
    let options = context.options;
    let clause = |step: &'static str| (signature.generation == Generation::V1).then_some(step);
    report.standard = Some(signature.generation.standard());
    report.seal = Some(seal::info(&signature.seal));
    let mut quirks: Vec<Code> = Vec::new();
    for quirk in &signature.quirks {
        if !quirks.contains(quirk) {
            quirks.push(*quirk);
        }
    }
    report.findings.extend(quirks.into_iter().map(Finding::new));
    if signature
        .property_info
        .trim_matches(|c: char| c.is_whitespace() || c == '\0')
        != context.path.as_str()
    {
        report.findings.push(Finding::new(Code::QuirkPropertyInfo));
    }
    let mut integrity = Integrity::Intact;
    if signature.data_hash != context.xml_digest {
        report
            .findings
            .push(Finding::new(Code::DigestMismatch).clause(clause("GM/T 0031-2014, 6.2.3 e")));
        integrity = Integrity::Altered;
    }
    for extension in signature.extensions.iter().filter(|extension| extension.critical) {
        let id = extension.id;
        report.findings.push(Finding::new(Code::SealExtension).with(text!(
            "the signature's critical extension {id} is not known",
            "签章的关键扩展 {id} 未知"
        )));
    }
    let time = signing_time(signature.time.or(context.stated_time), options, report);
    let has_token = signature.timestamp.is_some() || signature.time_token.is_some();
    note_timestamp(has_token, report);
    match Certificate::from_der(&signature.certificate) {
        Ok(certificate) => {
            let bits = BitString {
                unused: signature.value_unused,
                bytes: &signature.value,
            };
            let value = Sm2Value::from_bits(&bits);
            let proof = judge_value(
                &certificate,
                signature.signed_bytes(),
                value,
                signature.algorithm,
                &mut report.findings,
            );
            if proof == Integrity::Altered
                && let Some(last) = report.findings.last_mut()
            {
                last.clause = clause("GM/T 0031-2014, 6.2.3 b");
            }
            integrity = integrity.and(proof);
            let mut extra: Vec<Certificate> = Vec::new();
            extra.extend(Certificate::from_der(&signature.seal.maker).ok());
            judge_signer(
                &certificate,
                &extra,
                time,
                clause("GM/T 0031-2014, 6.2.3 d"),
                options,
                report,
            );
        }
        Err(error) => {
            report.findings.push(unreadable_signer(&error));
            integrity = integrity.and(Integrity::Unverifiable);
        }
    }
    judge_seal(signature, context, time, report);
    integrity
}

fn judge_seal(signature: &SealSignature, context: &Context<'_>, time: Time, report: &mut SignatureReport) {
    let seal = &signature.seal;
    match seal.property.certificates.contains(&signature.certificate) {
        Listed::Yes => {}
        Listed::No => report.findings.push(Finding::new(Code::SealSignerNotListed)),
        Listed::Unknown => report.findings.push(Finding::new(Code::SealSignerUnlistable)),
    }
    if signature.certificate == seal.maker {
        report.findings.push(Finding::new(Code::SealSelfMade));
    }
    if context.seal_file.is_some_and(|file| file != seal.der()) {
        report.findings.push(Finding::new(Code::SealFileDiffers));
    }
    let (from, until) = (seal.property.valid_from, seal.property.valid_until);
    if !(from..=until).contains(&time) {
        let step = (signature.generation == Generation::V1).then_some("GM/T 0031-2014, 6.2.3 f");
        report
            .findings
            .push(Finding::new(Code::SealNotValidAtSigning).clause(step).with(text!(
                "signed at {time}; the seal is valid from {from} to {until}",
                "签章时间 {time} 不在印章有效期 {from} 至 {until} 内"
            )));
    }
    for finding in seal::judge(seal, time, context.options).findings {
        if !report.findings.contains(&finding) {
            report.findings.push(finding);
        }
    }
}

/// What SignedData over an original proves. Trust is not judged here.
pub(crate) struct Outcome {
    pub(crate) integrity: Integrity,
    pub(crate) findings: Vec<Finding>,
    /// The first signer whose certificate is there.
    pub(crate) signer: Option<Certificate>,
    /// Further signers.
    co_signers: Vec<Certificate>,
    /// Every certificate that came along.
    pub(crate) others: Vec<Certificate>,
    pub(crate) signing_time: Option<Time>,
    has_timestamp: bool,
}

/// Judges SignedData over the original with this SM3 digest. Every signer must hold.
pub(crate) fn judge_signed_data(data: &SignedData, digest: &[u8], original: &[u8]) -> Outcome {
    let mut outcome = Outcome {
        integrity: Integrity::Intact,
        findings: data.quirks.iter().copied().map(Finding::new).collect(),
        signer: None,
        co_signers: Vec::new(),
        others: data
            .certificates
            .iter()
            .filter_map(|der| Certificate::from_der(der).ok())
            .collect(),
        signing_time: None,
        has_timestamp: false,
    };
    let content = content_form(data, digest, original);
    if content == ContentForm::Other {
        outcome.findings.push(Finding::new(Code::DigestMismatch));
        outcome.integrity = Integrity::Altered;
    } else if content == ContentForm::DigestText {
        outcome.findings.push(Finding::new(Code::QuirkDigestText));
    }
    if data.signers.is_empty() {
        outcome
            .findings
            .push(Finding::new(Code::SignatureUnreadable).with(text!("there is no signer", "没有签名者")));
        outcome.integrity = Integrity::Altered;
    }
    for (position, signer) in data.signers.iter().enumerate() {
        let proof = judge_signer_info(data, signer, digest, original, &mut outcome);
        outcome.integrity = outcome.integrity.and(proof);
        outcome.has_timestamp |= signer.timestamp.is_some();
        // The time of the signer that is named; another's claim is not its.
        if position == 0 {
            outcome.signing_time = signer
                .attributes
                .as_ref()
                .and_then(|attributes| attributes.signing_time);
        }
    }
    outcome
}

/// What the content of SignedData is to the original.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ContentForm {
    Detached,
    Digest,
    DigestText,
    Original,
    Other,
}

fn content_form(data: &SignedData, digest: &[u8], original: &[u8]) -> ContentForm {
    match &data.content {
        None => ContentForm::Detached,
        Some(content) if content == digest => ContentForm::Digest,
        Some(content) if content == original => ContentForm::Original,
        Some(content) if content.trim_ascii() == Base64::encode_string(digest).as_bytes() => ContentForm::DigestText,
        Some(_) => ContentForm::Other,
    }
}

fn judge_signer_info(
    data: &SignedData,
    signer: &SignerInfo,
    digest: &[u8],
    original: &[u8],
    outcome: &mut Outcome,
) -> Integrity {
    let Some(certificate) = signer_certificate(data, signer) else {
        outcome.findings.push(Finding::new(Code::SignatureNoKey));
        return Integrity::Unverifiable;
    };
    match &outcome.signer {
        None => outcome.signer = Some(certificate.clone()),
        Some(first) if *first != certificate => outcome.co_signers.push(certificate.clone()),
        Some(_) => {}
    }
    let value = || Sm2Value::from_bytes(&signer.value);
    let algorithm = match signer.signature_algorithm {
        oids::SM2_SIGN => oids::SM2_WITH_SM3,
        other => other,
    };
    let Some(attributes) = &signer.attributes else {
        // Without attributes the content itself is signed; detached, that is the digest or the original.
        let message = data.content.as_deref().unwrap_or(digest);
        let holds = |message: &[u8]| match (certificate.public_key(), value()) {
            (PublicKey::Sm2(key), Ok(value)) => verify_sm2(key, message, &value.signature).is_ok(),
            _ => false,
        };
        let message = if data.content.is_none() && !holds(message) {
            original
        } else {
            message
        };
        return judge_value(&certificate, message, value(), algorithm, &mut outcome.findings);
    };
    let expected = match &data.content {
        Some(content) => [sm3::digest(content).to_vec(), digest.to_vec()],
        None => [digest.to_vec(), digest.to_vec()],
    };
    let mut integrity = Integrity::Intact;
    if !attributes
        .message_digest
        .as_ref()
        .is_some_and(|stated| expected.contains(stated))
    {
        outcome.findings.push(Finding::new(Code::DigestMismatch));
        integrity = Integrity::Altered;
    }
    let proof = judge_value(
        &certificate,
        &attributes.signed_bytes,
        value(),
        algorithm,
        &mut outcome.findings,
    );
    integrity.and(proof)
}

fn signer_certificate(data: &SignedData, signer: &SignerInfo) -> Option<Certificate> {
    data.certificates
        .iter()
        .filter_map(|der| Certificate::from_der(der).ok())
        .find(|one| signer.id.names(one))
}

/// Verifies one SM2 value over `message`.
fn judge_value(
    certificate: &Certificate,
    message: &[u8],
    value: Result<Sm2Value>,
    algorithm: Oid,
    findings: &mut Vec<Finding>,
) -> Integrity {
    let PublicKey::Sm2(key) = certificate.public_key() else {
        findings.push(Finding::new(Code::SignatureAlgorithm).with(text!(
            "the signer's key is not SM2, so the signature was not verified",
            "签名者密钥不是 SM2，未能验证签名"
        )));
        return Integrity::Unverifiable;
    };
    match value {
        Ok(value) if verify_sm2(key, message, &value.signature).is_ok() => {
            for quirk in value.quirks.into_iter().map(Finding::new) {
                if !findings.contains(&quirk) {
                    findings.push(quirk);
                }
            }
            if algorithm != oids::SM2_WITH_SM3 {
                findings.push(seal::algorithm_quirk(algorithm));
            }
            Integrity::Intact
        }
        _ => {
            findings.push(Finding::new(Code::SignatureMismatch));
            Integrity::Altered
        }
    }
}

/// The moment at which certificates and seal are judged, and what is to be said about it.
fn signing_time(claimed: Option<Time>, options: &VerifyOptions<'_>, report: &mut SignatureReport) -> Time {
    report.signed_at = claimed;
    match claimed {
        Some(time) => {
            report.findings.push(Finding::new(Code::TimeClaimed));
            if time > options.at.plus_seconds(CLOCK_SKEW) {
                let at = options.at;
                report.findings.push(Finding::new(Code::TimeFuture).with(text!(
                    "the claimed signing time {time} lies after the judged moment {at}",
                    "声称的签名时间 {time} 晚于判断时刻 {at}"
                )));
            }
            time
        }
        None => {
            report.findings.push(Finding::new(Code::TimeMissing));
            options.at
        }
    }
}

fn note_timestamp(present: bool, report: &mut SignatureReport) {
    if present {
        report.timestamp = Some(TimestampInfo {
            time: None,
            verified: false,
        });
        report.findings.push(Finding::new(Code::TimestampUnchecked));
    }
}

fn judge_signer(
    certificate: &Certificate,
    extra: &[Certificate],
    time: Time,
    clause: Option<&'static str>,
    options: &VerifyOptions<'_>,
    report: &mut SignatureReport,
) {
    report.signer = Some(certificate.info());
    if !certificate.is_within_validity(time) {
        let (from, until) = (certificate.not_before(), certificate.not_after());
        report
            .findings
            .push(Finding::new(Code::SignerNotValidAtSigning).clause(clause).with(text!(
                "signed at {time}; the signer's certificate is valid from {from} to {until}",
                "签名时间 {time} 不在签名者证书有效期 {from} 至 {until} 内"
            )));
    }
    let question = PathQuestion {
        certificate,
        extra,
        time,
        time_proven: false,
        now: options.at,
        purpose: Purpose::Signer,
    };
    let judgement = options.trust.judge(&question, &options.limits);
    report.trust = judgement.trust;
    report.findings.extend(judgement.findings);
}

/// A further signer: trusted like the first, or the whole is not.
fn judge_co_signer(
    certificate: &Certificate,
    extra: &[Certificate],
    time: Time,
    options: &VerifyOptions<'_>,
    report: &mut SignatureReport,
) {
    let (signer, trust) = (report.signer.take(), report.trust);
    judge_signer(certificate, extra, time, None, options, report);
    report.signer = signer;
    if trust != Trust::Trusted {
        report.trust = trust;
    }
}

fn unreadable_signer(error: &Error) -> Finding {
    let zh = error.describe(Lang::Zh);
    Finding::new(Code::SignerUnreadable).with(text!(
        "the signer's certificate cannot be read: {error}",
        "签名者证书无法读取：{zh}"
    ))
}
