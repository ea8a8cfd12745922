//! Time stamps from request to verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(unreachable_pub)] // tests have no outside

#[path = "../support/pdf/mod.rs"]
mod pdf;
#[path = "../support/mod.rs"]
mod support;

mod alone;
mod broken_signers;
mod clocks;
mod forged;
mod hostile;
mod replies;
mod serials;
mod stamped;
mod verdicts;
mod watching;
mod world;
