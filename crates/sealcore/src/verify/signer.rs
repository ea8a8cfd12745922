//! Who signed and when: the signing time, the signer's certificate, its path to an anchor.

use super::VerifyOptions;
use crate::asn1::Time;
use crate::cert::{Certificate, PathQuestion, Purpose};
use crate::error::Error;
use crate::lang::Lang;
use crate::report::{Code, Finding, SignatureReport, TimestampInfo, Trust};
use crate::text;
use crate::timestamp::SignatureStamp;

/// Seconds by which a signer's clock may be ahead.
const CLOCK_SKEW: i64 = 600;

/// The moment at which certificates and seal are judged.
#[derive(Clone, Copy)]
pub(super) struct SigningTime {
    pub(super) time: Time,
    /// Whether a time stamp proves it.
    pub(super) proven: bool,
}

/// The moment at which certificates and seal are judged, and what is to be said about it: proven by a time stamp, else as
/// the signer claims it, else the judged moment.
pub(super) fn signing_time(
    claimed: Option<Time>,
    stamp: Option<SignatureStamp>,
    options: &VerifyOptions<'_>,
    report: &mut SignatureReport,
) -> SigningTime {
    let proven = stamp
        .as_ref()
        .filter(|stamp| stamp.verified)
        .and_then(|stamp| stamp.time);
    report.signed_at = proven.or(claimed);
    match (proven, claimed) {
        (Some(time), Some(claimed)) if claimed > time.plus_seconds(CLOCK_SKEW) => {
            report.findings.push(Finding::new(Code::TimeDiffers).with(text!(
                "the signer claims to have signed at {claimed}, and the time stamp proves that it was before {time}",
                "签名者声称的签名时间为 {claimed}，而时间戳证明签名早于 {time}"
            )));
        }
        (Some(_), _) => {}
        (None, Some(time)) => {
            report.findings.push(Finding::new(Code::TimeClaimed));
            if time > options.at.plus_seconds(CLOCK_SKEW) {
                let at = options.at;
                report.findings.push(Finding::new(Code::TimeFuture).with(text!(
                    "the claimed signing time {time} lies after the judged moment {at}",
                    "声称的签名时间 {time} 晚于判断时刻 {at}"
                )));
            }
        }
        (None, None) => report.findings.push(Finding::new(Code::TimeMissing)),
    }
    if let Some(stamp) = stamp {
        report.timestamp = Some(TimestampInfo {
            time: stamp.time,
            verified: stamp.verified,
        });
        report.findings.extend(stamp.finding);
    }
    SigningTime {
        time: proven.or(claimed).unwrap_or(options.at),
        proven: proven.is_some(),
    }
}

pub(super) fn judge_signer(
    certificate: &Certificate,
    extra: &[Certificate],
    signed: SigningTime,
    clause: Option<&'static str>,
    options: &VerifyOptions<'_>,
    report: &mut SignatureReport,
) {
    let time = signed.time;
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
        time_proven: signed.proven,
        now: options.at,
        purpose: Purpose::Signer,
    };
    let judgement = options.trust.judge(&question, &options.limits);
    report.trust = judgement.trust;
    report.findings.extend(judgement.findings);
}

/// A further signer: trusted like the first, or the whole is not.
pub(super) fn judge_co_signer(
    certificate: &Certificate,
    extra: &[Certificate],
    signed: SigningTime,
    options: &VerifyOptions<'_>,
    report: &mut SignatureReport,
) {
    let (signer, trust) = (report.signer.take(), report.trust);
    judge_signer(certificate, extra, signed, None, options, report);
    report.signer = signer;
    if trust != Trust::Trusted {
        report.trust = trust;
    }
}

pub(super) fn unreadable_signer(error: &Error) -> Finding {
    let zh = error.describe(Lang::Zh);
    Finding::new(Code::SignerUnreadable).with(text!(
        "the signer's certificate cannot be read: {error}",
        "签名者证书无法读取：{zh}"
    ))
}
