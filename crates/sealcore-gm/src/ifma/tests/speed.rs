//! Not a test: prints times beside RustCrypto's.
//! `cargo test --release -p sealcore-gm --lib ifma::tests::speed -- --ignored --nocapture`
use super::super::field::{Fe, inverse_square};
use super::super::point::{Affine, curve_a};
use super::super::{base_mul_x, base_mul8, base_mul8_x, verify8};
use super::*;
use sm2::dsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use std::hint::black_box;
use std::time::Instant;

/// Best and median nanoseconds of one call, in samples of about a millisecond.
fn time(mut call: impl FnMut()) -> (f64, f64) {
    let start = Instant::now();
    call();
    let once = start.elapsed().as_nanos().max(1);
    let count = (1_000_000 / once).clamp(1, 100_000) as u32;
    let mut samples: Vec<f64> = (0..151)
        .map(|_| {
            let start = Instant::now();
            (0..count).for_each(|_| call());
            start.elapsed().as_nanos() as f64 / f64::from(count)
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    (samples[0], samples[75])
}

#[allow(clippy::print_stdout)]
fn line<T>(name: &str, operations: f64, mut call: impl FnMut() -> T) {
    let (best, median) = time(|| {
        black_box(call());
    });
    println!(
        "{name:40} {:10.1} ns best {:10.1} ns median",
        best / operations,
        median / operations
    );
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn field_speed() {
    let x = black_box(Fe::one());
    let mut y = x;
    line("mul, chained, a vector", 100.0, || {
        y = (0..100).fold(y, |y, _| y.mul(&x))
    });
    line("sqr, chained, a vector", 100.0, || y = y.sqr_n(100));
    let mut four = [x; 4];
    line("mul, four chains, a vector", 400.0, || {
        for _ in 0..100 {
            four = [four[0].mul(&x), four[1].mul(&x), four[2].mul(&x), four[3].mul(&x)];
        }
    });
    line("sqr, four chains, a vector", 400.0, || {
        for _ in 0..100 {
            four = [four[0].sqr(), four[1].sqr(), four[2].sqr(), four[3].sqr()];
        }
    });
    line("inverse, a vector", 1.0, || y = inverse_square(&y));
    black_box((y, four));
    let g = Affine::generator();
    let mut p = g.to_jacobian();
    let mut w = curve_a();
    line("double, chained", 100.0, || {
        for _ in 0..100 {
            p.double(&mut w);
        }
    });
    line("add_affine, chained", 100.0, || {
        for _ in 0..100 {
            p.add_affine(&g, 0x55);
        }
    });
    black_box(p);
}

#[test]
#[ignore = "prints times"]
fn speed() {
    if !runs_here("speed") {
        return;
    }
    // SAFETY: the features are there.
    unsafe { field_speed() };
    let k: Integers = std::array::from_fn(|i| [0x11 * (i as u8 + 1); 32]);
    let key = sm2::dsa::SigningKey::new("", &sm2::SecretKey::from_slice(&[7; 32]).unwrap()).unwrap();
    let signature = key.sign_prehash(&[9; 32]).unwrap();
    let q = affine(&key.verifying_key().as_affine().into());
    let (r, s) = (signature.r_bytes().into(), signature.s_bytes().into());
    assert_eq!(verify8(&[q; 8], &[r; 8], &[s; 8], &[[9; 32]; 8]), 0xff);
    let many = [k; 16].concat();
    let (r, s, e) = ([r; 8], [s; 8], [[9; 32]; 8]);
    for _ in 0..2 {
        line("base_mul8_x, each", 8.0, || base_mul8_x(black_box(&k)));
        line("base_mul_x of 128, each", 128.0, || base_mul_x(black_box(&many)));
        line("base_mul8, each", 8.0, || base_mul8(black_box(&k)));
        line("verify8, each", 8.0, || verify8(black_box(&[q; 8]), &r, &s, &e));
        line("RustCrypto sign", 1.0, || key.sign_prehash(black_box(&e[0])));
        line("RustCrypto verify", 1.0, || {
            key.verifying_key().verify_prehash(black_box(&e[0]), &signature)
        });
    }
    // SAFETY: the features are there.
    line("table", 1.0, || unsafe { super::super::comb::make_table() });
}

#[test]
#[ignore = "prints times"]
fn single_speed() {
    if !runs_here("speed") {
        return;
    }
    let k = black_box(crate::curve::Scalar::from_be_bytes(&[0x5a; 32]).unwrap());
    for _ in 0..3 {
        line("base_mul of one", 1.0, || super::super::base_mul(black_box(k.limbs())));
        line("x of one", 1.0, || crate::curve::base_multiple_x(black_box(&k)));
        line("inverse", 1.0, || black_box(&k).invert());
    }
}
