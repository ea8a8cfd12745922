//! Keys in devices, by URI.

use std::ffi::c_char;

use sealcore_core::error::{Error, ErrorKind};
use sealcore_core::key::Signer;
use sealcore_core::text;

use crate::buffer::sealcore_buffer;
use crate::call::{self, operation};
use crate::error::sealcore_error;
use crate::failure::Outcome;
use crate::signer::OwnCertificates;
use crate::status::sealcore_status;

const SCHEMES: [&str; 3] = ["pkcs11:", "sdf:", "skf:"];

/// What the module of a device URI holds, as JSON: devices, tokens, keys and certificates. `pin` may be NULL: then it says what
/// can be seen without.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_device_list(
    uri: *const c_char,
    pin: *const c_char,
    json: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let _out = call.out(json, "json")?;
        let uri = call::string(uri, "uri")?;
        let _pin = call::text_or_none(pin, "pin")?;
        Err(unsupported(uri).into())
    })
}

pub(crate) fn is_device(uri: &str) -> bool {
    let is = |scheme: &&str| {
        uri.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    SCHEMES.iter().any(is)
}

pub(crate) fn open(uri: &str, _pin: Option<&str>, _certificates: OwnCertificates) -> Outcome<Box<dyn Signer>> {
    Err(unsupported(uri).into())
}

fn unsupported(uri: &str) -> Error {
    let scheme = uri.split_once(':').map_or(uri, |(scheme, _)| scheme);
    Error::new(
        ErrorKind::Unsupported,
        text!("keys of “{scheme}:” are not supported", "不支持“{scheme}:”密钥"),
    )
}
