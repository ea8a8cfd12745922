//! Files appear whole or not at all.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// Calls `write` with a temporary file beside `path` and moves it there once everything is on the disk. After an error
/// nothing is left, and what was at `path` is as it was.
///
/// # Errors
/// What `write` reports, and [`ErrorKind::Io`].
pub fn replace<T>(path: &Path, write: impl FnOnce(&mut BufWriter<&File>) -> Result<T>) -> Result<T> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
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
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sealcore-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As for any new file, the process's mask decides; the default of a temporary file is for the owner alone.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let temporary = builder.tempfile_in(folder).map_err(failed)?;
    let mut buffered = BufWriter::with_capacity(1 << 16, temporary.as_file());
    let value = write(&mut buffered)?;
    buffered.flush().map_err(failed)?;
    drop(buffered);
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(path).map_err(|error| failed(error.error))?;
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
}
