//! A key of a cipher machine, which opens its session anew when the machine was lost.

use std::sync::Arc;

use sealcore::error::{Error, Result};
use sealcore::text;

use super::functions::Module;
use super::session::Session;
use super::{argument, codes, index};
use crate::handle::{Attempt, Comeback, Located, Login, Remedy};
use crate::sm2::Wanted;
use crate::{DeviceUri, Pin};

/// A key of a cipher machine. Who wants more signatures at a time opens it several times.
pub(super) struct SdfKey {
    /// As it was loaded: after a fork it refuses.
    module: Arc<Module>,
    index: u32,
    pin: Option<Pin>,
    wanted: Wanted,
}

impl SdfKey {
    /// The key of `uri`: the one that is wanted, else whichever it is.
    pub(super) fn open(uri: &DeviceUri, pin: Option<&Pin>, wanted: Option<Wanted>) -> Result<Comeback<Self>> {
        let index = index(uri)?.ok_or_else(|| {
            argument(text!(
                "an sdf: URI names the index of its key, as sdf:key=1",
                "sdf: URI 须指明密钥索引，如 sdf:key=1"
            ))
        })?;
        let module = Module::load(uri.module_path()?)?;
        let (session, shown) = Session::with_key(&module, index)?;
        let key = Self {
            index,
            pin: Pin::of(uri, pin)?,
            wanted: wanted.unwrap_or_else(|| Wanted::shown(shown)),
            module,
        };
        Comeback::open(key, session)
    }
}

impl Located for SdfKey {
    type Place = Session;

    fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    fn find(&self) -> Result<Session> {
        Ok(Session::with_key(&self.module, self.index)?.0)
    }

    fn unlock(&self, session: &mut Session, attempt: Attempt<'_>) -> Result<()> {
        // Before the password is tried: a wrong index must not cost a try.
        self.wanted.check(&session.sign_key(self.index)?)?;
        match &self.pin {
            Some(pin) => session.get_access_right(self.index, pin, attempt),
            None => Ok(()),
        }
    }

    fn sign(&self, session: &Session, e: &[u8; 32]) -> Result<[u8; 64]> {
        session.sign(self.index, e)
    }

    fn remedy(&self, session: &Session, error: &Error) -> Remedy {
        // A session is cheap: whatever is wrong with it, another one is opened, on the same device if that is alive.
        let is_stale = codes::of(error).is_some_and(|code| codes::is_stale(code, self.pin.is_some()));
        if is_stale || session.is_lost() {
            Remedy::Open
        } else {
            Remedy::Nothing
        }
    }

    fn login(&self, session: &Session) -> Arc<Login> {
        session.login(self.index)
    }

    /// SDF cannot list devices.
    fn is_absent(&self) -> bool {
        false
    }
}
