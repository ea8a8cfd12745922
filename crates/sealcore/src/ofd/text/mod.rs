//! The text of an OFD page or template (GB/T 33190): Layer, PageBlock, TextObject, TextCode.

mod deltas;

use std::borrow::Cow;

use crate::error::Result;
use crate::placement::Boundary;
use crate::text::{Glyph, Hits, Lines, Needle, is_wide};
use crate::xml::{Element, Xml};
pub(crate) use deltas::Deltas;

/// How much of the em lies above the baseline, in fonts for Chinese.
const ASCENT: f64 = 0.86;

/// Where a keyword stands on a page or template.
///
/// # Errors
/// [`ErrorKind::Limit`](crate::error::ErrorKind::Limit) at more places than [`MAX_HITS`](crate::text::MAX_HITS).
pub(crate) fn find(xml: &Xml, needle: &Needle) -> Result<Hits> {
    let mut lines = Lines::new(needle);
    let mut open: Vec<_> = xml.root().children_named("Content").collect();
    open.reverse();
    // Blocks nest; a stack of our own goes as deep as the file may.
    while let Some(element) = open.pop() {
        match element.name() {
            "TextObject" if !is_hidden(&element) => text_object(xml, &element, &mut lines)?,
            "Content" | "Layer" | "PageBlock" if !is_hidden(&element) => {
                let from = open.len();
                open.extend(element.children());
                if let Some(added) = open.get_mut(from..) {
                    added.reverse();
                }
            }
            _ => {}
        }
    }
    lines.finish()
}

fn text_object(xml: &Xml, object: &Element<'_>, lines: &mut Lines<'_>) -> Result<()> {
    let frame = Frame::of(object);
    let (mut x, mut y) = (0.0, 0.0);
    for code in object.children_named("TextCode") {
        // What is not stated is as in the code before.
        x = number(&code, "X").unwrap_or(x);
        y = number(&code, "Y").unwrap_or(y);
        frame.text_code(xml, &code, (x, y), lines)?;
    }
    Ok(())
}

/// How the characters of a TextObject lie on the page.
struct Frame {
    /// CTM, with the corner of the object added to the shift.
    matrix: [f64; 6],
    size: f64,
    scale: f64,
    read_direction: Option<(f64, f64)>,
    char_direction: (f64, f64),
}

impl Frame {
    fn of(object: &Element<'_>) -> Self {
        let numbers = |name| object.attribute(name).as_deref().and_then(leading_numbers::<6>);
        let [a, b, c, d, e, f] = numbers("CTM").unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        let corner = object.attribute("Boundary").as_deref().and_then(leading_numbers::<2>);
        let [x, y] = corner.unwrap_or_default();
        Self {
            matrix: [a, b, c, d, e + x, f + y],
            size: number(object, "Size").filter(|size| *size > 0.0).unwrap_or(0.0),
            scale: number(object, "HScale").filter(|scale| *scale > 0.0).unwrap_or(1.0),
            read_direction: number(object, "ReadDirection").and_then(quarter),
            char_direction: number(object, "CharDirection").and_then(quarter).unwrap_or((1.0, 0.0)),
        }
    }

    fn text_code(&self, xml: &Xml, code: &Element<'_>, start: (f64, f64), lines: &mut Lines<'_>) -> Result<()> {
        let (delta_x, delta_y) = (code.attribute("DeltaX"), code.attribute("DeltaY"));
        let [mut dx, mut dy] = [&delta_x, &delta_y].map(|deltas| Deltas::new(deltas.as_deref().unwrap_or_default()));
        // Text that only goes down is read downwards, whether that is stated or not.
        let upright = dx.clone().next().is_none() && dy.clone().next().is_some();
        let read = self
            .read_direction
            .unwrap_or(if upright { (0.0, 1.0) } else { (1.0, 0.0) });
        let (mut x, mut y) = start;
        let mut same_code = false;
        for character in content(xml, code).chars() {
            let width = self.size * self.scale * if is_wide(character) { 1.0 } else { 0.5 };
            let advance = if read.0 == 0.0 { self.size } else { width };
            let step = match (dx.next(), dy.next()) {
                (None, None) => (read.0 * advance, read.1 * advance),
                (dx, dy) => (dx.unwrap_or(0.0), dy.unwrap_or(0.0)),
            };
            // A step is the width of the character, unless letters are spaced or the line ends.
            let shown = if read.0 != 0.0 && step.1 == 0.0 && step.0 > 0.0 && step.0 <= self.size * self.scale {
                step.0
            } else {
                width
            };
            let ahead = if read.0 == 0.0 { advance } else { shown };
            lines.push(self.glyph(character, (x, y), read, shown, ahead), same_code)?;
            same_code = true;
            (x, y) = (x + step.0, y + step.1);
        }
        Ok(())
    }

    fn glyph(&self, character: char, at: (f64, f64), read: (f64, f64), width: f64, ahead: f64) -> Glyph {
        let [a, b, c, d, ..] = self.matrix;
        let (along_x, along_y) = (a * read.0 + c * read.1, b * read.0 + d * read.1);
        let length = along_x.hypot(along_y);
        let direction = if length > 0.0 {
            (along_x / length, along_y / length)
        } else {
            read
        };
        let origin = self.on_page(at);
        Glyph {
            character,
            origin,
            end: self.on_page((at.0 + read.0 * ahead, at.1 + read.1 * ahead)),
            direction,
            size: self.size * (a * d - b * c).abs().sqrt(),
            area: self.area(at, width),
        }
    }

    /// The box on the page of a character at `at`.
    fn area(&self, at: (f64, f64), width: f64) -> Boundary {
        let (above, below) = (-self.size * ASCENT, self.size * (1.0 - ASCENT));
        let (cos, sin) = self.char_direction;
        let corners = [(0.0, above), (width, above), (0.0, below), (width, below)]
            .map(|(x, y): (f64, f64)| self.on_page((at.0 + x * cos - y * sin, at.1 + x * sin + y * cos)));
        let (mut from, mut to) = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
        for (x, y) in corners {
            from = (from.0.min(x), from.1.min(y));
            to = (to.0.max(x), to.1.max(y));
        }
        Boundary::new(from.0, from.1, to.0 - from.0, to.1 - from.1)
    }

    fn on_page(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.matrix;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

/// The characters of a TextCode. Blanks at its start count, since the deltas count them; line ends there are layout.
pub(crate) fn content<'x>(xml: &'x Xml, code: &Element<'x>) -> Cow<'x, str> {
    let raw = xml.source().get(code.content_span()).unwrap_or_default();
    let start = raw.trim_start();
    let blanks = raw.get(..raw.len() - start.len()).unwrap_or_default();
    let raw = if blanks.contains('\n') { start } else { raw };
    match quick_xml::escape::unescape(raw) {
        Ok(text) if !raw.contains('<') => text,
        _ => Cow::Owned(code.text()),
    }
}

fn is_hidden(element: &Element<'_>) -> bool {
    element
        .attribute("Visible")
        .is_some_and(|value| matches!(value.trim(), "false" | "0"))
}

fn number(element: &Element<'_>, name: &str) -> Option<f64> {
    element
        .attribute(name)?
        .trim()
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
}

/// The first `N` numbers of a list.
fn leading_numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let mut numbers = text
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|part| !part.is_empty());
    let mut values = [0.0; N];
    for value in &mut values {
        *value = numbers.next()?.parse().ok().filter(|value: &f64| value.is_finite())?;
    }
    Some(values)
}

/// Cosine and sine of a direction: quarters of a turn, clockwise.
fn quarter(degrees: f64) -> Option<(f64, f64)> {
    let turns = degrees.rem_euclid(360.0);
    let quarters = [
        (0.0, (1.0, 0.0)),
        (90.0, (0.0, 1.0)),
        (180.0, (-1.0, 0.0)),
        (270.0, (0.0, -1.0)),
    ];
    quarters
        .into_iter()
        .find(|(angle, _)| (turns - angle).abs() < 1e-6)
        .map(|(_, direction)| direction)
}
