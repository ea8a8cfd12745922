//! Objects that an update changes without naming them: it gives another way of unpacking to the object stream they are in.

use std::collections::{HashMap, HashSet};

use super::table::tolerable;
use crate::error::Result;
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::pdf::xref::Location;

/// Object streams of the signed revision that refer to something that later sections name: unpacked otherwise, they hold other
/// objects under the same numbers.
pub(super) fn shifting(view: &View<'_, '_>, touched: &HashMap<u32, usize>) -> Result<HashSet<u32>> {
    let sections = view.pdf().sections().get(..=view.section()).unwrap_or_default();
    let streams: HashSet<u32> = sections
        .iter()
        .flat_map(|section| section.entries())
        .filter_map(|(_, location)| match location {
            Location::InStream { stream, .. } => Some(stream),
            _ => None,
        })
        .collect();
    let mut found = HashSet::new();
    for stream in streams {
        match view.get(ObjectId::new(stream)) {
            Ok(object) if is_touched(view, &object, touched, PACKING) => {
                found.insert(stream);
            }
            Ok(_) => {}
            Err(error) => tolerable(error)?,
        }
    }
    Ok(found)
}

/// References that lead from an object stream to how it is packed: an array of filters, each by reference, and their
/// parameters.
const PACKING: usize = 4;

fn is_touched(view: &View<'_, '_>, object: &Object, touched: &HashMap<u32, usize>, hops: usize) -> bool {
    match object {
        Object::Reference(id) if touched.contains_key(&id.number) => true,
        Object::Reference(id) => {
            let below = hops.checked_sub(1).zip(view.get(*id).ok());
            below.is_some_and(|(hops, object)| is_touched(view, &object, touched, hops))
        }
        Object::Array(items) => items.iter().any(|item| is_touched(view, item, touched, hops)),
        Object::Dictionary(dictionary) => packing(dictionary).any(|value| is_touched(view, value, touched, hops)),
        Object::Stream(stream) => packing(&stream.dictionary).any(|value| is_touched(view, value, touched, hops)),
        _ => false,
    }
}

/// Everything but the object stream that this one extends.
fn packing(dictionary: &Dictionary) -> impl Iterator<Item = &Object> {
    dictionary
        .iter()
        .filter(|entry| entry.key.as_bytes() != b"Extends")
        .map(|entry| &entry.value)
}
