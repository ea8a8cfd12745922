//! The header itself.

use super::item::{Item, Kind};
use super::layout::Section;

/// How wide a line of the header may be.
const WIDTH: usize = 110;

pub(crate) fn header(version: &str, sections: &[Section<'_>]) -> String {
    let mut lines = Vec::new();
    let mut sections = sections.iter();
    let top = sections.next();
    lines.extend(plain(comment("", top.map_or(&[], |section| &section.prose[..]))));
    lines.extend(
        [
            "",
            "#ifndef SEALCORE_H",
            "#define SEALCORE_H",
            "",
            "#include <stddef.h>",
            "#include <stdint.h>",
            "",
        ]
        .map(str::to_owned),
    );
    lines.extend(version_macros(version));
    lines.push(EXPORT.to_owned());
    lines.extend(["", "#ifdef __cplusplus", "extern \"C\" {", "#endif"].map(str::to_owned));
    for section in sections.filter(|section| !section.items.is_empty()) {
        lines.push(String::new());
        let mut prose = vec![section.title.to_uppercase()];
        if !section.prose.is_empty() {
            prose.push(String::new());
            prose.extend(section.prose.iter().cloned());
        }
        lines.extend(plain(comment("", &prose)));
        let mut before = None;
        for item in &section.items {
            // Constants stand together.
            if !(before == Some(Kind::Constant) && item.kind == Kind::Constant) {
                lines.push(String::new());
            }
            before = Some(item.kind);
            lines.extend(declared(item));
        }
    }
    lines.extend(
        [
            "",
            "#ifdef __cplusplus",
            "}",
            "#endif",
            "",
            "#endif /* SEALCORE_H */",
            "",
        ]
        .map(str::to_owned),
    );
    lines.join("\n")
}

fn version_macros(version: &str) -> Vec<String> {
    let mut numbers = version.split(['.', '-', '+']);
    let mut lines = vec!["/** The version of this header, to be compared with sealcore_version(). */".to_owned()];
    for part in ["MAJOR", "MINOR", "PATCH"] {
        lines.push(format!(
            "#define SEALCORE_VERSION_{part} {}",
            numbers.next().unwrap_or("0")
        ));
    }
    lines.push(format!("#define SEALCORE_VERSION \"{version}\""));
    lines.push(String::new());
    lines
}

const EXPORT: &str = "\
/* Who links libsealcore.a on Windows defines SEALCORE_STATIC; SEALCORE_BUILDING is for who builds the DLL from C. */
#if defined(_WIN32) && !defined(SEALCORE_STATIC)
#  ifdef SEALCORE_BUILDING
#    define SEALCORE_API __declspec(dllexport)
#  else
#    define SEALCORE_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__) && __GNUC__ >= 4
#  define SEALCORE_API __attribute__((visibility(\"default\")))
#else
#  define SEALCORE_API
#endif";

fn declared(item: &Item) -> Vec<String> {
    let mut lines = comment("*", &item.docs);
    match item.kind {
        Kind::Function => lines.extend(function(&format!("SEALCORE_API {}", item.declaration.concat()))),
        Kind::Constant => lines.extend(item.declaration.iter().cloned()),
        Kind::Type => lines.extend(type_(item)),
    }
    plain(lines)
}

/// The declaration of a type, with comments of one line in one line.
pub(crate) fn type_(item: &Item) -> Vec<String> {
    let mut lines = Vec::new();
    let mut text: Vec<String> = Vec::new();
    let mut inside = false;
    for line in &item.declaration {
        let trimmed = line.trim();
        if trimmed == "/**" {
            inside = true;
            text.clear();
        } else if inside && trimmed == "*/" {
            inside = false;
            lines.extend(comment("*", &text).into_iter().map(|line| format!("    {line}")));
        } else if inside {
            text.push(trimmed.trim_start_matches('*').trim().to_owned());
        } else {
            lines.push(line.clone());
        }
    }
    lines
}

/// A prototype; where it is too long for a line, with an argument on each.
pub(crate) fn function(declaration: &str) -> Vec<String> {
    if declaration.len() <= WIDTH {
        return vec![declaration.to_owned()];
    }
    let Some((head, arguments)) = declaration.split_once('(') else {
        return vec![declaration.to_owned()];
    };
    let mut lines = vec![format!("{head}(")];
    lines.extend(arguments.split(", ").map(|argument| format!("    {argument},")));
    if let Some(last) = lines.last_mut() {
        last.pop();
    }
    lines
}

fn comment(mark: &str, text: &[String]) -> Vec<String> {
    match text {
        [] => Vec::new(),
        [one] if one.len() + 8 <= WIDTH => vec![format!("/*{mark} {one} */")],
        _ => {
            let mut lines = vec![format!("/*{mark}")];
            lines.extend(text.iter().map(|line| format!(" * {line}").trim_end().to_owned()));
            lines.push(" */".to_owned());
            lines
        }
    }
}

/// Markdown's marks of code are noise in C.
fn plain(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| line.replace('`', "")).collect()
}
