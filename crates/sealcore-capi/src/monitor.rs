//! `sealcore_monitor`: how far long work has come, and its cancelling.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sealcore_core::monitor::Monitor;

use crate::call::{self, guarded};
use crate::callback::{self, Callbacks, SEALCORE_CALLBACK_OK, User};
use crate::error::sealcore_error;
use crate::handle::{Kind, Opaque};
use crate::status::sealcore_status;

/// Watches long work, and cancels it from any thread. One monitor may watch several calls, one after the other or at once;
/// what was cancelled stays so.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_monitor {
    _private: [u8; 0],
}

impl Opaque for sealcore_monitor {
    type Object = Watch;
    const KIND: Kind = Kind::Monitor;
}

/// Is told of progress.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct sealcore_monitor_callbacks {
    /// Size of this structure in bytes.
    pub struct_size: u32,
    /// `done` bytes were handled of about `total`, which is 0 where it is not known; `done` never falls, nor goes beyond a `total`
    /// that is known. Anything but `SEALCORE_CALLBACK_OK`
    /// cancels. Called often, on the thread of the call.
    pub progress: Option<unsafe extern "C" fn(user: *mut c_void, done: u64, total: u64) -> i32>,
    /// Frees `user`; may be NULL.
    pub drop: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// Handed to the callbacks.
    pub user: *mut c_void,
}

// SAFETY: repr(C), the size is first, zero bytes are NULL functions and pointers.
unsafe impl Callbacks for sealcore_monitor_callbacks {
    const MIN_SIZE: usize = size_of::<Self>();
}

/// What a handle stands for.
pub struct Watch {
    cancelled: AtomicBool,
    progress: Option<unsafe extern "C" fn(*mut c_void, u64, u64) -> i32>,
    user: User,
}

/// A monitor. `callbacks` may be NULL: then it only cancels. `callbacks->drop` is called exactly once, also when this call fails,
/// unless `callbacks` is NULL or too small.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_monitor_new(
    callbacks: *const sealcore_monitor_callbacks,
    monitor: *mut *mut sealcore_monitor,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    guarded(error, |call| {
        let out = call.out(monitor, "monitor");
        let (progress, user) = if callbacks.is_null() {
            (None, User::new(std::ptr::null_mut(), None))
        } else {
            let callbacks = callback::copy(callbacks, "callbacks")?;
            (callbacks.progress, User::new(callbacks.user, callbacks.drop))
        };
        out?.put(Watch {
            cancelled: AtomicBool::new(false),
            progress,
            user,
        })
    })
}

/// Cancels the calls that `monitor` watches, now and from now on. From any thread, and from within its own `progress`.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_monitor_cancel(
    monitor: *const sealcore_monitor,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    guarded(error, |call| {
        call.shared_within(monitor, "monitor")?
            .cancelled
            .store(true, Ordering::Relaxed);
        Ok(())
    })
}

/// Frees a monitor. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_monitor_free(monitor: *mut sealcore_monitor) {
    call::free(monitor);
}

/// One call that is watched, or not.
pub(crate) struct Watched<'w> {
    watch: Option<&'w Watch>,
    done: AtomicU64,
    total: u64,
    /// The caller's thread, which alone calls him.
    caller: usize,
    /// The caller's answer, for the threads that share the work.
    stopped: AtomicBool,
}

impl<'w> Watched<'w> {
    /// Watches a call over about `total` bytes.
    pub(crate) fn new(watch: Option<&'w Watch>, total: u64) -> Self {
        Self {
            watch,
            done: AtomicU64::new(0),
            total,
            caller: here(),
            stopped: AtomicBool::new(false),
        }
    }
}

/// What tells threads apart while they live. The standard library's own would leave memory behind on threads that others made.
fn here() -> usize {
    thread_local! {
        static HERE: u8 = const { 0 };
    }
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

impl Monitor for Watched<'_> {
    fn advance(&self, bytes: u64) -> bool {
        let Some(watch) = self.watch else { return true };
        if watch.cancelled.load(Ordering::Relaxed) || self.stopped.load(Ordering::Relaxed) {
            return false;
        }
        let done = self.done.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        // What is read twice was counted once; nobody expects more than all.
        let done = if self.total == 0 { done } else { done.min(self.total) };
        let Some(progress) = watch.progress else { return true };
        if here() != self.caller {
            return true;
        }
        // SAFETY: the caller's function with the caller's pointer.
        let goes_on = unsafe { progress(watch.user.pointer(), done, self.total) == SEALCORE_CALLBACK_OK };
        if !goes_on {
            self.stopped.store(true, Ordering::Relaxed);
        }
        // He may have cancelled by the other way.
        goes_on && !watch.cancelled.load(Ordering::Relaxed)
    }
}
