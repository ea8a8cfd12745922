//! PKCS#11 on SoftHSM: tokens of its own in a temporary folder.
//!
//! Needs the Debian package softhsm2. Where there is none the tests fail and say so, unless SEALCORE_NO_SOFTHSM=1.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod documents;
mod errors;
mod listing;
mod signing;
mod world;
