//! Widths of the standard 14 fonts (ISO 32000-2, 9.6.2.2), which old files use without stating them: the printable
//! characters of ASCII, in thousandths of the em.

/// How wide a character is in the font of this name, in ems; `None` when it is none of the standard fonts.
pub(super) fn width(font: &str, character: Option<char>) -> Option<f64> {
    let widths = table(font)?;
    let place = character
        .map(|character| u32::from(plain(character)))
        .and_then(|character| usize::try_from(character.checked_sub(0x20)?).ok());
    // Where nothing is known, as wide as a digit.
    let digit = widths.get(0x10).copied().unwrap_or(500);
    let width = place.and_then(|place| widths.get(place)).copied().unwrap_or(digit);
    Some(f64::from(width) / 1000.0)
}

/// Whether this is one of the standard fonts, or drawn to their measures.
pub(super) fn is_known(font: &str) -> bool {
    table(font).is_some()
}

/// A letter without its accent, which adds no width.
fn plain(character: char) -> char {
    let mut plain = None;
    unicode_normalization::char::decompose_canonical(character, |part| {
        plain.get_or_insert(part);
    });
    plain.unwrap_or(character)
}

/// By the font's own name, and by the names of those that were drawn to the same widths.
fn table(font: &str) -> Option<&'static [u16; 95]> {
    let name = font.split_once('+').map_or(font, |(_, name)| name);
    let (bold, slanted) = (
        name.contains("Bold"),
        name.contains("Italic") || name.contains("Oblique"),
    );
    if name.starts_with("Courier") {
        Some(&[600; 95])
    } else if name.starts_with("Helvetica") || name.starts_with("Arial") {
        Some(if bold { &HELVETICA_BOLD } else { &HELVETICA })
    } else if name.starts_with("Times") {
        Some(match (bold, slanted) {
            (false, false) => &TIMES,
            (true, false) => &TIMES_BOLD,
            (false, true) => &TIMES_ITALIC,
            (true, true) => &TIMES_BOLD_ITALIC,
        })
    } else {
        None
    }
}

#[rustfmt::skip]
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667,
    556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556,
    556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722,
    500, 500, 500, 334, 260, 334, 584,
];

#[rustfmt::skip]
const HELVETICA_BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722,
    611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556,
    611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778,
    556, 556, 500, 389, 280, 389, 584,
];

#[rustfmt::skip]
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722,
    611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444,
    500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722,
    500, 500, 444, 480, 200, 480, 541,
];

#[rustfmt::skip]
const TIMES_BOLD: [u16; 95] = [
    250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 500, 333, 333, 570, 570, 570, 500, 930, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778,
    667, 944, 722, 778, 611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581, 500, 333, 500,
    556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500, 556, 556, 444, 389, 333, 556, 500, 722,
    500, 500, 444, 394, 220, 394, 520,
];

#[rustfmt::skip]
const TIMES_ITALIC: [u16; 95] = [
    250, 333, 420, 500, 500, 833, 778, 214, 333, 333, 500, 675, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 500, 333, 333, 675, 675, 675, 500, 920, 611, 611, 667, 722, 611, 611, 722, 722, 333, 444, 667,
    556, 833, 667, 722, 611, 722, 611, 500, 556, 722, 611, 833, 611, 556, 556, 389, 278, 389, 422, 500, 333, 500,
    500, 444, 500, 444, 278, 500, 500, 278, 278, 444, 278, 722, 500, 500, 500, 500, 389, 389, 278, 500, 444, 667,
    444, 444, 389, 400, 275, 400, 541,
];

#[rustfmt::skip]
const TIMES_BOLD_ITALIC: [u16; 95] = [
    250, 389, 555, 500, 500, 833, 778, 278, 333, 333, 500, 570, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 500, 333, 333, 570, 570, 570, 500, 832, 667, 667, 667, 722, 667, 667, 722, 778, 389, 500, 667,
    611, 889, 722, 722, 611, 722, 667, 556, 611, 722, 667, 889, 667, 611, 611, 333, 278, 333, 570, 500, 333, 500,
    500, 444, 500, 444, 333, 500, 556, 278, 278, 500, 278, 778, 556, 500, 500, 500, 389, 389, 278, 556, 444, 667,
    500, 444, 389, 348, 220, 348, 570,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(font: &str, character: char) -> Option<f64> {
        width(font, Some(character))
    }

    /// Numbers of Adobe's font metrics.
    #[test]
    fn widths() {
        for (font, character, expected) in [
            ("Helvetica", 'A', 0.667),
            ("Helvetica", ' ', 0.278),
            ("ABCDEF+Arial-BoldMT", 'a', 0.556),
            ("Helvetica-BoldOblique", 'l', 0.278),
            ("Times-Roman", 'W', 0.944),
            ("TimesNewRoman,BoldItalic", '~', 0.57),
            ("Courier-Bold", 'i', 0.6),
            ("Times-Roman", 'é', 0.444),
            ("Times-Roman", '甲', 0.5),
        ] {
            assert_eq!(of(font, character), Some(expected), "{font} {character}");
        }
        assert_eq!(width("Helvetica", None), Some(0.556));
        assert_eq!(of("Symbol", 'a'), None);
    }
}
