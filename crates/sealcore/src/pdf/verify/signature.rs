//! Finds the signatures of a file, those that a later revision took away or replaced among them.

use std::collections::HashMap;

use crate::error::{ErrorKind, Result};
use crate::limits::Limits;
use crate::pdf::file::{Pdf, View};
use crate::pdf::form::{Field, Form};
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::pdf::xref::Location;

/// Objects of forms that are looked at over all revisions; a form of a thousand fields in a hundred revisions stays below.
const VISITS: usize = 400_000;

/// A signature dictionary that a field of some revision has as its value.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    /// The full names of the fields, in the newest revision that has them.
    pub(crate) names: Vec<String>,
    /// The signature dictionary.
    pub(crate) dictionary: Dictionary,
    /// Its object; `None` where it stands in the field itself.
    pub(crate) id: Option<ObjectId>,
    /// Where the object that holds it begins; `None` in an object stream.
    pub(crate) at: Option<u64>,
    /// The widgets of the fields, in the newest revision that has them.
    pub(crate) widgets: Vec<(Option<ObjectId>, Dictionary)>,
    /// Whether the newest revision of the file still has it.
    pub(crate) is_current: bool,
}

/// What was found in the forms of a file.
#[derive(Debug, Default)]
pub(crate) struct Signatures {
    /// Oldest first, as far as that can be told before they are judged.
    pub(crate) all: Vec<Signature>,
    /// Signature fields without a value in the newest revision.
    pub(crate) empty: Vec<String>,
    /// Signature fields whose value is no dictionary that can be read: name and reason.
    pub(crate) broken: Vec<(String, crate::error::Error)>,
    /// Why the form of the newest revision cannot be read.
    pub(crate) fault: Option<crate::error::Error>,
    /// Where the ByteRanges of usage rights signatures stand.
    pub(crate) usage_rights: Vec<u64>,
}

/// What tells one signature dictionary from another: where it is defined.
#[derive(PartialEq, Eq, Hash)]
enum Place {
    At(u64, Option<ObjectId>),
    Packed(u32, u32),
    Unknown(usize, String),
}

/// Looks at the forms of all revisions, newest first.
pub(crate) fn find(pdf: &Pdf<'_>) -> Result<Signatures> {
    find_in(&pdf.latest())
}

/// As [`find`], watched as `latest` is.
pub(crate) fn find_in(latest: &View<'_, '_>) -> Result<Signatures> {
    let pdf = latest.pdf();
    let mut found = Signatures::default();
    let mut places: HashMap<Place, usize> = HashMap::new();
    let last = pdf.sections().len().saturating_sub(1);
    let mut visits = 0;
    let mut form: Option<Form> = None;
    for section in (0..=last).rev() {
        let view = latest.as_of(section);
        if section < last && !form_changed(pdf, section + 1, form.as_ref()) {
            continue;
        }
        found.usage_rights.extend(usage_rights_range(&view));
        form = match view.form() {
            Ok(form) => form,
            Err(error) if error.kind() == ErrorKind::Pdf => {
                if section == last {
                    found.fault = Some(error);
                }
                // An older revision that does not read shows nothing to anybody.
                None
            }
            Err(error) => return Err(error),
        };
        if let Some(form) = &form {
            visits += form.visited.len().max(form.steps);
            if section < last && visits > VISITS {
                return Err(Limits::exceeded(
                    "form fields over all revisions",
                    "各修订版本的表单域总数",
                    VISITS as u64,
                ));
            }
            for field in form.fields.iter().filter(|field| is_signed_field(field)) {
                take(&view, field, section == last, &mut places, &mut found);
            }
        }
    }
    found.all.sort_by_key(|signature| signature.at);
    Ok(found)
}

/// Where the ByteRange of a usage rights signature stands (/UR3): it unlocks functions of one reader and says nothing
/// about the document.
fn usage_rights_range(view: &View<'_, '_>) -> Option<u64> {
    let (_, catalog) = view.catalog().ok()?;
    let permissions = view.lookup(catalog.as_dictionary()?, "Perms").ok()?;
    let permissions = permissions.as_dictionary()?;
    let signature = view
        .resolve(permissions.get("UR3").or_else(|| permissions.get("UR"))?)
        .ok()?;
    let holder = signature.id()?;
    // In an object stream the place would be another.
    matches!(view.location(holder.number), Some(Location::Offset { .. }))
        .then(|| {
            signature
                .as_dictionary()?
                .entry("ByteRange")
                .map(|entry| entry.span.start)
        })
        .flatten()
}

/// Whether the update `section` may have given the file another form than the revision before.
fn form_changed(pdf: &Pdf<'_>, section: usize, form: Option<&Form>) -> bool {
    let Some(form) = form else { return true };
    let sections = pdf.sections();
    let (Some(newer), Some(older)) = (
        sections.get(section),
        section.checked_sub(1).and_then(|one| sections.get(one)),
    ) else {
        return true;
    };
    newer.trailer.get("Root") != older.trailer.get("Root")
        || newer.entries().any(|(number, _)| form.visited.contains(&number))
}

/// A field of type Sig, or one that has lost its type and still holds a signature.
fn is_signed_field(field: &Field) -> bool {
    field.is_signature() || field.kind.is_none()
}

fn take(view: &View<'_, '_>, field: &Field, newest: bool, places: &mut HashMap<Place, usize>, found: &mut Signatures) {
    let Some(value) = &field.value else {
        if newest && field.is_signature() {
            found.empty.push(field.name.clone());
        }
        return;
    };
    let resolved = match view.resolve(value) {
        Ok(resolved) => resolved,
        Err(error) => {
            if newest {
                found.broken.push((field.name.clone(), error));
            }
            return;
        }
    };
    let dictionary = match &*resolved {
        Object::Dictionary(dictionary) => dictionary.clone(),
        // A field whose value is gone is unsigned, to readers too.
        Object::Null => {
            if newest && field.is_signature() {
                found.empty.push(field.name.clone());
            }
            return;
        }
        _ if !field.is_signature() => return,
        _ => {
            if newest {
                let error = crate::pdf::parser::syntax(crate::text!(
                    "its value is no signature dictionary",
                    "其值不是签名字典"
                ));
                found.broken.push((field.name.clone(), error));
            }
            return;
        }
    };
    if !field.is_signature() && dictionary.get("ByteRange").is_none() {
        return;
    }
    let holder = resolved.id().or(field.id);
    let location = holder.and_then(|id| view.location(id.number));
    let place = match location {
        Some(Location::Offset { at, .. }) => Place::At(at, resolved.id()),
        Some(Location::InStream { stream, index }) => Place::Packed(stream, index),
        _ => Place::Unknown(view.section(), field.name.clone()),
    };
    let at = match location {
        Some(Location::Offset { at, .. }) => Some(at),
        _ => None,
    };
    match places.get(&place).and_then(|index| found.all.get_mut(*index)) {
        // Several fields may show one signature (a seam seal); older revisions of them add nothing.
        Some(known) => {
            if !known.names.contains(&field.name) && known.is_current == newest {
                known.names.push(field.name.clone());
                known.widgets.extend(field.widgets.iter().cloned());
            }
        }
        None => {
            places.insert(place, found.all.len());
            found.all.push(Signature {
                names: vec![field.name.clone()],
                dictionary,
                id: resolved.id(),
                at,
                widgets: field.widgets.clone(),
                is_current: newest,
            });
        }
    }
}
