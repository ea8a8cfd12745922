use std::fmt;

/// An object identifier: its content octets, whatever they are.
///
/// Some vendors put text where the arcs belong; such an identifier is read, compared and shown, never refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid {
    length: u8,
    content: [u8; Self::MAX],
}

impl Oid {
    /// The longest identifier that is kept, in content octets.
    pub const MAX: usize = 63;

    /// The identifier with these arcs. Meant for constants: arcs that do not fit stop the compilation there.
    ///
    /// ```
    /// use sealcore::asn1::Oid;
    /// const SM3: Oid = Oid::new(&[1, 2, 156, 10197, 1, 401]);
    /// assert_eq!(SM3.to_string(), "1.2.156.10197.1.401");
    /// ```
    #[must_use]
    #[allow(clippy::indexing_slicing, clippy::cast_possible_truncation)] // evaluated by the compiler for constants
    pub const fn new(arcs: &[u32]) -> Self {
        let mut content = [0; Self::MAX];
        let mut length = 0;
        let mut index = 1;
        while index < arcs.len() {
            let arc = if index == 1 {
                arcs[0] * 40 + arcs[1]
            } else {
                arcs[index]
            };
            let mut shift = 28;
            while shift > 0 && arc >> shift == 0 {
                shift -= 7;
            }
            while shift > 0 {
                content[length] = 0x80 | (arc >> shift & 0x7f) as u8;
                length += 1;
                shift -= 7;
            }
            content[length] = (arc & 0x7f) as u8;
            length += 1;
            index += 1;
        }
        Self {
            length: length as u8,
            content,
        }
    }

    /// The identifier with these content octets; `None` when there are none or more than [`Self::MAX`].
    #[must_use]
    pub fn from_content(octets: &[u8]) -> Option<Self> {
        let mut content = [0; Self::MAX];
        content
            .get_mut(..octets.len())
            .filter(|part| !part.is_empty())?
            .copy_from_slice(octets);
        Some(Self {
            length: u8::try_from(octets.len()).ok()?,
            content,
        })
    }

    /// The identifier written with dots, as in `1.2.156.10197.1.401`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let arcs: Vec<u32> = text
            .trim()
            .split('.')
            .map(|arc| arc.parse().ok())
            .collect::<Option<_>>()?;
        let (first, second) = (*arcs.first()?, *arcs.get(1)?);
        // At most five octets an arc: well inside MAX for the arcs allowed here.
        if first > 2 || second > 39 + 1000 * (first / 2) || arcs.len() > Self::MAX / 5 {
            return None;
        }
        Some(Self::new(&arcs))
    }

    /// The content octets.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        self.content.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The arcs; `None` where the content octets are not a valid encoding.
    fn arcs(&self) -> Option<Vec<u64>> {
        let mut arcs = Vec::new();
        let mut value = 0_u64;
        let mut open = false;
        for octet in self.content() {
            if !open && *octet == 0x80 {
                return None;
            }
            value = value.checked_mul(128)?.checked_add(u64::from(octet & 0x7f))?;
            open = octet & 0x80 != 0;
            if !open {
                if arcs.is_empty() {
                    let first = (value / 40).min(2);
                    arcs.extend([first, value - 40 * first]);
                } else {
                    arcs.push(value);
                }
                value = 0;
            }
        }
        (!open).then_some(arcs)
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.arcs() {
            Some(arcs) => {
                for (index, arc) in arcs.iter().enumerate() {
                    write!(f, "{}{arc}", if index == 0 { "" } else { "." })?;
                }
                Ok(())
            }
            None => self.content().iter().try_for_each(|octet| write!(f, "{octet:02x}")),
        }
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_and_shows() {
        for text in [
            "1.2.156.10197.1.501",
            "2.5.29.15",
            "0.9.2342.19200300.100.1.25",
            "1.2.840.113549.1.7.2",
            "2.999.3",
        ] {
            let oid = Oid::parse(text).unwrap();
            assert_eq!(oid.to_string(), text);
            assert_eq!(Oid::from_content(oid.content()), Some(oid));
        }
        assert_eq!(
            Oid::parse("1.2.156.10197.1.401").unwrap().content(),
            [0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x11]
        );
        for text in ["", "1", "3.1", "1.40", "1.2.x", "1..2", "1.2.99999999999"] {
            assert_eq!(Oid::parse(text), None, "{text}");
        }
    }

    #[test]
    fn words_in_place_of_arcs_are_kept() {
        let oid = Oid::from_content(b"tag").unwrap();
        assert_eq!(oid.content(), b"tag");
        assert_eq!(Oid::from_content(&[0x2a, 0x81]).unwrap().to_string(), "2a81");
        assert_eq!(Oid::from_content(&[]), None);
        assert_eq!(Oid::from_content(&[1; 64]), None);
    }
}
