//! Signing. Constant-time with regard to the private key and the nonce, as far as the scalar and point arithmetic of `sm2`
//! is (see the crate's first lines); the one branch on a nonce is the rejection that GB/T 32918.2 asks for.

use core::fmt;

use elliptic_curve::ops::Reduce;
use elliptic_curve::point::AffineCoordinates as _;
use elliptic_curve::{Curve as _, Group as _, PrimeField as _};
use rand_core::CryptoRng;
use rfc6979::KGenerator;
use sm2::{FieldBytes, NonZeroScalar, ProjectivePoint, Scalar, Sm2, U256};
use zeroize::Zeroizing;

use super::{FIELD_LEN, Signature, VerifyingKey};
use crate::Error;
use crate::sm3::Sm3;

/// An SM2 private key with its public key. The scalar is overwritten when the key is dropped, and never printed.
#[derive(Clone)]
pub struct SigningKey {
    d: Zeroizing<NonZeroScalar>,
    /// `(1 + d)^-1`, which every signature needs and no signature changes.
    inverse: Zeroizing<Scalar>,
    public: VerifyingKey,
}

impl SigningKey {
    /// Draws a key from `[1, n-2]`.
    ///
    /// # Errors
    /// [`Error::Random`] when a hundred draws in a row are out of range, which means a broken random source.
    pub fn generate(rng: &mut dyn CryptoRng) -> Result<Self, Error> {
        let mut scalar = Zeroizing::new([0_u8; FIELD_LEN]);
        for _ in 0..100 {
            rng.fill_bytes(&mut scalar[..]);
            if let Ok(key) = Self::from_bytes(&scalar) {
                return Ok(key);
            }
        }
        Err(Error::Random)
    }

    /// The key whose scalar is this big-endian integer.
    ///
    /// # Errors
    /// [`Error::PrivateKeyRange`] outside `[1, n-2]` (GB/T 32918.1, 6.1: for `n-1` there is no `(1+d)^-1`).
    pub fn from_bytes(scalar: &[u8; FIELD_LEN]) -> Result<Self, Error> {
        let d = Zeroizing::new(NonZeroScalar::try_from(&scalar[..]).map_err(|_| Error::PrivateKeyRange)?);
        let inverse = (**d + Scalar::ONE)
            .invert()
            .into_option()
            .ok_or(Error::PrivateKeyRange)?;
        let public = ProjectivePoint::mul_by_generator(&**d).to_affine();
        Ok(Self {
            d,
            inverse: Zeroizing::new(inverse),
            public: VerifyingKey::from_affine(public)?,
        })
    }

    /// The scalar, big-endian. Overwritten when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; FIELD_LEN]> {
        Zeroizing::new(self.d.to_repr().into())
    }

    /// The public key.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// Signs a digest `e = SM3(Z || M)` with a deterministic nonce (RFC 6979 with HMAC-SM3).
    #[must_use]
    pub fn sign_digest(&self, e: &[u8; FIELD_LEN]) -> Signature {
        self.sign(e, &[])
    }

    /// As [`Self::sign_digest`], with fresh randomness mixed into the nonce, so that a fault in one signature does not
    /// repeat in the next.
    #[must_use]
    pub fn sign_digest_hedged(&self, rng: &mut dyn CryptoRng, e: &[u8; FIELD_LEN]) -> Signature {
        let mut entropy = Zeroizing::new([0_u8; FIELD_LEN]);
        rng.fill_bytes(&mut entropy[..]);
        self.sign(e, &entropy[..])
    }

    /// Signs `message` under the identity `id`, most often [`super::DEFAULT_ID`].
    ///
    /// # Errors
    /// [`Error::IdentityLength`] for an identity above 8191 bytes.
    pub fn sign_message(&self, id: &[u8], message: &[u8]) -> Result<Signature, Error> {
        Ok(self.sign_digest(&self.public.message_digest(id, message)?))
    }

    /// GB/T 32918.2, 6.1, steps A3 to A7.
    fn sign(&self, e: &[u8; FIELD_LEN], entropy: &[u8]) -> Signature {
        let e = <Scalar as Reduce<U256>>::reduce(&U256::from_be_slice(e));
        let mut nonces = KGenerator::<Sm3, U256>::new(&self.to_bytes()[..], &e.to_bytes(), entropy, &Sm2::ORDER);
        let mut candidate = Zeroizing::new([0_u8; FIELD_LEN]);
        loop {
            nonces.fill_next_k(&mut candidate[..]);
            let Some(k) = Scalar::from_repr(FieldBytes::from(*candidate))
                .into_option()
                .map(Zeroizing::new)
            else {
                continue;
            };
            let x1 = ProjectivePoint::mul_by_generator(&*k).to_affine().x();
            let r = e + Scalar::reduce(&x1);
            let s = *self.inverse * (*k - r * **self.d);
            if bool::from(r.is_zero() | (r + *k).is_zero()) {
                continue;
            }
            if let Ok(signature) = sm2::dsa::Signature::from_scalars(r, s) {
                return Signature(signature);
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}
