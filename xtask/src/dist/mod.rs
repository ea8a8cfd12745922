//! `cargo xtask dist`: the archive that integrators get.

mod archive;
mod crates;
mod dotnet;
mod java;
mod licences;
mod native;
mod python;
mod sbom;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};

use crate::exports;
use crate::library;
use crate::problem::{Problem, Result, While as _};
use crate::project::Project;
use crate::shell::say;

use self::stage::Stage;

/// Packs everything into `out`; returns the archive.
pub(crate) fn run(project: &Project, out: &Path, require_all: bool) -> Result<PathBuf> {
    let name = format!("sealcore-{}-{}", project.version, project.host()?);
    let folder = tempfile::tempdir().while_(|| "a temporary folder".into())?;
    let mut stage = Stage::new(project, folder.path().join(&name))?;
    let built = library::build_shipped(project, |what| stage.left_out(what))?;
    exports::check(project, &built.shared)?;
    let seconds = project.time()?;
    let time = jiff::Timestamp::from_second(i64::try_from(seconds).unwrap_or_default())
        .while_(|| "the time of the source".into())?
        .to_string();

    native::put(&mut stage, &built)?;
    java::put(&mut stage, &built, &time)?;
    dotnet::put(&mut stage, &built)?;
    python::put(&mut stage, &built)?;
    stage.tree("examples/c", "examples/c")?;
    documents(&mut stage)?;
    let in_library = crates::linked(project, "sealcore-capi")?;
    let in_command = crates::linked(project, "sealcore-cli")?;
    licences::put(&mut stage, in_library.values().chain(in_command.values()))?;
    stage.write(
        "sbom/libsealcore.cdx.json",
        &sbom::document("sealcore-capi", "library", "libsealcore", &time, &in_library),
    )?;
    stage.write(
        "sbom/sealcore.cdx.json",
        &sbom::document("sealcore-cli", "application", "sealcore", &time, &in_command),
    )?;
    archive::sums(&stage.root)?;

    let missing = stage.missing().join("\n  ");
    if !missing.is_empty() {
        if require_all {
            return Err(Problem::new(format!("left out:\n  {missing}")));
        }
        say(format!("left out:\n  {missing}"));
    }
    fs::create_dir_all(out).while_(|| out.display().to_string())?;
    let packed = out.join(format!("{name}.tar.gz"));
    archive::pack(&stage.root, &name, &packed, seconds)?;
    let bytes = packed.metadata().while_(|| packed.display().to_string())?.len();
    say(format!("{} ({bytes} bytes)", packed.display()));
    Ok(packed)
}

/// What an integrator reads without the repository: all pages, with one of its own in front.
/// The list of pages, as the archive has them: bindings lie one folder higher, and nobody changes the code there.
fn index(page: &str) -> String {
    let lines = page.lines().filter(|line| !line.contains("CONTRIBUTING.md"));
    lines.map(|line| line.replace("../bindings/", "../") + "\n").collect()
}

fn documents(stage: &mut Stage<'_>) -> Result {
    for (page, name) in [
        ("docs/archive.md", "README.md"),
        ("docs/archive.zh-CN.md", "README.zh-CN.md"),
    ] {
        stage.copy(page, name)?;
    }
    for file in stage.project.tracked("docs")? {
        let name = file.to_string_lossy();
        if name == "docs/README.md" {
            let page = fs::read_to_string(stage.project.root.join(&file)).while_(|| name.to_string())?;
            stage.write(&name, &index(&page))?;
        } else if !name.starts_with("docs/archive.") {
            stage.copy(&name, &name)?;
        }
    }
    for page in ["CHANGELOG.md", "SECURITY.md"] {
        stage.copy(page, page)?;
    }
    Ok(())
}
