//! A PDF of 105 MB is sealed in place and verified from its file, and what that takes of the process's memory is measured.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]
#![cfg(target_os = "linux")] // which tells how much memory a process had at most

mod support;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use sealcore::document::Document;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd::Pages;
use sealcore::pdf::{self, Pdf, SignRequest};
use sealcore::report::Verdict;
use sealcore::seal::{Generation, Picture, SealRequest};
use sealcore::source::Source;
use sealcore::verify::VerifyOptions;
use support::{DAY, World, at, now};

const PAGES: usize = 1600;
const IMAGE: usize = 64 << 10;
/// What one operation may add at its peak, in bytes.
const BOUND: u64 = 32 << 20;
/// What may be appended.
const TAIL: u64 = 64 << 10;

/// Pages with an image each that nothing compresses, written piece by piece: what this test holds itself would count.
fn write_document(path: &Path) -> u64 {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let mut at = 0;
    let mut offsets = Vec::new();
    let mut put = |bytes: &[u8]| {
        out.write_all(bytes).unwrap();
        at += bytes.len();
        at
    };
    let mut end = put(b"%PDF-1.7\n");
    let mut state = 0x5ea1_c0de_u64;
    let mut image = vec![0; IMAGE];
    for number in 1..=2 + 2 * PAGES {
        offsets.push(end);
        put(format!("{number} 0 obj\n").as_bytes());
        match number {
            1 => put(b"<< /Type /Catalog /Pages 2 0 R >>"),
            2 => {
                let kids: String = (0..PAGES).map(|page| format!("{} 0 R ", 3 + 2 * page)).collect();
                put(format!("<< /Type /Pages /Kids [{kids}] /Count {PAGES} >>").as_bytes())
            }
            page if page % 2 == 1 => {
                let image = page + 1;
                let resources = format!("<< /XObject << /Im0 {image} 0 R >> >>");
                put(
                    format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} >>")
                        .as_bytes(),
                )
            }
            _ => {
                for chunk in image.chunks_exact_mut(8) {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    chunk.copy_from_slice(&state.to_le_bytes());
                }
                let kind = "/Type /XObject /Subtype /Image /Width 128 /Height 128 /ColorSpace /DeviceCMYK";
                put(format!("<< {kind} /BitsPerComponent 8 /Length {IMAGE} >>\nstream\n").as_bytes());
                put(&image);
                put(b"\nendstream")
            }
        };
        end = put(b"\nendobj\n");
    }
    let size = offsets.len() + 1;
    put(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
    for offset in offsets {
        put(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let length = put(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{end}\n%%EOF\n").as_bytes());
    out.flush().unwrap();
    length as u64
}

/// A disc of 40 mm at 300 dots an inch, without ground.
fn picture() -> Picture {
    let size = 472_u32;
    let mut pixels = Vec::new();
    for place in 0..size * size {
        let (x, y) = (place % size, place / size);
        let inside = (2 * x).abs_diff(size).pow(2) + (2 * y).abs_diff(size).pow(2) < size.pow(2);
        pixels.extend([0xd6, 0x1f, 0x26, if inside { 255 } else { 0 }]);
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size, size);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    Picture::new("PNG", bytes, 40, 40)
}

/// A line of the process's status, in bytes.
fn status(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap();
    let kilobytes: u64 = line.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
    kilobytes << 10
}

/// What `work` adds to the resident memory at its peak.
fn peak_of(work: impl FnOnce()) -> u64 {
    // Sets the peak to what is resident now.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = status("VmRSS:");
    work();
    status("VmHWM:").saturating_sub(before)
}

/// One test alone in this binary: what another thread takes would count.
#[test]
fn memory_does_not_grow_with_the_document() {
    let world = World::new();
    let validity = [-DAY, -DAY, 300 * DAY].map(|seconds| now().plus_seconds(seconds));
    let request = SealRequest::new(
        Generation::V4,
        "3401000000001",
        "某单位公章",
        picture(),
        world.certificate(),
        validity,
    );
    let seal = request.make(&world.maker).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.pdf");
    let length = write_document(&path);
    assert!(length > 105_000_000);

    let limits = Limits::default();
    let sealing = peak_of(|| {
        let placements = [at(Pages::One(1))];
        let request = SignRequest::seal(&seal, world.certificate(), now(), &placements);
        let pdf = Pdf::open(Source::from_path(&path).unwrap(), &limits).unwrap();
        pdf::sign_in_place(&pdf, &path, &request, &world.signer, &limits, &Unwatched).unwrap();
    });
    let tail = std::fs::metadata(&path).unwrap().len() - length;
    let verifying = peak_of(|| {
        let options = VerifyOptions::new(&world.trust, now());
        let document = Document::from_path(&path, &options.limits).unwrap();
        assert_eq!(document.verify(&options).unwrap().verdict, Verdict::Valid);
    });
    println!("peak: {sealing} bytes while sealing, {verifying} while verifying; {tail} bytes were appended");
    assert!(sealing < BOUND, "sealing took {sealing} bytes");
    assert!(verifying < BOUND, "verifying took {verifying} bytes");
    assert!(tail < TAIL, "{tail} bytes were appended");

    // The measure measures: the same file in memory is seen.
    let held = peak_of(|| assert!(std::fs::read(&path).unwrap().len() as u64 > length));
    assert!(held > length / 2, "{held}");
}
