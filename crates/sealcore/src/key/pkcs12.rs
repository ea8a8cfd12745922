//! PKCS#12 (RFC 7292), `.p12` and `.pfx`: reading, in BER as BouncyCastle writes it and in every encryption of the field.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::pbe::{Hash, Unlock};
use super::pkcs12_kdf::{Purpose, derive};
use super::{KeyFile, PrivateKey, pkcs8};
use crate::asn1::{Reader, Tag, Tlv};
use crate::cert::Certificate;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// SafeContents within SafeContents within ...
const MAX_NESTING: usize = 4;
/// Keys and certificates of one file.
const MAX_BAGS: usize = 1_000;

#[derive(Default)]
struct Contents {
    keys: Vec<(PrivateKey, Option<Vec<u8>>)>,
    certificates: Vec<(Certificate, Option<Vec<u8>>)>,
    /// Why a key was passed over.
    passed_over: Option<Error>,
    bags: usize,
}

/// Opens a PFX.
pub(super) fn read(pfx: &Tlv<'_>, unlock: &mut Unlock) -> Result<KeyFile> {
    let mut members = pfx.expect(Tag::SEQUENCE)?.children()?;
    members.read(Tag::INTEGER)?;
    let safe = content_of(&members.read(Tag::SEQUENCE)?)?;
    match members.optional(Tag::SEQUENCE)? {
        Some(mac) => verify_mac(&mac, &safe, unlock)?,
        // Without a MAC only decrypting tells which form of an empty password was used.
        None if unlock.is_empty() => {
            let mut contents = Contents::default();
            if contents.read_safe(&safe, unlock).is_ok() && !contents.keys.is_empty() {
                return contents.choose();
            }
            unlock.bmp.clear();
        }
        None => {}
    }
    let mut contents = Contents::default();
    contents.read_safe(&safe, unlock)?;
    contents.choose()
}

/// The octets of a ContentInfo of type data.
fn content_of(info: &Tlv<'_>) -> Result<Zeroizing<Vec<u8>>> {
    let mut members = info.children()?;
    let content = members.read(Tag::OID)?.oid()?;
    if content != oids::DATA {
        return Err(Error::new(
            ErrorKind::Unsupported,
            text!(
                "PKCS#12 with content of type {content} is not supported",
                "不支持内容类型为 {content} 的 PKCS#12"
            ),
        ));
    }
    Ok(Zeroizing::new(
        members.read(Tag::context(0))?.only_child()?.octets()?.into_owned(),
    ))
}

/// RFC 7292, 4 and 5.1. Settles which form of an empty password the file uses.
fn verify_mac(mac: &Tlv<'_>, content: &[u8], unlock: &mut Unlock) -> Result<()> {
    let mut members = mac.children()?;
    let mut info = members.read(Tag::SEQUENCE)?.children()?;
    let algorithm = info.read(Tag::SEQUENCE)?.children()?.read(Tag::OID)?.oid()?;
    let hash = Hash::from_oid(algorithm).ok_or_else(|| {
        Error::new(
            ErrorKind::Unsupported,
            text!(
                "PKCS#12 with a MAC of algorithm {algorithm} is not supported",
                "不支持 MAC 算法为 {algorithm} 的 PKCS#12"
            ),
        )
    })?;
    let expected = info.any()?.octets()?;
    let salt = members.any()?.octets()?;
    let rounds = match members.optional(Tag::INTEGER)? {
        Some(count) => unlock.spend(&count)?,
        None => 1,
    };
    let holds = |password: &[u8]| mac_of(hash, password, &salt, rounds, content).ct_eq(&expected).into();
    if holds(&unlock.bmp) {
        return Ok(());
    }
    if unlock.is_empty() && holds(&[]) {
        unlock.bmp.clear();
        return Ok(());
    }
    Err(unlock.refused())
}

/// The MAC of `content` under a password in UTF-16 with a final zero.
pub(super) fn mac_of(hash: Hash, password: &[u8], salt: &[u8], rounds: u32, content: &[u8]) -> Vec<u8> {
    let mut key = Zeroizing::new(vec![0; hash.output_len()]);
    derive(hash, Purpose::Mac, password, salt, rounds, &mut key);
    hash.hmac(&key, content)
}

impl Contents {
    fn read_safe(&mut self, safe: &[u8], unlock: &mut Unlock) -> Result<()> {
        let mut infos = Tlv::parse_prefix(safe)?.expect(Tag::SEQUENCE)?.children()?;
        while let Some(info) = infos.next()? {
            let mut members = info.expect(Tag::SEQUENCE)?.children()?;
            let plain = match members.read(Tag::OID)?.oid()? {
                oids::ENCRYPTED_DATA => {
                    let data = members.read(Tag::context(0))?.only_child()?;
                    decrypt_content(&data, unlock)?
                }
                _ => content_of(&info)?,
            };
            // What a wrong password decrypts to is seldom a sequence.
            let bags = Tlv::parse_prefix(&plain).and_then(|tlv| tlv.expect(Tag::SEQUENCE)?.children());
            self.read_bags(&mut bags.map_err(|_| unlock.refused())?, unlock, 0)?;
        }
        Ok(())
    }

    fn read_bags(&mut self, bags: &mut Reader<'_>, unlock: &mut Unlock, depth: usize) -> Result<()> {
        while let Some(bag) = bags.next()? {
            self.bags += 1;
            if depth > MAX_NESTING || self.bags > MAX_BAGS {
                return Err(Error::new(
                    ErrorKind::Limit,
                    text!(
                        "more than {MAX_BAGS} entries in a PKCS#12 file",
                        "PKCS#12 文件的条目超过 {MAX_BAGS} 个"
                    ),
                ));
            }
            let mut members = bag.expect(Tag::SEQUENCE)?.children()?;
            let kind = members.read(Tag::OID)?.oid()?;
            let value = members.read(Tag::context(0))?.only_child()?;
            let id = members
                .optional(Tag::SET)?
                .map(|attributes| local_key_id(&attributes))
                .transpose()?
                .flatten();
            match kind {
                oids::KEY_BAG => self.take_key(pkcs8::read(&value), id)?,
                oids::SHROUDED_KEY_BAG => self.take_key(pkcs8::read_encrypted(&value, unlock), id)?,
                oids::CERT_BAG => {
                    let mut certificate = value.children()?;
                    if certificate.read(Tag::OID)?.oid()? == oids::X509_CERTIFICATE {
                        let der = certificate.read(Tag::context(0))?.only_child()?.octets()?;
                        // A certificate that cannot be read is of no use to the key, and no reason to refuse it.
                        if let Ok(certificate) = Certificate::from_der(&der) {
                            self.certificates.push((certificate, id));
                        }
                    }
                }
                oids::SAFE_CONTENTS_BAG => self.read_bags(&mut value.children()?, unlock, depth + 1)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Keys of algorithms that are not known may stand beside the one that is wanted.
    fn take_key(&mut self, key: Result<PrivateKey>, id: Option<Vec<u8>>) -> Result<()> {
        match key {
            Ok(key) => self.keys.push((key, id)),
            Err(error) if error.kind() == ErrorKind::Unsupported => self.passed_over = Some(error),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The key that can sign documents, with its certificate. Chinese files may hold a second pair for encryption.
    fn choose(mut self) -> Result<KeyFile> {
        let chosen = self
            .keys
            .iter()
            .enumerate()
            .map(|(index, (key, id))| {
                let certificate = self.certificate_of(key, id.as_deref());
                let usage = certificate
                    .and_then(|at| self.certificates.get(at))
                    .and_then(|(one, _)| one.key_usage());
                let rank = match (certificate, usage) {
                    (Some(_), Some(usage)) if !usage.allows_signatures() => 1,
                    (Some(_), _) => 0,
                    (None, _) => 2,
                };
                // Beside an ordinary key, the SM2 key is the one that seals.
                (rank, !matches!(key, PrivateKey::Sm2(_)), index, certificate)
            })
            .min();
        let Some((_, _, index, certificate)) = chosen else {
            return Err(self.passed_over.unwrap_or_else(|| {
                Error::new(ErrorKind::Key, text!("the file holds no private key", "文件中没有私钥"))
            }));
        };
        let (key, _) = self.keys.swap_remove(index);
        let certificate = certificate.map(|at| self.certificates.remove(at).0);
        let chain = self
            .certificates
            .into_iter()
            .map(|(certificate, _)| certificate)
            .collect();
        Ok(KeyFile {
            key,
            certificate,
            chain,
        })
    }

    /// The certificate with the key's public key; among several, the one with its localKeyId.
    fn certificate_of(&self, key: &PrivateKey, id: Option<&[u8]>) -> Option<usize> {
        let public = key.public_key();
        let fits = |certificate: &Certificate| certificate.public_key().is_same_key(&public);
        self.certificates
            .iter()
            .enumerate()
            .filter(|(_, (certificate, _))| fits(certificate))
            .min_by_key(|(_, (_, other))| id.is_none() || other.as_deref() != id)
            .map(|(index, _)| index)
    }
}

/// EncryptedData, RFC 2315, 13.
fn decrypt_content(data: &Tlv<'_>, unlock: &mut Unlock) -> Result<Zeroizing<Vec<u8>>> {
    let mut members = data.expect(Tag::SEQUENCE)?.children()?;
    members.read(Tag::INTEGER)?;
    let mut content = members.read(Tag::SEQUENCE)?.children()?;
    content.read(Tag::OID)?;
    let algorithm = content.read(Tag::SEQUENCE)?;
    let encrypted = content.any()?;
    if !matches!(encrypted.tag(), tag if tag == Tag::context(0) || tag == Tag::context_primitive(0)) {
        return Err(encrypted.error(text!("encrypted content is missing", "缺少加密内容")));
    }
    unlock.decrypt(&algorithm, &encrypted.implicit_octets()?)
}

fn local_key_id(attributes: &Tlv<'_>) -> Result<Option<Vec<u8>>> {
    let mut list = attributes.children()?;
    while let Some(attribute) = list.next()? {
        let mut members = attribute.expect(Tag::SEQUENCE)?.children()?;
        if members.read(Tag::OID)?.oid()? == oids::LOCAL_KEY_ID {
            let value = members.read(Tag::SET)?.children()?.any()?;
            return Ok(Some(value.octets()?.into_owned()));
        }
    }
    Ok(None)
}
