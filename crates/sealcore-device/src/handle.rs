//! Handles of modules, shared by those that use them and closed by the last.
//!
//! Vendors disagree on what opening a device, an application or a container twice in a process means: another handle, the
//! same, or an error. So each is opened once, and closed when its last user is gone.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sealcore::error::Result;

use crate::Pin;

/// What a module gave for an open thing. Never dereferenced here.
#[derive(Clone, Copy)]
pub(crate) struct Handle(pub(crate) *mut c_void);

// SAFETY: a handle is a name for the module, not memory of this process; the standards tie none to a thread.
unsafe impl Send for Handle {}
// SAFETY: as above; who shares one makes its calls one after the other.
unsafe impl Sync for Handle {}

/// A name of an open thing: the generation of its device, and the names from the device down to it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    generation: u64,
    names: Vec<Vec<u8>>,
}

impl Key {
    /// The name of `child` inside of this.
    pub(crate) fn join(&self, child: &[u8]) -> Self {
        let mut key = self.clone();
        key.names.push(child.to_vec());
        key
    }
}

#[derive(Default)]
pub(crate) struct Handles {
    /// How often a device was lost.
    generations: Mutex<BTreeMap<Vec<u8>, u64>>,
    open: Mutex<BTreeMap<Key, Entry>>,
}

struct Entry {
    handle: Handle,
    users: usize,
    logged_in: bool,
    /// What its user logged in with, while it is open: for others to be compared with.
    pin: Option<Pin>,
}

impl Handles {
    /// The key of a device as it is now.
    pub(crate) fn device(&self, name: &[u8]) -> Key {
        let generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        Key {
            generation: generations.get(name).copied().unwrap_or_default(),
            names: vec![name.to_vec()],
        }
    }

    /// The device of `key` was lost: what is open there is dead, and who comes next opens anew and shares none of it.
    pub(crate) fn lost(&self, key: &Key) {
        let Some(name) = key.names.first() else { return };
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        // Who was lost before and closes now says nothing new.
        let generation = generations.entry(name.clone()).or_default();
        *generation = (*generation).max(key.generation + 1);
    }

    /// The handle of `key`, by `open` when nobody has it.
    pub(crate) fn acquire(&self, key: &Key, open: impl FnOnce() -> Result<Handle>) -> Result<Handle> {
        let mut entries = self.entries();
        if let Some(entry) = entries.get_mut(key) {
            entry.users += 1;
            return Ok(entry.handle);
        }
        let handle = open()?;
        let entry = Entry {
            handle,
            users: 1,
            logged_in: false,
            pin: None,
        };
        entries.insert(key.clone(), entry);
        Ok(handle)
    }

    /// Gives the handle of `key` back; `close` gets it, and whether it was logged in, when nobody else has it.
    pub(crate) fn release(&self, key: &Key, close: impl FnOnce(Handle, bool)) {
        let mut entries = self.entries();
        let Some(entry) = entries.get_mut(key) else { return };
        entry.users -= 1;
        if entry.users == 0
            && let Some(entry) = entries.remove(key)
        {
            // Still under the lock: nobody opens what is being closed.
            close(entry.handle, entry.logged_in);
        }
    }

    /// The user is logged in; with which PIN, where the device compared it.
    pub(crate) fn set_logged_in(&self, key: &Key, pin: Option<&Pin>) {
        if let Some(entry) = self.entries().get_mut(key) {
            entry.logged_in = true;
            if pin.is_some() {
                entry.pin = pin.cloned();
            }
        }
    }

    /// The PIN that the user of `key` is logged in with, where it is known.
    pub(crate) fn pin(&self, key: &Key) -> Option<Pin> {
        self.entries().get(key)?.pin.clone()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<Key, Entry>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opened_once_and_closed_by_the_last() {
        let handles = Handles::default();
        let key = handles.device(b"one").join(b"application");
        let opened = std::cell::Cell::new(0_usize);
        let open = || {
            opened.set(opened.get() + 1);
            Ok(Handle(std::ptr::without_provenance_mut(opened.get())))
        };
        let first = handles.acquire(&key, open).unwrap();
        let second = handles.acquire(&key, open).unwrap();
        assert_eq!((first.0.addr(), second.0.addr()), (1, 1));
        handles.set_logged_in(&key, None);
        handles.release(&key, |_, _| panic!("closed too early"));
        let mut closed = None;
        handles.release(&key, |handle, logged_in| closed = Some((handle.0.addr(), logged_in)));
        assert_eq!(closed, Some((1, true)));
        handles.release(&key, |_, _| panic!("closed twice"));
        assert_eq!(handles.acquire(&key, open).unwrap().0.addr(), 2);
    }

    #[test]
    fn what_was_lost_is_not_shared() {
        let handles = Handles::default();
        let open = |number| move || Ok(Handle(std::ptr::without_provenance_mut(number)));
        let before = handles.device(b"one");
        handles.acquire(&before, open(1)).unwrap();
        handles.lost(&before);
        handles.lost(&before);
        let after = handles.device(b"one");
        assert_eq!(handles.acquire(&after, open(2)).unwrap().0.addr(), 2);
        assert!(handles.device(b"one") == after && after != before);
        assert!(
            handles.device(b"two") == Handles::default().device(b"two"),
            "others are not"
        );
        let mut closed = 0;
        handles.release(&before, |handle, _| closed = handle.0.addr());
        assert_eq!(closed, 1);
    }

    #[test]
    fn a_failure_leaves_nothing_behind() {
        let handles = Handles::default();
        let key = handles.device(b"one");
        assert!(handles.acquire(&key, || Err(crate::failure::no_pin())).is_err());
        handles.release(&key, |_, _| panic!("never opened"));
    }
}
