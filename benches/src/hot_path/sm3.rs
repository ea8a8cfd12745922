//! SM3 beside RustCrypto's `sm3`: one message, and many at once. SHA-256 of the two libraries that the core uses, for scale.

use std::hint::black_box;

use aws_lc_rs::digest;
use sealcore_gm::sm3;
use sha2::Digest as _;

use super::{Contender, RUSTCRYPTO, Row, by};

pub(super) fn rows() -> Vec<Row> {
    let mut rows = vec![
        one("sm3-64", "64 bytes", 64),
        one("sm3-1k", "1 KiB", 1 << 10),
        one("sm3-1m", "1 MiB", 1 << 20),
    ];
    let shapes = [
        ("sm3-16x100", "16 of 100 bytes", 16, 100),
        ("sm3-16x1k", "16 of 1 KiB", 16, 1 << 10),
        ("sm3-16x64k", "16 of 64 KiB", 16, 64 << 10),
        ("sm3-1000x700", "1000 of 700 bytes", 1000, 700),
    ];
    rows.extend(shapes.map(|(name, words, count, length)| many(name, words, count, length)));
    rows.push(sha256());
    rows
}

fn one(name: &'static str, words: &str, length: usize) -> Row {
    let ours = message(length, 0);
    let theirs = ours.clone();
    Row {
        name,
        contenders: vec![
            by(RUSTCRYPTO, 1, move || ::sm3::Sm3::digest(black_box(&theirs))),
            by(format!("SM3, {words}"), 1, move || sm3::digest(black_box(&ours))),
        ],
    }
}

/// The time of all messages together.
fn many(name: &'static str, words: &str, count: usize, length: usize) -> Row {
    let messages: Vec<Vec<u8>> = (0..count).map(|number| message(length, number)).collect();
    let (theirs, single) = (messages.clone(), messages.clone());
    let mut contenders = vec![
        by(RUSTCRYPTO, 1, move || {
            for message in &theirs {
                black_box(::sm3::Sm3::digest(black_box(message)));
            }
        }),
        by(format!("SM3, {words}, one by one"), 1, move || {
            for message in &single {
                black_box(sm3::digest(black_box(message)));
            }
        }),
    ];
    for (lanes, kind) in [(8, "AVX2"), (16, "AVX-512")] {
        contenders.extend(lanes_of(lanes, format!("SM3, {words}, {kind}"), messages.clone()));
    }
    Row { name, contenders }
}

/// None where the processor has no lanes of this kind.
fn lanes_of(lanes: usize, who: String, messages: Vec<Vec<u8>>) -> Option<Contender> {
    let mut digests = vec![[0; 32]; messages.len()];
    let mut hash = move || {
        let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
        sm3::digest_many_with(lanes, black_box(&messages), &mut digests)
    };
    hash().then(|| by(who, 1, hash))
}

fn sha256() -> Row {
    let ours = message(1 << 20, 0);
    let theirs = ours.clone();
    Row {
        name: "sha256-1m",
        contenders: vec![
            by("SHA-256, 1 MiB, sha2", 1, move || {
                sha2::Sha256::digest(black_box(&ours))
            }),
            by("SHA-256, 1 MiB, AWS-LC", 1, move || {
                digest::digest(&digest::SHA256, black_box(&theirs))
            }),
        ],
    }
}

fn message(length: usize, number: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 + number * 7).to_le_bytes()[0]).collect()
}
