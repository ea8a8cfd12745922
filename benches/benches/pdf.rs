//! Sealing, signing and verifying PDF documents, in memory and in place, beside the bare passes of hashing over the same bytes.
#![allow(missing_docs, clippy::unwrap_used)] // a bench

use std::fs::File;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use sealcore::source::Source;
use sealcore_benches::pdf_work::Floor;
use sealcore_benches::{PdfWork, pdfs};

fn all(c: &mut Criterion) {
    let works = PdfWork::all().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for document in pdfs() {
        let (name, bytes) = (document.name, document.bytes);
        let length = bytes.len() as u64;
        let path = folder.path().join("plain.pdf");
        std::fs::write(&path, &bytes).unwrap();
        File::open(&path).unwrap().sync_all().unwrap();

        let mut memory = timed(c, &format!("pdf/{name}"), bytes.len());
        for floor in [Floor::Sm3, Floor::Sha256] {
            memory.bench_function(floor.name(), |b| b.iter(|| floor.bytes(black_box(&bytes))));
        }
        for work in &works {
            let signed = [bytes.as_slice(), &work.tail(&bytes).unwrap()].concat();
            work.verify(&signed).unwrap();
            memory.bench_function(format!("sign-{}", work.name), |b| {
                b.iter(|| work.tail(black_box(&bytes)).unwrap());
            });
            memory.bench_function(format!("verify-{}", work.name), |b| {
                b.iter(|| work.verify(black_box(&signed)).unwrap());
            });
        }
        drop(memory);

        let mut file = timed(c, &format!("pdf-file/{name}"), bytes.len());
        for floor in [Floor::Sm3, Floor::Sha256] {
            file.bench_function(floor.name(), |b| b.iter(|| floor.file(&path).unwrap()));
        }
        for work in &works {
            file.bench_function(format!("sign-{}", work.name), |b| {
                b.iter_custom(|runs| {
                    let mut spent = Duration::ZERO;
                    for _ in 0..runs {
                        let start = Instant::now();
                        work.append(&path).unwrap();
                        spent += start.elapsed();
                        File::options()
                            .write(true)
                            .open(&path)
                            .unwrap()
                            .set_len(length)
                            .unwrap();
                    }
                    spent
                });
            });
            work.append(&path).unwrap();
            file.bench_function(format!("verify-{}", work.name), |b| {
                b.iter(|| work.verify(Source::from_path(&path).unwrap()).unwrap());
            });
            File::options()
                .write(true)
                .open(&path)
                .unwrap()
                .set_len(length)
                .unwrap();
        }
    }
}

/// A group whose time is bounded: documents of megabytes get ten samples.
fn timed<'c>(c: &'c mut Criterion, name: &str, bytes: usize) -> BenchmarkGroup<'c, WallTime> {
    let mut group = c.benchmark_group(name);
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
