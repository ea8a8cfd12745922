//! The command as its users see it: exit statuses, output, files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod corpus;
mod demo;
mod devices;
mod inspect;
mod keys;
mod seal;
mod sign;
mod sign_pdf;
mod support;
mod timestamp;
mod tsa;
mod two_phases;
mod verify;
