//! A token, an application on it, a container in that: each open as long as it is used, closed when dropped.

use std::sync::Arc;

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;
use sealcore_gm::sm2::VerifyingKey;

use super::codes;
use super::functions::{Module, malformed};
use super::names::{self, Name};
use super::ulong::{Slot, Width};
use crate::buffer::{Buffer, text_at};
use crate::handle::{Attempt, Handle, Key, Login, Taken};
use crate::{Pin, failure, fields};

pub(super) const VERIFY_PIN: &str = "SKF_VerifyPIN";

/// ulPINType of the user; the administrator's is 0.
const USER_PIN: usize = 1;
const TRUE: usize = 1;

/// A library and how it is spoken to.
#[derive(Clone)]
pub(super) struct Driver {
    pub(super) module: Arc<Module>,
    pub(super) width: Width,
}

impl Driver {
    /// The devices that are plugged in.
    pub(super) fn devices(&self) -> Result<Vec<Name>> {
        const FUNCTION: &str = "SKF_EnumDev";
        let nobody = self.module.handles.device(b"");
        let bytes = self.module.answer(&nobody, self.width, FUNCTION, |place, len| {
            // SAFETY: the place is null or has as many bytes as the slot says.
            unsafe { (self.module.enum_dev)(TRUE, place, len) }
        })?;
        names::split(FUNCTION, &bytes)
    }
}

/// A device that is connected.
pub(super) struct Token {
    driver: Driver,
    key: Key,
    handle: Handle,
}

/// What a device says of itself: the start of DEVINFO, which packing and ULONG do not move.
pub(super) struct Info {
    pub(super) interface_version: String,
    pub(super) manufacturer: String,
    pub(super) label: String,
    pub(super) serial: String,
}

impl Token {
    pub(super) fn connect(driver: &Driver, name: &Name) -> Result<Self> {
        let module = &driver.module;
        let key = module.handles.device(name.raw());
        let mut name = name.terminated();
        let handle = module.opened(&key, "SKF_ConnectDev", |place| {
            // SAFETY: the name ends with a NUL and the place is a pointer's.
            unsafe { (module.connect_dev)(name.as_mut_ptr(), place) }
        })?;
        Ok(Self {
            driver: driver.clone(),
            key,
            handle,
        })
    }

    pub(super) fn info(&self) -> Result<Option<Info>> {
        let module = &self.driver.module;
        let Some(function) = module.dev_info else {
            return Ok(None);
        };
        let mut buffer = Buffer::new(512);
        module.checked(&self.key, "SKF_GetDevInfo", || {
            // SAFETY: the device is connected; DEVINFO has less than 400 bytes with any packing and ULONG.
            unsafe { function(self.handle.0, buffer.as_mut_ptr()) }
        })?;
        let bytes = buffer.bytes();
        let version = |at: usize| bytes.get(at).copied().unwrap_or_default();
        Ok(Some(Info {
            interface_version: format!("{}.{}", version(0), version(1)),
            manufacturer: text_at(&bytes, 2, 64),
            label: text_at(&bytes, 130, 32),
            serial: text_at(&bytes, 162, 32),
        }))
    }

    pub(super) fn applications(&self) -> Result<Vec<Name>> {
        const FUNCTION: &str = "SKF_EnumApplication";
        let module = &self.driver.module;
        let bytes = module.answer(&self.key, self.driver.width, FUNCTION, |place, len| {
            // SAFETY: the device is connected; the place is null or has as many bytes as the slot says.
            unsafe { (module.enum_application)(self.handle.0, place, len) }
        })?;
        names::split(FUNCTION, &bytes)
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.driver.module.release(&self.key);
    }
}

/// An application that is open.
pub(super) struct Application {
    key: Key,
    handle: Handle,
    token: Token,
}

impl Application {
    pub(super) fn open(token: Token, name: &Name) -> Result<Self> {
        let module = &token.driver.module;
        let key = token.key.join(name.raw());
        let mut name = name.terminated();
        let handle = module.opened(&key, "SKF_OpenApplication", |place| {
            // SAFETY: the device is connected, the name ends with a NUL and the place is a pointer's.
            unsafe { (module.open_application)(token.handle.0, name.as_mut_ptr(), place) }
        })?;
        Ok(Self { key, handle, token })
    }

    fn module(&self) -> &Module {
        &self.token.driver.module
    }

    fn width(&self) -> Width {
        self.token.driver.width
    }

    /// The serial number of the token; nothing where the library has no function for it, or it is blank.
    pub(super) fn serial(&self) -> Result<Option<String>> {
        let info = match self.token.info() {
            Err(error) if codes::is_unsupported(&error) => None,
            info => info?,
        };
        let serial = info.map(|info| info.serial.trim().to_owned());
        Ok(serial.filter(|serial| !serial.is_empty()))
    }

    /// How many tries the user's PIN has left, where the library can say.
    pub(super) fn retries(&self) -> Option<u32> {
        let function = self.module().pin_info?;
        let [mut most, mut left, mut default] = [(); 3].map(|()| Slot::new(self.width(), 0));
        self.module()
            .checked(&self.key, "SKF_GetPINInfo", || {
                let (most, left, default) = (most.as_mut_ptr(), left.as_mut_ptr(), default.as_mut_ptr());
                // SAFETY: the application is open and the three places are slots.
                unsafe { function(self.handle.0, USER_PIN, most, left, default) }
            })
            .ok()?;
        plausible(&left)
    }

    /// Logs the user in.
    pub(super) fn verify_pin(&self, pin: &Pin, attempt: Attempt<'_>) -> Result<()> {
        let login = self.login();
        let known = login.lock(attempt);
        if matches!(attempt, Attempt::Again(_)) {
            // Logged in with this very PIN by another signer that came back: another try would tell nothing.
            match self.module().handles.pin(&self.key) {
                Some(right) if right.is_same(pin) => return Ok(()),
                Some(_) => return Err(another_pin()),
                None => known.check(pin)?,
            }
            if self.retries() == Some(1) {
                return Err(failure::last_try(VERIFY_PIN));
            }
        }
        let answer = self.give_pin(pin);
        known.note(pin, &answer, codes::is_gone);
        if answer? == Taken::Uncompared {
            // The token did not compare the PIN, so that is done here, where it is known.
            match self.module().handles.pin(&self.key) {
                Some(right) if !right.is_same(pin) => return Err(another_pin()),
                _ => self.module().handles.set_logged_in(&self.key, None),
            }
        }
        Ok(())
    }

    /// Gives the PIN to the token. Its copy is overwritten before this returns.
    fn give_pin(&self, pin: &Pin) -> Result<Taken> {
        if pin.as_str().contains('\0') {
            return Err(Error::new(
                ErrorKind::Argument,
                text!("a PIN holds no zero byte", "PIN 不能含零字节"),
            ));
        }
        let mut copy = pin.copy();
        let mut left = Slot::new(self.width(), u32::MAX);
        let code = self.module().call(&self.key, VERIFY_PIN, || {
            // SAFETY: the application is open, the PIN ends with a NUL and `left` is a slot.
            unsafe { (self.module().verify_pin)(self.handle.0, USER_PIN, copy.as_mut_ptr(), left.as_mut_ptr()) }
        })?;
        match code {
            codes::OK => {
                self.module().handles.set_logged_in(&self.key, Some(pin));
                Ok(Taken::Right)
            }
            codes::USER_ALREADY_LOGGED_IN => Ok(Taken::Uncompared),
            code => Err(codes::pin_error(VERIFY_PIN, code, plausible(&left))),
        }
    }

    /// What the signers of this application know of its PIN.
    pub(super) fn login(&self) -> Arc<Login> {
        self.module().handles.login(&self.key)
    }

    /// Whether somebody in this process gave the PIN, so that the token would sign for everybody in it.
    pub(super) fn is_logged_in(&self) -> bool {
        self.module().handles.pin(&self.key).is_some()
    }

    /// How often somebody in this process logged in.
    pub(super) fn logins(&self) -> u64 {
        self.module().handles.logins(&self.key)
    }

    /// The token has forgotten the login, unless somebody logged in since there were `logins`.
    pub(super) fn forget_login(&self, logins: u64) {
        self.module().handles.forget_login(&self.key, logins);
    }

    pub(super) fn containers(&self) -> Result<Vec<Name>> {
        const FUNCTION: &str = "SKF_EnumContainer";
        let bytes = self.module().answer(&self.key, self.width(), FUNCTION, |place, len| {
            // SAFETY: the application is open; the place is null or has as many bytes as the slot says.
            unsafe { (self.module().enum_container)(self.handle.0, place, len) }
        })?;
        names::split(FUNCTION, &bytes)
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        self.module().release(&self.key);
    }
}

/// What a container holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contents {
    /// The library cannot say.
    Unknown,
    Empty,
    Rsa,
    Sm2,
}

/// A container that is open; borrows its application or owns it.
pub(super) struct Container<A: std::ops::Deref<Target = Application>> {
    key: Key,
    handle: Handle,
    application: A,
}

impl<A: std::ops::Deref<Target = Application>> Container<A> {
    pub(super) fn open(application: A, name: &Name) -> Result<Self> {
        let module = application.module();
        let key = application.key.join(name.raw());
        let mut name = name.terminated();
        let handle = module.opened(&key, "SKF_OpenContainer", |place| {
            // SAFETY: the application is open, the name ends with a NUL and the place is a pointer's.
            unsafe { (module.open_container)(application.handle.0, name.as_mut_ptr(), place) }
        })?;
        Ok(Self {
            key,
            handle,
            application,
        })
    }

    pub(super) fn application(&self) -> &Application {
        &self.application
    }

    fn module(&self) -> &Module {
        self.application.module()
    }

    pub(super) fn contents(&self) -> Result<Contents> {
        let Some(function) = self.module().container_type else {
            return Ok(Contents::Unknown);
        };
        let mut slot = Slot::new(self.application.width(), 0);
        self.module().checked(&self.key, "SKF_GetContainerType", || {
            // SAFETY: the container is open and the place is a slot.
            unsafe { function(self.handle.0, slot.as_mut_ptr()) }
        })?;
        Ok(match slot.get() {
            0 => Contents::Empty,
            1 => Contents::Rsa,
            2 => Contents::Sm2,
            _ => Contents::Unknown,
        })
    }

    /// The certificate for signatures (`true`) or encryption, in DER; empty where there is none.
    pub(super) fn certificate(&self, for_signing: bool) -> Result<Vec<u8>> {
        let which = usize::from(for_signing);
        self.module().answer(
            &self.key,
            self.application.width(),
            "SKF_ExportCertificate",
            |place, len| {
                // SAFETY: the container is open; the place is null or has as many bytes as the slot says.
                unsafe { (self.module().export_certificate)(self.handle.0, which, place, len) }
            },
        )
    }

    /// The SM2 public key for signatures (`true`) or encryption.
    pub(super) fn public_key(&self, for_signing: bool) -> Result<VerifyingKey> {
        const FUNCTION: &str = "SKF_ExportPublicKey";
        let width = self.application.width();
        let len = 8 + fields::LEN;
        let mut buffer = Buffer::new(len);
        let mut slot = Slot::new(width, u32::try_from(len).unwrap_or_default());
        self.module().checked(&self.key, FUNCTION, || {
            let (which, place, len) = (usize::from(for_signing), buffer.as_mut_ptr(), slot.as_mut_ptr());
            // SAFETY: the container is open; ECCPUBLICKEYBLOB has 132 or 136 bytes.
            unsafe { (self.module().export_public_key)(self.handle.0, which, place, len) }
        })?;
        fields::public_key(&buffer.bytes(), width.numbers_at()).ok_or_else(|| {
            malformed(
                FUNCTION,
                text!(
                    "the public key is no point of the SM2 curve; if ULONG has another size in this library, say so with x-ulong",
                    "公钥不是 SM2 曲线上的点；若该库的 ULONG 字节数不同，请用 x-ulong 指明"
                ),
            )
        })
    }

    /// Whether the device was lost, so that nothing that is open there is of use.
    pub(super) fn is_lost(&self) -> bool {
        self.module().handles.is_lost(&self.key)
    }

    /// r and s over the digest `e`.
    pub(super) fn sign(&self, e: &[u8; 32]) -> Result<[u8; 64]> {
        const FUNCTION: &str = "SKF_ECCSignData";
        // Of its own, since the header takes data that it does not change without const.
        let mut digest = *e;
        let mut buffer = Buffer::new(fields::LEN);
        self.module().checked(&self.key, FUNCTION, || {
            let (digest, place) = (digest.as_mut_ptr(), buffer.as_mut_ptr());
            // SAFETY: the container is open, the digest has 32 bytes and ECCSIGNATUREBLOB has 128.
            unsafe { (self.module().sign)(self.handle.0, digest, 32, place) }
        })?;
        fields::numbers(&buffer.bytes()).ok_or_else(|| {
            malformed(
                FUNCTION,
                text!(
                    "what the token returned is no signature of two numbers of 256 bits",
                    "设备返回的数据不是两个 256 位整数组成的签名值"
                ),
            )
        })
    }
}

impl<A: std::ops::Deref<Target = Application>> Drop for Container<A> {
    fn drop(&mut self) {
        self.module().release(&self.key);
    }
}

fn another_pin() -> Error {
    Error::new(
        ErrorKind::Password,
        text!(
            "the PIN is wrong: this process is logged in to the application with another one",
            "PIN 错误：本进程已用另一个 PIN 登录该应用"
        ),
    )
    .in_part(VERIFY_PIN)
}

/// A count of tries, unless it is rubbish or was not written.
fn plausible(slot: &Slot) -> Option<u32> {
    u32::try_from(slot.get()).ok().filter(|left| *left < 256)
}
