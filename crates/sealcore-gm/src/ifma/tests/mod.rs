//! Against RustCrypto's `sm2`, and the field against schoolbook arithmetic. On a CPU without the instructions nothing
//! here runs, and each test says so.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)] // a panic is a failed test

mod comb;
mod field;
mod speed;
mod verify;

use super::{Integers, available};
use sm2::elliptic_curve::{Group, PrimeField, sec1::ToSec1Point};
use sm2::{ProjectivePoint, Scalar};

/// False, with a line, where there is nothing to test.
#[allow(clippy::print_stderr)] // a skipped test must be seen
fn runs_here(test: &str) -> bool {
    if !available() {
        eprintln!("{test}: skipped, this CPU has no AVX-512-IFMA");
    }
    available()
}

/// Any 32 bytes as a scalar in [1, n-1]: as they are, if they are one.
fn nonzero(bytes: [u8; 32]) -> Scalar {
    match Option::from(Scalar::from_repr(bytes.into())) {
        Some(s) if s != Scalar::ZERO => s,
        _ => Scalar::from(u64::from(bytes[31]) + 1),
    }
}

fn bytes(s: &Scalar) -> [u8; 32] {
    s.to_repr().into()
}

/// Affine coordinates, by RustCrypto.
fn affine(p: &ProjectivePoint) -> ([u8; 32], [u8; 32]) {
    let point = p.to_affine().to_sec1_point(false);
    (
        point.x().unwrap().as_slice().try_into().unwrap(),
        point.y().unwrap().as_slice().try_into().unwrap(),
    )
}

fn times_generator(k: &Scalar) -> ProjectivePoint {
    ProjectivePoint::mul_by_generator(k)
}
