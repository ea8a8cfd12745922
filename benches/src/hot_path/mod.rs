//! The rows of the hot-path table that are measured in this process: ours and RustCrypto's. The peers' programs
//! (`benches/peers`) print rows of the same names.
#![allow(clippy::unwrap_used)] // a bench, on keys of its own: what fails ends it

mod sm2;
mod sm3;
mod timestamp;

use std::hint::black_box;

use rustix::time::{ClockId, clock_gettime};

/// One kind of work, by whoever does it.
pub struct Row {
    /// As the peers' programs call it.
    pub name: &'static str,
    /// RustCrypto's, where it has any, and the ways of ours, each a line of the table.
    pub contenders: Vec<Contender>,
}

/// Work that is measured.
pub struct Contender {
    /// [`RUSTCRYPTO`], or what ours is called in the table.
    pub who: String,
    /// How many pieces one call does.
    pieces: f64,
    work: Box<dyn FnMut()>,
}

/// Who the first column of peers is.
pub const RUSTCRYPTO: &str = "RustCrypto";

/// All rows.
#[must_use]
pub fn rows() -> Vec<Row> {
    let mut rows = sm2::rows();
    rows.extend(sm3::rows());
    rows.extend(timestamp::rows());
    rows
}

/// `work` does this many pieces a call.
#[allow(clippy::cast_precision_loss)] // small counts
fn by<T>(who: impl Into<String>, pieces: usize, mut work: impl FnMut() -> T + 'static) -> Contender {
    Contender {
        who: who.into(),
        pieces: pieces as f64,
        work: Box::new(move || {
            black_box(work());
        }),
    }
}

/// Nanoseconds of processor time for one piece: the median of samples of about two milliseconds.
pub fn median_of_samples(contender: &mut Contender, seconds: f64) -> f64 {
    let mut count = 1_u32;
    while sample(contender, count) < 2e6 && count < 1 << 20 {
        count *= 2;
    }
    let (mut samples, mut total) = (Vec::new(), 0.0);
    while total < seconds * 1e9 || samples.len() < 5 {
        let taken = sample(contender, count);
        total += taken;
        samples.push(taken / f64::from(count) / contender.pieces);
    }
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
}

fn sample(contender: &mut Contender, count: u32) -> f64 {
    let start = on_processor();
    for _ in 0..count {
        (contender.work)();
    }
    on_processor() - start
}

#[allow(clippy::cast_precision_loss)] // nanoseconds of one process
fn on_processor() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e9 + now.tv_nsec as f64
}
