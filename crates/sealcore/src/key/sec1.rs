//! SM2 private keys as SEC 1 and RFC 5915 have them: `EC PRIVATE KEY`.

use sealcore_gm::sm2::{SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::asn1::{Tag, Tlv};
use crate::cert::pem;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// Everything of an ECPrivateKey before the scalar.
const HEAD: [u8; 7] = [0x30, 0x77, 2, 1, 1, 4, 32];
/// Between scalar and point: the SM2 curve, and the header of the point.
const MIDDLE: [u8; 17] = [
    0xa0, 10, 6, 8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d, 0xa1, 0x44, 3, 0x42, 0,
];

/// The key as ECPrivateKey in DER, with curve and public key.
#[must_use]
pub fn to_der(key: &SigningKey) -> Zeroizing<Vec<u8>> {
    concat(&[&HEAD, &key.to_bytes()[..], &MIDDLE, &key.verifying_key().to_sec1()])
}

/// The key as `EC PRIVATE KEY` in PEM, not encrypted.
#[must_use]
pub fn to_pem(key: &SigningKey) -> Zeroizing<String> {
    pem::encode("EC PRIVATE KEY", &to_der(key))
}

/// Puts parts together without leaving copies behind.
pub(super) fn concat(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let mut whole = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| whole.extend_from_slice(part));
    whole
}

/// Reads an ECPrivateKey. Where it names no curve, the SM2 curve is meant.
pub(super) fn read(structure: &Tlv<'_>) -> Result<SigningKey> {
    let mut members = structure.expect(Tag::SEQUENCE)?.children()?;
    members.read(Tag::INTEGER)?;
    let scalar = members.read(Tag::OCTET_STRING)?;
    if let Some(parameters) = members.optional(Tag::context(0))? {
        let curve = parameters.only_child()?;
        check_curve(&curve)?;
    }
    let key = key_of(scalar.content())?;
    if let Some(point) = members.optional(Tag::context(1))? {
        let point = point.only_child()?.bit_string()?;
        let stated = VerifyingKey::from_sec1(point.bytes).ok();
        if stated.as_ref() != Some(key.verifying_key()) {
            return Err(Error::new(
                ErrorKind::Key,
                text!(
                    "the file's public key does not belong to its private key",
                    "密钥文件中的公钥与私钥不匹配"
                ),
            ));
        }
    }
    Ok(key)
}

/// The key of a big-endian scalar whose leading zeros may be missing or too many.
pub(super) fn key_of(scalar: &[u8]) -> Result<SigningKey> {
    let start = scalar.iter().take_while(|octet| **octet == 0).count();
    let significant = scalar.get(start..).unwrap_or_default();
    let mut padded = Zeroizing::new([0; 32]);
    match padded
        .len()
        .checked_sub(significant.len())
        .and_then(|start| padded.get_mut(start..))
    {
        Some(end) => end.copy_from_slice(significant),
        None => {
            return Err(Error::new(
                ErrorKind::Key,
                text!("the private key is too long", "私钥过长"),
            ));
        }
    }
    SigningKey::from_bytes(&padded).map_err(|error| {
        Error::new(ErrorKind::Key, text!("the private key is out of range", "私钥超出范围")).caused_by(error)
    })
}

/// Refuses keys of other curves by name.
pub(super) fn check_curve(curve: &Tlv<'_>) -> Result<()> {
    if curve.tag() != Tag::OID {
        return Err(Error::new(
            ErrorKind::Unsupported,
            text!(
                "keys with curve parameters written out are not supported",
                "不支持显式写出曲线参数的密钥"
            ),
        ));
    }
    match curve.oid()? {
        oids::SM2_CURVE => Ok(()),
        other => Err(Error::new(
            ErrorKind::Unsupported,
            text!("keys of curve {other} are not supported", "不支持曲线 {other} 的密钥"),
        )),
    }
}
