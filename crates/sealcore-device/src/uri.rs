//! Where a key is: the syntax of RFC 7512, with two schemes beside `pkcs11:`.
//!
//! Path attributes stand before the `?` and are separated by `;`, query attributes stand after it and are separated by
//! `&`. Values are percent-encoded where they hold one of these. Every attribute is known or the URI is refused: a name
//! that is misspelled must not select another key.

use std::fmt;

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::lang::Text;
use sealcore::text;
use serde::Serialize;
use zeroize::Zeroizing;

/// The longest URI, in bytes.
const MAX_LEN: usize = 8192;

/// The interface of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// PKCS#11 (OASIS), `pkcs11:`, RFC 7512.
    Pkcs11,
    /// Cipher machines, GM/T 0018, `sdf:`.
    Sdf,
    /// Smart tokens, GM/T 0016, `skf:`.
    Skf,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; 3] = [Self::Pkcs11, Self::Sdf, Self::Skf];

    /// The name before the colon.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pkcs11 => "pkcs11",
            Self::Sdf => "sdf",
            Self::Skf => "skf",
        }
    }

    /// The path attributes that are understood.
    fn path_names(self) -> &'static [&'static str] {
        match self {
            Self::Pkcs11 => &[
                "id",
                "library-description",
                "library-manufacturer",
                "library-version",
                "manufacturer",
                "model",
                "object",
                "serial",
                "slot-description",
                "slot-id",
                "slot-manufacturer",
                "token",
                "type",
            ],
            Self::Sdf => &["key"],
            Self::Skf => &["application", "container", "device"],
        }
    }

    /// The query attributes that are understood.
    fn query_names(self) -> &'static [&'static str] {
        match self {
            Self::Pkcs11 => &[
                "module-path",
                "pin-source",
                "pin-value",
                "x-rsa-padding",
                "x-sm2-format",
                "x-sm2-mechanism",
            ],
            Self::Sdf => &["module-path", "pin-source", "pin-value"],
            Self::Skf => &["module-path", "pin-source", "pin-value", "x-ulong"],
        }
    }
}

/// The address of a key, or of what holds keys. A PIN in it is overwritten when it is dropped and never printed.
#[derive(Clone)]
pub struct DeviceUri {
    scheme: Scheme,
    path: Vec<Attribute>,
    query: Vec<Attribute>,
}

#[derive(Clone)]
struct Attribute {
    name: &'static str,
    value: Zeroizing<Vec<u8>>,
}

impl DeviceUri {
    /// Whether `text` has a device's scheme. Then [`Self::parse`] says what it thinks of the rest.
    #[must_use]
    pub fn is_device(text: &str) -> bool {
        scheme_of(text).is_some()
    }

    /// Reads a URI.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`], naming the attribute: one that is not known or stands twice, an escape that is none,
    /// bytes that are not UTF-8 (`id` may hold any), `pin-value` beside `pin-source`, more than 8192 bytes.
    pub fn parse(text: &str) -> Result<Self> {
        let too_long = || {
            argument(text!(
                "a device URI has at most {MAX_LEN} bytes, with everything escaped that has to be",
                "设备 URI 最长 {MAX_LEN} 字节（含必要的转义）"
            ))
        };
        if text.len() > MAX_LEN {
            return Err(too_long());
        }
        let (scheme, rest) = scheme_of(text).ok_or_else(|| {
            argument(text!(
                "a device URI starts with pkcs11:, sdf: or skf:",
                "设备 URI 以 pkcs11:、sdf: 或 skf: 开头"
            ))
        })?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let uri = Self {
            scheme,
            path: attributes(path, ';', scheme.path_names())?,
            query: attributes(query, '&', scheme.query_names())?,
        };
        if uri.query("pin-value").is_some() && uri.query("pin-source").is_some() {
            return Err(argument(text!(
                "pin-value and pin-source exclude each other",
                "pin-value 与 pin-source 不能同时使用"
            )));
        }
        // What is shown can be read again.
        if uri.to_string().len() > MAX_LEN {
            return Err(too_long());
        }
        Ok(uri)
    }

    /// The interface.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// A path attribute, decoded; nothing when it is not there, and for an `id` that is not UTF-8.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.path_bytes(name)?).ok()
    }

    /// A path attribute, decoded, as bytes: `id` is not text.
    #[must_use]
    pub fn path_bytes(&self, name: &str) -> Option<&[u8]> {
        find(&self.path, name)
    }

    /// A query attribute, decoded.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(find(&self.query, name)?).ok()
    }

    /// The path of the module that is to be loaded.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] when the URI does not say.
    pub fn module_path(&self) -> Result<&str> {
        self.query("module-path")
            .filter(|path| !path.is_empty())
            .ok_or_else(|| {
                let scheme = self.scheme.name();
                argument(text!(
                    "the {scheme}: URI does not name the vendor's library: add ?module-path=/path/to/library.so",
                    "{scheme}: URI 未指明厂商库，请加上 ?module-path=/库文件路径.so"
                ))
            })
    }
}

/// The URI without its PIN.
impl fmt::Display for DeviceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.scheme.name())?;
        for (index, attribute) in self.path.iter().enumerate() {
            let separator = if index == 0 { "" } else { ";" };
            write!(f, "{separator}{}={}", attribute.name, encode(&attribute.value))?;
        }
        for (index, attribute) in self.query.iter().enumerate() {
            let separator = if index == 0 { "?" } else { "&" };
            match attribute.name {
                "pin-value" => write!(f, "{separator}pin-value=...")?,
                // What names no file may be the PIN itself.
                "pin-source" if !(attribute.value.starts_with(b"/") || attribute.value.starts_with(b"file:")) => {
                    write!(f, "{separator}pin-source=...")?;
                }
                name => write!(f, "{separator}{name}={}", encode(&attribute.value))?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for DeviceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceUri({self})")
    }
}

/// `value` as it stands in a URI; bytes that are no text, separators and control characters are escaped.
pub(crate) fn encode(value: &[u8]) -> String {
    let mut out = String::with_capacity(value.len());
    for chunk in value.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~' | '/' | ':' | '@' => out.push(character),
                letter if !letter.is_ascii() && letter.is_alphanumeric() => out.push(letter),
                other => escape(&mut out, other.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        escape(&mut out, chunk.invalid());
    }
    out
}

fn escape(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        out.push_str(&format!("%{byte:02X}"));
    }
}

/// Whether `text` holds an attribute for a PIN, escaped or not.
pub(crate) fn names_pin(text: &[u8]) -> bool {
    let has = |bytes: &[u8]| {
        ["pin-value=", "pin-source="].iter().any(|name| {
            bytes
                .windows(name.len())
                .any(|part| part.eq_ignore_ascii_case(name.as_bytes()))
        })
    };
    has(text) || has(&unescape_leniently(text))
}

/// Whether what stands before the first colon or semicolon is a device's scheme but for characters that are no letters or digits.
pub(crate) fn resembles_device(text: &str) -> bool {
    let Some((name, _)) = text.split_once([':', ';', '：', '；']) else {
        return false;
    };
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    Scheme::ALL
        .iter()
        .any(|scheme| scheme.name().eq_ignore_ascii_case(&name))
}

fn scheme_of(text: &str) -> Option<(Scheme, &str)> {
    let (name, rest) = text.split_once(':')?;
    let scheme = Scheme::ALL
        .into_iter()
        .find(|scheme| scheme.name().eq_ignore_ascii_case(name))?;
    Some((scheme, rest))
}

fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a [u8]> {
    attributes
        .iter()
        .find(|attribute| attribute.name == name)
        .map(|attribute| &**attribute.value)
}

/// The attributes of one half, each of which `known` has and none of which stands twice.
fn attributes(text: &str, separator: char, known: &[&'static str]) -> Result<Vec<Attribute>> {
    let mut attributes: Vec<Attribute> = Vec::new();
    if text.is_empty() {
        return Ok(attributes);
    }
    for part in text.split(separator) {
        // What is no name may be a piece of a PIN: it is not shown.
        let (name, value) = part.split_once('=').ok_or_else(|| {
            argument(text!(
                "a part of the device URI has no '='; inside a value ; & ? % # are written %3B %26 %3F %25 %23",
                "设备 URI 中有一部分缺少“=”；值中的 ; & ? % # 须写作 %3B %26 %3F %25 %23"
            ))
        })?;
        let Some(name) = known.iter().find(|known| **known == name) else {
            let known = known.join(", ");
            // Behind a PIN it may be a piece of the PIN, whose '&' was not escaped.
            if find(&attributes, "pin-value").is_some() {
                return Err(argument(text!(
                    "an attribute after pin-value is not known here, or the PIN has an '&' that is not written %26; known are {known}",
                    "pin-value 之后有不支持的属性，或 PIN 中的“&”未写作 %26；支持的有 {known}"
                )));
            }
            let shown: String = name
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
                .take(40)
                .collect();
            return Err(argument(text!(
                "the attribute '{shown}' is not known here; known are {known}",
                "此处不支持属性“{shown}”；支持的有 {known}"
            )));
        };
        if find(&attributes, name).is_some() {
            return Err(argument(text!(
                "the attribute {name} stands twice",
                "属性 {name} 重复出现"
            )));
        }
        let value = decode(name, value)?;
        // All but a PIN is shown, as where `;` stands in place of `&` before it.
        if *name != "pin-value" && names_pin(&value) {
            return Err(argument(text!(
                "the value of {name} holds an attribute for a PIN: those stand after the '?', separated by '&'",
                "{name} 的值中含有 PIN 属性：该属性应位于“?”之后，并以“&”分隔"
            )));
        }
        attributes.push(Attribute { name, value });
    }
    Ok(attributes)
}

fn decode(name: &str, value: &str) -> Result<Zeroizing<Vec<u8>>> {
    if value.bytes().any(|byte| matches!(byte, b'#' | 0..=0x1f | 0x7f)) {
        return Err(argument(text!(
            "in {name} '#' and control characters have to be escaped, as %23",
            "{name} 中的“#”和控制字符须转义，如 %23"
        )));
    }
    let decoded = unescape(value).ok_or_else(|| {
        argument(text!(
            "in {name} a '%' is not followed by two hexadecimal digits",
            "{name} 中的“%”后面不是两位十六进制数字"
        ))
    })?;
    // An identifier is any bytes; all else is text, and goes to functions whose texts end with a zero.
    if name != "id" && (std::str::from_utf8(&decoded).is_err() || decoded.contains(&0)) {
        return Err(argument(text!(
            "{name} is not UTF-8 without zeros",
            "{name} 不是 UTF-8 文本，或含有零字节"
        )));
    }
    Ok(decoded)
}

/// The bytes that percent-encoded text stands for; nothing when an escape is none.
pub(crate) fn unescape(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // As long as the text at most: the vector never grows and leaves no copy behind.
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            byte => byte,
        };
        decoded.push(byte);
    }
    Some(decoded)
}

/// As [`unescape`], where an escape that is none stands for itself.
fn unescape_leniently(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        let escaped = match rest {
            [b'%', high, low, after @ ..] => hex(*high).zip(hex(*low)).map(|(high, low)| (high << 4 | low, after)),
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((*byte, after));
        decoded.push(byte);
        rest = after;
    }
    decoded
}

fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn argument(message: Text) -> Error {
    Error::new(ErrorKind::Argument, message)
}
