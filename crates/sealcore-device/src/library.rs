//! Loads vendors' libraries: each once in a process, for as long as the process lives.
//!
//! A library is never unloaded, since vendors' start threads and register exit handlers that an unloaded library crashes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

use crate::failure;

/// A library that is loaded.
pub(crate) struct Library {
    inner: std::mem::ManuallyDrop<libloading::Library>,
    path: String,
}

impl Library {
    pub(crate) fn load(path: &str) -> Result<Self> {
        // SAFETY: whoever names a module trusts its initialisers with the process; see the crate's page.
        let inner = unsafe { load(path) }.map_err(|error| failure::not_loaded(path, error))?;
        Ok(Self {
            inner: std::mem::ManuallyDrop::new(inner),
            path: path.to_owned(),
        })
    }

    /// The function `name`, or nothing where the library lacks it.
    ///
    /// # Safety
    /// `F` is a function pointer of the type that the standard gives to `name`.
    pub(crate) unsafe fn optional<F: Copy>(&self, name: &str) -> Option<F> {
        // A symbol may be there and be null, which no function pointer is.
        // SAFETY: as the caller vouches; the library is never unloaded, so the pointer stays good.
        unsafe { self.inner.get::<Option<F>>(name.as_bytes()) }
            .ok()
            .and_then(|symbol| *symbol)
    }

    /// The function `name`.
    ///
    /// # Safety
    /// As [`Self::optional`].
    ///
    /// # Errors
    /// [`ErrorKind::Device`], naming it, when the library lacks it.
    pub(crate) unsafe fn required<F: Copy>(&self, name: &str) -> Result<F> {
        // SAFETY: as the caller vouches.
        unsafe { self.optional(name) }.ok_or_else(|| {
            let path = &self.path;
            Error::new(
                ErrorKind::Device,
                text!(
                    "the module {path} has no function {name}",
                    "模块 {path} 缺少函数 {name}"
                ),
            )
            .in_part(name)
        })
    }
}

/// Resolves all names at once, so that a library whose own libraries are missing fails here and not in the middle.
#[cfg(unix)]
unsafe fn load(path: &str) -> std::result::Result<libloading::Library, libloading::Error> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    // SAFETY: as the caller of this function vouches.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Into::into)
}

#[cfg(not(unix))]
unsafe fn load(path: &str) -> std::result::Result<libloading::Library, libloading::Error> {
    // SAFETY: as the caller of this function vouches.
    unsafe { libloading::Library::new(path) }
}

/// Under which name a library is remembered: one file under two names is one module. A bare name is looked up by the system's
/// loader, never in the current folder, so that a file there of the same name is another module.
pub(crate) fn identity(path: &str) -> PathBuf {
    if !path.contains(std::path::is_separator) {
        return path.into();
    }
    Path::new(path).canonicalize().unwrap_or_else(|_| path.into())
}

/// The modules of one interface that are loaded, by path.
pub(crate) struct Modules<M>(Mutex<BTreeMap<PathBuf, Arc<M>>>);

impl<M> Modules<M> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// The module at `path`, made by `make` when it is asked for the first time.
    pub(crate) fn get(&self, path: &str, make: impl FnOnce(&Library) -> Result<M>) -> Result<Arc<M>> {
        let key = identity(path);
        let mut modules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = modules.get(&key) {
            return Ok(module.clone());
        }
        let module = Arc::new(make(&Library::load(path)?)?);
        modules.insert(key, module.clone());
        Ok(module)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_name_is_no_file_of_the_current_folder() {
        // There is such a file: tests run in the crate's folder.
        let here = Path::new("Cargo.toml").canonicalize().unwrap();
        assert_eq!(identity("Cargo.toml"), Path::new("Cargo.toml"));
        for path in ["./Cargo.toml", "src/../Cargo.toml", here.to_str().unwrap()] {
            assert_eq!(identity(path), here);
        }
    }
}
