//! Reads SESeal of any generation.

use std::ops::Range;

use super::property::Property;
use super::{Extension, Generation, Picture, Seal};
use crate::asn1::{Tag, Tlv};
use crate::error::{Error, ErrorKind, Result};
use crate::report::Code;
use crate::text;

impl Seal {
    /// Reads a seal file (.esl), or the seal inside a signature.
    ///
    /// # Errors
    /// [`ErrorKind::Seal`] when the structure is none of the three generations, [`ErrorKind::Asn1`] when it is no ASN.1.
    pub fn from_der(bytes: &[u8]) -> Result<Self> {
        let outer = Tlv::parse_prefix(bytes)?;
        let mut seal = Self::from_tlv(&outer)?;
        if outer.raw().len() != bytes.len() {
            seal.quirks.push(Code::QuirkTrailing);
        }
        Ok(seal)
    }

    pub(super) fn from_tlv(outer: &Tlv<'_>) -> Result<Self> {
        let mut quirks = Vec::new();
        // The standard's text lets an OCTET STRING stand around the seal in the first generation.
        let wrapped = if outer.tag() == Tag::OCTET_STRING {
            quirks.push(Code::QuirkWrapped);
            Some(Tlv::parse(outer.content()).map_err(|error| error.in_part("SESeal"))?)
        } else {
            None
        };
        let outer = wrapped.unwrap_or(*outer);
        Self::read(&outer, quirks).map_err(|error| error.in_part("SESeal"))
    }

    fn read(outer: &Tlv<'_>, mut quirks: Vec<Code>) -> Result<Self> {
        let mut members = outer.expect(Tag::SEQUENCE)?.children()?;
        let info = members.read(Tag::SEQUENCE)?;
        let second = members.any()?;
        let (generation, maker, algorithm, value, timestamp) = if members.is_at_end() {
            let sign_info = unwrap_sign_info(&second, &mut quirks)?;
            let mut signed = sign_info.children()?;
            let (maker, algorithm, value) = (signed.any()?, signed.read(Tag::OID)?, signed.read(Tag::BIT_STRING)?);
            signed.finish()?;
            (Generation::V1, maker, algorithm, value, None)
        } else {
            let (algorithm, value) = (members.read(Tag::OID)?, members.read(Tag::BIT_STRING)?);
            let timestamp = read_timestamp(members.next()?, &mut quirks)?;
            members.finish()?;
            (Generation::V4, second, algorithm, value, timestamp)
        };
        let bits = value.bit_string()?;
        let mut parts = info.children()?;
        let mut header = parts.read(Tag::SEQUENCE)?.children()?;
        let header_id = string(&header.any()?, &mut quirks);
        let version = header.read(Tag::INTEGER)?.i64()?;
        let vendor_id = string(&header.any()?, &mut quirks);
        let es_id = string(&parts.any()?, &mut quirks);
        let property = Property::read(&parts.any()?, &mut quirks).map_err(|error| error.in_part("property"))?;
        let picture = read_picture(&parts.any()?, &mut quirks).map_err(|error| error.in_part("picture"))?;
        let extensions = match parts.next()? {
            Some(list) => read_extensions(&list, &mut quirks).map_err(|error| error.in_part("extDatas"))?,
            None => Vec::new(),
        };
        parts.finish()?;
        // Version 5 makes the difference between the two flat structures; a time stamp is the fifth generation's alone.
        let generation = match generation {
            Generation::V4 if version == Generation::V5.version() || timestamp.is_some() => Generation::V5,
            other => other,
        };
        if version != generation.version() {
            quirks.push(Code::SealVersionDiffers);
        }
        if !outer.is_der() || !info.is_der() {
            quirks.push(Code::QuirkBer);
        }
        Ok(Self {
            der: outer.raw().to_vec(),
            info: range_in(outer, &info),
            maker_tlv: range_in(outer, &maker),
            algorithm_tlv: range_in(outer, &algorithm),
            generation,
            header_id,
            version,
            vendor_id,
            es_id,
            property,
            picture,
            extensions,
            maker: maker
                .octets()
                .map_or_else(|_| maker.raw().to_vec(), std::borrow::Cow::into_owned),
            algorithm: algorithm.oid()?,
            value: bits.bytes.to_vec(),
            value_unused: bits.unused,
            timestamp,
            quirks,
        })
    }

    /// The maker's signed bytes: SealInfo alone, or in the first generation the DER sequence of SealInfo, certificate and
    /// algorithm (GM/T 0031-2014, 6.1.2 b), put together of the original bytes.
    #[must_use]
    pub(super) fn signed_bytes(&self) -> Vec<u8> {
        let part = |range: &Range<usize>| self.der.get(range.clone()).unwrap_or_default();
        match self.generation {
            Generation::V1 => {
                let mut writer = crate::asn1::Writer::new();
                writer.sequence(|writer| {
                    writer.raw(part(&self.info));
                    writer.raw(part(&self.maker_tlv));
                    writer.raw(part(&self.algorithm_tlv));
                });
                writer.finish()
            }
            Generation::V4 | Generation::V5 => part(&self.info).to_vec(),
        }
    }
}

/// Where `inner` stands in `outer`, by address: the first generation may hold SES_SignInfo inside a BIT STRING, whose
/// members count their offsets from there.
fn range_in(outer: &Tlv<'_>, inner: &Tlv<'_>) -> Range<usize> {
    let start = (inner.raw().as_ptr() as usize).saturating_sub(outer.raw().as_ptr() as usize);
    start..start + inner.raw().len()
}

fn unwrap_sign_info<'a>(second: &Tlv<'a>, quirks: &mut Vec<Code>) -> Result<Tlv<'a>> {
    match second.tag() {
        Tag::SEQUENCE => Ok(*second),
        Tag::BIT_STRING => {
            quirks.push(Code::QuirkWrapped);
            Tlv::parse(second.bit_string()?.bytes)?.expect(Tag::SEQUENCE)
        }
        _ => Err(Error::new(
            ErrorKind::Seal,
            text!(
                "the structure is none of the three generations of seals",
                "结构不属于三代印章标准中的任何一种"
            ),
        )
        .at(second.offset() as u64)),
    }
}

/// `[0] EXPLICIT BIT STRING`, or the BIT STRING alone as some OpenSSL-based writers have it.
pub(super) fn read_timestamp(member: Option<Tlv<'_>>, quirks: &mut Vec<Code>) -> Result<Option<Vec<u8>>> {
    let Some(member) = member else { return Ok(None) };
    let bits = match member.tag() {
        Tag::BIT_STRING => {
            quirks.push(Code::QuirkUntagged);
            member
        }
        tag if tag == Tag::context(0) => member.only_child()?,
        _ => return Err(member.error(text!("a time stamp in [0] expected", "此处应为 [0] 时间戳"))),
    };
    Ok(Some(match bits.tag() {
        Tag::BIT_STRING => bits.bit_string()?.bytes.to_vec(),
        _ => bits.octets()?.into_owned(),
    }))
}

fn read_picture(tlv: &Tlv<'_>, quirks: &mut Vec<Code>) -> Result<Picture> {
    let mut members = tlv.expect(Tag::SEQUENCE)?.children()?;
    let kind = string(&members.any()?, quirks);
    let data = members.any()?.octets()?.into_owned();
    let (width_mm, height_mm) = (members.read(Tag::INTEGER)?.i64()?, members.read(Tag::INTEGER)?.i64()?);
    Ok(Picture {
        kind,
        data,
        width_mm,
        height_mm,
    })
}

/// ExtensionDatas, bare or inside a tag or OCTET STRING that does not belong there.
fn read_extensions(list: &Tlv<'_>, quirks: &mut Vec<Code>) -> Result<Vec<Extension>> {
    if list.tag() == Tag::SEQUENCE {
        return Extension::read_all(list);
    }
    quirks.push(Code::QuirkUntagged);
    match list.tag() {
        Tag::OCTET_STRING => Extension::read_all(&list.nested()?.any()?),
        _ => Extension::read_all(&list.only_child()?),
    }
}

/// The text of a string, whatever its type; characters that the type does not allow become a quirk.
pub(super) fn string(tlv: &Tlv<'_>, quirks: &mut Vec<Code>) -> String {
    let content = tlv.content();
    let proper = match tlv.tag() {
        Tag::IA5_STRING | Tag::PRINTABLE_STRING => content.is_ascii(),
        _ => std::str::from_utf8(content).is_ok(),
    };
    if !proper || content.contains(&0) {
        quirks.push(Code::QuirkString);
    }
    tlv.text().trim_end_matches('\0').to_owned()
}
