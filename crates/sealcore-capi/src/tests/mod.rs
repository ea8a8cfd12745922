//! The boundary, called as C calls it.

#[path = "../../../sealcore/tests/support/pdf/mod.rs"]
mod pdf;

#[cfg(feature = "test-hooks")]
mod broken;
#[cfg(unix)]
mod device_keys;
mod devices;
mod digests;
mod documents;
mod externals;
mod house;
mod inspections;
mod keys;
mod sessions;
mod signing;
mod time_stamps;
mod verification;

use std::ffi::{CStr, CString, c_char};
use std::ptr::{null, null_mut};

use crate::buffer::{sealcore_buffer, sealcore_buffer_data, sealcore_buffer_free, sealcore_buffer_len};
use crate::document::{sealcore_document, sealcore_document_open_bytes};
use crate::error::{
    sealcore_error, sealcore_error_code, sealcore_error_free, sealcore_error_message, sealcore_error_part,
};
use crate::status::{SEALCORE_OK, sealcore_status};
use crate::text::{SEALCORE_LANG_EN, SEALCORE_LANG_ZH};

/// The size of a structure, as it stands in it.
fn size<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap()
}

/// Runs a call that must succeed.
#[track_caller]
fn ok(call: impl FnOnce(*mut *mut sealcore_error) -> sealcore_status) {
    let mut error = null_mut();
    let status = call(&raw mut error);
    assert_eq!(status, SEALCORE_OK, "{}", message(error));
    assert!(error.is_null());
}

/// Runs a call that must fail in this way, and gives its message and part.
#[track_caller]
fn fails(status: sealcore_status, call: impl Fn(*mut *mut sealcore_error) -> sealcore_status) -> String {
    assert_eq!(call(null_mut()), status, "without a place for the error");
    let mut error = null_mut();
    assert_eq!(call(&raw mut error), status);
    assert_eq!(sealcore_error_code(error), status);
    assert!(
        !string(sealcore_error_message(error, SEALCORE_LANG_ZH))
            .unwrap()
            .is_empty()
    );
    message(error)
}

fn message(error: *mut sealcore_error) -> String {
    let text = string(sealcore_error_message(error, SEALCORE_LANG_EN)).unwrap_or_default();
    let part = string(sealcore_error_part(error)).unwrap_or_default();
    sealcore_error_free(error);
    format!("{text} [{part}]")
}

fn string(pointer: *const c_char) -> Option<String> {
    // SAFETY: the library gives NULL or a string that ends in NUL.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_str().unwrap().to_owned())
}

fn c(text: &str) -> CString {
    CString::new(text).unwrap()
}

/// The bytes of a buffer, which is freed.
fn taken(buffer: *mut sealcore_buffer) -> Vec<u8> {
    let data = sealcore_buffer_data(buffer);
    assert!(!data.is_null());
    // SAFETY: a live buffer has so many bytes.
    let bytes = unsafe { std::slice::from_raw_parts(data, sealcore_buffer_len(buffer)) }.to_vec();
    sealcore_buffer_free(buffer);
    bytes
}

fn opened(bytes: &[u8]) -> *mut sealcore_document {
    let mut document = null_mut();
    ok(|error| sealcore_document_open_bytes(bytes.as_ptr(), bytes.len(), null(), &raw mut document, error));
    document
}
