//! The field of integers modulo the prime p of GB/T 32918.5, in Montgomery form with `R = 2^256`.
//!
//! Values are always below p. Constant-time, but for [`FieldElement::sqrt`]'s result and the comparisons whose names say so.

#[cfg(target_arch = "x86_64")]
mod adx;
mod portable;

#[cfg(target_arch = "x86_64")]
pub(crate) use adx::Adx;
pub(crate) use portable::Portable;

use zeroize::Zeroize;

use super::inverse::{self, Modulus};
use super::limbs::{self, Limbs};

/// `p = 2^256 - 2^224 - 2^96 + 2^64 - 1`.
pub(crate) const P: Limbs = [u64::MAX, 0xffff_ffff_0000_0000, u64::MAX, 0xffff_fffe_ffff_ffff];

/// `2^512` modulo p.
const R_SQUARED: FieldElement = FieldElement([
    0x0000_0002_0000_0003,
    0x0000_0002_ffff_ffff,
    0x0000_0001_0000_0001,
    0x0000_0004_0000_0002,
]);

/// The two operations whose best form differs between processors. Both take and return values below p in Montgomery form.
pub(crate) trait Arithmetic: Copy {
    fn mul(a: &FieldElement, b: &FieldElement) -> FieldElement;
    fn square(a: &FieldElement) -> FieldElement;
}

/// `x * 2^256` modulo p.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Zeroize)]
pub(crate) struct FieldElement(pub(crate) Limbs);

impl FieldElement {
    pub(crate) const ZERO: Self = Self(limbs::ZERO);
    /// `2^256` modulo p.
    pub(crate) const ONE: Self = Self([1, 0x0000_0000_ffff_ffff, 0, 0x0000_0001_0000_0000]);

    /// The element with this integer below p.
    #[inline(always)]
    pub(crate) fn from_integer<A: Arithmetic>(integer: &Limbs) -> Self {
        A::mul(&Self(*integer), &R_SQUARED)
    }

    /// The element of a big-endian integer; none for p and above.
    pub(crate) fn from_be_bytes<A: Arithmetic>(bytes: &[u8; 32]) -> Option<Self> {
        let integer = limbs::from_be_bytes(bytes);
        (limbs::sub(&integer, &P).1 == 1).then(|| Self::from_integer::<A>(&integer))
    }

    /// The integer below p.
    #[inline(always)]
    pub(crate) fn to_integer<A: Arithmetic>(self) -> Limbs {
        A::mul(&self, &Self([1, 0, 0, 0])).0
    }

    #[inline(always)]
    pub(crate) fn add(&self, other: &Self) -> Self {
        Self(limbs::add_mod(&self.0, &other.0, &P))
    }

    #[inline(always)]
    pub(crate) fn sub(&self, other: &Self) -> Self {
        Self(limbs::sub_mod(&self.0, &other.0, &P))
    }

    #[inline(always)]
    pub(crate) fn double(&self) -> Self {
        self.add(self)
    }

    #[inline(always)]
    pub(crate) fn negate(&self) -> Self {
        Self::ZERO.sub(self)
    }

    /// Half of it: p is added first where the integer is odd.
    #[inline(always)]
    pub(crate) fn halve(&self) -> Self {
        let odd = 0_u64.wrapping_sub(self.0[0] & 1);
        let ([a, b, c, d], carry) = limbs::add(&self.0, &[P[0] & odd, P[1] & odd, P[2] & odd, P[3] & odd]);
        Self([
            (a >> 1) | (b << 63),
            (b >> 1) | (c << 63),
            (c >> 1) | (d << 63),
            (d >> 1) | (u64::from(carry) << 63),
        ])
    }

    /// `a` where `mask` is all ones, `b` where it is zero.
    #[inline(always)]
    pub(crate) fn select(mask: u64, a: &Self, b: &Self) -> Self {
        Self(limbs::select(mask, &a.0, &b.0))
    }

    /// All ones for zero, else zero.
    #[inline(always)]
    pub(crate) fn zero_mask(&self) -> u64 {
        limbs::is_zero(&self.0)
    }

    /// For public values only.
    #[inline(always)]
    pub(crate) fn is_zero_vartime(&self) -> bool {
        self.0 == limbs::ZERO
    }

    /// `1 / x`, and zero for zero.
    pub(crate) fn invert<A: Arithmetic>(&self) -> Self {
        // The inverse of x R is x^-1 R^-1; two factors R make it x^-1 R.
        let inverse = Self(inverse::invert(&self.0, &MODULUS));
        A::mul(&inverse, &R_CUBED)
    }

    /// A square root, if there is one. p is 3 modulo 4, so it is `x^((p+1)/4)`.
    pub(crate) fn sqrt<A: Arithmetic>(&self) -> Option<Self> {
        let root = self.power_of_quarter::<A>();
        (A::square(&root) == *self).then_some(root)
    }

    /// `x^((p+1)/4)`, with the exponent `2^254 - 2^222 - 2^94 + 2^62`, which is 31 ones, a zero, 128 ones, 31 zeros, a one and
    /// 62 zeros.
    fn power_of_quarter<A: Arithmetic>(&self) -> Self {
        let x1 = *self;
        let x2 = A::mul(&x1.squared::<A>(1), &x1);
        let x4 = A::mul(&x2.squared::<A>(2), &x2);
        let x6 = A::mul(&x4.squared::<A>(2), &x2);
        let x7 = A::mul(&x6.squared::<A>(1), &x1);
        let x8 = A::mul(&x7.squared::<A>(1), &x1);
        let x15 = A::mul(&x8.squared::<A>(7), &x7);
        let x16 = A::mul(&x15.squared::<A>(1), &x1);
        let x31 = A::mul(&x16.squared::<A>(15), &x15);
        let x32 = A::mul(&x31.squared::<A>(1), &x1);
        let x64 = A::mul(&x32.squared::<A>(32), &x32);
        let x128 = A::mul(&x64.squared::<A>(64), &x64);
        let t = A::mul(&x31.squared::<A>(129), &x128);
        A::mul(&t.squared::<A>(32), &x1).squared::<A>(62)
    }

    /// `x^(2^count)`. A call, since the compiler would unroll the fourteen chains into 60 KB.
    #[inline(never)]
    fn squared<A: Arithmetic>(&self, count: usize) -> Self {
        (0..count).fold(*self, |x, _| A::square(&x))
    }
}

/// `2^768` modulo p.
const R_CUBED: FieldElement = FieldElement([
    0x0000_0012_0000_0016,
    0x0000_000e_ffff_fff8,
    0x0000_000a_0000_000c,
    0x0000_001b_0000_0009,
]);

const MODULUS: Modulus = Modulus::new(&P);
