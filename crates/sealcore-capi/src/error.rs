//! `sealcore_error`: why a call failed, owned by who called.

use std::ffi::{CString, c_char};

use sealcore_core::lang::Lang;

use crate::call::{self, accessor};
use crate::failure::Failure;
use crate::handle::{Kind, Opaque};
use crate::status::{SEALCORE_OK, sealcore_status};
use crate::text::c_string;

/// Why a call failed. Owned by who called, immutable, readable from any thread; freed with `sealcore_error_free`.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_error {
    _private: [u8; 0],
}

/// What the accessors tell.
pub(crate) struct Told {
    status: sealcore_status,
    kind: CString,
    messages: [CString; 2],
    part: Option<CString>,
    position: Option<u64>,
    vendor_code: Option<u64>,
}

impl Opaque for sealcore_error {
    type Object = Told;
    const KIND: Kind = Kind::Error;
}

impl From<Failure> for Told {
    fn from(failure: Failure) -> Self {
        let message = |lang| c_string(failure.message.get(lang));
        Self {
            status: failure.status,
            kind: c_string(failure.kind),
            messages: [message(Lang::En), message(Lang::Zh)],
            part: failure.part.as_deref().map(c_string),
            position: failure.position,
            vendor_code: failure.vendor_code,
        }
    }
}

/// The status that the call returned; `SEALCORE_OK` for no live handle.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_error_code(error: *const sealcore_error) -> sealcore_status {
    accessor(SEALCORE_OK, |call| Ok(call.shared(error, "error")?.status))
}

/// The class as it stands in JSON: `argument`, `io`, `device`, ...; `api` and `internal` are of the ABI itself. Lives as long as
/// the error.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_error_kind(error: *const sealcore_error) -> *const c_char {
    accessor(std::ptr::null(), |call| Ok(call.shared(error, "error")?.kind.as_ptr()))
}

/// What failed, in `SEALCORE_LANG_EN` or `SEALCORE_LANG_ZH`, without part and position. Lives as long as the error.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_error_message(error: *const sealcore_error, lang: i32) -> *const c_char {
    accessor(std::ptr::null(), |call| {
        let [en, zh] = &call.shared(error, "error")?.messages;
        Ok(if call::lang(lang)? == Lang::Zh {
            zh.as_ptr()
        } else {
            en.as_ptr()
        })
    })
}

/// The part of the input, the argument or the function of a device that failed, outermost first; NULL when there is none. Lives
/// as long as the error.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_error_part(error: *const sealcore_error) -> *const c_char {
    accessor(std::ptr::null(), |call| {
        let error = call.shared(error, "error")?;
        Ok(error.part.as_ref().map_or(std::ptr::null(), |part| part.as_ptr()))
    })
}

/// The byte offset inside the part; -1 when there is none.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_error_position(error: *const sealcore_error) -> i64 {
    accessor(-1, |call| {
        let position = call.shared(error, "error")?.position;
        Ok(position.and_then(|position| i64::try_from(position).ok()).unwrap_or(-1))
    })
}

/// The code of the device, vendor's library or callback that failed (CK_RV, SAR_*, SDR_*); 0 when there is none.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_error_vendor_code(error: *const sealcore_error) -> u64 {
    accessor(0, |call| Ok(call.shared(error, "error")?.vendor_code.unwrap_or(0)))
}

/// Frees an error. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_error_free(error: *mut sealcore_error) {
    call::free(error);
}
