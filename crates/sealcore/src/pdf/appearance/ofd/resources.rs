//! Fonts, drawing parameters, colour spaces and images that a page refers to by ID.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::format::broken;
use super::color::{Ink, Spaces};
use super::{flag, locate, number, numbers};
use crate::error::{Error, Result};
use crate::ofd::Parts;
use crate::text;
use crate::xml::{Element, Xml};

/// Drawing parameters that build on each other.
const MAX_RELATIVES: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Resources {
    pub(super) spaces: Spaces,
    fonts: HashMap<String, Font>,
    images: HashMap<String, usize>,
    parameters: HashMap<String, Parameters>,
    loaded: HashMap<usize, Arc<[u8]>>,
}

/// CT_Font.
#[derive(Clone, Debug)]
pub(super) struct Font {
    pub(super) name: String,
    /// The entry of its file, where it has one.
    pub(super) file: Option<usize>,
    pub(super) bold: bool,
    pub(super) italic: bool,
}

/// CT_DrawParam, and the same attributes of an object.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters {
    relative: Option<String>,
    pub(super) fill: Option<Ink>,
    pub(super) stroke: Option<Ink>,
    pub(super) line_width: Option<f64>,
    pub(super) cap: Option<f64>,
    pub(super) join: Option<f64>,
    pub(super) miter_limit: Option<f64>,
    pub(super) dash: Option<Vec<f64>>,
    pub(super) dash_offset: Option<f64>,
}

impl Resources {
    /// Everything that the document and its page name.
    pub(super) fn read(
        parts: &Parts<'_, '_>,
        document: &Xml,
        document_at: usize,
        page: &Xml,
        page_at: usize,
    ) -> Result<Self> {
        let mut resources = Self::default();
        let common = document.root().child("CommonData");
        let default = common.and_then(|common| common.child_text("DefaultCS"));
        resources.spaces.set_default(default);
        let named = |name: &str| matches!(name, "PublicRes" | "DocumentRes" | "PageRes");
        let of_document = common
            .into_iter()
            .flat_map(|common| common.children())
            .map(|one| (one, document_at));
        let of_page = page.root().children().map(|one| (one, page_at));
        let mut files = Vec::new();
        for (element, base) in of_document.chain(of_page).filter(|(element, _)| named(element.name())) {
            let index = locate(parts, &parts.name(base), &element.text())?;
            files.push((parts.xml(index)?, parts.name(index)));
        }
        // Parameters have colours, which are in spaces of any file.
        for (xml, name) in &files {
            for space in listed(&xml.root(), "ColorSpaces") {
                resources
                    .spaces
                    .add(&space)
                    .map_err(|error| error.in_part(name.as_str()))?;
            }
        }
        for (xml, name) in &files {
            resources
                .list(parts, &xml.root(), name)
                .map_err(|error| error.in_part(name.as_str()))?;
        }
        Ok(resources)
    }

    fn list(&mut self, parts: &Parts<'_, '_>, root: &Element<'_>, file: &str) -> Result<()> {
        let folder = root.attribute("BaseLoc").unwrap_or_default();
        let folder = folder.trim().trim_end_matches('/').to_owned();
        let find = |loc: &str| {
            let inside = format!("{folder}/{}", loc.trim());
            // Writers differ in whether BaseLoc counts.
            let first = if loc.trim().starts_with('/') || folder.is_empty() {
                loc
            } else {
                &inside
            };
            locate(parts, file, first).or_else(|error| locate(parts, file, loc).map_err(|_| error))
        };
        let id = |element: &Element<'_>| element.attribute("ID").unwrap_or_default().trim().to_owned();
        for element in listed(root, "Fonts") {
            let loc = element.child_text("FontFile").filter(|loc| !loc.is_empty());
            let font = Font {
                name: element.attribute("FontName").unwrap_or_default().into_owned(),
                file: loc.map(|loc| find(&loc)).transpose()?,
                bold: flag(&element, "Bold", false),
                italic: flag(&element, "Italic", false),
            };
            self.fonts.insert(id(&element), font);
        }
        for element in listed(root, "MultiMedias") {
            let loc = element.child_text("MediaFile").unwrap_or_default();
            if element
                .attribute("Type")
                .is_none_or(|kind| kind.trim().eq_ignore_ascii_case("image"))
            {
                self.images.insert(id(&element), find(&loc)?);
            }
        }
        for element in listed(root, "DrawParams") {
            let parameters = self.parameters_of(&element)?;
            self.parameters.insert(id(&element), parameters);
        }
        Ok(())
    }

    /// What an object or DrawParam itself states.
    pub(super) fn parameters_of(&self, element: &Element<'_>) -> Result<Parameters> {
        let ink = |name| element.child(name).map(|color| self.spaces.read(&color)).transpose();
        let relative = if element.name() == "DrawParam" {
            "Relative"
        } else {
            "DrawParam"
        };
        let word = |name| element.attribute(name).map(|word| word.trim().to_ascii_lowercase());
        Ok(Parameters {
            relative: element.attribute(relative).map(|id| id.trim().to_owned()),
            fill: ink("FillColor")?,
            stroke: ink("StrokeColor")?,
            line_width: number(element, "LineWidth"),
            cap: word("Cap").map(|cap| match cap.as_str() {
                "round" => 1.0,
                "square" => 2.0,
                _ => 0.0,
            }),
            join: word("Join").map(|join| match join.as_str() {
                "round" => 1.0,
                "bevel" => 2.0,
                _ => 0.0,
            }),
            miter_limit: number(element, "MiterLimit"),
            dash: element.attribute("DashPattern").and_then(|pattern| numbers(&pattern)),
            dash_offset: number(element, "DashOffset"),
        })
    }

    /// What an object states, then what the parameters say that it and its layer refer to.
    pub(super) fn resolve(&self, element: &Element<'_>, layer: Option<&str>) -> Result<Parameters> {
        let mut resolved = self.parameters_of(element)?;
        let own = resolved.relative.take();
        for mut next in [own.as_deref(), layer] {
            let mut steps = 0;
            while let Some(id) = next {
                steps += 1;
                let parameters = self.parameters.get(id).filter(|_| steps <= MAX_RELATIVES);
                let parameters = parameters.ok_or_else(|| missing("DrawParam", id))?;
                resolved.fall_back(parameters);
                next = parameters.relative.as_deref();
            }
        }
        Ok(resolved)
    }

    pub(super) fn font(&self, id: &str) -> Result<&Font> {
        self.fonts.get(id).ok_or_else(|| missing("Font", id))
    }

    pub(super) fn image(&self, id: &str) -> Result<usize> {
        self.images.get(id).copied().ok_or_else(|| missing("MultiMedia", id))
    }

    /// A file that several objects use.
    pub(super) fn load(&mut self, parts: &Parts<'_, '_>, index: usize) -> Result<Arc<[u8]>> {
        if let Some(known) = self.loaded.get(&index) {
            return Ok(Arc::clone(known));
        }
        let bytes: Arc<[u8]> = parts.bytes(index)?.into();
        self.loaded.insert(index, Arc::clone(&bytes));
        Ok(bytes)
    }
}

impl Parameters {
    fn fall_back(&mut self, other: &Self) {
        self.fill = self.fill.or(other.fill);
        self.stroke = self.stroke.or(other.stroke);
        self.line_width = self.line_width.or(other.line_width);
        self.cap = self.cap.or(other.cap);
        self.join = self.join.or(other.join);
        self.miter_limit = self.miter_limit.or(other.miter_limit);
        self.dash_offset = self.dash_offset.or(other.dash_offset);
        if self.dash.is_none() {
            self.dash.clone_from(&other.dash);
        }
    }
}

/// The elements of one kind of resource.
fn listed<'x>(root: &Element<'x>, list: &'static str) -> impl Iterator<Item = Element<'x>> + use<'x> {
    root.children_named(list).flat_map(|all| all.children())
}

fn missing(kind: &str, id: &str) -> Error {
    broken(text!("there is no {kind} with ID {id}", "没有 ID 为 {id} 的 {kind}"))
}
