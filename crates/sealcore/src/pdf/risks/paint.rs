//! A light reading of content streams: which text is where, and which areas are painted over it.

use std::collections::HashMap;
use std::sync::Arc;

use super::layer::Layers;
use super::shape::{Area, Clip, Matrix, Path, Point, around};
use crate::error::Result;
use crate::pdf::content::{Operation, Operations};
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId, Stream};
use crate::pdf::page::Rectangle;
use crate::pdf::text::Font;

/// Forms inside one another.
const DEPTH: usize = 12;
/// `q` inside one another; more are counted, not kept.
const STATES: usize = 256;
/// Points along one string that are looked at.
const SAMPLES: usize = 32;
/// Characters of one string that are kept.
const CHARACTERS: usize = 4096;
/// Points of one path that are kept; what has more is a drawing and covers nothing whole.
const POINTS: usize = 5_000;
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

/// The graphics state, as far as it matters here.
#[derive(Clone, Debug)]
struct State {
    matrix: Matrix,
    clip: Clip,
    fill: Paint,
    stroke: Paint,
    alpha: f64,
    /// Not painted as it is: a blend mode or soft mask.
    blended: bool,
    font: Option<Arc<Font>>,
    size: f64,
    spacing: f64,
    word_spacing: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
    mode: i64,
}

/// What areas and text are painted with.
#[derive(Clone, Copy, Debug)]
struct Paint {
    color: Option<Color>,
    /// Whether the colour space is one of those whose numbers say the colour.
    plain: bool,
    /// Whether it may leave gaps, as patterns do.
    pattern: bool,
}

const BLACK: Paint = Paint {
    color: Some([0.0; 3]),
    plain: true,
    pattern: false,
};

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
        let matrix = self.view.lookup(&stream.dictionary, "Matrix")?;
        let mut inner = state.clone();
        inner.matrix = Matrix::of(&matrix).then(state.matrix);
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
            text: Matrix::UNIT,
            line: Matrix::UNIT,
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

impl State {
    fn new() -> Self {
        Self {
            matrix: Matrix::UNIT,
            clip: Clip::default(),
            fill: BLACK,
            stroke: BLACK,
            alpha: 1.0,
            blended: false,
            font: None,
            size: 1.0,
            spacing: 0.0,
            word_spacing: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
        }
    }
}

/// One content stream while it is read.
struct Reading<'r, 'w, 'p, 'a> {
    painter: &'r mut Painter<'w, 'p, 'a>,
    resources: &'r Dictionary,
    state: State,
    saved: Vec<State>,
    unsaved: usize,
    path: Path,
    /// The current point, in the space of the content.
    here: Point,
    /// Whether the path is also cut with, and how.
    cut: Option<bool>,
    text: Matrix,
    line: Matrix,
    /// Marked content that is open, and whether it is a layer that is off.
    marks: Vec<bool>,
    outer_off: bool,
    depth: usize,
}

impl Reading<'_, '_, '_, '_> {
    fn operation(&mut self, operation: &Operation<'_>) {
        match operation.operator {
            b"q" if self.saved.len() < STATES => self.saved.push(self.state.clone()),
            b"q" => self.unsaved += 1,
            b"Q" if self.unsaved > 0 => self.unsaved -= 1,
            b"Q" => self.state = self.saved.pop().unwrap_or_else(|| self.state.clone()),
            b"cm" => {
                if let Some(numbers) = operation.numbers() {
                    self.state.matrix = Matrix(numbers).then(self.state.matrix);
                }
            }
            b"gs" => self.parameters(operation),
            b"m" | b"l" | b"c" | b"v" | b"y" | b"h" | b"re" => self.extend(operation),
            b"f" | b"F" | b"B" | b"b" => self.paint(operation.operator == b"b", true, false),
            b"f*" | b"B*" | b"b*" => self.paint(operation.operator == b"b*", true, true),
            b"S" | b"s" | b"n" => self.paint(false, false, false),
            b"W" => self.cut = Some(false),
            b"W*" => self.cut = Some(true),
            b"g" | b"rg" | b"k" | b"cs" | b"sc" | b"scn" => self.state.fill = self.color(operation, self.state.fill),
            b"G" | b"RG" | b"K" | b"CS" | b"SC" | b"SCN" => {
                self.state.stroke = self.color(operation, self.state.stroke);
            }
            b"Do" => self.draw(operation),
            b"BI" => self.inline(operation),
            b"sh" => self.shade(),
            b"BMC" => self.mark(false),
            b"BDC" => {
                let off = self.is_layer_off(operation);
                self.mark(off);
            }
            b"EMC" => {
                self.marks.pop();
            }
            _ => self.text_operation(operation),
        }
    }

    fn is_off(&self) -> bool {
        self.outer_off || self.marks.contains(&true)
    }

    fn mark(&mut self, off: bool) {
        if self.marks.len() < STATES {
            self.marks.push(off);
        }
    }

    fn is_layer_off(&self, operation: &Operation<'_>) -> bool {
        let [Object::Name(tag), Object::Name(name)] = operation.operands else {
            return false;
        };
        if tag.as_bytes() != b"OC" {
            return false;
        }
        let name = String::from_utf8_lossy(name.as_bytes());
        let properties = self.painter.view.lookup(self.resources, "Properties").ok();
        let group = properties.as_ref().and_then(|all| all.as_dictionary()?.get(&name));
        group.is_some_and(|group| self.painter.layers.is_off(group))
    }

    fn extend(&mut self, operation: &Operation<'_>) {
        if self.path.points() > POINTS {
            return;
        }
        let matrix = self.state.matrix;
        let point = |x: f64, y: f64| matrix.apply((x, y));
        match operation.operator {
            b"m" | b"l" => {
                if let Some([x, y]) = operation.numbers() {
                    self.here = (x, y);
                    if operation.operator == b"m" {
                        self.path.start(point(x, y));
                    } else {
                        self.path.line(point(x, y));
                    }
                }
            }
            b"c" => {
                if let Some([a, b, c, d, x, y]) = operation.numbers() {
                    self.path.curve(point(a, b), point(c, d), point(x, y));
                    self.here = (x, y);
                }
            }
            b"v" => {
                if let Some([c, d, x, y]) = operation.numbers() {
                    self.path.curve(matrix.apply(self.here), point(c, d), point(x, y));
                    self.here = (x, y);
                }
            }
            b"y" => {
                if let Some([a, b, x, y]) = operation.numbers() {
                    self.path.curve(point(a, b), point(x, y), point(x, y));
                    self.here = (x, y);
                }
            }
            b"re" => {
                if let Some([x, y, width, height]) = operation.numbers() {
                    let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
                    self.path.rectangle(corners.map(|corner| matrix.apply(corner)).to_vec());
                    self.here = (x, y);
                }
            }
            _ => self.path.close(),
        }
    }

    fn paint(&mut self, close: bool, fill: bool, even_odd: bool) {
        let mut path = std::mem::take(&mut self.path);
        if close {
            path.close();
        }
        let whole = path.points() <= POINTS;
        if !whole {
            self.painter.effort.spent = true;
        }
        if let Some(rule) = self.cut.take() {
            self.state.clip = self.state.clip.cut(Area::of(path.clone(), rule).filter(|_| whole));
        }
        if fill && whole {
            let paint = self.state.fill;
            let off = self.is_off();
            self.painter.cover(
                Area::of(path, even_odd),
                &self.state,
                paint.color,
                !paint.pattern,
                false,
                off,
            );
        }
    }

    fn shade(&mut self) {
        // As far as the clip lets it: the page at the most.
        let everywhere = Rectangle::new((-1e5, -1e5), (1e5, 1e5));
        let area = Area::of_corners(Matrix::UNIT.corners(everywhere));
        let off = self.is_off();
        self.painter.cover(area, &self.state, None, true, false, off);
    }

    fn color(&self, operation: &Operation<'_>, before: Paint) -> Paint {
        let plain = |color| Paint {
            color,
            plain: true,
            pattern: false,
        };
        match operation.operator {
            b"g" | b"G" => plain(operation.numbers().map(|[grey]| [grey; 3])),
            b"rg" | b"RG" => plain(operation.numbers()),
            b"k" | b"K" => plain(operation.numbers().map(of_cmyk)),
            b"cs" | b"CS" => self.color_space(operation),
            _ => {
                if let Some(Object::Name(name)) = operation.last() {
                    return Paint {
                        color: None,
                        plain: false,
                        pattern: !self.is_shading(name.as_bytes()),
                    };
                }
                let color = match operation.operands.len() {
                    _ if !before.plain => None,
                    1 => operation.numbers().map(|[grey]| [grey; 3]),
                    3 => operation.numbers(),
                    4 => operation.numbers().map(of_cmyk),
                    _ => None,
                };
                Paint { color, ..before }
            }
        }
    }

    fn color_space(&self, operation: &Operation<'_>) -> Paint {
        let name = operation.last().and_then(Object::as_name).unwrap_or_default();
        let plain = match name {
            b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" | b"CalGray" | b"CalRGB" => true,
            b"Pattern" => false,
            name => {
                let spaces = self.painter.view.lookup(self.resources, "ColorSpace").ok();
                let name = String::from_utf8_lossy(name);
                let space = spaces.as_ref().and_then(|spaces| spaces.as_dictionary()?.get(&name));
                let space = space.and_then(|space| self.painter.view.resolve(space).ok());
                let family = space.as_ref().and_then(|space| space.as_array()?.first()?.as_name());
                matches!(family, Some(b"ICCBased" | b"CalGray" | b"CalRGB"))
            }
        };
        Paint {
            color: plain.then_some([0.0; 3]),
            plain,
            pattern: false,
        }
    }

    /// Patterns of type 2 leave no gaps.
    fn is_shading(&self, name: &[u8]) -> bool {
        let view = self.painter.view;
        let find = || {
            let patterns = view.lookup(self.resources, "Pattern").ok()?;
            let name = String::from_utf8_lossy(name);
            let pattern = view.lookup(patterns.as_dictionary()?, &name).ok()?;
            pattern.as_dictionary()?.get("PatternType")?.as_integer()
        };
        find() == Some(2)
    }

    fn parameters(&mut self, operation: &Operation<'_>) {
        let view = self.painter.view;
        let name = operation.last().and_then(Object::as_name).unwrap_or_default();
        let name = String::from_utf8_lossy(name);
        let Ok(all) = view.lookup(self.resources, "ExtGState") else {
            return;
        };
        let Some(Ok(set)) = all.as_dictionary().map(|all| view.lookup(all, &name)) else {
            return;
        };
        let Some(set) = set.as_dictionary() else { return };
        if let Ok(alpha) = view.lookup(set, "ca")
            && let Some(alpha) = alpha.as_number()
        {
            self.state.alpha = alpha;
        }
        let plain = |value: &Object| match value {
            Object::Name(name) => matches!(name.as_bytes(), b"Normal" | b"Compatible" | b"None"),
            Object::Array(modes) => modes.first().and_then(Object::as_name) == Some(b"Normal"),
            _ => false,
        };
        let parts: Vec<bool> = ["BM", "SMask"]
            .iter()
            .filter_map(|key| {
                set.get(key)
                    .map(|_| view.lookup(set, key).is_ok_and(|value| plain(&value)))
            })
            .collect();
        if !parts.is_empty() {
            self.state.blended = parts.contains(&false);
        }
    }

    fn draw(&mut self, operation: &Operation<'_>) {
        let view = self.painter.view;
        let name = operation.last().and_then(Object::as_name).unwrap_or_default();
        let name = String::from_utf8_lossy(name);
        let Ok(all) = view.lookup(self.resources, "XObject") else {
            return;
        };
        let Some(Ok(object)) = all.as_dictionary().map(|all| view.lookup(all, &name)) else {
            return;
        };
        let (Some(id), Some(stream)) = (object.id(), object.as_stream()) else {
            return;
        };
        let group = stream.dictionary.get("OC");
        let off = self.is_off() || group.is_some_and(|group| self.painter.layers.is_off(group));
        match stream.dictionary.get("Subtype").and_then(Object::as_name) {
            Some(b"Image") => {
                let opaque = self.painter.is_opaque(&stream.dictionary);
                self.picture(opaque, off);
            }
            Some(b"Form") => {
                let (state, resources, depth) = (self.state.clone(), self.resources, self.depth);
                // What cannot be read draws nothing; that it is broken is told with the objects.
                let _ = self.painter.form(stream, id, resources, &state, off, depth);
            }
            _ => {}
        }
    }

    fn inline(&mut self, operation: &Operation<'_>) {
        let mut image = Dictionary::new();
        for pair in operation.operands.chunks_exact(2) {
            if let [Object::Name(key), value] = pair {
                image.set(&String::from_utf8_lossy(key.as_bytes()), value.clone());
            }
        }
        let opaque = self.painter.is_opaque(&image);
        let off = self.is_off();
        self.picture(opaque, off);
    }

    fn picture(&mut self, opaque: bool, off: bool) {
        let corners = self.state.matrix.corners(Rectangle::new((0.0, 0.0), (1.0, 1.0)));
        self.painter
            .cover(Area::of_corners(corners), &self.state, None, opaque, true, off);
    }

    fn text_operation(&mut self, operation: &Operation<'_>) {
        let number = || operation.numbers().map(|[number]| number);
        match operation.operator {
            b"BT" => (self.text, self.line) = (Matrix::UNIT, Matrix::UNIT),
            b"Tf" => {
                if let [Object::Name(name), size] = operation.operands {
                    let name = String::from_utf8_lossy(name.as_bytes());
                    self.state.font = self.painter.font(self.resources, &name);
                    self.state.size = size.as_number().unwrap_or(1.0);
                }
            }
            b"Tm" => {
                if let Some(numbers) = operation.numbers() {
                    (self.text, self.line) = (Matrix(numbers), Matrix(numbers));
                }
            }
            b"Td" | b"TD" => {
                if let Some([x, y]) = operation.numbers() {
                    if operation.operator == b"TD" {
                        self.state.leading = -y;
                    }
                    self.next_line(x, y);
                }
            }
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"TL" => self.state.leading = number().unwrap_or(self.state.leading),
            b"Tc" => self.state.spacing = number().unwrap_or(0.0),
            b"Tw" => self.state.word_spacing = number().unwrap_or(0.0),
            b"Tz" => self.state.stretch = number().unwrap_or(100.0) / 100.0,
            b"Ts" => self.state.rise = number().unwrap_or(0.0),
            b"Tr" => self.state.mode = operation.last().and_then(Object::as_integer).unwrap_or(0),
            b"Tj" => self.show(operation.operands),
            b"TJ" => {
                if let Some(Object::Array(items)) = operation.last() {
                    self.show(items);
                }
            }
            b"'" => {
                self.next_line(0.0, -self.state.leading);
                self.show(operation.operands);
            }
            b"\"" => {
                if let [words, spacing, _] = operation.operands {
                    self.state.word_spacing = words.as_number().unwrap_or(0.0);
                    self.state.spacing = spacing.as_number().unwrap_or(0.0);
                }
                self.next_line(0.0, -self.state.leading);
                self.show(operation.operands.get(2..).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = self.line.moved(x, y);
        self.text = self.line;
    }

    fn show(&mut self, items: &[Object]) {
        let order = self.painter.next_order();
        let mut text = Some(String::new());
        let mut samples = Vec::new();
        let (size, stretch) = (self.state.size, self.state.stretch);
        let Some(font) = self.state.font.clone() else { return };
        let downwards = font.is_vertical();
        let place = self.state.matrix;
        for item in items {
            match item {
                Object::String(string) => {
                    let bytes = string.bytes.get(..CHARACTERS).unwrap_or(&string.bytes);
                    for (advance, blank) in font.advances(bytes) {
                        let wide = advance * size;
                        let word = if blank { self.state.word_spacing } else { 0.0 };
                        let step = wide + self.state.spacing + word;
                        let (middle, step) = if downwards {
                            ((0.0, wide / 2.0), (0.0, step))
                        } else {
                            (
                                (wide * stretch / 2.0, size * 0.3 + self.state.rise),
                                (step * stretch, 0.0),
                            )
                        };
                        if !blank {
                            samples.push(self.text.then(place).apply(middle));
                        }
                        self.text = self.text.moved(step.0, step.1);
                    }
                    let shown = font.decode(bytes);
                    text = text.zip(shown).map(|(text, shown)| text + &shown);
                }
                other => {
                    if let Some(back) = other.as_number() {
                        let step = -back / 1000.0 * size;
                        self.text = if downwards {
                            self.text.moved(0.0, step)
                        } else {
                            self.text.moved(step * stretch, 0.0)
                        };
                    }
                }
            }
        }
        samples.retain(|(x, y)| x.is_finite() && y.is_finite());
        if samples.is_empty() {
            return;
        }
        let every = samples.len().div_ceil(SAMPLES);
        let samples: Vec<Point> = samples.into_iter().step_by(every.max(1)).collect();
        let (fill, stroke) = (self.state.fill, self.state.stroke);
        let color = match self.state.mode {
            1 | 5 => stroke.color,
            2 | 6 if fill.color != stroke.color => None,
            _ => fill.color,
        };
        let state = &self.state;
        let run = Run {
            order,
            color,
            painted: !matches!(state.mode, 3 | 7) && state.alpha > 0.02,
            text: text.filter(|_| items.len() <= CHARACTERS),
            off: self.is_off(),
            samples,
        };
        self.painter.painted.runs.push(run);
    }
}

fn of_cmyk([cyan, magenta, yellow, black]: [f64; 4]) -> Color {
    [cyan, magenta, yellow].map(|ink| 1.0 - (ink + black).min(1.0))
}

/// Where an appearance goes (ISO 32000-2, 12.5.5): its box, transformed, is fitted into the rectangle.
pub(super) fn fit(bounds: Rectangle, matrix: Matrix, target: Rectangle) -> Matrix {
    let turned = around(&matrix.corners(bounds));
    let scale = |from: f64, to: f64| if from > 0.0 { to / from } else { 1.0 };
    let (x, y) = (
        scale(turned.width(), target.width()),
        scale(turned.height(), target.height()),
    );
    Matrix([x, 0.0, 0.0, y, target.x0 - turned.x0 * x, target.y0 - turned.y0 * y])
}
