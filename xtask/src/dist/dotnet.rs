//! A folder in the shape of a NuGet package, which `nuget pack` packs as it is.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::library::Built;
use crate::problem::{Result, While as _};
use crate::shell::Tool;

use super::stage::Stage;

const SOURCE: &str = "bindings/dotnet/src/Sealcore";

pub(super) fn put(stage: &mut Stage<'_>, built: &Built) -> Result {
    let Some(mcs) = Tool::find("mcs") else {
        stage.left_out("dotnet/: mcs (Debian: mono-mcs) is needed");
        return Ok(());
    };
    let sources: Vec<PathBuf> = stage
        .project
        .tracked(SOURCE)?
        .into_iter()
        .filter(|file| file.extension().is_some_and(|end| end == "cs"))
        .collect();
    let library = stage.place("dotnet/lib/netstandard2.0/Sealcore.dll")?;
    mcs.command()
        .args(["-target:library", "-optimize+", "-langversion:7.2"])
        .arg(format!("-doc:{}", library.with_extension("xml").display()))
        .arg(format!("-out:{}", library.display()))
        .args(&sources)
        .within(&stage.project.root)
        .done()?;
    settle(&library)?;
    let runtime = match stage.project.host()?.split('-').next() {
        Some("aarch64") => "linux-arm64",
        Some("loongarch64") => "linux-loongarch64",
        _ => "linux-x64",
    };
    stage.program(
        &built.shared,
        &format!("dotnet/runtimes/{runtime}/native/libsealcore.so"),
    )?;
    let nuspec = nuspec(&stage.project.version);
    stage.write("dotnet/Sealcore.nuspec", &nuspec)?;
    stage.tree("bindings/dotnet/examples", "dotnet/examples")?;
    stage.readmes("bindings/dotnet", "dotnet")
}

fn nuspec(version: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>
<package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\">
  <metadata>
    <id>Sealcore</id>
    <version>{version}</version>
    <authors>The sealcore authors</authors>
    <license type=\"expression\">Apache-2.0 OR MIT</license>
    <readme>README.md</readme>
    <description>Electronic seals and signatures on OFD and PDF documents, with SM2, SM3 and time stamps</description>
    <dependencies>
      <group targetFramework=\".NETStandard2.0\" />
    </dependencies>
  </metadata>
</package>
"
    )
}

/// mcs writes the time and a random identity into an assembly; in their place, a hash of the rest of it.
fn settle(library: &Path) -> Result {
    let mut bytes = fs::read(library).while_(|| library.display().to_string())?;
    let (time, identity) =
        varying(&bytes).while_(|| format!("{} is no assembly that is understood", library.display()))?;
    for place in [time..time + 4, identity..identity + 16] {
        bytes
            .get_mut(place)
            .while_(|| "an assembly that ends early".into())?
            .fill(0);
    }
    let hash = Sha256::digest(&bytes);
    if let (Some(place), Some(hash)) = (bytes.get_mut(identity..identity + 16), hash.get(..16)) {
        place.copy_from_slice(hash);
    }
    fs::write(library, bytes).while_(|| library.display().to_string())
}

/// Where the time of the PE header and the heap of GUIDs (ECMA-335, II.24.2) lie.
fn varying(bytes: &[u8]) -> Option<(usize, usize)> {
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize);
    let header = number(0x3c)?;
    let metadata = bytes.windows(4).position(|window| window == b"BSJB")?;
    let mut stream = metadata + 16 + number(metadata + 12)? + 4;
    for _ in 0..8 {
        let name = bytes.get(stream + 8..)?;
        let length = name.iter().position(|byte| *byte == 0)?;
        if name.get(..length)? == b"#GUID" {
            return Some((header + 8, metadata + number(stream)?));
        }
        stream += 8 + (length / 4 + 1) * 4;
    }
    None
}
