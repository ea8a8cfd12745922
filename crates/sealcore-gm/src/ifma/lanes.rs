//! Between eight big-endian integers and vectors of their words; and wiping of what was secret.
//!
//! Constant time.
#![allow(clippy::indexing_slicing)] // constant indices into arrays of constant length

use super::field::V;
use std::arch::x86_64::*;
use std::sync::atomic::{Ordering, compiler_fence};

/// A 256-bit integer, low word first.
pub(super) type Words = [u64; 4];

pub(super) fn words(bytes: &[u8; 32]) -> Words {
    let (chunks, _) = bytes.as_chunks::<8>();
    std::array::from_fn(|i| u64::from_be_bytes(chunks[3 - i]))
}

/// One vector for each word: lane i holds integer i.
#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn load(lanes: &[Words; 8]) -> [V; 4] {
    std::array::from_fn(|w| {
        let [a, b, c, d, e, f, g, h] = lanes.map(|x| x[w].cast_signed());
        _mm512_set_epi64(h, g, f, e, d, c, b, a)
    })
}

#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn store(v: &[V; 4]) -> [[u8; 32]; 8] {
    let mut out = [[0; 32]; 8];
    for (w, v) in v.iter().enumerate() {
        let mut lanes = [0u64; 8];
        // SAFETY: the array is 64 bytes, and the store needs no alignment.
        unsafe { _mm512_storeu_si512(lanes.as_mut_ptr().cast(), *v) };
        for (bytes, word) in out.iter_mut().zip(lanes) {
            bytes.as_chunks_mut::<8>().0[3 - w] = word.to_be_bytes();
        }
    }
    out
}

/// Odd signed digits of odd integers k: k is the sum of d_i 2^(W i) over m = ceil(256/W) windows, each d_i odd and below
/// 2^W in size. The result, b = (k >> 1) + 2^(W m - 1), has them as its windows: bits c stand for 2 c - (2^W - 1), so the
/// top bit is the sign (set: positive), and the topmost digit is positive.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
pub(super) fn digits<const W: usize>(k: &[V; 4]) -> [V; 5] {
    let zero = _mm512_setzero_si512();
    let half = |low, high| _mm512_or_si512(_mm512_srli_epi64::<1>(low), _mm512_slli_epi64::<63>(high));
    let mut b = [
        half(k[0], k[1]),
        half(k[1], k[2]),
        half(k[2], k[3]),
        half(k[3], zero),
        zero,
    ];
    let top = W * 256usize.div_ceil(W) - 1;
    b[top / 64] = _mm512_or_si512(b[top / 64], _mm512_set1_epi64(1 << (top % 64)));
    b
}

/// Of each lane, bits W i to W i + W - 1.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
pub(super) fn window<const W: usize>(digits: &[V; 5], i: usize) -> V {
    let (word, bit) = (W * i / 64, W * i % 64);
    let mut v = _mm512_srl_epi64(digits[word], _mm_cvtsi64_si128(bit as i64));
    if bit + W > 64 {
        v = _mm512_or_si512(
            v,
            _mm512_sll_epi64(digits[word + 1], _mm_cvtsi64_si128(64 - bit as i64)),
        );
    }
    _mm512_and_si512(v, _mm512_set1_epi64((1 << W) - 1))
}

/// Overwrites with zeros in a way that the compiler keeps. Only for plain data: words and vectors.
pub(super) fn wipe<T: Plain>(x: &mut T) {
    // SAFETY: every bit pattern, zero too, is a value of a `Plain` type, and the reference is valid for writes.
    unsafe { std::ptr::write_volatile(x, std::mem::zeroed()) };
    compiler_fence(Ordering::SeqCst);
}

pub(super) fn wipe_all<T: Plain>(x: &mut [T]) {
    x.iter_mut().for_each(wipe);
}

/// Types that all-zero bytes are a value of and that own nothing.
///
/// # Safety
/// Only for those.
pub(super) unsafe trait Plain: Copy {}
// SAFETY: integers and vectors of integers.
unsafe impl Plain for u64 {}
// SAFETY: as above.
unsafe impl Plain for V {}
// SAFETY: as above.
unsafe impl Plain for super::field::Fe {}
// SAFETY: as above.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}
