//! PDF objects (ISO 32000-2, 7.3), as they were read or will be written.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A PDF object.
///
/// Two objects are equal when they mean the same: the order of a dictionary's entries, the spelling of a string and the
/// place in the file do not count. Numbers that are written differently are different: who rewrites a number changes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// `null`; also what a reference to nothing leads to.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a decimal point.
    Real(Real),
    /// A string, literal or hexadecimal.
    String(PdfString),
    /// A name.
    Name(Name),
    /// An array.
    Array(Vec<Self>),
    /// A dictionary.
    Dictionary(Dictionary),
    /// A stream: a dictionary and where its data are.
    Stream(Stream),
    /// A reference to an indirect object.
    Reference(ObjectId),
}

/// Object and generation number of an indirect object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// The object number; 0 is no object.
    pub number: u32,
    /// The generation number.
    pub generation: u16,
}

impl ObjectId {
    /// Generation 0 of this object number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self { number, generation: 0 }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.generation)
    }
}

/// A real number, with the text that it is written as.
#[derive(Clone, Debug)]
pub struct Real {
    /// The value.
    pub value: f64,
    /// How it is written.
    pub text: Box<str>,
}

impl Real {
    /// A value as PDF writes it: decimal, at most five places.
    #[must_use]
    pub fn new(value: f64) -> Self {
        let value = if value.is_finite() { value } else { 0.0 };
        let text = format!("{value:.5}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        let text = if matches!(text, "-0" | "") { "0" } else { text };
        Self {
            value,
            text: text.into(),
        }
    }
}

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A string: its bytes, whatever they encode.
#[derive(Clone, Debug, Default)]
pub struct PdfString {
    /// The bytes, escapes resolved and decrypted.
    pub bytes: Vec<u8>,
    /// Whether it is written in hexadecimal.
    pub hex: bool,
}

impl PartialEq for PdfString {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

/// A name, without its solidus and with `#xx` resolved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<[u8]>);

impl Name {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<T: AsRef<[u8]> + ?Sized> From<&T> for Name {
    fn from(bytes: &T) -> Self {
        Self(bytes.as_ref().into())
    }
}

impl From<Vec<u8>> for Name {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A dictionary in the order in which it is written.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    entries: Vec<Entry>,
    duplicate: Option<Name>,
}

/// An entry of a dictionary.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Name,
    /// The value.
    pub value: Object,
    /// The bytes of the value: in the file, or in the object stream where the object stands in one; empty for a value that
    /// was not read.
    pub span: Range<u64>,
}

impl Dictionary {
    /// An empty dictionary.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
            duplicate: None,
        }
    }

    /// The value of `key`; of a key that stands twice, the last.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Object> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .rev()
            .find(|entry| entry.key.as_bytes() == key.as_bytes())
    }

    /// The entries in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        self.entries.iter()
    }

    /// The values in their order, to be changed in place.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = (&Name, &mut Object)> {
        self.entries.iter_mut().map(|entry| (&entry.key, &mut entry.value))
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A key that stands twice: readers differ in which value they take.
    #[must_use]
    pub fn duplicate(&self) -> Option<&Name> {
        self.duplicate.as_ref()
    }

    /// Sets the value of `key`, in its old place where it has one.
    pub fn set(&mut self, key: &str, value: impl Into<Object>) {
        let value = value.into();
        let found = self
            .entries
            .iter_mut()
            .rev()
            .find(|entry| entry.key.as_bytes() == key.as_bytes());
        match found {
            Some(entry) => {
                entry.value = value;
                entry.span = 0..0;
            }
            None => self.entries.push(Entry {
                key: Name::from(key),
                value,
                span: 0..0,
            }),
        }
    }

    /// As [`Self::set`], for building.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Object>) -> Self {
        self.set(key, value);
        self
    }

    /// Removes every entry of `key`.
    pub fn remove(&mut self, key: &str) {
        self.entries.retain(|entry| entry.key.as_bytes() != key.as_bytes());
    }

    /// Adds an entry that was read.
    pub(crate) fn push_read(&mut self, key: Name, value: Object, span: Range<u64>) {
        self.entries.push(Entry { key, value, span });
    }

    /// Looks for keys that stand twice, after everything was read.
    pub(crate) fn note_duplicates(&mut self) {
        let mut keys: Vec<&Name> = self.entries.iter().map(|entry| &entry.key).collect();
        keys.sort_unstable();
        self.duplicate = keys
            .windows(2)
            .find_map(|pair| {
                matches!(pair, [one, other] if one == other).then(|| pair.first().map(|name| (*name).clone()))
            })
            .flatten();
    }

    /// The memory that a copy takes, about.
    pub(crate) fn weight(&self) -> u64 {
        let entries = self.entries.iter();
        entries
            .map(|entry| (size_of::<Entry>() + entry.key.as_bytes().len()) as u64 + entry.value.weight())
            .sum()
    }

    /// Whether `/Type` is this name.
    #[must_use]
    pub fn is_type(&self, name: &str) -> bool {
        self.get("Type").and_then(Object::as_name) == Some(name.as_bytes())
    }
}

impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        if self.entries.len() != other.entries.len() {
            return false;
        }
        fn sorted(dictionary: &Dictionary) -> Vec<&Entry> {
            let mut entries: Vec<&Entry> = dictionary.entries.iter().collect();
            // Stable: of keys that stand twice the order counts, since the last one is taken.
            entries.sort_by(|one, other| one.key.cmp(&other.key));
            entries
        }
        sorted(self)
            .iter()
            .zip(sorted(other))
            .all(|(one, other)| one.key == other.key && one.value == other.value)
    }
}

/// A stream. Its data are read when asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// The stream dictionary.
    pub dictionary: Dictionary,
    /// Where the data are.
    pub data: StreamData,
}

/// Where the data of a stream are, still filtered and, in a file, still encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamData {
    /// These bytes of the file.
    File(Range<u64>),
    /// In memory: not written yet.
    Memory(Arc<[u8]>),
}

impl Stream {
    /// A new stream; `/Length` is set.
    #[must_use]
    pub fn new(dictionary: Dictionary, data: impl Into<Arc<[u8]>>) -> Self {
        let data = data.into();
        let length = i64::try_from(data.len()).unwrap_or(i64::MAX);
        Self {
            dictionary: dictionary.with("Length", length),
            data: StreamData::Memory(data),
        }
    }
}

impl Object {
    /// The memory that a copy takes, about.
    pub(crate) fn weight(&self) -> u64 {
        let own = size_of::<Self>() as u64;
        let below = match self {
            Self::String(string) => string.bytes.len() as u64,
            Self::Name(name) => name.as_bytes().len() as u64,
            Self::Real(real) => real.text.len() as u64,
            Self::Array(items) => items.iter().map(Self::weight).sum(),
            Self::Dictionary(dictionary) => dictionary.weight(),
            Self::Stream(stream) => stream.dictionary.weight(),
            _ => 0,
        };
        own + below
    }

    /// The boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The whole number.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, whole or real.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            #[allow(clippy::cast_precision_loss)] // coordinates; nothing exact depends on it
            Self::Integer(value) => Some(*value as f64),
            Self::Real(real) => Some(real.value),
            _ => None,
        }
    }

    /// The bytes of the string.
    #[must_use]
    pub fn as_string(&self) -> Option<&[u8]> {
        match self {
            Self::String(string) => Some(&string.bytes),
            _ => None,
        }
    }

    /// The bytes of the name.
    #[must_use]
    pub fn as_name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name.as_bytes()),
            _ => None,
        }
    }

    /// The array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The dictionary, also that of a stream.
    #[must_use]
    pub fn as_dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            Self::Stream(stream) => Some(&stream.dictionary),
            _ => None,
        }
    }

    /// The stream.
    #[must_use]
    pub fn as_stream(&self) -> Option<&Stream> {
        match self {
            Self::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    /// The reference.
    #[must_use]
    pub fn as_reference(&self) -> Option<ObjectId> {
        match self {
            Self::Reference(id) => Some(*id),
            _ => None,
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// A name.
    #[must_use]
    pub fn name(name: &str) -> Self {
        Self::Name(Name::from(name))
    }

    /// A literal string of these bytes.
    #[must_use]
    pub fn string(bytes: impl Into<Vec<u8>>) -> Self {
        Self::String(PdfString {
            bytes: bytes.into(),
            hex: false,
        })
    }

    /// A text string (ISO 32000-2, 7.9.2.2): ASCII as it is, anything else as UTF-16BE with its mark.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_ascii() {
            return Self::string(text);
        }
        let units = text.encode_utf16().flat_map(u16::to_be_bytes);
        Self::string([0xfe, 0xff].into_iter().chain(units).collect::<Vec<_>>())
    }

    /// The text of a text string, in UTF-16, UTF-8 or (as far as it agrees with Latin 1) PDFDocEncoding.
    #[must_use]
    pub fn as_text(&self) -> Option<String> {
        self.as_string().map(decode_text)
    }
}

/// The text in the bytes of a text string (ISO 32000-2, 7.9.2.2).
#[must_use]
pub fn decode_text(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

impl From<bool> for Object {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Object {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Object {
    fn from(value: f64) -> Self {
        Self::Real(Real::new(value))
    }
}

impl From<Name> for Object {
    fn from(value: Name) -> Self {
        Self::Name(value)
    }
}

impl From<Vec<Self>> for Object {
    fn from(value: Vec<Self>) -> Self {
        Self::Array(value)
    }
}

impl From<Dictionary> for Object {
    fn from(value: Dictionary) -> Self {
        Self::Dictionary(value)
    }
}

impl From<Stream> for Object {
    fn from(value: Stream) -> Self {
        Self::Stream(value)
    }
}

impl From<ObjectId> for Object {
    fn from(value: ObjectId) -> Self {
        Self::Reference(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_of_meaning() {
        let one = Dictionary::new().with("A", 1).with("B", Object::name("x"));
        let other = Dictionary::new().with("B", Object::name("x")).with("A", 1);
        assert_eq!(one, other);
        assert_ne!(one, other.clone().with("A", 2));
        assert_ne!(one, other.with("C", 2));
        assert_ne!(Object::from(595.0), Object::Integer(595));
    }

    #[test]
    fn reals_are_short() {
        for (value, text) in [
            (1.5, "1.5"),
            (-0.000001, "0"),
            (2.0, "2"),
            (f64::NAN, "0"),
            (0.00001, "0.00001"),
        ] {
            assert_eq!(&*Real::new(value).text, text);
        }
    }

    #[test]
    fn text_strings() {
        for text in ["Reason", "公章", "a\u{1F600}"] {
            assert_eq!(Object::text(text).as_text().unwrap(), text);
        }
        assert_eq!(decode_text(b"\xef\xbb\xbf\xe5\x8d\xb0"), "印");
    }

    #[test]
    fn keys_that_stand_twice() {
        let mut dictionary = Dictionary::new();
        for (key, value) in [("A", 1), ("B", 2), ("A", 3)] {
            dictionary.push_read(Name::from(key), Object::Integer(value), 0..0);
        }
        dictionary.note_duplicates();
        assert_eq!(dictionary.duplicate(), Some(&Name::from("A")));
        assert_eq!(dictionary.get("A"), Some(&Object::Integer(3)));
    }
}
