//! Fonts (ISO 32000-2, 9.5 to 9.10), as far as it takes to know which characters a string shows, and how large they are.

use super::cmap::{CMap, Code};
use super::encoding::{Base, Encoding};
use super::predefined::Predefined;
use super::standard_fonts;
use super::widths::Widths;
use crate::error::{ErrorKind, Result};
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object};

/// `/Flags`: the font has characters of its own (Table 121).
const SYMBOLIC: i64 = 4;
/// How much of the em lies above and below the baseline where the font does not say.
const USUAL: (f64, f64) = (0.86, -0.14);
/// The same of the standard fonts, which come without a descriptor: between those of Helvetica and Times.
const STANDARD: (f64, f64) = (0.7, -0.21);

/// A font.
#[derive(Debug)]
pub(crate) struct Font {
    pub(super) name: String,
    codes: Codes,
    to_unicode: Option<CMap>,
    pub(super) widths: Widths,
    /// Whether it is written downwards.
    pub(super) vertical: bool,
    /// The top and the bottom of its glyphs over the baseline, in text space for size 1.
    pub(super) ascent: f64,
    pub(super) descent: f64,
    /// The height of a line for size 1.
    pub(super) em: f64,
}

/// How strings fall into codes.
#[derive(Debug)]
enum Codes {
    Simple(Box<Encoding>),
    Predefined(Predefined),
    /// With what it builds on.
    Embedded(Box<CMap>, Option<Predefined>),
}

impl Font {
    /// Reads a font dictionary. What is broken in it is as if it were not there.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] and [`ErrorKind::Io`] alone.
    pub(crate) fn read(view: &View<'_, '_>, font: &Dictionary) -> Result<Self> {
        let subtype = text_of(view, font, "Subtype");
        let to_unicode = cmap(view, font, "ToUnicode")?.filter(CMap::has_texts);
        if subtype == "Type0" {
            return Self::composite(view, font, to_unicode);
        }
        let descriptor = view.lookup(font, "FontDescriptor").ok();
        let descriptor = descriptor.as_ref().and_then(|descriptor| descriptor.as_dictionary());
        let type_3 = subtype == "Type3";
        let scale = if type_3 {
            type_3_scale(view, font)
        } else {
            (0.001, 0.001)
        };
        let name = text_of(view, font, "BaseFont");
        let encoding = Encoding::of(view, font, base(view, &subtype, &name, descriptor));
        let widths = Widths::simple(view, font, descriptor, scale.0)
            .or_standard(|code| standard_fonts::width(&name, encoding.character(code)));
        let (ascent, descent) = if type_3 {
            type_3_extent(view, font, scale.1, widths.widest())
        } else if descriptor.is_none() && standard_fonts::is_known(&name) {
            STANDARD
        } else {
            extent(view, descriptor)
        };
        Ok(Self {
            name: if name.is_empty() { subtype } else { name },
            codes: Codes::Simple(Box::new(encoding)),
            to_unicode,
            widths,
            vertical: false,
            ascent,
            descent,
            em: if type_3 { (ascent - descent).abs() } else { 1.0 },
        })
    }

    /// A font that is not there.
    pub(super) fn missing(name: String) -> Self {
        Self {
            name,
            codes: Codes::Embedded(Box::default(), None),
            to_unicode: None,
            widths: Widths::Simple {
                first: 0,
                widths: Vec::new(),
                missing: 1.0,
            },
            vertical: false,
            ascent: USUAL.0,
            descent: USUAL.1,
            em: 1.0,
        }
    }

    fn composite(view: &View<'_, '_>, font: &Dictionary, to_unicode: Option<CMap>) -> Result<Self> {
        let descendants = view.lookup(font, "DescendantFonts").ok();
        let first = descendants
            .as_ref()
            .and_then(|fonts| fonts.as_array())
            .and_then(<[Object]>::first);
        let descendant = first.and_then(|first| view.resolve(first).ok());
        let empty = Dictionary::new();
        let cid_font = descendant
            .as_ref()
            .and_then(|font| font.as_dictionary())
            .unwrap_or(&empty);
        let descriptor = view.lookup(cid_font, "FontDescriptor").ok();
        let descriptor = descriptor.as_ref().and_then(|descriptor| descriptor.as_dictionary());
        let (ascent, descent) = extent(view, descriptor);
        let identity = || Predefined::named(b"Identity-H");
        let encoding = view.lookup(font, "Encoding").ok();
        let named = encoding.as_ref().and_then(|encoding| encoding.as_name());
        let codes = match cmap(view, font, "Encoding")? {
            Some(map) => {
                let based = |name: &[u8]| Predefined::named(name);
                let base = map.base.as_deref().and_then(based);
                Codes::Embedded(Box::new(map), base)
            }
            None => {
                // What is not known is most likely two bytes a code; its direction is in its name.
                let downwards = named.is_some_and(|name| name.ends_with(b"-V"));
                let known = named.and_then(Predefined::named).or_else(identity);
                match known {
                    Some(mut known) => {
                        known.vertical |= downwards;
                        Codes::Predefined(known)
                    }
                    None => Codes::Embedded(Box::default(), None),
                }
            }
        };
        let vertical = match &codes {
            Codes::Simple(_) => false,
            Codes::Predefined(map) => map.vertical,
            Codes::Embedded(map, _) => map.vertical,
        };
        Ok(Self {
            name: text_of(view, font, "BaseFont"),
            codes,
            to_unicode,
            widths: Widths::composite(view, cid_font),
            vertical,
            ascent,
            descent,
            em: 1.0,
        })
    }

    /// How far each character of a string advances, for size 1, and whether it is the single byte of a blank (9.3.3).
    pub(crate) fn advances(&self, mut bytes: &[u8]) -> Vec<(f64, bool)> {
        let mut advances = Vec::new();
        while !bytes.is_empty() {
            let code = self.next_code(&mut bytes);
            let glyph = self.glyph(code);
            let advance = if self.vertical {
                self.widths.vertical(glyph).step
            } else {
                self.widths.width(glyph)
            };
            advances.push((advance, code.length == 1 && code.value == 32));
        }
        advances
    }

    /// The characters that a string shows; `None` where one of them is not known.
    pub(crate) fn decode(&self, mut bytes: &[u8]) -> Option<String> {
        let mut text = String::new();
        while !bytes.is_empty() {
            let code = self.next_code(&mut bytes);
            if !self.append(code, &mut text) {
                return None;
            }
        }
        Some(text)
    }

    /// Whether it is written downwards.
    pub(crate) fn is_vertical(&self) -> bool {
        self.vertical
    }

    /// Takes the next code from a string that is not empty.
    pub(super) fn next_code(&self, bytes: &mut &[u8]) -> Code {
        match &self.codes {
            Codes::Simple(_) => super::cmap::take(bytes, 1),
            Codes::Predefined(map) => map.next_code(bytes),
            Codes::Embedded(map, Some(base)) if !map.has_code_space() => base.next_code(bytes),
            Codes::Embedded(map, _) => map.next_code(bytes),
        }
    }

    /// Appends the characters that a code shows; whether they are known.
    pub(super) fn append(&self, code: Code, text: &mut String) -> bool {
        if let Some(map) = &self.to_unicode
            && map.append(code.value, text)
        {
            return true;
        }
        match &self.codes {
            Codes::Simple(encoding) => {
                let character = u8::try_from(code.value).ok().and_then(|byte| encoding.character(byte));
                text.extend(character);
                character.is_some()
            }
            Codes::Predefined(map) | Codes::Embedded(_, Some(map)) => map.append(code, text),
            Codes::Embedded(_, None) => false,
        }
    }

    /// What widths go by: the code of a simple font, else the CID.
    pub(super) fn glyph(&self, code: Code) -> Option<u32> {
        match &self.codes {
            Codes::Simple(_) => Some(code.value),
            Codes::Predefined(map) => map.cid_of(code),
            Codes::Embedded(map, base) => map.cid_of(code.value).or_else(|| base.as_ref()?.cid_of(code)),
        }
    }

    /// Whether nothing says which characters it shows.
    pub(super) fn is_unreadable(&self) -> bool {
        self.to_unicode.is_none()
            && match &self.codes {
                Codes::Simple(encoding) => !encoding.says_something(),
                Codes::Predefined(map) | Codes::Embedded(_, Some(map)) => !map.says_characters(),
                Codes::Embedded(_, None) => true,
            }
    }
}

/// Where the encoding of a simple font starts from (9.6.5.1).
fn base(view: &View<'_, '_>, subtype: &str, name: &str, descriptor: Option<&Dictionary>) -> Base {
    let flags = descriptor.and_then(|descriptor| view.lookup(descriptor, "Flags").ok()?.as_integer());
    let own_characters = match flags {
        Some(flags) => flags & SYMBOLIC != 0,
        None => matches!(name, "Symbol" | "ZapfDingbats"),
    };
    if own_characters || subtype == "Type3" {
        Base::BuiltIn
    } else {
        Base::Standard
    }
}

/// A CMap that stands in the file; one that cannot be read is none.
fn cmap(view: &View<'_, '_>, font: &Dictionary, key: &str) -> Result<Option<CMap>> {
    let Ok(value) = view.lookup(font, key) else {
        return Ok(None);
    };
    let (Some(id), Some(stream)) = (value.id(), value.as_stream()) else {
        return Ok(None);
    };
    match view.stream_data(stream, id) {
        Ok(data) => {
            let mut map = CMap::read(&data);
            // The dictionary may say it too.
            map.vertical |= view
                .lookup(&stream.dictionary, "WMode")
                .ok()
                .and_then(|mode| mode.as_integer())
                == Some(1);
            if map.base.is_none() {
                let base = view.lookup(&stream.dictionary, "UseCMap").ok();
                map.base = base.and_then(|base| base.as_name().map(<[u8]>::to_vec));
            }
            Ok(Some(map))
        }
        Err(error) if matches!(error.kind(), ErrorKind::Limit | ErrorKind::Io) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Ascent and descent, where the descriptor states what can be.
fn extent(view: &View<'_, '_>, descriptor: Option<&Dictionary>) -> (f64, f64) {
    let number = |key: &str| {
        let value = view.lookup(descriptor?, key).ok()?.as_number()?;
        (value != 0.0).then_some(value / 1000.0)
    };
    let ascent = number("Ascent").filter(|ascent| (0.3..=1.3).contains(ascent));
    // Some write it without its sign.
    let descent = number("Descent")
        .map(|descent| -descent.abs())
        .filter(|descent| *descent >= -0.6);
    (ascent.unwrap_or(USUAL.0), descent.unwrap_or(USUAL.1))
}

/// Width and height of a unit of a Type 3 font in text space.
fn type_3_scale(view: &View<'_, '_>, font: &Dictionary) -> (f64, f64) {
    let matrix = view.lookup(font, "FontMatrix").ok();
    let items = matrix.as_ref().and_then(|matrix| matrix.as_array()).unwrap_or_default();
    let number = |place: usize| {
        items
            .get(place)
            .and_then(Object::as_number)
            .filter(|number| *number != 0.0)
    };
    (number(0).unwrap_or(0.001), number(3).unwrap_or(0.001))
}

/// Top and bottom of a Type 3 font by its box; about as high as the widest glyph is wide without one.
fn type_3_extent(view: &View<'_, '_>, font: &Dictionary, scale: f64, widest: f64) -> (f64, f64) {
    let area = font.get("FontBBox").and_then(|area| view.rectangle(area));
    match area.filter(|area| !area.is_empty()) {
        Some(area) => {
            let (top, bottom) = (area.y1 * scale, area.y0 * scale);
            (top.max(bottom), top.min(bottom))
        }
        None => (USUAL.0 * widest, USUAL.1 * widest),
    }
}

/// A name as text; empty without one.
fn text_of(view: &View<'_, '_>, dictionary: &Dictionary, key: &str) -> String {
    let value = view.lookup(dictionary, key).ok();
    let name = value.as_ref().and_then(|value| value.as_name()).unwrap_or_default();
    // Names longer than this are no names of fonts.
    String::from_utf8_lossy(name.get(..128).unwrap_or(name)).into_owned()
}
