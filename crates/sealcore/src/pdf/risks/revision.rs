//! What updates of the file did, and what is in its bytes beside the document.

use std::collections::{HashMap, HashSet};

use super::Told;
use super::graph::is_shown;
use super::reach::{self, VISITS, Visitor};
use crate::error::{Error, Result};
use crate::pdf::content::Operations;
use crate::pdf::file::{Pdf, View};
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::pdf::page::Page;
use crate::pdf::verify::signature;
use crate::pdf::xref::{Location, SectionKind};
use crate::report::{Code, Finding};
use crate::text;

/// Updates that are compared, the last ones.
const UPDATES: usize = 64;
/// Bytes that are searched for objects which no cross-reference lists.
const SEARCHED: u64 = 512 << 20;
/// Such places that are looked at.
const PLACES: usize = 1_000;

pub(super) fn look(view: &View<'_, '_>, pages: &[Page], told: &mut Told) -> Result<()> {
    let pdf = view.pdf();
    if pdf.is_encrypted() {
        told.add(Finding::new(Code::RiskEncryption));
    }
    for section in pdf.sections() {
        if section.kind == SectionKind::Hybrid {
            told.add(Finding::new(Code::RiskHybrid));
        }
        if let Some(number) = section.ambiguous {
            let message = text!(
                "the cross-reference names two places for object {number}",
                "交叉引用为对象 {number} 给出两个位置"
            );
            told.say(Code::RiskAmbiguousXref, message, format!("object {number}"));
        }
    }
    unsigned(view, told)?;
    changed(view, pages, told)?;
    unlisted(view, told)
}

/// Updates that no signature covers.
fn unsigned(view: &View<'_, '_>, told: &mut Told) -> Result<()> {
    let found = told.unless_broken(signature::find_in(view), "AcroForm")?;
    let pdf = view.pdf();
    let end = |dictionary: &Dictionary| {
        let range = view.lookup(dictionary, "ByteRange").ok()?;
        let [.., start, length] = range.as_array()? else {
            return None;
        };
        let sum = start.as_integer()?.checked_add(length.as_integer()?)?;
        u64::try_from(sum).ok()
    };
    let signed = found.and_then(|found| found.all.iter().filter_map(|one| end(&one.dictionary)).max());
    let newer = pdf
        .sections()
        .iter()
        .filter(|section| signed.is_none_or(|signed| section.start > signed))
        .count();
    // A linearized file is one revision in two sections.
    let free = match signed {
        Some(_) => 0,
        None if is_linearized(pdf) => 2,
        None => 1,
    };
    let newer = newer.saturating_sub(free);
    if newer > 0 {
        let message = text!(
            "{newer} updates of the file are covered by no signature",
            "文件有 {newer} 次更新未被任何签名覆盖"
        );
        told.say(Code::RiskUnsignedRevision, message, "");
    }
    Ok(())
}

fn is_linearized(pdf: &Pdf<'_>) -> bool {
    let head = pdf.source().read_up_to(0, 1024).unwrap_or_default();
    memchr::memmem::find(&head, b"/Linearized").is_some()
}

/// What is shown on pages, by object.
struct Displayed {
    numbers: HashSet<u32>,
    keys: HashMap<u32, Box<[u8]>>,
}

/// Notes under which key each object stands.
#[derive(Default)]
struct Keys(HashMap<u32, Box<[u8]>>);

impl Visitor for Keys {
    fn dictionary(&mut self, _: &Dictionary, key: &[u8], holder: ObjectId, _: bool) {
        self.0.entry(holder.number).or_insert_with(|| key.into());
    }
    fn broken(&mut self, _: ObjectId, _: Error) {}
    fn dangling(&mut self, _: ObjectId, _: &[u8], _: ObjectId) {}
    fn enters(&self, key: &[u8]) -> bool {
        key != b"Annots" && is_shown(key)
    }
}

fn displayed(view: &View<'_, '_>, left: &mut usize) -> Result<Option<Displayed>> {
    let Ok((_, catalog)) = view.catalog() else {
        return Ok(None);
    };
    let Some(pages) = catalog.as_dictionary().and_then(|catalog| catalog.get("Pages")) else {
        return Ok(None);
    };
    let roots = Dictionary::new().with("Pages", pages.clone());
    let mut keys = Keys::default();
    let seen = reach::walk(view, &roots, &mut keys, left)?;
    Ok(seen.map(|numbers| Displayed { numbers, keys: keys.0 }))
}

/// Updates that redefine what a page shows.
fn changed(view: &View<'_, '_>, pages: &[Page], told: &mut Told) -> Result<()> {
    let sections = view.pdf().sections();
    let from = sections.len().saturating_sub(UPDATES).max(1);
    if from > 1 {
        told.too_much("updates of the file", "文件更新");
    }
    let mut left = VISITS;
    let mut known: Option<Displayed> = None;
    for (number, section) in sections.iter().enumerate().skip(from) {
        let (older, newer) = (view.as_of(number - 1), view.as_of(number));
        if known.is_none() {
            known = displayed(&older, &mut left)?;
        }
        let Some(shown) = &known else {
            continue;
        };
        let mut redefined = false;
        for (object, _) in section.entries().filter(|(object, _)| shown.numbers.contains(object)) {
            redefined = true;
            let key = shown.keys.get(&object).map(|key| &**key).unwrap_or_default();
            compare(&older, &newer, object, key, pages, told)?;
        }
        redefined |= tree_of(&older) != tree_of(&newer);
        if tree_of(&older).is_some() && tree_of(&older) != tree_of(&newer) {
            let message = text!(
                "an update of the file replaced the page tree",
                "文件的后续更新替换了页面树"
            );
            told.say(Code::RiskPageChanged, message, "Pages");
        }
        if redefined {
            known = None;
        }
    }
    if left == 0 {
        told.too_much("updates of the file", "文件更新");
    }
    Ok(())
}

fn tree_of(view: &View<'_, '_>) -> Option<Object> {
    let (_, catalog) = view.catalog().ok()?;
    catalog.as_dictionary()?.get("Pages").cloned()
}

fn compare(
    older: &View<'_, '_>,
    newer: &View<'_, '_>,
    number: u32,
    key: &[u8],
    pages: &[Page],
    told: &mut Told,
) -> Result<()> {
    let (one, other) = (read(older, number)?, read(newer, number)?);
    let (Some((id, one)), Some((_, other))) = (one, other) else {
        let message = text!(
            "an update of the file took away object {number}, which a page shows, or made it unreadable",
            "文件的后续更新移除了页面所显示的对象 {number}，或使其无法读取"
        );
        told.say(Code::RiskPageChanged, message, format!("object {number}"));
        return Ok(());
    };
    if is_same(older, newer, id, &one, &other) {
        return Ok(());
    }
    let part = format!("object {id}");
    if is_font(older, id, &one, key) || is_font(newer, id, &other, key) {
        let message = text!(
            "an update of the file changed the font in object {id}",
            "文件的后续更新改变了对象 {id} 中的字体"
        );
        told.say(Code::RiskFontChanged, message, part);
        return Ok(());
    }
    let place = pages.iter().position(|page| page.id == Some(id));
    let message = match place {
        Some(index) => {
            let page = index + 1;
            text!(
                "an update of the file changed page {page}",
                "文件的后续更新改变了第 {page} 页"
            )
        }
        None => text!(
            "an update of the file changed object {id}, which a page shows",
            "文件的后续更新改变了页面所显示的对象 {id}"
        ),
    };
    told.say(Code::RiskPageChanged, message, part);
    Ok(())
}

/// The object of a number; `None` where there is none or it cannot be read.
fn read(view: &View<'_, '_>, number: u32) -> Result<Option<(ObjectId, std::sync::Arc<Object>)>> {
    let id = match view.location(number) {
        Some(Location::Offset { generation, .. }) => ObjectId { number, generation },
        Some(Location::InStream { .. }) => ObjectId::new(number),
        Some(Location::Free) | None => return Ok(None),
    };
    match view.get(id) {
        Ok(object) => Ok(Some((id, object))),
        Err(error) if super::is_fatal(error.kind()) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Keys of a page that a signature or a note changes, and that show nothing by themselves; annotations are looked at as such.
const IGNORED: [&str; 9] = [
    "Annots",
    "StructParents",
    "Tabs",
    "Metadata",
    "LastModified",
    "PieceInfo",
    "Thumb",
    "Length",
    "Filter",
];

fn is_same(older: &View<'_, '_>, newer: &View<'_, '_>, id: ObjectId, one: &Object, other: &Object) -> bool {
    let kept = |dictionary: &Dictionary| {
        let mut kept = dictionary.clone();
        for key in IGNORED {
            kept.remove(key);
        }
        kept.remove("DecodeParms");
        kept
    };
    match (one, other) {
        (Object::Dictionary(one), Object::Dictionary(other)) => kept(one) == kept(other),
        (Object::Stream(one), Object::Stream(other)) => {
            kept(&one.dictionary) == kept(&other.dictionary) && {
                let raw = |view: &View<'_, '_>, stream| view.pdf().raw(stream).ok();
                let data = |view: &View<'_, '_>, stream| view.stream_data(stream, id).ok();
                raw(older, one).is_some_and(|bytes| raw(newer, other) == Some(bytes))
                    || data(older, one).is_some_and(|bytes| data(newer, other) == Some(bytes))
            }
        }
        _ => one == other,
    }
}

/// Whether the object is a font or a part of one.
fn is_font(view: &View<'_, '_>, id: ObjectId, object: &Object, key: &[u8]) -> bool {
    let keyed = matches!(
        key,
        b"FontFile"
            | b"FontFile2"
            | b"FontFile3"
            | b"ToUnicode"
            | b"Encoding"
            | b"CharProcs"
            | b"FontDescriptor"
            | b"DescendantFonts"
            | b"Font"
            | b"CIDToGIDMap"
            | b"Widths"
            | b"W"
    );
    let typed = object.as_dictionary().is_some_and(|dictionary| {
        ["Font", "FontDescriptor", "Encoding", "CMap"]
            .iter()
            .any(|name| dictionary.is_type(name))
    });
    // Glyphs of drawn fonts begin with their width (9.6.4).
    let drawn = || {
        let stream = object
            .as_stream()
            .filter(|stream| stream.dictionary.get("Type").is_none())?;
        let data = view.stream_data(stream, id).ok()?;
        let mut operations = Operations::new(&data);
        operations.read().map(|first| matches!(first.operator, b"d0" | b"d1"))
    };
    keyed || typed || drawn() == Some(true)
}

/// Definitions of objects in the bytes of the file that no cross-reference of it lists.
fn unlisted(view: &View<'_, '_>, told: &mut Told) -> Result<()> {
    let pdf = view.pdf();
    if pdf.len() > SEARCHED {
        told.too_much("bytes between objects", "对象之间的字节");
        return Ok(());
    }
    let mut known: Vec<u64> = pdf
        .sections()
        .iter()
        .flat_map(|section| {
            let places = section.entries().filter_map(|(_, location)| match location {
                Location::Offset { at, .. } => Some(at),
                _ => None,
            });
            places
                .chain([section.start])
                .chain(section.stream_at)
                .collect::<Vec<_>>()
        })
        .collect();
    known.sort_unstable();
    known.dedup();
    let mut looked = 0;
    // Known objects end where they end, whatever their data hold.
    let mut inside_until = 0;
    for at in definitions(view)? {
        if at < inside_until || known.binary_search(&at).is_ok() {
            continue;
        }
        looked += 1;
        if looked > PLACES {
            told.too_much("objects that are not listed", "未列出的对象");
            break;
        }
        let before = known.partition_point(|offset| *offset < at);
        let before = before.checked_sub(1).and_then(|index| known.get(index));
        if let Some(end) = before.and_then(|before| end_of(view, *before)) {
            inside_until = end;
            if at < end {
                continue;
            }
        }
        view.advance(0)?;
        let Ok(read) = pdf.indirect(at) else { continue };
        let id = read.id;
        let message = text!(
            "object {id} stands at byte {at}, and no cross-reference lists it",
            "字节 {at} 处有对象 {id}，但交叉引用未列出"
        );
        told.say(Code::RiskUnlistedObject, message, format!("object {id}"));
    }
    Ok(())
}

/// Where the object at an offset ends.
fn end_of(view: &View<'_, '_>, at: u64) -> Option<u64> {
    let pdf = view.pdf();
    let read = pdf.indirect(at).ok()?;
    if read.data_at.is_none() {
        return Some(read.end);
    }
    let length = |id: ObjectId| view.get(id).ok()?.as_integer();
    pdf.stream_of(read, &length).ok().map(|(_, end)| end)
}

/// Where `N G obj` stands.
fn definitions(view: &View<'_, '_>) -> Result<Vec<u64>> {
    const WINDOW: u64 = 1 << 20;
    const HEAD: u64 = 32;
    let pdf = view.pdf();
    let mut found = Vec::new();
    let mut start = 0;
    while start < pdf.len() {
        let from = start.saturating_sub(HEAD);
        let length = usize::try_from(start - from + WINDOW).unwrap_or(usize::MAX);
        let bytes = pdf.source().read_up_to(from, length)?;
        let bytes = bytes
            .get(..bytes.len().min(usize::try_from(pdf.len() - from).unwrap_or(usize::MAX)))
            .unwrap_or_default();
        for at in memchr::memmem::find_iter(bytes, b" obj") {
            let offset = head_of(bytes.get(..at).unwrap_or_default()).map(|head| from + head as u64);
            if let Some(offset) = offset
                && found.last().is_none_or(|last| *last < offset)
            {
                found.push(offset);
            }
        }
        start = from + length as u64;
        view.advance(bytes.len())?;
    }
    Ok(found)
}

/// Where the two numbers at the end of `bytes` begin.
fn head_of(bytes: &[u8]) -> Option<usize> {
    let digits = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .take(10)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let generation = digits(bytes);
    let rest = bytes.get(..bytes.len().checked_sub(generation)?)?;
    let rest = rest.strip_suffix(b" ").filter(|_| generation > 0)?;
    let number = digits(rest);
    (number > 0).then(|| rest.len() - number)
}
