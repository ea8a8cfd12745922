//! Inflates entries in pieces, within the limits, and checks what comes out.

use crc32fast::Hasher;
use flate2::{Decompress, FlushDecompress, Status};

use super::input::{Input, Piece};
use super::{Archive, Entry, Method};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::limits::{Budget, Limits};
use crate::report::{Code, Finding};
use crate::text;

/// Bytes inflated at a time.
const PIECE: usize = 64 << 10;

/// Deflate yields at most 258 bytes for a match, which takes at least two bits.
const MOST_PER_BYTE: u64 = 1032;

impl<'a> Archive<'a> {
    /// The content of an entry, checked against its size and checksum.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when it is longer than `max_bytes` or costs more than the limits allow; [`ErrorKind::Container`]
    /// when it is encrypted, does not inflate, or fails its size or checksum; [`ErrorKind::Argument`] when there is no such
    /// entry. All name the entry.
    pub fn read(&self, index: usize, max_bytes: u64) -> Result<Vec<u8>> {
        let entry = self.entry(index)?;
        if entry.size > max_bytes {
            return Err(Limits::exceeded("bytes in one part", "单个文件字节数", max_bytes).in_part(entry.name()));
        }
        entry.check_claim().map_err(|damage| damage.into_error(entry))?;
        let mut content = Vec::new();
        // The claim is bounded by what the compressed bytes, which are there, can hold.
        let room = usize::try_from(entry.size)
            .ok()
            .filter(|room| content.try_reserve_exact(*room).is_ok());
        if room.is_none() {
            return Err(Limits::exceeded("bytes of memory", "内存字节数", entry.size).in_part(entry.name()));
        }
        self.stream(index, &mut |piece| {
            content.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(content)
    }

    /// Hands the content of an entry to `each` in pieces, in order, with bounded memory. Size and checksum are known to be
    /// right only when this returns `Ok`.
    ///
    /// # Errors
    /// As [`Self::read`], and what `each` returns.
    pub fn stream(&self, index: usize, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let entry = self.entry(index)?;
        match self.inflate(entry, each)? {
            None => Ok(()),
            Some(damage) => Err(damage.into_error(entry)),
        }
    }

    /// Reads an entry only to see whether it can be read. Entries that nothing else reads need this: bytes after the end of
    /// a deflate stream are an entry to readers that stream.
    ///
    /// # Errors
    /// As [`Self::read`], except that a damaged entry is a finding.
    pub fn check(&self, index: usize) -> Result<Option<Finding>> {
        let entry = self.entry(index)?;
        let damage = self.inflate(entry, &mut |_| Ok(()))?;
        Ok(damage.map(|damage| {
            Finding::new(damage.code)
                .with(damage.text(entry.name()))
                .in_part(entry.name())
        }))
    }

    fn entry(&self, index: usize) -> Result<&Entry> {
        self.entries().get(index).ok_or_else(|| {
            Error::new(
                ErrorKind::Argument,
                text!("the package has no entry {index}", "包内没有第 {index} 个条目"),
            )
        })
    }

    /// A reader of an entry's content. It reads the package in pieces of `piece` bytes where that is not in memory.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when the entry is longer than the limits allow, [`ErrorKind::Container`] when it cannot be read.
    pub(crate) fn reader(&self, index: usize, piece: usize) -> Result<EntryReader<'_, 'a>> {
        let entry = self.entry(index)?;
        EntryReader::new(self, entry, piece).map_err(|stop| stop.into_error(entry))
    }

    fn inflate(&self, entry: &Entry, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<Option<Damage>> {
        match self.inflate_all(entry, each) {
            Ok(()) => Ok(None),
            Err(Stop::Damage(damage)) => Ok(Some(damage)),
            Err(Stop::Error(error)) => Err(error),
        }
    }

    fn inflate_all(&self, entry: &Entry, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<(), Stop> {
        let mut reader = EntryReader::new(self, entry, PIECE)?;
        let room = match entry.method {
            Method::Stored if self.source.bytes().is_some() => 0,
            _ => usize::try_from(entry.size).unwrap_or(PIECE).clamp(1, PIECE),
        };
        let mut buffer = vec![0; room];
        loop {
            let piece = match reader.next(&mut buffer, PIECE)? {
                Piece::InMemory(bytes) => bytes,
                Piece::Buffered(count) => buffer.get(..count).unwrap_or_default(),
            };
            if piece.is_empty() {
                return Ok(());
            }
            each(piece)?;
        }
    }
}

/// Reads the content of an entry, and checks it against its size and checksum.
pub(crate) struct EntryReader<'r, 'a> {
    entry: &'r Entry,
    budget: &'r Budget,
    input: Input<'r, 'a>,
    /// Absent when the entry is stored.
    inflater: Option<Decompress>,
    ended: bool,
    count: u64,
    hasher: Hasher,
}

impl<'r, 'a> EntryReader<'r, 'a> {
    fn new(archive: &'r Archive<'a>, entry: &'r Entry, piece: usize) -> Result<Self, Stop> {
        if entry.size > archive.limits.entry_bytes {
            let error = Limits::exceeded("bytes in one entry", "单个条目字节数", archive.limits.entry_bytes);
            return Err(error.in_part(entry.name()).into());
        }
        let data_at = entry.check_claim()?;
        // Some writers give an empty file no deflate stream at all.
        let ended = entry.compressed == 0;
        Ok(Self {
            entry,
            budget: &archive.budget,
            input: Input::new(&archive.source, data_at, entry.compressed, piece),
            inflater: (entry.method == Method::Deflated && !ended).then(|| Decompress::new(false)),
            ended,
            count: 0,
            hasher: Hasher::new(),
        })
    }

    /// The next bytes into `buffer`; 0 at the end, and only if size and checksum are right.
    ///
    /// # Errors
    /// As [`Archive::read`].
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        match self.next(buffer, buffer.len()) {
            Ok(Piece::Buffered(count)) => Ok(count),
            Ok(Piece::InMemory(bytes)) => {
                for (slot, byte) in buffer.iter_mut().zip(bytes) {
                    *slot = *byte;
                }
                Ok(bytes.len())
            }
            Err(stop) => Err(stop.into_error(self.entry)),
        }
    }

    /// The next piece, of at most `most` bytes where it is in memory; an empty one is the end.
    fn next(&mut self, buffer: &mut [u8], most: usize) -> Result<Piece<'r>, Stop> {
        if self.ended {
            self.check_end()?;
            return Ok(Piece::Buffered(0));
        }
        let piece = match self.inflater {
            Some(_) => Piece::Buffered(self.inflate(buffer)?),
            None => self.input.take(buffer, most)?,
        };
        let bytes = match piece {
            Piece::InMemory(bytes) => bytes,
            Piece::Buffered(count) => buffer.get(..count).unwrap_or_default(),
        };
        if bytes.is_empty() {
            self.ended = true;
            self.check_end()?;
            return Ok(piece);
        }
        let count = bytes.len() as u64;
        self.budget
            .inflate(count)
            .map_err(|error| error.in_part(self.entry.name()))?;
        self.count += count;
        if self.count > self.entry.size {
            return Err(Damage::size().into());
        }
        self.hasher.update(bytes);
        Ok(piece)
    }

    /// Inflates until there are bytes; 0 at the end of the stream, which must be that of the input.
    fn inflate(&mut self, buffer: &mut [u8]) -> Result<usize, Stop> {
        let Some(inflater) = &mut self.inflater else {
            return Ok(0);
        };
        loop {
            let (taken, given) = (inflater.total_in(), inflater.total_out());
            let Ok(status) = inflater.decompress(self.input.ready(), buffer, FlushDecompress::None) else {
                return Err(Damage::broken().into());
            };
            // Both are at most the lengths of the slices that were given.
            let taken = usize::try_from(inflater.total_in() - taken).unwrap_or(usize::MAX);
            let given = usize::try_from(inflater.total_out() - given).unwrap_or(usize::MAX);
            self.input.advance(taken);
            if status == Status::StreamEnd {
                self.ended = true;
            } else if taken == 0 && given == 0 && !self.input.fill()? {
                return Err(Damage::broken().into());
            }
            if given > 0 || self.ended {
                return Ok(given);
            }
        }
    }

    fn check_end(&self) -> Result<(), Damage> {
        if let Some(inflater) = &self.inflater
            && inflater.total_in() != self.entry.compressed
        {
            Err(Damage::hides(inflater.total_in()))
        } else if self.count != self.entry.size {
            Err(Damage::size())
        } else if self.hasher.clone().finalize() != self.entry.crc32 {
            Err(Damage::checksum())
        } else {
            Ok(())
        }
    }
}

/// Why there is no more content.
enum Stop {
    /// The entry is at fault.
    Damage(Damage),
    /// Something else is.
    Error(Error),
}

impl Stop {
    fn into_error(self, entry: &Entry) -> Error {
        match self {
            Self::Damage(damage) => damage.into_error(entry),
            Self::Error(error) => error,
        }
    }
}

impl From<Damage> for Stop {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Entry {
    /// Where the data are, if the entry can be read at all and what it claims about its size is possible.
    fn check_claim(&self) -> Result<u64, Damage> {
        let most = match self.method {
            _ if self.encrypted => return Err(Damage::unreadable()),
            Method::Other(_) => return Err(Damage::unreadable()),
            Method::Stored => self.compressed,
            Method::Deflated => self.compressed.saturating_mul(MOST_PER_BYTE),
        };
        match self.data_at {
            None => Err(Damage::lost()),
            Some(_) if self.size > most || (self.method == Method::Stored && self.size != self.compressed) => {
                Err(Damage::size())
            }
            Some(data_at) => Ok(data_at),
        }
    }
}

/// Why the content of an entry is not to be had.
struct Damage {
    code: Code,
    en: &'static str,
    zh: &'static str,
    /// Where in the compressed data.
    position: Option<u64>,
}

impl Damage {
    fn new(code: Code, en: &'static str, zh: &'static str) -> Self {
        Self {
            code,
            en,
            zh,
            position: None,
        }
    }

    fn broken() -> Self {
        Self::new(Code::PackageEntryDamaged, "its data do not inflate", "数据无法解压")
    }

    fn size() -> Self {
        Self::new(
            Code::PackageEntryDamaged,
            "its size is not the stated one",
            "大小与声明不符",
        )
    }

    fn checksum() -> Self {
        Self::new(
            Code::PackageEntryDamaged,
            "its checksum is not the stated one",
            "校验和与声明不符",
        )
    }

    fn lost() -> Self {
        Self::new(Code::PackageEntryDamaged, "its data are not there", "找不到其数据")
    }

    fn unreadable() -> Self {
        Self::new(
            Code::PackageEntryEncrypted,
            "it is encrypted or compressed with a method that OFD does not use",
            "已加密，或使用了 OFD 不采用的压缩方法",
        )
    }

    /// Whoever streams finds the end of the data here and reads on.
    fn hides(position: u64) -> Self {
        Self {
            position: Some(position),
            ..Self::new(
                Code::PackageUnlistedEntry,
                "bytes are hidden after the end of its compressed data",
                "压缩数据结束之后藏有其他字节",
            )
        }
    }

    fn text(&self, name: &str) -> Text {
        Text::new(format!("{name}: {}", self.en), format!("{name}：{}", self.zh))
    }

    fn into_error(self, entry: &Entry) -> Error {
        let error = Error::new(ErrorKind::Container, Text::new(self.en, self.zh)).in_part(entry.name());
        match self.position {
            Some(position) => error.at(position),
            None => error,
        }
    }
}
