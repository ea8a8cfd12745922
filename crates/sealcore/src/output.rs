//! Files appear whole or not at all.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// Calls `write` with a temporary file beside `path` and moves it there once everything is on the disk. After an error
/// nothing is left, and what was at `path` is as it was. A link is followed; a file that is replaced leaves its permissions
/// to the new one.
///
/// # Errors
/// What `write` reports, and [`ErrorKind::Io`]: also for a `path` that is there and no regular file.
pub fn replace<T>(path: &Path, write: impl FnOnce(&mut BufWriter<&File>) -> Result<T>) -> Result<T> {
    let failed = |error: std::io::Error| {
        let shown = path.display();
        // The reason alone: the name of the temporary file is nobody's business.
        let reason = error
            .raw_os_error()
            .map_or_else(|| error.kind().into(), std::io::Error::from_raw_os_error);
        Error::new(
            ErrorKind::Io,
            text!("cannot write {shown}: {reason}", "无法写入 {shown}：{reason}"),
        )
        .caused_by(error)
    };
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink());
    let target = if is_link {
        path.canonicalize().map_err(failed)?
    } else {
        path.to_owned()
    };
    let replaced = std::fs::metadata(&target).ok();
    if replaced.as_ref().is_some_and(|there| !there.is_file()) {
        let shown = path.display();
        return Err(Error::new(
            ErrorKind::Io,
            text!(
                "{shown} is there and is no regular file",
                "{shown} 已存在且不是普通文件"
            ),
        ));
    }
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sealcore-");
    #[cfg(unix)]
    if replaced.is_none() {
        use std::os::unix::fs::PermissionsExt as _;
        // As for any new file, the process's mask decides; the default of a temporary file is for the owner alone.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let temporary = builder.tempfile_in(folder).map_err(failed)?;
    let mut buffered = BufWriter::with_capacity(1 << 16, temporary.as_file());
    let value = write(&mut buffered)?;
    buffered.flush().map_err(failed)?;
    drop(buffered);
    #[cfg(unix)]
    if let Some(replaced) = replaced {
        temporary
            .as_file()
            .set_permissions(replaced.permissions())
            .map_err(failed)?;
    }
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(&target).map_err(|error| failed(error.error))?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        replace(&path, |file| Ok(file.write_all(b"first")?)).unwrap();
        let failed = replace(&path, |file| -> Result<()> {
            file.write_all(b"half")?;
            Err(Error::new(ErrorKind::Cancelled, text!("cancelled", "已取消")))
        });
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::Cancelled);
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left");
        assert!(replace(&folder.path().join("missing/out"), |_| Ok(())).is_err());
    }

    #[test]
    #[cfg(unix)]
    fn what_is_there_keeps_its_nature() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        use std::os::unix::net::UnixListener;
        let folder = tempfile::tempdir().unwrap();
        let at = |name| folder.path().join(name);
        let write = |file: &mut BufWriter<&File>| Ok(file.write_all(b"new")?);
        // A private file stays private, behind a link too.
        std::fs::write(at("private"), b"old").unwrap();
        std::fs::set_permissions(at("private"), std::fs::Permissions::from_mode(0o600)).unwrap();
        symlink(at("private"), at("link")).unwrap();
        replace(&at("link"), write).unwrap();
        assert_eq!(std::fs::read(at("private")).unwrap(), b"new");
        assert_eq!(
            std::fs::metadata(at("private")).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert!(std::fs::symlink_metadata(at("link")).unwrap().is_symlink());
        // Devices, sockets and folders are not replaced.
        let _socket = UnixListener::bind(at("socket")).unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        for name in ["socket", "folder"] {
            assert_eq!(replace(&at(name), write).unwrap_err().kind(), ErrorKind::Io, "{name}");
        }
        symlink(at("nothing"), at("dangling")).unwrap();
        assert_eq!(replace(&at("dangling"), write).unwrap_err().kind(), ErrorKind::Io);
    }
}
