//! Times as ASN.1 and the field write them, to the second.

use std::fmt;

use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::{Tag, Tlv};
use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// The zone of times written without one: China Standard Time, which the vendors' machines run on.
const FIELD_ZONE: Offset = jiff::tz::offset(8);

/// 9999-12-31T23:59:59Z, the last second that four digits of a year reach, and what RFC 5280, 4.1.2.5 has certificates state that
/// never end. [`Timestamp`] ends some hours before it.
const LAST: i64 = 253_402_300_799;

/// A moment, in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// 1970-01-01T00:00:00.
const EPOCH: DateTime = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);

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
        Self(seconds.clamp(Timestamp::MIN.as_second(), LAST))
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
        if let Some(time) = parse_last_hours(text) {
            return Some(time);
        }
        let date = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10)?;
        from_civil(date.to_datetime(jiff::civil::Time::midnight()), Offset::UTC)
    }

    /// `YYYYMMDDHHMMSSZ`, the content of a GeneralizedTime.
    #[must_use]
    pub fn generalized(self) -> String {
        self.civil(Offset::UTC).strftime("%Y%m%d%H%M%SZ").to_string()
    }

    /// `YYYYMMDDHHMMSS` in UTC, without memory of its own; years outside 0 to 9999 are clamped.
    pub(crate) fn generalized_digits(self) -> [u8; 14] {
        let civil = self.civil(Offset::UTC);
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

    /// `YYYY-MM-DD HH:MM:SS` in China Standard Time, as SignatureDateTime and readers write it; not later than the year 9999.
    #[must_use]
    pub fn local(self) -> String {
        self.local_civil().strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Date and time of day in China Standard Time; not later than the year 9999.
    pub(crate) fn local_civil(self) -> DateTime {
        self.civil(FIELD_ZONE)
    }

    /// The year in UTC.
    #[must_use]
    pub fn year(self) -> i16 {
        self.civil(Offset::UTC).year()
    }

    /// Refuses a time that certificates, revocation lists and what is signed with them cannot state: RFC 5280, 4.1.2.5 has
    /// UTCTime begin with 1950, and GeneralizedTime end with 9999.
    pub(crate) fn check_statable(self) -> Result<()> {
        if (1950..=9999).contains(&self.year()) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Argument,
            text!("{self} lies outside 1950 to 9999", "{self} 超出 1950 至 9999 年"),
        ))
    }

    /// Reads a UTCTime or GeneralizedTime, with the deviations that [`TimeForm`] lists.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] for another type or text that is no time.
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

    /// Date and time of day in a zone, at most the last of the calendar.
    fn civil(self, zone: Offset) -> DateTime {
        if let Ok(moment) = Timestamp::from_second(self.0) {
            return zone.to_datetime(moment);
        }
        let seconds = SignedDuration::from_secs(self.0 + i64::from(zone.seconds()));
        EPOCH.checked_add(seconds).unwrap_or(DateTime::MAX)
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
    if let Some(time) = parse_last_hours(&normal) {
        return Some((time, TimeForm::Text));
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
    let seconds = civil.duration_since(EPOCH).as_secs() - i64::from(offset.seconds());
    (Timestamp::MIN.as_second()..=LAST)
        .contains(&seconds)
        .then_some(Time(seconds))
}

/// RFC 3339 with a zone, where [`Timestamp`] does not reach.
fn parse_last_hours(text: &str) -> Option<Time> {
    let pieces = Pieces::parse(text).ok()?;
    if pieces.time_zone_annotation().is_some() {
        return None;
    }
    from_civil(pieces.date().to_datetime(pieces.time()?), pieces.to_numeric_offset()?)
        .filter(|time| time.0 > Timestamp::MAX.as_second())
}

/// RFC 3339 in UTC.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_second(self.0) {
            Ok(moment) => write!(f, "{moment}"),
            Err(_) => write!(f, "{}Z", self.civil(Offset::UTC)),
        }
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

    #[test]
    fn the_end_of_time() {
        let text = "9999-12-31T23:59:59Z";
        assert_eq!(
            tlv(Tag::GENERALIZED_TIME, "99991231235959Z"),
            (text.to_owned(), TimeForm::Standard)
        );
        let last = Time::from_unix(253_402_300_799);
        assert_eq!(last.unix(), 253_402_300_799);
        assert_eq!(Time::from_unix(i64::MAX), last);
        assert_eq!(last.to_string(), text);
        assert_eq!(last.generalized(), "99991231235959Z");
        assert_eq!(&last.generalized_digits(), b"99991231235959");
        assert_eq!(last.local(), "9999-12-31 23:59:59");
        for text in [
            text,
            "9999-12-31T23:59:59.5Z",
            "9999-12-31T23:59:59+00:00",
            "9999-12-31T15:59:59-08:00",
        ] {
            assert_eq!(Time::parse_rfc3339(text), Some(last), "{text}");
        }
        assert_eq!(parse_text(text), Some((last, TimeForm::Text)));
        for text in [
            "9999-12-31T23:59:59-08:00",
            "9999-12-31T23:59:59",
            "9999-12-31T23:59:59+00:00[UTC]",
        ] {
            assert_eq!(Time::parse_rfc3339(text), None, "{text}");
        }
        // Two seconds around where the calendar of the library ends.
        for unix in Timestamp::MAX.as_second() - 1..Timestamp::MAX.as_second() + 3 {
            let time = Time::from_unix(unix);
            assert_eq!(Time::parse_rfc3339(&time.to_string()), Some(time));
            assert_eq!(parse_digits(&time.generalized(), 4), Some((time, true)));
        }
    }
}
