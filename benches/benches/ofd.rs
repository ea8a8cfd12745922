//! Sealing, verifying and opening documents: in memory, and from file to file as the peers are measured.
#![allow(missing_docs, clippy::unwrap_used)] // a bench

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use sealcore::document::Document as Opened;
use sealcore::ofd::package::Archive;
use sealcore::report::Verdict;
use sealcore_benches::{World, documents};

/// One document in, sealed document out; then verdict. Key, seal and trust are loaded once.
fn all(c: &mut Criterion) {
    let world = World::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for document in documents().unwrap() {
        let (name, bytes) = (document.name, document.bytes);
        let sealed = world.seal_bytes(&bytes).unwrap();
        assert!(world.accepts(&sealed).unwrap(), "{name} is not valid");
        let [plain_path, sealed_path, output] =
            ["plain", "sealed", "output"].map(|kind| folder.path().join(format!("{name}-{kind}.ofd")));
        std::fs::write(&plain_path, &bytes).unwrap();
        std::fs::write(&sealed_path, &sealed).unwrap();

        timed(c, "open", bytes.len()).bench_function(name, |b| {
            b.iter(|| Archive::open(black_box(bytes.as_slice()), world.limits()).unwrap());
        });
        timed(c, "sign", bytes.len()).bench_function(name, |b| b.iter(|| world.seal_bytes(black_box(&bytes)).unwrap()));
        timed(c, "verify", bytes.len()).bench_function(name, |b| {
            b.iter(|| world.verify_bytes(black_box(&sealed)).unwrap());
        });
        timed(c, "sign-file", bytes.len()).bench_function(name, |b| {
            b.iter(|| {
                let Opened::Ofd(archive) = Opened::from_path(&plain_path, world.limits()).unwrap() else {
                    unreachable!()
                };
                sealcore::output::replace(&output, |file| world.sign(&archive, file).map(|_| ())).unwrap();
            });
        });
        timed(c, "verify-file", bytes.len()).bench_function(name, |b| {
            b.iter(|| {
                let opened = Opened::from_path(&sealed_path, world.limits()).unwrap();
                assert_eq!(opened.verify(&world.options()).unwrap().verdict, Verdict::Valid);
            });
        });
    }
}

/// A group whose time is bounded: documents of megabytes get ten samples.
fn timed<'c>(c: &'c mut Criterion, operation: &str, bytes: usize) -> BenchmarkGroup<'c, WallTime> {
    let mut group = c.benchmark_group(operation);
    let (samples, seconds) = if bytes > 1 << 20 { (10, 4) } else { (20, 2) };
    group
        .throughput(Throughput::Bytes(bytes as u64))
        .sample_size(samples)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(seconds));
    group
}

criterion_group!(benches, all);
criterion_main!(benches);
