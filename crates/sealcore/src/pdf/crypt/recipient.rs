//! The recipient's side of public-key encryption: unwraps content keys with a private key.

use std::fmt;

use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey,
};
use zeroize::Zeroizing;

use crate::asn1::{Tag, Tlv, Writer};
use crate::cert::pem;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// How a content key is wrapped for a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyWrapping {
    /// RSA with PKCS#1 v1.5 padding (RFC 8017, 7.2).
    RsaPkcs1,
    /// RSA-OAEP (RFC 8017, 7.1) with SHA-1 for both digest and MGF1, no label.
    RsaOaepSha1,
    /// RSA-OAEP with SHA-256 for both.
    RsaOaepSha256,
    /// RSA-OAEP with SHA-384 for both.
    RsaOaepSha384,
    /// RSA-OAEP with SHA-512 for both.
    RsaOaepSha512,
}

/// The private key of a recipient: in the process, a device or a service.
pub trait KeyTransport: Send + Sync {
    /// Unwraps a content key.
    ///
    /// # Errors
    /// [`ErrorKind::Crypto`] when `wrapped` is not for this key, [`ErrorKind::Unsupported`] for a wrapping that it cannot do.
    fn unwrap_key(&self, wrapping: KeyWrapping, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>>;
}

/// An RSA private key of 2048 to 8192 bits in memory.
pub struct RsaRecipientKey(PrivateDecryptingKey);

impl RsaRecipientKey {
    /// Reads PKCS#8 (RFC 5208) or PKCS#1 (RFC 8017, A.1.2), in DER or PEM, not encrypted.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] when it is neither, or the key has another size or is inconsistent.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if !pem::looks_like_pem(bytes) {
            return Self::from_der(bytes);
        }
        let block = pem::blocks(bytes)?
            .into_iter()
            .find(|block| matches!(block.label, "PRIVATE KEY" | "RSA PRIVATE KEY") && block.dek_info.is_none())
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Key,
                    text!("the file holds no unencrypted private key", "文件中没有未加密的私钥"),
                )
            })?;
        Self::from_der(&block.der)
    }

    fn from_der(der: &[u8]) -> Result<Self> {
        let rejected = || {
            Error::new(
                ErrorKind::Key,
                text!(
                    "not an RSA private key of 2048 to 8192 bits",
                    "不是 2048 至 8192 位的 RSA 私钥"
                ),
            )
        };
        let mut members = Tlv::parse(der)?.expect(Tag::SEQUENCE)?.children()?;
        members.read(Tag::INTEGER)?;
        // PKCS#8 goes on with the algorithm, PKCS#1 with the modulus.
        let wrapped = if members.peek() == Some(Tag::INTEGER) {
            let mut writer = Writer::new();
            writer.sequence(|writer| {
                writer.integer(0);
                writer.sequence(|writer| {
                    writer.oid(oids::RSA_ENCRYPTION);
                    writer.null();
                });
                writer.octets(der);
            });
            Some(Zeroizing::new(writer.finish()))
        } else {
            None
        };
        let pkcs8 = wrapped.as_ref().map_or(der, |wrapped| &wrapped[..]);
        PrivateDecryptingKey::from_pkcs8(pkcs8)
            .map(Self)
            .map_err(|_| rejected())
    }
}

/// Shows no key.
impl fmt::Debug for RsaRecipientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaRecipientKey({} bits)", self.0.key_size_bits())
    }
}

impl KeyTransport for RsaRecipientKey {
    fn unwrap_key(&self, wrapping: KeyWrapping, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let failed = |_| {
            Error::new(
                ErrorKind::Crypto,
                text!("the key does not unwrap the content key", "该私钥无法解开内容密钥"),
            )
        };
        let mut out = Zeroizing::new(vec![0; self.0.key_size_bytes()]);
        let algorithm = match wrapping {
            KeyWrapping::RsaPkcs1 => {
                let key = Pkcs1PrivateDecryptingKey::new(self.0.clone()).map_err(failed)?;
                let length = key.decrypt(wrapped, &mut out).map_err(failed)?.len();
                out.truncate(length);
                return Ok(out);
            }
            KeyWrapping::RsaOaepSha1 => &OAEP_SHA1_MGF1SHA1,
            KeyWrapping::RsaOaepSha256 => &OAEP_SHA256_MGF1SHA256,
            KeyWrapping::RsaOaepSha384 => &OAEP_SHA384_MGF1SHA384,
            KeyWrapping::RsaOaepSha512 => &OAEP_SHA512_MGF1SHA512,
        };
        let key = OaepPrivateDecryptingKey::new(self.0.clone()).map_err(failed)?;
        let length = key.decrypt(algorithm, wrapped, &mut out, None).map_err(failed)?.len();
        out.truncate(length);
        Ok(out)
    }
}
