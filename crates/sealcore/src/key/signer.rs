//! Who signs: a key in this process, a device, a remote service.

use std::fmt;
use std::sync::Arc;

use rand_core::CryptoRng;
use sealcore_gm::sm2::{DEFAULT_ID, FIELD_LEN, NoncePool, Signature};

use super::{Entropy, Hedge, PrivateKey};
use crate::algorithm::{PublicKey, SignatureAlgorithm, Sm2Value, pair_to_der, read_pair, sm2_value_to_der};
use crate::cert::Certificate;
use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// Takes a digest, or the message itself, and gives back a signature.
pub trait Signer: Send + Sync {
    /// How signatures are formed, and with which digest.
    fn algorithm(&self) -> SignatureAlgorithm {
        // With a key that is not known everything is refused before it comes to signing.
        SignatureAlgorithm::default_for(self.certificate().public_key()).unwrap_or(SignatureAlgorithm::Sm2Sm3)
    }

    /// The certificate of the key.
    fn certificate(&self) -> &Certificate;

    /// Certificates between the signer's and an anchor, for formats that carry them.
    fn chain(&self) -> &[Certificate] {
        &[]
    }

    /// The longest signature that [`Self::sign_digest`] returns, in bytes.
    fn max_signature_len(&self) -> usize {
        self.certificate().public_key().max_signature_len()
    }

    /// Signs a digest of [`Self::algorithm`]: `e = SM3(Z || M)` for SM2, the plain digest of the message for RSA and ECDSA
    /// ([`PublicKey::message_digest`](crate::algorithm::PublicKey::message_digest)). The result is DER or `r || s` for SM2
    /// and ECDSA, as long as the modulus for RSA.
    ///
    /// # Errors
    /// What the device or service reports.
    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>>;

    /// Signs a message, by signing its digest of [`Self::algorithm`]. Documents, seals, certificates, revocation lists and time
    /// stamps are signed through this, so a provider that hashes by itself overrides it; with SM2 it has to take Z of the
    /// certificate's key and the default identity.
    ///
    /// # Errors
    /// As [`Self::sign_digest`]; [`ErrorKind::Unsupported`] for a key that is not known.
    fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>> {
        let key = self.certificate().public_key();
        self.sign_digest(&key.message_digest(self.algorithm(), message)?)
    }

    /// Signs many digests for SM2, as [`Self::sign_digest`] does one: `r || s` of each goes into its place of `values`. `rng`
    /// hedges the nonces of a key that draws them in this process. A time-stamp authority with such a key asks for its
    /// signatures so.
    ///
    /// # Errors
    /// As [`Self::sign_digest`], and where what it returns is no SM2 value of its digest; then no value is to be used.
    fn sign_digests(
        &self,
        rng: &mut dyn CryptoRng,
        digests: &[[u8; FIELD_LEN]],
        values: &mut [[u8; Signature::LEN]],
    ) -> Result<()> {
        let _ = rng;
        for (digest, place) in digests.iter().zip(values) {
            let mut value = self.sign_digest(digest)?;
            if self.is_external() {
                value = checked_value(self.certificate().public_key(), self.algorithm(), digest, &value)?;
            }
            *place = Sm2Value::from_bytes(&value)?.signature.to_bytes();
        }
        Ok(())
    }

    /// Whether signatures come from outside the process and must be verified before they are embedded.
    fn is_external(&self) -> bool {
        true
    }
}

/// Signs `message` and gives the value as it is embedded. A signature from outside the process is verified first.
///
/// # Errors
/// What the signer reports; [`ErrorKind::Crypto`] when its signature does not hold.
pub(crate) fn sign_message(signer: &dyn Signer, message: &[u8]) -> Result<Vec<u8>> {
    let value = signer.sign_message(message)?;
    if signer.is_external() {
        let (key, algorithm) = (signer.certificate().public_key(), signer.algorithm());
        let digest = key.message_digest(algorithm, message)?;
        return checked_value(key, algorithm, &digest, &value);
    }
    Ok(value)
}

/// As [`sign_message`], for what is defined with SM2 only: seals, and signatures on OFD documents.
pub(crate) fn sign_message_sm2(signer: &dyn Signer, message: &[u8]) -> Result<Vec<u8>> {
    signer.certificate().public_key().sm2()?;
    sign_message(signer, message)
}

/// The digest `e = SM3(Z || M)` that the holder of `certificate` signs for `message`; its key has to be SM2.
pub(crate) fn sm2_digest(certificate: &Certificate, message: &[u8]) -> Result<[u8; 32]> {
    Ok(certificate.public_key().sm2()?.message_digest(DEFAULT_ID, message)?)
}

/// Verifies a signature over a digest that came from outside and gives it as it is embedded: strict DER for SM2 and ECDSA.
///
/// # Errors
/// [`ErrorKind::Crypto`] when it is not the key's over this digest; [`ErrorKind::Unsupported`] for a key or algorithm
/// that is not known.
pub fn checked_value(key: &PublicKey, algorithm: SignatureAlgorithm, digest: &[u8], value: &[u8]) -> Result<Vec<u8>> {
    key.verify_digest(algorithm, digest, value)
        .map_err(|error| match error.kind() {
            // Bytes that are no signature at all are not the key's either.
            ErrorKind::Crypto | ErrorKind::Asn1 => Error::new(
                ErrorKind::Crypto,
                text!(
                    "the signature that the signer returned does not belong to its key and what was to be signed",
                    "签名者返回的签名值与其密钥或待签内容不符"
                ),
            )
            .caused_by(error),
            _ => error,
        })?;
    let size = match (key, algorithm) {
        (PublicKey::Sm2(_), SignatureAlgorithm::Sm2Sm3) => 32,
        (PublicKey::Ec(key), SignatureAlgorithm::Ecdsa(_)) => key.curve().field_len(),
        _ => return Ok(value.to_vec()),
    };
    Ok(pair_to_der(&read_pair(value, size)?.bytes))
}

/// A signer that several share.
impl<S: Signer + ?Sized> Signer for Arc<S> {
    fn algorithm(&self) -> SignatureAlgorithm {
        (**self).algorithm()
    }

    fn certificate(&self) -> &Certificate {
        (**self).certificate()
    }

    fn chain(&self) -> &[Certificate] {
        (**self).chain()
    }

    fn max_signature_len(&self) -> usize {
        (**self).max_signature_len()
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        (**self).sign_digest(digest)
    }

    fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>> {
        (**self).sign_message(message)
    }

    fn sign_digests(
        &self,
        rng: &mut dyn CryptoRng,
        digests: &[[u8; FIELD_LEN]],
        values: &mut [[u8; Signature::LEN]],
    ) -> Result<()> {
        (**self).sign_digests(rng, digests, values)
    }

    fn is_external(&self) -> bool {
        (**self).is_external()
    }
}

/// A key in this process, with its certificate. Overwritten when dropped, never printed.
#[derive(Clone)]
pub struct SoftSigner {
    key: PrivateKey,
    algorithm: SignatureAlgorithm,
    certificate: Certificate,
    chain: Vec<Certificate>,
    entropy: Option<Arc<dyn Entropy>>,
    nonces: Option<Arc<NoncePool>>,
}

impl SoftSigner {
    /// A signer of `key`, after a test signature has shown that key and certificate belong together.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] when they do not.
    pub fn new(key: impl Into<PrivateKey>, certificate: Certificate) -> Result<Self> {
        let key = key.into();
        let algorithm =
            SignatureAlgorithm::default_for(certificate.public_key()).unwrap_or_else(|| key.default_algorithm());
        let signer = Self {
            key,
            algorithm,
            certificate,
            chain: Vec::new(),
            entropy: None,
            nonces: None,
        };
        signer.test().map_err(|error| {
            Error::new(
                ErrorKind::Key,
                text!("the private key does not belong to the certificate", "私钥与证书不匹配"),
            )
            .caused_by(error)
        })?;
        Ok(signer)
    }

    /// Signs with another algorithm of the key than the default, after a test signature.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when the key does not sign with it, [`ErrorKind::Crypto`] when the certificate forbids it.
    pub fn with_algorithm(mut self, algorithm: SignatureAlgorithm) -> Result<Self> {
        self.algorithm = algorithm;
        self.test()?;
        Ok(self)
    }

    /// Adds the certificates between the signer's and an anchor.
    #[must_use]
    pub fn with_chain(mut self, chain: Vec<Certificate>) -> Self {
        self.chain = chain;
        self
    }

    /// Mixes fresh randomness into the nonces of SM2 signatures, so that a fault in one does not repeat in the next. Without it
    /// they are deterministic (RFC 6979 with HMAC-SM3), since this crate draws no randomness by itself. RSA and ECDSA draw
    /// their own.
    #[must_use]
    pub fn with_entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = Some(entropy);
        self
    }

    /// Prepares up to `count` SM2 nonces at a time for [`Signer::sign_digests`] of one digest, as a time-stamp authority asks for
    /// them: most signatures then cost one multiplication, and one in `count` the time of preparing. See [`NoncePool`] for what
    /// that means where processes are forked or virtual machines copied. Without effect for other keys.
    #[must_use]
    pub fn with_prepared_nonces(mut self, count: usize) -> Self {
        self.nonces = Some(Arc::new(NoncePool::new(count)));
        self
    }

    /// The private key.
    #[must_use]
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    fn test(&self) -> Result<()> {
        let length = self.algorithm.digest().map_or(32, |digest| digest.output_len());
        let digest = vec![0x5a; length];
        let value = self.key.sign_digest(self.algorithm, &digest)?;
        self.certificate
            .public_key()
            .verify_digest(self.algorithm, &digest, &value)?;
        Ok(())
    }
}

impl Signer for SoftSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        let (Some(entropy), PrivateKey::Sm2(key), Ok(e)) = (&self.entropy, &self.key, digest.try_into()) else {
            return self.key.sign_digest(self.algorithm, digest);
        };
        let mut hedge = Hedge::new(&**entropy);
        let signature = key.sign_digest_hedged(&mut hedge, e);
        hedge.finish()?;
        Ok(sm2_value_to_der(&signature))
    }

    fn sign_digests(
        &self,
        rng: &mut dyn CryptoRng,
        digests: &[[u8; FIELD_LEN]],
        values: &mut [[u8; Signature::LEN]],
    ) -> Result<()> {
        let key = self.key.sm2()?;
        match (digests, values) {
            ([digest], [place]) => {
                let signature = match &self.nonces {
                    Some(pool) => {
                        if pool.is_empty() {
                            pool.refill(key, rng, pool.capacity());
                        }
                        key.sign_digest_pooled(pool, digest)
                    }
                    None => key.sign_digest_hedged(rng, digest),
                };
                *place = signature.to_bytes();
            }
            (digests, values) => {
                for (value, place) in key.sign_digests(rng, digests).iter().zip(values) {
                    *place = value.to_bytes();
                }
            }
        }
        Ok(())
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
