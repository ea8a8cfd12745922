//! What the shared library shows to the world, and needs of it.

use std::fs;
use std::path::Path;

use crate::problem::{Problem, Result, While as _};
use crate::project::Project;
use crate::shell::{Tool, say};

/// The file that the loader looks for: the soname of this version of the ABI.
pub(crate) const ABI_FILE: &str = "libsealcore.so.1";

/// How large the stripped library may be.
const MOST_BYTES: u64 = 8_000_000;

/// The names, the soname and the size of a stripped library are what they should be.
pub(crate) fn check(project: &Project, library: &Path) -> Result {
    let expected = fs::read_to_string(project.root.join("include/sealcore.symbols"));
    let expected = expected.while_(|| "include/sealcore.symbols, which `cargo xtask header` writes".into())?;
    let nm = Tool::need("nm")?
        .command()
        .args(["-D", "--defined-only", "-j"])
        .arg(library)
        .output()?;
    let exported: Vec<&str> = nm.lines().collect();
    let more: Vec<_> = exported
        .iter()
        .filter(|name| !expected.lines().any(|line| line == **name))
        .copied()
        .collect();
    let fewer: Vec<_> = expected.lines().filter(|name| !exported.contains(name)).collect();
    if !more.is_empty() || !fewer.is_empty() {
        return Err(Problem::new(format!(
            "{} and include/sealcore.symbols differ; exported and not listed: [{}]; listed and not exported: [{}]",
            library.display(),
            more.join(", "),
            fewer.join(", ")
        )));
    }
    let soname = Tool::need("objdump")?.command().arg("-p").arg(library).output()?;
    if !soname
        .lines()
        .any(|line| line.split_whitespace().eq(["SONAME", ABI_FILE]))
    {
        return Err(Problem::new(format!(
            "the soname of {} is not {ABI_FILE}",
            library.display()
        )));
    }
    let bytes = library.metadata().while_(|| library.display().to_string())?.len();
    let glibc = glibc_floor(library)?;
    say(format!("{} functions, {bytes} bytes, glibc {glibc}", exported.len()));
    if bytes > MOST_BYTES {
        return Err(Problem::new(format!(
            "{} has {bytes} bytes, more than {MOST_BYTES}; `nm --size-sort -S` on an unstripped build says why",
            library.display()
        )));
    }
    Ok(())
}

/// The oldest glibc that has every function that the library calls, as `2.34`.
pub(crate) fn glibc_floor(library: &Path) -> Result<String> {
    let symbols = Tool::need("objdump")?.command().arg("-T").arg(library).output()?;
    let versions = symbols.split("GLIBC_").skip(1).filter_map(|rest| {
        let version: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let mut numbers = version.split('.').filter_map(|number| number.parse::<u32>().ok());
        Some((numbers.next()?, numbers.next()?))
    });
    let (major, minor) = versions
        .max()
        .while_(|| format!("{} needs no glibc", library.display()))?;
    Ok(format!("{major}.{minor}"))
}
