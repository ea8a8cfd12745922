//! libsealcore and the command, as cargo builds them.

use std::path::{Path, PathBuf};

use crate::problem::{Result, While as _};
use crate::project::Project;
use crate::shell::Run;

pub(crate) struct Built {
    /// libsealcore.so
    pub(crate) shared: PathBuf,
    /// libsealcore.a
    pub(crate) archive: PathBuf,
    /// The command.
    pub(crate) command: PathBuf,
    /// What a program that links the archive links too, as `-lpthread`.
    pub(crate) native_libraries: Vec<String>,
}

/// Builds both under a profile. `shipped` leaves no path of this machine in them.
pub(crate) fn build(project: &Project, profile: &str, shipped: bool) -> Result<Built> {
    let flags = if shipped {
        remapping(&project.root)
    } else {
        String::new()
    };
    let cargo = |arguments: &[&str]| -> Run {
        let run = project.cargo().args(arguments).args(["--profile", profile]);
        if flags.is_empty() {
            run
        } else {
            run.env("CARGO_ENCODED_RUSTFLAGS", &flags)
        }
    };
    let (_, said) = cargo(&["rustc", "-p", "sealcore-capi", "--lib"])
        .args(["--", "--print=native-static-libs"])
        .both()?;
    cargo(&["build", "--quiet", "-p", "sealcore-cli"]).shown()?;
    let folder = folder(project, profile);
    Ok(Built {
        shared: folder.join("libsealcore.so"),
        archive: folder.join("libsealcore.a"),
        command: folder.join("sealcore"),
        native_libraries: native_libraries(&said)?,
    })
}

/// The library with the functions that break it on purpose, to be copied before anything else is built.
///
/// Cargo gives the shared library of all features the same file name and does not see when it is another's, so that it is made
/// to forget what it built, now and before the next build.
pub(crate) fn with_hooks<T>(
    project: &Project,
    profile: &str,
    copy: impl FnOnce(&Path, &Path) -> Result<T>,
) -> Result<T> {
    let forget = || {
        project
            .cargo()
            .args(["clean", "--quiet", "-p", "sealcore-capi", "--profile", profile])
            .shown()
    };
    forget()?;
    project
        .cargo()
        .args([
            "build",
            "--quiet",
            "-p",
            "sealcore-capi",
            "--features",
            "test-hooks",
            "--profile",
            profile,
        ])
        .shown()?;
    let folder = folder(project, profile);
    let copied = copy(&folder.join("libsealcore.so"), &folder.join("libsealcore.a"))?;
    forget()?;
    Ok(copied)
}

fn folder(project: &Project, profile: &str) -> PathBuf {
    project.target.join(if profile == "dev" { "debug" } else { profile })
}

fn native_libraries(said: &str) -> Result<Vec<String>> {
    let line = said.lines().find_map(|line| line.split_once("native-static-libs: "));
    let (_, libraries) = line.while_(|| format!("rustc did not say what the static library needs:\n{said}"))?;
    let mut unique = Vec::new();
    for library in libraries.split_whitespace().map(str::to_owned) {
        if !unique.contains(&library) {
            unique.push(library);
        }
    }
    Ok(unique)
}

/// Panics say where they happened; that shall be a crate, not somebody's home.
fn remapping(root: &Path) -> String {
    let mut flags = vec![format!("--remap-path-prefix={}=.", root.display())];
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    if let Some(home) = home {
        let sources = home.join("registry/src");
        let indices = std::fs::read_dir(&sources).into_iter().flatten().flatten();
        flags.extend(indices.map(|index| format!("--remap-path-prefix={}=crates", index.path().display())));
    }
    flags.join("\u{1f}")
}
