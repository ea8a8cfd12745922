//! Interactive form fields (ISO 32000-2, 12.7) of a view.

use std::collections::HashSet;

use super::file::{Value, View};
use super::object::{Dictionary, Object, ObjectId, Stream, decode_text};
use super::parser::syntax;
use super::xref::Location;
use crate::error::Result;
use crate::text;

/// Depth of a field tree.
const DEPTH: usize = 64;

/// A terminal field: one that has a value or widgets, not further fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its object; `None` for one that stands directly in the array of its parent.
    pub id: Option<ObjectId>,
    /// The fully qualified name (12.7.4.2).
    pub name: String,
    /// `/FT`, inherited or its own: `Tx`, `Btn`, `Ch` or `Sig`.
    pub kind: Option<Vec<u8>>,
    /// `/V`, inherited or its own, as it stands.
    pub value: Option<Object>,
    /// `/Ff`, inherited or its own.
    pub flags: i64,
    /// Its dictionary.
    pub dictionary: Dictionary,
    /// Its widget annotations; the field itself where it is merged with its only one.
    pub widgets: Vec<(Option<ObjectId>, Dictionary)>,
    /// The fields above it, the root first.
    pub ancestors: Vec<ObjectId>,
}

impl Field {
    /// Whether it is a signature field.
    #[must_use]
    pub fn is_signature(&self) -> bool {
        self.kind.as_deref() == Some(b"Sig")
    }
}

/// The form of a document.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Form {
    /// The object of `/AcroForm`, where it is indirect.
    pub id: Option<ObjectId>,
    /// The dictionary.
    pub dictionary: Dictionary,
    /// The terminal fields in their order.
    pub fields: Vec<Field>,
    /// Every object that was looked at, and the object streams that they stand in: a later revision has another form only
    /// if it redefines one of these.
    pub(crate) visited: HashSet<u32>,
    /// What was looked at, counted.
    pub(crate) steps: usize,
}

impl View<'_, '_> {
    /// The interactive form; `None` without one.
    ///
    /// # Errors
    /// [`ErrorKind::Pdf`](crate::error::ErrorKind::Pdf) when it is broken or leads in a circle,
    /// [`ErrorKind::Limit`](crate::error::ErrorKind::Limit).
    pub fn form(&self) -> Result<Option<Form>> {
        self.read_form().map_err(|error| error.in_part("AcroForm"))
    }

    fn read_form(&self) -> Result<Option<Form>> {
        let (root, catalog) = self.catalog()?;
        let Some(catalog) = catalog.as_dictionary() else {
            return Ok(None);
        };
        let value = self.lookup(catalog, "AcroForm")?;
        let dictionary = match &*value {
            Object::Null => return Ok(None),
            Object::Dictionary(dictionary) => dictionary,
            _ => return Err(syntax(text!("the form is no dictionary", "表单不是字典"))),
        };
        let mut walk = Walk {
            view: self,
            fields: Vec::new(),
            seen: HashSet::new(),
            steps: 0,
            copied: 0,
        };
        let roots = self.lookup(dictionary, "Fields")?;
        for root in roots.as_array().unwrap_or_default() {
            walk.field(root, &Above::default(), DEPTH)?;
        }
        let references = [catalog.get("AcroForm"), dictionary.get("Fields")].map(|object| object?.as_reference());
        let mut visited: HashSet<u32> = (walk.seen.iter().copied())
            .chain([root])
            .chain(value.id())
            .chain(roots.id())
            .chain(references.into_iter().flatten())
            .map(|id| id.number)
            .collect();
        let containers: HashSet<u32> = (visited.iter())
            .filter_map(|number| match self.location(*number) {
                Some(Location::InStream { stream, .. }) => Some(stream),
                _ => None,
            })
            .collect();
        for container in containers {
            visited.insert(container);
            // Where its length and filters are told elsewhere, that counts too.
            if let Ok(object) = self.get(ObjectId::new(container))
                && let Object::Stream(stream) = &*object
            {
                let told = ["Length", "Filter", "DecodeParms"].map(|key| stream.dictionary.get(key)?.as_reference());
                visited.extend(told.into_iter().flatten().map(|id| id.number));
            }
        }
        Ok(Some(Form {
            id: value.id(),
            fields: walk.fields,
            visited,
            steps: walk.steps,
            dictionary: dictionary.clone(),
        }))
    }
}

#[derive(Clone, Default)]
struct Above {
    name: Option<String>,
    kind: Option<Vec<u8>>,
    value: Option<Object>,
    flags: i64,
    ancestors: Vec<ObjectId>,
    /// Every object on the way down.
    path: Vec<ObjectId>,
}

struct Walk<'w, 'p, 'a> {
    view: &'w View<'p, 'a>,
    fields: Vec<Field>,
    seen: HashSet<ObjectId>,
    steps: usize,
    copied: u64,
}

impl Walk<'_, '_, '_> {
    fn copy(&mut self, bytes: u64) -> Result<()> {
        self.copied = self.copied.saturating_add(bytes);
        self.view.pdf().limits().check_copies(self.copied)
    }

    fn field(&mut self, object: &Object, above: &Above, depth: usize) -> Result<()> {
        let circle = || syntax(text!("the fields lead in a circle", "表单域形成循环"));
        let depth = depth.checked_sub(1).ok_or_else(circle)?;
        self.steps += 1;
        let value = self.view.resolve(object)?;
        let id = value.id();
        if id.is_some_and(|id| above.path.contains(&id)) {
            return Err(circle());
        }
        // Listed twice, it is still one field.
        if id.is_some_and(|id| !self.seen.insert(id)) {
            return Ok(());
        }
        // Readers pass over what is no field.
        let Object::Dictionary(dictionary) = &*value else {
            return Ok(());
        };
        let limits = self.view.pdf().limits();
        limits.check(self.seen.len(), limits.objects, "form fields", "表单域数量")?;
        let own = |key: &str| self.view.lookup(dictionary, key);
        let partial = own("T")?.as_string().map(decode_text);
        let name = match (&above.name, &partial) {
            (Some(above), Some(own)) => Some(format!("{above}.{own}")),
            (Some(name), None) | (None, Some(name)) => Some(name.clone()),
            (None, None) => None,
        };
        // What is inherited is copied for every field below: a long name or value with many heirs would fill the memory.
        let inherited = above.value.as_ref().map_or(0, Object::weight);
        self.copy(inherited.saturating_add(name.as_ref().map_or(0, |name| name.len() as u64)))?;
        let mut here = Above {
            name,
            kind: own("FT")?.as_name().map(<[u8]>::to_vec).or_else(|| above.kind.clone()),
            value: dictionary
                .get("V")
                .filter(|value| !value.is_null())
                .or(above.value.as_ref())
                .cloned(),
            flags: own("Ff")?.as_integer().unwrap_or(above.flags),
            ancestors: above.ancestors.clone(),
            path: above.path.iter().copied().chain(id).collect(),
        };
        let kids = own("Kids")?;
        let mut fields = Vec::new();
        let mut widgets = Vec::new();
        let mut listed = HashSet::new();
        for kid in kids.as_array().unwrap_or_default() {
            self.steps += 1;
            let value = self.view.resolve(kid)?;
            match &*value {
                // Listed twice, it is still one.
                _ if value.id().is_some_and(|id| !listed.insert(id)) => {}
                // A kid with a name is a field; one without is a widget of this field.
                Object::Dictionary(child) if child.get("T").is_none() && child.get("Kids").is_none() => {
                    if let Some(id) = value.id()
                        && !self.seen.insert(id)
                    {
                        // Many fields may list one widget.
                        self.copy(value.weight())?;
                    }
                    widgets.push((value.id(), child.clone()));
                }
                Object::Dictionary(_) => fields.push(kid),
                _ => {}
            }
        }
        if !fields.is_empty() {
            here.ancestors.extend(id);
            for kid in fields {
                self.field(kid, &here, depth)?;
            }
            if widgets.is_empty() {
                return Ok(());
            }
        }
        if kids.as_array().is_none() && dictionary.get("Rect").is_some() {
            widgets.push((id, dictionary.clone()));
        }
        self.fields.push(Field {
            id,
            name: here.name.unwrap_or_default(),
            kind: here.kind,
            value: here.value,
            flags: here.flags,
            dictionary: dictionary.clone(),
            widgets,
            ancestors: above.ancestors.clone(),
        });
        Ok(())
    }
}

/// The normal appearance of an annotation, in its state (ISO 32000-2, 12.5.5).
pub(crate) fn normal_appearance(view: &View<'_, '_>, annotation: &Dictionary) -> Option<(ObjectId, Stream)> {
    let all = view.lookup(annotation, "AP").ok()?;
    let normal = view.lookup(all.as_dictionary()?, "N").ok()?;
    let stream = |value: &Value<'_>| Some((value.id()?, value.as_stream()?.clone()));
    if let Object::Dictionary(states) = &*normal {
        let state = view.lookup(annotation, "AS").ok()?;
        let state = String::from_utf8_lossy(state.as_name()?).into_owned();
        return stream(&view.lookup(states, &state).ok()?);
    }
    stream(&normal)
}
