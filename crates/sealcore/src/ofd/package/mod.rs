//! The ZIP container of an OFD document, read strictly and written deterministically.
//!
//! There is one reader here and no other, since two parsers of one archive are two views of it, and two views are what an
//! attacker needs. What other readers could see differently is a [`Finding`]: entries twice, local headers that say other
//! than the directory, bytes that no entry claims.

mod directory;
mod findings;
mod input;
mod layout;
mod names;
mod reader;
mod records;
mod writer;

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use self::directory::Directory;
use self::findings::Findings;
pub(crate) use self::reader::EntryReader;
use self::records::Central;
pub use self::writer::{ArchiveWriter, DosTime};
use super::path::PackagePath;
use crate::error::Result;
use crate::limits::{Budget, Limits};
use crate::report::{Code, Finding};
use crate::source::Source;
use crate::text;

/// A package that was opened: its directory is in memory, its content is read when asked for, by any number of threads.
pub struct Archive<'a> {
    source: Source<'a>,
    directory: Vec<u8>,
    entries: Vec<Entry>,
    by_path: HashMap<PackagePath, usize>,
    variants: Vec<Vec<usize>>,
    findings: Vec<Finding>,
    limits: Limits,
    budget: Budget,
}

/// One entry, as the central directory has it.
#[derive(Clone, Debug)]
pub struct Entry {
    name: String,
    path: Option<PackagePath>,
    method: Method,
    encrypted: bool,
    crc32: u32,
    compressed: u64,
    size: u64,
    is_dir: bool,
    /// Where the local header is, in the file.
    header_at: u64,
    /// Where the data are; `None` without a local header, or when that lies in another entry.
    data_at: Option<u64>,
    /// Where the record is, in the directory.
    record: Range<usize>,
}

/// How an entry is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Not at all.
    Stored,
    /// With deflate.
    Deflated,
    /// With a method that OFD does not use.
    Other(u16),
}

impl<'a> Archive<'a> {
    /// Reads the directory and all local headers; inflates nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Container`](crate::error::ErrorKind::Container) with the position when there is no usable directory: the
    /// file is no ZIP, truncated or one of several volumes. [`ErrorKind::Limit`](crate::error::ErrorKind::Limit) when there
    /// are too many entries. [`ErrorKind::Io`](crate::error::ErrorKind::Io) when the source can't be read. All else that is
    /// wrong is in [`Self::findings`].
    pub fn open(source: impl Into<Source<'a>>, limits: &Limits) -> Result<Self> {
        let source = source.into();
        let mut findings = Findings::default();
        let directory = Directory::find(&source, limits, &mut findings)?;
        let mut entries = Vec::with_capacity(directory.records.len());
        for range in &directory.records {
            let record = directory.bytes.get(range.clone()).and_then(Central::parse);
            entries.extend(record.map(|record| Entry::new(&record, range.clone(), directory.shift, &mut findings)));
        }
        layout::check(&source, &mut entries, &directory, &mut findings)?;
        let by_path = index(&entries, &mut findings);
        Ok(Self {
            variants: variants(&entries),
            source,
            directory: directory.bytes,
            entries,
            by_path,
            findings: findings.into_list(),
            budget: Budget::new(limits),
            limits: limits.clone(),
        })
    }

    /// The entries in the order of the directory, folders among them.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Bytes of all entries together, inflated, as they state.
    #[must_use]
    pub fn inflated_size(&self) -> u64 {
        self.entries.iter().map(Entry::size).fold(0, u64::saturating_add)
    }

    /// The file at `path`, as an index into [`Self::entries`]. Of several with one path it is the last in the directory, and
    /// one that is written with slashes goes before one with backslashes.
    #[must_use]
    pub fn find(&self, path: &PackagePath) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// Groups of files whose paths differ, but are one path to readers that are blind to case, slashes or normalisation: as
    /// indices into [`Self::entries`]. Whether that matters depends on what is covered and displayed, so it is no finding
    /// here.
    #[must_use]
    pub fn variants(&self) -> &[Vec<usize>] {
        &self.variants
    }

    /// What is odd or hostile about the container itself.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Where the bytes are.
    #[must_use]
    pub fn source(&self) -> &Source<'a> {
        &self.source
    }

    /// The central directory as it stands.
    pub(crate) fn directory(&self) -> &[u8] {
        &self.directory
    }

    fn record(&self, index: usize) -> Option<Central<'_>> {
        let range = self.entries.get(index)?.record.clone();
        self.directory.get(range).and_then(Central::parse)
    }
}

impl fmt::Debug for Archive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.entries.iter().map(Entry::name);
        f.debug_list().entries(names).finish()
    }
}

impl Entry {
    fn new(record: &Central<'_>, range: Range<usize>, shift: u64, findings: &mut Findings) -> Self {
        let name = names::decode(record.name);
        let method = match record.method {
            0 => Method::Stored,
            8 => Method::Deflated,
            other => Method::Other(other),
        };
        let encrypted = record.flags & (records::FLAG_ENCRYPTED | records::FLAG_STRONG | records::FLAG_MASKED) != 0;
        // A name with a slash at its end and content is a file to some readers.
        let is_dir = name.text.ends_with(['/', '\\']) && record.size == 0 && record.compressed <= 16;
        let path = PackagePath::from_entry_name(&name.text)
            .ok()
            .filter(|path| is_dir || !path.is_root());
        let mut entry = Self {
            path,
            method,
            encrypted,
            crc32: record.crc32,
            compressed: record.compressed,
            size: record.size,
            is_dir,
            header_at: record.offset.saturating_add(shift),
            data_at: None,
            record: range,
            name: name.text,
        };
        let mut find = |code| findings.push(Finding::new(code).in_part(entry.name.as_str()));
        if name.gbk {
            find(Code::PackageNameEncoding);
        }
        if entry.is_written_with_backslash() {
            find(Code::PackageBackslash);
        }
        if encrypted || matches!(method, Method::Other(_)) {
            find(Code::PackageEntryEncrypted);
        }
        if entry.path.is_none() {
            find(Code::PackageTraversal);
        } else if record.unix_file_type().is_some_and(is_special) {
            // A link leads wherever its content says once it is unpacked; no document has a use for one.
            let name = &entry.name;
            let text = text!("{name} is a link or a device", "{name} 是链接或设备文件");
            findings.push(Finding::new(Code::PackageTraversal).with(text).in_part(name.as_str()));
            entry.path = None;
        }
        entry
    }

    /// The name as it stands in the directory, read as UTF-8 or GBK.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The canonical path; `None` when the name leads out of the package.
    #[must_use]
    pub fn path(&self) -> Option<&PackagePath> {
        self.path.as_ref()
    }

    /// How it is compressed.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The length of the content in bytes, as the directory states it.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The length of the compressed content in bytes.
    #[must_use]
    pub fn compressed_size(&self) -> u64 {
        self.compressed
    }

    /// The checksum of the content, as the directory states it.
    #[must_use]
    pub fn crc32(&self) -> u32 {
        self.crc32
    }

    /// Whether it is a folder: these don't count as files.
    #[must_use]
    pub fn is_dir(&self) -> bool {
        self.is_dir
    }

    /// Whether its content is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    fn is_written_with_backslash(&self) -> bool {
        self.name.contains('\\')
    }
}

/// Whether a file of this Unix type is neither plain nor a folder.
fn is_special(unix_file_type: u32) -> bool {
    !matches!(unix_file_type, 0 | 0o4 | 0o10)
}

/// Files by path; reports those that come twice.
fn index(entries: &[Entry], findings: &mut Findings) -> HashMap<PackagePath, usize> {
    let mut by_path = HashMap::with_capacity(entries.len());
    for backslash in [true, false] {
        let mut seen = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let Some(path) = entry.path().filter(|_| !entry.is_dir) else {
                continue;
            };
            if entry.is_written_with_backslash() != backslash {
                continue;
            }
            if seen.insert(path, index).is_some() {
                findings.push(Finding::new(Code::PackageDuplicateEntry).in_part(path.as_str()));
            }
            by_path.insert(path.clone(), index);
        }
    }
    by_path
}

fn variants(entries: &[Entry]) -> Vec<Vec<usize>> {
    let mut groups: HashMap<String, Vec<usize>> = HashMap::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        if let Some(path) = entry.path().filter(|_| !entry.is_dir) {
            groups.entry(path.fold()).or_default().push(index);
        }
    }
    let key = |index: &usize| {
        let entry = entries.get(*index)?;
        Some((entry.path(), entry.is_written_with_backslash()))
    };
    let mut groups: Vec<_> = groups
        .into_values()
        .filter(|group| {
            group
                .windows(2)
                .any(|pair| matches!(pair, [one, other] if key(one) != key(other)))
        })
        .collect();
    groups.sort();
    groups
}

/// Whether `source` is a ZIP file by its content: it begins with an entry, or has the end of a directory near its end, since
/// some vendors write bytes before and after the package.
///
/// # Errors
/// [`ErrorKind::Io`](crate::error::ErrorKind::Io) when it cannot be read.
pub fn is_zip(source: &Source<'_>) -> Result<bool> {
    let head = source.read_up_to(0, 4)?;
    if *head == records::LOCAL || *head == records::END {
        return Ok(true);
    }
    directory::has_end(source)
}
