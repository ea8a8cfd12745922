//! docs/c-abi-reference.md: what the header declares, to be read in a browser.

use std::fmt::Write as _;

use super::c;
use super::item::{Item, Kind};
use super::layout::Section;

pub(crate) fn page(version: &str, sections: &[Section<'_>]) -> String {
    let mut page = format!(
        "# Reference of the C ABI\n\n`include/sealcore.h` of version {version}. Written by `cargo xtask header` from the source; how to use it is in \
         [c-abi.md](c-abi.md).\n\n"
    );
    let named = || {
        sections
            .iter()
            .filter(|section| !section.title.is_empty() && !section.items.is_empty())
    };
    for section in named() {
        let _ = writeln!(page, "- [{}](#{})", section.title, anchor(&section.title));
    }
    for section in named() {
        let _ = write!(page, "\n## {}\n", section.title);
        if !section.prose.is_empty() {
            let _ = write!(page, "\n{}\n", section.prose.join("\n"));
        }
        write_constants(&mut page, section);
        for item in section.items.iter().filter(|item| item.kind != Kind::Constant) {
            write_item(&mut page, item);
        }
    }
    page
}

fn write_constants(page: &mut String, section: &Section<'_>) {
    let mut constants = section
        .items
        .iter()
        .filter(|item| item.kind == Kind::Constant)
        .peekable();
    if constants.peek().is_none() {
        return;
    }
    page.push_str("\n| Constant | Value | |\n|---|---|---|\n");
    for item in constants {
        let declaration = item.declaration.concat();
        let value = declaration
            .rsplit(' ')
            .next()
            .unwrap_or_default()
            .trim_matches(['(', ')']);
        let docs = item
            .docs
            .iter()
            .map(|line| escape(line).replace('|', "\\|"))
            .collect::<Vec<_>>()
            .join(" ");
        let _ = writeln!(page, "| `{}` | {value} | {docs} |", item.name);
    }
}

fn write_item(page: &mut String, item: &Item) {
    let lines = match item.kind {
        Kind::Function => c::function(&item.declaration.concat()),
        Kind::Constant | Kind::Type => c::type_(item),
    };
    let docs = item.docs.iter().map(|line| escape(line)).collect::<Vec<_>>().join("\n");
    let code = lines.join("\n").replace('`', "");
    let _ = write!(page, "\n### {}\n\n```c\n{code}\n```\n\n{docs}\n", item.name);
}

/// `<` outside of code would begin an element.
fn escape(line: &str) -> String {
    let parts = line.split('`').enumerate();
    let parts = parts.map(|(index, part)| {
        if index % 2 == 0 {
            part.replace('<', "&lt;")
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

fn anchor(title: &str) -> String {
    let kept = title.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()
}
