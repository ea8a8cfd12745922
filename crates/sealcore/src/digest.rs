//! Digest algorithms by name and identifier.

use digest::Digest;
use md5::Md5;
use sealcore_gm::sm2::{DEFAULT_ID, VerifyingKey};
use sealcore_gm::sm3::Sm3;
use sha1::Sha1;
use sha2::Sha256;

use crate::asn1::Oid;
use crate::error::Result;
use crate::oids;

/// A digest algorithm that OFD references name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// SM3.
    Sm3,
    /// SM3 over Z of the signer and the data.
    Sm3Keyed,
    /// SHA-256.
    Sha256,
    /// SHA-1: collisions are known.
    Sha1,
    /// MD5: collisions are known.
    Md5,
}

impl DigestAlgorithm {
    /// The algorithm with this name or identifier, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        if let Some(oid) = Oid::parse(name) {
            return match oid {
                oids::SM3 | oids::SM3_UNKEYED => Some(Self::Sm3),
                oids::SM3_KEYED => Some(Self::Sm3Keyed),
                oids::SHA256 => Some(Self::Sha256),
                oids::SHA1 => Some(Self::Sha1),
                oids::MD5 => Some(Self::Md5),
                _ => None,
            };
        }
        match name.to_ascii_uppercase().replace('-', "").as_str() {
            "SM3" => Some(Self::Sm3),
            "SHA256" => Some(Self::Sha256),
            "SHA1" | "SHA" => Some(Self::Sha1),
            "MD5" => Some(Self::Md5),
            _ => None,
        }
    }

    /// Whether two different inputs with the same digest can be made.
    #[must_use]
    pub fn is_weak(self) -> bool {
        matches!(self, Self::Sha1 | Self::Md5)
    }

    /// The digest of `data`; `None` for a keyed algorithm.
    #[must_use]
    pub fn digest(self, data: &[u8]) -> Option<Vec<u8>> {
        let mut hasher = self.hasher(None).ok()?;
        hasher.update(data);
        Some(hasher.finish())
    }

    /// A running digest. The keyed form starts with Z of `key`; without a key it is the plain one.
    pub(crate) fn hasher(self, key: Option<&VerifyingKey>) -> Result<Hasher> {
        Ok(match self {
            Self::Sm3 => Hasher::Sm3(Sm3::new()),
            Self::Sm3Keyed => {
                let mut hasher = Sm3::new();
                if let Some(key) = key {
                    hasher.update(key.z(DEFAULT_ID)?);
                }
                Hasher::Sm3(hasher)
            }
            Self::Sha256 => Hasher::Sha256(Sha256::new()),
            Self::Sha1 => Hasher::Sha1(Sha1::new()),
            Self::Md5 => Hasher::Md5(Md5::new()),
        })
    }
}

/// A running digest of any algorithm.
#[derive(Clone)]
#[allow(clippy::large_enum_variant)] // short-lived, on the stack
pub(crate) enum Hasher {
    Sm3(Sm3),
    Sha256(Sha256),
    Sha1(Sha1),
    Md5(Md5),
}

impl Hasher {
    pub(crate) fn update(&mut self, data: &[u8]) {
        match self {
            Self::Sm3(hasher) => hasher.update(data),
            Self::Sha256(hasher) => hasher.update(data),
            Self::Sha1(hasher) => hasher.update(data),
            Self::Md5(hasher) => hasher.update(data),
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        match self {
            Self::Sm3(hasher) => hasher.finalize().to_vec(),
            Self::Sha256(hasher) => hasher.finalize().to_vec(),
            Self::Sha1(hasher) => hasher.finalize().to_vec(),
            Self::Md5(hasher) => hasher.finalize().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_field() {
        for name in ["SM3", "sm3", " 1.2.156.10197.1.401", "1.2.156.10197.1.401.1"] {
            assert_eq!(DigestAlgorithm::from_name(name), Some(DigestAlgorithm::Sm3), "{name}");
        }
        assert_eq!(
            DigestAlgorithm::from_name("1.2.156.10197.1.401.2"),
            Some(DigestAlgorithm::Sm3Keyed)
        );
        assert_eq!(DigestAlgorithm::from_name("SHA-256"), Some(DigestAlgorithm::Sha256));
        assert_eq!(DigestAlgorithm::from_name("CRC32"), None);
        assert_eq!(DigestAlgorithm::Md5.digest(b"").unwrap()[..2], [0xd4, 0x1d]);
    }
}
