//! libsealcore and the command, as cargo builds them.

use std::path::{Path, PathBuf};

use crate::problem::{Result, While as _};
use crate::project::Project;
use crate::shell::Tool;

/// The glibc that what is shipped asks for: as old as Rust goes, older than any Kylin or UOS that was heard of. See
/// docs/platforms.md.
const GLIBC: &str = "2.17";

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

/// Builds both, for tests on this machine.
pub(crate) fn build(project: &Project, profile: &str) -> Result<Built> {
    project
        .cargo()
        .args(["build", "--quiet", "-p", "sealcore-capi", "--profile", profile])
        .shown()?;
    project
        .cargo()
        .args(["build", "--quiet", "-p", "sealcore-cli", "--profile", profile])
        .shown()?;
    Ok(Built::of(folder(project, profile), Vec::new()))
}

/// Builds what is shipped: without a path of this machine in it, and against an old glibc where zig can be had, which knows
/// them all. Without it, `left_out` hears that what is built runs on systems as new as this one only.
pub(crate) fn build_shipped(project: &Project, left_out: impl FnOnce(String)) -> Result<Built> {
    let host = project.host()?;
    let zig = Tool::find("cargo-zigbuild").filter(|_| host.ends_with("-linux-gnu"));
    let target = match zig {
        Some(_) => format!("{host}.{GLIBC}"),
        None => host.clone(),
    };
    if zig.is_none() {
        left_out(format!(
            "a floor of glibc {GLIBC}: cargo-zigbuild is not there (PyPI: cargo-zigbuild, ziglang)"
        ));
    }
    let flags = remapping(&project.root);
    let cargo = |zig_verb: &str, verb: &str, package: &str| {
        let run = match &zig {
            Some(zig) => zig.command().within(&project.root).arg(zig_verb),
            None => project.cargo().arg(verb),
        };
        let run = run.args(["--locked", "--profile", "dist", "--target", &target, "-p", package]);
        // Without the tables for the curves of NIST and what AVX-512 has for RSA: 0.6 MB of the library, at the price
        // that signing with RSA and all of ECDSA take up to 1.8 times as long, see docs/performance.md. SM2 is not theirs.
        run.env("CARGO_ENCODED_RUSTFLAGS", &flags).env("AWS_LC_SYS_SMALL", "1")
    };
    let library = cargo("rustc", "rustc", "sealcore-capi")
        .arg("--lib")
        .args(["--", "--print=native-static-libs"]);
    let (_, said) = library.both()?;
    cargo("zigbuild", "build", "sealcore-cli").arg("--quiet").done()?;
    Ok(Built::of(
        project.target.join(host).join("dist"),
        native_libraries(&said)?,
    ))
}

impl Built {
    fn of(folder: PathBuf, native_libraries: Vec<String>) -> Self {
        Self {
            shared: folder.join("libsealcore.so"),
            archive: folder.join("libsealcore.a"),
            command: folder.join("sealcore"),
            native_libraries,
        }
    }
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
