//! `cargo xtask`: the header, the bindings, and what is shipped. Nothing here is part of a product.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing))] // a test that panics has failed

mod bindings;
mod dist;
mod exports;
mod header;
mod library;
mod problem;
mod project;
mod shell;
mod try_dist;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::problem::{Problem, Result};
use crate::project::Project;

const USAGE: &str = "\
cargo xtask header [--check]
    Writes include/sealcore.h, include/sealcore.symbols and docs/c-abi-reference.md; with --check fails where they differ.
cargo xtask bindings [c|java|dotnet|python]... [--release] [--require-all]
    Builds libsealcore, then builds and tests the bindings, and compares what they write. Says which were not run;
    with --require-all that is a failure.
cargo xtask dist [--out DIR] [--require-all]
    Packs library, header, bindings, documents, licences and bills of materials into one archive in DIR (target/dist-archive).
cargo xtask try-dist ARCHIVE
    Follows each quick start with nothing but the archive, outside of the repository.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            #[allow(clippy::print_stderr)] // it is a command
            {
                eprintln!("{problem}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result {
    let mut rest: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let require_all = take(&mut rest, "--require-all");
    let release = take(&mut rest, "--release");
    let project = Project::find()?;
    match rest.as_slice() {
        ["header"] => header::run(&project, false),
        ["header", "--check"] => header::run(&project, true),
        ["bindings", languages @ ..] => bindings::run(&project, languages, release, require_all),
        ["dist"] => dist::run(&project, &project.target.join("dist-archive"), require_all).map(drop),
        ["dist", "--out", out] => dist::run(&project, &PathBuf::from(out), require_all).map(drop),
        ["try-dist", archive] => try_dist::run(Path::new(archive)),
        _ => Err(Problem::new(USAGE)),
    }
}

fn take(arguments: &mut Vec<&str>, flag: &str) -> bool {
    let before = arguments.len();
    arguments.retain(|argument| *argument != flag);
    arguments.len() < before
}
