//! Which objects a view leads to.

use std::collections::HashSet;

use crate::error::Result;
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId};

/// Objects that are visited in all walks of one document together.
pub(super) const VISITS: usize = 300_000;

/// What a walk asks to be told.
pub(super) trait Visitor {
    /// A dictionary, the key under which it stands, and the object that holds it.
    fn dictionary(&mut self, dictionary: &Dictionary, key: &[u8], holder: ObjectId, is_stream: bool);
    /// An object that could not be read.
    fn broken(&mut self, id: ObjectId, error: crate::error::Error);
    /// A reference to an object that is not there.
    fn dangling(&mut self, id: ObjectId, key: &[u8], holder: ObjectId);
    /// Whether to go into the value of a key.
    fn enters(&self, key: &[u8]) -> bool;
}

/// Visits nothing; only the set of objects is wanted.
pub(super) struct Silent;

impl Visitor for Silent {
    fn dictionary(&mut self, _: &Dictionary, _: &[u8], _: ObjectId, _: bool) {}
    fn broken(&mut self, _: ObjectId, _: crate::error::Error) {}
    fn dangling(&mut self, _: ObjectId, _: &[u8], _: ObjectId) {}
    fn enters(&self, _: &[u8]) -> bool {
        true
    }
}

/// The numbers of all objects that `roots` lead to. `left` is what may still be visited; `None` when it was not enough.
pub(super) fn walk(
    view: &View<'_, '_>,
    roots: &Dictionary,
    visitor: &mut dyn Visitor,
    left: &mut usize,
) -> Result<Option<HashSet<u32>>> {
    let mut walk = Walk {
        seen: HashSet::new(),
        waiting: Vec::new(),
        visitor,
    };
    let trailer = ObjectId::new(0);
    for entry in roots.iter() {
        if walk.visitor.enters(entry.key.as_bytes()) {
            walk.value(&entry.value, entry.key.as_bytes(), trailer);
        }
    }
    while let Some((id, key, holder)) = walk.waiting.pop() {
        let Some(rest) = left.checked_sub(1) else {
            return Ok(None);
        };
        *left = rest;
        match view.get(id) {
            Ok(object) if object.is_null() => {
                // A null that is written is none that is missing.
                if !is_there(view, id) {
                    walk.visitor.dangling(id, &key, holder);
                }
            }
            Ok(object) => walk.value(&object, &key, id),
            Err(error) if super::is_fatal(error.kind()) => return Err(error),
            Err(error) => walk.visitor.broken(id, error),
        }
    }
    Ok(Some(walk.seen))
}

fn is_there(view: &View<'_, '_>, id: ObjectId) -> bool {
    use crate::pdf::xref::Location;
    match view.location(id.number) {
        Some(Location::Offset { generation, .. }) => generation == id.generation,
        Some(Location::InStream { .. }) => id.generation == 0,
        Some(Location::Free) | None => false,
    }
}

struct Walk<'w> {
    seen: HashSet<u32>,
    waiting: Vec<(ObjectId, Box<[u8]>, ObjectId)>,
    visitor: &'w mut dyn Visitor,
}

impl Walk<'_> {
    /// The parser bounds how deep values stand in one another.
    fn value(&mut self, value: &Object, key: &[u8], holder: ObjectId) {
        match value {
            Object::Reference(id) if self.seen.insert(id.number) => {
                self.waiting.push((*id, key.into(), holder));
            }
            Object::Array(items) => {
                for item in items {
                    self.value(item, key, holder);
                }
            }
            Object::Dictionary(dictionary) => self.dictionary(dictionary, key, holder, false),
            Object::Stream(stream) => self.dictionary(&stream.dictionary, key, holder, true),
            _ => {}
        }
    }

    fn dictionary(&mut self, dictionary: &Dictionary, key: &[u8], holder: ObjectId, is_stream: bool) {
        self.visitor.dictionary(dictionary, key, holder, is_stream);
        for entry in dictionary.iter() {
            if self.visitor.enters(entry.key.as_bytes()) {
                self.value(&entry.value, entry.key.as_bytes(), holder);
            }
        }
    }
}
