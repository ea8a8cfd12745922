//! The rows of the hot-path table that are measured in this process: ours and RustCrypto's. The peers' programs
//! (`benches/peers`) print rows of the same names.
#![allow(clippy::unwrap_used)] // a bench: what fails ends it

use std::hint::black_box;

use rustix::time::{ClockId, clock_gettime};
use sealcore_gm::sm2::{DEFAULT_ID, SigningKey};
use sm2::dsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
use sm3::Digest as _;

/// One kind of work, by who does it.
pub struct Row {
    /// As the peers' programs call it.
    pub name: &'static str,
    /// `RustCrypto`, and any number of ours, each under the words that the table shows.
    pub contenders: Vec<Contender>,
}

/// Work that is measured.
pub struct Contender {
    /// `RustCrypto`, or what ours is called in the table.
    pub who: &'static str,
    /// How many pieces one call does.
    pieces: f64,
    work: Box<dyn FnMut()>,
}

fn by(who: &'static str, pieces: usize, work: impl FnMut() + 'static) -> Contender {
    Contender {
        who,
        pieces: pieces as f64,
        work: Box::new(work),
    }
}

/// All rows.
#[must_use]
pub fn rows() -> Vec<Row> {
    let mut rows = vec![sign(), verify(), keys()];
    rows.extend([("sm3-64", 64), ("sm3-1k", 1 << 10), ("sm3-1m", 1 << 20)].map(|(name, length)| hash(name, length)));
    rows
}

const SECRET: [u8; 32] = [0x39; 32];

fn digest() -> [u8; 32] {
    let key = SigningKey::from_bytes(&SECRET).unwrap();
    key.verifying_key()
        .message_digest(DEFAULT_ID, b"message digest")
        .unwrap()
}

fn theirs() -> sm2::dsa::SigningKey {
    let secret = sm2::SecretKey::from_slice(&SECRET).unwrap();
    sm2::dsa::SigningKey::new("1234567812345678", &secret).unwrap()
}

fn sign() -> Row {
    let (digest, key, other) = (digest(), SigningKey::from_bytes(&SECRET).unwrap(), theirs());
    Row {
        name: "sm2-sign",
        contenders: vec![
            by("RustCrypto", 1, move || {
                black_box::<sm2::dsa::Signature>(other.sign_prehash(black_box(&digest)).unwrap());
            }),
            by("SM2 sign", 1, move || {
                black_box(key.sign_digest(black_box(&digest)));
            }),
        ],
    }
}

fn verify() -> Row {
    let (digest, key, other) = (digest(), SigningKey::from_bytes(&SECRET).unwrap(), theirs());
    let signature = key.sign_digest(&digest);
    let their_signature = sm2::dsa::Signature::from_slice(&signature.to_bytes()).unwrap();
    let public = key.verifying_key().clone();
    Row {
        name: "sm2-verify",
        contenders: vec![
            by("RustCrypto", 1, move || {
                other
                    .verifying_key()
                    .verify_prehash(black_box(&digest), &their_signature)
                    .unwrap();
            }),
            by("SM2 verify", 1, move || {
                public.verify_digest(black_box(&digest), &signature).unwrap();
            }),
        ],
    }
}

fn keys() -> Row {
    Row {
        name: "sm2-keygen",
        contenders: vec![
            by("RustCrypto", 1, move || {
                black_box(theirs());
            }),
            by("SM2 key", 1, move || {
                black_box(SigningKey::from_bytes(black_box(&SECRET)).unwrap());
            }),
        ],
    }
}

fn hash(name: &'static str, length: usize) -> Row {
    let data = vec![0x5a_u8; length];
    let theirs = data.clone();
    let who = match length {
        64 => "SM3, 64 bytes",
        1024 => "SM3, 1 KiB",
        _ => "SM3, 1 MiB",
    };
    Row {
        name,
        contenders: vec![
            by("RustCrypto", 1, move || {
                black_box(sm3::Sm3::digest(black_box(&theirs)));
            }),
            by(who, 1, move || {
                black_box(sealcore_gm::sm3::digest(black_box(&data)));
            }),
        ],
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
