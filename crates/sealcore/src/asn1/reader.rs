//! Walks TLVs without copying. BER forms (indefinite and padded lengths, constructed strings) are read everywhere, since
//! real seals and signatures contain them; what is not DER can be told by [`Tlv::is_der`].

use std::borrow::Cow;

use super::{BitString, Oid, Tag};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::text;

/// Structures nested deeper than this are refused: no format of this crate comes near it.
const MAX_DEPTH: u8 = 64;

/// One tag, length and value.
#[derive(Clone, Copy, Debug)]
pub struct Tlv<'a> {
    tag: Tag,
    raw: &'a [u8],
    content: &'a [u8],
    /// Offset of `raw` in the outermost input.
    offset: usize,
    depth: u8,
    der: bool,
}

impl<'a> Tlv<'a> {
    /// Reads `input` as exactly one TLV.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when it is not, or when bytes follow.
    pub fn parse(input: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(input);
        let tlv = reader.any()?;
        reader.finish()?;
        Ok(tlv)
    }

    /// Reads the TLV at the start of `input`, whatever follows it.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when there is none.
    pub fn parse_prefix(input: &'a [u8]) -> Result<Self> {
        Reader::new(input).any()
    }

    /// The identifier octet.
    #[must_use]
    pub fn tag(&self) -> Tag {
        self.tag
    }

    /// Identifier, length and content, as they stand in the input.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The content octets.
    #[must_use]
    pub fn content(&self) -> &'a [u8] {
        self.content
    }

    /// Where [`Self::raw`] starts in the outermost input.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Whether the length is the shortest definite one. Says nothing about the content.
    #[must_use]
    pub fn is_der(&self) -> bool {
        self.der
    }

    /// Checks the tag.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] for another tag.
    pub fn expect(self, tag: Tag) -> Result<Self> {
        if self.tag == tag {
            return Ok(self);
        }
        let found = self.tag;
        Err(self.error(text!("{tag} expected, {found} found", "应为 {tag}，实为 {found}")))
    }

    /// The members of a constructed value.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] for a primitive value, or one that is nested too deeply.
    pub fn children(&self) -> Result<Reader<'a>> {
        if !self.tag.is_constructed() {
            let tag = self.tag;
            return Err(self.error(text!("{tag} has no members", "{tag} 不含成员")));
        }
        self.nested()
    }

    /// The content read as a series of TLVs, whatever the tag: for structures inside an OCTET STRING.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when nested too deeply.
    pub fn nested(&self) -> Result<Reader<'a>> {
        if self.depth >= MAX_DEPTH {
            return Err(Error::new(
                ErrorKind::Limit,
                text!(
                    "ASN.1 is nested deeper than {MAX_DEPTH}",
                    "ASN.1 嵌套超过 {MAX_DEPTH} 层"
                ),
            )
            .at(self.offset as u64));
        }
        let offset = self.offset + (self.raw.len() - self.trailer() - self.content.len());
        Ok(Reader {
            input: self.content,
            position: 0,
            offset,
            depth: self.depth + 1,
        })
    }

    /// The single member of an explicit tag.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when there is none or more than one.
    pub fn only_child(&self) -> Result<Self> {
        let mut children = self.children()?;
        let child = children.any()?;
        children.finish()?;
        Ok(child)
    }

    /// An OCTET STRING, or the pieces of a constructed one put together.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] for another type.
    pub fn octets(&self) -> Result<Cow<'a, [u8]>> {
        if self.tag == Tag::OCTET_STRING.constructed() {
            return self.joined();
        }
        self.expect(Tag::OCTET_STRING)?;
        Ok(Cow::Borrowed(self.content))
    }

    /// The octets of an implicitly tagged OCTET STRING, whatever its tag.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when constructed of anything but octet strings.
    pub fn implicit_octets(&self) -> Result<Cow<'a, [u8]>> {
        if self.tag.is_constructed() {
            self.joined()
        } else {
            Ok(Cow::Borrowed(self.content))
        }
    }

    fn joined(&self) -> Result<Cow<'a, [u8]>> {
        let mut whole = Vec::new();
        let mut pieces = self.children()?;
        while let Some(piece) = pieces.next()? {
            whole.extend_from_slice(&piece.octets()?);
        }
        Ok(Cow::Owned(whole))
    }

    /// A BIT STRING.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] for another type or more than 7 unused bits.
    pub fn bit_string(&self) -> Result<BitString<'a>> {
        self.expect(Tag::BIT_STRING)?;
        match self.content {
            [unused @ 0..=7, bytes @ ..] if *unused == 0 || !bytes.is_empty() => {
                Ok(BitString { unused: *unused, bytes })
            }
            _ => Err(self.error(text!("malformed BIT STRING", "BIT STRING 格式错误"))),
        }
    }

    /// An OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] for another type, or content that is empty or longer than [`Oid::MAX`].
    pub fn oid(&self) -> Result<Oid> {
        self.expect(Tag::OID)?;
        Oid::from_content(self.content)
            .ok_or_else(|| self.error(text!("object identifier is empty or too long", "对象标识符为空或过长")))
    }

    /// A BOOLEAN; any value but zero is true.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] for another type.
    pub fn boolean(&self) -> Result<bool> {
        self.expect(Tag::BOOLEAN)?;
        match self.content {
            [value] => Ok(*value != 0),
            _ => Err(self.error(text!("malformed BOOLEAN", "BOOLEAN 格式错误"))),
        }
    }

    /// The octets of an INTEGER or ENUMERATED, two's complement, big-endian.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] for another type or no octets.
    pub fn integer(&self) -> Result<&'a [u8]> {
        if !matches!(self.tag, Tag::INTEGER | Tag::ENUMERATED) {
            self.expect(Tag::INTEGER)?;
        }
        if self.content.is_empty() {
            return Err(self.error(text!("INTEGER without octets", "INTEGER 为空")));
        }
        Ok(self.content)
    }

    /// An INTEGER between `-2^63` and `2^63-1`.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] for another type or a value out of range.
    pub fn i64(&self) -> Result<i64> {
        let octets = self.integer()?;
        if octets.len() > 8 {
            return Err(self.error(text!("INTEGER out of range", "INTEGER 超出范围")));
        }
        let start = if octets.first().is_some_and(|first| first & 0x80 != 0) {
            -1
        } else {
            0
        };
        Ok(octets
            .iter()
            .fold(start, |value, octet| (value << 8) | i64::from(*octet)))
    }

    /// The big-endian octets of an INTEGER of at most `length` octets that is taken for non-negative, zeros in front.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when it is empty or longer.
    pub fn unsigned(&self, length: usize) -> Result<Vec<u8>> {
        let octets = self.integer()?;
        let significant = octets
            .iter()
            .position(|octet| *octet != 0)
            .and_then(|start| octets.get(start..))
            .unwrap_or(&[]);
        let bits = length * 8;
        let missing = length
            .checked_sub(significant.len())
            .ok_or_else(|| self.error(text!("INTEGER above {bits} bits", "INTEGER 超过 {bits} 位")))?;
        let mut number = vec![0; missing];
        number.extend_from_slice(significant);
        Ok(number)
    }

    /// The text of any string type, bytes that are not text replaced.
    #[must_use]
    pub fn text(&self) -> String {
        match self.tag {
            Tag::BMP_STRING => {
                let (pairs, _) = self.content.as_chunks::<2>();
                let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
                char::decode_utf16(units)
                    .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect()
            }
            Tag::TELETEX_STRING => self.content.iter().map(|octet| char::from(*octet)).collect(),
            _ => String::from_utf8_lossy(self.content).into_owned(),
        }
    }

    /// An error at this place.
    #[must_use]
    pub fn error(&self, message: Text) -> Error {
        Error::new(ErrorKind::Asn1, message).at(self.offset as u64)
    }

    /// Octets behind the content that end an indefinite length.
    fn trailer(&self) -> usize {
        if self.raw.get(1) == Some(&0x80) { 2 } else { 0 }
    }
}

/// Reads TLVs one after the other.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    input: &'a [u8],
    position: usize,
    offset: usize,
    depth: u8,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `input`.
    #[must_use]
    pub fn new(input: &'a [u8]) -> Self {
        Self {
            input,
            position: 0,
            offset: 0,
            depth: 0,
        }
    }

    /// The next TLV, or `None` at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when what is there is not a TLV.
    #[allow(clippy::should_implement_trait)] // fallible, and `Reader` is Clone with look-ahead
    pub fn next(&mut self) -> Result<Option<Tlv<'a>>> {
        let rest = self.input.get(self.position..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        let offset = self.offset + self.position;
        let tlv = read_tlv(rest, offset, self.depth)?;
        self.position += tlv.raw.len();
        Ok(Some(tlv))
    }

    /// The next TLV.
    ///
    /// # Errors
    /// As [`Self::next`], and at the end.
    pub fn any(&mut self) -> Result<Tlv<'a>> {
        self.next()?
            .ok_or_else(|| self.error(text!("a value is missing", "缺少数据项")))
    }

    /// The next TLV, which must have this tag.
    ///
    /// # Errors
    /// As [`Self::any`], and for another tag.
    pub fn read(&mut self, tag: Tag) -> Result<Tlv<'a>> {
        self.any()?.expect(tag)
    }

    /// The next TLV if it has this tag; otherwise nothing is taken.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Tlv<'a>>> {
        let mut ahead = self.clone();
        match ahead.next()? {
            Some(tlv) if tlv.tag == tag => {
                *self = ahead;
                Ok(Some(tlv))
            }
            _ => Ok(None),
        }
    }

    /// The tag of the next TLV.
    #[must_use]
    pub fn peek(&self) -> Option<Tag> {
        self.input.get(self.position).copied().map(Tag)
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.position >= self.input.len()
    }

    /// Checks that nothing is left.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when something is.
    pub fn finish(&self) -> Result<()> {
        if self.is_at_end() {
            return Ok(());
        }
        let extra = self.input.len() - self.position;
        Err(self.error(text!("{extra} bytes too many", "多出 {extra} 字节")))
    }

    fn error(&self, message: Text) -> Error {
        Error::new(ErrorKind::Asn1, message).at((self.offset + self.position) as u64)
    }
}

fn read_tlv(input: &[u8], offset: usize, depth: u8) -> Result<Tlv<'_>> {
    let error = |message: Text| Error::new(ErrorKind::Asn1, message).at(offset as u64);
    let truncated = || error(text!("value runs past the end of the data", "数据项超出数据末尾"));
    let &[tag, first, ..] = input else {
        return Err(truncated());
    };
    if tag & 0x1f == 0x1f {
        return Err(error(text!("tag number above 30", "标签号大于 30")));
    }
    if first == 0x80 {
        return read_indefinite(input, tag, offset, depth);
    }
    let (header, length) = if first < 0x80 {
        (2, usize::from(first))
    } else {
        let octets = usize::from(first & 0x7f);
        let digits = input.get(2..2 + octets).ok_or_else(truncated)?;
        if digits
            .iter()
            .take(octets.saturating_sub(size_of::<u32>()))
            .any(|digit| *digit != 0)
        {
            return Err(truncated());
        }
        (
            2 + octets,
            digits
                .iter()
                .fold(0_usize, |length, digit| length << 8 & 0xffff_ffff | usize::from(*digit)),
        )
    };
    let end = header.checked_add(length).ok_or_else(truncated)?;
    let raw = input.get(..end).ok_or_else(truncated)?;
    let content = raw.get(header..).ok_or_else(truncated)?;
    let shortest = match length {
        0..=0x7f => 2,
        0x80..=0xff => 3,
        0x100..=0xffff => 4,
        0x1_0000..=0xff_ffff => 5,
        _ => 6,
    };
    Ok(Tlv {
        tag: Tag(tag),
        raw,
        content,
        offset,
        depth,
        der: header == shortest,
    })
}

/// X.690, 8.1.3.6: the content ends with two zero octets.
fn read_indefinite(input: &[u8], tag: u8, offset: usize, depth: u8) -> Result<Tlv<'_>> {
    let error = |message: Text| Error::new(ErrorKind::Asn1, message).at(offset as u64);
    if !Tag(tag).is_constructed() {
        return Err(error(text!(
            "indefinite length of a primitive value",
            "基本类型使用了不定长编码"
        )));
    }
    // One scan for the matching end, however deep: nested definite values are skipped by their length, nested indefinite
    // ones are counted, so that depth costs no stack and no second pass.
    let mut open = 1_u32;
    let mut position = 2;
    while open > 0 {
        let rest = input.get(position..).unwrap_or_default();
        match rest {
            [0, 0, ..] => {
                open -= 1;
                position += 2;
            }
            [inner, 0x80, ..] if Tag(*inner).is_constructed() => {
                open += 1;
                if open > u32::from(MAX_DEPTH) {
                    return Err(error(text!("ASN.1 is nested too deeply", "ASN.1 嵌套过深")));
                }
                position += 2;
            }
            [_, _, ..] => position += read_tlv(rest, offset + position, depth)?.raw.len(),
            _ => {
                return Err(error(text!(
                    "value runs past the end of the data",
                    "数据项超出数据末尾"
                )));
            }
        }
    }
    let (raw, content) = (input.get(..position), input.get(2..position - 2));
    match (raw, content) {
        (Some(raw), Some(content)) => Ok(Tlv {
            tag: Tag(tag),
            raw,
            content,
            offset,
            depth,
            der: false,
        }),
        _ => Err(error(text!(
            "value runs past the end of the data",
            "数据项超出数据末尾"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definite_and_indefinite_lengths() {
        let der = [0x30, 0x06, 0x02, 0x01, 0x05, 0x04, 0x01, 0xaa];
        let ber = [
            0x30, 0x80, 0x02, 0x01, 0x05, 0x24, 0x80, 0x04, 0x01, 0xaa, 0x04, 0x01, 0xbb, 0, 0, 0, 0,
        ];
        for (input, is_der, octets) in [(&der[..], true, &[0xaa][..]), (&ber[..], false, &[0xaa, 0xbb][..])] {
            let tlv = Tlv::parse(input).unwrap();
            assert_eq!((tlv.tag(), tlv.is_der(), tlv.raw()), (Tag::SEQUENCE, is_der, input));
            let mut members = tlv.children().unwrap();
            let number = members.any().unwrap();
            assert_eq!((number.i64().unwrap(), number.offset()), (5, 2));
            assert_eq!(members.any().unwrap().octets().unwrap(), octets);
            members.finish().unwrap();
        }
    }

    #[test]
    fn lengths_that_lie() {
        for bad in [
            &[0x30][..],
            &[0x30, 0x05, 0x02],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0x30, 0xff],
            &[0x30, 0x80, 0x02, 0x01],
            &[0x04, 0x80, 0, 0],
            &[0x1f, 0x81, 0x01, 0x00],
            &[],
        ] {
            assert_eq!(Tlv::parse(bad).unwrap_err().kind(), ErrorKind::Asn1, "{bad:02x?}");
        }
        assert!(!Tlv::parse(&[0x04, 0x81, 0x01, 0xaa]).unwrap().is_der());
        assert!(Tlv::parse(&[0x04, 0x01, 0xaa, 0xbb]).is_err(), "bytes that follow");
    }

    #[test]
    fn depth_is_bounded() {
        let deep: Vec<u8> = [0x30, 0x80].repeat(100_000);
        assert!(Tlv::parse(&deep).is_err());
        let mut nested = vec![0x05, 0x00];
        for _ in 0..200 {
            let mut writer = super::super::Writer::new();
            writer.sequence(|writer| writer.raw(&nested));
            nested = writer.finish();
        }
        let mut tlv = Tlv::parse(&nested).unwrap();
        let error = loop {
            match tlv.only_child() {
                Ok(child) => tlv = child,
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Limit);
    }

    #[test]
    fn numbers() {
        let number = |octets: &[u8]| {
            let raw = [&[0x02, u8::try_from(octets.len()).unwrap()], octets].concat();
            Tlv::parse(&raw).unwrap().unsigned(32)
        };
        assert_eq!(number(&[0x00, 0xff]).unwrap()[30..], [0, 0xff]);
        assert_eq!(number(&[0xff; 32]).unwrap(), [0xff; 32], "the sign octet was left out");
        assert!(number(&[1; 33]).is_err());
        assert_eq!(Tlv::parse(&[0x02, 0x01, 0xff]).unwrap().i64().unwrap(), -1);
        assert!(
            Tlv::parse(&[0x02, 0x09, 1, 0, 0, 0, 0, 0, 0, 0, 0])
                .unwrap()
                .i64()
                .is_err()
        );
    }

    #[test]
    fn bit_strings() {
        let bits = Tlv::parse(&[0x03, 0x02, 0x03, 0xa8]).unwrap().bit_string().unwrap();
        assert!(bits.bit(0) && !bits.bit(1) && bits.bit(2) && !bits.bit(9));
        assert_eq!(&*bits.filled_to(3), [0xa8, 0, 0]);
        assert!(Tlv::parse(&[0x03, 0x02, 0x08, 0xa8]).unwrap().bit_string().is_err());
        assert!(Tlv::parse(&[0x03, 0x00]).unwrap().bit_string().is_err());
    }
}
