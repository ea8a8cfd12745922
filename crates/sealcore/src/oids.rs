//! Object identifiers of the formats.

use crate::asn1::Oid;

/// SM2 signature with SM3.
pub const SM2_WITH_SM3: Oid = Oid::new(&[1, 2, 156, 10197, 1, 501]);
/// SM3.
pub const SM3: Oid = Oid::new(&[1, 2, 156, 10197, 1, 401]);
/// SM3 without a key.
pub const SM3_UNKEYED: Oid = Oid::new(&[1, 2, 156, 10197, 1, 401, 1]);
/// SM3 keyed with the signer's Z.
pub const SM3_KEYED: Oid = Oid::new(&[1, 2, 156, 10197, 1, 401, 2]);
/// The SM2 curve, in key parameters.
pub const SM2_CURVE: Oid = Oid::new(&[1, 2, 156, 10197, 1, 301]);
/// SM2 signatures, as CMS names them.
pub const SM2_SIGN: Oid = Oid::new(&[1, 2, 156, 10197, 1, 301, 1]);
/// SM4.
pub const SM4: Oid = Oid::new(&[1, 2, 156, 10197, 1, 104]);
/// Elliptic-curve public key.
pub const EC_PUBLIC_KEY: Oid = Oid::new(&[1, 2, 840, 10045, 2, 1]);

/// GB/T 35275 data.
pub const GM_DATA: Oid = Oid::new(&[1, 2, 156, 10197, 6, 1, 4, 2, 1]);
/// GB/T 35275 signedData.
pub const GM_SIGNED_DATA: Oid = Oid::new(&[1, 2, 156, 10197, 6, 1, 4, 2, 2]);
/// PKCS#7 data.
pub const DATA: Oid = Oid::new(&[1, 2, 840, 113549, 1, 7, 1]);
/// PKCS#7 signedData.
pub const SIGNED_DATA: Oid = Oid::new(&[1, 2, 840, 113549, 1, 7, 2]);
/// PKCS#7 encryptedData.
pub const ENCRYPTED_DATA: Oid = Oid::new(&[1, 2, 840, 113549, 1, 7, 6]);
/// Attribute contentType.
pub const CONTENT_TYPE: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 3]);
/// Attribute messageDigest.
pub const MESSAGE_DIGEST: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 4]);
/// Attribute signingTime.
pub const SIGNING_TIME: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 5]);
/// Attribute signatureTimeStampToken.
pub const TIMESTAMP_TOKEN: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 16, 2, 14]);
/// Content type TSTInfo of a time-stamp token.
pub const TST_INFO: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 16, 1, 4]);

/// MD5.
pub const MD5: Oid = Oid::new(&[1, 2, 840, 113549, 2, 5]);
/// SHA-1.
pub const SHA1: Oid = Oid::new(&[1, 3, 14, 3, 2, 26]);
/// SHA-256.
pub const SHA256: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 2, 1]);
