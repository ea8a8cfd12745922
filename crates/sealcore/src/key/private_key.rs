//! Private keys of every algorithm that signs here.
//!
//! **Constant time.** SM2 keys are `sealcore-gm`'s. RSA and ECDSA keys live in AWS-LC, whose operations with them are
//! written to take the same time for every secret; RSA is blinded there. AWS-LC overwrites what it frees. It draws the
//! nonces of ECDSA, the salts of RSASSA-PSS and new RSA and ECDSA keys from its own generator, seeded by the system:
//! the one place in this crate where a random source does not come from the caller.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{self, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _, RsaSignatureEncoding};
use rand_core::CryptoRng;
use sealcore_gm::sm2::SigningKey;
use zeroize::Zeroizing;

use super::sec1;
use crate::algorithm::{
    Curve, EcPublicKey, PssParameters, PublicKey, RsaPublicKey, SignatureAlgorithm, check_length, sm2_value_to_der,
};
use crate::asn1::Tlv;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// Kinds of private keys that can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// SM2.
    Sm2,
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// ECDSA on P-521.
    P521,
    /// RSA of 2048 bits.
    Rsa2048,
    /// RSA of 3072 bits.
    Rsa3072,
    /// RSA of 4096 bits.
    Rsa4096,
}

impl KeyAlgorithm {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Sm2,
        Self::P256,
        Self::P384,
        Self::P521,
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
    ];

    /// The name on command lines: `sm2`, `p256`, `p384`, `p521`, `rsa2048`, `rsa3072`, `rsa4096`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sm2 => "sm2",
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::P521 => "p521",
            Self::Rsa2048 => "rsa2048",
            Self::Rsa3072 => "rsa3072",
            Self::Rsa4096 => "rsa4096",
        }
    }

    /// The kind with this name, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(name))
    }
}

/// A private key in this process. Overwritten when dropped, never printed; cheap to clone.
#[derive(Clone)]
#[non_exhaustive]
pub enum PrivateKey {
    /// An SM2 key.
    Sm2(SigningKey),
    /// An RSA key of at least 2048 bits.
    Rsa(RsaPrivateKey),
    /// A key for ECDSA on P-256, P-384 or P-521.
    Ec(EcPrivateKey),
}

impl PrivateKey {
    /// Makes a key. An SM2 key is drawn from `rng`, the others from AWS-LC's generator.
    ///
    /// # Errors
    /// [`ErrorKind::Crypto`] when the random source is broken.
    pub fn generate(algorithm: KeyAlgorithm, rng: &mut dyn CryptoRng) -> Result<Self> {
        match algorithm {
            KeyAlgorithm::Sm2 => Ok(Self::Sm2(SigningKey::generate(rng)?)),
            KeyAlgorithm::P256 => EcPrivateKey::generate(Curve::P256).map(Self::Ec),
            KeyAlgorithm::P384 => EcPrivateKey::generate(Curve::P384).map(Self::Ec),
            KeyAlgorithm::P521 => EcPrivateKey::generate(Curve::P521).map(Self::Ec),
            KeyAlgorithm::Rsa2048 => RsaPrivateKey::generate(KeySize::Rsa2048).map(Self::Rsa),
            KeyAlgorithm::Rsa3072 => RsaPrivateKey::generate(KeySize::Rsa3072).map(Self::Rsa),
            KeyAlgorithm::Rsa4096 => RsaPrivateKey::generate(KeySize::Rsa4096).map(Self::Rsa),
        }
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        match self {
            Self::Sm2(key) => PublicKey::Sm2(key.verifying_key().clone()),
            Self::Rsa(key) => PublicKey::Rsa(key.public.clone()),
            Self::Ec(key) => PublicKey::Ec(key.public.clone()),
        }
    }

    /// How the key signs unless somebody asks for something else.
    #[must_use]
    pub fn default_algorithm(&self) -> SignatureAlgorithm {
        match self {
            Self::Sm2(_) => SignatureAlgorithm::Sm2Sm3,
            Self::Rsa(_) => SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256),
            Self::Ec(key) => SignatureAlgorithm::Ecdsa(key.public.curve().digest()),
        }
    }

    /// The SM2 key, for what is defined with SM2 only.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for a key of another algorithm.
    pub fn sm2(&self) -> Result<&SigningKey> {
        match self {
            Self::Sm2(key) => Ok(key),
            other => {
                let name = other.public_key().name();
                Err(Error::new(
                    ErrorKind::Unsupported,
                    text!(
                        "an SM2 key is needed here; this one is of algorithm {name}",
                        "此处须使用 SM2 密钥，该密钥的算法为 {name}"
                    ),
                ))
            }
        }
    }

    /// Signs a digest: `e = SM3(Z || M)` for SM2, the plain digest of the message for RSA and ECDSA
    /// ([`PublicKey::message_digest`]). The value is DER for SM2 and ECDSA.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] for a digest of another length than the algorithm's; [`ErrorKind::Unsupported`] when the key
    /// does not sign with this algorithm: RSA does with SHA-256, SHA-384 and SHA-512 (with RSASSA-PSS, a salt as long as
    /// the digest and one digest for both), ECDSA with every digest that resists collisions.
    pub fn sign_digest(&self, algorithm: SignatureAlgorithm, digest: &[u8]) -> Result<Vec<u8>> {
        check_length(algorithm, digest)?;
        match (self, algorithm) {
            (Self::Sm2(key), SignatureAlgorithm::Sm2Sm3) => {
                let digest: &[u8; 32] = digest.try_into().map_err(|_| self.refused(algorithm))?;
                Ok(sm2_value_to_der(&key.sign_digest(digest)))
            }
            (Self::Rsa(key), _) => {
                let (encoding, kind) = rsa_encoding(algorithm).ok_or_else(|| self.refused(algorithm))?;
                let digest = Digest::import_less_safe(digest, kind).map_err(|_| failed())?;
                let mut value = vec![0; key.pair.public_modulus_len()];
                key.pair
                    .sign_digest(encoding, &digest, &mut value)
                    .map_err(|_| failed())?;
                Ok(value)
            }
            (Self::Ec(key), SignatureAlgorithm::Ecdsa(kind))
                if !kind.is_weak() && kind != DigestAlgorithm::Sm3Keyed =>
            {
                let curve = key.public.curve();
                let (_, length) = ec_signing(curve).ok_or_else(|| self.refused(algorithm))?;
                let digest = Digest::import_less_safe(&curve.fitted(digest), length).map_err(|_| failed())?;
                Ok(key.pair.sign_digest(&digest).map_err(|_| failed())?.as_ref().to_vec())
            }
            _ => Err(self.refused(algorithm)),
        }
    }

    /// Signs `message`.
    ///
    /// # Errors
    /// As [`Self::sign_digest`].
    pub fn sign_message(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>> {
        self.sign_digest(algorithm, &self.public_key().message_digest(algorithm, message)?)
    }

    fn refused(&self, algorithm: SignatureAlgorithm) -> Error {
        let name = self.public_key().name();
        Error::new(
            ErrorKind::Unsupported,
            text!(
                "a key of algorithm {name} does not sign with {algorithm} here",
                "算法为 {name} 的密钥在此不支持以 {algorithm} 签名"
            ),
        )
    }
}

impl From<SigningKey> for PrivateKey {
    fn from(key: SigningKey) -> Self {
        Self::Sm2(key)
    }
}

impl From<&SigningKey> for PrivateKey {
    fn from(key: &SigningKey) -> Self {
        Self::Sm2(key.clone())
    }
}

impl From<&PrivateKey> for PrivateKey {
    fn from(key: &PrivateKey) -> Self {
        key.clone()
    }
}

/// The public part.
impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("public", &self.public_key())
            .finish_non_exhaustive()
    }
}

/// An RSA private key.
#[derive(Clone)]
pub struct RsaPrivateKey {
    pair: Arc<RsaKeyPair>,
    public: RsaPublicKey,
}

impl RsaPrivateKey {
    fn generate(size: KeySize) -> Result<Self> {
        Self::of(RsaKeyPair::generate(size).map_err(|_| failed())?)
    }

    fn of(pair: RsaKeyPair) -> Result<Self> {
        let public = RsaPublicKey::from_der(pair.public_key().as_ref())?;
        Ok(Self {
            pair: Arc::new(pair),
            public,
        })
    }

    /// Reads an RSAPrivateKey, RFC 8017, A.1.2.
    pub(super) fn read(structure: &Tlv<'_>) -> Result<Self> {
        use crate::asn1::Tag;
        let mut members = structure.expect(Tag::SEQUENCE)?.children()?;
        members.read(Tag::INTEGER)?;
        let octets = members.read(Tag::INTEGER)?.integer()?;
        let significant = octets.iter().skip_while(|octet| **octet == 0).count();
        let (bits, least, most) = (significant * 8, RsaPublicKey::STRONG_BITS, RsaPublicKey::MAX_BITS);
        if !(least..=most).contains(&bits) {
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!(
                    "RSA keys of {bits} bits do not sign here; from {least} to {most} they do",
                    "不支持以 {bits} 位的 RSA 密钥签名；支持 {least} 至 {most} 位"
                ),
            ));
        }
        let pair = RsaKeyPair::from_der(structure.raw()).map_err(rejected)?;
        Self::of(pair)
    }

    pub(super) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| failed())?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }
}

/// A private key for ECDSA.
#[derive(Clone)]
pub struct EcPrivateKey {
    pair: Arc<EcdsaKeyPair>,
    public: EcPublicKey,
}

impl EcPrivateKey {
    fn generate(curve: Curve) -> Result<Self> {
        let (algorithm, _) = ec_signing(curve).ok_or_else(failed)?;
        Self::of(curve, EcdsaKeyPair::generate(algorithm).map_err(|_| failed())?)
    }

    fn of(curve: Curve, pair: EcdsaKeyPair) -> Result<Self> {
        let public = EcPublicKey::from_sec1(curve, pair.public_key().as_ref())?;
        Ok(Self {
            pair: Arc::new(pair),
            public,
        })
    }

    /// The key of a big-endian scalar whose leading zeros may be missing or too many.
    pub(super) fn from_scalar(curve: Curve, scalar: &[u8]) -> Result<Self> {
        let Some((algorithm, _)) = ec_signing(curve) else {
            let name = curve.name();
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!(
                    "keys of curve {name} do not sign here",
                    "不支持以曲线 {name} 的密钥签名"
                ),
            ));
        };
        let scalar = sec1::padded(scalar, curve.field_len())?;
        let oid = curve.oid();
        let octet = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
        // ECPrivateKey, RFC 5915, without the point, which AWS-LC works out. Every length here is below 128.
        let inner = 3 + 2 + scalar.len() + 4 + oid.content().len();
        let der = sec1::concat(&[
            &[0x30, octet(inner), 2, 1, 1, 4, octet(scalar.len())],
            &scalar,
            &[0xa0, octet(oid.content().len() + 2), 6, octet(oid.content().len())],
            oid.content(),
        ]);
        let pair = EcdsaKeyPair::from_private_key_der(algorithm, &der).map_err(rejected)?;
        // It writes the point of a key that came with one, and other readers want it.
        let point = pair.public_key().as_ref().to_vec();
        let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, &scalar, &point).map_err(rejected)?;
        Self::of(curve, pair)
    }

    /// The public key.
    pub(super) fn public(&self) -> &EcPublicKey {
        &self.public
    }

    pub(super) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>> {
        let document = self.pair.to_pkcs8v1().map_err(|_| failed())?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }
}

/// What AWS-LC signs with on a curve; the digest is but a length, see [`Curve::fitted`].
fn ec_signing(curve: Curve) -> Option<(&'static EcdsaSigningAlgorithm, &'static digest::Algorithm)> {
    match curve {
        Curve::P256 => Some((&signature::ECDSA_P256_SHA256_ASN1_SIGNING, &digest::SHA256)),
        Curve::P384 => Some((&signature::ECDSA_P384_SHA384_ASN1_SIGNING, &digest::SHA384)),
        Curve::P521 => Some((&signature::ECDSA_P521_SHA512_ASN1_SIGNING, &digest::SHA512)),
        Curve::BrainpoolP256r1 | Curve::BrainpoolP384r1 => None,
    }
}

fn rsa_encoding(algorithm: SignatureAlgorithm) -> Option<(&'static RsaSignatureEncoding, &'static digest::Algorithm)> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(Sha256) => Some((&signature::RSA_PKCS1_SHA256, &digest::SHA256)),
        SignatureAlgorithm::RsaPkcs1(Sha384) => Some((&signature::RSA_PKCS1_SHA384, &digest::SHA384)),
        SignatureAlgorithm::RsaPkcs1(Sha512) => Some((&signature::RSA_PKCS1_SHA512, &digest::SHA512)),
        SignatureAlgorithm::RsaPss(parameters) if parameters == PssParameters::new(parameters.digest) => {
            match parameters.digest {
                Sha256 => Some((&signature::RSA_PSS_SHA256, &digest::SHA256)),
                Sha384 => Some((&signature::RSA_PSS_SHA384, &digest::SHA384)),
                Sha512 => Some((&signature::RSA_PSS_SHA512, &digest::SHA512)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn failed() -> Error {
    Error::new(
        ErrorKind::Crypto,
        text!("the private key could not be used", "私钥运算失败"),
    )
}

fn rejected(error: aws_lc_rs::error::KeyRejected) -> Error {
    Error::new(
        ErrorKind::Key,
        text!("the numbers cannot be a private key's", "私钥参数不合理"),
    )
    .caused_by(error)
}
