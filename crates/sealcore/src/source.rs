//! Where the bytes of a document are: in memory, in a file, or in anything that reads and seeks.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// The bytes of a document. Several threads may read from one source.
pub struct Source<'a>(Kind<'a>);

enum Kind<'a> {
    Bytes(Cow<'a, [u8]>),
    Shared(Arc<[u8]>),
    File {
        length: u64,
        file: Arc<File>,
    },
    Stream {
        length: u64,
        stream: Mutex<Box<dyn ReadSeek + 'a>>,
        one_thread: bool,
    },
}

trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

impl<'a> Source<'a> {
    /// Reads from anything that seeks. It is read in small pieces and never as a whole; it must not change meanwhile.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when its length cannot be found.
    pub fn from_stream(mut stream: impl Read + Seek + Send + 'a) -> Result<Self> {
        let length = stream.seek(SeekFrom::End(0))?;
        Ok(Self(Kind::Stream {
            length,
            stream: Mutex::new(Box::new(stream)),
            one_thread: false,
        }))
    }

    /// Is read on the thread of the call alone, which else may share long work with threads of its own: for streams that ask
    /// somebody who must know where he is asked.
    #[must_use]
    pub fn on_one_thread(mut self) -> Self {
        if let Kind::Stream { one_thread, .. } = &mut self.0 {
            *one_thread = true;
        }
        self
    }

    /// The regular file at `path`. It is read in small pieces and never as a whole, by several threads at once; it must not
    /// change meanwhile. One that is put in its place later is another file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when it is none, or cannot be opened.
    pub fn from_path(path: &Path) -> Result<Self> {
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
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self(Kind::File {
            length,
            file: Arc::new(file),
        }))
    }

    /// The same bytes once more, without a copy of them; `None` for a stream, and for bytes that are not shared.
    #[must_use]
    pub fn share(&self) -> Option<Self> {
        match &self.0 {
            Kind::Bytes(Cow::Borrowed(bytes)) => Some(Self(Kind::Bytes(Cow::Borrowed(bytes)))),
            Kind::Shared(bytes) => Some(Self(Kind::Shared(Arc::clone(bytes)))),
            Kind::File { length, file } => Some(Self(Kind::File {
                length: *length,
                file: Arc::clone(file),
            })),
            Kind::Bytes(Cow::Owned(_)) | Kind::Stream { .. } => None,
        }
    }

    pub(crate) fn is_on_one_thread(&self) -> bool {
        matches!(self.0, Kind::Stream { one_thread: true, .. })
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match &self.0 {
            Kind::File { length, .. } | Kind::Stream { length, .. } => *length,
            Kind::Bytes(_) | Kind::Shared(_) => self.bytes().map_or(0, |bytes| bytes.len() as u64),
        }
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, where they are in memory anyway.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes),
            Kind::Shared(bytes) => Some(bytes),
            Kind::File { .. } | Kind::Stream { .. } => None,
        }
    }

    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// # Errors
    /// [`ErrorKind::Container`] when the source ends before, [`ErrorKind::Io`] when it cannot be read.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let end = offset.checked_add(buffer.len() as u64).filter(|end| *end <= self.len());
        if end.is_none() {
            return Err(ends_early(self.len()));
        }
        match &self.0 {
            Kind::File { file, .. } => read_file(file, offset, buffer)?,
            Kind::Stream { stream, .. } => {
                // A panic of another reader leaves nothing half done: the position is set anew each time.
                let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                stream.seek(SeekFrom::Start(offset))?;
                stream.read_exact(buffer)?;
            }
            Kind::Bytes(_) | Kind::Shared(_) => {
                let bytes = self.slice(offset, buffer.len()).ok_or_else(|| ends_early(self.len()))?;
                buffer.copy_from_slice(bytes);
            }
        }
        Ok(())
    }

    /// `length` bytes from `offset` on, where they are in memory and there are as many.
    pub(crate) fn slice(&self, offset: u64, length: usize) -> Option<&[u8]> {
        let start = usize::try_from(offset).ok()?;
        self.bytes()?.get(start..start.checked_add(length)?)
    }

    /// Up to `length` bytes from `offset` on; fewer at the end. The caller bounds `length`.
    pub(crate) fn read_up_to(&self, offset: u64, length: usize) -> Result<Cow<'_, [u8]>> {
        let offset = offset.min(self.len());
        let left = usize::try_from(self.len() - offset).unwrap_or(usize::MAX);
        let length = length.min(left);
        if let Some(bytes) = self.slice(offset, length) {
            return Ok(Cow::Borrowed(bytes));
        }
        let mut buffer = vec![0; length];
        self.read_at(offset, &mut buffer)?;
        Ok(Cow::Owned(buffer))
    }

    /// Hands `length` bytes from `offset` on to `each`, in pieces of bounded size, until it returns `false`.
    pub(crate) fn pieces(&self, offset: u64, length: u64, mut each: impl FnMut(&[u8]) -> Result<bool>) -> Result<()> {
        const PIECE: usize = 64 << 10;
        let in_memory = usize::try_from(length)
            .ok()
            .and_then(|length| self.slice(offset, length));
        if let Some(bytes) = in_memory {
            return each(bytes).map(|_| ());
        }
        let mut buffer = vec![0; usize::try_from(length).unwrap_or(PIECE).min(PIECE)];
        let (mut at, mut left) = (offset, length);
        while left > 0 {
            let count = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            let piece = buffer.get_mut(..count).unwrap_or_default();
            self.read_at(at, piece)?;
            if !each(piece)? {
                break;
            }
            at += count as u64;
            left -= count as u64;
        }
        Ok(())
    }
}

#[cfg(unix)]
fn read_file(file: &File, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

/// As `read_exact_at`, which is not there.
#[cfg(windows)]
fn read_file(file: &File, mut offset: u64, mut buffer: &mut [u8]) -> std::io::Result<()> {
    use std::io::ErrorKind::{Interrupted, UnexpectedEof};
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset) {
            Ok(0) => return Err(UnexpectedEof.into()),
            Ok(count) => {
                buffer = buffer.get_mut(count..).unwrap_or_default();
                offset += count as u64;
            }
            Err(error) if error.kind() == Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn ends_early(length: u64) -> Error {
    Error::new(
        ErrorKind::Container,
        text!("the file ends early: it is truncated", "文件提前结束：已被截断"),
    )
    .at(length)
}

impl<'a> From<&'a [u8]> for Source<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(Kind::Bytes(Cow::Borrowed(bytes)))
    }
}

impl<'a> From<&'a Vec<u8>> for Source<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::from(bytes.as_slice())
    }
}

impl From<Vec<u8>> for Source<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Kind::Bytes(Cow::Owned(bytes)))
    }
}

impl From<Arc<[u8]>> for Source<'_> {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self(Kind::Shared(bytes))
    }
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({} bytes)", self.len())
    }
}
