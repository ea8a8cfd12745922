//! Public keys and signature values by algorithm. SM2 with SM3 is judged; other keys are told apart and named.

use sealcore_gm::sm2::{DEFAULT_ID, Signature, VerifyingKey};

use crate::asn1::{BitString, Oid, Tag, Tlv, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::report::Code;
use crate::text;

/// The longest DER encoding of an SM2 signature value in bytes.
pub const SM2_VALUE_MAX: usize = 72;

/// How a signature is formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// SM2 over `e = SM3(Z || M)`, Z of the default identity.
    Sm2Sm3,
}

impl SignatureAlgorithm {
    /// The identifier that is written into structures.
    #[must_use]
    pub fn oid(self) -> Oid {
        match self {
            Self::Sm2Sm3 => oids::SM2_WITH_SM3,
        }
    }
}

/// The public key of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKey {
    /// A point of the SM2 curve.
    Sm2(VerifyingKey),
    /// A key that this version does not judge.
    Other {
        /// The key's algorithm.
        algorithm: Oid,
    },
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when it is none, [`ErrorKind::Crypto`] for a point that is not on the curve.
    pub fn from_spki(spki: &Tlv<'_>) -> Result<Self> {
        let mut members = spki.expect(Tag::SEQUENCE)?.children()?;
        let mut identifier = members.read(Tag::SEQUENCE)?.children()?;
        let algorithm = identifier.read(Tag::OID)?.oid()?;
        let parameters = identifier.optional(Tag::OID)?.map(|curve| curve.oid()).transpose()?;
        let key = members.read(Tag::BIT_STRING)?.bit_string()?;
        match (algorithm, parameters) {
            // Some issuers put the curve's identifier where the algorithm belongs.
            (oids::EC_PUBLIC_KEY, Some(oids::SM2_CURVE)) | (oids::SM2_CURVE | oids::SM2_SIGN, _) => {
                Ok(Self::Sm2(VerifyingKey::from_sec1(key.bytes)?))
            }
            _ => Ok(Self::Other { algorithm }),
        }
    }

    /// Writes an SM2 key as SubjectPublicKeyInfo.
    pub fn write_sm2(key: &VerifyingKey, writer: &mut Writer) {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.oid(oids::EC_PUBLIC_KEY);
                writer.oid(oids::SM2_CURVE);
            });
            writer.bits(&key.to_sec1());
        });
    }

    /// The SM2 key.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for a key of another algorithm.
    pub fn sm2(&self) -> Result<&VerifyingKey> {
        match self {
            Self::Sm2(key) => Ok(key),
            Self::Other { algorithm } => Err(Error::new(
                ErrorKind::Unsupported,
                text!(
                    "keys of algorithm {algorithm} are not supported",
                    "不支持算法 {algorithm} 的密钥"
                ),
            )),
        }
    }
}

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
    /// [`ErrorKind::Asn1`] when it is neither, [`ErrorKind::Crypto`] when r or s is outside `[1, n-1]`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        match Self::from_der(bytes) {
            Ok(value) => Ok(value),
            Err(_) if (Signature::LEN - 4..=Signature::LEN).contains(&bytes.len()) => {
                let mut quirks = vec![Code::QuirkRawSignature];
                if bytes.len() < Signature::LEN {
                    quirks.push(Code::QuirkBitString);
                }
                let filled = BitString { unused: 0, bytes }.filled_to(Signature::LEN);
                Ok(Self {
                    signature: Signature::from_bytes(&filled)?,
                    quirks,
                })
            }
            Err(error) => Err(error),
        }
    }

    fn from_der(bytes: &[u8]) -> Result<Self> {
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
        let signature = Signature::from_bytes(&[r.unsigned_256()?, s.unsigned_256()?].concat())?;
        Ok(Self { signature, quirks })
    }
}

/// The DER form of an SM2 signature value, GM/T 0009.
#[must_use]
pub fn sm2_value_to_der(signature: &Signature) -> Vec<u8> {
    let bytes = signature.to_bytes();
    let (r, s) = bytes.split_at(bytes.len() / 2);
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.unsigned(r);
        writer.unsigned(s);
    });
    writer.finish()
}

/// Verifies an SM2 signature of `message` under the default identity.
///
/// # Errors
/// [`ErrorKind::Crypto`] when it does not hold.
pub fn verify_sm2(key: &VerifyingKey, message: &[u8], signature: &Signature) -> Result<()> {
    Ok(key.verify_message(DEFAULT_ID, message, signature)?)
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
