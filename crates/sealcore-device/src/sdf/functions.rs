//! The functions of GM/T 0018 that are used, with the types of its header, and the module that has them.

use std::ffi::c_void;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError, RwLock};

use sealcore::error::Result;

use super::codes;
use crate::failure;
use crate::handle::{Handle, Handles, Key};
use crate::library::{Library, Modules, Process};

type OpenDevice = unsafe extern "C" fn(*mut *mut c_void) -> u32;
type OpenSession = unsafe extern "C" fn(*mut c_void, *mut *mut c_void) -> u32;
type Close = unsafe extern "C" fn(*mut c_void) -> u32;
type GetDeviceInfo = unsafe extern "C" fn(*mut c_void, *mut u8) -> u32;
type GetAccessRight = unsafe extern "C" fn(*mut c_void, u32, *mut u8, u32) -> u32;
type ReleaseAccessRight = unsafe extern "C" fn(*mut c_void, u32) -> u32;
type ExportPublicKey = unsafe extern "C" fn(*mut c_void, u32, *mut u8) -> u32;
type Sign = unsafe extern "C" fn(*mut c_void, u32, *mut u8, u32, *mut u8) -> u32;

/// A vendor's library.
pub(super) struct Module {
    pub(super) open_device: OpenDevice,
    pub(super) close_device: Close,
    pub(super) open_session: OpenSession,
    pub(super) close_session: Close,
    pub(super) device_info: Option<GetDeviceInfo>,
    pub(super) get_access_right: Option<GetAccessRight>,
    pub(super) release_access_right: Option<ReleaseAccessRight>,
    pub(super) export_sign_key: ExportPublicKey,
    pub(super) export_enc_key: Option<ExportPublicKey>,
    pub(super) sign: Sign,
    /// The device, which the sessions of this process share, the sessions and their access rights.
    pub(super) handles: Handles,
    /// How many sessions were opened: their names.
    pub(super) sessions: AtomicU64,
    calls: RwLock<()>,
    process: Process,
}

impl Module {
    /// The library at `path`.
    pub(super) fn load(path: &str) -> Result<Arc<Self>> {
        static MODULES: Modules<Module> = Modules::new();
        MODULES.get(path, Self::resolve)
    }

    fn resolve(library: &Library) -> Result<Self> {
        // SAFETY: each name has the type that GM/T 0018 gives it, where `unsigned int` and the result have 32 bits.
        unsafe {
            Ok(Self {
                open_device: library.required::<OpenDevice>("SDF_OpenDevice")?,
                close_device: library.required::<Close>("SDF_CloseDevice")?,
                open_session: library.required::<OpenSession>("SDF_OpenSession")?,
                close_session: library.required::<Close>("SDF_CloseSession")?,
                device_info: library.optional::<GetDeviceInfo>("SDF_GetDeviceInfo"),
                get_access_right: library.optional::<GetAccessRight>("SDF_GetPrivateKeyAccessRight"),
                release_access_right: library.optional::<ReleaseAccessRight>("SDF_ReleasePrivateKeyAccessRight"),
                export_sign_key: library.required::<ExportPublicKey>("SDF_ExportSignPublicKey_ECC")?,
                export_enc_key: library.optional::<ExportPublicKey>("SDF_ExportEncPublicKey_ECC"),
                sign: library.required::<Sign>("SDF_InternalSign_ECC")?,
                handles: Handles::default(),
                sessions: AtomicU64::new(0),
                calls: RwLock::new(()),
                process: Process::this(),
            })
        }
    }

    /// A call that works in its session: several sessions have such calls at the same time.
    pub(super) fn in_session(&self, key: &Key, function: &str, call: impl FnOnce() -> u32) -> Result<()> {
        self.check_process(function)?;
        let _shared = self.calls.read().unwrap_or_else(PoisonError::into_inner);
        self.run(key, function, call)
    }

    /// A call that opens or closes, or changes rights: alone in the library, since not every library guards its lists of
    /// sessions and keys.
    pub(super) fn alone(&self, key: &Key, function: &str, call: impl FnOnce() -> u32) -> Result<()> {
        self.check_process(function)?;
        let _alone = self.calls.write().unwrap_or_else(PoisonError::into_inner);
        self.run(key, function, call)
    }

    /// The handle of `key`, by `open` when nobody has it.
    pub(super) fn acquire(&self, key: &Key, open: impl FnOnce() -> Result<Handle>) -> Result<Handle> {
        let close = |key: &Key, handle, _| self.close(key, handle);
        self.handles.acquire(key, open, close)
    }

    /// Gives the handle of `key` back.
    pub(super) fn release(&self, key: &Key) {
        self.handles.release(key, |key, handle, _| self.close(key, handle));
    }

    /// `device` was lost, unless a session of it `is_alive`, which is alone in the library.
    pub(super) fn lost_unless(&self, device: &Key, is_alive: impl Fn(Handle) -> bool) {
        self.handles.lost_unless(device, |session| {
            // Behind the lock of the handles, as everything that opens and closes.
            let _alone = self.calls.write().unwrap_or_else(PoisonError::into_inner);
            is_alive(session)
        })
    }

    /// Closes what `key` names, which nobody uses any more. Nothing can be done about a failure.
    fn close(&self, key: &Key, handle: Handle) {
        if self.process != Process::this() {
            return;
        }
        let _alone = self.calls.write().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: a device, a session or an access right of a session by how deep its name is, still open.
        unsafe {
            match key.names() {
                [_] => (self.close_device)(handle.0),
                [_, _] => (self.close_session)(handle.0),
                [.., index] => match (self.release_access_right, index.first_chunk()) {
                    (Some(release), Some(index)) => release(handle.0, u32::from_be_bytes(*index)),
                    _ => codes::OK,
                },
                [] => codes::OK,
            }
        };
    }

    fn check_process(&self, function: &str) -> Result<()> {
        if self.process != Process::this() {
            return Err(failure::forked(function));
        }
        Ok(())
    }

    fn run(&self, key: &Key, function: &str, call: impl FnOnce() -> u32) -> Result<()> {
        // Under the lock: what was lost is closed by a call that is alone, and its handles are not to be used any more.
        self.handles.check(key, function)?;
        let code = call();
        if code == codes::OK {
            return Ok(());
        }
        if codes::is_lost(code) {
            self.handles.lost(key);
        }
        Err(codes::error(function, code))
    }
}
