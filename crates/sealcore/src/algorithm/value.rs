//! Signature values of SM2 and ECDSA: two numbers, in DER or one behind the other, and the forms of the field.

use sealcore_gm::sm2::Signature;

use crate::asn1::{BitString, Tag, Tlv, Writer};
use crate::error::Result;
use crate::report::Code;

/// The longest DER encoding of an SM2 signature value in bytes.
pub const SM2_VALUE_MAX: usize = 72;

/// An SM2 signature value as found, with how its encoding departs from DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sm2Value {
    /// The value.
    pub signature: Signature,
    /// [`Code::QuirkRawSignature`], [`Code::QuirkNegativeInteger`] and the like.
    pub quirks: Vec<Code>,
}

impl Sm2Value {
    /// Reads a value from a BIT STRING whose trailing zeros may have been cut.
    ///
    /// # Errors
    /// As [`Self::from_bytes`].
    pub fn from_bits(bits: &BitString<'_>) -> Result<Self> {
        let mut value = Self::from_bytes(bits.bytes)?;
        if bits.unused != 0 && !value.quirks.contains(&Code::QuirkBitString) {
            value.quirks.insert(0, Code::QuirkBitString);
        }
        Ok(value)
    }

    /// Reads a value: `SEQUENCE { r INTEGER, s INTEGER }` (GM/T 0009), or `r || s` in 64 bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`](crate::error::ErrorKind::Asn1) when it is neither,
    /// [`ErrorKind::Crypto`](crate::error::ErrorKind::Crypto) when r or s is outside `[1, n-1]`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let pair = read_pair(bytes, Signature::LEN / 2)?;
        Ok(Self {
            signature: Signature::from_bytes(&pair.bytes)?,
            quirks: pair.quirks,
        })
    }
}

/// The DER form of an SM2 signature value, GM/T 0009.
#[must_use]
pub fn sm2_value_to_der(signature: &Signature) -> Vec<u8> {
    pair_to_der(&signature.to_bytes())
}

/// Two numbers of a signature.
pub(crate) struct Pair {
    /// `r || s`, both of the length that was asked for.
    pub(crate) bytes: Vec<u8>,
    /// How the encoding departs from DER.
    pub(crate) quirks: Vec<Code>,
}

/// Reads `SEQUENCE { r INTEGER, s INTEGER }`, or `r || s`, each in `size` octets.
pub(crate) fn read_pair(bytes: &[u8], size: usize) -> Result<Pair> {
    let whole = size * 2;
    match read_der(bytes, size) {
        Ok(pair) => Ok(pair),
        Err(_) if (whole - 4..=whole).contains(&bytes.len()) => {
            let mut quirks = vec![Code::QuirkRawSignature];
            if bytes.len() < whole {
                quirks.push(Code::QuirkBitString);
            }
            Ok(Pair {
                bytes: BitString { unused: 0, bytes }.filled_to(whole).into_owned(),
                quirks,
            })
        }
        Err(error) => Err(error),
    }
}

fn read_der(bytes: &[u8], size: usize) -> Result<Pair> {
    let mut quirks = Vec::new();
    let mut filled = None;
    // A SEQUENCE that claims a few bytes more than there are has lost trailing zeros.
    if let [0x30, length @ 0..=0x7f, rest @ ..] = bytes {
        let missing = usize::from(*length).saturating_sub(rest.len());
        if (1..=4).contains(&missing) {
            quirks.push(Code::QuirkBitString);
            filled = Some(BitString { unused: 0, bytes }.filled_to(bytes.len() + missing));
        }
    }
    let bytes = filled.as_deref().unwrap_or(bytes);
    let sequence = Tlv::parse_prefix(bytes)?.expect(Tag::SEQUENCE)?;
    let mut members = sequence.children()?;
    let (r, s) = (members.read(Tag::INTEGER)?, members.read(Tag::INTEGER)?);
    if [r, s]
        .iter()
        .any(|number| number.content().first().is_some_and(|first| first & 0x80 != 0))
    {
        quirks.push(Code::QuirkNegativeInteger);
    }
    let padded = |number: &Tlv<'_>| matches!(number.content(), [0, second, ..] if second & 0x80 == 0);
    let sloppy = sequence.raw().len() != bytes.len() || !members.is_at_end() || !sequence.is_der();
    if sloppy || padded(&r) || padded(&s) {
        quirks.push(Code::QuirkSignaturePadding);
    }
    let bytes = [r.unsigned(size)?, s.unsigned(size)?].concat();
    Ok(Pair { bytes, quirks })
}

/// The DER form of `r || s`.
pub(crate) fn pair_to_der(pair: &[u8]) -> Vec<u8> {
    let (r, s) = pair.split_at(pair.len() / 2);
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.unsigned(r);
        writer.unsigned(s);
    });
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(r: u8, s: u8) -> Signature {
        Signature::from_bytes(&[[r; 32], [s; 32]].concat()).unwrap()
    }

    #[test]
    fn strict_form_has_no_quirks() {
        for signature in [value(0x11, 0x22), value(0xee, 0x01), value(0x7f, 0x80)] {
            let der = sm2_value_to_der(&signature);
            assert!(der.len() <= SM2_VALUE_MAX);
            assert_eq!(
                Sm2Value::from_bytes(&der).unwrap(),
                Sm2Value {
                    signature,
                    quirks: vec![]
                }
            );
        }
    }

    #[test]
    fn forms_of_the_field() {
        let signature = value(0xee, 0x22);
        let raw = signature.to_bytes();
        let negative = [&[0x30, 68, 2, 32][..], &[0xee; 32], &[2, 32], &[0x22; 32]].concat();
        let padded = [&[0x30, 70, 2, 33, 0][..], &[0xee; 32], &[2, 33, 0], &[0x22; 32]].concat();
        let trailing = [&sm2_value_to_der(&signature)[..], &[0, 0]].concat();
        for (bytes, quirk) in [
            (&raw[..], Code::QuirkRawSignature),
            (&negative, Code::QuirkNegativeInteger),
            (&padded, Code::QuirkSignaturePadding),
            (&trailing, Code::QuirkSignaturePadding),
        ] {
            assert_eq!(
                Sm2Value::from_bytes(bytes).unwrap(),
                Sm2Value {
                    signature,
                    quirks: vec![quirk]
                }
            );
        }
    }

    #[test]
    fn zeros_that_were_cut_are_put_back() {
        let mut raw = [0x22; 64];
        raw[62..].fill(0);
        let signature = Signature::from_bytes(&raw).unwrap();
        let der = sm2_value_to_der(&signature);
        let cut = Sm2Value::from_bits(&BitString {
            unused: 1,
            bytes: &der[..der.len() - 2],
        })
        .unwrap();
        assert_eq!(
            cut,
            Sm2Value {
                signature,
                quirks: vec![Code::QuirkBitString]
            }
        );
        let cut = Sm2Value::from_bytes(&raw[..62]).unwrap();
        assert_eq!(cut.signature, signature);
    }

    #[test]
    fn what_is_no_value() {
        for bad in [
            &[][..],
            &[0; 64],
            &[0x30, 0],
            &[0xff; 64],
            &[1; 65],
            &[0x30, 6, 2, 1, 0, 2, 1, 1],
        ] {
            assert!(Sm2Value::from_bytes(bad).is_err(), "{bad:02x?}");
        }
    }
}
