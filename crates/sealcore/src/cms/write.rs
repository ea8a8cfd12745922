//! Writes SignedData of GB/T 35275 with signed attributes and detached content, the shape that readers of OFD verify.

use crate::asn1::{Tag, Time, Writer};
use crate::cert::Certificate;
use crate::oids;

/// SignedData that waits for its signature value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedSignedData {
    attributes: Vec<u8>,
    certificate: Certificate,
    chain: Vec<Certificate>,
}

impl PreparedSignedData {
    /// Attributes over the SM3 digest of a detached content.
    #[must_use]
    pub fn new(content_digest: &[u8], time: Time, certificate: &Certificate, chain: &[Certificate]) -> Self {
        let attribute = |kind, write: &dyn Fn(&mut Writer)| {
            let mut writer = Writer::new();
            writer.sequence(|writer| {
                writer.oid(kind);
                writer.constructed(Tag::SET, |writer| write(writer));
            });
            writer.finish()
        };
        let members = vec![
            attribute(oids::CONTENT_TYPE, &|writer| writer.oid(oids::GM_DATA)),
            attribute(oids::SIGNING_TIME, &|writer| writer.certificate_time(time)),
            attribute(oids::MESSAGE_DIGEST, &|writer| writer.octets(content_digest)),
        ];
        let mut writer = Writer::new();
        writer.set_of(Tag::SET, members);
        Self {
            attributes: writer.finish(),
            certificate: certificate.clone(),
            chain: chain.to_vec(),
        }
    }

    /// As [`Self::new`] made it, from its signed bytes.
    pub(crate) fn from_parts(attributes: Vec<u8>, certificate: &Certificate, chain: &[Certificate]) -> Self {
        Self {
            attributes,
            certificate: certificate.clone(),
            chain: chain.to_vec(),
        }
    }

    /// The bytes to be signed.
    #[must_use]
    pub fn signed_bytes(&self) -> &[u8] {
        &self.attributes
    }

    /// The whole, with the signature value in DER.
    #[must_use]
    pub fn assemble(&self, value: &[u8]) -> Vec<u8> {
        let algorithm = |writer: &mut Writer, oid| writer.sequence(|writer| writer.oid(oid));
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.oid(oids::GM_SIGNED_DATA);
            writer.constructed(Tag::context(0), |writer| {
                writer.sequence(|writer| {
                    writer.integer(1);
                    writer.constructed(Tag::SET, |writer| algorithm(writer, oids::SM3));
                    writer.sequence(|writer| writer.oid(oids::GM_DATA));
                    let all = std::iter::once(&self.certificate).chain(&self.chain);
                    writer.set_of(Tag::context(0), all.map(|one| one.der().to_vec()).collect());
                    writer.constructed(Tag::SET, |writer| self.write_signer(writer, value));
                });
            });
        });
        writer.finish()
    }

    fn write_signer(&self, writer: &mut Writer, value: &[u8]) {
        let algorithm = |writer: &mut Writer, oid| writer.sequence(|writer| writer.oid(oid));
        writer.sequence(|writer| {
            writer.integer(1);
            writer.sequence(|writer| {
                writer.raw(self.certificate.issuer_raw());
                writer.value(Tag::INTEGER, self.certificate.serial());
            });
            algorithm(writer, oids::SM3);
            // The same octets as are signed, with [0] in place of SET: both tags are one octet.
            let mut attributes = self.attributes.clone();
            if let Some(tag) = attributes.first_mut() {
                *tag = Tag::context(0).0;
            }
            writer.raw(&attributes);
            algorithm(writer, oids::SM2_SIGN);
            writer.octets(value);
        });
    }
}
