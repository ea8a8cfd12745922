//! Files and folders of certificates and revocation lists.

use std::path::{Path, PathBuf};

use sealcore::cert::CertificateBag;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

use crate::file;

/// Endings that promise a certificate or a revocation list.
const PROMISING: [&str; 7] = ["crt", "cer", "pem", "der", "p7b", "p7c", "crl"];

/// What a path holds.
#[derive(Debug)]
pub struct Collected {
    /// The certificates and revocation lists: one source, see
    /// [`TrustStore::trust`](sealcore::cert::TrustStore::trust).
    pub bag: CertificateBag,
    /// Files of a folder whose names promise what they do not hold.
    pub passed_over: Vec<Error>,
}

/// The certificates and revocation lists of a file, or of the files of a folder. A folder may hold other files.
///
/// # Errors
/// [`ErrorKind::Io`]; for a file, as [`CertificateBag::add_bytes`]; [`ErrorKind::Certificate`] for a folder without any.
pub fn collect(path: &Path) -> Result<Collected> {
    collect_with(path, file::read)
}

/// As [`collect`], where a file that is no folder is read by `read`.
///
/// # Errors
/// As [`collect`], and what `read` reports.
pub fn collect_with(path: &Path, read: impl FnOnce(&Path) -> Result<Vec<u8>>) -> Result<Collected> {
    let mut bag = CertificateBag::new();
    let mut passed_over = Vec::new();
    if !std::fs::metadata(path)?.is_dir() {
        bag.add_bytes(&read(path)?, &path.display().to_string())?;
        return Ok(Collected { bag, passed_over });
    }
    for path in sorted(path)? {
        if !std::fs::metadata(&path).is_ok_and(|file| file.is_file()) {
            continue;
        }
        let shown = path.display().to_string();
        let bytes = file::read(&path).map_err(|error| error.in_part(shown.as_str()))?;
        let Err(error) = bag.add_bytes(&bytes, &shown) else {
            continue;
        };
        if promises(&path) {
            passed_over.push(error);
        }
    }
    if bag.certificates.is_empty() && bag.lists.is_empty() {
        return Err(Error::new(
            ErrorKind::Certificate,
            text!(
                "the folder holds no certificate and no revocation list",
                "文件夹中没有证书或证书撤销列表"
            ),
        ));
    }
    Ok(Collected { bag, passed_over })
}

fn promises(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| PROMISING.iter().any(|one| extension.eq_ignore_ascii_case(one)))
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
