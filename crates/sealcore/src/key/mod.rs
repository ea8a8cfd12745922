//! Private keys: files that hold them, the [`Signer`] that everything signs through, and the [`KeyPair`] that has no
//! certificate yet.
//!
//! **Constant time.** What is done with an SM2 key is `sealcore-gm`'s business, with an RSA or ECDSA key AWS-LC's. Reading
//! key files branches on their structure, on whether a password fits, and on how many zeros a scalar starts with, not on
//! the rest of the key.

mod entropy;
mod file;
mod key_pair;
mod pbe;
mod pkcs12;
mod pkcs12_kdf;
mod pkcs12_writer;
pub mod pkcs8;
mod private_key;
pub mod sec1;
mod signer;

pub use entropy::Entropy;
pub(crate) use entropy::Hedge;
#[cfg(feature = "fuzzing")]
pub(crate) use file::load_within;
pub use file::{KeyFile, load};
pub use key_pair::KeyPair;
pub(crate) use key_pair::sign_with;
pub(crate) use pbe::Cipher;
pub use pkcs12_writer::to_pkcs12;
pub use private_key::{EcPrivateKey, KeyAlgorithm, PrivateKey, RsaPrivateKey};
pub use signer::{Signer, SoftSigner, checked_value};
pub(crate) use signer::{sign_message, sign_message_sm2, sm2_digest};

/// Rounds of key derivation for key files that are written: a few tenths of a second for who knows the password.
pub const DEFAULT_ROUNDS: u32 = 600_000;
