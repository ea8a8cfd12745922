//! Strict DER.

use super::{Oid, Tag, Time};

/// Appends DER values to a buffer.
///
/// ```
/// use sealcore::asn1::{Tag, Writer};
/// let mut writer = Writer::new();
/// writer.sequence(|writer| {
///     writer.integer(5);
///     writer.octets(b"x");
/// });
/// assert_eq!(writer.finish(), [0x30, 6, 2, 1, 5, 4, 1, b'x']);
/// ```
#[derive(Debug, Default)]
pub struct Writer {
    buffer: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.buffer
    }

    /// A constructed value whose members `members` writes.
    pub fn constructed(&mut self, tag: Tag, members: impl FnOnce(&mut Self)) {
        let mut inner = Self::new();
        members(&mut inner);
        self.value(tag, &inner.buffer);
    }

    /// A SEQUENCE.
    pub fn sequence(&mut self, members: impl FnOnce(&mut Self)) {
        self.constructed(Tag::SEQUENCE, members);
    }

    /// A SET OF, its members sorted as X.690, 11.6 wants it.
    pub fn set_of(&mut self, tag: Tag, mut members: Vec<Vec<u8>>) {
        members.sort();
        self.value(tag, &members.concat());
    }

    /// A value with this content.
    pub fn value(&mut self, tag: Tag, content: &[u8]) {
        self.buffer.push(tag.0);
        match u8::try_from(content.len()) {
            Ok(length @ 0..=0x7f) => self.buffer.push(length),
            _ => {
                let digits = content.len().to_be_bytes();
                let zeros = digits.iter().take_while(|digit| **digit == 0).count();
                // A length has at most eight digits.
                self.buffer.push(0x80 | u8::try_from(digits.len() - zeros).unwrap_or(0));
                self.buffer.extend(digits.iter().skip(zeros));
            }
        }
        self.buffer.extend_from_slice(content);
    }

    /// A TLV that is already encoded.
    pub fn raw(&mut self, encoded: &[u8]) {
        self.buffer.extend_from_slice(encoded);
    }

    /// An INTEGER.
    pub fn integer(&mut self, value: i64) {
        let octets = value.to_be_bytes();
        let redundant = octets
            .windows(2)
            .take_while(|pair| {
                matches!(pair, [0, next] if next & 0x80 == 0) || matches!(pair, [0xff, next] if next & 0x80 != 0)
            })
            .count();
        self.value(Tag::INTEGER, octets.get(redundant..).unwrap_or_default());
    }

    /// An INTEGER from big-endian octets of a non-negative number.
    pub fn unsigned(&mut self, octets: &[u8]) {
        let significant = octets
            .iter()
            .position(|octet| *octet != 0)
            .and_then(|start| octets.get(start..))
            .unwrap_or(&[]);
        let mut content = Vec::with_capacity(significant.len() + 1);
        if significant.first().is_none_or(|first| first & 0x80 != 0) {
            content.push(0);
        }
        content.extend_from_slice(significant);
        self.value(Tag::INTEGER, &content);
    }

    /// A BOOLEAN.
    pub fn boolean(&mut self, value: bool) {
        self.value(Tag::BOOLEAN, &[if value { 0xff } else { 0 }]);
    }

    /// NULL.
    pub fn null(&mut self) {
        self.value(Tag::NULL, &[]);
    }

    /// An OBJECT IDENTIFIER.
    pub fn oid(&mut self, oid: Oid) {
        self.value(Tag::OID, oid.content());
    }

    /// An OCTET STRING.
    pub fn octets(&mut self, octets: &[u8]) {
        self.value(Tag::OCTET_STRING, octets);
    }

    /// A BIT STRING of whole octets.
    pub fn bits(&mut self, octets: &[u8]) {
        self.value(Tag::BIT_STRING, &[&[0], octets].concat());
    }

    /// A BIT STRING of named bits: trailing zero bits are cut, as X.690, 11.2.2 wants it. Bit 0 is the most significant
    /// bit of `bits`.
    pub fn named_bits(&mut self, bits: u16) {
        let [high, low] = bits.to_be_bytes();
        let octets: &[u8] = match (high, low) {
            (0, 0) => &[],
            (_, 0) => &[high],
            _ => &[high, low],
        };
        let unused = octets.last().map_or(0, |last| last.trailing_zeros().to_le_bytes()[0]);
        self.value(Tag::BIT_STRING, &[&[unused], octets].concat());
    }

    /// A string of any string type.
    pub fn string(&mut self, tag: Tag, text: &str) {
        self.value(tag, text.as_bytes());
    }

    /// A GeneralizedTime, in UTC, to the second.
    pub fn generalized_time(&mut self, time: Time) {
        self.value(Tag::GENERALIZED_TIME, time.generalized().as_bytes());
    }

    /// A UTCTime, in UTC, to the second. Its year has two digits, so only 1950 to 2049 survive.
    pub fn utc_time(&mut self, time: Time) {
        self.value(
            Tag::UTC_TIME,
            time.generalized().get(2..).unwrap_or_default().as_bytes(),
        );
    }

    /// UTCTime up to 2049 and GeneralizedTime from then on, as RFC 5280, 4.1.2.5 has it for certificates.
    pub fn certificate_time(&mut self, time: Time) {
        if (1950..2050).contains(&time.year()) {
            self.utc_time(time)
        } else {
            self.generalized_time(time)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut writer = Writer::new();
        write(&mut writer);
        writer.finish()
    }

    #[test]
    fn shortest_forms() {
        for (value, content) in [
            (0, &[0][..]),
            (127, &[127]),
            (128, &[0, 128]),
            (-1, &[0xff]),
            (-128, &[0x80]),
            (256, &[1, 0]),
        ] {
            assert_eq!(written(|w| w.integer(value))[2..], *content);
        }
        assert_eq!(written(|w| w.unsigned(&[0, 0, 0x80])), [2, 2, 0, 0x80]);
        assert_eq!(written(|w| w.unsigned(&[])), [2, 1, 0]);
        assert_eq!(written(|w| w.octets(&[7; 200]))[..3], [4, 0x81, 200]);
        assert_eq!(written(|w| w.octets(&[7; 300]))[..4], [4, 0x82, 1, 44]);
        assert_eq!(written(|w| w.named_bits(0b1100_0000_0000_0000)), [3, 2, 6, 0xc0]);
        assert_eq!(written(|w| w.named_bits(0)), [3, 1, 0]);
    }
}
