//! The errors that the three interfaces share. None of them holds a PIN.

use sealcore::error::{Error, ErrorKind};
use sealcore::text;

/// `function` of the module failed with `code`, which the standard calls `name`.
pub(crate) fn failed(function: &str, code: u64, name: &str) -> Error {
    Error::new(
        ErrorKind::Device,
        text!(
            "{function} failed: {name} (0x{code:X})",
            "{function} 失败：{name}（0x{code:X}）"
        ),
    )
    .with_vendor_code(code)
    .in_part(function)
}

/// The PIN is wrong; how many tries are left where that is known.
pub(crate) fn wrong_pin(function: &str, code: u64, name: &str, retries: Option<u32>) -> Error {
    let message = match retries {
        Some(left) => text!(
            "the PIN is wrong, {left} tries left: {name} (0x{code:X})",
            "PIN 错误，还可尝试 {left} 次：{name}（0x{code:X}）"
        ),
        None => text!(
            "the PIN is wrong: {name} (0x{code:X})",
            "PIN 错误：{name}（0x{code:X}）"
        ),
    };
    Error::new(ErrorKind::Password, message)
        .with_vendor_code(code)
        .in_part(function)
}

/// The PIN was wrong too often. Not [`ErrorKind::Password`]: asking for the PIN again does not help.
pub(crate) fn locked_pin(function: &str, code: u64, name: &str) -> Error {
    Error::new(
        ErrorKind::Device,
        text!(
            "the PIN is locked after too many wrong tries; the device's administrator can unlock it: {name} (0x{code:X})",
            "PIN 错误次数过多，已被锁定，须由设备管理员解锁：{name}（0x{code:X}）"
        ),
    )
    .with_vendor_code(code)
    .in_part(function)
}

/// Who opens a key may use the last try; a signer that comes back by itself does not call `function` for it.
pub(crate) fn last_try(function: &str) -> Error {
    Error::new(
        ErrorKind::Password,
        text!(
            "one wrong PIN more locks the token, so it is not logged in to again by itself: open the key anew",
            "再错一次 PIN 设备即被锁定，不自动重新登录，请重新打开密钥"
        ),
    )
    .in_part(function)
}

/// A PIN that was given before is not given again unless somebody asks for it.
pub(crate) fn refused_before() -> Error {
    Error::new(
        ErrorKind::Password,
        text!(
            "the PIN was given to the device before without success, so it is not tried again by itself: open the key anew",
            "此前用该 PIN 登录设备未成功，不自动重试，请重新打开密钥"
        ),
    )
}

/// What `function` would work with was opened in the process that this one was forked from.
pub(crate) fn forked(function: &str) -> Error {
    Error::new(
        ErrorKind::Device,
        text!(
            "the key was opened before this process was forked: open it anew",
            "密钥是在本进程 fork 之前打开的，请重新打开"
        ),
    )
    .in_part(function)
}

/// The module asks for a PIN and none was given.
pub(crate) fn no_pin() -> Error {
    Error::new(
        ErrorKind::Password,
        text!("the device asks for a PIN and none was given", "设备要求 PIN，但未提供"),
    )
}

/// The module at `path` cannot be loaded.
pub(crate) fn not_loaded(path: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let source = source.into();
    Error::new(
        ErrorKind::Device,
        text!(
            "the module {path} cannot be loaded: {source}",
            "无法加载模块 {path}：{source}"
        ),
    )
    .caused_by(source)
}

/// Something that the URI names is not in the device.
pub(crate) fn missing(en: &str, zh: &str) -> Error {
    Error::new(ErrorKind::Device, text!("{en}", "{zh}"))
}
