//! The folder that becomes the archive.

use std::fs;
use std::path::{Path, PathBuf};

use crate::problem::{Problem, Result, While as _};
use crate::project::Project;

pub(super) struct Stage<'p> {
    pub(super) project: &'p Project,
    pub(super) root: PathBuf,
    missing: Vec<String>,
}

impl<'p> Stage<'p> {
    pub(super) fn new(project: &'p Project, root: PathBuf) -> Result<Self> {
        fs::create_dir_all(&root).while_(|| root.display().to_string())?;
        Ok(Self {
            project,
            root,
            missing: Vec::new(),
        })
    }

    /// Something that is not in the archive, with the reason.
    pub(super) fn left_out(&mut self, what: impl Into<String>) {
        self.missing.push(what.into());
    }

    pub(super) fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Where a file of the archive goes; its folder is there.
    pub(super) fn place(&self, name: &str) -> Result<PathBuf> {
        let place = self.root.join(name);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).while_(|| folder.display().to_string())?;
        }
        Ok(place)
    }

    pub(super) fn write(&mut self, name: &str, text: &str) -> Result {
        let place = self.place(name)?;
        fs::write(&place, text).while_(|| place.display().to_string())
    }

    /// A file of the repository.
    pub(super) fn copy(&mut self, from: &str, name: &str) -> Result {
        self.file(&self.project.root.join(from), name).map(drop)
    }

    /// A file from anywhere.
    pub(super) fn file(&mut self, from: &Path, name: &str) -> Result<PathBuf> {
        let place = self.place(name)?;
        fs::copy(from, &place).while_(|| format!("{} -> {name}", from.display()))?;
        mode(&place, 0o644)?;
        Ok(place)
    }

    /// A file that can be run, or loaded.
    pub(super) fn program(&mut self, from: &Path, name: &str) -> Result {
        let place = self.file(from, name)?;
        mode(&place, 0o755)
    }

    pub(super) fn link(&mut self, to: &str, name: &str) -> Result {
        let place = self.place(name)?;
        #[cfg(unix)]
        return std::os::unix::fs::symlink(to, &place).while_(|| place.display().to_string());
        #[cfg(not(unix))]
        return Err(Problem::new(format!(
            "{} -> {to}: no links on this system",
            place.display()
        )));
    }

    /// What git has of a folder of the repository, so that nothing that was built is taken.
    pub(super) fn tree(&mut self, from: &str, name: &str) -> Result {
        for file in self.project.tracked(from)? {
            let relative = file.strip_prefix(from).while_(|| from.to_owned())?;
            let executable = is_executable(&self.project.root.join(&file));
            let target = format!("{name}/{}", relative.to_string_lossy());
            let source = self.project.root.join(&file);
            if executable {
                self.program(&source, &target)?;
            } else {
                self.file(&source, &target)?;
            }
        }
        Ok(())
    }

    /// What a binding's folder says about itself, in both languages.
    pub(super) fn readmes(&mut self, from: &str, name: &str) -> Result {
        for readme in ["README.md", "README.zh-CN.md"] {
            self.copy(&format!("{from}/{readme}"), &format!("{name}/{readme}"))?;
        }
        Ok(())
    }
}

/// All files and links below a folder, sorted, as paths from it.
pub(super) fn walk(root: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = vec![PathBuf::new()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(root.join(&folder)).while_(|| folder.display().to_string())?;
        for entry in entries {
            let entry = entry.while_(|| folder.display().to_string())?;
            let path = folder.join(entry.file_name());
            let kind = entry.file_type().while_(|| path.display().to_string())?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() || kind.is_symlink() {
                files.push(path);
            } else {
                return Err(Problem::new(format!("{} is neither file nor link", path.display())));
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(unix)]
pub(super) fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
pub(super) fn is_executable(_: &Path) -> bool {
    false
}

fn mode(path: &Path, mode: u32) -> Result {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).while_(|| path.display().to_string())?;
    }
    let _ = (path, mode);
    Ok(())
}
