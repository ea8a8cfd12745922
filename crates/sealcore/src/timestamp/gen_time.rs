//! The time in a token: a moment to the nanosecond.

use std::fmt;
use std::time::Duration;

use crate::asn1::{Tag, Time, Tlv};
use crate::error::Result;
use crate::text;

const NANOS: u32 = 1_000_000_000;

/// genTime of RFC 3161, 2.4.2: UTC with up to nine digits of a second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GenTime {
    time: Time,
    nanos: u32,
}

impl GenTime {
    /// The moment `nanos` nanoseconds after `time`; what is above a second is carried over.
    #[must_use]
    pub fn new(time: Time, nanos: u32) -> Self {
        Self {
            time: time.plus_seconds(i64::from(nanos / NANOS)),
            nanos: nanos % NANOS,
        }
    }

    /// The moment so long after 1970-01-01T00:00:00Z, as `SystemTime::duration_since` gives it.
    #[must_use]
    pub fn since_epoch(elapsed: Duration) -> Self {
        let seconds = i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX);
        Self::new(Time::from_unix(seconds), elapsed.subsec_nanos())
    }

    /// The whole seconds.
    #[must_use]
    pub fn time(self) -> Time {
        self.time
    }

    /// Nanoseconds above the whole seconds.
    #[must_use]
    pub fn nanos(self) -> u32 {
        self.nanos
    }

    /// The moment so much later.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        let seconds = i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        // Both fractions are below a second: their sum fits.
        Self::new(self.time.plus_seconds(seconds), self.nanos + span.subsec_nanos())
    }

    /// The moment so much earlier.
    pub(super) fn minus(self, span: Duration) -> Self {
        let seconds = i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        // A second is borrowed for the fraction, and carried back where it is not needed.
        Self::new(
            self.time.plus_seconds(seconds.saturating_neg()).plus_seconds(-1),
            self.nanos + (NANOS - span.subsec_nanos()),
        )
    }

    /// How much later `self` is than `earlier`; zero where it is not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let seconds = self.time.unix().saturating_sub(earlier.time.unix());
        let (seconds, nanos) = match self.nanos.checked_sub(earlier.nanos) {
            Some(nanos) => (seconds, nanos),
            None => (seconds - 1, NANOS - (earlier.nanos - self.nanos)),
        };
        u64::try_from(seconds).map_or(Duration::ZERO, |seconds| Duration::new(seconds, nanos))
    }

    /// The same with `digits` digits of a second, the rest cut off.
    #[must_use]
    pub fn truncated(self, digits: u8) -> Self {
        let unit = unit(digits);
        Self {
            time: self.time,
            nanos: self.nanos - self.nanos % unit,
        }
    }

    /// Reads a GeneralizedTime, with the deviations that [`Time::from_tlv`] takes. Digits below a nanosecond are cut off.
    ///
    /// # Errors
    /// As [`Time::from_tlv`].
    pub fn from_tlv(tlv: &Tlv<'_>) -> Result<Self> {
        let (time, _) = Time::from_tlv(&tlv.expect(Tag::GENERALIZED_TIME)?)?;
        let start = tlv.content().iter().position(|byte| matches!(byte, b'.' | b','));
        let fraction = start.and_then(|start| tlv.content().get(start + 1..)).unwrap_or(&[]);
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit());
        let nanos = digits
            .chain(std::iter::repeat(&b'0'))
            .take(9)
            .fold(0, |nanos: u32, digit| nanos * 10 + u32::from(digit - b'0'));
        if start.is_some() && fraction.len() > 64 {
            return Err(tlv.error(text!("genTime has too many digits", "genTime 的小数位过多")));
        }
        Ok(Self::new(time, nanos))
    }

    /// Whether these content octets are of the form that RFC 3161, 2.4.2, gives genTime, but for zeros at the end of the
    /// fraction: seconds stated, Z for the zone. Without a zone a time is eight hours off for some readers.
    pub(super) fn is_in_form(content: &[u8]) -> bool {
        let Some((digits, rest)) = content.split_at_checked(14) else {
            return false;
        };
        digits.iter().all(u8::is_ascii_digit)
            && match rest {
                [b'Z'] => true,
                [b'.', fraction @ .., b'Z'] => !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit),
                _ => false,
            }
    }

    /// Length of the content octets in DER.
    pub(super) fn content_len(self) -> usize {
        let (_, digits) = self.fraction();
        15 + if digits == 0 { 0 } else { 1 + digits }
    }

    /// Appends `YYYYMMDDhhmmss[.f]Z`; X.690, 11.7 wants no trailing zeros.
    pub(super) fn push_content(self, out: &mut Vec<u8>) {
        let (mut fraction, digits) = self.fraction();
        out.extend_from_slice(&self.time.generalized_digits());
        if digits > 0 {
            out.push(b'.');
            let mut text = [b'0'; 9];
            for place in text.iter_mut().take(digits).rev() {
                *place = b'0' + u8::try_from(fraction % 10).unwrap_or(0);
                fraction /= 10;
            }
            out.extend(text.iter().take(digits));
        }
        out.push(b'Z');
    }

    /// The fraction without trailing zeros, and how many digits it has.
    fn fraction(self) -> (u32, usize) {
        if self.nanos == 0 {
            return (0, 0);
        }
        let (mut fraction, mut digits) = (self.nanos, 9);
        while fraction % 10 == 0 {
            fraction /= 10;
            digits -= 1;
        }
        (fraction, digits)
    }
}

/// Nanoseconds of one step of `digits` digits.
pub(super) fn unit(digits: u8) -> u32 {
    10_u32.pow(9 - u32::from(digits.min(9)))
}

impl From<Time> for GenTime {
    fn from(time: Time) -> Self {
        Self { time, nanos: 0 }
    }
}

/// RFC 3339 in UTC.
impl fmt::Display for GenTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (fraction, digits) = self.fraction();
        let whole = self.time.to_string();
        match (whole.strip_suffix('Z'), digits) {
            (Some(whole), 1..) => write!(f, "{whole}.{fraction:0digits$}Z"),
            _ => f.write_str(&whole),
        }
    }
}

impl fmt::Debug for GenTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for GenTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Writer;

    fn content(time: GenTime) -> String {
        let mut out = Vec::new();
        time.push_content(&mut out);
        assert_eq!(out.len(), time.content_len());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn written_as_der_has_it_and_read_again() {
        for (seconds, nanos, text, shown) in [
            (0, 0, "19700101000000Z", "1970-01-01T00:00:00Z"),
            (
                1_800_000_000,
                120_000_000,
                "20270115080000.12Z",
                "2027-01-15T08:00:00.12Z",
            ),
            (1, 1, "19700101000001.000000001Z", "1970-01-01T00:00:01.000000001Z"),
            (
                253_402_000_000,
                999_000_000,
                "99991228122640.999Z",
                "9999-12-28T12:26:40.999Z",
            ),
        ] {
            let time = GenTime::new(Time::from_unix(seconds), nanos);
            assert_eq!(content(time), text);
            assert_eq!(time.to_string(), shown);
            let mut writer = Writer::new();
            writer.string(Tag::GENERALIZED_TIME, text);
            assert_eq!(GenTime::from_tlv(&Tlv::parse(&writer.finish()).unwrap()).unwrap(), time);
        }
    }

    #[test]
    fn forms() {
        for good in ["20270115080000Z", "20270115080000.12Z", "20270115080000.120Z"] {
            assert!(GenTime::is_in_form(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            "20270115080000",
            "270115080000Z",
            "202701150800Z",
            "20270115080000.Z",
            "20270115080000,5Z",
            "20270115080000+0800",
            "20270115080000.5+0800",
            "2027-01-15 08:00:00",
            "20270115080000Z ",
        ] {
            assert!(!GenTime::is_in_form(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn arithmetic() {
        let time = GenTime::new(Time::from_unix(10), 1_999_999_999);
        assert_eq!((time.time().unix(), time.nanos()), (11, 999_999_999));
        assert_eq!(time.plus(Duration::from_nanos(1)), GenTime::from(Time::from_unix(12)));
        assert_eq!(
            time.since(GenTime::from(Time::from_unix(11))),
            Duration::from_nanos(999_999_999)
        );
        assert_eq!(GenTime::from(Time::from_unix(1)).since(time), Duration::ZERO);
        assert_eq!(time.plus(Duration::from_nanos(1)).minus(Duration::from_nanos(1)), time);
        assert_eq!(time.minus(Duration::from_secs(3)).plus(Duration::from_secs(3)), time);
        assert_eq!(time.truncated(3).nanos(), 999_000_000);
        assert_eq!(time.truncated(0).nanos(), 0);
        assert_eq!(time.truncated(9), time);
    }
}
