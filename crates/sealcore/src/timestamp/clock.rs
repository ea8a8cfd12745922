//! The caller's clock, and the watch over it: a clock that steps back or drifts stops the issuing of time stamps.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::GenTime;
use super::gen_time::unit;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Lang;
use crate::text;

/// Where the time comes from. The crate reads no clock by itself.
pub trait Clock: Send + Sync {
    /// The time now. Readings are taken one after the other, never by two threads at once.
    ///
    /// # Errors
    /// Where there is no time at hand: a receiver that lost its signal, a service that does not answer.
    fn read(&self) -> Result<Reading>;
}

impl<F: Fn() -> Result<Reading> + Send + Sync> Clock for F {
    fn read(&self) -> Result<Reading> {
        self()
    }
}

/// What a clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The time.
    pub utc: GenTime,
    /// By how much [`Self::utc`] may be off, either way.
    pub uncertainty: Duration,
    /// What a second, monotonic clock shows at the same moment, counted from any start that does not change: `Instant` on
    /// most systems. It only tells how much time went by.
    pub monotonic: Duration,
}

/// Why there is no time to put into tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockFault {
    /// The clock shows an earlier time than before. Lasts until [`ClockWatch::reset`].
    SteppedBack {
        /// By how much.
        by: Duration,
    },
    /// The clock and the monotonic one went apart further than the stated accuracy. Lasts until [`ClockWatch::reset`].
    Drifted {
        /// By how much.
        by: Duration,
        /// How much is allowed.
        allowed: Duration,
    },
    /// The clock's own uncertainty is above the stated accuracy. Passes when the clock is surer again.
    Unsure {
        /// The uncertainty of the clock.
        uncertainty: Duration,
        /// How much is allowed.
        allowed: Duration,
    },
    /// Tokens are to be ordered, and more were asked for than there are distinct times. Passes by itself.
    Exhausted,
}

impl ClockFault {
    /// Whether it lasts until the watch is reset.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::SteppedBack { .. } | Self::Drifted { .. })
    }

    /// The fault in words.
    #[must_use]
    pub fn to_error(&self) -> Error {
        let message = match self {
            Self::SteppedBack { by } => text!(
                "the clock stepped back by {by:?}; no time stamps are issued until it is reset",
                "时钟回拨 {by:?}；复位之前不再签发时间戳"
            ),
            Self::Drifted { by, allowed } => text!(
                "the clock drifted by {by:?} against the monotonic clock, more than the accuracy of {allowed:?}; no time stamps are issued until it is reset",
                "时钟与单调时钟相差 {by:?}，超过精度 {allowed:?}；复位之前不再签发时间戳"
            ),
            Self::Unsure { uncertainty, allowed } => text!(
                "the clock is sure to {uncertainty:?} only, and the stated accuracy is {allowed:?}",
                "时钟不确定度 {uncertainty:?} 超过所声明的精度 {allowed:?}"
            ),
            Self::Exhausted => text!(
                "more ordered time stamps were asked for than the accuracy has distinct times",
                "请求的有序时间戳多于精度范围内可区分的时间"
            ),
        };
        Error::new(ErrorKind::Refused, message)
    }
}

/// What a clock must keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClockRules {
    /// The accuracy that tokens promise: the bound for uncertainty and for drift.
    pub accuracy: Duration,
    /// Digits of a second in tokens, 0 to 9.
    pub digits: u8,
    /// Whether every time is later than the one before.
    pub ordered: bool,
    /// The span over which drift is added up, at least; a clock that is disciplined in small steps would drift past any
    /// bound in the end. `None` adds up for ever.
    pub drift_span: Option<Duration>,
    /// The time of the last token of an earlier run: a clock that shows less has stepped back.
    pub issued_until: Option<GenTime>,
}

impl ClockRules {
    /// Millisecond steps, and drift counted over an hour.
    #[must_use]
    pub fn new(accuracy: Duration) -> Self {
        Self {
            accuracy,
            digits: 3,
            ordered: false,
            drift_span: Some(Duration::from_secs(3600)),
            issued_until: None,
        }
    }
}

/// A clock under watch.
///
/// Once a fault lasts ([`ClockFault::is_lasting`]), every [`Self::issue`] is refused with it, also after the clock has come
/// right by itself: tokens of an unknown number are already out with a time that cannot be vouched for, and a person has to
/// look. [`Self::reset`] starts anew.
pub struct ClockWatch {
    clock: Box<dyn Clock>,
    rules: ClockRules,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Readings that drift is counted from: the older one, and the one that will take its place.
    anchors: Option<(Reading, Reading)>,
    seen: Option<GenTime>,
    issued: Option<GenTime>,
    fault: Option<ClockFault>,
}

impl ClockWatch {
    /// Watches over `clock`.
    #[must_use]
    pub fn new(clock: Box<dyn Clock>, rules: ClockRules) -> Self {
        let state = State {
            // Ordered times run ahead of the clock, as far as the accuracy lets them.
            seen: rules
                .issued_until
                .filter(|_| !rules.ordered)
                .or_else(|| rules.issued_until.map(|until| until.minus(rules.accuracy))),
            issued: rules.issued_until,
            ..State::default()
        };
        Self {
            clock,
            rules,
            state: Mutex::new(state),
        }
    }

    /// The time for one token.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] with the reason; what the clock reports.
    pub fn issue(&self) -> Result<GenTime> {
        let mut state = self.lock();
        let reading = self.judged(&mut state)?;
        self.next(&mut state, reading)
    }

    /// Times for as many tokens as `times` has places: one reading for all of them.
    ///
    /// # Errors
    /// As [`Self::issue`]; then none of them is to be used.
    pub fn issue_many(&self, times: &mut [GenTime]) -> Result<()> {
        let mut state = self.lock();
        let reading = self.judged(&mut state)?;
        for time in times {
            *time = self.next(&mut state, reading)?;
        }
        Ok(())
    }

    /// The fault that lasts, if there is one.
    #[must_use]
    pub fn fault(&self) -> Option<ClockFault> {
        self.lock().fault.clone()
    }

    /// Issues again from what the clock shows now, whatever it showed before. To be called by a person who has looked at the
    /// clock: tokens issued from now on may state times before those of tokens that are out.
    pub fn reset(&self) {
        *self.lock() = State::default();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // The state is plain values, whole at every moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn judged(&self, state: &mut State) -> Result<Reading> {
        if let Some(fault) = &state.fault {
            return Err(fault.to_error());
        }
        let reading = self.clock.read()?;
        match self.judge(state, reading) {
            Ok(()) => Ok(reading),
            Err(fault) => {
                let error = fault.to_error();
                if fault.is_lasting() {
                    state.fault = Some(fault);
                }
                Err(error)
            }
        }
    }

    fn judge(&self, state: &mut State, reading: Reading) -> Result<(), ClockFault> {
        let rules = &self.rules;
        if let Some(seen) = state.seen
            && reading.utc < seen
        {
            return Err(ClockFault::SteppedBack {
                by: seen.since(reading.utc),
            });
        }
        state.seen = Some(reading.utc);
        let (oldest, newest) = *state.anchors.get_or_insert((reading, reading));
        let by = drift(oldest, reading);
        if by > rules.accuracy {
            return Err(ClockFault::Drifted {
                by,
                allowed: rules.accuracy,
            });
        }
        // Two anchors, so that drift is always counted over at least the span.
        if rules
            .drift_span
            .is_some_and(|span| reading.monotonic.saturating_sub(newest.monotonic) >= span)
        {
            state.anchors = Some((newest, reading));
        }
        if reading.uncertainty > rules.accuracy {
            return Err(ClockFault::Unsure {
                uncertainty: reading.uncertainty,
                allowed: rules.accuracy,
            });
        }
        Ok(())
    }

    fn next(&self, state: &mut State, reading: Reading) -> Result<GenTime> {
        let mut time = reading.utc.truncated(self.rules.digits);
        if let (true, Some(issued)) = (self.rules.ordered, state.issued)
            && time <= issued
        {
            time = issued
                .truncated(self.rules.digits)
                .plus(Duration::from_nanos(u64::from(unit(self.rules.digits))));
            // A time ahead of the clock is still within what the token promises.
            if time.since(reading.utc) + reading.uncertainty > self.rules.accuracy {
                return Err(ClockFault::Exhausted.to_error());
            }
        }
        state.issued = Some(time);
        Ok(time)
    }
}

/// How far the two clocks went apart between two readings.
fn drift(from: Reading, to: Reading) -> Duration {
    let clock = to.utc.since(from.utc);
    let monotonic = to.monotonic.saturating_sub(from.monotonic);
    clock.abs_diff(monotonic)
}

impl std::fmt::Debug for ClockWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClockWatch")
            .field("rules", &self.rules)
            .field("fault", &self.fault())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Display for ClockFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.to_error().message(Lang::En))
    }
}
