//! Eight points of SM2's curve (y^2 = x^3 - 3x + b) at once, in Jacobian coordinates (x = X/Z^2, y = Y/Z^3).
//!
//! Constant time. The additions are **not** complete: callers prove which lanes may meet equal or opposite points, and
//! treat those.
//!
//! Bounds, as in [`super::field`]: a [`Jacobian`] holds X `[1.01]`, Y `[3.2]`, Z `[2.4]`; an [`Affine`] `[1.1]`; a curve
//! term W = a Z^4 is `[3.5]`. Each function takes these and gives them back.

use super::field::{Fe, Loose, V, inverse_square};
use super::lanes::{Plain, Words, load, wipe_all};
use std::arch::x86_64::*;

#[derive(Clone, Copy)]
pub(super) struct Affine {
    pub(super) x: Fe,
    pub(super) y: Fe,
}

#[derive(Clone, Copy)]
pub(super) struct Jacobian {
    pub(super) x: Fe,
    pub(super) y: Fe,
    pub(super) z: Fe,
}

// SAFETY: field elements only.
unsafe impl Plain for Jacobian {}
// SAFETY: field elements only.
unsafe impl Plain for Affine {}

/// The generator (GB/T 32918.5), low word first.
const GENERATOR: (Words, Words) = (
    [
        0x715a_4589_334c_74c7,
        0x8fe3_0bbf_f266_0be1,
        0x5f99_0446_6a39_c994,
        0x32c4_ae2c_1f19_8119,
    ],
    [
        0x02df_32e5_2139_f0a0,
        0xd0a9_877c_c62a_4740,
        0x59bd_cee3_6b69_2153,
        0xbc37_36a2_f4f6_779c,
    ],
);

impl Affine {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn zero() -> Self {
        Self {
            x: Fe::zero(),
            y: Fe::zero(),
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    pub(super) fn generator() -> Self {
        Self::from_words(&load(&[GENERATOR.0; 8]), &load(&[GENERATOR.1; 8]))
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    pub(super) fn from_words(x: &[V; 4], y: &[V; 4]) -> Self {
        Self {
            x: Fe::from_words(x),
            y: Fe::from_words(y),
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn to_jacobian(self) -> Jacobian {
        Jacobian {
            x: self.x,
            y: self.y,
            z: Fe::one(),
        }
    }
}

/// a = -3, in Montgomery form.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
pub(super) fn curve_a() -> Fe {
    let one = Fe::one().loose();
    Loose::sub(&Fe::zero().loose(), &one.double().add(&one))
        .plus_p(1)
        .carry()
}

impl Jacobian {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn select(mask: __mmask8, yes: &Self, no: &Self) -> Self {
        Self {
            x: Fe::select(mask, &yes.x, &no.x),
            y: Fe::select(mask, &yes.y, &no.y),
            z: Fe::select(mask, &yes.z, &no.z),
        }
    }

    /// Adds q, or -q in the lanes of `minus`: 8 multiplications, 3 squarings. Gives H = U2 - X1, which is the factor
    /// that Z grows by, and 0 where the points are equal or opposite (then the sum is wrong). No point is at infinity.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn add_affine(&mut self, q: &Affine, minus: __mmask8) -> Fe {
        let zz = self.z.sqr(); // [1.5]
        let h = q.x.mul_loose(&zz).sub(&self.x.loose()).plus_p(2).carry(); // [3.1]
        let zzz = zz.mul(&self.z); // [1.3]
        let hh = h.sqr(); // [1.7]
        let s2 = q.y.mul_loose(&zzz).negate(minus); // from -1.1 to 1.1
        let hhh = hh.mul(&h); // [1.4]
        let r = s2.sub(&self.y.loose()).plus_p(5).carry(); // [6.1]
        let v = hh.mul(&self.x); // [1.2]
        let rr = r.sqr_loose(); // [3.4]
        let z = self.z.mul(&h); // [1.6]
        let x = rr.sub(&hhh.loose()).sub(&v.loose().double()).plus_p(4).fold(); // 1.4 + 2 * 1.2 is below 4
        let lift = v.loose().sub(&x.loose()).plus_p(2).carry(); // [3.2]
        // from -3.2 * 1.4 / 16 to 6.1 * 3.2 / 16 + 1, and one p: [3.2]
        let y = Fe::mul_sub(&r, &lift, &self.y, &hhh).plus_p(1).carry();
        *self = Self { x, y, z };
        h
    }

    /// The sum of two affine points, each negated in the lanes of its mask, which are neither equal nor opposite, and whose
    /// coordinates are below p: 4 multiplications, 2 squarings.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn from_sum(p: &Affine, p_minus: __mmask8, q: &Affine, q_minus: __mmask8) -> Self {
        let h = q.x.loose().sub(&p.x.loose()).plus_p(1).carry(); // [2]
        let y = Fe::select(p_minus, &p.y.negative(), &p.y); // [1.01]
        let r = q.y.loose().negate(q_minus).sub(&y.loose()).plus_p(3).carry(); // [4]
        let hh = h.sqr(); // [1.3]
        let rr = r.sqr_loose(); // [2]
        let hhh = hh.mul(&h); // [1.2]
        let v = hh.mul(&p.x); // [1.1]
        let x = rr.sub(&hhh.loose()).sub(&v.loose().double()).plus_p(4).fold();
        let lift = v.loose().sub(&x.loose()).plus_p(2).carry(); // [3.1]
        // from -1.01 * 1.2 / 16 to 4 * 3.1 / 16 + 1, and one p: [2.8]
        let y = Fe::mul_sub(&r, &lift, &y, &hhh).plus_p(1).carry();
        Self { x, y, z: h }
    }

    /// The sum with a point that is neither equal nor opposite, and neither is at infinity: 12 multiplications, 4 squarings.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn add(&self, q: &Self) -> Self {
        let (pz, qz) = (self.z.sqr(), q.z.sqr()); // [1.4]
        let u1 = self.x.mul(&qz); // [1.1]
        let h = q.x.mul_loose(&pz).sub(&u1.loose()).plus_p(2).carry(); // [3.1]
        let s1 = self.y.mul(&qz.mul(&q.z)); // [1.3]
        let r = q.y.mul_loose(&pz.mul(&self.z)).sub(&s1.loose()).plus_p(2).carry(); // [3.3]
        let hh = h.sqr(); // [1.7]
        let rr = r.sqr_loose(); // [1.7]
        let hhh = hh.mul(&h); // [1.4]
        let v = u1.mul(&hh); // [1.2]
        let z = self.z.mul(&q.z).mul(&h); // [1.3]
        let x = rr.sub(&hhh.loose()).sub(&v.loose().double()).plus_p(4).fold();
        let lift = v.loose().sub(&x.loose()).plus_p(2).carry(); // [3.2]
        // from -1.3 * 1.4 / 16 to 3.3 * 3.2 / 16 + 1, and one p: [2.7]
        let y = Fe::mul_sub(&r, &lift, &s1, &hhh).plus_p(1).carry();
        Self { x, y, z }
    }

    /// Lane i gets what lane i + `STEP` modulo 8 has.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn rotated<const STEP: i32>(&self) -> Self {
        Self {
            x: self.x.rotated::<STEP>(),
            y: self.y.rotated::<STEP>(),
            z: self.z.rotated::<STEP>(),
        }
    }

    /// Doubles, on the curve whose a is in `w` = a Z^4, which becomes the new one. 4 multiplications, 4 squarings.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn double(&mut self, w: &mut Fe) {
        let u = self.double_last(w);
        *w = u.mul_loose(w).double().carry(); // 2 (3.4 * 3.5 / 16 + 1)
    }

    /// As [`Self::double`] for the last of a run, where no new W is wanted. Gives 8 Y^4.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn double_last(&mut self, w: &Fe) -> Fe {
        let yy2 = self.y.sqr_loose().double().carry(); // 2 Y^2: [3.3]
        let xx = self.x.sqr_loose();
        let m = xx.double().add(&xx).add(&w.loose()).carry(); // 3 X^2 + W: [6.7]
        let s = yy2.mul_loose(&self.x).double().carry(); // 4 X Y^2: [2.5]
        let mm = m.sqr_loose(); // [3.9]
        let z = self.y.mul_loose(&self.z).double().carry(); // 2 Y Z: 2 (3.2 * 1.5 / 16 + 1) or 2 (1.01 * 2.6 / 16 + 1)
        let x = mm.sub(&s.loose().double()).plus_p(5).fold(); // below 3.9 + 5
        let u = yy2.sqr_loose().double().carry(); // 8 Y^4: [3.4]
        let lift = s.loose().sub(&x.loose()).plus_p(2).carry(); // [4.5]
        let y = m.mul_loose(&lift).sub(&u.loose()).plus_p(4).fold(); // below 2.9 + 4
        *self = Self { x, y, z };
        u
    }

    /// Twice self, on the curve with this a.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    pub(super) fn twice(&self, a: &Fe) -> Self {
        let mut p = *self;
        p.double_last(&self.curve_term(a));
        p
    }

    /// a Z^4 for a given a.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    #[inline]
    pub(super) fn curve_term(&self, a: &Fe) -> Fe {
        self.z.sqr().sqr().mul(a)
    }

    /// x alone, canonical and out of Montgomery form. An inversion for each eight.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    pub(super) fn affine_x(&self) -> [V; 4] {
        self.x.mul(&inverse_square(&self.z)).to_words()
    }
}

/// The affine forms of points none of which is at infinity, with one inversion for all of them. Canonical.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
pub(super) fn normalize(points: &[Jacobian]) -> Vec<Affine> {
    let affine = |(p, z): (&Jacobian, &Fe)| {
        let zz = z.sqr();
        let (x, y) = (p.x.mul(&zz), p.y.mul(&zz.mul(z)));
        Affine {
            x: x.canonical(),
            y: y.canonical(),
        }
    };
    let mut inverses = inverses_of_z(points);
    let out = points.iter().zip(&inverses).map(affine).collect();
    wipe_all(&mut inverses);
    out
}

/// As [`Jacobian::affine_x`] for many, with one inversion for all of them.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
pub(super) fn affine_xs(points: &[Jacobian]) -> Vec<[V; 4]> {
    let mut inverses = inverses_of_z(points);
    let out = points
        .iter()
        .zip(&inverses)
        .map(|(p, z)| p.x.mul(&z.sqr()).to_words())
        .collect();
    wipe_all(&mut inverses);
    out
}

/// 1/Z of each: the inverse of the product of all, times the others.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn inverses_of_z(points: &[Jacobian]) -> Vec<Fe> {
    let mut out = Vec::with_capacity(points.len());
    let mut product = Fe::one();
    for p in points {
        out.push(product);
        product = product.mul(&p.z);
    }
    let mut inverse = inverse_square(&product).mul(&product);
    for (p, out) in points.iter().zip(&mut out).rev() {
        *out = inverse.mul(out);
        inverse = inverse.mul(&p.z);
    }
    out
}
