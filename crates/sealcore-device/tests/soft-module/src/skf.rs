//! The functions of GM/T 0016 that sealcore-device uses.
#![allow(non_snake_case)] // the names are the standard's

use std::ffi::{c_char, c_void};
use std::path::Path;

use crate::fault::{Fault, Faults};
use crate::folder::folder;
use crate::handles::{Object, handles};
use crate::memory::{bytes, fields, put, put_handle, put_ulong, text, ulong};
use crate::state::{Application, Container, Contents, State, public, set_tries, sign};

const OK: u32 = 0;
const BASE: u32 = 0x0a00_0000;
const FAIL: u32 = BASE + 0x01;
const NOTSUPPORTYETERR: u32 = BASE + 0x03;
const INVALIDHANDLEERR: u32 = BASE + 0x05;
const INVALIDPARAMERR: u32 = BASE + 0x06;
const INDATALENERR: u32 = BASE + 0x10;
const KEYNOTFOUNTERR: u32 = BASE + 0x1b;
const CERTNOTFOUNTERR: u32 = BASE + 0x1c;
const BUFFER_TOO_SMALL: u32 = BASE + 0x20;
const DEVICE_REMOVED: u32 = BASE + 0x23;
const PIN_INCORRECT: u32 = BASE + 0x24;
const PIN_LOCKED: u32 = BASE + 0x25;
const USER_ALREADY_LOGGED_IN: u32 = BASE + 0x28;
const USER_NOT_LOGGED_IN: u32 = BASE + 0x2d;
const APPLICATION_NOT_EXISTS: u32 = BASE + 0x2e;

/// A number that stands in no standard.
const NOBODYS: u32 = 0x7fff_1234;
const USER: u32 = 1;

/// What a call works with.
struct World {
    folder: &'static Path,
    state: State,
    faults: Faults,
}

impl World {
    fn read() -> Result<Self, u32> {
        let folder = folder().ok_or(FAIL)?;
        let faults = Faults::read(folder);
        if faults.has(Fault::UnknownCode) {
            return Err(NOBODYS);
        }
        let state = State::read(folder).ok_or(FAIL)?;
        Ok(Self { folder, state, faults })
    }

    /// As [`Self::read`], for calls that need the device.
    fn plugged_in() -> Result<Self, u32> {
        let world = Self::read()?;
        if world.faults.has(Fault::Removed) {
            return Err(DEVICE_REMOVED);
        }
        Ok(world)
    }

    fn application(&self, handle: *mut c_void) -> Result<(usize, &Application), u32> {
        match handles().get(handle) {
            Some(Object::SkfApplication { application }) => {
                let found = self.state.applications.get(*application).ok_or(FAIL)?;
                Ok((*application, found))
            }
            _ => Err(INVALIDHANDLEERR),
        }
    }

    fn container(&self, handle: *mut c_void) -> Result<(usize, &Container), u32> {
        match handles().get(handle) {
            Some(Object::SkfContainer { application, container }) => {
                let found = self.state.applications.get(*application);
                let found = found.and_then(|found| found.containers.get(*container));
                Ok((*application, found.ok_or(FAIL)?))
            }
            _ => Err(INVALIDHANDLEERR),
        }
    }

    /// # Safety
    /// `place` is null or a place for a pointer.
    unsafe fn open(&self, place: *mut *mut c_void, object: Object) -> Result<(), u32> {
        let handle = if self.faults.has(Fault::NullHandles) {
            std::ptr::null_mut()
        } else {
            handles().open(self.folder, object)
        };
        // SAFETY: as the caller vouches.
        unsafe { put_handle(place, handle) }
            .then_some(())
            .ok_or(INVALIDPARAMERR)
    }

    /// The two-call way of the standard.
    ///
    /// # Safety
    /// `place` is null or has room for as many bytes as the ULONG at `len` says.
    unsafe fn answer(&self, data: &[u8], place: *mut u8, len: *mut c_void) -> Result<(), u32> {
        // SAFETY: the caller's ULONG.
        let room = unsafe { ulong(&self.faults, len) }.ok_or(INVALIDPARAMERR)?;
        let mut data = data.to_vec();
        if self.faults.has(Fault::Unended) {
            data = vec![b'x'; if place.is_null() { 300 } else { room }];
        }
        let told = if self.faults.has(Fault::HugeLengths) {
            0xffff_fff0
        } else if self.faults.has(Fault::LengthBeyondRoom) && !place.is_null() {
            u32::try_from(room + 1).map_err(|_| FAIL)?
        } else {
            u32::try_from(data.len()).map_err(|_| FAIL)?
        };
        // SAFETY: the caller's ULONG.
        unsafe { put_ulong(&self.faults, len, told) };
        if place.is_null() {
            return Ok(());
        }
        if room < data.len() || self.faults.has(Fault::NeverEnough) {
            return Err(BUFFER_TOO_SMALL);
        }
        // SAFETY: the room was compared.
        unsafe { put(place, &data) };
        Ok(())
    }

    /// # Safety
    /// As [`Self::answer`].
    unsafe fn names(&self, names: Vec<&str>, place: *mut u8, len: *mut c_void) -> Result<(), u32> {
        let mut list: Vec<u8> = names
            .iter()
            .flat_map(|name| [name.as_bytes(), &[0]])
            .flatten()
            .copied()
            .collect();
        if self.faults.has(Fault::ManyNames) {
            list = b"name\0".repeat(20_000);
        }
        list.push(0);
        // SAFETY: as the caller vouches.
        unsafe { self.answer(&list, place, len) }
    }
}

/// The result as the caller's register holds it: where ULONG has 4 bytes, rubbish stands above them.
fn code(result: Result<(), u32>) -> u64 {
    let code = u64::from(result.err().unwrap_or(OK));
    match folder() {
        Some(folder) if Faults::read(folder).has(Fault::WideUlong) => code,
        _ => code | 0xdead_beef_0000_0000,
    }
}

fn close(handle: *mut c_void, is: impl Fn(&Object) -> bool) -> u64 {
    let run = || {
        let folder = folder().ok_or(FAIL)?;
        match handles().close(folder, handle) {
            Some(object) if is(&object) => Ok(()),
            _ => Err(INVALIDHANDLEERR),
        }
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_EnumDev(_present: i32, place: *mut u8, len: *mut c_void) -> u64 {
    let run = || {
        let world = World::read()?;
        let mut names: Vec<_> = world.state.devices.iter().map(String::as_str).collect();
        if world.faults.has(Fault::Removed) {
            names.clear();
        }
        // SAFETY: as the caller vouches.
        unsafe { world.names(names, place, len) }
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_ConnectDev(name: *const c_char, place: *mut *mut c_void) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        // SAFETY: the caller's string.
        let name = unsafe { text(name) };
        if !world.state.devices.iter().any(|device| device.as_bytes() == name) {
            return Err(INVALIDPARAMERR);
        }
        if world.faults.has(Fault::OneDevice) && handles().holds(&Object::SkfDevice) {
            return Err(FAIL);
        }
        // SAFETY: as the caller vouches.
        unsafe { world.open(place, Object::SkfDevice) }
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_DisConnectDev(handle: *mut c_void) -> u64 {
    close(handle, |object| *object == Object::SkfDevice)
}

fn is_device(handle: *mut c_void) -> Result<(), u32> {
    match handles().get(handle) {
        Some(Object::SkfDevice) => Ok(()),
        _ => Err(INVALIDHANDLEERR),
    }
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_GetDevInfo(handle: *mut c_void, place: *mut u8) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        is_device(handle)?;
        if world.faults.has(Fault::NoDeviceInfo) {
            return Err(NOTSUPPORTYETERR);
        }
        if world.faults.has(Fault::RemovedAtInfo) {
            return Err(DEVICE_REMOVED);
        }
        let filling = if world.faults.has(Fault::Unended) { b'x' } else { 0 };
        let serial = State::serial(world.folder);
        let mut info = vec![1, 0];
        for (text, len) in [
            ("sealcore tests", 64),
            ("sealcore", 64),
            ("SOFT TOKEN", 32),
            (serial.as_str(), 32),
        ] {
            let mut field = text.as_bytes().to_vec();
            field.resize(len, filling);
            info.extend(field);
        }
        info.extend([1, 0, 1, 0]);
        // Eight ULONGs and 64 reserved bytes.
        let ulong = if world.faults.has(Fault::WideUlong) { 8 } else { 4 };
        info.resize(info.len() + 8 * ulong + 64, filling);
        // SAFETY: DEVINFO has as many bytes.
        unsafe { put(place, &info) }.then_some(()).ok_or(INVALIDPARAMERR)
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_EnumApplication(handle: *mut c_void, place: *mut u8, len: *mut c_void) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        is_device(handle)?;
        let names = world.state.applications.iter().map(|one| one.name.as_str());
        // SAFETY: as the caller vouches.
        unsafe { world.names(names.collect(), place, len) }
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_OpenApplication(handle: *mut c_void, name: *const c_char, place: *mut *mut c_void) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        is_device(handle)?;
        // SAFETY: the caller's string.
        let name = unsafe { text(name) };
        let mut applications = world.state.applications.iter();
        let application = applications.position(|one| one.name.as_bytes() == name);
        let application = application.ok_or(APPLICATION_NOT_EXISTS)?;
        // SAFETY: as the caller vouches.
        unsafe { world.open(place, Object::SkfApplication { application }) }
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_CloseApplication(handle: *mut c_void) -> u64 {
    close(handle, |object| matches!(object, Object::SkfApplication { .. }))
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_GetPINInfo(
    handle: *mut c_void,
    kind: u64,
    most: *mut c_void,
    left: *mut c_void,
    default: *mut i32,
) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        let (number, application) = world.application(handle)?;
        if world.faults.has(Fault::NoPinInfo) {
            return Err(NOTSUPPORTYETERR);
        }
        if u32::try_from(kind) != Ok(USER) {
            return Err(INVALIDPARAMERR);
        }
        // SAFETY: the caller's places.
        unsafe {
            put_ulong(&world.faults, most, application.tries);
            put_ulong(&world.faults, left, world.state.tries_left(world.folder, number));
            put(default.cast(), &0_i32.to_ne_bytes());
        }
        Ok(())
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_VerifyPIN(handle: *mut c_void, kind: u64, pin: *mut c_char, left: *mut c_void) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        let (number, application) = world.application(handle)?;
        if u32::try_from(kind) != Ok(USER) {
            return Err(INVALIDPARAMERR);
        }
        State::note_password(world.folder);
        if world.faults.has(Fault::LoginTwiceTold) && handles().is_logged_in(number) {
            return Err(USER_ALREADY_LOGGED_IN);
        }
        let tries = world.state.tries_left(world.folder, number);
        if tries == 0 {
            return Err(PIN_LOCKED);
        }
        // SAFETY: the caller's string.
        let given = unsafe { text(pin) };
        if world.faults.has(Fault::WipesPin) {
            // SAFETY: the caller's string, which is not const.
            unsafe { put(pin.cast(), &vec![b'x'; given.len()]) };
        }
        let right = given == application.pin.as_bytes();
        let tries = if right { application.tries } else { tries - 1 };
        set_tries(world.folder, number, tries);
        if !right && world.faults.has(Fault::VendorPin) {
            return Err(NOBODYS);
        }
        // SAFETY: the caller's place.
        unsafe { put_ulong(&world.faults, left, tries) };
        if !right {
            return Err(if tries == 0 { PIN_LOCKED } else { PIN_INCORRECT });
        }
        handles().set_logged_in(number, true);
        Ok(())
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_ClearSecureState(handle: *mut c_void) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        let (number, _) = world.application(handle)?;
        handles().set_logged_in(number, false);
        Ok(())
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_EnumContainer(handle: *mut c_void, place: *mut u8, len: *mut c_void) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        let (_, application) = world.application(handle)?;
        let names = application.containers.iter().map(|one| one.name.as_str());
        // SAFETY: as the caller vouches.
        unsafe { world.names(names.collect(), place, len) }
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_OpenContainer(handle: *mut c_void, name: *const c_char, place: *mut *mut c_void) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        let (number, application) = world.application(handle)?;
        // SAFETY: the caller's string.
        let name = unsafe { text(name) };
        let mut containers = application.containers.iter();
        let container = containers.position(|one| one.name.as_bytes() == name);
        let object = Object::SkfContainer {
            application: number,
            container: container.ok_or(INVALIDPARAMERR)?,
        };
        // SAFETY: as the caller vouches.
        unsafe { world.open(place, object) }
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_CloseContainer(handle: *mut c_void) -> u64 {
    close(handle, |object| matches!(object, Object::SkfContainer { .. }))
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_GetContainerType(handle: *mut c_void, place: *mut c_void) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        let (_, container) = world.container(handle)?;
        let kind = match container.contents {
            Contents::Empty => 0,
            Contents::Rsa => 1,
            Contents::Sm2(_) => 2,
        };
        // SAFETY: the caller's place.
        unsafe { put_ulong(&world.faults, place, kind) };
        Ok(())
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_ExportCertificate(
    handle: *mut c_void,
    signing: i32,
    place: *mut u8,
    len: *mut c_void,
) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        let (_, container) = world.container(handle)?;
        let certificate = container.certificate.as_deref().filter(|_| signing != 0);
        let mut certificate = certificate.ok_or(CERTNOTFOUNTERR)?;
        if world.faults.has(Fault::RubbishCertificate) {
            certificate = b"\x30\x82\xff\xff rubbish";
        }
        // SAFETY: as the caller vouches.
        unsafe { world.answer(certificate, place, len) }
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_ExportPublicKey(
    handle: *mut c_void,
    signing: i32,
    place: *mut u8,
    len: *mut c_void,
) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        let (number, container) = world.container(handle)?;
        if world.faults.has(Fault::KeyNeedsLogin) && !handles().is_logged_in(number) {
            return Err(USER_NOT_LOGGED_IN);
        }
        let Contents::Sm2(scalar) = &container.contents else {
            return Err(KEYNOTFOUNTERR);
        };
        if signing == 0 {
            return Err(KEYNOTFOUNTERR);
        }
        let point = public(&world.faults, scalar).ok_or(FAIL)?;
        if world.faults.has(Fault::NothingWritten) {
            return Ok(());
        }
        let bits: &[u8] = if world.faults.has(Fault::WideUlong) {
            &256_u64.to_ne_bytes()
        } else {
            &256_u32.to_ne_bytes()
        };
        let mut blob = [bits, &fields(&world.faults, &point)].concat();
        let beyond = blob.split_off(blob.len().min(bits.len() + 128));
        // SAFETY: as the caller vouches.
        unsafe { world.answer(&blob, place, len) }?;
        if !place.is_null() {
            // SAFETY: what is written beyond the room is the fault that was asked for.
            unsafe { put(place.add(blob.len()), &beyond) };
        }
        Ok(())
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SKF_ECCSignData(handle: *mut c_void, data: *const u8, len: u64, place: *mut u8) -> u64 {
    let run = || {
        let world = World::plugged_in()?;
        let is_asked_first = world.faults.has(Fault::LoginAskedFirst);
        let (number, container) = world
            .container(handle)
            .map_err(|code| if is_asked_first { USER_NOT_LOGGED_IN } else { code })?;
        if world.faults.has(Fault::RemovedAtSigning) {
            return Err(DEVICE_REMOVED);
        }
        let Contents::Sm2(scalar) = &container.contents else {
            return Err(KEYNOTFOUNTERR);
        };
        let is_second = matches!(handles().get(handle), Some(Object::SkfContainer { container: 1, .. }));
        let is_open = is_second && world.faults.has(Fault::OpenContainer);
        let is_deaf = is_second && world.faults.has(Fault::DeafContainer);
        if is_deaf || !is_open && !handles().is_logged_in(number) {
            return Err(USER_NOT_LOGGED_IN);
        }
        if len != 32 {
            return Err(INDATALENERR);
        }
        // SAFETY: the caller's data has as many bytes.
        let digest = unsafe { bytes(data, 32) }.and_then(|data| data.try_into().ok());
        let pair = sign(&world.faults, scalar, digest.ok_or(INVALIDPARAMERR)?).ok_or(FAIL)?;
        if world.faults.has(Fault::NothingWritten) {
            return Ok(());
        }
        // SAFETY: ECCSIGNATUREBLOB has as many bytes, or more.
        unsafe { put(place, &fields(&world.faults, &pair)) }
            .then_some(())
            .ok_or(INVALIDPARAMERR)
    };
    code(run())
}
