use crate::Error;

/// The pair `(r, s)`, each a big-endian integer of 32 bytes in `[1, n-1]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature(pub(super) sm2::dsa::Signature);

impl Signature {
    /// Length of `r || s` in bytes.
    pub const LEN: usize = 64;

    /// Reads `r || s`.
    ///
    /// # Errors
    /// [`Error::SignatureRange`] unless there are 64 bytes and both halves are in `[1, n-1]`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        sm2::dsa::Signature::from_slice(bytes)
            .map(Self)
            .map_err(|_| Error::SignatureRange)
    }

    /// `r || s`.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        self.0.to_bytes().into()
    }
}
