//! Eight field elements at once: integers mod p in Montgomery form (R = 2^260), five limbs of 52 bits, one lane each.
//!
//! Constant time: no branch and no address depends on a value; every function here runs the same instructions whatever
//! the lanes hold.
//!
//! **Bounds.** `[a]` in a comment means "less than a * p, and not negative". An [`Fe`] has limbs below 2^52 and is below
//! `[15]`; a [`Loose`] has signed limbs below 2^60 in size and is what sums are made of before one carry. A product of
//! `[a]` and `[b]` comes out as `[ab/16 + 1]`, because p < R/16. [`Loose::carry`] needs a sum that is not negative and
//! below `[15]`; [`Loose::fold`] takes the same and returns `[1.01]`.
#![allow(clippy::indexing_slicing)] // constant indices into arrays of constant length

use std::arch::x86_64::*;

pub(super) type V = __m512i;

const MASK: i64 = (1 << 52) - 1;

/// p + 1 = 2^208 * 16 D - 2^52 * D. p is -1 mod 2^52, so the quotient digit q of a Montgomery step is the low limb
/// itself, and adding q p clears that limb when 16 q D goes four limbs up and q D comes off the next: one product of two
/// halves for each digit instead of five.
const D: i64 = (1 << 44) - (1 << 12);

/// p, for the last subtraction.
const P: [i64; 5] = [MASK, 0x000f_f000_0000_0fff, MASK, MASK, 0xffff_fffe_ffff];
/// 2^520 mod p: takes an integer into Montgomery form.
const R2: [i64; 5] = [
    0x200_0000_0300,
    0x000f_ffff_fff0_0000,
    0x1_0000_0002,
    0x2000_0000_1000,
    0x400_0000,
];

/// 2^256 mod p: far below p, so that a product with it is below 1.01 p.
const TWO_256: [i64; 5] = [1, 0x0fff_ffff_f000, 0, 0, 0x1_0000];

/// Eight elements, limbs normalised.
#[derive(Clone, Copy)]
pub(super) struct Fe(pub(super) [V; 5]);

/// Eight sums whose limbs were not carried yet.
#[derive(Clone, Copy)]
pub(super) struct Loose([V; 5]);

#[target_feature(enable = "avx512f")]
#[inline]
fn splat(x: i64) -> V {
    _mm512_set1_epi64(x)
}

impl Fe {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn zero() -> Self {
        Self([_mm512_setzero_si512(); 5])
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn one() -> Self {
        Self([
            splat(0x10),
            splat(0xffff_ffff_0000),
            splat(0),
            splat(0),
            splat(0x10_0000),
        ])
    }

    /// Takes eight integers below 2^256, as four vectors of 64-bit words, low word first, into Montgomery form. [1.1]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn from_words(w: &[V; 4]) -> Self {
        Self::split(w).mul(&Self(R2.map(|x| splat(x))))
    }

    /// Four vectors of 64-bit words, low word first, cut into limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn split(w: &[V; 4]) -> Self {
        let m = splat(MASK);
        let low = |x: V| _mm512_and_si512(x, m);
        Self([
            low(w[0]),
            low(_mm512_or_si512(
                _mm512_srli_epi64::<52>(w[0]),
                _mm512_slli_epi64::<12>(w[1]),
            )),
            low(_mm512_or_si512(
                _mm512_srli_epi64::<40>(w[1]),
                _mm512_slli_epi64::<24>(w[2]),
            )),
            low(_mm512_or_si512(
                _mm512_srli_epi64::<28>(w[2]),
                _mm512_slli_epi64::<36>(w[3]),
            )),
            _mm512_srli_epi64::<16>(w[3]),
        ])
    }

    /// Out of Montgomery form, fully reduced, as four words a lane. Takes any `[15]`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn to_words(self) -> [V; 4] {
        self.plain().joined()
    }

    /// As [`Self::to_words`], times 2^256.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn to_words_256(self) -> [V; 4] {
        self.mul(&Self(TWO_256.map(|x| splat(x)))).canonical().joined()
    }

    /// The limbs as four vectors of 64-bit words, low word first.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn joined(self) -> [V; 4] {
        let [a, b, c, d, e] = self.0;
        [
            _mm512_or_si512(a, _mm512_slli_epi64::<52>(b)),
            _mm512_or_si512(_mm512_srli_epi64::<12>(b), _mm512_slli_epi64::<40>(c)),
            _mm512_or_si512(_mm512_srli_epi64::<24>(c), _mm512_slli_epi64::<28>(d)),
            _mm512_or_si512(_mm512_srli_epi64::<36>(d), _mm512_slli_epi64::<16>(e)),
        ]
    }

    /// The lanes that are 0 mod p. Takes any `[15]`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn is_zero(self) -> __mmask8 {
        let [a, b, c, d, e] = self.plain().0;
        let any = _mm512_or_si512(_mm512_or_si512(_mm512_or_si512(a, b), _mm512_or_si512(c, d)), e);
        _mm512_testn_epi64_mask(any, any)
    }

    /// Times 1/R: below p + 1 whatever came in, so that one subtraction makes it canonical.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    fn plain(self) -> Self {
        let unit = Self([splat(1), splat(0), splat(0), splat(0), splat(0)]);
        self.mul(&unit).canonical()
    }

    /// The representative below p of a `[2]`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn canonical(self) -> Self {
        let less = Loose(std::array::from_fn(|i| _mm512_sub_epi64(self.0[i], splat(P[i])))).carry();
        let below = _mm512_movepi64_mask(less.0[4]); // the top limb kept its sign
        Self(std::array::from_fn(|i| {
            _mm512_mask_mov_epi64(less.0[i], below, self.0[i])
        }))
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn loose(&self) -> Loose {
        Loose(self.0)
    }

    /// `[ab/16 + 1]`
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn mul(&self, b: &Self) -> Self {
        self.mul_loose(b).carry()
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn sqr(&self) -> Self {
        self.sqr_loose().carry()
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn mul_loose(&self, b: &Self) -> Loose {
        reduce(product(self, b))
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn sqr_loose(&self) -> Loose {
        reduce(square(self))
    }

    /// `a b - c d` under one reduction: between `-cd/16` and `ab/16 + 1` times p.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn mul_sub(a: &Self, b: &Self, c: &Self, d: &Self) -> Loose {
        let right = product(c, d); // first: callers have c and d before a and b
        let left = product(a, b);
        reduce(std::array::from_fn(|i| _mm512_sub_epi64(left[i], right[i])))
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn sqr_n(&self, n: usize) -> Self {
        let mut x = *self;
        for _ in 0..n {
            x = x.sqr();
        }
        x
    }

    /// p times 4 minus a `[4]`, folded.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    pub(super) fn negative(&self) -> Self {
        Self::zero().loose().sub(&self.loose()).plus_p(4).fold()
    }

    /// Lane i gets what lane i + `STEP` modulo 8 has.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn rotated<const STEP: i32>(&self) -> Self {
        Self(self.0.map(|v| _mm512_alignr_epi64::<STEP>(v, v)))
    }

    /// `yes` where the mask is set, `no` elsewhere.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn select(mask: __mmask8, yes: &Self, no: &Self) -> Self {
        Self(std::array::from_fn(|i| _mm512_mask_mov_epi64(no.0[i], mask, yes.0[i])))
    }
}

impl Loose {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn add(&self, b: &Self) -> Self {
        Self(std::array::from_fn(|i| _mm512_add_epi64(self.0[i], b.0[i])))
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn sub(&self, b: &Self) -> Self {
        Self(std::array::from_fn(|i| _mm512_sub_epi64(self.0[i], b.0[i])))
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn double(&self) -> Self {
        self.add(self)
    }

    /// 0 minus the lanes of the mask.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn negate(&self, mask: __mmask8) -> Self {
        let zero = _mm512_setzero_si512();
        Self(std::array::from_fn(|i| {
            _mm512_mask_sub_epi64(self.0[i], mask, zero, self.0[i])
        }))
    }

    /// Plus k times p, to make a difference positive. k is at most 15.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn plus_p(&self, k: i64) -> Self {
        let [a, b, c, d, e] = self.0;
        Self([
            _mm512_sub_epi64(a, splat(k)),
            _mm512_sub_epi64(b, splat(k * D)),
            c,
            d,
            _mm512_add_epi64(e, splat(k * 16 * D)),
        ])
    }

    /// Normalises the limbs; the value stays.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn carry(&self) -> Fe {
        let m = splat(MASK);
        let [a, mut b, mut c, mut d, mut e] = self.0;
        b = _mm512_add_epi64(b, _mm512_srai_epi64::<52>(a));
        c = _mm512_add_epi64(c, _mm512_srai_epi64::<52>(b));
        d = _mm512_add_epi64(d, _mm512_srai_epi64::<52>(c));
        e = _mm512_add_epi64(e, _mm512_srai_epi64::<52>(d));
        Fe([
            _mm512_and_si512(a, m),
            _mm512_and_si512(b, m),
            _mm512_and_si512(c, m),
            _mm512_and_si512(d, m),
            e,
        ])
    }

    /// Normalises, and takes away p as often as the bits from 2^256 up say: `[1.01]`.
    ///
    /// With h the (floored) number of those bits, v - h p = (v - h 2^256) + h (2^224 + 2^96 - 2^64 + 1). The carries
    /// that have not reached the top limb yet change v by less than 2^216, far less than the 2^224 that come with h >= 1;
    /// with h = 0 the value stays, and with h = -1 (a carry to come) p is added: never negative.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn fold(&self) -> Fe {
        let [mut a, mut b, c, d, mut e] = self.0;
        let h = _mm512_srai_epi64::<48>(e);
        a = _mm512_add_epi64(a, h);
        // two steps: h (2^44 - 2^12) in one would be compiled to a slow 64-bit multiplication
        b = _mm512_add_epi64(b, _mm512_slli_epi64::<44>(h));
        b = _mm512_sub_epi64(b, _mm512_slli_epi64::<12>(h));
        e = _mm512_add_epi64(_mm512_and_si512(e, splat((1 << 48) - 1)), _mm512_slli_epi64::<16>(h));
        Self([a, b, c, d, e]).carry()
    }
}

/// The ten columns of a product, each below 10 * 2^52.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn product(a: &Fe, b: &Fe) -> [V; 10] {
    let mut t = [_mm512_setzero_si512(); 10];
    for i in 0..5 {
        for j in 0..5 {
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], a.0[i], b.0[j]);
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a.0[i], b.0[j]);
        }
    }
    t
}

/// The columns of a square: the mixed terms once and doubled, then the squares of the limbs.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn square(a: &Fe) -> [V; 10] {
    let mut t = [_mm512_setzero_si512(); 10];
    for i in 0..5 {
        for j in i + 1..5 {
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], a.0[i], a.0[j]);
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a.0[i], a.0[j]);
        }
    }
    for x in &mut t {
        *x = _mm512_add_epi64(*x, *x);
    }
    for i in 0..5 {
        t[2 * i] = _mm512_madd52lo_epu64(t[2 * i], a.0[i], a.0[i]);
        t[2 * i + 1] = _mm512_madd52hi_epu64(t[2 * i + 1], a.0[i], a.0[i]);
    }
    t
}

/// Divides by R mod p. Columns may be negative, up to 2^57 in size. The products read the low 52 bits of a column, which
/// are q; what is above goes to the next as a carry. `qd` holds the columns of the sum of all q D.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn reduce(mut t: [V; 10]) -> Loose {
    let d = splat(D);
    let mut qd = [_mm512_setzero_si512(); 7];
    for i in 0..5 {
        let carry = _mm512_srai_epi64::<52>(t[i]);
        qd[i + 1] = _mm512_madd52lo_epu64(qd[i + 1], t[i], d);
        qd[i + 2] = _mm512_madd52hi_epu64(qd[i + 2], t[i], d);
        t[i + 1] = _mm512_sub_epi64(_mm512_add_epi64(t[i + 1], carry), qd[i + 1]);
        t[i + 4] = _mm512_add_epi64(t[i + 4], _mm512_slli_epi64::<4>(qd[i + 1]));
    }
    t[6] = _mm512_sub_epi64(t[6], qd[6]);
    t[9] = _mm512_add_epi64(t[9], _mm512_slli_epi64::<4>(qd[6]));
    Loose([t[5], t[6], t[7], t[8], t[9]])
}

/// a^(p-3) = a^-2, by 256 squarings and 14 multiplications; 0 for 0.
///
/// p - 3 in bits: 31 ones, a zero, 128 ones, 32 zeros, 62 ones, two zeros. `eN` is a to the power 2^N - 1.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
pub(super) fn inverse_square(a: &Fe) -> Fe {
    let e2 = a.sqr().mul(a);
    let e3 = e2.sqr().mul(a);
    let e6 = e3.sqr_n(3).mul(&e3);
    let e12 = e6.sqr_n(6).mul(&e6);
    let e15 = e12.sqr_n(3).mul(&e3);
    let e30 = e15.sqr_n(15).mul(&e15);
    let e31 = e30.sqr().mul(a);
    let e32 = e31.sqr().mul(a);
    let mut x = e31.sqr_n(33).mul(&e32);
    for _ in 0..3 {
        x = x.sqr_n(32).mul(&e32);
    }
    x.sqr_n(64).mul(&e32).sqr_n(30).mul(&e30).sqr_n(2)
}
