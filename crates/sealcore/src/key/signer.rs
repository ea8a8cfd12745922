//! Who signs: a key in this process, a device, a remote service.

use std::fmt;

use sealcore_gm::sm2::{DEFAULT_ID, SigningKey};

use crate::algorithm::{PublicKey, SM2_VALUE_MAX, SignatureAlgorithm, Sm2Value, sm2_value_to_der};
use crate::cert::Certificate;
use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// Takes a digest and gives back a signature.
pub trait Signer: Send + Sync {
    /// How signatures are formed.
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::Sm2Sm3
    }

    /// The certificate of the key.
    fn certificate(&self) -> &Certificate;

    /// Certificates between the signer's and an anchor, for formats that carry them.
    fn chain(&self) -> &[Certificate] {
        &[]
    }

    /// The longest signature that [`Self::sign_digest`] returns, in bytes.
    fn max_signature_len(&self) -> usize {
        SM2_VALUE_MAX
    }

    /// Signs the digest `e = SM3(Z || M)`. The result is DER or `r || s`.
    ///
    /// # Errors
    /// What the device or service reports.
    fn sign_digest(&self, digest: &[u8; 32]) -> Result<Vec<u8>>;

    /// Whether signatures come from outside the process and must be verified before they are embedded.
    fn is_external(&self) -> bool {
        true
    }
}

/// Signs `message` and gives the value in DER. A signature from outside the process is verified first.
///
/// # Errors
/// What the signer reports; [`ErrorKind::Crypto`] when its signature does not hold.
pub(crate) fn sign_message(signer: &dyn Signer, message: &[u8]) -> Result<Vec<u8>> {
    let digest = message_digest(signer.certificate(), message)?;
    let value = signer.sign_digest(&digest)?;
    if signer.is_external() {
        return checked_value(signer.certificate(), &digest, &value);
    }
    Ok(value)
}

/// The digest `e = SM3(Z || M)` that the holder of `certificate` signs for `message`.
pub(crate) fn message_digest(certificate: &Certificate, message: &[u8]) -> Result<[u8; 32]> {
    Ok(certificate.public_key().sm2()?.message_digest(DEFAULT_ID, message)?)
}

/// Verifies a signature that came from outside and gives it in strict DER.
pub(crate) fn checked_value(certificate: &Certificate, digest: &[u8; 32], value: &[u8]) -> Result<Vec<u8>> {
    let signature = Sm2Value::from_bytes(value)?.signature;
    certificate
        .public_key()
        .sm2()?
        .verify_digest(digest, &signature)
        .map_err(|error| {
            Error::new(
                ErrorKind::Crypto,
                text!(
                    "the signature that the signer returned does not belong to its certificate and this document",
                    "签名者返回的签名值与其证书或本文档不符"
                ),
            )
            .caused_by(error)
        })?;
    Ok(sm2_value_to_der(&signature))
}

/// An SM2 key in this process, with its certificate. Overwritten when dropped, never printed.
#[derive(Clone)]
pub struct SoftSigner {
    key: SigningKey,
    certificate: Certificate,
    chain: Vec<Certificate>,
}

impl SoftSigner {
    /// A signer of `key`, after a test signature has shown that key and certificate belong together.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] when they do not.
    pub fn new(key: SigningKey, certificate: Certificate) -> Result<Self> {
        let mismatch = || {
            Error::new(
                ErrorKind::Key,
                text!("the private key does not belong to the certificate", "私钥与证书不匹配"),
            )
        };
        let PublicKey::Sm2(public) = certificate.public_key() else {
            return Err(mismatch());
        };
        let digest = [0x5a; 32];
        public
            .verify_digest(&digest, &key.sign_digest(&digest))
            .map_err(|error| mismatch().caused_by(error))?;
        Ok(Self {
            key,
            certificate,
            chain: Vec::new(),
        })
    }

    /// Adds the certificates between the signer's and an anchor.
    #[must_use]
    pub fn with_chain(mut self, chain: Vec<Certificate>) -> Self {
        self.chain = chain;
        self
    }

    /// The private key.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}

impl Signer for SoftSigner {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn sign_digest(&self, digest: &[u8; 32]) -> Result<Vec<u8>> {
        Ok(sm2_value_to_der(&self.key.sign_digest(digest)))
    }

    fn is_external(&self) -> bool {
        false
    }
}

impl fmt::Debug for SoftSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftSigner")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
