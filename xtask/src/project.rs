//! The repository that the task works on.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::problem::{Result, While as _};
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

    /// git, in this workspace; `None` where there is none.
    pub(crate) fn git(&self) -> Option<Run> {
        Some(Tool::find("git")?.command().within(&self.root))
    }
}

fn cargo(root: &Path) -> Run {
    Run::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).within(root)
}
