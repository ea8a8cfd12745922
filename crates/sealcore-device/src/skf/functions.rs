//! The functions of GM/T 0016 that are used, with the types of its header, and the module that has them.

use std::ffi::c_void;
use std::sync::{Arc, Mutex, PoisonError};

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

use super::codes;
use super::ulong::{Argument, Slot, Width};
use crate::buffer::Buffer;
use crate::failure;
use crate::handle::{Handle, Handles, Key};
use crate::library::{Library, Modules, Process};

/// The longest list of names or certificate that is taken, in bytes.
const MAX_ANSWER: u64 = 256 * 1024;

/// The buffer for libraries that cannot be asked for a length first.
const USUAL_ANSWER: u32 = 8192;

// BOOL is a 32-bit integer, passed in a register as ULONG is.
type EnumDev = unsafe extern "system" fn(Argument, *mut u8, *mut c_void) -> u32;
type Open = unsafe extern "system" fn(*mut u8, *mut *mut c_void) -> u32;
type OpenIn = unsafe extern "system" fn(*mut c_void, *mut u8, *mut *mut c_void) -> u32;
type Close = unsafe extern "system" fn(*mut c_void) -> u32;
type GetDevInfo = unsafe extern "system" fn(*mut c_void, *mut u8) -> u32;
type Enum = unsafe extern "system" fn(*mut c_void, *mut u8, *mut c_void) -> u32;
type GetPinInfo = unsafe extern "system" fn(*mut c_void, Argument, *mut c_void, *mut c_void, *mut c_void) -> u32;
type VerifyPin = unsafe extern "system" fn(*mut c_void, Argument, *mut u8, *mut c_void) -> u32;
type GetContainerType = unsafe extern "system" fn(*mut c_void, *mut c_void) -> u32;
type Export = unsafe extern "system" fn(*mut c_void, Argument, *mut u8, *mut c_void) -> u32;
type Sign = unsafe extern "system" fn(*mut c_void, *mut u8, Argument, *mut u8) -> u32;

/// A vendor's library.
pub(super) struct Module {
    pub(super) enum_dev: EnumDev,
    pub(super) connect_dev: Open,
    pub(super) disconnect_dev: Close,
    pub(super) dev_info: Option<GetDevInfo>,
    pub(super) enum_application: Enum,
    pub(super) open_application: OpenIn,
    pub(super) close_application: Close,
    pub(super) pin_info: Option<GetPinInfo>,
    pub(super) verify_pin: VerifyPin,
    pub(super) clear_secure_state: Option<Close>,
    pub(super) enum_container: Enum,
    pub(super) open_container: OpenIn,
    pub(super) close_container: Close,
    pub(super) container_type: Option<GetContainerType>,
    pub(super) export_certificate: Export,
    pub(super) export_public_key: Export,
    pub(super) sign: Sign,
    /// What of this module is open in this process.
    pub(super) handles: Handles,
    /// Held during every call: drivers of tokens are seldom made for threads.
    calls: Mutex<()>,
    process: Process,
}

impl Module {
    /// The library at `path`.
    pub(super) fn load(path: &str) -> Result<Arc<Self>> {
        static MODULES: Modules<Module> = Modules::new();
        MODULES.get(path, Self::resolve)
    }

    fn resolve(library: &Library) -> Result<Self> {
        // SAFETY: each name has the type that GM/T 0016 gives it, with ULONG as `ulong.rs` says.
        unsafe {
            Ok(Self {
                enum_dev: library.required::<EnumDev>("SKF_EnumDev")?,
                connect_dev: library.required::<Open>("SKF_ConnectDev")?,
                disconnect_dev: library.required::<Close>("SKF_DisConnectDev")?,
                dev_info: library.optional::<GetDevInfo>("SKF_GetDevInfo"),
                enum_application: library.required::<Enum>("SKF_EnumApplication")?,
                open_application: library.required::<OpenIn>("SKF_OpenApplication")?,
                close_application: library.required::<Close>("SKF_CloseApplication")?,
                pin_info: library.optional::<GetPinInfo>("SKF_GetPINInfo"),
                verify_pin: library.required::<VerifyPin>("SKF_VerifyPIN")?,
                clear_secure_state: library.optional::<Close>("SKF_ClearSecureState"),
                enum_container: library.required::<Enum>("SKF_EnumContainer")?,
                open_container: library.required::<OpenIn>("SKF_OpenContainer")?,
                close_container: library.required::<Close>("SKF_CloseContainer")?,
                container_type: library.optional::<GetContainerType>("SKF_GetContainerType"),
                export_certificate: library.required::<Export>("SKF_ExportCertificate")?,
                export_public_key: library.required::<Export>("SKF_ExportPublicKey")?,
                sign: library.required::<Sign>("SKF_ECCSignData")?,
                handles: Handles::default(),
                calls: Mutex::new(()),
                process: Process::this(),
            })
        }
    }

    /// One call about what `key` names, alone in the library.
    pub(super) fn call(&self, key: &Key, function: &str, call: impl FnOnce() -> u32) -> Result<u32> {
        if self.process != Process::this() {
            return Err(failure::forked(function));
        }
        let _alone = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock: what was lost is closed before the next call, and its handles are not to be used any more.
        self.handles.check(key, function)?;
        let code = call();
        if codes::is_lost(code) {
            self.handles.lost(key);
        }
        Ok(code)
    }

    /// Closes what `key` names, which nobody uses any more. Nothing can be done about a failure.
    pub(super) fn close(&self, key: &Key, handle: Handle, logged_in: bool) {
        if self.process != Process::this() {
            return;
        }
        let _alone = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: a device, an application or a container by how deep its name is, still open.
        unsafe {
            match key.names() {
                [_] => (self.disconnect_dev)(handle.0),
                [_, _] => {
                    if let Some(clear) = self.clear_secure_state.filter(|_| logged_in) {
                        clear(handle.0);
                    }
                    (self.close_application)(handle.0)
                }
                _ => (self.close_container)(handle.0),
            }
        };
    }

    /// One call, and what it returned as a result.
    pub(super) fn checked(&self, key: &Key, function: &str, call: impl FnOnce() -> u32) -> Result<()> {
        match self.call(key, function, call)? {
            codes::OK => Ok(()),
            code => Err(codes::error(function, code)),
        }
    }

    /// The handle of `key`, by `open` when nobody has it.
    pub(super) fn opened(
        &self,
        key: &Key,
        function: &str,
        open: impl FnOnce(*mut *mut c_void) -> u32,
    ) -> Result<Handle> {
        let open = || {
            let mut handle = std::ptr::null_mut();
            self.checked(key, function, || open(&raw mut handle))?;
            if handle.is_null() {
                return Err(malformed(
                    function,
                    text!("success without a handle", "返回成功但没有句柄"),
                ));
            }
            Ok(Handle(handle))
        };
        let close = |key: &Key, handle, logged_in| self.close(key, handle, logged_in);
        self.handles.acquire(key, open, close)
    }

    /// Gives the handle of `key` back.
    pub(super) fn release(&self, key: &Key) {
        self.handles
            .release(key, |key, handle, logged_in| self.close(key, handle, logged_in));
    }

    /// Asks for a length, then for so many bytes.
    pub(super) fn answer(
        &self,
        key: &Key,
        width: Width,
        function: &str,
        ask: impl Fn(*mut u8, *mut c_void) -> u32,
    ) -> Result<Vec<u8>> {
        let mut slot = Slot::new(width, 0);
        match self.call(key, function, || ask(std::ptr::null_mut(), slot.as_mut_ptr()))? {
            codes::OK if slot.get() == 0 => return Ok(Vec::new()),
            codes::OK | codes::BUFFER_TOO_SMALL => {}
            codes::INVALIDPARAMERR => slot = Slot::new(width, USUAL_ANSWER),
            code => return Err(codes::error(function, code)),
        }
        // What is listed may have grown since it was asked for its length.
        for _ in 0..3 {
            let capacity = bounded(function, slot.get())?;
            let mut buffer = Buffer::new(capacity);
            match self.call(key, function, || ask(buffer.as_mut_ptr(), slot.as_mut_ptr()))? {
                codes::OK => {
                    let written = bounded(function, slot.get())?;
                    let mut bytes = buffer.bytes();
                    if written > bytes.len() {
                        return Err(too_much(function, slot.get()));
                    }
                    bytes.truncate(written);
                    return Ok(bytes);
                }
                codes::BUFFER_TOO_SMALL => {}
                code => return Err(codes::error(function, code)),
            }
        }
        Err(codes::error(function, codes::BUFFER_TOO_SMALL))
    }
}

fn bounded(function: &str, len: u64) -> Result<usize> {
    if len > MAX_ANSWER {
        return Err(too_much(function, len));
    }
    usize::try_from(len).map_err(|_| too_much(function, len))
}

fn too_much(function: &str, len: u64) -> Error {
    malformed(
        function,
        text!(
            "the module announces an answer of {len} bytes, which cannot be",
            "模块声称返回 {len} 字节，不合理"
        ),
    )
}

pub(super) fn malformed(function: &str, message: sealcore::lang::Text) -> Error {
    Error::new(ErrorKind::Device, message).in_part(function)
}
