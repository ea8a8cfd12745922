//! Multiples of the generator for secret scalars, eight at once.
//!
//! Constant time: every lane reads every table entry's register (the choice is made by permutes and blends, never by an
//! address), signs are applied by masks, and the one exceptional addition is computed always and taken by a mask.
//!
//! **Digits** are those of [`digits`], for odd k. An even k is replaced by n - k, which is odd, and the result's y by -y.
//! No digit is 0, so no addition meets the point at infinity.
//!
//! **Exceptions.** The sum over windows below i is odd and below 2^(W i) in size, so it is never plus or minus
//! d_i 2^(W i) as an integer; both are too small to be equal mod n before the last window. There, with T = d 2^(W (m-1))
//! the last term, the sum so far equals T mod n only if k = 2 T - n (and never -T, as k is not 0): one k and its n - k
//! for each T, of which only the greatest T fits its own digits. The last addition is therefore complete for doubling.
#![allow(clippy::indexing_slicing)] // constant or counted indices into arrays of constant length

use super::field::{Fe, V};
use super::lanes::{Words, digits, load, window, wipe, words};
use super::point::{Affine, Jacobian, curve_a, normalize};
use super::scalar;
use std::arch::x86_64::*;
use std::sync::OnceLock;

/// Bits of a window. Measured with 6, 7 and 8: 795, 704 and 748 ns for each of 128 nonces (Zen 5, quiet rounds of one run);
/// the table takes 110, 190 and 330 kB.
const W: usize = 7;
const WINDOWS: usize = 256usize.div_ceil(W);
const ENTRIES: usize = 1 << (W - 1);

/// Entry j of window i is (2 j + 1) 2^(W i) G: the limbs of x, then of y, each with all entries in a row, so that one
/// limb of all entries is a few registers.
#[repr(C, align(64))]
pub(super) struct Window([[u64; ENTRIES]; 10]);

/// Made at the first use, in about 0.2 ms, from the generator, rather than kept as a file of 190 kB in the repository and
/// in the binary, which nobody could review.
static TABLE: OnceLock<Vec<Window>> = OnceLock::new();

/// Points k G of which y has the wrong sign in the lanes of `minus`. k is in [1, n-1].
pub(super) struct Multiples {
    pub(super) point: Jacobian,
    pub(super) minus: __mmask8,
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
pub(super) fn multiply(k: &[[u8; 32]; 8]) -> Multiples {
    let (mut b, minus) = recode(k);
    let table = table();
    let mut term = Affine::zero();
    let sign = select(&mut term, &table[0], window::<W>(&b, 0));
    term.y = Fe::select(sign, &term.y.negative(), &term.y);
    let mut sum = term.to_jacobian();
    for (i, entries) in (1..).zip(&table[1..WINDOWS - 1]) {
        let sign = select(&mut term, entries, window::<W>(&b, i));
        sum.add_affine(&term, sign);
    }
    select(&mut term, &table[WINDOWS - 1], window::<W>(&b, WINDOWS - 1)); // the last digit is positive
    let equal = sum.add_affine(&term, 0).is_zero();
    let mut doubled = term.to_jacobian();
    doubled.double_last(&curve_a());
    let point = Jacobian::select(equal, &doubled, &sum);
    wipe(&mut b);
    wipe(&mut term);
    wipe(&mut sum);
    wipe(&mut doubled);
    Multiples { point, minus }
}

/// The digits for each lane, and the lanes where k was even.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn recode(k: &[[u8; 32]; 8]) -> ([V; 5], __mmask8) {
    let mut lanes: [Words; 8] = std::array::from_fn(|i| words(&k[i]));
    let (mut odd, even) = odd(&load(&lanes));
    wipe(&mut lanes);
    let b = digits::<W>(&odd);
    wipe(&mut odd);
    (b, even)
}

/// k where it is odd, n - k where it is even, and the lanes of the latter.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn odd(k: &[V; 4]) -> ([V; 4], __mmask8) {
    let even = _mm512_testn_epi64_mask(k[0], _mm512_set1_epi64(1));
    let mut borrow = 0;
    let odd = std::array::from_fn(|i| {
        let n = _mm512_set1_epi64(scalar::N[i].cast_signed());
        let less = _mm512_sub_epi64(n, k[i]);
        let less = _mm512_mask_sub_epi64(less, borrow, less, _mm512_set1_epi64(1));
        borrow = _mm512_cmpgt_epu64_mask(k[i], n) | (_mm512_cmpeq_epi64_mask(k[i], n) & borrow);
        _mm512_mask_mov_epi64(k[i], even, less)
    });
    (odd, even)
}

/// Puts the entry for each lane's digit, without its sign, into `term`; gives the lanes where the digit is negative.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn select(term: &mut Affine, entries: &Window, digit: V) -> __mmask8 {
    let minus = _mm512_testn_epi64_mask(digit, _mm512_set1_epi64(ENTRIES as i64));
    // c counts up from d = 1, or down from d = -1
    let index = _mm512_mask_xor_epi64(digit, minus, digit, _mm512_set1_epi64(-1));
    let bits: [__mmask8; W] = std::array::from_fn(|i| _mm512_test_epi64_mask(index, _mm512_set1_epi64(1 << i)));
    let limb = |i: usize| choose(&entries.0[i], index, &bits);
    term.x = Fe(std::array::from_fn(limb));
    term.y = Fe(std::array::from_fn(|i| limb(i + 5)));
    minus
}

/// Word `index` of the row, for each lane: 16 words by one permute, the rest by blends on the index's higher bits.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn choose(row: &[u64; ENTRIES], index: V, bits: &[__mmask8; W]) -> V {
    let mut level: [V; ENTRIES / 16] = std::array::from_fn(|i| {
        let (chunks, _) = row.as_chunks::<8>();
        _mm512_permutex2var_epi64(eight(&chunks[2 * i]), index, eight(&chunks[2 * i + 1]))
    });
    let mut width = ENTRIES / 16;
    for bit in &bits[4..W - 1] {
        width /= 2;
        for i in 0..width {
            level[i] = _mm512_mask_mov_epi64(level[2 * i], *bit, level[2 * i + 1]);
        }
    }
    level[0]
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn eight(words: &[u64; 8]) -> V {
    // SAFETY: the array is 64 bytes, and the load needs no alignment.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

fn table() -> &'static [Window] {
    // SAFETY: called only from functions that have these features.
    TABLE.get_or_init(|| unsafe { make_table() })
}

/// Eight windows at a time, one in each lane. No addition here is exceptional: (2 j - 1) B and 2 B differ for j > 0.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
pub(super) fn make_table() -> Vec<Window> {
    let a = curve_a();
    let mut bases = vec![Affine::generator().to_jacobian(); WINDOWS.div_ceil(8)];
    let (mut p, mut w) = (Affine::generator().to_jacobian(), a);
    for i in 0..WINDOWS {
        bases[i / 8] = Jacobian::select(1 << (i % 8), &p, &bases[i / 8]);
        for _ in 0..W {
            p.double(&mut w);
        }
    }
    let bases = normalize(&bases);
    let twice: Vec<_> = bases.iter().map(|b| b.to_jacobian().twice(&a)).collect();
    let mut multiples = Vec::with_capacity(bases.len() * ENTRIES);
    for (base, twice) in bases.iter().zip(normalize(&twice)) {
        let mut p = base.to_jacobian();
        for _ in 0..ENTRIES {
            multiples.push(p);
            p.add_affine(&twice, 0);
        }
    }
    let mut table: Vec<Window> = (0..WINDOWS).map(|_| Window([[0; ENTRIES]; 10])).collect();
    for (i, point) in normalize(&multiples).iter().enumerate() {
        for (limb, v) in point.x.0.iter().chain(&point.y.0).enumerate() {
            let mut lanes = [0u64; 8];
            // SAFETY: the array is 64 bytes, and the store needs no alignment.
            unsafe { _mm512_storeu_si512(lanes.as_mut_ptr().cast(), *v) };
            for (window, word) in table.iter_mut().skip(i / ENTRIES * 8).zip(lanes) {
                window.0[limb][i % ENTRIES] = word;
            }
        }
    }
    table
}
