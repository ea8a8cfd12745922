//! SM2 signatures over the recommended curve of GB/T 32918.5.

mod signature;
mod signing;
mod verifying;

pub use signature::Signature;
pub use signing::SigningKey;
pub use verifying::VerifyingKey;

/// The identity that GM/T 0009 prescribes where the parties have agreed on no other: `1234567812345678`.
pub const DEFAULT_ID: &[u8] = b"1234567812345678";

/// Length of the digest `e` that is signed, of a private key and of a coordinate, in bytes.
pub const FIELD_LEN: usize = 32;
