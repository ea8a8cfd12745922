//! A vector picture as this library draws it, to be known again in a file.

use std::collections::HashMap;

use crate::limits::Limits;
use crate::pdf::appearance::vector_form;
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId, Stream};

/// Pairs of values that are compared for one form.
const PAIRS: usize = 200_000;
/// Values inside one another.
const DEPTH: usize = 64;

/// The objects of a drawing.
#[derive(Debug)]
pub(super) struct Vector {
    objects: HashMap<ObjectId, Object>,
    form: ObjectId,
}

impl Vector {
    /// `None` for what cannot be drawn.
    pub(super) fn of_picture(kind: &str, data: &[u8], limits: &Limits) -> Option<Self> {
        let drawing = vector_form(kind, data, limits).ok()??;
        Some(Self {
            objects: drawing.objects.into_iter().collect(),
            form: drawing.form,
        })
    }

    /// Whether a form of the file is this drawing, with everything that it uses.
    pub(super) fn is(&self, view: &View<'_, '_>, form: ObjectId) -> bool {
        let mut comparison = Comparison {
            vector: self,
            view,
            known: HashMap::new(),
            pairs: PAIRS,
        };
        comparison.references(self.form, form, DEPTH)
    }
}

struct Comparison<'c, 'p, 'a> {
    vector: &'c Vector,
    view: &'c View<'p, 'a>,
    /// Objects of the file by those of the drawing.
    known: HashMap<ObjectId, ObjectId>,
    pairs: usize,
}

impl Comparison<'_, '_, '_> {
    fn references(&mut self, own: ObjectId, other: ObjectId, depth: usize) -> bool {
        if let Some(known) = self.known.get(&own) {
            return *known == other;
        }
        self.known.insert(own, other);
        let (vector, view) = (self.vector, *self.view);
        match (vector.objects.get(&own), view.get(other)) {
            (Some(own), Ok(object)) => self.values(own, &object, other, depth),
            _ => false,
        }
    }

    /// `id` is the object of the file that `other` is in.
    fn values(&mut self, own: &Object, other: &Object, id: ObjectId, depth: usize) -> bool {
        let (Some(pairs), Some(depth)) = (self.pairs.checked_sub(1), depth.checked_sub(1)) else {
            return false;
        };
        self.pairs = pairs;
        match (own, other) {
            (Object::Reference(own), Object::Reference(other)) => self.references(*own, *other, depth),
            (Object::Array(own), Object::Array(other)) => {
                own.len() == other.len()
                    && own
                        .iter()
                        .zip(other)
                        .all(|(own, other)| self.values(own, other, id, depth))
            }
            (Object::Dictionary(own), Object::Dictionary(other)) => self.dictionaries(own, other, id, depth),
            (Object::Stream(own), Object::Stream(other)) => {
                self.dictionaries(&own.dictionary, &other.dictionary, id, depth) && self.is_same_data(own, other, id)
            }
            (Object::Integer(_) | Object::Real(_), Object::Integer(_) | Object::Real(_)) => {
                let numbers = own.as_number().zip(other.as_number());
                numbers.is_some_and(|(own, other)| (own - other).abs() <= 1e-6)
            }
            _ => own == other,
        }
    }

    /// Both have the same entries, but for how the data of a stream are packed.
    fn dictionaries(&mut self, own: &Dictionary, other: &Dictionary, id: ObjectId, depth: usize) -> bool {
        let count = |dictionary: &Dictionary| {
            dictionary
                .iter()
                .filter(|entry| !is_packing(entry.key.as_bytes()))
                .count()
        };
        count(own) == count(other)
            && own
                .iter()
                .filter(|entry| !is_packing(entry.key.as_bytes()))
                .all(|entry| {
                    let same = other.get(&String::from_utf8_lossy(entry.key.as_bytes()));
                    same.is_some_and(|other| self.values(&entry.value, other, id, depth))
                })
    }

    fn is_same_data(&self, own: &Stream, other: &Stream, id: ObjectId) -> bool {
        match (self.view.stream_data(own, id), self.view.stream_data(other, id)) {
            (Ok(own), Ok(other)) => own == other,
            // A JPEG stays packed.
            _ => matches!((self.view.pdf().raw(own), self.view.pdf().raw(other)), (Ok(own), Ok(other)) if own == other),
        }
    }
}

fn is_packing(key: &[u8]) -> bool {
    matches!(key, b"Length" | b"Filter" | b"DecodeParms")
}
