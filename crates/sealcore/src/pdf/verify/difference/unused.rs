//! Objects that were added and that nothing uses.

use super::role::Role;
use super::table::tolerable;
use super::trail::Place;
use super::walk::Walk;
use super::{ChangeClass, ChangeKind, Level};
use crate::asn1::{Tag, Tlv};
use crate::error::Result;
use crate::pdf::object::{Object, ObjectId};
use crate::pdf::xref::Location;

/// Objects are noise when a later signature covers them or when they can draw nothing; else somebody put something there
/// that waits for its use. Where not all of the signed revision could be walked, nobody knows what uses them.
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
    for (number, section) in numbers {
        if walk.reached.contains(&number) {
            continue;
        }
        let id = match walk.new_view.location(number) {
            Some(Location::Offset { generation, .. }) => ObjectId { number, generation },
            Some(Location::InStream { .. }) => ObjectId::new(number),
            Some(Location::Free) if walk.blind && walk.is_changed(ObjectId::new(number)) => {
                let place = Place::of_object(Role::Trailer, ObjectId::new(number));
                walk.emit_as(place, ChangeKind::Removed, ChangeClass::Unused, Level::Never, None);
                continue;
            }
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
        let harmless =
            covered.is_some_and(|covered| section <= covered) || !can_draw(&object) || is_material(walk, &object, id);
        let level = if harmless && !walk.blind {
            Level::Validation
        } else {
            Level::Never
        };
        let place = Place::of_object(Role::Trailer, id);
        walk.emit_as(place, ChangeKind::Added, ChangeClass::Unused, level, None);
    }
    Ok(())
}

/// What holds other objects or their places.
fn is_container(object: &Object) -> bool {
    object
        .as_stream()
        .is_some_and(|stream| stream.dictionary.is_type("XRef") || stream.dictionary.is_type("ObjStm"))
}

/// A certificate, list or response that an update brought and a later one left out: DER, which draws nothing.
fn is_material(walk: &Walk<'_, '_, '_>, object: &Object, id: ObjectId) -> bool {
    let Some(stream) = object.as_stream() else { return false };
    let plain = ["Type", "Subtype"]
        .iter()
        .all(|key| stream.dictionary.get(key).is_none());
    let data = walk.new_view.stream_data(stream, id);
    plain && data.is_ok_and(|data| Tlv::parse(&data).is_ok_and(|value| value.tag() == Tag::SEQUENCE))
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
