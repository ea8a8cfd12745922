//! Prints what SM3 costs beside RustCrypto's: `gm-sm3 [SAMPLES]`.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout)]

use sealcore_benches::gm_sm3;

/// Of one sample, in nanoseconds.
const SAMPLE: f64 = 500_000.0;

fn main() {
    let samples = std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(101);
    println!(
        "{:<44} {:>11} {:>9} {:>9} {:>7} {:>7}",
        "", "best ns", "MB/s", "median", "ratio", "median"
    );
    for row in gm_sm3::rows(samples, SAMPLE) {
        #[allow(clippy::cast_precision_loss)] // megabytes
        let rate = |time: f64| row.bytes as f64 * 1e3 / time;
        println!(
            "{:<44} {:>11.0} {:>9.0} {:>9.0} {:>7.2} {:>7.2}",
            row.name,
            row.best,
            rate(row.best),
            rate(row.median),
            row.ratio,
            row.median_ratio
        );
    }
}
