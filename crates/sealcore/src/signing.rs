//! What is checked before anything is signed, whatever the format of the document.

use crate::asn1::Time;
use crate::cert::{Certificate, PathQuestion, Purpose, TrustStore};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::{Lang, Text};
use crate::limits::Limits;
use crate::report::{Effect, Finding, Integrity};
use crate::seal::{self, Listed, Seal};
use crate::text;
use crate::verify::VerifyOptions;

pub(crate) fn refused(message: Text) -> Error {
    Error::new(ErrorKind::Refused, message)
}

/// The checks of GM/T 0031-2014, 6.2.2: signer, seal, and that they belong together. Trust is the verifier's to judge.
pub(crate) fn check_signer(certificate: &Certificate, seal: Option<&Seal>, time: Time, limits: &Limits) -> Result<()> {
    if !certificate.is_within_validity(time) {
        let (from, until) = (certificate.not_before(), certificate.not_after());
        return Err(refused(text!(
            "the signer's certificate is valid from {from} to {until}, not at {time}",
            "签名者证书有效期为 {from} 至 {until}，不包括 {time}"
        )));
    }
    let trust = TrustStore::new();
    let question = PathQuestion {
        certificate,
        extra: &[],
        time,
        time_proven: false,
        now: time,
        purpose: Purpose::Signer,
    };
    let judged = trust.judge(&question, limits);
    refuse_invalid(&judged.findings, "the signer's certificate", "签名者证书")?;
    let Some(seal) = seal else { return Ok(()) };
    let mut options = VerifyOptions::new(&trust, time);
    options.limits = limits.clone();
    let judged = seal::judge(seal, time, &options);
    refuse_invalid(&judged.findings, "the seal", "印章")?;
    if judged.integrity != Integrity::Intact {
        return Err(refused(text!(
            "the seal's own signature could not be verified",
            "印章自身的签名无法验证"
        )));
    }
    let (from, until) = (seal.property.valid_from, seal.property.valid_until);
    if !(from..=until).contains(&time) {
        return Err(refused(text!(
            "the seal is valid from {from} to {until}, not at {time}",
            "印章有效期为 {from} 至 {until}，不包括 {time}"
        )));
    }
    match seal.property.certificates.contains(certificate.der()) {
        Listed::Yes => Ok(()),
        Listed::No => Err(refused(text!(
            "the signer is not in the seal's list; a renewed certificate needs a new seal",
            "签章人证书不在印章的证书列表中；证书更换后须重新制章"
        ))),
        Listed::Unknown => Err(refused(text!(
            "the seal's list holds nothing that the signer could be compared with",
            "印章证书列表中没有可供比对的内容"
        ))),
    }
}

fn refuse_invalid(findings: &[Finding], en: &str, zh: &str) -> Result<()> {
    match findings.iter().find(|finding| finding.code.effect() == Effect::Invalid) {
        Some(finding) => {
            let (reason_en, reason_zh) = (finding.message(Lang::En), finding.message(Lang::Zh));
            Err(refused(text!("{en}: {reason_en}", "{zh}：{reason_zh}")))
        }
        None => Ok(()),
    }
}
