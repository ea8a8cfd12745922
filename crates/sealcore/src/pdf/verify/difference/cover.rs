//! What a further signature hides: its picture lies on top of the page.

use std::collections::HashMap;

use super::walk::Walk;
use super::{ChangeClass, Note};
use crate::pdf::object::ObjectId;
use crate::pdf::page::Rectangle;

/// The part of a page from which on a signature is more than a stamp on it.
const MOST: f64 = 0.5;
/// Pairs of pictures on one page that are compared.
const PAIRS: usize = 100_000;

/// Marks signatures that lie over earlier ones or over most of a page.
pub(super) fn find(walk: &mut Walk<'_, '_, '_>) {
    let page_of = |id: ObjectId| walk.new.annotations.get(&id).copied();
    let mut signed: HashMap<usize, Vec<Rectangle>> = HashMap::new();
    for (id, area) in walk
        .old
        .fields
        .iter()
        .filter(|field| field.signature)
        .flat_map(|field| &field.shown)
    {
        if let Some(page) = page_of(*id) {
            signed.entry(page).or_default().push(*area);
        }
    }
    let added = walk
        .new
        .fields
        .iter()
        .filter(|field| field.signature && !walk.old.names.contains_key(&field.name));
    let mut covering: Vec<&str> = Vec::new();
    let mut pairs = 0usize;
    for field in added {
        let covers = field.shown.iter().any(|(id, area)| {
            let Some(page) = page_of(*id) else { return false };
            let below = signed.get(&page).map(Vec::as_slice).unwrap_or_default();
            pairs = pairs.saturating_add(below.len());
            let hides = pairs <= PAIRS && below.iter().any(|other| !area.intersection(other).is_empty());
            let shown = walk.new.areas.get(page.saturating_sub(1));
            hides || shown.is_some_and(|shown| surface(&area.intersection(shown)) > MOST * surface(shown))
        });
        if covers {
            covering.push(&field.name);
        }
    }
    let covering: std::collections::HashSet<String> = covering.into_iter().map(str::to_owned).collect();
    for change in &mut walk.changes {
        let covers = change.field.as_ref().is_some_and(|field| covering.contains(field));
        let came = matches!(change.class, ChangeClass::Signature | ChangeClass::DocumentTimestamp);
        if covers && came && change.note.is_none() {
            change.note = Some(Note::Covers);
        }
    }
}

fn surface(area: &Rectangle) -> f64 {
    area.width() * area.height()
}
