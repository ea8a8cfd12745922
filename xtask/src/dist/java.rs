//! The jar with the native library in it, its sources and its documentation.

use std::fs;

use crate::library::Built;
use crate::problem::{Result, While as _};
use crate::shell::Tool;

use super::stage::Stage;

/// JNA's name of this platform, which is where the binding looks in the jar.
pub(super) fn platform(host: &str) -> String {
    let mut parts = host.split('-');
    let processor = match parts.next().unwrap_or_default() {
        "x86_64" => "x86-64",
        other => other,
    };
    format!("linux-{processor}")
}

pub(super) fn put(stage: &mut Stage<'_>, built: &Built, time: &str) -> Result {
    let Some(mvn) = Tool::find("mvn").filter(|_| Tool::find("javac").is_some()) else {
        stage.left_out("java/: mvn and javac are needed");
        return Ok(());
    };
    let folder = tempfile::tempdir().while_(|| "a temporary folder".into())?;
    let source = folder.path().join("java");
    for file in stage.project.tracked("bindings/java")? {
        let place = source.join(
            file.strip_prefix("bindings/java")
                .while_(|| file.display().to_string())?,
        );
        fs::create_dir_all(place.parent().unwrap_or(&source)).while_(|| place.display().to_string())?;
        fs::copy(stage.project.root.join(&file), &place).while_(|| place.display().to_string())?;
    }
    let native = folder.path().join("native").join(platform(&stage.project.host()?));
    fs::create_dir_all(&native).while_(|| native.display().to_string())?;
    fs::copy(&built.shared, native.join("libsealcore.so")).while_(|| native.display().to_string())?;
    mvn.command()
        .args(["-q", "-B", "-DskipTests", "package"])
        .arg(format!("-Dsealcore.natives={}", folder.path().join("native").display()))
        .arg(format!("-Dproject.build.outputTimestamp={time}"))
        .within(&source)
        .done()?;
    let version = stage.project.version.clone();
    for kind in ["", "-sources", "-javadoc"] {
        let jar = source.join(format!("target/sealcore{kind}.jar"));
        stage.file(&jar, &format!("java/sealcore-{version}{kind}.jar"))?;
    }
    stage.copy("bindings/java/pom.xml", &format!("java/sealcore-{version}.pom"))?;
    stage.tree("bindings/java/examples", "java/examples")?;
    stage.readmes("bindings/java", "java")
}
