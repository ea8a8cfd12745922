//! Predefined CMaps (ISO 32000-2, 9.7.5.2) that Chinese documents use: codes to characters.

use encoding_rs::{Encoding, GB18030};

use super::cmap::{Code, take};

/// A predefined CMap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Predefined {
    codes: Codes,
    pub(super) vertical: bool,
    /// The CID of the blank among the half-width or proportional Latin glyphs of Adobe-GB1; the others follow in the order
    /// of ASCII. `None` where the characters are of another collection.
    latin: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codes {
    /// Two bytes, which are the CID.
    Identity,
    /// UCS-2 or UTF-16, high byte first.
    Utf16,
    /// EUC and its extensions: one byte below 0x80, else two, or four as GB 18030 has them.
    Gb,
}

impl Predefined {
    /// The CMap of this name, where it is known.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        let name = std::str::from_utf8(name).ok()?;
        let (base, direction) = name.rsplit_once('-')?;
        let vertical = match direction {
            "H" => false,
            "V" => true,
            _ => return None,
        };
        let (codes, latin) = match base {
            "Identity" => (Codes::Identity, None),
            // Latin letters are as wide as half an ideograph in these.
            "GB-EUC" | "GBK-EUC" | "GBK2K" => (Codes::Gb, Some(814)),
            "GBpc-EUC" | "GBKp-EUC" => (Codes::Gb, Some(1)),
            "UniGB-UCS2" | "UniGB-UTF16" => (Codes::Utf16, Some(1)),
            "UniCNS-UCS2" | "UniCNS-UTF16" | "UniJIS-UCS2" | "UniJIS-UTF16" | "UniJIS2004-UTF16" | "UniKS-UCS2"
            | "UniKS-UTF16" => (Codes::Utf16, Some(1)),
            _ => return None,
        };
        Some(Self { codes, vertical, latin })
    }

    /// Takes the next code from a string that is not empty.
    pub(super) fn next_code(self, bytes: &mut &[u8]) -> Code {
        let length = match (self.codes, *bytes) {
            (Codes::Gb, [..=0x80 | 0xff, ..]) => 1,
            (Codes::Gb, [_, 0x30..=0x39, _, _, ..]) | (Codes::Utf16, [0xd8..=0xdb, _, 0xdc..=0xdf, _, ..]) => 4,
            _ => 2,
        };
        take(bytes, length)
    }

    /// Whether codes say which characters they are.
    pub(super) fn says_characters(self) -> bool {
        self.codes != Codes::Identity
    }

    /// Appends the character of a code; whether there is one.
    pub(super) fn append(self, code: Code, text: &mut String) -> bool {
        let bytes = code.value.to_be_bytes();
        let bytes = bytes.get(4usize.saturating_sub(code.length)..).unwrap_or_default();
        let encoding: &'static Encoding = match self.codes {
            Codes::Identity => return false,
            Codes::Utf16 => encoding_rs::UTF_16BE,
            // Holds GBK, and GB 2312 in that.
            Codes::Gb => GB18030,
        };
        match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(decoded) if !decoded.is_empty() => {
                text.push_str(&decoded);
                true
            }
            _ => false,
        }
    }

    /// The CID of a code, where it is known: of Latin letters, which are not as wide as the others.
    pub(super) fn cid_of(self, code: Code) -> Option<u32> {
        match self.codes {
            Codes::Identity => Some(code.value),
            _ => {
                let place = code.value.checked_sub(0x20).filter(|place| *place <= 0x5e)?;
                Some(self.latin? + place)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, mut bytes: &[u8]) -> (String, Vec<Option<u32>>) {
        let map = Predefined::named(name.as_bytes()).unwrap();
        let (mut text, mut cids) = (String::new(), Vec::new());
        while !bytes.is_empty() {
            let code = map.next_code(&mut bytes);
            if !map.append(code, &mut text) {
                text.push('-');
            }
            cids.push(map.cid_of(code));
        }
        (text, cids)
    }

    #[test]
    fn codes_to_characters() {
        let gbk = b"A\xb9\xab\xd5\xc2\x86\xb4";
        let cids = |first| vec![Some(first), None, None, None];
        assert_eq!(read("GBK-EUC-H", gbk), ("A公章喆".into(), cids(847)));
        assert_eq!(read("GBKp-EUC-V", gbk), ("A公章喆".into(), cids(34)));
        assert_eq!(read("GBK2K-H", b"\x95\x32\x82\x36\xb9\xab").0, "𠀀公");
        assert_eq!(read("UniGB-UCS2-H", b"\0A\x51\x6c\x7a\xe0").0, "A公章");
        assert_eq!(
            read("UniGB-UTF16-V", b"\xd8\x40\xdc\x00\x51\x6c"),
            ("𠀀公".into(), vec![None, None])
        );
        assert_eq!(
            read("Identity-H", b"\0A\x51"),
            ("--".into(), vec![Some(65), Some(0x51)])
        );
        assert_eq!(read("UniGB-UTF16-H", b"\xd8\x40\x51\x6c\x51").0, "-公-");
        assert_eq!(read("GBK-EUC-H", b"\xb9 \xff\xb9").0.chars().last(), Some('-'));
    }

    #[test]
    fn names() {
        let named = |name: &str| Predefined::named(name.as_bytes());
        assert!(named("Identity-V").is_some_and(|map| map.vertical && !map.says_characters()));
        assert!(named("UniGB-UCS2-H").is_some_and(|map| !map.vertical && map.says_characters()));
        for unknown in ["", "GBK-EUC", "GBK-EUC-X", "Custom-H", "-H", "公-H"] {
            assert_eq!(named(unknown), None, "{unknown}");
        }
    }
}
