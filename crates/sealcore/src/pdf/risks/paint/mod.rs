//! A light reading of content streams: which text is where, and which areas are painted over it.

mod reading;
mod state;
mod string;

use std::collections::HashMap;
use std::sync::Arc;

use super::layer::Layers;
use super::shape::{Area, Clip, Path};
use crate::error::Result;
use crate::pdf::content::Operations;
use crate::pdf::file::View;
use crate::pdf::matrix::{Matrix, Point};
use crate::pdf::object::{Dictionary, ObjectId, Stream};
use crate::pdf::page::Rectangle;
use crate::pdf::text::Font;
use reading::Reading;
use state::State;

/// Forms inside one another.
const DEPTH: usize = 12;
/// What reading a font counts for, in bytes.
const FONT: usize = 4096;
/// Bytes of the soft mask of a picture that are looked at.
const MASK: u64 = 4 << 20;

/// Red, green, blue from 0 to 1.
pub(super) type Color = [f64; 3];

/// What may still be done for one document, and what is kept of what was done. Content is read once for each time that it is
/// drawn.
#[derive(Debug)]
pub(super) struct Effort {
    pub(super) operations: usize,
    pub(super) bytes: usize,
    pub(super) tests: usize,
    /// Whether something was left out.
    pub(super) spent: bool,
    fonts: HashMap<ObjectId, Option<Arc<Font>>>,
    /// Whether soft masks let nothing through.
    masks: HashMap<ObjectId, bool>,
}

impl Default for Effort {
    fn default() -> Self {
        Self {
            operations: 150_000,
            bytes: 8 << 20,
            tests: 3_000_000,
            spent: false,
            fonts: HashMap::new(),
            masks: HashMap::new(),
        }
    }
}

impl Effort {
    /// As much as at the start, with what is known by now.
    pub(super) fn renewed(self) -> Self {
        Self {
            fonts: self.fonts,
            masks: self.masks,
            ..Self::default()
        }
    }

    pub(super) fn take(&mut self, what: fn(&mut Self) -> &mut usize, count: usize) -> bool {
        let left = what(self);
        match left.checked_sub(count) {
            Some(rest) => {
                *left = rest;
                true
            }
            None => {
                *left = 0;
                self.spent = true;
                false
            }
        }
    }
}

/// A string that is shown.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// When it was painted.
    pub(super) order: usize,
    /// Points in the middle of its characters.
    pub(super) samples: Vec<Point>,
    /// What it is painted with; `None` where that is not one colour.
    pub(super) color: Option<Color>,
    /// Whether it is painted at all: not in mode 3 or with full transparency.
    pub(super) painted: bool,
    /// What it shows; `None` where its font does not say.
    pub(super) text: Option<String>,
    /// Whether it stands in a layer that is off.
    pub(super) off: bool,
}

/// Something that is painted and has an area.
#[derive(Debug)]
pub(super) struct Cover {
    pub(super) order: usize,
    pub(super) area: Area,
    pub(super) clip: Clip,
    pub(super) color: Option<Color>,
    pub(super) opaque: bool,
    pub(super) picture: bool,
    /// Who painted it: the page, or the annotation with this place.
    pub(super) by: Option<usize>,
}

impl Cover {
    pub(super) fn holds(&self, point: Point) -> bool {
        self.area.holds(point) && self.clip.holds(point)
    }
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Painted {
    pub(super) runs: Vec<Run>,
    pub(super) covers: Vec<Cover>,
    order: usize,
}

/// Reads content.
pub(super) struct Painter<'w, 'p, 'a> {
    view: &'w View<'p, 'a>,
    layers: &'w Layers,
    effort: &'w mut Effort,
    pub(super) painted: Painted,
    by: Option<usize>,
}

impl<'w, 'p, 'a> Painter<'w, 'p, 'a> {
    pub(super) fn new(view: &'w View<'p, 'a>, layers: &'w Layers, effort: &'w mut Effort) -> Self {
        Self {
            view,
            layers,
            effort,
            painted: Painted::default(),
            by: None,
        }
    }

    /// Reads the content of a page.
    pub(super) fn page(&mut self, content: &[u8], resources: &Dictionary) {
        let state = State::new();
        self.by = None;
        self.run(content, resources, &state, false, DEPTH);
    }

    /// Draws the appearance of an annotation.
    pub(super) fn appearance(&mut self, stream: &Stream, id: ObjectId, matrix: Matrix, by: usize) -> Result<()> {
        self.by = Some(by);
        let state = State { matrix, ..State::new() };
        self.form(stream, id, &Dictionary::new(), &state, false, DEPTH)
    }

    /// An area that a viewer fills for an annotation without an appearance.
    pub(super) fn fill(&mut self, area: Rectangle, by: usize) {
        self.by = Some(by);
        let state = State::new();
        self.cover(
            Area::of_corners(state.matrix.corners(area)),
            &state,
            None,
            true,
            false,
            false,
        );
    }

    fn form(
        &mut self,
        stream: &Stream,
        id: ObjectId,
        resources: &Dictionary,
        state: &State,
        off: bool,
        depth: usize,
    ) -> Result<()> {
        let Some(depth) = depth.checked_sub(1) else {
            self.effort.spent = true;
            return Ok(());
        };
        let data = self.view.stream_data(stream, id)?;
        let matrix = Matrix::of_form(self.view, &stream.dictionary)?;
        let mut inner = state.clone();
        inner.matrix = matrix.then(&state.matrix);
        if let Some(area) = stream.dictionary.get("BBox").and_then(|area| self.view.rectangle(area)) {
            inner.clip = inner.clip.cut(Area::of_corners(inner.matrix.corners(area)));
        }
        let own = self.view.lookup(&stream.dictionary, "Resources")?;
        let resources = own.as_dictionary().unwrap_or(resources).clone();
        self.run(&data, &resources, &inner, off, depth);
        Ok(())
    }

    fn run(&mut self, content: &[u8], resources: &Dictionary, state: &State, off: bool, depth: usize) {
        if !self.effort.take(|effort| &mut effort.bytes, content.len()) {
            return;
        }
        let mut reading = Reading {
            painter: self,
            resources,
            state: state.clone(),
            saved: Vec::new(),
            unsaved: 0,
            path: Path::default(),
            here: (0.0, 0.0),
            cut: None,
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            marks: Vec::new(),
            outer_off: off,
            depth,
        };
        let mut operations = Operations::new(content);
        while let Some(operation) = operations.read() {
            if !reading.painter.effort.take(|effort| &mut effort.operations, 1) {
                return;
            }
            reading.operation(&operation);
        }
    }

    fn next_order(&mut self) -> usize {
        self.painted.order += 1;
        self.painted.order
    }

    fn cover(
        &mut self,
        area: Option<Area>,
        state: &State,
        color: Option<Color>,
        opaque: bool,
        picture: bool,
        off: bool,
    ) {
        let order = self.next_order();
        // Lines and dots cover nothing.
        let Some(area) = area.filter(|area| area.bounds.width() > 1.0 && area.bounds.height() > 1.0 && !off) else {
            return;
        };
        self.painted.covers.push(Cover {
            order,
            area,
            clip: state.clip.clone(),
            color,
            opaque: opaque && state.alpha > 0.98 && !state.blended,
            picture,
            by: self.by,
        });
    }

    /// Whether every part of a picture hides what is under it.
    fn is_opaque(&mut self, image: &Dictionary) -> bool {
        let is = |key: &str| {
            self.view
                .lookup(image, key)
                .is_ok_and(|value| value.as_bool() == Some(true))
        };
        let has = |key: &str| image.get(key).is_some_and(|value| !value.is_null());
        if is("ImageMask")
            || is("IM")
            || has("Mask")
            || image
                .get("SMaskInData")
                .is_some_and(|value| value.as_integer() != Some(0))
        {
            return false;
        }
        let Ok(mask) = self.view.lookup(image, "SMask") else {
            return false;
        };
        let (Some(id), Some(stream)) = (mask.id(), mask.as_stream()) else {
            return true;
        };
        if let Some(known) = self.effort.masks.get(&id) {
            return *known;
        }
        let side = |key: &str| {
            let side = self.view.lookup(&stream.dictionary, key).ok()?.as_integer()?;
            u64::try_from(side).ok()
        };
        let small = side("Width")
            .zip(side("Height"))
            .is_some_and(|(width, height)| width.saturating_mul(height) <= MASK);
        let full = small
            && self
                .view
                .stream_data(stream, id)
                .is_ok_and(|data| !data.is_empty() && data.iter().all(|byte| *byte >= 0xf0));
        self.effort.masks.insert(id, full);
        full
    }

    fn font(&mut self, resources: &Dictionary, name: &str) -> Option<Arc<Font>> {
        let fonts = self.view.lookup(resources, "Font").ok()?;
        let font = fonts.as_dictionary()?.get(name)?;
        let id = font.as_reference();
        if let Some(known) = id.and_then(|id| self.effort.fonts.get(&id)) {
            return known.clone();
        }
        // A font that stands in the resources themselves is read each time.
        if !self.effort.take(|effort| &mut effort.bytes, FONT) {
            return None;
        }
        let read = || {
            let font = self.view.resolve(font).ok()?;
            Font::read(self.view, font.as_dictionary()?).ok().map(Arc::new)
        };
        let read = read();
        if let Some(id) = id {
            self.effort.fonts.insert(id, read.clone());
        }
        read
    }
}
