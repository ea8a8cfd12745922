//! Sections of the cross-reference.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{Doc, ID, Kind, stream};

/// An entry of the cross-reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Used { offset: usize, generation: u16 },
    Free { next: u32, generation: u16 },
    Compressed { container: u32, index: usize },
}

pub fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// Runs of consecutive numbers.
fn runs(entries: &[(u32, Entry)]) -> Vec<&[(u32, Entry)]> {
    entries.chunk_by(|left, right| left.0 + 1 == right.0).collect()
}

/// A table with its trailer; returns its offset. Compressed objects cannot stand in it.
pub fn write_table(out: &mut Vec<u8>, entries: &[(u32, Entry)], trailer: Option<&str>) -> usize {
    let start = out.len();
    out.extend_from_slice(b"xref\n");
    if entries.is_empty() {
        out.extend_from_slice(b"0 0\n");
    }
    for run in runs(entries) {
        out.extend_from_slice(format!("{} {}\n", run[0].0, run.len()).as_bytes());
        for (_, entry) in run {
            let line = match entry {
                Entry::Used { offset, generation } => format!("{offset:010} {generation:05} n \n"),
                Entry::Free { next, generation } => format!("{next:010} {generation:05} f \n"),
                Entry::Compressed { .. } => panic!("a table lists no compressed object"),
            };
            out.extend_from_slice(line.as_bytes());
        }
    }
    if let Some(trailer) = trailer {
        out.extend_from_slice(format!("trailer\n<< {trailer} >>\n").as_bytes());
    }
    start
}

/// A cross-reference stream that is object `number`; returns its offset. `/Index` is written as the entries are.
pub fn write_xref_stream(out: &mut Vec<u8>, number: u32, entries: &[(u32, Entry)], trailer: &str) -> usize {
    let start = out.len();
    let mut entries = entries.to_vec();
    if !entries.iter().any(|(other, _)| *other == number) {
        entries.push((
            number,
            Entry::Used {
                offset: start,
                generation: 0,
            },
        ));
    }
    entries.sort_by_key(|(number, _)| *number);
    let mut data = Vec::new();
    for (_, entry) in &entries {
        let (kind, second, third) = match *entry {
            Entry::Free { next, generation } => (0, next, generation),
            Entry::Used { offset, generation } => (1, offset as u32, generation),
            Entry::Compressed { container, index } => (2, container, index as u16),
        };
        data.push(kind);
        data.extend_from_slice(&second.to_be_bytes());
        data.extend_from_slice(&third.to_be_bytes());
    }
    let index: Vec<String> = runs(&entries)
        .iter()
        .map(|run| format!("{} {}", run[0].0, run.len()))
        .collect();
    let head = format!(
        "/Type /XRef /W [1 4 2] /Index [{}] /Filter /FlateDecode {trailer}",
        index.join(" ")
    );
    write_object(out, number, 0, &stream(&head, &deflate(&data)));
    start
}

pub fn write_object(out: &mut Vec<u8>, number: u32, generation: u16, body: &[u8]) -> usize {
    let start = out.len();
    out.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
    out.extend_from_slice(body);
    out.extend_from_slice(b"\nendobj\n");
    start
}

pub fn write_end(out: &mut Vec<u8>, startxref: usize) {
    out.extend_from_slice(format!("startxref\n{startxref}\n%%EOF\n").as_bytes());
}

/// An object stream with these objects, compressed.
fn object_stream(objects: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let (mut head, mut data) = (String::new(), Vec::new());
    for (number, body) in objects {
        head.push_str(&format!("{number} {} ", data.len()));
        data.extend_from_slice(body);
        data.push(b'\n');
    }
    let first = head.len();
    let all = deflate(&[head.as_bytes(), &data].concat());
    let entries = format!("/Type /ObjStm /N {} /First {first} /Filter /FlateDecode", objects.len());
    stream(&entries, &all)
}

/// Writes the objects and the first section behind the header.
pub fn write_first(doc: &mut Doc) {
    let is_stream = |body: &[u8]| body.ends_with(b"endstream");
    // What readers of tables alone need is not hidden from them.
    let is_skeleton =
        |body: &[u8]| super::find(body, b"/Type /Catalog").is_some() || super::find(body, b"/Type /Page").is_some();
    let (loose, packed): (Vec<_>, Vec<_>) = doc
        .objects
        .iter()
        .map(|(number, (_, body))| (*number, body.clone()))
        .partition(|(_, body)| match doc.kind {
            Kind::Table => true,
            Kind::Stream => is_stream(body),
            Kind::Hybrid => is_stream(body) || is_skeleton(body),
        });
    let mut entries = vec![(
        0,
        Entry::Free {
            next: 0,
            generation: 65_535,
        },
    )];
    for (number, body) in &loose {
        let offset = write_object(&mut doc.bytes, *number, 0, body);
        entries.push((*number, Entry::Used { offset, generation: 0 }));
    }
    let mut compressed = Vec::new();
    if !packed.is_empty() {
        let container = doc.size;
        doc.size += 1;
        let offset = write_object(&mut doc.bytes, container, 0, &object_stream(&packed));
        entries.push((container, Entry::Used { offset, generation: 0 }));
        compressed.extend(
            packed
                .iter()
                .enumerate()
                .map(|(index, (number, _))| (*number, Entry::Compressed { container, index })),
        );
    }
    let common = |size: u32| {
        let info = doc.info.map_or(String::new(), |info| format!(" /Info {info} 0 R"));
        format!("/Size {size} /Root {} 0 R{info} /ID {ID}", doc.root)
    };
    let out = &mut doc.bytes;
    doc.startxref = match doc.kind {
        Kind::Table => {
            entries.sort_by_key(|(number, _)| *number);
            write_table(out, &entries, Some(&common(doc.size)))
        }
        Kind::Stream => {
            let number = doc.size;
            doc.size += 1;
            entries.extend(compressed);
            write_xref_stream(out, number, &entries, &common(doc.size))
        }
        Kind::Hybrid => {
            let number = doc.size;
            doc.size += 1;
            let hidden = write_xref_stream(out, number, &compressed, &common(doc.size));
            // The table leaves the hidden objects out: readers differ on what wins where it lists them as free.
            entries.push((
                number,
                Entry::Used {
                    offset: hidden,
                    generation: 0,
                },
            ));
            entries.sort_by_key(|(number, _)| *number);
            let trailer = format!("{} /XRefStm {hidden}", common(doc.size));
            write_table(out, &entries, Some(&trailer))
        }
    };
    write_end(out, doc.startxref);
}
