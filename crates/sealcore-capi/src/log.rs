//! Where the caller hears what goes wrong beside the status: refused handles, failed calls, defects.

use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use sealcore_core::text;

use crate::call::{bad, guarded};
use crate::callback::{self, Callbacks, User};
use crate::error::sealcore_error;
use crate::failure::Failure;
use crate::status::{SEALCORE_E_PANIC, sealcore_status};
use crate::text::c_string;

/// Defects of the library.
pub const SEALCORE_LOG_ERROR: i32 = 1;
/// Misuse: handles that are none, structures that are too small, callbacks that return nonsense. Also what a local time-stamp
/// authority could not do, of which its replies say nothing.
pub const SEALCORE_LOG_WARNING: i32 = 2;
/// What an operator may want to know: modules loaded.
pub const SEALCORE_LOG_INFO: i32 = 3;
/// Every call that failed.
pub const SEALCORE_LOG_DEBUG: i32 = 4;

/// Takes lines of the log. Called on the thread that made the call; may come from several at once.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct sealcore_log_callbacks {
    /// Size of this structure in bytes.
    pub struct_size: u32,
    /// Takes one line, in English, ended by NUL and without control characters; it lives as long as the call. Never a
    /// secret.
    pub log: Option<unsafe extern "C" fn(user: *mut c_void, level: i32, message: *const c_char)>,
    /// Frees `user`; may be NULL.
    pub drop: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// Handed to the callbacks.
    pub user: *mut c_void,
}

// SAFETY: repr(C), the size is first, zero bytes are NULL functions and pointers.
unsafe impl Callbacks for sealcore_log_callbacks {
    const MIN_SIZE: usize = size_of::<Self>();
}

struct Logger {
    log: unsafe extern "C" fn(*mut c_void, i32, *const c_char),
    user: User,
}

thread_local! {
    /// A line is being said on this thread.
    static SAYING: Cell<bool> = const { Cell::new(false) };
}

static LEVEL: AtomicI32 = AtomicI32::new(0);
static LOGGER: RwLock<Option<Arc<Logger>>> = RwLock::new(None);

/// Sends lines up to `level` to `callbacks`, for the whole process, in place of the ones before; NULL turns it off. The
/// callbacks before may still be called by calls in progress, and are dropped after the last of them. `callbacks->drop` is
/// called exactly once, also when this call fails, unless `callbacks` is NULL or too small.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_set_log(
    level: i32,
    callbacks: *const sealcore_log_callbacks,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    guarded(error, |_| {
        let logger = if callbacks.is_null() {
            None
        } else {
            let callbacks = callback::copy(callbacks, "callbacks")?;
            let user = User::new(callbacks.user, callbacks.drop);
            let log = callbacks.log.ok_or_else(|| Failure::null("log"))?;
            if !(SEALCORE_LOG_ERROR..=SEALCORE_LOG_DEBUG).contains(&level) {
                return Err(bad("level", text!("{level} is no level", "{level} 不是有效的级别")));
            }
            Some(Arc::new(Logger { log, user }))
        };
        LEVEL.store(if logger.is_some() { level } else { 0 }, Ordering::Relaxed);
        let before = std::mem::replace(&mut *LOGGER.write().unwrap_or_else(PoisonError::into_inner), logger);
        // Outside of the lock: dropping calls the caller.
        drop(before);
        Ok(())
    })
}

/// A call failed.
pub(crate) fn failed(failure: &Failure) {
    let level = if failure.status == SEALCORE_E_PANIC {
        SEALCORE_LOG_ERROR
    } else {
        SEALCORE_LOG_DEBUG
    };
    say(level, || failure.line());
}

/// A call that has no status was given something that is wrong.
pub(crate) fn misused(failure: &Failure) {
    say(SEALCORE_LOG_WARNING, || failure.line());
}

/// Without characters that would end the line, or steer a terminal: names of files may hold them.
fn clean(line: &str) -> String {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    line.chars().map(|c| if steers(c) { '·' } else { c }).collect()
}

/// One line, if anybody listens. What the listener himself calls is not told to him: it would never end.
pub(crate) fn say(level: i32, line: impl FnOnce() -> String) {
    if level > LEVEL.load(Ordering::Relaxed) || SAYING.get() {
        return;
    }
    let logger = LOGGER.read().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(logger) = logger {
        let line = c_string(&clean(&line()));
        SAYING.set(true);
        // SAFETY: the caller's function, with the caller's pointer and a string that lives until it returns.
        unsafe { (logger.log)(logger.user.pointer(), level, line.as_ptr()) };
        SAYING.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn a_line_is_one_line() {
        let forged = "in a\nSEALCORE_OK: b\r\u{1b}[2J\u{85}\u{2028}\u{202e}印章\0";
        assert_eq!(clean(forged), "in a·SEALCORE_OK: b··[2J···印章·");
    }
}
