//! Reading and writing the caller's memory.

use std::ffi::{CStr, c_char, c_void};

use crate::fault::{Fault, Faults};

/// Writes `bytes` to `place`.
///
/// # Safety
/// `place` is null or has room for them.
pub(crate) unsafe fn put(place: *mut u8, bytes: &[u8]) -> bool {
    if place.is_null() {
        return false;
    }
    // SAFETY: the caller vouches for the room; the source is a slice of this module.
    unsafe { place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    true
}

/// Writes a handle, or null with [`Fault::NullHandles`].
///
/// # Safety
/// `place` is null or a place for a pointer.
pub(crate) unsafe fn put_handle(place: *mut *mut c_void, handle: *mut c_void) -> bool {
    if place.is_null() {
        return false;
    }
    // SAFETY: the caller vouches for the place.
    unsafe { place.write_unaligned(handle) };
    true
}

/// Writes an ULONG of 4 or 8 bytes.
///
/// # Safety
/// `place` is null or has room for one.
pub(crate) unsafe fn put_ulong(faults: &Faults, place: *mut c_void, value: u32) -> bool {
    let value_wide = u64::from(value).to_ne_bytes();
    let value = value.to_ne_bytes();
    let bytes: &[u8] = if faults.has(Fault::WideUlong) {
        &value_wide
    } else {
        &value
    };
    // SAFETY: as the caller vouches.
    unsafe { put(place.cast(), bytes) }
}

/// Reads an ULONG of 4 or 8 bytes.
///
/// # Safety
/// `place` is null or holds one.
pub(crate) unsafe fn ulong(faults: &Faults, place: *const c_void) -> Option<usize> {
    if place.is_null() {
        return None;
    }
    if faults.has(Fault::WideUlong) {
        // SAFETY: the caller vouches for 8 bytes.
        usize::try_from(unsafe { place.cast::<u64>().read_unaligned() }).ok()
    } else {
        // SAFETY: the caller vouches for 4 bytes.
        usize::try_from(unsafe { place.cast::<u32>().read_unaligned() }).ok()
    }
}

/// Reads a string.
///
/// # Safety
/// `place` is null or a string that ends.
pub(crate) unsafe fn text(place: *const c_char) -> Vec<u8> {
    if place.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller vouches for the end.
    unsafe { CStr::from_ptr(place) }.to_bytes().to_vec()
}

/// Reads `len` bytes.
///
/// # Safety
/// `place` is null or holds them.
pub(crate) unsafe fn bytes(place: *const u8, len: usize) -> Option<Vec<u8>> {
    if place.is_null() {
        return None;
    }
    // SAFETY: the caller vouches for the bytes.
    Some(unsafe { std::slice::from_raw_parts(place, len) }.to_vec())
}

/// Two numbers as the structures of public keys and signatures hold them.
pub(crate) fn fields(faults: &Faults, numbers: &[u8; 64]) -> Vec<u8> {
    let mut fields = laid_out(faults, numbers);
    if faults.has(Fault::Overlong) {
        fields.resize(128, 0);
        fields.resize(128 + 256, 0xa5);
    }
    fields
}

fn laid_out(faults: &Faults, numbers: &[u8; 64]) -> Vec<u8> {
    if faults.has(Fault::ShortFields) {
        return numbers.to_vec();
    }
    let unused = [if faults.has(Fault::DirtyFields) { 0xa5 } else { 0 }; 32];
    let (first, second) = numbers.split_at(32);
    if faults.has(Fault::LeftAligned) {
        [first, &unused, second, &unused].concat()
    } else {
        [&unused, first, &unused, second].concat()
    }
}
