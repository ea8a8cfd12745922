//! The functions of GM/T 0018 that sealcore-device uses.
#![allow(non_snake_case)] // the names are the standard's

use std::ffi::c_void;
use std::path::Path;

use crate::fault::{Fault, Faults};
use crate::folder::folder;
use crate::handles::{Object, handles};
use crate::memory::{bytes, fields, put, put_handle};
use crate::state::{Era, SdfKey, State, public, sign};

const OK: u32 = 0;
const BASE: u32 = 0x0100_0000;
const UNKNOWERR: u32 = BASE + 0x01;
const NOTSUPPORT: u32 = BASE + 0x02;
const COMMFAIL: u32 = BASE + 0x03;
const OPENDEVICE: u32 = BASE + 0x05;
const OPENSESSION: u32 = BASE + 0x06;
const PARDENY: u32 = BASE + 0x07;
const KEYNOTEXIST: u32 = BASE + 0x08;
const PRKRERR: u32 = BASE + 0x18;
const INARGERR: u32 = BASE + 0x1d;
const OUTARGERR: u32 = BASE + 0x1e;

/// A number that stands in no standard.
const NOBODYS: u32 = 0x7fff_1234;

/// What a call works with, unless the device is gone.
fn world() -> Result<(&'static Path, State, Faults), u32> {
    let folder = folder().ok_or(UNKNOWERR)?;
    let faults = Faults::read(folder);
    if faults.has(Fault::Removed) {
        return Err(COMMFAIL);
    }
    if faults.has(Fault::UnknownCode) {
        return Err(NOBODYS);
    }
    Ok((folder, State::read(folder).ok_or(UNKNOWERR)?, faults))
}

fn code(result: Result<(), u32>) -> u32 {
    result.err().unwrap_or(OK)
}

fn key(state: &State, index: u32) -> Result<&SdfKey, u32> {
    let mut keys = state.keys.iter();
    keys.find(|key| key.index == index).ok_or(KEYNOTEXIST)
}

fn session(handle: *mut c_void) -> Result<Vec<u32>, u32> {
    match handles().get(handle) {
        Some(Object::SdfSession { granted }) => {
            let now = Era::now();
            Ok(granted
                .iter()
                .filter(|(_, era)| *era == now)
                .map(|(index, _)| *index)
                .collect())
        }
        _ => Err(OPENSESSION),
    }
}

/// # Safety
/// As the standard says.
unsafe fn give(place: *mut *mut c_void, open: impl FnOnce(&Path) -> Object) -> Result<(), u32> {
    let (folder, _, faults) = world()?;
    let handle = if faults.has(Fault::NullHandles) {
        std::ptr::null_mut()
    } else {
        handles().open(folder, open(folder))
    };
    // SAFETY: the caller's place.
    unsafe { put_handle(place, handle) }.then_some(()).ok_or(OUTARGERR)
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_OpenDevice(place: *mut *mut c_void) -> u32 {
    let run = || {
        if world()?.2.has(Fault::OneDevice) && handles().holds(&Object::SdfDevice) {
            return Err(OPENDEVICE);
        }
        // SAFETY: as the caller vouches.
        unsafe { give(place, |_| Object::SdfDevice) }
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_CloseDevice(handle: *mut c_void) -> u32 {
    close(handle, |object| *object == Object::SdfDevice)
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_OpenSession(device: *mut c_void, place: *mut *mut c_void) -> u32 {
    let run = || {
        if handles().get(device) != Some(&mut Object::SdfDevice) {
            return Err(OPENSESSION);
        }
        if world()?.2.has(Fault::TwoSessions) && handles().sessions() >= 2 {
            return Err(OPENSESSION);
        }
        // SAFETY: as the caller vouches.
        unsafe { give(place, |_| Object::SdfSession { granted: Vec::new() }) }
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_CloseSession(handle: *mut c_void) -> u32 {
    close(handle, |object| matches!(object, Object::SdfSession { .. }))
}

fn close(handle: *mut c_void, is: impl Fn(&Object) -> bool) -> u32 {
    let Some(folder) = folder() else { return UNKNOWERR };
    match handles().close(folder, handle) {
        Some(object) if is(&object) => OK,
        _ => OPENSESSION,
    }
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_GetDeviceInfo(handle: *mut c_void, place: *mut u8) -> u32 {
    let run = || {
        session(handle)?;
        let (_, _, faults) = world()?;
        let field = |text: &str, len: usize| {
            let mut field = text.as_bytes().to_vec();
            let filling = if faults.has(Fault::Unended) { b'x' } else { 0 };
            field.resize(len, filling);
            field
        };
        let mut info = [
            field("sealcore tests", 40),
            field("SOFT", 16),
            field("2026112200100001", 16),
        ]
        .concat();
        // Versions, abilities and the size of its buffer.
        for number in [0x0100_0000_u32, 1, 0x0002_0000, 256, 0, 1, 0] {
            info.extend_from_slice(&number.to_ne_bytes());
        }
        // SAFETY: DEVICEINFO has as many bytes.
        unsafe { put(place, &info) }.then_some(()).ok_or(OUTARGERR)
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_GetPrivateKeyAccessRight(
    handle: *mut c_void,
    index: u32,
    password: *mut u8,
    len: u32,
) -> u32 {
    let run = || {
        session(handle)?;
        let (folder, state, faults) = world()?;
        let key = key(&state, index)?;
        State::note_password(folder);
        let len = usize::try_from(len).map_err(|_| INARGERR)?;
        // SAFETY: the caller's password has as many bytes.
        let given = unsafe { bytes(password, len) }.ok_or(INARGERR)?;
        if key
            .password
            .as_ref()
            .is_none_or(|password| password.as_bytes() != given)
        {
            return Err(if faults.has(Fault::VendorPin) { NOBODYS } else { PRKRERR });
        }
        match handles().get(handle) {
            Some(Object::SdfSession { granted }) => granted.push((index, Era::now())),
            _ => return Err(OPENSESSION),
        }
        Ok(())
    };
    code(run())
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_ReleasePrivateKeyAccessRight(handle: *mut c_void, index: u32) -> u32 {
    match handles().get(handle) {
        Some(Object::SdfSession { granted }) => {
            granted.retain(|(other, _)| *other != index);
            OK
        }
        _ => OPENSESSION,
    }
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_ExportSignPublicKey_ECC(handle: *mut c_void, index: u32, place: *mut u8) -> u32 {
    let run = || {
        session(handle)?;
        let (_, state, faults) = world()?;
        let point = public(&faults, &key(&state, index)?.scalar).ok_or(UNKNOWERR)?;
        if faults.has(Fault::NothingWritten) {
            return Ok(());
        }
        let blob = [&256_u32.to_ne_bytes()[..], &fields(&faults, &point)].concat();
        // SAFETY: ECCrefPublicKey has as many bytes, or more.
        unsafe { put(place, &blob) }.then_some(()).ok_or(OUTARGERR)
    };
    code(run())
}

/// No key of this device encrypts.
///
/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_ExportEncPublicKey_ECC(_: *mut c_void, _: u32, _: *mut u8) -> u32 {
    NOTSUPPORT
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_InternalSign_ECC(
    handle: *mut c_void,
    index: u32,
    data: *mut u8,
    len: u32,
    place: *mut u8,
) -> u32 {
    let run = || {
        let granted = session(handle)?;
        let (_, state, faults) = world()?;
        let key = key(&state, index)?;
        if faults.has(Fault::RemovedAtSigning) {
            return Err(COMMFAIL);
        }
        let is_granted = granted.contains(&index) && !faults.has(Fault::NeverGranted);
        if key.password.is_some() && !is_granted {
            return Err(PARDENY);
        }
        if len != 32 {
            return Err(INARGERR);
        }
        // SAFETY: the caller's data has as many bytes.
        let digest = unsafe { bytes(data, 32) }.and_then(|data| data.try_into().ok());
        let pair = sign(&faults, &key.scalar, digest.ok_or(INARGERR)?).ok_or(UNKNOWERR)?;
        if faults.has(Fault::NothingWritten) {
            return Ok(());
        }
        // SAFETY: ECCSignature has as many bytes, or more.
        unsafe { put(place, &fields(&faults, &pair)) }
            .then_some(())
            .ok_or(OUTARGERR)
    };
    code(run())
}
