//! ECDSA keys: verification on the curves of NIST and of RFC 5639. Public data only.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, ParsedPublicKey};
use bp256::BrainpoolP256r1;
use bp384::BrainpoolP384r1;
use ecdsa::signature::hazmat::PrehashVerifier as _;

use super::read_pair;
use crate::asn1::Oid;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::report::Code;
use crate::text;

/// A curve of ECDSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Curve {
    /// P-256.
    P256,
    /// P-384.
    P384,
    /// P-521.
    P521,
    /// brainpoolP256r1. Verifies only.
    BrainpoolP256r1,
    /// brainpoolP384r1. Verifies only.
    BrainpoolP384r1,
}

impl Curve {
    /// The curve with this identifier.
    #[must_use]
    pub fn from_oid(oid: Oid) -> Option<Self> {
        match oid {
            oids::P256 => Some(Self::P256),
            oids::P384 => Some(Self::P384),
            oids::P521 => Some(Self::P521),
            oids::BRAINPOOL_P256R1 => Some(Self::BrainpoolP256r1),
            oids::BRAINPOOL_P384R1 => Some(Self::BrainpoolP384r1),
            _ => None,
        }
    }

    /// The identifier.
    #[must_use]
    pub fn oid(self) -> Oid {
        match self {
            Self::P256 => oids::P256,
            Self::P384 => oids::P384,
            Self::P521 => oids::P521,
            Self::BrainpoolP256r1 => oids::BRAINPOOL_P256R1,
            Self::BrainpoolP384r1 => oids::BRAINPOOL_P384R1,
        }
    }

    /// The name in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::BrainpoolP256r1 => "brainpoolP256r1",
            Self::BrainpoolP384r1 => "brainpoolP384r1",
        }
    }

    /// Length of a coordinate, and of r and s, in bytes.
    #[must_use]
    pub fn field_len(self) -> usize {
        match self {
            Self::P256 | Self::BrainpoolP256r1 => 32,
            Self::P384 | Self::BrainpoolP384r1 => 48,
            Self::P521 => 66,
        }
    }

    /// The digest that fits the curve's strength.
    #[must_use]
    pub fn digest(self) -> DigestAlgorithm {
        match self {
            Self::P256 | Self::BrainpoolP256r1 => DigestAlgorithm::Sha256,
            Self::P384 | Self::BrainpoolP384r1 => DigestAlgorithm::Sha384,
            Self::P521 => DigestAlgorithm::Sha512,
        }
    }

    /// The longest DER encoding of a signature value in bytes.
    #[must_use]
    pub fn max_value_len(self) -> usize {
        match self {
            Self::P256 | Self::BrainpoolP256r1 => 72,
            Self::P384 | Self::BrainpoolP384r1 => 104,
            Self::P521 => 139,
        }
    }

    /// The digest as ECDSA uses it, in the length that AWS-LC and `ecdsa` take for this curve: its leftmost bits, or
    /// the same number with zeros in front (FIPS 186-5, 6.4). So any digest works on any curve.
    pub(crate) fn fitted(self, digest: &[u8]) -> Vec<u8> {
        let length = self.digest().output_len();
        let mut fitted = vec![0; length.saturating_sub(digest.len())];
        fitted.extend(digest.iter().take(length));
        fitted
    }
}

/// An ECDSA public key: a point of its curve. Equal to the same point in the other form.
#[derive(Clone, Debug, Eq)]
pub struct EcPublicKey {
    curve: Curve,
    point: Vec<u8>,
}

impl EcPublicKey {
    /// Reads a point as SEC 1 has it: `04 || x || y`, or compressed.
    ///
    /// # Errors
    /// [`ErrorKind::Crypto`] unless it is a point of the curve other than infinity.
    pub fn from_sec1(curve: Curve, point: &[u8]) -> Result<Self> {
        let valid = match (curve, Nist::of(curve)) {
            (_, Some(nist)) => ParsedPublicKey::new(nist.algorithm, point).is_ok(),
            (Curve::BrainpoolP384r1, _) => ecdsa::VerifyingKey::<BrainpoolP384r1>::from_sec1_bytes(point).is_ok(),
            _ => ecdsa::VerifyingKey::<BrainpoolP256r1>::from_sec1_bytes(point).is_ok(),
        };
        if !valid {
            let name = curve.name();
            return Err(Error::new(
                ErrorKind::Crypto,
                text!("the key is not a point of {name}", "公钥不是曲线 {name} 上的点"),
            ));
        }
        Ok(Self {
            curve,
            point: point.to_vec(),
        })
    }

    /// The curve.
    #[must_use]
    pub fn curve(&self) -> Curve {
        self.curve
    }

    /// The point, as it was read.
    #[must_use]
    pub fn to_sec1(&self) -> &[u8] {
        &self.point
    }

    /// Whether y is odd, and x.
    fn compressed(&self) -> Option<(bool, &[u8])> {
        let x = self.point.get(1..=self.curve.field_len())?;
        let parity = match self.point.first()? {
            4 => self.point.last()?,
            form => form,
        };
        Some((parity & 1 == 1, x))
    }

    /// Verifies `value` over `digest`; `plain` where it has to be `r || s`.
    pub(super) fn verify(&self, digest: &[u8], value: &[u8], plain: bool) -> Result<Vec<Code>> {
        let size = self.curve.field_len();
        let (pair, quirks) = if plain && value.len() == size * 2 {
            (value.to_vec(), Vec::new())
        } else if plain {
            return Err(Error::new(
                ErrorKind::Asn1,
                text!(
                    "the value does not have the length of r and s",
                    "签名值长度与 r、s 不符"
                ),
            ));
        } else {
            let pair = read_pair(value, size)?;
            (pair.bytes, pair.quirks)
        };
        let digest = self.curve.fitted(digest);
        let holds = match (self.curve, Nist::of(self.curve)) {
            (_, Some(nist)) => nist.holds(&self.point, &digest, &pair),
            (Curve::BrainpoolP384r1, _) => brainpool_384(&self.point, &digest, &pair).is_some(),
            _ => brainpool_256(&self.point, &digest, &pair).is_some(),
        };
        if holds {
            Ok(quirks)
        } else {
            Err(super::public_key::does_not_hold())
        }
    }
}

impl PartialEq for EcPublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.curve == other.curve && self.compressed() == other.compressed()
    }
}

/// What AWS-LC verifies with. The digest of its algorithm is but a length: see [`Curve::fitted`].
struct Nist {
    algorithm: &'static EcdsaVerificationAlgorithm,
    digest: &'static digest::Algorithm,
}

impl Nist {
    fn of(curve: Curve) -> Option<Self> {
        let (algorithm, digest) = match curve {
            Curve::P256 => (&signature::ECDSA_P256_SHA256_FIXED, &digest::SHA256),
            Curve::P384 => (&signature::ECDSA_P384_SHA384_FIXED, &digest::SHA384),
            Curve::P521 => (&signature::ECDSA_P521_SHA512_FIXED, &digest::SHA512),
            Curve::BrainpoolP256r1 | Curve::BrainpoolP384r1 => return None,
        };
        Some(Self { algorithm, digest })
    }

    fn holds(&self, point: &[u8], digest: &[u8], pair: &[u8]) -> bool {
        Digest::import_less_safe(digest, self.digest).is_ok_and(|digest| {
            signature::UnparsedPublicKey::new(self.algorithm, point)
                .verify_digest(&digest, pair)
                .is_ok()
        })
    }
}

fn brainpool_256(point: &[u8], digest: &[u8], pair: &[u8]) -> Option<()> {
    let key = ecdsa::VerifyingKey::<BrainpoolP256r1>::from_sec1_bytes(point).ok()?;
    let value = ecdsa::Signature::from_slice(pair).ok()?;
    key.verify_prehash(digest, &value).ok()
}

fn brainpool_384(point: &[u8], digest: &[u8], pair: &[u8]) -> Option<()> {
    let key = ecdsa::VerifyingKey::<BrainpoolP384r1>::from_sec1_bytes(point).ok()?;
    let value = ecdsa::Signature::from_slice(pair).ok()?;
    key.verify_prehash(digest, &value).ok()
}
