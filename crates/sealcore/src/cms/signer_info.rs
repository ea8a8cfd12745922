use super::Attributes;
use super::attributes::for_each;
use crate::asn1::{Oid, Tag, Tlv};
use crate::cert::{Certificate, Name};
use crate::error::Result;
use crate::oids;

/// SignerInfo, RFC 5652, 5.3.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignerInfo {
    /// The version, where it is a small number; -1 else.
    pub version: i64,
    /// Whose key it is.
    pub id: SignerId,
    /// The digest algorithm, as stated.
    pub digest_algorithm: Oid,
    /// What is signed in place of the content, where attributes are there.
    pub attributes: Option<Attributes>,
    /// The signature algorithm, as stated.
    pub signature_algorithm: Oid,
    /// The signature algorithm with its parameters: AlgorithmIdentifier, as it stands.
    pub signature_identifier: Vec<u8>,
    /// The signature value.
    pub value: Vec<u8>,
    /// A time-stamp token over the signature value.
    pub timestamp: Option<Vec<u8>>,
}

/// How a SignerInfo names its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignerId {
    /// Issuer and serial number, DER name and content octets.
    IssuerSerial(Vec<u8>, Vec<u8>),
    /// Subject key identifier.
    KeyId(Vec<u8>),
}

impl SignerId {
    /// The version of a SignerInfo that names its certificate so, RFC 5652, 5.3.
    pub(crate) fn version(&self) -> i64 {
        match self {
            Self::IssuerSerial(..) => 1,
            Self::KeyId(_) => 3,
        }
    }

    /// Whether `certificate` is the one that is named.
    #[must_use]
    pub fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerSerial(issuer, serial) => {
                let bare = |number: &[u8]| {
                    number
                        .iter()
                        .copied()
                        .skip_while(|octet| *octet == 0)
                        .collect::<Vec<_>>()
                };
                bare(certificate.serial()) == bare(serial)
                    && (certificate.issuer_raw() == issuer || Name::from_der(issuer).matches(&certificate.issuer()))
            }
            Self::KeyId(id) => certificate.subject_key_id() == Some(id),
        }
    }
}

impl SignerInfo {
    pub(super) fn read(tlv: &Tlv<'_>) -> Result<Self> {
        let mut members = tlv.expect(Tag::SEQUENCE)?.children()?;
        let version = members.read(Tag::INTEGER)?.i64().unwrap_or(-1);
        let sid = members.any()?;
        let id = if sid.tag() == Tag::SEQUENCE {
            let mut parts = sid.children()?;
            SignerId::IssuerSerial(
                parts.any()?.raw().to_vec(),
                parts.read(Tag::INTEGER)?.content().to_vec(),
            )
        } else {
            SignerId::KeyId(sid.implicit_octets()?.into_owned())
        };
        let digest_algorithm = members.read(Tag::SEQUENCE)?.children()?.read(Tag::OID)?.oid()?;
        let attributes = members
            .optional(Tag::context(0))?
            .map(|set| Attributes::read(&set))
            .transpose()?;
        let identifier = members.read(Tag::SEQUENCE)?;
        let signature_algorithm = identifier.children()?.read(Tag::OID)?.oid()?;
        let value = members.any()?.octets()?.into_owned();
        let timestamp = members
            .optional(Tag::context(1))?
            .map(|set| timestamp_of(&set))
            .transpose()?
            .flatten();
        Ok(Self {
            version,
            id,
            digest_algorithm,
            attributes,
            signature_algorithm,
            signature_identifier: identifier.raw().to_vec(),
            value,
            timestamp,
        })
    }
}

fn timestamp_of(set: &Tlv<'_>) -> Result<Option<Vec<u8>>> {
    let mut token = None;
    for_each(set, |kind, value| {
        if kind == oids::TIMESTAMP_TOKEN {
            token = Some(value.raw().to_vec());
        }
        Ok(())
    })?;
    Ok(token)
}
