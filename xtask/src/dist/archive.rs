//! The archive: the same bytes for the same files, whoever packs them and when.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::problem::{Result, While as _};

use super::stage::{is_executable, walk};

/// Lists the files of `root` in SHA256SUMS, for `sha256sum -c`.
pub(super) fn sums(root: &Path) -> Result {
    let mut lines = String::new();
    for file in walk(root)? {
        let path = root.join(&file);
        if !path.is_symlink() {
            lines.push_str(&format!("{}  {}\n", sha256(&path)?, file.to_string_lossy()));
        }
    }
    fs::write(root.join("SHA256SUMS"), lines).while_(|| "SHA256SUMS".into())
}

/// Packs `root` as a folder `name`.
pub(super) fn pack(root: &Path, name: &str, archive: &Path, time: u64) -> Result {
    let file = File::create(archive).while_(|| archive.display().to_string())?;
    let mut tar = tar::Builder::new(GzEncoder::new(io::BufWriter::new(file), Compression::best()));
    for file in walk(root)? {
        append(&mut tar, root, &file, name, time).while_(|| file.display().to_string())?;
    }
    let packed = tar
        .into_inner()
        .and_then(|gzip| gzip.finish())
        .and_then(|mut file| file.flush());
    packed.while_(|| archive.display().to_string())?;
    let file_name = archive.file_name().unwrap_or_default().to_string_lossy();
    let sum = format!("{}  {file_name}\n", sha256(archive)?);
    fs::write(archive.with_file_name(format!("{file_name}.sha256")), sum).while_(|| format!("{file_name}.sha256"))
}

fn append(tar: &mut tar::Builder<impl io::Write>, root: &Path, file: &Path, name: &str, time: u64) -> io::Result<()> {
    let source = root.join(file);
    let path = Path::new(name).join(file);
    let mut header = tar::Header::new_gnu();
    header.set_mtime(time);
    header.set_uid(0);
    header.set_gid(0);
    if source.is_symlink() {
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_mode(0o777);
        header.set_size(0);
        return tar.append_link(&mut header, path, fs::read_link(source)?);
    }
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(if is_executable(&source) { 0o755 } else { 0o644 });
    header.set_size(source.metadata()?.len());
    tar.append_data(&mut header, path, File::open(source)?)
}

pub(super) fn sha256(path: &Path) -> Result<String> {
    let mut file = File::open(path).while_(|| path.display().to_string())?;
    let mut hash = Hash(Sha256::new());
    io::copy(&mut file, &mut hash).while_(|| path.display().to_string())?;
    Ok(hash.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

struct Hash(Sha256);

impl io::Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_alike() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a");
        fs::create_dir_all(root.join("lib")).unwrap();
        fs::write(root.join("lib/x"), "x").unwrap();
        fs::write(root.join("b"), "abc").unwrap();
        sums(&root).unwrap();
        let said = fs::read_to_string(root.join("SHA256SUMS")).unwrap();
        assert!(
            said.starts_with("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b\n"),
            "{said}"
        );
        let archives = ["one.tar.gz", "two.tar.gz"].map(|name| {
            let archive = folder.path().join(name);
            pack(&root, "top", &archive, 1_700_000_000).unwrap();
            fs::write(root.join("b"), "abc").unwrap(); // a newer file with the same content
            fs::read(archive).unwrap()
        });
        assert_eq!(archives[0], archives[1]);
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&archives[0][..]));
        let names: Vec<_> = tar
            .entries()
            .unwrap()
            .map(|e| e.unwrap().path().unwrap().into_owned())
            .collect();
        assert_eq!(
            names,
            ["top/SHA256SUMS", "top/b", "top/lib/x"].map(std::path::PathBuf::from)
        );
    }
}
