//! Judges a seal: GM/T 0031-2014, 6.1.2; GB/T 38540-2020; the procedure of GM/T 0031-2025 as far as it could be read.

use super::{Generation, Seal};
use crate::algorithm::{PublicKey, Sm2Value, verify_sm2};
use crate::asn1::Time;
use crate::cert::{Certificate, PathQuestion, Purpose};
use crate::error::Result;
use crate::lang::Lang;
use crate::oids;
use crate::report::{
    Code, Coverage, Finding, Format, Integrity, Report, SealInfo, SignatureKind, SignatureReport, TimestampInfo, Trust,
};
use crate::text;
use crate::timestamp;
use crate::verify::VerifyOptions;

/// Verifies a seal file (.esl) by itself, at the judged moment of `options`.
///
/// # Errors
/// [`ErrorKind::Seal`](crate::error::ErrorKind::Seal) or [`ErrorKind::Asn1`](crate::error::ErrorKind::Asn1) when the bytes
/// are no seal.
pub fn verify(bytes: &[u8], options: &VerifyOptions<'_>) -> Result<Report> {
    let seal = Seal::from_der(bytes)?;
    let mut report = SignatureReport::new(seal.es_id.clone(), SignatureKind::Seal);
    report.standard = Some(seal.generation.standard());
    report.coverage = Coverage::Whole;
    report.signed_at = Some(seal.property.created);
    report.findings.extend(seal.quirks.iter().copied().map(Finding::new));
    let judged = judge(&seal, options.at, options);
    report.integrity = judged.integrity;
    report.trust = judged.trust;
    report.timestamp = judged.timestamp;
    report.findings.extend(judged.findings);
    let (from, until) = (seal.property.valid_from, seal.property.valid_until);
    if !(from..=until).contains(&options.at) {
        let at = options.at;
        report.findings.push(
            Finding::new(Code::SealNotValid)
                .clause(clause(&seal, Step::Validity))
                .with(text!(
                    "the seal is valid from {from} to {until}, not at {at}",
                    "印章有效期为 {from} 至 {until}，不包括 {at}"
                )),
        );
    }
    report.signer = Certificate::from_der(&seal.maker).ok().map(|maker| maker.info());
    report.seal = Some(info(&seal));
    Ok(Report::new(Format::Seal, options.policy, vec![report], Vec::new()))
}

/// What was found out about a seal.
pub(crate) struct Judged {
    pub(crate) integrity: Integrity,
    pub(crate) trust: Trust,
    pub(crate) timestamp: Option<TimestampInfo>,
    pub(crate) findings: Vec<Finding>,
}

/// Judges the maker's signature, the maker's certificate and the picture at the moment `time`. Whether that moment lies
/// inside the seal's validity is the caller's to say.
pub(crate) fn judge(seal: &Seal, time: Time, options: &VerifyOptions<'_>) -> Judged {
    let mut judged = Judged {
        integrity: Integrity::Unverifiable,
        trust: Trust::Unknown,
        timestamp: None,
        findings: Vec::new(),
    };
    match Certificate::from_der(&seal.maker) {
        Ok(maker) => {
            judged.integrity = judge_value(seal, &maker, &mut judged.findings);
            judge_maker(seal, &maker, time, options, &mut judged);
        }
        Err(error) => {
            let zh = error.describe(Lang::Zh);
            judged.findings.push(Finding::new(Code::MakerUnreadable).with(text!(
                "the maker's certificate cannot be read: {error}",
                "制章者证书无法读取：{zh}"
            )));
        }
    }
    judge_content(seal, &mut judged.findings);
    judged.timestamp = judge_stamp(seal, options, &mut judged.findings);
    judged
}

fn judge_value(seal: &Seal, maker: &Certificate, findings: &mut Vec<Finding>) -> Integrity {
    let PublicKey::Sm2(key) = maker.public_key() else {
        findings.push(Finding::new(Code::SignatureAlgorithm).with(text!(
            "the maker's key is not SM2, so the seal's signature was not verified",
            "制章者密钥不是 SM2，未能验证印章签名"
        )));
        return Integrity::Unverifiable;
    };
    let bits = crate::asn1::BitString {
        unused: seal.value_unused,
        bytes: &seal.value,
    };
    let value = Sm2Value::from_bits(&bits);
    let holds = value
        .as_ref()
        .is_ok_and(|value| verify_sm2(key, &seal.signed_bytes(), &value.signature).is_ok());
    if !holds {
        findings.push(Finding::new(Code::SealSignatureMismatch).clause(clause(seal, Step::Signature)));
        return Integrity::Altered;
    }
    findings.extend(value.iter().flat_map(|value| &value.quirks).copied().map(Finding::new));
    if seal.algorithm != oids::SM2_WITH_SM3 {
        findings.push(algorithm_quirk(seal.algorithm));
    }
    Integrity::Intact
}

pub(crate) fn algorithm_quirk(found: crate::asn1::Oid) -> Finding {
    Finding::new(Code::QuirkAlgorithm).with(text!(
        "the algorithm is given as {found}; the signature holds as SM2 with SM3",
        "算法标识为 {found}，按 SM2-SM3 验证通过"
    ))
}

/// GM/T 0031-2025 asks for a certificate that was good when the seal was made and lets it end later. The older texts judge
/// it at the judged moment alone; real seals of that time were made hours before their maker's certificate began, or
/// outlived it, so a certificate that was good at either moment is accepted there, with a finding.
fn judge_maker(seal: &Seal, maker: &Certificate, time: Time, options: &VerifyOptions<'_>, judged: &mut Judged) {
    let created = seal.property.created;
    let (at_making, at_judging) = (maker.is_within_validity(created), maker.is_within_validity(time));
    let code = match (seal.generation, at_making, at_judging) {
        (_, true, true) => None,
        (Generation::V5, true, false) => Some(Code::MakerExpiredSince),
        (Generation::V5, false, _) | (_, false, false) => Some(Code::MakerNotValid),
        (_, true, false) | (_, false, true) => Some(Code::MakerValidity),
    };
    if let Some(code) = code {
        let (from, until) = (maker.not_before(), maker.not_after());
        judged.findings.push(Finding::new(code).clause(clause(seal, Step::Certificate)).with(text!(
            "the maker's certificate is valid from {from} to {until}; the seal was made at {created} and is judged at {time}",
            "制章者证书有效期为 {from} 至 {until}；制章时间 {created}，判断时刻 {time}"
        )));
    }
    let question = PathQuestion {
        certificate: maker,
        extra: &[],
        time: if at_judging && seal.generation != Generation::V5 {
            time
        } else {
            created
        },
        time_proven: false,
        now: options.at,
        purpose: Purpose::SealMaker,
    };
    let trust = options.maker_trust.unwrap_or(options.trust);
    let path = trust.judge(&question, &options.limits);
    judged.trust = path.trust;
    judged.findings.extend(path.findings);
}

fn judge_content(seal: &Seal, findings: &mut Vec<Finding>) {
    let property = &seal.property;
    if !(property.valid_from..=property.valid_until).contains(&property.created) {
        let (created, from, until) = (property.created, property.valid_from, property.valid_until);
        findings.push(Finding::new(Code::SealMadeOutsideValidity).with(text!(
            "the seal was made at {created} and is valid from {from} to {until}",
            "制章时间 {created} 不在印章有效期 {from} 至 {until} 内"
        )));
    }
    if seal.picture.is_mislabelled() {
        findings.push(Finding::new(Code::SealPicture));
    }
    for extension in seal.extensions.iter().filter(|extension| extension.critical) {
        let id = extension.id;
        findings.push(Finding::new(Code::SealExtension).with(text!(
            "the seal's critical extension {id} is not known",
            "印章的关键扩展 {id} 未知"
        )));
    }
}

/// The time stamp of a seal of GM/T 0031-2025, over the maker's signature value.
fn judge_stamp(seal: &Seal, options: &VerifyOptions<'_>, findings: &mut Vec<Finding>) -> Option<TimestampInfo> {
    let token = seal.timestamp.as_ref()?;
    let stamp = timestamp::judge_signature_stamp(token, &seal.value, &[], options);
    findings.extend(stamp.finding.map(|finding| {
        let (en, zh) = (finding.message(Lang::En), finding.message(Lang::Zh));
        Finding::new(finding.code).with(text!("on the seal: {en}", "印章：{zh}"))
    }));
    Some(TimestampInfo {
        time: stamp.time,
        verified: stamp.verified,
    })
}

/// The seal, for a person.
impl Seal {
    /// The seal as reports show it.
    #[must_use]
    pub fn info(&self) -> SealInfo {
        info(self)
    }
}

pub(crate) fn info(seal: &Seal) -> SealInfo {
    SealInfo {
        id: seal.es_id.clone(),
        name: seal.property.name.clone(),
        standard: seal.generation.standard().name(),
        kind: seal.property.kind,
        vendor: seal.vendor_id.clone(),
        created: seal.property.created,
        valid_from: seal.property.valid_from,
        valid_until: seal.property.valid_until,
        picture: seal.picture.info(),
        maker: Certificate::from_der(&seal.maker).ok().map(|maker| maker.info()),
    }
}

/// Steps of GM/T 0031-2014, 6.1.2; the clauses of the later standards could not be read.
enum Step {
    Signature,
    Certificate,
    Validity,
}

fn clause(seal: &Seal, step: Step) -> Option<&'static str> {
    match (seal.generation, step) {
        (Generation::V1, Step::Signature) => Some("GM/T 0031-2014, 6.1.2 b"),
        (Generation::V1, Step::Certificate) => Some("GM/T 0031-2014, 6.1.2 c"),
        (Generation::V1, Step::Validity) => Some("GM/T 0031-2014, 6.1.2 d"),
        _ => None,
    }
}
