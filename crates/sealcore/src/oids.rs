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
/// PKCS#7 envelopedData.
pub const ENVELOPED_DATA: Oid = Oid::new(&[1, 2, 840, 113549, 1, 7, 3]);
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
/// Attribute signingCertificate, ESS.
pub const SIGNING_CERTIFICATE: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 16, 2, 12]);
/// Attribute signingCertificateV2, ESS.
pub const SIGNING_CERTIFICATE_V2: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 16, 2, 47]);
/// Attribute cmsAlgorithmProtect.
pub const ALGORITHM_PROTECTION: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 52]);
/// Content type TSTInfo of a time-stamp token.
pub const TST_INFO: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 16, 1, 4]);

/// MD5.
pub const MD5: Oid = Oid::new(&[1, 2, 840, 113549, 2, 5]);
/// SHA-1.
pub const SHA1: Oid = Oid::new(&[1, 3, 14, 3, 2, 26]);
/// SHA-256.
pub const SHA256: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 2, 1]);

/// Extension subjectKeyIdentifier.
pub const SUBJECT_KEY_ID: Oid = Oid::new(&[2, 5, 29, 14]);
/// Extension keyUsage.
pub const KEY_USAGE: Oid = Oid::new(&[2, 5, 29, 15]);
/// Extension subjectAltName.
pub const SUBJECT_ALT_NAME: Oid = Oid::new(&[2, 5, 29, 17]);
/// Extension basicConstraints.
pub const BASIC_CONSTRAINTS: Oid = Oid::new(&[2, 5, 29, 19]);
/// Extension cRLNumber of a revocation list.
pub const CRL_NUMBER: Oid = Oid::new(&[2, 5, 29, 20]);
/// Extension reasonCode of a revoked certificate.
pub const CRL_REASON: Oid = Oid::new(&[2, 5, 29, 21]);
/// Extension deltaCRLIndicator of a revocation list.
pub const DELTA_CRL: Oid = Oid::new(&[2, 5, 29, 27]);
/// Extension issuingDistributionPoint of a revocation list.
pub const ISSUING_DISTRIBUTION_POINT: Oid = Oid::new(&[2, 5, 29, 28]);
/// Extension certificateIssuer of a revoked certificate in an indirect list.
pub const CERTIFICATE_ISSUER: Oid = Oid::new(&[2, 5, 29, 29]);
/// Extension cRLDistributionPoints.
pub const CRL_DISTRIBUTION_POINTS: Oid = Oid::new(&[2, 5, 29, 31]);
/// Extension certificatePolicies.
pub const CERTIFICATE_POLICIES: Oid = Oid::new(&[2, 5, 29, 32]);
/// Extension authorityKeyIdentifier.
pub const AUTHORITY_KEY_ID: Oid = Oid::new(&[2, 5, 29, 35]);
/// Extension extKeyUsage.
pub const EXTENDED_KEY_USAGE: Oid = Oid::new(&[2, 5, 29, 37]);
/// Extended key usage timeStamping.
pub const KP_TIME_STAMPING: Oid = Oid::new(&[1, 3, 6, 1, 5, 5, 7, 3, 8]);

/// Name attribute commonName.
pub const COMMON_NAME: Oid = Oid::new(&[2, 5, 4, 3]);
/// Name attribute countryName.
pub const COUNTRY: Oid = Oid::new(&[2, 5, 4, 6]);

/// SHA-224.
pub const SHA224: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 2, 4]);
/// SHA-384.
pub const SHA384: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 2, 2]);
/// SHA-512.
pub const SHA512: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 2, 3]);

/// SHA3-256.
pub const SHA3_256: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 2, 8]);
/// SHA3-384.
pub const SHA3_384: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 2, 9]);
/// SHA3-512.
pub const SHA3_512: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 2, 10]);

/// RSA key, or RSASSA-PKCS1-v1_5 with the digest named elsewhere, RFC 8017.
pub const RSA_ENCRYPTION: Oid = Oid::new(&[1, 2, 840, 113549, 1, 1, 1]);
/// RSASSA-PKCS1-v1_5 with MD5.
pub const MD5_WITH_RSA: Oid = Oid::new(&[1, 2, 840, 113549, 1, 1, 4]);
/// RSASSA-PKCS1-v1_5 with SHA-1.
pub const SHA1_WITH_RSA: Oid = Oid::new(&[1, 2, 840, 113549, 1, 1, 5]);
/// RSASSA-PKCS1-v1_5 with SHA-1, as OIW named it.
pub const SHA1_WITH_RSA_OIW: Oid = Oid::new(&[1, 3, 14, 3, 2, 29]);
/// RSASSA-PKCS1-v1_5 with SM3.
pub const SM3_WITH_RSA: Oid = Oid::new(&[1, 2, 156, 10197, 1, 504]);
/// MGF1, RFC 8017.
pub const MGF1: Oid = Oid::new(&[1, 2, 840, 113549, 1, 1, 8]);
/// RSASSA-PSS, RFC 8017.
pub const RSASSA_PSS: Oid = Oid::new(&[1, 2, 840, 113549, 1, 1, 10]);
/// RSASSA-PKCS1-v1_5 with SHA-224.
pub const SHA224_WITH_RSA: Oid = Oid::new(&[1, 2, 840, 113549, 1, 1, 14]);
/// RSASSA-PKCS1-v1_5 with SHA-256.
pub const SHA256_WITH_RSA: Oid = Oid::new(&[1, 2, 840, 113549, 1, 1, 11]);
/// RSASSA-PKCS1-v1_5 with SHA-384.
pub const SHA384_WITH_RSA: Oid = Oid::new(&[1, 2, 840, 113549, 1, 1, 12]);
/// RSASSA-PKCS1-v1_5 with SHA-512.
pub const SHA512_WITH_RSA: Oid = Oid::new(&[1, 2, 840, 113549, 1, 1, 13]);
/// RSASSA-PKCS1-v1_5 with SHA3-256.
pub const SHA3_256_WITH_RSA: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 3, 14]);
/// RSASSA-PKCS1-v1_5 with SHA3-384.
pub const SHA3_384_WITH_RSA: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 3, 15]);
/// RSASSA-PKCS1-v1_5 with SHA3-512.
pub const SHA3_512_WITH_RSA: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 3, 16]);
/// ECDSA with SHA-1.
pub const ECDSA_WITH_SHA1: Oid = Oid::new(&[1, 2, 840, 10045, 4, 1]);
/// ECDSA with SHA-224.
pub const ECDSA_WITH_SHA224: Oid = Oid::new(&[1, 2, 840, 10045, 4, 3, 1]);
/// ECDSA with SHA-256.
pub const ECDSA_WITH_SHA256: Oid = Oid::new(&[1, 2, 840, 10045, 4, 3, 2]);
/// ECDSA with SHA-384.
pub const ECDSA_WITH_SHA384: Oid = Oid::new(&[1, 2, 840, 10045, 4, 3, 3]);
/// ECDSA with SHA-512.
pub const ECDSA_WITH_SHA512: Oid = Oid::new(&[1, 2, 840, 10045, 4, 3, 4]);
/// ECDSA with SHA3-256.
pub const ECDSA_WITH_SHA3_256: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 3, 10]);
/// ECDSA with SHA3-384.
pub const ECDSA_WITH_SHA3_384: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 3, 11]);
/// ECDSA with SHA3-512.
pub const ECDSA_WITH_SHA3_512: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 3, 12]);
/// ECDSA as `r || s` with SHA-1, BSI TR-03111.
pub const PLAIN_ECDSA_SHA1: Oid = Oid::new(&[0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 1]);
/// ECDSA as `r || s` with SHA-224, BSI TR-03111.
pub const PLAIN_ECDSA_SHA224: Oid = Oid::new(&[0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 2]);
/// ECDSA as `r || s` with SHA-256, BSI TR-03111.
pub const PLAIN_ECDSA_SHA256: Oid = Oid::new(&[0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3]);
/// ECDSA as `r || s` with SHA-384, BSI TR-03111.
pub const PLAIN_ECDSA_SHA384: Oid = Oid::new(&[0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 4]);
/// ECDSA as `r || s` with SHA-512, BSI TR-03111.
pub const PLAIN_ECDSA_SHA512: Oid = Oid::new(&[0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 5]);
/// Ed25519 keys and signatures, RFC 8410.
pub const ED25519: Oid = Oid::new(&[1, 3, 101, 112]);
/// Curve P-256.
pub const P256: Oid = Oid::new(&[1, 2, 840, 10045, 3, 1, 7]);
/// Curve P-384.
pub const P384: Oid = Oid::new(&[1, 3, 132, 0, 34]);
/// Curve P-521.
pub const P521: Oid = Oid::new(&[1, 3, 132, 0, 35]);
/// Curve brainpoolP256r1, RFC 5639.
pub const BRAINPOOL_P256R1: Oid = Oid::new(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 7]);
/// Curve brainpoolP384r1, RFC 5639.
pub const BRAINPOOL_P384R1: Oid = Oid::new(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 11]);

/// PBES2, RFC 8018.
pub const PBES2: Oid = Oid::new(&[1, 2, 840, 113549, 1, 5, 13]);
/// PBKDF2, RFC 8018.
pub const PBKDF2: Oid = Oid::new(&[1, 2, 840, 113549, 1, 5, 12]);
/// PKCS#12 password-based encryption with three-key Triple DES.
pub const PBE_SHA1_3DES: Oid = Oid::new(&[1, 2, 840, 113549, 1, 12, 1, 3]);
/// PKCS#12 password-based encryption with two-key Triple DES.
pub const PBE_SHA1_2DES: Oid = Oid::new(&[1, 2, 840, 113549, 1, 12, 1, 4]);
/// PKCS#12 password-based encryption with RC2, 128 bits.
pub const PBE_SHA1_RC2_128: Oid = Oid::new(&[1, 2, 840, 113549, 1, 12, 1, 5]);
/// PKCS#12 password-based encryption with RC2, 40 bits.
pub const PBE_SHA1_RC2_40: Oid = Oid::new(&[1, 2, 840, 113549, 1, 12, 1, 6]);
/// HMAC with SHA-1.
pub const HMAC_SHA1: Oid = Oid::new(&[1, 2, 840, 113549, 2, 7]);
/// HMAC with SHA-224.
pub const HMAC_SHA224: Oid = Oid::new(&[1, 2, 840, 113549, 2, 8]);
/// HMAC with SHA-256.
pub const HMAC_SHA256: Oid = Oid::new(&[1, 2, 840, 113549, 2, 9]);
/// HMAC with SHA-384.
pub const HMAC_SHA384: Oid = Oid::new(&[1, 2, 840, 113549, 2, 10]);
/// HMAC with SHA-512.
pub const HMAC_SHA512: Oid = Oid::new(&[1, 2, 840, 113549, 2, 11]);
/// HMAC with SM3.
pub const HMAC_SM3: Oid = Oid::new(&[1, 2, 156, 10197, 1, 401, 3, 1]);
/// AES-128 in CBC mode.
pub const AES128_CBC: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 1, 2]);
/// AES-192 in CBC mode.
pub const AES192_CBC: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 1, 22]);
/// AES-256 in CBC mode.
pub const AES256_CBC: Oid = Oid::new(&[2, 16, 840, 1, 101, 3, 4, 1, 42]);
/// Triple DES in CBC mode.
pub const DES_EDE3_CBC: Oid = Oid::new(&[1, 2, 840, 113549, 3, 7]);
/// RC2 in CBC mode.
pub const RC2_CBC: Oid = Oid::new(&[1, 2, 840, 113549, 3, 2]);
/// SM4 in CBC mode.
pub const SM4_CBC: Oid = Oid::new(&[1, 2, 156, 10197, 1, 104, 2]);

/// PKCS#12 keyBag.
pub const KEY_BAG: Oid = Oid::new(&[1, 2, 840, 113549, 1, 12, 10, 1, 1]);
/// PKCS#12 pkcs8ShroudedKeyBag.
pub const SHROUDED_KEY_BAG: Oid = Oid::new(&[1, 2, 840, 113549, 1, 12, 10, 1, 2]);
/// PKCS#12 certBag.
pub const CERT_BAG: Oid = Oid::new(&[1, 2, 840, 113549, 1, 12, 10, 1, 3]);
/// PKCS#12 safeContentsBag.
pub const SAFE_CONTENTS_BAG: Oid = Oid::new(&[1, 2, 840, 113549, 1, 12, 10, 1, 6]);
/// PKCS#9 certificate type x509Certificate.
pub const X509_CERTIFICATE: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 22, 1]);
/// PKCS#9 attribute friendlyName.
pub const FRIENDLY_NAME: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 20]);
/// PKCS#9 attribute localKeyId.
pub const LOCAL_KEY_ID: Oid = Oid::new(&[1, 2, 840, 113549, 1, 9, 21]);
/// RSA key transport with OAEP (RFC 8017).
pub const RSAES_OAEP: Oid = Oid::new(&[1, 2, 840, 113549, 1, 1, 7]);
/// RC4.
pub const RC4: Oid = Oid::new(&[1, 2, 840, 113549, 3, 4]);
