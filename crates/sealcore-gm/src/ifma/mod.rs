//! SM2's curve arithmetic for eight independent operations at once, with AVX-512-IFMA.
//!
//! Constant time: [`base_mul8`], [`base_mul8_x`] and [`base_mul_x`] for the scalars they are given. No branch, no address
//! and no instruction with a data-dependent duration depends on them; the buffers that hold them are wiped.
//! [`verify8`] handles public data and is not constant time.
//!
//! One lane of each 512-bit vector is one operation; see [`field`] for the representation, [`comb`] for the fixed base,
//! [`verify`] for the double multiplication. Everything here is behind [`available`].

mod comb;
mod field;
mod lanes;
mod point;
mod scalar;
mod verify;

use point::normalize;

type Integers = [[u8; 32]; 8];
/// Affine x and y.
type Coordinates = ([u8; 32], [u8; 32]);

/// Whether this CPU has what the other functions need; they panic where it has not.
pub(crate) fn available() -> bool {
    std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512ifma")
        && std::is_x86_feature_detected!("avx512vl")
        && std::is_x86_feature_detected!("avx512dq")
        && std::is_x86_feature_detected!("avx512bw")
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

/// Bit i of the result: signature i holds. Each q is a point of the curve, each r and s in [1, n-1], each e any 256-bit
/// integer (the digest; taken mod n).
pub(crate) fn verify8(q: &[Coordinates; 8], r: &Integers, s: &Integers, e: &Integers) -> u8 {
    assert!(available(), "no AVX-512-IFMA");
    // SAFETY: the CPU has the features.
    unsafe { verify::verify(q, r, s, e) }
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn points(k: &Integers) -> [Coordinates; 8] {
    let product = comb::multiply(k);
    let mut out = [Coordinates::default(); 8];
    for p in normalize(&[product.point]) {
        let y = field::Fe::select(product.minus, &p.y.negative(), &p.y);
        let (x, y) = (lanes::store(&p.x.to_words()), lanes::store(&y.to_words()));
        for (out, xy) in out.iter_mut().zip(x.into_iter().zip(y)) {
            *out = xy;
        }
    }
    out
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn xs(k: &Integers) -> Integers {
    lanes::store(&comb::multiply(k).point.affine_x())
}

#[cfg(test)]
mod tests;
