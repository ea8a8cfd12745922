//! Serial numbers of tokens, which never repeat: not over threads, not over restarts, not after a crash.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rand_core::CryptoRng;

use super::serial_file::SerialFile;
use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// A positive INTEGER of at most 160 bits, RFC 3161, 2.4.2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial {
    /// Big-endian, zeros in front.
    octets: [u8; Self::MAX],
}

impl Serial {
    /// The longest number, in octets.
    pub const MAX: usize = 20;

    /// The number with these big-endian octets; `None` for zero, and for what does not fit into 159 bits and a sign.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        let start = octets.iter().position(|octet| *octet != 0)?;
        let significant = octets.get(start..)?;
        let mut number = [0; Self::MAX];
        number
            .get_mut(Self::MAX.checked_sub(significant.len())?..)?
            .copy_from_slice(significant);
        // The sign has to fit too: readers take 20 octets at the most.
        (number.first()? & 0x80 == 0).then_some(Self { octets: number })
    }

    /// The number that this counter shows; `None` for zero.
    #[must_use]
    pub fn from_counter(counter: u64) -> Option<Self> {
        Self::from_octets(&counter.to_be_bytes())
    }

    /// The content octets of the INTEGER.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        let start = self.octets.iter().position(|octet| *octet != 0).unwrap_or(0);
        let sign = usize::from(self.octets.get(start).is_some_and(|first| first & 0x80 != 0));
        self.octets.get(start.saturating_sub(sign)..).unwrap_or_default()
    }
}

/// In hexadecimal, as certificates show theirs.
impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.content().iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({self})")
    }
}

/// Gives each token its number. A number that was given may stay unused, and is never given again.
pub trait SerialSource: Send + Sync {
    /// A number that this authority never gave before.
    ///
    /// # Errors
    /// Where none can be guaranteed: the store that remembers them cannot be written, or they are used up.
    fn next(&self) -> Result<Serial>;
}

/// Numbers of a random prefix and a counter: 94 random bits, drawn when the source is made, and 64 bits that count.
///
/// Nothing is remembered over restarts. Two of a million starts share a prefix with a probability below 2^-54.
#[derive(Debug)]
pub struct RandomSerials {
    prefix: [u8; 12],
    counter: AtomicU64,
}

impl RandomSerials {
    /// Draws the prefix.
    #[must_use]
    pub fn new(rng: &mut dyn CryptoRng) -> Self {
        let mut prefix = [0; 12];
        rng.fill_bytes(&mut prefix);
        // All numbers have the same length, and are positive.
        if let Some(first) = prefix.first_mut() {
            *first = *first & 0x3f | 0x40;
        }
        Self {
            prefix,
            counter: AtomicU64::new(0),
        }
    }
}

impl SerialSource for RandomSerials {
    fn next(&self) -> Result<Serial> {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        let mut octets = [0; Serial::MAX];
        for (place, octet) in octets.iter_mut().zip(self.prefix.iter().chain(&count.to_be_bytes())) {
            *place = *octet;
        }
        Ok(Serial { octets })
    }
}

/// Remembers, over restarts, up to where numbers may have been given.
pub trait SerialStore: Send {
    /// The first number that was never reserved.
    ///
    /// # Errors
    /// When it cannot be read. A store that lost its content has to report it, not to start again.
    fn load(&mut self) -> Result<u64>;

    /// Remembers that numbers below `next` are reserved. Returns when that survives a crash and a loss of power.
    ///
    /// # Errors
    /// When it cannot be written.
    fn save(&mut self, next: u64) -> Result<()>;
}

/// Numbers that count, in blocks: a block is durably reserved before any number of it is given. After a crash the rest of the
/// block is skipped.
pub struct CountedSerials<S> {
    state: Mutex<Block<S>>,
    size: u64,
}

struct Block<S> {
    store: S,
    next: u64,
    end: u64,
}

impl CountedSerials<SerialFile> {
    /// Numbers that the file at `path` remembers; see [`SerialFile`].
    ///
    /// # Errors
    /// As [`SerialFile::open`], and for a block of no numbers.
    pub fn open(path: &std::path::Path, size: u32) -> Result<Self> {
        Self::new(SerialFile::open(path)?, size)
    }
}

impl<S: SerialStore> CountedSerials<S> {
    /// Numbers that `store` remembers, reserved `size` at a time. A greater block is written less often, and loses more
    /// numbers at a restart; there are 2^63 of them.
    ///
    /// # Errors
    /// What the store reports; [`ErrorKind::Argument`] for a block of no numbers.
    pub fn new(mut store: S, size: u32) -> Result<Self> {
        if size == 0 {
            return Err(Error::new(
                ErrorKind::Argument,
                text!("a block of serial numbers cannot be empty", "序列号块不能为空"),
            ));
        }
        let next = store.load()?.max(1);
        Ok(Self {
            state: Mutex::new(Block { store, next, end: next }),
            size: u64::from(size),
        })
    }
}

impl<S: SerialStore> SerialSource for CountedSerials<S> {
    fn next(&self) -> Result<Serial> {
        // A thread that panicked inside the store left the block as it was before.
        let mut block = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if block.next == block.end {
            let end = block
                .end
                .checked_add(self.size)
                .filter(|end| *end < 1 << 63)
                .ok_or_else(|| {
                    Error::new(
                        ErrorKind::Refused,
                        text!("the serial numbers are used up", "序列号已用尽"),
                    )
                })?;
            block.store.save(end)?;
            block.end = end;
        }
        let serial = Serial::from_counter(block.next);
        block.next += 1;
        serial.ok_or_else(|| Error::new(ErrorKind::Refused, text!("serial number 0", "序列号为 0")))
    }
}

impl<S> fmt::Debug for CountedSerials<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedSerials")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
