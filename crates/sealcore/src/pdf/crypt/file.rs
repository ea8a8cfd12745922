//! Finds the encryption of a file.

use super::{Crypt, Unlock};
use crate::error::{Error, ErrorKind, Result};
use crate::pdf::file::{Pdf, View};
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::text;

/// Depth of an encryption dictionary: crypt filters with lists of recipients.
const DEPTH: usize = 5;

/// Values in an encryption dictionary: lists of recipients at the most.
const VALUES: usize = 20_000;

/// The encryption of a file.
pub(crate) struct Encryption {
    pub(crate) crypt: Crypt,
    /// What /Encrypt of the trailer says; increments repeat it.
    pub(crate) entry: Object,
}

impl Encryption {
    /// Opens the keys of `pdf`; nothing for a file that is not encrypted.
    pub(crate) fn open(pdf: &Pdf<'_>, unlock: &Unlock<'_>) -> Result<Option<Self>> {
        let view = pdf.latest();
        let entry = entry(view.trailer());
        let dictionary = read(&view, entry)?;
        // Who changes the encryption later changes the meaning of every byte before.
        for section in 0..pdf.sections().len() {
            let older = pdf.as_of(section);
            if !agrees(&older, entry, dictionary.as_ref())? {
                return Err(Error::new(
                    ErrorKind::Pdf,
                    text!(
                        "an update of the file changes its encryption",
                        "文件的某次更新改变了加密设置"
                    ),
                )
                .in_part("Encrypt"));
            }
        }
        let Some(dictionary) = dictionary else {
            return Ok(None);
        };
        let id = view.lookup(view.trailer(), "ID")?;
        let first = id
            .as_array()
            .and_then(<[Object]>::first)
            .map(|first| view.resolve(first));
        let first = first.transpose()?;
        let id0 = first.as_ref().and_then(|first| first.as_string()).unwrap_or_default();
        Ok(Some(Self {
            crypt: Crypt::open(&dictionary, id0, unlock)?,
            entry: entry.cloned().unwrap_or(Object::Null),
        }))
    }

    /// Decrypts the strings of the indirect object `id`, unless it is the encryption dictionary.
    pub(crate) fn decrypt_strings(&self, id: ObjectId, object: &mut Object) -> Result<()> {
        if self.entry.as_reference() == Some(id) {
            return Ok(());
        }
        self.crypt.decrypt_strings(id, object)
    }
}

fn entry(trailer: &Dictionary) -> Option<&Object> {
    trailer.get("Encrypt").filter(|entry| !entry.is_null())
}

/// Whether an older section means the same encryption.
fn agrees(older: &View<'_, '_>, newest: Option<&Object>, dictionary: Option<&Dictionary>) -> Result<bool> {
    // The main section of a linearized file, the oldest, needs no entry but /Size, and the first-page section behind it in
    // the chain holds the encryption dictionary (ISO 32000-2, annex F.3).
    if older.trailer().get("Root").is_none() {
        return Ok(true);
    }
    let entry = entry(older.trailer());
    if entry != newest {
        return Ok(false);
    }
    match entry {
        Some(Object::Reference(id)) if older.location(id.number).is_none() => Ok(true),
        _ => Ok(read(older, entry)?.as_ref() == dictionary),
    }
}

/// The dictionary with every reference in it resolved.
fn read(view: &View<'_, '_>, entry: Option<&Object>) -> Result<Option<Dictionary>> {
    let Some(entry) = entry else {
        return Ok(None);
    };
    let mut left = VALUES;
    match resolved(view, entry, DEPTH, &mut left).map_err(|error| error.in_part("Encrypt"))? {
        Object::Dictionary(dictionary) => Ok(Some(dictionary)),
        _ => Err(broken().in_part("Encrypt")),
    }
}

fn resolved(view: &View<'_, '_>, object: &Object, depth: usize, left: &mut usize) -> Result<Object> {
    *left = left.checked_sub(1).ok_or_else(broken)?;
    let value = view.resolve(object)?;
    let deeper = depth.checked_sub(1).ok_or_else(broken);
    Ok(match &*value {
        Object::Array(items) => {
            let deeper = deeper?;
            let items = items.iter().map(|item| resolved(view, item, deeper, left));
            Object::Array(items.collect::<Result<_>>()?)
        }
        Object::Dictionary(dictionary) => {
            let deeper = deeper?;
            let mut whole = Dictionary::new();
            for entry in dictionary.iter() {
                let value = resolved(view, &entry.value, deeper, left)?;
                whole.push_read(entry.key.clone(), value, entry.span.clone());
            }
            Object::Dictionary(whole)
        }
        other => other.clone(),
    })
}

fn broken() -> Error {
    Error::new(
        ErrorKind::Pdf,
        text!("the encryption dictionary is malformed", "加密字典格式错误"),
    )
}
