use super::super::{base_mul_x, base_mul8, base_mul8_x};
use super::*;
use proptest::prelude::*;

fn check(k: &[Scalar; 8]) {
    let input: Integers = std::array::from_fn(|i| bytes(&k[i]));
    let points = base_mul8(&input);
    let xs = base_mul8_x(&input);
    for i in 0..8 {
        let expected = affine(&times_generator(&k[i]));
        assert_eq!(points[i], expected, "k = {:x?}", input[i]);
        assert_eq!(xs[i], expected.0, "k = {:x?}", input[i]);
    }
}

/// Every one of these, eight at a time, each in two lanes.
fn check_all(k: &[Scalar]) {
    for at in 0..k.len() {
        check(&std::array::from_fn(|i| k[(at + i) % k.len()]));
    }
}

/// 2^e mod n.
fn power_of_two(e: u32) -> Scalar {
    (0..e).fold(Scalar::ONE, |x, _| x + x)
}

#[test]
fn small_great_and_powers_of_two() {
    if !runs_here("fixed base") {
        return;
    }
    let mut k: Vec<Scalar> = (1..=20u64).map(Scalar::from).collect();
    k.extend((1..=20u64).map(|i| -Scalar::from(i)));
    k.extend((0..256).map(power_of_two));
    k.extend((1..256).map(|e| power_of_two(e) - Scalar::ONE));
    k.extend((1..256).map(|e| power_of_two(e) + Scalar::ONE));
    check_all(&k);
}

/// The last addition meets equal points for k = 2 T - n with T the last window's term: T = (2^W - 1) 2^(256 - W) for
/// windows that divide 256, and more generally the greatest that fits. Around it, and for each other T and window width,
/// it must not matter.
#[test]
fn last_addition_doubles() {
    if !runs_here("exceptional addition") {
        return;
    }
    let mut k = Vec::new();
    for shift in (240..256).rev() {
        for top in (1u64..1 << (256 - shift)).rev().take(16).chain(1..16) {
            let twice = power_of_two(shift) * Scalar::from(2 * top); // 2 T, so 2 T - n too
            k.extend([twice, -twice, twice + Scalar::ONE, twice - Scalar::ONE]);
        }
    }
    k.retain(|k| *k != Scalar::ZERO);
    check_all(&k);
}

#[test]
fn zero_digits_and_equal_lanes() {
    if !runs_here("fixed base") {
        return;
    }
    for byte in [0x00, 0x01, 0x7f, 0x80, 0xff, 0x55, 0xaa] {
        let mut k = [byte; 32];
        k[0] &= 0x7f;
        for i in 0..32 {
            let mut changed = k;
            changed[i] ^= 1;
            check(&[nonzero(changed); 8]);
        }
    }
}

#[test]
fn any_number_with_a_shared_inversion() {
    if !runs_here("shared inversion") {
        return;
    }
    let k: Vec<[u8; 32]> = (1..=300u64)
        .map(|i| bytes(&(power_of_two(200) * Scalar::from(i * i))))
        .collect();
    let expected: Vec<[u8; 32]> = k.iter().map(|k| affine(&times_generator(&nonzero(*k))).0).collect();
    for count in [0, 1, 7, 8, 9, 16, 127, 128, 129, 300] {
        assert_eq!(base_mul_x(&k[..count]), expected[..count], "{count}");
    }
}

proptest! {
    #[test]
    fn any_scalars(k in proptest::array::uniform8(any::<[u8; 32]>())) {
        if runs_here("fixed base") {
            check(&k.map(nonzero));
        }
    }
}
