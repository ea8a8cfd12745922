//! `sealcore_buffer`: bytes that the library made, of any length.

use zeroize::Zeroizing;

use crate::call::{self, accessor};
use crate::handle::{Kind, Opaque};

/// Bytes that a call made; freed with `sealcore_buffer_free`. Wiped when they are freed, since some are secret.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_buffer {
    _private: [u8; 0],
}

impl Opaque for sealcore_buffer {
    type Object = Zeroizing<Vec<u8>>;
    const KIND: Kind = Kind::Buffer;
}

/// The bytes, not ended by NUL; not NULL for a live handle. They live as long as the buffer.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_buffer_data(buffer: *const sealcore_buffer) -> *const u8 {
    accessor(std::ptr::null(), |call| Ok(call.shared(buffer, "buffer")?.as_ptr()))
}

/// How many bytes there are; 0 for no live handle.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_buffer_len(buffer: *const sealcore_buffer) -> usize {
    accessor(0, |call| Ok(call.shared(buffer, "buffer")?.len()))
}

/// Frees a buffer. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_buffer_free(buffer: *mut sealcore_buffer) {
    call::free(buffer);
}
