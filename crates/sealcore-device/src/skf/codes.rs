//! The error codes of GM/T 0016, by the names that its header has (its misspellings are kept).

use sealcore::error::{Error, ErrorKind};
use sealcore::text;

use crate::failure;

pub(super) const OK: u32 = 0;
const BASE: u32 = 0x0a00_0000;
const NOTSUPPORTYETERR: u32 = BASE + 0x03;
const INVALIDHANDLEERR: u32 = BASE + 0x05;
pub(super) const INVALIDPARAMERR: u32 = BASE + 0x06;
pub(super) const BUFFER_TOO_SMALL: u32 = BASE + 0x20;
const DEVICE_REMOVED: u32 = BASE + 0x23;
const PIN_INCORRECT: u32 = BASE + 0x24;
const PIN_LOCKED: u32 = BASE + 0x25;
const PIN_INVALID: u32 = BASE + 0x26;
const PIN_LEN_RANGE: u32 = BASE + 0x27;
pub(super) const USER_ALREADY_LOGGED_IN: u32 = BASE + 0x28;
const USER_NOT_LOGGED_IN: u32 = BASE + 0x2d;

/// `SAR_FAIL` is BASE + 1, and so on.
const NAMES: [&str; 0x32] = [
    "SAR_FAIL",
    "SAR_UNKNOWNERR",
    "SAR_NOTSUPPORTYETERR",
    "SAR_FILEERR",
    "SAR_INVALIDHANDLEERR",
    "SAR_INVALIDPARAMERR",
    "SAR_READFILEERR",
    "SAR_WRITEFILEERR",
    "SAR_NAMELENERR",
    "SAR_KEYUSAGEERR",
    "SAR_MODULUSLENERR",
    "SAR_NOTINITIALIZEERR",
    "SAR_OBJERR",
    "SAR_MEMORYERR",
    "SAR_TIMEOUTERR",
    "SAR_INDATALENERR",
    "SAR_INDATAERR",
    "SAR_GENRANDERR",
    "SAR_HASHOBJERR",
    "SAR_HASHERR",
    "SAR_GENRSAKEYERR",
    "SAR_RSAMODULUSLENERR",
    "SAR_CSPIMPRTPUBKEYERR",
    "SAR_RSAENCERR",
    "SAR_RSADECERR",
    "SAR_HASHNOTEQUALERR",
    "SAR_KEYNOTFOUNTERR",
    "SAR_CERTNOTFOUNTERR",
    "SAR_NOTEXPORTERR",
    "SAR_DECRYPTPADERR",
    "SAR_MACLENERR",
    "SAR_BUFFER_TOO_SMALL",
    "SAR_KEYINFOTYPEERR",
    "SAR_NOT_EVENTERR",
    "SAR_DEVICE_REMOVED",
    "SAR_PIN_INCORRECT",
    "SAR_PIN_LOCKED",
    "SAR_PIN_INVALID",
    "SAR_PIN_LEN_RANGE",
    "SAR_USER_ALREADY_LOGGED_IN",
    "SAR_USER_PIN_NOT_INITIALIZED",
    "SAR_USER_TYPE_INVALID",
    "SAR_APPLICATION_NAME_INVALID",
    "SAR_APPLICATION_EXISTS",
    "SAR_USER_NOT_LOGGED_IN",
    "SAR_APPLICATION_NOT_EXISTS",
    "SAR_FILE_ALREADY_EXIST",
    "SAR_NO_ROOM",
    "SAR_FILE_NOT_EXIST",
    "SAR_REACH_MAX_CONTAINER_COUNT",
];

/// The standard's name of `code`, or that it is the vendor's own.
pub(super) fn name(code: u32) -> &'static str {
    code.checked_sub(BASE + 1)
        .and_then(|index| NAMES.get(usize::try_from(index).ok()?))
        .copied()
        .unwrap_or("code of the vendor")
}

/// The error for `code` of `function`.
pub(super) fn error(function: &str, code: u32) -> Error {
    let (name, number) = (name(code), u64::from(code));
    let told = |kind, message| Error::new(kind, message).with_vendor_code(number).in_part(function);
    match code {
        PIN_LOCKED => failure::locked_pin(function, number, name),
        DEVICE_REMOVED => told(
            ErrorKind::Device,
            text!(
                "the device was removed: {name} (0x{code:X})",
                "设备已被拔出：{name}（0x{code:X}）"
            ),
        ),
        USER_NOT_LOGGED_IN => told(
            ErrorKind::Password,
            text!(
                "the device asks for a PIN and none was given: {name} (0x{code:X})",
                "设备要求 PIN，但未提供：{name}（0x{code:X}）"
            ),
        ),
        _ => failure::failed(function, number, name),
    }
}

/// The error for `code` of `function`, to which a PIN was given.
pub(super) fn pin_error(function: &str, code: u32, retries: Option<u32>) -> Error {
    match code {
        PIN_INCORRECT | PIN_INVALID | PIN_LEN_RANGE => {
            failure::wrong_pin(function, u64::from(code), name(code), retries)
        }
        _ => error(function, code),
    }
}

/// Whether `code` means that what is open is dead.
pub(super) fn is_lost(code: u32) -> bool {
    matches!(code, DEVICE_REMOVED | INVALIDHANDLEERR)
}

/// As [`is_lost`], of the code in an error.
pub(super) fn is_gone(code: u64) -> bool {
    u32::try_from(code).is_ok_and(is_lost)
}

/// Whether the library says that it does not have the function.
pub(super) fn is_unsupported(error: &Error) -> bool {
    error.vendor_code() == Some(u64::from(NOTSUPPORTYETERR))
}

/// Whether the token refused to sign since it has forgotten the login.
pub(super) fn is_logged_out(error: &Error) -> bool {
    error.vendor_code() == Some(u64::from(USER_NOT_LOGGED_IN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        for (code, expected) in [
            (BASE + 1, "SAR_FAIL"),
            (NOTSUPPORTYETERR, "SAR_NOTSUPPORTYETERR"),
            (INVALIDHANDLEERR, "SAR_INVALIDHANDLEERR"),
            (INVALIDPARAMERR, "SAR_INVALIDPARAMERR"),
            (BUFFER_TOO_SMALL, "SAR_BUFFER_TOO_SMALL"),
            (DEVICE_REMOVED, "SAR_DEVICE_REMOVED"),
            (PIN_INCORRECT, "SAR_PIN_INCORRECT"),
            (PIN_LOCKED, "SAR_PIN_LOCKED"),
            (PIN_LEN_RANGE, "SAR_PIN_LEN_RANGE"),
            (USER_ALREADY_LOGGED_IN, "SAR_USER_ALREADY_LOGGED_IN"),
            (USER_NOT_LOGGED_IN, "SAR_USER_NOT_LOGGED_IN"),
            (0x0a00_0032, "SAR_REACH_MAX_CONTAINER_COUNT"),
            (0x0a00_0033, "code of the vendor"),
            (BASE, "code of the vendor"),
            (u32::MAX, "code of the vendor"),
        ] {
            assert_eq!(name(code), expected, "{code:X}");
        }
    }
}
