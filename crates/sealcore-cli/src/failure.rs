//! Why a verb ended early, and with which status.

use std::path::Path;

use sealcore::error::{Error, ErrorKind};
use sealcore::lang::Text;
use sealcore::text;

use crate::exit::Exit;

/// The result of a verb.
pub(crate) type Outcome<T = Exit> = Result<T, Failure>;

/// An error, the file that it is about, and the exit status.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) error: Error,
    pub(crate) file: Option<String>,
}

impl Failure {
    /// Wrong usage.
    pub(crate) fn usage(message: Text) -> Self {
        Self {
            exit: Exit::Usage,
            error: Error::new(ErrorKind::Argument, message),
            file: None,
        }
    }

    /// Something that the contract lists and that comes later.
    pub(crate) fn not_built(what: &str) -> Self {
        let message = text!("{what}: not built yet", "{what}：尚未实现");
        Self {
            exit: Exit::Usage,
            error: Error::new(ErrorKind::Unsupported, message),
            file: None,
        }
    }

    /// A rule forbids it.
    pub(crate) fn refused(message: Text) -> Self {
        Error::new(ErrorKind::Refused, message).into()
    }

    /// Names the file.
    pub(crate) fn about(mut self, file: impl AsRef<Path>) -> Self {
        self.file.get_or_insert_with(|| file.as_ref().display().to_string());
        self
    }

    /// With another status.
    pub(crate) fn ending(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
}

/// The status follows the kind; who knows better says so with [`Failure::ending`].
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match error.kind() {
            // What contradicts the document is refused; what contradicts itself is found before and is wrong usage.
            ErrorKind::Argument | ErrorKind::Refused | ErrorKind::Crypto | ErrorKind::Cancelled => Exit::Refused,
            ErrorKind::Unsupported => Exit::Usage,
            _ => Exit::Unreadable,
        };
        Self {
            exit,
            error,
            file: None,
        }
    }
}

/// Adds to the failure of a result.
pub(crate) trait Explain<T> {
    /// Names the file.
    fn about(self, file: impl AsRef<Path>) -> Outcome<T>;
    /// With another status.
    fn ending(self, exit: Exit) -> Outcome<T>;
}

impl<T, E: Into<Failure>> Explain<T> for Result<T, E> {
    fn about(self, file: impl AsRef<Path>) -> Outcome<T> {
        self.map_err(|error| error.into().about(file))
    }

    fn ending(self, exit: Exit) -> Outcome<T> {
        self.map_err(|error| error.into().ending(exit))
    }
}
