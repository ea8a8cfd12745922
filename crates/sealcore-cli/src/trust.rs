//! What `--trust` and `--crl` name.

use std::path::{Path, PathBuf};

use sealcore::cert::{CertificateBag, TrustStore};
use sealcore::error::{Error, ErrorKind};
use sealcore::text;

use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use crate::files;
use crate::terminal::Terminal;

/// Endings that promise a certificate or a revocation list.
const PROMISING: [&str; 7] = ["crt", "cer", "pem", "der", "p7b", "p7c", "crl"];

/// The store of these files and folders. Each of them is one source: see [`TrustStore::trust`].
pub(crate) fn store(trust: &[PathBuf], crls: &[PathBuf], terminal: &Terminal) -> Outcome<TrustStore> {
    let mut store = TrustStore::new();
    for path in trust {
        store.trust(bag(path, terminal)?);
    }
    for path in crls {
        store.support(bag(path, terminal)?);
    }
    Ok(store)
}

fn bag(path: &Path, terminal: &Terminal) -> Outcome<CertificateBag> {
    let metadata = std::fs::metadata(path).map_err(|error| {
        let missing = error.kind() == std::io::ErrorKind::NotFound;
        Failure::from(Error::from(error))
            .about(path)
            .ending(if missing { Exit::Usage } else { Exit::Unreadable })
    })?;
    let mut bag = CertificateBag::new();
    if !metadata.is_dir() {
        bag.add_bytes(&files::read(path)?, &path.display().to_string())?;
        return Ok(bag);
    }
    for file in files::sorted(path).about(path)? {
        if std::fs::metadata(&file).is_ok_and(|file| file.is_file()) {
            add(&mut bag, &file, terminal)?;
        }
    }
    if bag.certificates.is_empty() && bag.lists.is_empty() {
        let error = Error::new(
            ErrorKind::Certificate,
            text!(
                "the folder holds no certificate and no revocation list",
                "文件夹中没有证书或证书撤销列表"
            ),
        );
        return Err(error).about(path);
    }
    Ok(bag)
}

/// A folder may hold other files. One whose name promises a certificate and that holds none is not passed over silently.
fn add(bag: &mut CertificateBag, file: &Path, terminal: &Terminal) -> Outcome<()> {
    let shown = file.display().to_string();
    let Err(error) = bag.add_bytes(&files::read(file)?, &shown) else {
        return Ok(());
    };
    let promising = file
        .extension()
        .is_some_and(|extension| PROMISING.iter().any(|one| extension.eq_ignore_ascii_case(one)));
    if promising {
        let zh = error.describe(sealcore::lang::Lang::Zh);
        terminal.note(&text!("warning: passed over: {error}", "警告：已跳过：{zh}"));
    }
    Ok(())
}
