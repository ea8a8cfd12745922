//! Files: reading with a bound, walking folders, writing whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::output;
use sealcore::seal::Picture;
use sealcore::text;

use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};

/// How deep folders are walked.
const MAX_DEPTH: usize = 64;

/// A whole file.
///
/// # Errors
/// [`ErrorKind::Io`], and [`ErrorKind::Limit`] for a file above 256 MiB.
pub(crate) fn read(path: &Path) -> Outcome<Vec<u8>> {
    sealcore_system::read_any(path).about(path)
}

/// A picture that is shown at this size, in millimetres.
///
/// # Errors
/// As [`read`], and [`ErrorKind::Format`] where the type of the picture is not known.
pub(crate) fn picture(path: &Path, width_mm: i64, height_mm: i64) -> Outcome<Picture> {
    let data = read(path)?;
    let kind = Picture::kind_of(&data).ok_or_else(|| {
        Error::new(
            ErrorKind::Format,
            text!("the picture's type is not known", "图像格式无法识别"),
        )
    });
    Ok(Picture::new(kind.about(path)?, data, width_mm, height_mm))
}

/// Refuses to put `path` in the place of something that is there, unless that was asked for.
pub(crate) fn check_free(path: &Path, force: bool) -> Outcome<()> {
    let shown = path.display();
    match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(Failure::refused(text!("{shown} is a folder", "{shown} 是一个文件夹"))),
        Ok(there) if !there.is_file() => Err(Failure::refused(text!("{shown} is no file", "{shown} 不是普通文件"))),
        // `mktemp` and the like make the file first: where there is nothing, nothing is lost.
        Ok(there) if there.is_file() && there.len() == 0 => Ok(()),
        Ok(_) if !force => Err(Failure::refused(text!(
            "{shown} is there already; --force replaces it",
            "{shown} 已存在；使用 --force 覆盖"
        ))),
        _ => Ok(()),
    }
}

/// Whether both are one file.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Writes a file that anybody may read.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    output::replace(path, |file| Ok(file.write_all(bytes)?)).ending(Exit::Refused)
}

/// Writes a file that its owner alone may read, from its first byte on.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> Outcome<()> {
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let inner = || -> std::io::Result<()> {
        let mut temporary = tempfile::Builder::new().prefix(".sealcore-").tempfile_in(folder)?;
        temporary.write_all(bytes)?;
        temporary.as_file().sync_all()?;
        temporary.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    inner().map_err(Error::from).about(path).ending(Exit::Refused)
}

/// The documents that `given` means: the file itself, or every `.ofd` and `.esl` below a folder, sorted. Links to folders are
/// not followed, so there are no circles.
pub(crate) fn documents(given: &Path) -> Result<Vec<PathBuf>> {
    if !std::fs::metadata(given)?.is_dir() {
        return Ok(vec![given.to_owned()]);
    }
    let mut found = Vec::new();
    walk(given, 0, &mut found)?;
    if found.is_empty() {
        return Err(Error::new(
            ErrorKind::Format,
            text!(
                "the folder holds no .ofd, .pdf or .esl file",
                "文件夹中没有 .ofd、.pdf 或 .esl 文件"
            ),
        ));
    }
    Ok(found)
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    if depth > MAX_DEPTH {
        let shown = folder.display();
        return Err(Error::new(
            ErrorKind::Limit,
            text!("folders are nested too deep: {shown}", "文件夹嵌套过深：{shown}"),
        ));
    }
    for entry in sorted(folder)? {
        let kind = std::fs::symlink_metadata(&entry)?.file_type();
        if kind.is_dir() {
            walk(&entry, depth + 1, found)?;
        } else if is_document(&entry)
            && (!kind.is_symlink() || std::fs::metadata(&entry).is_ok_and(|target| target.is_file()))
        {
            found.push(entry);
        }
    }
    Ok(())
}

/// What lies in a folder, by name.
pub(crate) fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(|error| Error::from(error).in_part(folder.display().to_string()))?;
    entries.sort();
    Ok(entries)
}

fn is_document(path: &Path) -> bool {
    let known = ["ofd", "pdf", "esl"];
    path.extension()
        .is_some_and(|extension| known.iter().any(|one| extension.eq_ignore_ascii_case(one)))
}
