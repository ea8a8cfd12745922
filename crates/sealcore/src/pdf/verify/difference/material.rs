//! The document security store (ISO 32000-2, 12.8.4.3): it may come and grow.

use std::collections::HashSet;

use sealcore_gm::sm3;

use super::role::{Part, Role};
use super::trail::Place;
use super::walk::Walk;
use super::{ChangeClass, ChangeKind, Level, Note};
use crate::error::Result;
use crate::pdf::file::View;
use crate::pdf::object::{Object, ObjectId};

const UNKNOWN: Role = Role::Part(Part::of(ChangeClass::Dss, Level::Never));
const PLAIN: Role = Role::Part(Part::of(ChangeClass::Dss, Level::Validation));

pub(super) fn entry(role: Role, key: &[u8]) -> Option<Role> {
    Some(match (role, key) {
        (_, b"Type") => PLAIN,
        (Role::Dss, b"VRI") => Role::Vri,
        (Role::Dss, b"Certs" | b"OCSPs" | b"CRLs") => Role::Material,
        (Role::Vri, _) => Role::VriEntry,
        (Role::VriEntry, b"Cert" | b"OCSP" | b"CRL") => Role::Material,
        (Role::VriEntry, b"TU" | b"TS") => PLAIN,
        _ => UNKNOWN,
    })
}

/// A list of certificates, revocation lists or responses.
pub(super) fn list(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    let empty: &[Object] = &[];
    let items = |object| match object {
        &Object::Null => Some(empty),
        Object::Array(items) => Some(items.as_slice()),
        _ => None,
    };
    let (Some(before), Some(after)) = (items(old), items(new)) else {
        walk.emit(place, super::role::kind_of(old, new));
        walk.reach(new, place)?;
        return Ok(true);
    };
    let after_ids: HashSet<ObjectId> = after.iter().filter_map(Object::as_reference).collect();
    let before_ids: HashSet<ObjectId> = before.iter().filter_map(Object::as_reference).collect();
    let plain = |walk: &Walk<'_, '_, '_>, item: &Object| {
        item.as_reference()
            .is_some_and(|id| before_ids.contains(&id) && after_ids.contains(&id) && !walk.is_changed(id))
    };
    // What was written again under another number is the same.
    let gone: Vec<&Object> = before.iter().filter(|item| !plain(walk, item)).collect();
    let come: Vec<&Object> = after.iter().filter(|item| !plain(walk, item)).collect();
    for item in after {
        walk.reach(item, place)?;
    }
    let mut known = HashSet::new();
    for item in &come {
        match data(&walk.new_view, item) {
            Some(data) => {
                known.insert(data);
            }
            // A reference to nothing brings nothing.
            None if walk.new_view.resolve(item).is_ok_and(|value| value.is_null()) => {}
            None => {
                let note = Note::Text(crate::text!("an entry is no stream", "其中一项不是流"));
                walk.emit_as(place, ChangeKind::Modified, ChangeClass::Dss, Level::Never, Some(note));
            }
        }
    }
    let mut old_data = HashSet::new();
    let mut dropped = false;
    for item in &gone {
        if let Some(data) = data(&walk.old_view, item) {
            dropped |= !known.contains(&data);
            old_data.insert(data);
        }
    }
    if dropped {
        // Readers keep what earlier revisions held, and tools replace responses by fresh ones.
        let note = Some(Note::MaterialDropped);
        walk.emit_as(place, ChangeKind::Removed, ChangeClass::Dss, Level::Validation, note);
    }
    if known.iter().any(|data| !old_data.contains(data)) {
        walk.emit_as(place, ChangeKind::Added, ChangeClass::Dss, Level::Validation, None);
    }
    Ok(true)
}

/// A digest of what a stream holds.
fn data(view: &View<'_, '_>, item: &Object) -> Option<[u8; 32]> {
    let value = view.resolve(item).ok()?;
    let id = value.id()?;
    let Object::Stream(stream) = &*value else {
        return None;
    };
    let data = view.stream_data(stream, id).ok()?;
    Some(sm3::digest(&data))
}
