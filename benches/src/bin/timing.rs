//! `timing [MEASUREMENTS]`: whether the time of signing depends on the private key or the nonce, in the manner of dudect
//! (Reparaz, Balasch and Verbauwhede, 2017): two classes of inputs in random order, and Welch's t between their times, for all
//! measurements and for those below several percentiles. |t| above 4.5 is a suspicion, above 10 a leak.
//!
//! The last row is verification, which isn't meant to be constant-time: it shows that the test can tell.
#![allow(clippy::print_stdout)] // a command
#![allow(clippy::unwrap_used)] // on inputs of its own
#![allow(clippy::cast_possible_truncation)] // counts, within floats

use std::hint::black_box;
use std::time::Instant;

use getrandom::SysRng;
use rand_core::{Rng as _, UnwrapErr};
use sealcore_gm::sm2::{Signature, SigningKey, VerifyingKey};

/// Inputs of each class; copies of one in the first, so that both classes take the same way through the caches.
const INPUTS: usize = 256;

fn main() {
    let measurements = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(400_000);
    println!("operation\tclasses\tmeasurements\tmedian_ns\tt_all\tt_max");
    let fixed = [0x39; 32];
    let mut sparse = [0; 32];
    sparse[15] = 1;
    let keys = |of: [[u8; 32]; INPUTS]| of.map(|d| SigningKey::from_bytes(&d).unwrap());
    let sign = |key: &SigningKey| _ = black_box(key.sign_digest(&[0x5a; 32]));
    for (name, class) in [("d fixed / random", fixed), ("d = 2^128 / random", sparse)] {
        test(
            "sign_digest",
            name,
            measurements,
            [&keys([class; INPUTS]), &keys(random())],
            sign,
        );
    }
    let key = SigningKey::from_bytes(&fixed).unwrap();
    let sign = |e: &[u8; 32]| _ = black_box(key.sign_digest(e));
    test(
        "sign_digest",
        "nonce fixed / random, by e",
        measurements,
        [&[fixed; INPUTS], &random()],
        sign,
    );
    let multiply = |d: &[u8; 32]| drop(black_box(SigningKey::from_bytes(d)));
    for (name, class) in [("d fixed / random", fixed), ("d = 2^128 / random", sparse)] {
        test(
            "k G and inverses (from_bytes)",
            name,
            measurements,
            [&[class; INPUTS], &random()],
            multiply,
        );
    }
    let signed = |of: [[u8; 32]; INPUTS]| of.map(|e| (e, key.sign_digest(&e)));
    let public = key.verifying_key();
    let verify = |(e, signature): &([u8; 32], Signature)| check(public, e, signature);
    let classes = [&signed([fixed; INPUTS]), &signed(random())];
    test(
        "verify_digest (control)",
        "signature fixed / random",
        measurements / 4,
        classes,
        verify,
    );
}

fn check(key: &VerifyingKey, e: &[u8; 32], signature: &Signature) {
    black_box(key.verify_digest(e, signature)).unwrap();
}

fn random() -> [[u8; 32]; INPUTS] {
    let mut inputs = [[0; 32]; INPUTS];
    for input in &mut inputs {
        UnwrapErr(SysRng).fill_bytes(input);
        // Below n - 1, without a visible bias.
        input[0] &= 0x7f;
    }
    inputs
}

fn test<T: Clone>(operation: &str, name: &str, measurements: usize, classes: [&[T; INPUTS]; 2], run: impl Fn(&T)) {
    let mut order = vec![0_u8; measurements];
    UnwrapErr(SysRng).fill_bytes(&mut order);
    let mut times: Vec<(bool, f64)> = Vec::with_capacity(measurements);
    let [[first, ..], _] = classes;
    let mut place = first.clone();
    for (i, choice) in order.iter().enumerate() {
        let second = choice & 1 == 1;
        let [a, b] = classes;
        let Some(input) = (if second { b } else { a }).get(i % INPUTS) else {
            continue;
        };
        // Always at the same address: alignment would tell the classes apart.
        place.clone_from(input);
        let start = Instant::now();
        run(black_box(&place));
        times.push((second, start.elapsed().as_nanos() as f64));
    }
    let mut sorted: Vec<f64> = times.iter().map(|(_, time)| *time).collect();
    sorted.sort_by(f64::total_cmp);
    let percentile = |share: f64| {
        sorted
            .get((share * sorted.len() as f64) as usize)
            .copied()
            .unwrap_or(f64::MAX)
    };
    let t_below = |bound: f64| welch(times.iter().filter(|(_, time)| *time <= bound));
    let all = t_below(f64::MAX);
    let most = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]
        .map(|share| t_below(percentile(share)))
        .into_iter()
        .fold(all, |most, t| if t.abs() > most.abs() { t } else { most });
    println!(
        "{operation}\t{name}\t{measurements}\t{}\t{all:.2}\t{most:.2}",
        percentile(0.5)
    );
}

fn welch<'a>(times: impl Iterator<Item = &'a (bool, f64)>) -> f64 {
    // Count, mean and sum of squared deviations of each class, by Welford's method.
    let mut classes = [(0.0_f64, 0.0_f64, 0.0_f64); 2];
    for (second, time) in times {
        let [a, b] = &mut classes;
        let (count, mean, squares) = if *second { b } else { a };
        *count += 1.0;
        let delta = time - *mean;
        *mean += delta / *count;
        *squares += delta * (time - *mean);
    }
    let [(n0, mean0, squares0), (n1, mean1, squares1)] = classes;
    (mean0 - mean1) / (squares0 / (n0 - 1.0) / n0 + squares1 / (n1 - 1.0) / n1).sqrt()
}
