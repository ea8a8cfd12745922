//! The ciphers of PDF encryption: RC4, and AES in CBC mode with the vector before the data (ISO 32000-2, 7.6.3).

use aes::cipher::{Array, BlockCipherDecrypt, KeyInit};
use cbc::cipher::block_padding::{NoPadding, Pkcs7};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use rc4::{Rc4, StreamCipher};
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// Key bytes, overwritten when dropped.
pub(super) type Secret = Zeroizing<Vec<u8>>;

const BLOCK: usize = 16;

/// RC4 in either direction.
pub(super) fn rc4(key: &[u8], data: &[u8]) -> Result<Vec<u8>> {
    let mut out = data.to_vec();
    Rc4::new_from_slice(key)
        .map_err(|_| bad_key())?
        .apply_keystream(&mut out);
    Ok(out)
}

/// Decrypts `data`, which starts with its initialisation vector and ends in padding of PKCS#7. Nothing at all, or
/// a vector alone, is an empty value: some writers store empty strings so.
pub(super) fn aes_decrypt(key: &[u8], data: &[u8]) -> Result<Vec<u8>> {
    if data.is_empty() {
        return Ok(Vec::new());
    }
    let (iv, body) = data.split_at_checked(BLOCK).ok_or_else(truncated)?;
    if body.is_empty() {
        return Ok(Vec::new());
    }
    if body.len() % BLOCK != 0 {
        return Err(truncated());
    }
    fn run<M: BlockModeDecrypt + KeyIvInit>(key: &[u8], iv: &[u8], mut body: Vec<u8>) -> Result<Vec<u8>> {
        let mode = M::new_from_slices(key, iv).map_err(|_| bad_key())?;
        let length = mode
            .decrypt_padded::<Pkcs7>(&mut body)
            .map_err(|_| {
                Error::new(
                    ErrorKind::Crypto,
                    text!("the padding of encrypted data is wrong", "加密数据的填充不正确"),
                )
            })?
            .len();
        body.truncate(length);
        Ok(body)
    }
    match key.len() {
        16 => run::<cbc::Decryptor<aes::Aes128>>(key, iv, body.to_vec()),
        _ => run::<cbc::Decryptor<aes::Aes256>>(key, iv, body.to_vec()),
    }
}

/// Encrypts as [`aes_decrypt`] reads it.
pub(super) fn aes_encrypt(key: &[u8], iv: &[u8; BLOCK], data: &[u8]) -> Result<Vec<u8>> {
    fn run<M: BlockModeEncrypt + KeyIvInit>(key: &[u8], iv: &[u8], body: &mut [u8], length: usize) -> Result<()> {
        let mode = M::new_from_slices(key, iv).map_err(|_| bad_key())?;
        mode.encrypt_padded::<Pkcs7>(body, length).map_err(|_| bad_key())?;
        Ok(())
    }
    let mut out = Vec::with_capacity(data.len() + 2 * BLOCK);
    out.extend_from_slice(iv);
    out.extend_from_slice(data);
    out.resize(BLOCK + data.len() / BLOCK * BLOCK + BLOCK, 0);
    let body = out.get_mut(BLOCK..).unwrap_or_default();
    match key.len() {
        16 => run::<cbc::Encryptor<aes::Aes128>>(key, iv, body, data.len())?,
        _ => run::<cbc::Encryptor<aes::Aes256>>(key, iv, body, data.len())?,
    }
    Ok(out)
}

/// AES-256 in CBC mode with a vector of zeros and no padding: how the file key stands in /UE and /OE.
pub(super) fn aes256_unwrap(key: &[u8], wrapped: &[u8; 32]) -> Result<Secret> {
    let mut out = Zeroizing::new(wrapped.to_vec());
    cbc::Decryptor::<aes::Aes256>::new_from_slices(key, &[0; BLOCK])
        .map_err(|_| bad_key())?
        .decrypt_padded::<NoPadding>(&mut out)
        .map_err(|_| bad_key())?;
    Ok(out)
}

/// One block of AES-256: /Perms.
pub(super) fn aes256_block(key: &[u8], block: [u8; BLOCK]) -> Result<[u8; BLOCK]> {
    let mut block = Array::from(block);
    aes::Aes256::new_from_slice(key)
        .map_err(|_| bad_key())?
        .decrypt_block(&mut block);
    Ok(block.into())
}

/// AES-128 in CBC mode without padding, in place; the length is a multiple of 16.
pub(super) fn aes128_chain(key: &[u8], iv: &[u8], data: &mut [u8]) -> Result<()> {
    let length = data.len();
    cbc::Encryptor::<aes::Aes128>::new_from_slices(key, iv)
        .map_err(|_| bad_key())?
        .encrypt_padded::<NoPadding>(data, length)
        .map_err(|_| bad_key())?;
    Ok(())
}

fn bad_key() -> Error {
    Error::new(
        ErrorKind::Crypto,
        text!("the key does not fit the cipher", "密钥与算法不符"),
    )
}

fn truncated() -> Error {
    Error::new(
        ErrorKind::Crypto,
        text!("encrypted data are not whole blocks", "加密数据不是完整的分组"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rc4_known_answer() {
        // The vector of Wikipedia's article and of the original posting: key "Key", text "Plaintext".
        let expected = [0xBB, 0xF3, 0x16, 0xE8, 0xD9, 0x40, 0xAF, 0x0A, 0xD3];
        assert_eq!(rc4(b"Key", b"Plaintext").unwrap(), expected);
        assert!(rc4(b"", b"x").is_err());
    }

    #[test]
    fn aes_there_and_back() {
        for key in [&[7; 16][..], &[9; 32]] {
            for length in [0, 1, 15, 16, 17, 100] {
                let data = vec![0x5a; length];
                let encrypted = aes_encrypt(key, &[3; 16], &data).unwrap();
                assert_eq!(encrypted.len(), 16 + (length / 16 + 1) * 16);
                assert_eq!(aes_decrypt(key, &encrypted).unwrap(), data);
            }
        }
    }

    #[test]
    fn what_is_cut_or_broken_is_refused() {
        let key = [7; 16];
        let encrypted = aes_encrypt(&key, &[3; 16], b"some text of more than a block").unwrap();
        for length in (1..16).chain(17..encrypted.len()) {
            // A cut at a block leaves text where padding should be.
            assert_eq!(
                aes_decrypt(&key, &encrypted[..length]).unwrap_err().kind(),
                ErrorKind::Crypto
            );
        }
        let mut broken = encrypted;
        *broken.last_mut().unwrap() ^= 1;
        assert_eq!(aes_decrypt(&key, &broken).unwrap_err().kind(), ErrorKind::Crypto);
        for empty in [&[][..], &[0; 16]] {
            assert_eq!(aes_decrypt(&key, empty).unwrap(), b"");
        }
    }
}
