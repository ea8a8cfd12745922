//! SM2 signatures over the recommended curve of GB/T 32918.5.
//!
//! One signature: [`SigningKey::sign_digest_hedged`] where a random source is at hand, [`SigningKey::sign_digest`] where there is
//! none. Many at once: [`SigningKey::sign_digests`]. One at a time, but with the work done before: a [`NoncePool`]. One
//! verification: [`VerifyingKey::verify_digest`]; many with one key: [`VerifyingKey::prepared`]; many with many: [`verify_many`].

mod batch;
mod hmac;
mod lanes;
mod nonce;
mod pool;
mod prepared;
mod signature;
mod signing;
mod verifying;

pub use batch::verify_many;
pub use pool::NoncePool;
pub use prepared::PreparedVerifyingKey;
pub use signature::Signature;
pub use signing::SigningKey;
pub use verifying::VerifyingKey;

/// The identity that GM/T 0009 prescribes where the parties have agreed on no other: `1234567812345678`.
pub const DEFAULT_ID: &[u8] = b"1234567812345678";

/// Length of the digest `e` that is signed, of a private key and of a coordinate, in bytes.
pub const FIELD_LEN: usize = 32;
