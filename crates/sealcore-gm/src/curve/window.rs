//! Recoding of scalars into signed digits.
#![allow(clippy::indexing_slicing, clippy::cast_possible_truncation)] // positions within four limbs

use super::barrier;
use super::limbs::Limbs;

/// The digit at `window` in Booth's recoding with `WIDTH` bits a window: its magnitude, at most `2^(WIDTH-1)`, and all ones
/// where it is negative. `k = sum of digit * 2^(WIDTH * window)`. Constant-time with regard to `k`.
#[inline(always)]
pub(crate) fn booth<const WIDTH: usize>(k: &Limbs, window: usize) -> (u64, u64) {
    let bits = bits_from::<WIDTH>(k, WIDTH * window);
    // The top one of the WIDTH + 1 bits says that the digit is negative.
    let negative = barrier::mask(0_u64.wrapping_sub(bits >> WIDTH));
    let magnitude = (bits ^ negative) & ((2 << WIDTH) - 1);
    ((magnitude >> 1) + (magnitude & 1), negative)
}

/// Bits `position - 1` to `position + WIDTH - 1` of `k`; those outside are zero.
#[inline(always)]
fn bits_from<const WIDTH: usize>(k: &Limbs, position: usize) -> u64 {
    let mask = (2 << WIDTH) - 1;
    let Some(start) = position.checked_sub(1) else {
        return (k[0] << 1) & mask;
    };
    let (limb, shift) = (start / 64, start % 64);
    let low = k.get(limb).copied().unwrap_or(0) >> shift;
    let high = k.get(limb + 1).copied().unwrap_or(0) << 1 << (63 - shift);
    (low | high) & mask
}

/// Non-adjacent form: digits are zero or odd and below `2^(WIDTH-1)` in magnitude, and after one that is not zero at least
/// `WIDTH - 1` zeros follow. For public scalars only.
pub(crate) fn non_adjacent<const WIDTH: u32>(k: &Limbs) -> ([i8; 257], usize) {
    let mut digits = [0; 257];
    let mut length = 0;
    let mut carry = 0;
    let mut position = 0;
    while position < 257 {
        let (limb, shift) = (position / 64, position % 64);
        let low = k.get(limb).copied().unwrap_or(0) >> shift;
        let high = k.get(limb + 1).copied().unwrap_or(0) << 1 << (63 - shift);
        let window = ((low | high) & ((1 << WIDTH) - 1)) + carry;
        if window & 1 == 0 {
            position += 1;
            continue;
        }
        carry = window >> (WIDTH - 1) & 1;
        let digit = window as i64 - ((carry as i64) << WIDTH);
        digits[position] = digit as i8;
        length = position + 1;
        position += WIDTH as usize;
    }
    (digits, length)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn booth_digits_sum_up(k: [u64; 4]) {
            check_booth::<5>(&k);
            check_booth::<6>(&k);
            check_booth::<7>(&k);
        }

        #[test]
        fn non_adjacent_digits_sum_up(k: [u64; 4]) {
            let (digits, length) = non_adjacent::<5>(&k);
            prop_assert!(digits[length..].iter().all(|&digit| digit == 0));
            let digits = digits.map(i64::from);
            prop_assert_eq!(sum::<1>(&digits), k.to_vec());
            for (i, &digit) in digits.iter().enumerate().filter(|&(_, &digit)| digit != 0) {
                prop_assert!(digit % 2 != 0 && digit.abs() < 16);
                prop_assert!(digits[i + 1..].iter().take(4).all(|&next| next == 0));
            }
        }
    }

    #[test]
    fn largest() {
        check_booth::<6>(&[u64::MAX; 4]);
        check_booth::<7>(&[u64::MAX; 4]);
        let (digits, _) = non_adjacent::<5>(&[u64::MAX; 4]);
        assert_eq!(sum::<1>(&digits.map(i64::from)), vec![u64::MAX; 4]);
    }

    fn check_booth<const WIDTH: usize>(k: &Limbs) {
        let digits: Vec<i64> = (0..257_usize.div_ceil(WIDTH))
            .map(|window| booth::<WIDTH>(k, window))
            .inspect(|&(magnitude, _)| assert!(magnitude <= 1 << (WIDTH - 1)))
            .map(|(magnitude, negative)| {
                if negative == 0 {
                    magnitude as i64
                } else {
                    -(magnitude as i64)
                }
            })
            .collect();
        assert_eq!(sum::<WIDTH>(&digits), k.to_vec());
    }

    /// `sum of digit * 2^(WIDTH * i)`, which must be positive and fit four limbs.
    fn sum<const WIDTH: usize>(digits: &[i64]) -> Vec<u64> {
        use num_bigint::BigInt;
        let sum: BigInt = digits
            .iter()
            .rev()
            .fold(BigInt::ZERO, |sum, &digit| (sum << WIDTH) + digit);
        let mut limbs = sum.to_biguint().unwrap().to_u64_digits();
        limbs.resize(4, 0);
        limbs
    }
}
