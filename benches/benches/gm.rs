//! SM2 and SM3 by themselves.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)] // a bench

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sealcore_gm::sm2::{DEFAULT_ID, SigningKey};
use sealcore_gm::sm3;

fn sm2(c: &mut Criterion) {
    let mut group = c.benchmark_group("sm2");
    group
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2));
    let key = SigningKey::from_bytes(&[0x39; 32]).unwrap();
    let message = b"message digest";
    let digest = key.verifying_key().message_digest(DEFAULT_ID, message).unwrap();
    let signature = key.sign_digest(&digest);
    let public = key.verifying_key().clone();
    group.bench_function("sign", |b| b.iter(|| key.sign_digest(black_box(&digest))));
    group.bench_function("verify", |b| {
        b.iter(|| public.verify_digest(black_box(&digest), &signature).unwrap());
    });
    group.finish();
}

fn sm3(c: &mut Criterion) {
    let mut group = c.benchmark_group("sm3");
    group
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2));
    let data = vec![0x5a_u8; 1 << 20];
    for (name, length) in [("64B", 64), ("1KiB", 1 << 10), ("1MiB", 1 << 20)] {
        group.throughput(Throughput::Bytes(length as u64));
        group.bench_function(name, |b| b.iter(|| sm3::digest(black_box(&data[..length]))));
    }
    group.finish();
}

criterion_group!(benches, sm2, sm3);
criterion_main!(benches);
