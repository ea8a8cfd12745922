//! What the server counts, as the text format of Prometheus shows it.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the latency histogram, in microseconds.
const LATENCY_US: [u64; 14] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000,
];
/// Upper bounds of the histograms of batch sizes.
const SIZES: [u64; 8] = [1, 2, 4, 8, 16, 64, 256, 1_024];

/// The counters of one server.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    /// Tokens whose audit line is written.
    pub(crate) issued: AtomicU64,
    /// Replies without a token, by the names of RFC 3161.
    refused: [AtomicU64; FAILURES.len()],
    /// HTTP answers that are no time-stamp reply, by status.
    http_errors: [AtomicU64; STATUSES.len()],
    /// Connections that are open.
    pub(crate) open: AtomicU64,
    /// Connections that were taken.
    pub(crate) accepted: AtomicU64,
    /// Connections that were turned away because too many were open.
    pub(crate) turned_away: AtomicU64,
    /// Connections that were cut because nothing came or went.
    pub(crate) stalled: AtomicU64,
    latency: Histogram<{ LATENCY_US.len() }>,
    batches: Histogram<{ SIZES.len() }>,
    commits: Histogram<{ SIZES.len() }>,
    /// Times that the audit file was put on disk.
    pub(crate) syncs: AtomicU64,
    /// Times that the audit file could not be written.
    pub(crate) audit_errors: AtomicU64,
}

/// Why a request was refused, as RFC 3161 2.4.2 names it; the last one is for what has no name there.
const FAILURES: [&str; 9] = [
    "badAlg",
    "badRequest",
    "badDataFormat",
    "timeNotAvailable",
    "unacceptedPolicy",
    "unacceptedExtension",
    "addInfoNotAvailable",
    "systemFailure",
    "other",
];

const STATUSES: [u16; 6] = [400, 405, 408, 413, 415, 503];

impl Metrics {
    /// Counts a refusal by its name.
    pub(crate) fn refuse(&self, name: &str) {
        let index = FAILURES.iter().position(|known| *known == name);
        if let Some(counter) = self.refused.get(index.unwrap_or(FAILURES.len() - 1)) {
            add(counter, 1);
        }
    }

    /// Counts an answer that is no reply.
    pub(crate) fn http_error(&self, status: u16) {
        let index = STATUSES.iter().position(|known| *known == status);
        if let Some(counter) = index.and_then(|index| self.http_errors.get(index)) {
            add(counter, 1);
        }
    }

    /// Counts the time from a whole request to its reply.
    pub(crate) fn answered_in(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.latency.count(&LATENCY_US, micros);
    }

    /// Counts the requests that were signed together.
    pub(crate) fn signed_together(&self, count: usize) {
        self.batches.count(&SIZES, count as u64);
    }

    /// Counts the audit lines that were written together.
    pub(crate) fn written_together(&self, count: usize) {
        self.commits.count(&SIZES, count as u64);
    }

    /// Everything, as text. `clock` is 1 while time stamps are issued.
    pub(crate) fn render(&self, clock: bool, waiting: usize) -> String {
        let mut text = String::with_capacity(4096);
        let mut one = |name: &str, kind: &str, help: &str, value: u64| {
            head(&mut text, name, kind, help);
            line(&mut text, name, "", value);
        };
        let gauges = [
            (
                "clock_good",
                "1 while the clock is fit to issue time stamps",
                u64::from(clock),
            ),
            ("requests_waiting", "Requests that wait for a signature", waiting as u64),
            ("connections_open", "Connections that are open", get(&self.open)),
        ];
        for (name, help, value) in gauges {
            one(name, "gauge", help, value);
        }
        let counters = [
            ("issued_total", "Time-stamp tokens issued", &self.issued),
            ("connections_total", "Connections taken", &self.accepted),
            (
                "connections_turned_away_total",
                "Connections over the limit",
                &self.turned_away,
            ),
            (
                "connections_stalled_total",
                "Connections cut for standing still",
                &self.stalled,
            ),
            ("audit_syncs_total", "Times the audit file was put on disk", &self.syncs),
            (
                "audit_errors_total",
                "Times the audit file could not be written",
                &self.audit_errors,
            ),
        ];
        for (name, help, value) in counters {
            one(name, "counter", help, get(value));
        }
        head(
            &mut text,
            "refused_total",
            "counter",
            "Replies without a token, by failure",
        );
        for (name, counter) in FAILURES.iter().zip(&self.refused) {
            line(
                &mut text,
                "refused_total",
                &format!("{{failure=\"{name}\"}}"),
                get(counter),
            );
        }
        head(
            &mut text,
            "http_errors_total",
            "counter",
            "Answers that are no time-stamp reply",
        );
        for (status, counter) in STATUSES.iter().zip(&self.http_errors) {
            line(
                &mut text,
                "http_errors_total",
                &format!("{{status=\"{status}\"}}"),
                get(counter),
            );
        }
        let seconds = |micros: u64| format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        let plain = |count: u64| count.to_string();
        let latency = "From a whole request to its reply";
        self.latency
            .render(&mut text, "reply_seconds", latency, &LATENCY_US, &seconds);
        let together = "Requests that were signed together";
        self.batches.render(&mut text, "batch_size", together, &SIZES, &plain);
        let written = "Audit lines that were written together";
        self.commits
            .render(&mut text, "audit_batch_size", written, &SIZES, &plain);
        text
    }
}

/// Counts by upper bound; the last count is of what is above every bound.
#[derive(Debug)]
struct Histogram<const N: usize> {
    counts: [AtomicU64; N],
    above: AtomicU64,
    sum: AtomicU64,
}

impl<const N: usize> Default for Histogram<N> {
    fn default() -> Self {
        Self {
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
            above: AtomicU64::new(0),
            sum: AtomicU64::new(0),
        }
    }
}

impl<const N: usize> Histogram<N> {
    fn count(&self, bounds: &[u64; N], value: u64) {
        let place = bounds.iter().position(|bound| value <= *bound);
        add(place.and_then(|place| self.counts.get(place)).unwrap_or(&self.above), 1);
        add(&self.sum, value);
    }

    fn render(&self, text: &mut String, name: &str, help: &str, bounds: &[u64; N], unit: &dyn Fn(u64) -> String) {
        head(text, name, "histogram", help);
        let mut total = 0;
        for (bound, count) in bounds.iter().zip(&self.counts) {
            total += get(count);
            line(
                text,
                &format!("{name}_bucket"),
                &format!("{{le=\"{}\"}}", unit(*bound)),
                total,
            );
        }
        total += get(&self.above);
        line(text, &format!("{name}_bucket"), "{le=\"+Inf\"}", total);
        let _ = writeln!(text, "{PREFIX}{name}_sum {}", unit(get(&self.sum)));
        line(text, &format!("{name}_count"), "", total);
    }
}

const PREFIX: &str = "sealcore_tsa_";

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}");
}

fn line(text: &mut String, name: &str, labels: &str, value: u64) {
    let _ = writeln!(text, "{PREFIX}{name}{labels} {value}");
}

/// Adds to a counter that nothing else depends on.
pub(crate) fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histograms_are_cumulative() {
        let metrics = Metrics::default();
        for micros in [50, 100, 101, 9_000_000] {
            metrics.answered_in(Duration::from_micros(micros));
        }
        metrics.refuse("badAlg");
        metrics.refuse("not known");
        let text = metrics.render(true, 3);
        for expected in [
            "reply_seconds_bucket{le=\"0.000100\"} 2",
            "reply_seconds_bucket{le=\"0.000250\"} 3",
            "reply_seconds_bucket{le=\"5.000000\"} 3",
            "reply_seconds_bucket{le=\"+Inf\"} 4",
            "reply_seconds_sum 9.000251",
            "reply_seconds_count 4",
            "refused_total{failure=\"badAlg\"} 1",
            "refused_total{failure=\"other\"} 1",
            "clock_good 1",
            "requests_waiting 3",
        ] {
            assert!(text.contains(&format!("{PREFIX}{expected}\n")), "{expected}: {text}");
        }
    }
}
