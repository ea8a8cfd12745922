//! One entry for every format: what a file is, is told by its content, never by its name.

use std::io::{Read, Seek};
use std::path::Path;

use crate::asn1::{Tag, Tlv};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::ofd;
use crate::ofd::package::{Archive, is_zip};
use crate::pdf::{self, Unlock};
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
    /// A PDF file.
    Pdf(Box<pdf::Opened<'a>>),
    /// A seal file (.esl).
    Seal(Vec<u8>),
}

impl<'a> Document<'a> {
    /// Opens bytes in memory.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] when they are neither OFD nor PDF nor a seal; [`ErrorKind::Container`],
    /// [`ErrorKind::Pdf`] and [`ErrorKind::Limit`] as [`Archive::open`] and [`pdf::Opened::open`].
    pub fn from_bytes(bytes: impl Into<Source<'a>>, limits: &Limits) -> Result<Self> {
        Self::from_source(bytes.into(), limits, &Unlock::None)
    }

    /// Opens anything that can be read and sought.
    ///
    /// # Errors
    /// As [`Self::from_bytes`], and [`ErrorKind::Io`].
    pub fn from_stream(stream: impl Read + Seek + Send + 'a, limits: &Limits) -> Result<Self> {
        Self::from_source(Source::from_stream(stream)?, limits, &Unlock::None)
    }

    /// Opens the file at `path`.
    ///
    /// # Errors
    /// As [`Self::from_bytes`], and [`ErrorKind::Io`].
    pub fn from_path(path: &Path, limits: &Limits) -> Result<Self> {
        Self::from_source(Source::from_path(path)?, limits, &Unlock::None)
    }

    /// Opens a document that may be encrypted.
    ///
    /// # Errors
    /// As [`Self::from_bytes`]; [`ErrorKind::Password`] when `unlock` does not open it.
    pub fn from_source(source: Source<'a>, limits: &Limits, unlock: &Unlock<'_>) -> Result<Self> {
        let mut head = vec![0; usize::try_from(source.len().min(1024)).unwrap_or(1024)];
        source.read_at(0, &mut head)?;
        // What readers tolerate: the header stands within the first 1024 bytes. That it stands at the start is asked for later.
        if head.windows(5).any(|window| window == b"%PDF-") && !head.starts_with(b"PK") {
            return pdf::Opened::open(source, limits, unlock).map(|opened| Self::Pdf(Box::new(opened)));
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
            text!(
                "this is neither OFD nor PDF nor a seal",
                "既不是 OFD 或 PDF 文件，也不是印章文件"
            ),
        ))
    }

    /// The format.
    #[must_use]
    pub fn format(&self) -> Format {
        match self {
            Self::Ofd(_) => Format::Ofd,
            Self::Pdf(_) => Format::Pdf,
            Self::Seal(_) => Format::Seal,
        }
    }

    /// How many bytes there are to handle, about: what a [`Monitor`](crate::monitor::Monitor) can expect to be told of.
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            Self::Ofd(archive) => archive.inflated_size(),
            Self::Pdf(opened) => opened.pdf().map_or(0, pdf::Pdf::len),
            Self::Seal(bytes) => bytes.len() as u64,
        }
    }

    /// Verifies every signature, or the seal.
    ///
    /// # Errors
    /// As [`ofd::verify`], [`pdf::verify()`] and [`seal::verify`].
    pub fn verify(&self, options: &VerifyOptions<'_>) -> Result<Report> {
        match self {
            Self::Ofd(archive) => ofd::verify(archive, options),
            Self::Pdf(opened) => pdf::verify(opened, options),
            Self::Seal(bytes) => seal::verify(bytes, options),
        }
    }
}
