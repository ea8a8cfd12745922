//! The public-key security handler (ISO 32000-2, 7.6.5): the file key comes from a seed that is enveloped for each recipient.

use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::cipher::Secret;
use super::dictionary::{self, IDENTITY, Layout, Method, NamedFilter};
use super::envelope;
use super::permissions::Permissions;
use super::recipient::KeyTransport;
use super::unlock::Unlock;
use crate::cert::Certificate;
use crate::error::{Error, ErrorKind, Result};
use crate::pdf::object::{Dictionary, Object};
use crate::text;

/// Messages in all lists of recipients; each may name many recipients.
const MAX_MESSAGES: usize = 1_000;

/// Private-key operations that one document may ask for: one for each crypt filter.
const MAX_UNWRAPS: usize = 32;

/// Bytes of the seed; behind it may be four of permissions.
const SEED: usize = 20;

/// The keys of the filters that the recipient may use, by their order in the layout.
pub(super) struct Opened {
    pub(super) keys: Vec<Option<Secret>>,
    pub(super) permissions: Permissions,
}

/// Opens the keys of all filters.
pub(super) fn open(
    encrypt: &Dictionary,
    layout: &Layout<'_>,
    encrypt_metadata: bool,
    unlock: &Unlock<'_>,
) -> Result<Opened> {
    let Unlock::Recipient { certificate, key } = unlock else {
        return Err(Error::new(
            ErrorKind::Password,
            text!(
                "the document is encrypted for certificates; the key of a recipient is needed",
                "文档已用证书加密，需要接收者的私钥"
            ),
        ));
    };
    check_sub_filter(encrypt)?;
    let mut opener = Opener {
        certificate,
        key: *key,
        messages_left: MAX_MESSAGES,
        unwraps_left: MAX_UNWRAPS,
    };
    let mut permissions = Permissions::OWNER;
    let mut keys = Vec::new();
    for filter in &layout.filters {
        if filter.method == Method::Identity {
            keys.push(None);
            continue;
        }
        let default = [&layout.streams, &layout.strings].contains(&&filter.name);
        let opened = opener
            .open(filter, layout, default && !encrypt_metadata)
            .map_err(|error| error.in_part("Recipients"))?;
        keys.push(opened.map(|(key, stated)| {
            permissions = permissions.and(stated);
            key
        }));
    }
    let open = |name: &Vec<u8>| {
        name == IDENTITY
            || layout
                .filters
                .iter()
                .zip(&keys)
                .any(|(filter, key)| filter.name == *name && (key.is_some() || filter.method == Method::Identity))
    };
    if !open(&layout.streams) || !open(&layout.strings) {
        return Err(Error::new(
            ErrorKind::Password,
            text!(
                "the document is not encrypted for this certificate",
                "文档不是为该证书加密的"
            ),
        ));
    }
    Ok(Opened { keys, permissions })
}

/// 7.6.5.2, table 23: `s3` and `s4` list the recipients in the encryption dictionary, `s5` in the crypt filters.
fn check_sub_filter(encrypt: &Dictionary) -> Result<()> {
    match encrypt.get("SubFilter").and_then(Object::as_name) {
        Some(b"adbe.pkcs7.s3" | b"adbe.pkcs7.s4" | b"adbe.pkcs7.s5") => Ok(()),
        _ => Err(dictionary::malformed("SubFilter")),
    }
}

struct Opener<'a> {
    certificate: &'a Certificate,
    key: &'a dyn KeyTransport,
    messages_left: usize,
    unwraps_left: usize,
}

impl Opener<'_> {
    fn open(
        &mut self,
        filter: &NamedFilter<'_>,
        layout: &Layout<'_>,
        metadata_in_clear: bool,
    ) -> Result<Option<(Secret, Permissions)>> {
        let messages = match filter.dictionary.get("Recipients") {
            Some(Object::Array(messages)) => messages
                .iter()
                .map(|message| message.as_string().ok_or_else(|| dictionary::malformed("Recipients")))
                .collect::<Result<Vec<_>>>()?,
            Some(Object::String(message)) => vec![&message.bytes[..]],
            Some(_) => return Err(dictionary::malformed("Recipients")),
            None => return Err(dictionary::missing("Recipients")),
        };
        self.messages_left = self.messages_left.checked_sub(messages.len()).ok_or_else(|| {
            Error::new(
                ErrorKind::Limit,
                text!(
                    "more than {MAX_MESSAGES} lists of recipients",
                    "接收者列表超过 {MAX_MESSAGES} 个"
                ),
            )
        })?;
        let Some(content) = self.envelope(&messages)? else {
            return Ok(None);
        };
        let (seed, rest) = content
            .split_at_checked(SEED)
            .ok_or_else(|| dictionary::malformed("Recipients"))?;
        let key = file_key(seed, &messages, filter, layout, metadata_in_clear);
        Ok(Some((key, permissions(rest))))
    }

    fn envelope(&mut self, messages: &[&[u8]]) -> Result<Option<Secret>> {
        for message in messages {
            if self.unwraps_left == 0 {
                return Err(dictionary::malformed("Recipients"));
            }
            if let Some(content) = envelope::open(message, self.certificate, self.key)? {
                self.unwraps_left -= 1;
                return Ok(Some(content));
            }
        }
        Ok(None)
    }
}

/// 7.6.5.3: the digest of the seed and of everything in the list of recipients.
fn file_key(
    seed: &[u8],
    messages: &[&[u8]],
    filter: &NamedFilter<'_>,
    layout: &Layout<'_>,
    metadata_in_clear: bool,
) -> Secret {
    fn digest<D: digest::Digest>(pieces: &[&[u8]]) -> Secret {
        let mut hash = D::new();
        for piece in pieces {
            hash.update(piece);
        }
        Zeroizing::new(hash.finalize().to_vec())
    }
    let mark: &[u8] = if metadata_in_clear { &[0xff; 4] } else { &[] };
    let mut pieces = vec![seed];
    pieces.extend_from_slice(messages);
    pieces.push(mark);
    let mut key = if layout.version == 5 {
        digest::<Sha256>(&pieces)
    } else {
        digest::<Sha1>(&pieces)
    };
    key.truncate(match filter.method {
        Method::Aes128 => 16,
        Method::Aes256 => 32,
        _ => filter.length.or(layout.length).unwrap_or(16).min(16),
    });
    key
}

/// The four bytes behind the seed. Lists of recipients of embedded files have none. Bit 2 gives the owner's rights.
fn permissions(bytes: &[u8]) -> Permissions {
    match bytes.first_chunk::<4>() {
        Some(bytes) => {
            let bits = u32::from_be_bytes(*bytes);
            if bits & 2 != 0 {
                Permissions::OWNER
            } else {
                Permissions::from_bits(bits, 3)
            }
        }
        None => Permissions::OWNER,
    }
}
