//! Password-based encryption of key files: PBES2 (RFC 8018), the schemes of PKCS#12 (RFC 7292), and that of PEM headers.

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyIvInit};
use digest::Digest as _;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::pkcs12_kdf::{Purpose, derive};
use crate::asn1::{Oid, Tag, Tlv, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::hex::from_hex;
use crate::oids;
use crate::text;

/// Rounds of key derivation that one file may cost: about two seconds with the slowest digest. Files of the field have some
/// thousands to one million.
pub(super) const MAX_ROUNDS: u64 = 4_000_000;

/// A digest that keys are derived with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sm3,
}

/// Runs `$body` with `$name` standing for the digest's type.
macro_rules! with_hash {
    ($hash:expr, $name:ident => $body:expr) => {
        match $hash {
            $crate::key::pbe::Hash::Sha1 => {
                type $name = sha1::Sha1;
                $body
            }
            $crate::key::pbe::Hash::Sha224 => {
                type $name = sha2::Sha224;
                $body
            }
            $crate::key::pbe::Hash::Sha256 => {
                type $name = sha2::Sha256;
                $body
            }
            $crate::key::pbe::Hash::Sha384 => {
                type $name = sha2::Sha384;
                $body
            }
            $crate::key::pbe::Hash::Sha512 => {
                type $name = sha2::Sha512;
                $body
            }
            $crate::key::pbe::Hash::Sm3 => {
                type $name = sealcore_gm::sm3::Sm3;
                $body
            }
        }
    };
}
pub(super) use with_hash;

impl Hash {
    pub(super) fn from_oid(oid: Oid) -> Option<Self> {
        match oid {
            oids::SHA1 => Some(Self::Sha1),
            oids::SHA224 => Some(Self::Sha224),
            oids::SHA256 => Some(Self::Sha256),
            oids::SHA384 => Some(Self::Sha384),
            oids::SHA512 => Some(Self::Sha512),
            oids::SM3 => Some(Self::Sm3),
            _ => None,
        }
    }

    fn from_hmac_oid(oid: Oid) -> Option<Self> {
        match oid {
            oids::HMAC_SHA1 => Some(Self::Sha1),
            oids::HMAC_SHA224 => Some(Self::Sha224),
            oids::HMAC_SHA256 => Some(Self::Sha256),
            oids::HMAC_SHA384 => Some(Self::Sha384),
            oids::HMAC_SHA512 => Some(Self::Sha512),
            // Two identifiers are in use for HMAC with SM3.
            oids::HMAC_SM3 | oids::SM3_KEYED => Some(Self::Sm3),
            _ => None,
        }
    }

    /// Length of a digest in bytes.
    pub(super) fn output_len(self) -> usize {
        with_hash!(self, D => <D as digest::Digest>::output_size())
    }

    fn pbkdf2(self, password: &[u8], salt: &[u8], rounds: u32, key: &mut [u8]) {
        // HMAC takes keys of any length, RFC 2104, so there is no error to see.
        with_hash!(self, D => pbkdf2::pbkdf2::<Hmac<D>>(password, salt, rounds, key).unwrap_or_default());
    }

    /// HMAC of `message`.
    pub(super) fn hmac(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        fn of<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
            // HMAC takes keys of any length, RFC 2104.
            let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else {
                return Vec::new();
            };
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        }
        with_hash!(self, D => of::<Hmac<D>>(key, message))
    }
}

/// A password in the two forms that key files use it in, with what may still be spent on it.
pub(super) struct Unlock {
    utf8: Zeroizing<Vec<u8>>,
    /// UTF-16 with a final zero, RFC 7292, B.1.
    pub(super) bmp: Zeroizing<Vec<u8>>,
    given: bool,
    rounds: u64,
    rounds_left: u64,
}

impl Unlock {
    pub(super) fn new(password: Option<&str>, rounds: u64) -> Self {
        let given = password.is_some();
        let password = password.unwrap_or_default();
        Self {
            utf8: Zeroizing::new(password.as_bytes().to_vec()),
            bmp: bmp_string(password),
            given,
            rounds,
            rounds_left: rounds,
        }
    }

    /// Whether the password is empty, for which PKCS#12 writers have two forms.
    pub(super) fn is_empty(&self) -> bool {
        self.utf8.is_empty()
    }

    pub(super) fn refused(&self) -> Error {
        if self.given {
            Error::new(
                ErrorKind::Password,
                text!("the password does not open the key file", "密码错误，无法打开密钥文件"),
            )
        } else {
            Error::new(
                ErrorKind::Password,
                text!("the key file needs a password", "密钥文件需要密码"),
            )
        }
    }

    /// Takes what a derivation costs from what is left.
    pub(super) fn spend(&mut self, rounds: &Tlv<'_>) -> Result<u32> {
        let count = u32::try_from(rounds.i64()?)
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| rounds.error(text!("iteration count out of range", "迭代次数超出范围")))?;
        let most = self.rounds;
        self.rounds_left = self.rounds_left.checked_sub(u64::from(count)).ok_or_else(|| {
            Error::new(
                ErrorKind::Limit,
                text!(
                    "the key file asks for more than {most} rounds of key derivation",
                    "密钥文件的密钥派生迭代超过 {most} 次"
                ),
            )
        })?;
        Ok(count)
    }

    /// Decrypts `data` as the AlgorithmIdentifier says.
    pub(super) fn decrypt(&mut self, algorithm: &Tlv<'_>, data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let mut members = algorithm.expect(Tag::SEQUENCE)?.children()?;
        let scheme = members.read(Tag::OID)?.oid()?;
        let (cipher, key_len) = match scheme {
            oids::PBES2 => return self.decrypt_pbes2(&members.read(Tag::SEQUENCE)?, data),
            oids::PBE_SHA1_3DES => (Cipher::TripleDes, 24),
            oids::PBE_SHA1_2DES => (Cipher::TripleDes, 16),
            oids::PBE_SHA1_RC2_128 => (Cipher::Rc2 { bits: 128 }, 16),
            oids::PBE_SHA1_RC2_40 => (Cipher::Rc2 { bits: 40 }, 5),
            _ => return Err(unsupported(scheme)),
        };
        let mut parameters = members.read(Tag::SEQUENCE)?.children()?;
        let salt = parameters.any()?.octets()?;
        let rounds = self.spend(&parameters.read(Tag::INTEGER)?)?;
        let mut key = Zeroizing::new(vec![0; key_len]);
        let mut iv = [0; 8];
        derive(Hash::Sha1, Purpose::Key, &self.bmp, &salt, rounds, &mut key);
        derive(Hash::Sha1, Purpose::Iv, &self.bmp, &salt, rounds, &mut iv);
        if key_len == 16 && cipher == Cipher::TripleDes {
            // Two keys: the third is the first again.
            let first = Zeroizing::new(key.iter().take(8).copied().collect::<Vec<u8>>());
            key = Zeroizing::new([&key[..], &first[..]].concat());
        }
        cipher.decrypt(&key, &iv, data).ok_or_else(|| self.refused())
    }

    /// Decrypts a PEM block as its `DEK-Info` says, in OpenSSL's way: the key is one round of MD5 over password and the
    /// first eight bytes of the vector (EVP_BytesToKey). Weak, but what `openssl ec -aes256` writes.
    pub(super) fn decrypt_pem(&self, dek_info: &str, data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let (name, vector) = dek_info.split_once(',').unwrap_or((dek_info, ""));
        let cipher = match name.trim().to_ascii_uppercase().as_str() {
            "AES-128-CBC" => Cipher::Aes128,
            "AES-192-CBC" => Cipher::Aes192,
            "AES-256-CBC" => Cipher::Aes256,
            "SM4-CBC" => Cipher::Sm4,
            "DES-EDE3-CBC" => Cipher::TripleDes,
            _ => {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    text!(
                        "PEM encryption with “{name}” is not supported",
                        "不支持“{name}”方式的 PEM 加密"
                    ),
                ));
            }
        };
        let vector = from_hex(vector.trim().as_bytes()).ok_or_else(|| {
            Error::new(
                ErrorKind::Key,
                text!("DEK-Info has no proper vector", "DEK-Info 中的初始向量不正确"),
            )
        })?;
        let salt = vector.get(..8).unwrap_or(&vector);
        let mut key = Zeroizing::new(Vec::with_capacity(48));
        let mut last = Zeroizing::new(Vec::new());
        while key.len() < cipher.key_len() {
            let hasher = Md5::new()
                .chain_update(&last[..])
                .chain_update(&self.utf8[..])
                .chain_update(salt);
            last = Zeroizing::new(hasher.finalize().to_vec());
            key.extend_from_slice(&last);
        }
        let key = key.get(..cipher.key_len()).unwrap_or_default();
        cipher.decrypt(key, &vector, data).ok_or_else(|| self.refused())
    }

    fn decrypt_pbes2(&mut self, parameters: &Tlv<'_>, data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let mut members = parameters.children()?;
        let mut derivation = members.read(Tag::SEQUENCE)?.children()?;
        let function = derivation.read(Tag::OID)?.oid()?;
        if function != oids::PBKDF2 {
            return Err(unsupported(function));
        }
        let mut pbkdf2 = derivation.read(Tag::SEQUENCE)?.children()?;
        let salt = pbkdf2.any()?.octets()?;
        let rounds = self.spend(&pbkdf2.read(Tag::INTEGER)?)?;
        let stated_len = pbkdf2.optional(Tag::INTEGER)?.map(|length| length.i64()).transpose()?;
        let hash = match pbkdf2.optional(Tag::SEQUENCE)? {
            Some(prf) => {
                let prf = prf.children()?.read(Tag::OID)?.oid()?;
                Hash::from_hmac_oid(prf).ok_or_else(|| unsupported(prf))?
            }
            None => Hash::Sha1,
        };
        let mut encryption = members.read(Tag::SEQUENCE)?.children()?;
        let name = encryption.read(Tag::OID)?.oid()?;
        let (cipher, iv) = Cipher::read(name, &encryption.any()?)?;
        let key_len = match (cipher, stated_len) {
            (Cipher::Rc2 { .. }, Some(length)) => {
                usize::try_from(length).ok().filter(|length| (1..=128).contains(length))
            }
            (Cipher::Rc2 { bits }, None) => Some(bits / 8),
            (_, None) => Some(cipher.key_len()),
            (_, Some(length)) => usize::try_from(length)
                .ok()
                .filter(|length| *length == cipher.key_len()),
        }
        .ok_or_else(|| parameters.error(text!("key length does not fit the cipher", "密钥长度与算法不符")))?;
        let mut key = Zeroizing::new(vec![0; key_len]);
        hash.pbkdf2(&self.utf8, &salt, rounds, &mut key);
        cipher.decrypt(&key, iv, data).ok_or_else(|| self.refused())
    }
}

/// Encrypts with PBES2: PBKDF2 with HMAC-SHA-256 and AES-256-CBC. Gives the AlgorithmIdentifier and the encrypted data.
pub(super) fn encrypt(password: &str, rounds: u32, rng: &mut dyn CryptoRng, data: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut iv);
    let mut key = Zeroizing::new([0; 32]);
    Hash::Sha256.pbkdf2(password.as_bytes(), &salt, rounds, &mut key[..]);
    // Room for the padding at once, so that no copy of the plain text is left behind.
    let mut buffer = Zeroizing::new(Vec::with_capacity(data.len() + 16));
    buffer.extend_from_slice(data);
    buffer.resize(data.len() / 16 * 16 + 16, 0);
    let failed = || Error::new(ErrorKind::Crypto, text!("encryption failed", "加密失败"));
    let encrypted = cbc::Encryptor::<aes::Aes256>::new_from_slices(&key[..], &iv)
        .map_err(|_| failed())?
        .encrypt_padded::<Pkcs7>(&mut buffer, data.len())
        .map_err(|_| failed())?
        .to_vec();
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.oid(oids::PBES2);
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.oid(oids::PBKDF2);
                writer.sequence(|writer| {
                    writer.octets(&salt);
                    writer.integer(i64::from(rounds));
                    writer.sequence(|writer| {
                        writer.oid(oids::HMAC_SHA256);
                        writer.null();
                    });
                });
            });
            writer.sequence(|writer| {
                writer.oid(oids::AES256_CBC);
                writer.octets(&iv);
            });
        });
    });
    Ok((writer.finish(), encrypted))
}

/// Refuses a count that nobody could read again, or that protects nothing.
pub(super) fn check_rounds(rounds: u32) -> Result<()> {
    // A PKCS#12 file takes three derivations.
    if (1_000..=1_000_000).contains(&rounds) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Argument,
        text!(
            "the iteration count must lie between 1000 and 1000000",
            "迭代次数须在 1000 至 1000000 之间"
        ),
    ))
}

/// UTF-16, big-endian, with a final zero.
pub(super) fn bmp_string(text: &str) -> Zeroizing<Vec<u8>> {
    let mut bmp = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
    for unit in text.encode_utf16() {
        bmp.extend_from_slice(&unit.to_be_bytes());
    }
    bmp.extend_from_slice(&[0, 0]);
    bmp
}

fn unsupported(algorithm: Oid) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        text!(
            "encryption with algorithm {algorithm} is not supported",
            "不支持以算法 {algorithm} 加密的数据"
        ),
    )
}

/// A cipher of encrypted keys and messages, in CBC mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    Sm4,
    TripleDes,
    /// With its effective key length.
    Rc2 {
        bits: usize,
    },
}

impl Cipher {
    /// The cipher of an identifier, and the initialisation vector in its parameters.
    pub(crate) fn read<'a>(name: Oid, parameters: &Tlv<'a>) -> Result<(Self, &'a [u8])> {
        let cipher = match name {
            oids::AES128_CBC => Self::Aes128,
            oids::AES192_CBC => Self::Aes192,
            oids::AES256_CBC => Self::Aes256,
            oids::SM4_CBC => Self::Sm4,
            oids::DES_EDE3_CBC => Self::TripleDes,
            oids::RC2_CBC if parameters.tag() == Tag::SEQUENCE => {
                let mut members = parameters.children()?;
                // RFC 8018, B.2.3: the version encodes the effective bits.
                let bits = match members.read(Tag::INTEGER)?.i64()? {
                    160 => 40,
                    120 => 64,
                    58 => 128,
                    _ => return Err(unsupported(name)),
                };
                return Ok((Self::Rc2 { bits }, members.read(Tag::OCTET_STRING)?.content()));
            }
            _ => return Err(unsupported(name)),
        };
        Ok((cipher, parameters.expect(Tag::OCTET_STRING)?.content()))
    }

    fn key_len(self) -> usize {
        match self {
            Self::Aes128 | Self::Sm4 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
            Self::Rc2 { bits } => bits / 8,
        }
    }

    /// `None` for a wrong key, which shows in the padding.
    pub(crate) fn decrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Aes128 => decrypt_keyed::<cbc::Decryptor<aes::Aes128>>(key, iv, data),
            Self::Aes192 => decrypt_keyed::<cbc::Decryptor<aes::Aes192>>(key, iv, data),
            Self::Aes256 => decrypt_keyed::<cbc::Decryptor<aes::Aes256>>(key, iv, data),
            Self::Sm4 => decrypt_keyed::<cbc::Decryptor<sm4::Sm4>>(key, iv, data),
            Self::TripleDes => decrypt_keyed::<cbc::Decryptor<des::TdesEde3>>(key, iv, data),
            Self::Rc2 { bits } => {
                let cipher = rc2::Rc2::new_with_eff_key_len(key, bits);
                decrypt(cbc::Decryptor::inner_iv_slice_init(cipher, iv).ok()?, data)
            }
        }
    }
}

fn decrypt_keyed<M: BlockModeDecrypt + KeyIvInit>(key: &[u8], iv: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    decrypt(M::new_from_slices(key, iv).ok()?, data)
}

fn decrypt(mode: impl BlockModeDecrypt, data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut buffer = Zeroizing::new(data.to_vec());
    let length = mode.decrypt_padded::<Pkcs7>(&mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}
