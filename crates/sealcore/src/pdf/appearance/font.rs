//! Fonts that are named and not embedded (ISO 32000-2, 9.6.2.2 and 9.7).

use super::format::unsupported;
use super::objects::Objects;
use crate::error::Result;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::text;

/// Helvetica, one of the fourteen fonts that every reader has, for ASCII.
pub(super) fn helvetica(objects: &mut Objects) -> ObjectId {
    objects.add(
        Dictionary::new()
            .with("Type", Object::name("Font"))
            .with("Subtype", Object::name("Type1"))
            .with("BaseFont", Object::name("Helvetica"))
            .with("Encoding", Object::name("WinAnsiEncoding")),
    )
}

/// A font of the Adobe-GB1 collection by the predefined CMap UniGB-UCS2-H: its codes are UTF-16BE.
pub(super) fn chinese(base: &str, objects: &mut Objects) -> ObjectId {
    let is_type_1 = base == SONG;
    let numbers = |values: &[i64]| Object::Array(values.iter().copied().map(Object::Integer).collect());
    let descriptor = objects.add(
        Dictionary::new()
            .with("Type", Object::name("FontDescriptor"))
            .with("FontName", Object::name(base))
            // Symbolic; serifs but for the gothic.
            .with("Flags", if base == "SimHei" { 4 } else { 6 })
            .with("FontBBox", numbers(&[-25, -254, 1000, 880]))
            .with("ItalicAngle", 0)
            .with("Ascent", 880)
            .with("Descent", -120)
            .with("CapHeight", 880)
            .with("StemV", 93),
    );
    let system = Dictionary::new()
        .with("Registry", Object::string("Adobe"))
        .with("Ordering", Object::string("GB1"))
        .with("Supplement", 4);
    let descendant = objects.add(
        Dictionary::new()
            .with("Type", Object::name("Font"))
            .with(
                "Subtype",
                Object::name(if is_type_1 { "CIDFontType0" } else { "CIDFontType2" }),
            )
            .with("BaseFont", Object::name(base))
            .with("CIDSystemInfo", system)
            .with("FontDescriptor", descriptor)
            .with("DW", 1000)
            // ASCII and its half-width twins take half an em.
            .with("W", numbers(&[1, 95, 500, 814, 939, 500])),
    );
    let name = if is_type_1 {
        format!("{base}-UniGB-UCS2-H")
    } else {
        base.to_owned()
    };
    objects.add(
        Dictionary::new()
            .with("Type", Object::name("Font"))
            .with("Subtype", Object::name("Type0"))
            .with("BaseFont", Object::name(&name))
            .with("Encoding", Object::name("UniGB-UCS2-H"))
            .with("DescendantFonts", vec![Object::from(descendant)]),
    )
}

/// The font that readers of PDF have for Chinese.
pub(super) const SONG: &str = "STSong-Light";

/// The name under which readers look for a font that a Chinese document names.
pub(super) fn base_name(name: &str) -> String {
    let name = name.trim();
    let known = [("楷", "KaiTi"), ("仿宋", "FangSong"), ("黑", "SimHei"), ("宋", SONG)];
    if let Some((_, base)) = known.iter().find(|(part, _)| name.contains(part)) {
        return (*base).to_owned();
    }
    let plain: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ','))
        .take(64)
        .collect();
    if plain.is_empty() { SONG.to_owned() } else { plain }
}

/// A character as the CMap wants it.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) for one outside of the Basic Multilingual Plane, which
/// the CMap does not know.
pub(super) fn code(character: char) -> Result<[u8; 2]> {
    u16::try_from(u32::from(character)).map(u16::to_be_bytes).map_err(|_| {
        unsupported(text!(
            "the character “{character}” cannot be drawn without its font",
            "没有嵌入字体，无法绘制字符“{character}”"
        ))
    })
}
