//! Private keys: files that hold them, and the [`Signer`] that everything signs through.
//!
//! **Constant time.** What is done with a key is `sealcore-gm`'s business. Reading key files branches on their structure and
//! on whether a password fits, not on the key.

mod signer;

pub use signer::{Signer, SoftSigner};
pub(crate) use signer::{checked_value, message_digest, sign_message};
