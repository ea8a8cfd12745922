//! The SM3 digest, GB/T 32905.
//!
//! Not constant-time with regard to the length of its input; its content is not branched on.

use sm3::Digest as _;
pub use sm3::Sm3;

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
