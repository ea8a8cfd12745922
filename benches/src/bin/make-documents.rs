//! `make-documents DIR`: writes small.ofd, pages500.ofd and big50mb.ofd there.
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
    for document in sealcore_benches::documents()? {
        let path = folder.join(document.name).with_extension("ofd");
        std::fs::write(path, document.bytes)?;
    }
    Ok(())
}
