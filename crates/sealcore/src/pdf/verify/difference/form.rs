//! The interactive form: its fields, their values, their widgets.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::role::{FieldRole, Part, Role, kind_of};
use super::table::{FieldInfo, Held};
use super::trail::Place;
use super::walk::Walk;
use super::{ChangeClass, ChangeKind, Level, Note, page};
use crate::error::Result;
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Name, Object, ObjectId};

/// Bit 1 of `/Ff`: the field takes no further input.
const READ_ONLY: i64 = 1;

const FORM: Part = Part::of(ChangeClass::Form, Level::Never);

pub(super) fn form_entry(key: &[u8]) -> Option<Role> {
    Some(match key {
        b"Fields" => Role::Fields,
        b"SigFlags" => Role::SignatureFlags,
        b"NeedAppearances" => Role::NeedAppearances,
        b"XFA" => Role::Xfa,
        // Resources of appearances that will be made: by kind, then by name.
        b"DR" => Role::Grow(2),
        b"DA" => Role::DefaultAppearance,
        _ => Role::Part(FORM),
    })
}

/// An entry of something that may gain entries.
pub(super) fn grown(
    walk: &mut Walk<'_, '_, '_>,
    place: Place,
    depth: u8,
    key: &Name,
    (old, new): (Option<&Object>, Option<&Object>),
) -> Result<Option<Role>> {
    let absent = |value: Option<&Object>| value.is_none_or(Object::is_null);
    if absent(old) && !absent(new) {
        if let Some(new) = new {
            let at = walk.key(place, key);
            walk.emit_as(at, ChangeKind::Added, ChangeClass::Form, Level::Validation, None);
            walk.reach(new, at)?;
        }
        return Ok(None);
    }
    Ok(Some(match depth {
        0 | 1 => Role::Part(Part::drawn(ChangeClass::Form, Level::Never)),
        _ => Role::Grow(depth - 1),
    }))
}

/// The places of an object in the tables.
pub(super) fn role(walk: &Walk<'_, '_, '_>, id: ObjectId) -> FieldRole {
    let place = |table: &super::table::Table| {
        let found = table.field_of.get(&id).and_then(|place| u32::try_from(*place).ok());
        found.unwrap_or(u32::MAX)
    };
    FieldRole {
        old: place(&walk.old),
        new: place(&walk.new),
    }
}

pub(super) fn old_info<'w>(walk: &'w Walk<'_, '_, '_>, role: FieldRole) -> Option<&'w FieldInfo> {
    walk.old.fields.get(role.old as usize)
}

fn new_info<'w>(walk: &'w Walk<'_, '_, '_>, role: FieldRole) -> Option<&'w FieldInfo> {
    walk.new.fields.get(role.new as usize)
}

/// The place, named as one of this field.
pub(super) fn in_field(walk: &Walk<'_, '_, '_>, place: Place, role: FieldRole) -> Place {
    let field = if role.old != u32::MAX {
        role.old.saturating_add(1)
    } else if role.new != u32::MAX {
        let before = u32::try_from(walk.old.fields.len()).unwrap_or(u32::MAX);
        role.new.saturating_add(before).saturating_add(1)
    } else {
        0
    };
    Place { field, ..place }
}

/// Signature flags (ISO 32000-2, 12.7.3): bits may be set, not taken back.
pub(super) fn signature_flags(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    let (before, after) = (old.as_integer().unwrap_or(0), new.as_integer().unwrap_or(0));
    if before != after {
        let level = if before & after == before {
            Level::Validation
        } else {
            Level::Never
        };
        walk.emit_as(place, kind_of(old, new), ChangeClass::Form, level, None);
    }
    Ok(true)
}

/// What tells readers to draw the fields anew, so that they show something else than what was signed.
pub(super) fn need_appearances(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    let (before, after) = (old.as_bool() == Some(true), new.as_bool() == Some(true));
    match (before, after) {
        (false, true) => {
            let note = Some(Note::NeedAppearances);
            walk.emit_as(place, kind_of(old, new), ChangeClass::Form, Level::FormFill, note);
        }
        (true, false) => walk.emit_as(place, kind_of(old, new), ChangeClass::Form, Level::Validation, None),
        _ => {}
    }
    Ok(true)
}

/// How text is set in fields that say nothing themselves: what is shown until they are filled is the same.
pub(super) fn default_appearance(
    walk: &mut Walk<'_, '_, '_>,
    old: &Object,
    new: &Object,
    place: Place,
) -> Result<bool> {
    if old != new {
        let level = if old.is_null() {
            Level::Validation
        } else {
            Level::FormFill
        };
        walk.emit_as(place, kind_of(old, new), ChangeClass::Form, level, None);
    }
    Ok(true)
}

/// An XFA form: who fills it writes its data anew, and nothing else.
pub(super) fn xfa(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    let packets = |view: &View<'_, '_>, object: &Object| -> Option<BTreeMap<Vec<u8>, Vec<u8>>> {
        let items = object.as_array()?;
        let mut packets = BTreeMap::new();
        for pair in items.chunks_exact(2) {
            let [name, stream] = pair else { return None };
            let name = view.resolve(name).ok()?.as_string()?.to_vec();
            let value = view.resolve(stream).ok()?;
            let data = view.stream_data(value.as_stream()?, value.id()?).ok()?;
            packets.insert(name, data);
        }
        Some(packets)
    };
    walk.reach(new, place)?;
    let (before, after) = (packets(&walk.old_view, old), packets(&walk.new_view, new));
    if let (Some(before), Some(after)) = (before, after) {
        if before == after {
            return Ok(true);
        }
        let names: HashSet<&Vec<u8>> = before.keys().chain(after.keys()).collect();
        let data_only = names
            .into_iter()
            .filter(|name| before.get(*name) != after.get(*name))
            .all(|name| matches!(name.as_slice(), b"datasets" | b"form"));
        let (class, level) = if data_only {
            (ChangeClass::FormFill, Level::FormFill)
        } else {
            (ChangeClass::Form, Level::Never)
        };
        walk.emit_as(place, ChangeKind::Modified, class, level, None);
        return Ok(true);
    }
    walk.values(
        old,
        new,
        place.with(Role::Part(Part::drawn(ChangeClass::Form, Level::Never))),
    )?;
    Ok(true)
}

/// `/Fields` of the form, or `/Kids` of a field: compared as sets.
pub(super) fn fields(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    let empty: &[Object] = &[];
    let items = |object| match object {
        &Object::Null => Some(empty),
        Object::Array(items) => Some(items.as_slice()),
        _ => None,
    };
    let (Some(before), Some(after)) = (items(old), items(new)) else {
        walk.values(old, new, place.with(Role::Part(FORM)))?;
        return Ok(true);
    };
    if matches!(
        (old, new),
        (Object::Null, Object::Array(_)) | (Object::Array(_), Object::Null)
    ) && before == after
    {
        // A field that gets or loses an empty array is read as another kind of node.
        walk.emit_as(place, kind_of(old, new), ChangeClass::Form, Level::Never, None);
    }
    let ids = |items: &[Object]| -> HashSet<ObjectId> { items.iter().filter_map(Object::as_reference).collect() };
    let (was, is) = (ids(before), ids(after));
    let repeated = |items: &[Object], set: &HashSet<ObjectId>| {
        items.iter().filter(|item| item.as_reference().is_some()).count() - set.len()
    };
    if repeated(after, &is) > repeated(before, &was) {
        walk.emit_as(place, ChangeKind::Modified, ChangeClass::Form, Level::Never, None);
    }
    for (index, item) in after.iter().enumerate() {
        let at = walk.item(place, index);
        match item.as_reference() {
            Some(id) if was.contains(&id) => {
                let role = role(walk, id);
                walk.pair(Some(item), Some(item), at.with(Role::Field(role)))?;
            }
            Some(id) => added(walk, id, item, at)?,
            None => {}
        }
    }
    for (index, item) in before.iter().enumerate() {
        if let Some(id) = item.as_reference().filter(|id| !is.contains(id)) {
            let role = role(walk, id);
            let at = walk.item(place, index);
            let at = in_field(walk, Place { object: Some(id), ..at }, role);
            let class = match old_info(walk, role) {
                Some(field) if field.held != Held::Nothing => ChangeClass::SignatureDictionary,
                _ => ChangeClass::Form,
            };
            walk.emit_as(at, ChangeKind::Removed, class, Level::Never, None);
        }
    }
    let direct = |items: &[Object]| -> Vec<Object> {
        items
            .iter()
            .filter(|item| item.as_reference().is_none())
            .cloned()
            .collect()
    };
    let (one, other) = (direct(before), direct(after));
    if one.len() != other.len() {
        walk.emit_as(place, ChangeKind::Modified, ChangeClass::Form, Level::Never, None);
    }
    for (index, (one, other)) in one.iter().zip(&other).enumerate() {
        let at = walk.item(place, index).with(Role::Field(page::none()));
        walk.pair(Some(one), Some(other), at)?;
    }
    Ok(true)
}

/// A field, a widget or a node that was added.
fn added(walk: &mut Walk<'_, '_, '_>, id: ObjectId, item: &Object, at: Place) -> Result<()> {
    let role = role(walk, id);
    let at = in_field(walk, Place { object: Some(id), ..at }, role);
    if role.old == u32::MAX && !walk.old.ancestors.contains(&id) {
        if walk.new.ancestors.contains(&id) {
            // A node above fields: these are what counts.
            let node = walk.new_view.get(id)?;
            walk.reached.insert(id.number);
            let kids = node.as_dictionary().and_then(|node| node.get("Kids"));
            walk.reach(&node, at)?;
            return walk.pair(None, kids, at.with(Role::Fields));
        }
        if let Some(field) = new_info(walk, role).filter(|field| field.signature) {
            let (class, level, note) = match field.held {
                _ if is_old_value(walk, &field.value) => (ChangeClass::SealAppearance, Level::Never, None),
                _ if field.odd => (ChangeClass::Form, Level::Never, None),
                Held::Signature => (ChangeClass::Signature, Level::Signature, None),
                Held::Timestamp => (ChangeClass::DocumentTimestamp, timestamp_level(field), None),
                // It waits for its signer; who draws something in his place is not he.
                Held::Nothing if field.draws => (ChangeClass::Form, Level::Never, None),
                Held::Nothing => (ChangeClass::Form, Level::Signature, Some(Note::EmptyField)),
            };
            let known = walk.old.names.contains_key(&field.name);
            if known {
                // Which of two fields of one name a reader shows is not known.
                walk.emit_as(at, ChangeKind::Added, ChangeClass::Form, Level::Never, None);
            } else {
                let at = locate_widget(walk, at, id);
                walk.emit_as(at, ChangeKind::Added, class, level, note);
            }
            return walk.reach(item, at);
        }
    }
    walk.emit_as(at, ChangeKind::Added, ChangeClass::Form, Level::Never, None);
    walk.reach(item, at)
}

/// Whether the value of a field that came or was signed is an object that the signed revision had: the copy of a signature.
fn is_old_value(walk: &Walk<'_, '_, '_>, value: &Object) -> bool {
    let id = walk.new_view.resolve(value).ok().and_then(|value| value.id());
    id.is_some_and(|id| !walk.old_view.get(id).is_ok_and(|old| old.is_null()))
}

/// A document time stamp is validation material; one that is seen is a stamp on the page.
fn timestamp_level(field: &FieldInfo) -> Level {
    if field.draws {
        Level::Signature
    } else {
        Level::Validation
    }
}

fn locate_widget(walk: &Walk<'_, '_, '_>, mut at: Place, id: ObjectId) -> Place {
    if let Some(page) = walk.new.annotations.get(&id) {
        at.page = u32::try_from(*page).unwrap_or(0);
    }
    at
}

/// The role of an entry of a field or widget.
pub(super) fn entry(
    walk: &mut Walk<'_, '_, '_>,
    place: Place,
    role: FieldRole,
    key: &Name,
    (old, new): (Option<&Object>, Option<&Object>),
    _around: (&Dictionary, &Dictionary),
) -> Result<Option<Role>> {
    let bytes = key.as_bytes();
    if bytes == b"Kids" {
        return Ok(Some(Role::Fields));
    }
    let none = (false, Held::Nothing, false);
    let facts =
        |field: Option<&FieldInfo>| field.map_or(none, |field| (field.signature, field.held, !field.shown.is_empty()));
    let (was_signature, was, shown) = facts(old_info(walk, role));
    let (is_signature, is, _) = facts(new_info(walk, role));
    let visual = matches!(
        bytes,
        b"Rect" | b"AP" | b"AS" | b"MK" | b"F" | b"BS" | b"Border" | b"C" | b"OC" | b"P" | b"Parent" | b"CA" | b"ca"
    );
    let back = matches!(bytes, b"P" | b"Parent");
    if bytes == b"AP"
        && let Some(before) = old.and_then(Object::as_reference)
        && new.and_then(Object::as_reference) != Some(before)
    {
        let at = walk.key(place, key);
        walk.detach(before, at);
    }
    let as_role = |part: Part| if back { Role::Same(part) } else { Role::Part(part) };
    if bytes == b"StructParent" {
        // Its counterpart in the structure tree is judged there.
        let level = if old.is_none_or(Object::is_null) {
            Level::Validation
        } else {
            Level::Never
        };
        return Ok(Some(Role::Part(Part::of(ChangeClass::Structure, level))));
    }
    if was != Held::Nothing {
        if bytes == b"V" {
            if old.and_then(Object::as_reference) != new.and_then(Object::as_reference) {
                let at = walk.key(place, key);
                walk.emit_as(
                    at,
                    ChangeKind::Modified,
                    ChangeClass::SignatureDictionary,
                    Level::Never,
                    None,
                );
            }
            return Ok(Some(Role::Part(Part::of(
                ChangeClass::SignatureDictionary,
                Level::Never,
            ))));
        }
        let class = if visual {
            ChangeClass::SealAppearance
        } else {
            ChangeClass::Form
        };
        return Ok(Some(as_role(Part::drawn(class, Level::Never))));
    }
    if was_signature && is_signature {
        let (class, level) = match is {
            Held::Signature => (ChangeClass::Signature, Level::Signature),
            Held::Timestamp => {
                let level = new_info(walk, role).map_or(Level::Never, timestamp_level);
                (ChangeClass::DocumentTimestamp, level)
            }
            Held::Nothing => {
                let class = if visual && shown {
                    ChangeClass::SealAppearance
                } else {
                    ChangeClass::Form
                };
                return Ok(Some(as_role(Part::drawn(class, Level::Never))));
            }
        };
        let absent = old.is_none_or(Object::is_null);
        return Ok(match bytes {
            b"V" => {
                if let Some(new) = new {
                    let mut at = walk.key(place, key);
                    at.object = new.as_reference().or(at.object);
                    let (class, level) = if is_old_value(walk, new) {
                        (ChangeClass::SealAppearance, Level::Never)
                    } else {
                        (class, level)
                    };
                    walk.emit_as(at, ChangeKind::Added, class, level, None);
                    walk.reach(new, at)?;
                }
                None
            }
            b"Lock" | b"P" | b"Type" | b"Subtype" | b"TU" if absent => Some(Role::Part(Part::of(class, level))),
            b"AP" | b"AS" | b"MK" | b"M" | b"F" | b"DA" | b"Ff" | b"NM" | b"Q" | b"BS" | b"Border" | b"H" => {
                Some(Role::Part(Part::of(class, level)))
            }
            _ => Some(as_role(FORM)),
        });
    }
    if was_signature || is_signature || old_info(walk, role).is_none() {
        return Ok(Some(as_role(FORM)));
    }
    let fill = Part::drawn(ChangeClass::FormFill, Level::FormFill);
    Ok(Some(match bytes {
        b"V" | b"I" | b"TI" | b"AS" | b"AP" | b"DA" | b"Q" | b"DS" | b"RV" | b"M" | b"F" => Role::Part(fill),
        b"P" | b"Type" if old.is_none_or(Object::is_null) => Role::Part(fill),
        b"Ff" => {
            let flags = |value: Option<&Object>| value.and_then(Object::as_integer).unwrap_or(0);
            let closed = flags(old) | READ_ONLY == flags(new);
            if closed { Role::Part(fill) } else { Role::Part(FORM) }
        }
        _ => as_role(FORM),
    }))
}

/// What can be said only once everything is known: whether a signature came with what needs one, and whether a value
/// changed with its appearance.
pub(super) fn agree_with_sections(walk: &mut Walk<'_, '_, '_>) {
    let signing: HashSet<usize> = walk
        .changes
        .iter()
        .filter(|change| {
            matches!(change.class, ChangeClass::Signature | ChangeClass::DocumentTimestamp) && change.note.is_none()
        })
        .map(|change| change.section)
        .collect();
    let mut valued: HashMap<String, bool> = HashMap::new();
    for change in &walk.changes {
        if let Some(field) = &change.field
            && change.class == ChangeClass::FormFill
        {
            let value = ["V", "AS", "I", "RV"]
                .iter()
                .any(|key| change.path.rsplit('/').next() == Some(key));
            *valued.entry(field.clone()).or_default() |= value;
        }
    }
    // Drawing every field anew goes with filling one; alone it shows other values than those that were signed.
    let filling: HashSet<usize> = (walk.changes.iter())
        .filter(|change| {
            let field = change.field.as_ref();
            change.class == ChangeClass::FormFill && field.is_some_and(|field| valued.get(field) == Some(&true))
        })
        .map(|change| change.section)
        .collect();
    for change in &mut walk.changes {
        if change.note == Some(Note::NeedAppearances) && !filling.contains(&change.section) {
            change.level = Level::Never;
        }
        if change.note == Some(Note::EmptyField) && !signing.contains(&change.section) {
            change.level = Level::Never;
        }
        let only = change
            .field
            .as_ref()
            .is_some_and(|field| valued.get(field) == Some(&false));
        // A field that looks other than its value: what was signed is shown no more, and nobody filled anything in.
        if change.class == ChangeClass::FormFill && only && change.note.is_none() {
            change.note = Some(Note::AppearanceOnly);
            change.level = Level::Never;
        }
    }
}
