//! What SDF and SKF share about SM2 keys.

use sealcore::algorithm::SignatureAlgorithm;
use sealcore::cert::Certificate;
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

/// Refuses everything but SM2 with SM3.
pub(crate) fn check_algorithm(certificate: &Certificate, algorithm: Option<SignatureAlgorithm>) -> Result<()> {
    certificate.public_key().sm2()?;
    match algorithm {
        None | Some(SignatureAlgorithm::Sm2Sm3) => Ok(()),
        Some(_) => Err(Error::new(
            ErrorKind::Argument,
            text!(
                "keys of SDF and SKF devices sign by SM2 with SM3",
                "SDF、SKF 设备的密钥仅以 SM2、SM3 签名"
            ),
        )),
    }
}

/// Compares the certificate's key with the one that the device gave.
pub(crate) fn check_certificate(certificate: &Certificate, key: &VerifyingKey) -> Result<()> {
    if certificate.public_key().sm2()? == key {
        return Ok(());
    }
    let subject = certificate.subject();
    Err(Error::new(
        ErrorKind::Key,
        text!(
            "the certificate of {subject} does not belong to this key in the device",
            "{subject} 的证书与设备中的密钥不匹配"
        ),
    ))
}
