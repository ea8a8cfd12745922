//! Progress of long work, and its cancelling.

use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// Is told how far the work has come, and may stop it.
pub trait Monitor: Sync {
    /// `bytes` more were handled. `false` cancels: the call ends with [`ErrorKind::Cancelled`] and leaves nothing behind.
    fn advance(&self, bytes: u64) -> bool;
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Monitor for Unwatched {
    fn advance(&self, _bytes: u64) -> bool {
        true
    }
}

impl<F: Fn(u64) -> bool + Sync> Monitor for F {
    fn advance(&self, bytes: u64) -> bool {
        self(bytes)
    }
}

pub(crate) fn advance(monitor: &dyn Monitor, bytes: usize) -> Result<()> {
    if monitor.advance(bytes as u64) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Cancelled, text!("cancelled", "已取消")))
}
