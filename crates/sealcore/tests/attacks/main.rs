//! Hostile documents, each with the verdict that a careful verifier gives. A reader of such a document shows something else
//! than what a trusted signer sealed, so none of them may pass as valid.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

#[path = "../support/clock.rs"]
mod clock;
mod display;
mod forge;
mod lists;
mod signers;
#[path = "../support/mod.rs"]
mod support;
mod work;
