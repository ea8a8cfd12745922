//! The state folder of a time-stamp authority: one process at a time, its serial numbers, its audit file.

use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

/// A state folder that this process holds.
#[derive(Debug)]
pub(crate) struct StateFolder {
    path: PathBuf,
    /// Locked until it is closed; a process that is killed lets go of it too.
    _lock: File,
}

impl StateFolder {
    /// Makes the folder where it is not there, and takes hold of it.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] while another process holds it; [`ErrorKind::Io`].
    pub(crate) fn open(path: &Path) -> Result<Self> {
        fs::create_dir_all(path)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let shown = path.display();
                return Err(Error::new(
                    ErrorKind::Refused,
                    text!(
                        "{shown} is in use by another time-stamp authority",
                        "{shown} 正被另一个时间戳服务使用"
                    ),
                ));
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// The file `name` in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// Puts `bytes` in the place of `path` so that after a crash one or the other is there, whole and on disk.
///
/// # Errors
/// [`ErrorKind::Io`].
pub(crate) fn replace_durably(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Puts the names in a folder on disk. Other systems have no way to say so.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let held = StateFolder::open(&path).unwrap();
        assert_eq!(StateFolder::open(&path).unwrap_err().kind(), ErrorKind::Refused);
        drop(held);
        StateFolder::open(&path).unwrap();
    }
}
