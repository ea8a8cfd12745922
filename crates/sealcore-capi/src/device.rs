//! Keys in devices: what there is. `sealcore_signer_open` takes one.

use std::ffi::c_char;

use sealcore_core::text;
use sealcore_device::{DeviceUri, Pin};
use zeroize::Zeroizing;

use crate::buffer::sealcore_buffer;
use crate::call::{self, bad, operation};
use crate::error::sealcore_error;
use crate::status::sealcore_status;

/// What the module of a device URI (`pkcs11:`, `sdf:`, `skf:`) holds, as JSON: the module, its devices, their applications, keys
/// and certificates. Path attributes of the URI narrow it. `pin` may be NULL: then it says what can be seen without.
/// `SEALCORE_E_DEVICE` when the module cannot be loaded or fails, with its code; `SEALCORE_E_PASSWORD` for a wrong PIN.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_device_list(
    uri: *const c_char,
    pin: *const c_char,
    json: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(json, "json")?;
        let uri = DeviceUri::parse(call::string(uri, "uri")?)?;
        let pin = call::text_or_none(pin, "pin")?.map(Pin::from);
        // Shown without its PIN.
        let listing = sealcore_device::list(&uri, pin.as_ref()).map_err(|error| error.in_part(uri.to_string()))?;
        let json = serde_json::to_vec(&listing).map_err(|error| {
            let message = text!("the listing cannot be written: {error}", "列表无法输出：{error}");
            bad("json", message)
        })?;
        out.put(Zeroizing::new(json))
    })
}
