use core::fmt;

/// Why an SM2 operation was refused.
///
/// Nothing in it depends on a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A private key outside `[1, n-2]`.
    PrivateKeyRange,
    /// A public key that is not a point of the curve, or the point at infinity.
    PublicKey,
    /// An identity longer than 8191 bytes: its length in bits must fit 16 bits.
    IdentityLength,
    /// A signature whose `r` or `s` is outside `[1, n-1]`, or that is not 64 bytes long.
    SignatureRange,
    /// The signature does not belong to this key and message.
    Mismatch,
    /// The random source failed.
    Random,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PrivateKeyRange => "SM2 private key is outside [1, n-2]",
            Self::PublicKey => "SM2 public key is not a point of the curve",
            Self::IdentityLength => "SM2 identity is longer than 8191 bytes",
            Self::SignatureRange => "SM2 signature is not r and s in [1, n-1]",
            Self::Mismatch => "SM2 signature does not belong to the key and message",
            Self::Random => "the random source failed",
        })
    }
}

impl core::error::Error for Error {}
