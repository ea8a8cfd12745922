//! `make-documents DIR`: writes small.ofd, pages500.ofd and big50mb.ofd there, and page1.pdf, pages160.pdf and pages1600.pdf.
#![allow(clippy::print_stderr)] // a command

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: make-documents DIR");
        return ExitCode::from(64);
    };
    match write(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
    std::fs::create_dir_all(folder)?;
    let ofd = sealcore_benches::documents()?
        .into_iter()
        .map(|document| (document, "ofd"));
    let pdf = sealcore_benches::pdfs().into_iter().map(|document| (document, "pdf"));
    for (document, extension) in ofd.chain(pdf) {
        let path = folder.join(document.name).with_extension(extension);
        std::fs::write(path, document.bytes)?;
    }
    Ok(())
}
