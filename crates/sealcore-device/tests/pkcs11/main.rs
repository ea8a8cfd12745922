//! PKCS#11 on SoftHSM: tokens of its own in a temporary folder.
//!
//! Needs the Debian package softhsm2. Where there is none the tests say that they were not run, and fail where
//! SEALCORE_REQUIRE_SOFTHSM is set, as the gate does.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod documents;
mod errors;
mod keys;
mod listing;
mod signing;
mod world;
