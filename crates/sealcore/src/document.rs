//! One entry for every format: what a file is, is told by its content, never by its name.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::asn1::{Tag, Tlv};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::ofd;
use crate::ofd::package::{Archive, is_zip};
use crate::report::{Format, Report};
use crate::seal;
use crate::source::Source;
use crate::text;
use crate::verify::VerifyOptions;

/// A document or seal that was opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Document<'a> {
    /// An OFD package.
    Ofd(Box<Archive<'a>>),
    /// A seal file (.esl).
    Seal(Vec<u8>),
}

impl<'a> Document<'a> {
    /// Opens bytes in memory.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] when they are neither OFD nor a seal, [`ErrorKind::Unsupported`] for PDF,
    /// [`ErrorKind::Container`] and [`ErrorKind::Limit`] as [`Archive::open`].
    pub fn from_bytes(bytes: impl Into<Source<'a>>, limits: &Limits) -> Result<Self> {
        Self::open(bytes.into(), limits)
    }

    /// Opens anything that can be read and sought.
    ///
    /// # Errors
    /// As [`Self::from_bytes`], and [`ErrorKind::Io`].
    pub fn from_stream(stream: impl Read + Seek + Send + 'a, limits: &Limits) -> Result<Self> {
        Self::open(Source::from_stream(stream)?, limits)
    }

    /// Opens the file at `path`.
    ///
    /// # Errors
    /// As [`Self::from_bytes`], and [`ErrorKind::Io`].
    pub fn from_path(path: &Path, limits: &Limits) -> Result<Self> {
        // Opening a pipe would wait for its other end.
        let kind = std::fs::metadata(path)?.file_type();
        if kind.is_dir() {
            return Err(Error::new(ErrorKind::Io, text!("it is a folder", "这是一个文件夹")));
        }
        if !kind.is_file() {
            return Err(Error::new(
                ErrorKind::Io,
                text!("it is no regular file", "不是普通文件"),
            ));
        }
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(0))?;
        Self::from_stream(file, limits)
    }

    fn open(source: Source<'a>, limits: &Limits) -> Result<Self> {
        let mut head = vec![0; usize::try_from(source.len().min(1024)).unwrap_or(1024)];
        source.read_at(0, &mut head)?;
        // ISO 32000-2, 7.5.2, and what readers tolerate: the header stands within the first 1024 bytes.
        if head.windows(5).any(|window| window == b"%PDF-") && !head.starts_with(b"PK") {
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!("PDF is not supported yet", "暂不支持 PDF"),
            ));
        }
        if head.first() == Some(&Tag::SEQUENCE.0) && source.len() <= limits.part_bytes {
            let length = usize::try_from(source.len()).unwrap_or(usize::MAX);
            let mut bytes = vec![0; length];
            source.read_at(0, &mut bytes)?;
            if Tlv::parse_prefix(&bytes).is_ok() {
                return Ok(Self::Seal(bytes));
            }
        }
        if is_zip(&source)? {
            return Archive::open(source, limits).map(|archive| Self::Ofd(Box::new(archive)));
        }
        if head.starts_with(b"PK") {
            // A package whose end is missing: opening it says where.
            return Archive::open(source, limits).map(|archive| Self::Ofd(Box::new(archive)));
        }
        Err(Error::new(
            ErrorKind::Format,
            text!("this is neither OFD nor a seal", "既不是 OFD 文件，也不是印章文件"),
        ))
    }

    /// The format.
    #[must_use]
    pub fn format(&self) -> Format {
        match self {
            Self::Ofd(_) => Format::Ofd,
            Self::Seal(_) => Format::Seal,
        }
    }

    /// Verifies every signature, or the seal.
    ///
    /// # Errors
    /// As [`ofd::verify`] and [`seal::verify`].
    pub fn verify(&self, options: &VerifyOptions<'_>) -> Result<Report> {
        match self {
            Self::Ofd(archive) => ofd::verify(archive, options),
            Self::Seal(bytes) => seal::verify(bytes, options),
        }
    }
}
