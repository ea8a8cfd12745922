//! New objects that refer to each other by numbers of their own.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::pdf::object::{Dictionary, Object, ObjectId, Stream};

/// The objects of one drawing, numbered from 1 on.
#[derive(Clone, Debug, Default)]
pub(super) struct Objects(Vec<(ObjectId, Object)>);

impl Objects {
    pub(super) fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX).saturating_add(1);
        let id = ObjectId::new(number);
        self.0.push((id, object.into()));
        id
    }

    pub(super) fn into_list(self) -> Vec<(ObjectId, Object)> {
        self.0
    }
}

/// A stream with its data deflated.
pub(super) fn flate_stream(dictionary: Dictionary, data: &[u8]) -> Stream {
    Stream::new(dictionary.with("Filter", Object::name("FlateDecode")), deflate(data))
}

pub(super) fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // A Vec takes whatever is written.
    let _ = encoder.write_all(data);
    encoder.finish().unwrap_or_default()
}

/// Adds to the number of every reference in an object of our own making, which is only a few levels deep.
pub(super) fn shift_references(object: &mut Object, shift: u32) {
    match object {
        Object::Reference(id) => id.number += shift,
        Object::Array(items) => items.iter_mut().for_each(|item| shift_references(item, shift)),
        Object::Dictionary(dictionary) => shift_dictionary(dictionary, shift),
        Object::Stream(stream) => shift_dictionary(&mut stream.dictionary, shift),
        _ => {}
    }
}

fn shift_dictionary(dictionary: &mut Dictionary, shift: u32) {
    let shifted = dictionary.iter().map(|entry| {
        let mut value = entry.value.clone();
        shift_references(&mut value, shift);
        (entry.key.clone(), value)
    });
    let mut result = Dictionary::new();
    for (key, value) in shifted {
        result.push_read(key, value, 0..0);
    }
    *dictionary = result;
}
