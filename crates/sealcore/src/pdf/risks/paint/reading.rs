//! One content stream while it is read: state, paths and pictures.

use super::Painter;
use super::state::{Paint, State, of_cmyk};
use crate::pdf::content::Operation;
use crate::pdf::matrix::{Matrix, Point};
use crate::pdf::object::{Dictionary, Object};
use crate::pdf::page::Rectangle;
use crate::pdf::risks::shape::{Area, Path};

/// `q` inside one another; more are counted, not kept.
const STATES: usize = 256;
/// Points of one path that are kept; what has more is a drawing and covers nothing whole.
const POINTS: usize = 5_000;

/// One content stream while it is read.
pub(super) struct Reading<'r, 'w, 'p, 'a> {
    pub(super) painter: &'r mut Painter<'w, 'p, 'a>,
    pub(super) resources: &'r Dictionary,
    pub(super) state: State,
    pub(super) saved: Vec<State>,
    pub(super) unsaved: usize,
    pub(super) path: Path,
    /// The current point, in the space of the content.
    pub(super) here: Point,
    /// Whether the path is also cut with, and how.
    pub(super) cut: Option<bool>,
    pub(super) text: Matrix,
    pub(super) line: Matrix,
    /// Marked content that is open, and whether it is a layer that is off.
    pub(super) marks: Vec<bool>,
    pub(super) outer_off: bool,
    pub(super) depth: usize,
}

impl Reading<'_, '_, '_, '_> {
    pub(super) fn operation(&mut self, operation: &Operation<'_>) {
        match operation.operator {
            b"q" if self.saved.len() < STATES => self.saved.push(self.state.clone()),
            b"q" => self.unsaved += 1,
            b"Q" if self.unsaved > 0 => self.unsaved -= 1,
            b"Q" => self.state = self.saved.pop().unwrap_or_else(|| self.state.clone()),
            b"cm" => {
                if let Some(numbers) = operation.numbers() {
                    self.state.matrix = Matrix(numbers).then(&self.state.matrix);
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

    pub(super) fn is_off(&self) -> bool {
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
        let point = |x: f64, y: f64| matrix.point((x, y));
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
                    self.path.curve(matrix.point(self.here), point(c, d), point(x, y));
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
                    self.path.rectangle(corners.map(|corner| matrix.point(corner)));
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
        let area = Area::of_corners(Matrix::IDENTITY.corners(everywhere));
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
}
