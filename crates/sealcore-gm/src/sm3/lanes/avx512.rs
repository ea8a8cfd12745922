//! Sixteen streams in AVX-512 registers, one in each 32-bit lane.
#![allow(unsafe_code)] // vector instructions
#![allow(clippy::indexing_slicing)] // constant indices into arrays of constant length

use std::arch::asm;
use std::arch::x86_64::{
    __m512i, _mm_setr_epi8, _mm512_add_epi32, _mm512_and_si512, _mm512_broadcast_i32x4, _mm512_loadu_si512,
    _mm512_rol_epi32, _mm512_set1_epi32, _mm512_shuffle_epi8, _mm512_shuffle_i32x4, _mm512_storeu_si512,
    _mm512_ternarylogic_epi32, _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32,
    _mm512_unpacklo_epi64, _mm512_xor_si512,
};

use super::{BLOCK, Blocks, Engine, LANES};
use crate::sm3::rounds::{self, WORDS, Word};

/// Proof that this processor has AVX-512 F and BW: there is no other way to get one than [`Avx512::detect`].
#[derive(Clone, Copy)]
pub(in crate::sm3) struct Avx512(());

impl Avx512 {
    pub(in crate::sm3) fn detect() -> Option<Self> {
        let found = std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512bw");
        found.then_some(Self(()))
    }
}

impl Engine<LANES> for Avx512 {
    fn compress(self, state: &mut [[u32; LANES]; 8], streams: &[Blocks<'_>; LANES]) {
        // SAFETY: `self` exists, so AVX-512 F and BW were found.
        unsafe { compress(state, streams) }
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn compress(state: &mut [[u32; LANES]; 8], streams: &[Blocks<'_>; LANES]) {
    // SAFETY: 64 bytes are read from each array of 64 bytes; no alignment is needed.
    let mut words = state.map(|row| Sixteen(unsafe { _mm512_loadu_si512(row.as_ptr().cast()) }));
    let count = streams.iter().map(|stream| stream.len()).min().unwrap_or(0);
    for block in 0..count {
        let rows = streams.map(|stream| &stream[block]);
        rounds::compress(&mut words, transpose(&rows));
    }
    for (row, word) in state.iter_mut().zip(words) {
        // SAFETY: 64 bytes are written to an array of 64 bytes; no alignment is needed.
        unsafe { _mm512_storeu_si512(row.as_mut_ptr().cast(), word.0) }
    }
}

/// The words of sixteen blocks: the first words in the first register, and so on.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn transpose(rows: &[&[u8; BLOCK]; LANES]) -> [Sixteen; WORDS] {
    let swap = _mm512_broadcast_i32x4(_mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
    let r = rows.map(|row| {
        // SAFETY: 64 bytes are read from an array of 64 bytes; no alignment is needed.
        let bytes = unsafe { _mm512_loadu_si512(row.as_ptr().cast()) };
        _mm512_shuffle_epi8(bytes, swap)
    });
    // Within four rows: `columns[4 * group + n]` holds, in its 128-bit part `q`, the words `4 * q + n` of the group's rows.
    let mut columns = r;
    for group in 0..4 {
        let row = 4 * group;
        let low = [
            _mm512_unpacklo_epi32(r[row], r[row + 1]),
            _mm512_unpacklo_epi32(r[row + 2], r[row + 3]),
        ];
        let high = [
            _mm512_unpackhi_epi32(r[row], r[row + 1]),
            _mm512_unpackhi_epi32(r[row + 2], r[row + 3]),
        ];
        columns[row] = _mm512_unpacklo_epi64(low[0], low[1]);
        columns[row + 1] = _mm512_unpackhi_epi64(low[0], low[1]);
        columns[row + 2] = _mm512_unpacklo_epi64(high[0], high[1]);
        columns[row + 3] = _mm512_unpackhi_epi64(high[0], high[1]);
    }
    // Then the 128-bit parts themselves.
    let mut words = [Sixteen(_mm512_set1_epi32(0)); WORDS];
    for n in 0..4 {
        let even_upper = _mm512_shuffle_i32x4::<0x88>(columns[n], columns[n + 4]);
        let odd_upper = _mm512_shuffle_i32x4::<0xdd>(columns[n], columns[n + 4]);
        let even_lower = _mm512_shuffle_i32x4::<0x88>(columns[n + 8], columns[n + 12]);
        let odd_lower = _mm512_shuffle_i32x4::<0xdd>(columns[n + 8], columns[n + 12]);
        words[n] = Sixteen(_mm512_shuffle_i32x4::<0x88>(even_upper, even_lower));
        words[n + 4] = Sixteen(_mm512_shuffle_i32x4::<0x88>(odd_upper, odd_lower));
        words[n + 8] = Sixteen(_mm512_shuffle_i32x4::<0xdd>(even_upper, even_lower));
        words[n + 12] = Sixteen(_mm512_shuffle_i32x4::<0xdd>(odd_upper, odd_lower));
    }
    words
}

/// Sixteen words. Made and used only under the AVX-512 target features.
#[derive(Clone, Copy)]
struct Sixteen(__m512i);

/// A sum that the compiler does not put elsewhere.
#[inline]
#[target_feature(enable = "avx512f")]
fn add_here(one: __m512i, two: __m512i) -> __m512i {
    let sum;
    // SAFETY: adds registers, and touches nothing else.
    unsafe {
        asm!("vpaddd {}, {}, {}", lateout(zmm_reg) sum, in(zmm_reg) one, in(zmm_reg) two, options(pure, nomem, nostack, preserves_flags));
    }
    sum
}

impl Word for Sixteen {
    #[inline(always)]
    fn splat(value: u32) -> Self {
        // SAFETY: called by the rounds alone, under AVX-512.
        Self(unsafe { _mm512_set1_epi32(value.cast_signed()) })
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: whoever has a `Sixteen` runs with AVX-512.
        Self(unsafe { _mm512_add_epi32(self.0, other.0) })
    }

    #[inline(always)]
    fn add_first(self, other: Self) -> Self {
        // SAFETY: as above.
        Self(unsafe { add_here(self.0, other.0) })
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: as above.
        Self(unsafe { _mm512_xor_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: as above.
        Self(unsafe { _mm512_and_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn rotate<const L: i32, const R: i32>(self) -> Self {
        // SAFETY: as above.
        Self(unsafe { _mm512_rol_epi32::<L>(self.0) })
    }

    // The immediate is the truth table of the function, `self` its highest variable.
    #[inline(always)]
    fn xor3(self, y: Self, z: Self) -> Self {
        // SAFETY: as above.
        Self(unsafe { _mm512_ternarylogic_epi32::<0x96>(self.0, y.0, z.0) })
    }

    #[inline(always)]
    fn majority(self, y: Self, z: Self) -> Self {
        // SAFETY: as above.
        Self(unsafe { _mm512_ternarylogic_epi32::<0xe8>(self.0, y.0, z.0) })
    }

    #[inline(always)]
    fn choose(self, y: Self, z: Self) -> Self {
        // SAFETY: as above.
        Self(unsafe { _mm512_ternarylogic_epi32::<0xca>(self.0, y.0, z.0) })
    }
}
