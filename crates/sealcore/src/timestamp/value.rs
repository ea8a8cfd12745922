//! The DER form of an SM2 value, without memory of its own.

use crate::algorithm::SM2_VALUE_MAX;

/// `SEQUENCE { r INTEGER, s INTEGER }`.
pub(super) struct Sm2Der {
    octets: [u8; SM2_VALUE_MAX],
    length: usize,
}

impl Sm2Der {
    /// The form of `r || s`, 32 octets each.
    pub(super) fn new(pair: &[u8; 64]) -> Self {
        let mut form = Self {
            octets: [0; SM2_VALUE_MAX],
            length: 0,
        };
        let (r, s) = pair.split_at(32);
        let (r, s) = (Number::new(r), Number::new(s));
        // Two numbers of 33 octets at the most: every length is one octet.
        form.push(&[0x30, r.len() + s.len() + 4]);
        for number in [r, s] {
            form.push(&[2, number.len()]);
            form.push(if number.sign { &[0] } else { &[] });
            form.push(number.significant);
        }
        form
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }

    fn push(&mut self, octets: &[u8]) {
        let end = self.length + octets.len();
        if let Some(place) = self.octets.get_mut(self.length..end) {
            place.copy_from_slice(octets);
            self.length = end;
        }
    }
}

struct Number<'n> {
    significant: &'n [u8],
    sign: bool,
}

impl<'n> Number<'n> {
    fn new(octets: &'n [u8]) -> Self {
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        let significant = octets.get(zeros..).unwrap_or_default();
        Self {
            significant,
            // Zero itself is no number of a signature; it would be one octet.
            sign: significant.first().is_none_or(|first| first & 0x80 != 0),
        }
    }

    fn len(&self) -> u8 {
        u8::try_from(self.significant.len() + usize::from(self.sign)).unwrap_or(u8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::algorithm::pair_to_der;

    proptest! {
        #[test]
        fn same_as_the_writer(mut pair in proptest::array::uniform32(any::<u8>()), zeros in 0_usize..34, other in any::<u8>()) {
            for octet in pair.iter_mut().take(zeros) {
                *octet = 0;
            }
            let mut both = [other; 64];
            both[..32].copy_from_slice(&pair);
            let form = Sm2Der::new(&both);
            prop_assert_eq!(form.bytes(), pair_to_der(&both));
        }
    }
}
