//! Writes SignedData with signed attributes and detached content, in strict DER: the shape that readers of OFD and PDF
//! verify.

use super::{CertificateId, Family};
use crate::algorithm::SignatureAlgorithm;
use crate::asn1::{Oid, Tag, Time, Writer};
use crate::cert::Certificate;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// How SignedData is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedDataStyle {
    /// Whose identifiers it carries.
    pub family: Family,
    /// How its signature is formed.
    pub algorithm: SignatureAlgorithm,
    /// The attribute signing-time, where it is wanted.
    pub signing_time: Option<Time>,
    /// Whether the attribute signing-certificate-v2 (RFC 5035) is wanted.
    pub signing_certificate: bool,
}

impl SignedDataStyle {
    /// GB/T 35275 with SM2 and SM3.
    #[must_use]
    pub fn gm(time: Time) -> Self {
        Self {
            family: Family::Gm,
            algorithm: SignatureAlgorithm::Sm2Sm3,
            signing_time: Some(time),
            signing_certificate: false,
        }
    }

    /// CMS with the time inside.
    #[must_use]
    pub fn cms(algorithm: SignatureAlgorithm, time: Time) -> Self {
        Self {
            family: Family::Pkcs7,
            algorithm,
            signing_time: Some(time),
            signing_certificate: true,
        }
    }

    /// PAdES B-B (ETSI EN 319 142-1): the certificate is named, and the time stands in the dictionary of the PDF.
    #[must_use]
    pub fn pades(algorithm: SignatureAlgorithm) -> Self {
        Self {
            family: Family::Pkcs7,
            algorithm,
            signing_time: None,
            signing_certificate: true,
        }
    }

    /// The digest algorithm of the content.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for an algorithm that signs no digests.
    pub fn digest_algorithm(&self) -> Result<DigestAlgorithm> {
        let algorithm = self.algorithm;
        algorithm.digest().ok_or_else(|| {
            Error::new(
                ErrorKind::Unsupported,
                text!(
                    "SignedData is not written with {algorithm}",
                    "不支持以 {algorithm} 生成 SignedData"
                ),
            )
        })
    }
}

/// SignedData that waits for its signature value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedSignedData {
    attributes: Vec<u8>,
    family: Family,
    algorithm: SignatureAlgorithm,
    digest: Oid,
    certificate: Certificate,
    chain: Vec<Certificate>,
}

impl PreparedSignedData {
    /// Attributes of GB/T 35275 over the SM3 digest of a detached content.
    #[must_use]
    pub fn new(content_digest: &[u8], time: Time, certificate: &Certificate, chain: &[Certificate]) -> Self {
        let style = SignedDataStyle::gm(time);
        let attributes = attributes(content_digest, &style, DigestAlgorithm::Sm3, certificate);
        Self::from_parts(attributes, certificate, chain)
    }

    /// Attributes over the digest of a detached content, which is by [`SignedDataStyle::digest_algorithm`].
    ///
    /// # Errors
    /// As [`SignedDataStyle::digest_algorithm`].
    pub fn styled(
        content_digest: &[u8],
        style: &SignedDataStyle,
        certificate: &Certificate,
        chain: &[Certificate],
    ) -> Result<Self> {
        let digest = style.digest_algorithm()?;
        let attributes = attributes(content_digest, style, digest, certificate);
        Self::from_attributes(attributes, style, certificate, chain)
    }

    /// As [`Self::styled`] made it, from its signed bytes: for signing that is carried on in another process.
    ///
    /// # Errors
    /// As [`SignedDataStyle::digest_algorithm`].
    pub fn from_attributes(
        attributes: Vec<u8>,
        style: &SignedDataStyle,
        certificate: &Certificate,
        chain: &[Certificate],
    ) -> Result<Self> {
        Ok(Self {
            attributes,
            family: style.family,
            algorithm: style.algorithm,
            digest: style.digest_algorithm()?.oid(),
            certificate: certificate.clone(),
            chain: chain.to_vec(),
        })
    }

    /// As [`Self::new`] made it, from its signed bytes.
    pub(crate) fn from_parts(attributes: Vec<u8>, certificate: &Certificate, chain: &[Certificate]) -> Self {
        Self {
            attributes,
            family: Family::Gm,
            algorithm: SignatureAlgorithm::Sm2Sm3,
            digest: oids::SM3,
            certificate: certificate.clone(),
            chain: chain.to_vec(),
        }
    }

    /// The bytes to be signed.
    #[must_use]
    pub fn signed_bytes(&self) -> &[u8] {
        &self.attributes
    }

    /// The length of the whole with a signature value of `value` bytes. Shorter values make it no longer.
    #[must_use]
    pub fn len_with(&self, value: usize) -> usize {
        self.assemble(&vec![0; value]).len()
    }

    /// The longest that SignedData in this style can be, in bytes: for the room that is kept for it before the content is
    /// known. `signature` is the longest signature value,
    /// [`Signer::max_signature_len`](crate::key::Signer::max_signature_len).
    ///
    /// # Errors
    /// As [`SignedDataStyle::digest_algorithm`].
    pub fn max_len(
        style: &SignedDataStyle,
        certificate: &Certificate,
        chain: &[Certificate],
        signature: usize,
    ) -> Result<usize> {
        let digest = vec![0; style.digest_algorithm()?.output_len()];
        Ok(Self::styled(&digest, style, certificate, chain)?.len_with(signature))
    }

    /// The whole, with the signature value: in DER for SM2 and ECDSA.
    #[must_use]
    pub fn assemble(&self, value: &[u8]) -> Vec<u8> {
        let (signed_data, data) = match self.family {
            Family::Gm => (oids::GM_SIGNED_DATA, oids::GM_DATA),
            Family::Pkcs7 => (oids::SIGNED_DATA, oids::DATA),
        };
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.oid(signed_data);
            writer.constructed(Tag::context(0), |writer| {
                writer.sequence(|writer| {
                    writer.integer(1);
                    writer.constructed(Tag::SET, |writer| write_algorithm(writer, self.digest));
                    writer.sequence(|writer| writer.oid(data));
                    let all = std::iter::once(&self.certificate).chain(&self.chain);
                    writer.set_of(Tag::context(0), all.map(|one| one.der().to_vec()).collect());
                    writer.constructed(Tag::SET, |writer| self.write_signer(writer, value));
                });
            });
        });
        writer.finish()
    }

    fn write_signer(&self, writer: &mut Writer, value: &[u8]) {
        writer.sequence(|writer| {
            write_signer_head(writer, &self.certificate, self.digest);
            // The same octets as are signed, with [0] in place of SET: both tags are one octet.
            let mut attributes = self.attributes.clone();
            if let Some(tag) = attributes.first_mut() {
                *tag = Tag::context(0).0;
            }
            writer.raw(&attributes);
            write_signature_algorithm(writer, self.family, self.algorithm);
            writer.octets(value);
        });
    }
}

/// Version, signer and digest algorithm of SignerInfo.
pub(crate) fn write_signer_head(writer: &mut Writer, certificate: &Certificate, digest: Oid) {
    writer.integer(1);
    writer.sequence(|writer| {
        writer.raw(certificate.issuer_raw());
        writer.value(Tag::INTEGER, certificate.serial());
    });
    write_algorithm(writer, digest);
}

/// The signature algorithm of SignerInfo.
pub(crate) fn write_signature_algorithm(writer: &mut Writer, family: Family, algorithm: SignatureAlgorithm) {
    match (family, algorithm) {
        // GB/T 35275 names SM2 by its key.
        (Family::Gm, SignatureAlgorithm::Sm2Sm3) => write_algorithm(writer, oids::SM2_SIGN),
        (_, other) => other.write(writer),
    }
}

fn attributes(content: &[u8], style: &SignedDataStyle, digest: DigestAlgorithm, certificate: &Certificate) -> Vec<u8> {
    let data = match style.family {
        Family::Gm => oids::GM_DATA,
        Family::Pkcs7 => oids::DATA,
    };
    let named = style.signing_certificate.then_some(digest);
    signed_attributes(data, content, style.signing_time, named, certificate)
}

/// Signed attributes as SET: content type, digest of the content, the time where it is wanted, and the certificate by a
/// digest of the algorithm `named`.
pub(crate) fn signed_attributes(
    content_type: Oid,
    content_digest: &[u8],
    time: Option<Time>,
    named: Option<DigestAlgorithm>,
    certificate: &Certificate,
) -> Vec<u8> {
    let attribute = |kind, write: &dyn Fn(&mut Writer)| {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.oid(kind);
            writer.constructed(Tag::SET, |writer| write(writer));
        });
        writer.finish()
    };
    let mut members = vec![
        attribute(oids::CONTENT_TYPE, &|writer| writer.oid(content_type)),
        attribute(oids::MESSAGE_DIGEST, &|writer| writer.octets(content_digest)),
    ];
    if let Some(time) = time {
        members.push(attribute(oids::SIGNING_TIME, &|writer| writer.certificate_time(time)));
    }
    if let Some(named) = named {
        let digest = named.digest(certificate.der()).unwrap_or_default();
        members.push(attribute(oids::SIGNING_CERTIFICATE_V2, &|writer| {
            CertificateId::write_v2(named.oid(), &digest, writer);
        }));
    }
    let mut writer = Writer::new();
    writer.set_of(Tag::SET, members);
    writer.finish()
}

/// AlgorithmIdentifier without parameters.
pub(crate) fn write_algorithm(writer: &mut Writer, oid: Oid) {
    writer.sequence(|writer| writer.oid(oid));
}
