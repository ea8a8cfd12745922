//! Opens any key file by its content.

use std::fmt;

use super::pbe::{MAX_ROUNDS, Unlock};
use super::private_key::{PrivateKey, RsaPrivateKey};
use super::{SoftSigner, pkcs8, pkcs12, sec1};
use crate::asn1::{Tag, Tlv};
use crate::cert::{Certificate, pem};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Lang;
use crate::oids;
use crate::text;

/// What a key file holds.
#[derive(Clone)]
pub struct KeyFile {
    /// The private key; overwritten when dropped.
    pub key: PrivateKey,
    /// The certificate of the key.
    pub certificate: Option<Certificate>,
    /// The file's other certificates.
    pub chain: Vec<Certificate>,
}

impl KeyFile {
    /// A signer with this key.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] when the file holds no certificate of the key.
    pub fn into_signer(self) -> Result<SoftSigner> {
        let certificate = self.certificate.ok_or_else(|| {
            Error::new(
                ErrorKind::Key,
                text!(
                    "the key file holds no certificate of its key",
                    "密钥文件中没有私钥对应的证书"
                ),
            )
        })?;
        Ok(SoftSigner::new(self.key, certificate)?.with_chain(self.chain))
    }
}

/// The key and how many certificates.
impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile")
            .field("key", &self.key)
            .field("certificate", &self.certificate)
            .field("chain", &self.chain)
            .finish()
    }
}

/// Opens a key file: PKCS#12, PKCS#8 (encrypted or not), SEC 1 or PKCS#1, in DER, PEM (encrypted as of
/// RFC 1421 too) or bare Base64. PEM may hold certificates
/// beside the key.
///
/// # Errors
/// [`ErrorKind::Password`] when the password does not open it, [`ErrorKind::Key`] when it holds no private key or one that
/// cannot be read, [`ErrorKind::Unsupported`] for a key or encryption of another algorithm, [`ErrorKind::Limit`] when
/// opening it would take more than four million rounds of key derivation.
pub fn load(bytes: &[u8], password: Option<&str>) -> Result<KeyFile> {
    load_within(bytes, password, MAX_ROUNDS)
}

/// As [`load`], within so many rounds of key derivation.
pub(crate) fn load_within(bytes: &[u8], password: Option<&str>, rounds: u64) -> Result<KeyFile> {
    let mut unlock = Unlock::new(password, rounds);
    let opened = if pem::looks_like_pem(bytes) {
        load_pem(bytes, &mut unlock)
    } else {
        match bytes.first() {
            Some(b'M') => match pem::decode(bytes) {
                Some(der) => load_der(&der, &mut unlock),
                None => load_der(bytes, &mut unlock),
            },
            _ => load_der(bytes, &mut unlock),
        }
    };
    opened.map_err(|error| match error.kind() {
        ErrorKind::Asn1 | ErrorKind::Format => {
            let (en, zh) = (error.message(Lang::En), error.message(Lang::Zh));
            let whole = Error::new(
                ErrorKind::Key,
                text!("the key file cannot be read: {en}", "密钥文件无法读取：{zh}"),
            );
            match error.position() {
                Some(position) => whole.at(position),
                None => whole,
            }
        }
        _ => error,
    })
}

fn load_pem(bytes: &[u8], unlock: &mut Unlock) -> Result<KeyFile> {
    let mut key = None;
    let mut certificates = Vec::new();
    for block in pem::blocks(bytes)? {
        let content = match block.dek_info {
            Some(dek_info) => unlock.decrypt_pem(dek_info, &block.der)?,
            None => block.der,
        };
        let structure = match block.label {
            "CERTIFICATE" | "X509 CERTIFICATE" => {
                certificates.push(Certificate::from_der(&content)?);
                continue;
            }
            label if label.ends_with("PRIVATE KEY") && key.is_none() => match block.dek_info {
                // A wrong password may leave padding that looks right, and nonsense behind it.
                Some(_) => Tlv::parse_prefix(&content).map_err(|error| unlock.refused().caused_by(error))?,
                None => Tlv::parse_prefix(&content)?,
            },
            _ => continue,
        };
        let opened = read_structure(&structure, unlock);
        key = Some(match (opened, block.dek_info) {
            (Ok(opened), _) => opened.key,
            (Err(error), Some(_)) if error.kind() == ErrorKind::Asn1 => return Err(unlock.refused().caused_by(error)),
            (Err(error), _) => return Err(error),
        });
    }
    let key = key.ok_or_else(|| {
        Error::new(
            ErrorKind::Key,
            text!("the PEM text holds no private key", "PEM 文本中没有私钥"),
        )
    })?;
    let public = key.public_key();
    let fits = |certificate: &Certificate| certificate.public_key().is_same_key(&public);
    let certificate = certificates
        .iter()
        .position(fits)
        .map(|index| certificates.remove(index));
    Ok(KeyFile {
        key,
        certificate,
        chain: certificates,
    })
}

fn load_der(bytes: &[u8], unlock: &mut Unlock) -> Result<KeyFile> {
    read_structure(&Tlv::parse_prefix(bytes)?, unlock)
}

/// Told apart by the first two members: a version and `data` in PKCS#12, a version and an algorithm in PKCS#8, a version and
/// octets in SEC 1, a version and a number in PKCS#1, an algorithm in encrypted PKCS#8.
fn read_structure(structure: &Tlv<'_>, unlock: &mut Unlock) -> Result<KeyFile> {
    let mut members = structure.expect(Tag::SEQUENCE)?.children()?;
    let alone = |key| KeyFile {
        key,
        certificate: None,
        chain: Vec::new(),
    };
    let (first, second) = (members.any()?, members.any()?);
    match (first.tag(), second.tag()) {
        (Tag::SEQUENCE, _) => pkcs8::read_encrypted(structure, unlock).map(alone),
        (Tag::INTEGER, Tag::OCTET_STRING) => sec1::read(structure, None).map(alone),
        (Tag::INTEGER, Tag::INTEGER) => RsaPrivateKey::read(structure).map(PrivateKey::Rsa).map(alone),
        (Tag::INTEGER, Tag::SEQUENCE) => {
            let content = second.children()?.read(Tag::OID)?.oid()?;
            if matches!(content, oids::DATA | oids::SIGNED_DATA) {
                pkcs12::read(structure, unlock)
            } else {
                pkcs8::read(structure).map(alone)
            }
        }
        _ => Err(structure.error(text!(
            "neither PKCS#12 nor PKCS#8 nor SEC 1 nor PKCS#1",
            "不是 PKCS#12、PKCS#8、SEC 1 或 PKCS#1 结构"
        ))),
    }
}
