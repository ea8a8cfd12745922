//! Tokens on the values of signatures and seals: what proves a signing time.

use super::verify::{judge, judge_imprint, unreadable};
use crate::asn1::Time;
use crate::cert::Certificate;
use crate::cms::SignedData;
use crate::lang::Lang;
use crate::report::{Code, Effect, Finding, Integrity, Trust};
use crate::text;
use crate::verify::{Digests, Host, VerifyOptions};

/// A time stamp over the value of a signature.
pub(crate) struct SignatureStamp {
    /// The time that it states, where it can be read.
    pub(crate) time: Option<Time>,
    /// Whether it proves that time.
    pub(crate) verified: bool,
    /// What is to be said about it, where it does not.
    pub(crate) finding: Option<Finding>,
}

/// Judges a token over the signature value `value`: id-aa-timeStampToken of CMS, or `timeStamp` of SES_Signature.
pub(crate) fn judge_signature_stamp(
    token: &[u8],
    value: &[u8],
    beside: &[Certificate],
    options: &VerifyOptions<'_>,
) -> SignatureStamp {
    let broken = |finding: &Finding| SignatureStamp {
        time: None,
        verified: false,
        finding: Some(summary(Code::TimestampBroken, std::slice::from_ref(finding))),
    };
    let data = match SignedData::from_bytes(token) {
        Ok(data) => data,
        Err(error) => return broken(&unreadable(&error)),
    };
    let mut judged = match judge(&data, beside, Host::Pdf, options) {
        Ok(judged) => judged,
        Err(error) => return broken(&unreadable(&error)),
    };
    if let Some(info) = &judged.info {
        let original = Digests::new(&value);
        let imprint = judge_imprint(info, &original, &mut judged.findings).unwrap_or(Integrity::Unverifiable);
        judged.integrity = judged.integrity.and(imprint);
    }
    let effect = |finding: &Finding| options.policy.effect(finding.code);
    let reasons: Vec<_> = judged
        .findings
        .iter()
        .filter(|one| effect(one) != Effect::None)
        .cloned()
        .collect();
    let is_broken = judged.integrity == Integrity::Altered || reasons.iter().any(|one| one.code == Code::TimestampForm);
    let verified = judged.integrity == Integrity::Intact && reasons.is_empty() && judged.trust == Trust::Trusted;
    let code = if is_broken {
        Code::TimestampBroken
    } else if options.trust.is_empty() {
        Code::TimestampUnchecked
    } else {
        Code::TimestampUntrusted
    };
    SignatureStamp {
        time: judged.info.map(|info| info.time.time()),
        verified,
        finding: (!verified).then(|| summary(code, &reasons)),
    }
}

/// A token of which is not known what it is over: its time is read, and nothing else.
pub(crate) fn unjudged(token: &[u8]) -> SignatureStamp {
    let info = SignedData::from_bytes(token).and_then(|data| super::info_of(&data));
    SignatureStamp {
        time: info.ok().map(|info| info.time.time()),
        verified: false,
        finding: Some(Finding::new(Code::TimestampUnchecked)),
    }
}

/// One finding for what was found about a time stamp, so that it does not pass for something about the signature around it.
fn summary(code: Code, reasons: &[Finding]) -> Finding {
    let join = |lang, between| {
        let messages: Vec<_> = reasons.iter().map(|reason| reason.message(lang)).collect();
        messages.join(between)
    };
    let general = code.meaning();
    let (what, was) = (general.get(Lang::En), general.get(Lang::Zh));
    let (en, zh) = (join(Lang::En, "; "), join(Lang::Zh, "；"));
    if reasons.is_empty() {
        return Finding::new(code);
    }
    Finding::new(code).with(text!("{what}: {en}", "{was}：{zh}"))
}
