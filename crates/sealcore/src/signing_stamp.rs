//! A time stamp over the value of a signature, put beside it: what it is to be over, and whether it is.

use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::text;
use crate::timestamp::{MessageImprint, TimeStampToken};

/// Refuses a token that is not over `value`. Whether its authority is trusted is the verifier's to judge.
///
/// # Errors
/// [`ErrorKind::Refused`]; [`ErrorKind::Unsupported`] for a digest that is not known.
pub(crate) fn check(token: &TimeStampToken, value: &[u8]) -> Result<()> {
    let imprint = &token.info().imprint;
    let oid = imprint.algorithm;
    let algorithm = DigestAlgorithm::from_oid(oid).filter(|algorithm| *algorithm != DigestAlgorithm::Sm3Keyed);
    let Some(algorithm) = algorithm else {
        return Err(Error::new(
            ErrorKind::Unsupported,
            text!(
                "the digest algorithm {oid} of the time stamp is not known",
                "时间戳的摘要算法 {oid} 未知"
            ),
        ));
    };
    if MessageImprint::of(algorithm, value)?.digest != imprint.digest {
        return Err(Error::new(
            ErrorKind::Refused,
            text!(
                "the time stamp is not over this signature",
                "该时间戳不是针对此签名值的"
            ),
        ));
    }
    Ok(())
}

/// As [`check`], for the token that a session holds, where it holds one.
///
/// # Errors
/// As [`check`].
pub(crate) fn check_held(token: Option<&[u8]>, value: &[u8]) -> Result<()> {
    token.map_or(Ok(()), |token| check(&TimeStampToken::from_bytes(token)?, value))
}

/// The first generation of seals has no place for it.
pub(crate) fn no_place() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        text!(
            "GM/T 0031-2014 has no place for a time stamp over the signature value",
            "GM/T 0031-2014 的签章结构没有签名值时间戳字段"
        ),
    )
}
