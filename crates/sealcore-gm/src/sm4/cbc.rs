//! SM4-CBC with the padding of PKCS#7.

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use sm4::Sm4;
use zeroize::{Zeroize, Zeroizing};

use super::{BLOCK_LEN, Error, KEY_LEN};

/// SM4-CBC under one key. It doesn't notice changes: content needs a tag or signature of its own, checked before it is
/// decrypted, and an [`Error::Padding`] must not be told to whoever may send many changed messages.
pub struct Sm4Cbc(Zeroizing<[u8; KEY_LEN]>);

impl Sm4Cbc {
    /// With this key.
    #[must_use]
    pub fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(Zeroizing::new(*key))
    }

    /// `plaintext` padded and encrypted. `iv` must be random, not known before.
    #[must_use]
    pub fn encrypt(&self, iv: &[u8; BLOCK_LEN], plaintext: &[u8]) -> Vec<u8> {
        let cipher = cbc::Encryptor::<Sm4>::new((&*self.0).into(), iv.into());
        let mut buffer = vec![0; (plaintext.len() / BLOCK_LEN + 1) * BLOCK_LEN];
        for (slot, byte) in buffer.iter_mut().zip(plaintext) {
            *slot = *byte;
        }
        // There is room for the padding, always.
        let length = cipher
            .encrypt_padded::<Pkcs7>(&mut buffer, plaintext.len())
            .map_or(0, |bytes| bytes.len());
        buffer.truncate(length);
        buffer
    }

    /// What [`Self::encrypt`] made of it before.
    ///
    /// # Errors
    /// [`Error::Length`] unless it is whole blocks and at least one, [`Error::Padding`].
    pub fn decrypt(&self, iv: &[u8; BLOCK_LEN], ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
        if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(BLOCK_LEN) {
            return Err(Error::Length);
        }
        let cipher = cbc::Decryptor::<Sm4>::new((&*self.0).into(), iv.into());
        let mut buffer = ciphertext.to_vec();
        match cipher.decrypt_padded::<Pkcs7>(&mut buffer).map(<[u8]>::len) {
            Ok(length) => {
                buffer.truncate(length);
                Ok(buffer)
            }
            Err(_) => {
                buffer.zeroize();
                Err(Error::Padding)
            }
        }
    }
}
