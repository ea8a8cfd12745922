//! The field that a signature goes into: an empty one that is there, or a new one.

use super::request::SignRequest;
use super::rules::{Existing, signature_of};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::pdf::file::View;
use crate::pdf::form::Field;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::pdf::page::Page;
use crate::signing::refused;
use crate::text;

/// Where the signature goes.
#[derive(Debug)]
pub(super) enum Target<'f> {
    /// An empty field.
    Existing { field: &'f Field, id: ObjectId },
    /// A field of this name is made.
    New(String),
}

impl<'f> Target<'f> {
    pub(super) fn choose(view: &View<'_, '_>, existing: &'f Existing, request: &SignRequest<'_>) -> Result<Self> {
        let fields = existing.form.as_ref().map_or(&[][..], |form| &form.fields);
        let is_taken = |name: &str| {
            fields.iter().any(|field| {
                field
                    .name
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        let Some(name) = request.field else {
            // A name that no field has is among one more names than there are fields.
            let name = (1..=fields.len() + 1)
                .map(|number| format!("Signature{number}"))
                .find(|name| !is_taken(name));
            return Ok(Self::New(name.unwrap_or_default()));
        };
        let mut named = fields.iter().filter(|field| field.name == name);
        match (named.next(), named.next()) {
            (Some(_), Some(_)) => Err(refused(text!(
                "several fields are named “{name}”: the document is not fit to be signed",
                "多个表单域同名“{name}”：该文档不宜签名"
            ))),
            (Some(field), None) => Self::existing(view, field),
            (None, _) if name.is_empty() || name.contains('.') || is_taken(name) => Err(argument(text!(
                "“{name}” cannot be the name of a new field",
                "“{name}”不能作为新签名域的名称"
            ))),
            (None, _) => Ok(Self::New(name.to_owned())),
        }
    }

    fn existing(view: &View<'_, '_>, field: &'f Field) -> Result<Self> {
        let name = &field.name;
        if !field.is_signature() {
            return Err(argument(text!(
                "the field “{name}” is no signature field",
                "表单域“{name}”不是签名域"
            )));
        }
        if signature_of(view, field)?.is_some() {
            return Err(refused(text!(
                "the field “{name}” is signed already",
                "签名域“{name}”已签名"
            )));
        }
        match field.id {
            // ISO 32000-1, 12.7.4.5: a signature field has one annotation at most.
            Some(id) if field.widgets.len() <= 1 => Ok(Self::Existing { field, id }),
            _ => Err(refused(text!(
                "the signature field “{name}” is broken: it is no object of its own or is shown in several places",
                "签名域“{name}”有误：不是独立对象，或在多处显示"
            ))),
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Existing { field, .. } => &field.name,
            Self::New(name) => name,
        }
    }

    /// The widget of a field that is there, and its dictionary.
    pub(super) fn widget(&self) -> Option<(ObjectId, &'f Dictionary)> {
        match self {
            Self::Existing { field, .. } => {
                let (id, dictionary) = field.widgets.first()?;
                Some(((*id)?, dictionary))
            }
            Self::New(_) => None,
        }
    }
}

/// The page that an annotation is on.
pub(super) fn page_of<'p>(
    view: &View<'_, '_>,
    pages: &'p [Page],
    id: ObjectId,
    annotation: &Dictionary,
) -> Result<Option<&'p Page>> {
    if let Some(stated) = annotation.get("P").and_then(Object::as_reference)
        && let Some(page) = pages.iter().find(|page| page.id == Some(stated))
    {
        return Ok(Some(page));
    }
    for page in pages {
        let annotations = view.lookup(&page.dictionary, "Annots")?;
        let annotations = annotations.as_array().unwrap_or_default();
        if annotations.iter().any(|item| item.as_reference() == Some(id)) {
            return Ok(Some(page));
        }
    }
    Ok(None)
}

pub(super) fn argument(message: Text) -> Error {
    Error::new(ErrorKind::Argument, message)
}
