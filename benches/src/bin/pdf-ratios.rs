//! `pdf-ratios [RUNS]`: seals, signs and verifies PDF documents from their files by turns with bare passes of hashing over the
//! same files, so that what else the machine does falls on all of them alike. Prints TSV.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a command

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use sealcore::source::Source;
use sealcore_benches::{PdfWork, pdfs};

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let runs = std::env::args().nth(1).and_then(|runs| runs.parse().ok()).unwrap_or(15);
    match all(runs) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn all(runs: usize) -> Done<()> {
    println!("file\tbytes\twork\top\tms\tcpu_ms\tfloor\tfloor_ms\tfloor_cpu_ms\tratio\tcpu_ratio\ttail_bytes\truns");
    let folder = tempfile::tempdir()?;
    for document in pdfs() {
        for work in PdfWork::all()? {
            let path = folder.path().join("document.pdf");
            std::fs::write(&path, &document.bytes)?;
            // So that the first append does not wait until all of the document is on the disk.
            std::fs::File::open(&path)?.sync_all()?;
            one(&work, document.name, &path, runs)?;
        }
    }
    Ok(())
}

fn one(work: &PdfWork, name: &str, path: &Path, runs: usize) -> Done<()> {
    let length = std::fs::metadata(path)?.len();
    let [mut floor, mut append, mut verify] = [(); 3].map(|()| Vec::new());
    let mut tail = 0;
    for _ in 0..runs + 2 {
        floor.push(timed(|| work.floor.file(path))?);
        append.push(timed(|| work.append(path))?);
        tail = std::fs::metadata(path)?.len() - length;
        verify.push(timed(|| work.verify(Source::from_path(path)?))?);
        std::fs::File::options().write(true).open(path)?.set_len(length)?;
    }
    let kind = work.floor.name();
    let (base, base_cpu) = medians(&floor);
    for (operation, times) in [("append", append), ("verify", verify)] {
        let (time, cpu) = medians(&times);
        let (ratio, cpu_ratio, who) = (time / base, cpu / base_cpu, work.name);
        println!(
            "{name}\t{length}\t{who}\t{operation}\t{time:.3}\t{cpu:.3}\t{kind}\t{base:.3}\t{base_cpu:.3}\t{ratio:.2}\t\
             {cpu_ratio:.2}\t{tail}\t{runs}"
        );
    }
    Ok(())
}

/// Milliseconds that passed, and those on the processor.
fn timed<T, E: Into<Box<dyn Error>>>(work: impl FnOnce() -> Result<T, E>) -> Done<(f64, f64)> {
    let (start, cpu) = (Instant::now(), on_processor());
    work().map_err(Into::into)?;
    Ok((start.elapsed().as_secs_f64() * 1e3, on_processor() - cpu))
}

/// Milliseconds for which this thread ran.
fn on_processor() -> f64 {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime))
        .unwrap_or_default()
        .as_secs_f64()
        * 1e3
}

/// The first two runs warm up.
fn medians(times: &[(f64, f64)]) -> (f64, f64) {
    let times = times.get(2..).unwrap_or_default();
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let (wall, cpu) = times.iter().copied().unzip();
    (middle(wall), middle(cpu))
}
