//! The little that the lanes need mod n, one scalar at a time.
//!
//! Constant time: [`odd`]. The rest serves verification and is not asked to be.
#![allow(clippy::indexing_slicing)] // constant indices into arrays of constant length

use super::lanes::Words;
use crate::curve::barrier;

/// The order of the group (GB/T 32918.5).
pub(super) const N: Words = [
    0x53bb_f409_39d5_4123,
    0x7203_df6b_21c6_052b,
    0xffff_ffff_ffff_ffff,
    0xffff_fffe_ffff_ffff,
];
/// The prime of the field.
pub(super) const P: Words = [
    0xffff_ffff_ffff_ffff,
    0xffff_ffff_0000_0000,
    0xffff_ffff_ffff_ffff,
    0xffff_fffe_ffff_ffff,
];

/// k if it is odd, n - k if it is even: n is odd.
pub(super) fn odd(k: &Words) -> Words {
    let (other, _) = sub(&N, k);
    let keep = barrier::mask(0u64.wrapping_sub(k[0] & 1));
    std::array::from_fn(|i| (k[i] & keep) | (other[i] & !keep))
}

/// a + b mod n, for a and b below n.
pub(super) fn add_mod(a: &Words, b: &Words) -> Words {
    let (sum, carry) = add(a, b);
    let (less, borrow) = sub(&sum, &N);
    if carry || !borrow { less } else { sum }
}

/// a - b mod n, for a and b below n.
pub(super) fn sub_mod(a: &Words, b: &Words) -> Words {
    let (difference, borrow) = sub(a, b);
    if borrow { add(&difference, &N).0 } else { difference }
}

/// a mod n for any a: 2^256 is below 2 n.
pub(super) fn reduce(a: &Words) -> Words {
    let (less, borrow) = sub(a, &N);
    if borrow { *a } else { less }
}

pub(super) fn add(a: &Words, b: &Words) -> (Words, bool) {
    let mut carry = false;
    let sum = std::array::from_fn(|i| {
        let (x, c) = a[i].overflowing_add(b[i]);
        let (x, d) = x.overflowing_add(u64::from(carry));
        carry = c | d;
        x
    });
    (sum, carry)
}

pub(super) fn sub(a: &Words, b: &Words) -> (Words, bool) {
    let mut borrow = false;
    let difference = std::array::from_fn(|i| {
        let (x, c) = a[i].overflowing_sub(b[i]);
        let (x, d) = x.overflowing_sub(u64::from(borrow));
        borrow = c | d;
        x
    });
    (difference, borrow)
}
