//! Eight streams in AVX2 registers, one in each 32-bit lane.
#![allow(unsafe_code)] // vector instructions
#![allow(clippy::indexing_slicing)] // constant indices into arrays of constant length

use std::arch::asm;
use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_and_si256, _mm256_loadu_si256, _mm256_permute2x128_si256, _mm256_set1_epi32,
    _mm256_setr_epi8, _mm256_shuffle_epi8, _mm256_slli_epi32, _mm256_srli_epi32, _mm256_storeu_si256,
    _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64, _mm256_xor_si256,
};

use super::{BLOCK, Blocks, Engine};
use crate::sm3::rounds::{self, WORDS, Word};

/// Proof that this processor has AVX2: there is no other way to get one than [`Avx2::detect`].
#[derive(Clone, Copy)]
pub(in crate::sm3) struct Avx2(());

impl Avx2 {
    pub(in crate::sm3) fn detect() -> Option<Self> {
        std::is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

impl Engine<8> for Avx2 {
    fn compress(self, state: &mut [[u32; 8]; 8], streams: &[Blocks<'_>; 8]) {
        // SAFETY: `self` exists, so AVX2 was found.
        unsafe { compress(state, streams) }
    }
}

#[target_feature(enable = "avx2")]
fn compress(state: &mut [[u32; 8]; 8], streams: &[Blocks<'_>; 8]) {
    // SAFETY: 32 bytes are read from each array of 32 bytes; no alignment is needed.
    let mut words = state.map(|row| Eight(unsafe { _mm256_loadu_si256(row.as_ptr().cast()) }));
    let count = streams.iter().map(|stream| stream.len()).min().unwrap_or(0);
    for block in 0..count {
        let rows = streams.map(|stream| &stream[block]);
        rounds::compress(&mut words, transpose(&rows));
    }
    for (row, word) in state.iter_mut().zip(words) {
        // SAFETY: 32 bytes are written to an array of 32 bytes; no alignment is needed.
        unsafe { _mm256_storeu_si256(row.as_mut_ptr().cast(), word.0) }
    }
}

/// The words of eight blocks: the first words in the first register, and so on.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose(rows: &[&[u8; BLOCK]; 8]) -> [Eight; WORDS] {
    let swap = _mm256_setr_epi8(
        3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, //
        3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
    );
    let mut words = [Eight(_mm256_set1_epi32(0)); WORDS];
    for half in 0..2 {
        let r = rows.map(|row| {
            // SAFETY: 32 bytes are read from the first or the second half of 64; no alignment is needed.
            let bytes = unsafe { _mm256_loadu_si256(row[32 * half..][..32].as_ptr().cast()) };
            _mm256_shuffle_epi8(bytes, swap)
        });
        let mut columns = [r[0]; 8];
        for group in 0..2 {
            let row = 4 * group;
            let low = [
                _mm256_unpacklo_epi32(r[row], r[row + 1]),
                _mm256_unpacklo_epi32(r[row + 2], r[row + 3]),
            ];
            let high = [
                _mm256_unpackhi_epi32(r[row], r[row + 1]),
                _mm256_unpackhi_epi32(r[row + 2], r[row + 3]),
            ];
            columns[row] = _mm256_unpacklo_epi64(low[0], low[1]);
            columns[row + 1] = _mm256_unpackhi_epi64(low[0], low[1]);
            columns[row + 2] = _mm256_unpacklo_epi64(high[0], high[1]);
            columns[row + 3] = _mm256_unpackhi_epi64(high[0], high[1]);
        }
        for column in 0..4 {
            let (upper, lower) = (columns[column], columns[column + 4]);
            words[8 * half + column] = Eight(_mm256_permute2x128_si256::<0x20>(upper, lower));
            words[8 * half + column + 4] = Eight(_mm256_permute2x128_si256::<0x31>(upper, lower));
        }
    }
    words
}

/// Eight words. Made and used only under the AVX2 target feature.
#[derive(Clone, Copy)]
struct Eight(__m256i);

impl Eight {
    /// Rotates left by eight, which moves bytes.
    #[inline(always)]
    fn rotate_byte(self) -> Self {
        // SAFETY: whoever has an `Eight` runs with AVX2.
        unsafe {
            let bytes = _mm256_setr_epi8(
                3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14, //
                3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14,
            );
            Self(_mm256_shuffle_epi8(self.0, bytes))
        }
    }
}

/// A sum that the compiler does not put elsewhere.
#[inline]
#[target_feature(enable = "avx2")]
fn add_here(one: __m256i, two: __m256i) -> __m256i {
    let sum;
    // SAFETY: adds registers, and touches nothing else.
    unsafe {
        asm!("vpaddd {}, {}, {}", lateout(ymm_reg) sum, in(ymm_reg) one, in(ymm_reg) two, options(pure, nomem, nostack, preserves_flags));
    }
    sum
}

impl Word for Eight {
    #[inline(always)]
    fn splat(value: u32) -> Self {
        // SAFETY: called by the rounds alone, under AVX2.
        Self(unsafe { _mm256_set1_epi32(value.cast_signed()) })
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: whoever has an `Eight` runs with AVX2.
        Self(unsafe { _mm256_add_epi32(self.0, other.0) })
    }

    #[inline(always)]
    fn add_first(self, other: Self) -> Self {
        // SAFETY: as above.
        Self(unsafe { add_here(self.0, other.0) })
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: as above.
        Self(unsafe { _mm256_xor_si256(self.0, other.0) })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: as above.
        Self(unsafe { _mm256_and_si256(self.0, other.0) })
    }

    #[inline(always)]
    fn rotate<const L: i32, const R: i32>(self) -> Self {
        // SAFETY: as above.
        unsafe {
            let (left, right) = (_mm256_slli_epi32::<L>(self.0), _mm256_srli_epi32::<R>(self.0));
            Self(_mm256_xor_si256(left, right))
        }
    }

    // A rotation takes three instructions, one by eight takes one: P0 and P1 rotate by two numbers that differ by eight.
    #[inline(always)]
    fn p1(self) -> Self {
        self.xor(self.xor(self.rotate_byte()).rotate::<15, 17>())
    }
}
