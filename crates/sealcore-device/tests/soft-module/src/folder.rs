//! Where the state lies.

use std::path::PathBuf;
use std::sync::OnceLock;

/// The folder of the state, or nothing where none can be found.
pub(crate) fn folder() -> Option<&'static PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            std::env::var_os("SEALCORE_SOFT_MODULE")
                .map(PathBuf::from)
                .or_else(beside_library)
        })
        .as_ref()
}

#[cfg(unix)]
fn beside_library() -> Option<PathBuf> {
    use std::ffi::{CStr, OsStr, c_void};
    use std::os::unix::ffi::OsStrExt;

    let mut info = libc::Dl_info {
        dli_fname: std::ptr::null(),
        dli_fbase: std::ptr::null_mut(),
        dli_sname: std::ptr::null(),
        dli_saddr: std::ptr::null_mut(),
    };
    let here = beside_library as fn() -> Option<PathBuf>;
    // SAFETY: `here` is an address of this library and `info` a place for the answer.
    let found = unsafe { libc::dladdr(here as *const c_void, &raw mut info) };
    if found == 0 || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: dladdr succeeded, so the name is a string that lives as long as this library.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    let path = PathBuf::from(OsStr::from_bytes(name.to_bytes()));
    path.parent().map(PathBuf::from)
}

#[cfg(not(unix))]
fn beside_library() -> Option<PathBuf> {
    None
}

/// Copies the module that Cargo built for the running test into `folder`: a device of its own, whose state lies there.
///
/// # Errors
/// When the module was not built, or the copy fails.
pub fn install(folder: &std::path::Path) -> std::io::Result<PathBuf> {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    // The test has it as a dev-dependency, so that it lies beside the test.
    let built = std::env::current_exe()?.with_file_name(format!("{DLL_PREFIX}sealcore_soft_module{DLL_SUFFIX}"));
    let place = folder.join("module.so");
    std::fs::copy(&built, &place)
        .map_err(|error| std::io::Error::new(error.kind(), format!("{}: {error}", built.display())))?;
    Ok(place)
}
