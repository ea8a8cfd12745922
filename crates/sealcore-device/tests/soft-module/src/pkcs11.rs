//! The functions of PKCS#11 that sealcore-device uses, with SM2 under a vendor's mechanism number. The first SKF application
//! is the token: its containers are the objects, with their place, counted from 1, as CKA_ID.
#![allow(non_snake_case)] // the names are the standard's

use std::ffi::c_void;
use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use cryptoki_sys as sys;
use cryptoki_sys::{
    CK_ATTRIBUTE, CK_BBOOL, CK_BYTE, CK_FLAGS, CK_FUNCTION_LIST, CK_INFO, CK_MECHANISM, CK_NOTIFY, CK_OBJECT_HANDLE,
    CK_RV, CK_SESSION_HANDLE, CK_SLOT_ID, CK_SLOT_INFO, CK_TOKEN_INFO, CK_ULONG, CK_USER_TYPE, CK_UTF8CHAR, CK_VERSION,
};

use crate::fault::{Fault, Faults};
use crate::folder::folder;
use crate::state::{Application, Contents, State, public, set_tries, sign};

/// The number under which the vendor that nobody knows signs a digest with SM2.
pub const SM2_MECHANISM: u32 = 0x8000_0321;

const SLOT: CK_SLOT_ID = 7;
/// Objects of certificates are numbered from here, those of private keys from 1.
const CERTIFICATES: CK_OBJECT_HANDLE = 1000;
/// And those of public keys from here.
const PUBLIC_KEYS: CK_OBJECT_HANDLE = 2000;
const TWINS: CK_OBJECT_HANDLE = 3000;
const RUBBISH: CK_OBJECT_HANDLE = 4000;

#[derive(Default)]
struct Module {
    initialised: bool,
    sessions: Vec<Session>,
    last: CK_SESSION_HANDLE,
    logged_in: bool,
}

#[derive(Default)]
struct Session {
    handle: CK_SESSION_HANDLE,
    found: Vec<CK_OBJECT_HANDLE>,
    /// The key of the signature that was begun, and whether the PIN was given for it.
    signing: Option<(CK_OBJECT_HANDLE, bool)>,
}

fn module() -> MutexGuard<'static, Module> {
    static MODULE: LazyLock<Mutex<Module>> = LazyLock::new(Mutex::default);
    MODULE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Module {
    fn session(&mut self, handle: CK_SESSION_HANDLE) -> Result<&mut Session, CK_RV> {
        self.sessions
            .iter_mut()
            .find(|session| session.handle == handle)
            .ok_or(sys::CKR_SESSION_HANDLE_INVALID)
    }
}

/// What a call works with, unless the token is gone.
struct World {
    folder: &'static Path,
    state: State,
    faults: Faults,
}

fn world() -> Result<World, CK_RV> {
    let folder = folder().ok_or(sys::CKR_GENERAL_ERROR)?;
    let faults = Faults::read(folder);
    if faults.has(Fault::Removed) {
        return Err(sys::CKR_DEVICE_REMOVED);
    }
    if faults.has(Fault::UnknownCode) {
        return Err(sys::CKR_VENDOR_DEFINED | 0x1234);
    }
    let state = State::read(folder).ok_or(sys::CKR_GENERAL_ERROR)?;
    Ok(World { folder, state, faults })
}

impl World {
    fn token(&self) -> Result<&Application, CK_RV> {
        self.state.applications.first().ok_or(sys::CKR_TOKEN_NOT_PRESENT)
    }

    fn tries_left(&self) -> u32 {
        self.state.tries_left(self.folder, 0)
    }

    /// Compares the PIN and counts the tries.
    fn compare(&self, pin: &[u8]) -> Result<(), CK_RV> {
        let token = self.token()?;
        match self.tries_left() {
            0 => Err(sys::CKR_PIN_LOCKED),
            _ if token.pin.as_bytes() == pin => {
                set_tries(self.folder, 0, token.tries);
                Ok(())
            }
            left => {
                set_tries(self.folder, 0, left - 1);
                Err(self
                    .faults
                    .pin_code(sys::CKR_PIN_INCORRECT, sys::CKR_VENDOR_DEFINED | 0x1234))
            }
        }
    }

    fn objects(&self, logged_in: bool) -> Result<Vec<CK_OBJECT_HANDLE>, CK_RV> {
        let mut objects = Vec::new();
        for (place, container) in (1..).zip(&self.token()?.containers) {
            let is_sm2 = matches!(container.contents, Contents::Sm2(_));
            if logged_in && is_sm2 {
                objects.push(place);
            }
            let hidden = [Fault::NoPublicKey, Fault::PointInPrivateKey];
            if is_sm2 && !hidden.into_iter().any(|fault| self.faults.has(fault)) {
                if self.faults.has(Fault::PublicTwins) {
                    objects.extend([RUBBISH + place, TWINS + place]);
                }
                objects.push(PUBLIC_KEYS + place);
            }
            if container.certificate.is_some() {
                objects.push(CERTIFICATES + place);
            }
        }
        Ok(objects)
    }

    fn attribute(&self, object: CK_OBJECT_HANDLE, kind: sys::CK_ATTRIBUTE_TYPE) -> Option<Vec<u8>> {
        let is_public = object >= PUBLIC_KEYS;
        let is_private = object < CERTIFICATES;
        let is_key = is_public || is_private;
        let place = object
            - [0, CERTIFICATES, PUBLIC_KEYS, TWINS, RUBBISH]
                .into_iter()
                .rfind(|start| *start <= object)?;
        let index = usize::try_from(place).ok()?.checked_sub(1)?;
        let container = self.token().ok()?.containers.get(index)?;
        let flag = |value: bool| Some(vec![u8::from(value)]);
        match kind {
            sys::CKA_CLASS if is_private => Some(sys::CKO_PRIVATE_KEY.to_ne_bytes().to_vec()),
            sys::CKA_CLASS if is_public => Some(sys::CKO_PUBLIC_KEY.to_ne_bytes().to_vec()),
            sys::CKA_CLASS => Some(sys::CKO_CERTIFICATE.to_ne_bytes().to_vec()),
            sys::CKA_LABEL => Some(container.name.as_bytes().to_vec()),
            sys::CKA_ID => Some(vec![u8::try_from(place).ok()?]),
            sys::CKA_VALUE if !is_key => container.certificate.clone(),
            sys::CKA_SIGN if is_private => flag(true),
            sys::CKA_ALWAYS_AUTHENTICATE if is_private => flag(self.faults.has(Fault::PinEachTime)),
            // The curve's identifier, as vendors give it: 1.2.156.10197.1.301.
            sys::CKA_EC_PARAMS if is_key => Some(vec![6, 8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d]),
            sys::CKA_EC_POINT if is_public || is_private && self.faults.has(Fault::PointInPrivateKey) => {
                let Contents::Sm2(scalar) = &container.contents else {
                    return None;
                };
                let mut point = public(&self.faults, if object >= TWINS { &[0x31; 32] } else { scalar })?;
                point[62] ^= u8::from(object >= RUBBISH);
                let tag: &[u8] = if self.faults.has(Fault::BarePoint) {
                    &[4]
                } else {
                    &[4, 65, 4]
                };
                Some([tag, &point].concat())
            }
            sys::CKA_KEY_TYPE if is_key => Some(sys::CKK_EC.to_ne_bytes().to_vec()),
            _ => None,
        }
    }
}

fn code(result: Result<(), CK_RV>) -> CK_RV {
    result.err().unwrap_or(sys::CKR_OK)
}

/// # Safety
/// `place` is null or a place for a value.
unsafe fn give<T>(place: *mut T, value: T) -> Result<(), CK_RV> {
    if place.is_null() {
        return Err(sys::CKR_ARGUMENTS_BAD);
    }
    // SAFETY: as the caller vouches.
    unsafe { place.write(value) };
    Ok(())
}

fn padded<const N: usize>(text: &str) -> [CK_UTF8CHAR; N] {
    let mut field = [b' '; N];
    for (place, byte) in field.iter_mut().zip(text.bytes()) {
        *place = byte;
    }
    field
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn initialize(arguments: *mut c_void) -> CK_RV {
    let Ok(world) = world() else {
        return sys::CKR_GENERAL_ERROR;
    };
    if world.faults.has(Fault::NoLocking) && !arguments.is_null() {
        return sys::CKR_CANT_LOCK;
    }
    match std::mem::replace(&mut module().initialised, true) {
        true => sys::CKR_CRYPTOKI_ALREADY_INITIALIZED,
        false => sys::CKR_OK,
    }
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn info(place: *mut CK_INFO) -> CK_RV {
    let info = CK_INFO {
        cryptokiVersion: CK_VERSION { major: 2, minor: 40 },
        manufacturerID: padded("sealcore tests"),
        flags: 0,
        libraryDescription: padded("software module of tests"),
        libraryVersion: CK_VERSION { major: 1, minor: 0 },
    };
    // SAFETY: the caller's place.
    code(unsafe { give(place, info) })
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn slot_list(_: CK_BBOOL, slots: *mut CK_SLOT_ID, count: *mut CK_ULONG) -> CK_RV {
    code((|| {
        let world = world()?;
        let number = if world.faults.has(Fault::HugeLengths) {
            CK_ULONG::MAX
        } else {
            1
        };
        if !slots.is_null() {
            // SAFETY: the caller's place, with room for one.
            unsafe { give(slots, SLOT)? };
        }
        // SAFETY: the caller's place.
        unsafe { give(count, number) }
    })())
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn slot_info(_: CK_SLOT_ID, place: *mut CK_SLOT_INFO) -> CK_RV {
    let info = CK_SLOT_INFO {
        slotDescription: padded("slot of tests"),
        manufacturerID: padded("sealcore tests"),
        flags: sys::CKF_TOKEN_PRESENT,
        hardwareVersion: CK_VERSION::default(),
        firmwareVersion: CK_VERSION::default(),
    };
    // SAFETY: the caller's place.
    code(unsafe { give(place, info) })
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn token_info(_: CK_SLOT_ID, place: *mut CK_TOKEN_INFO) -> CK_RV {
    code((|| {
        let world = world()?;
        let locked = match world.tries_left() {
            0 => sys::CKF_USER_PIN_LOCKED,
            1 => sys::CKF_USER_PIN_FINAL_TRY,
            _ => 0,
        };
        let label = world.state.devices.first().cloned().unwrap_or_default();
        let info = CK_TOKEN_INFO {
            label: padded(&label),
            manufacturerID: padded("sealcore tests"),
            model: padded("soft"),
            serialNumber: padded("1"),
            flags: sys::CKF_TOKEN_INITIALIZED | sys::CKF_LOGIN_REQUIRED | sys::CKF_CLOCK_ON_TOKEN | locked,
            // A clock that shows nothing sensible is no reason to refuse a token.
            utcTime: *b"no clock at all!",
            ..CK_TOKEN_INFO::default()
        };
        // SAFETY: the caller's place.
        unsafe { give(place, info) }
    })())
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn open_session(
    slot: CK_SLOT_ID,
    _: CK_FLAGS,
    _: *mut c_void,
    _: CK_NOTIFY,
    place: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    code((|| {
        let world = world()?;
        if slot != SLOT {
            return Err(sys::CKR_SLOT_ID_INVALID);
        }
        if world.faults.has(Fault::NullHandles) {
            // SAFETY: the caller's place.
            return unsafe { give(place, 0) };
        }
        let mut module = module();
        module.last += 1;
        let handle = module.last;
        module.sessions.push(Session {
            handle,
            ..Session::default()
        });
        note(&module);
        // SAFETY: the caller's place.
        unsafe { give(place, handle) }
    })())
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn close_session(handle: CK_SESSION_HANDLE) -> CK_RV {
    let mut module = module();
    let before = module.sessions.len();
    module.sessions.retain(|session| session.handle != handle);
    if module.sessions.is_empty() {
        module.logged_in = false;
    }
    note(&module);
    if module.sessions.len() == before {
        return sys::CKR_SESSION_HANDLE_INVALID;
    }
    sys::CKR_OK
}

/// Tells the test how many sessions are open.
fn note(module: &Module) {
    if let Some(folder) = folder() {
        let _ = std::fs::write(folder.join(crate::state::HANDLES), module.sessions.len().to_string());
    }
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn login(
    handle: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    pin: *mut CK_UTF8CHAR,
    length: CK_ULONG,
) -> CK_RV {
    code((|| {
        let world = world()?;
        let mut module = module();
        let logged_in = module.logged_in;
        let session = module.session(handle)?;
        if user == sys::CKU_USER && logged_in {
            return Err(sys::CKR_USER_ALREADY_LOGGED_IN);
        }
        let length = usize::try_from(length).map_err(|_| sys::CKR_PIN_LEN_RANGE)?;
        if pin.is_null() {
            return Err(sys::CKR_ARGUMENTS_BAD);
        }
        // SAFETY: the caller vouches for the bytes, which are not const.
        let pin = unsafe { std::slice::from_raw_parts_mut(pin, length) };
        let compared = world.compare(pin);
        if world.faults.has(Fault::WipesPin) {
            pin.fill(0);
        }
        compared?;
        match (user, &mut session.signing) {
            (sys::CKU_CONTEXT_SPECIFIC, Some((_, given))) => *given = true,
            (sys::CKU_CONTEXT_SPECIFIC, None) => return Err(sys::CKR_OPERATION_NOT_INITIALIZED),
            _ => module.logged_in = true,
        }
        Ok(())
    })())
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn find_init(handle: CK_SESSION_HANDLE, template: *mut CK_ATTRIBUTE, count: CK_ULONG) -> CK_RV {
    code((|| {
        let world = world()?;
        let mut module = module();
        let mut found = world.objects(module.logged_in)?;
        let count = usize::try_from(count).map_err(|_| sys::CKR_ARGUMENTS_BAD)?;
        for index in 0..count {
            // SAFETY: the caller vouches for so many attributes, each with its bytes.
            let (kind, value) = unsafe {
                let attribute = template.add(index).read();
                let length = usize::try_from(attribute.ulValueLen).map_err(|_| sys::CKR_ARGUMENTS_BAD)?;
                (
                    attribute.type_,
                    std::slice::from_raw_parts(attribute.pValue.cast::<u8>(), length),
                )
            };
            found.retain(|object| world.attribute(*object, kind).as_deref() == Some(value));
        }
        module.session(handle)?.found = found;
        Ok(())
    })())
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn find(
    handle: CK_SESSION_HANDLE,
    objects: *mut CK_OBJECT_HANDLE,
    most: CK_ULONG,
    count: *mut CK_ULONG,
) -> CK_RV {
    code((|| {
        let world = world()?;
        let mut module = module();
        let found = &mut module.session(handle)?.found;
        let most = usize::try_from(most)
            .map_err(|_| sys::CKR_ARGUMENTS_BAD)?
            .min(found.len());
        for (index, object) in found.drain(..most).enumerate() {
            // SAFETY: the caller has room for `most`.
            unsafe { objects.add(index).write(object) };
        }
        let mut told = CK_ULONG::try_from(most).map_err(|_| sys::CKR_GENERAL_ERROR)?;
        if world.faults.has(Fault::LengthBeyondRoom) {
            told = 1_000_000;
        }
        // SAFETY: the caller's place.
        unsafe { give(count, told) }
    })())
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn find_final(handle: CK_SESSION_HANDLE) -> CK_RV {
    code(module().session(handle).map(|session| session.found.clear()))
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn attribute_value(
    handle: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    _: CK_ULONG,
) -> CK_RV {
    code((|| {
        let world = world()?;
        module().session(handle)?;
        // SAFETY: the caller's attribute; sealcore asks for one at a time.
        let attribute = unsafe { template.as_mut() }.ok_or(sys::CKR_ARGUMENTS_BAD)?;
        let Some(mut value) = world.attribute(object, attribute.type_) else {
            attribute.ulValueLen = sys::CK_UNAVAILABLE_INFORMATION;
            return Err(sys::CKR_ATTRIBUTE_TYPE_INVALID);
        };
        if attribute.type_ == sys::CKA_VALUE && world.faults.has(Fault::RubbishCertificate) {
            value = b"no certificate".to_vec();
        }
        let length = CK_ULONG::try_from(value.len()).map_err(|_| sys::CKR_GENERAL_ERROR)?;
        if !attribute.pValue.is_null() {
            if attribute.ulValueLen < length {
                return Err(sys::CKR_BUFFER_TOO_SMALL);
            }
            // SAFETY: the caller has room for `ulValueLen`.
            unsafe {
                attribute
                    .pValue
                    .cast::<u8>()
                    .copy_from_nonoverlapping(value.as_ptr(), value.len())
            };
        }
        attribute.ulValueLen = if world.faults.has(Fault::HugeLengths) {
            1 << 40
        } else {
            length
        };
        Ok(())
    })())
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn sign_init(
    handle: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    code((|| {
        let world = world()?;
        // SAFETY: the caller's mechanism.
        let mechanism = unsafe { mechanism.as_ref() }.ok_or(sys::CKR_ARGUMENTS_BAD)?;
        if mechanism.mechanism != sys::CK_MECHANISM_TYPE::from(SM2_MECHANISM) {
            return Err(sys::CKR_MECHANISM_INVALID);
        }
        let mut module = module();
        if world.faults.has(Fault::SessionsLost) {
            // As after a restart of the machine: nobody is logged in and every session is gone, once.
            module.sessions.clear();
            module.logged_in = false;
            world.faults.end(world.folder, Fault::SessionsLost);
        }
        let session = module.session(handle)?;
        if session.signing.is_some() {
            return Err(sys::CKR_OPERATION_ACTIVE);
        }
        session.signing = Some((key, !world.faults.has(Fault::PinEachTime)));
        Ok(())
    })())
}

/// # Safety
/// As the standard says.
unsafe extern "C" fn sign_digest(
    handle: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    length: CK_ULONG,
    place: *mut CK_BYTE,
    count: *mut CK_ULONG,
) -> CK_RV {
    code((|| {
        let world = world()?;
        let mut module = module();
        let (key, given) = module
            .session(handle)?
            .signing
            .take()
            .ok_or(sys::CKR_OPERATION_NOT_INITIALIZED)?;
        if !given {
            return Err(sys::CKR_USER_NOT_LOGGED_IN);
        }
        if world.faults.has(Fault::RemovedAtSigning) {
            return Err(sys::CKR_DEVICE_REMOVED);
        }
        if length != 32 {
            return Err(sys::CKR_DATA_LEN_RANGE);
        }
        // SAFETY: the caller vouches for the bytes.
        let digest = unsafe { data.cast::<[u8; 32]>().read() };
        let index = usize::try_from(key).ok().and_then(|place| place.checked_sub(1));
        let container = index.and_then(|index| world.token().ok()?.containers.get(index));
        let Some(Contents::Sm2(scalar)) = container.map(|container| &container.contents) else {
            return Err(sys::CKR_KEY_HANDLE_INVALID);
        };
        let raw = sign(&world.faults, scalar, digest).ok_or(sys::CKR_FUNCTION_FAILED)?;
        let value = if world.faults.has(Fault::DerValues) {
            der(&raw)
        } else {
            raw.to_vec()
        };
        if !world.faults.has(Fault::NothingWritten) {
            // SAFETY: sealcore gives room for any signature.
            unsafe { place.copy_from_nonoverlapping(value.as_ptr(), value.len()) };
        }
        let mut told = CK_ULONG::try_from(value.len()).map_err(|_| sys::CKR_GENERAL_ERROR)?;
        if world.faults.has(Fault::HugeLengths) || world.faults.has(Fault::LengthBeyondRoom) {
            told = 1 << 31;
        }
        // SAFETY: the caller's place.
        unsafe { give(count, told) }
    })())
}

/// `SEQUENCE { r INTEGER, s INTEGER }`.
fn der(raw: &[u8; 64]) -> Vec<u8> {
    let mut members = Vec::new();
    for number in raw.chunks(32) {
        let digits: Vec<u8> = number.iter().copied().skip_while(|digit| *digit == 0).collect();
        let sign = digits.first().filter(|first| **first >= 0x80).map(|_| 0);
        let number: Vec<u8> = sign.into_iter().chain(digits).collect();
        members.extend([2, u8::try_from(number.len()).unwrap_or(0)]);
        members.extend(number);
    }
    let length = u8::try_from(members.len()).unwrap_or(0);
    [vec![0x30, length], members].concat()
}

/// # Safety
/// As the standard says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(place: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    let Ok(world) = world() else {
        return sys::CKR_GENERAL_ERROR;
    };
    let list = CK_FUNCTION_LIST {
        version: CK_VERSION { major: 2, minor: 40 },
        C_Initialize: Some(initialize),
        C_GetInfo: Some(info),
        C_GetFunctionList: Some(C_GetFunctionList),
        C_GetSlotList: Some(slot_list),
        C_GetSlotInfo: Some(slot_info),
        C_GetTokenInfo: Some(token_info),
        C_OpenSession: Some(open_session),
        C_CloseSession: Some(close_session),
        C_Login: Some(login),
        C_FindObjectsInit: Some(find_init),
        C_FindObjects: Some(find),
        C_FindObjectsFinal: Some(find_final),
        C_GetAttributeValue: Some(attribute_value),
        C_SignInit: (!world.faults.has(Fault::NoSigning)).then_some(sign_init),
        C_Sign: Some(sign_digest),
        ..CK_FUNCTION_LIST::default()
    };
    let list = if world.faults.has(Fault::NullHandles) {
        std::ptr::null_mut()
    } else {
        Box::into_raw(Box::new(list))
    };
    // SAFETY: the caller's place.
    code(unsafe { give(place, list) })
}
