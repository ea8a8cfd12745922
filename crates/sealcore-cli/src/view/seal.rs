//! A seal, as it states itself.

use sealcore::cert::Certificate;
use sealcore::lang::Lang;
use sealcore::seal::{CertificateList, Generation, Seal};

use crate::units::to_hex;

/// The seal as lines of text.
pub(crate) fn text(seal: &Seal, lang: Lang) -> String {
    let property = &seal.property;
    let picture = &seal.picture;
    let maker = Certificate::from_der(&seal.maker).map_or_else(|_| "?".to_owned(), |maker| maker.subject().to_string());
    let picture_text = format!(
        "{} {}×{} mm, {} B",
        picture.kind,
        picture.width_mm,
        picture.height_mm,
        picture.data.len()
    );
    let facts: Vec<(&str, &str, String)> = vec![
        ("standard", "标准", seal.generation.standard().name().to_owned()),
        ("id", "印章标识", seal.es_id.clone()),
        ("vendor", "厂商标识", seal.vendor_id.clone()),
        ("name", "名称", property.name.clone()),
        ("type", "类型", property.kind.to_string()),
        ("made", "制章时间", property.created.to_string()),
        (
            "valid",
            "有效期",
            format!("{} — {}", property.valid_from, property.valid_until),
        ),
        ("picture", "图像", picture_text),
        ("maker", "制章者", maker),
    ];
    let mut text = match lang {
        Lang::En => "seal\n".to_owned(),
        Lang::Zh => "印章\n".to_owned(),
    };
    for (en, zh, value) in facts {
        text.push_str(&fact(en, zh, &value, lang));
    }
    for signer in signers(&property.certificates) {
        text.push_str(&fact("signer", "签章人", &signer, lang));
    }
    for extension in &seal.extensions {
        text.push_str(&fact("extension", "扩展", &extension.id.to_string(), lang));
    }
    let names: Vec<_> = seal.quirks.iter().map(|quirk| quirk.name()).collect();
    if !names.is_empty() {
        text.push_str(&fact("quirks", "编码偏差", &names.join(", "), lang));
    }
    text
}

fn signers(list: &CertificateList) -> Vec<String> {
    let name =
        |der: &Vec<u8>| Certificate::from_der(der).map_or_else(|_| "?".to_owned(), |one| one.subject().to_string());
    match list {
        CertificateList::Certificates(all) => all.iter().map(name).collect(),
        CertificateList::Digests(all) => all
            .iter()
            .map(|(kind, value)| format!("{kind} {}", to_hex(value)))
            .collect(),
        _ => Vec::new(),
    }
}

/// One labelled line.
pub(crate) fn fact(en: &str, zh: &str, value: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("  {:<12} {value}\n", format!("{en}:")),
        Lang::Zh => format!("  {zh}：{value}\n"),
    }
}

/// The name of a generation on the command line.
pub(crate) fn generation(text: &str) -> Result<Generation, String> {
    Generation::from_name(text).ok_or_else(|| "v1, v4 or v5 / 应为 v1、v4 或 v5".to_owned())
}
