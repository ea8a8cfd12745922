//! The SM3 digest, GB/T 32905: of one message, of many at once, and of many streams at once.
//!
//! [`Sm3`] and [`digest()`] take one message; [`digest_many`] and [`digest_sources`] take many and put them side by side in the
//! processor's vector lanes (AVX-512 or AVX2, chosen at run time), which is several times as fast; without either they are
//! hashed one after the other. All of them give the same digests.
//!
//! No branch and no address depends on the content of a message in any form, only on its length.
#![cfg_attr(not(target_arch = "x86_64"), allow(dead_code))] // only x86-64 has lanes so far

mod compress;
pub(crate) mod lanes;
mod many;
mod padding;
mod rounds;
mod sources;
mod state;
#[cfg(target_arch = "x86_64")]
mod x86_64;

use digest::Digest as _;

pub(crate) use self::compress::compress;
pub(crate) use self::rounds::INITIAL;

pub use self::many::digest_many;
#[doc(hidden)]
pub use self::many::digest_many_with;
pub use self::sources::{Source, digest_sources};
pub use self::state::{Sm3, Sm3Core};

/// Length of a digest in bytes.
pub const DIGEST_LEN: usize = 32;

/// The digest of `data`.
///
/// ```
/// assert_eq!(sealcore_gm::sm3::digest(b"abc")[..4], [0x66, 0xc7, 0xf0, 0xf4]);
/// ```
#[must_use]
pub fn digest(data: &[u8]) -> [u8; DIGEST_LEN] {
    Sm3::digest(data).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    // GB/T 32905 appendix A.
    #[test]
    fn standard_examples() {
        assert_eq!(
            hex(&digest(b"abc")),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
        assert_eq!(
            hex(&digest(&b"abcd".repeat(16))),
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
        );
    }
}
