//! The Python package with the library in it, as a wheel and as a folder for PYTHONPATH.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};

use crate::exports::{ABI_FILE, glibc_floor};
use crate::library::Built;
use crate::problem::{Result, While as _};

use super::stage::{Stage, walk};

pub(super) fn put(stage: &mut Stage<'_>, built: &Built) -> Result {
    stage.tree("bindings/python/src/sealcore", "python/sealcore")?;
    stage.program(&built.shared, &format!("python/sealcore/native/{ABI_FILE}"))?;
    stage.readmes("bindings/python", "python")?;
    wheel(stage, built)
}

fn wheel(stage: &mut Stage<'_>, built: &Built) -> Result {
    let version = stage.project.version.clone();
    let host = stage.project.host()?;
    let processor = host.split('-').next().unwrap_or_default();
    let platform = format!(
        "manylinux_{}_{processor}",
        glibc_floor(&built.shared)?.replace('.', "_")
    );
    let tag = format!("py3-none-{platform}");
    let info = format!("sealcore-{version}.dist-info");
    let root = stage.root.join("python");
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for file in walk(&root.join("sealcore"))? {
        let name = PathBuf::from("sealcore").join(&file);
        let bytes = fs::read(root.join(&name)).while_(|| name.display().to_string())?;
        files.push((name.to_string_lossy().into_owned(), bytes));
    }
    let description = fs::read_to_string(stage.project.root.join("bindings/python/README.md"))
        .while_(|| "bindings/python/README.md".into())?;
    files.push((
        format!("{info}/METADATA"),
        format!(
            "Metadata-Version: 2.4\nName: sealcore\nVersion: {version}\nSummary: Electronic seals and signatures on OFD and PDF documents\n\
             License-Expression: Apache-2.0 OR MIT\nRequires-Python: >=3.8\nDescription-Content-Type: text/markdown\n\n{description}"
        )
        .into_bytes(),
    ));
    let about = format!("Wheel-Version: 1.0\nGenerator: cargo xtask\nRoot-Is-Purelib: false\nTag: {tag}\n");
    files.push((format!("{info}/WHEEL"), about.into_bytes()));
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let bytes = fs::read(stage.project.root.join(licence)).while_(|| licence.to_owned())?;
        files.push((format!("{info}/licenses/{licence}"), bytes));
    }
    let mut record = String::new();
    for (name, bytes) in &files {
        let hash = Base64UrlUnpadded::encode_string(&Sha256::digest(bytes));
        record.push_str(&format!("{name},sha256={hash},{}\n", bytes.len()));
    }
    record.push_str(&format!("{info}/RECORD,,\n"));
    files.push((format!("{info}/RECORD"), record.into_bytes()));

    let place = stage.place(&format!("python/sealcore-{version}-{tag}.whl"))?;
    let mut zip = zip::ZipWriter::new(File::create(&place).while_(|| place.display().to_string())?);
    // Without a time of their own: all entries are of 1980.
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .unix_permissions(0o644);
    for (name, bytes) in files {
        let written = zip
            .start_file(name.as_str(), options)
            .map_err(std::io::Error::from)
            .and_then(|()| zip.write_all(&bytes));
        written.while_(|| name)?;
    }
    zip.finish().map(drop).while_(|| place.display().to_string())
}
