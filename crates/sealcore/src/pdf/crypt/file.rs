//! Finds the encryption of a file.

use super::{Crypt, Unlock};
use crate::error::{Error, ErrorKind, Result};
use crate::pdf::file::{Pdf, View};
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::text;

/// Depth of an encryption dictionary: crypt filters with lists of recipients.
const DEPTH: usize = 5;

/// What reading the encryption dictionary of a file may cost, all its revisions together: values, bytes of strings, and
/// references inside it. Lists of recipients are what there is most of.
const VALUES: usize = 50_000;
const BYTES: usize = 16 << 20;
const REFERENCES: usize = 64;

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
        let mut reader = Reader {
            values: VALUES,
            bytes: BYTES,
            ids: Vec::new(),
        };
        let dictionary = reader.read(&view, entry)?;
        check_updates(pdf, &mut reader, entry, dictionary.as_ref())?;
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

/// Refuses a file whose sections mean different encryptions: who changes it later changes the meaning of every byte before.
fn check_updates(
    pdf: &Pdf<'_>,
    reader: &mut Reader,
    newest: Option<&Object>,
    dictionary: Option<&Dictionary>,
) -> Result<()> {
    let ids = std::mem::take(&mut reader.ids);
    for (place, section) in pdf.sections().iter().enumerate() {
        // The main section of a linearized file, the oldest, needs no entry but /Size; the encryption dictionary stands in
        // the first-page section behind it in the chain (ISO 32000-2, annex F.3).
        let agrees = if section.trailer.get("Root").is_some() && entry(&section.trailer) != newest {
            false
        } else if ids.iter().any(|id| section.get(id.number).is_some()) {
            reader.ids.clear();
            reader.read(&pdf.as_of(place), newest)?.as_ref() == dictionary
        } else {
            true
        };
        if !agrees {
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
    Ok(())
}

/// Reads encryption dictionaries with every reference in them resolved, within what that may cost.
struct Reader {
    values: usize,
    bytes: usize,
    /// The objects that were read.
    ids: Vec<ObjectId>,
}

impl Reader {
    fn read(&mut self, view: &View<'_, '_>, entry: Option<&Object>) -> Result<Option<Dictionary>> {
        let Some(entry) = entry else {
            return Ok(None);
        };
        match self
            .resolved(view, entry, DEPTH)
            .map_err(|error| error.in_part("Encrypt"))?
        {
            Object::Dictionary(dictionary) => Ok(Some(dictionary)),
            _ => Err(broken().in_part("Encrypt")),
        }
    }

    fn resolved(&mut self, view: &View<'_, '_>, object: &Object, depth: usize) -> Result<Object> {
        self.values = self.values.checked_sub(1).ok_or_else(broken)?;
        if let Object::Reference(id) = object {
            if self.ids.len() >= REFERENCES {
                return Err(broken());
            }
            self.ids.push(*id);
        }
        let value = view.resolve(object)?;
        // A reference to a reference would be one more object that an update could change.
        if value.id() != object.as_reference() {
            return Err(broken());
        }
        let deeper = depth.checked_sub(1).ok_or_else(broken);
        Ok(match &*value {
            Object::Array(items) => {
                let deeper = deeper?;
                let items = items.iter().map(|item| self.resolved(view, item, deeper));
                Object::Array(items.collect::<Result<_>>()?)
            }
            Object::Dictionary(dictionary) => {
                let deeper = deeper?;
                let mut whole = Dictionary::new();
                for entry in dictionary.iter() {
                    let value = self.resolved(view, &entry.value, deeper)?;
                    whole.push_read(entry.key.clone(), value, entry.span.clone());
                }
                Object::Dictionary(whole)
            }
            Object::String(string) => {
                self.bytes = self.bytes.checked_sub(string.bytes.len()).ok_or_else(broken)?;
                Object::String(string.clone())
            }
            other => other.clone(),
        })
    }
}

fn broken() -> Error {
    Error::new(
        ErrorKind::Pdf,
        text!("the encryption dictionary is malformed", "加密字典格式错误"),
    )
}
