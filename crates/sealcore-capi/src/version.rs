//! Which library this is.

use std::ffi::{CStr, c_char};

/// The version of the ABI: bumped when a program that was built against an older header could break, and the soname with it.
/// New functions and constants do not bump it. This holds from the release of 0.1.0 on.
pub const SEALCORE_ABI_VERSION: u32 = 1;

pub(crate) const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The version of the library, as `0.1.0`. Static.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The version of the ABI that the library has. A binding compares it with `SEALCORE_ABI_VERSION` of the header that it was
/// written for, and goes no further where they differ.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_abi_version() -> u32 {
    SEALCORE_ABI_VERSION
}
