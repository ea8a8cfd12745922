//! The demo's folder: made beside its place and swapped in, so that a failure leaves what was there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;
use tempfile::TempDir;

use crate::files;

/// Says that a folder was made by `demo`, and lists what `demo` put there.
const MARKER: &str = ".sealcore-demo";
/// How deep the folder is walked for files that others put there.
const MAX_DEPTH: usize = 16;

/// A folder in the making.
pub(crate) struct Folder {
    place: PathBuf,
    temporary: TempDir,
    made: BTreeSet<PathBuf>,
}

impl Folder {
    /// Begins beside `place`.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when `place` is there and `demo` did not make it; [`ErrorKind::Io`].
    pub(crate) fn begin(place: &Path) -> Result<Self> {
        let shown = place.display();
        let exists = place.symlink_metadata().is_ok();
        // A link to a folder stays where it is; what it leads to is made anew.
        let place = if exists {
            place.canonicalize()?
        } else {
            place.to_owned()
        };
        if exists && !is_empty_folder(&place)? && !place.join(MARKER).is_file() {
            return Err(Error::new(
                ErrorKind::Refused,
                text!(
                    "{shown} is there, and demo did not make it",
                    "{shown} 已存在，且不是 demo 生成的目录"
                ),
            ));
        }
        if exists && std::env::current_dir()?.canonicalize()?.starts_with(&place) {
            return Err(Error::new(
                ErrorKind::Refused,
                text!(
                    "{shown} cannot be made anew from inside",
                    "不能在 {shown} 内部重建该目录"
                ),
            ));
        }
        let parent = place
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::create_dir_all(parent)?;
        let temporary = tempfile::Builder::new().prefix(".sealcore-demo-").tempdir_in(parent)?;
        Ok(Self {
            place,
            temporary,
            made: BTreeSet::new(),
        })
    }

    /// Where the folder is being made.
    pub(crate) fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// Adds a file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`].
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, bytes)?;
        #[cfg(unix)]
        if name.ends_with(".p12") || name == "README.txt" {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        }
        self.made.insert(PathBuf::from(name));
        Ok(())
    }

    /// Puts the folder in its place. Files that somebody else put into the old one are taken along.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]; the old folder is there then.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.made.insert(PathBuf::from(MARKER));
        let list: String = self.made.iter().map(|path| format!("{}\n", path.display())).collect();
        fs::write(self.path().join(MARKER), list)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(self.path(), fs::Permissions::from_mode(0o755))?;
        }
        if self.place.symlink_metadata().is_err() {
            fs::rename(self.path(), &self.place)?;
            let _ = self.temporary.keep();
            return Ok(());
        }
        self.take_along()?;
        let old = self.temporary.path().with_extension("old");
        fs::rename(&self.place, &old)?;
        if let Err(error) = fs::rename(self.path(), &self.place) {
            fs::rename(&old, &self.place)?;
            return Err(error.into());
        }
        let _ = self.temporary.keep();
        fs::remove_dir_all(&old)?;
        Ok(())
    }

    /// Copies what `demo` did not make.
    fn take_along(&self) -> Result<()> {
        let listed = fs::read_to_string(self.place.join(MARKER)).unwrap_or_default();
        let own: BTreeSet<PathBuf> = listed.lines().map(PathBuf::from).collect();
        let mut foreign = Vec::new();
        walk(&self.place, 0, &mut foreign)?;
        for path in foreign {
            let Ok(name) = path.strip_prefix(&self.place) else {
                continue;
            };
            if own.contains(name) || self.made.contains(name) {
                continue;
            }
            let target = self.path().join(name);
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::copy(&path, &target)?;
        }
        Ok(())
    }
}

fn is_empty_folder(path: &Path) -> Result<bool> {
    Ok(path.is_dir() && fs::read_dir(path)?.next().is_none())
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    if depth > MAX_DEPTH {
        return Err(Error::new(
            ErrorKind::Limit,
            text!("folders are nested too deep", "文件夹嵌套过深"),
        ));
    }
    for entry in files::sorted(folder)? {
        if fs::symlink_metadata(&entry)?.is_dir() {
            walk(&entry, depth + 1, found)?;
        } else {
            found.push(entry);
        }
    }
    Ok(())
}
