//! Modules that are loaded: once per path, for the life of the process.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use cryptoki_sys::{CK_INFO, CK_SLOT_ID};
use sealcore::error::Result;

use super::raw::Functions;
use super::session::Login;
use crate::library::identity;

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
        let identity = identity(path);
        // A lock that a panic left behind holds a list that is whole: entries are pushed as a last step.
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let known = loaded
            .iter()
            .find(|(known, _)| *known == identity)
            .map(|(_, module)| *module);
        if let Some(module) = known.filter(|module| module.functions.is_of_this_process()) {
            return Ok(module);
        }
        let functions = Functions::load(path)?;
        let info = functions.info()?;
        // It is never unloaded, and there are as many as vendors on a machine.
        let module: &'static Self = Box::leak(Box::new(Self {
            path: path.to_owned(),
            functions,
            info,
            // A fork's copy of the module may be logged in as its parent is.
            logins: Mutex::new(known.map(|module| module.logins().clone()).unwrap_or_default()),
        }));
        loaded.retain(|(known, _)| *known != identity);
        loaded.push((identity, module));
        Ok(module)
    }

    /// What all sessions of this process with a slot share. It lives as long as one of them.
    pub(super) fn login_of(&self, slot: CK_SLOT_ID) -> Arc<Login> {
        let mut logins = self.logins();
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

    fn logins(&self) -> MutexGuard<'_, Vec<(CK_SLOT_ID, Weak<Login>)>> {
        self.logins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
