//! The public key of a private key, as the token shows it. Whether the two belong together, a test signature says.

use cryptoki_sys::{
    CK_OBJECT_HANDLE, CKA_EC_PARAMS, CKA_EC_POINT, CKA_ID, CKA_LABEL, CKA_MODULUS, CKA_PUBLIC_EXPONENT,
    CKA_PUBLIC_KEY_INFO, CKA_VERIFY, CKO_PUBLIC_KEY,
};
use sealcore::algorithm::{Curve, EcPublicKey, PublicKey, RsaPublicKey};
use sealcore::asn1::{Oid, Tag, Tlv, Writer};
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::{oids, text};
use sealcore_gm::sm2::VerifyingKey;

use super::raw::Answer;
use super::session::Session;
use crate::{DeviceUri, failure};

/// The most public keys that are tried for one private key.
const MAX_CANDIDATES: usize = 8;

/// What the private key says of itself; else the public keys of its CKA_ID, else those of its label. What cannot be read is
/// passed over, and told where there is nothing else.
pub(super) fn candidates(session: &Session, key: CK_OBJECT_HANDLE, uri: &DeviceUri) -> Result<Vec<PublicKey>> {
    let mut failure = None;
    let mut readable = |object| match read(session, object, uri) {
        Ok(public) => public,
        Err(error) => {
            failure.get_or_insert(error);
            None
        }
    };
    if let Some(public) = readable(key) {
        return Ok(vec![public]);
    }
    for kind in [CKA_ID, CKA_LABEL] {
        let Some(value) = session.attribute(key, kind)?.filter(|value| !value.is_empty()) else {
            continue;
        };
        let found = objects(session, kind, &value)?.into_iter();
        let found: Vec<_> = found.filter_map(&mut readable).take(MAX_CANDIDATES).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Err(failure.unwrap_or_else(missing))
}

pub(super) fn missing() -> Error {
    failure::missing(
        "the token shows no public key of the private key: neither in the private key itself nor in a public key with its CKA_ID or label",
        "令牌未给出该私钥的公钥：私钥对象中没有，也没有 CKA_ID 或标签相同的公钥对象",
    )
}

/// Public keys with this attribute. Of several those that verify: a pair for encryption may go by the same name.
fn objects(session: &Session, kind: cryptoki_sys::CK_ATTRIBUTE_TYPE, value: &[u8]) -> Answer<Vec<CK_OBJECT_HANDLE>> {
    let found = session.find(CKO_PUBLIC_KEY, &[(kind, value)])?;
    if found.len() < 2 {
        return Ok(found);
    }
    let mut verifying = Vec::new();
    for object in found {
        if session.flag(object, CKA_VERIFY)? != Some(false) {
            verifying.push(object);
        }
    }
    Ok(verifying)
}

/// The public key in an object, private or public; nothing where the object does not hold all of it.
fn read(session: &Session, object: CK_OBJECT_HANDLE, uri: &DeviceUri) -> Result<Option<PublicKey>> {
    let attribute =
        |kind| -> Result<Option<Vec<u8>>> { Ok(session.attribute(object, kind)?.filter(|value| !value.is_empty())) };
    if let Some(modulus) = attribute(CKA_MODULUS)? {
        return match attribute(CKA_PUBLIC_EXPONENT)? {
            Some(exponent) => rsa(&modulus, &exponent).map(Some),
            None => Ok(None),
        };
    }
    if let Some(point) = attribute(CKA_EC_POINT)? {
        let is_sm2 = uri.query("x-sm2-mechanism").is_some();
        return ec(attribute(CKA_EC_PARAMS)?.as_deref(), &point, is_sm2).map(Some);
    }
    match attribute(CKA_PUBLIC_KEY_INFO)? {
        Some(info) => Tlv::parse(&info)
            .and_then(|info| PublicKey::from_spki(&info))
            .map(Some)
            .map_err(|error| malformed().caused_by(error)),
        None => Ok(None),
    }
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<PublicKey> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.unsigned(modulus);
        writer.unsigned(exponent);
    });
    let key = RsaPublicKey::from_der(&writer.finish()).map_err(|error| malformed().caused_by(error))?;
    Ok(PublicKey::Rsa(key))
}

/// The point of a curve that the parameters name. A vendor's SM2 keys may name none: then the URI says that it is SM2.
fn ec(parameters: Option<&[u8]>, point: &[u8], is_sm2: bool) -> Result<PublicKey> {
    let curve = match parameters.and_then(named_curve) {
        None if is_sm2 => oids::SM2_CURVE,
        Some(oid) => oid,
        None => {
            return Err(unsupported("the token names no curve", "令牌未指明曲线"));
        }
    };
    let on_curve = |point: &[u8]| -> Result<PublicKey> {
        if matches!(curve, oids::SM2_CURVE | oids::SM2_SIGN) {
            return Ok(PublicKey::Sm2(VerifyingKey::from_sec1(point)?));
        }
        let curve =
            Curve::from_oid(curve).ok_or_else(|| unsupported(&format!("curve {curve}"), &format!("曲线 {curve}")))?;
        EcPublicKey::from_sec1(curve, point).map(PublicKey::Ec)
    };
    // The standard wants the point as OCTET STRING; modules are met that give it bare, and both may start with a 4.
    let octets = Tlv::parse(point).and_then(|tlv| tlv.expect(Tag::OCTET_STRING)?.octets());
    match octets.and_then(|octets| on_curve(&octets)) {
        Ok(key) => Ok(key),
        Err(_) => on_curve(point).map_err(|error| match error.kind() {
            ErrorKind::Unsupported => error,
            _ => malformed().caused_by(error),
        }),
    }
}

/// The curve that CKA_EC_PARAMS names; nothing for one that is described in place of named.
pub(super) fn named_curve(parameters: &[u8]) -> Option<Oid> {
    Tlv::parse_prefix(parameters).ok()?.expect(Tag::OID).ok()?.oid().ok()
}

fn malformed() -> Error {
    Error::new(
        ErrorKind::Device,
        text!("the public key in the token is none", "令牌中的公钥不是有效的公钥"),
    )
    .in_part("C_GetAttributeValue")
}

fn unsupported(en: &str, zh: &str) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        text!(
            "the public key in the token is not supported: {en}",
            "不支持令牌中的公钥：{zh}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sealcore_gm::sm2::SigningKey;

    use super::*;

    const SM2: &[u8] = &[6, 8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d];
    const P256: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];

    fn wrapped(point: &[u8]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.octets(point);
        writer.finish()
    }

    #[test]
    fn points_in_both_forms() {
        let key = SigningKey::from_bytes(&[7; 32]).unwrap().verifying_key().clone();
        let expected = PublicKey::Sm2(key.clone());
        for point in [key.to_sec1().to_vec(), wrapped(&key.to_sec1())] {
            assert_eq!(ec(Some(SM2), &point, false).unwrap(), expected);
            assert_eq!(ec(None, &point, true).unwrap(), expected);
            assert_eq!(ec(None, &point, false).unwrap_err().kind(), ErrorKind::Unsupported);
            let foreign = ec(Some(P256), &point, true).unwrap_err();
            assert_eq!(foreign.kind(), ErrorKind::Device, "{foreign}");
        }
        let unknown = ec(Some(&[6, 2, 0x2a, 3]), &key.to_sec1(), true).unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::Unsupported);
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_a_key(
            parameters in prop::option::of(prop::collection::vec(any::<u8>(), 0..12)),
            point in prop::collection::vec(any::<u8>(), 0..80),
            named in 0_usize..3,
            is_sm2 in any::<bool>(),
        ) {
            let parameters = [Some(SM2), Some(P256), parameters.as_deref()][named];
            for point in [point.clone(), wrapped(&point)] {
                let _ = ec(parameters, &point, is_sm2);
            }
            let _ = rsa(&point, &point);
        }
    }
}
