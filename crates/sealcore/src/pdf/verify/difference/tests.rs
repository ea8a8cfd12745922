//! Comparing what other tools made.

use super::*;
use crate::limits::Limits;
use crate::monitor::Unwatched;
use crate::pdf::Pdf;
use crate::pdf::verify::permission::{Permission, Rules, contradictions};
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

#[test]
#[ignore = "prints"]
fn show() {
    let name = std::env::var("SHOW").unwrap();
    let level = std::env::var("LEVEL").ok();
    let policy = Policy::from_name(&std::env::var("POLICY").unwrap_or("pades".into())).unwrap();
    for file in name.split_whitespace() {
        let path = std::path::Path::new(file);
        println!("==== {}", path.file_name().unwrap().to_string_lossy());
        let bytes = std::fs::read(path).unwrap();
        let pdf = match Pdf::open(crate::source::Source::from(bytes), &Limits::default()) {
            Ok(pdf) => pdf,
            Err(error) => {
                println!("  cannot open: {error}");
                continue;
            }
        };
        let last = pdf.sections().len() - 1;
        for finding in contradictions(&pdf.latest()).unwrap_or_default() {
            println!("  {}", finding.message(crate::lang::Lang::En));
        }
        for (field, section) in signatures(&pdf) {
            let started = std::time::Instant::now();
            let signed = pdf.as_of(section);
            let comparison = compare(&signed, &pdf.latest(), &Unwatched).unwrap();
            let took = started.elapsed();
            let mut rules = Rules::read(&signed).unwrap();
            match level.as_deref() {
                Some("1") => rules.certified = Some(Permission::None),
                Some("2") => rules.certified = Some(Permission::FormFill),
                _ => {}
            }
            let (changes, findings) = judge(&comparison, &rules, policy);
            println!("  {field} section {section} of {last}: {changes:?} {rules:?} {took:?}");
            for finding in findings {
                println!(
                    "     {} {}",
                    finding.code.name(),
                    finding.message(crate::lang::Lang::En)
                );
            }
        }
    }
}
