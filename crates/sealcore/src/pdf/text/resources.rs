//! What content streams name: fonts and forms (ISO 32000-2, 7.8.3), each read once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::font::Font;
use crate::error::{ErrorKind, Result};
use crate::limits::Limits;
use crate::pdf::file::View;
use crate::pdf::matrix::Matrix;
use crate::pdf::object::{Name, Object, ObjectId};

/// Fonts, resource dictionaries and things that are no forms, each, that are kept.
const KEPT: usize = 1024;
/// What reading a font costs, as if it were so many bytes of content.
const FONT: u64 = 1 << 15;

/// A resource dictionary.
#[derive(Debug, Default)]
pub(super) struct Resources {
    fonts: HashMap<Name, Object>,
    forms: HashMap<Name, ObjectId>,
    /// Fonts that were asked for.
    loaded: RefCell<HashMap<Name, Rc<Font>>>,
}

/// A form XObject (8.10).
#[derive(Debug)]
pub(super) struct Form {
    pub(super) content: Vec<u8>,
    pub(super) matrix: Matrix,
    /// `None` where it uses those of the content that shows it, as old files have it.
    pub(super) resources: Option<Rc<Resources>>,
}

/// What was read of a file, and what was spent on it.
#[derive(Debug)]
pub(super) struct Store<'p, 'a> {
    pub(super) view: View<'p, 'a>,
    fonts: HashMap<ObjectId, Rc<Font>>,
    forms: HashMap<ObjectId, Option<Rc<Form>>>,
    form_bytes: usize,
    resources: HashMap<ObjectId, Rc<Resources>>,
    /// Bytes of content that were run on the page at hand, and in all; a form that is shown again counts again.
    on_page: u64,
    in_all: u64,
}

impl<'p, 'a> Store<'p, 'a> {
    pub(super) fn new(view: View<'p, 'a>) -> Self {
        Self {
            view,
            fonts: HashMap::new(),
            forms: HashMap::new(),
            form_bytes: 0,
            resources: HashMap::new(),
            on_page: 0,
            in_all: 0,
        }
    }

    pub(super) fn start_page(&mut self) {
        self.on_page = 0;
    }

    /// Takes from what running content may cost.
    pub(super) fn spend(&mut self, bytes: u64) -> Result<()> {
        // A form that is kept runs without a look at the file.
        self.view.advance(usize::try_from(bytes).unwrap_or(usize::MAX))?;
        let limits = self.view.pdf().limits();
        self.on_page = self.on_page.saturating_add(bytes);
        self.in_all = self.in_all.saturating_add(bytes);
        if self.on_page > limits.part_bytes {
            return Err(Limits::exceeded(
                "bytes of content on one page",
                "单页内容的字节数",
                limits.part_bytes,
            ));
        }
        if self.in_all > limits.inflated_bytes {
            return Err(Limits::exceeded(
                "bytes of content",
                "内容的字节数",
                limits.inflated_bytes,
            ));
        }
        Ok(())
    }

    /// A resource dictionary, or a reference to one.
    pub(super) fn resources(&mut self, object: &Object) -> Result<Rc<Resources>> {
        if let Some(known) = object.as_reference().and_then(|id| self.resources.get(&id)) {
            return Ok(Rc::clone(known));
        }
        let mut resources = Resources::default();
        let value = self.view.resolve(object);
        if let Some(dictionary) = seen(value)?.as_ref().and_then(|value| value.as_dictionary()) {
            if let Some(fonts) = seen(self.view.lookup(dictionary, "Font"))?
                && let Some(fonts) = fonts.as_dictionary()
            {
                self.spend(fonts.len() as u64)?;
                let named = fonts.iter().map(|entry| (entry.key.clone(), entry.value.clone()));
                resources.fonts = named.collect();
            }
            if let Some(objects) = seen(self.view.lookup(dictionary, "XObject"))?
                && let Some(objects) = objects.as_dictionary()
            {
                self.spend(objects.len() as u64)?;
                let named = objects
                    .iter()
                    .filter_map(|entry| Some((entry.key.clone(), entry.value.as_reference()?)));
                resources.forms = named.collect();
            }
        }
        let resources = Rc::new(resources);
        if let Some(id) = object.as_reference() {
            if self.resources.len() >= KEPT {
                self.resources.clear();
            }
            self.resources.insert(id, Rc::clone(&resources));
        }
        Ok(resources)
    }

    /// The font of this name. One that is missing shows no characters.
    pub(super) fn font(&mut self, resources: &Resources, name: &Name) -> Result<Rc<Font>> {
        if let Some(font) = resources.loaded.borrow().get(name) {
            return Ok(Rc::clone(font));
        }
        let object = resources.fonts.get(name);
        let id = object.and_then(Object::as_reference);
        let font = match id.and_then(|id| self.fonts.get(&id)) {
            Some(font) => Rc::clone(font),
            None => {
                self.spend(FONT)?;
                let value = seen(self.view.resolve(object.unwrap_or(&Object::Null)))?;
                let font = match value.as_ref().and_then(|value| value.as_dictionary()) {
                    Some(dictionary) => Font::read(&self.view, dictionary)?,
                    None => Font::missing(name.to_string()),
                };
                let font = Rc::new(font);
                if let Some(id) = id {
                    if self.fonts.len() >= KEPT {
                        self.fonts.clear();
                    }
                    self.fonts.insert(id, Rc::clone(&font));
                }
                font
            }
        };
        let mut loaded = resources.loaded.borrow_mut();
        if loaded.len() >= KEPT {
            loaded.clear();
        }
        loaded.insert(name.clone(), Rc::clone(&font));
        Ok(font)
    }

    /// The form of this name; `None` for a picture, and for nothing.
    pub(super) fn form(&mut self, resources: &Resources, name: &Name) -> Result<Option<(ObjectId, Rc<Form>)>> {
        match resources.forms.get(name) {
            Some(id) => Ok(self.form_at(*id)?.map(|form| (*id, form))),
            None => Ok(None),
        }
    }

    /// The form with this number.
    pub(super) fn form_at(&mut self, id: ObjectId) -> Result<Option<Rc<Form>>> {
        if let Some(known) = self.forms.get(&id) {
            return Ok(known.clone());
        }
        self.spend(1024)?;
        let form = self.read_form(id)?;
        if self.forms.len() >= KEPT * 16 || self.form_bytes as u64 > self.view.pdf().limits().part_bytes {
            self.forms.clear();
            self.form_bytes = 0;
        }
        self.form_bytes += form.as_ref().map_or(0, |form| form.content.len());
        self.forms.insert(id, form.clone());
        Ok(form)
    }

    fn read_form(&mut self, id: ObjectId) -> Result<Option<Rc<Form>>> {
        let object = self.view.get(id)?;
        let Some(stream) = object.as_stream() else {
            return Ok(None);
        };
        let dictionary = &stream.dictionary;
        let subtype = self.view.lookup(dictionary, "Subtype")?;
        if subtype.as_name() != Some(b"Form") {
            return Ok(None);
        }
        let resources = match dictionary.get("Resources") {
            Some(resources) => Some(self.resources(resources)?),
            None => None,
        };
        Ok(Some(Rc::new(Form {
            content: self.view.stream_data(stream, id)?,
            matrix: Matrix::of_form(&self.view, dictionary)?,
            resources,
        })))
    }
}

/// What is broken is as if it were not there; what costs too much is an error.
fn seen<T>(value: Result<T>) -> Result<Option<T>> {
    match value {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), ErrorKind::Limit | ErrorKind::Io) => Err(error),
        Err(_) => Ok(None),
    }
}
