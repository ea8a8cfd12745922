//! PDF documents are signed by appending: what was there stays, what is signed verifies, what is forbidden is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation
)]

#[path = "../support/clock.rs"]
mod clock;
#[path = "../support/mod.rs"]
mod support;

mod base;
mod big;
mod corpus;
mod fields;
mod house;
mod phases;
mod pictures;
mod places;
mod plain;
mod rules;
