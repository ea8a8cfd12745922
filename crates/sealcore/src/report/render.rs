//! The report as text for a person: the verdict and its reason first, then the facts, then the rest of the findings.

use std::fmt::Write as _;

use super::{
    Changes, Coverage, Effect, Finding, Format, Integrity, Policy, Report, Severity, SignatureKind, SignatureReport,
    StampInfo, Trust, Verdict,
};
use crate::asn1::Time;
use crate::lang::Lang;

/// How text is decorated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// ANSI colours, for terminals.
    pub colour: bool,
    /// Informational findings too.
    pub verbose: bool,
}

/// The report on `file` as lines of text.
#[must_use]
pub fn render(report: &Report, file: &str, lang: Lang, style: Style) -> String {
    let mut page = Page {
        text: String::new(),
        lang,
        style,
        policy: report.policy,
    };
    page.document(report, file);
    page.text
}

struct Page {
    text: String,
    lang: Lang,
    style: Style,
    policy: Policy,
}

impl Page {
    fn pick(&self, en: &'static str, zh: &'static str) -> &'static str {
        match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        // Names and messages come from the document: control characters would reach the terminal.
        let clean: String = text
            .chars()
            .map(|c| if c.is_control() && c != '\u{1b}' { '·' } else { c })
            .collect();
        let _ = writeln!(self.text, "{:indent$}{clean}", "");
    }

    fn paint(&self, text: &str, verdict: Verdict) -> String {
        let text = text.replace('\u{1b}', "·");
        if !self.style.colour {
            return text;
        }
        let code = match verdict {
            Verdict::Valid => "32",
            Verdict::Invalid => "31",
            Verdict::Indeterminate => "33",
            Verdict::Unsigned => "36",
        };
        format!("\u{1b}[1;{code}m{text}\u{1b}[0m")
    }

    fn document(&mut self, report: &Report, file: &str) {
        let verdict = self.paint(self.verdict(report.verdict), report.verdict);
        let file = file.replace('\u{1b}', "·");
        let stamps = report
            .signatures
            .iter()
            .filter(|one| one.kind == SignatureKind::Timestamp)
            .count();
        let count = report.signatures.len() - stamps;
        let summary = match (report.format, self.lang) {
            (Format::Seal, Lang::En) => "seal".to_owned(),
            (Format::Seal, Lang::Zh) => "印章".to_owned(),
            (format, Lang::En) => {
                let counted =
                    |count: usize, what: &str| format!(", {count} {what}{}", if count == 1 { "" } else { "s" });
                let stamps = (stamps > 0).then(|| counted(stamps, "document time stamp"));
                let format = format.name().to_uppercase();
                format!("{format}{}{}", counted(count, "signature"), stamps.unwrap_or_default())
            }
            (format, Lang::Zh) => {
                let stamps = (stamps > 0).then(|| format!("，{stamps} 个文档时间戳"));
                let format = format.name().to_uppercase();
                format!("{format}，{count} 个签名{}", stamps.unwrap_or_default())
            }
        };
        self.line(0, &format!("{verdict}  {file}  ({summary})"));
        if let Some(reason) = self.reason(report) {
            let label = self.pick("reason: ", "原因：");
            self.line(2, &format!("{label}{reason}"));
        }
        self.findings(2, &report.findings);
        for (index, signature) in report.signatures.iter().enumerate() {
            self.signature(index + 1, signature, report.format);
        }
        let policy = report.policy.name();
        let label = self.pick("policy: ", "策略：");
        self.line(2, &format!("{label}{policy}"));
    }

    /// The finding that weighs most, wherever it is.
    fn reason(&self, report: &Report) -> Option<String> {
        let all = report
            .findings
            .iter()
            .chain(report.signatures.iter().flat_map(|one| &one.findings));
        let mut worst: Option<&Finding> = None;
        for finding in all {
            let effect = self.policy.effect(finding.code);
            if effect > worst.map_or(Effect::None, |worst| self.policy.effect(worst.code)) {
                worst = Some(finding);
            }
        }
        worst.map(|finding| finding.message(self.lang).replace('\u{1b}', "·"))
    }

    fn signature(&mut self, number: usize, one: &SignatureReport, format: Format) {
        let kind = match one.kind {
            SignatureKind::Seal => self.pick("seal", "电子印章"),
            SignatureKind::Signature => self.pick("digital signature", "数字签名"),
            SignatureKind::Timestamp => self.pick("document time stamp", "文档时间戳"),
        };
        let standard = one.standard.map_or("?", super::Standard::name);
        let verdict = self.paint(self.verdict(one.verdict), one.verdict);
        let id = one.id.replace('\u{1b}', "·");
        self.line(2, &format!("[{number}] {verdict}  {kind} {id} ({standard})"));
        if let Some(seal) = &one.seal {
            let label = self.pick("seal:      ", "印章：    ");
            let picture = &seal.picture;
            let size = format!("{}×{} mm, {}", picture.width_mm, picture.height_mm, picture.kind);
            self.fact(label, &format!("{} [{}] ({size})", seal.name, seal.id));
            let label = self.pick("valid:     ", "有效期：  ");
            self.fact(
                label,
                &format!("{} — {}", self.time(seal.valid_from), self.time(seal.valid_until)),
            );
        }
        if let Some(signer) = &one.signer {
            let label = match format {
                Format::Seal => self.pick("maker:     ", "制章者：  "),
                Format::Ofd | Format::Pdf => self.pick("signer:    ", "签名者：  "),
            };
            let issuer = self.pick("; issued by", "；颁发者");
            self.fact(label, &format!("{}{issuer} {}", signer.subject, signer.issuer));
        }
        if let Some(time) = one.signed_at {
            let label = match format {
                Format::Seal => self.pick("made:      ", "制章时间："),
                Format::Ofd | Format::Pdf => self.pick("signed at: ", "签名时间："),
            };
            let claimed = self.pick("(as claimed)", "（自述）");
            self.fact(label, &format!("{} {claimed}", self.time(time)));
        }
        let integrity = match one.integrity {
            Integrity::Intact => self.pick("intact", "完好"),
            Integrity::Altered => self.pick("ALTERED", "已被改动"),
            Integrity::Unverifiable => self.pick("unverifiable", "无法验证"),
        };
        let coverage = match one.coverage {
            Coverage::Whole => self.pick("covers the whole document", "保护全文"),
            Coverage::Partial => self.pick("covers part of the document", "仅保护部分内容"),
        };
        let changes = match one.changes {
            Changes::None => self.pick("nothing came after it", "其后无改动"),
            Changes::Permitted => self.pick("only further signatures came after it", "其后仅追加签名"),
            Changes::Forbidden => self.pick("the document was changed after it", "其后文档被改动"),
        };
        let trust = match one.trust {
            Trust::Trusted => self.pick("trusted", "可信"),
            Trust::Untrusted => self.pick("NOT trusted", "不可信"),
            Trust::Unknown => self.pick("trust not judged", "未判断信任"),
        };
        let label = self.pick("state:     ", "状态：    ");
        let state = match format {
            Format::Seal => format!("{integrity}; {trust}"),
            Format::Ofd | Format::Pdf => format!("{integrity}; {coverage}; {changes}; {trust}"),
        };
        self.fact(label, &state.replace("; ", self.pick("; ", "；")));
        if !one.stamps.is_empty() {
            let label = self.pick("shown:     ", "显示位置：");
            let stamps = self.stamps(&one.stamps);
            self.fact(label, &stamps);
        }
        self.findings(6, &one.findings);
    }

    fn stamps(&self, stamps: &[StampInfo]) -> String {
        let mut parts = Vec::new();
        for stamp in stamps.iter().take(6) {
            let [x, y, width, height] = stamp.boundary_mm;
            let page = match (stamp.page, self.lang) {
                (Some(page), Lang::En) => format!("page {page}"),
                (Some(page), Lang::Zh) => format!("第 {page} 页"),
                (None, Lang::En) => "no page".to_owned(),
                (None, Lang::Zh) => "不存在的页".to_owned(),
            };
            let slice = match stamp.clip_mm {
                Some(_) => self.pick(", slice", "，骑缝"),
                None => "",
            };
            parts.push(format!("{page} ({x:.1}, {y:.1}) mm {width:.0}×{height:.0}{slice}"));
        }
        if let Some(more) = stamps.len().checked_sub(6).filter(|more| *more > 0) {
            parts.push(match self.lang {
                Lang::En => format!("{more} more"),
                Lang::Zh => format!("另有 {more} 处"),
            });
        }
        parts.join(self.pick("; ", "；"))
    }

    fn fact(&mut self, label: &str, value: &str) {
        let value = value.replace('\u{1b}', "·");
        self.line(6, &format!("{label}{value}"));
    }

    fn findings(&mut self, indent: usize, findings: &[Finding]) {
        let mut sorted: Vec<&Finding> = findings.iter().collect();
        sorted.sort_by_key(|finding| std::cmp::Reverse((self.policy.effect(finding.code), finding.severity())));
        for finding in sorted {
            if finding.severity() == Severity::Info && !self.style.verbose {
                continue;
            }
            let mark = match (finding.severity(), self.policy.effect(finding.code)) {
                (_, Effect::Invalid) => "✗",
                (Severity::Error, _) | (_, Effect::Indeterminate) => "?",
                (Severity::Warning, _) => "!",
                (Severity::Info, _) => "·",
            };
            let message = finding.message(self.lang).replace('\u{1b}', "·");
            let clause = finding.clause.map_or_else(String::new, |clause| format!(" — {clause}"));
            self.line(indent, &format!("{mark} {message} [{}]{clause}", finding.code.name()));
        }
    }

    fn time(&self, time: Time) -> String {
        match self.lang {
            Lang::En => format!("{} +08:00", time.local()),
            Lang::Zh => format!("{}（北京时间）", time.local()),
        }
    }

    fn verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Valid => self.pick("VALID", "有效"),
            Verdict::Invalid => self.pick("INVALID", "无效"),
            Verdict::Indeterminate => self.pick("INDETERMINATE", "无法确定"),
            Verdict::Unsigned => self.pick("UNSIGNED", "未签名"),
        }
    }
}
