//! One multiple of a point that has a table, spread over the eight lanes.
//!
//! Constant time: [`generator_multiple`]. Tables and [`double_multiple_x`] are of public values.
//!
//! Every lane reads every entry of the table into registers, at addresses that depend on nothing; masks choose. Signs are
//! masks, and no addition is exceptional.
//!
//! **Digits.** k is odd; an even k is replaced by n - k, and the result's y by -y. Lane j has the 32 bits from 32 j up of
//! b = (k >> 1) + 2^255, cut into windows of [`WIDTHS`]: bits c in a window of w bits stand for d = 2 c - (2^w - 1), which is
//! odd. A lane's digits sum up to S_j = 2 b_j - (2^32 - 1), odd and below 2^32 in size, and k is the sum of all S_j 2^(32 j).
//! No digit is 0, so no addition meets the point at infinity.
//!
//! **No addition is exceptional.** Within a lane, what was added before the window at bit o is below 2^o in size, and the
//! term is at least that: they differ as integers, in both signs, by less than n. The lanes are added in pairs (j, j + 4),
//! then (j, j + 2): sums and differences are a power of two times an odd integer below 2^225 in size, so not 0 mod n. The last
//! addition is that of A, the even lanes, to B, the odd ones. A + B is k, not 0. B - A is odd, positive since S_7 is, and below
//! 2^256, so it could be 0 mod n only by being n. Such digits are unique: those of B would be n's own, those of A the
//! negatives of n's own, whose sum over the even lanes is negative ([`LAST_SUM_DIFFERS`]). So k, which is n minus twice that
//! sum, would be above n.
#![allow(clippy::indexing_slicing)] // constant or counted indices into arrays of constant length

use super::field::{Fe, V};
use super::lanes::{Words, wipe};
use super::point::{Affine, Jacobian, curve_a, normalize};
use super::scalar;
use std::arch::x86_64::*;
use std::sync::OnceLock;

/// Bits of the windows of a lane, from the lowest up.
const WIDTHS: [usize; 6] = [6, 6, 5, 5, 5, 5];
const ENTRIES: usize = start(WIDTHS.len());

/// The first entry of a window, and behind the last window the number of all.
const fn start(window: usize) -> usize {
    let (mut sum, mut i) = (0, 0);
    while i < window {
        sum += 1 << (WIDTHS[i] - 1);
        i += 1;
    }
    sum
}

const LANES_ARE_FULL: () = assert!(bit(WIDTHS.len()) == 32);

/// Lane 6 of n has a negative sum, since the top one of its 32 bits of n >> 1 is not set, and outweighs lanes 0 to 4.
const LAST_SUM_DIFFERS: () = assert!(scalar::N[3] >> 32 & 1 == 0);

/// (2 j + 1) 2^(32 lane + o) P for the j and o of its place, in each lane: the words of x, then of y, in the field's form.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Entry([[u64; 8]; 8]);

/// All entries of the first window, then of the second, and so on.
pub(crate) type Table = [Entry; ENTRIES];

/// Made at the first use, as that of [`super::comb`].
static GENERATOR: OnceLock<Box<Table>> = OnceLock::new();

/// X, Y, Z of k G, for k in [1, n-1], as words in Montgomery form with 2^256.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
pub(super) fn generator_multiple(k: &Words) -> [Words; 3] {
    const { LAST_SUM_DIFFERS };
    let (mut sum, minus) = sums(generator(), k);
    sum = folded(&sum);
    let y = Fe::select(minus, &sum.y.negative(), &sum.y);
    let out = [&sum.x, &y, &sum.z].map(|coordinate| first_lane(&coordinate.to_words_256()));
    wipe(&mut sum);
    out
}

/// X and Z of s G + t P or of its negative, for public s and t in [1, n-1] and the table of P, as [`generator_multiple`] gives
/// them; none for infinity, and where equal or opposite points met, which makes every Z from there on 0.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
pub(super) fn double_multiple_x(s: &Words, t: &Words, table: &Table) -> Option<[Words; 2]> {
    let (g, g_minus) = sums(generator(), s);
    let (mut p, p_minus) = sums(table, t);
    p.y = Fe::select(g_minus ^ p_minus, &p.y.negative(), &p.y);
    let sum = folded(&g.add(&p));
    let [x, z] = [sum.x, sum.z].map(|coordinate| first_lane(&coordinate.to_words_256()));
    (z != [0; 4]).then_some([x, z])
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn generator() -> &'static Table {
    GENERATOR.get_or_init(|| table(&Affine::generator()))
}

/// The sum of all lanes, in each.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn folded(lanes: &Jacobian) -> Jacobian {
    let sum = lanes.add(&lanes.rotated::<4>());
    let sum = sum.add(&sum.rotated::<2>());
    sum.add(&sum.rotated::<1>())
}

/// S_j 2^(32 j) P in lane j; all lanes or none in the mask, where the sum of all is -k P.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn sums(table: &Table, k: &Words) -> (Jacobian, __mmask8) {
    const { LANES_ARE_FULL };
    let minus = 0u8.wrapping_sub(u8::from(k[0] & 1 == 0));
    let mut odd = scalar::odd(k);
    let half: Words = std::array::from_fn(|i| odd[i] >> 1 | odd.get(i + 1).map_or(1, |next| next & 1) << 63);
    // SAFETY: the array is 32 bytes, and the load needs no alignment.
    let mut b = _mm512_cvtepu32_epi64(unsafe { _mm256_loadu_si256(half.as_ptr().cast()) });
    let (first, first_minus) = select::<0>(table, b);
    let (second, second_minus) = select::<1>(table, b);
    let mut sum = Jacobian::from_sum(&first, first_minus, &second, second_minus);
    let mut add = |(term, minus): (Affine, __mmask8)| {
        sum.add_affine(&term, minus);
    };
    add(select::<2>(table, b));
    add(select::<3>(table, b));
    add(select::<4>(table, b));
    add(select::<5>(table, b));
    wipe(&mut odd);
    wipe(&mut b);
    (sum, minus)
}

/// The entry for each lane's digit in this window, without its sign, and the lanes where the digit is negative.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn select<const WINDOW: usize>(table: &Table, b: V) -> (Affine, __mmask8) {
    let (width, from) = const { (WIDTHS[WINDOW], bit(WINDOW)) };
    let digit = _mm512_srl_epi64(b, _mm_cvtsi64_si128(from as i64));
    let minus = _mm512_testn_epi64_mask(digit, _mm512_set1_epi64(1 << (width - 1)));
    // c counts up from d = 1, or down from d = -1
    let index = _mm512_mask_xor_epi64(digit, minus, digit, _mm512_set1_epi64(-1));
    let index = _mm512_and_si512(index, _mm512_set1_epi64((1 << (width - 1)) - 1));
    let mut out = [_mm512_setzero_si512(); 8];
    for (j, entry) in (0..).zip(&table[start(WINDOW)..start(WINDOW + 1)]) {
        let here = _mm512_movm_epi64(_mm512_cmpeq_epi64_mask(index, _mm512_set1_epi64(j)));
        for (out, words) in out.iter_mut().zip(&entry.0) {
            // SAFETY: the array is 64 bytes, and the load needs no alignment.
            let words = unsafe { _mm512_loadu_si512(words.as_ptr().cast()) };
            // out | (here & words)
            *out = _mm512_ternarylogic_epi64::<0xf8>(*out, here, words);
        }
    }
    let [a, b, c, d, e, f, g, h] = out;
    let term = Affine {
        x: Fe::split(&[a, b, c, d]),
        y: Fe::split(&[e, f, g, h]),
    };
    (term, minus)
}

/// The lowest bit of a window.
const fn bit(window: usize) -> usize {
    let (mut sum, mut i) = (0, 0);
    while i < window {
        sum += WIDTHS[i];
        i += 1;
    }
    sum
}

#[target_feature(enable = "avx512f")]
#[inline]
fn first_lane(v: &[V; 4]) -> Words {
    v.map(|v| _mm_cvtsi128_si64(_mm512_castsi512_si128(v)).cast_unsigned())
}

/// The table of the point that every lane of `point` holds. No addition here is exceptional: (2 j - 1) B and 2 B differ for j > 0.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
pub(super) fn table(point: &Affine) -> Box<Table> {
    let a = curve_a();
    let (mut p, mut w) = (point.to_jacobian(), a);
    let mut bases = [p; WIDTHS.len()];
    for lane in 0..8 {
        for (base, width) in bases.iter_mut().zip(WIDTHS) {
            *base = Jacobian::select(1 << lane, &p, base);
            for _ in 0..width {
                p.double(&mut w);
            }
        }
    }
    let bases = normalize(&bases);
    let twice: Vec<_> = bases.iter().map(|b| b.to_jacobian().twice(&a)).collect();
    let mut multiples = Vec::with_capacity(ENTRIES);
    for ((base, twice), width) in bases.iter().zip(normalize(&twice)).zip(WIDTHS) {
        let mut p = base.to_jacobian();
        for _ in 0..1 << (width - 1) {
            multiples.push(p);
            p.add_affine(&twice, 0);
        }
    }
    let mut table = Box::new([Entry([[0; 8]; 8]); ENTRIES]);
    for (entry, point) in table.iter_mut().zip(normalize(&multiples)) {
        let (x, y) = (point.x.joined(), point.y.joined());
        for (words, v) in entry.0.iter_mut().zip(x.iter().chain(&y)) {
            // SAFETY: the array is 64 bytes, and the store needs no alignment.
            unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), *v) };
        }
    }
    table
}
