//! Comparing what other tools made.

mod corpus;
mod made;

use super::*;
use crate::limits::Limits;
use crate::monitor::Unwatched;
use crate::pdf::Pdf;
use crate::pdf::Permission;
use crate::pdf::permission::{Rules, contradictions};
use crate::report::{Changes, Policy};

/// A signature of a file: its field and the section that it covers.
fn signatures(pdf: &Pdf<'_>) -> Vec<(String, usize)> {
    let view = pdf.latest();
    let mut found = Vec::new();
    let last = pdf.sections().len();
    // Also those that a later revision dropped.
    for section in 0..last {
        let view = if section + 1 == last { view } else { pdf.as_of(section) };
        let Ok(Some(form)) = view.form() else { continue };
        for field in form.fields {
            let Some(value) = field.value else { continue };
            let Ok(value) = view.resolve(&value) else { continue };
            let Some(range) = value
                .as_dictionary()
                .and_then(|value| view.lookup(value, "ByteRange").ok())
            else {
                continue;
            };
            let numbers: Vec<u64> = range
                .as_array()
                .unwrap_or_default()
                .iter()
                .filter_map(|n| n.as_integer())
                .map(|n| n as u64)
                .collect();
            let [.., start, length] = numbers[..] else { continue };
            let end = start + length;
            let Some(covered) = pdf.sections().iter().rposition(|section| section.start < end) else {
                continue;
            };
            if !found.contains(&(field.name.clone(), covered)) {
                found.push((field.name, covered));
            }
        }
    }
    found.sort_by_key(|(_, section)| *section);
    found
}

fn open(path: &std::path::Path) -> Pdf<'static> {
    let bytes = std::fs::read(path).unwrap();
    Pdf::open(crate::source::Source::from(bytes), &Limits::default()).unwrap()
}
