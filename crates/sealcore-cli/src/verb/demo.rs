//! `demo`.
use crate::failure::Outcome;
use crate::terminal::Terminal;
#[derive(Debug, clap::Args)]
pub(crate) struct Options {}
pub(crate) fn run(_options: &Options, _terminal: &Terminal) -> Outcome { Err(crate::failure::Failure::not_built("demo")) }
