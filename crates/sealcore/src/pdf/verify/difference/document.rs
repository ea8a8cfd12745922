//! Trailer and catalog: what a document says of itself as a whole.

use super::role::{Part, Role, kind_of};
use super::table::Held;
use super::trail::Place;
use super::walk::Walk;
use super::{ChangeClass, ChangeKind, Level};
use crate::error::Result;
use crate::pdf::object::{Dictionary, Name, Object};

pub(super) fn trailer_entry(
    walk: &mut Walk<'_, '_, '_>,
    place: Place,
    key: &Name,
    (old, new): (Option<&Object>, Option<&Object>),
    around: (&Dictionary, &Dictionary),
) -> Option<Role> {
    match key.as_bytes() {
        b"Root" => {
            if old.and_then(Object::as_reference) != new.and_then(Object::as_reference) {
                let at = walk.key(place, key);
                walk.emit(at, ChangeKind::Modified);
            }
            Some(Role::Catalog)
        }
        b"Info" => Some(Role::Part(Part::of(ChangeClass::Metadata, Level::Validation))),
        b"Encrypt" => Some(Role::Part(Part::drawn(ChangeClass::Trailer, Level::Never))),
        // Keys are derived from the first identifier.
        b"ID" => around
            .0
            .get("Encrypt")
            .is_some_and(|encrypt| !encrypt.is_null())
            .then(|| {
                let first = |value: Option<&Object>| value?.as_array()?.first()?.as_string().map(<[u8]>::to_vec);
                if first(old) != first(new) {
                    let at = walk.key(place, key);
                    walk.emit(at, ChangeKind::Modified);
                }
            })
            .and(None),
        // How the section is written, and LibreOffice's sum of the first revision.
        b"Size" | b"Prev" | b"XRefStm" | b"Type" | b"W" | b"Index" | b"Filter" | b"DecodeParms" | b"Length"
        | b"DocChecksum" => None,
        _ => Some(Role::Part(Part::of(ChangeClass::Trailer, Level::Validation))),
    }
}

pub(super) fn catalog_entry(key: &[u8]) -> Option<Role> {
    Some(match key {
        b"Pages" => Role::Node,
        b"AcroForm" => Role::Form,
        b"DSS" => Role::Dss,
        b"Extensions" => Role::Extensions,
        b"Version" => Role::Version,
        b"Metadata" => Role::Xmp,
        b"Perms" => Role::Perms,
        b"StructTreeRoot" => Role::Tags(super::tags::TagRole::Root),
        b"MarkInfo" => Role::Part(Part::of(ChangeClass::Structure, Level::Validation)),
        b"PieceInfo" | b"LastModified" => Role::Part(Part::of(ChangeClass::Metadata, Level::Validation)),
        _ => Role::Part(Part::of(ChangeClass::Catalog, Level::Never)),
    })
}

/// A version may be raised (ISO 32000-2, 7.7.2), never lowered.
pub(super) fn version(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    let level = match (number(old), number(new)) {
        _ if old == new => return Ok(true),
        (before, Some(after)) if before <= Some(after) => Level::Validation,
        _ => Level::Never,
    };
    walk.emit_as(place, kind_of(old, new), ChangeClass::Extension, level, None);
    Ok(true)
}

/// A version as major and minor number.
fn number(object: &Object) -> Option<(u32, u32)> {
    let text = std::str::from_utf8(object.as_name()?).ok()?;
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// A developer extensions dictionary (ISO 32000-2, 7.12.2), or since PDF 2.0 an array of them: may come and be raised.
pub(super) fn developer(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    // `/Type` of the dictionary around.
    if matches!((old, new), (Object::Name(_), Object::Name(_))) {
        return Ok(old == new);
    }
    let raised = |walk: &Walk<'_, '_, '_>, old: &Dictionary, new: &Dictionary| -> Result<bool> {
        let base =
            number(&*walk.old_view.lookup(old, "BaseVersion")?) <= number(&*walk.new_view.lookup(new, "BaseVersion")?);
        let level = |value: &Object| value.as_integer();
        let before = level(&*walk.old_view.lookup(old, "ExtensionLevel")?);
        let after = level(&*walk.new_view.lookup(new, "ExtensionLevel")?);
        Ok(base && before <= after)
    };
    let level = match (old, new) {
        (Object::Null, Object::Dictionary(_) | Object::Array(_)) => Level::Validation,
        (Object::Dictionary(old), Object::Dictionary(new)) => {
            if old == new {
                return Ok(false);
            }
            if raised(walk, old, new).unwrap_or(false) {
                Level::Validation
            } else {
                Level::Never
            }
        }
        _ => return Ok(false),
    };
    walk.emit_as(place, kind_of(old, new), ChangeClass::Extension, level, None);
    walk.reach(new, place)?;
    Ok(true)
}

/// XMP may be written anew as XML; it may not go.
pub(super) fn xmp(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    let level = match new {
        Object::Stream(stream) => {
            let id = place.object.unwrap_or(crate::pdf::object::ObjectId::new(0));
            let data = walk.new_view.stream_data(stream, id);
            if data.is_ok_and(|data| is_xml(&data)) {
                Level::Validation
            } else {
                Level::Never
            }
        }
        _ => Level::Never,
    };
    let part = Part::of(ChangeClass::Metadata, level);
    match (old, new) {
        (Object::Null, Object::Null) => {}
        (Object::Stream(one), Object::Stream(other)) if std::ptr::eq(one, other) => {}
        (Object::Null, _) | (_, Object::Null) => walk.emit(place.with(Role::Part(part)), kind_of(old, new)),
        _ => return walk.values(old, new, place.with(Role::Part(part))).map(|()| true),
    }
    walk.reach(new, place)?;
    Ok(true)
}

/// Whether the text is XML as far as its tags go.
fn is_xml(data: &[u8]) -> bool {
    let text = crate::pdf::object::decode_text(data);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('<') && (text.contains("xmpmeta") || text.contains("RDF"))
}

/// A certification may come with the signature that it names; nothing else may change about it.
pub(super) fn certification(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    let signed = place.object.is_some_and(|id| {
        let is_value = |value: &Object| value.as_reference() == Some(id);
        let held = |field: &&super::table::FieldInfo| field.held == Held::Signature && is_value(&field.value);
        walk.new.fields.iter().any(|field| held(&field)) && !walk.old.fields.iter().any(|field| held(&field))
    });
    match (old, new) {
        (Object::Null, Object::Dictionary(_)) if signed => {
            walk.emit_as(
                place,
                ChangeKind::Added,
                ChangeClass::Permissions,
                Level::Signature,
                None,
            );
            walk.reach(new, place)?;
            Ok(true)
        }
        _ => {
            let part = Part::of(ChangeClass::Permissions, Level::Never);
            walk.values(old, new, place.with(Role::Part(part)))?;
            Ok(true)
        }
    }
}
