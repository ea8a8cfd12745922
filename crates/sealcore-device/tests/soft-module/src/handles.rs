//! What the caller holds: numbers that look like pointers and mean an object of a table.
//!
//! An object is dead, and a login void, when the device was put in again since: see [`Era`].

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use crate::state::{Era, State};

/// An open thing of the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Object {
    SdfDevice,
    SdfSession { granted: Vec<(u32, Era)> },
    SkfDevice,
    SkfApplication { application: usize },
    SkfContainer { application: usize, container: usize },
}

#[derive(Default)]
pub(crate) struct Handles {
    open: BTreeMap<usize, (Era, Object)>,
    last: usize,
    logged_in: BTreeMap<usize, Era>,
}

/// The table; whoever holds it is alone in the module.
pub(crate) fn handles() -> MutexGuard<'static, Handles> {
    static HANDLES: LazyLock<Mutex<Handles>> = LazyLock::new(Mutex::default);
    HANDLES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Handles {
    pub(crate) fn open(&mut self, folder: &Path, object: Object) -> *mut c_void {
        self.last += 1;
        let number = 0x1000 + self.last * 16;
        self.open.insert(number, (Era::now(), object));
        self.note(folder);
        State::note_opened(folder);
        std::ptr::without_provenance_mut(number)
    }

    /// What the handle means, unless its device was put in again since.
    pub(crate) fn get(&mut self, handle: *mut c_void) -> Option<&mut Object> {
        let Some((era, object)) = self.open.get_mut(&handle.addr()) else {
            State::note_misuse();
            return None;
        };
        (era.plugged == Era::now().plugged).then_some(object)
    }

    /// Whether such a thing is open, dead or alive.
    pub(crate) fn holds(&self, object: &Object) -> bool {
        self.open.values().any(|(_, open)| open == object)
    }

    /// How many SDF sessions are open, dead or alive.
    pub(crate) fn sessions(&self) -> usize {
        let is_session = |object: &&(Era, Object)| matches!(object.1, Object::SdfSession { .. });
        self.open.values().filter(is_session).count()
    }

    pub(crate) fn close(&mut self, folder: &Path, handle: *mut c_void) -> Option<Object> {
        let closed = self.open.remove(&handle.addr());
        if closed.is_none() {
            State::note_misuse();
        }
        self.note(folder);
        closed.map(|(_, object)| object)
    }

    /// The secure state of SKF: which applications' PIN was verified.
    pub(crate) fn set_logged_in(&mut self, application: usize, logged_in: bool) {
        if logged_in {
            self.logged_in.insert(application, Era::now());
        } else {
            self.logged_in.remove(&application);
        }
    }

    pub(crate) fn is_logged_in(&self, application: usize) -> bool {
        self.logged_in.get(&application) == Some(&Era::now())
    }

    /// Tells the test how many are open.
    fn note(&self, folder: &Path) {
        let _ = std::fs::write(folder.join(crate::state::HANDLES), self.open.len().to_string());
    }
}
