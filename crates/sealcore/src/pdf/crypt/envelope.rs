//! EnvelopedData (RFC 5652, 6) with key transport: what a document's recipients are given.

use zeroize::Zeroizing;

use super::cipher::{Secret, rc4};
use super::recipient::{KeyTransport, KeyWrapping};
use crate::asn1::{Oid, Reader, Tag, Tlv};
use crate::cert::Certificate;
use crate::cms::SignerId;
use crate::error::{Error, ErrorKind, Result};
use crate::key::Cipher;
use crate::oids;
use crate::text;

/// Recipients that one EnvelopedData may name.
const MAX_RECIPIENTS: usize = 10_000;

/// The content for the holder of `certificate`; nothing when it is not among the recipients.
pub(super) fn open(message: &[u8], certificate: &Certificate, key: &dyn KeyTransport) -> Result<Option<Secret>> {
    // The string may be filled up behind the structure.
    let mut info = Tlv::parse_prefix(message)?.expect(Tag::SEQUENCE)?.children()?;
    let kind = info.read(Tag::OID)?.oid()?;
    if kind != oids::ENVELOPED_DATA {
        return Err(Error::new(
            ErrorKind::Unsupported,
            text!(
                "content type {kind} is not envelopedData",
                "内容类型 {kind} 不是 envelopedData"
            ),
        ));
    }
    let data = info.read(Tag::context(0))?.only_child()?.expect(Tag::SEQUENCE)?;
    let mut members = data.children()?;
    members.read(Tag::INTEGER)?;
    members.optional(Tag::context(0))?; // originatorInfo: certificates for key agreement
    let recipients = members.read(Tag::SET)?.children()?;
    let content = members.read(Tag::SEQUENCE)?;
    let Some(wrapped) = recipient(recipients, certificate)? else {
        return Ok(None);
    };
    let content_key = key.unwrap_key(wrapped.wrapping, &wrapped.key)?;
    decrypt(&content, &content_key).map(Some)
}

struct Wrapped {
    wrapping: KeyWrapping,
    key: Vec<u8>,
}

/// The KeyTransRecipientInfo of `certificate`; other kinds of recipients are passed over.
fn recipient(mut recipients: Reader<'_>, certificate: &Certificate) -> Result<Option<Wrapped>> {
    let mut count = 0;
    while let Some(info) = recipients.next()? {
        count += 1;
        if count > MAX_RECIPIENTS {
            return Err(Error::new(
                ErrorKind::Limit,
                text!(
                    "more than {MAX_RECIPIENTS} recipients in one message",
                    "单个消息的接收者超过 {MAX_RECIPIENTS} 个"
                ),
            ));
        }
        if info.tag() != Tag::SEQUENCE {
            continue;
        }
        let mut members = info.children()?;
        members.read(Tag::INTEGER)?;
        let id = members.any()?;
        let id = if id.tag() == Tag::SEQUENCE {
            let mut parts = id.children()?;
            SignerId::IssuerSerial(
                parts.any()?.raw().to_vec(),
                parts.read(Tag::INTEGER)?.content().to_vec(),
            )
        } else {
            SignerId::KeyId(id.implicit_octets()?.into_owned())
        };
        if id.names(certificate) {
            let wrapping = key_wrapping(&members.read(Tag::SEQUENCE)?)?;
            let key = members.any()?.octets()?.into_owned();
            return Ok(Some(Wrapped { wrapping, key }));
        }
    }
    Ok(None)
}

fn unsupported(algorithm: Oid) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        text!(
            "key transport with algorithm {algorithm} is not supported",
            "不支持以算法 {algorithm} 传递密钥"
        ),
    )
}

fn key_wrapping(identifier: &Tlv<'_>) -> Result<KeyWrapping> {
    let mut members = identifier.children()?;
    match members.read(Tag::OID)?.oid()? {
        oids::RSA_ENCRYPTION => Ok(KeyWrapping::RsaPkcs1),
        oids::RSAES_OAEP => oaep(members.optional(Tag::SEQUENCE)?),
        other => Err(unsupported(other)),
    }
}

/// RSAES-OAEP-params (RFC 8017, A.2.1): every member has a default.
fn oaep(parameters: Option<Tlv<'_>>) -> Result<KeyWrapping> {
    let (mut digest, mut mask) = (oids::SHA1, oids::SHA1);
    if let Some(parameters) = parameters {
        let mut members = parameters.children()?;
        if let Some(stated) = members.optional(Tag::context(0))? {
            digest = stated.only_child()?.children()?.read(Tag::OID)?.oid()?;
        }
        if let Some(stated) = members.optional(Tag::context(1))? {
            let mut function = stated.only_child()?.children()?;
            let name = function.read(Tag::OID)?.oid()?;
            if name != oids::MGF1 {
                return Err(unsupported(name));
            }
            mask = function.read(Tag::SEQUENCE)?.children()?.read(Tag::OID)?.oid()?;
        }
        if let Some(label) = members.optional(Tag::context(2))? {
            let mut label = label.only_child()?.children()?;
            label.read(Tag::OID)?;
            if !label.any()?.octets()?.is_empty() {
                return Err(unsupported(oids::RSAES_OAEP));
            }
        }
    }
    match (digest, mask) {
        (oids::SHA1, oids::SHA1) => Ok(KeyWrapping::RsaOaepSha1),
        (oids::SHA256, oids::SHA256) => Ok(KeyWrapping::RsaOaepSha256),
        (oids::SHA384, oids::SHA384) => Ok(KeyWrapping::RsaOaepSha384),
        (oids::SHA512, oids::SHA512) => Ok(KeyWrapping::RsaOaepSha512),
        _ => Err(unsupported(oids::RSAES_OAEP)),
    }
}

/// EncryptedContentInfo.
fn decrypt(content: &Tlv<'_>, key: &[u8]) -> Result<Secret> {
    let mut members = content.children()?;
    members.read(Tag::OID)?;
    let mut algorithm = members.read(Tag::SEQUENCE)?.children()?;
    let data = members.any()?;
    if !matches!(data.tag().0 & 0xdf, 0x80) {
        return Err(data.error(text!("encrypted content expected", "应为加密内容")));
    }
    let data = data.implicit_octets()?;
    let name = algorithm.read(Tag::OID)?.oid()?;
    if name == oids::RC4 {
        return rc4(key, &data).map(Zeroizing::new);
    }
    let (cipher, iv) = Cipher::read(name, &algorithm.any()?)?;
    cipher.decrypt(key, iv, &data).ok_or_else(|| {
        Error::new(
            ErrorKind::Crypto,
            text!("the content of the envelope does not decrypt", "数字信封内容无法解密"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::pem;
    use crate::pdf::crypt::RsaRecipientKey;

    fn own(name: &str) -> Vec<u8> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/pdf/encrypted");
        std::fs::read(folder.join(name)).unwrap()
    }

    fn recipient() -> (Certificate, RsaRecipientKey) {
        (
            Certificate::from_pem_or_der(&own("recipient.cert.pem")).unwrap(),
            RsaRecipientKey::from_bytes(&own("recipient.key.pem")).unwrap(),
        )
    }

    const MESSAGES: [&str; 10] = [
        "des3", "aes128", "aes192", "aes256", "rc2-128", "rc2-64", "rc2-40", "rc4", "oaep", "keyid",
    ];

    #[test]
    fn what_openssl_wrote() {
        let (certificate, key) = recipient();
        for name in MESSAGES {
            let mut message = own(&format!("envelope/{name}.der"));
            let expected = [&[b'S'; 20][..], &[0xff, 0xff, 0xff, 0xfe]].concat();
            let opened = open(&message, &certificate, &key).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(*opened.unwrap(), expected, "{name}");
            message.extend_from_slice(&[0; 7]);
            assert!(
                open(&message, &certificate, &key).unwrap().is_some(),
                "{name}: filled up"
            );
        }
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_survived() {
        let (certificate, key) = recipient();
        let message = own("envelope/oaep.der");
        for length in 0..message.len() {
            assert!(open(&message[..length], &certificate, &key).is_err(), "{length}");
        }
        for at in 0..message.len() {
            let mut changed = message.clone();
            changed[at] ^= 0x41;
            // Whatever comes of it.
            let _ = open(&changed, &certificate, &key);
        }
    }

    #[test]
    fn keys_in_other_clothes() {
        let pem = own("recipient.key.pem");
        let pkcs8 = pem::blocks(&pem).unwrap().remove(0).der;
        let mut info = Tlv::parse(&pkcs8).unwrap().children().unwrap();
        info.any().unwrap();
        info.any().unwrap();
        let pkcs1 = info.any().unwrap().octets().unwrap();
        let (certificate, _) = recipient();
        for form in [&pkcs8[..], &pkcs1] {
            let key = RsaRecipientKey::from_bytes(form).unwrap();
            assert!(open(&own("envelope/des3.der"), &certificate, &key).unwrap().is_some());
            assert!(!format!("{key:?}").contains("Priv"));
        }
        let p256 = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/keys/p256.pem");
        let other = RsaRecipientKey::from_bytes(&std::fs::read(p256).unwrap()).unwrap_err();
        assert_eq!(other.kind(), ErrorKind::Key);
    }
}
