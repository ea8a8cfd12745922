//! Boxes in millimetres, from the top left corner of a page.

use std::fmt;

/// ST_Box: left, top, width and height in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Boundary {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Boundary {
    /// A box.
    #[must_use]
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }

    /// Reads four numbers, separated by white space or commas.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|part| !part.is_empty())
            .map(|part| part.parse::<f64>().ok().filter(|number| number.is_finite()));
        let boundary = Self::new(numbers.next()??, numbers.next()??, numbers.next()??, numbers.next()??);
        numbers.next().is_none().then_some(boundary)
    }

    /// Left, top, width, height.
    #[must_use]
    pub fn to_array(self) -> [f64; 4] {
        [self.x, self.y, self.width, self.height]
    }
}

/// As in an attribute: at most three decimals, a micrometre.
impl fmt::Display for Boundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, number) in self.to_array().into_iter().enumerate() {
            // Adding zero turns -0 into 0.
            let rounded = (number * 1000.0).round() / 1000.0 + 0.0;
            write!(f, "{}{rounded}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes() {
        let boundary = Boundary::parse(" 0 -1.5\t210.0001  297 ").unwrap();
        assert_eq!(boundary.to_string(), "0 -1.5 210 297");
        for bad in ["", "1 2 3", "1 2 3 4 5", "1 2 3 x", "1 2 3 NaN", "1 2 3 inf"] {
            assert_eq!(Boundary::parse(bad), None, "{bad}");
        }
    }
}
