//! Languages and strings.

use std::ffi::CString;

/// English.
pub const SEALCORE_LANG_EN: i32 = 1;
/// Chinese.
pub const SEALCORE_LANG_ZH: i32 = 2;

/// A string for C. What stands behind a NUL, which only hostile input has, is kept: the NUL becomes U+FFFD.
pub(crate) fn c_string(text: &str) -> CString {
    let text = if text.contains('\0') {
        text.replace('\0', "\u{fffd}")
    } else {
        text.to_owned()
    };
    CString::new(text).unwrap_or_default()
}
