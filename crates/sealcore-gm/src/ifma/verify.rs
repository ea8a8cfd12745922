//! Eight SM2 verifications at once. Public data only: **not** constant time.
//!
//! s G comes from the comb. t Q (t = r + s) runs from the top over windows of four bits with odd digits, on a curve
//! that is isomorphic to SM2's and has the table's eight points in affine form: their common Z, got without an
//! inversion, is put back at the end. Its a differs from -3, so the doublings carry a Z^4 along, at no extra cost.
//! The verdict compares X with x Z^2, without an inversion either.
#![allow(clippy::indexing_slicing)] // constant or counted indices into arrays of constant length

use super::comb;
use super::field::{Fe, V};
use super::lanes::{Words, digits, load, window, words};
use super::point::{Affine, Jacobian, curve_a};
use super::scalar;
use std::arch::x86_64::*;

const W: usize = 4;
const ENTRIES: usize = 1 << (W - 1);
const WINDOWS: usize = 256usize.div_ceil(W);

/// n - d is no odd multiple of 2^W for any odd d below 2^W.
const NEVER_DOUBLES: () = {
    let mut d = 1;
    while d < 1 << W {
        assert!((scalar::N[0] - d) % (2 << W) != 1 << W);
        d += 2;
    }
};

type Integers = [[u8; 32]; 8];

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
pub(super) fn verify(q: &[([u8; 32], [u8; 32]); 8], r: &Integers, s: &Integers, e: &Integers) -> u8 {
    let lanes: [Lane; 8] = std::array::from_fn(|i| Lane::new(&words(&r[i]), &words(&s[i]), &words(&e[i])));
    let mut refused = 0;
    let mut minus = 0;
    for (i, lane) in lanes.iter().enumerate() {
        refused |= u8::from(lane.refused) << i;
        minus |= u8::from(lane.minus) << i;
    }
    let x: [Words; 8] = std::array::from_fn(|i| words(&q[i].0));
    let y: [Words; 8] = std::array::from_fn(|i| words(&q[i].1));
    let q = Affine::from_words(&load(&x), &load(&y));
    let q = Affine {
        x: q.x,
        y: Fe::select(minus, &q.y.negative(), &q.y),
    };
    let tq = multiply(&q, &load(&lanes.map(|lane| lane.t)));

    let sg = comb::multiply(s);
    let sg = Jacobian {
        y: Fe::select(sg.minus, &sg.point.y.negative(), &sg.point.y),
        ..sg.point
    };

    let (x, z, infinite) = sum_x(&sg, &tq);
    let zz = z.sqr();
    let matches = |candidate: [Words; 8]| {
        let expected = Fe::from_words(&load(&candidate)).mul_loose(&zz);
        expected.sub(&x.loose()).plus_p(2).carry().is_zero()
    };
    let holds = matches(lanes.map(|lane| lane.x1)) | matches(lanes.map(|lane| lane.x1_high));
    holds & !refused & !infinite
}

/// What one signature asks for.
#[derive(Clone, Copy)]
struct Lane {
    /// r + s mod n or, if that is even, its negative: odd.
    t: Words,
    /// t is the negative, so Q must be too.
    minus: bool,
    /// r + s = 0 mod n.
    refused: bool,
    /// r - e mod n, which x1 must equal mod n ...
    x1: Words,
    /// ... and that plus n if that is below p, else the same again.
    x1_high: Words,
}

impl Lane {
    fn new(r: &Words, s: &Words, e: &Words) -> Self {
        let t = scalar::add_mod(r, s);
        let refused = t == [0; 4];
        let t = if refused { [1, 0, 0, 0] } else { t };
        let x1 = scalar::sub_mod(r, &scalar::reduce(e));
        let (high, carry) = scalar::add(&x1, &scalar::N);
        let fits = !carry && scalar::sub(&high, &scalar::P).1;
        let x1_high = if fits { high } else { x1 };
        Self {
            t: scalar::odd(&t),
            minus: t[0] & 1 == 0,
            refused,
            x1,
            x1_high,
        }
    }
}

/// t Q for odd t below n.
///
/// No addition is exceptional. From the top, a partial sum v, odd and positive, grows to u + d, with u = 2^W v and d odd
/// and below 2^W in size. u is not d or -d as an integer, and mod n only at the end, where u + d = t < n: u = -d would
/// make t 0, and u = n + d has d negative and n - |d| an odd multiple of 2^W, which [`NEVER_DOUBLES`] excludes.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn multiply(q: &Affine, t: &[V; 4]) -> Jacobian {
    const { NEVER_DOUBLES };
    let Table { entries, z: common, a } = Table::new(q);
    let b = digits::<W>(t);
    let mut term = entries[0];
    select(&mut term, &entries, window::<W>(&b, WINDOWS - 1)); // the first digit is positive
    let mut p = term.to_jacobian();
    let mut w = a;
    for i in (0..WINDOWS - 1).rev() {
        for _ in 0..W - 1 {
            p.double(&mut w);
        }
        p.double_last(&w);
        let minus = select(&mut term, &entries, window::<W>(&b, i));
        p.add_affine(&term, minus);
        w = p.curve_term(&a);
    }
    Jacobian {
        z: p.z.mul(&common),
        ..p
    }
}

/// The odd multiples of Q below 2^W, as affine points of the curve y^2 = x^3 + a x + b', whose point (x, y) is (x/z^2, y/z^3) on SM2's.
struct Table {
    entries: [Affine; ENTRIES],
    z: Fe,
    a: Fe,
}

impl Table {
    /// On the curve on which 2 Q is affine, each next multiple is the one before plus 2 Q, its Z that one's times H; all
    /// are then brought to the last one's Z by the products of the later H.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    fn new(q: &Affine) -> Self {
        let twice = q.to_jacobian().twice(&curve_a());
        let scaled = scale(q, &twice.z);
        let twice_affine = Affine { x: twice.x, y: twice.y };
        let mut entries = [scaled; ENTRIES];
        let mut growth = [Fe::one(); ENTRIES];
        let mut p = scaled.to_jacobian();
        for i in 1..ENTRIES {
            growth[i] = p.add_affine(&twice_affine, 0);
            entries[i] = Affine { x: p.x, y: p.y };
        }
        let mut factor = Fe::one();
        for i in (1..ENTRIES).rev() {
            entries[i] = scale(&entries[i], &factor);
            factor = factor.mul(&growth[i]);
        }
        entries[0] = scale(&entries[0], &factor);
        let z = p.z.mul(&twice.z);
        let a = z.sqr().sqr().mul(&curve_a());
        Self { entries, z, a }
    }
}

/// (x f^2, y f^3)
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn scale(p: &Affine, f: &Fe) -> Affine {
    let ff = f.sqr();
    Affine {
        x: p.x.mul(&ff),
        y: p.y.mul(&ff.mul(f)),
    }
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
#[inline]
fn select(term: &mut Affine, entries: &[Affine; ENTRIES], digit: V) -> __mmask8 {
    let minus = _mm512_testn_epi64_mask(digit, _mm512_set1_epi64(ENTRIES as i64));
    let index = _mm512_mask_xor_epi64(digit, minus, digit, _mm512_set1_epi64(-1));
    let index = _mm512_and_si512(index, _mm512_set1_epi64(ENTRIES as i64 - 1));
    let mut out = entries[0];
    for (j, entry) in (0..).zip(entries).skip(1) {
        let here = _mm512_cmpeq_epi64_mask(index, _mm512_set1_epi64(j));
        out = Affine {
            x: Fe::select(here, &entry.x, &out.x),
            y: Fe::select(here, &entry.y, &out.y),
        };
    }
    *term = out;
    minus
}

/// X and Z of p + q, and the lanes where that is infinity. Neither p nor q is.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn sum_x(p: &Jacobian, q: &Jacobian) -> (Fe, Fe, __mmask8) {
    let (pz, qz) = (p.z.sqr(), q.z.sqr()); // [1.5]
    let u1 = p.x.mul(&qz); // [1.1]
    let h = q.x.mul_loose(&pz).sub(&u1.loose()).plus_p(2).carry(); // [3.1]
    let s1 = p.y.mul(&qz.mul(&q.z)); // [1.3]
    let r = q.y.mul_loose(&pz.mul(&p.z)).sub(&s1.loose()).plus_p(2).carry(); // [3.3]
    let hh = h.sqr();
    let hhh = hh.mul(&h);
    let v = u1.mul(&hh);
    let x = r
        .sqr_loose()
        .sub(&hhh.loose())
        .sub(&v.loose().double())
        .plus_p(4)
        .fold();
    let z = p.z.mul(&q.z).mul(&h);
    let same_x = h.is_zero();
    if same_x == 0 {
        return (x, z, 0);
    }
    let same = same_x & r.is_zero();
    let twice = p.twice(&curve_a());
    (
        Fe::select(same, &twice.x, &x),
        Fe::select(same, &twice.z, &z),
        same_x & !same,
    )
}
