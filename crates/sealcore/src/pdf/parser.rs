//! Bytes to objects (ISO 32000-2, 7.2 and 7.3), strictly: what two readers could take differently is an error.

use super::object::{Dictionary, Entry, Name, Object, ObjectId, PdfString, Real};
use crate::error::{Error, ErrorKind};
use crate::hex;
use crate::lang::Text;
use crate::limits::Limits;
use crate::text;

/// Arrays and dictionaries inside one another.
const DEPTH: usize = 100;
/// Values in one object. In memory each takes some thirty times what it takes in the file; the longest arrays in the field
/// are page lists.
const VALUES: usize = 1_000_000;

/// Why parsing stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The window ends before the object does.
    More,
    /// The bytes are no object.
    Bad(Error),
}

pub(crate) type Parsed<T> = Result<T, Stop>;

/// A parser over a window of a file, or over the whole of a decoded stream.
#[derive(Clone, Debug)]
pub(crate) struct Parser<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Offset of the window in the file.
    base: u64,
    /// Whether the input ends with the window.
    last: bool,
    /// Values that were read.
    values: usize,
}

/// What a stream's dictionary is followed by.
#[derive(Clone, Debug)]
pub(crate) struct Indirect {
    pub(crate) id: ObjectId,
    pub(crate) value: Object,
    /// Where the data of a stream begin, in the file; `None` for anything else.
    pub(crate) data_at: Option<u64>,
    /// Where the parser stopped, in the file: behind `endobj` where that stands there.
    pub(crate) end: u64,
    /// Whether `endobj` stands there.
    pub(crate) closed: bool,
    /// The memory that it takes, about.
    pub(crate) weight: u64,
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

pub(crate) fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

pub(crate) fn syntax(message: Text) -> Error {
    Error::new(ErrorKind::Pdf, message)
}

impl<'b> Parser<'b> {
    /// A parser of `bytes`, which stand at `base` in the file; `last` when nothing follows them.
    pub(crate) fn new(bytes: &'b [u8], base: u64, last: bool) -> Self {
        Self {
            bytes,
            at: 0,
            base,
            last,
            values: 0,
        }
    }

    /// A parser of a whole, such as a decoded stream.
    pub(crate) fn whole(bytes: &'b [u8]) -> Self {
        Self::new(bytes, 0, true)
    }

    /// Where it stands, in the file.
    pub(crate) fn position(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Goes to `offset` of the window.
    pub(crate) fn seek(&mut self, offset: usize) {
        self.at = offset.min(self.bytes.len());
    }

    /// The bytes that were not read.
    pub(crate) fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn bump(&mut self) -> Parsed<u8> {
        let byte = self.peek().ok_or_else(|| self.ended())?;
        self.at += 1;
        Ok(byte)
    }

    fn ended(&self) -> Stop {
        if self.last {
            self.bad(text!("the file ends inside an object", "文件在对象中间结束"))
        } else {
            Stop::More
        }
    }

    pub(crate) fn bad(&self, message: Text) -> Stop {
        Stop::Bad(syntax(message).at(self.position()))
    }

    /// Passes white space and comments. At the end of a window that is not the last, more is asked for.
    pub(crate) fn skip_space(&mut self) -> Parsed<()> {
        loop {
            match self.peek() {
                Some(byte) if is_space(byte) => self.at += 1,
                Some(b'%') => {
                    let line = self.rest().iter().position(|byte| matches!(byte, b'\r' | b'\n'));
                    match line {
                        Some(length) => self.at += length,
                        None if self.last => self.at = self.bytes.len(),
                        None => return Err(Stop::More),
                    }
                }
                Some(_) => return Ok(()),
                None if self.last => return Ok(()),
                None => return Err(Stop::More),
            }
        }
    }

    /// Whether a comment comes next.
    pub(crate) fn stands_before_comment(&self) -> Parsed<bool> {
        match self.rest().iter().find(|byte| !is_space(**byte)) {
            Some(byte) => Ok(*byte == b'%'),
            None if self.last => Ok(false),
            None => Err(Stop::More),
        }
    }

    /// Takes `word` where it stands, followed by something that ends it.
    pub(crate) fn take_keyword(&mut self, word: &str) -> Parsed<bool> {
        self.skip_space()?;
        let rest = self.rest();
        if !rest.starts_with(word.as_bytes()) {
            let cut = !self.last && rest.len() < word.len() && word.as_bytes().starts_with(rest);
            return if cut { Err(Stop::More) } else { Ok(false) };
        }
        match rest.get(word.len()) {
            Some(byte) if is_regular(*byte) => Ok(false),
            None if !self.last => Err(Stop::More),
            _ => {
                self.at += word.len();
                Ok(true)
            }
        }
    }

    /// The regular characters that stand here.
    pub(crate) fn word(&mut self) -> Parsed<&'b [u8]> {
        self.skip_space()?;
        let rest = self.rest();
        let length = match rest.iter().position(|byte| !is_regular(*byte)) {
            Some(length) => length,
            None if self.last => rest.len(),
            None => return Err(Stop::More),
        };
        self.at += length;
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// An unsigned whole number.
    pub(crate) fn unsigned(&mut self) -> Parsed<u64> {
        let before = self.clone();
        let word = self.word()?;
        let number = parse_unsigned(word);
        number.ok_or_else(|| before.bad(text!("a number is expected here", "此处应为数字")))
    }

    /// An object. References are read as such.
    pub(crate) fn object(&mut self) -> Parsed<Object> {
        self.values = 0;
        self.object_within(DEPTH)
    }

    fn object_within(&mut self, depth: usize) -> Parsed<Object> {
        self.skip_space()?;
        let Some(depth) = depth.checked_sub(1) else {
            return Err(self.bad(text!(
                "objects are nested more than {DEPTH} deep",
                "对象嵌套超过 {DEPTH} 层"
            )));
        };
        self.values += 1;
        if self.values > VALUES {
            let limit = VALUES as u64;
            return Err(Stop::Bad(
                Limits::exceeded("values in one object", "单个对象中的值", limit).at(self.position()),
            ));
        }
        match self.peek().ok_or_else(|| self.ended())? {
            b'/' => self.name().map(Object::Name),
            b'(' => self.literal_string().map(Object::String),
            b'[' => self.array(depth),
            b'<' => match self.bytes.get(self.at + 1) {
                Some(b'<') => self.dictionary(depth).map(Object::Dictionary),
                Some(_) => self.hex_string().map(Object::String),
                None => Err(self.ended()),
            },
            byte if is_regular(byte) => self.number_or_keyword(),
            _ => Err(self.bad(text!("an object is expected here", "此处应为对象"))),
        }
    }

    /// A name (7.3.5).
    pub(crate) fn name(&mut self) -> Parsed<Name> {
        if self.peek() != Some(b'/') {
            return Err(self.bad(text!("a name is expected here", "此处应为名称")));
        }
        self.at += 1;
        let rest = self.rest();
        let length = match rest.iter().position(|byte| !is_regular(*byte)) {
            Some(length) => length,
            None if self.last => rest.len(),
            None => return Err(Stop::More),
        };
        self.at += length;
        let raw = rest.get(..length).unwrap_or_default();
        if !raw.contains(&b'#') {
            return Ok(Name::from(raw));
        }
        let mut name = Vec::with_capacity(raw.len());
        let mut bytes = raw;
        while let Some((first, after)) = bytes.split_first() {
            let digits = (first, after.first_chunk().map(|pair: &[u8; 2]| pair.map(hex::digit)));
            match digits {
                (b'#', Some([Some(high), Some(low)])) => {
                    name.push(high << 4 | low);
                    bytes = after.get(2..).unwrap_or_default();
                }
                _ => {
                    name.push(*first);
                    bytes = after;
                }
            }
        }
        Ok(Name::from(name))
    }

    fn literal_string(&mut self) -> Parsed<PdfString> {
        self.at += 1;
        let mut bytes = Vec::new();
        let mut open = 1usize;
        loop {
            match self.bump()? {
                b'(' => {
                    open += 1;
                    bytes.push(b'(');
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(PdfString { bytes, hex: false });
                    }
                    bytes.push(b')');
                }
                b'\\' => self.escape(&mut bytes)?,
                // Every line end is a LF (7.3.4.2).
                b'\r' => {
                    bytes.push(b'\n');
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                }
                byte => bytes.push(byte),
            }
        }
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) -> Parsed<()> {
        match self.bump()? {
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'b' => bytes.push(8),
            b'f' => bytes.push(0x0c),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            digit @ b'0'..=b'7' => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    match self.peek() {
                        Some(digit @ b'0'..=b'7') => {
                            value = value * 8 + u32::from(digit - b'0');
                            self.at += 1;
                        }
                        _ => break,
                    }
                }
                // High-order overflow is ignored (7.3.4.2).
                bytes.push(value.to_le_bytes().first().copied().unwrap_or_default());
            }
            byte => bytes.push(byte),
        }
        Ok(())
    }

    fn hex_string(&mut self) -> Parsed<PdfString> {
        self.at += 1;
        let rest = self.rest();
        // What is no digit is looked for, not the end, so that strings that are broken cost no more than their bytes.
        let length = hex::extent(rest);
        let digits = rest.get(..length).unwrap_or_default();
        match rest.get(length) {
            Some(b'>') => {
                self.at += length + 1;
                let bytes = hex::decode(digits);
                Ok(PdfString { bytes, hex: true })
            }
            Some(_) => {
                self.at += length;
                Err(self.bad(text!(
                    "a hexadecimal string holds something else",
                    "十六进制字符串中有其他字符"
                )))
            }
            None => Err(self.ended()),
        }
    }

    fn array(&mut self, depth: usize) -> Parsed<Object> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space()?;
            if self.peek().ok_or_else(|| self.ended())? == b']' {
                self.at += 1;
                return Ok(Object::Array(items));
            }
            items.push(self.object_within(depth)?);
        }
    }

    fn dictionary(&mut self, depth: usize) -> Parsed<Dictionary> {
        self.at += 2;
        let mut dictionary = Dictionary::new();
        loop {
            self.skip_space()?;
            match self.rest() {
                [b'>', b'>', ..] => {
                    self.at += 2;
                    dictionary.note_duplicates();
                    return Ok(dictionary);
                }
                [b'>'] | [] => return Err(self.ended()),
                _ => {}
            }
            let key = self.name()?;
            self.skip_space()?;
            if self.rest().starts_with(b">>") {
                return Err(self.bad(text!("key {key} has no value", "键 {key} 没有值")));
            }
            let start = self.position();
            let value = self.object_within(depth)?;
            dictionary.push_read(key, value, start..self.position());
        }
    }

    fn number_or_keyword(&mut self) -> Parsed<Object> {
        let before = self.clone();
        let word = self.word()?;
        match word {
            b"true" => return Ok(Object::Boolean(true)),
            b"false" => return Ok(Object::Boolean(false)),
            b"null" => return Ok(Object::Null),
            _ => {}
        }
        if let Some(number) = parse_unsigned(word) {
            return Ok(match self.reference(number)? {
                Some(id) => Object::Reference(id),
                None => i64::try_from(number).map_or_else(|_| real(word), Object::Integer),
            });
        }
        match parse_number(word) {
            Some(number) => Ok(number),
            None => Err(before.bad(text!("this is no PDF object", "这不是 PDF 对象"))),
        }
    }

    /// What follows a number when it is the first of `N G R`.
    fn reference(&mut self, number: u64) -> Parsed<Option<ObjectId>> {
        let Ok(number) = u32::try_from(number) else {
            return Ok(None);
        };
        let mut ahead = self.clone();
        let generation = ahead.word()?;
        if generation.is_empty() || generation.len() > 5 {
            return Ok(None);
        }
        let Some(generation) = parse_unsigned(generation).and_then(|value| u16::try_from(value).ok()) else {
            return Ok(None);
        };
        if !ahead.take_keyword("R")? {
            return Ok(None);
        }
        self.at = ahead.at;
        Ok(Some(ObjectId { number, generation }))
    }

    /// `N G obj`, the object, and where the data of a stream begin (7.3.10, 7.3.8).
    pub(crate) fn indirect(&mut self) -> Parsed<Indirect> {
        self.skip_space()?;
        let before = self.clone();
        let number = u32::try_from(self.unsigned()?);
        let generation = u16::try_from(self.unsigned()?);
        let (Ok(number), Ok(generation), true) = (number, generation, self.take_keyword("obj")?) else {
            return Err(before.bad(text!("an object is expected here", "此处应为间接对象")));
        };
        let value = self.object()?;
        let values = self.values as u64 * size_of::<Entry>() as u64;
        let mut indirect = Indirect {
            id: ObjectId { number, generation },
            value,
            data_at: None,
            end: self.position(),
            closed: false,
            weight: values.saturating_add(self.position() - before.position()),
        };
        if matches!(indirect.value, Object::Dictionary(_)) && self.take_keyword("stream")? {
            match self.rest() {
                [b'\r', b'\n', ..] => self.at += 2,
                [b'\n', ..] => self.at += 1,
                [b'\r'] | [] => return Err(self.ended()),
                _ => {
                    return Err(self.bad(text!(
                        "the keyword stream is not followed by a line end",
                        "关键字 stream 之后缺少换行"
                    )));
                }
            }
            indirect.data_at = Some(self.position());
            indirect.end = self.position();
            return Ok(indirect);
        }
        indirect.end = self.position();
        if self.take_keyword("endobj")? {
            indirect.end = self.position();
            indirect.closed = true;
        }
        Ok(indirect)
    }
}

pub(crate) fn parse_unsigned(word: &[u8]) -> Option<u64> {
    if word.is_empty() || word.len() > 20 {
        return None;
    }
    word.iter().try_fold(0u64, |value, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// A number (7.3.3), whole or real.
pub(crate) fn parse_number(word: &[u8]) -> Option<Object> {
    let (negative, digits) = match word {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if let Some(value) = parse_unsigned(digits) {
        let value = i64::try_from(value).ok()?;
        return Some(Object::Integer(if negative { -value } else { value }));
    }
    let points = digits.iter().filter(|byte| **byte == b'.').count();
    let plain = digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    (points == 1 && plain && digits.len() > 1 || digits.len() > 19 && plain && points == 0).then(|| real(word))
}

fn real(word: &[u8]) -> Object {
    let text = String::from_utf8_lossy(word).into_owned();
    let padded = text.trim_start_matches('+');
    Object::Real(Real {
        value: padded.parse().unwrap_or(0.0),
        text: text.into(),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pdf::writer;

    fn parse(text: &str) -> Object {
        Parser::whole(text.as_bytes()).object().unwrap()
    }

    #[test]
    fn numbers() {
        for (text, value) in [("0", 0), ("+17", 17), ("-98", -98), ("00012", 12)] {
            assert_eq!(parse(text), Object::Integer(value));
        }
        for (text, value) in [("34.5", 34.5), ("-.002", -0.002), ("4.", 4.0), ("+0.5", 0.5)] {
            assert_eq!(parse(text).as_number(), Some(value), "{text}");
        }
        for bad in ["1.2.3", "--5", ".", "1e5", "0x12", "-", "tru", "12abc"] {
            assert!(Parser::whole(bad.as_bytes()).object().is_err(), "{bad}");
        }
    }

    #[test]
    fn strings() {
        for (text, bytes) in [
            ("(a(b)c)", &b"a(b)c"[..]),
            ("(\\n\\(\\\\\\053\\53x\\5)", b"\n(\\++x\x05"),
            ("(a\\\nb\r\nc)", b"ab\nc"),
            ("<48 65\n6c6C 7>", b"Hellp"),
            ("<>", b""),
        ] {
            assert_eq!(parse(text).as_string(), Some(bytes), "{text}");
        }
        assert!(Parser::whole(b"<4x>").object().is_err());
    }

    #[test]
    fn spans_are_those_of_the_values() {
        let text = b"<< /A (x) /Contents  <00ff> /R 3 0 R>>";
        let object = Parser::new(text, 100, true).object().unwrap();
        let dictionary = object.as_dictionary().unwrap();
        let slice = |key: &str| {
            let span = dictionary.entry(key).unwrap().span.clone();
            &text[usize::try_from(span.start - 100).unwrap()..usize::try_from(span.end - 100).unwrap()]
        };
        assert_eq!(slice("Contents"), b"<00ff>");
        assert_eq!(slice("R"), b"3 0 R");
    }

    #[test]
    fn a_window_that_ends_early_asks_for_more() {
        let text = b"12 0 obj << /A [ 1 0 R (abc) /Name true ] >> endobj ";
        for length in 0..text.len() - 1 {
            let stop = Parser::new(&text[..length], 0, false).indirect();
            assert!(matches!(stop, Err(Stop::More)), "{length}: {stop:?}");
        }
        assert!(Parser::new(text, 0, false).indirect().unwrap().closed);
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = "[".repeat(100_000);
        assert!(matches!(Parser::whole(deep.as_bytes()).object(), Err(Stop::Bad(_))));
    }

    fn objects() -> impl Strategy<Value = Object> {
        let real = (-1e6..1e6f64).prop_map(|value| Object::from(value + 0.5));
        nested(prop_oneof![6 => leaves(), 1 => real])
    }

    pub(in crate::pdf) fn objects_without_reals() -> impl Strategy<Value = Object> {
        nested(leaves())
    }

    fn leaves() -> impl Strategy<Value = Object> {
        prop_oneof![
            Just(Object::Null),
            any::<bool>().prop_map(Object::Boolean),
            any::<i64>().prop_map(|value| Object::Integer(value / 2)),
            (proptest::collection::vec(any::<u8>(), 0..20), any::<bool>())
                .prop_map(|(bytes, hex)| Object::String(PdfString { bytes, hex })),
            proptest::collection::vec(1u8.., 0..10).prop_map(|bytes| Object::Name(Name::from(bytes))),
            (any::<u32>(), any::<u16>())
                .prop_map(|(number, generation)| Object::Reference(ObjectId { number, generation })),
        ]
    }

    fn nested(leaf: impl Strategy<Value = Object> + 'static) -> impl Strategy<Value = Object> {
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Object::Array),
                proptest::collection::btree_map("[A-Z][a-z #]{0,5}", inner, 0..6).prop_map(|entries| {
                    entries
                        .into_iter()
                        .fold(Dictionary::new(), |dictionary, (key, value)| {
                            dictionary.with(&key, value)
                        })
                        .into()
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(object in objects()) {
            let mut out = Vec::new();
            writer::write(&object, &mut out);
            out.push(b' ');
            let read = Parser::whole(&out).object();
            prop_assert!(matches!(&read, Ok(read) if *read == object || whole_real(&object)), "{read:?}");
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Parser::whole(&bytes).object();
            let _ = Parser::whole(&bytes).indirect();
            let _ = Parser::new(&bytes, 0, false).indirect();
        }
    }

    /// Reals without a fraction are written without a point and read as whole numbers.
    fn whole_real(object: &Object) -> bool {
        format!("{object:?}").contains("Real")
    }
}
