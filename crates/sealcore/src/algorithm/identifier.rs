//! How a signature is formed, and the AlgorithmIdentifier that says so.

use std::fmt;

use super::PublicKey;
use crate::asn1::{Oid, Tag, Tlv, Writer};
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// How a signature is formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// SM2 over `e = SM3(Z || M)`, Z of the default identity.
    Sm2Sm3,
    /// RSASSA-PKCS1-v1_5, RFC 8017, 8.2.
    RsaPkcs1(DigestAlgorithm),
    /// RSASSA-PSS, RFC 8017, 8.1.
    RsaPss(PssParameters),
    /// ECDSA, its value `SEQUENCE { r INTEGER, s INTEGER }`.
    Ecdsa(DigestAlgorithm),
    /// ECDSA, its value `r || s` (BSI TR-03111).
    PlainEcdsa(DigestAlgorithm),
    /// Ed25519, RFC 8032. It signs messages, not digests.
    Ed25519,
}

/// The parameters of RSASSA-PSS, RFC 4055, 3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PssParameters {
    /// The digest of the message.
    pub digest: DigestAlgorithm,
    /// The digest of the mask generation function MGF1.
    pub mgf_digest: DigestAlgorithm,
    /// Length of the salt in bytes.
    pub salt_len: u16,
}

impl PssParameters {
    /// One digest for both, and a salt of its length.
    #[must_use]
    pub fn new(digest: DigestAlgorithm) -> Self {
        Self {
            digest,
            mgf_digest: digest,
            salt_len: u16::try_from(digest.output_len()).unwrap_or(u16::MAX),
        }
    }

    /// Reads RSASSA-PSS-params; what is left out has the defaults of RFC 4055: SHA-1, MGF1 with SHA-1, 20.
    pub(super) fn read(parameters: &Tlv<'_>) -> Result<Self> {
        let mut members = parameters.expect(Tag::SEQUENCE)?.children()?;
        let digest = match members.optional(Tag::context(0))? {
            Some(wrapper) => digest_of(&wrapper.only_child()?)?,
            None => DigestAlgorithm::Sha1,
        };
        let mgf_digest = match members.optional(Tag::context(1))? {
            Some(wrapper) => {
                let mut mgf = wrapper.only_child()?.expect(Tag::SEQUENCE)?.children()?;
                let function = mgf.read(Tag::OID)?.oid()?;
                if function != oids::MGF1 {
                    return Err(unknown(function));
                }
                digest_of(&mgf.any()?)?
            }
            None => DigestAlgorithm::Sha1,
        };
        let salt_len = match members.optional(Tag::context(2))? {
            Some(wrapper) => {
                let length = wrapper.only_child()?;
                u16::try_from(length.i64()?)
                    .map_err(|_| length.error(text!("a salt of this length cannot be", "盐值长度不合理")))?
            }
            None => 20,
        };
        if let Some(trailer) = members.optional(Tag::context(3))? {
            let field = trailer.only_child()?;
            if field.i64()? != 1 {
                return Err(field.error(text!("an unknown trailer field", "未知的 trailerField")));
            }
        }
        members.finish()?;
        Ok(Self {
            digest,
            mgf_digest,
            salt_len,
        })
    }

    fn write(self, writer: &mut Writer) {
        writer.sequence(|writer| {
            if self.digest != DigestAlgorithm::Sha1 {
                writer.constructed(Tag::context(0), |writer| write_digest(writer, self.digest));
            }
            if self.mgf_digest != DigestAlgorithm::Sha1 {
                writer.constructed(Tag::context(1), |writer| {
                    writer.sequence(|writer| {
                        writer.oid(oids::MGF1);
                        write_digest(writer, self.mgf_digest);
                    });
                });
            }
            if self.salt_len != 20 {
                writer.constructed(Tag::context(2), |writer| writer.integer(i64::from(self.salt_len)));
            }
        });
    }
}

impl SignatureAlgorithm {
    /// Reads an AlgorithmIdentifier. `digest` is the one that is stated elsewhere, as CMS does: it is used where the
    /// identifier names none, as rsaEncryption and id-ecPublicKey do, and only there.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for an algorithm that is not known, or names no digest where none is stated elsewhere;
    /// [`ErrorKind::Asn1`] when it cannot be read.
    pub fn from_identifier(identifier: &Tlv<'_>, digest: Option<DigestAlgorithm>) -> Result<Self> {
        let mut members = identifier.expect(Tag::SEQUENCE)?.children()?;
        let oid = members.read(Tag::OID)?.oid()?;
        if oid == oids::RSASSA_PSS {
            let parameters = match members.next()? {
                Some(parameters) if parameters.tag() == Tag::SEQUENCE => PssParameters::read(&parameters)?,
                _ => PssParameters::new(DigestAlgorithm::Sha1),
            };
            return Ok(Self::RsaPss(parameters));
        }
        Self::from_oid(oid, digest)
    }

    /// As [`Self::from_identifier`], for an identifier without parameters that matter; not for RSASSA-PSS.
    ///
    /// # Errors
    /// As [`Self::from_identifier`].
    pub fn from_oid(oid: Oid, digest: Option<DigestAlgorithm>) -> Result<Self> {
        use DigestAlgorithm::{Md5, Sha1, Sha3_256, Sha3_384, Sha3_512, Sha224, Sha256, Sha384, Sha512, Sm3};
        Ok(match oid {
            oids::SM2_WITH_SM3 | oids::SM2_SIGN | oids::SM2_CURVE => Self::Sm2Sm3,
            oids::RSA_ENCRYPTION => Self::RsaPkcs1(digest.ok_or_else(|| unknown(oid))?),
            oids::SM3_WITH_RSA => Self::RsaPkcs1(Sm3),
            oids::MD5_WITH_RSA => Self::RsaPkcs1(Md5),
            oids::SHA1_WITH_RSA | oids::SHA1_WITH_RSA_OIW => Self::RsaPkcs1(Sha1),
            oids::SHA224_WITH_RSA => Self::RsaPkcs1(Sha224),
            oids::SHA256_WITH_RSA => Self::RsaPkcs1(Sha256),
            oids::SHA384_WITH_RSA => Self::RsaPkcs1(Sha384),
            oids::SHA512_WITH_RSA => Self::RsaPkcs1(Sha512),
            oids::SHA3_256_WITH_RSA => Self::RsaPkcs1(Sha3_256),
            oids::SHA3_384_WITH_RSA => Self::RsaPkcs1(Sha3_384),
            oids::SHA3_512_WITH_RSA => Self::RsaPkcs1(Sha3_512),
            oids::EC_PUBLIC_KEY => match digest.ok_or_else(|| unknown(oid))? {
                Sm3 => Self::Sm2Sm3,
                other => Self::Ecdsa(other),
            },
            oids::ECDSA_WITH_SHA1 => Self::Ecdsa(Sha1),
            oids::ECDSA_WITH_SHA224 => Self::Ecdsa(Sha224),
            oids::ECDSA_WITH_SHA256 => Self::Ecdsa(Sha256),
            oids::ECDSA_WITH_SHA384 => Self::Ecdsa(Sha384),
            oids::ECDSA_WITH_SHA512 => Self::Ecdsa(Sha512),
            oids::ECDSA_WITH_SHA3_256 => Self::Ecdsa(Sha3_256),
            oids::ECDSA_WITH_SHA3_384 => Self::Ecdsa(Sha3_384),
            oids::ECDSA_WITH_SHA3_512 => Self::Ecdsa(Sha3_512),
            oids::PLAIN_ECDSA_SHA1 => Self::PlainEcdsa(Sha1),
            oids::PLAIN_ECDSA_SHA224 => Self::PlainEcdsa(Sha224),
            oids::PLAIN_ECDSA_SHA256 => Self::PlainEcdsa(Sha256),
            oids::PLAIN_ECDSA_SHA384 => Self::PlainEcdsa(Sha384),
            oids::PLAIN_ECDSA_SHA512 => Self::PlainEcdsa(Sha512),
            oids::ED25519 => Self::Ed25519,
            other => return Err(unknown(other)),
        })
    }

    /// How a key signs unless somebody asks for something else; `None` for a key that is not known.
    #[must_use]
    pub fn default_for(key: &PublicKey) -> Option<Self> {
        match key {
            PublicKey::Sm2(_) => Some(Self::Sm2Sm3),
            PublicKey::Rsa(key) => Some(match key.pss() {
                None if key.is_pss_only() => Self::RsaPss(PssParameters::new(DigestAlgorithm::Sha256)),
                None => Self::RsaPkcs1(DigestAlgorithm::Sha256),
                Some(parameters) => Self::RsaPss(parameters),
            }),
            PublicKey::Ec(key) => Some(Self::Ecdsa(key.curve().digest())),
            PublicKey::Ed25519(_) => Some(Self::Ed25519),
            PublicKey::Other { .. } => None,
        }
    }

    /// The algorithm with this name, in any case, as [`Display`](fmt::Display) writes it: `SM2-SM3`, `RSA-SHA-256`,
    /// `RSASSA-PSS-SHA-256` (one digest for all, and a salt of its length), `ECDSA-SHA-256`, `Ed25519`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_uppercase();
        match name.as_str() {
            "SM2-SM3" => return Some(Self::Sm2Sm3),
            "ED25519" => return Some(Self::Ed25519),
            _ => {}
        }
        let digest = |prefix: &str| {
            let digest = DigestAlgorithm::from_name(name.strip_prefix(prefix)?)?;
            (digest != DigestAlgorithm::Sm3Keyed).then_some(digest)
        };
        let pss = digest("RSASSA-PSS-").map(|digest| Self::RsaPss(PssParameters::new(digest)));
        let pkcs1 = || digest("RSA-").map(Self::RsaPkcs1);
        pss.or_else(pkcs1).or_else(|| digest("ECDSA-").map(Self::Ecdsa))
    }

    /// The digest of the message; `None` where the message itself is signed.
    #[must_use]
    pub fn digest(self) -> Option<DigestAlgorithm> {
        match self {
            Self::Sm2Sm3 => Some(DigestAlgorithm::Sm3),
            Self::RsaPkcs1(digest) | Self::Ecdsa(digest) | Self::PlainEcdsa(digest) => Some(digest),
            Self::RsaPss(parameters) => Some(parameters.digest),
            Self::Ed25519 => None,
        }
    }

    /// The identifier that is written into structures. A combination that nobody gave one has that of the key.
    #[must_use]
    pub fn oid(self) -> Oid {
        use DigestAlgorithm::{Md5, Sha1, Sha3_256, Sha3_384, Sha3_512, Sha224, Sha256, Sha384, Sha512, Sm3, Sm3Keyed};
        match self {
            Self::Sm2Sm3 => oids::SM2_WITH_SM3,
            Self::RsaPkcs1(digest) => match digest {
                Sm3 => oids::SM3_WITH_RSA,
                Md5 => oids::MD5_WITH_RSA,
                Sha1 => oids::SHA1_WITH_RSA,
                Sha224 => oids::SHA224_WITH_RSA,
                Sha256 => oids::SHA256_WITH_RSA,
                Sha384 => oids::SHA384_WITH_RSA,
                Sha512 => oids::SHA512_WITH_RSA,
                Sha3_256 => oids::SHA3_256_WITH_RSA,
                Sha3_384 => oids::SHA3_384_WITH_RSA,
                Sha3_512 => oids::SHA3_512_WITH_RSA,
                Sm3Keyed => oids::RSA_ENCRYPTION,
            },
            Self::RsaPss(_) => oids::RSASSA_PSS,
            Self::Ecdsa(digest) => match digest {
                Sha1 => oids::ECDSA_WITH_SHA1,
                Sha224 => oids::ECDSA_WITH_SHA224,
                Sha256 => oids::ECDSA_WITH_SHA256,
                Sha384 => oids::ECDSA_WITH_SHA384,
                Sha512 => oids::ECDSA_WITH_SHA512,
                Sha3_256 => oids::ECDSA_WITH_SHA3_256,
                Sha3_384 => oids::ECDSA_WITH_SHA3_384,
                Sha3_512 => oids::ECDSA_WITH_SHA3_512,
                Sm3 | Sm3Keyed | Md5 => oids::EC_PUBLIC_KEY,
            },
            Self::PlainEcdsa(digest) => match digest {
                Sha1 => oids::PLAIN_ECDSA_SHA1,
                Sha224 => oids::PLAIN_ECDSA_SHA224,
                Sha256 => oids::PLAIN_ECDSA_SHA256,
                Sha384 => oids::PLAIN_ECDSA_SHA384,
                Sha512 => oids::PLAIN_ECDSA_SHA512,
                Sha3_256 | Sha3_384 | Sha3_512 | Sm3 | Sm3Keyed | Md5 => oids::EC_PUBLIC_KEY,
            },
            Self::Ed25519 => oids::ED25519,
        }
    }

    /// Writes the AlgorithmIdentifier. Parameters are NULL for RSASSA-PKCS1-v1_5 (RFC 4055, 5), and absent for SM2,
    /// ECDSA (RFC 5758, 3.2) and Ed25519 (RFC 8410, 3).
    pub fn write(self, writer: &mut Writer) {
        writer.sequence(|writer| {
            writer.oid(self.oid());
            match self {
                Self::RsaPkcs1(_) => writer.null(),
                Self::RsaPss(parameters) => parameters.write(writer),
                Self::Sm2Sm3 | Self::Ecdsa(_) | Self::PlainEcdsa(_) | Self::Ed25519 => {}
            }
        });
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sm2Sm3 => f.write_str("SM2-SM3"),
            Self::RsaPkcs1(digest) => write!(f, "RSA-{}", digest.name()),
            Self::RsaPss(parameters) => write!(f, "RSASSA-PSS-{}", parameters.digest.name()),
            Self::Ecdsa(digest) | Self::PlainEcdsa(digest) => write!(f, "ECDSA-{}", digest.name()),
            Self::Ed25519 => f.write_str("Ed25519"),
        }
    }
}

fn digest_of(identifier: &Tlv<'_>) -> Result<DigestAlgorithm> {
    let oid = identifier.expect(Tag::SEQUENCE)?.children()?.read(Tag::OID)?.oid()?;
    DigestAlgorithm::from_oid(oid).ok_or_else(|| unknown(oid))
}

fn write_digest(writer: &mut Writer, digest: DigestAlgorithm) {
    writer.sequence(|writer| {
        writer.oid(digest.oid());
        writer.null();
    });
}

fn unknown(oid: Oid) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        text!("signature algorithm {oid} is not supported", "不支持签名算法 {oid}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(algorithm: SignatureAlgorithm) -> Vec<u8> {
        let mut writer = Writer::new();
        algorithm.write(&mut writer);
        writer.finish()
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        use DigestAlgorithm::*;
        for algorithm in [
            SignatureAlgorithm::Sm2Sm3,
            SignatureAlgorithm::RsaPkcs1(Sha256),
            SignatureAlgorithm::RsaPkcs1(Sm3),
            SignatureAlgorithm::RsaPss(PssParameters::new(Sha384)),
            SignatureAlgorithm::Ecdsa(Sha3_512),
            SignatureAlgorithm::Ed25519,
        ] {
            let name = algorithm.to_string();
            assert_eq!(SignatureAlgorithm::from_name(&name), Some(algorithm), "{name}");
            assert_eq!(
                SignatureAlgorithm::from_name(&name.to_lowercase()),
                Some(algorithm),
                "{name}"
            );
        }
        for name in ["", "SM2", "RSA-", "RSA-CRC32", "RSA-keyed SM3", "DSA-SHA-1"] {
            assert_eq!(SignatureAlgorithm::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        use DigestAlgorithm::*;
        let mut all = vec![SignatureAlgorithm::Sm2Sm3, SignatureAlgorithm::Ed25519];
        for digest in [Sha1, Sha224, Sha256, Sha384, Sha512] {
            all.push(SignatureAlgorithm::RsaPkcs1(digest));
            all.push(SignatureAlgorithm::RsaPss(PssParameters::new(digest)));
            all.push(SignatureAlgorithm::Ecdsa(digest));
            all.push(SignatureAlgorithm::PlainEcdsa(digest));
        }
        for digest in [Sha3_256, Sha3_384, Sha3_512] {
            all.push(SignatureAlgorithm::RsaPkcs1(digest));
            all.push(SignatureAlgorithm::Ecdsa(digest));
        }
        all.push(SignatureAlgorithm::RsaPkcs1(Sm3));
        all.push(SignatureAlgorithm::RsaPss(PssParameters {
            digest: Sha256,
            mgf_digest: Sha1,
            salt_len: 0,
        }));
        for algorithm in all {
            let der = written(algorithm);
            let read = SignatureAlgorithm::from_identifier(&Tlv::parse(&der).unwrap(), Some(Md5)).unwrap();
            assert_eq!(read, algorithm, "{der:02x?}");
        }
    }

    #[test]
    fn digests_stated_elsewhere() {
        let read = |oid, digest| SignatureAlgorithm::from_oid(oid, digest);
        let sha384 = Some(DigestAlgorithm::Sha384);
        assert_eq!(
            read(oids::RSA_ENCRYPTION, sha384).unwrap(),
            SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha384)
        );
        assert_eq!(
            read(oids::EC_PUBLIC_KEY, sha384).unwrap(),
            SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384)
        );
        assert_eq!(
            read(oids::ECDSA_WITH_SHA256, sha384).unwrap(),
            SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256),
            "what the identifier says counts"
        );
        for oid in [oids::RSA_ENCRYPTION, oids::EC_PUBLIC_KEY, oids::SM4] {
            assert_eq!(read(oid, None).unwrap_err().kind(), ErrorKind::Unsupported);
        }
    }

    #[test]
    fn pss_parameters_that_are_none() {
        // An unknown mask generation function, a negative salt, another trailer.
        for bad in [
            &[0x30, 7, 0xa1, 5, 0x30, 3, 6, 1, 0x2a][..],
            &[0x30, 5, 0xa2, 3, 2, 1, 0xff],
            &[0x30, 5, 0xa3, 3, 2, 1, 2],
            &[0x30, 2, 5, 0],
        ] {
            assert!(PssParameters::read(&Tlv::parse(bad).unwrap()).is_err(), "{bad:02x?}");
        }
    }
}
