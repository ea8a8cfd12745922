//! A line of text below a picture.

use super::canvas::{Canvas, Color};
use super::font;
use super::objects::Objects;
use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// Sizes of the text, in points: as large as it fits, but readable.
const LARGEST: f64 = 9.0;
const SMALLEST: f64 = 3.0;

/// What goes in a line, however wide the picture is.
const MAX_CHARACTERS: usize = 200;

/// Height of the line and depth of the baseline, in sizes of the text.
const LINE: f64 = 1.4;
const BASELINE: f64 = 1.05;

/// Draws `text` in the middle below a picture of this width in points; gives the height that it takes there.
pub(super) fn draw(text: &str, width: f64, objects: &mut Objects, canvas: &mut Canvas) -> Result<f64> {
    let text = text.trim();
    let count = text.chars().count();
    if count == 0 {
        return Ok(0.0);
    }
    let refused = |message| Error::new(ErrorKind::Argument, message).in_part("caption");
    if text.chars().any(char::is_control) {
        return Err(refused(text!("a caption is one line of text", "题注必须是单行文字")));
    }
    let too_long = || {
        refused(text!(
            "a caption of {count} characters does not fit below the picture",
            "题注共 {count} 个字符，图像下方放不下"
        ))
    };
    if count > MAX_CHARACTERS {
        return Err(too_long());
    }
    let ascii = text.is_ascii();
    let length: f64 = text
        .chars()
        .map(|character| f64::from(advance(character, ascii)) / 1000.0)
        .sum();
    let size = LARGEST.min(width / length);
    if size < SMALLEST {
        return Err(too_long());
    }
    let (font, code) = if ascii {
        (font::helvetica(objects), text.as_bytes().to_vec())
    } else {
        let code: Result<Vec<_>> = text.chars().map(font::code).collect();
        let code = code.map_err(|error| error.in_part("caption"))?;
        (font::chinese(font::SONG, objects), code.concat())
    };
    canvas.save();
    canvas.fill_color(Color::Gray(0.0));
    let start = (width - length * size) / 2.0;
    canvas.text(font, size, [1.0, 0.0, 0.0, 1.0, start, -size * BASELINE], &code, 0);
    canvas.restore();
    Ok(size * LINE)
}

/// Width of a character in thousandths of the size.
fn advance(character: char, helvetica: bool) -> u16 {
    match (helvetica, character) {
        (true, ' '..='~') => {
            let position = usize::try_from(u32::from(character) - 0x20).unwrap_or(0);
            HELVETICA.get(position).copied().unwrap_or(1000)
        }
        (false, ' '..='~') => 500,
        _ => 1000,
    }
}

/// Widths of Helvetica from the space to the tilde, as its metrics have them.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
