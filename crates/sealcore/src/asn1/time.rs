//! Times as ASN.1 and the field write them, to the second.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::{Tag, Tlv};
use crate::error::Result;
use crate::text;

/// The zone of times written without one: China Standard Time, which the vendors' machines run on.
const FIELD_ZONE: Offset = jiff::tz::offset(8);

/// A moment, in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// How a time was written, as far as it differs from what the standard asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeForm {
    /// As DER has it.
    Standard,
    /// Without a zone: read as China Standard Time.
    NoZone,
    /// A GeneralizedTime whose year has two digits.
    ShortYear,
    /// Text that is no ASN.1 time at all, such as `2022-03-24 08:54:12`.
    Text,
}

impl Time {
    /// The moment `seconds` after 1970-01-01T00:00:00Z; clamped to the years -9999 to 9999.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second()))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0
    }

    /// The moment `seconds` later, or earlier where negative.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// Reads RFC 3339, as in `2026-11-22T10:00:00+08:00`; a date alone means its first second in UTC.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Some(Self(moment.as_second()));
        }
        let date = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10)?;
        from_civil(date.to_datetime(jiff::civil::Time::midnight()), Offset::UTC)
    }

    /// `YYYYMMDDHHMMSSZ`, the content of a GeneralizedTime.
    #[must_use]
    pub fn generalized(self) -> String {
        self.timestamp().strftime("%Y%m%d%H%M%SZ").to_string()
    }

    /// `YYYYMMDDHHMMSS` in UTC, without memory of its own; years outside 0 to 9999 are clamped.
    pub(crate) fn generalized_digits(self) -> [u8; 14] {
        let civil = Offset::UTC.to_datetime(self.timestamp());
        let year = civil.year().clamp(0, 9999);
        let pair = |value: i8| [b'0' + value.unsigned_abs() / 10, b'0' + value.unsigned_abs() % 10];
        let hundreds = |value: i16| pair(i8::try_from(value).unwrap_or(0));
        let [a, b] = hundreds(year / 100);
        let [c, d] = hundreds(year % 100);
        let [e, f] = pair(civil.month());
        let [g, h] = pair(civil.day());
        let [i, j] = pair(civil.hour());
        let [k, l] = pair(civil.minute());
        let [m, n] = pair(civil.second());
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n]
    }

    /// `YYYY-MM-DD HH:MM:SS` in China Standard Time, as SignatureDateTime and readers write it.
    #[must_use]
    pub fn local(self) -> String {
        FIELD_ZONE
            .to_datetime(self.timestamp())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string()
    }

    /// Date and time of day in China Standard Time.
    pub(crate) fn local_civil(self) -> DateTime {
        FIELD_ZONE.to_datetime(self.timestamp())
    }

    /// The year in UTC.
    #[must_use]
    pub fn year(self) -> i16 {
        Offset::UTC.to_datetime(self.timestamp()).year()
    }

    /// Reads a UTCTime or GeneralizedTime, with the deviations that [`TimeForm`] lists.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`](crate::error::ErrorKind::Asn1) for another type or text that is no time.
    pub fn from_tlv(tlv: &Tlv<'_>) -> Result<(Self, TimeForm)> {
        if !matches!(tlv.tag(), Tag::UTC_TIME | Tag::GENERALIZED_TIME) {
            tlv.expect(Tag::GENERALIZED_TIME)?;
        }
        let content = tlv.text();
        let read = match tlv.tag() {
            Tag::UTC_TIME => parse_digits(&content, 2).map(|(time, zone)| (time, zone, TimeForm::Standard)),
            _ => parse_digits(&content, 4)
                .map(|(time, zone)| (time, zone, TimeForm::Standard))
                .or_else(|| parse_digits(&content, 2).map(|(time, zone)| (time, zone, TimeForm::ShortYear)))
                .or_else(|| parse_text(&content).map(|(time, form)| (time, true, form))),
        };
        match read {
            Some((time, zone, form)) => Ok((
                time,
                if form == TimeForm::Standard && !zone {
                    TimeForm::NoZone
                } else {
                    form
                },
            )),
            None => Err(tlv.error(text!("“{content}” is not a time", "“{content}”不是时间"))),
        }
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_second(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Reads the times that vendors put into text: digits as in ASN.1, or `2022-03-24 08:54:12`, `2020-01-25T07:31:56.377Z`.
pub(crate) fn parse_text(text: &str) -> Option<(Time, TimeForm)> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    for year_digits in [4, 2] {
        if let Some((time, zone)) = parse_digits(text, year_digits) {
            return Some((time, if zone { TimeForm::Text } else { TimeForm::NoZone }));
        }
    }
    let bytes = text.as_bytes();
    if bytes.get(4) != Some(&b'-') && bytes.get(4) != Some(&b'/') {
        return None;
    }
    let normal = text.replace('/', "-").replace(' ', "T");
    if let Ok(moment) = normal.parse::<Timestamp>() {
        return Some((Time(moment.as_second()), TimeForm::Text));
    }
    let civil = normal.parse::<DateTime>().ok()?;
    from_civil(civil, FIELD_ZONE).map(|time| (time, TimeForm::NoZone))
}

/// `[YY]YYMMDDHHMM[SS][.f](Z|+hhmm|-hhmm|)` and whether a zone was given.
fn parse_digits(text: &str, year_digits: usize) -> Option<(Time, bool)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits != year_digits + 10 && digits != year_digits + 8 {
        return None;
    }
    let (body, rest) = text.split_at_checked(digits)?;
    let number = |range: std::ops::Range<usize>| body.get(range)?.parse::<i16>().ok();
    let year = number(0..year_digits)?;
    let year = match year_digits {
        2 if year < 50 => 2000 + year,
        2 => 1900 + year,
        _ => year,
    };
    let field = |index: usize| {
        let start = year_digits + 2 * index;
        number(start..start + 2).and_then(|value| i8::try_from(value).ok())
    };
    let second = if digits == year_digits + 10 { field(4)? } else { 0 };
    let civil = DateTime::new(year, field(0)?, field(1)?, field(2)?, field(3)?, second.min(59), 0).ok()?;
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let offset = match rest.as_bytes() {
        b"" => FIELD_ZONE,
        b"Z" => Offset::UTC,
        [
            sign @ (b'+' | b'-'),
            h1 @ b'0'..=b'9',
            h2 @ b'0'..=b'9',
            m1 @ b'0'..=b'9',
            m2 @ b'0'..=b'9',
        ] => {
            let pair = |tens: u8, ones: u8| i32::from(tens - b'0') * 10 + i32::from(ones - b'0');
            let seconds = pair(*h1, *h2) * 3600 + pair(*m1, *m2) * 60;
            Offset::from_seconds(if *sign == b'-' { -seconds } else { seconds }).ok()?
        }
        _ => return None,
    };
    Some((from_civil(civil, offset)?, !rest.is_empty()))
}

fn from_civil(civil: DateTime, offset: Offset) -> Option<Time> {
    offset.to_timestamp(civil).ok().map(|moment| Time(moment.as_second()))
}

/// RFC 3339 in UTC.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.timestamp())
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tlv(tag: Tag, text: &str) -> (String, TimeForm) {
        let mut writer = super::super::Writer::new();
        writer.string(tag, text);
        let raw = writer.finish();
        let (time, form) = Time::from_tlv(&Tlv::parse(&raw).unwrap()).unwrap();
        (time.to_string(), form)
    }

    #[test]
    fn forms_of_the_field() {
        use TimeForm::{NoZone, ShortYear, Standard};
        for (tag, text, expected, form) in [
            (
                Tag::GENERALIZED_TIME,
                "20211014033404Z",
                "2021-10-14T03:34:04Z",
                Standard,
            ),
            (
                Tag::GENERALIZED_TIME,
                "20211014113404+0800",
                "2021-10-14T03:34:04Z",
                Standard,
            ),
            (Tag::GENERALIZED_TIME, "20211014113404", "2021-10-14T03:34:04Z", NoZone),
            (
                Tag::GENERALIZED_TIME,
                "20211014033404.123Z",
                "2021-10-14T03:34:04Z",
                Standard,
            ),
            (
                Tag::GENERALIZED_TIME,
                "220725214639Z",
                "2022-07-25T21:46:39Z",
                ShortYear,
            ),
            (Tag::UTC_TIME, "220725214639Z", "2022-07-25T21:46:39Z", Standard),
            (Tag::UTC_TIME, "9907252146Z", "1999-07-25T21:46:00Z", Standard),
        ] {
            assert_eq!(tlv(tag, text), (expected.to_owned(), form), "{text}");
        }
    }

    #[test]
    fn texts_of_the_field() {
        for (text, expected) in [
            ("20211014033404Z", "2021-10-14T03:34:04Z"),
            ("2022-03-24 08:54:12", "2022-03-24T00:54:12Z"),
            ("2020-01-25T07:31:56.377Z", "2020-01-25T07:31:56Z"),
            ("2020/01/25 07:31:56\0\n", "2020-01-24T23:31:56Z"),
        ] {
            assert_eq!(parse_text(text).unwrap().0.to_string(), expected, "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2022-13-01 00:00:00",
            "20221301000000Z",
            "22",
            "20211014033404+99",
        ] {
            assert!(parse_text(text).is_none(), "{text}");
        }
    }

    #[test]
    fn written_and_read_back() {
        let time = Time::parse_rfc3339("2026-11-22T10:00:00+08:00").unwrap();
        assert_eq!(time.generalized(), "20261122020000Z");
        assert_eq!(time.local(), "2026-11-22 10:00:00");
        assert_eq!(
            Time::parse_rfc3339("2026-11-22").unwrap().to_string(),
            "2026-11-22T00:00:00Z"
        );
        assert_eq!(Time::parse_rfc3339("soon"), None);
        assert!(Time::from_unix(i64::MAX).year() == 9999);
    }
}
