//! Signed attributes: what is signed in place of the content, and what it says.

use std::borrow::Cow;

use super::CertificateId;
use crate::asn1::{Oid, Tag, Time, Tlv, Writer};
use crate::error::Result;
use crate::oids;

/// Signed attributes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attributes {
    /// The bytes that are signed: the attributes as SET OF, in the order in which they stand.
    pub signed_bytes: Vec<u8>,
    /// The same in the order of DER, where they stand in another one. RFC 5652, 5.4, has these signed.
    pub sorted_bytes: Option<Vec<u8>>,
    /// The type of the content; it must be the one that SignedData states (RFC 5652, 11.1).
    pub content_type: Option<Oid>,
    /// The digest of the content.
    pub message_digest: Option<Vec<u8>>,
    /// The signing time that the signer claims.
    pub signing_time: Option<Time>,
    /// Which certificate the signer used: one of each version of the attribute (RFC 5035).
    pub signing_certificates: Vec<CertificateId>,
    /// The algorithms that the signer used (RFC 6211).
    pub algorithm_protection: Option<AlgorithmProtection>,
}

/// The attribute cmsAlgorithmProtect, RFC 6211.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlgorithmProtection {
    /// The digest algorithm.
    pub digest: Oid,
    /// The signature algorithm; an attribute for a message authentication code has none.
    pub signature: Option<Oid>,
}

impl Attributes {
    pub(super) fn read(set: &Tlv<'_>) -> Result<Self> {
        // RFC 5652, 5.4: signed with the tag of SET OF in place of [0]; a length that is not DER is written as DER.
        let signed_bytes = match set.raw() {
            [_, rest @ ..] if set.is_der() => [&[Tag::SET.0], rest].concat(),
            _ => {
                let mut writer = Writer::new();
                writer.value(Tag::SET, set.content());
                writer.finish()
            }
        };
        let mut attributes = Self {
            sorted_bytes: sorted(set)?.filter(|sorted| *sorted != signed_bytes),
            signed_bytes,
            content_type: None,
            message_digest: None,
            signing_time: None,
            signing_certificates: Vec::new(),
            algorithm_protection: None,
        };
        let (mut first, mut second) = (None, None);
        for_each(set, |kind, value| {
            match kind {
                oids::CONTENT_TYPE => attributes.content_type = Some(value.oid()?),
                oids::MESSAGE_DIGEST => attributes.message_digest = Some(value.octets().map(Cow::into_owned)?),
                oids::SIGNING_TIME => attributes.signing_time = Time::from_tlv(value).ok().map(|(time, _)| time),
                oids::SIGNING_CERTIFICATE => first = Some(CertificateId::read_first(value, oids::SHA1)),
                oids::SIGNING_CERTIFICATE_V2 => second = Some(CertificateId::read_first(value, oids::SHA256)),
                oids::ALGORITHM_PROTECTION => {
                    attributes.algorithm_protection = Some(AlgorithmProtection::read(value)?);
                }
                _ => {}
            }
            Ok(())
        })?;
        attributes.signing_certificates.extend(first.into_iter().chain(second));
        Ok(attributes)
    }
}

impl AlgorithmProtection {
    fn read(value: &Tlv<'_>) -> Result<Self> {
        let mut members = value.expect(Tag::SEQUENCE)?.children()?;
        let digest = members.read(Tag::SEQUENCE)?.children()?.read(Tag::OID)?.oid()?;
        let signature = members
            .optional(Tag::context(1))?
            .map(|identifier| identifier.nested()?.read(Tag::OID)?.oid())
            .transpose()?;
        Ok(Self { digest, signature })
    }
}

/// The attributes as SET OF in the order of DER.
fn sorted(set: &Tlv<'_>) -> Result<Option<Vec<u8>>> {
    let mut members = Vec::new();
    let mut attributes = set.children()?;
    while let Some(attribute) = attributes.next()? {
        members.push(attribute.raw().to_vec());
    }
    if members.is_sorted() {
        return Ok(None);
    }
    let mut writer = Writer::new();
    writer.set_of(Tag::SET, members);
    Ok(Some(writer.finish()))
}

/// Calls `with` for the first value of each attribute. Of an attribute that comes twice the last one counts, for all
/// readers of this crate alike.
pub(super) fn for_each(set: &Tlv<'_>, mut with: impl FnMut(Oid, &Tlv<'_>) -> Result<()>) -> Result<()> {
    let mut attributes = set.children()?;
    while let Some(attribute) = attributes.next()? {
        let mut members = attribute.expect(Tag::SEQUENCE)?.children()?;
        let kind = members.read(Tag::OID)?.oid()?;
        if let Some(value) = members.read(Tag::SET)?.children()?.next()? {
            with(kind, &value)?;
        }
    }
    Ok(())
}
