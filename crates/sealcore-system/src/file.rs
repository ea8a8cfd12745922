//! Files that are read whole.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

/// The largest key, certificate, seal, picture or session that is read, in bytes. Revocation lists are the big ones.
pub const MAX_BYTES: u64 = 256 << 20;

/// A whole regular file.
///
/// # Errors
/// [`ErrorKind::Io`], also for what is no regular file; [`ErrorKind::Limit`] for a file above [`MAX_BYTES`].
pub fn read(path: &Path) -> Result<Vec<u8>> {
    // Opening a pipe would wait for its other end.
    let kind = std::fs::metadata(path)?.file_type();
    if !kind.is_file() {
        let message = if kind.is_dir() {
            text!("it is a folder", "这是一个文件夹")
        } else {
            text!("it is no regular file", "不是普通文件")
        };
        return Err(Error::new(ErrorKind::Io, message));
    }
    read_any(path)
}

/// As [`read`], also from a pipe, which is read to its end: for a person who writes `/dev/stdin` or `<(...)`.
///
/// # Errors
/// [`ErrorKind::Io`], and [`ErrorKind::Limit`] above [`MAX_BYTES`].
pub fn read_any(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::new(
            ErrorKind::Limit,
            text!("the file is larger than 256 MiB", "文件超过 256 MiB"),
        ));
    }
    Ok(bytes)
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::process::Command;

    use super::*;

    #[test]
    fn pipes_are_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [&*pipe, folder.path(), Path::new("/dev/null")] {
            assert_eq!(read(path).unwrap_err().kind(), ErrorKind::Io);
        }
        let collected = crate::collect(&pipe).unwrap_err();
        assert_eq!(collected.kind(), ErrorKind::Io);
        let writer = {
            let pipe = pipe.clone();
            std::thread::spawn(move || std::fs::write(pipe, b"given").unwrap())
        };
        assert_eq!(read_any(&pipe).unwrap(), b"given");
        writer.join().unwrap();
    }
}
