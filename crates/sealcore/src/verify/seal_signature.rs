//! A seal signature over its original: digest, value, signer in the seal's list, the seal itself.

use super::signed_value::Context;
use super::signer::{SigningTime, judge_signer, signing_time, unreadable_signer};
use super::value::{self, Over, Proof, Stated};
use crate::asn1::BitString;
use crate::cert::Certificate;
use crate::digest::DigestAlgorithm;
use crate::error::Result;
use crate::report::{Code, Finding, Form, Integrity, SignatureReport};
use crate::seal::{self, Generation, Listed, SealSignature};
use crate::text;
use crate::timestamp;

/// GM/T 0031-2014, 6.2.3, but for what the format around adds.
pub(super) fn judge(
    signature: &SealSignature,
    context: &Context<'_>,
    report: &mut SignatureReport,
) -> Result<Integrity> {
    let options = context.options;
    let clause = |step: &'static str| (signature.generation == Generation::V1).then_some(step);
    report.standard = Some(signature.generation.standard());
    report.form = Some(match signature.generation {
        Generation::V1 => Form::SesV1,
        Generation::V4 => Form::SesV4,
        Generation::V5 => Form::SesV5,
    });
    report.seal = Some(seal::info(&signature.seal));
    let mut quirks: Vec<Code> = Vec::new();
    for quirk in &signature.quirks {
        if !quirks.contains(quirk) {
            quirks.push(*quirk);
        }
    }
    report.findings.extend(quirks.into_iter().map(Finding::new));
    let mut integrity = Integrity::Intact;
    if signature.data_hash != context.original.digest(DigestAlgorithm::Sm3)? {
        report
            .findings
            .push(context.host.digest_mismatch().clause(clause("GM/T 0031-2014, 6.2.3 e")));
        integrity = Integrity::Altered;
    }
    for extension in signature.extensions.iter().filter(|extension| extension.critical) {
        let id = extension.id;
        report.findings.push(Finding::new(Code::SealExtension).with(text!(
            "the signature's critical extension {id} is not known",
            "签章的关键扩展 {id} 未知"
        )));
    }
    let stamp = match (&signature.timestamp, &signature.time_token) {
        (Some(token), _) => {
            let stamp = timestamp::judge_signature_stamp(token, &signature.value, context.certificates, options);
            Some(stamp)
        }
        // What a token inside the signed structure is over, no text at hand says.
        (None, Some(token)) => Some(timestamp::unjudged(token)),
        (None, None) => None,
    };
    let inside = stamp.as_ref().and_then(|stamp| stamp.time);
    let claimed = signature
        .time
        .or(inside.filter(|_| signature.time_token.is_some() && signature.timestamp.is_none()))
        .or(context.stated_time);
    let time = signing_time(claimed, stamp, options, report);
    match Certificate::from_der(&signature.certificate) {
        Ok(certificate) => {
            let proof = verify(signature, &certificate)?;
            let failed = matches!(proof, Proof::Fails);
            integrity = integrity.and(proof.note(&mut report.findings));
            if failed && let Some(last) = report.findings.last_mut() {
                last.clause = clause("GM/T 0031-2014, 6.2.3 b");
            }
            let mut extra = context.certificates.to_vec();
            extra.extend(Certificate::from_der(&signature.seal.maker).ok());
            let step = clause("GM/T 0031-2014, 6.2.3 d");
            judge_signer(&certificate, &extra, time, step, options, report);
        }
        Err(error) => {
            report.findings.push(unreadable_signer(&error));
            integrity = integrity.and(Integrity::Unverifiable);
        }
    }
    judge_seal(signature, context, time, report);
    Ok(integrity)
}

fn verify(signature: &SealSignature, certificate: &Certificate) -> Result<Proof> {
    let stated = Stated {
        signature: signature.algorithm,
        identifier: None,
        digest: None,
    };
    let value = BitString {
        unused: signature.value_unused,
        bytes: &signature.value,
    };
    value::verify(certificate, stated, &value, Over::Message(signature.signed_bytes()))
}

fn judge_seal(signature: &SealSignature, context: &Context<'_>, signed: SigningTime, report: &mut SignatureReport) {
    let time = signed.time;
    let seal = &signature.seal;
    match seal.property.certificates.contains(&signature.certificate) {
        Listed::Yes => {}
        Listed::No => report.findings.push(Finding::new(Code::SealSignerNotListed)),
        Listed::Unknown => report.findings.push(Finding::new(Code::SealSignerUnlistable)),
    }
    if signature.certificate == seal.maker {
        report.findings.push(Finding::new(Code::SealSelfMade));
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
