//! How long work takes, whatever else the machine does.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Measures the time for which its thread ran.
pub(crate) struct Stopwatch(Duration);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(on_processor())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        on_processor() - self.0
    }
}

fn on_processor() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap()
}
