//! A content stream that is being written, with the resources that it names (ISO 32000-2, 7.8).

use std::collections::HashMap;
use std::fmt::Write as _;

use super::objects::flate_stream;
use crate::error::Result;
use crate::limits::Limits;
use crate::pdf::object::{Dictionary, Object, ObjectId, Real};

/// Bytes of content before compression. A seal is some kilobytes; a hostile font draws megabytes for each character.
const MAX_CONTENT: usize = 16 << 20;

/// A matrix as PDF writes it: a b c d e f.
pub(super) type Matrix = [f64; 6];

pub(super) const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `inner`, then `outer`.
pub(super) fn multiply(inner: Matrix, outer: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = inner;
    let [oa, ob, oc, od, oe, of] = outer;
    [
        a * oa + b * oc,
        a * ob + b * od,
        c * oa + d * oc,
        c * ob + d * od,
        e * oa + f * oc + oe,
        e * ob + f * od + of,
    ]
}

/// Where a matrix puts a point.
pub(super) fn apply([a, b, c, d, e, f]: Matrix, (x, y): (f64, f64)) -> (f64, f64) {
    (a * x + c * y + e, b * x + d * y + f)
}

/// A piece of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Segment {
    Move((f64, f64)),
    Line((f64, f64)),
    Curve((f64, f64), (f64, f64), (f64, f64)),
    Close,
}

impl Segment {
    /// A quadratic curve as the cubic that PDF has.
    pub(super) fn quadratic(from: (f64, f64), control: (f64, f64), to: (f64, f64)) -> Self {
        let toward = |end: (f64, f64)| {
            (
                end.0 + (control.0 - end.0) * 2.0 / 3.0,
                end.1 + (control.1 - end.1) * 2.0 / 3.0,
            )
        };
        Self::Curve(toward(from), toward(to), to)
    }

    pub(super) fn through(self, matrix: Matrix) -> Self {
        let at = |point| apply(matrix, point);
        match self {
            Self::Move(to) => Self::Move(at(to)),
            Self::Line(to) => Self::Line(at(to)),
            Self::Curve(one, two, to) => Self::Curve(at(one), at(two), at(to)),
            Self::Close => Self::Close,
        }
    }
}

/// A colour in one of the device spaces, components from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Color {
    Gray(f64),
    Rgb(f64, f64, f64),
    Cmyk(f64, f64, f64, f64),
    /// A shading pattern.
    Pattern(ObjectId),
}

/// Blend modes (ISO 32000-2, 11.3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Blend {
    Normal,
    Multiply,
    Other(&'static str),
}

impl Blend {
    fn name(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Multiply => "Multiply",
            Self::Other(name) => name,
        }
    }
}

/// Whether a form is a transparency group (ISO 32000-2, 11.6.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    None,
    Isolated,
}

/// What a path is painted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Painting {
    pub(super) fill: bool,
    pub(super) stroke: bool,
    pub(super) even_odd: bool,
}

#[derive(Debug, Default)]
pub(super) struct Canvas {
    content: String,
    /// Bytes of the forms that were drawn for this one.
    nested: usize,
    states: HashMap<(u16, u16, Blend), usize>,
    x_objects: Names,
    patterns: Names,
    fonts: Names,
}

/// The number of each object that a stream names.
type Names = HashMap<ObjectId, usize>;

impl Canvas {
    /// # Errors
    /// [`ErrorKind::Limit`](crate::error::ErrorKind::Limit) when there is too much on it.
    pub(super) fn check(&self) -> Result<()> {
        if self.length() > MAX_CONTENT {
            return Err(Limits::exceeded(
                "bytes of drawing",
                "图形内容字节数",
                MAX_CONTENT as u64,
            ));
        }
        Ok(())
    }

    fn length(&self) -> usize {
        self.content.len() + self.nested
    }

    /// A canvas for a form that this one will show: what is on it counts for both.
    pub(super) fn inner(&self) -> Self {
        Self {
            nested: self.length(),
            ..Self::default()
        }
    }

    /// Counts what came onto an [`Self::inner`] canvas.
    pub(super) fn count(&mut self, inner: &Self) {
        self.nested += inner.length().saturating_sub(self.length());
    }

    pub(super) fn operator(&mut self, operands: &[f64], operator: &str) {
        for operand in operands {
            self.number(*operand);
        }
        self.content.push_str(operator);
        self.content.push('\n');
    }

    fn number(&mut self, value: f64) {
        decimal(value, &mut self.content);
        self.content.push(' ');
    }

    pub(super) fn save(&mut self) {
        self.operator(&[], "q");
    }

    pub(super) fn restore(&mut self) {
        self.operator(&[], "Q");
    }

    pub(super) fn concat(&mut self, matrix: Matrix) {
        if matrix != IDENTITY {
            self.operator(&matrix, "cm");
        }
    }

    /// Opacity of fills (and of XObjects) and of strokes, and the blend mode.
    pub(super) fn state(&mut self, fill: f64, stroke: f64, blend: Blend) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 1000
        let [fill, stroke] = [fill, stroke].map(|alpha| (alpha.clamp(0.0, 1.0) * 1000.0).round() as u16);
        if (fill, stroke, blend) == (1000, 1000, Blend::Normal) && self.states.is_empty() {
            return;
        }
        let count = self.states.len();
        let index = *self.states.entry((fill, stroke, blend)).or_insert(count);
        let _ = writeln!(self.content, "/G{index} gs");
    }

    /// Shows a form or an image.
    pub(super) fn show(&mut self, id: ObjectId) {
        let index = index_of(&mut self.x_objects, id);
        let _ = writeln!(self.content, "/X{index} Do");
    }

    pub(super) fn fill_color(&mut self, color: Color) {
        self.color(color, ["g", "rg", "k", "/Pattern cs", "scn"]);
    }

    pub(super) fn stroke_color(&mut self, color: Color) {
        self.color(color, ["G", "RG", "K", "/Pattern CS", "SCN"]);
    }

    fn color(&mut self, color: Color, [gray, rgb, cmyk, space, pattern]: [&str; 5]) {
        match color {
            Color::Gray(value) => self.operator(&[value], gray),
            Color::Rgb(r, g, b) => self.operator(&[r, g, b], rgb),
            Color::Cmyk(c, m, y, k) => self.operator(&[c, m, y, k], cmyk),
            Color::Pattern(id) => {
                let index = index_of(&mut self.patterns, id);
                let _ = writeln!(self.content, "{space} /P{index} {pattern}");
            }
        }
    }

    pub(super) fn path(&mut self, segments: impl IntoIterator<Item = Segment>) {
        for segment in segments {
            match segment {
                Segment::Move((x, y)) => self.operator(&[x, y], "m"),
                Segment::Line((x, y)) => self.operator(&[x, y], "l"),
                Segment::Curve((a, b), (c, d), (x, y)) => self.operator(&[a, b, c, d, x, y], "c"),
                Segment::Close => self.operator(&[], "h"),
            }
        }
    }

    pub(super) fn paint(&mut self, painting: Painting) {
        let operator = match (painting.fill, painting.stroke, painting.even_odd) {
            (true, true, false) => "B",
            (true, true, true) => "B*",
            (true, false, false) => "f",
            (true, false, true) => "f*",
            (false, true, _) => "S",
            (false, false, _) => "n",
        };
        self.operator(&[], operator);
    }

    /// Makes the path the clip.
    pub(super) fn clip(&mut self, even_odd: bool) {
        self.operator(&[], if even_odd { "W* n" } else { "W n" });
    }

    pub(super) fn rectangle(&mut self, x: f64, y: f64, width: f64, height: f64) {
        self.operator(&[x, y, width, height], "re");
    }

    pub(super) fn dash(&mut self, lengths: &[f64], phase: f64) {
        self.content.push_str("[ ");
        self.operator(lengths, "]");
        self.operator(&[phase], "d");
    }

    /// One line of text; `code` is what the font's encoding wants.
    pub(super) fn text(&mut self, font: ObjectId, size: f64, matrix: Matrix, code: &[u8], render: u8) {
        let index = index_of(&mut self.fonts, font);
        let _ = write!(self.content, "BT /F{index} ");
        self.operator(&[size], "Tf");
        self.operator(&[f64::from(render)], "Tr");
        self.operator(&matrix, "Tm");
        self.content.push('<');
        for byte in code {
            let _ = write!(self.content, "{byte:02X}");
        }
        self.content.push_str("> Tj ET\n");
    }

    /// The form XObject with this content.
    pub(super) fn into_form(self, bbox: [f64; 4], group: Group) -> Object {
        let mut resources = Dictionary::new();
        let mut states: Vec<_> = self.states.into_iter().collect();
        states.sort_unstable_by_key(|(_, index)| *index);
        if !states.is_empty() {
            let mut all = Dictionary::new();
            for ((fill, stroke, blend), index) in states {
                let alpha = |value: u16| f64::from(value) / 1000.0;
                let state = Dictionary::new()
                    .with("Type", Object::name("ExtGState"))
                    .with("ca", alpha(fill))
                    .with("CA", alpha(stroke))
                    .with("BM", Object::name(blend.name()));
                all.push_read(format!("G{index}").as_str().into(), state.into(), 0..0);
            }
            resources.set("ExtGState", all);
        }
        for (kind, letter, ids) in [
            ("XObject", 'X', self.x_objects),
            ("Pattern", 'P', self.patterns),
            ("Font", 'F', self.fonts),
        ] {
            let mut all = Dictionary::new();
            let mut ids: Vec<_> = ids.into_iter().collect();
            ids.sort_unstable_by_key(|(_, index)| *index);
            for (id, index) in ids {
                all.push_read(format!("{letter}{index}").as_str().into(), id.into(), 0..0);
            }
            if !all.is_empty() {
                resources.set(kind, all);
            }
        }
        let mut dictionary = Dictionary::new()
            .with("Type", Object::name("XObject"))
            .with("Subtype", Object::name("Form"))
            .with("BBox", numbers(bbox));
        dictionary.set("Resources", resources);
        if group == Group::Isolated {
            let group = Dictionary::new()
                .with("S", Object::name("Transparency"))
                .with("I", true);
            dictionary.set("Group", group);
        }
        flate_stream(dictionary, self.content.as_bytes()).into()
    }
}

/// Appends a number: five places, more for what is small, since a small factor goes with large coordinates.
fn decimal(value: f64, out: &mut String) {
    let value = if value.is_finite() { value } else { 0.0 };
    let start = out.len();
    // A String takes whatever is written.
    let _ = if value.abs() < 0.1 {
        write!(out, "{value:.9}")
    } else {
        write!(out, "{value:.5}")
    };
    let kept = out
        .get(start..)
        .map_or(0, |text| text.trim_end_matches('0').trim_end_matches('.').len());
    out.truncate(start + kept);
    if matches!(out.get(start..), Some("-0" | "")) {
        out.truncate(start);
        out.push('0');
    }
}

/// An array of numbers, as exact as those of a content stream.
pub(super) fn numbers(values: impl IntoIterator<Item = f64>) -> Object {
    let real = |value| {
        let mut text = String::new();
        decimal(value, &mut text);
        Object::Real(Real {
            value,
            text: text.into(),
        })
    };
    Object::Array(values.into_iter().map(real).collect())
}

fn index_of(names: &mut Names, id: ObjectId) -> usize {
    let count = names.len();
    *names.entry(id).or_insert(count)
}
