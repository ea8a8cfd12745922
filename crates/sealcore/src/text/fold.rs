//! Characters that count as the same.

use unicode_normalization::char::decompose_compatible;

/// White space, and what shows nothing.
pub(super) fn is_passed_over(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Appends what `c` is without case and width: its compatibility decomposition in lower case.
pub(super) fn fold(c: char, folded: &mut String) {
    match c {
        '\0'..='\x7f' => folded.push(c.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' => folded.push(c),
        _ => decompose_compatible(c, |part| {
            if !is_passed_over(part) {
                folded.extend(part.to_lowercase());
            }
        }),
    }
}

/// Whether a character takes a whole em: ideographs, kana, hangul and full-width forms.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2018}'..='\u{201d}' | '\u{2026}' | '\u{2e80}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}'
        | '\u{20000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut folded = String::new();
        text.chars().for_each(|c| fold(c, &mut folded));
        folded
    }

    #[test]
    fn width_and_case_are_gone() {
        assert_eq!(folded("ＡＢｃ１２（印）"), "abc12(印)");
        assert_eq!(folded("㈱"), "(株)");
        assert_eq!(folded("É"), folded("e\u{301}"));
        assert_eq!(folded("⽇ﾊﾞ"), folded("日バ"));
        assert_ne!(folded("印"), folded("章"));
    }

    #[test]
    fn widths() {
        assert!("印章。（Ａ，，“𠀀".chars().all(is_wide));
        assert!(!"Ab1 -é:".chars().any(is_wide));
    }
}
