//! SM2 signatures (GB/T 32918.2), the SM3 digest (GB/T 32905) and the SM4 cipher (GB/T 32907).
//!
//! This crate knows no file format: keys are scalars and points, signatures are `r || s`.
//!
//! **Constant time.** Signing and key generation take the same time for every private key and nonce, on the reading of the
//! source and of the machine code, and on a statistical test of the times (`docs/constant-time.md`); nobody else has audited
//! them. Verification handles public data only and makes no such promise, nor does the parsing of public keys. SM3 takes a time
//! that depends on lengths alone. SM4 looks up a table and is not constant-time.
//!
//! ```
//! use sealcore_gm::sm2::{DEFAULT_ID, SigningKey};
//! # fn main() -> Result<(), sealcore_gm::Error> {
//! let key = SigningKey::from_bytes(&[7; 32])?;
//! let signature = key.sign_message(DEFAULT_ID, b"a document")?;
//! key.verifying_key().verify_message(DEFAULT_ID, b"a document", &signature)?;
//! # Ok(())
//! # }
//! ```
#![deny(unsafe_code)] // allowed by name in the files of vector instructions and assembly
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::cast_possible_truncation
    )
)]

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)] // intrinsics
mod ifma;
pub mod sm2;
pub mod sm3;
pub mod sm4;

mod curve;
mod error;
pub mod self_test;
pub use error::Error;
