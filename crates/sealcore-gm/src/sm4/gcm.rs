//! SM4-GCM with nonces of 12 and tags of 16 bytes, as in RFC 8998.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{AeadInOut, KeyInit};
use sm4::Sm4;
use zeroize::Zeroize;

use super::{Error, KEY_LEN, NONCE_LEN, TAG_LEN};

/// SM4-GCM under one key. A nonce must never be used twice with a key: whoever sees two such messages can forge others.
pub struct Sm4Gcm(AesGcm<Sm4, U12>);

impl Sm4Gcm {
    /// With this key, of which no copy is kept but the round keys.
    #[must_use]
    pub fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(AesGcm::new(key.into()))
    }

    /// `plaintext` encrypted, and the tag after it.
    ///
    /// # Errors
    /// [`Error::Length`] for more than 64 GiB.
    pub fn seal(&self, nonce: &[u8; NONCE_LEN], aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let mut sealed = Vec::with_capacity(plaintext.len().saturating_add(TAG_LEN));
        sealed.extend_from_slice(plaintext);
        let tag = self.seal_in_place(nonce, aad, &mut sealed)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// What [`Self::seal`] made of it before.
    ///
    /// # Errors
    /// [`Error::Length`] for less than a tag, [`Error::Authentication`].
    pub fn open(&self, nonce: &[u8; NONCE_LEN], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let (ciphertext, tag) = sealed.split_last_chunk().ok_or(Error::Length)?;
        let mut plaintext = ciphertext.to_vec();
        self.open_in_place(nonce, aad, &mut plaintext, tag)?;
        Ok(plaintext)
    }

    /// Encrypts `buffer` and returns the tag.
    ///
    /// # Errors
    /// As [`Self::seal`]; then `buffer` is as it was.
    pub fn seal_in_place(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        buffer: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Error> {
        let tag = self.0.encrypt_inout_detached(nonce.into(), aad, buffer.into());
        tag.map(Into::into).map_err(|_| Error::Length)
    }

    /// Decrypts `buffer` if `tag` is right.
    ///
    /// # Errors
    /// [`Error::Authentication`]; then `buffer` holds zeros.
    pub fn open_in_place(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Error> {
        let opened = self
            .0
            .decrypt_inout_detached(nonce.into(), aad, (&mut *buffer).into(), tag.into());
        opened.map_err(|_| {
            buffer.zeroize();
            Error::Authentication
        })
    }
}
