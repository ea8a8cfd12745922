//! The clock, which the library does not read by itself.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sealcore::asn1::Time;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::ofd::package::DosTime;
use sealcore::text;
use sealcore::timestamp::{Clock, GenTime, Reading};

/// The current moment.
pub(crate) fn now() -> Time {
    Time::from_unix(jiff::Timestamp::now().as_second())
}

/// The system's clock beside its monotonic one, for time stamps. How far it is from the true time it cannot know: that is
/// for whoever keeps it in step.
pub(crate) struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// The clock.
    pub(crate) fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn read(&self) -> Result<Reading> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| {
            Error::new(
                ErrorKind::Refused,
                text!("the clock shows a time before 1970", "时钟早于 1970 年"),
            )
        })?;
        Ok(Reading {
            utc: GenTime::since_epoch(since),
            uncertainty: std::time::Duration::ZERO,
            monotonic: self.start.elapsed(),
        })
    }
}

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
