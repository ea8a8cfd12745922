//! Signing. Constant-time with regard to the private key and the nonce: the arithmetic of `curve` has neither branches nor
//! addresses that depend on them, and the one branch on a nonce here is the rejection that GB/T 32918.2 asks for.

use core::fmt;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::nonce::NonceKey;
use super::{FIELD_LEN, NoncePool, Signature, VerifyingKey};
use crate::Error;
use crate::curve::{self, Factor, Scalar};

/// An SM2 private key with its public key. The scalar is overwritten when the key is dropped, and never printed.
#[derive(Clone)]
pub struct SigningKey {
    /// In one place of the heap, so that a key that is moved leaves no copies behind.
    parts: Box<Parts>,
}

#[derive(Clone)]
struct Parts {
    d: Zeroizing<Scalar>,
    /// `(1 + d)^-1`, which every signature needs and no signature changes.
    inverse: Zeroizing<Factor>,
    nonces: NonceKey,
    public: VerifyingKey,
}

impl SigningKey {
    /// Draws a key from `[1, n-2]`.
    ///
    /// # Errors
    /// [`Error::Random`] when a hundred draws in a row are out of range, which means a broken random source.
    pub fn generate(rng: &mut dyn CryptoRng) -> Result<Self, Error> {
        let d = draw(rng)?;
        let (x, y) = curve::base_multiple(&d);
        let inverse = Zeroizing::new(d.add(&Scalar::ONE).invert());
        Self::assembled(&d, &inverse, &x, &y)
    }

    /// Draws `count` keys, faster than one by one.
    ///
    /// # Errors
    /// As [`Self::generate`].
    pub fn generate_many(count: usize, rng: &mut dyn CryptoRng) -> Result<Vec<Self>, Error> {
        let mut keys = Vec::with_capacity(count);
        while keys.len() < count {
            let chunk = (count - keys.len()).min(super::batch::CHUNK);
            let scalars: Vec<Zeroizing<Scalar>> = (0..chunk).map(|_| draw(rng)).collect::<Result<_, _>>()?;
            let flat = Zeroizing::new(scalars.iter().map(|d| **d).collect::<Vec<_>>());
            let points = super::lanes::base_multiples(&flat);
            let inverses = Zeroizing::new(Scalar::invert_many(flat.iter().map(|d| d.add(&Scalar::ONE))));
            for ((d, inverse), (x, y)) in scalars.iter().zip(inverses.iter()).zip(&points) {
                keys.push(Self::assembled(d, inverse, x, y)?);
            }
        }
        Ok(keys)
    }

    /// The key whose scalar is this big-endian integer.
    ///
    /// # Errors
    /// [`Error::PrivateKeyRange`] outside `[1, n-2]` (GB/T 32918.1, 6.1: for `n-1` there is no `(1+d)^-1`).
    pub fn from_bytes(scalar: &[u8; FIELD_LEN]) -> Result<Self, Error> {
        let mut d = Zeroizing::new(Scalar::ONE);
        in_range(scalar, &mut d)?;
        let (x, y) = curve::base_multiple(&d);
        let inverse = Zeroizing::new(d.add(&Scalar::ONE).invert());
        Self::assembled(&d, &inverse, &x, &y)
    }

    /// The scalar, big-endian. Overwritten when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; FIELD_LEN]> {
        let mut octets = Zeroizing::new([0; FIELD_LEN]);
        self.parts.d.write_be_bytes(&mut octets);
        octets
    }

    /// The public key.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.parts.public
    }

    /// Signs a digest `e = SM3(Z || M)` with a deterministic nonce (RFC 6979 with HMAC-SM3).
    ///
    /// Where a random source is at hand, [`Self::sign_digest_hedged`] is to be preferred.
    #[must_use]
    pub fn sign_digest(&self, e: &[u8; FIELD_LEN]) -> Signature {
        self.sign(e, &[])
    }

    /// As [`Self::sign_digest`], with fresh randomness mixed into the nonce (RFC 6979, 3.6), so that a fault in one signature
    /// does not repeat in the next. A random source that fails leaves it as good as [`Self::sign_digest`].
    #[must_use]
    pub fn sign_digest_hedged(&self, rng: &mut dyn CryptoRng, e: &[u8; FIELD_LEN]) -> Signature {
        let mut entropy = Zeroizing::new([0_u8; FIELD_LEN]);
        rng.fill_bytes(&mut entropy[..]);
        self.sign(e, &entropy[..])
    }

    /// Signs a digest with a nonce that `pool` prepared, which leaves one multiplication to do. When the pool is empty, it signs
    /// as [`Self::sign_digest`].
    #[must_use]
    pub fn sign_digest_pooled(&self, pool: &NoncePool, e: &[u8; FIELD_LEN]) -> Signature {
        let reduced = reduced(e);
        while let Some(prepared) = pool.take() {
            if let Some(signature) = self.finish(&prepared.k, &prepared.x, &reduced) {
                return signature;
            }
        }
        self.sign_digest(e)
    }

    /// Signs `message` under the identity `id`, most often [`super::DEFAULT_ID`], with a deterministic nonce.
    ///
    /// # Errors
    /// [`Error::IdentityLength`] for an identity above 8191 bytes.
    pub fn sign_message(&self, id: &[u8], message: &[u8]) -> Result<Signature, Error> {
        Ok(self.sign_digest(&self.parts.public.message_digest(id, message)?))
    }

    /// GB/T 32918.2, 6.1, steps A3 to A7.
    pub(super) fn sign(&self, e: &[u8; FIELD_LEN], entropy: &[u8]) -> Signature {
        let e = reduced(e);
        let mut nonces = self.parts.nonces.rfc6979(&e.to_be_bytes(), entropy);
        loop {
            let k = nonces.next();
            if let Some(signature) = self.finish(&k, &curve::base_multiple_x(&k), &e) {
                return signature;
            }
            nonces.refuse();
        }
    }

    /// Steps A5 to A7: `r = e + x1`, `s = (1+d)^-1 (k - r d) = (1+d)^-1 (k + r) - r`. None where the standard asks for another
    /// nonce.
    pub(super) fn finish(&self, k: &Scalar, x1: &Scalar, e: &Scalar) -> Option<Signature> {
        let r = e.add(x1);
        let sum = Zeroizing::new(k.add(&r));
        let s = sum.mul(&self.parts.inverse).sub(&r);
        (!r.is_zero() && !sum.is_zero() && !s.is_zero()).then_some(Signature { r, s })
    }

    fn assembled(d: &Scalar, inverse: &Scalar, x: &[u8; FIELD_LEN], y: &[u8; FIELD_LEN]) -> Result<Self, Error> {
        let mut parts = Box::new(Parts {
            inverse: Zeroizing::new(inverse.to_factor()),
            nonces: NonceKey::empty(),
            public: VerifyingKey::from_coordinates(x, y)?,
            d: Zeroizing::new(Scalar::ONE),
        });
        // Into their places: what is moved leaves a copy behind.
        *parts.d = *d;
        parts.nonces.fill(d);
        Ok(Self { parts })
    }

    pub(super) fn nonces(&self) -> &NonceKey {
        &self.parts.nonces
    }
}

/// The digest as an integer modulo n.
pub(super) fn reduced(e: &[u8; FIELD_LEN]) -> Scalar {
    Scalar::from_be_bytes_reduced(e)
}

fn draw(rng: &mut dyn CryptoRng) -> Result<Zeroizing<Scalar>, Error> {
    let mut scalar = Zeroizing::new([0_u8; FIELD_LEN]);
    let mut d = Zeroizing::new(Scalar::ONE);
    for _ in 0..100 {
        rng.fill_bytes(&mut scalar[..]);
        if in_range(&scalar, &mut d).is_ok() {
            return Ok(d);
        }
    }
    Err(Error::Random)
}

/// Reads a private key into its place.
fn in_range(scalar: &[u8; FIELD_LEN], d: &mut Scalar) -> Result<(), Error> {
    *d = Scalar::from_be_bytes_nonzero(scalar).ok_or(Error::PrivateKeyRange)?;
    if d.add(&Scalar::ONE).is_zero() {
        return Err(Error::PrivateKeyRange);
    }
    Ok(())
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("public", &self.parts.public)
            .finish_non_exhaustive()
    }
}
