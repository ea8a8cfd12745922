//! A session with a cipher machine, and the access right that it holds. Given back when dropped.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;
use sealcore_gm::sm2::VerifyingKey;

use super::codes;
use super::functions::Module;
use crate::buffer::{Buffer, text_at};
use crate::handle::{Attempt, Handle, Key, Login, Taken};
use crate::{Pin, failure, fields};

const GET_ACCESS_RIGHT: &str = "SDF_GetPrivateKeyAccessRight";

/// The name of the one device that a library opens.
const DEVICE: &[u8] = b"";

/// Behind the length of the modulus, an `unsigned int`.
const NUMBERS_AT: usize = 4;

pub(super) struct Session {
    key: Key,
    handle: Handle,
    granted: Option<Key>,
    device: Device,
}

/// What a machine says of itself: DEVICEINFO.
pub(super) struct Info {
    pub(super) manufacturer: String,
    pub(super) model: String,
    pub(super) serial: String,
    pub(super) device_version: u32,
    pub(super) standard_version: u32,
}

impl Session {
    /// A session in which `first` is done. Where it joined a device that turned out to be dead, with everything that others
    /// had open there, the device is opened anew.
    pub(super) fn with<T>(module: &Arc<Module>, first: impl Fn(&Self) -> Result<T>) -> Result<(Self, T)> {
        module.handles.joined(DEVICE, || {
            let device = module.handles.device(DEVICE);
            let answer = Self::open(module).and_then(|session| {
                let done = first(&session)?;
                Ok((session, done))
            });
            answer.inspect_err(|error| {
                let is_stale = codes::of(error).is_some_and(|code| codes::is_stale(code, false));
                // A machine that has no session left for this one may be alive: it is asked by those that are open.
                if is_stale {
                    module.lost_unless(&device, |session| answers(module, session));
                }
            })
        })
    }

    /// A session, and the SM2 public key for signatures at `index`.
    pub(super) fn with_key(module: &Arc<Module>, index: u32) -> Result<(Self, VerifyingKey)> {
        Self::with(module, |session| session.sign_key(index))
    }

    fn open(module: &Arc<Module>) -> Result<Self> {
        let device = Device::open(module)?;
        let number = module.sessions.fetch_add(1, Ordering::Relaxed);
        let key = device.key.join(&number.to_be_bytes());
        let handle = opened(&key, "SDF_OpenSession", module, |place| {
            // SAFETY: the device is open and the place is a pointer's.
            unsafe { (module.open_session)(device.handle.0, place) }
        })?;
        Ok(Self {
            key,
            handle,
            granted: None,
            device,
        })
    }

    pub(super) fn module(&self) -> &Module {
        &self.device.module
    }

    /// What the machine is, where its library can say.
    pub(super) fn info(&self) -> Result<Option<Info>> {
        let Some(function) = self.module().device_info else {
            return Ok(None);
        };
        let mut buffer = Buffer::new(100);
        self.module().in_session(&self.key, "SDF_GetDeviceInfo", || {
            // SAFETY: the session is open and the structure has 100 bytes.
            unsafe { function(self.handle.0, buffer.as_mut_ptr()) }
        })?;
        let bytes = buffer.bytes();
        Ok(Some(Info {
            manufacturer: text_at(&bytes, 0, 40),
            model: text_at(&bytes, 40, 16),
            serial: text_at(&bytes, 56, 16),
            device_version: number_at(&bytes, 72),
            standard_version: number_at(&bytes, 76),
        }))
    }

    /// Asks for the right to use the private key at `index`.
    pub(super) fn get_access_right(&mut self, index: u32, pin: &Pin, attempt: Attempt<'_>) -> Result<()> {
        let function = self.module().get_access_right.ok_or_else(|| lacks(GET_ACCESS_RIGHT))?;
        let len = u32::try_from(pin.as_str().len()).map_err(|_| too_long())?;
        let login = self.login(index);
        let known = login.lock(attempt);
        known.check(pin)?;
        let key = self.key.join(&index.to_be_bytes());
        let answer = self.module().acquire(&key, || {
            // Overwritten before this returns.
            let mut copy = pin.copy();
            self.module().alone(&key, GET_ACCESS_RIGHT, || {
                // SAFETY: the session is open and the copy has `len` bytes and a NUL.
                unsafe { function(self.handle.0, index, copy.as_mut_ptr(), len) }
            })?;
            Ok(self.handle)
        });
        let answer = answer.map(|_| Taken::Right);
        known.note(pin, &answer, codes::is_gone);
        answer?;
        self.granted = Some(key);
        Ok(())
    }

    /// What the signers of the key at `index` know of its password.
    pub(super) fn login(&self, index: u32) -> Arc<Login> {
        self.module().handles.login(&self.device.key.join(&index.to_be_bytes()))
    }

    /// Whether the machine was lost, so that nothing that is open there is of use.
    pub(super) fn is_lost(&self) -> bool {
        self.module().handles.is_lost(&self.key)
    }

    /// The SM2 public key for signatures at `index`.
    pub(super) fn sign_key(&self, index: u32) -> Result<VerifyingKey> {
        self.public_key("SDF_ExportSignPublicKey_ECC", self.module().export_sign_key, index)
    }

    /// The SM2 public key for encryption at `index`, where the library can export it.
    pub(super) fn encryption_key(&self, index: u32) -> Option<VerifyingKey> {
        let function = self.module().export_enc_key?;
        self.public_key("SDF_ExportEncPublicKey_ECC", function, index).ok()
    }

    fn public_key(
        &self,
        name: &str,
        function: unsafe extern "C" fn(*mut c_void, u32, *mut u8) -> u32,
        index: u32,
    ) -> Result<VerifyingKey> {
        let mut buffer = Buffer::new(NUMBERS_AT + fields::LEN);
        self.module().in_session(&self.key, name, || {
            // SAFETY: the session is open and ECCrefPublicKey has 132 bytes.
            unsafe { function(self.handle.0, index, buffer.as_mut_ptr()) }
        })?;
        fields::public_key(&buffer.bytes(), &[NUMBERS_AT]).ok_or_else(|| {
            malformed(
                name,
                text!(
                    "the public key at {index} is no point of the SM2 curve",
                    "索引 {index} 处的公钥不是 SM2 曲线上的点"
                ),
            )
        })
    }

    /// r and s over the digest `e` by the key at `index`.
    pub(super) fn sign(&self, index: u32, e: &[u8; 32]) -> Result<[u8; 64]> {
        const FUNCTION: &str = "SDF_InternalSign_ECC";
        // Of its own, since the header takes data that it does not change without const.
        let mut digest = *e;
        let mut buffer = Buffer::new(fields::LEN);
        self.module().in_session(&self.key, FUNCTION, || {
            let (digest, place) = (digest.as_mut_ptr(), buffer.as_mut_ptr());
            // SAFETY: the session is open, the digest has 32 bytes and ECCSignature has 128.
            unsafe { (self.module().sign)(self.handle.0, index, digest, 32, place) }
        })?;
        fields::numbers(&buffer.bytes()).ok_or_else(|| {
            malformed(
                FUNCTION,
                text!(
                    "what the machine returned is no signature of two numbers of 256 bits",
                    "密码机返回的数据不是两个 256 位整数组成的签名值"
                ),
            )
        })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(granted) = self.granted.take() {
            self.module().release(&granted);
        }
        self.module().release(&self.key);
    }
}

/// The machine, as long as this process has a session.
struct Device {
    module: Arc<Module>,
    key: Key,
    handle: Handle,
}

impl Device {
    fn open(module: &Arc<Module>) -> Result<Self> {
        let key = module.handles.device(DEVICE);
        let handle = opened(&key, "SDF_OpenDevice", module, |place| {
            // SAFETY: the place is a pointer's.
            unsafe { (module.open_device)(place) }
        })?;
        Ok(Self {
            module: module.clone(),
            key,
            handle,
        })
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.module.release(&self.key);
    }
}

/// Whether a session that somebody has open still works. The caller is alone in the library.
fn answers(module: &Module, session: Handle) -> bool {
    let mut buffer = Buffer::new(NUMBERS_AT + fields::LEN);
    // Any index will do: that there is no such key is an answer.
    // SAFETY: the session is open and ECCrefPublicKey has 132 bytes.
    let code = unsafe { (module.export_sign_key)(session.0, 1, buffer.as_mut_ptr()) };
    !codes::is_stale(code, false)
}

/// The handle of `key`, by `open` when nobody has it.
fn opened(key: &Key, function: &str, module: &Module, open: impl FnOnce(*mut *mut c_void) -> u32) -> Result<Handle> {
    module.acquire(key, || {
        let mut handle = std::ptr::null_mut();
        module.alone(key, function, || open(&raw mut handle))?;
        if handle.is_null() {
            return Err(malformed(
                function,
                text!("success without a handle", "返回成功但没有句柄"),
            ));
        }
        Ok(Handle(handle))
    })
}

fn number_at(bytes: &[u8], start: usize) -> u32 {
    let number = bytes.get(start..).and_then(|rest| rest.first_chunk());
    u32::from_ne_bytes(number.copied().unwrap_or_default())
}

fn malformed(function: &str, message: sealcore::lang::Text) -> Error {
    Error::new(ErrorKind::Device, message).in_part(function)
}

fn lacks(function: &str) -> Error {
    failure::missing(
        &format!("the module has no function {function}"),
        &format!("模块缺少函数 {function}"),
    )
    .in_part(function)
}

fn too_long() -> Error {
    Error::new(ErrorKind::Argument, text!("the PIN is too long", "PIN 过长"))
}
