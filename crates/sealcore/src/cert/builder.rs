//! Makes SM2 certificates, RFC 5280 with the signature of GB/T 32918.

use rand_core::CryptoRng;
use sealcore_gm::sm2::{DEFAULT_ID, SigningKey, VerifyingKey};
use sealcore_gm::sm3;

use super::{Certificate, KeyUsage, Name, Request};
use crate::algorithm::{PublicKey, SignatureAlgorithm, sm2_value_to_der};
use crate::asn1::{Oid, Tag, Time, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::key::{Signer, sign_message};
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
    pub public_key: VerifyingKey,
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
            public_key: request.public_key().sm2()?.clone(),
            profile,
            not_before,
            not_after,
            crl_url: None,
        })
    }

    /// Signs with the subject's own key: a root, or a certificate for tests.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] when `key` is not the subject's or validity ends before it starts.
    pub fn self_signed(&self, key: &SigningKey, rng: &mut dyn CryptoRng) -> Result<Certificate> {
        if *key.verifying_key() != self.public_key {
            return Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "a self-signed certificate is signed with its own key",
                    "自签名证书须用自身私钥签名"
                ),
            ));
        }
        let tbs = self.tbs(&self.subject, &key_identifier(key.verifying_key()), rng)?;
        let value = sm2_value_to_der(&key.sign_message(DEFAULT_ID, &tbs)?);
        Certificate::from_der(&signed(&tbs, &value))
    }

    /// Signs with the key of an authority.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the signer's certificate is no authority's, [`ErrorKind::Argument`] when validity ends
    /// before it starts, and what the signer reports.
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
        let key_id = issuer_key_id(authority)?;
        let tbs = self.tbs(&authority.subject(), &key_id, rng)?;
        Certificate::from_der(&signed(&tbs, &sign_message(issuer, &tbs)?))
    }

    fn tbs(&self, issuer: &Name, issuer_key_id: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>> {
        let years = 1950..=9999;
        if self.not_before > self.not_after
            || !years.contains(&self.not_before.year())
            || !years.contains(&self.not_after.year())
        {
            return Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "validity ends before it starts, or lies outside 1950 to 9999",
                    "有效期终止早于开始，或超出 1950 至 9999 年"
                ),
            ));
        }
        let serial = random_serial(rng);
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.constructed(Tag::context(0), |writer| writer.integer(2));
            writer.unsigned(&serial);
            write_algorithm(writer);
            writer.raw(issuer.der());
            writer.sequence(|writer| {
                writer.certificate_time(self.not_before);
                writer.certificate_time(self.not_after);
            });
            writer.raw(self.subject.der());
            PublicKey::write_sm2(&self.public_key, writer);
            writer.constructed(Tag::context(3), |writer| {
                writer.sequence(|writer| self.write_extensions(issuer_key_id, writer));
            });
        });
        Ok(writer.finish())
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

/// The first 160 bits of SM3 of the key's point: RFC 5280, 4.2.1.2, method 1, with SM3 in place of SHA-1.
pub(super) fn key_identifier(key: &VerifyingKey) -> Vec<u8> {
    let mut digest = sm3::digest(&key.to_sec1()).to_vec();
    digest.truncate(20);
    digest
}

/// How certificates and lists that this authority issues name its key.
pub(super) fn issuer_key_id(authority: &Certificate) -> Result<Vec<u8>> {
    match authority.subject_key_id() {
        Some(id) => Ok(id.to_vec()),
        None => Ok(key_identifier(authority.public_key().sm2()?)),
    }
}

/// 16 octets, 126 of the bits random; positive, and never with a leading zero.
fn random_serial(rng: &mut dyn CryptoRng) -> [u8; 16] {
    let mut serial = [0; 16];
    rng.fill_bytes(&mut serial);
    serial[0] = serial[0] & 0x7f | 0x40;
    serial
}

/// AlgorithmIdentifier of SM2 with SM3, parameters absent.
pub(super) fn write_algorithm(writer: &mut Writer) {
    writer.sequence(|writer| writer.oid(SignatureAlgorithm::Sm2Sm3.oid()));
}

/// The signed bytes with algorithm and signature: the outer structure of certificates, requests and lists.
pub(super) fn signed(tbs: &[u8], value: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.raw(tbs);
        write_algorithm(writer);
        writer.bits(value);
    });
    writer.finish()
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
