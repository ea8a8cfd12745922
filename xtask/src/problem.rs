//! What went wrong, for the person at the terminal.

use std::fmt;

/// A sentence that says what failed and, where it is known, what to do.
#[derive(Debug)]
pub(crate) struct Problem(String);

pub(crate) type Result<T = ()> = std::result::Result<T, Problem>;

impl Problem {
    pub(crate) fn new(said: impl Into<String>) -> Self {
        Self(said.into())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Says what was being done when something failed.
pub(crate) trait While<T> {
    fn while_(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> While<T> for std::result::Result<T, E> {
    fn while_(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Problem(format!("{}: {error}", doing())))
    }
}

impl<T> While<T> for Option<T> {
    fn while_(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.ok_or_else(|| Problem(doing()))
    }
}
