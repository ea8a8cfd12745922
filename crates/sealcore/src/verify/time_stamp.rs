//! A document time stamp: a token whose imprint is the digest of the original. Its authority is not judged yet.

use super::original::Digests;
use super::signed_data::judge_signed_data;
use super::signed_value::Context;
use crate::cms::SignedData;
use crate::digest::DigestAlgorithm;
use crate::error::Result;
use crate::lang::Lang;
use crate::report::{Code, Finding, Form, Integrity, SignatureReport, Standard, TimestampInfo};
use crate::text;
use crate::timestamp::TstInfo;

/// The token's own signature over TSTInfo, and the imprint in TSTInfo against the original.
pub(super) fn judge(data: &SignedData, context: &Context<'_>, report: &mut SignatureReport) -> Result<Integrity> {
    report.standard = Some(Standard::Rfc3161);
    report.form = Some(Form::TimeStampToken);
    let Some(content) = &data.content else {
        report.findings.push(unreadable("there is no TSTInfo", "缺少 TSTInfo"));
        return Ok(Integrity::Altered);
    };
    // The token signs its own content, so that is the original of its SignedData.
    let content = &content[..];
    let outcome = judge_signed_data(data, &Digests::new(&content), context.certificates, context.host)?;
    report.findings.extend(
        outcome
            .findings
            .into_iter()
            .filter(|finding| finding.code != Code::QuirkAttached),
    );
    report.signer = outcome.signer.as_ref().map(|signer| signer.info());
    report.findings.push(Finding::new(Code::TimestampAuthorityUnjudged));
    let info = match TstInfo::from_der(content) {
        Ok(info) => info,
        Err(error) => {
            let (en, zh) = (error.describe(Lang::En), error.describe(Lang::Zh));
            report.findings.push(unreadable(&en, &zh));
            return Ok(Integrity::Altered);
        }
    };
    report.signed_at = Some(info.time.time());
    report.timestamp = Some(TimestampInfo {
        time: Some(info.time.time()),
        verified: false,
    });
    Ok(outcome.integrity.and(imprint(&info, context, report)?))
}

fn imprint(info: &TstInfo, context: &Context<'_>, report: &mut SignatureReport) -> Result<Integrity> {
    let oid = info.imprint.algorithm;
    let Some(algorithm) = DigestAlgorithm::from_oid(oid) else {
        report.findings.push(Finding::new(Code::DigestUnknown).with(text!(
            "the digest algorithm {oid} of the time stamp is not known",
            "时间戳的摘要算法 {oid} 未知"
        )));
        return Ok(Integrity::Unverifiable);
    };
    if algorithm.is_weak() {
        report.findings.push(Finding::new(Code::AlgorithmWeak).with(text!(
            "the time stamp is over a digest that no longer resists collisions",
            "时间戳所用的摘要算法已不能抵抗碰撞攻击"
        )));
    }
    if context.original.digest(algorithm)? == info.imprint.digest {
        return Ok(Integrity::Intact);
    }
    report.findings.push(Finding::new(Code::DigestMismatch).with(text!(
        "the time stamp is of other bytes than those in the ByteRange",
        "时间戳的摘要与 ByteRange 所指字节不符"
    )));
    Ok(Integrity::Altered)
}

fn unreadable(en: &str, zh: &str) -> Finding {
    Finding::new(Code::SignatureUnreadable).with(text!("the time stamp cannot be read: {en}", "时间戳无法读取：{zh}"))
}
