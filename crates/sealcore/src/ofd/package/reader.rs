//! Inflates entries in pieces, within the limits, and checks what comes out.

use crc32fast::Hasher;
use flate2::{Decompress, FlushDecompress, Status};

use super::{Archive, Entry, Method};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::limits::Limits;
use crate::report::{Code, Finding};
use crate::text;

/// Bytes inflated at a time.
const PIECE: usize = 64 << 10;

/// Deflate yields at most 258 bytes for a match, which takes at least two bits.
const MOST_PER_BYTE: u64 = 1032;

impl Archive<'_> {
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

    fn inflate(&self, entry: &Entry, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<Option<Damage>> {
        if entry.size > self.limits.entry_bytes {
            return Err(
                Limits::exceeded("bytes in one entry", "单个条目字节数", self.limits.entry_bytes).in_part(entry.name()),
            );
        }
        let data_at = match entry.check_claim() {
            Ok(data_at) => data_at,
            Err(damage) => return Ok(Some(damage)),
        };
        let mut output = Output {
            archive: self,
            entry,
            each,
            count: 0,
            hasher: Hasher::new(),
            damage: None,
        };
        match entry.method {
            Method::Stored => self.source.pieces(data_at, entry.compressed, |bytes| {
                for piece in bytes.chunks(PIECE) {
                    if !output.take(piece)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            })?,
            // Some writers give an empty file no deflate stream at all.
            _ if entry.compressed == 0 => {}
            _ => self.inflate_deflated(entry, data_at, &mut output)?,
        }
        Ok(output.finish())
    }

    fn inflate_deflated(&self, entry: &Entry, data_at: u64, output: &mut Output<'_, '_>) -> Result<()> {
        let mut inflater = Decompress::new(false);
        let room = usize::try_from(entry.size).unwrap_or(PIECE).clamp(1, PIECE);
        let mut buffer = vec![0; room];
        let mut ended = false;
        self.source.pieces(data_at, entry.compressed, |mut bytes| {
            while !ended {
                let (taken, given) = (inflater.total_in(), inflater.total_out());
                let Ok(status) = inflater.decompress(bytes, &mut buffer, FlushDecompress::None) else {
                    output.damage = Some(Damage::broken());
                    return Ok(false);
                };
                // Both are at most the lengths of the slices that were given.
                let taken = usize::try_from(inflater.total_in() - taken).unwrap_or(usize::MAX);
                let given = usize::try_from(inflater.total_out() - given).unwrap_or(usize::MAX);
                bytes = bytes.get(taken..).unwrap_or_default();
                if !output.take(buffer.get(..given).unwrap_or_default())? {
                    return Ok(false);
                }
                ended = status == Status::StreamEnd;
                if !ended && taken == 0 && given == 0 {
                    // Nothing more without more input.
                    return Ok(true);
                }
            }
            Ok(false)
        })?;
        if output.damage.is_none() {
            if !ended {
                output.damage = Some(Damage::broken());
            } else if inflater.total_in() != entry.compressed {
                output.damage = Some(Damage::hides(inflater.total_in()));
            }
        }
        Ok(())
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

/// Where inflated bytes go: counted, summed, then on to the caller.
struct Output<'o, 'a> {
    archive: &'o Archive<'a>,
    entry: &'o Entry,
    each: &'o mut dyn FnMut(&[u8]) -> Result<()>,
    count: u64,
    hasher: Hasher,
    damage: Option<Damage>,
}

impl Output<'_, '_> {
    /// Takes a piece; `false` when no more is wanted.
    fn take(&mut self, piece: &[u8]) -> Result<bool> {
        let count = piece.len() as u64;
        self.archive
            .budget
            .inflate(count)
            .map_err(|error| error.in_part(self.entry.name()))?;
        self.count += count;
        if self.count > self.entry.size {
            self.damage = Some(Damage::size());
            return Ok(false);
        }
        self.hasher.update(piece);
        if !piece.is_empty() {
            (self.each)(piece)?;
        }
        Ok(true)
    }

    fn finish(self) -> Option<Damage> {
        self.damage.or_else(|| {
            if self.count != self.entry.size {
                Some(Damage::size())
            } else if self.hasher.finalize() != self.entry.crc32 {
                Some(Damage::checksum())
            } else {
                None
            }
        })
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
