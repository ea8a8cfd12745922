//! Multiplication for every processor: 128-bit products, which AArch64 has as `mul` and `umulh`.
#![allow(clippy::indexing_slicing)] // constant indices into arrays of four and eight

use super::{Arithmetic, FieldElement, P};
use crate::curve::limbs::{self, adc, mac, sbb};

/// The arithmetic that runs everywhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Portable;

impl Arithmetic for Portable {
    #[inline(always)]
    fn mul(a: &FieldElement, b: &FieldElement) -> FieldElement {
        reduce(&limbs::wide_mul(&a.0, &b.0))
    }

    #[inline(always)]
    fn square(a: &FieldElement) -> FieldElement {
        reduce(&wide_square(&a.0))
    }
}

/// Six products are doubled instead of computed twice.
#[inline(always)]
fn wide_square(a: &limbs::Limbs) -> [u64; 8] {
    let (t1, c) = mac(0, a[0], a[1], 0);
    let (t2, c) = mac(0, a[0], a[2], c);
    let (t3, t4) = mac(0, a[0], a[3], c);
    let (t3, c) = mac(t3, a[1], a[2], 0);
    let (t4, t5) = mac(t4, a[1], a[3], c);
    let (t5, t6) = mac(t5, a[2], a[3], 0);

    let t7 = t6 >> 63;
    let t6 = (t6 << 1) | (t5 >> 63);
    let t5 = (t5 << 1) | (t4 >> 63);
    let t4 = (t4 << 1) | (t3 >> 63);
    let t3 = (t3 << 1) | (t2 >> 63);
    let t2 = (t2 << 1) | (t1 >> 63);
    let t1 = t1 << 1;

    let (t0, h) = mac(0, a[0], a[0], 0);
    let (t1, c) = adc(t1, h, 0);
    let (l, h) = mac(0, a[1], a[1], 0);
    let (t2, c) = adc(t2, l, c);
    let (t3, c) = adc(t3, h, c);
    let (l, h) = mac(0, a[2], a[2], 0);
    let (t4, c) = adc(t4, l, c);
    let (t5, c) = adc(t5, h, c);
    let (l, h) = mac(0, a[3], a[3], 0);
    let (t6, c) = adc(t6, l, c);
    let (t7, _) = adc(t7, h, c);
    [t0, t1, t2, t3, t4, t5, t6, t7]
}

/// `t / 2^256` modulo p, for `t < p^2`.
///
/// `-p^-1` modulo `2^64` is 1, so the lowest limb `m` is itself the multiple of p to add, and
/// `m * (p + 1) / 2^64 = m * (2^192 - 2^160 - 2^32 + 1)` takes shifts and subtractions only.
#[inline(always)]
fn reduce(t: &[u64; 8]) -> FieldElement {
    let low = round([t[0], t[1], t[2], t[3]]);
    let low = round(low);
    let low = round(low);
    let low = round(low);
    let (sum, carry) = limbs::add(&low, &[t[4], t[5], t[6], t[7]]);
    FieldElement(limbs::reduce_once(&sum, carry, &P))
}

#[inline(always)]
fn round([m, t1, t2, t3]: limbs::Limbs) -> limbs::Limbs {
    let (low, high) = (m << 32, m >> 32);
    let (v0, b) = sbb(m, low, 0);
    let (v1, b) = sbb(0, high, b);
    let (v2, b) = sbb(0, low, b);
    let (v3, _) = sbb(m, high, b);
    let (r0, c) = adc(t1, v0, 0);
    let (r1, c) = adc(t2, v1, c);
    let (r2, c) = adc(t3, v2, c);
    let (r3, _) = adc(v3, 0, c);
    [r0, r1, r2, r3]
}
