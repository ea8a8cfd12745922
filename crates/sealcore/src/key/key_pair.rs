//! A private key without a certificate: what asks for one, or signs its own.
//!
//! **Constant time.** As the private key's: nothing here touches it.

use sealcore_gm::sm2::SigningKey;

use super::{PrivateKey, checked_value};
use crate::algorithm::{PublicKey, SignatureAlgorithm};
use crate::error::Result;

/// A private key that signs, and its public key: in this process, in a device, in a remote service. A
/// [`Signer`](super::Signer) has a certificate besides; this is for what comes before there is one, a
/// [`Request`](crate::cert::Request) or a self-signed certificate.
pub trait KeyPair: Send + Sync {
    /// The public key.
    fn public_key(&self) -> PublicKey;

    /// How signatures are formed, and with which digest.
    fn algorithm(&self) -> SignatureAlgorithm {
        // With a key that is not known everything is refused before it comes to signing.
        SignatureAlgorithm::default_for(&self.public_key()).unwrap_or(SignatureAlgorithm::Sm2Sm3)
    }

    /// Signs a digest of [`Self::algorithm`], as [`Signer::sign_digest`](super::Signer::sign_digest) does.
    ///
    /// # Errors
    /// What the device or service reports.
    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>>;

    /// Whether signatures come from outside the process and must be verified before they are embedded.
    fn is_external(&self) -> bool {
        true
    }
}

/// Signs `message` and gives the value as it is embedded. A signature from outside the process is verified first.
///
/// # Errors
/// What the key reports; [`ErrorKind::Crypto`](crate::error::ErrorKind::Crypto) when its signature does not hold.
pub(crate) fn sign_with(key: &dyn KeyPair, message: &[u8]) -> Result<Vec<u8>> {
    let (public, algorithm) = (key.public_key(), key.algorithm());
    let digest = public.message_digest(algorithm, message)?;
    let value = key.sign_digest(&digest)?;
    if key.is_external() {
        return checked_value(&public, algorithm, &digest, &value);
    }
    Ok(value)
}

impl KeyPair for PrivateKey {
    fn public_key(&self) -> PublicKey {
        self.public_key()
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.default_algorithm()
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        self.sign_digest(self.default_algorithm(), digest)
    }

    fn is_external(&self) -> bool {
        false
    }
}

/// An SM2 key by itself, as [`PrivateKey::Sm2`].
impl KeyPair for SigningKey {
    fn public_key(&self) -> PublicKey {
        self.verifying_key().clone().into()
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        KeyPair::sign_digest(&PrivateKey::from(self), digest)
    }

    fn is_external(&self) -> bool {
        false
    }
}
