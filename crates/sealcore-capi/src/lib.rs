//! `libsealcore`: the C ABI of sealcore. The header `include/sealcore.h` is made from this crate; `docs/c-abi.md` tells how to
//! use it.
//!
//! Every exported function runs inside [`call`]: it clears its outputs, checks its arguments, catches panics, and hands out the
//! failure as an object of its own. Handles are tokens of a table ([`handle`]), never addresses, so a wrong, stale or twice
//! freed one is an error and no crash. Unsafe code reads and writes what the caller points to, and calls his callbacks; each
//! block says why it may.
//!
//! Nothing here is secret-dependent in time beyond what the core does. A password is kept by the document that it opens and
//! nowhere else; it is wiped with it, as buffers are when they are freed.
#![allow(clippy::not_unsafe_ptr_arg_deref)] // what the callers of C promise stands in the header; they have no unsafe to write
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

#[cfg(test)]
extern crate sealcore_core as sealcore; // what the core's tests use is used by these too

pub mod authority;
pub mod buffer;
mod call;
pub mod callback;
pub mod certificate;
pub mod device;
pub mod digest;
pub mod document;
mod drawn;
pub mod error;
pub mod external;
mod failure;
pub mod handle;
#[cfg(feature = "test-hooks")]
pub mod hooks;
pub mod key;
pub mod log;
mod mark;
pub mod monitor;
pub mod operation;
mod options;
pub mod placement;
mod prepare;
pub mod report;
pub mod report_text;
pub mod request;
pub mod seal;
pub mod seal_request;
pub mod self_test;
pub mod session;
pub mod sign;
pub mod signer;
pub mod sink;
pub mod source;
pub mod status;
#[cfg(test)]
#[path = "../../sealcore/tests/support/mod.rs"]
mod support;
#[cfg(test)]
mod tests;
pub mod text;
pub mod timestamp;
pub mod verifier;
pub mod version;
