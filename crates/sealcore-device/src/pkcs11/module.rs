//! Modules that are loaded: once per path, for the life of the process.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use cryptoki_sys::{CK_INFO, CK_SLOT_ID};
use sealcore::error::Result;

use super::raw::Functions;
use super::session::Login;

/// A loaded module.
pub(super) struct Module {
    pub(super) path: String,
    pub(super) functions: Functions,
    pub(super) info: CK_INFO,
    logins: Mutex<Vec<(CK_SLOT_ID, Weak<Login>)>>,
}

static LOADED: Mutex<Vec<(PathBuf, &'static Module)>> = Mutex::new(Vec::new());

impl Module {
    /// The module at `path`, which is loaded and initialised when it has not been yet.
    pub(super) fn at(path: &str) -> Result<&'static Self> {
        // One file under two names is one module. A bare name is looked up by the system's loader.
        let canonical = Path::new(path).canonicalize().unwrap_or_else(|_| path.into());
        // A lock that a panic left behind holds a list that is whole: entries are pushed as a last step.
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, module)) = loaded.iter().find(|(known, _)| *known == canonical) {
            return Ok(module);
        }
        let functions = Functions::load(path)?;
        let info = functions.info()?;
        // It is never unloaded, and there are as many as vendors on a machine.
        let module: &'static Self = Box::leak(Box::new(Self {
            path: path.to_owned(),
            functions,
            info,
            logins: Mutex::default(),
        }));
        loaded.push((canonical, module));
        Ok(module)
    }

    /// What all sessions of this process with a slot share. It lives as long as one of them.
    pub(super) fn login_of(&self, slot: CK_SLOT_ID) -> Arc<Login> {
        let mut logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.retain(|(_, login)| login.strong_count() > 0);
        let known = logins
            .iter()
            .find(|(known, _)| *known == slot)
            .and_then(|(_, login)| login.upgrade());
        known.unwrap_or_else(|| {
            let login = Arc::new(Login::default());
            logins.push((slot, Arc::downgrade(&login)));
            login
        })
    }
}
