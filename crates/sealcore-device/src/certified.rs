//! A key in a device with its certificate.

use sealcore::algorithm::SignatureAlgorithm;
use sealcore::cert::Certificate;
use sealcore::error::Result;
use sealcore::key::{KeyPair, Signer};

/// A key whose certificate is known: the signer that every interface gives.
pub(crate) struct Certified<K> {
    pub(crate) key: K,
    pub(crate) certificate: Certificate,
    pub(crate) chain: Vec<Certificate>,
}

impl<K: KeyPair> Signer for Certified<K> {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }

    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        self.key.sign_digest(digest)
    }
}
