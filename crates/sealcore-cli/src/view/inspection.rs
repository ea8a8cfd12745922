//! The structure of a document, as lines of text.

use sealcore::lang::Lang;
use sealcore::ofd::{BodyInfo, Inspection, RecordInfo, SignedValueInfo};

use super::{seal::fact, stamps};

/// The whole structure.
pub(crate) fn text(inspection: &Inspection, lang: Lang) -> String {
    let count = inspection.entries.len();
    let mut text = match lang {
        Lang::En => format!("entries: {count}\n"),
        Lang::Zh => format!("包内条目：{count}\n"),
    };
    for entry in &inspection.entries {
        let mark = if entry.encrypted { " *" } else { "" };
        text.push_str(&format!(
            "  {:>10} {:>10} {:<8} {}{mark}\n",
            entry.size, entry.compressed, entry.method, entry.path
        ));
    }
    for (index, body) in inspection.documents.iter().enumerate() {
        text.push_str(&body_text(index + 1, body, lang));
    }
    if let Some(record) = &inspection.integrity_record {
        let value = format!("{} ({} files)", record.path, record.files);
        text.push_str(&fact("integrity", "完整性记录", &value, lang));
    }
    text
}

fn body_text(number: usize, body: &BodyInfo, lang: Lang) -> String {
    let root = body.root.as_deref().unwrap_or("?");
    let count = body.pages.len();
    let mut text = match lang {
        Lang::En => format!("document {number}: {root}, {count} pages\n"),
        Lang::Zh => format!("文档 {number}：{root}，共 {count} 页\n"),
    };
    for (index, page) in body.pages.iter().enumerate() {
        let content = page.content.as_deref().unwrap_or("?");
        text.push_str(&format!(
            "  {:>4}  {} × {} mm  {content}\n",
            index + 1,
            page.width_mm,
            page.height_mm
        ));
    }
    if let Some(list) = &body.signature_list {
        text.push_str(&fact("signatures", "签名列表", list, lang));
    }
    for record in &body.signatures {
        text.push_str(&record_text(record, lang));
    }
    text
}

fn record_text(record: &RecordInfo, lang: Lang) -> String {
    let mut text = format!("  [{}] {}\n", record.id, record.kind);
    let mut line = |en: &str, zh: &str, value: Option<String>| {
        if let Some(value) = value {
            text.push_str("  ");
            text.push_str(&fact(en, zh, &value, lang));
        }
    };
    line("file", "描述文件", record.description.clone());
    line("provider", "签名程序", record.provider.clone());
    line("method", "签名算法", record.method.clone());
    line("time", "记录时间", record.stated_time.map(|time| time.to_string()));
    line("relative", "依赖签名", record.relative.clone());
    let check = record.check_method.as_deref().unwrap_or("?");
    line(
        "protects",
        "保护文件",
        Some(format!("{} ({check})", record.references.len())),
    );
    line(
        "shown",
        "显示位置",
        Some(stamps::text(&record.stamps, lang)).filter(|text| !text.is_empty()),
    );
    line("seal file", "印章文件", record.seal_file.clone());
    if let Some(value) = &record.signed_value {
        let standard = value.standard.unwrap_or("?");
        line(
            "value",
            "签名值",
            Some(format!(
                "{} ({}, {standard}, {} B)",
                value.path, value.shape, value.bytes
            )),
        );
        signed_value_lines(value, &mut line);
    }
    text
}

/// What a signed value holds.
pub(crate) fn signed_value_lines(value: &SignedValueInfo, line: &mut impl FnMut(&str, &str, Option<String>)) {
    line("claims", "声称时间", value.signed_at.map(|time| time.to_string()));
    line("property", "原文属性", value.property_info.clone());
    if let Some(seal) = &value.seal {
        line(
            "seal",
            "印章",
            Some(format!("{} [{}], {}", seal.name, seal.id, seal.standard)),
        );
        line(
            "maker",
            "制章者",
            seal.maker.as_ref().map(|maker| maker.subject.clone()),
        );
    }
    for certificate in &value.certificates {
        line("certificate", "证书", Some(certificate.subject.clone()));
    }
    line(
        "quirks",
        "编码偏差",
        Some(value.quirks.join(", ")).filter(|text| !text.is_empty()),
    );
}
