//! Library, header, and what tells compilers where they are.

use std::path::Path;

use crate::exports::ABI_FILE;
use crate::library::Built;
use crate::problem::Result;
use crate::shell::Tool;

use super::stage::Stage;

pub(super) fn put(stage: &mut Stage<'_>, built: &Built) -> Result {
    stage.program(&built.shared, &format!("lib/{ABI_FILE}"))?;
    stage.link(ABI_FILE, "lib/libsealcore.so")?;
    put_static(stage, &built.archive)?;
    stage.program(&built.command, "bin/sealcore")?;
    stage.copy("include/sealcore.h", "include/sealcore.h")?;
    let version = stage.project.version.clone();
    stage.write(
        "lib/pkgconfig/sealcore.pc",
        &pkg_config(&version, &built.native_libraries),
    )?;
    stage.write(
        "lib/cmake/sealcore/sealcoreConfig.cmake",
        &cmake_config(&built.native_libraries),
    )?;
    stage.write(
        "lib/cmake/sealcore/sealcoreConfigVersion.cmake",
        &cmake_version(&version),
    )
}

/// Without debugging information, which is most of it.
fn put_static(stage: &mut Stage<'_>, archive: &Path) -> Result {
    let staged = stage.file(archive, "lib/libsealcore.a")?;
    match Tool::find("strip") {
        Some(strip) => strip
            .command()
            .args(["--strip-debug", "--enable-deterministic-archives"])
            .arg(staged)
            .done(),
        None => {
            stage.left_out("a stripped libsealcore.a: strip is not there, it is shipped as it was built");
            Ok(())
        }
    }
}

/// Relocatable: the folder is where the file lies.
fn pkg_config(version: &str, native: &[String]) -> String {
    format!(
        "prefix=${{pcfiledir}}/../..
libdir=${{prefix}}/lib
includedir=${{prefix}}/include

Name: sealcore
Description: Electronic seals and signatures on OFD and PDF documents, and time stamps
Version: {version}
Cflags: -I${{includedir}}
Libs: -L${{libdir}} -lsealcore
Libs.private: {}
",
        native.join(" ")
    )
}

fn cmake_config(native: &[String]) -> String {
    let native: Vec<_> = native
        .iter()
        .map(|library| library.trim_start_matches("-l"))
        .filter(|name| *name != "c")
        .collect();
    format!(
        "# sealcore::sealcore is the shared library, sealcore::static the static one.
get_filename_component(_sealcore_prefix \"${{CMAKE_CURRENT_LIST_DIR}}/../../..\" ABSOLUTE)
if(NOT TARGET sealcore::sealcore)
  add_library(sealcore::sealcore SHARED IMPORTED)
  set_target_properties(sealcore::sealcore PROPERTIES
    IMPORTED_LOCATION \"${{_sealcore_prefix}}/lib/{ABI_FILE}\"
    IMPORTED_SONAME \"{ABI_FILE}\"
    INTERFACE_INCLUDE_DIRECTORIES \"${{_sealcore_prefix}}/include\")
endif()
if(NOT TARGET sealcore::static)
  add_library(sealcore::static STATIC IMPORTED)
  set_target_properties(sealcore::static PROPERTIES
    IMPORTED_LOCATION \"${{_sealcore_prefix}}/lib/libsealcore.a\"
    INTERFACE_COMPILE_DEFINITIONS SEALCORE_STATIC
    INTERFACE_INCLUDE_DIRECTORIES \"${{_sealcore_prefix}}/include\"
    INTERFACE_LINK_LIBRARIES \"{}\")
endif()
unset(_sealcore_prefix)
",
        native.join(";")
    )
}

/// Before 1.0 a minor version may change what a program sees.
fn cmake_version(version: &str) -> String {
    let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
    format!(
        "set(PACKAGE_VERSION \"{version}\")
if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
  set(PACKAGE_VERSION_COMPATIBLE FALSE)
elseif(PACKAGE_FIND_VERSION_COUNT LESS 2 OR \"${{PACKAGE_FIND_VERSION_MAJOR}}.${{PACKAGE_FIND_VERSION_MINOR}}\" STREQUAL \"{minor}\")
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
  if(PACKAGE_FIND_VERSION STREQUAL PACKAGE_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
  endif()
else()
  set(PACKAGE_VERSION_COMPATIBLE FALSE)
endif()
"
    )
}
