//! What callbacks have in common: their structure is copied by the size that the caller states, what belongs to the caller
//! is dropped exactly once, and what they return is taken at its word only where it is 1.

use std::ffi::c_void;
use std::mem::MaybeUninit;

use sealcore_core::text;

use crate::failure::{Failure, Outcome};
use crate::status::SEALCORE_E_ABI;

/// A callback did its work. 0 is no success: it is what a callback returns that threw in another language.
pub const SEALCORE_CALLBACK_OK: i32 = 1;
/// A callback asks to cancel the call; it ends in `SEALCORE_E_CANCELLED`.
pub const SEALCORE_CALLBACK_CANCEL: i32 = 2;

/// A structure of callbacks that begins with its size in bytes.
///
/// # Safety
/// `repr(C)`, its first member is the `u32` size, and every pattern of zero bytes is a value of it.
pub(crate) unsafe trait Callbacks: Copy {}

/// Copies the caller's structure. A longer one, of a newer header, is cut; a shorter one is refused.
pub(crate) fn copy<T: Callbacks>(pointer: *const T, argument: &str) -> Outcome<T> {
    if pointer.is_null() {
        return Err(Failure::null(argument));
    }
    // SAFETY: not NULL; every such structure begins with its size.
    let stated = unsafe { pointer.cast::<u32>().read() };
    if usize::try_from(stated).unwrap_or(0) < size_of::<T>() {
        let (needed, argument) = (size_of::<T>(), argument);
        let message = text!(
            "struct_size is {stated}, this library needs {needed}",
            "struct_size 为 {stated}，本库需要 {needed}"
        );
        return Err(Failure::new(SEALCORE_E_ABI, message).about(argument));
    }
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: the caller's structure has at least so many bytes, see above; zero bytes are a value (`Callbacks`).
    unsafe {
        std::ptr::copy_nonoverlapping(pointer.cast::<u8>(), value.as_mut_ptr().cast::<u8>(), size_of::<T>());
        Ok(value.assume_init())
    }
}

/// The caller's pointer that callbacks are given, dropped once.
#[derive(Debug)]
pub(crate) struct User {
    pointer: *mut c_void,
    drop: Option<unsafe extern "C" fn(*mut c_void)>,
}

// SAFETY: the pointer is only handed back to the caller's callbacks, which by the contract may be called on whatever thread
// makes the call.
unsafe impl Send for User {}
// SAFETY: as above.
unsafe impl Sync for User {}

impl User {
    pub(crate) fn new(pointer: *mut c_void, drop: Option<unsafe extern "C" fn(*mut c_void)>) -> Self {
        Self { pointer, drop }
    }

    pub(crate) fn pointer(&self) -> *mut c_void {
        self.pointer
    }
}

impl Drop for User {
    fn drop(&mut self) {
        if let Some(drop) = self.drop {
            // SAFETY: the caller's function for the caller's pointer, called once.
            unsafe { drop(self.pointer) };
        }
    }
}
