//! Decrypts and encrypts the strings of a whole object.

use super::Crypt;
use crate::error::Result;
use crate::pdf::object::{Dictionary, Object, ObjectId, Stream, StreamData};

impl Crypt {
    /// Whether the value of `key` in `dictionary` is encrypted where it is a string: everything is but the value of a
    /// signature (7.6.2).
    pub(crate) fn encrypts_value(dictionary: &Dictionary, key: &[u8]) -> bool {
        key != b"Contents"
            || !(dictionary.is_type("Sig")
                || dictionary.is_type("DocTimeStamp")
                || matches!(dictionary.get("ByteRange"), Some(Object::Array(_))))
    }

    /// Decrypts the strings of the indirect object `id`; the data of a stream stay as they are.
    ///
    /// # Errors
    /// As [`Self::decrypt_string`].
    pub(crate) fn decrypt_strings(&self, id: ObjectId, object: &mut Object) -> Result<()> {
        each_string(object, &mut |bytes| {
            *bytes = self.decrypt_string(id, bytes)?;
            Ok(())
        })
    }

    /// Encrypts the strings of the indirect object `id`, which will stand in the file itself and in no object stream.
    ///
    /// # Errors
    /// As [`Self::encrypt_string`].
    pub(super) fn encrypt_strings(&self, id: ObjectId, object: &mut Object, seed: &[u8]) -> Result<()> {
        each_string(object, &mut |bytes| {
            *bytes = self.encrypt_string(id, bytes, seed)?;
            Ok(())
        })
    }
}

/// The keys of a file for what is added to it, and what tells one update from another.
pub(crate) struct Encryptor<'e> {
    pub(crate) crypt: &'e Crypt,
    pub(crate) seed: Vec<u8>,
}

impl Encryptor<'_> {
    /// The object as it is written under `id`: its strings and its data encrypted.
    ///
    /// # Errors
    /// As [`Crypt::encrypt_string`].
    pub(crate) fn encrypted(&self, id: ObjectId, object: &Object) -> Result<Object> {
        let mut object = match object {
            Object::Stream(stream) => match &stream.data {
                StreamData::Memory(data) => {
                    let data = self.crypt.encrypt_stream(id, &stream.dictionary, data, &self.seed)?;
                    Stream::new(stream.dictionary.clone(), data).into()
                }
                StreamData::File(_) => object.clone(),
            },
            other => other.clone(),
        };
        self.crypt.encrypt_strings(id, &mut object, &self.seed)?;
        Ok(object)
    }
}

/// Runs `change` on every string that is encrypted. As deep as the object is, which the parser bounds.
fn each_string(object: &mut Object, change: &mut dyn FnMut(&mut Vec<u8>) -> Result<()>) -> Result<()> {
    match object {
        Object::String(string) => change(&mut string.bytes),
        Object::Array(items) => items.iter_mut().try_for_each(|item| each_string(item, change)),
        Object::Dictionary(dictionary) => each_value(dictionary, change),
        // Cross-reference streams are read before there is a key (7.5.8.2).
        Object::Stream(stream) if stream.dictionary.is_type("XRef") => Ok(()),
        Object::Stream(stream) => each_value(&mut stream.dictionary, change),
        _ => Ok(()),
    }
}

fn each_value(dictionary: &mut Dictionary, change: &mut dyn FnMut(&mut Vec<u8>) -> Result<()>) -> Result<()> {
    let contents = Crypt::encrypts_value(dictionary, b"Contents");
    dictionary
        .values_mut()
        .filter(|(key, _)| contents || key.as_bytes() != b"Contents")
        .try_for_each(|(_, value)| each_string(value, change))
}
