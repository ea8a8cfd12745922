//! Files whose offsets have nine and ten digits.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use sealcore::key::Signer as _;
use sealcore::monitor::Unwatched;
use sealcore::pdf::{self, Pdf, SignRequest};
use sealcore::source::Source;
use sealcore::verify::VerifyOptions;

use crate::base::{Base, Kind};
use crate::house::limits;
use crate::support::{World, now};

/// A document with a hole of this many bytes before its cross-reference, in a stream, on a disk that keeps holes.
fn sparse(path: &std::path::Path, kind: Kind, hole: u64) -> u64 {
    let base = Base::new(kind).build();
    let cut = base.windows(6).position(|window| window == b"endobj").unwrap() + 7;
    // Offsets behind the hole move, so the objects stay before it and the cross-reference alone is behind.
    let section = base
        .windows(5)
        .rposition(|window| {
            window
                == if kind == Kind::Stream {
                    &b"999 0"[..]
                } else {
                    &b"xref\n"[..]
                }
        })
        .map(|at| {
            if kind == Kind::Stream {
                at
            } else {
                base.windows(5).position(|window| window == b"xref\n").unwrap()
            }
        })
        .unwrap();
    assert!(section > cut);
    let mut file = File::create(path).unwrap();
    file.write_all(&base[..section]).unwrap();
    let head = format!("900 0 obj\n<</Length {hole}>>\nstream\n");
    file.write_all(head.as_bytes()).unwrap();
    file.seek(SeekFrom::Current(i64::try_from(hole).unwrap())).unwrap();
    file.write_all(b"\nendstream\nendobj\n").unwrap();
    let start = file.stream_position().unwrap();
    let rest = String::from_utf8_lossy(&base[section..]).into_owned();
    match kind {
        Kind::Stream => {
            // The section's own entry is wide enough only below 4 GiB, so it is left out.
            let old = base.len() - rest.len();
            let _ = old;
            let objects: Vec<(u32, usize)> = [1, 2, 10]
                .into_iter()
                .map(|number: u32| {
                    let mark = format!("{number} 0 obj");
                    (
                        number,
                        base.windows(mark.len())
                            .position(|window| window == mark.as_bytes())
                            .unwrap(),
                    )
                })
                .collect();
            let mut rows = Vec::new();
            let mut index = String::new();
            for (number, offset) in objects {
                index.push_str(&format!("{number} 1 "));
                rows.push(1);
                rows.extend(&(offset as u64).to_be_bytes()[3..]);
                rows.extend([0, 0]);
            }
            let length = rows.len();
            write!(
                file,
                "999 0 obj\n<</Type /XRef /Size 1000 /Root 1 0 R /W [1 5 2] /Index [{index}] /Length {length}>>\nstream\n"
            )
            .unwrap();
            file.write_all(&rows).unwrap();
            write!(file, "\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").unwrap();
        }
        _ => {
            let cut = rest.find("startxref").unwrap();
            write!(file, "{}startxref\n{start}\n%%EOF\n", &rest[..cut]).unwrap();
        }
    }
    file.stream_position().unwrap()
}

fn sign_big(kind: Kind, hole: u64) {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.pdf");
    let length = sparse(&path, kind, hole);
    let open = || Pdf::open(Source::from_stream(File::open(&path).unwrap()).unwrap(), &limits()).unwrap();
    for round in 1..=2 {
        let request = SignRequest::signature(world.signer.certificate(), now());
        pdf::sign_in_place(&open(), &path, &request, &world.signer, &limits(), &Unwatched).unwrap();
        let grown = std::fs::metadata(&path).unwrap().len() - length;
        assert!(grown < round * (64 << 10), "the tail has {grown} bytes");
        let options = VerifyOptions::new(&world.trust, now());
        let document = sealcore::document::Document::from_path(&path, &options.limits).unwrap();
        let report = document.verify(&options).unwrap();
        assert_eq!(report.signatures.len(), usize::try_from(round).unwrap());
        for signature in &report.signatures {
            assert_eq!(signature.integrity, sealcore::report::Integrity::Intact);
            assert_eq!(signature.coverage, sealcore::report::Coverage::Whole);
        }
    }
    let mut end = Vec::new();
    let mut file = File::open(&path).unwrap();
    file.seek(SeekFrom::Start(length)).unwrap();
    file.read_to_end(&mut end).unwrap();
    let text = String::from_utf8_lossy(&end).into_owned();
    let range = text.split("/ByteRange [").nth(1).unwrap().split(']').next().unwrap();
    assert!(range.len() == 43, "{range}");
}

#[test]
#[ignore = "long: digests a hundred megabytes several times"]
fn nine_digits() {
    sign_big(Kind::Table, 100_000_000);
    sign_big(Kind::Stream, 100_000_000);
}

#[test]
#[ignore = "long: digests gigabytes several times"]
fn ten_digits() {
    // Over 2 GiB, where signed 32-bit offsets end, and over 4 GiB.
    sign_big(Kind::Table, 2_200_000_000);
    sign_big(Kind::Table, 4_400_000_000);
    sign_big(Kind::Stream, 4_400_000_000);
}
