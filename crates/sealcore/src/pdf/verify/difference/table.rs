//! What a revision knows of its fields, pages and annotations, by object number.

use std::collections::{HashMap, HashSet};

use crate::error::{ErrorKind, Result};
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId, StreamData};
use crate::pdf::page::Rectangle;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Nothing, or nothing that a signature field may hold.
    Nothing,
    /// A signature.
    Signature,
    /// A document time stamp.
    Timestamp,
}

/// A terminal field.
#[derive(Clone, Debug)]
pub(super) struct FieldInfo {
    pub(super) name: String,
    pub(super) signature: bool,
    pub(super) held: Held,
    /// `/V` as it stands or is inherited.
    pub(super) value: Object,
    /// The objects of its widgets that show something, and where.
    pub(super) shown: Vec<(ObjectId, Rectangle)>,
    /// Whether what they show is more than nothing.
    pub(super) draws: bool,
    /// Whether it is more than a field with widgets: another kind of annotation, or something that runs.
    pub(super) odd: bool,
}

/// A revision.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) fields: Vec<FieldInfo>,
    /// Their names; of several fields with one name, one that holds a signature.
    pub(super) names: HashMap<String, usize>,
    /// Fields and widgets to their terminal field.
    pub(super) field_of: HashMap<ObjectId, usize>,
    /// Nodes of the field tree above the terminal fields.
    pub(super) ancestors: HashSet<ObjectId>,
    /// Pages, counted from 1.
    pub(super) pages: HashMap<ObjectId, usize>,
    /// What each page shows, in their order.
    pub(super) areas: Vec<Rectangle>,
    /// Nodes of the page tree.
    pub(super) nodes: HashSet<ObjectId>,
    /// Annotations that stand in the array of a page, to that page.
    pub(super) annotations: HashMap<ObjectId, usize>,
    pub(super) catalog: Option<ObjectId>,
    /// Why the form cannot be read.
    pub(super) broken_form: bool,
    /// Why the page tree cannot be read.
    pub(super) broken_pages: bool,
}

impl Table {
    pub(super) fn read(view: &View<'_, '_>) -> Result<Self> {
        let mut table = Self::default();
        match view.catalog() {
            Ok((id, _)) => table.catalog = Some(id),
            Err(error) => {
                tolerable(error)?;
                (table.broken_form, table.broken_pages) = (true, true);
                return Ok(table);
            }
        }
        match view.form() {
            Ok(Some(form)) => {
                for field in form.fields {
                    let place = table.fields.len();
                    let ids = field.widgets.iter().map(|(id, _)| *id).chain([field.id]);
                    for id in ids.flatten() {
                        table.field_of.insert(id, place);
                    }
                    table.ancestors.extend(field.ancestors.iter().copied());
                    let shown = field
                        .widgets
                        .iter()
                        .filter_map(|(id, widget)| Some(((*id)?, shown(view, widget)?)));
                    let shown = shown.collect();
                    let draws = field.widgets.iter().any(|(_, widget)| draws(view, widget));
                    let dictionaries = field.widgets.iter().map(|(_, widget)| widget);
                    let odd = dictionaries.chain([&field.dictionary]).any(|one| is_odd(view, one));
                    let held = field.value.as_ref().map_or(Held::Nothing, |value| held(view, value));
                    let known = table.names.entry(field.name.clone()).or_insert(place);
                    if field.is_signature() && held != Held::Nothing {
                        *known = place;
                    }
                    table.fields.push(FieldInfo {
                        signature: field.is_signature(),
                        held: if field.is_signature() { held } else { Held::Nothing },
                        name: field.name,
                        value: field.value.unwrap_or(Object::Null),
                        shown,
                        draws,
                        odd,
                    });
                }
            }
            Ok(None) => {}
            Err(error) => {
                tolerable(error)?;
                table.broken_form = true;
            }
        }
        match view.pages() {
            Ok(pages) => {
                let mut arrays = HashSet::new();
                for (place, page) in pages.iter().enumerate() {
                    table.areas.push(page.crop_box);
                    if let Some(id) = page.id {
                        table.pages.insert(id, place + 1);
                    }
                    table.nodes.extend(page.ancestors.iter().copied());
                    // Pages may share one array.
                    if let Ok(annotations) = view.lookup(&page.dictionary, "Annots")
                        && annotations.id().is_none_or(|id| arrays.insert(id))
                    {
                        let items = annotations.as_array().unwrap_or_default();
                        let ids = items.iter().filter_map(Object::as_reference);
                        table.annotations.extend(ids.map(|id| (id, place + 1)));
                    }
                }
            }
            Err(error) => {
                tolerable(error)?;
                table.broken_pages = true;
            }
        }
        Ok(table)
    }

    pub(super) fn field(&self, id: ObjectId) -> Option<(usize, &FieldInfo)> {
        let place = *self.field_of.get(&id)?;
        Some((place, self.fields.get(place)?))
    }

    /// Whether the object is visited in a role of its own, so that a reference to it from elsewhere needs no look.
    pub(super) fn is_skeleton(&self, id: ObjectId) -> bool {
        self.catalog == Some(id)
            || self.pages.contains_key(&id)
            || self.nodes.contains(&id)
            || self.annotations.contains_key(&id)
            || self.field_of.contains_key(&id)
            || self.ancestors.contains(&id)
    }

    /// As [`Self::is_skeleton`], pages and what is above them only.
    pub(super) fn is_page(&self, id: ObjectId) -> bool {
        self.catalog == Some(id) || self.pages.contains_key(&id) || self.nodes.contains(&id)
    }
}

/// Lets pass what is wrong with the file, not with the reading.
pub(super) fn tolerable(error: crate::error::Error) -> Result<()> {
    match error.kind() {
        ErrorKind::Limit | ErrorKind::Io | ErrorKind::Cancelled => Err(error),
        _ => Ok(()),
    }
}

/// Where a widget shows something.
fn shown(view: &View<'_, '_>, widget: &Dictionary) -> Option<Rectangle> {
    widget.get("AP")?;
    let area = view.rectangle(widget.get("Rect")?)?;
    (!area.is_empty()).then_some(area)
}

/// Whether a widget with an area has an appearance that is not empty.
fn draws(view: &View<'_, '_>, widget: &Dictionary) -> bool {
    if shown(view, widget).is_none() {
        return false;
    }
    let Ok(appearances) = view.lookup(widget, "AP") else {
        return true;
    };
    let Some(appearances) = appearances.as_dictionary() else {
        return false;
    };
    appearances
        .iter()
        .any(|entry| match view.resolve(&entry.value).as_deref() {
            Ok(Object::Stream(stream)) => match &stream.data {
                StreamData::File(range) => !range.is_empty(),
                StreamData::Memory(bytes) => !bytes.is_empty(),
            },
            Ok(Object::Null) => false,
            _ => true,
        })
}

/// Whether a field or widget is another annotation at the same time, or runs something.
fn is_odd(view: &View<'_, '_>, dictionary: &Dictionary) -> bool {
    let subtype = view.lookup(dictionary, "Subtype");
    let other = !subtype.is_ok_and(|subtype| subtype.is_null() || subtype.as_name() == Some(b"Widget"));
    let runs = ["A", "AA"]
        .iter()
        .any(|key| !view.lookup(dictionary, key).is_ok_and(|value| value.is_null()));
    other || runs
}

/// What the value of a signature field is. ISO 32000-2, 12.8.5: the type tells a document time stamp; where there is none
/// the subfilter does.
fn held(view: &View<'_, '_>, value: &Object) -> Held {
    let Ok(value) = view.resolve(value) else {
        return Held::Nothing;
    };
    let Object::Dictionary(signature) = &*value else {
        return Held::Nothing;
    };
    let name = |key: &str| {
        let value = view.lookup(signature, key).ok()?;
        value.as_name().map(<[u8]>::to_vec)
    };
    match name("Type").as_deref() {
        Some(b"DocTimeStamp") => Held::Timestamp,
        None if name("SubFilter").as_deref() == Some(b"ETSI.RFC3161") => Held::Timestamp,
        _ if signature.get("Contents").is_some() || signature.get("ByteRange").is_some() => Held::Signature,
        _ => Held::Nothing,
    }
}
