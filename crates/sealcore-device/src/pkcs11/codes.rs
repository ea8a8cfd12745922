//! What a PKCS#11 module answers instead of CKR_OK, and which error it becomes.

use cryptoki_sys as sys;
use cryptoki_sys::CK_RV;
use sealcore::error::{Error, ErrorKind};
use sealcore::text;

use crate::failure;

/// Why a call of a module gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The module answered with a code.
    Code(&'static str, CK_RV),
    /// The module does not have the function.
    Lacks(&'static str),
    /// The module answered with a count or length that cannot be.
    Nonsense(&'static str),
    /// The module was initialised in the process that this one was forked from.
    Forked(&'static str),
    /// The token refused the PIN before; it is not tried again.
    RefusedBefore,
    /// One wrong PIN more locks the token: it is not tried without somebody who asked for it.
    LastTry,
}

impl Refusal {
    /// The code, where there is one.
    pub(super) fn code(self) -> Option<CK_RV> {
        match self {
            Self::Code(_, code) => Some(code),
            _ => None,
        }
    }

    /// Whether the session, or what it knew, is gone, so that a new one may do better.
    pub(super) fn is_stale(self) -> bool {
        if let Self::Forked(_) = self {
            return true;
        }
        matches!(
            self.code(),
            Some(
                sys::CKR_SESSION_HANDLE_INVALID
                    | sys::CKR_SESSION_CLOSED
                    | sys::CKR_OBJECT_HANDLE_INVALID
                    | sys::CKR_KEY_HANDLE_INVALID
                    | sys::CKR_DEVICE_REMOVED
                    | sys::CKR_TOKEN_NOT_PRESENT
                    | sys::CKR_USER_NOT_LOGGED_IN
            )
        )
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Code(function, code) => {
                let (name, wide) = (name(code), wide(code));
                match code {
                    sys::CKR_PIN_INCORRECT | sys::CKR_PIN_INVALID | sys::CKR_PIN_LEN_RANGE => {
                        failure::wrong_pin(function, wide, name, None)
                    }
                    sys::CKR_PIN_LOCKED => failure::locked_pin(function, wide, name),
                    _ => failure::failed(function, wide, name),
                }
            }
            Refusal::Lacks(function) => Self::new(
                ErrorKind::Device,
                text!("the module has no function {function}", "该模块没有 {function} 函数"),
            )
            .in_part(function),
            Refusal::Forked(function) => failure::forked(function),
            Refusal::RefusedBefore => failure::refused_before().in_part("C_Login"),
            Refusal::LastTry => failure::last_try("C_Login"),
            Refusal::Nonsense(function) => Self::new(
                ErrorKind::Device,
                text!(
                    "{function} returned a length or count that cannot be",
                    "{function} 返回的长度或数量不合理"
                ),
            )
            .in_part(function),
        }
    }
}

/// Whether `code` of a login means that the session is gone, so that the PIN was not looked at.
pub(super) fn is_gone(code: u64) -> bool {
    CK_RV::try_from(code).is_ok_and(|code| Refusal::Code("", code).is_stale())
}

/// A number of the module; `CK_ULONG` is 32 bits wide on Windows.
#[allow(clippy::useless_conversion)]
pub(super) fn wide(value: sys::CK_ULONG) -> u64 {
    value.into()
}

/// The standard's name of a code.
pub(super) fn name(code: CK_RV) -> &'static str {
    if code >= sys::CKR_VENDOR_DEFINED {
        return "CKR_VENDOR_DEFINED";
    }
    NAMES
        .iter()
        .find(|(known, _)| *known == code)
        .map_or("CKR_?", |(_, name)| name)
}

macro_rules! names {
    ($($name:ident)*) => { &[$((sys::$name, stringify!($name))),*] };
}

const NAMES: &[(CK_RV, &str)] = names! {
    CKR_CANCEL
    CKR_HOST_MEMORY
    CKR_SLOT_ID_INVALID
    CKR_GENERAL_ERROR
    CKR_FUNCTION_FAILED
    CKR_ARGUMENTS_BAD
    CKR_NO_EVENT
    CKR_NEED_TO_CREATE_THREADS
    CKR_CANT_LOCK
    CKR_ATTRIBUTE_READ_ONLY
    CKR_ATTRIBUTE_SENSITIVE
    CKR_ATTRIBUTE_TYPE_INVALID
    CKR_ATTRIBUTE_VALUE_INVALID
    CKR_ACTION_PROHIBITED
    CKR_DATA_INVALID
    CKR_DATA_LEN_RANGE
    CKR_DEVICE_ERROR
    CKR_DEVICE_MEMORY
    CKR_DEVICE_REMOVED
    CKR_ENCRYPTED_DATA_INVALID
    CKR_ENCRYPTED_DATA_LEN_RANGE
    CKR_AEAD_DECRYPT_FAILED
    CKR_FUNCTION_CANCELED
    CKR_FUNCTION_NOT_PARALLEL
    CKR_FUNCTION_NOT_SUPPORTED
    CKR_KEY_HANDLE_INVALID
    CKR_KEY_SIZE_RANGE
    CKR_KEY_TYPE_INCONSISTENT
    CKR_KEY_NOT_NEEDED
    CKR_KEY_CHANGED
    CKR_KEY_NEEDED
    CKR_KEY_INDIGESTIBLE
    CKR_KEY_FUNCTION_NOT_PERMITTED
    CKR_KEY_NOT_WRAPPABLE
    CKR_KEY_UNEXTRACTABLE
    CKR_MECHANISM_INVALID
    CKR_MECHANISM_PARAM_INVALID
    CKR_OBJECT_HANDLE_INVALID
    CKR_OPERATION_ACTIVE
    CKR_OPERATION_NOT_INITIALIZED
    CKR_PIN_INCORRECT
    CKR_PIN_INVALID
    CKR_PIN_LEN_RANGE
    CKR_PIN_EXPIRED
    CKR_PIN_LOCKED
    CKR_SESSION_CLOSED
    CKR_SESSION_COUNT
    CKR_SESSION_HANDLE_INVALID
    CKR_SESSION_PARALLEL_NOT_SUPPORTED
    CKR_SESSION_READ_ONLY
    CKR_SESSION_EXISTS
    CKR_SESSION_READ_ONLY_EXISTS
    CKR_SESSION_READ_WRITE_SO_EXISTS
    CKR_SIGNATURE_INVALID
    CKR_SIGNATURE_LEN_RANGE
    CKR_TEMPLATE_INCOMPLETE
    CKR_TEMPLATE_INCONSISTENT
    CKR_TOKEN_NOT_PRESENT
    CKR_TOKEN_NOT_RECOGNIZED
    CKR_TOKEN_WRITE_PROTECTED
    CKR_UNWRAPPING_KEY_HANDLE_INVALID
    CKR_UNWRAPPING_KEY_SIZE_RANGE
    CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT
    CKR_USER_ALREADY_LOGGED_IN
    CKR_USER_NOT_LOGGED_IN
    CKR_USER_PIN_NOT_INITIALIZED
    CKR_USER_TYPE_INVALID
    CKR_USER_ANOTHER_ALREADY_LOGGED_IN
    CKR_USER_TOO_MANY_TYPES
    CKR_WRAPPED_KEY_INVALID
    CKR_WRAPPED_KEY_LEN_RANGE
    CKR_WRAPPING_KEY_HANDLE_INVALID
    CKR_WRAPPING_KEY_SIZE_RANGE
    CKR_WRAPPING_KEY_TYPE_INCONSISTENT
    CKR_RANDOM_SEED_NOT_SUPPORTED
    CKR_RANDOM_NO_RNG
    CKR_DOMAIN_PARAMS_INVALID
    CKR_CURVE_NOT_SUPPORTED
    CKR_BUFFER_TOO_SMALL
    CKR_SAVED_STATE_INVALID
    CKR_INFORMATION_SENSITIVE
    CKR_STATE_UNSAVEABLE
    CKR_CRYPTOKI_NOT_INITIALIZED
    CKR_CRYPTOKI_ALREADY_INITIALIZED
    CKR_MUTEX_BAD
    CKR_MUTEX_NOT_LOCKED
    CKR_NEW_PIN_MODE
    CKR_NEXT_OTP
    CKR_EXCEEDED_MAX_ITERATIONS
    CKR_FIPS_SELF_TEST_FAILED
    CKR_LIBRARY_LOAD_FAILED
    CKR_PIN_TOO_WEAK
    CKR_PUBLIC_KEY_INVALID
    CKR_FUNCTION_REJECTED
    CKR_TOKEN_RESOURCE_EXCEEDED
    CKR_OPERATION_CANCEL_FAILED
    CKR_KEY_EXHAUSTED
    CKR_PENDING
    CKR_SESSION_ASYNC_NOT_SUPPORTED
    CKR_SEED_RANDOM_REQUIRED
    CKR_OPERATION_NOT_VALIDATED
    CKR_TOKEN_NOT_INITIALIZED
    CKR_PARAMETER_SET_NOT_SUPPORTED
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_errors() {
        let error = |code| Error::from(Refusal::Code("C_Login", code));
        let wrong = error(0xa0);
        assert_eq!((wrong.kind(), wrong.vendor_code()), (ErrorKind::Password, Some(0xa0)));
        assert_eq!(wrong.part(), Some("C_Login"));
        assert!(wrong.to_string().contains("CKR_PIN_INCORRECT (0xA0)"), "{wrong}");
        let locked = error(0xa4);
        assert_eq!((locked.kind(), locked.vendor_code()), (ErrorKind::Device, Some(0xa4)));
        assert!(locked.to_string().contains("CKR_PIN_LOCKED"), "{locked}");
        let vendor = error(0x8000_0123);
        assert_eq!(vendor.vendor_code(), Some(0x8000_0123));
        assert!(
            vendor.to_string().contains("CKR_VENDOR_DEFINED (0x80000123)"),
            "{vendor}"
        );
        assert!(error(0x7777).to_string().contains("0x7777"));
    }
}
