//! `cargo xtask bindings`: each binding's own tests, and what they write compared.

use std::fs;
use std::path::Path;

use crate::library;
use crate::problem::{Problem, Result, While as _};
use crate::project::Project;
use crate::shell::{Run, Tool, say};

/// A language, the script that builds and tests its binding, and what the script needs.
struct Binding {
    name: &'static str,
    script: &'static str,
    tools: &'static [&'static str],
    /// Gives the program that all have alike, and that its script has built: LIBDIR DEMODIR OUTDIR NAME.
    crosscheck: fn(&Project, &Path) -> Result<Run>,
}

const BINDINGS: [Binding; 4] = [
    Binding {
        name: "c",
        script: "tests/capi/run.sh",
        tools: &["bash", "gcc", "g++", "make", "nm", "objdump", "valgrind"],
        crosscheck: crosscheck_c,
    },
    Binding {
        name: "java",
        script: "bindings/java/test.sh",
        tools: &["bash", "java", "javac", "mvn"],
        crosscheck: crosscheck_java,
    },
    Binding {
        name: "dotnet",
        script: "bindings/dotnet/test.sh",
        tools: &["bash", "mcs", "mono"],
        crosscheck: crosscheck_dotnet,
    },
    Binding {
        name: "python",
        script: "bindings/python/test.sh",
        tools: &["bash", "python3"],
        crosscheck: crosscheck_python,
    },
];

pub(crate) fn run(project: &Project, languages: &[&str], release: bool, require_all: bool) -> Result {
    if let Some(unknown) = languages
        .iter()
        .find(|name| !BINDINGS.iter().any(|binding| binding.name == **name))
    {
        return Err(Problem::new(format!(
            "{unknown} is no binding; there are c, java, dotnet and python"
        )));
    }
    let chosen = BINDINGS
        .iter()
        .filter(|binding| languages.is_empty() || languages.contains(&binding.name));
    let (present, absent): (Vec<&Binding>, Vec<&Binding>) = chosen.partition(|binding| missing(binding).is_empty());
    for binding in &absent {
        say(format!(
            "not run: {}, without {}",
            binding.name,
            missing(binding).join(", ")
        ));
    }
    if require_all && !absent.is_empty() {
        return Err(Problem::new("some tools are missing, and --require-all was given"));
    }

    let profile = if release { "release" } else { "dev" };
    let folder = tempfile::tempdir().while_(|| "a temporary folder".into())?;
    // The tests of the boundary break the library on purpose.
    let hooks = folder.path().join("lib-hooks");
    if present.iter().any(|binding| binding.name == "c") {
        library::with_hooks(project, profile, |shared, archive| lay_out(&hooks, shared, archive))?;
    }
    let built = library::build(project, profile)?;
    let shipped = folder.path().join("lib");
    lay_out(&shipped, &built.shared, &built.archive)?;
    for binding in &present {
        say(format!("\n== {}", binding.name));
        let library = if binding.name == "c" { &hooks } else { &shipped };
        script(project, binding.script, library, &built.command).shown()?;
    }
    let names: Vec<_> = present.iter().map(|binding| binding.name).collect();
    crosscheck(project, &present, &shipped, &built.command)?;
    say(format!("run: {}", names.join(", ")));
    for binding in absent {
        say(format!(
            "not run: {}, without {}",
            binding.name,
            missing(binding).join(", ")
        ));
    }
    Ok(())
}

fn missing(binding: &Binding) -> Vec<&'static str> {
    binding
        .tools
        .iter()
        .filter(|tool| Tool::find(tool).is_none())
        .copied()
        .collect()
}

/// A folder as an installation has it, with the name that the loader looks for.
fn lay_out(folder: &Path, shared: &Path, archive: &Path) -> Result {
    fs::create_dir_all(folder).while_(|| folder.display().to_string())?;
    for (from, name) in [
        (shared, "libsealcore.so"),
        (archive, "libsealcore.a"),
        (shared, crate::exports::ABI_FILE),
    ] {
        fs::copy(from, folder.join(name)).while_(|| from.display().to_string())?;
    }
    Ok(())
}

fn script(project: &Project, script: &str, library: &Path, command: &Path) -> Run {
    Run::new("bash")
        .arg(project.root.join(script))
        .without_cargo()
        .env("SEALCORE_LIB", library)
        .env("SEALCORE", command)
        .within(&project.root)
}

/// Each language seals the same documents and judges what all before it sealed; then the first judges as the last did, and
/// all must have written the same.
fn crosscheck(project: &Project, present: &[&Binding], library: &Path, command: &Path) -> Result {
    say("\n== all languages on the same documents");
    let folder = tempfile::tempdir().while_(|| "a temporary folder".into())?;
    let demo = folder.path().join("demo");
    Run::new(command).arg("demo").arg(&demo).done()?;
    let passwords = fs::read_to_string(demo.join("README.txt")).while_(|| "the demo's README.txt".into())?;
    let password = passwords
        .lines()
        .find(|line| line.contains("keys/signer.p12"))
        .and_then(|line| line.split_whitespace().last());
    let password = password.while_(|| "the demo's README.txt names no password of keys/signer.p12".into())?;
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .while_(|| "the clock".into())?;
    let time = (now.as_secs() + 3600).to_string();
    #[cfg(unix)]
    std::os::unix::fs::symlink(library, folder.path().join("c-lib")).while_(|| "a link".into())?;
    let out = folder.path().join("out");
    fs::create_dir_all(&out).while_(|| out.display().to_string())?;
    // Twice: in the second round each judges what all have sealed, its own old files among them.
    for _ in 0..2 {
        for binding in present {
            (binding.crosscheck)(project, folder.path())?
                .without_cargo()
                .arg(library)
                .arg(&demo)
                .arg(&out)
                .arg(binding.name)
                .env("SEALCORE_LIB", library)
                .env("SEALCORE_PASSWORD", password)
                .env("SEALCORE_TIME", &time)
                .done()?;
        }
    }
    let written = |binding: &Binding| {
        let path = out.join(format!("{}.jsonl", binding.name));
        fs::read_to_string(&path).while_(|| path.display().to_string())
    };
    let Some((first, others)) = present.split_first() else {
        return Ok(());
    };
    let expected = written(first)?;
    if expected.lines().count() != present.len() * 2 {
        return Err(Problem::new(format!(
            "{} judged other files than it was given:\n{expected}",
            first.name
        )));
    }
    for other in others {
        let there = written(other)?;
        if there != expected {
            return Err(Problem::new(format!(
                "{} and {} do not write the same:\n{expected}\n{there}",
                first.name, other.name
            )));
        }
    }
    say(format!(
        "{} reports, byte for byte the same from {} languages",
        expected.lines().count(),
        present.len()
    ));
    Ok(())
}

fn crosscheck_c(project: &Project, work: &Path) -> Result<Run> {
    let program = work.join("crosscheck");
    let sources =
        ["crosscheck.c", "check.c", "world.c", "friends.c"].map(|name| project.root.join("tests/capi").join(name));
    let library = work.join("c-lib");
    Tool::need("gcc")?
        .command()
        .args(["-std=c99", "-O1", "-pthread", "-I"])
        .arg(project.root.join("include"))
        .args(sources)
        .arg("-o")
        .arg(&program)
        .arg(format!("-L{0}", library.display()))
        .arg(format!("-Wl,-rpath,{}", library.display()))
        .args(["-lsealcore", "-ldl"])
        .done()?;
    Ok(Run::new(program))
}

fn crosscheck_java(project: &Project, _: &Path) -> Result<Run> {
    let folder = project.root.join("bindings/java/target");
    let class_path = format!("{0}/examples:{0}/sealcore.jar:{0}/lib/*", folder.display());
    Ok(Tool::need("java")?
        .command()
        .args(["-cp", &class_path, "org.sealcore.example.Crosscheck"]))
}

fn crosscheck_dotnet(project: &Project, _: &Path) -> Result<Run> {
    Ok(Tool::need("mono")?
        .command()
        .arg(project.root.join("bindings/dotnet/build/Crosscheck.exe")))
}

fn crosscheck_python(project: &Project, _: &Path) -> Result<Run> {
    let python = Tool::need("python3")?.command().args(["-m", "sealcore.crosscheck"]);
    Ok(python
        .env("PYTHONPATH", project.root.join("bindings/python/src"))
        .env("PYTHONDONTWRITEBYTECODE", "1"))
}
