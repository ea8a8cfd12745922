//! SES_Signature: a seal put on a document.

use std::ops::Range;

use super::property::quirk_of;
use super::read::{read_timestamp, string};
use super::{Extension, Generation, Seal};
use crate::asn1::{Oid, Tag, Time, Tlv, Writer, parse_time_text};
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::report::Code;
use crate::text;

/// SES_Signature as it was read, with its bytes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SealSignature {
    der: Vec<u8>,
    tbs: Range<usize>,
    /// The structure, told by shape and by the seal inside.
    pub generation: Generation,
    /// The seal.
    pub seal: Seal,
    /// TBS_Sign version, as stated.
    pub version: i64,
    /// The signing time that the signer claims.
    pub time: Option<Time>,
    /// The time-stamp token that the first generation allows in place of a time.
    pub time_token: Option<Vec<u8>>,
    /// The digest of the original, 32 octets for SM3.
    pub data_hash: Vec<u8>,
    /// What was signed; in OFD the path of Signature.xml.
    pub property_info: String,
    /// Extensions of the signature.
    pub extensions: Vec<Extension>,
    /// The signer's certificate, DER.
    pub certificate: Vec<u8>,
    /// The signature algorithm, as stated.
    pub algorithm: Oid,
    /// The octets of the signature value.
    pub value: Vec<u8>,
    /// Unused bits that the signature value states.
    pub value_unused: u8,
    /// The time-stamp token over the signature value.
    pub timestamp: Option<Vec<u8>>,
    /// How the encoding of signature and seal departs from the standards.
    pub quirks: Vec<Code>,
}

impl SealSignature {
    /// Whether `bytes` have the outer shape of SES_Signature: a SEQUENCE whose first member is a SEQUENCE that starts with an
    /// INTEGER.
    #[must_use]
    pub fn is_shape(bytes: &[u8]) -> bool {
        let first = || -> Result<Tag> {
            let tbs = Tlv::parse_prefix(bytes)?
                .expect(Tag::SEQUENCE)?
                .children()?
                .read(Tag::SEQUENCE)?;
            Ok(tbs.children()?.any()?.tag())
        };
        first().is_ok_and(|tag| tag == Tag::INTEGER)
    }

    /// Reads a signed value (SignedValue.dat).
    ///
    /// # Errors
    /// [`ErrorKind::Seal`] when the structure is none of the three generations, [`ErrorKind::Asn1`] when it is no ASN.1.
    pub fn from_der(bytes: &[u8]) -> Result<Self> {
        Self::read(bytes).map_err(|error| error.in_part("SES_Signature"))
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        let mut quirks = Vec::new();
        let outer = Tlv::parse_prefix(bytes)?.expect(Tag::SEQUENCE)?;
        if outer.raw().len() != bytes.len() {
            quirks.push(Code::QuirkTrailing);
        }
        let mut members = outer.children()?;
        let tbs = members.read(Tag::SEQUENCE)?;
        let mut parts = tbs.children()?;
        let version = parts.read(Tag::INTEGER)?.i64()?;
        let seal = Seal::from_tlv(&parts.any()?)?;
        let time_tlv = parts.any()?;
        let (time, time_token) = read_time(&time_tlv, &mut quirks)?;
        let data_hash = read_hash(&parts.any()?, &mut quirks)?;
        let property_info = string(&parts.any()?, &mut quirks);
        let second = members.any()?;
        let (first_generation, certificate, algorithm, value, timestamp, extensions) = if members.is_at_end() {
            let (certificate, algorithm) = (parts.any()?, parts.read(Tag::OID)?);
            parts.finish()?;
            (true, certificate, algorithm, second, None, Vec::new())
        } else {
            let (algorithm, value) = (members.read(Tag::OID)?, members.read(Tag::BIT_STRING)?);
            let timestamp = read_timestamp(members.next()?, &mut quirks)?;
            members.finish()?;
            let extensions = match parts.next()? {
                Some(list) if list.tag() == Tag::SEQUENCE => {
                    quirks.push(Code::QuirkUntagged);
                    Extension::read_all(&list)?
                }
                Some(list) => Extension::read_all(&list.expect(Tag::context(0))?.only_child()?)?,
                None => Vec::new(),
            };
            parts.finish()?;
            (false, second, algorithm, value, timestamp, extensions)
        };
        let generation = match (first_generation, seal.generation) {
            (true, _) => Generation::V1,
            (false, Generation::V5) => Generation::V5,
            (false, _) if version == Generation::V5.version() => Generation::V5,
            (false, _) => Generation::V4,
        };
        if !first_generation && time_tlv.tag() != Tag::GENERALIZED_TIME {
            quirks.push(Code::QuirkWrapped);
        }
        quirks.extend(seal.quirks.iter().copied());
        if version != generation.version() {
            quirks.push(Code::SealVersionDiffers);
        }
        if !outer.is_der() || !tbs.is_der() {
            quirks.push(Code::QuirkBer);
        }
        let bits = value.bit_string()?;
        let start = tbs.offset();
        Ok(Self {
            der: outer.raw().to_vec(),
            tbs: start..start + tbs.raw().len(),
            generation,
            seal,
            version,
            time,
            time_token,
            data_hash,
            property_info,
            extensions,
            certificate: certificate.octets()?.into_owned(),
            algorithm: algorithm.oid()?,
            value: bits.bytes.to_vec(),
            value_unused: bits.unused,
            timestamp,
            quirks,
        })
    }

    /// The bytes that the signer signed: TBS_Sign as it stands.
    #[must_use]
    pub fn signed_bytes(&self) -> &[u8] {
        self.der.get(self.tbs.clone()).unwrap_or_default()
    }
}

fn read_hash(tlv: &Tlv<'_>, quirks: &mut Vec<Code>) -> Result<Vec<u8>> {
    if tlv.tag() == Tag::OCTET_STRING {
        quirks.push(Code::QuirkWrapped);
        return Ok(tlv.content().to_vec());
    }
    let bits = tlv.bit_string()?;
    if bits.unused != 0 || (28..32).contains(&bits.bytes.len()) {
        quirks.push(Code::QuirkBitString);
        return Ok(bits.filled_to(32).into_owned());
    }
    Ok(bits.bytes.to_vec())
}

/// timeInfo: a GeneralizedTime, or in the first generation a BIT STRING that holds a time-stamp token, an ASN.1 time or text.
fn read_time(tlv: &Tlv<'_>, quirks: &mut Vec<Code>) -> Result<(Option<Time>, Option<Vec<u8>>)> {
    let content = match tlv.tag() {
        Tag::GENERALIZED_TIME | Tag::UTC_TIME => {
            // A time that cannot be read does not unmake a signature; it becomes a finding.
            return Ok(match Time::from_tlv(tlv) {
                Ok((time, form)) => {
                    quirks.extend(quirk_of(form));
                    (Some(time), None)
                }
                Err(_) => (None, None),
            });
        }
        Tag::BIT_STRING => tlv.bit_string()?.bytes,
        Tag::OCTET_STRING => {
            quirks.push(Code::QuirkWrapped);
            tlv.content()
        }
        _ => return Err(tlv.error(text!("timeInfo is no time", "timeInfo 不是时间"))),
    };
    if let Ok(inner) = Tlv::parse(content) {
        match inner.tag() {
            Tag::SEQUENCE => return Ok((None, Some(content.to_vec()))),
            Tag::UTC_TIME | Tag::GENERALIZED_TIME => {
                if let Ok((time, form)) = Time::from_tlv(&inner) {
                    quirks.extend(quirk_of(form));
                    return Ok((Some(time), None));
                }
            }
            _ => {}
        }
    }
    Ok(match parse_time_text(&String::from_utf8_lossy(content)) {
        Some((time, form)) => {
            quirks.push(Code::QuirkTimeText);
            quirks.extend(quirk_of(form).filter(|code| *code != Code::QuirkTimeText));
            (Some(time), None)
        }
        None => (None, None),
    })
}

/// TBS_Sign to be signed: the first half of making an SES_Signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TbsSign {
    /// The generation of the signature, that of the seal.
    pub generation: Generation,
    /// The seal, DER.
    pub seal: Vec<u8>,
    /// The signing time.
    pub time: Time,
    /// SM3 of the original; in OFD of Signature.xml.
    pub data_hash: Vec<u8>,
    /// What is signed; in OFD the path of Signature.xml.
    pub property_info: String,
    /// The signer's certificate, DER.
    pub certificate: Vec<u8>,
}

impl TbsSign {
    /// A structure for `seal`.
    #[must_use]
    pub fn new(seal: &Seal, time: Time, data_hash: Vec<u8>, property_info: String, certificate: Vec<u8>) -> Self {
        Self {
            generation: seal.generation,
            seal: seal.der().to_vec(),
            time,
            data_hash,
            property_info,
            certificate,
        }
    }

    /// The bytes to be signed.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] when `property_info` is not ASCII, as IA5String has it.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        if !self.property_info.is_ascii() {
            let path = &self.property_info;
            return Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "propertyInfo “{path}” is not ASCII",
                    "propertyInfo“{path}”含非 ASCII 字符"
                ),
            ));
        }
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.integer(self.generation.version());
            writer.raw(&self.seal);
            if self.generation == Generation::V1 {
                // Readers of the field expect the text of a time, in UTC with its zone.
                writer.bits(self.time.generalized().as_bytes());
            } else {
                writer.generalized_time(self.time);
            }
            writer.bits(&self.data_hash);
            writer.string(Tag::IA5_STRING, &self.property_info);
            if self.generation == Generation::V1 {
                writer.octets(&self.certificate);
                writer.oid(oids::SM2_WITH_SM3);
            }
        });
        Ok(writer.finish())
    }
}

/// SES_Signature of the signed bytes `tbs`, the signer's certificate, the signature value in DER, and a time-stamp token over
/// it, for which the first generation has no place.
#[must_use]
pub(crate) fn assemble_signature(
    generation: Generation,
    tbs: &[u8],
    certificate: &[u8],
    value: &[u8],
    token: Option<&[u8]>,
) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.raw(tbs);
        if generation != Generation::V1 {
            writer.octets(certificate);
            writer.oid(oids::SM2_WITH_SM3);
        }
        writer.bits(value);
        if let Some(token) = token.filter(|_| generation != Generation::V1) {
            writer.constructed(Tag::context(0), |writer| writer.bits(token));
        }
    });
    writer.finish()
}
