//! SDF machines, SKF tokens and PKCS#11 with SM2, by the software module of `tests/soft-module`.
#![cfg(unix)] // elsewhere the software module cannot find out where it lies
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod comeback;
mod fork;
mod keys;
mod misbehaviour;
mod neighbours;
mod pkcs11;
mod refusals;
mod rig;
mod sdf;
mod skf;
#[path = "../../../sealcore/tests/support/mod.rs"]
mod support;
