//! Inverses modulo an odd number of 256 bits, by the division steps of Bernstein and Yang ("Fast constant-time gcd computation
//! and modular inversion", 2019), starting from delta = 1/2, for which 590 steps suffice at this size.
//!
//! Constant-time: always ten rounds of 59 steps on words, each followed by two products of a 2x2 matrix with numbers of five
//! limbs of 62 bits.
#![allow(clippy::indexing_slicing)] // constant indices into arrays of four and five
#![allow(clippy::cast_possible_truncation)] // limbs are cut out of longer sums on purpose

use super::barrier;
use super::limbs::Limbs;

const MASK: u64 = u64::MAX >> 2;

/// A signed number, least significant limb first: each limb in `[0, 2^62)` but the last, which has the sign.
type Signed = [i64; 5];

/// What one round of steps does to (f, g) and (d, e), times `2^62`.
struct Transition {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// An odd modulus and what is computed from it once.
pub(super) struct Modulus {
    limbs: Signed,
    /// Its inverse modulo `2^62`.
    inverse: u64,
}

impl Modulus {
    pub(super) const fn new(modulus: &Limbs) -> Self {
        let m = modulus[0];
        // Newton's iteration; each step doubles the number of bits that are right, and m is its own inverse modulo 8.
        let mut inverse = m;
        let mut i = 0;
        while i < 5 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(m.wrapping_mul(inverse)));
            i += 1;
        }
        Self {
            limbs: to_signed(modulus),
            inverse: inverse & MASK,
        }
    }
}

/// `1 / x` modulo the modulus, for `x` below it; zero for zero.
pub(super) fn invert(x: &Limbs, modulus: &Modulus) -> Limbs {
    let mut d = [0; 5];
    let mut e = [1, 0, 0, 0, 0];
    let mut f = modulus.limbs;
    let mut g = to_signed(x);
    // -(delta + 1/2)
    let mut zeta = -1;
    for _ in 0..10 {
        let t;
        (zeta, t) = steps(zeta, f[0] as u64, g[0] as u64);
        update_de(&mut d, &mut e, &t, modulus);
        update_fg(&mut f, &mut g, &t);
    }
    // g is 0 and f is 1 or -1 (or the modulus, for x = 0): the inverse is d with the sign of f.
    from_signed(&normalized(&d, sign_mask(f[4]), modulus))
}

/// 59 division steps on the lowest limbs of f and g.
#[inline(always)]
fn steps(mut zeta: i64, mut f: u64, mut g: u64) -> (i64, Transition) {
    // Eight is 2^62 / 2^59 ...: the matrix comes out 2^62 times the transition.
    let (mut u, mut v, mut q, mut r) = (8_u64, 0_u64, 0_u64, 8_u64);
    for _ in 0..59 {
        let negative = barrier::mask((zeta >> 63) as u64);
        let odd = barrier::mask(0_u64.wrapping_sub(g & 1));
        // g += odd * (+-f)
        g = g.wrapping_add((f ^ negative).wrapping_sub(negative) & odd);
        q = q.wrapping_add((u ^ negative).wrapping_sub(negative) & odd);
        r = r.wrapping_add((v ^ negative).wrapping_sub(negative) & odd);
        let swap = negative & odd;
        zeta = (zeta ^ swap as i64).wrapping_sub(1);
        // f becomes the old g
        f = f.wrapping_add(g & swap);
        u = u.wrapping_add(q & swap);
        v = v.wrapping_add(r & swap);
        g >>= 1;
        u <<= 1;
        v <<= 1;
    }
    let t = Transition {
        u: u as i64,
        v: v as i64,
        q: q as i64,
        r: r as i64,
    };
    (zeta, t)
}

/// `(d, e) = t (d, e) / 2^62` modulo the modulus; both stay in `(-2m, m)`.
#[inline(always)]
fn update_de(d: &mut Signed, e: &mut Signed, t: &Transition, modulus: &Modulus) {
    let (d_sign, e_sign) = (sign_mask(d[4]), sign_mask(e[4]));
    // Multiples of the modulus: first what keeps the range, then what makes the lowest 62 bits zero.
    let md = (t.u & d_sign) + (t.v & e_sign);
    let me = (t.q & d_sign) + (t.r & e_sign);
    let mut cd = product(t.u, d[0]) + product(t.v, e[0]);
    let mut ce = product(t.q, d[0]) + product(t.r, e[0]);
    let md = md - (modulus.inverse.wrapping_mul(cd as u64).wrapping_add(md as u64) & MASK) as i64;
    let me = me - (modulus.inverse.wrapping_mul(ce as u64).wrapping_add(me as u64) & MASK) as i64;
    cd = (cd + product(modulus.limbs[0], md)) >> 62;
    ce = (ce + product(modulus.limbs[0], me)) >> 62;
    for i in 1..5 {
        cd += product(t.u, d[i]) + product(t.v, e[i]) + product(modulus.limbs[i], md);
        ce += product(t.q, d[i]) + product(t.r, e[i]) + product(modulus.limbs[i], me);
        d[i - 1] = (cd as u64 & MASK) as i64;
        e[i - 1] = (ce as u64 & MASK) as i64;
        cd >>= 62;
        ce >>= 62;
    }
    d[4] = cd as i64;
    e[4] = ce as i64;
}

/// `(f, g) = t (f, g) / 2^62`, which is exact.
#[inline(always)]
fn update_fg(f: &mut Signed, g: &mut Signed, t: &Transition) {
    let mut cf = (product(t.u, f[0]) + product(t.v, g[0])) >> 62;
    let mut cg = (product(t.q, f[0]) + product(t.r, g[0])) >> 62;
    for i in 1..5 {
        cf += product(t.u, f[i]) + product(t.v, g[i]);
        cg += product(t.q, f[i]) + product(t.r, g[i]);
        f[i - 1] = (cf as u64 & MASK) as i64;
        g[i - 1] = (cg as u64 & MASK) as i64;
        cf >>= 62;
        cg >>= 62;
    }
    f[4] = cf as i64;
    g[4] = cg as i64;
}

/// `d`, negated where `negative` is all ones, brought from `(-2m, m)` to `[0, m)`.
fn normalized(d: &Signed, negative: i64, modulus: &Modulus) -> Signed {
    let mut r = *d;
    let add = sign_mask(r[4]);
    for (limb, m) in r.iter_mut().zip(&modulus.limbs) {
        *limb = ((*limb + (m & add)) ^ negative) - negative;
    }
    carry(&mut r);
    let add = sign_mask(r[4]);
    for (limb, m) in r.iter_mut().zip(&modulus.limbs) {
        *limb += m & add;
    }
    carry(&mut r);
    r
}

fn carry(r: &mut Signed) {
    for i in 0..4 {
        r[i + 1] += r[i] >> 62;
        r[i] &= MASK as i64;
    }
}

/// All ones for a negative number, else zero.
#[inline(always)]
fn sign_mask(x: i64) -> i64 {
    barrier::mask((x >> 63) as u64) as i64
}

#[inline(always)]
fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

const fn to_signed([a, b, c, d]: &Limbs) -> Signed {
    [
        (*a & MASK) as i64,
        ((*a >> 62 | *b << 2) & MASK) as i64,
        ((*b >> 60 | *c << 4) & MASK) as i64,
        ((*c >> 58 | *d << 6) & MASK) as i64,
        (*d >> 56) as i64,
    ]
}

fn from_signed(r: &Signed) -> Limbs {
    let [a, b, c, d, e] = r.map(|limb| limb as u64);
    [a | b << 62, b >> 2 | c << 60, c >> 4 | d << 58, d >> 6 | e << 56]
}
