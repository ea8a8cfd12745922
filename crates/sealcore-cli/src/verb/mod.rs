//! The verbs.

pub(crate) mod cert;
pub(crate) mod demo;
pub(crate) mod inspect;
pub(crate) mod key;
pub(crate) mod seal;
pub(crate) mod sign;
pub(crate) mod timestamp;
pub(crate) mod tsa;
pub(crate) mod verify;

use crate::args::Command;
use crate::failure::{Failure, Outcome};
use crate::terminal::Terminal;

/// Does what was asked for.
pub(crate) fn run(command: Command, terminal: &Terminal) -> Outcome {
    match command {
        Command::Demo(options) => demo::run(&options, terminal),
        Command::Sign(options) => sign::run(&options, terminal),
        Command::Verify(options) => verify::run(&options, terminal),
        Command::Seal(verb) => seal::run(&verb, terminal),
        Command::Inspect(options) => inspect::run(&options, terminal),
        Command::Key(verb) => key::run(&verb, terminal),
        Command::Cert(verb) => cert::run(&verb, terminal),
        Command::Timestamp(verb) => timestamp::run(&verb, terminal),
        Command::Tsa(verb) => tsa::run(&verb, terminal),
        Command::Registry(_) => Err(Failure::not_built("registry")),
        Command::Licence(_) => Err(Failure::not_built("licence")),
        Command::Archive(_) => Err(Failure::not_built("archive")),
        Command::Audit(_) => Err(Failure::not_built("audit")),
    }
}
