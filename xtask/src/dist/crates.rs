//! Which crates are in what is shipped, as cargo resolves them for this target.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::problem::{Problem, Result, While as _};
use crate::project::Project;

pub(super) struct Crate {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) licence: String,
    /// Where its source lies.
    pub(super) folder: PathBuf,
    /// From the registry, not from this repository.
    pub(super) foreign: bool,
    /// SHA-256 of the package, from Cargo.lock.
    pub(super) checksum: Option<String>,
    /// What it is built on, among the crates of the same list; names and versions.
    pub(super) uses: BTreeSet<(String, String)>,
}

/// The crates that are linked into a package, itself among them; by name and version. Macros and build scripts are not.
pub(super) fn linked(project: &Project, package: &str) -> Result<BTreeMap<(String, String), Crate>> {
    let listed = project
        .cargo()
        .args([
            "tree",
            "--locked",
            "-p",
            package,
            "-e",
            "normal,no-proc-macro",
            "--prefix",
            "none",
            "--no-dedupe",
            "-f",
            "{p}",
        ])
        .output()?;
    let listed: BTreeSet<(String, String)> = listed.lines().filter_map(name_and_version).collect();
    let host = project.host()?;
    let metadata = project
        .cargo()
        .args([
            "metadata",
            "--locked",
            "--format-version",
            "1",
            "--filter-platform",
            &host,
        ])
        .output()?;
    let metadata: Value = serde_json::from_str(&metadata).while_(|| "cargo metadata".into())?;
    let checksums = checksums(&fs::read_to_string(project.root.join("Cargo.lock")).while_(|| "Cargo.lock".into())?);
    let nodes = uses(&metadata);
    let mut crates = BTreeMap::new();
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .while_(|| "cargo metadata has no packages".into())?;
    for described in packages {
        let text = |field: &str| {
            described
                .get(field)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let key = (text("name"), text("version"));
        if !listed.contains(&key) {
            continue;
        }
        let manifest = PathBuf::from(text("manifest_path"));
        let uses = nodes
            .get(text("id").as_str())
            .into_iter()
            .flatten()
            .filter(|used| listed.contains(*used))
            .cloned()
            .collect();
        let crate_ = Crate {
            licence: text("license").replace('/', " OR "),
            folder: manifest.parent().map(Into::into).unwrap_or_default(),
            foreign: !text("source").is_empty(),
            checksum: checksums.get(&key).cloned(),
            uses,
            name: key.0.clone(),
            version: key.1.clone(),
        };
        crates.insert(key, crate_);
    }
    match listed.iter().find(|key| !crates.contains_key(*key)) {
        Some((name, version)) => Err(Problem::new(format!(
            "cargo metadata does not know {name} {version}, which cargo tree lists"
        ))),
        None => Ok(crates),
    }
}

/// `memchr v2.8.3`, with more behind it for what is no registry's.
fn name_and_version(line: &str) -> Option<(String, String)> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    Some((name.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
}

fn uses(metadata: &Value) -> BTreeMap<&str, Vec<(String, String)>> {
    let packages = metadata.get("packages").and_then(Value::as_array).into_iter().flatten();
    let names: BTreeMap<&str, (String, String)> = packages
        .filter_map(|package| {
            let text = |field: &str| package.get(field).and_then(Value::as_str);
            Some((text("id")?, (text("name")?.to_owned(), text("version")?.to_owned())))
        })
        .collect();
    let nodes = metadata
        .pointer("/resolve/nodes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let nodes = nodes.filter_map(|node| {
        let used = node
            .get("deps")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter(|used| {
                let kinds = used.get("dep_kinds").and_then(Value::as_array);
                kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind.get("kind").is_none_or(Value::is_null)))
            });
        let used = used.filter_map(|used| names.get(used.get("pkg")?.as_str()?).cloned());
        Some((node.get("id")?.as_str()?, used.collect()))
    });
    nodes.collect()
}

fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let packages = lock.split("[[package]]").filter_map(|package| {
        let field = |name: &str| {
            let line = package
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""));
            line.and_then(|value| value.strip_suffix('"')).map(str::to_owned)
        };
        Some(((field("name")?, field("version")?), field("checksum")?))
    });
    packages.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names() {
        assert_eq!(
            name_and_version("memchr v2.8.3"),
            Some(("memchr".into(), "2.8.3".into()))
        );
        assert_eq!(
            name_and_version("sealcore v0.1.0 (/somewhere)"),
            Some(("sealcore".into(), "0.1.0".into()))
        );
        assert_eq!(name_and_version(""), None);
        let lock = "[[package]]\nname = \"a\"\nversion = \"1\"\nchecksum = \"ff\"\n\n[[package]]\nname = \"b\"\nversion = \"2\"\n";
        assert_eq!(
            checksums(lock),
            [(("a".to_owned(), "1".to_owned()), "ff".to_owned())].into()
        );
    }
}
