//! The PDF reader beside another one (lopdf), on files made here and on those of the corpus: where both read a file as it
//! stands, both read the same. Whatever a file is, reading it ends soon.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation
)]

#[path = "support/pdf/mod.rs"]
mod builder;
#[path = "support/clock.rs"]
mod clock;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use builder::{KINDS, Kind, PageShape, one_page, sample, stream};
use clock::Stopwatch;
use sealcore::asn1::Time;
use sealcore::cert::TrustStore;
use sealcore::document::Document;
use sealcore::error::ErrorKind;
use sealcore::limits::Limits;
use sealcore::pdf::xref::Location;
use sealcore::pdf::{Object, ObjectId, Pdf, View};
use sealcore::verify::VerifyOptions;

fn corpus() -> PathBuf {
    Path::new(&std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS is not set")).join("pdf")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.extension().is_some_and(|ext| ext == "pdf") {
            all.push(path);
        }
    }
    all.sort();
    all
}

/// Every object number that some section names, with the generation that the view has.
fn ids(view: &View<'_, '_>) -> Vec<ObjectId> {
    let numbers: BTreeSet<u32> = (view.pdf().sections().iter())
        .flat_map(|section| section.entries().map(|(number, _)| number))
        .collect();
    let id = |number| match view.location(number)? {
        Location::Offset { generation, .. } => Some(ObjectId { number, generation }),
        Location::InStream { .. } => Some(ObjectId::new(number)),
        Location::Free => None,
    };
    numbers.into_iter().filter_map(id).collect()
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn every_file_ends_soon() {
    let trust = TrustStore::new();
    let mut slow = Vec::new();
    let all = files(&corpus());
    for path in &all {
        let bytes = std::fs::read(path).unwrap();
        let start = Stopwatch::start();
        if let Ok(pdf) = Pdf::open(&bytes, &Limits::default()) {
            let view = pdf.latest();
            for id in ids(&view) {
                if let Ok(object) = view.get(id)
                    && let Object::Stream(stream) = &*object
                {
                    drop(view.stream_data(stream, id));
                }
            }
            drop(view.pages());
        }
        let read = start.elapsed();
        let options = VerifyOptions::new(&trust, Time::from_unix(1_790_000_000));
        let start = Stopwatch::start();
        let report = Document::from_bytes(&bytes, &Limits::default()).and_then(|document| document.verify(&options));
        let verified = start.elapsed();
        if report.is_err_and(|error| error.kind() == ErrorKind::Limit) {
            slow.push(format!("{}: over the limits", path.display()));
        }
        // Without optimisation, and while the machine builds something else, the same takes longer.
        let soon = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 2 });
        if read.max(verified) > soon {
            slow.push(format!("{}: read {read:?}, verified {verified:?}", path.display()));
        }
    }
    assert!(all.len() > 100, "{} files", all.len());
    assert_eq!(slow, Vec::<String>::new());
}

/// The file as lopdf reads it without repair.
fn other(bytes: &[u8]) -> Option<lopdf::Document> {
    let options = lopdf::LoadOptions {
        strict: true,
        ..lopdf::LoadOptions::default()
    };
    let document = lopdf::Document::load_mem_with_options(bytes, options).ok()?;
    document.xref_recovery.is_none().then_some(document)
}

/// Whether both values are the same. Numbers are compared as lopdf has them, whose reals are of 32 bits.
fn is_same(own: &Object, other: &lopdf::Object) -> bool {
    match (own, other) {
        (Object::Null, lopdf::Object::Null) => true,
        (Object::Boolean(own), lopdf::Object::Boolean(other)) => own == other,
        (Object::Integer(own), lopdf::Object::Integer(other)) => own == other,
        (Object::Real(own), lopdf::Object::Real(other)) => {
            (own.value - f64::from(*other)).abs() <= own.value.abs() * 1e-6 + 1e-9
        }
        (Object::String(own), lopdf::Object::String(other, _)) => own.bytes == *other,
        (Object::Name(own), lopdf::Object::Name(other)) => own.as_bytes() == other,
        (Object::Reference(own), lopdf::Object::Reference(other)) => (own.number, own.generation) == *other,
        (Object::Array(own), lopdf::Object::Array(other)) => {
            own.len() == other.len() && own.iter().zip(other).all(|(own, other)| is_same(own, other))
        }
        (Object::Dictionary(own), lopdf::Object::Dictionary(other)) => is_same_dictionary(own, other),
        (Object::Stream(own), lopdf::Object::Stream(other)) => is_same_dictionary(&own.dictionary, &other.dict),
        _ => false,
    }
}

/// A key whose value is null is the same as none (7.3.7); lopdf sets /Length to what it read.
fn is_same_dictionary(own: &sealcore::pdf::Dictionary, other: &lopdf::Dictionary) -> bool {
    let keys: BTreeSet<&[u8]> = own.iter().map(|entry| entry.key.as_bytes()).collect();
    let other_keys = other.iter().map(|(key, _)| key.as_slice());
    other_keys.clone().all(|key| keys.contains(key))
        && keys.iter().all(|key| {
            let value = own
                .iter()
                .rfind(|entry| entry.key.as_bytes() == *key)
                .map(|entry| &entry.value);
            match (value, other.get(key).ok()) {
                (Some(own), Some(other)) => *key == b"Length" || is_same(own, other),
                (Some(own), None) => own.is_null(),
                _ => false,
            }
        })
}

/// What both readers see differently.
fn differences(bytes: &[u8], pdf: &Pdf<'_>, other: &lopdf::Document) -> Vec<String> {
    let view = pdf.latest();
    let mut found = Vec::new();
    match view.pages() {
        Ok(pages) if pages.len() == other.get_pages().len() => {}
        pages => found.push(format!(
            "pages: {:?}, lopdf {}",
            pages.map(|pages| pages.len()).map_err(|error| error.to_string()),
            other.get_pages().len()
        )),
    }
    for id in ids(&view) {
        let theirs = other.objects.get(&(id.number, id.generation));
        let own = match view.get(id) {
            Ok(own) => own,
            Err(error) => {
                if theirs.is_some() {
                    found.push(format!("{id}: {error}"));
                }
                continue;
            }
        };
        // lopdf keeps neither cross-reference streams nor object streams.
        let is_frame = matches!(&*own, Object::Stream(stream) if ["XRef", "ObjStm"].iter().any(|kind| stream.dictionary.is_type(kind)));
        if is_frame || own.is_null() {
            continue;
        }
        let Some(theirs) = theirs else {
            found.push(format!("{id}: not seen by lopdf"));
            continue;
        };
        if !is_same(&own, theirs) {
            found.push(format!("{id}: {own:?}, lopdf {theirs:?}"));
            continue;
        }
        if let (Object::Stream(own), lopdf::Object::Stream(theirs)) = (&*own, theirs) {
            let decoded = theirs
                .decompressed_content()
                .ok()
                .filter(|_| theirs.dict.get(b"Filter").is_ok());
            let raw = || match &own.data {
                sealcore::pdf::object::StreamData::File(range) => {
                    bytes[range.start as usize..range.end as usize] == theirs.content
                }
                sealcore::pdf::object::StreamData::Memory(data) => data[..] == theirs.content,
            };
            let is_equal = match (view.stream_data(own, id), decoded) {
                (Ok(own), Some(decoded)) => own == decoded,
                _ => raw(),
            };
            if !is_equal {
                found.push(format!("{id}: the data of the stream"));
            }
        }
    }
    found
}

/// Reads a file that was made here with both.
fn agree(bytes: &[u8]) {
    let pdf = Pdf::open(bytes, &Limits::default()).unwrap();
    let other = other(bytes).expect("lopdf does not read it");
    assert_eq!(differences(bytes, &pdf, &other), Vec::<String>::new());
}

#[test]
fn made_files_read_the_same() {
    for kind in KINDS {
        let doc = sample(kind);
        let update = doc.increment(|update| {
            update.edit(3, "Rotate", "90");
            update.set(900, "<< /A#42 (x\\)\\053\\\ny) /N null /R -.5 /S <4a4> >>");
        });
        for bytes in [&doc.bytes, &update.bytes, &one_page(kind, PageShape::default()).bytes] {
            agree(bytes);
        }
    }
}

/// Files of the corpus that both open and read differently, and why.
const KNOWN: &[(&str, &str)] = &[
    (
        "base-structure/pyHanko__broken-objstream1.pdf",
        "an object stream holds another number than the cross-reference says: lopdf takes what it holds",
    ),
    (
        "base-structure/pyHanko__broken-objstream2.pdf",
        "the pairs of an object stream are broken: lopdf takes those before",
    ),
    (
        "base-structure/pyHanko__broken-objstream6.pdf",
        "the same; lopdf has no page then, and no error",
    ),
    (
        "base-structure/pyHanko__circular-page-tree.pdf",
        "the page tree leads in a circle: lopdf stops there without an error",
    ),
    (
        "real/testarea-pdfbox2__SignatureVlidationTest.pdf",
        "/DecodeParms is a reference, which lopdf does not follow: the predictor stays",
    ),
    (
        "structure/dss__pdf-spoofing-attack.pdf",
        "lopdf finds no page, though the catalog leads to one",
    ),
];

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn corpus_files_read_the_same() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in files(&corpus()) {
        let bytes = std::fs::read(&path).unwrap();
        let (Ok(pdf), Some(other)) = (Pdf::open(&bytes, &Limits::default()), other(&bytes)) else {
            continue;
        };
        // Encrypted files are compared in pdf_encryption.
        if pdf.is_encrypted() {
            continue;
        }
        count += 1;
        let name = path.strip_prefix(corpus()).unwrap().display().to_string();
        let found = differences(&bytes, &pdf, &other);
        let is_known = KNOWN.iter().any(|(file, _)| *file == name);
        if found.is_empty() == is_known {
            let first: String = found
                .first()
                .map_or("nothing", |first| first)
                .chars()
                .take(300)
                .collect();
            wrong.push(format!("{name}: {} differences: {first}", found.len()));
        }
    }
    assert!(count > 100, "{count} files");
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
}

/// The same object stream reads differently in two revisions: its length stands in an object that the second one redefines.
/// Neither view may be given what the other one read, whichever is asked first.
#[test]
fn an_object_stream_whose_length_changes() {
    let head = "50 0 51 4 ";
    let data = format!("{head}(a) (b) ");
    let container = |length: &str| {
        let body = stream(&format!("/Type /ObjStm /N 2 /First {}", head.len()), data.as_bytes());
        let text = String::from_utf8(body).unwrap();
        text.replace(&format!("/Length {}", data.len()), &format!("/Length {length}"))
    };
    let base = sample(Kind::Stream).increment(|update| {
        update.set(60, container("61 0 R"));
        update.set(61, data.len().to_string());
        for (index, number) in [50, 51].into_iter().enumerate() {
            update
                .entries
                .push((number, builder::Entry::Compressed { container: 60, index }));
        }
    });
    let changed = base.increment(|update| update.set(61, "3"));
    let read = |newest_first: bool| {
        let pdf = Pdf::open(&changed.bytes, &Limits::default()).unwrap();
        let last = pdf.sections().len() - 1;
        let get = |section: usize| {
            pdf.as_of(section)
                .get(ObjectId::new(51))
                .ok()
                .map(|object| (*object).clone())
        };
        if newest_first {
            let newer = get(last);
            (get(last - 1), newer)
        } else {
            let older = get(last - 1);
            (older, get(last))
        }
    };
    let (older, newer) = read(true);
    assert_eq!(older.as_ref().and_then(Object::as_string), Some(&b"b"[..]));
    assert_eq!(newer, None, "the stream does not end there");
    assert_eq!(read(false), (older, newer));
}

/// An object stream that a later update writes anew changes the objects in it, though no section lists them.
#[test]
fn an_object_stream_that_is_redefined() {
    let base = sample(Kind::Stream);
    let pdf = Pdf::open(&base.bytes, &Limits::default()).unwrap();
    let Some(Location::InStream { stream: container, .. }) = pdf.latest().location(builder::IDS.form) else {
        panic!("the form stands in an object stream");
    };
    let packed: Vec<u32> = (pdf.sections()[0].entries())
        .filter(|(_, location)| matches!(location, Location::InStream { .. }))
        .map(|(number, _)| number)
        .collect();
    let (mut head, mut data) = (String::new(), Vec::new());
    for number in packed {
        head.push_str(&format!("{number} {} ", data.len()));
        let body = base.body(number);
        if number == builder::IDS.form {
            data.extend_from_slice(b"<< /Fields [] >>");
        } else {
            data.extend_from_slice(body);
        }
        data.push(b'\n');
    }
    let count = head.split_whitespace().count() / 2;
    let all = [head.as_bytes(), &data].concat();
    let body = stream(&format!("/Type /ObjStm /N {count} /First {}", head.len()), &all);
    let changed = base.increment(|update| update.set(container, &body));
    let pdf = Pdf::open(&changed.bytes, &Limits::default()).unwrap();
    let fields = |view: View<'_, '_>| view.form().unwrap().unwrap().fields.len();
    assert_eq!((fields(pdf.as_of(0)), fields(pdf.latest())), (3, 0));
}

/// A comment between the data of a stream and its keyword could hide anything.
#[test]
fn nothing_stands_between_data_and_endstream() {
    let doc = one_page(Kind::Table, PageShape::default());
    let hidden = doc.increment(|update| update.set(4, "<< /Length 3 >>\nstream\n1 w\n% 0 w\nendstream"));
    let pdf = Pdf::open(&hidden.bytes, &Limits::default()).unwrap();
    assert_eq!(pdf.latest().get(ObjectId::new(4)).unwrap_err().kind(), ErrorKind::Pdf);
    let plain = doc.increment(|update| update.set(4, "<< /Length 3 >>\nstream\n1 w\r\n  endstream"));
    assert!(
        Pdf::open(&plain.bytes, &Limits::default())
            .unwrap()
            .latest()
            .get(ObjectId::new(4))
            .is_ok()
    );
}
