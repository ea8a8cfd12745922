//! A file that remembers up to where serial numbers may have been given.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::SerialStore;
use crate::error::{Error, ErrorKind, Result};
use crate::output;
use crate::text;

/// Longer files are none of ours.
const MAX_LEN: u64 = 64;

/// A text file with one decimal number, replaced as a whole: a new file is written, synced and renamed, and the folder is
/// synced. A lock file beside it (`.lock` appended) keeps a second process out.
#[derive(Debug)]
pub struct SerialFile {
    path: PathBuf,
    _lock: File,
}

impl SerialFile {
    /// Makes the file for a new authority; numbers start at 1.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when it exists or cannot be written; [`ErrorKind::Refused`] when another process uses it.
    pub fn create(path: &Path) -> Result<Self> {
        let lock = lock(path)?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(|error| failed(path, error))?;
        let mut file = Self {
            path: path.to_owned(),
            _lock: lock,
        };
        file.save(1)?;
        Ok(file)
    }

    /// Opens the file of an authority that has issued before. A file that is missing is an error: whoever lost it must not
    /// start again from 1.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when it cannot be read; [`ErrorKind::Refused`] when another process uses it.
    pub fn open(path: &Path) -> Result<Self> {
        let lock = lock(path)?;
        let mut file = Self {
            path: path.to_owned(),
            _lock: lock,
        };
        file.load()?;
        Ok(file)
    }
}

impl SerialStore for SerialFile {
    fn load(&mut self) -> Result<u64> {
        let mut text = String::new();
        File::open(&self.path)
            .and_then(|file| file.take(MAX_LEN).read_to_string(&mut text))
            .map_err(|error| failed(&self.path, error))?;
        text.strip_suffix('\n')
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| {
                let shown = self.path.display();
                Error::new(
                    ErrorKind::Format,
                    text!("{shown} holds no serial number", "{shown} 中没有序列号"),
                )
            })
    }

    fn save(&mut self, next: u64) -> Result<()> {
        output::replace(&self.path, |file| Ok(writeln!(file, "{next}")?))?;
        sync_folder(&self.path).map_err(|error| failed(&self.path, error))
    }
}

/// The rename itself survives a loss of power only when the folder is written.
#[cfg(unix)]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// The lock is on a file of its own, since the numbered one is replaced. It ends with the process.
fn lock(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(PathBuf::from(name))
        .map_err(|error| failed(path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let shown = path.display();
            Err(Error::new(
                ErrorKind::Refused,
                text!(
                    "another process takes serial numbers from {shown}",
                    "另一进程正在使用序列号文件 {shown}"
                ),
            ))
        }
        Err(TryLockError::Error(error)) => Err(failed(path, error)),
    }
}

fn failed(path: &Path, error: std::io::Error) -> Error {
    let shown = path.display();
    Error::new(
        ErrorKind::Io,
        text!("cannot read or write {shown}: {error}", "无法读写 {shown}：{error}"),
    )
    .caused_by(error)
}
