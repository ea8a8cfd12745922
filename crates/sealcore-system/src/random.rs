//! The system's random numbers.

use std::convert::Infallible;
use std::sync::Arc;

use getrandom::SysRng;
use rand_core::{TryCryptoRng, TryRng};
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::Entropy;
use sealcore::text;

/// Fills `bytes`.
///
/// # Errors
/// [`ErrorKind::Crypto`] when the system gives none.
pub fn fill(bytes: &mut [u8]) -> Result<()> {
    SysRng.try_fill_bytes(bytes).map_err(|error| {
        Error::new(
            ErrorKind::Crypto,
            text!(
                "the system gives no random numbers: {error}",
                "系统无法提供随机数：{error}"
            ),
        )
    })
}

/// The system's source for signers, whose signatures fail where it gives nothing.
#[must_use]
pub fn entropy() -> Arc<dyn Entropy> {
    Arc::new(fill)
}

/// The system's source, after a first draw has shown that it works.
#[derive(Debug)]
pub struct Random(SysRng);

impl Random {
    /// The source.
    ///
    /// # Errors
    /// [`ErrorKind::Crypto`] when the system has none.
    pub fn new() -> Result<Self> {
        fill(&mut [0; 32])?;
        Ok(Self(SysRng))
    }

    /// `count` characters that are easy to read and type, of five bits each.
    pub fn word(&mut self, count: usize) -> String {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let mut bytes = vec![0; count];
        self.fill(&mut bytes);
        bytes
            .iter()
            .filter_map(|byte| LETTERS.get(usize::from(byte % 32)))
            .map(|letter| char::from(*letter))
            .collect()
    }

    /// A source that worked and stops working is no reason to go on with anything weaker.
    fn fill(&mut self, bytes: &mut [u8]) {
        if self.0.try_fill_bytes(bytes).is_err() {
            std::process::abort();
        }
    }
}

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Random {}
