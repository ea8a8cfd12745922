//! What a call returns. Numbers are never used again for something else.

use std::ffi::{CStr, c_char};

use sealcore_core::error::ErrorKind;

/// What a call returns: 0, or below 0 when it failed. A signature that does not hold is no failure: see the verdict.
#[allow(non_camel_case_types)]
pub type sealcore_status = i32;

/// It was done.
pub const SEALCORE_OK: sealcore_status = 0;
/// A pointer is NULL that must not be.
pub const SEALCORE_E_NULL: sealcore_status = -1;
/// An argument contradicts itself or the document.
pub const SEALCORE_E_ARGUMENT: sealcore_status = -2;
/// The buffer is too short; the length that it needs was written.
pub const SEALCORE_E_BUFFER: sealcore_status = -3;
/// The handle is not in a state for this call.
pub const SEALCORE_E_STATE: sealcore_status = -4;
/// A string is not UTF-8.
pub const SEALCORE_E_UTF8: sealcore_status = -5;
/// A structure is smaller than this library knows it: the header is another one.
pub const SEALCORE_E_ABI: sealcore_status = -6;
/// The handle was freed, or never was one.
pub const SEALCORE_E_HANDLE: sealcore_status = -7;
/// The handle is of another type.
pub const SEALCORE_E_TYPE: sealcore_status = -8;
/// Another thread uses the handle, and this call would change it.
pub const SEALCORE_E_BUSY: sealcore_status = -9;
/// A callback uses a handle of the call that called it.
pub const SEALCORE_E_REENTRANT: sealcore_status = -10;
/// An earlier call on the handle ended in SEALCORE_E_PANIC; it can only be freed.
pub const SEALCORE_E_POISONED: sealcore_status = -11;
/// The caller cancelled.
pub const SEALCORE_E_CANCELLED: sealcore_status = -12;
/// What is asked for is known and not supported.
pub const SEALCORE_E_UNSUPPORTED: sealcore_status = -13;
/// A rule forbids it: an existing signature, the seal, a certificate.
pub const SEALCORE_E_REFUSED: sealcore_status = -14;
/// The input costs more than the limits allow.
pub const SEALCORE_E_LIMIT: sealcore_status = -15;
/// The operating system refused to read or write.
pub const SEALCORE_E_IO: sealcore_status = -100;
/// A callback of a source or sink failed.
pub const SEALCORE_E_CALLBACK: sealcore_status = -101;
/// By content, the input is nothing that is read here.
pub const SEALCORE_E_FORMAT: sealcore_status = -200;
/// The ZIP container is broken.
pub const SEALCORE_E_CONTAINER: sealcore_status = -201;
/// XML that is not well-formed, or lacks what the format requires.
pub const SEALCORE_E_XML: sealcore_status = -202;
/// PDF that cannot be read, or only by repairing it.
pub const SEALCORE_E_PDF: sealcore_status = -203;
/// DER or BER that cannot be read.
pub const SEALCORE_E_ASN1: sealcore_status = -300;
/// A seal or seal signature of none of the known structures.
pub const SEALCORE_E_SEAL: sealcore_status = -301;
/// A certificate, request or revocation list that cannot be read or made.
pub const SEALCORE_E_CERTIFICATE: sealcore_status = -302;
/// A cryptographic operation failed: a signature value that is not the signer's, too.
pub const SEALCORE_E_CRYPTO: sealcore_status = -400;
/// A private key or key file that cannot be read, or is not the certificate's.
pub const SEALCORE_E_KEY: sealcore_status = -401;
/// Password or PIN is wrong.
pub const SEALCORE_E_PASSWORD: sealcore_status = -402;
/// The self-test of the algorithms failed; nothing is signed or verified any more.
pub const SEALCORE_E_SELF_TEST: sealcore_status = -403;
/// The callback of an external signer failed.
pub const SEALCORE_E_SIGNER: sealcore_status = -500;
/// A device or its module failed, or there is none; see the vendor's code.
pub const SEALCORE_E_DEVICE: sealcore_status = -501;
/// A time-stamp authority failed, refused, or gave something else than a sound time stamp.
pub const SEALCORE_E_AUTHORITY: sealcore_status = -600;
/// There is not enough memory.
pub const SEALCORE_E_MEMORY: sealcore_status = -998;
/// A defect of the library; the handles of the call are poisoned.
pub const SEALCORE_E_PANIC: sealcore_status = -999;

/// The name of a status, as `SEALCORE_E_NULL`; `SEALCORE_UNKNOWN` for a number that is none. Static.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_status_name(status: sealcore_status) -> *const c_char {
    name(status).as_ptr()
}

pub(crate) fn name(status: sealcore_status) -> &'static CStr {
    NAMES
        .iter()
        .find(|(number, _)| *number == status)
        .map_or(c"SEALCORE_UNKNOWN", |(_, name)| name)
}

/// The status for a class of errors of the library.
pub(crate) fn of(kind: ErrorKind) -> sealcore_status {
    match kind {
        ErrorKind::Argument => SEALCORE_E_ARGUMENT,
        ErrorKind::Io => SEALCORE_E_IO,
        ErrorKind::Format => SEALCORE_E_FORMAT,
        ErrorKind::Pdf => SEALCORE_E_PDF,
        ErrorKind::Container => SEALCORE_E_CONTAINER,
        ErrorKind::Xml => SEALCORE_E_XML,
        ErrorKind::Asn1 => SEALCORE_E_ASN1,
        ErrorKind::Seal => SEALCORE_E_SEAL,
        ErrorKind::Key => SEALCORE_E_KEY,
        ErrorKind::Password => SEALCORE_E_PASSWORD,
        ErrorKind::Certificate => SEALCORE_E_CERTIFICATE,
        ErrorKind::Crypto => SEALCORE_E_CRYPTO,
        ErrorKind::Device => SEALCORE_E_DEVICE,
        ErrorKind::Unsupported => SEALCORE_E_UNSUPPORTED,
        ErrorKind::Limit => SEALCORE_E_LIMIT,
        ErrorKind::Refused => SEALCORE_E_REFUSED,
        ErrorKind::Cancelled => SEALCORE_E_CANCELLED,
        // A class that is newer than this list.
        _ => SEALCORE_E_ARGUMENT,
    }
}

pub(crate) const NAMES: &[(sealcore_status, &CStr)] = &[
    (SEALCORE_OK, c"SEALCORE_OK"),
    (SEALCORE_E_NULL, c"SEALCORE_E_NULL"),
    (SEALCORE_E_ARGUMENT, c"SEALCORE_E_ARGUMENT"),
    (SEALCORE_E_BUFFER, c"SEALCORE_E_BUFFER"),
    (SEALCORE_E_STATE, c"SEALCORE_E_STATE"),
    (SEALCORE_E_UTF8, c"SEALCORE_E_UTF8"),
    (SEALCORE_E_ABI, c"SEALCORE_E_ABI"),
    (SEALCORE_E_HANDLE, c"SEALCORE_E_HANDLE"),
    (SEALCORE_E_TYPE, c"SEALCORE_E_TYPE"),
    (SEALCORE_E_BUSY, c"SEALCORE_E_BUSY"),
    (SEALCORE_E_REENTRANT, c"SEALCORE_E_REENTRANT"),
    (SEALCORE_E_POISONED, c"SEALCORE_E_POISONED"),
    (SEALCORE_E_CANCELLED, c"SEALCORE_E_CANCELLED"),
    (SEALCORE_E_UNSUPPORTED, c"SEALCORE_E_UNSUPPORTED"),
    (SEALCORE_E_REFUSED, c"SEALCORE_E_REFUSED"),
    (SEALCORE_E_LIMIT, c"SEALCORE_E_LIMIT"),
    (SEALCORE_E_IO, c"SEALCORE_E_IO"),
    (SEALCORE_E_CALLBACK, c"SEALCORE_E_CALLBACK"),
    (SEALCORE_E_FORMAT, c"SEALCORE_E_FORMAT"),
    (SEALCORE_E_CONTAINER, c"SEALCORE_E_CONTAINER"),
    (SEALCORE_E_XML, c"SEALCORE_E_XML"),
    (SEALCORE_E_PDF, c"SEALCORE_E_PDF"),
    (SEALCORE_E_ASN1, c"SEALCORE_E_ASN1"),
    (SEALCORE_E_SEAL, c"SEALCORE_E_SEAL"),
    (SEALCORE_E_CERTIFICATE, c"SEALCORE_E_CERTIFICATE"),
    (SEALCORE_E_CRYPTO, c"SEALCORE_E_CRYPTO"),
    (SEALCORE_E_KEY, c"SEALCORE_E_KEY"),
    (SEALCORE_E_PASSWORD, c"SEALCORE_E_PASSWORD"),
    (SEALCORE_E_SELF_TEST, c"SEALCORE_E_SELF_TEST"),
    (SEALCORE_E_SIGNER, c"SEALCORE_E_SIGNER"),
    (SEALCORE_E_DEVICE, c"SEALCORE_E_DEVICE"),
    (SEALCORE_E_AUTHORITY, c"SEALCORE_E_AUTHORITY"),
    (SEALCORE_E_MEMORY, c"SEALCORE_E_MEMORY"),
    (SEALCORE_E_PANIC, c"SEALCORE_E_PANIC"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_number_stands_for_one_thing() {
        let numbers: HashSet<_> = NAMES.iter().map(|(number, _)| number).collect();
        assert_eq!(numbers.len(), NAMES.len());
        let constants = include_str!("status.rs").matches("\npub const SEALCORE_").count();
        assert_eq!(constants, NAMES.len());
        assert_eq!(name(7), c"SEALCORE_UNKNOWN");
    }
}
