//! `gm-ratios [SAMPLES] [NAME]`: SM2 beside RustCrypto's `sm2`, by turns in short samples, so that what else the machine does
//! falls on both alike. Times are processor time of the thread; medians, and their ratio. Prints TSV. NAME selects rows that
//! contain it.
#![allow(clippy::print_stdout)] // a command
#![allow(clippy::unwrap_used)] // a bench, on keys of its own
#![allow(clippy::cast_possible_truncation)] // counts, within floats

use std::hint::black_box;
use std::time::Duration;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use rustix::time::{ClockId, clock_gettime};
use sealcore_gm::sm2::{DEFAULT_ID, NoncePool, Signature, SigningKey, VerifyingKey, verify_many};
use sm2::dsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
use sm2::dsa::signature::{Signer as _, Verifier as _};

/// What is measured against what: each function does its operation this many times.
struct Row {
    name: &'static str,
    ours: Work,
    theirs: Work,
}

struct Work {
    count: usize,
    /// How often it can be called in a sample.
    most: usize,
    function: Box<dyn FnMut()>,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let samples = arguments.next().and_then(|samples| samples.parse().ok()).unwrap_or(101);
    let wanted = arguments.next().unwrap_or_default();
    println!("operation\tours_us\trustcrypto_us\tratio\tours_best_us\trustcrypto_best_us\tbest_ratio");
    for mut row in rows().into_iter().filter(|row| row.name.contains(&wanted)) {
        let (ours, theirs) = sampled(&mut row, samples);
        let ((a, a_best), (b, b_best)) = (median_and_best(ours), median_and_best(theirs));
        let (ratio, best_ratio) = (b / a, b_best / a_best);
        println!(
            "{}\t{a:.3}\t{b:.3}\t{ratio:.2}\t{a_best:.3}\t{b_best:.3}\t{best_ratio:.2}",
            row.name
        );
    }
}

fn rows() -> Vec<Row> {
    vec![
        sign(),
        sign_hedged(),
        sign_message(),
        sign_batch(256),
        sign_batch(8),
        sign_pooled(),
        sign_pooled_with_refill(),
        verify(),
        verify_prepared(),
        verify_batch(),
        verify_message(),
        prepare(),
        generate(),
        generate_batch(),
        decompress(),
    ]
}

const E: [u8; 32] = [0x5a; 32];

fn key() -> SigningKey {
    SigningKey::from_bytes(&[0x39; 32]).unwrap()
}

fn their_key() -> sm2::dsa::SigningKey {
    sm2::dsa::SigningKey::from_slice("1234567812345678", &[0x39; 32]).unwrap()
}

fn sign() -> Row {
    let ours = key();
    Row {
        name: "sign",
        ours: work(1, move || ours.sign_digest(black_box(&E))),
        theirs: their_sign(),
    }
}

fn their_sign() -> Work {
    let theirs = their_key();
    work(1, move || -> sm2::dsa::Signature {
        theirs.sign_prehash(black_box(&E)).unwrap()
    })
}

fn sign_hedged() -> Row {
    let ours = key();
    Row {
        name: "sign hedged",
        ours: work(1, move || {
            ours.sign_digest_hedged(&mut UnwrapErr(SysRng), black_box(&E))
        }),
        theirs: their_sign(),
    }
}

fn sign_message() -> Row {
    let (ours, theirs) = (key(), their_key());
    Row {
        name: "sign message",
        ours: work(1, move || ours.sign_message(DEFAULT_ID, black_box(&E)).unwrap()),
        theirs: work(1, move || -> sm2::dsa::Signature { theirs.sign(black_box(&E)) }),
    }
}

fn sign_batch(count: usize) -> Row {
    let (ours, digests) = (key(), vec![E; count]);
    Row {
        name: if count == 8 {
            "sign batch of 8"
        } else {
            "sign batch of 256"
        },
        ours: work(count, move || {
            ours.sign_digests(&mut UnwrapErr(SysRng), black_box(&digests))
        }),
        theirs: their_sign(),
    }
}

fn sign_pooled() -> Row {
    let (ours, pool) = (key(), NoncePool::new(1 << 14));
    let take = move || {
        if pool.is_empty() {
            pool.refill(&ours, &mut UnwrapErr(SysRng), 1 << 14);
        }
        ours.sign_digest_pooled(&pool, black_box(&E))
    };
    Row {
        name: "sign pooled, mostly from a full pool",
        // Few samples meet the refill, and the median none.
        ours: Work {
            most: 128,
            ..work(1, take)
        },
        theirs: their_sign(),
    }
}

fn sign_pooled_with_refill() -> Row {
    let (ours, pool) = (key(), NoncePool::new(64));
    Row {
        name: "sign pooled, refill included",
        ours: work(64, move || {
            pool.refill(&ours, &mut UnwrapErr(SysRng), 64);
            (0..64).map(|_| ours.sign_digest_pooled(&pool, black_box(&E))).last()
        }),
        theirs: their_sign(),
    }
}

fn verify() -> Row {
    let (public, signature) = (key().verifying_key().clone(), key().sign_digest(&E));
    Row {
        name: "verify",
        ours: work(1, move || public.verify_digest(black_box(&E), &signature).unwrap()),
        theirs: their_verify(),
    }
}

fn their_verify() -> Work {
    let theirs = *their_key().verifying_key().as_affine();
    let theirs = sm2::dsa::VerifyingKey::from_affine("1234567812345678", theirs).unwrap();
    let signature: sm2::dsa::Signature = their_key().sign_prehash(&E).unwrap();
    work(1, move || theirs.verify_prehash(black_box(&E), &signature).unwrap())
}

fn verify_prepared() -> Row {
    let (public, signature) = (key().verifying_key().prepared(), key().sign_digest(&E));
    Row {
        name: "verify, prepared key",
        ours: work(1, move || public.verify_digest(black_box(&E), &signature).unwrap()),
        theirs: their_verify(),
    }
}

fn verify_batch() -> Row {
    let keys: Vec<VerifyingKey> = (1..=64)
        .map(|i| SigningKey::from_bytes(&[i; 32]).unwrap().verifying_key().clone())
        .collect();
    let signatures: Vec<Signature> = (1..=64)
        .map(|i| SigningKey::from_bytes(&[i; 32]).unwrap().sign_digest(&E))
        .collect();
    Row {
        name: "verify batch of 64 keys",
        ours: work(64, move || {
            let items: Vec<_> = keys
                .iter()
                .zip(&signatures)
                .map(|(key, signature)| (key, E, *signature))
                .collect();
            let verdicts = verify_many(black_box(&items), 1);
            assert!(verdicts.iter().all(Result::is_ok));
        }),
        theirs: their_verify(),
    }
}

fn verify_message() -> Row {
    let (public, theirs) = (key().verifying_key().clone(), their_key());
    let signature = key().sign_message(DEFAULT_ID, &E).unwrap();
    let their_signature: sm2::dsa::Signature = theirs.sign(&E);
    Row {
        name: "verify message",
        ours: work(1, move || {
            public.verify_message(DEFAULT_ID, black_box(&E), &signature).unwrap()
        }),
        theirs: work(1, move || {
            theirs.verifying_key().verify(black_box(&E), &their_signature).unwrap();
        }),
    }
}

fn prepare() -> Row {
    let public = key().verifying_key().clone();
    Row {
        name: "prepare a key (beside one verification)",
        ours: work(1, move || black_box(&public).prepared()),
        theirs: their_verify(),
    }
}

fn generate() -> Row {
    Row {
        name: "generate a key",
        ours: work(1, move || SigningKey::generate(&mut UnwrapErr(SysRng)).unwrap()),
        theirs: their_generate(),
    }
}

fn generate_batch() -> Row {
    Row {
        name: "generate 64 keys",
        ours: work(64, move || {
            SigningKey::generate_many(64, &mut UnwrapErr(SysRng)).unwrap()
        }),
        theirs: their_generate(),
    }
}

fn their_generate() -> Work {
    work(1, || {
        sm2::dsa::SigningKey::from_slice("1234567812345678", black_box(&E)).unwrap()
    })
}

fn decompress() -> Row {
    let point = key().verifying_key().to_sec1();
    let (x, y) = point.split_at(33);
    let compressed: Vec<u8> = std::iter::once(y.last().map_or(2, |last| 2 + (last & 1)))
        .chain(x.iter().skip(1).copied())
        .collect();
    let theirs = compressed.clone();
    Row {
        name: "read a compressed point",
        ours: work(1, move || VerifyingKey::from_sec1(black_box(&compressed)).unwrap()),
        theirs: work(1, move || {
            sm2::dsa::VerifyingKey::from_sec1_bytes("1234567812345678", black_box(&theirs)).unwrap()
        }),
    }
}

fn work<T>(count: usize, mut function: impl FnMut() -> T + 'static) -> Work {
    let function = Box::new(move || {
        black_box(function());
    });
    Work {
        count,
        most: usize::MAX,
        function,
    }
}

/// Microseconds an operation, of samples that take about a millisecond each.
fn sampled(row: &mut Row, samples: usize) -> (Vec<f64>, Vec<f64>) {
    let repeats = [&mut row.ours, &mut row.theirs].map(|work| {
        let once = (0..3).map(|_| sample(work, 1)).fold(f64::MAX, f64::min) * work.count as f64;
        ((1000.0 / once) as usize).clamp(1, work.most)
    });
    let [ours, theirs] = repeats;
    (0..samples)
        .map(|_| (sample(&mut row.ours, ours), sample(&mut row.theirs, theirs)))
        .unzip()
}

fn sample(work: &mut Work, repeats: usize) -> f64 {
    let start = on_processor();
    for _ in 0..repeats {
        (work.function)();
    }
    (on_processor() - start) / (repeats * work.count) as f64
}

/// Microseconds for which this thread ran.
fn on_processor() -> f64 {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime))
        .unwrap_or_default()
        .as_secs_f64()
        * 1e6
}

fn median_and_best(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    let at = |place: usize| times.get(place).copied().unwrap_or(f64::NAN);
    (at(times.len() / 2), at(0))
}
