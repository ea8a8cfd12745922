//! What a verification costs without the boundary of C: the half of benches/boundary.sh that is Rust.
//!
//! `boundary documents DIR` writes document.ofd and document.pdf of not quite 100 kB; `boundary FILE TRUST N` opens,
//! verifies and prints the report as JSON to memory, N times after a warming-up, and prints nanoseconds as one JSON object.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a command

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};
use sealcore::asn1::Time;
use sealcore::cert::TrustStore;
use sealcore::document::Document;
use sealcore::lang::Lang;
use sealcore::pdf::Unlock;
use sealcore::source::Source;
use sealcore::verify::VerifyOptions;

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["documents", folder] => write(Path::new(folder)),
        [file, trust, count] => count
            .parse()
            .map_err(Into::into)
            .and_then(|count| measure(file, trust, count)),
        _ => Err("usage: boundary documents DIR | boundary FILE TRUST N".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> Done<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("document.ofd"), sealcore_benches::documents::middling()?)?;
    let smallest = sealcore_benches::pdfs::one_page();
    std::fs::write(folder.join("document.pdf"), smallest)?;
    Ok(())
}

fn measure(file: &str, trust: &str, count: usize) -> Done<()> {
    let bytes = std::fs::read(file)?;
    let mut anchors = TrustStore::new();
    for entry in std::fs::read_dir(trust)? {
        let path = entry?.path();
        anchors.add_bytes(&std::fs::read(&path)?, &path.to_string_lossy())?;
    }
    let mut length = 0;
    // As many as Java's compiler gets.
    for _ in 0..count.max(2_000) {
        length += once(&anchors, &bytes)?;
    }
    let mut nanos = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        length += once(&anchors, &bytes)?;
        nanos.push(start.elapsed().as_nanos());
    }
    nanos.sort_unstable();
    let at = |tenths: usize| nanos.get(count * tenths / 10).copied().unwrap_or_default();
    println!(
        "{{\"median_ns\":{},\"p10\":{},\"p90\":{},\"samples\":{count},\"file_bytes\":{},\"json_bytes\":{}}}",
        at(5),
        at(1),
        at(9),
        bytes.len(),
        length / (count + count.max(2_000))
    );
    Ok(())
}

fn once(anchors: &TrustStore, bytes: &[u8]) -> Done<usize> {
    let now = clock_gettime(ClockId::Realtime).tv_sec;
    let options = VerifyOptions::new(anchors, Time::from_unix(now));
    let source = Source::from(Arc::<[u8]>::from(bytes));
    let document = Document::from_source(source, &options.limits, &Unlock::None)?;
    let report = document.verify(&options)?;
    Ok(report.to_json("file", Lang::En).to_string().len())
}
