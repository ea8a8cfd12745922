//! SM3 rows: one stream and many beside RustCrypto's single stream, by turns in one run.

use std::hint::black_box;
use std::time::Duration;

use aws_lc_rs::digest;
use rustix::time::{ClockId, clock_gettime};
use sealcore_gm::sm3;
use sha2::Digest as _;

/// One row: nanoseconds for the whole work, and how many bytes that was.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// Bytes hashed.
    pub bytes: usize,
    /// The best sample, in nanoseconds of the thread's CPU time.
    pub best: f64,
    /// The median sample.
    pub median: f64,
    /// RustCrypto's best time for the same messages one by one, over this row's best.
    pub ratio: f64,
    /// The same of the medians.
    pub median_ratio: f64,
}

type Work<'w> = (String, Box<dyn FnMut() + 'w>);

/// Messages of one shape: how many, and how long each.
const SHAPES: [(usize, usize); 8] = [
    (1, 64),
    (1, 1 << 10),
    (1, 1 << 20),
    (16, 100),
    (16, 1 << 10),
    (16, 64 << 10),
    (64, 64 << 10),
    (1000, 700),
];

/// Measures every shape with `samples` samples of about `sample_ns` nanoseconds.
#[must_use]
pub fn rows(samples: usize, sample_ns: f64) -> Vec<Row> {
    SHAPES
        .iter()
        .flat_map(|(count, length)| shape(*count, *length, samples, sample_ns))
        .collect()
}

fn shape(count: usize, length: usize, samples: usize, sample_ns: f64) -> Vec<Row> {
    let data: Vec<Vec<u8>> = (0..count)
        .map(|number| (0..length).map(|at| (at * 31 + number * 7).to_le_bytes()[0]).collect())
        .collect();
    let messages: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
    let messages = &messages[..];
    let mut works: Vec<Work<'_>> = vec![
        (
            "RustCrypto sm3, one by one".to_owned(),
            Box::new(move || {
                for message in messages {
                    black_box(::sm3::Sm3::digest(black_box(message)));
                }
            }),
        ),
        (
            "one by one".to_owned(),
            Box::new(move || {
                for message in messages {
                    black_box(sm3::digest(black_box(message)));
                }
            }),
        ),
    ];
    if count > 1 {
        for (lanes, kind) in [(16, "AVX-512"), (8, "AVX2")] {
            let mut digests = vec![[0; 32]; count];
            if sm3::digest_many_with(lanes, messages, &mut digests) {
                works.push((
                    format!("{lanes} lanes, {kind}"),
                    Box::new(move || {
                        let _ = sm3::digest_many_with(lanes, black_box(messages), &mut digests);
                        black_box(&digests);
                    }),
                ));
            }
        }
    } else {
        works.push((
            "SHA-256 of sha2".to_owned(),
            Box::new(move || {
                for message in messages {
                    black_box(sha2::Sha256::digest(black_box(message)));
                }
            }),
        ));
        works.push((
            "SHA-256 of aws-lc".to_owned(),
            Box::new(move || {
                for message in messages {
                    black_box(digest::digest(&digest::SHA256, black_box(message)));
                }
            }),
        ));
    }
    measure(
        works,
        samples,
        sample_ns,
        &format!("{count} x {length} B"),
        count * length,
    )
}

/// All works by turns, so that a slow moment of the machine meets each of them.
fn measure(mut works: Vec<Work<'_>>, samples: usize, sample_ns: f64, shape: &str, bytes: usize) -> Vec<Row> {
    let rounds: Vec<u32> = works
        .iter_mut()
        .map(|(_, work)| {
            let start = cpu_time();
            let mut calls = 0_u32;
            while (cpu_time() - start).as_nanos() < 200_000 {
                work();
                calls += 1;
            }
            let each = (cpu_time() - start).as_secs_f64() * 1e9 / f64::from(calls);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a small count
            let rounds = (sample_ns / each).max(1.0) as u32;
            rounds
        })
        .collect();
    let mut times = vec![Vec::with_capacity(samples); works.len()];
    for _ in 0..samples {
        for (((_, work), rounds), times) in works.iter_mut().zip(&rounds).zip(&mut times) {
            let start = cpu_time();
            for _ in 0..*rounds {
                work();
            }
            times.push((cpu_time() - start).as_secs_f64() * 1e9 / f64::from(*rounds));
        }
    }
    let figures: Vec<(f64, f64)> = times
        .iter_mut()
        .map(|times| {
            times.sort_by(f64::total_cmp);
            let at = |index: usize| times.get(index).copied().unwrap_or(f64::NAN);
            (at(0), at(times.len() / 2))
        })
        .collect();
    let (their_best, their_median) = figures.first().copied().unwrap_or((f64::NAN, f64::NAN));
    works
        .iter()
        .zip(&figures)
        .map(|((name, _), (best, median))| Row {
            name: format!("{shape}: {name}"),
            bytes,
            best: *best,
            median: *median,
            ratio: their_best / best,
            median_ratio: their_median / median,
        })
        .collect()
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.try_into().unwrap_or(0),
        time.tv_nsec.try_into().unwrap_or(0),
    )
}
