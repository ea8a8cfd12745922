//! The arithmetic against big integers, its backends against each other, and points against RustCrypto's.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use num_bigint::BigUint;
use proptest::prelude::*;

use elliptic_curve::ops::Reduce as _;
use elliptic_curve::point::{AffineCoordinates as _, DecompressPoint as _};
use elliptic_curve::{Group as _, PrimeField as _};
use sm2::{AffinePoint as TheirPoint, ProjectivePoint, Scalar as TheirScalar, U256};

use super::field::{Arithmetic, FieldElement, P, Portable};
use super::limbs::{self, Limbs};
use super::point::{G, JacobianPoint};
use super::scalar::{N, Scalar};
use super::{AffinePoint, Key, comb, point, table, verify};

fn big(limbs: &Limbs) -> BigUint {
    BigUint::from_bytes_be(&limbs::to_be_bytes(limbs))
}

/// Any 256 bits, and often those near which carries go wrong.
fn integers() -> impl Strategy<Value = Limbs> {
    let limb = prop_oneof![
        any::<u64>(),
        Just(0),
        Just(1),
        Just(u64::MAX),
        Just(u64::MAX - 1),
        Just(0xffff_ffff),
        Just(0xffff_ffff_0000_0000),
        Just(0xffff_fffe_ffff_ffff),
        Just(1 << 63),
    ];
    prop_oneof![
        4 => any::<Limbs>(),
        4 => [limb.clone(), limb.clone(), limb.clone(), limb],
        1 => (0..8_u64).prop_map(|i| limbs::sub(&P, &[i, 0, 0, 0]).0),
        1 => (0..8_u64).prop_map(|i| limbs::sub(&N, &[i, 0, 0, 0]).0),
        1 => (0..8_u64).prop_map(|i| [i, 0, 0, 0]),
    ]
}

fn below(m: &'static Limbs) -> impl Strategy<Value = Limbs> {
    integers().prop_map(|limbs| limbs::reduce_once(&limbs, 0, m))
}

fn check_field<A: Arithmetic>(a: &Limbs, b: &Limbs) {
    let (p, r) = (big(&P), BigUint::from(1_u8) << 256_u32);
    let (x, y) = (FieldElement(*a), FieldElement(*b));
    let r_inverse = r.modinv(&p).unwrap();
    let product = A::mul(&x, &y);
    assert_eq!(big(&product.0), big(a) * big(b) * &r_inverse % &p);
    assert_eq!(big(&A::square(&x).0), big(a) * big(a) * &r_inverse % &p);
    assert_eq!(big(&x.add(&y).0), (big(a) + big(b)) % &p);
    assert_eq!(big(&x.sub(&y).0), (big(a) + &p - big(b)) % &p);
    assert_eq!(big(&x.negate().0), (&p - big(a)) % &p);
    assert_eq!(x.halve().double(), x);
    assert_eq!(FieldElement::from_integer::<A>(a).to_integer::<A>(), *a);
    assert_eq!(big(&FieldElement::from_integer::<A>(a).0), big(a) * &r % &p);
    let inverse = x.invert::<A>();
    if x == FieldElement::ZERO {
        assert_eq!(inverse, x);
    } else {
        assert_eq!(A::mul(&inverse, &x), FieldElement::ONE);
    }
    let square = A::square(&x);
    let root = square.sqrt::<A>().unwrap();
    assert!(root == x || root == x.negate());
    // -1 is not a square modulo p.
    assert!(x == FieldElement::ZERO || square.negate().sqrt::<A>().is_none());
}

proptest! {
    #[test]
    fn field_portable(a in below(&P), b in below(&P)) {
        check_field::<Portable>(&a, &b);
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn field_adx(a in below(&P), b in below(&P)) {
        if super::field::Adx::available() {
            check_field::<super::field::Adx>(&a, &b);
        }
    }

    #[test]
    fn scalars(a in below(&N), b in below(&N), any in integers()) {
        let n = big(&N);
        let (x, y) = (Scalar::reduced(&a), Scalar::reduced(&b));
        prop_assert_eq!(big(x.mul(&y.to_factor()).limbs()), big(&a) * big(&b) % &n);
        prop_assert_eq!(big(x.add(&y).limbs()), (big(&a) + big(&b)) % &n);
        prop_assert_eq!(big(x.sub(&y).limbs()), (big(&a) + &n - big(&b)) % &n);
        prop_assert_eq!(big(Scalar::reduced(&any).limbs()), big(&any) % &n);
        prop_assert_eq!(Scalar::from_be_bytes(&limbs::to_be_bytes(&any)).is_some(), big(&any) < n);
        prop_assert_eq!(Scalar::from_be_bytes(&x.to_be_bytes()), Some(x));
        if x.is_zero() {
            prop_assert_eq!(x.invert(), x);
        } else {
            prop_assert_eq!(x.invert().mul(&x.to_factor()), Scalar::ONE);
        }
    }
}

/// The arithmetics that this processor has.
macro_rules! with_each_arithmetic {
    ($a:ident => $work:expr) => {{
        {
            type $a = Portable;
            $work;
        }
        #[cfg(target_arch = "x86_64")]
        if super::field::Adx::available() {
            type $a = super::field::Adx;
            $work;
        }
    }};
}

fn theirs(k: &Scalar) -> TheirScalar {
    TheirScalar::from_repr(k.to_be_bytes().into()).unwrap()
}

fn scalar(k: TheirScalar) -> Scalar {
    Scalar::from_be_bytes(&k.to_repr().into()).unwrap()
}

fn affine(k: TheirScalar) -> AffinePoint {
    let point = ProjectivePoint::mul_by_generator(&k).to_affine();
    super::point_from_coordinates(&point.x().into(), &point.y().into()).unwrap()
}

fn coordinates(point: &JacobianPoint) -> ([u8; 32], [u8; 32]) {
    super::coordinates(&point::to_affine_many::<Portable>(&[*point])[0])
}

fn check_base_multiple(k: &Scalar) {
    let expected = ProjectivePoint::mul_by_generator(&theirs(k)).to_affine();
    let expected: ([u8; 32], [u8; 32]) = (expected.x().into(), expected.y().into());
    with_each_arithmetic!(A => for select in table::selects() {
        let point = comb::multiply::<A>(&comb::GENERATOR, k.limbs(), select);
        assert_eq!(coordinates(&point), expected);
    });
    assert_eq!(super::base_multiple(k), expected);
    let x = Scalar::from_be_bytes_reduced(&expected.0);
    assert_eq!(super::base_multiple_x(k), x);
    assert_eq!(super::base_multiples(&[*k, *k]), [expected; 2]);
    assert_eq!(super::base_multiples_x(&[*k; 3]), [x; 3]);
}

/// `s G + t P = x`, by every arithmetic, with and without a table.
fn check_has_x(s: &Scalar, t: &Scalar, d: TheirScalar) {
    let sum = ProjectivePoint::mul_by_generator(&(theirs(s) + theirs(t) * d)).to_affine();
    let x = Scalar::from_be_bytes_reduced(&sum.x().into());
    let expected = !bool::from(sum.is_identity());
    let other = x.add(&Scalar::ONE);
    let point = affine(d);
    with_each_arithmetic!(A => {
        let table = comb::table::<A>(&point);
        let best = verify::Table::new::<A>(&point);
        for key in [Key::Point(&point), Key::Table(&table), best.key()] {
            assert_eq!(verify::has_x::<A>(s, t, &key, &x), expected);
            assert!(!verify::has_x::<A>(s, t, &key, &other));
        }
    });
}

#[test]
fn base_multiples_at_the_edges() {
    let one = TheirScalar::ONE;
    for small in 1..=130_u64 {
        check_base_multiple(&scalar(TheirScalar::from(small)));
        check_base_multiple(&scalar(-TheirScalar::from(small)));
    }
    let mut power = one;
    for _ in 0..256 {
        for k in [power, power - one, power + one, -power, one - power] {
            if k != TheirScalar::ZERO {
                check_base_multiple(&scalar(k));
            }
        }
        power = power.double();
    }
}

// The multiples of G itself make the two halves of the sum meet, cancel, and pass through infinity.
#[test]
fn double_multiples_at_the_edges() {
    let small = |k: i64| {
        if k < 0 {
            -TheirScalar::from(k.unsigned_abs())
        } else {
            TheirScalar::from(k.unsigned_abs())
        }
    };
    for d in [1, 2, 3, -1, -2, 31, 32, 33, 64] {
        for s in [0, 1, 2, 31, 32, 33, -1, -2, -32] {
            for t in [1, 2, 16, -1, -31, -32] {
                check_has_x(&scalar(small(s)), &scalar(small(t)), small(d));
            }
        }
    }
}

#[test]
fn exceptional_sums() {
    let (one, five) = (affine(TheirScalar::ONE), affine(TheirScalar::from(5_u64)));
    with_each_arithmetic!(A => {
        let jacobian = JacobianPoint::from_affine(&five).double::<A>();
        let ten = affine(TheirScalar::from(10_u64));
        let twenty = super::coordinates(&affine(TheirScalar::from(20_u64)));
        assert_eq!(coordinates(&jacobian), super::coordinates(&ten));
        assert_eq!(coordinates(&jacobian.add_affine_vartime::<A>(&ten)), twenty);
        assert_eq!(coordinates(&jacobian.add_vartime::<A>(&JacobianPoint::from_affine(&ten))), twenty);
        assert!(jacobian.add_affine_vartime::<A>(&ten.negate()).is_infinity_vartime());
        assert!(jacobian.add_vartime::<A>(&JacobianPoint::from_affine(&ten.negate())).is_infinity_vartime());
        let infinity = JacobianPoint::INFINITY;
        assert!(infinity.double::<A>().is_infinity_vartime());
        assert!(infinity.add_vartime::<A>(&infinity).is_infinity_vartime());
        assert_eq!(coordinates(&infinity.add_affine_vartime::<A>(&one)), super::coordinates(&one));
        assert_eq!(coordinates(&infinity.add_vartime::<A>(&jacobian)), super::coordinates(&ten));
        assert_eq!(coordinates(&jacobian.add_vartime::<A>(&infinity)), super::coordinates(&ten));
        assert_eq!(coordinates(&infinity.add_affine_unequal::<A>(&one, 0)), super::coordinates(&one));
        assert_eq!(coordinates(&jacobian.add_affine_unequal::<A>(&AffinePoint::ZERO, u64::MAX)), super::coordinates(&ten));
        assert!(infinity.add_affine_unequal::<A>(&AffinePoint::ZERO, u64::MAX).is_infinity_vartime());
        let many = [jacobian, infinity, jacobian.double::<A>()];
        let many: Vec<_> = point::to_affine_many::<A>(&many).iter().map(super::coordinates).collect();
        assert_eq!(many, [super::coordinates(&ten), ([0; 32], [0; 32]), twenty]);
    });
}

/// With `SEALCORE_WRITE_TABLES` set, writes the file instead of comparing it.
#[test]
fn generator_table() {
    let table = comb::table::<Portable>(&G);
    let entries = table.iter().flat_map(|window| &window.0);
    let limbs = entries.flat_map(|entry| entry.x.0.into_iter().chain(entry.y.0));
    let bytes: Vec<u8> = limbs.flat_map(u64::to_le_bytes).collect();
    if std::env::var_os("SEALCORE_WRITE_TABLES").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/curve/generator.bin"), &bytes).unwrap();
    }
    assert!(bytes == include_bytes!("generator.bin"));
    assert_eq!(super::coordinates(&G), super::coordinates(&affine(TheirScalar::ONE)));
}

#[test]
fn table_reads() {
    for (window, index) in comb::GENERATOR.iter().zip((0..=comb::ENTRIES).cycle()) {
        for index in [index, index ^ 1, 0, 1, comb::ENTRIES]
            .into_iter()
            .filter(|&index| index <= comb::ENTRIES)
        {
            let expected = if index == 0 {
                AffinePoint::ZERO
            } else {
                window.0[index - 1]
            };
            for select in table::selects() {
                assert_eq!(select(window, index as u64), expected);
            }
        }
    }
}

#[test]
fn inverses_of_many() {
    let scalars = [1_u64, 2, 77, u64::MAX].map(|k| scalar(-TheirScalar::from(k)));
    let inverses = Scalar::invert_many(scalars.iter().copied());
    assert_eq!(inverses, scalars.map(|k| k.invert()));
    assert!(Scalar::invert_many([].into_iter()).is_empty());
}

proptest! {
    #[test]
    fn base_multiples(k in below(&N)) {
        let k = Scalar::reduced(&k);
        if !k.is_zero() {
            check_base_multiple(&k);
        }
    }

    #[test]
    fn compressed_points(x: [u8; 32], odd: bool) {
        let expected = Option::<TheirPoint>::from(TheirPoint::decompress(&x.into(), u8::from(odd).into()));
        let expected = expected.map(|point| (point.x().into(), point.y().into()));
        with_each_arithmetic!(A => {
            let ours = FieldElement::from_be_bytes::<A>(&x).and_then(|x| AffinePoint::decompress::<A>(x, odd));
            prop_assert_eq!(ours.as_ref().map(super::coordinates), expected);
            prop_assert!(ours.is_none_or(|point| point.is_on_curve::<A>()));
        });
    }
}

proptest! {
    // A table takes a while without optimisation.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 8, ..ProptestConfig::default() })]

    #[test]
    fn double_multiples(s in below(&N), t in below(&N), d in below(&N)) {
        let d = TheirScalar::reduce(&U256::from_be_slice(&limbs::to_be_bytes(&d)));
        if !bool::from(elliptic_curve::Field::is_zero(&d)) {
            check_has_x(&Scalar::reduced(&s), &Scalar::reduced(&t), d);
            // The halves meet, and cancel.
            let s = theirs(&Scalar::reduced(&t)) * d;
            check_has_x(&scalar(s), &Scalar::reduced(&t), d);
            check_has_x(&scalar(-s), &Scalar::reduced(&t), d);
        }
    }
}
