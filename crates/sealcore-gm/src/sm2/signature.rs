use core::fmt;

use super::FIELD_LEN;
use crate::Error;
use crate::curve::Scalar;

/// The pair `(r, s)`, each a big-endian integer of 32 bytes in `[1, n-1]`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    pub(super) r: Scalar,
    pub(super) s: Scalar,
}

impl Signature {
    /// Length of `r || s` in bytes.
    pub const LEN: usize = 64;

    /// Reads `r || s`.
    ///
    /// # Errors
    /// [`Error::SignatureRange`] unless there are 64 bytes and both halves are in `[1, n-1]`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let half = |half: Option<&[u8; FIELD_LEN]>| half.and_then(Scalar::from_be_bytes_nonzero);
        let (r, s) = match bytes.len() {
            Self::LEN => (half(bytes.first_chunk()), half(bytes.last_chunk())),
            _ => (None, None),
        };
        match (r, s) {
            (Some(r), Some(s)) => Ok(Self { r, s }),
            _ => Err(Error::SignatureRange),
        }
    }

    /// `r || s`.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        let (r, s) = bytes.split_at_mut(FIELD_LEN);
        r.copy_from_slice(&self.r.to_be_bytes());
        s.copy_from_slice(&self.s.to_be_bytes());
        bytes
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(")?;
        self.to_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}
