//! The repository that the task works on.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::problem::{Problem, Result, While as _};
use crate::shell::{Run, Tool};

pub(crate) struct Project {
    /// The folder of the workspace.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds.
    pub(crate) target: PathBuf,
    /// The version of the library.
    pub(crate) version: String,
}

impl Project {
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .while_(|| "xtask lies in no workspace".into())?;
        let metadata = cargo(root)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .output()?;
        let metadata: Value = serde_json::from_str(&metadata).while_(|| "cargo metadata".into())?;
        let target = metadata
            .get("target_directory")
            .and_then(Value::as_str)
            .while_(|| "cargo metadata names no folder".into())?;
        let packages = metadata.get("packages").and_then(Value::as_array);
        let library = packages.and_then(|packages| {
            packages
                .iter()
                .find(|package| package.get("name").is_some_and(|name| name == "sealcore-capi"))
        });
        let version = library.and_then(|library| library.get("version")?.as_str());
        Ok(Self {
            root: root.to_owned(),
            target: target.into(),
            version: version
                .while_(|| "the workspace has no package sealcore-capi".into())?
                .to_owned(),
        })
    }

    /// cargo, in this workspace.
    pub(crate) fn cargo(&self) -> Run {
        cargo(&self.root)
    }

    /// The files below a folder of the repository that git has, or would have: nothing that is ignored.
    pub(crate) fn tracked(&self, folder: &str) -> Result<Vec<PathBuf>> {
        let listed = self
            .git()?
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
                "--",
                folder,
            ])
            .output()?;
        let mut files: Vec<PathBuf> = listed
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(PathBuf::from)
            .collect();
        files.retain(|file| self.root.join(file).is_file());
        files.sort();
        files.dedup();
        if files.is_empty() {
            return Err(Problem::new(format!("the repository has no files in {folder}")));
        }
        Ok(files)
    }

    /// The time that everything made from this source has: SOURCE_DATE_EPOCH, else that of the last commit.
    pub(crate) fn time(&self) -> Result<u64> {
        let stated = match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(stated) => stated,
            Err(_) => self.git()?.args(["log", "-1", "--format=%ct"]).output()?,
        };
        stated
            .trim()
            .parse()
            .while_(|| format!("{stated} is no number of seconds"))
    }

    /// The target that rustc builds for.
    pub(crate) fn host(&self) -> Result<String> {
        let said = Run::new("rustc").arg("-vV").within(&self.root).output()?;
        let host = said.lines().find_map(|line| line.strip_prefix("host: "));
        Ok(host.while_(|| "rustc -vV names no host".into())?.to_owned())
    }

    fn git(&self) -> Result<Run> {
        Ok(Tool::need("git")?.command().within(&self.root))
    }
}

fn cargo(root: &Path) -> Run {
    Run::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).within(root)
}
