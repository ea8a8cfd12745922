//! Private keys on curves, as SEC 1 and RFC 5915 have them: `EC PRIVATE KEY`.

use sealcore_gm::sm2::{SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::private_key::{EcPrivateKey, PrivateKey};
use crate::algorithm::{Curve, EcPublicKey};
use crate::asn1::{Oid, Tag, Tlv};
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

/// An SM2 key as ECPrivateKey in DER, with curve and public key.
#[must_use]
pub fn to_der(key: &SigningKey) -> Zeroizing<Vec<u8>> {
    concat(&[&HEAD, &key.to_bytes()[..], &MIDDLE, &key.verifying_key().to_sec1()])
}

/// An SM2 key as `EC PRIVATE KEY` in PEM, not encrypted.
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

/// Reads an ECPrivateKey. Where neither it nor `named` tells the curve, the SM2 curve is meant.
pub(super) fn read(structure: &Tlv<'_>, named: Option<Oid>) -> Result<PrivateKey> {
    let mut members = structure.expect(Tag::SEQUENCE)?.children()?;
    members.read(Tag::INTEGER)?;
    let scalar = members.read(Tag::OCTET_STRING)?;
    let stated = match members.optional(Tag::context(0))? {
        Some(parameters) => Some(curve_of(&parameters.only_child()?)?),
        None => None,
    };
    if let (Some(inner), Some(outer)) = (stated, named)
        && inner != outer
    {
        return Err(Error::new(
            ErrorKind::Key,
            text!("the file names two different curves", "密钥文件声明了两条不同的曲线"),
        ));
    }
    let key = key_of(stated.or(named).unwrap_or(oids::SM2_CURVE), scalar.content())?;
    if let Some(point) = members.optional(Tag::context(1))? {
        let point = point.only_child()?.bit_string()?;
        if !has_point(&key, point.bytes) {
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

fn has_point(key: &PrivateKey, point: &[u8]) -> bool {
    match key {
        PrivateKey::Sm2(key) => VerifyingKey::from_sec1(point).is_ok_and(|stated| stated == *key.verifying_key()),
        PrivateKey::Ec(key) => {
            EcPublicKey::from_sec1(key.public().curve(), point).is_ok_and(|stated| stated == *key.public())
        }
        PrivateKey::Rsa(_) => false,
    }
}

/// The key of a big-endian scalar on a curve. Leading zeros may be missing or too many.
pub(super) fn key_of(curve: Oid, scalar: &[u8]) -> Result<PrivateKey> {
    if curve == oids::SM2_CURVE {
        let padded: Zeroizing<Vec<u8>> = padded(scalar, 32)?;
        let mut octets = Zeroizing::new([0; 32]);
        octets.copy_from_slice(&padded);
        let key = SigningKey::from_bytes(&octets).map_err(|error| {
            Error::new(ErrorKind::Key, text!("the private key is out of range", "私钥超出范围")).caused_by(error)
        })?;
        return Ok(PrivateKey::Sm2(key));
    }
    match Curve::from_oid(curve) {
        Some(curve) => EcPrivateKey::from_scalar(curve, scalar).map(PrivateKey::Ec),
        None => Err(Error::new(
            ErrorKind::Unsupported,
            text!("keys of curve {curve} are not supported", "不支持曲线 {curve} 的密钥"),
        )),
    }
}

/// A number in so many octets.
pub(super) fn padded(number: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>> {
    let start = number.iter().take_while(|octet| **octet == 0).count();
    let significant = number.get(start..).unwrap_or_default();
    let missing = length
        .checked_sub(significant.len())
        .ok_or_else(|| Error::new(ErrorKind::Key, text!("the private key is too long", "私钥过长")))?;
    Ok(concat(&[&vec![0; missing], significant]))
}

/// The curve that parameters name.
pub(super) fn curve_of(parameters: &Tlv<'_>) -> Result<Oid> {
    if parameters.tag() != Tag::OID {
        return Err(Error::new(
            ErrorKind::Unsupported,
            text!(
                "keys with curve parameters written out are not supported",
                "不支持显式写出曲线参数的密钥"
            ),
        ));
    }
    parameters.oid()
}
