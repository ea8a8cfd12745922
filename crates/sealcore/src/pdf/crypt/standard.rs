//! The standard security handler (ISO 32000-2, 7.6.4): revisions 2 to 4 with MD5 and RC4, 5 and 6 with SHA-2 and AES-256.

use digest::Digest as _;
use md5::Md5;
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::cipher::{Secret, aes128_chain, aes256_block, aes256_unwrap, rc4};
use super::dictionary::{self, Layout};
use super::password;
use super::permissions::Permissions;
use super::unlock::Unlock;
use crate::error::{Error, ErrorKind, Result};
use crate::pdf::object::Dictionary;
use crate::text;

/// What fills a password up to 32 bytes.
const PADDING: [u8; 32] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08, 0x2E, 0x2E, 0x00,
    0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
];

/// What a password opened.
pub(super) struct Opened {
    pub(super) key: Secret,
    pub(super) permissions: Permissions,
    /// /Perms, which the file key protects, says otherwise than /P or /EncryptMetadata.
    pub(super) altered: bool,
}

/// Opens the file key with `unlock`.
pub(super) fn open(
    encrypt: &Dictionary,
    layout: &Layout<'_>,
    encrypt_metadata: bool,
    id0: &[u8],
    unlock: &Unlock<'_>,
) -> Result<Opened> {
    let revision = dictionary::integer(encrypt, "R")?.ok_or_else(|| dictionary::missing("R"))?;
    let bits = permission_bits(encrypt)?;
    match (layout.version, revision) {
        (1..=4, 2..=4) => {
            let handler = Legacy {
                revision,
                bits,
                user: dictionary::string::<32>(encrypt, "U")?,
                owner: dictionary::string::<32>(encrypt, "O")?,
                id0,
                encrypt_metadata: encrypt_metadata || revision < 4,
            };
            handler.open(layout, unlock)
        }
        (5, 5 | 6) => {
            let handler = Modern {
                revision,
                bits,
                user: dictionary::string::<48>(encrypt, "U")?,
                owner: dictionary::string::<48>(encrypt, "O")?,
                user_key: dictionary::string::<32>(encrypt, "UE")?,
                owner_key: dictionary::string::<32>(encrypt, "OE")?,
                perms: dictionary::string::<16>(encrypt, "Perms")?,
                encrypt_metadata,
            };
            handler.open(unlock)
        }
        (version, _) => Err(Error::new(
            ErrorKind::Unsupported,
            text!(
                "revision {revision} of the standard security handler with algorithm {version} is not supported",
                "不支持标准安全处理器修订号 {revision}（算法 {version}）"
            ),
        )),
    }
}

/// /P: 32 bits, which some write without a sign.
fn permission_bits(encrypt: &Dictionary) -> Result<u32> {
    let value = dictionary::integer(encrypt, "P")?.ok_or_else(|| dictionary::missing("P"))?;
    let range = i64::from(i32::MIN)..=i64::from(u32::MAX);
    range
        .contains(&value)
        .then(|| u32::try_from(value.rem_euclid(1 << 32)).ok())
        .flatten()
        .ok_or_else(|| dictionary::malformed("P"))
}

fn refused(unlock: &Unlock<'_>) -> Error {
    let message = match unlock {
        Unlock::Password(_) => text!("the password does not open the document", "密码错误，无法打开文档"),
        Unlock::None | Unlock::Recipient { .. } => {
            text!("the document needs a password", "打开文档需要密码")
        }
    };
    Error::new(ErrorKind::Password, message)
}

/// Revisions 2 to 4.
struct Legacy<'a> {
    revision: i64,
    bits: u32,
    user: [u8; 32],
    owner: [u8; 32],
    id0: &'a [u8],
    encrypt_metadata: bool,
}

impl Legacy<'_> {
    fn open(&self, layout: &Layout<'_>, unlock: &Unlock<'_>) -> Result<Opened> {
        let lengths = if self.revision == 2 {
            vec![5]
        } else {
            layout.key_lengths()
        };
        let typed = match unlock {
            Unlock::Password(typed) => password::legacy(typed),
            // The empty password opens as the user: it is nobody's claim to be the owner.
            Unlock::None | Unlock::Recipient { .. } => Vec::new(),
        };
        for length in lengths {
            for form in &typed {
                if let Some(key) = self.as_owner(form, length)? {
                    return Ok(self.opened(key, Permissions::OWNER));
                }
            }
            for form in typed.iter().map(|form| &form[..]).chain([&[][..]]) {
                if let Some(key) = self.as_user(&pad(form), length)? {
                    return Ok(self.opened(key, Permissions::from_bits(self.bits, self.revision)));
                }
            }
        }
        Err(refused(unlock))
    }

    fn opened(&self, key: Secret, permissions: Permissions) -> Opened {
        Opened {
            key,
            permissions,
            altered: false,
        }
    }

    /// Algorithm 2: the file key of a padded user password.
    fn key(&self, padded: &[u8; 32], length: usize) -> Secret {
        let mut hash = Md5::new()
            .chain_update(padded)
            .chain_update(self.owner)
            .chain_update(self.bits.to_le_bytes())
            .chain_update(self.id0);
        if !self.encrypt_metadata {
            hash.update([0xff; 4]);
        }
        let mut key = Zeroizing::new(hash.finalize().to_vec());
        key.truncate(length);
        if self.revision >= 3 {
            for _ in 0..50 {
                key = Zeroizing::new(Md5::digest(&key[..]).to_vec());
                key.truncate(length);
            }
        }
        key
    }

    /// Algorithms 4, 5 and 6.
    fn as_user(&self, padded: &[u8; 32], length: usize) -> Result<Option<Secret>> {
        let key = self.key(padded, length);
        let fits = if self.revision == 2 {
            rc4(&key, &PADDING)?.ct_eq(&self.user)
        } else {
            let mut check = Md5::new()
                .chain_update(PADDING)
                .chain_update(self.id0)
                .finalize()
                .to_vec();
            for round in 0..20 {
                check = rc4(&xored(&key, round), &check)?;
            }
            // Only 16 bytes are defined; the others may be anything.
            let (stated, _) = self.user.split_at(16);
            check.ct_eq(stated)
        };
        Ok(bool::from(fits).then_some(key))
    }

    /// Algorithm 7: the user's password is inside /O.
    fn as_owner(&self, typed: &[u8], length: usize) -> Result<Option<Secret>> {
        let mut key = Zeroizing::new(Md5::digest(&pad(typed)[..]).to_vec());
        let mut padded = Zeroizing::new(self.owner.to_vec());
        if self.revision == 2 {
            key.truncate(length);
            padded = Zeroizing::new(rc4(&key, &padded)?);
        } else {
            for _ in 0..50 {
                key = Zeroizing::new(Md5::digest(&key[..]).to_vec());
            }
            key.truncate(length);
            for round in (0..20).rev() {
                padded = Zeroizing::new(rc4(&xored(&key, round), &padded)?);
            }
        }
        // /O is 32 bytes and RC4 keeps the length.
        self.as_user(&pad(&padded), length)
    }
}

fn xored(key: &[u8], round: u8) -> Secret {
    Zeroizing::new(key.iter().map(|byte| byte ^ round).collect())
}

/// The first 32 bytes, or what is there and then the padding.
fn pad(password: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut padded = Zeroizing::new([0; 32]);
    for (to, from) in padded.iter_mut().zip(password.iter().chain(&PADDING)) {
        *to = *from;
    }
    padded
}

/// Revisions 5 and 6.
struct Modern {
    revision: i64,
    bits: u32,
    user: [u8; 48],
    owner: [u8; 48],
    user_key: [u8; 32],
    owner_key: [u8; 32],
    perms: [u8; 16],
    encrypt_metadata: bool,
}

impl Modern {
    /// Algorithm 2.A.
    fn open(&self, unlock: &Unlock<'_>) -> Result<Opened> {
        let typed = match unlock {
            Unlock::Password(typed) => password::modern(typed),
            Unlock::None | Unlock::Recipient { .. } => Vec::new(),
        };
        for form in &typed {
            if let Some(key) = self.unwrap(form, &self.owner, &self.user, &self.owner_key)? {
                return self.opened(key, Permissions::OWNER);
            }
        }
        for form in typed.iter().map(|form| &form[..]).chain([&[][..]]) {
            if let Some(key) = self.unwrap(form, &self.user, &[], &self.user_key)? {
                return self.opened(key, Permissions::from_bits(self.bits, self.revision));
            }
        }
        Err(refused(unlock))
    }

    /// `entry` is a hash, a salt to check with and a salt to derive with.
    fn unwrap(&self, typed: &[u8], entry: &[u8; 48], user: &[u8], wrapped: &[u8; 32]) -> Result<Option<Secret>> {
        let (hash, salts) = entry.split_at(32);
        let (check_salt, key_salt) = salts.split_at(8);
        let found = self.hash(typed, check_salt, user)?;
        if !bool::from(found.ct_eq(hash)) {
            return Ok(None);
        }
        aes256_unwrap(&self.hash(typed, key_salt, user)?, wrapped).map(Some)
    }

    /// Algorithm 13: the file key covers a copy of the permissions.
    fn opened(&self, key: Secret, permissions: Permissions) -> Result<Opened> {
        let [p0, p1, p2, p3, _, _, _, _, metadata, a, d, b, ..] = aes256_block(&key, self.perms)?;
        let protected = u32::from_le_bytes([p0, p1, p2, p3]);
        let flag = if self.encrypt_metadata { b'T' } else { b'F' };
        let altered = [a, d, b] != *b"adb" || protected != self.bits || metadata != flag;
        let permissions = if altered && !permissions.owner {
            permissions.and(Permissions::from_bits(protected, self.revision))
        } else {
            permissions
        };
        Ok(Opened {
            key,
            permissions,
            altered,
        })
    }

    fn hash(&self, typed: &[u8], salt: &[u8], user: &[u8]) -> Result<Secret> {
        let first = Sha256::new()
            .chain_update(typed)
            .chain_update(salt)
            .chain_update(user)
            .finalize();
        let first = Zeroizing::new(first.to_vec());
        if self.revision == 5 {
            return Ok(first);
        }
        hardened(first, typed, user)
    }
}

/// Algorithm 2.B. Ends by itself: the last byte, at most 255, is no more than the round less 32 from round 287 on.
fn hardened(first: Secret, typed: &[u8], user: &[u8]) -> Result<Secret> {
    let mut key = first;
    let mut round = 0_u32;
    loop {
        let once = Zeroizing::new([typed, &key, user].concat());
        let mut data = Zeroizing::new(once.repeat(64));
        let (cipher_key, iv) = (key.get(..16).unwrap_or_default(), key.get(16..32).unwrap_or_default());
        aes128_chain(cipher_key, iv, &mut data)?;
        // 256 is 1 modulo 3, so the number's remainder is that of its digits' sum.
        let remainder = data.iter().take(16).map(|byte| u32::from(*byte)).sum::<u32>() % 3;
        key = Zeroizing::new(match remainder {
            0 => Sha256::digest(&data[..]).to_vec(),
            1 => Sha384::digest(&data[..]).to_vec(),
            _ => Sha512::digest(&data[..]).to_vec(),
        });
        round += 1;
        let last = data.last().copied().map_or(0, u32::from);
        if round >= 64 && last + 32 <= round {
            key.truncate(32);
            return Ok(key);
        }
    }
}
