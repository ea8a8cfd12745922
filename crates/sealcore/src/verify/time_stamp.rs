//! A document time stamp: a token whose imprint is the digest of the original.

use super::signed_value::Context;
use crate::cms::SignedData;
use crate::error::Result;
use crate::report::{Effect, Form, Integrity, SignatureReport, Standard, TimestampInfo, Trust};
use crate::timestamp;

/// The token by itself, and the imprint in it against the original.
pub(super) fn judge(data: &SignedData, context: &Context<'_>, report: &mut SignatureReport) -> Result<Integrity> {
    let options = context.options;
    report.standard = Some(Standard::Rfc3161);
    report.form = Some(Form::TimeStampToken);
    let mut judged = timestamp::judge(data, context.certificates, context.host, options)?;
    report.signer = judged.authority.as_ref().map(|authority| authority.info());
    report.trust = judged.trust;
    let mut integrity = judged.integrity;
    if let Some(info) = &judged.info {
        let time = info.time.time();
        integrity = integrity.and(timestamp::judge_imprint(info, context.original, &mut judged.findings)?);
        let holds = judged
            .findings
            .iter()
            .all(|finding| options.policy.effect(finding.code) == Effect::None);
        report.signed_at = Some(time);
        report.timestamp = Some(TimestampInfo {
            time: Some(time),
            verified: holds && integrity == Integrity::Intact && judged.trust == Trust::Trusted,
        });
    }
    report.findings.extend(judged.findings);
    Ok(integrity)
}
