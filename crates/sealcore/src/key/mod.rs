//! Private keys: files that hold them, and the [`Signer`] that everything signs through.
//!
//! **Constant time.** What is done with a key is `sealcore-gm`'s business. Reading key files branches on their structure and
//! on whether a password fits, not on the key.

mod file;
mod pbe;
mod pkcs12;
mod pkcs12_kdf;
mod pkcs12_writer;
pub mod pkcs8;
pub mod sec1;
mod signer;

#[cfg(feature = "fuzzing")]
pub(crate) use file::load_within;
pub use file::{KeyFile, load};
pub(crate) use pbe::Cipher;
pub use pkcs12_writer::to_pkcs12;
pub use signer::{Signer, SoftSigner};
pub(crate) use signer::{checked_value, message_digest, sign_message};

/// Rounds of key derivation for key files that are written: a few tenths of a second for who knows the password.
pub const DEFAULT_ROUNDS: u32 = 600_000;
