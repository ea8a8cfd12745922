//! Integers modulo the order n of the base point. Constant-time.
#![allow(clippy::indexing_slicing)] // constant indices into arrays of four and eight

use zeroize::{Zeroize, Zeroizing};

use super::inverse::{self, Modulus};
use super::limbs::{self, Limbs, mac};

/// The order of the base point, GB/T 32918.5.
pub(crate) const N: Limbs = [
    0x53bb_f409_39d5_4123,
    0x7203_df6b_21c6_052b,
    u64::MAX,
    0xffff_fffe_ffff_ffff,
];

/// `-n^-1` modulo `2^64`.
const N_PRIME: u64 = 0x327f_9e88_7235_0975;

/// `2^512` modulo n.
const R_SQUARED: Limbs = [
    0x9011_92af_7c11_4f20,
    0x3464_504a_de6f_a2fa,
    0x620f_c84c_3aff_e0d4,
    0x1eb5_e412_a22b_3d3b,
];

const MODULUS: Modulus = Modulus::new(&N);

/// An integer below n. Not printed, since most are secret.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, Copy, Default, PartialEq, Eq, Zeroize)]
pub(crate) struct Scalar(Limbs);

/// A scalar times `2^256`, which makes each product with it one multiplication.
#[derive(Clone, Copy, Zeroize)]
pub(crate) struct Factor(Limbs);

impl Scalar {
    /// One.
    pub(crate) const ONE: Self = Self([1, 0, 0, 0]);

    /// A big-endian integer; none for n and above. Whether it is in range is not a secret.
    pub(crate) fn from_be_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let limbs = limbs::from_be_bytes(bytes);
        (limbs::sub(&limbs, &N).1 == 1).then_some(Self(limbs))
    }

    /// As [`Self::from_be_bytes`], and none for zero.
    pub(crate) fn from_be_bytes_nonzero(bytes: &[u8; 32]) -> Option<Self> {
        Self::from_be_bytes(bytes).filter(|scalar| !scalar.is_zero())
    }

    /// The remainder of a 256-bit integer, which is below 2n.
    pub(crate) fn reduced(limbs: &Limbs) -> Self {
        Self(limbs::reduce_once(limbs, 0, &N))
    }

    /// As [`Self::reduced`], of a big-endian integer.
    pub(crate) fn from_be_bytes_reduced(bytes: &[u8; 32]) -> Self {
        Self::reduced(&limbs::from_be_bytes(bytes))
    }

    pub(crate) fn to_be_bytes(self) -> [u8; 32] {
        limbs::to_be_bytes(&self.0)
    }

    /// As [`Self::to_be_bytes`], into its place: for secrets, of which a copy would stay on the stack.
    pub(crate) fn write_be_bytes(&self, place: &mut [u8; 32]) {
        limbs::write_be_bytes(&self.0, place);
    }

    pub(crate) fn limbs(&self) -> &Limbs {
        &self.0
    }

    /// Computed without a branch; the answer itself is not a secret.
    pub(crate) fn is_zero(&self) -> bool {
        limbs::is_zero(&self.0) != 0
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        Self(limbs::add_mod(&self.0, &other.0, &N))
    }

    pub(crate) fn sub(&self, other: &Self) -> Self {
        Self(limbs::sub_mod(&self.0, &other.0, &N))
    }

    /// `1 / x`, and zero for zero.
    pub(crate) fn invert(&self) -> Self {
        Self(inverse::invert(&self.0, &MODULUS))
    }

    /// The inverses of scalars of which none is zero, with one inversion for all.
    pub(crate) fn invert_many(scalars: impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone) -> Vec<Self> {
        let mut product = Self::ONE;
        let mut before = Zeroizing::new(Vec::with_capacity(scalars.len()));
        for scalar in scalars.clone() {
            before.push(product);
            product = product.mul(&scalar.to_factor());
        }
        let mut inverse = product.invert();
        let mut inverses: Vec<Self> = Vec::with_capacity(scalars.len());
        for (scalar, before) in scalars.rev().zip(before.iter().rev()) {
            let factor = inverse.to_factor();
            inverses.push(before.mul(&factor));
            inverse = scalar.mul(&factor);
        }
        inverses.reverse();
        inverses
    }

    pub(crate) fn to_factor(self) -> Factor {
        Factor(montgomery(&self.0, &R_SQUARED))
    }

    pub(crate) fn mul(&self, factor: &Factor) -> Self {
        Self(montgomery(&self.0, &factor.0))
    }
}

/// `a b / 2^256` modulo n.
fn montgomery(a: &Limbs, b: &Limbs) -> Limbs {
    let mut t = limbs::wide_mul(a, b);
    let mut top = 0;
    for i in 0..4 {
        let m = t[i].wrapping_mul(N_PRIME);
        let mut carry = 0;
        for j in 0..4 {
            (t[i + j], carry) = mac(t[i + j], m, N[j], carry);
        }
        let (sum, c) = limbs::adc(t[i + 4], carry, top);
        t[i + 4] = sum;
        top = c;
    }
    limbs::reduce_once(&[t[4], t[5], t[6], t[7]], top, &N)
}
