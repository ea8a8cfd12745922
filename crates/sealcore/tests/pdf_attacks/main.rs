//! Hostile PDF files, each with the verdict that a careful verifier gives: after any of these attacks a reader sees something
//! else than what a trusted signer signed. Signer and attacker write bytes of their own; only the verdict is sealcore's.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stdout
)]

#[path = "../support/clock.rs"]
mod clock;
mod differ;
mod forge;
mod generators;
mod hostile;
mod isa;
mod judged;
mod lawful;
#[path = "../support/pdf/mod.rs"]
mod pdf;
mod shadow;
mod spoof;
#[path = "../support/mod.rs"]
mod support;
mod swa;
mod usf;
