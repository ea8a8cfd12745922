//! What callbacks have in common: their structure is copied by the size that the caller states, what belongs to the caller
//! is dropped exactly once, and what they return is taken at its word only where it is 1.

use std::ffi::c_void;
use std::mem::MaybeUninit;

use sealcore_core::lang::Text;
use sealcore_core::text;
use zeroize::Zeroizing;

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

/// What a callback that fills a buffer gave.
pub(crate) enum Given {
    /// The bytes: one at least.
    Bytes(Vec<u8>),
    /// It asked to cancel.
    Cancelled,
    /// It failed, returning this.
    Failed(i32),
    /// It says that it worked, and what it left cannot be.
    Nonsense(Text),
}

/// What stands behind the buffer that a callback is given, so that one that writes too much is found out.
const SLACK: [u8; 64] = [0xa5; 64];

/// Lets a callback fill a buffer: it is given the place, the room, and the place of the length, which starts at 0.
pub(crate) fn fill(room: usize, callback: impl FnOnce(*mut u8, usize, *mut usize) -> i32) -> Given {
    let mut buffer = Zeroizing::new(vec![0; room]);
    buffer.extend_from_slice(&SLACK);
    let mut length = 0;
    let returned = callback(buffer.as_mut_ptr(), room, &raw mut length);
    if !buffer.ends_with(&SLACK) {
        return Given::Nonsense(text!(
            "the callback wrote behind its buffer of {room} bytes",
            "回调函数写出了 {room} 字节缓冲区的边界"
        ));
    }
    match returned {
        SEALCORE_CALLBACK_OK => {}
        SEALCORE_CALLBACK_CANCEL => return Given::Cancelled,
        other => return Given::Failed(other),
    }
    match buffer.get(..length).filter(|_| (1..=room).contains(&length)) {
        Some(bytes) => Given::Bytes(bytes.to_vec()),
        None => Given::Nonsense(text!(
            "the callback says that it worked and states a length of {length}, with room for {room}",
            "回调函数返回成功，但给出的长度为 {length}，而缓冲区为 {room} 字节"
        )),
    }
}
