//! The order of the header: crates/sealcore-capi/header.txt.
//!
//! `> text` is prose, before the first section for the top of the file; `= Title` begins a section; other lines are names, or
//! names ended by `*`, of what stands in it; `#` begins a comment.

use crate::problem::{Problem, Result, While as _};

use super::item::Item;

/// A part of the header.
#[derive(Debug)]
pub(crate) struct Section<'i> {
    /// Empty for what stands before the first.
    pub(crate) title: String,
    /// Markdown, a line each.
    pub(crate) prose: Vec<String>,
    pub(crate) items: Vec<&'i Item>,
}

#[derive(Default)]
pub(crate) struct Layout {
    sections: Vec<Planned>,
}

#[derive(Default)]
struct Planned {
    title: String,
    prose: Vec<String>,
    names: Vec<String>,
}

impl Layout {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut sections = vec![Planned::default()];
        for line in text.lines() {
            let section = sections.last_mut().while_(|| "header.txt has no section".into())?;
            if let Some(title) = line.strip_prefix("= ") {
                sections.push(Planned {
                    title: title.to_owned(),
                    ..Planned::default()
                });
            } else if let Some(prose) = line.strip_prefix('>') {
                section.prose.push(prose.strip_prefix(' ').unwrap_or(prose).to_owned());
            } else if !line.is_empty() && !line.starts_with('#') {
                section.names.push(line.trim().to_owned());
            }
        }
        Ok(Self { sections })
    }

    /// Puts each item where it belongs. An item without a place is a mistake.
    pub(crate) fn arrange<'i>(&self, items: &'i [Item]) -> Result<Vec<Section<'i>>> {
        let planned = || self.sections.iter().flat_map(|section| &section.names);
        let mut mistakes = Vec::new();
        for item in items {
            if !planned().any(|name| covers(name, &item.name)) {
                mistakes.push(format!(
                    "{} stands in no section of crates/sealcore-capi/header.txt",
                    item.name
                ));
            }
        }
        if !mistakes.is_empty() {
            return Err(Problem::new(mistakes.join("\n")));
        }
        let belongs = |name: &str, item: &Item| {
            let exact = planned().any(|name| *name == item.name);
            if exact {
                name == item.name
            } else {
                covers(name, &item.name)
            }
        };
        let arranged = self.sections.iter().map(|section| Section {
            title: section.title.clone(),
            prose: section.prose.clone(),
            items: section
                .names
                .iter()
                .flat_map(|name| items.iter().filter(|item| belongs(name, item)))
                .collect(),
        });
        Ok(arranged.collect())
    }

    /// The names that stand for nothing.
    pub(crate) fn idle<'l>(&'l self, items: &[Item]) -> Vec<&'l str> {
        let planned = self
            .sections
            .iter()
            .flat_map(|section| &section.names)
            .map(String::as_str);
        planned
            .filter(|name| !items.iter().any(|item| covers(name, &item.name)))
            .collect()
    }
}

fn covers(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::super::item::Kind;
    use super::*;

    fn item(name: &str) -> Item {
        Item {
            name: name.into(),
            kind: Kind::Function,
            docs: Vec::new(),
            declaration: Vec::new(),
        }
    }

    #[test]
    fn arranges() {
        let items = [item("b_1"), item("a"), item("b_2")];
        let layout = Layout::parse("> Top.\n\n= One\n> Prose.\nb_2\nb_*\n# no name\n= Two\na\n").unwrap();
        let sections = layout.arrange(&items).unwrap();
        let names = |n: usize| {
            sections[n]
                .items
                .iter()
                .map(|item| item.name.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!((names(0), names(1), names(2)), (vec![], vec!["b_2", "b_1"], vec!["a"]));
        assert_eq!(
            (sections[0].prose.as_slice(), sections[1].title.as_str()),
            (&["Top.".to_owned()][..], "One")
        );
        let homeless = Layout::parse("= One\na\nb_1\n")
            .unwrap()
            .arrange(&items)
            .unwrap_err()
            .to_string();
        assert!(homeless.contains("b_2 stands in no section"));
        assert_eq!(Layout::parse("= One\na\nb_*\nc\n").unwrap().idle(&items), ["c"]);
    }
}
