//! Private keys in PKCS#8 (RFC 5208, RFC 5958): `PRIVATE KEY` and `ENCRYPTED PRIVATE KEY`.

use rand_core::CryptoRng;
use sealcore_gm::sm2::SigningKey;
use zeroize::Zeroizing;

use super::pbe::{Unlock, check_rounds, encrypt};
use super::private_key::{PrivateKey, RsaPrivateKey};
use super::sec1;
use crate::asn1::{Tag, Tlv, Writer};
use crate::cert::pem;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// Everything of a PrivateKeyInfo before the scalar: version, ecPublicKey with the SM2 curve, head of the ECPrivateKey.
const HEAD: [u8; 36] = [
    0x30, 0x81, 0x87, 2, 1, 0, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x81, 0x1c, 0xcf,
    0x55, 1, 0x82, 0x2d, 4, 0x6d, 0x30, 0x6b, 2, 1, 1, 4, 32,
];
/// Between scalar and point.
const MIDDLE: [u8; 5] = [0xa1, 0x44, 3, 0x42, 0];

/// The key as PrivateKeyInfo in DER.
///
/// # Errors
/// [`ErrorKind::Crypto`] when there is no memory for it.
pub fn to_der(key: impl Into<PrivateKey>) -> Result<Zeroizing<Vec<u8>>> {
    match key.into() {
        PrivateKey::Sm2(key) => Ok(sm2_to_der(&key)),
        PrivateKey::Rsa(key) => key.to_pkcs8(),
        PrivateKey::Ec(key) => key.to_pkcs8(),
    }
}

fn sm2_to_der(key: &SigningKey) -> Zeroizing<Vec<u8>> {
    sec1::concat(&[&HEAD, &key.to_bytes()[..], &MIDDLE, &key.verifying_key().to_sec1()])
}

/// The key as `PRIVATE KEY` in PEM, not encrypted.
///
/// # Errors
/// As [`to_der`].
pub fn to_pem(key: impl Into<PrivateKey>) -> Result<Zeroizing<String>> {
    Ok(pem::encode("PRIVATE KEY", &to_der(key)?))
}

/// The key as EncryptedPrivateKeyInfo in DER: PBES2 with AES-256-CBC, the key derived with `rounds` of
/// PBKDF2-HMAC-SHA-256 ([`super::DEFAULT_ROUNDS`]).
///
/// # Errors
/// [`ErrorKind::Argument`] for a count outside 1000 to 1000000.
pub fn to_encrypted_der(
    key: impl Into<PrivateKey>,
    password: &str,
    rounds: u32,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>> {
    check_rounds(rounds)?;
    let (algorithm, data) = encrypt(password, rounds, rng, &to_der(key)?)?;
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.raw(&algorithm);
        writer.octets(&data);
    });
    Ok(writer.finish())
}

/// As [`to_encrypted_der`], as `ENCRYPTED PRIVATE KEY` in PEM.
///
/// # Errors
/// As [`to_encrypted_der`].
pub fn to_encrypted_pem(
    key: impl Into<PrivateKey>,
    password: &str,
    rounds: u32,
    rng: &mut dyn CryptoRng,
) -> Result<String> {
    let der = to_encrypted_der(key, password, rounds, rng)?;
    Ok(pem::encode("ENCRYPTED PRIVATE KEY", &der).as_str().to_owned())
}

/// Reads a PrivateKeyInfo.
pub(super) fn read(structure: &Tlv<'_>) -> Result<PrivateKey> {
    let mut members = structure.expect(Tag::SEQUENCE)?.children()?;
    members.read(Tag::INTEGER)?;
    let mut algorithm = members.read(Tag::SEQUENCE)?.children()?;
    let curve = match algorithm.read(Tag::OID)?.oid()? {
        oids::EC_PUBLIC_KEY => algorithm.next()?.map(|curve| sec1::curve_of(&curve)).transpose()?,
        oids::SM2_CURVE | oids::SM2_SIGN => Some(oids::SM2_CURVE),
        // What a key for RSASSA-PSS is restricted to stands in its certificate too.
        oids::RSA_ENCRYPTION | oids::RSASSA_PSS => {
            let key = members.read(Tag::OCTET_STRING)?.nested()?.any()?;
            return RsaPrivateKey::read(&key).map(PrivateKey::Rsa);
        }
        other => {
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!(
                    "private keys of algorithm {other} are not supported",
                    "不支持算法 {other} 的私钥"
                ),
            ));
        }
    };
    let content = members.read(Tag::OCTET_STRING)?;
    // Some devices put the bare scalar there.
    if content.content().len() == 32 {
        return sec1::key_of(curve.unwrap_or(oids::SM2_CURVE), content.content());
    }
    let mut inner = content.nested()?;
    sec1::read(&inner.any()?, curve)
}

/// Reads an EncryptedPrivateKeyInfo. What decrypts to anything but a key is a wrong password too: one wrong key in 256
/// leaves a padding that looks right.
pub(super) fn read_encrypted(structure: &Tlv<'_>, unlock: &mut Unlock) -> Result<PrivateKey> {
    let mut members = structure.expect(Tag::SEQUENCE)?.children()?;
    let algorithm = members.read(Tag::SEQUENCE)?;
    let data = members.any()?.octets()?;
    let plain = unlock.decrypt(&algorithm, &data)?;
    let info = Tlv::parse_prefix(&plain).map_err(|_| unlock.refused())?;
    read(&info).map_err(|error| match error.kind() {
        ErrorKind::Asn1 => unlock.refused(),
        _ => error,
    })
}
