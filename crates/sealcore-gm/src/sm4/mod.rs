//! The SM4 block cipher, GB/T 32907, in the modes GCM and CBC.
//!
//! **Not constant-time**: the block cipher is that of RustCrypto's crate `sm4`, which looks its S-box up in a table of 256 bytes
//! (four cache lines) at places that depend on key and data. Who can watch this processor's cache may learn about the key. Tags
//! are compared in constant time, and key schedules are zeroised when they are dropped.
//!
//! Use [`Sm4Gcm`] where there is a choice. [`Sm4Cbc`] does not notice changes, and is here for formats that ask for it.
//!
//! ```
//! use sealcore_gm::sm4::{Error, Sm4Gcm};
//! let cipher = Sm4Gcm::new(&[7; 16]);
//! let nonce = [1; 12]; // never twice with one key
//! let sealed = cipher.seal(&nonce, b"header", b"content")?;
//! assert_eq!(cipher.open(&nonce, b"header", &sealed)?, b"content");
//! assert_eq!(cipher.open(&nonce, b"another", &sealed), Err(Error::Authentication));
//! # Ok::<(), Error>(())
//! ```

mod cbc;
mod gcm;

use std::fmt;

pub use self::cbc::Sm4Cbc;
pub use self::gcm::Sm4Gcm;

/// Length of a key in bytes.
pub const KEY_LEN: usize = 16;

/// Length of a block, and of the initial value of CBC, in bytes.
pub const BLOCK_LEN: usize = 16;

/// Length of a nonce of GCM in bytes.
pub const NONCE_LEN: usize = 12;

/// Length of a tag of GCM in bytes.
pub const TAG_LEN: usize = 16;

/// Why a message was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// More bytes than the mode can take, or fewer than it yields.
    Length,
    /// The tag does not belong to the key, nonce, content and associated data.
    Authentication,
    /// What was decrypted does not end with padding: another key, or changed.
    Padding,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "the length is not one that the mode of SM4 takes",
            Self::Authentication => "the tag of SM4-GCM does not belong to key and content",
            Self::Padding => "what SM4-CBC decrypted does not end with padding",
        })
    }
}

impl std::error::Error for Error {}
