//! The error codes of GM/T 0018, by the names that its header has.

use sealcore::error::{Error, ErrorKind};
use sealcore::text;

use crate::failure;

pub(super) const OK: u32 = 0;
const BASE: u32 = 0x0100_0000;
const COMMFAIL: u32 = BASE + 0x03;
const HARDFAIL: u32 = BASE + 0x04;
const OPENDEVICE: u32 = BASE + 0x05;
const OPENSESSION: u32 = BASE + 0x06;
const PARDENY: u32 = BASE + 0x07;
const KEYNOTEXIST: u32 = BASE + 0x08;
const PRKRERR: u32 = BASE + 0x18;

/// `SDR_UNKNOWERR` is BASE + 1, and so on.
const NAMES: [&str; 0x1e] = [
    "SDR_UNKNOWERR",
    "SDR_NOTSUPPORT",
    "SDR_COMMFAIL",
    "SDR_HARDFAIL",
    "SDR_OPENDEVICE",
    "SDR_OPENSESSION",
    "SDR_PARDENY",
    "SDR_KEYNOTEXIST",
    "SDR_ALGNOTSUPPORT",
    "SDR_ALGMODNOTSUPPORT",
    "SDR_PKOPERR",
    "SDR_SKOPERR",
    "SDR_SIGNERR",
    "SDR_VERIFYERR",
    "SDR_SYMOPERR",
    "SDR_STEPERR",
    "SDR_FILESIZEERR",
    "SDR_FILENOEXIST",
    "SDR_FILEOFSERR",
    "SDR_KEYTYPEERR",
    "SDR_KEYERR",
    "SDR_ENCDATAERR",
    "SDR_RANDERR",
    "SDR_PRKRERR",
    "SDR_MACERR",
    "SDR_FILEEXISTS",
    "SDR_FILEWERR",
    "SDR_NOBUFFER",
    "SDR_INARGERR",
    "SDR_OUTARGERR",
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
    match code {
        PARDENY | PRKRERR if function == "SDF_GetPrivateKeyAccessRight" => {
            failure::wrong_pin(function, number, name, None)
        }
        PARDENY | PRKRERR => Error::new(
            ErrorKind::Password,
            text!(
                "the machine asks for the password of the key's access right: {name} (0x{code:X})",
                "密码机要求私钥访问权限口令：{name}（0x{code:X}）"
            ),
        )
        .with_vendor_code(number)
        .in_part(function),
        KEYNOTEXIST => Error::new(
            ErrorKind::Device,
            text!(
                "the machine has no key at this index: {name} (0x{code:X})",
                "密码机的该索引处没有密钥：{name}（0x{code:X}）"
            ),
        )
        .with_vendor_code(number)
        .in_part(function),
        _ => failure::failed(function, number, name),
    }
}

/// The code that `error` tells.
pub(super) fn of(error: &Error) -> Option<u32> {
    error.vendor_code().and_then(|code| u32::try_from(code).ok())
}

/// Whether `code` means that the machine itself is gone, so that asking it more is of no use.
pub(super) fn is_lost(code: u32) -> bool {
    matches!(code, COMMFAIL | HARDFAIL)
}

/// Whether `code`, as the answer to a password, means that the session is gone: then it was not compared.
pub(super) fn is_gone(code: u64) -> bool {
    u32::try_from(code).is_ok_and(|code| is_stale(code, false))
}

/// Whether `code` means that the session, or the access right that it had, is gone; the machine may be there.
pub(super) fn is_stale(code: u32, has_right: bool) -> bool {
    match code {
        COMMFAIL | HARDFAIL | OPENDEVICE | OPENSESSION => true,
        // Without a password nothing gets better.
        PARDENY | PRKRERR => has_right,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        assert_eq!(name(0x0100_0001), "SDR_UNKNOWERR");
        assert_eq!(name(KEYNOTEXIST), "SDR_KEYNOTEXIST");
        assert_eq!(name(PRKRERR), "SDR_PRKRERR");
        assert_eq!(name(0x0100_001e), "SDR_OUTARGERR");
        for code in [0, 1, BASE, 0x0100_001f, u32::MAX] {
            assert_eq!(name(code), "code of the vendor", "{code:X}");
        }
    }
}
