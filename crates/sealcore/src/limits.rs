//! What a hostile file may cost.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// Upper bounds on the work that one document may cause. The defaults admit every real document known to us. What they
/// allow at the most is the digesting of [`Limits::inflated_bytes`], some seconds; a service sets them lower.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Entries of one package.
    pub entries: usize,
    /// Bytes of one entry, inflated.
    pub entry_bytes: u64,
    /// Bytes inflated in all while a document is handled; an entry that is read twice counts twice.
    pub inflated_bytes: u64,
    /// Bytes of one XML part or DER structure that is held in memory.
    pub part_bytes: u64,
    /// Depth of XML elements.
    pub xml_depth: usize,
    /// XML nodes and attributes in one part.
    pub xml_nodes: usize,
    /// Signatures of one document.
    pub signatures: usize,
    /// References of all signatures of one document.
    pub references: usize,
    /// Pages of one document.
    pub pages: usize,
    /// Entries in the cross-reference sections of one PDF, all together.
    pub objects: usize,
    /// Cross-reference sections of one PDF: each update adds one.
    pub revisions: usize,
    /// Certificates tried while paths to the trust anchors are built.
    pub path_steps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 100_000,
            entry_bytes: 1 << 30,
            inflated_bytes: 4 << 30,
            part_bytes: 64 << 20,
            xml_depth: 256,
            xml_nodes: 2_000_000,
            signatures: 1_000,
            references: 500_000,
            pages: 100_000,
            objects: 4_000_000,
            revisions: 5_000,
            path_steps: 200,
        }
    }
}

impl Limits {
    /// The error for a bound that was passed.
    pub(crate) fn exceeded(what: &'static str, zh: &'static str, limit: u64) -> Error {
        Error::new(
            ErrorKind::Limit,
            text!("more than {limit} {what}", "超过上限：{zh} {limit}"),
        )
    }

    pub(crate) fn check(&self, count: usize, limit: usize, what: &'static str, zh: &'static str) -> Result<()> {
        if count > limit {
            Err(Self::exceeded(what, zh, limit as u64))
        } else {
            Ok(())
        }
    }
}

impl Limits {
    /// Checks the memory that copies of inherited or shared values take: few bytes of a file may have many heirs.
    pub(crate) fn check_copies(&self, bytes: u64) -> Result<()> {
        let limit = self.inflated_bytes / 8;
        if bytes > limit {
            return Err(Self::exceeded("bytes of inherited values", "继承值的字节数", limit));
        }
        Ok(())
    }
}

/// What is left of [`Limits::inflated_bytes`] for one document.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: u64,
    left: AtomicU64,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            limit: limits.inflated_bytes,
            left: AtomicU64::new(limits.inflated_bytes),
        }
    }

    /// For what may take `limit` bytes, whatever the limits of the document.
    pub(crate) fn of(limit: u64) -> Self {
        Self {
            limit,
            left: AtomicU64::new(limit),
        }
    }

    /// Takes `bytes` from what is left.
    pub(crate) fn inflate(&self, bytes: u64) -> Result<()> {
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes))
            .map(|_| ())
            .map_err(|_| Limits::exceeded("bytes inflated", "解压字节数", self.limit))
    }
}
