//! What verification of a token found, in the form of the other reports.

use serde_json::{Value, json};

use super::TstInfo;
use crate::asn1::Time;
use crate::hex::to_hex;
use crate::lang::Lang;
use crate::report::{
    self, CertificateInfo, Changes, Coverage, Effect, Finding, Form, Integrity, Policy, Severity, SignatureKind,
    SignatureReport, Standard, Style, TimestampInfo, Trust, Verdict,
};

/// What verification of a token found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TimeStampReport {
    /// The policy that drew the verdict.
    pub policy: Policy,
    /// The verdict of the policy.
    pub verdict: Verdict,
    /// Whether imprint and signature hold.
    pub integrity: Integrity,
    /// Whether the authority leads to an anchor.
    pub trust: Trust,
    /// What the token states: time, accuracy, ordering, policy, number. `None` where it cannot be read.
    pub info: Option<TstInfo>,
    /// The authority.
    pub authority: Option<CertificateInfo>,
    /// Everything that was noticed.
    pub findings: Vec<Finding>,
}

impl TimeStampReport {
    /// The token as the one signature of a report: its number is the ID, the authority the signer.
    #[must_use]
    pub fn signature(&self) -> SignatureReport {
        let time = self.info.as_ref().map(|info| info.time.time());
        let id = self.info.as_ref().map(|info| to_hex(&info.serial)).unwrap_or_default();
        let mut one = SignatureReport::new(id, SignatureKind::Timestamp);
        one.standard = Some(Standard::Rfc3161);
        one.form = Some(Form::TimeStampToken);
        one.verdict = self.verdict;
        one.integrity = self.integrity;
        one.coverage = Coverage::Whole;
        one.changes = Changes::None;
        one.trust = self.trust;
        one.signed_at = time;
        one.signer = self.authority.clone();
        one.timestamp = Some(self.timestamp(time));
        one.findings.clone_from(&self.findings);
        one
    }

    fn timestamp(&self, time: Option<Time>) -> TimestampInfo {
        TimestampInfo {
            time,
            verified: self.verdict == Verdict::Valid,
        }
    }

    /// The report as one JSON object in the form of the other reports, with what the token states in `token`; its schema is
    /// `docs/report.schema.json`.
    #[must_use]
    pub fn to_json(&self, file: &str, lang: Lang) -> Value {
        json!({
            "file": file,
            "format": "timestamp",
            "policy": self.policy.name(),
            "verdict": self.verdict.name(),
            "signatures": [report::signature_json(&self.signature(), lang)],
            "findings": [],
            "token": self.info.as_ref().map(TstInfo::to_json),
        })
    }

    /// The report on `file` as lines of text: the verdict first, then what the token states, then the findings. Control
    /// characters, which a token may hold, are not in it.
    #[must_use]
    pub fn render(&self, file: &str, lang: Lang, style: Style) -> String {
        let mut text = format!("{}  {}\n", verdict(self.verdict, lang, style), clean(file));
        let mut say = |en: &str, zh: &str, value: &str| {
            let value = clean(value);
            text.push_str(&match lang {
                Lang::En => format!("  {:<12} {value}\n", format!("{en}:")),
                Lang::Zh => format!("  {zh}：{value}\n"),
            });
        };
        if let Some(info) = &self.info {
            let accuracy = info.accuracy.map(|accuracy| format!(" {accuracy}")).unwrap_or_default();
            say("time", "时间", &format!("{}{accuracy}", info.time));
            say("serial", "序列号", &to_hex(&info.serial));
            say("policy", "策略", &info.policy.to_string());
            say("digest", "摘要", &to_hex(&info.imprint.digest));
        }
        if let Some(authority) = &self.authority {
            say("authority", "时间戳机构", &authority.subject);
        }
        for finding in &self.findings {
            if style.verbose || finding.severity() != Severity::Info || self.policy.effect(finding.code) != Effect::None
            {
                let message = format!("{} [{}]", finding.message(lang), finding.code.name());
                say("finding", "发现", &message);
            }
        }
        text
    }
}

impl TstInfo {
    /// What the token states; number, digest and nonce in hexadecimal.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "serial": to_hex(&self.serial),
            "time": self.time.to_string(),
            "accuracy_us": self.accuracy.and_then(|accuracy| u64::try_from(accuracy.span().as_micros()).ok()),
            "ordering": self.ordering,
            "policy": self.policy.to_string(),
            "algorithm": self.imprint.algorithm.to_string(),
            "digest": to_hex(&self.imprint.digest),
            "nonce": self.nonce.as_ref().map(|nonce| to_hex(nonce.content())),
            "tsa": self.tsa.as_ref().map(ToString::to_string),
        })
    }
}

fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '·' } else { c }).collect()
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
