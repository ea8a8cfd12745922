//! Values of options: lengths, points, spans of time, numbers in hexadecimal.

use std::time::Duration;

/// Reads `150mm` or `150`.
pub(crate) fn millimetres(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches("mm").trim_end();
    let number = number.parse::<f64>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| format!("“{text}”: a length in millimetres, as 40mm / 应为毫米长度，如 40mm"))
}

/// Reads `40mm` as a whole number of millimetres, which is what a seal can state.
pub(crate) fn whole_millimetres(text: &str) -> Result<i64, String> {
    let number = text.trim().trim_end_matches("mm").trim_end();
    let number = number.parse::<i64>().ok().filter(|number| (1..=1_000).contains(number));
    number.ok_or_else(|| format!("“{text}”: whole millimetres, 1 to 1000 / 应为 1 至 1000 的整数毫米"))
}

/// Left and top, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x_mm: f64,
    pub(crate) y_mm: f64,
}

/// Reads `150mm,200mm`.
pub(crate) fn point(text: &str) -> Result<Point, String> {
    let (x, y) = text
        .split_once([',', '，'])
        .ok_or_else(|| format!("“{text}”: two lengths, as 150mm,200mm / 应为两个长度，如 150mm,200mm"))?;
    Ok(Point {
        x_mm: millimetres(x)?,
        y_mm: millimetres(y)?,
    })
}

/// Reads `1s`, `500ms`, `2m`: above nothing, and an hour at the most.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.get(digits.len()..) {
        Some("us") => Some(1),
        Some("ms") => Some(1_000),
        Some("s") => Some(1_000_000),
        Some("m") => Some(60_000_000),
        _ => None,
    };
    let micros = unit.and_then(|unit| digits.parse::<u64>().ok()?.checked_mul(unit));
    micros
        .filter(|micros| (1..=3_600_000_000).contains(micros))
        .map(Duration::from_micros)
        .ok_or_else(|| format!("“{text}”: a span of time, as 500ms, 1s or 2m / 应为时间长度，如 500ms、1s 或 2m"))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads hexadecimal with white space and colons anywhere.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ':')
        .map(|c| c.to_digit(16))
        .collect();
    let digits = digits.filter(|digits| !digits.is_empty() && digits.len().is_multiple_of(2))?;
    digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair.iter().fold(0, |value, digit| value * 16 + digit)).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_points() {
        assert_eq!(
            point("150mm,200mm"),
            Ok(Point {
                x_mm: 150.0,
                y_mm: 200.0
            })
        );
        assert_eq!(point(" 1.5 , -2"), Ok(Point { x_mm: 1.5, y_mm: -2.0 }));
        for bad in ["", "1", "1,2,3", "NaN,1", "inf,1", "1cm,2cm"] {
            assert!(point(bad).is_err(), "{bad}");
        }
        assert_eq!(whole_millimetres("40mm"), Ok(40));
        for bad in ["0", "1001", "40.5mm", ""] {
            assert!(whole_millimetres(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn spans_of_time() {
        assert_eq!(duration("1s"), Ok(Duration::from_secs(1)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("60m"), Ok(Duration::from_secs(3600)));
        for bad in ["", "1", "s", "0s", "-1s", "1.5s", "61m", "1h", "99999999999999999999s"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hexadecimal() {
        assert_eq!(from_hex("00:fF 10\n"), Some(vec![0, 255, 16]));
        assert_eq!(to_hex(&[0, 255, 16]), "00ff10");
        for bad in ["", "0", "0g", "１２"] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
    }
}
