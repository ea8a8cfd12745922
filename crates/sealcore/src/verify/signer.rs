//! Who signed and when: the signing time, the signer's certificate, its path to an anchor.

use super::VerifyOptions;
use crate::asn1::Time;
use crate::cert::{Certificate, PathQuestion, Purpose};
use crate::error::Error;
use crate::lang::Lang;
use crate::report::{Code, Finding, SignatureReport, TimestampInfo, Trust};
use crate::text;

/// Seconds by which a signer's clock may be ahead.
const CLOCK_SKEW: i64 = 600;

/// The moment at which certificates and seal are judged, and what is to be said about it.
pub(super) fn signing_time(claimed: Option<Time>, options: &VerifyOptions<'_>, report: &mut SignatureReport) -> Time {
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

pub(super) fn note_timestamp(present: bool, report: &mut SignatureReport) {
    if present {
        report.timestamp = Some(TimestampInfo {
            time: None,
            verified: false,
        });
        report.findings.push(Finding::new(Code::TimestampUnchecked));
    }
}

pub(super) fn judge_signer(
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
pub(super) fn judge_co_signer(
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

pub(super) fn unreadable_signer(error: &Error) -> Finding {
    let zh = error.describe(Lang::Zh);
    Finding::new(Code::SignerUnreadable).with(text!(
        "the signer's certificate cannot be read: {error}",
        "签名者证书无法读取：{zh}"
    ))
}
