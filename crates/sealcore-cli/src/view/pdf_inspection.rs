//! The structure of a PDF, as lines of text.

use sealcore::lang::Lang;
use sealcore::pdf::{BodyInfo, Inspection, LockInfo, SignatureInfo};

use super::inspection::signed_value_lines;
use super::seal::fact;

/// Places, fields and pages that are told one by one.
const NAMED: usize = 200;

/// The whole structure.
pub(crate) fn text(inspection: &Inspection, lang: Lang) -> String {
    let mut text = fact("version", "版本", &format!("PDF {}", inspection.version), lang);
    let count = inspection.revisions.len();
    text.push_str(&match lang {
        Lang::En => format!("revisions: {count}\n"),
        Lang::Zh => format!("修订版本：{count}\n"),
    });
    for revision in inspection.revisions.iter().take(NAMED) {
        let (number, kind, objects) = (revision.number, revision.kind, revision.objects);
        text.push_str(&format!(
            "  {number:>4}  {:>12} {kind:<7} {objects:>8}\n",
            revision.offset
        ));
    }
    if let Some(encryption) = &inspection.encryption {
        let handler = encryption.handler.as_deref().unwrap_or("?");
        let revision = encryption
            .revision
            .map_or_else(String::new, |revision| format!(" R{revision}"));
        let value = format!("{handler}{revision}: {}", encryption.permissions.join(", "));
        text.push_str(&fact("encrypted", "加密", &value, lang));
    }
    for body in &inspection.documents {
        text.push_str(&body_text(body, lang));
    }
    text
}

fn body_text(body: &BodyInfo, lang: Lang) -> String {
    let root = body.root.as_deref().unwrap_or("?");
    let count = body.pages.len();
    let mut text = match lang {
        Lang::En => format!("document: object {root}, {count} pages\n"),
        Lang::Zh => format!("文档：对象 {root}，共 {count} 页\n"),
    };
    for page in body.pages.iter().take(NAMED) {
        let turned = if page.rotate == 0 {
            String::new()
        } else {
            format!("  {}°", page.rotate)
        };
        text.push_str(&format!(
            "  {:>4}  {} × {} mm  {}{turned}\n",
            page.number, page.width_mm, page.height_mm, page.id
        ));
    }
    for field in body.fields.iter().take(NAMED) {
        let kind = field.kind.as_deref().unwrap_or("?");
        let filled = match (field.has_value, lang) {
            (true, Lang::En) => "filled",
            (true, Lang::Zh) => "有值",
            (false, Lang::En) => "empty",
            (false, Lang::Zh) => "空",
        };
        let value = format!("{} ({kind}, {filled})", field.name);
        text.push_str(&fact("field", "表单域", &value, lang));
    }
    if let Some(material) = &body.validation_material {
        let value = format!(
            "DSS: {} certificates, {} CRLs, {} OCSPs, {} VRI",
            material.certificates, material.crls, material.ocsps, material.vri
        );
        text.push_str(&fact("material", "验证材料", &value, lang));
    }
    for signature in &body.signatures {
        text.push_str(&signature_text(signature, lang));
    }
    text
}

fn signature_text(signature: &SignatureInfo, lang: Lang) -> String {
    let kind = signature.kind.as_deref().unwrap_or("Sig");
    let mut text = format!("  [{}] {kind}\n", signature.id);
    let mut line = |en: &str, zh: &str, value: Option<String>| {
        if let Some(value) = value {
            text.push_str("  ");
            text.push_str(&fact(en, zh, &value, lang));
        }
    };
    let names = [&signature.filter, &signature.subfilter].map(|name| name.as_deref().unwrap_or("-"));
    line("object", "对象", signature.object.clone());
    line(
        "also",
        "其他域",
        Some(signature.also.join(", ")).filter(|names| !names.is_empty()),
    );
    line("names", "名称", Some(names.join(" / ")));
    line("provider", "签名程序", signature.provider.clone());
    line("time", "记录时间", signature.stated_time.map(|time| time.to_string()));
    line("name", "签名者", signature.name.clone());
    line("reason", "原因", signature.reason.clone());
    line("location", "地点", signature.location.clone());
    line("contact", "联系方式", signature.contact.clone());
    line("bytes", "字节范围", Some(format!("{:?}", signature.byte_range)));
    line("DocMDP", "DocMDP", signature.doc_mdp.map(|level| format!("P={level}")));
    line("FieldMDP", "FieldMDP", signature.field_mdp.as_ref().map(lock_text));
    line("lock", "锁定", signature.lock.as_ref().map(lock_text));
    for stamp in signature.stamps.iter().take(NAMED) {
        let [x, y, width, height] = stamp.boundary_mm;
        let page = stamp.page.map_or_else(|| "?".to_owned(), |page| page.to_string());
        let value = match lang {
            Lang::En => format!("page {page} ({x:.1}, {y:.1}) mm {width:.0}×{height:.0}"),
            Lang::Zh => format!("第 {page} 页 ({x:.1}, {y:.1}) mm {width:.0}×{height:.0}"),
        };
        line("shown", "显示位置", Some(value));
    }
    if !signature.current {
        line(
            "state",
            "状态",
            Some(match lang {
                Lang::En => "not in the newest revision".to_owned(),
                Lang::Zh => "最新版本中已不存在".to_owned(),
            }),
        );
    }
    if let Some(value) = &signature.signed_value {
        let standard = value.standard.unwrap_or("?");
        let shape = value.shape;
        line(
            "value",
            "签名值",
            Some(format!("{} ({shape}, {standard}, {} B)", value.path, value.bytes)),
        );
        signed_value_lines(value, &mut line);
    }
    text
}

fn lock_text(lock: &LockInfo) -> String {
    let permission = lock.permission.map_or_else(String::new, |level| format!(" P={level}"));
    format!("{} {}{permission}", lock.action, lock.fields.join(", "))
}
