//! The clock, and how moments are written and read.

use sealcore::asn1::Time;
use sealcore::ofd::package::DosTime;
pub(crate) use sealcore_system::{SystemClock, now};

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// `moment` as ZIP entries state it, in China Standard Time.
pub(crate) fn dos_time(moment: Time) -> DosTime {
    let zone = jiff::tz::offset(8);
    jiff::Timestamp::from_second(moment.unix()).map_or(DosTime::EARLIEST, |time| DosTime::new(zone.to_datetime(time)))
}

/// A value that clap reads: RFC 3339, or a date alone.
pub(crate) fn parse(text: &str) -> std::result::Result<Time, String> {
    Time::parse_rfc3339(text)
        .ok_or_else(|| "a time as 2026-11-22T10:00:00+08:00 / 应为 2026-11-22T10:00:00+08:00 形式的时间".to_owned())
}
