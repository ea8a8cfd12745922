//! Changes of objects that are there: gathered first, since several may meet in one object, then written once, with every
//! value that is not changed as the bytes that it was.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};
use crate::pdf::file::View;
use crate::pdf::increment::Increment;
use crate::pdf::object::{Dictionary, Entry, Object, ObjectId};
use crate::pdf::writer;
use crate::pdf::xref::Location;
use crate::text;

/// What happens to one entry of a dictionary.
enum Change {
    Set(Object),
    /// Added at the end of an array that stands in the dictionary itself.
    Append(Vec<Object>),
}

/// Changes of a document.
#[derive(Default)]
pub(super) struct Changes {
    dictionaries: BTreeMap<ObjectId, Vec<(&'static str, Change)>>,
    /// Added at the end of arrays that are objects of their own.
    arrays: BTreeMap<ObjectId, Vec<Object>>,
}

impl Changes {
    /// Sets an entry of the dictionary `id`.
    pub(super) fn set(&mut self, id: ObjectId, key: &'static str, value: impl Into<Object>) {
        let changes = self.dictionaries.entry(id).or_default();
        changes.retain(|(other, _)| *other != key);
        changes.push((key, Change::Set(value.into())));
    }

    /// What an entry has been set to.
    pub(super) fn value(&self, id: ObjectId, key: &str) -> Option<&Object> {
        let changes = self.dictionaries.get(&id)?;
        changes.iter().find_map(|(other, change)| match change {
            Change::Set(value) if *other == key => Some(value),
            _ => None,
        })
    }

    /// Adds `item` to the array `key` of the dictionary `id`, which is made where there is none.
    pub(super) fn append(
        &mut self,
        view: &View<'_, '_>,
        id: ObjectId,
        dictionary: &Dictionary,
        key: &'static str,
        item: impl Into<Object>,
    ) -> Result<()> {
        let found = view.lookup(dictionary, key)?;
        match (found.id(), &*found) {
            (Some(array), Object::Array(_)) => self.arrays.entry(array).or_default().push(item.into()),
            (None, Object::Array(_)) | (_, Object::Null) => {
                let changes = self.dictionaries.entry(id).or_default();
                match changes.iter_mut().find(|(other, _)| *other == key) {
                    Some((_, Change::Append(items))) => items.push(item.into()),
                    _ => changes.push((key, Change::Append(vec![item.into()]))),
                }
            }
            _ => {
                return Err(Error::new(
                    ErrorKind::Refused,
                    text!(
                        "/{key} of object {id} is no array: the document is not fit to be signed",
                        "对象 {id} 的 /{key} 不是数组：该文档不宜签名"
                    ),
                ));
            }
        }
        Ok(())
    }

    /// Writes every changed object.
    pub(super) fn write(self, view: &View<'_, '_>, increment: &mut Increment<'_>) -> Result<()> {
        for (id, changes) in self.dictionaries {
            let body = rewritten(view, increment, id, changes)?;
            increment.put_raw(id, &body);
        }
        for (id, items) in self.arrays {
            let mut array = view.get(id)?.as_array().unwrap_or_default().to_vec();
            array.extend(items);
            increment.put(id, &Object::Array(array))?;
        }
        Ok(())
    }
}

fn rewritten(
    view: &View<'_, '_>,
    increment: &Increment<'_>,
    id: ObjectId,
    mut changes: Vec<(&'static str, Change)>,
) -> Result<Vec<u8>> {
    let object = view.get(id)?;
    let Object::Dictionary(dictionary) = &*object else {
        return Err(unfit(id));
    };
    if dictionary.duplicate().is_some() {
        return Err(unfit(id));
    }
    let old = Old {
        view,
        increment,
        id,
        // In an object stream strings are not encrypted on their own, so their bytes cannot be taken over.
        in_file: matches!(view.location(id.number), Some(Location::Offset { .. })),
    };
    let mut out = b"<<".to_vec();
    for entry in dictionary.iter() {
        let position = changes
            .iter()
            .position(|(key, _)| key.as_bytes() == entry.key.as_bytes());
        out.push(b'\n');
        writer::write_name(&entry.key, &mut out);
        out.push(b' ');
        match position.map(|position| changes.swap_remove(position).1) {
            None => out.extend(old.bytes(entry)?),
            Some(Change::Set(value)) => writer::write(&increment.encrypted(id, &value)?, &mut out),
            Some(Change::Append(items)) => old.extended(entry, &items, &mut out)?,
        }
    }
    for (key, change) in changes {
        out.push(b'\n');
        writer::write_name(&key.into(), &mut out);
        out.push(b' ');
        let value = match change {
            Change::Set(value) => value,
            Change::Append(items) => Object::Array(items),
        };
        writer::write(&increment.encrypted(id, &value)?, &mut out);
    }
    out.extend_from_slice(b"\n>>");
    Ok(out)
}

/// An object as it was.
struct Old<'o, 'p, 'a, 'c> {
    view: &'o View<'p, 'a>,
    increment: &'o Increment<'c>,
    id: ObjectId,
    in_file: bool,
}

impl Old<'_, '_, '_, '_> {
    /// A value as it was written, where its bytes are in the file; encrypted ones stay good under the same object number.
    fn bytes(&self, entry: &Entry) -> Result<Vec<u8>> {
        let length = usize::try_from(entry.span.end.saturating_sub(entry.span.start)).unwrap_or(0);
        if self.in_file && length > 0 {
            return Ok(self
                .view
                .pdf()
                .source()
                .read_up_to(entry.span.start, length)?
                .into_owned());
        }
        let mut out = Vec::new();
        writer::write(&self.increment.encrypted(self.id, &entry.value)?, &mut out);
        Ok(out)
    }

    /// An array with `items` behind its own; `null` is an empty one.
    fn extended(&self, entry: &Entry, items: &[Object], out: &mut Vec<u8>) -> Result<()> {
        let mut bytes = match &entry.value {
            Object::Array(_) => self.bytes(entry)?,
            _ => b"[]".to_vec(),
        };
        bytes.pop();
        out.extend(bytes);
        for item in items {
            if !out.ends_with(b"[") {
                out.push(b' ');
            }
            writer::write(&self.increment.encrypted(self.id, item)?, out);
        }
        out.push(b']');
        Ok(())
    }
}

fn unfit(id: ObjectId) -> Error {
    Error::new(
        ErrorKind::Refused,
        text!(
            "object {id} is no plain dictionary: the document is not fit to be signed",
            "对象 {id} 不是普通字典：该文档不宜签名"
        ),
    )
}
