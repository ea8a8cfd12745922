//! Names of issuers and subjects: RFC 5280, 4.1.2.4 in DER and RFC 4514 as text.

use std::fmt;

use crate::asn1::{Oid, Tag, Tlv, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::hex::from_hex;
use crate::oids;
use crate::text;

/// Attribute types with a name; the first name of a type is the one that is written.
const TYPES: &[(&str, &[u32])] = &[
    ("CN", &[2, 5, 4, 3]),
    ("SN", &[2, 5, 4, 4]),
    ("serialNumber", &[2, 5, 4, 5]),
    ("C", &[2, 5, 4, 6]),
    ("L", &[2, 5, 4, 7]),
    ("ST", &[2, 5, 4, 8]),
    ("S", &[2, 5, 4, 8]),
    ("STREET", &[2, 5, 4, 9]),
    ("O", &[2, 5, 4, 10]),
    ("OU", &[2, 5, 4, 11]),
    ("title", &[2, 5, 4, 12]),
    ("GN", &[2, 5, 4, 42]),
    ("organizationIdentifier", &[2, 5, 4, 97]),
    ("UID", &[0, 9, 2342, 19200300, 100, 1, 1]),
    ("DC", &[0, 9, 2342, 19200300, 100, 1, 25]),
    ("emailAddress", &[1, 2, 840, 113549, 1, 9, 1]),
    ("E", &[1, 2, 840, 113549, 1, 9, 1]),
];

/// A distinguished name with its original bytes. [`fmt::Display`] is RFC 4514.
///
/// ```
/// use sealcore::cert::Name;
/// let name = Name::parse("CN=测试, O=a\\,b ,C=CN").unwrap();
/// assert_eq!(name.to_string(), "CN=测试,O=a\\,b,C=CN");
/// assert_eq!(name.common_name(), Some("测试"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    raw: Vec<u8>,
    /// Relative names, in the order of the DER. Empty where `raw` cannot be read.
    relative: Vec<Vec<Attribute>>,
}

#[derive(Clone, PartialEq, Eq)]
struct Attribute {
    kind: Oid,
    /// The value as text, where its type is a string.
    text: Option<String>,
    /// The value in DER.
    raw: Vec<u8>,
}

impl Name {
    /// The name in these bytes. Never fails: what is no name has no attributes and is shown as its bytes.
    #[must_use]
    pub fn from_der(raw: &[u8]) -> Self {
        Self {
            raw: raw.to_vec(),
            relative: read(raw).unwrap_or_default(),
        }
    }

    /// A name of these attributes, in the order of the DER: country first, common name last.
    #[must_use]
    pub fn from_attributes(attributes: &[(Oid, &str)]) -> Self {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            for (kind, value) in attributes {
                writer.set_of(Tag::SET, vec![attribute(*kind, &string_value(*kind, value))]);
            }
        });
        Self::from_der(&writer.finish())
    }

    /// Reads RFC 4514 text, most specific attribute first, as in `CN=Unit,O=Organisation,C=CN`. White space around
    /// commas and equals signs is of no account.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] naming what is wrong.
    pub fn parse(text: &str) -> Result<Self> {
        let mut relative = Vec::new();
        for part in split(text, ',')? {
            let members = split(part, '+')?
                .into_iter()
                .map(parse_attribute)
                .collect::<Result<Vec<_>>>()?;
            relative.push(members);
        }
        relative.reverse();
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            for members in relative {
                writer.set_of(Tag::SET, members);
            }
        });
        Ok(Self::from_der(&writer.finish()))
    }

    /// The name in DER, as it was read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.raw
    }

    /// The last common name, which is the most specific one.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.relative
            .iter()
            .flatten()
            .rev()
            .find(|attribute| attribute.kind == oids::COMMON_NAME)
            .and_then(|attribute| attribute.text.as_deref())
    }

    /// Whether there is no attribute.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.relative.is_empty()
    }

    /// Whether both are one name: the same bytes, or the same attributes when letter case, the string type and runs of
    /// white space are not looked at (RFC 5280, 7.1, without Unicode normalisation).
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.raw == other.raw || (!self.is_empty() && self.folded() == other.folded())
    }

    /// Refuses what goes into no certificate that is made here: bytes that are no name, and characters that would make it look
    /// like another name. A reader that stops at a NUL sees `good.example` in `good.example\0.evil`.
    pub(super) fn check_written(&self) -> Result<()> {
        let refuse = |message| Err(Error::new(ErrorKind::Argument, message));
        if self.is_empty() && self.raw.len() > 2 {
            return refuse(text!("the subject is no name", "主体不是有效名称"));
        }
        for attribute in self.relative.iter().flatten() {
            let is_misleading = match &attribute.text {
                Some(text) => text.chars().any(misleads),
                None => is_other_string(&attribute.raw) && attribute.raw.iter().skip(2).any(u8::is_ascii_control),
            };
            if is_misleading {
                return refuse(text!(
                    "the subject “{self}” holds control characters",
                    "主体“{self}”含有控制字符"
                ));
            }
        }
        Ok(())
    }

    /// One key for all names that [`Self::matches`] takes for one.
    pub(super) fn folded(&self) -> Vec<u8> {
        if self.is_empty() {
            return self.raw.clone();
        }
        let mut writer = Writer::new();
        for members in &self.relative {
            let members = members
                .iter()
                .map(|member| {
                    let mut writer = Writer::new();
                    writer.oid(member.kind);
                    match &member.text {
                        Some(text) => {
                            let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
                            writer.string(Tag::UTF8_STRING, &words.join(" "));
                        }
                        None => writer.octets(&member.raw),
                    }
                    writer.finish()
                })
                .collect();
            writer.set_of(Tag::SET, members);
        }
        writer.finish()
    }
}

fn read(raw: &[u8]) -> Result<Vec<Vec<Attribute>>> {
    let mut names = Vec::new();
    let mut sets = Tlv::parse(raw)?.expect(Tag::SEQUENCE)?.children()?;
    while let Some(set) = sets.next()? {
        let mut members = Vec::new();
        let mut pairs = set.expect(Tag::SET)?.children()?;
        while let Some(pair) = pairs.next()? {
            let mut pair = pair.expect(Tag::SEQUENCE)?.children()?;
            let kind = pair.read(Tag::OID)?.oid()?;
            let value = pair.any()?;
            members.push(Attribute {
                kind,
                text: is_string(value.tag()).then(|| value.text()),
                raw: value.raw().to_vec(),
            });
        }
        names.push(members);
    }
    Ok(names)
}

fn is_string(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::UTF8_STRING | Tag::PRINTABLE_STRING | Tag::TELETEX_STRING | Tag::IA5_STRING | Tag::BMP_STRING
    )
}

/// NumericString, VisibleString, GeneralString and UniversalString, which are not read as text here, and elsewhere are.
fn is_other_string(raw: &[u8]) -> bool {
    matches!(raw.first(), Some(0x12 | 0x1a..=0x1c))
}

fn attribute(kind: Oid, value: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.oid(kind);
        writer.raw(value);
    });
    writer.finish()
}

/// RFC 5280, Appendix A: countryName is a PrintableString, domainComponent and emailAddress are IA5Strings.
fn string_value(kind: Oid, value: &str) -> Vec<u8> {
    let tag = match named_type(kind) {
        Some("C" | "serialNumber") if value.bytes().all(is_printable) => Tag::PRINTABLE_STRING,
        Some("DC" | "emailAddress") if value.is_ascii() => Tag::IA5_STRING,
        _ => Tag::UTF8_STRING,
    };
    let mut writer = Writer::new();
    writer.string(tag, value);
    writer.finish()
}

fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte)
}

fn named_type(kind: Oid) -> Option<&'static str> {
    TYPES
        .iter()
        .find(|(_, arcs)| Oid::new(arcs) == kind)
        .map(|(name, _)| *name)
}

fn malformed(part: &str) -> Error {
    Error::new(
        ErrorKind::Argument,
        text!(
            "“{part}” is not an attribute of a name; write CN=...,O=...,C=CN",
            "“{part}”不是名称属性，应写作 CN=...,O=...,C=CN"
        ),
    )
}

/// Splits at `separator` where it is not escaped.
fn split(text: &str, separator: char) -> Result<Vec<&str>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        if c == separator && !escaped {
            parts.push(text.get(start..index).unwrap_or_default());
            start = index + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    if escaped {
        return Err(malformed(text));
    }
    parts.push(text.get(start..).unwrap_or_default());
    Ok(parts)
}

fn parse_attribute(part: &str) -> Result<Vec<u8>> {
    let (kind, value) = part.split_once('=').ok_or_else(|| malformed(part))?;
    let kind = kind.trim();
    let kind = TYPES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(kind))
        .map(|(_, arcs)| Oid::new(arcs))
        .or_else(|| Oid::parse(kind))
        .ok_or_else(|| malformed(part))?;
    let value = value.trim_ascii_start();
    if let Some(digits) = value.strip_prefix('#') {
        let raw = from_hex(digits.trim_end().as_bytes())
            .filter(|raw| Tlv::parse(raw).is_ok())
            .ok_or_else(|| malformed(part))?;
        return Ok(attribute(kind, &raw));
    }
    let value = unescape(value).ok_or_else(|| malformed(part))?;
    if value.is_empty() {
        return Err(malformed(part));
    }
    Ok(attribute(kind, &string_value(kind, &value)))
}

/// Takes escapes away, and white space at the end that is not escaped.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut keep = 0;
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
            if !first.is_ascii_whitespace() {
                keep = bytes.len();
            }
            continue;
        }
        let pair = rest.get(..2).and_then(from_hex);
        if let Some(octet) = pair {
            bytes.extend(octet);
            rest = rest.get(2..).unwrap_or_default();
        } else {
            let (next, after) = rest.split_first()?;
            bytes.push(*next);
            rest = after;
        }
        keep = bytes.len();
    }
    bytes.truncate(keep);
    String::from_utf8(bytes).ok()
}

/// Characters that would change how a terminal or a page shows the text around them.
fn misleads(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let last = text.chars().count().saturating_sub(1);
    for (index, c) in text.chars().enumerate() {
        if misleads(c) {
            let mut buffer = [0; 4];
            for octet in c.encode_utf8(&mut buffer).bytes() {
                write!(f, "\\{octet:02X}")?;
            }
            continue;
        }
        let edge = (c == ' ' && (index == 0 || index == last)) || (c == '#' && index == 0);
        if edge || matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    Ok(())
}

fn write_hex(f: &mut fmt::Formatter<'_>, raw: &[u8]) -> fmt::Result {
    f.write_str("#")?;
    raw.iter().try_for_each(|octet| write!(f, "{octet:02X}"))
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() && self.raw.len() > 2 {
            return write_hex(f, &self.raw);
        }
        for (index, members) in self.relative.iter().rev().enumerate() {
            for (member_index, member) in members.iter().enumerate() {
                let separator = match (index, member_index) {
                    (0, 0) => "",
                    (_, 0) => ",",
                    _ => "+",
                };
                f.write_str(separator)?;
                match (named_type(member.kind), &member.text) {
                    (Some(name), Some(text)) => {
                        write!(f, "{name}=")?;
                        write_escaped(f, text)?;
                    }
                    (name, _) => {
                        match name {
                            Some(name) => write!(f, "{name}=")?,
                            None => write!(f, "{}=", member.kind)?,
                        }
                        write_hex(f, &member.raw)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn order_and_types_of_the_der() {
        let name = Name::parse("CN=某单位 专用章,O=某单位,C=CN").unwrap();
        let parts = Name::from_attributes(&[
            (oids::COUNTRY, "CN"),
            (Oid::new(&[2, 5, 4, 10]), "某单位"),
            (oids::COMMON_NAME, "某单位 专用章"),
        ]);
        assert_eq!(name, parts);
        assert_eq!(
            name.der()[2..15],
            [0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 6, 0x13, 2, b'C', b'N']
        );
        assert_eq!(name.common_name(), Some("某单位 专用章"));
    }

    #[test]
    fn unknown_types_and_values_are_shown_in_hexadecimal() {
        let name = Name::parse("1.2.156.1=x+CN=a,CN=#020105").unwrap();
        assert_eq!(name.to_string(), "CN=a+1.2.156.1=#0C0178,CN=#020105");
        assert_eq!(Name::parse(&name.to_string()).unwrap(), name);
        assert_eq!(Name::from_der(&[0x30, 1, 2]).to_string(), "#300102");
        assert_eq!(Name::from_der(&[0x30, 0]).to_string(), "");
    }

    #[test]
    fn what_would_mislead_is_escaped() {
        let name = Name::from_attributes(&[(oids::COMMON_NAME, "a\u{202e}\n\u{1b}[1m")]);
        assert_eq!(name.to_string(), "CN=a\\E2\\80\\AE\\0A\\1B[1m");
    }

    #[test]
    fn one_name_in_two_spellings() {
        let name = Name::parse("CN=Root  CA,O=Some Org,C=CN").unwrap();
        assert!(name.matches(&Name::parse("CN=root ca,O=some org,C=cn").unwrap()));
        assert!(!name.matches(&Name::parse("CN=RootCA,O=Some Org,C=CN").unwrap()));
        assert!(!name.matches(&Name::parse("O=Some Org,CN=Root CA,C=CN").unwrap()));
        assert!(!Name::from_der(&[0x30, 1, 2]).matches(&Name::from_der(&[0x30, 1, 3])));
    }

    #[test]
    fn what_is_no_name() {
        for bad in [
            "", "CN", "CN=", "X9=a", "CN=a,", "CN=a\\", "CN=#0", "CN=#0102", "CN=\\FF",
        ] {
            assert_eq!(Name::parse(bad).unwrap_err().kind(), ErrorKind::Argument, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn text_round_trip(values in prop::collection::vec("\\PC{1,12}", 1..4)) {
            let attributes: Vec<_> = values.iter().map(|value| (oids::COMMON_NAME, value.as_str())).collect();
            let name = Name::from_attributes(&attributes);
            let again = Name::parse(&name.to_string()).unwrap();
            prop_assert_eq!(again.der(), name.der());
        }

        #[test]
        fn any_bytes_are_shown(raw in prop::collection::vec(any::<u8>(), 0..40)) {
            let name = Name::from_der(&raw);
            prop_assert!(name.matches(&name));
            let _ = name.to_string();
        }
    }
}
