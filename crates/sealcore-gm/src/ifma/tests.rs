use super::*;
use sm2::elliptic_curve::{Group, sec1::ToSec1Point, PrimeField};
#[test]
fn first() {
    if !available() { return; }
    let mut k = [[0u8; 32]; 8];
    for (i, k) in k.iter_mut().enumerate() { k[31] = i as u8 + 1; k[5] = (i as u8) * 37; }
    let got = base_mul8(&k);
    for i in 0..8 {
        let s = sm2::Scalar::from_repr(k[i].into()).unwrap();
        let p = sm2::ProjectivePoint::mul_by_generator(&s).to_affine().to_sec1_point(false);
        assert_eq!(p.x().unwrap()[..], got[i].0[..], "x {i}");
        assert_eq!(p.y().unwrap()[..], got[i].1[..], "y {i}");
    }
}
