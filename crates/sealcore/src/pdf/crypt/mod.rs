//! Encryption of documents (ISO 32000-2, 7.6): the standard and the public-key security handler, crypt filters, and what of a
//! document is encrypted.
//!
//! RC4 and MD5 are here because old documents use them; they protect nothing today.

mod cipher;
mod dictionary;
mod envelope;
mod file;
mod object;
mod password;
mod permissions;
mod public_key;
mod recipient;
mod standard;
mod unlock;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use digest::Digest as _;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha2::Sha256;
use zeroize::Zeroizing;

pub(crate) use self::file::Encryption;
pub use self::permissions::Permissions;
pub use self::recipient::{KeyTransport, KeyWrapping, RsaRecipientKey};
pub use self::unlock::Unlock;

use self::cipher::Secret;
use self::dictionary::{IDENTITY, Layout, Method};
pub(crate) use self::object::Encryptor;
use super::object::{Dictionary, Object, ObjectId};
use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// The keys of an encrypted document, and what they are for.
pub(crate) struct Crypt {
    filters: Vec<Filter>,
    /// Names of the filters of streams, strings and embedded files.
    streams: Vec<u8>,
    strings: Vec<u8>,
    embedded: Vec<u8>,
    /// Whether streams may name a filter, and metadata may be in clear: from /V 4 on.
    by_name: bool,
    encrypt_metadata: bool,
    permissions: Permissions,
    permissions_altered: bool,
}

struct Filter {
    name: Vec<u8>,
    method: Method,
    /// Nothing where the recipient has no access.
    key: Option<Arc<Secret>>,
}

impl Crypt {
    /// Opens the keys of a document.
    ///
    /// `encrypt` is the dictionary that /Encrypt of the trailer leads to, with every reference in it resolved; `id0` the first
    /// string of /ID, empty where there is none.
    ///
    /// # Errors
    /// [`ErrorKind::Password`] when `unlock` does not open it, [`ErrorKind::Unsupported`] for an unknown handler or
    /// algorithm, [`ErrorKind::Pdf`] naming the entry that is malformed, [`ErrorKind::Asn1`] and
    /// [`ErrorKind::Crypto`] for messages to recipients that cannot be read.
    pub(crate) fn open(encrypt: &Dictionary, id0: &[u8], unlock: &Unlock<'_>) -> Result<Self> {
        Self::read(encrypt, id0, unlock).map_err(|error| error.in_part("Encrypt"))
    }

    fn read(encrypt: &Dictionary, id0: &[u8], unlock: &Unlock<'_>) -> Result<Self> {
        let handler = encrypt
            .get("Filter")
            .and_then(Object::as_name)
            .ok_or_else(|| dictionary::missing("Filter"))?;
        let layout = Layout::read(encrypt)?;
        let by_name = layout.version >= 4;
        let encrypt_metadata = !by_name || encrypts_metadata(encrypt, &layout)?;
        let (keys, permissions, permissions_altered) = match handler {
            b"Standard" => {
                let opened = standard::open(encrypt, &layout, encrypt_metadata, id0, unlock)?;
                let key = Arc::new(opened.key);
                let keys = layout.filters.iter().map(|_| Some(Arc::clone(&key))).collect();
                (keys, opened.permissions, opened.altered)
            }
            b"Adobe.PubSec" | b"Adobe.PPKLite" | b"Entrust.PPKEF" => {
                let opened = public_key::open(encrypt, &layout, encrypt_metadata, unlock)?;
                let keys: Vec<_> = opened.keys.into_iter().map(|key| key.map(Arc::new)).collect();
                (keys, opened.permissions, false)
            }
            other => {
                let name = String::from_utf8_lossy(other);
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    text!("security handler /{name} is not supported", "不支持安全处理器 /{name}"),
                )
                .in_part("Filter"));
            }
        };
        Ok(Self {
            filters: layout
                .filters
                .into_iter()
                .zip(keys)
                .map(|(filter, key)| Filter {
                    name: filter.name,
                    method: filter.method,
                    key,
                })
                .collect(),
            streams: layout.streams,
            strings: layout.strings,
            embedded: layout.embedded,
            by_name,
            encrypt_metadata,
            permissions,
            permissions_altered,
        })
    }

    /// What may be done with the document.
    pub(crate) fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// Whether the protected copy of the permissions (/Perms) contradicts the encryption dictionary: somebody without the
    /// key changed one of them. [`Self::permissions`] then has what both allow.
    pub(crate) fn permissions_altered(&self) -> bool {
        self.permissions_altered
    }

    /// The bytes of a string of the indirect object `id`. Strings in object streams are not encrypted on their own.
    ///
    /// # Errors
    /// [`ErrorKind::Crypto`] for truncated data and wrong padding, [`ErrorKind::Unsupported`] for an unknown method,
    /// [`ErrorKind::Password`] where the recipient has no access.
    pub(crate) fn decrypt_string(&self, id: ObjectId, data: &[u8]) -> Result<Vec<u8>> {
        let decrypted = self.decrypt(self.filter(&self.strings)?, id, data)?;
        Ok(decrypted.into_owned())
    }

    /// The data of the stream `id`, still filtered but by /Crypt. /Type, /Filter and /DecodeParms of `dictionary` are direct.
    ///
    /// # Errors
    /// As [`Self::decrypt_string`]; [`ErrorKind::Pdf`] for a /Crypt that is not the first filter or names none.
    pub(crate) fn decrypt_stream<'d>(
        &self,
        id: ObjectId,
        dictionary: &Dictionary,
        data: &'d [u8],
    ) -> Result<Cow<'d, [u8]>> {
        self.decrypt(self.stream_filter(dictionary)?, id, data)
    }

    /// Encrypts a string of object `id`. The initialisation vector is a function of the key, `seed`, `id` and the data, so
    /// that the same call gives the same bytes and different data never share a vector.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for an unknown method, [`ErrorKind::Password`] where the recipient has no access.
    pub(crate) fn encrypt_string(&self, id: ObjectId, data: &[u8], seed: &[u8]) -> Result<Vec<u8>> {
        self.encrypt(self.filter(&self.strings)?, id, data, seed, b"string")
    }

    /// Encrypts the filtered data of the stream `id`, as [`Self::decrypt_stream`] reads it.
    ///
    /// # Errors
    /// As [`Self::encrypt_string`] and, for the dictionary, [`Self::decrypt_stream`].
    pub(crate) fn encrypt_stream(
        &self,
        id: ObjectId,
        dictionary: &Dictionary,
        data: &[u8],
        seed: &[u8],
    ) -> Result<Vec<u8>> {
        self.encrypt(self.stream_filter(dictionary)?, id, data, seed, b"stream")
    }

    fn filter(&self, name: &[u8]) -> Result<Option<&Filter>> {
        if name == IDENTITY {
            return Ok(None);
        }
        self.filters
            .iter()
            .find(|filter| filter.name == name)
            .map(Some)
            .ok_or_else(|| dictionary::unknown_filter(name))
    }

    /// The filter of a stream; nothing for one that is in clear.
    fn stream_filter(&self, dictionary: &Dictionary) -> Result<Option<&Filter>> {
        if dictionary.is_type("XRef") {
            return Ok(None);
        }
        if self.by_name {
            if let Some(name) = named_filter(dictionary)? {
                return self.filter(&name);
            }
            if dictionary.is_type("Metadata") && !self.encrypt_metadata {
                return Ok(None);
            }
            if dictionary.is_type("EmbeddedFile") {
                return self.filter(&self.embedded);
            }
        }
        self.filter(&self.streams)
    }

    fn decrypt<'d>(&self, filter: Option<&Filter>, id: ObjectId, data: &'d [u8]) -> Result<Cow<'d, [u8]>> {
        let Some((method, key)) = filter.map(Filter::open).transpose()?.flatten() else {
            return Ok(Cow::Borrowed(data));
        };
        match method {
            Cipher::Rc4 => cipher::rc4(&object_key(key, id, false), data),
            Cipher::Aes128 => cipher::aes_decrypt(&object_key(key, id, true), data),
            Cipher::Aes256 => cipher::aes_decrypt(key, data),
        }
        .map(Cow::Owned)
    }

    fn encrypt(&self, filter: Option<&Filter>, id: ObjectId, data: &[u8], seed: &[u8], kind: &[u8]) -> Result<Vec<u8>> {
        let Some((method, key)) = filter.map(Filter::open).transpose()?.flatten() else {
            return Ok(data.to_vec());
        };
        match method {
            Cipher::Rc4 => cipher::rc4(&object_key(key, id, false), data),
            Cipher::Aes128 => {
                let iv = vector(key, id, data, seed, kind)?;
                cipher::aes_encrypt(&object_key(key, id, true), &iv, data)
            }
            Cipher::Aes256 => cipher::aes_encrypt(key, &vector(key, id, data, seed, kind)?, data),
        }
    }
}

/// Shows no key.
impl fmt::Debug for Crypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crypt")
            .field(
                "methods",
                &self.filters.iter().map(|filter| &filter.method).collect::<Vec<_>>(),
            )
            .field("encrypt_metadata", &self.encrypt_metadata)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy)]
enum Cipher {
    Rc4,
    Aes128,
    Aes256,
}

impl Filter {
    /// The cipher and its file key; nothing for a filter that does nothing.
    fn open(&self) -> Result<Option<(Cipher, &[u8])>> {
        let method = match &self.method {
            Method::Identity => return Ok(None),
            Method::Rc4 => Cipher::Rc4,
            Method::Aes128 => Cipher::Aes128,
            Method::Aes256 => Cipher::Aes256,
            Method::Unknown(name) => {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    text!("encryption method /{name} is not supported", "不支持加密方法 /{name}"),
                ));
            }
        };
        match &self.key {
            Some(key) => Ok(Some((method, key))),
            None => Err(Error::new(
                ErrorKind::Password,
                text!(
                    "this part of the document is not encrypted for this certificate",
                    "文档的这一部分不是为该证书加密的"
                ),
            )),
        }
    }
}

/// /EncryptMetadata stands in the encryption dictionary, with the public-key handler in the filter of streams too.
fn encrypts_metadata(encrypt: &Dictionary, layout: &Layout<'_>) -> Result<bool> {
    let whole = dictionary::boolean(encrypt, "EncryptMetadata")?;
    let filter = layout
        .filters
        .iter()
        .find(|filter| filter.name == layout.streams)
        .map(|filter| dictionary::boolean(filter.dictionary, "EncryptMetadata"))
        .transpose()?
        .flatten();
    Ok(whole.or(filter).unwrap_or(true))
}

/// The name of the crypt filter that a stream asks for itself (7.4.10): /Crypt is its first filter.
fn named_filter(dictionary: &Dictionary) -> Result<Option<Vec<u8>>> {
    let wrong = || {
        Error::new(
            ErrorKind::Pdf,
            text!(
                "/Crypt of a stream is not its first filter, or malformed",
                "流的 /Crypt 不是首个过滤器或格式错误"
            ),
        )
    };
    let is_crypt = |filter: &Object| filter.as_name() == Some(b"Crypt");
    let parameters = dictionary.get("DecodeParms");
    let parameters = match dictionary.get("Filter") {
        Some(filter) if is_crypt(filter) => match parameters {
            Some(Object::Array(each)) => each.first(),
            other => other,
        },
        Some(Object::Array(filters)) => match filters.iter().position(is_crypt) {
            None => return Ok(None),
            Some(0) => match parameters {
                Some(Object::Array(each)) => each.first(),
                // One dictionary for several filters is malformed, but of one filter in an array it is met.
                other if filters.len() == 1 => other,
                None | Some(Object::Null) => None,
                Some(_) => return Err(wrong()),
            },
            Some(_) => return Err(wrong()),
        },
        _ => return Ok(None),
    };
    match parameters {
        None | Some(Object::Null) => Ok(Some(IDENTITY.to_vec())),
        Some(Object::Dictionary(parameters)) => match parameters.get("Name") {
            None | Some(Object::Null) => Ok(Some(IDENTITY.to_vec())),
            Some(Object::Name(name)) => Ok(Some(name.as_bytes().to_vec())),
            Some(_) => Err(wrong()),
        },
        Some(_) => Err(wrong()),
    }
}

/// Algorithm 1: the key of one object.
fn object_key(key: &[u8], id: ObjectId, aes: bool) -> Secret {
    let [n0, n1, n2, _] = id.number.to_le_bytes();
    let mut hash = Md5::new()
        .chain_update(key)
        .chain_update([n0, n1, n2])
        .chain_update(id.generation.to_le_bytes());
    if aes {
        hash.update(b"sAlT");
    }
    let mut derived = Zeroizing::new(hash.finalize().to_vec());
    derived.truncate(if aes { 16 } else { (key.len() + 5).min(16) });
    derived
}

/// An initialisation vector that nobody without the key can foretell.
fn vector(key: &[u8], id: ObjectId, data: &[u8], seed: &[u8], kind: &[u8]) -> Result<[u8; 16]> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .map_err(|_| Error::new(ErrorKind::Crypto, text!("the key is empty", "密钥为空")))?;
    mac.update(b"sealcore PDF vector ");
    mac.update(kind);
    mac.update(&(seed.len() as u64).to_be_bytes());
    mac.update(seed);
    mac.update(&id.number.to_be_bytes());
    mac.update(&id.generation.to_be_bytes());
    mac.update(data);
    mac.finalize()
        .into_bytes()
        .first_chunk()
        .copied()
        .ok_or_else(|| Error::new(ErrorKind::Crypto, text!("encryption failed", "加密失败")))
}

#[cfg(test)]
mod tests;
