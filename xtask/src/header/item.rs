//! The declarations of the crate, as cbindgen reads them.

use std::path::Path;

use cbindgen::{Braces, Config, DocumentationStyle, Language, Style};

use crate::problem::{Problem, Result, While as _};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Constant,
    Type,
    Function,
}

/// One thing that the header declares.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Its documentation in Markdown, a line each.
    pub(crate) docs: Vec<String>,
    /// The declaration in C, with the comments of its fields.
    pub(crate) declaration: Vec<String>,
}

/// All of them, in the order that cbindgen gives.
pub(crate) fn read(crate_: &Path) -> Result<Vec<Item>> {
    let mut config = Config {
        language: Language::C,
        style: Style::Type,
        braces: Braces::SameLine,
        usize_is_size_t: true,
        documentation_style: DocumentationStyle::Doxy,
        tab_width: 4,
        // Lines are broken here, so that header and reference break them alike.
        line_length: 10_000,
        no_includes: true,
        ..Config::default()
    };
    config.macro_expansion.bitflags = false;
    let bindings = cbindgen::Builder::new()
        .with_crate(crate_)
        .with_config(config)
        .generate()
        .while_(|| "cbindgen cannot read crates/sealcore-capi".into())?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).while_(|| "cbindgen's output".into())?;
    let blocks = text.split("\n\n").filter(|block| !block.trim().is_empty());
    let items = blocks.map(parse).collect::<Result<Vec<_>>>()?;
    complete(crate_, &items)?;
    Ok(items)
}

/// cbindgen passes over what it cannot express; that shall not go unnoticed.
fn complete(crate_: &Path, items: &[Item]) -> Result {
    let mut folders = vec![crate_.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)
            .while_(|| folder.display().to_string())?
            .flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).while_(|| path.display().to_string())?;
            let exported = source.lines().filter_map(exported);
            if let Some(name) = exported
                .into_iter()
                .find(|name| !items.iter().any(|item| item.name == *name))
            {
                return Err(Problem::new(format!(
                    "{}: cbindgen says nothing of {name}; it has to be written in a form that it reads",
                    path.display()
                )));
            }
        }
    }
    Ok(())
}

/// The name that a line of source exports, if it does.
fn exported(line: &str) -> Option<&str> {
    let declarations = [
        "pub const ",
        "pub extern \"C\" fn ",
        "pub unsafe extern \"C\" fn ",
        "pub struct ",
    ];
    let rest = declarations.iter().find_map(|begin| line.strip_prefix(begin))?;
    let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (name.starts_with("SEALCORE_") || name.starts_with("sealcore_")).then_some(name)
}

fn parse(block: &str) -> Result<Item> {
    let mut docs = Vec::new();
    let mut declaration = Vec::new();
    // Comments of fields stay where they are; the first comment is the item's.
    let mut in_docs = false;
    for line in block.lines().filter(|line| !line.trim().is_empty()) {
        let trimmed = line.trim();
        if declaration.is_empty() && trimmed == "/**" {
            in_docs = true;
        } else if in_docs && trimmed == "*/" {
            in_docs = false;
        } else if in_docs {
            docs.push(plain_links(
                trimmed
                    .trim_start_matches('*')
                    .trim_end()
                    .strip_prefix(' ')
                    .unwrap_or_default(),
            ));
        } else if !trimmed.starts_with("#if") && trimmed != "#endif" {
            declaration.push(line.trim_end().to_owned());
        }
    }
    let first = declaration
        .first()
        .while_(|| format!("cbindgen wrote a block without a declaration:\n{block}"))?;
    let (kind, name) = if let Some(rest) = first.strip_prefix("#define ") {
        (Kind::Constant, rest.split(' ').next().map(str::to_owned))
    } else if first.starts_with("typedef ") {
        let last = declaration.last().map_or("", String::as_str);
        (
            Kind::Type,
            last.trim_end_matches(';').rsplit([' ', '*']).next().map(str::to_owned),
        )
    } else {
        (
            Kind::Function,
            first
                .split('(')
                .next()
                .and_then(|head| head.rsplit([' ', '*']).next())
                .map(str::to_owned),
        )
    };
    let name = name.filter(|name| name.to_ascii_lowercase().starts_with("sealcore_"));
    let name = name.while_(|| format!("a declaration without a name of this library:\n{block}"))?;
    let declaration = match kind {
        Kind::Constant => vec![constant(&declaration)],
        Kind::Type => type_(&name, declaration),
        Kind::Function => vec![declaration.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")],
    };
    let item = Item {
        name,
        kind,
        docs,
        declaration,
    };
    if item.docs.is_empty() {
        return Err(Problem::new(format!("{} has no documentation", item.name)));
    }
    Ok(item)
}

/// A number below zero stands in parentheses, so that it can stand in any expression.
fn constant(declaration: &[String]) -> String {
    let line = declaration.concat();
    match line.rsplit_once(' ') {
        Some((head, "(size_t)-1")) => format!("{head} SIZE_MAX"),
        Some((head, value)) if value.starts_with('-') => format!("{head} ({value})"),
        _ => line,
    }
}

/// A structure has a tag, for those who declare it themselves; one without fields of its own is only declared.
fn type_(name: &str, declaration: Vec<String>) -> Vec<String> {
    if !declaration.first().is_some_and(|line| line.contains("struct")) {
        return declaration;
    }
    if declaration.iter().any(|line| line.contains(" _private[")) {
        return vec![format!("typedef struct {name} {name};")];
    }
    let mut lines = declaration;
    if let Some(first) = lines.first_mut() {
        *first = format!("typedef struct {name} {{");
    }
    lines.into_iter().map(|line| plain_links(&line)).collect()
}

/// Links mean nothing in C: what stands in their brackets is left, without them.
fn plain_links(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("[`") {
        let Some((linked, after)) = after.split_once("`]") else {
            break;
        };
        plain.push_str(before);
        plain.push('`');
        plain.push_str(linked);
        plain.push('`');
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_cbindgen_writes() {
        let item = parse("/**\n * Frees [`it`](x). NULL is fine.\n *\n * Twice is not.\n */\nvoid sealcore_it_free(sealcore_it *it);").unwrap();
        assert_eq!((item.name.as_str(), item.kind), ("sealcore_it_free", Kind::Function));
        assert_eq!(item.docs, ["Frees `it`. NULL is fine.", "", "Twice is not."]);
        let item = parse("/**\n * No.\n */\n#define SEALCORE_E_NO -3").unwrap();
        assert_eq!(item.declaration, ["#define SEALCORE_E_NO (-3)"]);
        let item = parse("/**\n * It.\n */\ntypedef struct {\n    uint8_t _private[0];\n} sealcore_it;").unwrap();
        assert_eq!(item.declaration, ["typedef struct sealcore_it sealcore_it;"]);
        let item = parse("/**\n * It.\n */\nconst uint8_t *sealcore_data(void);").unwrap();
        assert_eq!(item.name, "sealcore_data");
        assert_eq!(exported("pub const SEALCORE_X: i32 = 1;"), Some("SEALCORE_X"));
        assert_eq!(exported("pub extern \"C\" fn sealcore_y("), Some("sealcore_y"));
        assert_eq!(exported("pub const OTHER: i32 = 1;"), None);
        assert!(parse("void sealcore_undocumented(void);").is_err());
        assert!(parse("/**\n * No name of ours.\n */\nvoid other(void);").is_err());
    }
}
