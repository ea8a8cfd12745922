//! What SDF and SKF share about SM2 keys.

use sealcore::algorithm::{PublicKey, SignatureAlgorithm};
use sealcore::cert::{Certificate, Name};
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;
use sealcore_gm::sm2::VerifyingKey;

/// The digest as these interfaces take it: `e = SM3(Z || M)`.
pub(crate) fn digest_of(digest: &[u8]) -> Result<&[u8; 32]> {
    digest.try_into().map_err(|_| {
        let len = digest.len();
        Error::new(
            ErrorKind::Argument,
            text!(
                "SM2 signs a digest of 32 bytes, not {len}",
                "SM2 对 32 字节摘要签名，而非 {len} 字节"
            ),
        )
    })
}

/// The key that a device is to have: that of a certificate, else the one that it showed first.
pub(crate) struct Wanted {
    key: VerifyingKey,
    /// Whose certificate it is.
    subject: Option<Name>,
}

impl Wanted {
    /// The key of `certificate`. Refuses everything but SM2 with SM3.
    pub(crate) fn of(certificate: &Certificate, algorithm: Option<SignatureAlgorithm>) -> Result<Self> {
        let key = certificate.public_key().sm2()?.clone();
        match algorithm {
            None | Some(SignatureAlgorithm::Sm2Sm3) => Ok(Self {
                key,
                subject: Some(certificate.subject()),
            }),
            Some(_) => Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "keys of SDF and SKF devices sign by SM2 with SM3",
                    "SDF、SKF 设备的密钥仅以 SM2、SM3 签名"
                ),
            )),
        }
    }

    /// What a device shows, where nothing else is known of its key.
    pub(crate) fn shown(key: VerifyingKey) -> Self {
        Self { key, subject: None }
    }

    /// Compares it with the key that the device gave.
    pub(crate) fn check(&self, key: &VerifyingKey) -> Result<()> {
        if self.key == *key {
            return Ok(());
        }
        let message = match &self.subject {
            Some(subject) => text!(
                "the certificate of {subject} does not belong to this key in the device",
                "{subject} 的证书与设备中的密钥不匹配"
            ),
            None => text!(
                "the device has another key now than when it was opened",
                "设备中的密钥与打开时的密钥不同"
            ),
        };
        Err(Error::new(ErrorKind::Key, message))
    }

    pub(crate) fn public_key(&self) -> PublicKey {
        self.key.clone().into()
    }
}
