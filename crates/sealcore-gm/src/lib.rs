//! SM2 signatures (GB/T 32918.2), the SM3 digest (GB/T 32905) and the SM4 cipher (GB/T 32907).
//!
//! This crate knows no file format: keys are scalars and points, signatures are `r || s`. The arithmetic of SM2 comes from the
//! RustCrypto crate `sm2` and is not visible in the interface, so that it can be replaced without a change to callers.
//!
//! **Constant time.** Signing and key generation run on `sm2`'s complete formulas over fiat-crypto fields, which are
//! written to take the same time for every secret; that crate has not been audited. Verification handles public data only
//! and makes no such promise, nor does the parsing of public keys. SM3 takes a time that depends on lengths alone. SM4 looks up
//! a table and is not constant-time.
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

pub mod sm2;
pub mod sm3;
pub mod sm4;

mod error;
pub use error::Error;
