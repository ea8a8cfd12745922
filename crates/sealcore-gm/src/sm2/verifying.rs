//! Verification and the identity digest Z. Public data only: nothing here is constant-time.

use core::fmt;
use std::sync::OnceLock;

use digest::Digest as _;

use super::{DEFAULT_ID, FIELD_LEN, PreparedVerifyingKey, Signature};
use crate::Error;
use crate::curve::{self, AffinePoint, Key, Table};
use crate::sm3::Sm3;

/// An SM2 public key: a point of the curve, not at infinity.
#[derive(Clone)]
pub struct VerifyingKey {
    point: AffinePoint,
    encoded: [u8; Self::LEN],
    /// Z for the default identity, once it was asked for.
    default_z: OnceLock<[u8; FIELD_LEN]>,
}

impl VerifyingKey {
    /// Length of the uncompressed point `04 || x || y` in bytes.
    pub const LEN: usize = 65;

    /// Reads a point: `04 || x || y`, or compressed `02|03 || x`.
    ///
    /// # Errors
    /// [`Error::PublicKey`] unless it is a point of the curve other than infinity.
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, Error> {
        match bytes {
            [4, coordinates @ ..] if coordinates.len() == 2 * FIELD_LEN => {
                match (coordinates.first_chunk(), coordinates.last_chunk()) {
                    (Some(x), Some(y)) => Self::from_coordinates(x, y),
                    _ => Err(Error::PublicKey),
                }
            }
            [tag @ (2 | 3), x @ ..] => x
                .try_into()
                .ok()
                .and_then(|x| curve::point_from_x(x, *tag == 3))
                .map(Self::from_point)
                .ok_or(Error::PublicKey),
            _ => Err(Error::PublicKey),
        }
    }

    pub(super) fn from_coordinates(x: &[u8; FIELD_LEN], y: &[u8; FIELD_LEN]) -> Result<Self, Error> {
        curve::point_from_coordinates(x, y)
            .map(Self::from_point)
            .ok_or(Error::PublicKey)
    }

    fn from_point(point: AffinePoint) -> Self {
        let (x, y) = curve::coordinates(&point);
        let mut encoded = [4; Self::LEN];
        let [_, coordinates @ ..] = &mut encoded;
        for (byte, coordinate) in coordinates.iter_mut().zip(x.iter().chain(&y)) {
            *byte = *coordinate;
        }
        Self {
            point,
            encoded,
            default_z: OnceLock::new(),
        }
    }

    /// `04 || x || y`.
    #[must_use]
    pub fn to_sec1(&self) -> [u8; Self::LEN] {
        self.encoded
    }

    /// This key with a table that makes each verification faster, for a key that verifies more than some ten times.
    #[must_use]
    pub fn prepared(&self) -> PreparedVerifyingKey {
        PreparedVerifyingKey::new(self)
    }

    #[cfg(target_arch = "x86_64")] // for the lanes
    pub(super) fn coordinates(&self) -> ([u8; FIELD_LEN], [u8; FIELD_LEN]) {
        curve::coordinates(&self.point)
    }

    pub(super) fn table(&self) -> Table {
        curve::table(&self.point)
    }

    /// `Z = SM3(ENTL || ID || a || b || xG || yG || xA || yA)`, GB/T 32918.2, 5.5. For [`DEFAULT_ID`] it is computed once.
    ///
    /// # Errors
    /// [`Error::IdentityLength`] for an identity above 8191 bytes.
    pub fn z(&self, id: &[u8]) -> Result<[u8; FIELD_LEN], Error> {
        if id == DEFAULT_ID {
            return Ok(*self.default_z.get_or_init(|| self.compute_z(128, id)));
        }
        let bits = id
            .len()
            .checked_mul(8)
            .and_then(|bits| u16::try_from(bits).ok())
            .ok_or(Error::IdentityLength)?;
        Ok(self.compute_z(bits, id))
    }

    fn compute_z(&self, bits: u16, id: &[u8]) -> [u8; FIELD_LEN] {
        let mut hasher = Sm3::new();
        hasher.update(bits.to_be_bytes());
        hasher.update(id);
        hasher.update(CURVE);
        let [_, coordinates @ ..] = &self.encoded;
        hasher.update(coordinates);
        hasher.finalize().into()
    }

    /// The digest that is signed for a message: `e = SM3(Z || M)`.
    ///
    /// # Errors
    /// As [`Self::z`].
    pub fn message_digest(&self, id: &[u8], message: &[u8]) -> Result<[u8; FIELD_LEN], Error> {
        let mut hasher = Sm3::new();
        hasher.update(self.z(id)?);
        hasher.update(message);
        Ok(hasher.finalize().into())
    }

    /// Verifies a signature of the digest `e = SM3(Z || M)`.
    ///
    /// # Errors
    /// [`Error::Mismatch`] when it does not hold.
    pub fn verify_digest(&self, e: &[u8; FIELD_LEN], signature: &Signature) -> Result<(), Error> {
        verify(&Key::Point(&self.point), e, signature)
    }

    /// Verifies a signature of `message` under the identity `id`.
    ///
    /// # Errors
    /// [`Error::Mismatch`] when it does not hold, [`Error::IdentityLength`] as [`Self::z`].
    pub fn verify_message(&self, id: &[u8], message: &[u8], signature: &Signature) -> Result<(), Error> {
        self.verify_digest(&self.message_digest(id, message)?, signature)
    }
}

/// GB/T 32918.2, 7.1, steps B4 to B7: `t = r + s` is not zero, and `s G + t P` has the x coordinate `r - e` modulo n.
pub(super) fn verify(key: &Key<'_>, e: &[u8; FIELD_LEN], signature: &Signature) -> Result<(), Error> {
    let Signature { r, s } = signature;
    let t = r.add(s);
    let x = r.sub(&super::signing::reduced(e));
    if !t.is_zero() && curve::has_x(s, &t, key, &x) {
        Ok(())
    } else {
        Err(Error::Mismatch)
    }
}

/// `a || b || xG || yG` of GB/T 32918.5.
const CURVE: [u8; 4 * FIELD_LEN] = *b"\
\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfc\
\x28\xe9\xfa\x9e\x9d\x9f\x5e\x34\x4d\x5a\x9e\x4b\xcf\x65\x09\xa7\xf3\x97\x89\xf5\x15\xab\x8f\x92\xdd\xbc\xbd\x41\x4d\x94\x0e\x93\
\x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94\x8f\xe3\x0b\xbf\xf2\x66\x0b\xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7\
\xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\x53\xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0";

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.encoded == other.encoded
    }
}

impl Eq for VerifyingKey {}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyingKey(")?;
        self.encoded.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}
