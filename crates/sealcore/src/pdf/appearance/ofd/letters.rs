//! TextObject: as outlines where its font is embedded, else as text in the font that it names, which is what the OFD leaves to
//! its reader too.

use super::super::canvas::{Matrix, Painting, Segment, multiply};
use super::super::font;
use super::super::format::{broken, unsupported};
use super::glyphs::Outlines;
use super::object::{BLACK, Page};
use super::resources::Font;
use super::{flag, number, numbers};
use crate::error::Result;
use crate::ofd::text::{Deltas, content};
use crate::pdf::object::ObjectId;
use crate::text;
use crate::text::is_wide;
use crate::xml::{Element, Xml};

/// How far upright letters lean where the font has no italics, and the pen that makes them bold, in sizes of the text.
const SLANT: f64 = 0.21;
const BOLD: f64 = 0.03;

/// From this weight on text is bold.
const BOLD_WEIGHT: f64 = 600.0;

/// What glyphs are made of.
enum Face<'f> {
    Outlines(Box<Outlines<'f>>),
    Named(ObjectId),
}

/// How the characters of a TextObject are set.
struct Setting {
    size: f64,
    scale: f64,
    slant: f64,
    /// Angles of the line and of each character, clockwise, in radians.
    read: Option<f64>,
    turn: f64,
    painting: Painting,
}

impl Page<'_, '_, '_> {
    pub(super) fn text(&mut self, xml: &Xml, object: &Element<'_>, layer: Option<&str>) -> Result<()> {
        let parameters = self.resources.resolve(object, layer)?;
        let fill = flag(object, "Fill", true).then(|| parameters.fill.unwrap_or(BLACK));
        let mut stroke = parameters.stroke.filter(|_| flag(object, "Stroke", false));
        let id = object.attribute("Font").unwrap_or_default().trim().to_owned();
        let used = self.resources.font(&id)?.clone();
        let size = number(object, "Size").filter(|size| *size > 0.0);
        let size = size.ok_or_else(|| broken(text!("a TextObject has no Size", "TextObject 缺少 Size")))?;
        let mut parameters = parameters;
        let bold = number(object, "Weight").is_some_and(|weight| weight >= BOLD_WEIGHT) && !used.bold;
        if bold && stroke.is_none() {
            stroke = fill;
            parameters.line_width = Some(size * BOLD);
            parameters.join = Some(1.0);
        }
        if fill.is_none() && stroke.is_none() {
            return Ok(());
        }
        let data = used
            .file
            .map(|index| self.resources.load(self.parts, index))
            .transpose()?;
        let file = used.file.map(|index| self.parts.name(index)).unwrap_or_default();
        let face = match &data {
            Some(data) => Face::Outlines(Box::new(Outlines::read(data).map_err(|error| error.in_part(file))?)),
            None => Face::Named(self.named(&used)),
        };
        self.open(object)?;
        let angle = |name| number(object, name).map(f64::to_radians);
        let setting = Setting {
            size,
            scale: number(object, "HScale").filter(|scale| *scale > 0.0).unwrap_or(1.0),
            slant: if flag(object, "Italic", false) && !used.italic {
                SLANT
            } else {
                0.0
            },
            read: angle("ReadDirection"),
            turn: angle("CharDirection").unwrap_or(0.0),
            painting: self.ink(object, &parameters, fill, stroke),
        };
        let (mut x, mut y) = (0.0, 0.0);
        let mut transforms = Vec::new();
        for child in object.children() {
            match child.name() {
                "CGTransform" => transforms.push(child),
                "TextCode" => {
                    // What is not stated is as in the code before.
                    x = number(&child, "X").unwrap_or(x);
                    y = number(&child, "Y").unwrap_or(y);
                    let characters: Vec<char> = content(xml, &child).chars().collect();
                    let glyphs = chosen(&transforms, characters.len())?;
                    transforms.clear();
                    self.code(&child, &characters, &glyphs, (x, y), &setting, &face)?;
                }
                _ => {}
            }
        }
        self.canvas.restore();
        Ok(())
    }

    /// A font that is not embedded, one object for each name.
    fn named(&mut self, used: &Font) -> ObjectId {
        let base = font::base_name(&used.name);
        if let Some(known) = self.fonts.get(&base) {
            return *known;
        }
        let id = font::chinese(&base, self.objects);
        self.fonts.insert(base, id);
        id
    }

    fn code(
        &mut self,
        code: &Element<'_>,
        characters: &[char],
        glyphs: &[Option<u16>],
        start: (f64, f64),
        setting: &Setting,
        face: &Face<'_>,
    ) -> Result<()> {
        let (delta_x, delta_y) = (code.attribute("DeltaX"), code.attribute("DeltaY"));
        let [mut dx, mut dy] = [&delta_x, &delta_y].map(|deltas| Deltas::new(deltas.as_deref().unwrap_or_default()));
        let read = setting.read.unwrap_or(0.0).sin_cos();
        let (mut x, mut y) = start;
        for (position, character) in characters.iter().enumerate() {
            let glyph = glyphs.get(position).copied().flatten();
            let advance = self.character(*character, glyph, (x, y), setting, face)?;
            self.canvas.check()?;
            let (step_x, step_y) = match (dx.next(), dy.next()) {
                (None, None) => (advance * read.1, advance * read.0),
                (dx, dy) => (dx.unwrap_or(0.0), dy.unwrap_or(0.0)),
            };
            (x, y) = (x + step_x, y + step_y);
        }
        Ok(())
    }

    /// Draws a character; gives how far the next one is.
    fn character(
        &mut self,
        character: char,
        glyph: Option<u16>,
        (x, y): (f64, f64),
        setting: &Setting,
        face: &Face<'_>,
    ) -> Result<f64> {
        let (sin, cos) = setting.turn.sin_cos();
        // The page counts downwards, letters upwards.
        let upright: Matrix = [setting.scale, 0.0, setting.slant, -1.0, 0.0, 0.0];
        let place = multiply(upright, [cos, sin, -sin, cos, x, y]);
        let missing = || {
            unsupported(text!(
                "the embedded font has no glyph for “{character}”",
                "嵌入字体中没有“{character}”的字形"
            ))
        };
        let width = setting.size * setting.scale;
        match face {
            Face::Named(id) => {
                if !character.is_whitespace() {
                    let painting = setting.painting;
                    let render = match (painting.fill, painting.stroke) {
                        (true, false) => 0,
                        (false, true) => 1,
                        (true, true) => 2,
                        (false, false) => 3,
                    };
                    let code = font::code(character)?;
                    self.canvas.text(*id, setting.size, place, &code, render);
                }
                Ok(if is_wide(character) { width } else { width * 0.5 })
            }
            Face::Outlines(outlines) => {
                let glyph = match glyph.or_else(|| outlines.index(character)) {
                    Some(glyph) if outlines.has(glyph) => glyph,
                    _ if character.is_whitespace() => return Ok(width * 0.5),
                    _ => return Err(missing()),
                };
                let [a, b, c, d, e, f] = place;
                let size = setting.size;
                let matrix = [a * size, b * size, c * size, d * size, e, f];
                let outline = outlines.outline(glyph)?;
                if !outline.is_empty() {
                    self.canvas
                        .path(outline.into_iter().map(|segment: Segment| segment.through(matrix)));
                    self.canvas.paint(Painting {
                        even_odd: false,
                        ..setting.painting
                    });
                }
                Ok(outlines.advance(glyph).map_or(width, |advance| advance * width))
            }
        }
    }
}

/// The glyph of each character that a CGTransform chooses one for.
fn chosen(transforms: &[Element<'_>], count: usize) -> Result<Vec<Option<u16>>> {
    let mut chosen = vec![None; if transforms.is_empty() { 0 } else { count }];
    for transform in transforms {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
        let whole = |name, default: f64| number(transform, name).unwrap_or(default).max(0.0) as usize;
        let codes = whole("CodeCount", 1.0);
        if whole("GlyphCount", 1.0) != codes {
            return Err(unsupported(text!(
                "a CGTransform of several characters into another number of glyphs cannot be drawn",
                "不支持绘制字符数与字形数不同的 CGTransform"
            )));
        }
        let glyphs = transform
            .child_text("Glyphs")
            .and_then(|glyphs| numbers(&glyphs))
            .unwrap_or_default();
        let slots = chosen.iter_mut().skip(whole("CodePosition", 0.0)).take(codes);
        for (slot, glyph) in slots.zip(glyphs) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
            let glyph = glyph.max(0.0) as u16;
            *slot = Some(glyph);
        }
    }
    Ok(chosen)
}
