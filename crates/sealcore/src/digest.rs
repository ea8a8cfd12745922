//! Digest algorithms by name and identifier.

use digest::Digest;
use md5::Md5;
use sealcore_gm::sm2::{DEFAULT_ID, VerifyingKey};
use sealcore_gm::sm3::Sm3;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use sha3::{Sha3_256, Sha3_384, Sha3_512};

use crate::asn1::Oid;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// A digest algorithm of references and signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// SM3.
    Sm3,
    /// SM3 over Z of the signer and the data.
    Sm3Keyed,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA3-256.
    Sha3_256,
    /// SHA3-384.
    Sha3_384,
    /// SHA3-512.
    Sha3_512,
    /// SHA-1: collisions are known.
    Sha1,
    /// MD5: collisions are known.
    Md5,
}

impl DigestAlgorithm {
    /// Those that new signatures and time stamps are made with.
    pub const SOUND: [Self; 8] = [
        Self::Sm3,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha3_256,
        Self::Sha3_384,
        Self::Sha3_512,
    ];

    /// The algorithm with this name or identifier, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        if let Some(oid) = Oid::parse(name) {
            return Self::from_oid(oid);
        }
        match name.to_ascii_uppercase().replace('-', "").as_str() {
            "SM3" => Some(Self::Sm3),
            "SHA224" => Some(Self::Sha224),
            "SHA256" => Some(Self::Sha256),
            "SHA384" => Some(Self::Sha384),
            "SHA512" => Some(Self::Sha512),
            "SHA3256" => Some(Self::Sha3_256),
            "SHA3384" => Some(Self::Sha3_384),
            "SHA3512" => Some(Self::Sha3_512),
            "SHA1" | "SHA" => Some(Self::Sha1),
            "MD5" => Some(Self::Md5),
            _ => None,
        }
    }

    /// The algorithm with this identifier.
    #[must_use]
    pub fn from_oid(oid: Oid) -> Option<Self> {
        match oid {
            oids::SM3 | oids::SM3_UNKEYED => Some(Self::Sm3),
            oids::SM3_KEYED => Some(Self::Sm3Keyed),
            oids::SHA224 => Some(Self::Sha224),
            oids::SHA256 => Some(Self::Sha256),
            oids::SHA384 => Some(Self::Sha384),
            oids::SHA512 => Some(Self::Sha512),
            oids::SHA3_256 => Some(Self::Sha3_256),
            oids::SHA3_384 => Some(Self::Sha3_384),
            oids::SHA3_512 => Some(Self::Sha3_512),
            oids::SHA1 => Some(Self::Sha1),
            oids::MD5 => Some(Self::Md5),
            _ => None,
        }
    }

    /// The identifier that is written into structures.
    #[must_use]
    pub fn oid(self) -> Oid {
        match self {
            Self::Sm3 => oids::SM3,
            Self::Sm3Keyed => oids::SM3_KEYED,
            Self::Sha224 => oids::SHA224,
            Self::Sha256 => oids::SHA256,
            Self::Sha384 => oids::SHA384,
            Self::Sha512 => oids::SHA512,
            Self::Sha3_256 => oids::SHA3_256,
            Self::Sha3_384 => oids::SHA3_384,
            Self::Sha3_512 => oids::SHA3_512,
            Self::Sha1 => oids::SHA1,
            Self::Md5 => oids::MD5,
        }
    }

    /// The name in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sm3 => "SM3",
            Self::Sm3Keyed => "keyed SM3",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha3_256 => "SHA3-256",
            Self::Sha3_384 => "SHA3-384",
            Self::Sha3_512 => "SHA3-512",
            Self::Sha1 => "SHA-1",
            Self::Md5 => "MD5",
        }
    }

    /// Length of the digest in bytes.
    #[must_use]
    pub fn output_len(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sm3 | Self::Sm3Keyed | Self::Sha256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
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

    /// The digest of everything that `reader` gives.
    ///
    /// # Errors
    /// [`ErrorKind::Io`], and [`ErrorKind::Argument`] for a
    /// keyed algorithm.
    pub fn digest_reader(self, mut reader: impl std::io::Read) -> Result<Vec<u8>> {
        if self == Self::Sm3Keyed {
            return Err(Error::new(
                ErrorKind::Argument,
                text!("a keyed digest needs its key", "带密钥的摘要算法需要密钥"),
            ));
        }
        let mut hasher = self.hasher(None)?;
        let mut buffer = vec![0; 256 << 10];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(hasher.finish()),
                Ok(count) => hasher.update(buffer.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
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
            Self::Sha224 => Hasher::Sha224(Sha224::new()),
            Self::Sha256 => Hasher::Sha256(Sha256::new()),
            Self::Sha384 => Hasher::Sha384(Sha384::new()),
            Self::Sha512 => Hasher::Sha512(Sha512::new()),
            Self::Sha3_256 => Hasher::Sha3_256(Sha3_256::new()),
            Self::Sha3_384 => Hasher::Sha3_384(Sha3_384::new()),
            Self::Sha3_512 => Hasher::Sha3_512(Sha3_512::new()),
            Self::Sha1 => Hasher::Sha1(Sha1::new()),
            Self::Md5 => Hasher::Md5(Md5::new()),
        })
    }
}

macro_rules! hashers {
    ($($name:ident)*) => {
        /// A running digest of any algorithm.
        #[derive(Clone)]
        #[allow(clippy::large_enum_variant)] // short-lived, on the stack
        pub(crate) enum Hasher {
            $($name($name),)*
        }

        impl Hasher {
            pub(crate) fn update(&mut self, data: &[u8]) {
                match self { $(Self::$name(hasher) => hasher.update(data),)* }
            }

            pub(crate) fn finish(self) -> Vec<u8> {
                match self { $(Self::$name(hasher) => hasher.finalize().to_vec(),)* }
            }
        }
    };
}

hashers! { Sm3 Sha224 Sha256 Sha384 Sha512 Sha3_256 Sha3_384 Sha3_512 Sha1 Md5 }

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

    #[test]
    fn each_algorithm_is_itself() {
        use DigestAlgorithm::*;
        for algorithm in [
            Sm3, Sha224, Sha256, Sha384, Sha512, Sha3_256, Sha3_384, Sha3_512, Sha1, Md5,
        ] {
            assert_eq!(DigestAlgorithm::from_oid(algorithm.oid()), Some(algorithm));
            assert_eq!(DigestAlgorithm::from_name(algorithm.name()), Some(algorithm));
            assert_eq!(algorithm.digest(b"abc").unwrap().len(), algorithm.output_len());
        }
        // FIPS 180-4 and FIPS 202, "abc".
        for (algorithm, start) in [
            (Sha224, [0x23, 0x09, 0x7d, 0x22]),
            (Sha256, [0xba, 0x78, 0x16, 0xbf]),
            (Sha384, [0xcb, 0x00, 0x75, 0x3f]),
            (Sha512, [0xdd, 0xaf, 0x35, 0xa1]),
            (Sha3_256, [0x3a, 0x98, 0x5d, 0xa7]),
            (Sha3_384, [0xec, 0x01, 0x49, 0x82]),
            (Sha3_512, [0xb7, 0x51, 0x85, 0x0b]),
        ] {
            assert_eq!(algorithm.digest(b"abc").unwrap()[..4], start, "{algorithm:?}");
        }
    }
}
