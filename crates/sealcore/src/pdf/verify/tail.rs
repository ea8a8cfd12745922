//! What follows the covered bytes: whole updates (ISO 32000-2, 7.5.6) and nothing else, or somebody tampered with the file.
//! Readers that repair files show what stands there, whatever the cross-reference says.

mod table;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::pdf::file::{Pdf, View};
use crate::pdf::object::{Name, Object, ObjectId};
use crate::pdf::parser::{is_space, syntax};
use crate::pdf::xref::{Location, Section, SectionKind};
use crate::text;

/// Bytes that belong to no object, line ends and comments, between the parts of updates.
const LOOSE: u64 = 64 << 10;

/// What is known of the tails of a file. Signatures share them: each update is read once, not once for every signature
/// before it.
#[derive(Debug, Default)]
pub(crate) struct Tails {
    /// From this section and offset on, what is wrong.
    known: HashMap<(usize, u64), Option<Arc<Error>>>,
}

impl Tails {
    /// Reads the bytes from `end` on as the updates after section `covered`; tells what else stands there. An error is about
    /// reading the file.
    pub(crate) fn check(&mut self, pdf: &Pdf<'_>, covered: usize, end: u64) -> Result<Option<Arc<Error>>> {
        let mut tail = Tail { pdf, at: end, loose: 0 };
        let mut section = covered + 1;
        let mut passed = Vec::new();
        let fault = loop {
            let place = (section, tail.at);
            if let Some(known) = self.known.get(&place) {
                break known.clone();
            }
            passed.push(place);
            if section >= pdf.sections().len() {
                let sound = is_line_end(pdf, tail.at)?;
                break (!sound).then(|| Arc::new(tail.stray()));
            }
            match tail.update(section) {
                Ok(()) => section += 1,
                Err(fault) if fault.kind() == ErrorKind::Pdf => break Some(Arc::new(fault)),
                Err(error) => return Err(error),
            }
        };
        for place in passed {
            self.known.insert(place, fault.clone());
        }
        Ok(fault)
    }
}

/// Whether more than a line end stands behind the last `%%EOF`.
pub(crate) fn stands_behind(pdf: &Pdf<'_>) -> Result<bool> {
    Ok(!is_line_end(pdf, pdf.end())?)
}

/// What is wrong with a linearized file (ISO 32000-2, Annex F): as long as it has the length that it states, readers begin with
/// the section behind its first object. That must be the newest one; an update that has grown to the length would be passed
/// over.
pub(crate) fn begins_elsewhere(pdf: &Pdf<'_>) -> Option<Error> {
    let first = pdf.indirect(0).ok()?;
    let dictionary = first.value.as_dictionary()?;
    let stated = dictionary.get("L").and_then(Object::as_integer);
    let whole = [pdf.len(), pdf.source().len()].map(|length| i64::try_from(length).ok());
    if dictionary.get("Linearized").is_none() || stated.is_none() || !whole.contains(&stated) {
        return None;
    }
    let newest = pdf.sections().last()?;
    let between = pdf.source().read_up_to(first.end, 64).ok()?;
    let space = between.iter().take_while(|byte| is_space(**byte)).count() as u64;
    (newest.start < first.end || newest.start > first.end + space).then(|| {
        syntax(text!(
            "it is linearized, and readers begin with another cross-reference section than the newest",
            "该文件已线性化，部分阅读器不会从最新的交叉引用段开始读取"
        ))
        .at(newest.start)
    })
}

/// Whether from `at` on there is nothing but the line end behind the last `%%EOF`, which some signers do not cover.
fn is_line_end(pdf: &Pdf<'_>, at: u64) -> Result<bool> {
    let left = usize::try_from(pdf.len().saturating_sub(at)).unwrap_or(usize::MAX);
    let rest = pdf.source().read_up_to(at, left.min(LAST + 1))?;
    Ok(rest.len() <= LAST && rest.iter().all(|byte| matches!(byte, b'\r' | b'\n')))
}

/// Line ends behind the last `%%EOF`.
const LAST: usize = 16;

/// What an object of an update is to the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Nothing,
    /// Further objects.
    Objects,
    /// A section of the cross-reference.
    Section,
}

/// Readers differ in which of two entries or values they take, and in which further sections they follow.
fn one_meaning(section: &Section) -> Result<()> {
    let start = section.start;
    if let Some(number) = section.ambiguous {
        return Err(syntax(text!(
            "the cross-reference has two places for object {number}",
            "交叉引用为对象 {number} 给出两个位置"
        ))
        .at(start));
    }
    if section.is_forked {
        return Err(syntax(text!(
            "the cross-reference leads some readers to another section before it",
            "交叉引用会使部分阅读器转到另一个在前的交叉引用段"
        ))
        .at(start));
    }
    let twin = section.trailer.duplicate().or_else(|| {
        let values = section.trailer.iter().map(|entry| &entry.value);
        values.filter_map(twin_key).next()
    });
    match twin {
        Some(key) => Err(syntax(text!("the trailer has {key} twice", "trailer 中 {key} 出现两次")).at(start)),
        None => Ok(()),
    }
}

/// A key that stands twice in a dictionary, anywhere in an object; the parser bounds the depth.
fn twin_key(object: &Object) -> Option<&Name> {
    match object {
        Object::Dictionary(dictionary) => dictionary
            .duplicate()
            .or_else(|| dictionary.iter().find_map(|entry| twin_key(&entry.value))),
        Object::Array(items) => items.iter().find_map(twin_key),
        _ => None,
    }
}

fn twins(id: ObjectId, key: &Name) -> Error {
    syntax(text!(
        "object {id} has {key} twice, and readers differ in which they take",
        "对象 {id} 中 {key} 出现两次，不同阅读器可能取不同的值"
    ))
}

/// Object streams of an update hold what its section lists, each object once, and nothing else.
fn packed(view: &View<'_, '_>, section: &Section, packs: &[ObjectId]) -> Result<()> {
    let before = view.section().checked_sub(1).map(|before| view.pdf().as_of(before));
    for (number, location) in section.entries() {
        let Location::InStream { .. } = location else { continue };
        if before.is_some_and(|before| before.location(number) == Some(location)) {
            continue;
        }
        let id = ObjectId::new(number);
        let object = view.get(id)?;
        if let Some(key) = twin_key(&object) {
            return Err(twins(id, key));
        }
    }
    for stream in packs {
        let mut seen = HashSet::new();
        for number in view.packed_numbers(*stream)? {
            let listed =
                matches!(section.get(number), Some(Location::InStream { stream: other, .. }) if other == stream.number);
            if !listed || !seen.insert(number) {
                return Err(syntax(text!(
                    "object {number} was appended in object stream {stream}, and the cross-reference does not list it there",
                    "对象流 {stream} 中追加了对象 {number}，但交叉引用未在该处列出"
                )));
            }
        }
    }
    Ok(())
}

struct Tail<'t, 'a> {
    pdf: &'t Pdf<'a>,
    at: u64,
    loose: u64,
}

impl Tail<'_, '_> {
    /// Objects, their cross-reference section, `startxref` and `%%EOF`.
    fn update(&mut self, number: usize) -> Result<()> {
        let pdf = self.pdf;
        let Some(section) = pdf.sections().get(number) else {
            return Ok(());
        };
        let view = pdf.as_of(number);
        let begin = self.at;
        one_meaning(section)?;
        let mut objects: BTreeMap<u64, ObjectId> = BTreeMap::new();
        let mut packs = Vec::new();
        loop {
            self.skip()?;
            if self.at == section.start {
                break;
            }
            if self.at > section.start || self.at >= pdf.len() {
                return Err(self.stray());
            }
            let start = self.at;
            let (id, holds) = self.object(&view)?;
            objects.insert(start, id);
            match holds {
                Holds::Objects => packs.push(id),
                Holds::Section if section.stream_at != Some(start) => {
                    return Err(syntax(text!(
                        "object {id} is a cross-reference stream that is no part of the file",
                        "对象 {id} 是不属于该文件的交叉引用流"
                    ))
                    .at(start));
                }
                _ => {}
            }
        }
        if section.kind == SectionKind::Stream {
            let start = self.at;
            let (id, _) = self.object(&view)?;
            objects.insert(start, id);
        } else {
            table::check(pdf, section)?;
            self.at = section.end;
        }
        self.ending(section.start)?;
        let stream_at = section.stream_at.into_iter().chain([section.start]);
        let listed: BTreeMap<u64, ObjectId> = section
            .entries()
            .filter_map(|(number, location)| match location {
                Location::Offset { at, generation } => Some((at, ObjectId { number, generation })),
                _ => None,
            })
            .collect();
        for (at, id) in &objects {
            // A cross-reference stream need not list itself.
            if listed.get(at) != Some(id) && !stream_at.clone().any(|own| own == *at) {
                return Err(syntax(text!(
                    "object {id} was appended, and the cross-reference does not list it",
                    "追加了对象 {id}，但交叉引用未列出"
                ))
                .at(*at));
            }
        }
        let before = number.checked_sub(1).map(|before| pdf.as_of(before));
        for (at, id) in &listed {
            let old = before.and_then(|view| view.location(id.number));
            let unchanged = matches!(old, Some(Location::Offset { at: old, .. }) if old == *at);
            if objects.get(at) != Some(id) && !unchanged {
                return Err(syntax(text!(
                    "an update that begins at byte {begin} lists object {id} at byte {at}, where it has none",
                    "起始于字节 {begin} 的更新声称对象 {id} 位于字节 {at}，而该处并无此对象"
                ))
                .at(*at));
            }
        }
        packed(&view, section, &packs)
    }

    /// An indirect object, closed by `endobj`, and what it is to the file.
    fn object(&mut self, view: &View<'_, '_>) -> Result<(ObjectId, Holds)> {
        let begin = self.at;
        let read = self.pdf.indirect(begin).map_err(|error| self.no_object(error))?;
        let id = read.id;
        if let Some(key) = twin_key(&read.value) {
            return Err(twins(id, key).at(begin));
        }
        let holds = match read.value.as_dictionary() {
            Some(dictionary) if read.data_at.is_some() && dictionary.is_type("XRef") => Holds::Section,
            Some(dictionary) if read.data_at.is_some() && dictionary.is_type("ObjStm") => Holds::Objects,
            _ => Holds::Nothing,
        };
        let (closed, end) = if read.data_at.is_some() {
            let length = |id: ObjectId| view.get(id).ok().and_then(|object| object.as_integer());
            let (_, end) = self
                .pdf
                .stream_of(read, &length)
                .map_err(|error| self.no_object(error))?;
            let last = self.pdf.source().read_up_to(end.saturating_sub(6), 6)?;
            (&*last == b"endobj", end)
        } else {
            (read.closed, read.end)
        };
        if !closed {
            return Err(syntax(text!("object {id} is not closed", "对象 {id} 没有结束标记")).at(begin));
        }
        self.at = end;
        Ok((id, holds))
    }

    fn no_object(&self, error: Error) -> Error {
        if error.kind() == ErrorKind::Pdf {
            self.stray().caused_by(error)
        } else {
            error
        }
    }

    /// `startxref`, the offset of the section just read, `%%EOF`.
    fn ending(&mut self, section: u64) -> Result<()> {
        self.skip()?;
        let begin = self.at;
        let bytes = self.pdf.source().read_up_to(begin, 64)?;
        let missing = || {
            syntax(text!(
                "an update is not ended by startxref, its offset and %%EOF",
                "更新没有以 startxref、偏移量和 %%EOF 结束"
            ))
            .at(begin)
        };
        let rest = bytes.strip_prefix(b"startxref").ok_or_else(missing)?;
        let space = |rest: &[u8]| rest.iter().take_while(|byte| is_space(**byte)).count();
        let gap = space(rest);
        let digits = rest.get(gap..).unwrap_or_default();
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let stated = crate::pdf::parser::parse_unsigned(digits.get(..count).unwrap_or_default());
        let after = digits.get(count..).unwrap_or_default();
        let second = space(after);
        let mark = after.get(second..).unwrap_or_default();
        if gap == 0 || second == 0 || stated != Some(section) || !mark.starts_with(b"%%EOF") {
            return Err(missing());
        }
        self.at = begin + (9 + gap + count + second + 5) as u64;
        Ok(())
    }

    /// Passes white space, and comments that hide nothing.
    fn skip(&mut self) -> Result<()> {
        loop {
            let bytes = self.pdf.source().read_up_to(self.at, 1024)?;
            let bytes = bytes.get(
                ..usize::try_from(self.pdf.len() - self.at)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len()),
            );
            let bytes = bytes.unwrap_or_default();
            let space = bytes.iter().take_while(|byte| is_space(**byte)).count();
            let length = match bytes.get(space..) {
                Some([b'%', rest @ ..]) => {
                    let line = rest.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
                    let comment = rest.get(..line).unwrap_or_default();
                    let hides = [&b"obj"[..], b"xref", b"trailer", b"stream", b"<<", b"PDF-"]
                        .iter()
                        .any(|word| memchr::memmem::find(comment, word).is_some());
                    // A comment longer than what was read is no comment of any producer.
                    if hides || (line == rest.len() && space + line + 1 >= 1024) {
                        return Err(self.stray());
                    }
                    space + line + 1
                }
                _ => space,
            };
            if length == 0 {
                return Ok(());
            }
            self.at += length as u64;
            self.loose += length as u64;
            if self.loose > LOOSE {
                return Err(Limits::exceeded(
                    "loose bytes between updates",
                    "更新之间的零散字节数",
                    LOOSE,
                ));
            }
        }
    }

    fn stray(&self) -> Error {
        let at = self.at;
        syntax(text!(
            "bytes from {at} on belong to no complete update",
            "自字节 {at} 起的内容不属于任何完整的更新"
        ))
        .at(at)
    }
}
