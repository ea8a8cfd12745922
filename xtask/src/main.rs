//! `cargo xtask`: the header, the bindings, and what is shipped. Nothing here is part of a product.

mod header;
mod problem;
mod project;
mod shell;

use std::process::ExitCode;

use crate::problem::{Problem, Result};
use crate::project::Project;

const USAGE: &str = "\
cargo xtask header [--check]
    Writes include/sealcore.h, include/sealcore.symbols and docs/c-abi-reference.md; with --check fails where they differ.";

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
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["header"] => header::run(&Project::find()?, false),
        ["header", "--check"] => header::run(&Project::find()?, true),
        _ => Err(Problem::new(USAGE)),
    }
}
