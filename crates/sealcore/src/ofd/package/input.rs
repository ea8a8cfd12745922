//! The bytes of an entry as they stand in the package: a view where that is in memory, else read piece by piece.

use std::ops::Range;

use crate::error::Result;
use crate::source::Source;

/// The bytes of an entry as they stand in the package.
pub(super) enum Input<'r, 'a> {
    InMemory(&'r [u8]),
    Read {
        source: &'r Source<'a>,
        /// Where the bytes after those of the buffer are, and how many.
        at: u64,
        left: u64,
        buffer: Vec<u8>,
        ready: Range<usize>,
    },
}

impl<'r, 'a> Input<'r, 'a> {
    pub(super) fn new(source: &'r Source<'a>, at: u64, length: u64, piece: usize) -> Self {
        let in_memory = usize::try_from(length).ok().and_then(|length| source.slice(at, length));
        match in_memory {
            Some(bytes) => Self::InMemory(bytes),
            None => Self::Read {
                source,
                at,
                left: length,
                buffer: vec![0; usize::try_from(length).unwrap_or(piece).min(piece)],
                ready: 0..0,
            },
        }
    }

    /// What is there and was not taken.
    pub(super) fn ready(&self) -> &[u8] {
        match self {
            Self::InMemory(bytes) => bytes,
            Self::Read { buffer, ready, .. } => buffer.get(ready.clone()).unwrap_or_default(),
        }
    }

    pub(super) fn advance(&mut self, count: usize) {
        match self {
            Self::InMemory(bytes) => *bytes = bytes.get(count..).unwrap_or_default(),
            Self::Read { ready, .. } => ready.start = (ready.start + count).min(ready.end),
        }
    }

    /// Reads more once all that was there is taken; `false` when there is no more.
    pub(super) fn fill(&mut self) -> Result<bool> {
        let Self::Read {
            source,
            at,
            left,
            buffer,
            ready,
        } = self
        else {
            return Ok(false);
        };
        let count = usize::try_from(*left).unwrap_or(usize::MAX).min(buffer.len());
        if ready.start < ready.end || count == 0 {
            return Ok(false);
        }
        source.read_at(*at, buffer.get_mut(..count).unwrap_or_default())?;
        *at += count as u64;
        *left -= count as u64;
        *ready = 0..count;
        Ok(true)
    }

    /// Takes bytes as they stand.
    pub(super) fn take(&mut self, into: &mut [u8], most: usize) -> Result<Piece<'r>> {
        match self {
            Self::InMemory(bytes) => {
                let (piece, rest) = bytes.split_at(most.min(bytes.len()));
                *bytes = rest;
                Ok(Piece::InMemory(piece))
            }
            Self::Read { source, at, left, .. } => {
                let count = usize::try_from(*left).unwrap_or(usize::MAX).min(into.len());
                source.read_at(*at, into.get_mut(..count).unwrap_or_default())?;
                *at += count as u64;
                *left -= count as u64;
                Ok(Piece::Buffered(count))
            }
        }
    }
}

/// A piece of content.
pub(super) enum Piece<'r> {
    /// Where the package is in memory, and the entry stored.
    InMemory(&'r [u8]),
    /// So many bytes at the start of the caller's buffer.
    Buffered(usize),
}
