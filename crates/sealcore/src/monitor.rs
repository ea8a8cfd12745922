//! Progress of long work, and its cancelling.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

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
    Err(cancelled())
}

fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, text!("cancelled", "已取消"))
}

/// Bytes after which the monitor is told of them.
const STRIDE: u64 = 64 << 10;
/// Steps after which it is asked, however few bytes they took: a caller's function costs more than a small object.
const STEPS: u32 = 256;

/// Watches work that is made of many small steps and may do some of them twice: the monitor is told by strides, of no more
/// than the whole. That it cancelled is remembered, since such work passes over parts that fail.
pub(crate) struct Strides<'m> {
    monitor: &'m dyn Monitor,
    /// What the monitor was not told of yet.
    left: AtomicU64,
    pending: AtomicU64,
    steps: AtomicU32,
    cancelled: AtomicBool,
}

impl<'m> Strides<'m> {
    /// Begins work of about `total` bytes, and asks the monitor whether to.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`].
    pub(crate) fn begin(monitor: &'m dyn Monitor, total: u64) -> Result<Self> {
        advance(monitor, 0)?;
        Ok(Self {
            monitor,
            left: AtomicU64::new(total),
            pending: AtomicU64::new(0),
            steps: AtomicU32::new(0),
            cancelled: AtomicBool::new(false),
        })
    }

    /// Ends the work: all of it is done.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`], now or before.
    pub(crate) fn finish(&self) -> Result<()> {
        if self.cancelled.load(Ordering::Relaxed) || !self.tell(u64::MAX) {
            return Err(cancelled());
        }
        Ok(())
    }

    /// `result`, unless it is what cancelling led to.
    pub(crate) fn outweighs<T>(&self, result: Result<T>) -> Result<T> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(cancelled());
        }
        result
    }

    fn tell(&self, bytes: u64) -> bool {
        let before = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                Some(left.saturating_sub(bytes))
            })
            .unwrap_or_default();
        let goes_on = self.monitor.advance(bytes.min(before));
        if !goes_on {
            self.cancelled.store(true, Ordering::Relaxed);
        }
        goes_on
    }
}

impl Monitor for Strides<'_> {
    fn advance(&self, bytes: u64) -> bool {
        if self.cancelled.load(Ordering::Relaxed) {
            return false;
        }
        let pending = self.pending.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let steps = self.steps.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if pending < STRIDE && steps < STEPS {
            return true;
        }
        self.steps.store(0, Ordering::Relaxed);
        self.tell(self.pending.swap(0, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Notes what it is told, and cancels at a call.
    #[derive(Default)]
    struct Noting {
        told: Mutex<Vec<u64>>,
        until: Option<usize>,
    }

    impl Monitor for Noting {
        fn advance(&self, bytes: u64) -> bool {
            let mut told = self.told.lock().unwrap();
            told.push(bytes);
            self.until.is_none_or(|until| told.len() < until)
        }
    }

    #[test]
    fn the_whole_is_told_and_no_more() {
        let noting = Noting::default();
        let strides = Strides::begin(&noting, 3 * STRIDE).unwrap();
        for _ in 0..10 {
            assert!(strides.advance(STRIDE / 2 + 1));
        }
        strides.finish().unwrap();
        let told = noting.told.lock().unwrap();
        assert_eq!(told.iter().sum::<u64>(), 3 * STRIDE);
        assert_eq!(told[..2], [0, STRIDE + 2]);
    }

    #[test]
    fn small_steps_ask_now_and_then() {
        let noting = Noting::default();
        let strides = Strides::begin(&noting, 100).unwrap();
        for _ in 0..3 * STEPS {
            assert!(strides.advance(0));
        }
        assert_eq!(noting.told.lock().unwrap().len(), 4);
        strides.finish().unwrap();
        assert_eq!(noting.told.lock().unwrap()[4], 100);
    }

    #[test]
    fn what_was_cancelled_stays_so() {
        let noting = Noting {
            until: Some(2),
            ..Noting::default()
        };
        let strides = Strides::begin(&noting, 100 * STRIDE).unwrap();
        assert!(!strides.advance(STRIDE));
        assert!(!strides.advance(1));
        assert_eq!(strides.outweighs(Ok(())).unwrap_err().kind(), ErrorKind::Cancelled);
        assert_eq!(strides.finish().unwrap_err().kind(), ErrorKind::Cancelled);
        assert_eq!(noting.told.lock().unwrap().len(), 2, "nobody is asked again");
        assert!(Strides::begin(&|_| false, 1).is_err());
    }
}
