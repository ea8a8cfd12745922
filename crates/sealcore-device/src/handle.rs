//! Handles of modules, shared by those that use them and closed by the last.
//!
//! Vendors disagree on what opening a device, an application or a container twice in a process means: another handle, the
//! same, or an error. So each is opened once, and closed when its last user is gone.
//!
//! A device that was lost (pulled out, restarted) begins a new generation. Nothing of an older one is used any more: who
//! opens the device anew closes first what is left of it, whoever had it, since a library may permit one handle only.

mod comeback;
mod login;

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

pub(crate) use self::comeback::{Comeback, Located, Remedy};
pub(crate) use self::login::{Attempt, Login, Taken};
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

    /// The names from the device down.
    pub(crate) fn names(&self) -> &[Vec<u8>] {
        &self.names
    }
}

#[derive(Default)]
pub(crate) struct Handles {
    /// How often a device was lost.
    generations: Mutex<BTreeMap<Vec<u8>, u64>>,
    open: Mutex<BTreeMap<Key, Entry>>,
    /// By names without a generation: a PIN that was refused stays so when the device comes back.
    logins: Mutex<BTreeMap<Vec<Vec<u8>>, Weak<Login>>>,
}

struct Entry {
    handle: Handle,
    users: usize,
    logged_in: bool,
    /// How often the user logged in.
    logins: u64,
    /// What its user logged in with, while it is open: for others to be compared with.
    pin: Option<Pin>,
}

impl Handles {
    /// The key of a device as it is now.
    pub(crate) fn device(&self, name: &[u8]) -> Key {
        Key {
            generation: self.generation(name),
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

    /// Whether the device of `key` was lost since.
    pub(crate) fn is_lost(&self, key: &Key) -> bool {
        key.names
            .first()
            .is_some_and(|name| self.generation(name) > key.generation)
    }

    /// `open` on the device `name`, which gives no PIN; a second time where the device was lost meanwhile: what others had
    /// open, and this joined, may have turned out to be dead.
    pub(crate) fn joined<T>(&self, name: &[u8], open: impl Fn() -> Result<T>) -> Result<T> {
        let key = self.device(name);
        match open() {
            Err(_) if self.is_lost(&key) => open(),
            answer => answer,
        }
    }

    /// The device of `key` was lost, unless something `is_alive` that is open directly in it. Nothing is opened or closed
    /// meanwhile.
    pub(crate) fn lost_unless(&self, key: &Key, is_alive: impl Fn(Handle) -> bool) {
        let is_inside = |other: &Key| {
            other.generation == key.generation
                && other.names.len() == key.names.len() + 1
                && other.names.starts_with(&key.names)
        };
        let entries = self.entries();
        let is_any = entries
            .iter()
            .any(|(other, entry)| is_inside(other) && is_alive(entry.handle));
        if !is_any {
            self.lost(key);
        }
    }

    /// Refuses to call `function` with a handle of a lost device: it may be closed.
    pub(crate) fn check(&self, key: &Key, function: &str) -> Result<()> {
        if !self.is_lost(key) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Device,
            text!(
                "the device was lost in the meantime; the next try opens it anew",
                "设备连接其间已丢失，下次使用时将重新打开"
            ),
        )
        .in_part(function))
    }

    /// The handle of `key`, by `open` when nobody has it. When a device is opened, what is left of lost ones goes to `close`
    /// before: of all, since a device that is put in again may have another name.
    pub(crate) fn acquire(
        &self,
        key: &Key,
        open: impl FnOnce() -> Result<Handle>,
        close: impl Fn(&Key, Handle, bool),
    ) -> Result<Handle> {
        let mut entries = self.entries();
        if let Some(entry) = entries.get_mut(key) {
            entry.users += 1;
            return Ok(entry.handle);
        }
        if key.names.len() == 1 {
            let dead: Vec<_> = entries.keys().filter(|other| self.is_lost(other)).cloned().collect();
            // What is inside of something comes behind it in order, and is closed before it.
            for (key, entry) in dead.iter().rev().filter_map(|key| entries.remove_entry(key)) {
                close(&key, entry.handle, entry.logged_in);
            }
        }
        let handle = open()?;
        let entry = Entry {
            handle,
            users: 1,
            logged_in: false,
            logins: 0,
            pin: None,
        };
        entries.insert(key.clone(), entry);
        Ok(handle)
    }

    /// Gives the handle of `key` back; `close` gets it, and whether it was logged in, when nobody else has it.
    pub(crate) fn release(&self, key: &Key, close: impl FnOnce(&Key, Handle, bool)) {
        let mut entries = self.entries();
        let Some(entry) = entries.get_mut(key) else { return };
        entry.users -= 1;
        if entry.users == 0
            && let Some(entry) = entries.remove(key)
        {
            // Still under the lock: nobody opens what is being closed.
            close(key, entry.handle, entry.logged_in);
        }
    }

    /// The user is logged in; with which PIN, where the device compared it.
    pub(crate) fn set_logged_in(&self, key: &Key, pin: Option<&Pin>) {
        if let Some(entry) = self.entries().get_mut(key) {
            entry.logged_in = true;
            entry.logins += 1;
            if pin.is_some() {
                entry.pin = pin.cloned();
            }
        }
    }

    /// The PIN that the user of `key` is logged in with, where it is known.
    pub(crate) fn pin(&self, key: &Key) -> Option<Pin> {
        self.entries().get(key)?.pin.clone()
    }

    /// How often the user of `key` logged in.
    pub(crate) fn logins(&self, key: &Key) -> u64 {
        self.entries().get(key).map_or(0, |entry| entry.logins)
    }

    /// The device has forgotten the login, unless somebody logged in since there were `logins`.
    pub(crate) fn forget_login(&self, key: &Key, logins: u64) {
        if let Some(entry) = self.entries().get_mut(key).filter(|entry| entry.logins == logins) {
            entry.pin = None;
        }
    }

    /// What the signers of `key` know of its PIN, whatever the generation. It lives as long as one of them holds it.
    pub(crate) fn login(&self, key: &Key) -> Arc<Login> {
        let mut logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.retain(|_, login| login.strong_count() > 0);
        let known = logins.get(&key.names).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            let login = Arc::new(Login::default());
            logins.insert(key.names.clone(), Arc::downgrade(&login));
            login
        })
    }

    fn generation(&self, name: &[u8]) -> u64 {
        let generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.get(name).copied().unwrap_or_default()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<Key, Entry>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(number: usize) -> impl FnOnce() -> Result<Handle> {
        move || Ok(Handle(std::ptr::without_provenance_mut(number)))
    }

    fn never(_: &Key, handle: Handle, _: bool) {
        panic!("closed {}", handle.0.addr());
    }

    #[test]
    fn opened_once_and_closed_by_the_last() {
        let handles = Handles::default();
        let key = handles.device(b"one").join(b"application");
        let first = handles.acquire(&key, open(1), never).unwrap();
        let second = handles.acquire(&key, open(2), never).unwrap();
        assert_eq!((first.0.addr(), second.0.addr()), (1, 1));
        handles.set_logged_in(&key, None);
        handles.release(&key, never);
        let mut closed = None;
        handles.release(&key, |_, handle, logged_in| closed = Some((handle.0.addr(), logged_in)));
        assert_eq!(closed, Some((1, true)));
        handles.release(&key, never);
        assert_eq!(handles.acquire(&key, open(3), never).unwrap().0.addr(), 3);
    }

    #[test]
    fn what_was_lost_is_closed_before_it_is_opened_anew() {
        let handles = Handles::default();
        let before = handles.device(b"one");
        let other = handles.device(b"two");
        let inner = before.join(b"application");
        for (key, number) in [(&before, 1), (&other, 9), (&inner, 2), (&inner.join(b"container"), 3)] {
            handles.acquire(key, open(number), never).unwrap();
        }
        handles.acquire(&inner, open(4), never).unwrap();
        handles.lost(&before);
        handles.lost(&before);
        assert!(handles.is_lost(&inner) && !handles.is_lost(&other), "others are not");
        assert_eq!(handles.check(&inner, "call").unwrap_err().part(), Some("call"));
        let after = handles.device(b"one");
        let closed = std::cell::RefCell::new(Vec::new());
        let close = |_: &Key, handle: Handle, _| closed.borrow_mut().push(handle.0.addr());
        let opened = handles.acquire(
            &after,
            || {
                assert_eq!(*closed.borrow(), [3, 2, 1], "what is inside goes first");
                open(5)()
            },
            close,
        );
        assert_eq!(opened.unwrap().0.addr(), 5);
        assert!(!handles.is_lost(&after) && after != before);
        // Those who had it give back what is closed.
        handles.release(&inner, never);
        handles.release(&inner, never);
        handles.release(&before, never);
        handles.release(&after, close);
        assert_eq!(*closed.borrow(), [3, 2, 1, 5]);
    }

    /// A library that permits one device only is told to close the lost one, whatever the next one is called.
    #[test]
    fn what_was_lost_is_closed_before_another_is_opened() {
        let handles = Handles::default();
        let (one, two) = (handles.device(b"one"), handles.device(b"two"));
        handles.acquire(&two, open(2), never).unwrap();
        handles.lost(&two);
        let closed = std::cell::Cell::new(0);
        handles
            .acquire(&one, open(1), |_, handle, _| closed.set(handle.0.addr()))
            .unwrap();
        assert_eq!(closed.get(), 2);
    }

    #[test]
    fn who_joins_something_dead_opens_once_more() {
        let handles = Handles::default();
        let tries = std::cell::Cell::new(0);
        let fails = |loses: bool| {
            tries.set(0);
            let answer = handles.joined(b"one", || -> Result<()> {
                tries.set(tries.get() + 1);
                if loses {
                    handles.lost(&handles.device(b"one"));
                }
                Err(crate::failure::missing("gone", "gone"))
            });
            assert!(answer.is_err());
            tries.get()
        };
        assert_eq!(fails(false), 1, "it is alive");
        assert_eq!(fails(true), 2);
    }

    #[test]
    fn a_login_is_forgotten_unless_somebody_logged_in_since() {
        let handles = Handles::default();
        let key = handles.device(b"one").join(b"application");
        handles.acquire(&key, open(1), never).unwrap();
        let pin = Pin::from("1234");
        handles.set_logged_in(&key, Some(&pin));
        let logins = handles.logins(&key);
        handles.set_logged_in(&key, Some(&pin));
        handles.forget_login(&key, logins);
        assert!(handles.pin(&key).is_some());
        handles.forget_login(&key, handles.logins(&key));
        assert!(handles.pin(&key).is_none());
    }

    #[test]
    fn a_device_is_asked_by_what_is_open_in_it() {
        let handles = Handles::default();
        let device = handles.device(b"one");
        let session = device.join(b"session");
        for (key, number) in [
            (&device, 1),
            (&session, 2),
            (&session.join(b"right"), 3),
            (&handles.device(b"two").join(b"session"), 4),
        ] {
            handles.acquire(key, open(number), never).unwrap();
        }
        handles.lost_unless(&device, |handle| handle.0.addr() == 2);
        assert!(!handles.is_lost(&device));
        handles.lost_unless(&device, |handle| handle.0.addr() != 2);
        assert!(handles.is_lost(&device), "by nothing else");
    }

    #[test]
    fn a_failure_leaves_nothing_behind() {
        let handles = Handles::default();
        let key = handles.device(b"one");
        let failed = handles.acquire(&key, || Err(crate::failure::no_pin()), never);
        assert!(failed.is_err());
        handles.release(&key, never);
    }

    #[test]
    fn what_is_known_of_a_pin_outlives_a_loss_and_not_its_signers() {
        let handles = Handles::default();
        let key = handles.device(b"one").join(b"application");
        let login = handles.login(&key);
        handles.lost(&key);
        let after = handles.device(b"one").join(b"application");
        assert!(Arc::ptr_eq(&login, &handles.login(&after)));
        assert!(!Arc::ptr_eq(&login, &handles.login(&handles.device(b"two"))));
        let weak = Arc::downgrade(&login);
        drop(login);
        assert!(weak.upgrade().is_none());
    }
}
