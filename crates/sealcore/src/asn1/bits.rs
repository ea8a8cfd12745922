use std::borrow::Cow;

/// A BIT STRING as it stands in the input, X.690, 8.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitString<'a> {
    /// Bits of the last octet that do not count, 0 to 7.
    pub unused: u8,
    /// The octets after the count of unused bits.
    pub bytes: &'a [u8],
}

impl<'a> BitString<'a> {
    /// The octets that were meant, where the writer cut trailing zero bits and octets, as OpenSSL does for strings that
    /// it takes for named bits: zero octets are put back up to `length`.
    ///
    /// Nothing is changed where the string has its full length.
    #[must_use]
    pub fn filled_to(&self, length: usize) -> Cow<'a, [u8]> {
        if self.bytes.len() >= length {
            return Cow::Borrowed(self.bytes);
        }
        let mut filled = self.bytes.to_vec();
        filled.resize(length, 0);
        Cow::Owned(filled)
    }

    /// Whether bit `index` is set, counted from the most significant bit of the first octet.
    #[must_use]
    pub fn bit(&self, index: usize) -> bool {
        self.bytes
            .get(index / 8)
            .is_some_and(|octet| octet & (0x80 >> (index % 8)) != 0)
    }
}
