//! SM2's curve arithmetic for eight independent operations at once, with AVX-512-IFMA.
//!
//! Constant time: [`base_mul`], [`base_mul8`], [`base_mul8_x`] and [`base_mul_x`] for the scalars they are given. No branch, no address
//! and no instruction of variable duration depends on them (docs/constant-time.md). Digits, terms and sums are wiped where
//! they have a place in memory; copies that the compiler spills to the stack are not, nor are the caller's.
//! [`verify8`] handles public data and is not constant time.
//!
//! `--cfg sealcore_gm="no_lanes"` leaves all this out, to measure or to test the other way on a processor that has it.
//!
//! One lane of each 512-bit vector is one operation, but for [`single`], where the lanes share one; see [`field`] for the representation, [`comb`] for the fixed base,
//! [`verify`] for the double multiplication. Everything here is behind [`available`].

mod comb;
mod field;
mod lanes;
mod point;
mod scalar;
mod single;
mod verify;

pub(crate) use single::Table;

use point::{Jacobian, affine_xs, normalize};
use zeroize::Zeroize as _;

type Integers = [[u8; 32]; 8];
/// Affine x and y.
type Coordinates = ([u8; 32], [u8; 32]);

/// Whether this CPU has what the other functions need, and the build is to use it; they panic otherwise.
pub(crate) fn available() -> bool {
    !cfg!(any(sealcore_gm = "no_lanes", sealcore_gm = "portable"))
        && std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512ifma")
        && std::is_x86_feature_detected!("avx512vl")
        && std::is_x86_feature_detected!("avx512dq")
        && std::is_x86_feature_detected!("avx512bw")
}

/// Jacobian X, Y and Z of k G for k in [1, n-1], low word first, in Montgomery form with 2^256: below half the time of a
/// multiplication in words of 64 bits.
pub(crate) fn base_mul(k: &[u64; 4]) -> [[u64; 4]; 3] {
    assert!(available(), "no AVX-512-IFMA");
    // SAFETY: the CPU has the features.
    unsafe { single::generator_multiple(k) }
}

/// The table of a public point, by its coordinates as integers, low word first, for [`double_mul_x`].
pub(crate) fn table(x: &[u64; 4], y: &[u64; 4]) -> Box<Table> {
    assert!(available(), "no AVX-512-IFMA");
    // SAFETY: the CPU has the features.
    unsafe {
        single::table(&point::Affine::from_words(
            &lanes::load(&[*x; 8]),
            &lanes::load(&[*y; 8]),
        ))
    }
}

/// X and Z of s G + t P for public s and t in [1, n-1], as in [`base_mul`]; none where that is infinity, and in a few other cases
/// that do not occur by chance. Not constant time.
pub(crate) fn double_mul_x(s: &[u64; 4], t: &[u64; 4], table: &Table) -> Option<[[u64; 4]; 2]> {
    assert!(available(), "no AVX-512-IFMA");
    // SAFETY: the CPU has the features.
    unsafe { single::double_multiple_x(s, t, table) }
}

/// k G, affine, for eight k in [1, n-1]; all integers are big-endian.
pub(crate) fn base_mul8(k: &Integers) -> [Coordinates; 8] {
    assert!(available(), "no AVX-512-IFMA");
    // SAFETY: the CPU has the features.
    unsafe { points(k) }
}

/// The x of k G for eight k in [1, n-1].
pub(crate) fn base_mul8_x(k: &Integers) -> Integers {
    assert!(available(), "no AVX-512-IFMA");
    // SAFETY: the CPU has the features.
    unsafe { xs(k) }
}

/// The x of k G for any number of k in [1, n-1]: one inversion is shared by up to [`SHARED`] groups of eight, which saves
/// a third of the time of [`base_mul8_x`] on long inputs. A group that is not full costs as much as a full one.
pub(crate) fn base_mul_x(k: &[[u8; 32]]) -> Vec<[u8; 32]> {
    assert!(available(), "no AVX-512-IFMA");
    let mut out = Vec::with_capacity(k.len().next_multiple_of(8));
    for k in k.chunks(8 * SHARED) {
        // SAFETY: the CPU has the features.
        unsafe { xs_shared(k, &mut out) };
    }
    out.truncate(k.len());
    out
}

/// Groups of eight that share an inversion; beyond 16 the inversion is below 5 % of their time.
const SHARED: usize = 16;

/// Bit i of the result: signature i holds. Each q is a point of the curve, each r and s in [1, n-1], each e any 256-bit
/// integer (the digest; taken mod n).
pub(crate) fn verify8(q: &[Coordinates; 8], r: &Integers, s: &Integers, e: &Integers) -> u8 {
    assert!(available(), "no AVX-512-IFMA");
    // SAFETY: the CPU has the features.
    unsafe { verify::verify(q, r, s, e) }
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn points(k: &Integers) -> [Coordinates; 8] {
    let mut product = comb::multiply(k);
    let mut out = [Coordinates::default(); 8];
    for p in normalize(&[product.point]) {
        let y = field::Fe::select(product.minus, &p.y.negative(), &p.y);
        let (x, y) = (lanes::store(&p.x.to_words()), lanes::store(&y.to_words()));
        for (out, xy) in out.iter_mut().zip(x.into_iter().zip(y)) {
            *out = xy;
        }
    }
    lanes::wipe(&mut product.point);
    out
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn xs(k: &Integers) -> Integers {
    let mut point = comb::multiply(k).point;
    let x = point.affine_x();
    lanes::wipe(&mut point);
    lanes::store(&x)
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn xs_shared(k: &[[u8; 32]], out: &mut Vec<[u8; 32]>) {
    let mut products: Vec<Jacobian> = Vec::with_capacity(SHARED);
    for k in k.chunks(8) {
        let mut one = [0; 32];
        one[31] = 1;
        let mut group = [one; 8];
        for (to, from) in group.iter_mut().zip(k) {
            *to = *from;
        }
        products.push(comb::multiply(&group).point);
        group.zeroize();
    }
    out.extend(affine_xs(&products).iter().flat_map(|x| lanes::store(x)));
    lanes::wipe_all(&mut products);
}

#[cfg(test)]
mod tests;
