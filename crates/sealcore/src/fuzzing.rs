//! Readers inside the crate, opened to the fuzz targets (`fuzz/`). No part of the API: it may change with any version.

use crate::error::Result;
use crate::key::{self, KeyFile};
use crate::limits::{Budget, Limits};
use crate::ofd::{self, Description, Manifest, PageScan, Record};
use crate::pdf::appearance::fuzz_picture;
use crate::pdf::content::Operations;
use crate::pdf::parser::{Parser, Stop};
use crate::pdf::{Dictionary, Object, ObjectId, Pdf, filter, text, writer};
use crate::text::Needle;
use crate::xml::Xml;

/// What a list of signatures says.
#[derive(Debug, PartialEq, Eq)]
pub struct SignatureList {
    /// ID, type and `BaseLoc` of each record, in order.
    pub records: Vec<[String; 3]>,
    /// The largest number that an ID has.
    pub max_id: u64,
}

/// Reads Signatures.xml.
///
/// # Errors
/// As the reader has them.
pub fn read_signatures(bytes: &[u8], limits: &Limits) -> Result<SignatureList> {
    let manifest = Manifest::read(&Xml::parse(bytes, limits)?, limits)?;
    let max_id = manifest.max_id();
    let records = manifest
        .records
        .into_iter()
        .map(|record| [record.id, record.kind, record.base_loc])
        .collect();
    Ok(SignatureList { records, max_id })
}

/// Adds a record to Signatures.xml, as signing does.
///
/// # Errors
/// As the reader and writer have them.
pub fn add_signature(bytes: &[u8], record: &[String; 3], max_id: u64, limits: &Limits) -> Result<Vec<u8>> {
    let [id, kind, base_loc] = record.clone();
    ofd::add(
        Some(&Xml::parse(bytes, limits)?),
        &Record {
            id,
            kind,
            base_loc,
            relative: None,
        },
        max_id,
    )
}

/// Reads Signature.xml; gives the path and digest of each reference and how many stamps there are.
///
/// # Errors
/// As the reader has them.
#[allow(clippy::type_complexity)] // a name for it would be all there is to it
pub fn read_signature(bytes: &[u8], limits: &Limits) -> Result<(Vec<(String, Option<Vec<u8>>)>, usize)> {
    let description = Description::read(&Xml::parse(bytes, limits)?, limits)?;
    let references = description
        .references
        .into_iter()
        .map(|one| (one.file_ref, one.check_value))
        .collect();
    Ok((references, description.stamps.len()))
}

/// Reads what verification wants of a page.
///
/// # Errors
/// As the reader has them.
pub fn scan_page(bytes: &[u8], limits: &Limits) -> Result<()> {
    PageScan::read(bytes, limits).map(|_| ())
}

/// How often a keyword stands on a page: as it is written, and but for case and width.
///
/// # Errors
/// As the reader has them.
pub fn find_text(bytes: &[u8], keyword: &str, limits: &Limits) -> Result<(usize, usize)> {
    let Some(needle) = Needle::new(keyword) else {
        return Ok((0, 0));
    };
    let hits = ofd::text::find(&Xml::parse(bytes, limits)?, &needle)?;
    Ok((hits.exact.len(), hits.folded.len()))
}

/// How often a keyword stands on the pages of a PDF: as it is written, and but for case and width.
///
/// # Errors
/// As the reader has them.
pub fn find_pdf_text(bytes: &[u8], keyword: &str, limits: &Limits) -> Result<(usize, usize)> {
    let Some(needle) = Needle::new(keyword) else {
        return Ok((0, 0));
    };
    let pdf = Pdf::open(bytes, limits)?;
    let pages = pdf.latest().pages()?;
    let mut finder = text::Finder::new(pdf.latest(), &pages);
    let mut found = (0, 0);
    for page in 0..pages.len() {
        let hits = finder.find(page, &needle)?;
        found = (found.0 + hits.exact.len(), found.1 + hits.folded.len());
    }
    Ok(found)
}

/// Reads a content stream of PDF; gives how many operators and operands there are.
#[must_use]
pub fn read_content(bytes: &[u8]) -> (usize, usize) {
    let (mut operators, mut operands) = (0, 0);
    let mut operations = Operations::new(bytes);
    while let Some(operation) = operations.read() {
        operators += 1;
        operands += operation.operands.len();
    }
    (operators, operands)
}

/// Reads a CMap of PDF and takes a string apart by it; gives its text.
#[must_use]
pub fn read_cmap(bytes: &[u8], string: &[u8]) -> String {
    text::decode(bytes, string)
}

/// As [`key::load`], within so many rounds of key derivation.
///
/// # Errors
/// As [`key::load`].
pub fn load_key(bytes: &[u8], password: Option<&str>, rounds: u64) -> Result<KeyFile> {
    key::load_within(bytes, password, rounds)
}

/// Draws the picture of a seal as a PDF appearance; gives how many objects it takes.
///
/// # Errors
/// As the drawing has them.
pub fn draw_picture(kind: &str, data: &[u8], limits: &Limits) -> Result<usize> {
    fuzz_picture(kind, data, limits)
}

/// What a PDF parser says of some bytes.
#[derive(Debug, PartialEq)]
pub enum Parsed {
    /// An indirect object: its number, its value, where the data of a stream begin, where it ends and whether it is closed.
    Indirect(ObjectId, Object, Option<u64>, u64, bool),
    /// The bytes end before it does.
    More,
    /// They are no object.
    Bad,
}

/// The PDF object that the bytes begin with, and how many it takes.
#[must_use]
pub fn read_pdf_object(bytes: &[u8]) -> Option<(Object, usize)> {
    let mut parser = Parser::whole(bytes);
    let object = parser.object().ok()?;
    Some((object, usize::try_from(parser.position()).ok()?))
}

/// The indirect object that the bytes begin with; `last` where nothing follows them.
#[must_use]
pub fn read_pdf_indirect(bytes: &[u8], last: bool) -> Parsed {
    match Parser::new(bytes, 0, last).indirect() {
        Ok(read) => Parsed::Indirect(read.id, read.value, read.data_at, read.end, read.closed),
        Err(Stop::More) => Parsed::More,
        Err(Stop::Bad(_)) => Parsed::Bad,
    }
}

/// A PDF object as the writer has it.
#[must_use]
pub fn write_pdf_object(object: &Object) -> Vec<u8> {
    let mut out = Vec::new();
    writer::write(object, &mut out);
    out
}

/// Undoes one filter of PDF.
///
/// # Errors
/// As the filter has them.
pub fn undo_pdf_filter(name: &str, parameters: &[(&str, i64)], data: &[u8], limits: &Limits) -> Result<Vec<u8>> {
    let parameters = (parameters.iter()).fold(Dictionary::new(), |all, (key, value)| all.with(key, *value));
    filter::decode(
        name.as_bytes(),
        &parameters,
        data,
        limits.part_bytes,
        &Budget::new(limits),
    )
}
