//! How long work takes, whatever else the machine does.

use std::time::Duration;

/// Measures the time for which its thread ran; what the work leaves to other threads is not seen. Where the system does not
/// tell, the time that passed.
pub(crate) struct Stopwatch(Duration);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(on_processor())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        on_processor() - self.0
    }
}

#[cfg(unix)]
fn on_processor() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap()
}

#[cfg(not(unix))]
fn on_processor() -> Duration {
    std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap()
}
