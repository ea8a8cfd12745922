//! The keys of certificates, and the one door through which every signature is verified.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use sealcore_gm::sm2::{DEFAULT_ID, Signature, VerifyingKey};

use super::{Curve, EcPublicKey, PssParameters, RsaPublicKey, SM2_VALUE_MAX, SignatureAlgorithm, Sm2Value};
use crate::asn1::{BitString, Oid, Tag, Tlv, Writer};
use crate::digest::{DigestAlgorithm, Hasher};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::oids;
use crate::report::Code;
use crate::text;

/// The public key of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKey {
    /// A point of the SM2 curve.
    Sm2(VerifyingKey),
    /// An RSA key.
    Rsa(RsaPublicKey),
    /// A point of another curve, for ECDSA.
    Ec(EcPublicKey),
    /// An Ed25519 key, RFC 8032.
    Ed25519([u8; 32]),
    /// A key that this version does not judge.
    Other {
        /// The key's algorithm, or its curve where the algorithm is known.
        algorithm: Oid,
    },
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7; RFC 3279, 2.3; RFC 5480; RFC 8410).
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when it is none, [`ErrorKind::Crypto`] for a point that is not on its curve.
    pub fn from_spki(spki: &Tlv<'_>) -> Result<Self> {
        let mut members = spki.expect(Tag::SEQUENCE)?.children()?;
        let mut identifier = members.read(Tag::SEQUENCE)?.children()?;
        let algorithm = identifier.read(Tag::OID)?.oid()?;
        let parameters = identifier.next()?;
        let key = members.read(Tag::BIT_STRING)?.bit_string()?;
        let curve = match parameters {
            Some(parameters) if parameters.tag() == Tag::OID => Some(parameters.oid()?),
            _ => None,
        };
        match (algorithm, curve) {
            // Some issuers put the curve's identifier where the algorithm belongs.
            (oids::EC_PUBLIC_KEY, Some(oids::SM2_CURVE)) | (oids::SM2_CURVE | oids::SM2_SIGN, _) => {
                Ok(Self::Sm2(VerifyingKey::from_sec1(key.bytes)?))
            }
            (oids::EC_PUBLIC_KEY, Some(named)) => match Curve::from_oid(named) {
                Some(curve) => Ok(Self::Ec(EcPublicKey::from_sec1(curve, key.bytes)?)),
                None => Ok(Self::Other { algorithm: named }),
            },
            (oids::RSA_ENCRYPTION, _) => Ok(Self::Rsa(RsaPublicKey::from_der(key.bytes)?)),
            (oids::RSASSA_PSS, _) => {
                let parameters = parameters
                    .filter(|parameters| parameters.tag() == Tag::SEQUENCE)
                    .map(|parameters| PssParameters::read(&parameters))
                    .transpose()?;
                Ok(Self::Rsa(RsaPublicKey::from_der(key.bytes)?.for_pss(parameters)))
            }
            (oids::ED25519, _) => key
                .bytes
                .try_into()
                .map(Self::Ed25519)
                .map_err(|_| spki.error(text!("an Ed25519 key has 32 octets", "Ed25519 公钥应为 32 字节"))),
            _ => Ok(Self::Other { algorithm }),
        }
    }

    /// Writes the key as SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for a key of an algorithm that is not known.
    pub fn write(&self, writer: &mut Writer) -> Result<()> {
        let ec = |writer: &mut Writer, curve: Oid, point: &[u8]| {
            writer.sequence(|writer| {
                writer.sequence(|writer| {
                    writer.oid(oids::EC_PUBLIC_KEY);
                    writer.oid(curve);
                });
                writer.bits(point);
            });
        };
        match self {
            Self::Sm2(key) => ec(writer, oids::SM2_CURVE, &key.to_sec1()),
            Self::Ec(key) => ec(writer, key.curve().oid(), key.to_sec1()),
            Self::Rsa(key) => writer.sequence(|writer| {
                match key.pss() {
                    Some(parameters) => SignatureAlgorithm::RsaPss(parameters).write(writer),
                    None => writer.sequence(|writer| {
                        if key.is_pss_only() {
                            writer.oid(oids::RSASSA_PSS);
                        } else {
                            writer.oid(oids::RSA_ENCRYPTION);
                            writer.null();
                        }
                    }),
                }
                writer.bits(&key.to_der());
            }),
            Self::Ed25519(key) => writer.sequence(|writer| {
                writer.sequence(|writer| writer.oid(oids::ED25519));
                writer.bits(key);
            }),
            Self::Other { algorithm } => return Err(unknown_key(*algorithm)),
        }
        Ok(())
    }

    /// The content of the key's BIT STRING in a SubjectPublicKeyInfo; nothing for a key that is not known.
    #[must_use]
    pub fn to_bits(&self) -> Vec<u8> {
        match self {
            Self::Sm2(key) => key.to_sec1().to_vec(),
            Self::Rsa(key) => key.to_der(),
            Self::Ec(key) => key.to_sec1().to_vec(),
            Self::Ed25519(key) => key.to_vec(),
            Self::Other { .. } => Vec::new(),
        }
    }

    /// The name in messages, as `SM2`, `RSA 2048`, `P-256`, or the identifier of an algorithm that is not known.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Sm2(_) => "SM2".to_owned(),
            Self::Rsa(key) => format!("RSA {}", key.bits()),
            Self::Ec(key) => key.curve().name().to_owned(),
            Self::Ed25519(_) => "Ed25519".to_owned(),
            Self::Other { algorithm } => algorithm.to_string(),
        }
    }

    /// The SM2 key, for what is defined with SM2 only: seals, and signatures on OFD documents.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for a key of another algorithm.
    pub fn sm2(&self) -> Result<&VerifyingKey> {
        match self {
            Self::Sm2(key) => Ok(key),
            other => {
                let name = other.name();
                Err(Error::new(
                    ErrorKind::Unsupported,
                    text!(
                        "seals and signatures on OFD documents need an SM2 key; this one is of algorithm {name}",
                        "电子印章与 OFD 文档签名须使用 SM2 密钥，该密钥的算法为 {name}"
                    ),
                ))
            }
        }
    }

    /// Whether it is the same key, whatever use it is stated to be for.
    #[must_use]
    pub fn is_same_key(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Rsa(one), Self::Rsa(two)) => (one.modulus(), one.exponent()) == (two.modulus(), two.exponent()),
            (Self::Other { .. }, _) => false,
            _ => self == other,
        }
    }

    /// The longest signature value of the key, in bytes; 0 for a key that is not known.
    #[must_use]
    pub fn max_signature_len(&self) -> usize {
        match self {
            Self::Sm2(_) => SM2_VALUE_MAX,
            Self::Rsa(key) => key.modulus().len(),
            Self::Ec(key) => key.curve().max_value_len(),
            Self::Ed25519(_) => 64,
            Self::Other { .. } => 0,
        }
    }

    /// Verifies a signature value over `message`, and says how the value's encoding departs from what it should be.
    ///
    /// # Errors
    /// [`ErrorKind::Crypto`] when it does not hold, or `algorithm` is not one of this key; [`ErrorKind::Asn1`] when the
    /// value cannot be read; [`ErrorKind::Unsupported`] when key or parameters are not known, so that nothing can be said.
    pub fn verify(&self, algorithm: SignatureAlgorithm, message: &[u8], value: &[u8]) -> Result<Vec<Code>> {
        if let (Self::Ed25519(key), SignatureAlgorithm::Ed25519) = (self, algorithm) {
            return match UnparsedPublicKey::new(&ED25519, key).verify(message, value) {
                Ok(()) => Ok(Vec::new()),
                Err(_) => Err(does_not_hold()),
            };
        }
        self.verify_digest(algorithm, &self.message_digest(algorithm, message)?, value)
    }

    /// As [`Self::verify`], for a value from a BIT STRING whose trailing zeros may have been cut.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn verify_bits(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        value: &BitString<'_>,
    ) -> Result<Vec<Code>> {
        let mut quirks = self.verify(algorithm, message, value.bytes)?;
        if value.unused != 0 && !quirks.contains(&Code::QuirkBitString) {
            quirks.insert(0, Code::QuirkBitString);
        }
        Ok(quirks)
    }

    /// As [`Self::verify`], over the digest of the message as [`Self::message_digest`] forms it.
    ///
    /// # Errors
    /// As [`Self::verify`]; [`ErrorKind::Unsupported`] for Ed25519, which signs no digests, and [`ErrorKind::Argument`]
    /// for a digest of another length than the algorithm's.
    pub fn verify_digest(&self, algorithm: SignatureAlgorithm, digest: &[u8], value: &[u8]) -> Result<Vec<Code>> {
        self.check_fits(algorithm)?;
        check_length(algorithm, digest)?;
        match (self, algorithm) {
            (Self::Sm2(key), SignatureAlgorithm::Sm2Sm3) => {
                let value = Sm2Value::from_bytes(value)?;
                let digest: &[u8; 32] = digest.try_into().map_err(|_| does_not_hold())?;
                key.verify_digest(digest, &value.signature)?;
                Ok(value.quirks)
            }
            (Self::Rsa(key), SignatureAlgorithm::RsaPkcs1(kind)) => {
                key.verify_pkcs1(kind, value, digest).map(|()| Vec::new())
            }
            (Self::Rsa(key), SignatureAlgorithm::RsaPss(parameters)) => {
                key.verify_pss(parameters, value, digest).map(|()| Vec::new())
            }
            (Self::Ec(key), SignatureAlgorithm::Ecdsa(_)) => key.verify(digest, value, false),
            (Self::Ec(key), SignatureAlgorithm::PlainEcdsa(_)) => key.verify(digest, value, true),
            _ => Err(signs_messages()),
        }
    }

    /// The digest that is signed for `message`: `e = SM3(Z || M)` for SM2, else the plain digest.
    ///
    /// # Errors
    /// [`ErrorKind::Crypto`] when `algorithm` is not one of this key; [`ErrorKind::Unsupported`] for Ed25519 and for a
    /// key that is not known.
    pub fn message_digest(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>> {
        let mut hasher = self.message_hasher(algorithm)?;
        hasher.update(message);
        Ok(hasher.finish())
    }

    /// As [`Self::message_digest`], for a message that comes in pieces.
    pub(crate) fn message_hasher(&self, algorithm: SignatureAlgorithm) -> Result<Hasher> {
        self.check_fits(algorithm)?;
        match (self, algorithm.digest()) {
            (Self::Sm2(key), _) => DigestAlgorithm::Sm3Keyed.hasher(Some(key)),
            (_, Some(digest)) => digest.hasher(None),
            (_, None) => Err(signs_messages()),
        }
    }

    /// Why a signature that holds proves little, in words for a finding with [`Code::AlgorithmWeak`]: a digest with
    /// known collisions, or an RSA key below 2048 bits.
    #[must_use]
    pub fn weaknesses(&self, algorithm: SignatureAlgorithm) -> Vec<Text> {
        let mut weaknesses = Vec::new();
        if let Some(digest) = algorithm.digest().filter(|digest| digest.is_weak()) {
            let name = digest.name();
            weaknesses.push(text!(
                "{name} no longer resists collisions",
                "{name} 已不能抵抗碰撞攻击"
            ));
        }
        if let Self::Rsa(key) = self
            && key.bits() < RsaPublicKey::STRONG_BITS
        {
            let bits = key.bits();
            weaknesses.push(text!(
                "an RSA key of {bits} bits can be broken",
                "{bits} 位的 RSA 密钥可被破解"
            ));
        }
        weaknesses
    }

    /// Whether the key can form signatures of this algorithm.
    fn check_fits(&self, algorithm: SignatureAlgorithm) -> Result<()> {
        let fits = match (self, algorithm) {
            (Self::Other { algorithm }, _) => return Err(unknown_key(*algorithm)),
            (Self::Rsa(key), SignatureAlgorithm::RsaPkcs1(_)) => !key.is_pss_only(),
            // RFC 4055, 3.3: the same digests, and at least that much salt.
            (Self::Rsa(key), SignatureAlgorithm::RsaPss(used)) => key.pss().is_none_or(|stated| {
                (stated.digest, stated.mgf_digest) == (used.digest, used.mgf_digest) && used.salt_len >= stated.salt_len
            }),
            (Self::Sm2(_), SignatureAlgorithm::Sm2Sm3)
            | (Self::Ec(_), SignatureAlgorithm::Ecdsa(_) | SignatureAlgorithm::PlainEcdsa(_))
            | (Self::Ed25519(_), SignatureAlgorithm::Ed25519) => true,
            _ => false,
        };
        if fits {
            return Ok(());
        }
        let name = self.name();
        Err(Error::new(
            ErrorKind::Crypto,
            text!(
                "a key of algorithm {name} forms no signatures of {algorithm}",
                "算法为 {name} 的密钥不能产生 {algorithm} 签名"
            ),
        ))
    }
}

impl From<VerifyingKey> for PublicKey {
    fn from(key: VerifyingKey) -> Self {
        Self::Sm2(key)
    }
}

/// Verifies an SM2 signature of `message` under the default identity.
///
/// # Errors
/// [`ErrorKind::Crypto`] when it does not hold.
pub fn verify_sm2(key: &VerifyingKey, message: &[u8], signature: &Signature) -> Result<()> {
    Ok(key.verify_message(DEFAULT_ID, message, signature)?)
}

/// A digest of another length than its algorithm's was made by mistake.
pub(crate) fn check_length(algorithm: SignatureAlgorithm, digest: &[u8]) -> Result<()> {
    match algorithm.digest() {
        Some(kind) if kind.output_len() == digest.len() => Ok(()),
        Some(kind) => {
            let (name, expected, found) = (kind.name(), kind.output_len(), digest.len());
            Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "a digest of {name} has {expected} bytes, this one {found}",
                    "{name} 摘要应为 {expected} 字节，实为 {found} 字节"
                ),
            ))
        }
        None => Err(signs_messages()),
    }
}

pub(super) fn does_not_hold() -> Error {
    Error::new(
        ErrorKind::Crypto,
        text!("the signature does not hold", "签名验证不通过"),
    )
}

fn signs_messages() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        text!("Ed25519 signs messages, not digests", "Ed25519 只签消息，不签摘要"),
    )
}

fn unknown_key(algorithm: Oid) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        text!(
            "keys of algorithm {algorithm} are not supported",
            "不支持算法 {algorithm} 的密钥"
        ),
    )
}
