//! Integers of 256 bits as four limbs of 64 bits, least significant first. Everything here is branch-free.
#![allow(clippy::indexing_slicing)] // constant indices into arrays of four
#![allow(clippy::cast_possible_truncation)] // the halves of a product are taken on purpose

use super::barrier;

/// A 256-bit integer, least significant limb first.
pub(crate) type Limbs = [u64; 4];

pub(crate) const ZERO: Limbs = [0; 4];

pub(crate) const fn from_be_bytes(bytes: &[u8; 32]) -> Limbs {
    let mut limbs = ZERO;
    let mut i = 0;
    while i < 32 {
        limbs[3 - i / 8] = (limbs[3 - i / 8] << 8) | bytes[i] as u64;
        i += 1;
    }
    limbs
}

pub(crate) fn to_be_bytes(limbs: &Limbs) -> [u8; 32] {
    let mut bytes = [0; 32];
    write_be_bytes(limbs, &mut bytes);
    bytes
}

pub(crate) fn write_be_bytes(limbs: &Limbs, place: &mut [u8; 32]) {
    for (chunk, limb) in place.chunks_exact_mut(8).zip(limbs.iter().rev()) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
}

/// `a + b + carry`, and the carry out of it. LLVM joins the carries of a chain through the intrinsic only.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn adc(a: u64, b: u64, carry: u8) -> (u64, u8) {
    let mut sum = 0;
    let carry = core::arch::x86_64::_addcarry_u64(carry, a, b, &mut sum);
    (sum, carry)
}

/// `a - b - borrow`, and the borrow out of it.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn sbb(a: u64, b: u64, borrow: u8) -> (u64, u8) {
    let mut difference = 0;
    let borrow = core::arch::x86_64::_subborrow_u64(borrow, a, b, &mut difference);
    (difference, borrow)
}

/// `a + b + carry`, and the carry out of it.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn adc(a: u64, b: u64, carry: u8) -> (u64, u8) {
    let sum = u128::from(a) + u128::from(b) + u128::from(carry);
    (sum as u64, (sum >> 64) as u8)
}

/// `a - b - borrow`, and the borrow out of it.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn sbb(a: u64, b: u64, borrow: u8) -> (u64, u8) {
    let (difference, first) = a.overflowing_sub(b);
    let (difference, second) = difference.overflowing_sub(u64::from(borrow));
    (difference, u8::from(first) | u8::from(second))
}

/// `acc + a * b + carry` as (low, high); it cannot overflow.
#[inline(always)]
pub(crate) fn mac(acc: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let t = u128::from(a) * u128::from(b) + u128::from(acc) + u128::from(carry);
    (t as u64, (t >> 64) as u64)
}

/// The sum modulo `2^256`, and the carry.
#[inline(always)]
pub(crate) fn add(a: &Limbs, b: &Limbs) -> (Limbs, u8) {
    let (r0, c) = adc(a[0], b[0], 0);
    let (r1, c) = adc(a[1], b[1], c);
    let (r2, c) = adc(a[2], b[2], c);
    let (r3, c) = adc(a[3], b[3], c);
    ([r0, r1, r2, r3], c)
}

/// The difference modulo `2^256`, and the borrow.
#[inline(always)]
pub(crate) fn sub(a: &Limbs, b: &Limbs) -> (Limbs, u8) {
    let (r0, c) = sbb(a[0], b[0], 0);
    let (r1, c) = sbb(a[1], b[1], c);
    let (r2, c) = sbb(a[2], b[2], c);
    let (r3, c) = sbb(a[3], b[3], c);
    ([r0, r1, r2, r3], c)
}

/// `a` where `mask` is all ones, `b` where it is zero.
#[inline(always)]
pub(crate) fn select(mask: u64, a: &Limbs, b: &Limbs) -> Limbs {
    [
        b[0] ^ (mask & (a[0] ^ b[0])),
        b[1] ^ (mask & (a[1] ^ b[1])),
        b[2] ^ (mask & (a[2] ^ b[2])),
        b[3] ^ (mask & (a[3] ^ b[3])),
    ]
}

/// All ones if `x` is zero, else zero.
#[inline(always)]
pub(crate) fn is_zero_mask(x: u64) -> u64 {
    // The top bit of `x | -x` is set for every x but zero.
    barrier::mask(((x | x.wrapping_neg()) >> 63).wrapping_sub(1))
}

/// All ones if the integer is zero, else zero.
#[inline(always)]
pub(crate) fn is_zero(a: &Limbs) -> u64 {
    is_zero_mask(a[0] | a[1] | a[2] | a[3])
}

/// `a + b` modulo `m`, for `a` and `b` below `m`.
#[inline(always)]
pub(crate) fn add_mod(a: &Limbs, b: &Limbs, m: &Limbs) -> Limbs {
    let (sum, carry) = add(a, b);
    reduce_once(&sum, carry, m)
}

/// `carry * 2^256 + a` minus `m` unless that is negative.
#[inline(always)]
pub(crate) fn reduce_once(a: &Limbs, carry: u8, m: &Limbs) -> Limbs {
    let (reduced, borrow) = sub(a, m);
    // 0 - 1 where there was a borrow and no carry to pay for it.
    let (negative, _) = sbb(u64::from(carry), 0, borrow);
    select(negative, a, &reduced)
}

/// `a - b` modulo `m`, for `a` and `b` below `m`.
#[inline(always)]
pub(crate) fn sub_mod(a: &Limbs, b: &Limbs, m: &Limbs) -> Limbs {
    let (difference, borrow) = sub(a, b);
    let mask = 0_u64.wrapping_sub(u64::from(borrow));
    add(&difference, &[m[0] & mask, m[1] & mask, m[2] & mask, m[3] & mask]).0
}

/// The product, eight limbs.
#[inline(always)]
pub(crate) fn wide_mul(a: &Limbs, b: &Limbs) -> [u64; 8] {
    let mut t = [0; 8];
    for i in 0..4 {
        let mut carry = 0;
        for j in 0..4 {
            (t[i + j], carry) = mac(t[i + j], a[j], b[i], carry);
        }
        t[i + 4] = carry;
    }
    t
}
