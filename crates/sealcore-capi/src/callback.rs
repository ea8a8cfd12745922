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
/// `repr(C)`, its first member is the `u32` size, zero bytes are a value of each of its members, and `MIN_SIZE` is its size or less.
pub(crate) unsafe trait Callbacks: Copy {
    /// The size that the structure had in the first version of the ABI. It stays when members come at the end.
    const MIN_SIZE: usize;
}

/// Copies the caller's structure. A longer one, of a newer header, is cut; members that one of an older header lacks are zero; one
/// that is shorter than ever is refused.
pub(crate) fn copy<T: Callbacks>(pointer: *const T, argument: &str) -> Outcome<T> {
    if pointer.is_null() {
        return Err(Failure::null(argument));
    }
    // SAFETY: not NULL; every such structure begins with its size.
    let stated = unsafe { pointer.cast::<u32>().read_unaligned() };
    let size = usize::try_from(stated).unwrap_or(usize::MAX);
    if size < T::MIN_SIZE {
        let needed = T::MIN_SIZE;
        let message = text!(
            "struct_size is {stated}, this library needs {needed}",
            "struct_size 为 {stated}，本库需要 {needed}"
        );
        return Err(Failure::new(SEALCORE_E_ABI, message).about(argument));
    }
    let mut value = MaybeUninit::<T>::zeroed();
    let copied = size.min(size_of::<T>());
    // SAFETY: the caller's structure has so many bytes, as it says; what is not copied is zero, which is a value (`Callbacks`).
    unsafe {
        std::ptr::copy_nonoverlapping(pointer.cast::<u8>(), value.as_mut_ptr().cast::<u8>(), copied);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As it would be after a second version of the ABI put `late` behind `user`.
    #[repr(C)]
    #[derive(Clone, Copy, Debug)]
    struct Grown {
        struct_size: u32,
        user: *mut c_void,
        late: Option<unsafe extern "C" fn()>,
    }

    // SAFETY: repr(C), the size is first, zero bytes are NULL functions and pointers.
    unsafe impl Callbacks for Grown {
        const MIN_SIZE: usize = std::mem::offset_of!(Self, late);
    }

    unsafe extern "C" fn late() {}

    fn grown(size: usize) -> Grown {
        Grown {
            struct_size: u32::try_from(size).unwrap(),
            user: std::ptr::without_provenance_mut(7),
            late: Some(late),
        }
    }

    #[test]
    fn older_and_newer_callers_are_served() {
        let (whole, old) = (size_of::<Grown>(), Grown::MIN_SIZE);
        for (size, has_late) in [(old, false), (whole, true), (whole + 8, true)] {
            let callers = grown(size);
            let copied = copy(&raw const callers, "a").unwrap();
            assert_eq!((copied.user.addr(), copied.late.is_some()), (7, has_late), "{size}");
        }
        for size in [0, 4, old - 1] {
            let callers = grown(size);
            let failure = copy(&raw const callers, "a").unwrap_err();
            assert_eq!(failure.status, SEALCORE_E_ABI, "{size}");
        }
    }

    #[test]
    fn a_structure_may_lie_anywhere() {
        let value = grown(size_of::<Grown>());
        let mut bytes = [0_u8; size_of::<Grown>() + 8];
        for shift in 0..8 {
            let place = bytes.as_mut_ptr().wrapping_add(shift).cast::<Grown>();
            // SAFETY: the array has room for the shift and the structure.
            unsafe { place.write_unaligned(value) };
            assert_eq!(copy(place, "a").unwrap().user.addr(), 7);
        }
    }

    /// The sizes of the first version, which callers were built with.
    #[cfg(target_pointer_width = "64")]
    #[test]
    fn the_least_sizes_stay() {
        assert_eq!(crate::log::sealcore_log_callbacks::MIN_SIZE, 32);
        assert_eq!(crate::monitor::sealcore_monitor_callbacks::MIN_SIZE, 32);
        assert_eq!(crate::sink::sealcore_sink::MIN_SIZE, 32);
        assert_eq!(crate::source::sealcore_source::MIN_SIZE, 40);
        assert_eq!(crate::authority::sealcore_authority_callbacks::MIN_SIZE, 32);
        assert_eq!(crate::external::sealcore_signer_callbacks::MIN_SIZE, 40);
    }
}
