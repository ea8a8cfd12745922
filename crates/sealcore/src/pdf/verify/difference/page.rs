//! Pages and annotations.

use std::collections::{HashMap, HashSet};

use super::form;
use super::role::{FieldRole, Part, Role, kind_of};
use super::table::Held;
use super::trail::Place;
use super::walk::Walk;
use super::{ChangeClass, ChangeKind, Level};
use crate::error::Result;
use crate::pdf::object::{Object, ObjectId};
use crate::pdf::page::Rectangle;

/// `/F`, bits 8 and 10 of ISO 32000-2, table 167: neither place nor content may be changed by a user.
const LOCKED: i64 = 1 << 7;
const LOCKED_CONTENTS: i64 = 1 << 9;

const CONTENT: Role = Role::Part(Part::drawn(ChangeClass::PageContent, Level::Never));

pub(super) fn entry(key: &[u8], old: Option<&Object>) -> Option<Role> {
    Some(match key {
        b"Kids" => Role::Node,
        b"Parent" => Role::Same(Part::of(ChangeClass::PageContent, Level::Never)),
        b"Annots" => Role::Annotations,
        b"Tabs" => Role::Tabs,
        // Tags of annotations and fields may bring the number under which the page would be found.
        b"StructParents" if old.is_none_or(Object::is_null) => {
            Role::Part(Part::of(ChangeClass::Structure, Level::Signature))
        }
        b"StructParents" => Role::Part(Part::of(ChangeClass::Structure, Level::Never)),
        b"Metadata" | b"PieceInfo" | b"LastModified" => Role::Part(Part::of(ChangeClass::Metadata, Level::Validation)),
        _ => CONTENT,
    })
}

pub(super) fn annotation_entry(key: &[u8], locked: bool) -> Role {
    let (class, level) = if locked {
        (ChangeClass::SealAppearance, Level::Never)
    } else {
        (ChangeClass::Annotation, Level::Annotation)
    };
    match key {
        b"P" | b"Parent" => Role::Same(Part::of(class, level)),
        b"AP" => Role::Part(Part::drawn(class, level)),
        _ => Role::Part(Part::of(class, level)),
    }
}

/// The order in which a reader goes through annotations.
pub(super) fn tabs(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    if old != new {
        walk.emit_as(
            place,
            kind_of(old, new),
            ChangeClass::Annotation,
            Level::Annotation,
            None,
        );
    }
    Ok(true)
}

/// The annotations of a page: those that are in both revisions are compared wherever they stand, the others judged.
pub(super) fn annotations(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    let empty: &[Object] = &[];
    let (Some(before), Some(after)) = (items(old, empty), items(new, empty)) else {
        let part = Part::of(ChangeClass::Annotation, Level::Never);
        walk.values(old, new, place.with(Role::Part(part)))?;
        return Ok(true);
    };
    let kept: HashSet<ObjectId> = after.iter().filter_map(Object::as_reference).collect();
    let known: HashMap<ObjectId, usize> = before
        .iter()
        .enumerate()
        .filter_map(|(index, item)| Some((item.as_reference()?, index)))
        .collect();
    let direct = |items: &[Object]| -> Vec<Object> {
        let each = items
            .iter()
            .filter(|item| item.as_reference().is_none() && !item.is_null());
        each.cloned().collect()
    };
    let mut last = None;
    let mut in_order = true;
    for (index, item) in after.iter().enumerate() {
        let at = walk.item(place, index);
        let Some(id) = item.as_reference() else {
            continue;
        };
        match known.get(&id) {
            Some(position) => {
                in_order &= last < Some(*position);
                last = Some(*position);
                let role = role_of(walk, id);
                walk.pair(Some(item), Some(item), at.with(role))?;
            }
            None => added(walk, id, item, at)?,
        }
    }
    for (index, item) in before.iter().enumerate() {
        if let Some(id) = item.as_reference().filter(|id| !kept.contains(id)) {
            let at = walk.item(place, index);
            removed(walk, id, at)?;
        }
    }
    // Annotations that stand in the array itself have no name: they are compared in their order.
    let (one, other) = (direct(before), direct(after));
    for index in 0..one.len().max(other.len()) {
        let at = walk.item(place, index).with(Role::Annotation(false));
        walk.pair(one.get(index), other.get(index), at)?;
    }
    if !in_order {
        walk.emit_as(
            place,
            ChangeKind::Modified,
            ChangeClass::Annotation,
            Level::Annotation,
            None,
        );
    }
    Ok(true)
}

fn items<'o>(object: &'o Object, empty: &'o [Object]) -> Option<&'o [Object]> {
    match object {
        Object::Null => Some(empty),
        Object::Array(items) => Some(items),
        _ => None,
    }
}

fn role_of(walk: &Walk<'_, '_, '_>, id: ObjectId) -> Role {
    if walk.old.field_of.contains_key(&id) || walk.new.field_of.contains_key(&id) {
        return Role::Field(form::role(walk, id));
    }
    Role::Annotation(is_locked_stamp(walk, id))
}

/// A stamp that may not be moved or edited: strips of a seam seal are made so.
fn is_locked_stamp(walk: &Walk<'_, '_, '_>, id: ObjectId) -> bool {
    let Ok(annotation) = walk.old_view.get(id) else {
        return false;
    };
    let Some(annotation) = annotation.as_dictionary() else {
        return false;
    };
    let flags = walk
        .old_view
        .lookup(annotation, "F")
        .ok()
        .and_then(|flags| flags.as_integer());
    let subtype = walk.old_view.lookup(annotation, "Subtype");
    flags.is_some_and(|flags| flags & (LOCKED | LOCKED_CONTENTS) != 0)
        && subtype.is_ok_and(|subtype| subtype.as_name() == Some(b"Stamp"))
}

fn added(walk: &mut Walk<'_, '_, '_>, id: ObjectId, item: &Object, at: Place) -> Result<()> {
    let at = Place { object: Some(id), ..at };
    match walk.new.field(id) {
        Some((_, field)) if field.signature => {
            let held = field.held;
            let role = form::role(walk, id);
            let at = form::in_field(walk, at, role);
            if role.old == u32::MAX {
                // The field is new too and is judged where it stands in the form.
                return walk.reach(item, at);
            }
            let was_signed = form::old_info(walk, role).is_some_and(|field| field.held != Held::Nothing);
            let (class, level) = match held {
                _ if was_signed => (ChangeClass::SealAppearance, Level::Never),
                Held::Signature => (ChangeClass::Signature, Level::Signature),
                Held::Timestamp => (ChangeClass::DocumentTimestamp, Level::Validation),
                Held::Nothing => (ChangeClass::Form, Level::Never),
            };
            walk.emit_as(at, ChangeKind::Added, class, level, None);
        }
        Some(_) => {
            let role = form::role(walk, id);
            let at = form::in_field(walk, at, role);
            walk.emit_as(at, ChangeKind::Added, ChangeClass::Form, Level::Never, None);
        }
        None if walk.old.annotations.contains_key(&id) => {
            // It was on another page.
            walk.emit_as(at, ChangeKind::Added, ChangeClass::Annotation, Level::Annotation, None);
        }
        None => match further_picture(walk, id) {
            Some((field, area)) => {
                // What it covers counts like what the widget does.
                if let Some(info) = walk.new.fields.get_mut(field) {
                    info.shown.push((id, area));
                }
                let role = FieldRole {
                    old: u32::MAX,
                    new: u32::try_from(field).unwrap_or(u32::MAX),
                };
                let at = form::in_field(walk, at, role);
                walk.emit_as(at, ChangeKind::Added, ChangeClass::Signature, Level::Signature, None);
            }
            None => walk.emit_as(at, ChangeKind::Added, ChangeClass::Annotation, Level::Annotation, None),
        },
    }
    walk.reach(item, at)
}

/// The field of a further signature that this is a picture of: a locked stamp that is named after the field (`Seal2/3`) and
/// that the signature covers. Seam seals are made so.
fn further_picture(walk: &Walk<'_, '_, '_>, id: ObjectId) -> Option<(usize, Rectangle)> {
    let view = walk.new_view;
    let object = view.get(id).ok()?;
    let annotation = object.as_dictionary()?;
    let is_stamp = annotation.get("Subtype").and_then(Object::as_name) == Some(b"Stamp");
    let flags = annotation.get("F").and_then(Object::as_integer)?;
    if !is_stamp || flags & LOCKED == 0 || flags & LOCKED_CONTENTS == 0 || annotation.get("A").is_some() {
        return None;
    }
    let name = annotation.get("NM")?.as_text()?;
    let (field, number) = name.rsplit_once('/')?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let place = *walk.new.names.get(field)?;
    let info = walk.new.fields.get(place)?;
    let before = walk.old.names.get(field).and_then(|place| walk.old.fields.get(*place));
    let was_signed = before.is_some_and(|info| info.held != Held::Nothing);
    // In the update that brought the signature, which its ByteRange covers.
    let brought = info
        .value
        .as_reference()
        .and_then(|value| walk.touched.get(&value.number));
    let same = brought.is_some() && brought == walk.touched.get(&id.number);
    let area = view.rectangle(annotation.get("Rect")?)?;
    (info.held == Held::Signature && !was_signed && same).then_some((place, area))
}

fn removed(walk: &mut Walk<'_, '_, '_>, id: ObjectId, at: Place) -> Result<()> {
    let at = Place { object: Some(id), ..at };
    let field = walk
        .old
        .field(id)
        .map(|(_, field)| (field.held, field.signature, !field.shown.is_empty()));
    let role = field.is_some().then(|| form::role(walk, id));
    let at = role.map_or(at, |role| form::in_field(walk, at, role));
    let (class, level) = match field {
        Some((Held::Signature | Held::Timestamp, ..)) => (ChangeClass::SealAppearance, Level::Never),
        Some((_, true, true)) => (ChangeClass::SealAppearance, Level::Never),
        Some(_) => (ChangeClass::Form, Level::Annotation),
        None if is_locked_stamp(walk, id) => (ChangeClass::SealAppearance, Level::Never),
        None => (ChangeClass::Annotation, Level::Annotation),
    };
    walk.emit_as(at, ChangeKind::Removed, class, level, None);
    Ok(())
}

/// A field whose widget or which itself is this object.
pub(super) fn none() -> FieldRole {
    FieldRole {
        old: u32::MAX,
        new: u32::MAX,
    }
}
