//! Two numbers of 32 bytes in the fixed fields of SDF's and SKF's structures: x and y, r and s.
//!
//! Both standards give a number 64 bytes and set it to the right. Libraries are met that set it to the left, and others whose
//! fields have 32 bytes. The buffer was zeroed before the call, so where the zeros are tells the layouts apart; a point that
//! is on the curve, and a signature that verifies, tell whether it was told rightly.

use sealcore_gm::sm2::VerifyingKey;

const NUMBER: usize = 32;

/// The bytes that two fields occupy at most.
pub(crate) const LEN: usize = 128;

/// Where the first and the second number start.
const LAYOUTS: [[usize; 2]; 3] = [
    [32, 96], // to the right, as the standards have it
    [0, 64],  // to the left
    [0, 32],  // fields of 32 bytes
];

/// The two numbers, where everything else is zero and neither number is.
pub(crate) fn numbers(bytes: &[u8]) -> Option<[u8; 64]> {
    let fields = bytes.get(..LEN)?;
    LAYOUTS.iter().find_map(|starts| {
        let mut rest = fields.to_vec();
        let mut numbers = [0; 64];
        for (start, place) in starts.iter().zip(numbers.chunks_exact_mut(NUMBER)) {
            let number = rest.get_mut(*start..*start + NUMBER)?;
            if number.iter().all(|byte| *byte == 0) {
                return None;
            }
            place.copy_from_slice(number);
            number.fill(0);
        }
        rest.iter().all(|byte| *byte == 0).then_some(numbers)
    })
}

/// The public key whose fields start at one of `starts`: behind a length of 4 or of 8 bytes.
pub(crate) fn public_key(bytes: &[u8], starts: &[usize]) -> Option<VerifyingKey> {
    starts.iter().find_map(|start| {
        LAYOUTS.iter().find_map(|[x, y]| {
            let number = |at: usize| bytes.get(start + at..start + at + NUMBER);
            VerifyingKey::from_sec1(&[&[4], number(*x)?, number(*y)?].concat()).ok()
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sealcore_gm::sm2::SigningKey;

    use super::*;

    fn laid_out(layout: [usize; 2], numbers: &[u8; 64]) -> Vec<u8> {
        let mut bytes = vec![0; LEN];
        for (start, number) in layout.into_iter().zip(numbers.chunks_exact(NUMBER)) {
            bytes[start..start + NUMBER].copy_from_slice(number);
        }
        bytes
    }

    proptest! {
        #[test]
        fn each_layout_is_told(first in prop::array::uniform32(any::<u8>()), second in prop::array::uniform32(any::<u8>())) {
            prop_assume!(first != [0; 32] && second != [0; 32]);
            let pair: [u8; 64] = [first, second].concat().try_into().unwrap();
            for layout in LAYOUTS {
                prop_assert_eq!(numbers(&laid_out(layout, &pair)), Some(pair));
            }
        }

        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), start in 0usize..400) {
            let _ = numbers(&bytes);
            let _ = public_key(&bytes, &[0, 4, start]);
        }

        #[test]
        fn public_keys(scalar in prop::array::uniform32(any::<u8>()), wide in any::<bool>()) {
            let Ok(key) = SigningKey::from_bytes(&scalar) else { return Ok(()) };
            let point: [u8; 64] = key.verifying_key().to_sec1()[1..].try_into().unwrap();
            for layout in LAYOUTS {
                let mut bytes = vec![0; if wide { 8 } else { 4 }];
                bytes[1] = 1; // 256
                bytes.extend(laid_out(layout, &point));
                let read = public_key(&bytes, &[4, 8]);
                prop_assert_eq!(read.as_ref(), Some(key.verifying_key()));
            }
        }
    }

    #[test]
    fn rubbish_is_refused() {
        assert_eq!(numbers(&[0; LEN]), None);
        assert_eq!(numbers(&[1; LEN]), None);
        assert_eq!(numbers(&[1; LEN - 1]), None);
        let mut zero_second = [0; LEN];
        zero_second[40] = 1;
        assert_eq!(numbers(&zero_second), None);
        assert_eq!(public_key(&[0; 200], &[4, 8]), None);
    }
}
