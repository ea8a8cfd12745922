//! What a time-stamp token says.

use crate::asn1::{Oid, Tag, Time, Tlv};
use crate::error::Result;

/// TSTInfo, RFC 3161, 2.4.2, as far as a document time stamp needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TstInfo {
    /// The digest algorithm of the imprint.
    pub digest_algorithm: Oid,
    /// The digest of what was time-stamped.
    pub imprint: Vec<u8>,
    /// The time that the authority states.
    pub time: Time,
}

impl TstInfo {
    /// Reads the content of a token.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`](crate::error::ErrorKind::Asn1) when it is none.
    pub fn from_der(bytes: &[u8]) -> Result<Self> {
        Self::read(bytes).map_err(|error| error.in_part("TSTInfo"))
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        let mut members = Tlv::parse(bytes)?.expect(Tag::SEQUENCE)?.children()?;
        members.read(Tag::INTEGER)?;
        members.read(Tag::OID)?;
        let mut imprint = members.read(Tag::SEQUENCE)?.children()?;
        let digest_algorithm = imprint.read(Tag::SEQUENCE)?.children()?.read(Tag::OID)?.oid()?;
        let digest = imprint.any()?.octets()?.into_owned();
        members.read(Tag::INTEGER)?;
        let (time, _) = Time::from_tlv(&members.read(Tag::GENERALIZED_TIME)?)?;
        Ok(Self {
            digest_algorithm,
            imprint: digest,
            time,
        })
    }
}
