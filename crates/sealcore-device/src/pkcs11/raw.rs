//! The calls of a module, with their lengths and counts checked: the one place of this interface with unsafe code.
//!
//! The types are those of `cryptoki-sys`. Its safe sister `cryptoki` allocates what a module claims and indexes by what it
//! counts, and cannot log in between C_SignInit and C_Sign, which keys with CKA_ALWAYS_AUTHENTICATE want.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_ATTRIBUTE_TYPE, CK_BYTE, CK_C_INITIALIZE_ARGS, CK_FUNCTION_LIST, CK_INFO, CK_MECHANISM,
    CK_MECHANISM_TYPE, CK_OBJECT_HANDLE, CK_RSA_PKCS_PSS_PARAMS, CK_RV, CK_SESSION_HANDLE, CK_SESSION_INFO, CK_SLOT_ID,
    CK_SLOT_INFO, CK_TOKEN_INFO, CK_TRUE, CK_ULONG, CK_UNAVAILABLE_INFORMATION, CK_USER_TYPE, CKF_OS_LOCKING_OK,
    CKF_SERIAL_SESSION, CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID, CKR_BUFFER_TOO_SMALL, CKR_CANT_LOCK,
    CKR_CRYPTOKI_ALREADY_INITIALIZED, CKR_OK, CKS_RO_USER_FUNCTIONS, CKS_RW_USER_FUNCTIONS,
};
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

use super::codes::Refusal;
use crate::library::Library;
use crate::{Pin, failure};

/// More slots than any machine has.
pub(super) const MAX_SLOTS: usize = 1024;
/// The most objects that are looked at in one search.
pub(super) const MAX_OBJECTS: usize = 4096;
/// The longest attribute, in bytes: a certificate.
const MAX_ATTRIBUTE: usize = 64 * 1024;
/// The longest signature, in bytes: RSA with 16384 bits has half of that.
const MAX_SIGNATURE: usize = 4096;

type GetFunctionList = unsafe extern "C" fn(*mut *mut CK_FUNCTION_LIST) -> CK_RV;

/// What a call gives.
pub(super) type Answer<T> = std::result::Result<T, Refusal>;

/// The functions of a module that is loaded and initialised, and stays both as long as the process lives.
pub(super) struct Functions {
    list: CK_FUNCTION_LIST,
    /// For a module that cannot lock by itself, or may not know that it has to: one call at a time.
    gate: Option<Mutex<()>>,
    /// The process that initialised it: a fork's copy of its sessions is not to be used, not even to close them.
    process: u32,
}

/// The mechanism of a signature.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mechanism {
    pub(super) kind: CK_MECHANISM_TYPE,
    pub(super) pss: Option<CK_RSA_PKCS_PSS_PARAMS>,
}

/// Calls a function of the list, alone where the module wants that.
macro_rules! call {
    ($self:ident.$function:ident($($argument:expr),* $(,)?)) => {{
        let function = $self.list.$function.ok_or(Refusal::Lacks(stringify!($function)))?;
        if !$self.is_of_this_process() {
            return Err(Refusal::Forked(stringify!($function)));
        }
        let _alone = $self.alone();
        // SAFETY: the function is the module's own and has the type that the standard gives it; the module stays loaded.
        // The pointers are to values of this call's caller that live through the call, each with its length.
        let code = unsafe { function($($argument),*) };
        (stringify!($function), code)
    }};
}

impl Functions {
    /// Loads the library at `path` and initialises it.
    pub(super) fn load(path: &str) -> Result<Self> {
        let library = Library::load(path)?;
        // SAFETY: the standard gives C_GetFunctionList this type.
        let function = unsafe { library.optional::<GetFunctionList>("C_GetFunctionList") }.ok_or_else(|| {
            failure::not_loaded(path, "it has no function C_GetFunctionList, so it is no PKCS#11 module")
        })?;
        let mut list: *mut CK_FUNCTION_LIST = null_mut();
        // SAFETY: `list` lives through the call.
        let code = unsafe { function(&raw mut list) };
        answer(("C_GetFunctionList", code))?;
        if list.is_null() {
            return Err(Refusal::Nonsense("C_GetFunctionList").into());
        }
        // SAFETY: the module gave the address of its list, which starts with the version in every version.
        let major = unsafe { (*list).version.major };
        if !(2..=3).contains(&major) {
            return Err(Error::new(
                ErrorKind::Device,
                text!(
                    "the module speaks version {major} of PKCS#11; 2 and 3 are understood",
                    "该模块的 PKCS#11 版本为 {major}，仅支持版本 2 和 3"
                ),
            ));
        }
        // SAFETY: a list of version 2 has this layout, and C_GetFunctionList of version 3 gives the same.
        let list = unsafe { list.read_unaligned() };
        let mut functions = Self {
            list,
            gate: None,
            process: std::process::id(),
        };
        functions.initialise()?;
        Ok(functions)
    }

    fn initialise(&mut self) -> Answer<()> {
        let mut arguments = CK_C_INITIALIZE_ARGS {
            CreateMutex: None,
            DestroyMutex: None,
            LockMutex: None,
            UnlockMutex: None,
            flags: CKF_OS_LOCKING_OK,
            pReserved: null_mut(),
        };
        let (name, code) = call!(self.C_Initialize((&raw mut arguments).cast()));
        match code {
            CKR_OK => return Ok(()),
            CKR_CANT_LOCK | CKR_CRYPTOKI_ALREADY_INITIALIZED => self.gate = Some(Mutex::new(())),
            code => return Err(Refusal::Code(name, code)),
        }
        if code == CKR_CRYPTOKI_ALREADY_INITIALIZED {
            // Whoever did it may have told the module that one thread is all that there is.
            return Ok(());
        }
        match call!(self.C_Initialize(null_mut())) {
            (_, CKR_OK | CKR_CRYPTOKI_ALREADY_INITIALIZED) => Ok(()),
            (name, code) => Err(Refusal::Code(name, code)),
        }
    }

    pub(super) fn is_of_this_process(&self) -> bool {
        self.process == std::process::id()
    }

    fn alone(&self) -> Option<MutexGuard<'_, ()>> {
        // Nothing lies behind the lock that a panic could have left half done.
        self.gate
            .as_ref()
            .map(|gate| gate.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn info(&self) -> Answer<CK_INFO> {
        let mut info = CK_INFO::default();
        answer(call!(self.C_GetInfo(&raw mut info)))?;
        Ok(info)
    }

    /// The slots with a token in them.
    pub(super) fn slots(&self) -> Answer<Vec<CK_SLOT_ID>> {
        // Asking for the number makes modules look for new tokens.
        let mut count: CK_ULONG = 0;
        answer(call!(self.C_GetSlotList(CK_TRUE, null_mut(), &raw mut count)))?;
        let mut slots = vec![0; MAX_SLOTS];
        let mut count = MAX_SLOTS as CK_ULONG;
        answer(call!(self.C_GetSlotList(CK_TRUE, slots.as_mut_ptr(), &raw mut count)))?;
        slots.truncate(within("C_GetSlotList", count, MAX_SLOTS)?);
        Ok(slots)
    }

    pub(super) fn slot_info(&self, slot: CK_SLOT_ID) -> Answer<CK_SLOT_INFO> {
        let mut info = CK_SLOT_INFO {
            slotDescription: [b' '; 64],
            manufacturerID: [b' '; 32],
            flags: 0,
            hardwareVersion: Default::default(),
            firmwareVersion: Default::default(),
        };
        answer(call!(self.C_GetSlotInfo(slot, &raw mut info)))?;
        Ok(info)
    }

    pub(super) fn token_info(&self, slot: CK_SLOT_ID) -> Answer<CK_TOKEN_INFO> {
        let mut info = CK_TOKEN_INFO::default();
        answer(call!(self.C_GetTokenInfo(slot, &raw mut info)))?;
        Ok(info)
    }

    /// A session that reads only.
    pub(super) fn open_session(&self, slot: CK_SLOT_ID) -> Answer<CK_SESSION_HANDLE> {
        let mut session: CK_SESSION_HANDLE = 0;
        answer(call!(self.C_OpenSession(
            slot,
            CKF_SERIAL_SESSION,
            null_mut(),
            None,
            &raw mut session
        )))?;
        // CK_INVALID_HANDLE.
        if session == 0 {
            return Err(Refusal::Nonsense("C_OpenSession"));
        }
        Ok(session)
    }

    pub(super) fn close_session(&self, session: CK_SESSION_HANDLE) -> Answer<()> {
        answer(call!(self.C_CloseSession(session)))
    }

    /// Whether the user is logged in to the session's token, whoever of the process did it.
    pub(super) fn is_logged_in(&self, session: CK_SESSION_HANDLE) -> Answer<bool> {
        let mut info = CK_SESSION_INFO::default();
        answer(call!(self.C_GetSessionInfo(session, &raw mut info)))?;
        Ok(matches!(info.state, CKS_RO_USER_FUNCTIONS | CKS_RW_USER_FUNCTIONS))
    }

    /// Logs in; without a PIN the device asks for it by itself, on its own keys.
    pub(super) fn login(&self, session: CK_SESSION_HANDLE, user: CK_USER_TYPE, pin: Option<&Pin>) -> Answer<()> {
        // The module is given a pointer that is not const, and some wipe what they were given.
        let mut copy = pin.map(Pin::copy);
        let start = copy.as_mut().map_or(null_mut(), |copy| copy.as_mut_ptr());
        let length = length("C_Login", pin.map_or(0, |pin| pin.as_str().len()))?;
        answer(call!(self.C_Login(session, user, start, length)))
    }

    /// The objects that have these attributes, at most [`MAX_OBJECTS`].
    pub(super) fn find(
        &self,
        session: CK_SESSION_HANDLE,
        wanted: &[(CK_ATTRIBUTE_TYPE, &[u8])],
    ) -> Answer<Vec<CK_OBJECT_HANDLE>> {
        // Copies, since what the module gets is not const.
        let mut values: Vec<_> = wanted.iter().map(|(kind, value)| (*kind, value.to_vec())).collect();
        let mut template = Vec::with_capacity(wanted.len());
        for (kind, value) in &mut values {
            template.push(CK_ATTRIBUTE {
                type_: *kind,
                pValue: value.as_mut_ptr().cast(),
                ulValueLen: length("C_FindObjectsInit", value.len())?,
            });
        }
        let count = length("C_FindObjectsInit", template.len())?;
        answer(call!(self.C_FindObjectsInit(session, template.as_mut_ptr(), count)))?;
        let found = self.found(session);
        let ended = answer(call!(self.C_FindObjectsFinal(session)));
        let found = found?;
        ended?;
        Ok(found)
    }

    fn found(&self, session: CK_SESSION_HANDLE) -> Answer<Vec<CK_OBJECT_HANDLE>> {
        const STEP: usize = 64;
        let mut found = Vec::new();
        while found.len() < MAX_OBJECTS {
            let mut step: [CK_OBJECT_HANDLE; STEP] = [0; STEP];
            let mut count: CK_ULONG = 0;
            answer(call!(self.C_FindObjects(
                session,
                step.as_mut_ptr(),
                STEP as CK_ULONG,
                &raw mut count
            )))?;
            let count = within("C_FindObjects", count, STEP)?;
            found.extend(step.iter().take(count));
            if count == 0 {
                break;
            }
        }
        Ok(found)
    }

    /// An attribute of an object; nothing where the object has none, or does not show it.
    pub(super) fn attribute(
        &self,
        session: CK_SESSION_HANDLE,
        object: CK_OBJECT_HANDLE,
        kind: CK_ATTRIBUTE_TYPE,
    ) -> Answer<Option<Vec<u8>>> {
        let Some(length) = self.attribute_into(session, object, kind, &mut [])? else {
            return Ok(None);
        };
        let mut value = vec![0; within("C_GetAttributeValue", length, MAX_ATTRIBUTE)?];
        let Some(length) = self.attribute_into(session, object, kind, &mut value)? else {
            return Ok(None);
        };
        value.truncate(within("C_GetAttributeValue", length, value.len())?);
        Ok(Some(value))
    }

    /// Writes an attribute to `place`, or only says how long it is when there is no place.
    fn attribute_into(
        &self,
        session: CK_SESSION_HANDLE,
        object: CK_OBJECT_HANDLE,
        kind: CK_ATTRIBUTE_TYPE,
        place: &mut [u8],
    ) -> Answer<Option<CK_ULONG>> {
        let start: *mut c_void = if place.is_empty() {
            null_mut()
        } else {
            place.as_mut_ptr().cast()
        };
        let mut attribute = CK_ATTRIBUTE {
            type_: kind,
            pValue: start,
            ulValueLen: length("C_GetAttributeValue", place.len())?,
        };
        match call!(self.C_GetAttributeValue(session, object, &raw mut attribute, 1)) {
            (_, CKR_OK) if attribute.ulValueLen == CK_UNAVAILABLE_INFORMATION => Ok(None),
            (_, CKR_OK) => Ok(Some(attribute.ulValueLen)),
            (_, CKR_ATTRIBUTE_SENSITIVE | CKR_ATTRIBUTE_TYPE_INVALID) => Ok(None),
            (name, code) => Err(Refusal::Code(name, code)),
        }
    }

    pub(super) fn sign_init(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism,
        key: CK_OBJECT_HANDLE,
    ) -> Answer<()> {
        let mut pss = mechanism.pss;
        let (parameter, size) = match &mut pss {
            Some(pss) => (
                std::ptr::from_mut(pss).cast::<c_void>(),
                size_of::<CK_RSA_PKCS_PSS_PARAMS>(),
            ),
            None => (null_mut(), 0),
        };
        let mut mechanism = CK_MECHANISM {
            mechanism: mechanism.kind,
            pParameter: parameter,
            ulParameterLen: length("C_SignInit", size)?,
        };
        answer(call!(self.C_SignInit(session, &raw mut mechanism, key)))
    }

    /// Signs `data` in one part.
    pub(super) fn sign(&self, session: CK_SESSION_HANDLE, data: &[u8]) -> Answer<Vec<u8>> {
        let mut value: Vec<CK_BYTE> = vec![0; MAX_SIGNATURE];
        let mut count = MAX_SIGNATURE as CK_ULONG;
        let given = length("C_Sign", data.len())?;
        let mut data = data.to_vec();
        match call!(self.C_Sign(session, data.as_mut_ptr(), given, value.as_mut_ptr(), &raw mut count)) {
            (_, CKR_OK) => {}
            (name, CKR_BUFFER_TOO_SMALL) => return Err(Refusal::Nonsense(name)),
            (name, code) => return Err(Refusal::Code(name, code)),
        }
        value.truncate(within("C_Sign", count, MAX_SIGNATURE)?);
        Ok(value)
    }
}

fn answer((function, code): (&'static str, CK_RV)) -> Answer<()> {
    match code {
        CKR_OK => Ok(()),
        code => Err(Refusal::Code(function, code)),
    }
}

/// A count that the module gave, when it is at most `most`.
fn within(function: &'static str, count: CK_ULONG, most: usize) -> Answer<usize> {
    usize::try_from(count)
        .ok()
        .filter(|count| *count <= most)
        .ok_or(Refusal::Nonsense(function))
}

/// A length of ours, as the module wants it.
fn length(function: &'static str, length: usize) -> Answer<CK_ULONG> {
    CK_ULONG::try_from(length).map_err(|_| Refusal::Nonsense(function))
}
