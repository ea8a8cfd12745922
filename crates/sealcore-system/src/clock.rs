//! The clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sealcore::asn1::Time;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;
use sealcore::timestamp::{Clock, GenTime, Reading};

/// The current moment.
#[must_use]
pub fn now() -> Time {
    Time::from_unix(jiff::Timestamp::now().as_second())
}

/// The system's clock beside its monotonic one, for time stamps. How far it is from the true time it cannot know: that is
/// for whoever keeps it in step.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// The clock.
    #[must_use]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
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
