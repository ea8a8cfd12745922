//! Reads the encryption dictionary (ISO 32000-2, 7.6.2) and its crypt filters (7.6.6).

use crate::error::{Error, ErrorKind, Result};
use crate::pdf::object::{Dictionary, Object};
use crate::text;

/// Crypt filters of one document; two are in use, the standard names no more than those and `Identity`.
const MAX_FILTERS: usize = 32;

/// How a crypt filter encrypts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// Not at all.
    Identity,
    /// RC4 with a key for each object.
    Rc4,
    /// AES-128 with a key for each object.
    Aes128,
    /// AES-256 with the file key.
    Aes256,
    /// A method that this version does not know.
    Unknown(String),
}

impl Method {
    fn read(filter: &Dictionary) -> Self {
        match filter.get("CFM").and_then(Object::as_name) {
            None | Some(b"None") => Self::Identity,
            Some(b"V2") => Self::Rc4,
            Some(b"AESV2") => Self::Aes128,
            Some(b"AESV3") => Self::Aes256,
            Some(other) => Self::Unknown(String::from_utf8_lossy(other).into_owned()),
        }
    }
}

/// A crypt filter by its name.
pub(super) struct NamedFilter<'a> {
    pub(super) name: Vec<u8>,
    pub(super) method: Method,
    /// /Length in bytes, where it is stated.
    pub(super) length: Option<usize>,
    /// Its dictionary, that of the whole encryption where there are no crypt filters.
    pub(super) dictionary: &'a Dictionary,
}

/// Which filter serves what.
pub(super) struct Layout<'a> {
    /// /V.
    pub(super) version: i64,
    /// /Length in bytes, where it is stated.
    pub(super) length: Option<usize>,
    pub(super) filters: Vec<NamedFilter<'a>>,
    pub(super) streams: Vec<u8>,
    pub(super) strings: Vec<u8>,
    pub(super) embedded: Vec<u8>,
}

/// The filter of documents that know none by name.
const ONLY: &[u8] = b"StdCF";
/// The filter that does nothing.
pub(super) const IDENTITY: &[u8] = b"Identity";

impl<'a> Layout<'a> {
    pub(super) fn read(encrypt: &'a Dictionary) -> Result<Self> {
        let version = integer(encrypt, "V")?.unwrap_or(0);
        let length = key_bytes(encrypt, false)?;
        if matches!(version, 1 | 2) {
            let only = NamedFilter {
                name: ONLY.to_vec(),
                method: Method::Rc4,
                length: if version == 1 { Some(5) } else { length.or(Some(5)) },
                dictionary: encrypt,
            };
            return Ok(Self {
                version,
                length: only.length,
                filters: vec![only],
                streams: ONLY.to_vec(),
                strings: ONLY.to_vec(),
                embedded: ONLY.to_vec(),
            });
        }
        if !matches!(version, 4 | 5) {
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!(
                    "encryption algorithm {version} is not supported",
                    "不支持加密算法 {version}"
                ),
            )
            .in_part("V"));
        }
        let filters = match encrypt.get("CF") {
            None | Some(Object::Null) => Vec::new(),
            Some(Object::Dictionary(filters)) => named_filters(filters)?,
            Some(_) => return Err(malformed("CF")),
        };
        let name = |key: &str| match encrypt.get(key) {
            None | Some(Object::Null) => Ok(None),
            Some(Object::Name(name)) => Ok(Some(name.as_bytes().to_vec())),
            Some(_) => Err(malformed(key)),
        };
        let streams = name("StmF")?.unwrap_or_else(|| IDENTITY.to_vec());
        let layout = Self {
            version,
            length,
            strings: name("StrF")?.unwrap_or_else(|| IDENTITY.to_vec()),
            embedded: name("EFF")?.unwrap_or_else(|| streams.clone()),
            streams,
            filters,
        };
        for (key, name) in [
            ("StmF", &layout.streams),
            ("StrF", &layout.strings),
            ("EFF", &layout.embedded),
        ] {
            if name != IDENTITY && layout.filter(name).is_none() {
                return Err(unknown_filter(name).in_part(key));
            }
        }
        Ok(layout)
    }

    fn filter(&self, name: &[u8]) -> Option<&NamedFilter<'a>> {
        self.filters.iter().find(|filter| filter.name == name)
    }

    /// Lengths of the file key in bytes that are worth a try, the likeliest first: with crypt filters it is 16, but
    /// writers of shorter keys exist, and the check of the password tells.
    pub(super) fn key_lengths(&self) -> Vec<usize> {
        let stated = self.filter(&self.streams).and_then(|filter| filter.length);
        let mut lengths = Vec::new();
        let first = if self.version == 4 { Some(16) } else { None };
        for length in first.into_iter().chain(stated).chain(self.length) {
            if (5..=16).contains(&length) && !lengths.contains(&length) {
                lengths.push(length);
            }
        }
        lengths
    }
}

fn named_filters(filters: &Dictionary) -> Result<Vec<NamedFilter<'_>>> {
    if filters.len() > MAX_FILTERS {
        return Err(Error::new(
            ErrorKind::Limit,
            text!(
                "more than {MAX_FILTERS} crypt filters",
                "加密过滤器超过 {MAX_FILTERS} 个"
            ),
        )
        .in_part("CF"));
    }
    let mut named = Vec::new();
    for entry in filters.iter() {
        let name = entry.key.as_bytes();
        // Identity cannot be defined anew (7.6.6, table 26); of a name that stands twice the last one counts.
        if name == IDENTITY {
            continue;
        }
        let Object::Dictionary(dictionary) = &entry.value else {
            return Err(malformed(&String::from_utf8_lossy(name)).in_part("CF"));
        };
        named.retain(|filter: &NamedFilter<'_>| filter.name != name);
        named.push(NamedFilter {
            name: name.to_vec(),
            method: Method::read(dictionary),
            length: key_bytes(dictionary, true).map_err(|error| error.in_part("CF"))?,
            dictionary,
        });
    }
    Ok(named)
}

/// /Length in bytes. The encryption dictionary states bits. Crypt filters state bytes with the standard handler and bits
/// with the public-key one, and writers mix it up: no key has 40 bytes, and none fewer bits.
fn key_bytes(dictionary: &Dictionary, filter: bool) -> Result<Option<usize>> {
    let Some(value) = integer(dictionary, "Length")? else {
        return Ok(None);
    };
    let value = usize::try_from(value).map_err(|_| malformed("Length"))?;
    Ok(match value {
        5..=39 => Some(value),
        40..=256 if value % 8 == 0 => Some(value / 8),
        // Crypt filters of AES have all kinds of nonsense here; their key length is known without it.
        _ if filter => None,
        _ => return Err(malformed("Length")),
    })
}

/// A whole number that may be missing.
pub(super) fn integer(dictionary: &Dictionary, key: &str) -> Result<Option<i64>> {
    match dictionary.get(key) {
        None | Some(Object::Null) => Ok(None),
        Some(Object::Integer(value)) => Ok(Some(*value)),
        Some(_) => Err(malformed(key)),
    }
}

/// A boolean that may be missing.
pub(super) fn boolean(dictionary: &Dictionary, key: &str) -> Result<Option<bool>> {
    match dictionary.get(key) {
        None | Some(Object::Null) => Ok(None),
        Some(Object::Boolean(value)) => Ok(Some(*value)),
        Some(_) => Err(malformed(key)),
    }
}

/// The first `N` bytes of a string; writers fill some of them up with zeros.
pub(super) fn string<const N: usize>(dictionary: &Dictionary, key: &str) -> Result<[u8; N]> {
    let value = dictionary.get(key).ok_or_else(|| missing(key))?;
    value
        .as_string()
        .and_then(|bytes| bytes.first_chunk::<N>())
        .copied()
        .ok_or_else(|| malformed(key))
}

pub(super) fn missing(key: &str) -> Error {
    Error::new(
        ErrorKind::Pdf,
        text!("the encryption dictionary has no /{key}", "加密字典缺少 /{key}"),
    )
    .in_part(key)
}

pub(super) fn malformed(key: &str) -> Error {
    Error::new(
        ErrorKind::Pdf,
        text!(
            "/{key} of the encryption dictionary is malformed",
            "加密字典的 /{key} 格式错误"
        ),
    )
    .in_part(key)
}

pub(super) fn unknown_filter(name: &[u8]) -> Error {
    let name = String::from_utf8_lossy(name);
    Error::new(
        ErrorKind::Pdf,
        text!("crypt filter /{name} is not defined", "未定义加密过滤器 /{name}"),
    )
}
