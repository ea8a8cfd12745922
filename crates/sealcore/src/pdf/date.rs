//! Dates in text strings (ISO 32000-2, 7.9.4).

use crate::asn1::Time;

/// The moment of a date `D:YYYYMMDDHHmmSSOHH'mm'`. Parts that are missing are the first of their kind; without a zone it is
/// UTC.
pub(crate) fn parse(text: &str) -> Option<Time> {
    let text = text.strip_prefix("D:").unwrap_or(text).trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (stamp, zone) = text.split_at_checked(digits)?;
    if !(4..=14).contains(&stamp.len()) || !stamp.len().is_multiple_of(2) {
        return None;
    }
    let part = |from: usize, length: usize, missing: &'static str| stamp.get(from..from + length).unwrap_or(missing);
    let (year, month, day) = (part(0, 4, "0001"), part(4, 2, "01"), part(6, 2, "01"));
    let (hour, minute, second) = (part(8, 2, "00"), part(10, 2, "00"), part(12, 2, "00"));
    let offset = offset(zone)?;
    Time::parse_rfc3339(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}{offset}"))
}

fn offset(zone: &str) -> Option<String> {
    let sign = match zone.chars().next() {
        None | Some('Z') => return Some("Z".to_owned()),
        Some(sign @ ('+' | '-')) => sign,
        Some(_) => return None,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours = digits.get(..2)?;
    let minutes = digits.get(2..4).unwrap_or("00");
    Some(format!("{sign}{hours}:{minutes}"))
}

/// A moment as a date, in the time of China: that of the people who read it.
pub(crate) fn write(time: Time) -> String {
    let civil: String = time.local().chars().filter(char::is_ascii_digit).take(14).collect();
    format!("D:{civil}+08'00'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let same = Time::parse_rfc3339("2026-03-04T05:06:07Z").unwrap();
        for text in [
            "D:20260304050607Z",
            "D:20260304050607",
            "20260304130607+08'00'",
            "D:20260304130607+08'00",
            "D:20260304040607-0100",
            "D:20260304050607Z00'00'",
        ] {
            assert_eq!(parse(text), Some(same), "{text}");
        }
        assert_eq!(parse("D:2026"), Time::parse_rfc3339("2026-01-01T00:00:00Z"));
        for bad in ["", "D:", "D:202", "D:20261301", "yesterday", "D:20260304050607x"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for unix in [0, 1_700_000_000, 4_000_000_000] {
            let time = Time::from_unix(unix);
            assert_eq!(parse(&write(time)), Some(time));
        }
        assert_eq!(
            write(Time::parse_rfc3339("2026-03-04T05:06:07Z").unwrap()),
            "D:20260304130607+08'00'"
        );
    }
}
