//! DeltaX and DeltaY of a TextCode: how far each character lies from the one before.

use std::str::SplitWhitespace;

/// The numbers of such an attribute, one a call. `g n v` stands for n times v and is never expanded, so that no count costs
/// more than the characters that ask for it.
#[derive(Clone, Debug)]
pub(crate) struct Deltas<'t> {
    tokens: SplitWhitespace<'t>,
    /// What is left of `g n v`.
    repeated: (u64, f64),
}

impl<'t> Deltas<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            tokens: text.split_whitespace(),
            repeated: (0, 0.0),
        }
    }
}

impl Iterator for Deltas<'_> {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        loop {
            if let (count @ 1.., value) = self.repeated {
                self.repeated.0 = count - 1;
                return Some(value);
            }
            let token = self.tokens.next()?;
            if token.eq_ignore_ascii_case("g") {
                let count = self.tokens.next()?.parse().unwrap_or(0);
                self.repeated = (count, number(self.tokens.next()?));
            } else {
                return Some(number(token));
            }
        }
    }
}

/// A length; what is no number is nothing.
fn number(token: &str) -> f64 {
    token
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<f64> {
        Deltas::new(text).take(100).collect()
    }

    #[test]
    fn plain_and_compressed() {
        assert_eq!(read("1 2.5 -3"), [1.0, 2.5, -3.0]);
        assert_eq!(read("g 3 6.5 2 g 2 1"), [6.5, 6.5, 6.5, 2.0, 1.0, 1.0]);
        assert_eq!(read(""), [] as [f64; 0]);
    }

    #[test]
    fn what_is_broken_costs_nothing() {
        assert_eq!(read("g 18446744073709551615 1").len(), 100);
        assert_eq!(read("g 99999999999999999999 1 2"), [2.0]);
        assert_eq!(read("g -1 1 2"), [2.0]);
        assert_eq!(read("g 0 1 2"), [2.0]);
        assert_eq!(read("g"), [] as [f64; 0]);
        assert_eq!(read("g 2"), [] as [f64; 0]);
        assert_eq!(read("NaN inf x 1e999 4"), [0.0, 0.0, 0.0, 0.0, 4.0]);
    }

    proptest! {
        #[test]
        fn compressed_is_expanded(groups in proptest::collection::vec((0..9_u8, -50..50_i32), 0..9)) {
            let mut written = String::new();
            let mut expected = Vec::new();
            for (count, value) in &groups {
                written += &if *count == 1 { format!("{value} ") } else { format!("g {count} {value}\n") };
                expected.extend(std::iter::repeat_n(f64::from(*value), usize::from(*count)));
            }
            prop_assert_eq!(read(&written), expected);
        }
    }
}
