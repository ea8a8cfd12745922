//! Makes certificates, RFC 5280, signed with SM2, RSA or ECDSA.

use rand_core::CryptoRng;
use sealcore_gm::sm3;

use super::signed::signed;
use super::{Certificate, KeyUsage, Name, Request};
use crate::algorithm::{PublicKey, SignatureAlgorithm};
use crate::asn1::{Oid, Tag, Time, Writer};
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::key::{KeyPair, Signer, sign_message, sign_with};
use crate::oids;
use crate::text;

/// What a certificate is for; decides its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// A trust anchor: signs certificates and revocation lists.
    Root,
    /// An authority below another one.
    Authority {
        /// How many authorities may follow below it; `None` is any number.
        path_len: Option<u32>,
    },
    /// Signs seals.
    SealMaker,
    /// An organisation that signs documents.
    Unit,
    /// A person who signs documents.
    Person,
    /// Signs time stamps (RFC 3161, 2.3) and nothing else.
    TimestampAuthority,
}

impl Profile {
    /// By the name that the command and the C ABI have for it: `root`, `authority` (with any number below it), `maker`, `unit`,
    /// `person` or `tsa`.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "root" => Self::Root,
            "authority" => Self::Authority { path_len: None },
            "maker" => Self::SealMaker,
            "unit" => Self::Unit,
            "person" => Self::Person,
            "tsa" => Self::TimestampAuthority,
            _ => return None,
        })
    }

    fn is_authority(self) -> bool {
        matches!(self, Self::Root | Self::Authority { .. })
    }

    fn key_usage(self) -> KeyUsage {
        if self.is_authority() {
            KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN)
        } else {
            KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION)
        }
    }
}

/// A certificate to be issued.
#[derive(Clone, Debug)]
pub struct CertificateTemplate {
    /// Whose certificate it is.
    pub subject: Name,
    /// The subject's key.
    pub public_key: PublicKey,
    /// What it is for.
    pub profile: Profile,
    /// Start of validity.
    pub not_before: Time,
    /// End of validity; that second still counts.
    pub not_after: Time,
    /// Where the issuer's revocation list can be had.
    pub crl_url: Option<String>,
}

impl CertificateTemplate {
    /// What a request asks for.
    ///
    /// # Errors
    /// As [`Request::verify`]: nobody gets a certificate for a key that is not theirs.
    pub fn from_request(request: &Request, profile: Profile, not_before: Time, not_after: Time) -> Result<Self> {
        request.verify()?;
        Ok(Self {
            subject: request.subject(),
            public_key: request.public_key().clone(),
            profile,
            not_before,
            not_after,
            crl_url: None,
        })
    }

    /// Signs with the subject's own key: a root, or a certificate for tests.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] when `key` is not the subject's, for a validity that ends before it starts or lies outside 1950
    /// to 9999, for a subject that cannot be read or holds control characters, and for an address that is no URI; what the key
    /// reports, and [`ErrorKind::Crypto`] when a signature from outside the process does not hold.
    pub fn self_signed(&self, key: &dyn KeyPair, rng: &mut dyn CryptoRng) -> Result<Certificate> {
        if !key.public_key().is_same_key(&self.public_key) {
            return Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "a self-signed certificate is signed with its own key",
                    "自签名证书须用自身私钥签名"
                ),
            ));
        }
        let algorithm = key.algorithm();
        let tbs = self.tbs(&self.subject, &key_identifier(&self.public_key), algorithm, rng)?;
        Certificate::from_der(&signed(&tbs, algorithm, &sign_with(key, &tbs)?))
    }

    /// Signs with the key of an authority.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the signer's certificate is no authority's, [`ErrorKind::Argument`] as with
    /// [`Self::self_signed`], and what the signer reports.
    pub fn issue(&self, issuer: &dyn Signer, rng: &mut dyn CryptoRng) -> Result<Certificate> {
        let authority = issuer.certificate();
        let may_sign = authority.basic_constraints().is_some_and(|constraints| constraints.ca)
            && authority
                .key_usage()
                .is_none_or(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN));
        if !may_sign {
            let name = authority.subject();
            return Err(Error::new(
                ErrorKind::Refused,
                text!("{name} is not a certificate authority", "{name} 不是证书颁发机构"),
            ));
        }
        let algorithm = issuer.algorithm();
        let tbs = self.tbs(&authority.subject(), &issuer_key_id(authority), algorithm, rng)?;
        Certificate::from_der(&signed(&tbs, algorithm, &sign_message(issuer, &tbs)?))
    }

    fn tbs(
        &self,
        issuer: &Name,
        issuer_key_id: &[u8],
        algorithm: SignatureAlgorithm,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>> {
        self.check()?;
        let mut spki = Writer::new();
        self.public_key.write(&mut spki)?;
        let spki = spki.finish();
        let serial = random_serial(rng);
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.constructed(Tag::context(0), |writer| writer.integer(2));
            writer.unsigned(&serial);
            algorithm.write(writer);
            writer.raw(issuer.der());
            writer.sequence(|writer| {
                writer.certificate_time(self.not_before);
                writer.certificate_time(self.not_after);
            });
            writer.raw(self.subject.der());
            writer.raw(&spki);
            writer.constructed(Tag::context(3), |writer| {
                writer.sequence(|writer| self.write_extensions(issuer_key_id, writer));
            });
        });
        Ok(writer.finish())
    }

    fn check(&self) -> Result<()> {
        self.not_before.check_statable()?;
        self.not_after.check_statable()?;
        if self.not_before > self.not_after {
            return Err(Error::new(
                ErrorKind::Argument,
                text!("validity ends before it starts", "有效期终止早于开始"),
            ));
        }
        self.subject.check_written()?;
        if let Some(url) = &self.crl_url
            && (url.is_empty() || !url.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            return Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "the address of the revocation list is no URI: other characters than visible ASCII are written as %20",
                    "撤销列表地址不是有效 URI：可见 ASCII 以外的字符须写作 %20 等形式"
                ),
            ));
        }
        Ok(())
    }

    fn write_extensions(&self, issuer_key_id: &[u8], writer: &mut Writer) {
        write_extension(writer, oids::BASIC_CONSTRAINTS, true, |writer| {
            writer.sequence(|writer| {
                if self.profile.is_authority() {
                    writer.boolean(true);
                }
                if let Profile::Authority { path_len: Some(length) } = self.profile {
                    writer.integer(i64::from(length));
                }
            });
        });
        write_extension(writer, oids::KEY_USAGE, true, |writer| {
            writer.named_bits(self.profile.key_usage().bits());
        });
        if self.profile == Profile::TimestampAuthority {
            write_extension(writer, oids::EXTENDED_KEY_USAGE, true, |writer| {
                writer.sequence(|writer| writer.oid(oids::KP_TIME_STAMPING));
            });
        }
        write_extension(writer, oids::SUBJECT_KEY_ID, false, |writer| {
            writer.octets(&key_identifier(&self.public_key));
        });
        write_extension(writer, oids::AUTHORITY_KEY_ID, false, |writer| {
            writer.sequence(|writer| writer.value(Tag::context_primitive(0), issuer_key_id));
        });
        if let Some(url) = &self.crl_url {
            write_extension(writer, oids::CRL_DISTRIBUTION_POINTS, false, |writer| {
                writer.sequence(|writer| {
                    writer.sequence(|writer| {
                        writer.constructed(Tag::context(0), |writer| {
                            writer.constructed(Tag::context(0), |writer| {
                                writer.value(Tag::context_primitive(6), url.as_bytes());
                            });
                        });
                    });
                });
            });
        }
    }
}

/// The first 160 bits of a digest of the key's bits: RFC 7093, 2, method 1, with SM3 in place of SHA-256 for SM2 keys.
pub(super) fn key_identifier(key: &PublicKey) -> Vec<u8> {
    let bits = key.to_bits();
    let digest = match key {
        PublicKey::Sm2(_) => None,
        _ => DigestAlgorithm::Sha256.digest(&bits),
    };
    let mut digest = digest.unwrap_or_else(|| sm3::digest(&bits).to_vec());
    digest.truncate(20);
    digest
}

/// How certificates and lists that this authority issues name its key.
pub(super) fn issuer_key_id(authority: &Certificate) -> Vec<u8> {
    match authority.subject_key_id() {
        Some(id) => id.to_vec(),
        None => key_identifier(authority.public_key()),
    }
}

/// 16 octets, 126 of the bits random; positive, and never with a leading zero.
fn random_serial(rng: &mut dyn CryptoRng) -> [u8; 16] {
    let mut serial = [0; 16];
    rng.fill_bytes(&mut serial);
    serial[0] = serial[0] & 0x7f | 0x40;
    serial
}

pub(super) fn write_extension(writer: &mut Writer, oid: Oid, critical: bool, value: impl FnOnce(&mut Writer)) {
    let mut inner = Writer::new();
    value(&mut inner);
    writer.sequence(|writer| {
        writer.oid(oid);
        if critical {
            writer.boolean(true);
        }
        writer.octets(&inner.finish());
    });
}
