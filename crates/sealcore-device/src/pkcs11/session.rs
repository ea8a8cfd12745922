//! A session with a token, closed when it is dropped.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cryptoki_sys::{
    CK_ATTRIBUTE_TYPE, CK_OBJECT_CLASS, CK_OBJECT_HANDLE, CK_SESSION_HANDLE, CK_ULONG, CKA_CLASS, CKF_LOGIN_REQUIRED,
    CKF_PROTECTED_AUTHENTICATION_PATH, CKF_USER_PIN_FINAL_TRY, CKR_USER_ALREADY_LOGGED_IN, CKU_CONTEXT_SPECIFIC,
    CKU_USER,
};
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

use super::codes::{self, Refusal};
use super::module::Module;
use super::raw::{Answer, Mechanism};
use super::select::Token;
use crate::handle::{self, Attempt, Taken};
use crate::{Pin, failure};

/// What the sessions of this process with a token know of its PIN.
#[derive(Default)]
pub(super) struct Login {
    /// A token is logged in for the whole process, and answers a second login, with whatever PIN, that it is logged in
    /// already. So that who does not know the PIN cannot sign because somebody else in the process does, the PIN of the
    /// first login is kept, as long as there are sessions, for the others to be compared with.
    right: Mutex<Option<Pin>>,
    pub(super) refused: handle::Login,
}

/// A session. One thread at a time uses it.
pub(super) struct Session {
    module: &'static Module,
    handle: CK_SESSION_HANDLE,
    /// After the session: while one is open, what it is logged in with is known.
    login: Arc<Login>,
    flags: CK_ULONG,
}

impl Session {
    /// Opens a session that reads only.
    pub(super) fn open(module: &'static Module, token: &Token) -> Answer<Self> {
        let login = module.login_of(token.slot);
        let handle = module.functions.open_session(token.slot)?;
        Ok(Self {
            module,
            handle,
            login,
            flags: token.info.flags,
        })
    }

    /// Logs the user in where the token asks for it or a PIN is there. Whether the user is logged in then.
    pub(super) fn login(&self, pin: Option<&Pin>, attempt: Attempt<'_>) -> Result<bool> {
        let asks_itself = self.flags & CKF_PROTECTED_AUTHENTICATION_PATH != 0;
        if pin.is_none() && !asks_itself {
            if self.flags & CKF_LOGIN_REQUIRED == 0 {
                return Ok(false);
            }
            return Err(failure::no_pin());
        }
        let pin = pin.filter(|_| !asks_itself);
        let known = self.login.refused.lock(attempt);
        if matches!(attempt, Attempt::Again(_)) {
            if known.check(&noted(pin)).is_err() {
                return Err(Refusal::RefusedBefore.into());
            }
            if self.flags & CKF_USER_PIN_FINAL_TRY != 0 && !self.is_logged_in(false) {
                return Err(Refusal::LastTry.into());
            }
        }
        let answer = self.give_pin(pin);
        known.note(&noted(pin), &answer, |code| is_no_refusal(pin, code));
        if answer? == Taken::Uncompared
            && let (Some(right), Some(pin)) = (&*self.right(), pin)
            && !right.is_same(pin)
        {
            return Err(Error::new(
                ErrorKind::Password,
                text!(
                    "the PIN is wrong: this process is logged in to the token with another one",
                    "PIN 错误：本进程已用另一个 PIN 登录该令牌"
                ),
            )
            .in_part("C_Login"));
        }
        Ok(true)
    }

    fn give_pin(&self, pin: Option<&Pin>) -> Result<Taken> {
        match self.module.functions.login(self.handle, CKU_USER, pin) {
            Ok(()) => {
                *self.right() = pin.cloned();
                Ok(Taken::Right)
            }
            Err(refusal) if refusal.code() == Some(CKR_USER_ALREADY_LOGGED_IN) => {
                let is_right = match (pin, &*self.right()) {
                    (Some(pin), Some(right)) => right.is_same(pin),
                    // With what PIN another part of the process logged in is not known.
                    (Some(_), None) => false,
                    // Somebody opens a key: the next time the keypad may ask again.
                    (None, _) => true,
                };
                Ok(if is_right { Taken::Right } else { Taken::Uncompared })
            }
            Err(refusal) => Err(refusal.into()),
        }
    }

    fn right(&self) -> MutexGuard<'_, Option<Pin>> {
        self.login.right.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of the token's PIN.
    pub(super) fn what_is_known(&self) -> Arc<Login> {
        self.login.clone()
    }

    /// Whether what only the user sees is seen; a module that does not say is taken at `otherwise`.
    pub(super) fn is_logged_in(&self, otherwise: bool) -> bool {
        self.module.functions.is_logged_in(self.handle).unwrap_or(otherwise)
    }

    /// The objects of a class that have these attributes as well.
    pub(super) fn find(
        &self,
        class: CK_OBJECT_CLASS,
        wanted: &[(CK_ATTRIBUTE_TYPE, &[u8])],
    ) -> Answer<Vec<CK_OBJECT_HANDLE>> {
        let class = class.to_ne_bytes();
        let mut template = vec![(CKA_CLASS, &class[..])];
        template.extend_from_slice(wanted);
        self.module.functions.find(self.handle, &template)
    }

    /// An attribute as bytes; nothing where the object has none or does not show it.
    pub(super) fn attribute(&self, object: CK_OBJECT_HANDLE, kind: CK_ATTRIBUTE_TYPE) -> Answer<Option<Vec<u8>>> {
        self.module.functions.attribute(self.handle, object, kind)
    }

    /// An attribute that is true or false.
    pub(super) fn flag(&self, object: CK_OBJECT_HANDLE, kind: CK_ATTRIBUTE_TYPE) -> Answer<Option<bool>> {
        let value = self.attribute(object, kind)?;
        Ok(value.and_then(|value| value.first().map(|byte| *byte != 0)))
    }

    /// An attribute that is a number.
    pub(super) fn number(&self, object: CK_OBJECT_HANDLE, kind: CK_ATTRIBUTE_TYPE) -> Answer<Option<CK_ULONG>> {
        let value = self.attribute(object, kind)?;
        Ok(value
            .and_then(|value| value.try_into().ok())
            .map(CK_ULONG::from_ne_bytes))
    }

    /// Signs `data`. A key that asks for the PIN at each signature gets `again`.
    pub(super) fn sign(
        &self,
        mechanism: &Mechanism,
        key: CK_OBJECT_HANDLE,
        data: &[u8],
        again: Option<Option<&Pin>>,
    ) -> Answer<Vec<u8>> {
        let functions = &self.module.functions;
        functions.sign_init(self.handle, mechanism, key)?;
        if let Some(pin) = again {
            let asks_itself = self.flags & CKF_PROTECTED_AUTHENTICATION_PATH != 0;
            let pin = pin.filter(|_| !asks_itself);
            let known = self.login.refused.lock(Attempt::Again(&self.login.refused));
            if known.check(&noted(pin)).is_err() {
                return Err(Refusal::RefusedBefore);
            }
            let answer = functions.login(self.handle, CKU_CONTEXT_SPECIFIC, pin);
            let taken = answer.map(|()| Taken::Right).map_err(Error::from);
            known.note(&noted(pin), &taken, |code| is_no_refusal(pin, code));
            answer?;
        }
        functions.sign(self.handle, data)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A session of a token that was pulled out is closed already; there is nobody to tell of another failure.
        let _: std::result::Result<(), Refusal> = self.module.functions.close_session(self.handle);
    }
}

/// Under what the answer to `pin` is remembered. An empty PIN is nobody's, and stands for the one that a keypad asks for.
fn noted(pin: Option<&Pin>) -> Pin {
    pin.cloned().unwrap_or_else(|| Pin::from(""))
}

/// Whether `code` does not say that `pin` is wrong. At a keypad somebody may have cancelled.
fn is_no_refusal(pin: Option<&Pin>, code: u64) -> bool {
    pin.is_none() || codes::is_gone(code)
}
