//! Targets that read PDF files, their objects, filters and signatures, and the pictures of seals.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::LazyLock;

use sealcore::cert::TrustStore;
use sealcore::document::Document;
use sealcore::error::{ErrorKind, Result};
use sealcore::fuzzing::{self, Parsed};
use sealcore::key::{Signer as _, SoftSigner};
use sealcore::lang::Lang;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd::{Pages, Placement, Side};
use sealcore::pdf::xref::Location;
use sealcore::pdf::{Object, ObjectId, Pdf, Permission, SignRequest, Unlock, View, risks, sign};
use sealcore::report::{Changes, Coverage, Integrity, Policy, Report, SignatureReport, Style, render};
use sealcore::seal::Seal;
use sealcore::source::Source;

use crate::pdf_seeds;
use crate::seeds::signer_and_seal;
use crate::structures::check;
use crate::{limits, moment, options};

/// The password of every encrypted seed.
pub(crate) const PASSWORD: &str = "user";

/// Policies that are tried; a name that is not known yet is passed over.
const POLICIES: [&str; 3] = ["seal", "pades", "pades-p1-strict"];

/// Revisions of a file whose objects are all read.
const VIEWS: usize = 4;

/// Reads an object, alone and as an indirect one. What the writer makes of it is read as the same; of a part of the bytes
/// the reader says what it says of the whole, or that it wants more.
pub fn pdf_object(data: &[u8]) {
    if let Some((object, used)) = fuzzing::read_pdf_object(data) {
        assert!(used <= data.len());
        let mut written = fuzzing::write_pdf_object(&object);
        written.push(b' ');
        let again = fuzzing::read_pdf_object(&written);
        assert!(
            again
                .as_ref()
                .is_some_and(|(again, used)| *again == object && *used + 1 == written.len()),
            "{object:?} is written as {:?}",
            String::from_utf8_lossy(&written)
        );
    }
    let whole = fuzzing::read_pdf_indirect(data, true);
    assert!(!matches!(whole, Parsed::More), "nothing more can come");
    for cut in [data.len() / 3, data.len() / 2, data.len().saturating_sub(1), data.len()] {
        let part = fuzzing::read_pdf_indirect(data.get(..cut).unwrap_or_default(), false);
        assert!(
            matches!(part, Parsed::More) || part == whole,
            "of {cut} bytes: {part:?}, of all: {whole:?}"
        );
    }
}

/// Undoes a filter. The first byte says which one, the next two are parameters, the rest are the data. Nothing larger than
/// the limit comes out, and twice the same.
pub fn pdf_filter(data: &[u8]) {
    let [kind, first, second, data @ ..] = data else { return };
    let names = [
        "FlateDecode",
        "LZWDecode",
        "ASCIIHexDecode",
        "ASCII85Decode",
        "RunLengthDecode",
    ];
    let Some(name) = names.get(usize::from(kind % 5)) else {
        return;
    };
    let parameters = [
        ("Predictor", i64::from(first % 16)),
        ("Columns", i64::from(*second)),
        ("Colors", i64::from(kind / 5 % 5)),
        ("BitsPerComponent", i64::from(first / 16)),
        ("EarlyChange", i64::from(kind / 128)),
    ];
    let undone = fuzzing::undo_pdf_filter(name, &parameters, data, &limits());
    let again = fuzzing::undo_pdf_filter(name, &parameters, data, &limits());
    match (undone, again) {
        (Ok(undone), Ok(again)) => assert!(undone == again && undone.len() as u64 <= limits().part_bytes),
        (undone, again) => assert_eq!(undone.is_err(), again.is_err()),
    }
}

/// Opens a file and reads every object of its newest and of some older revisions. The order in which revisions are asked for
/// changes nothing, nor does it whether the bytes are in memory.
pub fn pdf_open(data: &[u8]) {
    walk_all(data, &Unlock::None);
}

/// As [`pdf_open`], with a password.
pub fn pdf_encrypted(data: &[u8]) {
    walk_all(data, &Unlock::Password(PASSWORD));
}

fn walk_all(data: &[u8], unlock: &Unlock<'_>) {
    let limits = limits();
    let opened = Pdf::open_with(data, &limits, unlock);
    let stream = Source::from_stream(Cursor::new(data));
    assert!(stream.is_ok());
    let streamed = stream.and_then(|stream| Pdf::open_with(stream, &limits, unlock));
    assert_eq!(
        opened.is_ok(),
        streamed.is_ok(),
        "{:?} {:?}",
        opened.err(),
        streamed.err()
    );
    let (Ok(pdf), Ok(other)) = (opened, streamed) else {
        return;
    };
    let count = pdf.sections().len();
    assert!(count > 0 && pdf.end() <= pdf.len() && pdf.len() == data.len() as u64);
    let places: BTreeSet<usize> = (0..count).rev().take(VIEWS - 1).chain([0]).collect();
    // Newest first in memory, oldest first from the stream.
    let mut read: BTreeMap<usize, Seen> = places.iter().rev().map(|at| (*at, walk(&pdf.as_of(*at)))).collect();
    let spent = |seen: &Seen| seen.is_spent;
    for at in places {
        let (Some(one), two) = (read.remove(&at), walk(&other.as_of(at))) else {
            continue;
        };
        // One order of reading may reach the limits before the other.
        if spent(&one) || spent(&two) {
            return;
        }
        assert_eq!(one.objects.len(), two.objects.len());
        for ((id, one), two) in one.objects.iter().zip(two.objects.values()) {
            assert_eq!(one, two, "object {id} as of section {at}");
        }
        assert_eq!((one.pages, one.fields), (two.pages, two.fields));
    }
}

/// An object, and the data of a stream where they decode.
type Held = (Object, Option<Vec<u8>>);

#[derive(Debug)]
struct Seen {
    /// Each object and the data of a stream; `None` for what cannot be read.
    objects: BTreeMap<ObjectId, Option<Held>>,
    pages: Option<usize>,
    fields: Option<Vec<String>>,
    is_spent: bool,
}

fn walk(view: &View<'_, '_>) -> Seen {
    let mut spent = false;
    let mut note = |kind: ErrorKind| spent |= kind == ErrorKind::Limit;
    let numbers: BTreeSet<u32> = (view.pdf().sections().iter())
        .flat_map(|section| section.entries().map(|(number, _)| number))
        .collect();
    let mut objects = BTreeMap::new();
    for number in numbers {
        let generation = match view.location(number) {
            Some(Location::Offset { generation, .. }) => generation,
            _ => 0,
        };
        let id = ObjectId { number, generation };
        let read = view.get(id).map_err(|error| note(error.kind())).ok();
        if let Some(read) = &read {
            let again = view.get(id).map_err(|error| note(error.kind()));
            assert!(
                again.is_err() || again.as_ref() == Ok(read),
                "object {id} is read twice"
            );
        }
        let data = match read.as_deref() {
            Some(Object::Stream(stream)) => view.stream_data(stream, id).map_err(|error| note(error.kind())).ok(),
            _ => None,
        };
        objects.insert(id, read.map(|object| ((*object).clone(), data)));
    }
    let pages = view.pages().map_err(|error| note(error.kind())).ok();
    for page in pages.iter().flatten() {
        assert!(!page.media_box.is_empty() && !page.crop_box.is_empty() && page.rotate % 90 == 0 && page.rotate < 360);
    }
    let form = view.form().map_err(|error| note(error.kind())).ok();
    Seen {
        objects,
        pages: pages.map(|pages| pages.len()),
        fields: form.map(|form| {
            form.into_iter()
                .flat_map(|form| form.fields)
                .map(|field| field.name)
                .collect()
        }),
        is_spent: spent,
    }
}

/// Opens anything and verifies it under every policy, without trust. A report can be printed and is never valid; the policy
/// changes neither what is intact nor what is covered; nothing that is not covered whole is sound.
pub fn pdf_verify(data: &[u8]) {
    drop(judged(data));
}

/// The reports under every policy; none for what cannot be judged.
fn judged(data: &[u8]) -> Vec<Report> {
    let Ok(document) = Document::from_bytes(data, &limits()) else {
        return Vec::new();
    };
    let trust = TrustStore::new();
    let mut options = options(&trust);
    let mut reports: Vec<Report> = Vec::new();
    for policy in POLICIES.into_iter().filter_map(Policy::from_name) {
        options.policy = policy;
        // A document of its own each, or the limits of one would hold for all of them.
        let report = Document::from_bytes(data, &limits()).and_then(|document| document.verify(&options));
        let Ok(report) = report else { continue };
        check(&report);
        for lang in [Lang::En, Lang::Zh] {
            let style = Style {
                colour: true,
                verbose: true,
            };
            assert!(!render(&report, "file", lang, style).is_empty());
        }
        if let Some(first) = reports.first() {
            let facts = |report: &Report| -> Vec<(Integrity, Coverage)> {
                report
                    .signatures
                    .iter()
                    .map(|one| (one.integrity, one.coverage))
                    .collect()
            };
            assert_eq!(facts(first), facts(&report), "facts hang on the policy");
        }
        reports.push(report);
    }
    drop(document);
    reports
}

/// What parts an input in [`pdf_parts`].
pub(crate) const BETWEEN: &[u8] = b"\n=PART=\n";

/// As [`pdf_verify`], with the pieces of the input as objects of a signed file and of an update behind it: offsets do not
/// stand in the way of what lies behind them.
pub fn pdf_parts(data: &[u8]) {
    let pieces: Vec<&[u8]> = split(data);
    drop(judged(&pdf_seeds::of_parts(&pieces)));
}

fn split(data: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut rest = data;
    while let Some(end) = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN) {
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after.get(BETWEEN.len()..).unwrap_or_default();
    }
    pieces.push(rest);
    pieces
}

/// Verifies a sound file whose signature has the input as its value. What a signature covers and what came after it does not
/// hang on its value.
pub fn pdf_contents(data: &[u8]) {
    let empty = data.iter().all(|byte| *byte == 0);
    let data = data.get(..data.len().min(pdf_seeds::ROOM)).unwrap_or_default();
    for report in judged(&pdf_seeds::with_value(data)) {
        assert_eq!(report.signatures.len(), 1);
        for signature in &report.signatures {
            assert!(empty || signature.coverage == Coverage::Whole, "{signature:#?}");
            assert!(!empty || signature.integrity != Integrity::Intact);
        }
    }
}

/// Draws the picture of a seal; the first byte says what it is said to be.
pub fn picture(data: &[u8]) {
    let Some((kind, data)) = data.split_first() else { return };
    let kinds = ["PNG", "BMP", "JPG", "GIF", "SVG", "OFD"];
    let Some(kind) = kinds.get(usize::from(kind % 6)) else {
        return;
    };
    let drawn: Result<usize> = fuzzing::draw_picture(kind, data, &limits());
    assert!(drawn.is_err() || drawn.is_ok_and(|objects| objects > 0));
}

/// Whether a file opens and every object of its newest revision is read: what seeds are held to.
#[must_use]
pub fn is_sound(data: &[u8], unlock: &Unlock<'_>) -> bool {
    Pdf::open_with(data, &Limits::default(), unlock).is_ok_and(|pdf| {
        let seen = walk(&pdf.latest());
        seen.objects.values().all(Option::is_some) && seen.pages.is_some_and(|pages| pages > 0)
    })
}

/// Whether the pieces of an input make a file with one intact signature.
#[must_use]
pub fn is_intact_in_parts(data: &[u8]) -> bool {
    let pieces: Vec<&[u8]> = split(data);
    judged(&pdf_seeds::of_parts(&pieces))
        .iter()
        .all(|report| report.signatures.iter().any(|one| one.integrity == Integrity::Intact))
}

/// Reads a content stream. Nothing is read that has no bytes.
pub fn pdf_content(data: &[u8]) {
    let (operators, operands) = fuzzing::read_content(data);
    assert!(operators <= data.len() && operands <= data.len());
}

/// Reads a CMap, up to the first zero byte, and takes what follows apart by it.
pub fn pdf_cmap(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (map, string) = data.split_at(end);
    drop(fuzzing::read_cmap(map, string));
}

/// Looks for a keyword on the pages of a file. What stands there as it is written also stands there but for case and width.
pub fn pdf_text(data: &[u8]) {
    if let Ok((exact, folded)) = fuzzing::find_pdf_text(data, "page", &limits()) {
        assert!(exact <= folded);
    }
}

/// Looks for risks in a file that is to be signed. The same are found in memory and in a stream, the serious ones are told
/// first, and each can be told in both languages.
pub fn pdf_risks(data: &[u8]) {
    let limits = limits();
    let Ok(pdf) = Pdf::open(data, &limits) else { return };
    let found = risks(&pdf, &limits, &Unwatched);
    let streamed = Source::from_stream(Cursor::new(data))
        .and_then(|stream| Pdf::open(stream, &limits))
        .and_then(|pdf| risks(&pdf, &limits, &Unwatched));
    match (&found, &streamed) {
        (Ok(found), Ok(streamed)) => assert_eq!(found, streamed),
        _ => assert_eq!(found.is_err(), streamed.is_err(), "{found:?} {streamed:?}"),
    }
    let found = found.unwrap_or_default();
    assert!(found.is_sorted_by_key(|finding| std::cmp::Reverse(finding.severity())));
    for finding in &found {
        assert!(finding.code.name().starts_with("risk-"), "{finding:?}");
        let said = [Lang::En, Lang::Zh].map(|lang| finding.message(lang));
        assert!(said.iter().all(|said| !said.is_empty()), "{finding:?}");
    }
}

/// Signs and seals a file. What was there stays as it was; what is signed at all verifies: the new signature is intact, covers
/// the whole and nothing came after it.
pub fn pdf_sign(data: &[u8]) {
    let _ = could_be_signed(data);
}

/// As [`pdf_sign`]; whether the file could be signed.
#[must_use]
pub fn could_be_signed(data: &[u8]) -> bool {
    static SIGNER: LazyLock<(SoftSigner, Seal)> = LazyLock::new(signer_and_seal);
    let (signer, seal) = (&SIGNER.0, &SIGNER.1);
    let Ok(pdf) = Pdf::open(data, &limits()) else {
        return false;
    };
    let time = moment().plus_seconds(7);
    let placements = [Placement::seam(Pages::All, Side::Right)];
    let mut request = match data.len() % 3 {
        0 => SignRequest::signature(signer.certificate(), time),
        1 => SignRequest::seal(seal, signer.certificate(), time, &placements),
        _ => SignRequest::signature(signer.certificate(), time),
    };
    request.certify = (data.len() % 3 == 2).then_some(Permission::FormFilling);
    let Ok(signed) = sign(&pdf, &request, signer, &limits(), &Unwatched, Vec::new()) else {
        return false;
    };
    assert!(signed.starts_with(data));
    let trust = TrustStore::new();
    let mut options = options(&trust);
    options.at = time;
    // Room for what was added.
    options.limits.signatures += 1;
    options.limits.objects += 1_000;
    options.limits.revisions += 1;
    options.limits.inflated_bytes *= 8;
    options.limits.part_bytes *= 2;
    let report = Document::from_bytes(&signed, &options.limits).and_then(|document| document.verify(&options));
    assert!(report.is_ok(), "{report:?}");
    let Ok(report) = report else { return false };
    check(&report);
    let own = |one: &&SignatureReport| {
        one.signed_at == Some(time)
            && (one.integrity, one.coverage, one.changes) == (Integrity::Intact, Coverage::Whole, Changes::None)
    };
    assert_eq!(report.signatures.iter().filter(own).count(), 1, "{report:#?}");
    true
}
