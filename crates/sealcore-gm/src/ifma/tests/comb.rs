use super::super::{base_mul_x, base_mul8, base_mul8_x, scalar};
use super::*;
use crate::curve;
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
    check_alone(&k[0]);
}

/// The way of one scalar over all lanes.
fn check_alone(k: &Scalar) {
    let scalar = curve::Scalar::from_be_bytes(&bytes(k)).unwrap();
    assert_eq!(
        curve::base_multiple(&scalar),
        affine(&times_generator(k)),
        "k = {:x?}",
        bytes(k)
    );
    let x = curve::Scalar::from_be_bytes_reduced(&affine(&times_generator(k)).0);
    assert_eq!(curve::base_multiple_x(&scalar), x);
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

/// For each half of the lanes, the k of which the lanes of that half sum up to the same point as the others. Only that of the
/// even lanes against the odd ones would make the last addition of [`super::super::single`] a doubling, and is above n.
#[test]
fn lanes_that_sum_up_to_the_same() {
    if !runs_here("equal sums of lanes") {
        return;
    }
    // The sums of n's lanes: 2 b - (2^32 - 1), with the 32 bits b of (n >> 1) + 2^255.
    let mut bits = [0; 32];
    let n = scalar::N;
    for i in 0..4 {
        let next = n.get(i + 1).map_or(1, |next| next & 1);
        bits[8 * i..8 * i + 8].copy_from_slice(&(n[i] >> 1 | next << 63).to_le_bytes());
    }
    let sums: Vec<Scalar> = (0..8)
        .map(|lane| {
            let b = u32::from_le_bytes(bits[4 * lane..4 * lane + 4].try_into().unwrap());
            let sum = Scalar::from(2 * u64::from(b)) - Scalar::from(u64::from(u32::MAX));
            sum * power_of_two(32 * lane as u32)
        })
        .collect();
    assert_eq!(
        sums.iter().fold(Scalar::ZERO, |sum, lane| sum + lane),
        Scalar::ZERO,
        "they are n"
    );
    for subset in 1..255_u32 {
        let half = (0..8).filter(|lane| subset >> lane & 1 == 1);
        let k = half.fold(Scalar::ZERO, |k, lane| k - sums[lane] - sums[lane]);
        check_alone(&k);
        check_alone(&-k);
    }
}

/// Each lane's sum 1, -1, the greatest or the least.
#[test]
fn lanes_at_their_edges() {
    if !runs_here("lanes at their edges") {
        return;
    }
    for pattern in 0..4_u32.pow(8) {
        // The highest lane is positive.
        if pattern % 31 != 0 || pattern >> 14 & 1 == 1 {
            continue;
        }
        let k = (0..8).fold(Scalar::ZERO, |k, lane| {
            let size = if pattern >> (2 * lane + 1) & 1 == 1 {
                u64::from(u32::MAX)
            } else {
                1
            };
            let sum = Scalar::from(size) * power_of_two(32 * lane);
            if pattern >> (2 * lane) & 1 == 1 {
                k - sum
            } else {
                k + sum
            }
        });
        if k != Scalar::ZERO {
            check_alone(&k);
        }
    }
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
