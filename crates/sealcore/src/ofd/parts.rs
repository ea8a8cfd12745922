//! The files of a package by path, with each file's digest computed once, whoever asks for it.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sealcore_gm::sm2::VerifyingKey;
use sealcore_gm::sm3;

use super::digests::Digests;
use super::package::{Archive, EntryReader};
use super::path::PackagePath;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::monitor::{Monitor, advance};
use crate::report::Finding;
use crate::text;
use crate::xml::Xml;

/// Entries below this size, in bytes, are not given to another thread.
const WORTH_A_THREAD: u64 = 256 << 10;

/// Threads for one document; each has at most sixteen entries under way, which take some 70 kB each.
const MOST_THREADS: usize = 8;

/// Bytes read and inflated at a time of an entry that is one of several.
const PIECE: usize = 8 << 10;

/// A package with what was learnt of its entries.
pub(crate) struct Parts<'p, 's> {
    archive: &'p Archive<'s>,
    limits: &'p Limits,
    monitor: &'p dyn Monitor,
    digests: Mutex<Digests>,
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
        let read = self.digests().entries();
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
        if Digests::is_short(bytes.len()) {
            self.digests().put_off(index, &bytes);
        } else {
            let digest = sm3::digest(&bytes).to_vec();
            self.digests().insert((index, DigestAlgorithm::Sm3, None), digest);
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
        if let Some(digest) = self.digests().get(&slot) {
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
        self.digests().insert(slot, digest.clone());
        Ok(digest)
    }

    /// Computes digests that [`Self::digest`] will be asked for: SM3 of several entries side by side, and on several threads
    /// where there is enough to do. What fails here fails again when it is asked for, in order, and is reported then.
    pub(crate) fn digest_ahead(&self, entries: impl Iterator<Item = usize>, algorithm: DigestAlgorithm) {
        if algorithm == DigestAlgorithm::Sm3Keyed {
            return;
        }
        let least = if algorithm == DigestAlgorithm::Sm3 {
            0
        } else {
            WORTH_A_THREAD
        };
        let mut wanted: Vec<(u64, usize)> = {
            let mut known = self.digests();
            entries
                .filter(|index| known.get(&(*index, algorithm, None)).is_none())
                .filter_map(|index| Some((self.archive.entries().get(index)?, index)))
                .filter(|(entry, _)| !entry.is_dir() && entry.size() >= least)
                .map(|(entry, index)| (entry.size(), index))
                .collect()
        };
        wanted.sort_unstable();
        wanted.dedup();
        let large = wanted.iter().filter(|(size, _)| *size >= WORTH_A_THREAD).count();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let most = if self.archive.source().is_on_one_thread() {
            1
        } else {
            MOST_THREADS
        };
        let threads = threads.min(large).clamp(1, most);
        if wanted.len() < 2 || (threads < 2 && algorithm != DigestAlgorithm::Sm3) {
            return;
        }
        // So that no thread takes all and leaves the others idle.
        let share = wanted.len().div_ceil(threads);
        let longest = wanted.last().map_or(0, |(size, _)| *size);
        // Largest first, so that no thread is left alone with it.
        let queue = Mutex::new(wanted);
        let work = || match algorithm {
            DigestAlgorithm::Sm3 => self.digest_side_by_side(&queue, share, longest),
            _ => self.digest_one_by_one(&queue, algorithm),
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                // Without a thread, the others do its work.
                drop(std::thread::Builder::new().spawn_scoped(scope, work));
            }
            work();
        });
    }

    fn digest_one_by_one(&self, queue: &Mutex<Vec<(u64, usize)>>, algorithm: DigestAlgorithm) {
        while let Some(index) = pop(queue) {
            if self.digest(index, algorithm, None).is_err() {
                clear(queue);
            }
        }
    }

    /// SM3 of what is in the queue, at the most `share` entries at a time, of which the longest has `longest` bytes.
    fn digest_side_by_side(&self, queue: &Mutex<Vec<(u64, usize)>>, share: usize, longest: u64) {
        let piece = usize::try_from(longest).unwrap_or(usize::MAX).clamp(1, PIECE);
        let under_way = Cell::new(0);
        let mut entries = std::iter::from_fn(|| {
            while under_way.get() < share {
                let index = pop(queue)?;
                if let Ok(reader) = self.archive.reader(index, PIECE) {
                    under_way.set(under_way.get() + 1);
                    return Some(Reading {
                        index,
                        reader,
                        monitor: self.monitor,
                    });
                }
                clear(queue);
            }
            None
        });
        sm3::digest_sources(&mut entries, piece, &mut |reading, digest| {
            under_way.set(under_way.get() - 1);
            match digest {
                Ok(digest) => {
                    let slot = (reading.index, DigestAlgorithm::Sm3, None);
                    self.digests().insert(slot, digest.to_vec());
                }
                // Those that are under way are finished, so that none is read twice.
                Err(_) => clear(queue),
            }
            ControlFlow::Continue(())
        });
    }

    fn digests(&self) -> MutexGuard<'_, Digests> {
        // Nothing that holds it panics half-way.
        self.digests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn named(&self, error: Error, index: usize) -> Error {
        // The package's own errors carry the entry's name already.
        let entry = self.archive.entries().get(index).map(super::package::Entry::name);
        let name = self.name(index);
        if error.part().is_some_and(|part| part == name || Some(part) == entry) {
            error
        } else {
            error.in_part(name)
        }
    }
}

/// An entry that is read to be digested.
struct Reading<'p, 's> {
    index: usize,
    reader: EntryReader<'p, 's>,
    monitor: &'p dyn Monitor,
}

impl sm3::Source for Reading<'_, '_> {
    type Error = Error;

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.reader.read(buffer)?;
        if count > 0 {
            advance(self.monitor, count)?;
        }
        Ok(count)
    }
}

fn pop(queue: &Mutex<Vec<(u64, usize)>>) -> Option<usize> {
    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
    next.map(|(_, index)| index)
}

fn clear(queue: &Mutex<Vec<(u64, usize)>>) {
    queue.lock().unwrap_or_else(PoisonError::into_inner).clear();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::Unwatched;
    use crate::ofd::package::{ArchiveWriter, DosTime, Method};

    const COUNT: u8 = 6;

    fn content(number: u8) -> Vec<u8> {
        vec![number; usize::try_from(WORTH_A_THREAD).unwrap() + usize::from(number)]
    }

    fn package() -> Vec<u8> {
        let mut writer = ArchiveWriter::new(Vec::new());
        for number in 0..COUNT {
            let path = PackagePath::from_entry_name(&format!("{number}.bin")).unwrap();
            writer
                .add(&path, &content(number), Method::Stored, DosTime::EARLIEST)
                .unwrap();
        }
        writer.finish().unwrap()
    }

    #[test]
    fn digests_ahead_are_the_digests() {
        let bytes = package();
        // Each entry may be read once.
        let limits = Limits {
            inflated_bytes: (0..COUNT).map(|number| content(number).len() as u64).sum(),
            ..Limits::default()
        };
        let archive = Archive::open(&bytes, &limits).unwrap();
        let parts = Parts::new(&archive, &limits, &Unwatched);
        // Entries that come twice and entries that are not there do no harm.
        parts.digest_ahead((0..20).chain(0..20), DigestAlgorithm::Sm3);
        for number in 0..COUNT {
            assert_eq!(
                parts.digest(number.into(), DigestAlgorithm::Sm3, None).unwrap(),
                DigestAlgorithm::Sm3.digest(&content(number)).unwrap()
            );
        }
    }

    #[test]
    fn what_fails_ahead_fails_when_it_is_asked_for() {
        let mut bytes = package();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let limits = Limits::default();
        let archive = Archive::open(&bytes, &limits).unwrap();
        let parts = Parts::new(&archive, &limits, &Unwatched);
        parts.digest_ahead(0..6, DigestAlgorithm::Sm3);
        let failed: Vec<_> = (0..6)
            .filter_map(|index| parts.digest(index, DigestAlgorithm::Sm3, None).err())
            .collect();
        let [error] = &failed[..] else { panic!("{failed:?}") };
        assert_eq!((error.kind(), error.part()), (ErrorKind::Container, Some("3.bin")));
        let cancelled = Parts::new(&archive, &limits, &|_| false);
        cancelled.digest_ahead(0..6, DigestAlgorithm::Sm3);
        assert_eq!(
            cancelled.digest(0, DigestAlgorithm::Sm3, None).unwrap_err().kind(),
            ErrorKind::Cancelled
        );
    }

    #[test]
    fn locations_are_taken_literally_first() {
        let mut writer = ArchiveWriter::new(Vec::new());
        for name in ["a b", "d/a%20b", "d/a b", "only/root.xml"] {
            let path = PackagePath::from_entry_name(name).unwrap();
            writer
                .add(&path, name.as_bytes(), Method::Stored, DosTime::EARLIEST)
                .unwrap();
        }
        let bytes = writer.finish().unwrap();
        let limits = Limits::default();
        let archive = Archive::open(&bytes, &limits).unwrap();
        let parts = Parts::new(&archive, &limits, &Unwatched);
        let found = |base: &str, loc: &str| match parts.locate(&PackagePath::from_entry_name(base).unwrap(), loc) {
            Located::Entry(_, path) => path.as_str().to_owned(),
            Located::Missing(path) => format!("no {path}"),
            Located::Escapes => "escapes".to_owned(),
        };
        assert_eq!(found("OFD.xml", "a%20b"), "/a b");
        assert_eq!(found("d/x", "a%20b"), "/d/a%20b");
        assert_eq!(found("d/x", "../a b"), "/a b");
        assert_eq!(
            found("d/x", "only/root.xml"),
            "/only/root.xml",
            "a forgotten leading slash"
        );
        assert_eq!(found("d/x", "none"), "no /d/none");
        assert_eq!(found("d/x", "../../x"), "escapes");
    }
}
