//! Signers, seals and looking into what was signed.

use sealcore::asn1::Time;
use sealcore::error::Result;
use sealcore::key::{Signer, SoftSigner};
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::pdf::{self, Dictionary, Object, Pdf, SignRequest};
use sealcore::report::Report;
use sealcore::seal::{Generation, Picture, Seal, SealRequest};

use crate::support::{DAY, World, now};

pub(crate) fn limits() -> Limits {
    Limits::default()
}

/// A red picture of four dots.
pub(crate) fn picture(width_mm: i64, height_mm: i64) -> Picture {
    let mut bitmap = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0".to_vec();
    bitmap.extend(b"\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0\0\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    for _ in 0..2 {
        bitmap.extend([0, 0, 0xff, 0, 0, 0xff, 0, 0]);
    }
    Picture::new("BMP", bitmap, width_mm, height_mm)
}

/// A seal of 40 by 30 mm.
pub(crate) fn seal(world: &World, generation: Generation) -> Seal {
    let validity: [Time; 3] = [
        now().plus_seconds(-DAY),
        now().plus_seconds(-DAY),
        now().plus_seconds(300 * DAY),
    ];
    let request = SealRequest::new(
        generation,
        "3401000000001",
        "某单位公章",
        picture(40, 30),
        world.certificate(),
        validity,
    );
    request.make(&world.maker).unwrap()
}

pub(crate) fn sign(document: &[u8], request: &SignRequest<'_>, signer: &SoftSigner) -> Result<Vec<u8>> {
    let pdf = Pdf::open(document, &limits())?;
    pdf::sign(&pdf, request, signer, &limits(), &Unwatched, Vec::new())
}

/// Signs without a seal and says that what was there stayed.
pub(crate) fn signed<'a>(
    world: &'a World,
    document: &[u8],
    change: impl FnOnce(&mut SignRequest<'a>),
) -> Result<Vec<u8>> {
    let mut request = SignRequest::signature(world.signer.certificate(), now());
    change(&mut request);
    let signed = sign(document, &request, &world.signer)?;
    assert!(signed.starts_with(document), "what was there changed");
    Ok(signed)
}

pub(crate) fn verify(world: &World, document: &[u8]) -> Report {
    world.verify(document).unwrap()
}

/// The signatures of a document: field, integrity, coverage, changes.
pub(crate) fn judged(world: &World, document: &[u8]) -> Vec<String> {
    let report = verify(world, document);
    let signatures = report.signatures.iter();
    let line = |one: &sealcore::report::SignatureReport| {
        format!("{} {:?} {:?} {:?}", one.id, one.integrity, one.coverage, one.changes)
    };
    signatures.map(line).collect()
}

/// The form field with this name, as it stands in the newest revision.
pub(crate) fn field(document: &[u8], name: &str) -> Dictionary {
    let limits = limits();
    let pdf = Pdf::open(document, &limits).unwrap();
    let form = pdf.latest().form().unwrap().unwrap();
    let field = form.fields.iter().find(|field| field.name == name).unwrap();
    field.dictionary.clone()
}

/// The annotations of a page, counted from 0.
pub(crate) fn annotations(document: &[u8], page: usize) -> Vec<Dictionary> {
    let limits = limits();
    let pdf = Pdf::open(document, &limits).unwrap();
    let view = pdf.latest();
    let page = &view.pages().unwrap()[page];
    let list = view.lookup(&page.dictionary, "Annots").unwrap();
    let items = list.as_array().unwrap_or_default().iter();
    items
        .map(|item| view.resolve(item).unwrap().as_dictionary().unwrap().clone())
        .collect()
}

/// The value that a path of keys leads to, references followed, as it is written.
pub(crate) fn value(document: &[u8], from: &Object, keys: &[&str]) -> Object {
    let limits = limits();
    let pdf = Pdf::open(document, &limits).unwrap();
    let view = pdf.latest();
    let mut object = (*view.resolve(from).unwrap()).clone();
    for key in keys {
        let next = match (key.parse::<usize>(), &object) {
            (Ok(index), Object::Array(items)) => items[index].clone(),
            (_, object) => match object.as_dictionary().and_then(|dictionary| dictionary.get(key)) {
                Some(next) => next.clone(),
                None => return Object::Null,
            },
        };
        object = (*view.resolve(&next).unwrap()).clone();
    }
    object
}

/// As [`value`], from the catalog.
pub(crate) fn in_catalog(document: &[u8], keys: &[&str]) -> Object {
    let limits = limits();
    let pdf = Pdf::open(document, &limits).unwrap();
    let root = pdf.latest().trailer().get("Root").unwrap().clone();
    value(document, &root, keys)
}

pub(crate) fn count(haystack: &[u8], needle: &str) -> usize {
    haystack
        .windows(needle.len())
        .filter(|window| *window == needle.as_bytes())
        .count()
}
