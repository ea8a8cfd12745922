//! Tools of the machine: found on the path, run, and heard when they fail.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::problem::{Problem, Result, While as _};

/// Says something to the person at the terminal.
pub(crate) fn say(line: impl AsRef<str>) {
    #[allow(clippy::print_stdout)] // it is what a task does
    {
        println!("{}", line.as_ref());
    }
}

/// A program that is on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Tool {
    path: PathBuf,
}

impl Tool {
    pub(crate) fn find(name: &str) -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|path| path.is_file())
            .map(|path| Self { path })
    }

    /// One that nothing can be done without.
    pub(crate) fn need(name: &str) -> Result<Self> {
        Self::find(name).while_(|| format!("{name} is not on the path"))
    }

    pub(crate) fn command(&self) -> Run {
        Run::new(&self.path)
    }
}

/// A command to be run.
pub(crate) struct Run {
    command: Command,
}

impl Run {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            command: Command::new(program),
        }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What cargo set for this program is not for others: with its path of libraries, a test of a library that is not there
    /// finds the one in the target folder.
    pub(crate) fn without_cargo(mut self) -> Self {
        let of_cargo = std::env::vars_os().map(|(name, _)| name).filter(|name| {
            let name = name.to_string_lossy();
            name == "LD_LIBRARY_PATH" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        for name in of_cargo {
            self.command.env_remove(name);
        }
        self
    }

    pub(crate) fn without_env(mut self) -> Self {
        self.command.env_clear();
        self
    }

    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it; what it says goes where ours goes.
    pub(crate) fn shown(mut self) -> Result {
        let status = self.command.status().while_(|| self.line())?;
        if status.success() {
            Ok(())
        } else {
            Err(Problem::new(format!("{} ended with {status}", self.line())))
        }
    }

    /// Runs it; what it says is shown only when it fails.
    pub(crate) fn done(self) -> Result {
        self.output().map(drop)
    }

    /// What it writes to its standard output.
    pub(crate) fn output(self) -> Result<String> {
        self.both().map(|(out, _)| out)
    }

    /// What it writes to its standard output and error.
    pub(crate) fn both(mut self) -> Result<(String, String)> {
        let output = self.command.stdin(Stdio::null()).output().while_(|| self.line())?;
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        if output.status.success() {
            return Ok((out.into_owned(), err.into_owned()));
        }
        Err(Problem::new(format!(
            "{} ended with {}\n{out}{err}",
            self.line(),
            output.status
        )))
    }

    fn line(&self) -> String {
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }
}
