//! What verification of a time stamp found.

use sealcore::lang::Lang;
use sealcore::report::{Effect, Finding, Integrity, Policy, Severity, Style, Trust, Verdict};
use sealcore::timestamp::{TimeStampReport, TstInfo};
use serde_json::{Value, json};

use super::seal::fact;
use crate::units::to_hex;

/// The report in the form of the other reports, with what the token states in `token`.
pub(crate) fn to_json(report: &TimeStampReport, file: &str, policy: Policy, lang: Lang) -> Value {
    let time = report.info.as_ref().map(|info| info.time.time());
    let verified = report.verdict == Verdict::Valid;
    let findings = report.findings.iter().map(|finding| finding_to_json(finding, lang));
    json!({
        "file": file,
        "format": "timestamp",
        "policy": policy.name(),
        "verdict": report.verdict.name(),
        "signatures": [{
            "id": report.info.as_ref().map(|info| to_hex(&info.serial)).unwrap_or_default(),
            "kind": "timestamp",
            "standard": "RFC 3161",
            "form": "time-stamp-token",
            "verdict": report.verdict.name(),
            "integrity": integrity(report.integrity),
            "coverage": "whole",
            "changes": "none",
            "trust": trust(report.trust),
            "signed_at": time,
            "signer": report.authority,
            "seal": null,
            "timestamp": { "time": time, "verified": verified },
            "stamps": [],
            "findings": findings.collect::<Vec<_>>(),
        }],
        "findings": [],
        "token": report.info.as_ref().map(info_to_json),
    })
}

fn info_to_json(info: &TstInfo) -> Value {
    json!({
        "serial": to_hex(&info.serial),
        "time": info.time.to_string(),
        "accuracy_us": info.accuracy.and_then(|accuracy| u64::try_from(accuracy.span().as_micros()).ok()),
        "ordering": info.ordering,
        "policy": info.policy.to_string(),
        "algorithm": info.imprint.algorithm.to_string(),
        "digest": to_hex(&info.imprint.digest),
        "nonce": info.nonce.as_ref().map(|nonce| to_hex(nonce.content())),
        "tsa": info.tsa.as_ref().map(ToString::to_string),
    })
}

fn finding_to_json(finding: &Finding, lang: Lang) -> Value {
    json!({
        "code": finding.code.name(),
        "severity": finding.severity().name(),
        "clause": finding.clause,
        "part": finding.part,
        "message": finding.message(lang),
    })
}

fn integrity(value: Integrity) -> &'static str {
    match value {
        Integrity::Intact => "intact",
        Integrity::Altered => "altered",
        Integrity::Unverifiable => "unverifiable",
    }
}

fn trust(value: Trust) -> &'static str {
    match value {
        Trust::Trusted => "trusted",
        Trust::Untrusted => "untrusted",
        Trust::Unknown => "unknown",
    }
}

/// The verdict first, then what the token states, then the findings.
pub(crate) fn text(report: &TimeStampReport, file: &str, lang: Lang, style: Style) -> String {
    let mut text = format!(
        "{}  {}\n",
        verdict(report.verdict, lang, style),
        crate::terminal::clean(file)
    );
    let mut say = |en: &str, zh: &str, value: &str| {
        text.push_str(&crate::terminal::clean(&fact(en, zh, value, lang)));
    };
    if let Some(info) = &report.info {
        let accuracy = info.accuracy.map(|accuracy| format!(" {accuracy}")).unwrap_or_default();
        say("time", "时间", &format!("{}{accuracy}", info.time));
        say("serial", "序列号", &to_hex(&info.serial));
        say("policy", "策略", &info.policy.to_string());
        say("digest", "摘要", &to_hex(&info.imprint.digest));
    }
    if let Some(authority) = &report.authority {
        say("authority", "时间戳机构", &authority.subject);
    }
    for finding in &report.findings {
        if style.verbose
            || finding.severity() != Severity::Info
            || Policy::default().effect(finding.code) != Effect::None
        {
            let message = format!("{} [{}]", finding.message(lang), finding.code.name());
            say("finding", "发现", &message);
        }
    }
    text
}

fn verdict(verdict: Verdict, lang: Lang, style: Style) -> String {
    let (en, zh, code) = match verdict {
        Verdict::Valid => ("VALID", "有效", "32"),
        Verdict::Invalid => ("INVALID", "无效", "31"),
        Verdict::Indeterminate => ("INDETERMINATE", "无法确定", "33"),
        Verdict::Unsigned => ("UNSIGNED", "未签名", "36"),
    };
    let word = if lang == Lang::Zh { zh } else { en };
    if style.colour {
        format!("\u{1b}[1;{code}m{word}\u{1b}[0m")
    } else {
        word.to_owned()
    }
}
