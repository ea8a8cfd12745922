//! Which certificate a signer used, as signing-certificate attributes say it.

use super::SignerId;
use crate::asn1::{Oid, Tag, Tlv, Writer};
use crate::cert::Certificate;
use crate::digest::DigestAlgorithm;
use crate::error::Result;
use crate::oids;

/// ESSCertID or ESSCertIDv2, RFC 5035.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateId {
    /// The digest algorithm.
    pub digest_algorithm: Oid,
    /// The digest of the whole certificate. Empty where the attribute could not be read; it then names no certificate.
    pub digest: Vec<u8>,
    /// Issuer and serial number, where they are stated.
    pub issuer_serial: Option<SignerId>,
}

/// How a [`CertificateId`] compares with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Yes,
    No,
    /// The digest algorithm is not known.
    Unknown,
}

impl CertificateId {
    /// The first certificate that a SigningCertificate or SigningCertificateV2 names: the signer's own, by the RFC.
    pub(super) fn read_first(value: &Tlv<'_>, default: Oid) -> Self {
        Self::read(value, default).unwrap_or(Self {
            digest_algorithm: default,
            digest: Vec::new(),
            issuer_serial: None,
        })
    }

    fn read(value: &Tlv<'_>, default: Oid) -> Result<Self> {
        let list = value.expect(Tag::SEQUENCE)?.children()?.read(Tag::SEQUENCE)?;
        let mut members = list.children()?.read(Tag::SEQUENCE)?.children()?;
        let digest_algorithm = match members.optional(Tag::SEQUENCE)? {
            Some(identifier) => identifier.children()?.read(Tag::OID)?.oid()?,
            None => default,
        };
        let digest = members.any()?.octets()?.into_owned();
        let issuer_serial = members
            .optional(Tag::SEQUENCE)?
            .map(|pair| read_issuer_serial(&pair))
            .transpose()?;
        Ok(Self {
            digest_algorithm,
            digest,
            issuer_serial,
        })
    }

    /// Whether `certificate` is the one that is named.
    pub(crate) fn names(&self, certificate: &Certificate) -> Named {
        let same = match DigestAlgorithm::from_oid(self.digest_algorithm) {
            Some(DigestAlgorithm::Sm3) => self.digest == certificate.fingerprint(),
            algorithm => match algorithm.and_then(|algorithm| algorithm.digest(certificate.der())) {
                Some(digest) => digest == self.digest,
                None => return Named::Unknown,
            },
        };
        let named = same && self.issuer_serial.as_ref().is_none_or(|pair| pair.names(certificate));
        if named { Named::Yes } else { Named::No }
    }

    /// Writes SigningCertificateV2 that names `certificate`.
    pub(super) fn write_v2(algorithm: Oid, digest: &[u8], writer: &mut Writer) {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.sequence(|writer| {
                    // DER leaves a default out.
                    if algorithm != oids::SHA256 {
                        writer.sequence(|writer| writer.oid(algorithm));
                    }
                    writer.octets(digest);
                });
            });
        });
    }
}

/// IssuerSerial: GeneralNames, of which one is a directory name, and the serial number.
fn read_issuer_serial(pair: &Tlv<'_>) -> Result<SignerId> {
    let mut parts = pair.children()?;
    let mut names = parts.read(Tag::SEQUENCE)?.children()?;
    let mut issuer = Vec::new();
    while let Some(name) = names.next()? {
        if name.tag() == Tag::context(4) {
            issuer = name.only_child()?.raw().to_vec();
        }
    }
    Ok(SignerId::IssuerSerial(
        issuer,
        parts.read(Tag::INTEGER)?.content().to_vec(),
    ))
}
