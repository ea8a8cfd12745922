//! `cargo xtask header`: include/sealcore.h, include/sealcore.symbols and docs/c-abi-reference.md, all from the source of
//! crates/sealcore-capi, in the order of crates/sealcore-capi/header.txt.

mod c;
mod item;
mod layout;
mod reference;

use std::fs;
use std::path::Path;

use crate::problem::{Problem, Result, While as _};
use crate::project::Project;
use crate::shell::{self, Tool};

use self::item::{Item, Kind};
use self::layout::Layout;

/// Functions that break the library on purpose; in no header and no build that is shipped.
const TEST_HOOKS: &str = "sealcore_test_";

/// Writes the files, or with `check` says which of them are not what they should be.
pub(crate) fn run(project: &Project, check: bool) -> Result {
    let crate_ = project.root.join("crates/sealcore-capi");
    let items: Vec<Item> = item::read(&crate_)?
        .into_iter()
        .filter(|item| !item.name.starts_with(TEST_HOOKS))
        .collect();
    let layout = fs::read_to_string(crate_.join("header.txt")).while_(|| "crates/sealcore-capi/header.txt".into())?;
    let layout = Layout::parse(&layout)?;
    let sections = layout.arrange(&items)?;
    let idle = layout.idle(&items);
    if !idle.is_empty() {
        let said = format!(
            "crates/sealcore-capi/header.txt has names that the crate does not declare: {}",
            idle.join(", ")
        );
        if check {
            return Err(Problem::new(said));
        }
        shell::say(said);
    }

    let header = c::header(&project.version, &sections);
    let files = [
        ("include/sealcore.h", header),
        ("include/sealcore.symbols", symbols(&items)),
        ("docs/c-abi-reference.md", reference::page(&project.version, &sections)),
    ];
    if check {
        compare(&project.root, &files)?;
    } else {
        for (name, text) in &files {
            let path = project.root.join(name);
            fs::create_dir_all(path.parent().unwrap_or(&path)).while_(|| (*name).into())?;
            fs::write(path, text).while_(|| (*name).into())?;
        }
    }
    compile(&project.root.join("include"))
}

fn symbols(items: &[Item]) -> String {
    let mut names: Vec<_> = items
        .iter()
        .filter(|item| item.kind == Kind::Function)
        .map(|item| item.name.as_str())
        .collect();
    names.sort_unstable();
    names.join("\n") + "\n"
}

fn compare(root: &Path, files: &[(&str, String)]) -> Result {
    let mut stale = Vec::new();
    for (name, text) in files {
        let there = fs::read_to_string(root.join(name)).unwrap_or_default();
        if there == *text {
            continue;
        }
        let line = there
            .lines()
            .zip(text.lines())
            .take_while(|(there, made)| there == made)
            .count();
        stale.push(format!(
            "{name} is not what the source gives, from line {}:\n  there: {}\n  made:  {}",
            line + 1,
            there.lines().nth(line).unwrap_or("(end)"),
            text.lines().nth(line).unwrap_or("(end)"),
        ));
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(Problem::new(format!(
        "{}\n`cargo xtask header` writes them anew; a change of the ABI belongs into CHANGELOG.md",
        stale.join("\n")
    )))
}

/// The header in both languages, as strict as compilers can be told to be.
fn compile(include: &Path) -> Result {
    const STRICT: [&str; 6] = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-I"];
    for (compiler, language, standards) in [
        ("cc", "c", &["-std=c99", "-std=c11", "-std=c17"][..]),
        ("c++", "c++", &["-std=c++11", "-std=c++17"][..]),
    ] {
        let Some(tool) = Tool::find(compiler) else {
            shell::say(format!(
                "{compiler} is not there: the header was not compiled as {language}"
            ));
            continue;
        };
        let folder = tempfile::tempdir().while_(|| "a temporary folder".into())?;
        let source = folder.path().join("header.c");
        // Twice: the guard holds.
        fs::write(
            &source,
            "#include <sealcore.h>\n#include <sealcore.h>\nint main(void) { return 0; }\n",
        )
        .while_(|| "a source that includes the header".into())?;
        for standard in standards {
            tool.command()
                .args(["-x", language, standard])
                .args(STRICT)
                .arg(include)
                .arg(&source)
                .done()?;
        }
    }
    Ok(())
}
