//! The progress bar.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use sealcore::error::Error;

/// Below this many bytes one file is done before a bar could be read.
const LARGE: u64 = 16 << 20;

/// A bar of bytes on standard error, where that is a terminal and the work is worth one. Its length grows as files are
/// opened: only then is it known what they hold.
pub(crate) fn bar(inputs: &[Result<PathBuf, (PathBuf, Error)>]) -> ProgressBar {
    let large = || {
        let paths = inputs.iter().filter_map(|input| input.as_ref().ok());
        let sizes = paths
            .filter_map(|path| std::fs::metadata(path).ok())
            .map(|metadata| metadata.len());
        sizes.fold(0, u64::saturating_add) >= LARGE
    };
    if !std::io::stderr().is_terminal() || !(inputs.len() > 1 || large()) {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}") {
        bar.set_style(style);
    }
    bar
}
