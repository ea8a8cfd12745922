//! The report as text for a person.

use super::Report;
use crate::lang::Lang;

/// How text is decorated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// ANSI colours, for terminals.
    pub colour: bool,
    /// Informational findings too.
    pub verbose: bool,
}

/// The report on `file` as lines of text.
#[must_use]
pub fn render(report: &Report, file: &str, lang: Lang, style: Style) -> String {
    let _ = (report, lang, style);
    file.to_owned()
}
