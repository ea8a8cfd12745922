//! The signature dictionary (ISO 32000-2, 12.8.1), written by hand: the places of `/ByteRange` and `/Contents` must be known.

use std::ops::Range;

use super::request::{FieldLock, Permission, SignRequest};
use crate::error::Result;
use crate::pdf::date;
use crate::pdf::increment::Increment;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::pdf::writer;

/// Digits of a number in `/ByteRange`: those of offsets in a cross-reference table. They are filled up with spaces, so that
/// the array has one length whatever it says.
pub(super) const DIGITS: usize = 10;

/// What the dictionary says besides its contents.
pub(super) struct Statement<'s> {
    pub(super) request: &'s SignRequest<'s>,
    pub(super) filter: &'s str,
    pub(super) sub_filter: &'s str,
    /// DocMDP: of a certification, or what the field's Lock dictionary prescribes.
    pub(super) permission: Option<Permission>,
    pub(super) lock: Option<&'s FieldLock>,
    pub(super) catalog: ObjectId,
}

/// Where the open places are, from the start of the increment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Places {
    /// The numbers of `/ByteRange`, between its brackets.
    pub(super) range: Range<usize>,
    /// `/Contents` with its angle brackets: what the signature does not cover.
    pub(super) gap: Range<usize>,
}

/// Appends the dictionary as object `id`, with room for `capacity` bytes of contents.
pub(super) fn append(
    increment: &mut Increment<'_>,
    id: ObjectId,
    statement: &Statement<'_>,
    capacity: usize,
) -> Result<Places> {
    let rest = increment.encrypted(id, &statement.entries().into())?;
    let mut body = b"<<".to_vec();
    for (key, name) in [
        ("Type", "Sig"),
        ("Filter", statement.filter),
        ("SubFilter", statement.sub_filter),
    ] {
        writer::write_name(&key.into(), &mut body);
        body.push(b' ');
        writer::write_name(&name.into(), &mut body);
        body.push(b'\n');
    }
    body.extend_from_slice(b"/ByteRange [");
    let range = body.len()..body.len() + 4 * DIGITS + 3;
    body.resize(range.end, b' ');
    body.extend_from_slice(b"]\n/Contents ");
    let gap = body.len()..body.len() + 2 * capacity + 2;
    body.push(b'<');
    body.resize(gap.end - 1, b'0');
    body.push(b'>');
    for entry in rest.as_dictionary().into_iter().flat_map(Dictionary::iter) {
        body.push(b'\n');
        writer::write_name(&entry.key, &mut body);
        body.push(b' ');
        writer::write(&entry.value, &mut body);
    }
    body.extend_from_slice(b"\n>>");
    let start = increment.put_raw(id, &body);
    Ok(Places {
        range: start + range.start..start + range.end,
        gap: start + gap.start..start + gap.end,
    })
}

impl Statement<'_> {
    fn entries(&self) -> Dictionary {
        let request = self.request;
        let mut entries = Dictionary::new().with("M", Object::string(date::write(request.time)));
        let subject = request.certificate.subject();
        let name = request.name.or(subject.common_name());
        for (key, text) in [
            ("Name", name),
            ("Reason", request.reason),
            ("Location", request.location),
            ("ContactInfo", request.contact),
        ] {
            if let Some(text) = text {
                entries.set(key, Object::text(text));
            }
        }
        let references = self.references();
        if !references.is_empty() {
            entries.set("Reference", references);
        }
        let application = Dictionary::new()
            .with("Name", Object::name("sealcore"))
            .with("REx", Object::text(env!("CARGO_PKG_VERSION")));
        entries.with("Prop_Build", Dictionary::new().with("App", application))
    }

    /// Transform methods (12.8.2).
    fn references(&self) -> Vec<Object> {
        let reference = |method: &str, parameters: Dictionary| {
            let parameters = parameters
                .with("Type", Object::name("TransformParams"))
                .with("V", Object::name("1.2"));
            Dictionary::new()
                .with("Type", Object::name("SigRef"))
                .with("TransformMethod", Object::name(method))
                .with("TransformParams", parameters)
        };
        let mut references = Vec::new();
        if let Some(permission) = self.permission {
            let parameters = Dictionary::new().with("P", permission.number());
            references.push(reference("DocMDP", parameters).into());
        }
        if let Some(lock) = self.lock {
            let data = reference("FieldMDP", lock_entries(lock)).with("Data", self.catalog);
            references.push(data.into());
        }
        references
    }
}

/// `/Action` and `/Fields`, as Lock dictionaries and FieldMDP parameters have them.
pub(super) fn lock_entries(lock: &FieldLock) -> Dictionary {
    let (action, names) = match lock {
        FieldLock::All => ("All", None),
        FieldLock::Include(names) => ("Include", Some(names)),
        FieldLock::Exclude(names) => ("Exclude", Some(names)),
    };
    let entries = Dictionary::new().with("Action", Object::name(action));
    match names {
        Some(names) => entries.with(
            "Fields",
            names.iter().map(|name| Object::text(name)).collect::<Vec<_>>(),
        ),
        None => entries,
    }
}

/// The numbers between the brackets of `/ByteRange`.
pub(super) fn range_text(range: [u64; 4]) -> String {
    range.map(|number| format!("{number:<DIGITS$}")).join(" ")
}
