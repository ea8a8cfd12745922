//! Objects that were added and that nothing uses.

use std::collections::{HashMap, HashSet};

use super::role::Role;
use super::table::tolerable;
use super::walk::{Place, Walk};
use super::{ChangeClass, ChangeKind, Level};
use crate::error::Result;
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::pdf::xref::Location;

/// Objects are noise when a later signature covers them or when they can draw nothing; else somebody put something there
/// that waits for its use.
pub(super) fn find(walk: &mut Walk<'_, '_, '_>) -> Result<()> {
    let covered = walk
        .changes
        .iter()
        .filter(|change| matches!(change.class, ChangeClass::Signature | ChangeClass::DocumentTimestamp))
        .map(|change| change.section)
        .max();
    let mut numbers: Vec<(u32, usize)> = walk
        .touched
        .iter()
        .map(|(number, section)| (*number, *section))
        .collect();
    numbers.sort_unstable();
    let mut material: HashMap<usize, HashSet<u32>> = HashMap::new();
    for (number, section) in numbers {
        if walk.reached.contains(&number) {
            continue;
        }
        let id = match walk.new_view.location(number) {
            Some(Location::Offset { generation, .. }) => ObjectId { number, generation },
            Some(Location::InStream { .. }) => ObjectId::new(number),
            _ => continue,
        };
        if walk.old_view.location(number) == walk.new_view.location(number) {
            continue;
        }
        let object = match walk.new_view.get(id) {
            Ok(object) => object,
            Err(error) => {
                tolerable(error)?;
                continue;
            }
        };
        if is_container(&object) || object.is_null() {
            continue;
        }
        let harmless = covered.is_some_and(|covered| section <= covered)
            || !can_draw(&object)
            || material
                .entry(section)
                .or_insert_with(|| listed_material(&walk.new_view.pdf().as_of(section)))
                .contains(&number);
        let level = if harmless { Level::Validation } else { Level::Never };
        let place = Place::of_object(Role::Trailer, id);
        walk.emit_as(place, ChangeKind::Added, ChangeClass::Unused, level, None);
    }
    Ok(())
}

/// The streams that the security store of a revision lists: a later one may have replaced it.
fn listed_material(view: &View<'_, '_>) -> HashSet<u32> {
    let list = || -> Result<HashSet<u32>> {
        let mut found = HashSet::new();
        let (_, catalog) = view.catalog()?;
        let empty = Dictionary::new();
        let store = view.lookup(catalog.as_dictionary().unwrap_or(&empty), "DSS")?;
        for key in ["Certs", "OCSPs", "CRLs"] {
            let items = view.lookup(store.as_dictionary().unwrap_or(&empty), key)?;
            let ids = items
                .as_array()
                .unwrap_or_default()
                .iter()
                .filter_map(Object::as_reference);
            found.extend(ids.map(|id| id.number));
        }
        Ok(found)
    };
    list().unwrap_or_default()
}

/// What holds other objects or their places.
fn is_container(object: &Object) -> bool {
    object
        .as_stream()
        .is_some_and(|stream| stream.dictionary.is_type("XRef") || stream.dictionary.is_type("ObjStm"))
}

/// Whether a page could use it.
fn can_draw(object: &Object) -> bool {
    let Some(dictionary) = object.as_dictionary() else {
        return false;
    };
    let kind = dictionary.get("Type").and_then(Object::as_name);
    match kind {
        Some(b"Font" | b"XObject" | b"Page" | b"Pages" | b"Pattern" | b"ExtGState" | b"FontDescriptor") => true,
        Some(b"Metadata") => false,
        _ => object.as_stream().is_some() || dictionary.get("AP").is_some(),
    }
}
