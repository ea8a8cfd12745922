//! The `sealcore` command: the only place with a clock, a terminal and files of its own choosing.
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod args;
mod clock;
mod demo;
mod exit;
mod failure;
mod files;
mod keys;
mod language;
mod terminal;
mod trust;
mod tsa;
mod units;
mod verb;
mod view;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use sealcore::lang::Lang;

use crate::args::Args;
use crate::exit::Exit;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    let terminal = Terminal::new(args.lang.unwrap_or_else(language::of_locale));
    let json = args.command.wants_json();
    match verb::run(args.command, &terminal) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            terminal.failure(&failure, json);
            failure.exit.into()
        }
    }
}

/// What clap says: help and version end in 0, anything else is wrong usage.
fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Nobody is left to tell when the terminal is gone.
        let _ = error.print();
        return Exit::Done.into();
    }
    // The options could not be read, `--lang` among them.
    if language::of_words(std::env::args_os().map(|word| word.to_string_lossy().into_owned())) == Lang::Zh {
        let _ = writeln!(std::io::stderr(), "用法错误，详情如下（用 --help 查看用法）：");
    }
    let _ = error.print();
    Exit::Usage.into()
}
