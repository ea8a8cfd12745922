//! Files that cost a careless reader time, memory or its stack. Each has to end soon, in an error or a report.

mod bytes;
mod crowds;
mod overlaps;
mod streams;
mod tables;
mod trees;

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::forge::*;

pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    make: fn() -> Vec<u8>,
}

impl Hostile {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        (self.make)()
    }
}

pub(crate) fn all() -> Vec<Hostile> {
    [
        bytes::syntax(),
        bytes::chains(),
        streams::streams(),
        tables::tables(),
        trees::trees(),
        crowds::crowds(),
        overlaps::overlaps(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

type Row = (&'static str, fn() -> Vec<u8>);

fn list(rows: Vec<Row>) -> Vec<Hostile> {
    rows.into_iter().map(|(name, make)| Hostile { name, make }).collect()
}

/// The sample with one object replaced.
fn with(number: u32, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref().to_vec();
    sample_with(Kind::Table, |objects| objects.push((number, body))).bytes
}

/// The sample with a path of an object set.
fn edited(number: u32, path: &str, value: &str) -> Vec<u8> {
    sample(Kind::Table)
        .increment(|update| update.edit(number, path, value))
        .bytes
}

/// Behind a sound file, then its end again.
fn followed(middle: &[u8]) -> Vec<u8> {
    let doc = sample(Kind::Table);
    let end = format!("startxref\n{}\n%%EOF\n", doc.startxref);
    [doc.bytes.as_slice(), middle, end.as_bytes()].concat()
}

/// Sealed, with an update behind, so that both revisions are read.
fn retitled(base: &Doc) -> Vec<u8> {
    let signed = Plan::seal("Seal1").sign(base, &cms);
    signed.then(|update| update.set(IDS.info, "<< /Title (other) >>"))
}

const MANY: usize = 1_000_000;

/// A table at `at` whose trailer is `trailer`, written as the whole file.
fn bare(trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n".to_vec();
    let start = bytes.len();
    bytes.extend_from_slice(b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n");
    bytes.extend_from_slice(format!("trailer\n<< /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    bytes
}

/// `megabytes` of zeros, deflated.
fn bomb(megabytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..megabytes {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.finish().unwrap()
}

/// A file of a cross-reference stream alone, with these entries and data.
fn xref_stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n".to_vec();
    let start = bytes.len();
    bytes.extend_from_slice(b"3 0 obj\n");
    bytes.extend_from_slice(&stream(&format!("/Type /XRef /Root 1 0 R {entries}"), data));
    bytes.extend_from_slice(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    bytes
}
