//! Makes seals: SealInfo is put together, the maker signs it, the seal is assembled.

use super::{CertificateList, Extension, Generation, Picture, Property, Seal};
use crate::algorithm::SignatureAlgorithm;
use crate::asn1::{Tag, Time, Writer};
use crate::cert::Certificate;
use crate::error::{Error, ErrorKind, Result};
use crate::key::{Signer, checked_value, sign_message_sm2, sm2_digest};
use crate::lang::Text;
use crate::oids;
use crate::text;

/// What a seal is to say.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SealRequest {
    /// The structure to write.
    pub generation: Generation,
    /// The seal's identifier, ASCII.
    pub es_id: String,
    /// The maker's vendor identifier, ASCII.
    pub vendor_id: String,
    /// Name, owner, list of certificates, validity.
    pub property: Property,
    /// The picture; its size is in whole millimetres.
    pub picture: Picture,
    /// Extensions.
    pub extensions: Vec<Extension>,
}

impl SealRequest {
    /// A request for an organisation's seal that one signer may use.
    #[must_use]
    pub fn new(
        generation: Generation,
        es_id: &str,
        name: &str,
        picture: Picture,
        signer: &Certificate,
        validity: [Time; 3],
    ) -> Self {
        let certificates = CertificateList::Certificates(vec![signer.der().to_vec()]);
        Self {
            generation,
            es_id: es_id.to_owned(),
            vendor_id: "sealcore".to_owned(),
            property: Property::new(1, name, certificates, validity),
            picture,
            extensions: Vec::new(),
        }
    }

    /// Makes the seal in one step.
    ///
    /// # Errors
    /// As [`Self::prepare`], and what the signer reports.
    pub fn make(&self, maker: &dyn Signer) -> Result<Seal> {
        let prepared = self.prepare(maker.certificate())?;
        prepared.assemble(&sign_message_sm2(maker, &prepared.signed)?)
    }

    /// Puts together what the maker signs.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] for a request that the standards do not allow; [`ErrorKind::Refused`] when the maker's
    /// certificate is not valid at the time of making.
    pub fn prepare(&self, maker: &Certificate) -> Result<PreparedSeal> {
        self.check()?;
        if !maker.is_within_validity(self.property.created) {
            return Err(Error::new(
                ErrorKind::Refused,
                text!(
                    "the maker's certificate is not valid at the time of making",
                    "制章者证书在制章时不在有效期内"
                ),
            ));
        }
        let mut info = Writer::new();
        info.sequence(|writer| {
            writer.sequence(|writer| {
                writer.string(Tag::IA5_STRING, "ES");
                writer.integer(self.generation.version());
                writer.string(Tag::IA5_STRING, &self.vendor_id);
            });
            writer.string(Tag::IA5_STRING, &self.es_id);
            self.property.write(self.generation, writer);
            writer.sequence(|writer| {
                writer.string(Tag::IA5_STRING, &self.picture.kind);
                writer.octets(&self.picture.data);
                writer.integer(self.picture.width_mm);
                writer.integer(self.picture.height_mm);
            });
            if !self.extensions.is_empty() {
                Extension::write_all(&self.extensions, writer);
            }
        });
        let info = info.finish();
        let signed = if self.generation == Generation::V1 {
            let mut writer = Writer::new();
            writer.sequence(|writer| {
                writer.raw(&info);
                writer.octets(maker.der());
                writer.oid(oids::SM2_WITH_SM3);
            });
            writer.finish()
        } else {
            info.clone()
        };
        Ok(PreparedSeal {
            generation: self.generation,
            info,
            maker: maker.clone(),
            signed,
        })
    }

    fn check(&self) -> Result<()> {
        let refuse = |message: Text| Err(Error::new(ErrorKind::Argument, message));
        for (field, value) in [
            ("esID", &self.es_id),
            ("Vid", &self.vendor_id),
            ("picture type", &self.picture.kind),
        ] {
            if value.is_empty() || !value.is_ascii() {
                return refuse(text!(
                    "{field} must be ASCII and not empty",
                    "{field} 必须为非空的 ASCII 字符串"
                ));
            }
        }
        if self.property.name.is_empty() {
            return refuse(text!("the seal has no name", "印章名称为空"));
        }
        if matches!(&self.property.certificates, CertificateList::Opaque)
            || matches!(&self.property.certificates, CertificateList::Certificates(all) if all.is_empty())
            || matches!(&self.property.certificates, CertificateList::Digests(all) if all.is_empty())
        {
            return refuse(text!("the seal lists no signer", "印章未列出任何签章人证书"));
        }
        if self.generation == Generation::V1 && !matches!(self.property.certificates, CertificateList::Certificates(_))
        {
            return refuse(text!(
                "a seal of GM/T 0031-2014 lists certificates, not digests",
                "GM/T 0031-2014 印章只能列出证书，不能列出摘要"
            ));
        }
        if self.picture.is_mislabelled() {
            let kind = &self.picture.kind;
            return refuse(text!(
                "the picture is empty or is not {kind}",
                "印章图像为空或不是 {kind} 格式"
            ));
        }
        if !(1..=1_000).contains(&self.picture.width_mm) || !(1..=1_000).contains(&self.picture.height_mm) {
            return refuse(text!(
                "the picture's size must be 1 to 1000 mm",
                "印章图像尺寸须为 1 至 1000 毫米"
            ));
        }
        let Property {
            created,
            valid_from,
            valid_until,
            ..
        } = &self.property;
        for time in [created, valid_from, valid_until] {
            time.check_statable()?;
        }
        if valid_from >= valid_until || created > valid_until {
            return refuse(text!(
                "the seal's validity ends before it starts",
                "印章有效期的结束早于开始"
            ));
        }
        Ok(())
    }
}

/// A seal that waits for its maker's signature.
#[derive(Clone, Debug)]
pub struct PreparedSeal {
    generation: Generation,
    info: Vec<u8>,
    maker: Certificate,
    signed: Vec<u8>,
}

impl PreparedSeal {
    /// The digest `e = SM3(Z || M)` that the maker signs.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when the maker's key is not SM2.
    pub fn digest(&self) -> Result<[u8; 32]> {
        sm2_digest(&self.maker, &self.signed)
    }

    /// The bytes whose digest the maker signs, for a signer that hashes by itself.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.signed
    }

    /// The maker's certificate.
    #[must_use]
    pub fn maker(&self) -> &Certificate {
        &self.maker
    }

    /// The seal, with a signature that came from outside: DER or `r || s`.
    ///
    /// # Errors
    /// [`ErrorKind::Crypto`] when the signature does not hold.
    pub fn complete(&self, signature: &[u8]) -> Result<Seal> {
        self.assemble(&checked_value(
            self.maker.public_key(),
            SignatureAlgorithm::Sm2Sm3,
            &self.digest()?,
            signature,
        )?)
    }

    fn assemble(&self, value: &[u8]) -> Result<Seal> {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.raw(&self.info);
            let sign_info = |writer: &mut Writer| {
                writer.octets(self.maker.der());
                writer.oid(oids::SM2_WITH_SM3);
                writer.bits(value);
            };
            if self.generation == Generation::V1 {
                writer.sequence(sign_info)
            } else {
                sign_info(writer)
            }
        });
        Seal::from_der(&writer.finish())
    }
}
