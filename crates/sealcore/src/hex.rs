//! Hexadecimal digits. Not constant-time: nothing secret is written so.

/// In place of a digit's value: white space as PDF has it (ISO 32000-2, 7.2.3).
const SPACE: u8 = 16;
/// In place of a digit's value: anything else.
const OTHER: u8 = 17;

/// What each byte is. A table, since signatures in PDF are tens of thousands of digits long, most of them zeros.
#[allow(clippy::indexing_slicing, clippy::cast_possible_truncation)] // at compile time
static VALUES: [u8; 256] = {
    let mut values = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        values[byte] = match byte as u8 {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            digit @ b'A'..=b'F' => digit - b'A' + 10,
            0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ' => SPACE,
            _ => OTHER,
        };
        byte += 1;
    }
    values
};

fn value(byte: u8) -> u8 {
    VALUES.get(usize::from(byte)).copied().unwrap_or(OTHER)
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The value of one digit.
pub(crate) fn digit(byte: u8) -> Option<u8> {
    Some(value(byte)).filter(|value| *value < SPACE)
}

/// Pairs of digits and nothing else.
pub(crate) fn from_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}

/// Where what is neither digit nor white space comes first: at the end of `data` where nothing does.
pub(crate) fn extent(data: &[u8]) -> usize {
    let end = data.iter().position(|byte| value(*byte) == OTHER);
    end.unwrap_or(data.len())
}

/// The bytes of digits with white space between them, up to what is neither. A last digit that is missing is 0
/// (ISO 32000-2, 7.3.4.3).
pub(crate) fn decode(digits: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(digits.len().div_ceil(2));
    let mut rest = digits;
    while !rest.is_empty() {
        let (pairs, _) = rest.as_chunks::<2>();
        let before = bytes.len();
        bytes.extend(pairs.iter().map_while(|[high, low]| {
            let (high, low) = (value(*high), value(*low));
            (high | low < SPACE).then_some(high << 4 | low)
        }));
        rest = rest.get((bytes.len() - before) * 2..).unwrap_or_default();
        // White space, or the last digit: one byte the slow way.
        let mut pair = rest
            .iter()
            .enumerate()
            .take_while(|(_, byte)| value(**byte) != OTHER)
            .filter(|(_, byte)| value(**byte) < SPACE);
        let Some((_, high)) = pair.next() else { break };
        let low = pair.next();
        bytes.push(value(*high) << 4 | low.map_or(0, |(_, low)| value(*low)));
        rest = low.and_then(|(at, _)| rest.get(at + 1..)).unwrap_or_default();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn white_space_and_a_missing_digit() {
        for (text, bytes, end) in [
            (&b"4 8 6\n5 7>"[..], &[0x48, 0x65, 0x70][..], 9),
            (b"", &[], 0),
            (b" \0\t", &[], 3),
            (b"aBCdg0", &[0xab, 0xcd], 4),
            (b"aBCg0", &[0xab, 0xc0], 3),
            (b"\x0b00", &[], 0),
        ] {
            assert_eq!((decode(text), extent(text)), (bytes.to_vec(), end), "{text:?}");
        }
    }

    #[test]
    fn pairs_and_nothing_else() {
        assert_eq!(from_hex(b"00fFAa"), Some(vec![0, 255, 170]));
        for bad in [&b"0"[..], b"0 ", b"+1", b"0x", b"g0"] {
            assert_eq!(from_hex(bad), None);
        }
    }

    proptest! {
        #[test]
        fn digits_say_what_was_written(bytes: Vec<u8>) {
            let text = to_hex(&bytes);
            prop_assert_eq!(from_hex(text.as_bytes()), Some(bytes.clone()));
            prop_assert_eq!(decode(text.to_uppercase().as_bytes()), bytes);
            prop_assert_eq!(extent(text.as_bytes()), text.len());
        }

        #[test]
        fn white_space_changes_nothing(text in "[0-9a-f \n\r\t]{0,80}[>g]?") {
            let plain: String = text.chars().filter(|c| c.is_ascii_hexdigit()).collect();
            let plain = if plain.len() % 2 == 1 { plain + "0" } else { plain };
            let end = text.len() - usize::from(text.ends_with(['>', 'g']));
            prop_assert_eq!(decode(text.as_bytes()), from_hex(plain.as_bytes()).unwrap_or_default());
            prop_assert_eq!(extent(text.as_bytes()), end);
        }
    }
}
