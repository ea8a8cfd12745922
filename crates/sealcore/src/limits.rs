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
    /// The names of the bounds: those of the members.
    pub const NAMES: &'static [&'static str] = &[
        "entries",
        "entry_bytes",
        "inflated_bytes",
        "part_bytes",
        "xml_depth",
        "xml_nodes",
        "signatures",
        "references",
        "pages",
        "objects",
        "revisions",
        "path_steps",
    ];

    /// Sets the bound with this name, for callers who have it as text.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] for a name that is none of [`Self::NAMES`].
    pub fn set(&mut self, name: &str, value: u64) -> Result<()> {
        let count = usize::try_from(value).unwrap_or(usize::MAX);
        match name {
            "entries" => self.entries = count,
            "entry_bytes" => self.entry_bytes = value,
            "inflated_bytes" => self.inflated_bytes = value,
            "part_bytes" => self.part_bytes = value,
            "xml_depth" => self.xml_depth = count,
            "xml_nodes" => self.xml_nodes = count,
            "signatures" => self.signatures = count,
            "references" => self.references = count,
            "pages" => self.pages = count,
            "objects" => self.objects = count,
            "revisions" => self.revisions = count,
            "path_steps" => self.path_steps = count,
            _ => {
                let known = Self::NAMES.join(", ");
                return Err(Error::new(
                    ErrorKind::Argument,
                    text!(
                        "there is no limit “{name}”; there are: {known}",
                        "没有名为“{name}”的上限；可用：{known}"
                    ),
                ));
            }
        }
        Ok(())
    }

    /// The bound with this name, one of [`Self::NAMES`].
    #[must_use]
    pub fn get(&self, name: &str) -> Option<u64> {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Some(match name {
            "entries" => count(self.entries),
            "entry_bytes" => self.entry_bytes,
            "inflated_bytes" => self.inflated_bytes,
            "part_bytes" => self.part_bytes,
            "xml_depth" => count(self.xml_depth),
            "xml_nodes" => count(self.xml_nodes),
            "signatures" => count(self.signatures),
            "references" => count(self.references),
            "pages" => count(self.pages),
            "objects" => count(self.objects),
            "revisions" => count(self.revisions),
            "path_steps" => count(self.path_steps),
            _ => return None,
        })
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bound_has_its_name() {
        let mut limits = Limits::default();
        for (value, name) in (1..).zip(Limits::NAMES) {
            limits.set(name, value).unwrap();
            assert_eq!(limits.get(name), Some(value), "{name}");
        }
        // Taken apart, so that a new member is not forgotten.
        let Limits {
            entries,
            entry_bytes,
            inflated_bytes,
            part_bytes,
            xml_depth,
            xml_nodes,
            signatures,
            references,
            pages,
            objects,
            revisions,
            path_steps,
        } = limits;
        assert_eq!([entries, xml_depth, xml_nodes, signatures], [1, 5, 6, 7]);
        assert_eq!([references, pages, objects, revisions, path_steps], [8, 9, 10, 11, 12]);
        assert_eq!([entry_bytes, inflated_bytes, part_bytes], [2, 3, 4]);
        let error = Limits::default().set("size", 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().contains("“size”"), "{error}");
    }
}
