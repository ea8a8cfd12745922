//! Outlines of the glyphs of an embedded font.

use ttf_parser::{Face, GlyphId, OutlineBuilder, Tag, loca};

use super::super::canvas::Segment;
use super::super::format::{broken, unsupported};
use crate::error::Result;
use crate::limits::Limits;
use crate::text;

/// Parts of a composite glyph, parts of parts included. Each level may multiply them, and the crate follows 32 levels.
const MAX_PARTS: usize = 256;

/// A TrueType font.
pub(super) struct Outlines<'f>(Face<'f>);

impl<'f> Outlines<'f> {
    pub(super) fn read(data: &'f [u8]) -> Result<Self> {
        let cff = matches!(data, [1, 0, 4, ..] | [b'O', b'T', b'T', b'O', ..]);
        let face = Face::parse(data, 0).ok().filter(|face| face.tables().glyf.is_some());
        match face {
            Some(face) => Ok(Self(face)),
            // Its subroutines may call each other without end, which nothing here bounds.
            None if cff => Err(unsupported(text!(
                "letters of an embedded CFF font cannot be drawn",
                "不支持绘制嵌入的 CFF 字体"
            ))),
            None => Err(unsupported(text!(
                "the embedded font is not TrueType",
                "嵌入字体不是 TrueType 格式"
            ))),
        }
    }

    /// The glyph of a character.
    pub(super) fn index(&self, character: char) -> Option<u16> {
        self.0.glyph_index(character).map(|glyph| glyph.0)
    }

    /// Whether there is such a glyph.
    pub(super) fn has(&self, glyph: u16) -> bool {
        glyph < self.0.number_of_glyphs()
    }

    /// Width of a glyph, as part of the size of the text.
    pub(super) fn advance(&self, glyph: u16) -> Option<f64> {
        let advance = self.0.glyph_hor_advance(GlyphId(glyph))?;
        Some(f64::from(advance) / f64::from(self.0.units_per_em().max(1)))
    }

    /// The outline of a glyph as part of the size of the text, upwards; empty for a blank.
    pub(super) fn outline(&self, glyph: u16) -> Result<Vec<Segment>> {
        self.check_parts(glyph)?;
        let mut pen = Pen {
            scale: 1.0 / f64::from(self.0.units_per_em().max(1)),
            last: (0.0, 0.0),
            segments: Vec::new(),
        };
        // `None` is a glyph without contours.
        let _ = self.0.outline_glyph(GlyphId(glyph), &mut pen);
        Ok(pen.segments)
    }

    /// Counts what a composite glyph leads to before anything follows it.
    fn check_parts(&self, glyph: u16) -> Result<()> {
        let mut open = vec![glyph];
        let mut count = 0;
        while let Some(glyph) = open.pop() {
            count += 1;
            if count > MAX_PARTS {
                return Err(Limits::exceeded("parts of a glyph", "字形部件数", MAX_PARTS as u64));
            }
            self.parts(glyph, &mut open)?;
        }
        Ok(())
    }

    /// Adds the glyphs that a composite glyph is made of (OpenType, `glyf`).
    fn parts(&self, glyph: u16, open: &mut Vec<u16>) -> Result<()> {
        const ARGUMENTS_ARE_WORDS: u16 = 0x1;
        const SCALE: u16 = 0x8;
        const MORE: u16 = 0x20;
        const TWO_SCALES: u16 = 0x40;
        const MATRIX: u16 = 0x80;
        let tables = self.0.tables();
        let raw = self.0.raw_face().table(Tag::from_bytes(b"glyf")).unwrap_or_default();
        let loca = self.0.raw_face().table(Tag::from_bytes(b"loca")).unwrap_or_default();
        let (count, format) = (tables.maxp.number_of_glyphs, tables.head.index_to_location_format);
        let range = loca::Table::parse(count, format, loca).and_then(|loca| loca.glyph_range(GlyphId(glyph)));
        let Some(data) = range.and_then(|range| raw.get(range)) else {
            return Ok(());
        };
        let word = |at: usize| {
            data.get(at..)
                .and_then(|rest| rest.first_chunk::<2>())
                .map(|two| u16::from_be_bytes(*two))
        };
        if word(0).is_none_or(|contours| contours.cast_signed() >= 0) {
            return Ok(());
        }
        let mut at = 10;
        loop {
            let (Some(flags), Some(part)) = (word(at), word(at + 2)) else {
                return Err(broken(text!("a glyph ends early", "字形数据不完整")));
            };
            open.push(part);
            if open.len() > MAX_PARTS {
                return Err(Limits::exceeded("parts of a glyph", "字形部件数", MAX_PARTS as u64));
            }
            let set = |flag: u16, size: usize| if flags & flag == 0 { 0 } else { size };
            at += 6 + set(ARGUMENTS_ARE_WORDS, 2) + set(SCALE, 2) + set(TWO_SCALES, 4) + set(MATRIX, 8);
            if flags & MORE == 0 {
                return Ok(());
            }
        }
    }
}

struct Pen {
    scale: f64,
    last: (f64, f64),
    segments: Vec<Segment>,
}

impl Pen {
    fn point(&self, x: f32, y: f32) -> (f64, f64) {
        (f64::from(x) * self.scale, f64::from(y) * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.last = self.point(x, y);
        self.segments.push(Segment::Move(self.last));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.last = self.point(x, y);
        self.segments.push(Segment::Line(self.last));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let to = self.point(x, y);
        self.segments
            .push(Segment::quadratic(self.last, self.point(x1, y1), to));
        self.last = to;
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.last = self.point(x, y);
        self.segments
            .push(Segment::Curve(self.point(x1, y1), self.point(x2, y2), self.last));
    }

    fn close(&mut self) {
        self.segments.push(Segment::Close);
    }
}
