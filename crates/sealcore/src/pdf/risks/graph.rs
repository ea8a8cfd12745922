//! What is in the objects that the document leads to, and what is in the file that it does not lead to.

use std::collections::HashSet;

use super::Told;
use super::action;
use super::reach::{self, Silent, VISITS, Visitor};
use crate::error::{Error, Result};
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::pdf::xref::Location;
use crate::report::Code;
use crate::text;

/// Revisions in which an object that nothing refers to may have been in use.
const REVISIONS: usize = 32;
/// Names of fonts that are told.
const FONTS: usize = 12;

pub(super) fn look(view: &View<'_, '_>, told: &mut Told) -> Result<()> {
    let mut left = VISITS;
    let mut look = Look {
        view: *view,
        told,
        fonts: Vec::new(),
    };
    let seen = reach::walk(view, view.trailer(), &mut look, &mut left)?;
    look.tell_fonts();
    dangling(view, told, &mut left)?;
    match seen {
        Some(seen) => unreferenced(view, &seen, &mut left, told),
        None => {
            told.too_much("objects", "对象");
            Ok(())
        }
    }
}

struct Look<'l, 'p, 'a> {
    view: View<'p, 'a>,
    told: &'l mut Told,
    fonts: Vec<String>,
}

impl Visitor for Look<'_, '_, '_> {
    fn dictionary(&mut self, dictionary: &Dictionary, key: &[u8], holder: ObjectId, is_stream: bool) {
        if let Some(name) = dictionary.duplicate() {
            let message = text!("object {holder} has {name} twice", "对象 {holder} 中 {name} 出现两次");
            self.told
                .say(Code::RiskDuplicateKey, message, format!("object {holder}"));
        }
        action::judge(&self.view, dictionary, key, holder, self.told);
        if is_stream {
            action::judge_stream(dictionary, holder, self.told);
        }
        self.font(dictionary);
    }

    fn broken(&mut self, id: ObjectId, error: Error) {
        self.told.broken(&error, format!("object {id}"));
    }

    fn dangling(&mut self, _: ObjectId, _: &[u8], _: ObjectId) {}

    fn enters(&self, key: &[u8]) -> bool {
        // Objects of the file, not of the document.
        !matches!(key, b"Encrypt" | b"Prev" | b"XRefStm")
    }
}

impl Look<'_, '_, '_> {
    fn font(&mut self, font: &Dictionary) {
        if !font.is_type("Font") {
            return;
        }
        let subtype = font.get("Subtype").and_then(Object::as_name).unwrap_or_default();
        if !matches!(
            subtype,
            b"Type1" | b"MMType1" | b"TrueType" | b"CIDFontType0" | b"CIDFontType2"
        ) {
            return;
        }
        let embedded = self.view.lookup(font, "FontDescriptor").is_ok_and(|descriptor| {
            descriptor.as_dictionary().is_some_and(|descriptor| {
                ["FontFile", "FontFile2", "FontFile3"]
                    .iter()
                    .any(|key| descriptor.get(key).is_some_and(|file| !file.is_null()))
            })
        });
        if !embedded {
            let name = font.get("BaseFont").and_then(Object::as_name).unwrap_or(b"?");
            let name = String::from_utf8_lossy(name).into_owned();
            if !self.fonts.contains(&name) && self.fonts.len() <= FONTS {
                self.fonts.push(name);
            }
        }
    }

    fn tell_fonts(&mut self) {
        if self.fonts.is_empty() {
            return;
        }
        let more = if self.fonts.len() > FONTS { ", ..." } else { "" };
        self.fonts.truncate(FONTS);
        let names = self.fonts.join(", ");
        let message = text!("fonts are not embedded: {names}{more}", "字体未嵌入：{names}{more}");
        self.told.say(Code::RiskFontNotEmbedded, message, "");
    }
}

/// Objects that pages name and that are not there.
fn dangling(view: &View<'_, '_>, told: &mut Told, left: &mut usize) -> Result<()> {
    let (_, catalog) = view.catalog()?;
    let Some(pages) = catalog.as_dictionary().and_then(|catalog| catalog.get("Pages")) else {
        return Ok(());
    };
    let roots = Dictionary::new().with("Pages", pages.clone());
    reach::walk(view, &roots, &mut Shown { told }, left)?;
    Ok(())
}

/// Visits what pages show.
struct Shown<'s> {
    told: &'s mut Told,
}

impl Visitor for Shown<'_> {
    fn dictionary(&mut self, _: &Dictionary, _: &[u8], _: ObjectId, _: bool) {}
    fn broken(&mut self, _: ObjectId, _: Error) {}

    fn dangling(&mut self, id: ObjectId, key: &[u8], holder: ObjectId) {
        let key = String::from_utf8_lossy(key);
        let message = text!(
            "object {holder} names object {id} under /{key}, which is not there",
            "对象 {holder} 的 /{key} 引用了不存在的对象 {id}"
        );
        self.told
            .say(Code::RiskDanglingReference, message, format!("object {holder}"));
    }

    fn enters(&self, key: &[u8]) -> bool {
        is_shown(key)
    }
}

/// Whether what stands under this key of a page, resource or annotation has to do with what is shown.
pub(super) fn is_shown(key: &[u8]) -> bool {
    !matches!(
        key,
        b"Parent"
            | b"P"
            | b"StructParent"
            | b"StructParents"
            | b"Dest"
            | b"A"
            | b"AA"
            | b"B"
            | b"Metadata"
            | b"PieceInfo"
            | b"Popup"
            | b"IRT"
            | b"Thumb"
            | b"V"
            | b"Lock"
            | b"LastModified"
            | b"OCGs"
            | b"AF"
    )
}

/// Things that could be shown and that nothing refers to.
fn unreferenced(view: &View<'_, '_>, seen: &HashSet<u32>, left: &mut usize, told: &mut Told) -> Result<()> {
    let mut numbers: Vec<u32> = view
        .pdf()
        .sections()
        .iter()
        .flat_map(|section| section.entries().map(|(number, _)| number))
        .filter(|number| !seen.contains(number))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let hints = hints_at(view);
    let mut found = Vec::new();
    for number in numbers {
        let id = match view.location(number) {
            Some(Location::Offset { at, .. }) if hints.contains(&at) => continue,
            Some(Location::Offset { generation, .. }) => ObjectId { number, generation },
            Some(Location::InStream { .. }) => ObjectId::new(number),
            Some(Location::Free) | None => continue,
        };
        let Some(rest) = left.checked_sub(1) else {
            told.too_much("objects that nothing refers to", "无人引用的对象");
            break;
        };
        *left = rest;
        match view.get(id) {
            Ok(object) => found.extend(kind(&object).map(|kind| (id, kind))),
            Err(error) if super::is_fatal(error.kind()) => return Err(error),
            // What does not even read is of no use to anybody.
            Err(_) => {}
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let used = formerly_used(view, left)?;
    for (id, (en, zh)) in found {
        if !used.contains(&id.number) {
            let message = text!(
                "nothing refers to object {id}, which is {en}",
                "对象 {id}（{zh}）无人引用"
            );
            told.say(Code::RiskUnreferencedContent, message, format!("object {id}"));
        }
    }
    Ok(())
}

/// What could be shown, in words.
fn kind(object: &Object) -> Option<(&'static str, &'static str)> {
    let dictionary = object.as_dictionary()?;
    let named = dictionary.get("Type").and_then(Object::as_name);
    let subtype = dictionary.get("Subtype").and_then(Object::as_name);
    let is_stream = object.as_stream().is_some();
    Some(match (named, is_stream) {
        (Some(b"Page"), false) => ("a page", "页面"),
        (Some(b"Pages"), false) => ("a page tree", "页面树"),
        (Some(b"Catalog"), false) => ("a document catalog", "文档目录"),
        (Some(b"Font" | b"FontDescriptor"), false) => ("a font", "字体"),
        (Some(b"Annot"), false) => ("an annotation", "注释"),
        (Some(b"XObject"), true) => ("a drawing", "图形"),
        (Some(b"Pattern"), true) => ("a pattern", "图案"),
        (None, true) if matches!(subtype, Some(b"Form" | b"Image")) => ("a drawing", "图形"),
        (None, true) if subtype.is_none() => ("a content stream or font", "内容流或字体"),
        (None, true) if matches!(subtype, Some(b"Type1C" | b"CIDFontType0C" | b"OpenType")) => ("a font", "字体"),
        _ => return None,
    })
}

/// Objects that an earlier revision refers to: left over when it was updated, not prepared.
fn formerly_used(latest: &View<'_, '_>, left: &mut usize) -> Result<HashSet<u32>> {
    let mut used = HashSet::new();
    let older = latest.pdf().sections().len().saturating_sub(1);
    for section in (0..older).rev().take(REVISIONS) {
        let view = latest.as_of(section);
        match reach::walk(&view, view.trailer(), &mut Silent, left)? {
            Some(seen) => used.extend(seen),
            None => break,
        }
    }
    Ok(used)
}

/// Where the hint streams of a linearized file stand (Annex F): nothing refers to them but by offset.
fn hints_at(view: &View<'_, '_>) -> Vec<u64> {
    let first = view
        .pdf()
        .sections()
        .iter()
        .flat_map(|section| section.entries())
        .filter_map(|(number, location)| match location {
            Location::Offset { at, generation } => Some((at, ObjectId { number, generation })),
            _ => None,
        })
        .min_by_key(|(at, _)| *at);
    let Some(object) = first.and_then(|(_, id)| view.get(id).ok()) else {
        return Vec::new();
    };
    let Some(dictionary) = object.as_dictionary().filter(|one| one.get("Linearized").is_some()) else {
        return Vec::new();
    };
    let hints = dictionary.get("H").and_then(Object::as_array).unwrap_or_default();
    let offsets = hints.iter().step_by(2).take(2);
    offsets
        .filter_map(|offset| u64::try_from(offset.as_integer()?).ok())
        .collect()
}
