//! RSA keys: verification of RSASSA-PKCS1-v1_5 and RSASSA-PSS. Public data only.

use ::rsa::{BoxedUint, Pkcs1v15Sign, Pss};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use sha3::{Sha3_256, Sha3_384, Sha3_512};

use super::PssParameters;
use crate::asn1::{Tag, Tlv, Writer};
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// An RSA public key, RFC 8017, A.1.1, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaPublicKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    pss: PssUse,
}

/// Whether a key is for RSASSA-PSS only, RFC 4055, 1.2 and 3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PssUse {
    Free,
    Only,
    With(PssParameters),
}

impl RsaPublicKey {
    /// Bits of the smallest key that is verified with.
    pub const MIN_BITS: usize = 1024;
    /// Bits of the largest key that is verified with; the work grows with their square.
    pub const MAX_BITS: usize = 8192;
    /// Bits below which a key is weak and does not sign (NIST SP 800-131A).
    pub const STRONG_BITS: usize = 2048;

    /// Reads an RSAPublicKey.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when it is none. Numbers that cannot be a key's are found when something is verified.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let mut members = Tlv::parse(der)?.expect(Tag::SEQUENCE)?.children()?;
        let number = |tlv: Tlv<'_>| -> Result<Vec<u8>> {
            Ok(tlv.integer()?.iter().copied().skip_while(|octet| *octet == 0).collect())
        };
        let modulus = number(members.read(Tag::INTEGER)?)?;
        let exponent = number(members.read(Tag::INTEGER)?)?;
        members.finish()?;
        Ok(Self {
            modulus,
            exponent,
            pss: PssUse::Free,
        })
    }

    /// The same key, for RSASSA-PSS only, where parameters are given with these only.
    pub(super) fn for_pss(self, parameters: Option<PssParameters>) -> Self {
        Self {
            pss: parameters.map_or(PssUse::Only, PssUse::With),
            ..self
        }
    }

    /// The RSAPublicKey in DER.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.unsigned(&self.modulus);
            writer.unsigned(&self.exponent);
        });
        writer.finish()
    }

    /// The modulus, big-endian, without zeros in front.
    #[must_use]
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// The public exponent, big-endian, without zeros in front.
    #[must_use]
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }

    /// Length of the modulus in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        let unused = self
            .modulus
            .first()
            .map_or(0, |first| usize::try_from(first.leading_zeros()).unwrap_or(0));
        (self.modulus.len() * 8).saturating_sub(unused)
    }

    /// Whether the key is stated to be for RSASSA-PSS and nothing else.
    #[must_use]
    pub fn is_pss_only(&self) -> bool {
        self.pss != PssUse::Free
    }

    /// The parameters that a key for RSASSA-PSS is stated to be used with.
    #[must_use]
    pub fn pss(&self) -> Option<PssParameters> {
        match self.pss {
            PssUse::With(parameters) => Some(parameters),
            PssUse::Free | PssUse::Only => None,
        }
    }

    /// RFC 8017, 8.2.2. The DigestInfo may lack the NULL of its parameters, as B.1 there wants it accepted.
    pub(super) fn verify_pkcs1(&self, digest: DigestAlgorithm, value: &[u8], hashed: &[u8]) -> Result<()> {
        let key = self.key()?;
        let holds = [true, false].into_iter().any(|null| {
            let scheme = Pkcs1v15Sign {
                hash_len: Some(digest.output_len()),
                prefix: digest_info_prefix(digest, null).into(),
            };
            key.verify(scheme, hashed, value).is_ok()
        });
        if holds {
            Ok(())
        } else {
            Err(super::public_key::does_not_hold())
        }
    }

    /// RFC 8017, 8.1.2.
    pub(super) fn verify_pss(&self, parameters: PssParameters, value: &[u8], hashed: &[u8]) -> Result<()> {
        if parameters.mgf_digest != parameters.digest {
            let (digest, mask) = (parameters.digest.name(), parameters.mgf_digest.name());
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!(
                    "RSASSA-PSS with {digest} and a mask of {mask} is not supported",
                    "不支持摘要为 {digest} 而掩码摘要为 {mask} 的 RSASSA-PSS"
                ),
            ));
        }
        let key = self.key()?;
        let salt = usize::from(parameters.salt_len);
        let outcome = match parameters.digest {
            DigestAlgorithm::Sha1 => key.verify(Pss::<Sha1>::new_with_salt(salt), hashed, value),
            DigestAlgorithm::Sha224 => key.verify(Pss::<Sha224>::new_with_salt(salt), hashed, value),
            DigestAlgorithm::Sha256 => key.verify(Pss::<Sha256>::new_with_salt(salt), hashed, value),
            DigestAlgorithm::Sha384 => key.verify(Pss::<Sha384>::new_with_salt(salt), hashed, value),
            DigestAlgorithm::Sha512 => key.verify(Pss::<Sha512>::new_with_salt(salt), hashed, value),
            DigestAlgorithm::Sha3_256 => key.verify(Pss::<Sha3_256>::new_with_salt(salt), hashed, value),
            DigestAlgorithm::Sha3_384 => key.verify(Pss::<Sha3_384>::new_with_salt(salt), hashed, value),
            DigestAlgorithm::Sha3_512 => key.verify(Pss::<Sha3_512>::new_with_salt(salt), hashed, value),
            DigestAlgorithm::Sm3 | DigestAlgorithm::Sm3Keyed | DigestAlgorithm::Md5 => {
                let name = parameters.digest.name();
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    text!(
                        "RSASSA-PSS with {name} is not supported",
                        "不支持摘要为 {name} 的 RSASSA-PSS"
                    ),
                ));
            }
        };
        outcome.map_err(|_| super::public_key::does_not_hold())
    }

    fn key(&self) -> Result<::rsa::RsaPublicKey> {
        let bits = self.bits();
        let (least, most) = (Self::MIN_BITS, Self::MAX_BITS);
        if !(least..=most).contains(&bits) {
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!(
                    "RSA keys of {bits} bits are not verified with; from {least} to {most} they are",
                    "不支持 {bits} 位的 RSA 密钥；支持 {least} 至 {most} 位"
                ),
            ));
        }
        let number = BoxedUint::from_be_slice_vartime;
        // Exponents that are even, or above 2^33, are refused there.
        ::rsa::RsaPublicKey::new(number(&self.modulus), number(&self.exponent)).map_err(|error| {
            Error::new(
                ErrorKind::Crypto,
                text!("the numbers cannot be an RSA key's", "RSA 公钥参数不合理"),
            )
            .caused_by(error)
        })
    }
}

/// The DER of DigestInfo up to the digest, RFC 8017, 9.2.
fn digest_info_prefix(digest: DigestAlgorithm, null: bool) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.sequence(|writer| {
            writer.oid(digest.oid());
            if null {
                writer.null();
            }
        });
        writer.octets(&vec![0; digest.output_len()]);
    });
    let mut prefix = writer.finish();
    prefix.truncate(prefix.len().saturating_sub(digest.output_len()));
    prefix
}
