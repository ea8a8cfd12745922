//! Randomness that the caller gives, for hedging nonces of SM2 signatures.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};

use crate::error::{Error, Result};

/// A source of random bytes that several threads use at once: the operating system's, most often. A signature asks for 32
/// bytes, a batch of eight for 256.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// When the source does not answer; nothing is signed then.
    fn fill(&self, bytes: &mut [u8]) -> Result<()>;
}

impl<F: Fn(&mut [u8]) -> Result<()> + Send + Sync> Entropy for F {
    fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        self(bytes)
    }
}

/// The source as arithmetic wants it, which knows no failure: after one it gives zeros, and the caller asks for it at the
/// end. Zeros only take the hedge away; nonces come from the key and the digest all the same.
pub(crate) struct Hedge<'e> {
    source: &'e dyn Entropy,
    failure: Option<Error>,
}

impl<'e> Hedge<'e> {
    pub(crate) fn new(source: &'e dyn Entropy) -> Self {
        Self { source, failure: None }
    }

    pub(crate) fn finish(self) -> Result<()> {
        self.failure.map_or(Ok(()), Err)
    }
}

impl TryRng for Hedge<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut octets = [0; 4];
        self.try_fill_bytes(&mut octets)?;
        Ok(u32::from_le_bytes(octets))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut octets = [0; 8];
        self.try_fill_bytes(&mut octets)?;
        Ok(u64::from_le_bytes(octets))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        if let Err(error) = self.source.fill(bytes) {
            bytes.fill(0);
            self.failure = Some(error);
        }
        Ok(())
    }
}

impl TryCryptoRng for Hedge<'_> {}
