//! What `--trust` and `--crl` name.

use std::path::{Path, PathBuf};

use sealcore::cert::{CertificateBag, TrustStore};
use sealcore::text;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::Terminal;

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
    let collected = sealcore_system::collect_with(path, sealcore_system::read_any).map_err(|error| {
        let failure = Failure::from(error).about(path);
        if path.exists() {
            failure
        } else {
            failure.ending(Exit::Usage)
        }
    })?;
    for error in &collected.passed_over {
        let zh = error.describe(sealcore::lang::Lang::Zh);
        terminal.note(&text!("warning: passed over: {error}", "警告：已跳过：{zh}"));
    }
    Ok(collected.bag)
}
