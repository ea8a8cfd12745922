//! licences/THIRD-PARTY.txt: who wrote what is linked in, and under which terms.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::problem::{Result, While as _};
use crate::shell::Run;

use super::crates::Crate;
use super::stage::Stage;

/// Writes the file, and the licences of this project beside it.
pub(super) fn put<'c>(stage: &mut Stage<'_>, crates: impl Iterator<Item = &'c Crate>) -> Result {
    stage.copy("LICENSE-APACHE", "LICENSE-APACHE")?;
    stage.copy("LICENSE-MIT", "LICENSE-MIT")?;
    let foreign: BTreeMap<_, _> = crates
        .filter(|crate_| crate_.foreign)
        .map(|crate_| ((&crate_.name, &crate_.version), crate_))
        .collect();
    let mut list = String::from("What is linked into libsealcore and the command sealcore, and its licences.\n\n");
    // Many carry the same text.
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for crate_ in foreign.values() {
        let found = texts_in(&crate_.folder)?;
        let named = format!("{} {}", crate_.name, crate_.version);
        let without = if found.is_empty() {
            "; the package carries no text of it"
        } else {
            ""
        };
        let _ = writeln!(list, "{named}: {}{without}", crate_.licence);
        found.into_iter().for_each(|text| {
            texts.entry(text).or_default().insert(named.clone());
        });
    }
    list.push_str("the Rust standard library: MIT OR Apache-2.0\n");
    let library = standard_library()?;
    if library.is_empty() {
        list.push_str(
            "  Copyright The Rust Project Developers; the terms are those of LICENSE-APACHE and LICENSE-MIT.\n",
        );
    }
    library.into_iter().for_each(|text| {
        texts
            .entry(text)
            .or_default()
            .insert("the Rust standard library".into());
    });
    for (text, owners) in texts {
        let owners: Vec<_> = owners.into_iter().collect();
        let _ = write!(list, "\n{:-<80}\n{}\n\n{}\n", "", owners.join(", "), text.trim_end());
    }
    stage.write("licences/THIRD-PARTY.txt", &list)
}

/// The texts at the top of a package.
fn texts_in(folder: &Path) -> Result<Vec<String>> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .while_(|| folder.display().to_string())?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let is_text = |path: &Path| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_ascii_uppercase();
        path.is_file()
            && ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"]
                .iter()
                .any(|begin| name.starts_with(begin))
    };
    let texts = files.iter().filter(|path| is_text(path)).map(|path| {
        let text = fs::read(path).while_(|| path.display().to_string())?;
        Ok(String::from_utf8_lossy(&text).replace("\r\n", "\n"))
    });
    texts.collect()
}

fn standard_library() -> Result<Vec<String>> {
    let sysroot = Run::new("rustc").args(["--print", "sysroot"]).output()?;
    let folder = Path::new(sysroot.trim()).join("share/doc/rust");
    let names = ["COPYRIGHT", "LICENSE-MIT", "LICENSE-APACHE"];
    Ok(names
        .iter()
        .filter_map(|name| fs::read_to_string(folder.join(name)).ok())
        .collect())
}
