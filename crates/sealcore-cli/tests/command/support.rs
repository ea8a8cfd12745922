//! What the tests share: running the command, a demo folder, altered files.

use std::path::{Path, PathBuf};

use sealcore::limits::Limits;
use sealcore::ofd::package::{Archive, ArchiveWriter, DosTime, Method};
use serde_json::Value;
use tempfile::TempDir;

/// What became of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Every line of standard output as JSON.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
            .collect()
    }

    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}

/// A folder with a demo in `demo/`.
pub(crate) struct Place {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Place {
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        }
    }

    pub(crate) fn with_demo() -> Self {
        let place = Self::empty();
        place.run("demo demo").ends(0);
        place
    }

    /// Sets an environment variable of the command.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.variables.push((name, value.into()));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// Names in the folder, sorted.
    pub(crate) fn list(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The password of a demo key, as README.txt has it.
    pub(crate) fn password(&self, name: &str) -> String {
        let readme = std::fs::read_to_string(self.path("demo/README.txt")).unwrap();
        let line = readme
            .lines()
            .find(|line| line.contains(&format!("{name}.p12")))
            .unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    }

    /// Runs the command with words that are separated by single spaces.
    pub(crate) fn run(&self, words: &str) -> Run {
        self.run_words(&words.split(' ').collect::<Vec<_>>())
    }

    pub(crate) fn run_words(&self, words: &[&str]) -> Run {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_sealcore"));
        command.current_dir(self.folder.path()).args(words);
        command.env("LC_ALL", "C.UTF-8").env_remove("LANG");
        for (variable, name) in [("SIGNER", "signer"), ("MAKER", "maker"), ("CA", "ca"), ("TSA", "tsa")] {
            if self.has("demo/README.txt") {
                command.env(variable, self.password(name));
            }
        }
        command.env("NEW", "new password");
        command.envs(self.variables.iter().map(|(name, value)| (*name, value)));
        let output = command.output().unwrap();
        Run {
            code: output.status.code().expect("an exit status, not a signal"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Writes `to` as `from` with a change in the first entry whose path ends with `suffix`.
    pub(crate) fn alter(&self, from: &str, to: &str, suffix: &str, change: impl Fn(&mut Vec<u8>)) {
        let bytes = std::fs::read(self.path(from)).unwrap();
        std::fs::write(self.path(to), altered(&bytes, suffix, change)).unwrap();
    }
}

fn altered(bytes: &[u8], suffix: &str, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let archive = Archive::open(bytes, &Limits::default()).unwrap();
    let mut writer = ArchiveWriter::new(Vec::new());
    let mut changed = false;
    for (index, entry) in archive.entries().iter().enumerate() {
        let path = entry.path().unwrap();
        let mut content = archive.read(index, u64::MAX).unwrap();
        if !changed && path.as_str().ends_with(suffix) {
            change(&mut content);
            changed = true;
        }
        writer.add(path, &content, Method::Deflated, DosTime::EARLIEST).unwrap();
    }
    assert!(changed, "no entry ends with {suffix}");
    writer.finish().unwrap()
}

/// Replaces one text by another of any length.
pub(crate) fn swap(content: &mut Vec<u8>, from: &str, to: &str) {
    let text = String::from_utf8(content.clone()).unwrap();
    assert!(text.contains(from), "{from} is not there");
    *content = text.replacen(from, to, 1).into_bytes();
}

/// The options that sign with the demo's signer.
pub(crate) const KEY: &str = "--key demo/keys/signer.p12 --password-env SIGNER";

/// Every file below a folder.
pub(crate) fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    found
}
