//! `cargo xtask try-dist`: the archive as somebody meets it who has nothing else. Every quick start is taken from the pages in
//! the archive and done as it stands there, in a folder outside of the repository and without its environment.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use crate::problem::{Problem, Result, While as _};
use crate::shell::{Run, Tool, say};

pub(crate) fn run(archive: &Path) -> Result {
    let folder = tempfile::tempdir().while_(|| "a temporary folder".into())?;
    let place = Place::unpack(archive, folder.path())?;
    place
        .clean("sha256sum")?
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .within(&place.root)
        .done()?;
    say("the sums hold");
    let tries: [(&str, Try); 5] = [
        ("the command", command),
        ("C", c),
        ("Java", java),
        (".NET", dotnet),
        ("Python", python),
    ];
    let mut failed = Vec::new();
    for (name, attempt) in tries {
        match attempt(&place) {
            Ok(()) => say(format!("{name}: works")),
            Err(problem) => failed.push(format!("{name}: {problem}")),
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Problem::new(failed.join("\n\n")))
    }
}

type Try = fn(&Place) -> Result;

struct Place {
    /// The folder that the archive holds.
    root: PathBuf,
    /// Room to work in.
    work: PathBuf,
}

impl Place {
    fn unpack(archive: &Path, folder: &Path) -> Result<Self> {
        let file = File::open(archive).while_(|| archive.display().to_string())?;
        let unpacked = folder.join("unpacked");
        tar::Archive::new(GzDecoder::new(file))
            .unpack(&unpacked)
            .while_(|| archive.display().to_string())?;
        let mut entries = fs::read_dir(&unpacked)
            .while_(|| unpacked.display().to_string())?
            .flatten();
        let (Some(root), None) = (entries.next(), entries.next()) else {
            return Err(Problem::new("the archive does not hold one folder"));
        };
        let work = folder.join("work");
        fs::create_dir_all(&work).while_(|| work.display().to_string())?;
        Ok(Self {
            root: root.path(),
            work,
        })
    }

    /// A tool of the machine, with nothing of our environment but where programs and their caches are.
    fn clean(&self, tool: &str) -> Result<Run> {
        Ok(self.bare(Tool::need(tool)?.command()))
    }

    fn bare(&self, run: Run) -> Run {
        let kept = ["PATH", "HOME", "TMPDIR", "JAVA_HOME"]
            .into_iter()
            .filter_map(|name| Some((name, std::env::var_os(name)?)));
        kept.fold(
            run.without_env().env("LC_ALL", "C.UTF-8").within(&self.work),
            |run, (name, value)| run.env(name, value),
        )
    }

    fn command(&self) -> Run {
        self.bare(Run::new(self.root.join("bin/sealcore")))
    }

    /// A folder of its own with what the demo makes, and the password of the signer.
    fn demo(&self, name: &str) -> Result<(PathBuf, String)> {
        let demo = self.work.join(name);
        self.command().arg("demo").arg(&demo).done()?;
        let said = read(&demo.join("README.txt"))?;
        let line = said.lines().find(|line| line.contains("keys/signer.p12"));
        let password = line.and_then(|line| line.split_whitespace().last());
        Ok((
            demo,
            password
                .while_(|| "the demo names no password of keys/signer.p12".into())?
                .to_owned(),
        ))
    }

    /// Asks the command whether what a quick start wrote is good.
    fn verify(&self, demo: &Path, file: &str) -> Result {
        self.command()
            .arg("verify")
            .arg(demo.join(file))
            .arg("--trust")
            .arg(demo.join("trust"))
            .done()
    }
}

fn command(place: &Place) -> Result {
    let (demo, _) = place.demo("demo")?;
    place.verify(&demo, "sealed.ofd")?;
    place.verify(&demo, "sealed.pdf")
}

/// The commands of the page, then the same with pkg-config and with the static library.
fn c(place: &Place) -> Result {
    let page = read(&place.root.join("examples/c/README.md"))?;
    let commands = blocks(&page, "sh");
    if commands.len() < 2 {
        return Err(Problem::new("examples/c/README.md shows neither make nor cmake"));
    }
    let pages = ["README.md", "README.zh-CN.md"]
        .map(|name| read(&place.root.join("examples/c").join(name)).map(|page| blocks(&page, "sh")));
    let [english, chinese] = pages;
    if english? != chinese? {
        return Err(Problem::new(
            "the pages of examples/c in English and Chinese show different commands",
        ));
    }
    let prefix = place.root.display().to_string();
    let with_pkg_config = format!("export PKG_CONFIG_PATH={prefix}/lib/pkgconfig\nmake OUT=build\n");
    let seal =
        "build/sign demo/keys/signer.p12 demo/seal.esl demo/document.pdf mine.pdf\nbuild/verify demo/trust mine.pdf\n";
    let static_ = with_pkg_config.replace("make", "make STATIC=1");
    let variants = [
        ("make", commands.first().cloned().unwrap_or_default()),
        (
            "cmake",
            format!("{}\n{seal}", commands.get(1).cloned().unwrap_or_default()),
        ),
        ("pkg-config", format!("{with_pkg_config}{seal}")),
        ("static", format!("{static_}{seal}")),
    ];
    for (name, commands) in variants {
        let work = place.work.join(format!("c-{name}"));
        copy(&place.root.join("examples/c"), &work)?;
        let (_, password) = place.demo(&format!("c-{name}/demo"))?;
        let commands = commands.replace("/opt/sealcore", &prefix);
        place
            .clean("bash")?
            .args(["-euo", "pipefail", "-c", &commands])
            .env("SEALCORE_PASSWORD", password)
            .within(&work)
            .done()?;
        place.verify(&work.join("demo"), "../mine.pdf")?;
    }
    guide(place)
}

/// The quick start of docs/c-abi.md, in both languages.
fn guide(place: &Place) -> Result {
    let prefix = place.root.display().to_string();
    for page in ["c-abi.md", "c-abi.zh-CN.md"] {
        let work = place.work.join(page);
        fs::create_dir_all(&work).while_(|| work.display().to_string())?;
        let program = first(place, &format!("docs/{page}"), "c")?;
        fs::write(work.join("quickstart.c"), program).while_(|| page.to_owned())?;
        let commands = first(place, &format!("docs/{page}"), "sh")?.replace("/opt/sealcore", &prefix);
        place
            .clean("bash")?
            .args(["-euo", "pipefail", "-c", &commands])
            .within(&work)
            .done()?;
    }
    Ok(())
}

fn java(place: &Place) -> Result {
    let jar = only(&place.root.join("java"), |name| {
        name.ends_with(".jar") && !name.contains("-sources") && !name.contains("-javadoc")
    })?;
    let pom = read(&only(&place.root.join("java"), |name| name.ends_with(".pom"))?)?;
    let jna = pom
        .split_once("<jna.version>")
        .and_then(|(_, rest)| rest.split_once('<'));
    let (jna, _) = jna.while_(|| "the pom does not say which JNA it needs".into())?;
    let libraries = place.work.join("java-lib");
    place
        .clean("mvn")?
        .args([
            "-q",
            "-B",
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
        ])
        .arg(format!("-Dartifact=net.java.dev.jna:jna:{jna}"))
        .arg(format!("-DoutputDirectory={}", libraries.display()))
        .done()?;
    let class_path = format!("{}:{}/*", jar.display(), libraries.display());
    for page in ["README.md", "README.zh-CN.md"] {
        let (demo, password) = place.demo(&format!("java-{page}"))?;
        fs::write(
            demo.join("Quickstart.java"),
            first(place, &format!("java/{page}"), "java")?,
        )
        .while_(|| page.to_owned())?;
        place
            .clean("javac")?
            .args(["-cp", &class_path, "Quickstart.java"])
            .within(&demo)
            .done()?;
        let class_path = format!("{class_path}:.");
        place
            .clean("java")?
            .args(["-cp", &class_path, "Quickstart"])
            .env("SEALCORE_PASSWORD", password)
            .within(&demo)
            .done()?;
        place.verify(&demo, "quickstart.ofd")?;
    }
    Ok(())
}

fn dotnet(place: &Place) -> Result {
    let library = place.root.join("dotnet/lib/netstandard2.0/Sealcore.dll");
    for page in ["README.md", "README.zh-CN.md"] {
        let (demo, password) = place.demo(&format!("dotnet-{page}"))?;
        fs::write(
            demo.join("Quickstart.cs"),
            first(place, &format!("dotnet/{page}"), "csharp")?,
        )
        .while_(|| page.to_owned())?;
        fs::copy(&library, demo.join("Sealcore.dll")).while_(|| library.display().to_string())?;
        place
            .clean("mcs")?
            .args(["-r:Sealcore.dll", "Quickstart.cs"])
            .within(&demo)
            .done()?;
        let run = place
            .clean("mono")?
            .args(["Quickstart.exe", &password])
            .env("SEALCORE_LIB", place.root.join("lib"));
        run.within(&demo).done()?;
        place.verify(&demo, "mine.pdf")?;
    }
    Ok(())
}

/// From the folder, and from the wheel.
fn python(place: &Place) -> Result {
    let wheel = only(&place.root.join("python"), |name| name.ends_with(".whl"))?;
    let installed = place.work.join("python-wheel");
    let install = place
        .clean("python3")?
        .args(["-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target"])
        .arg(&installed)
        .arg(&wheel);
    install
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .done()?;
    for page in ["README.md", "README.zh-CN.md"] {
        let program = first(place, &format!("python/{page}"), "python")?;
        for (name, path) in [("folder", &place.root.join("python")), ("wheel", &installed)] {
            let (demo, password) = place.demo(&format!("python-{page}-{name}"))?;
            fs::write(demo.join("quickstart.py"), &program).while_(|| page.to_owned())?;
            place
                .clean("python3")?
                .args(["-W", "error", "quickstart.py"])
                .env("PYTHONPATH", path)
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .env("SEALCORE_PASSWORD", password)
                .within(&demo)
                .done()?;
            let made = only(&demo, |name| name.starts_with("mine."))?;
            place.verify(&demo, &made.to_string_lossy())?;
        }
    }
    Ok(())
}

/// The quick start of a page: its first block in the language.
fn first(place: &Place, page: &str, language: &str) -> Result<String> {
    let blocks = blocks(&read(&place.root.join(page))?, language);
    blocks
        .into_iter()
        .next()
        .while_(|| format!("{page} has no block of {language}"))
}

fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}");
    let mut blocks = Vec::new();
    let mut inside: Option<String> = None;
    for line in page.lines() {
        match &mut inside {
            Some(_) if line == "```" => blocks.extend(inside.take()),
            Some(block) => {
                block.push_str(line);
                block.push('\n');
            }
            None if line == fence => inside = Some(String::new()),
            None => {}
        }
    }
    blocks
}

fn only(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<PathBuf> {
    let entries = fs::read_dir(folder)
        .while_(|| format!("{} (left out of the archive?)", folder.display()))?
        .flatten();
    let mut found = entries
        .map(|entry| entry.path())
        .filter(|path| path.file_name().is_some_and(|name| wanted(&name.to_string_lossy())));
    match (found.next(), found.next()) {
        (Some(path), None) => Ok(path),
        _ => Err(Problem::new(format!(
            "{} does not hold exactly one file of the kind",
            folder.display()
        ))),
    }
}

fn copy(from: &Path, to: &Path) -> Result {
    fs::create_dir_all(to).while_(|| to.display().to_string())?;
    for entry in fs::read_dir(from).while_(|| from.display().to_string())?.flatten() {
        fs::copy(entry.path(), to.join(entry.file_name())).while_(|| entry.path().display().to_string())?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).while_(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_blocks_from_pages() {
        let page = "a\n```sh\none\ntwo\n```\n```c\nno\n```\n```sh\nthree\n```\n```sh\nnever ended\n";
        assert_eq!(blocks(page, "sh"), ["one\ntwo\n", "three\n"]);
    }
}
