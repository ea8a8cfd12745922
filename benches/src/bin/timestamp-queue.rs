//! `timestamp-queue [SECONDS]`: the queue of a time-stamp authority under 1 to 64 threads: replies a second and latencies, by
//! the clock on the wall. Prints TSV.
#![allow(clippy::print_stdout)] // a command
#![allow(clippy::unwrap_used)] // a bench, on keys of its own
#![allow(clippy::cast_possible_truncation)] // of small floats that are counts

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sealcore::timestamp::Queue;
use sealcore_benches::Authority;

fn main() {
    queue(
        std::env::args()
            .nth(1)
            .and_then(|seconds| seconds.parse().ok())
            .unwrap_or(1.0),
    );
}

fn queue(seconds: f64) {
    println!("threads\tsigning\treplies_per_s\tp50_us\tp99_us\tp999_us");
    for signing in [1, 2] {
        for threads in [1, 2, 8, 64] {
            let world = Authority::new();
            let queue = Queue::new(Arc::new(world.responder), signing);
            let asked = world.asked.to_der();
            let stop = AtomicBool::new(false);
            let started = Instant::now();
            let mut latencies: Vec<f64> = std::thread::scope(|scope| {
                let workers: Vec<_> = (0..threads)
                    .map(|_| {
                        scope.spawn(|| {
                            let (mut latencies, mut reply) = (Vec::new(), Vec::new());
                            while !stop.load(Ordering::Relaxed) {
                                let asked_at = Instant::now();
                                assert!(queue.respond(&asked, &mut reply).is_granted());
                                latencies.push(asked_at.elapsed().as_secs_f64() * 1e6);
                            }
                            latencies
                        })
                    })
                    .collect();
                std::thread::sleep(Duration::from_secs_f64(seconds));
                stop.store(true, Ordering::Relaxed);
                workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
            });
            let rate = latencies.len() as f64 / started.elapsed().as_secs_f64();
            latencies.sort_by(f64::total_cmp);
            let at = |part: f64| {
                latencies
                    .get((latencies.len() as f64 * part) as usize)
                    .copied()
                    .unwrap_or_default()
            };
            println!(
                "{threads}\t{signing}\t{rate:.0}\t{:.1}\t{:.1}\t{:.1}",
                at(0.5),
                at(0.99),
                at(0.999)
            );
        }
    }
}
