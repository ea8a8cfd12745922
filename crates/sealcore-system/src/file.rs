//! Files that are read whole.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

/// The largest key, certificate, seal, picture or session that is read, in bytes. Revocation lists are the big ones.
pub const MAX_BYTES: u64 = 256 << 20;

/// A whole file.
///
/// # Errors
/// [`ErrorKind::Io`], and [`ErrorKind::Limit`] for a file above [`MAX_BYTES`].
pub fn read(path: &Path) -> Result<Vec<u8>> {
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
