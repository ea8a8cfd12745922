//! The files of a package by path, with each file's digest computed once, whoever asks for it.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use sealcore_gm::sm2::VerifyingKey;

use super::package::Archive;
use super::path::PackagePath;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::monitor::{Monitor, advance};
use crate::report::Finding;
use crate::text;
use crate::xml::Xml;

/// The digest of an entry under an algorithm and, for the keyed one, a key.
type DigestKey = (usize, DigestAlgorithm, Option<[u8; VerifyingKey::LEN]>);

/// A package with what was learnt of its entries.
pub(crate) struct Parts<'p, 's> {
    archive: &'p Archive<'s>,
    limits: &'p Limits,
    monitor: &'p dyn Monitor,
    digests: Mutex<HashMap<DigestKey, Vec<u8>>>,
}

impl<'p, 's> Parts<'p, 's> {
    pub(crate) fn new(archive: &'p Archive<'s>, limits: &'p Limits, monitor: &'p dyn Monitor) -> Self {
        Self {
            archive,
            limits,
            monitor,
            digests: Mutex::default(),
        }
    }

    pub(crate) fn archive(&self) -> &'p Archive<'s> {
        self.archive
    }

    pub(crate) fn limits(&self) -> &'p Limits {
        self.limits
    }

    /// The path of an entry, or its name where the name is no path.
    pub(crate) fn name(&self, index: usize) -> String {
        self.archive.entries().get(index).map_or_else(String::new, |entry| {
            entry
                .path()
                .map_or_else(|| entry.name().to_owned(), |path| path.as_str().to_owned())
        })
    }

    /// The entry that `loc`, written in the file `base`, leads to: as it stands, then with percent-escapes resolved, then
    /// from the root of the package, since writers forget the leading slash.
    pub(crate) fn locate(&self, base: &PackagePath, loc: &str) -> Located {
        let mut fallback = None;
        let candidates = [
            Some(base.resolve(loc)),
            base.resolve_unescaped(loc),
            Some(PackagePath::root().resolve(loc)),
        ];
        for candidate in candidates.into_iter().flatten() {
            match candidate {
                Ok(path) => {
                    if let Some(index) = self.archive.find(&path) {
                        return Located::Entry(index, path);
                    }
                    fallback.get_or_insert(path);
                }
                Err(_) => return Located::Escapes,
            }
        }
        fallback.map_or(Located::Escapes, Located::Missing)
    }

    /// What is wrong with the entries that nothing has read so far. Some ways to hide content show only when an entry is
    /// inflated, so every entry is.
    pub(crate) fn check_unread(&self) -> Result<Vec<Finding>> {
        let read: HashSet<usize> = self
            .digests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .map(|(index, ..)| *index)
            .collect();
        let mut findings = Vec::new();
        for (index, entry) in self.archive.entries().iter().enumerate() {
            if !entry.is_dir() && !read.contains(&index) {
                findings.extend(self.archive.check(index)?);
                advance(self.monitor, usize::try_from(entry.size()).unwrap_or(usize::MAX))?;
            }
        }
        Ok(findings)
    }

    /// The bytes of an entry that is held in memory. Its SM3 digest is remembered on the way.
    pub(crate) fn bytes(&self, index: usize) -> Result<Vec<u8>> {
        let bytes = self
            .archive
            .read(index, self.limits.part_bytes)
            .map_err(|error| self.named(error, index))?;
        advance(self.monitor, bytes.len())?;
        let key = (index, DigestAlgorithm::Sm3, None);
        if let Some(digest) = DigestAlgorithm::Sm3.digest(&bytes) {
            self.digests
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(key, digest);
        }
        Ok(bytes)
    }

    /// An entry as XML.
    pub(crate) fn xml(&self, index: usize) -> Result<Xml> {
        Xml::parse(&self.bytes(index)?, self.limits).map_err(|error| self.named(error, index))
    }

    /// The digest of an entry, streamed.
    pub(crate) fn digest(
        &self,
        index: usize,
        algorithm: DigestAlgorithm,
        key: Option<&VerifyingKey>,
    ) -> Result<Vec<u8>> {
        let keyed = (algorithm == DigestAlgorithm::Sm3Keyed)
            .then(|| key.map(VerifyingKey::to_sec1))
            .flatten();
        let slot = (index, algorithm, keyed);
        if let Some(digest) = self.digests.lock().unwrap_or_else(PoisonError::into_inner).get(&slot) {
            return Ok(digest.clone());
        }
        let mut hasher = algorithm.hasher(key)?;
        let monitor = self.monitor;
        self.archive
            .stream(index, &mut |piece| {
                hasher.update(piece);
                advance(monitor, piece.len())
            })
            .map_err(|error| self.named(error, index))?;
        let digest = hasher.finish();
        self.digests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(slot, digest.clone());
        Ok(digest)
    }

    fn named(&self, error: Error, index: usize) -> Error {
        let name = self.name(index);
        if error.part() == Some(name.as_str()) {
            error
        } else {
            error.in_part(name)
        }
    }
}

/// Where a location leads.
pub(crate) enum Located {
    /// To this entry.
    Entry(usize, PackagePath),
    /// Nowhere; this is the path that is missing.
    Missing(PackagePath),
    /// Out of the package.
    Escapes,
}

impl Located {
    /// The entry.
    ///
    /// # Errors
    /// [`ErrorKind::Container`] when it is missing or outside.
    pub(crate) fn entry(self, loc: &str) -> Result<(usize, PackagePath)> {
        match self {
            Self::Entry(index, path) => Ok((index, path)),
            Self::Missing(path) => {
                Err(Error::new(ErrorKind::Container, text!("{path} is missing", "缺少 {path}")).in_part(path.as_str()))
            }
            Self::Escapes => Err(Error::new(
                ErrorKind::Container,
                text!("“{loc}” leads out of the package", "“{loc}”指向包外"),
            )),
        }
    }
}
