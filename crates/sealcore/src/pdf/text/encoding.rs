//! Encodings of simple fonts (ISO 32000-2, 9.6.5 and Annex D): one byte a character.

use super::glyph_names;
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object};

/// StandardEncoding from 0xA1 on (D.2); a space where there is nothing.
const STANDARD: &str = "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ –†‡· ¶•‚„”»…‰ ¿ `´ˆ˜¯˘˙¨ ˚¸ ˝˛ˇ—                Æ ª    ŁØŒº     æ   ı  łøœß";

/// Items of `/Differences` that are looked at: a code and a name for each byte, twice.
const DIFFERENCES: usize = 1024;

/// What each byte stands for.
#[derive(Clone, Debug)]
pub(super) struct Encoding {
    characters: [Option<char>; 256],
}

/// Where a font starts from, before its own differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Standard,
    WinAnsi,
    MacRoman,
    /// What the font's own file says, which is not read.
    BuiltIn,
}

impl Base {
    fn of(name: Option<&[u8]>) -> Option<Self> {
        match name? {
            b"WinAnsiEncoding" => Some(Self::WinAnsi),
            b"MacRomanEncoding" => Some(Self::MacRoman),
            b"StandardEncoding" => Some(Self::Standard),
            _ => None,
        }
    }

    fn character(self, byte: u8) -> Option<char> {
        let decoded = |encoding: &'static encoding_rs::Encoding| {
            let bytes = [byte];
            let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes)?;
            text.chars().next().filter(|character| !character.is_control())
        };
        match (self, byte) {
            (Self::BuiltIn, _) | (_, ..=0x1f | 0x7f) => None,
            (Self::Standard, b'\'') => Some('\u{2019}'),
            (Self::Standard, b'`') => Some('\u{2018}'),
            (_, 0x20..=0x7e) => Some(char::from(byte)),
            (Self::Standard, _) => STANDARD
                .chars()
                .nth(usize::from(byte.checked_sub(0xa1)?))
                .filter(|character| *character != ' '),
            (Self::WinAnsi, _) => decoded(encoding_rs::WINDOWS_1252),
            (Self::MacRoman, _) => decoded(encoding_rs::MACINTOSH),
        }
    }
}

impl Encoding {
    /// The encoding of a font dictionary; `base` is what holds where it names none.
    pub(super) fn of(view: &View<'_, '_>, font: &Dictionary, base: Base) -> Self {
        let stated = view.lookup(font, "Encoding").ok();
        let mut encoding = match stated.as_deref() {
            Some(Object::Name(name)) => Self::base(Base::of(Some(name.as_bytes())).unwrap_or(base)),
            Some(Object::Dictionary(dictionary)) => {
                let named = view.lookup(dictionary, "BaseEncoding").ok();
                let named = named.as_ref().and_then(|name| Base::of(name.as_name()));
                let mut encoding = Self::base(named.unwrap_or(base));
                if let Ok(differences) = view.lookup(dictionary, "Differences") {
                    encoding.differ(differences.as_array().unwrap_or_default());
                }
                encoding
            }
            _ => Self::base(base),
        };
        // A blank with no glyph of its own is a blank all the same.
        if let Some(blank @ None) = encoding.characters.get_mut(usize::from(b' ')) {
            *blank = Some(' ');
        }
        encoding
    }

    fn base(base: Base) -> Self {
        let mut encoding = Self {
            characters: [None; 256],
        };
        for (byte, character) in (0..=u8::MAX).zip(&mut encoding.characters) {
            *character = base.character(byte);
        }
        encoding
    }

    /// Codes, each followed by the names of the glyphs from there on.
    fn differ(&mut self, differences: &[Object]) {
        let mut at = 0usize;
        for item in differences.iter().take(DIFFERENCES) {
            match item {
                Object::Integer(code) => at = usize::try_from(*code).unwrap_or(usize::MAX),
                Object::Name(name) => {
                    if let Some(character) = self.characters.get_mut(at) {
                        *character = glyph_names::character(name.as_bytes());
                    }
                    at = at.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    pub(super) fn character(&self, byte: u8) -> Option<char> {
        self.characters.get(usize::from(byte)).copied().flatten()
    }

    /// Whether it says anything, but where blanks are.
    pub(super) fn says_something(&self) -> bool {
        self.characters
            .iter()
            .any(|character| character.is_some_and(|character| character != ' '))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases() {
        let of = |base: Base, bytes: &[u8]| -> String {
            bytes.iter().map(|byte| base.character(*byte).unwrap_or('-')).collect()
        };
        assert_eq!(of(Base::WinAnsi, b"A'`\x80\x93\xa9\xe9"), "A'`€“©é");
        assert_eq!(of(Base::MacRoman, b"A\x8e\xd2\x80"), "Aé“Ä");
        // By Table D.2: quoteright, quoteleft, exclamdown, fi, emdash, AE, germandbls.
        assert_eq!(of(Base::Standard, b"A'`\xa1\xae\xd0\xe1\xfb\xff\x80"), "A’‘¡ﬁ—Æß--");
        assert_eq!(
            of(Base::Standard, b"\xb7\xbf\xc8\xcf\xe3\xe8\xeb\xf1\xf5\xf8\xfa"),
            "•¿¨ˇªŁºæıłœ"
        );
        assert_eq!(of(Base::BuiltIn, b"A"), "-");
        assert_eq!(of(Base::WinAnsi, b"\x00\x1f\x7f\x81"), "----");
    }

    #[test]
    fn differences_count_on() {
        let mut encoding = Encoding::base(Base::BuiltIn);
        let name = |name: &str| Object::Name(name.into());
        encoding.differ(&[
            Object::Integer(65),
            name("uni7532"),
            name("eacute"),
            Object::Integer(-1),
            name("A"),
            Object::Integer(255),
            name("B"),
            name("C"),
        ]);
        assert_eq!(encoding.character(65), Some('甲'));
        assert_eq!(encoding.character(66), Some('é'));
        assert_eq!(encoding.character(255), Some('B'));
        assert!(encoding.says_something());
    }
}
