//! A key of a cipher machine, which opens its session anew when the machine was lost.

use std::error::Error as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sealcore::algorithm::PublicKey;
use sealcore::error::Result;
use sealcore::key::KeyPair;
use sealcore::text;

use super::functions::Module;
use super::session::{GET_ACCESS_RIGHT, Session};
use super::{argument, codes, index};
use crate::handle::{Attempt, Login};
use crate::sm2::{Wanted, digest_of};
use crate::{DeviceUri, Pin};

/// A key of a cipher machine. Its calls go one after the other; who wants more at a time opens it several times.
pub(super) struct SdfKey {
    /// As it was loaded: after a fork it refuses.
    module: Arc<Module>,
    index: u32,
    pin: Option<Pin>,
    wanted: Wanted,
    place: Mutex<Place>,
}

/// The session where the key is open now.
struct Place {
    /// Nothing after a loss: the next signature opens anew.
    open: Option<Session>,
    /// The machine refused the password since: it is not tried again.
    is_refused: bool,
    /// Kept while nothing is open, for the other signers of the key.
    login: Arc<Login>,
}

impl SdfKey {
    /// The key of `uri`: the one that is wanted, else whichever it is.
    pub(super) fn open(uri: &DeviceUri, pin: Option<&Pin>, wanted: Option<Wanted>) -> Result<Self> {
        let index = index(uri)?.ok_or_else(|| {
            argument(text!(
                "an sdf: URI names the index of its key, as sdf:key=1",
                "sdf: URI 须指明密钥索引，如 sdf:key=1"
            ))
        })?;
        let module = Module::load(uri.module_path()?)?;
        let mut session = Session::open(&module)?;
        let signer = Self {
            index,
            pin: Pin::of(uri, pin)?,
            wanted: match wanted {
                Some(wanted) => wanted,
                None => Wanted::shown(session.sign_key(index)?),
            },
            place: Mutex::new(Place {
                open: None,
                is_refused: false,
                login: session.login(index),
            }),
            module,
        };
        signer.unlock(&mut session, Attempt::Asked)?;
        signer.place().open = Some(session);
        Ok(signer)
    }

    /// Opens a session once more, and signs. A second time where another signer had opened the machine, and it was lost
    /// again since.
    fn come_back(&self, place: &mut Place, e: &[u8; 32]) -> Result<Vec<u8>> {
        let handles = &self.module.handles;
        let (is_shared, losses) = (handles.is_any_open(), handles.losses());
        match self.sign_anew(place, e) {
            Err(_) if is_shared && handles.losses() != losses => self.sign_anew(place, e),
            answer => answer,
        }
    }

    fn sign_anew(&self, place: &mut Place, e: &[u8; 32]) -> Result<Vec<u8>> {
        let session = self.reopen(place)?;
        let value = self.sign(&session, e)?;
        place.open = Some(session);
        Ok(value.to_vec())
    }

    /// Makes sure that the key is still the same before the machine gets the password.
    fn reopen(&self, place: &mut Place) -> Result<Session> {
        let mut session = Session::open_anew(&self.module)?;
        place.login = session.login(self.index);
        let attempt = if place.is_refused {
            Attempt::Refused
        } else {
            Attempt::Again
        };
        let unlocked = self.unlock(&mut session, attempt);
        if let Err(error) = &unlocked {
            if codes::of(error).is_some_and(|code| codes::is_stale(code, false)) {
                session.give_up();
            }
            // Whatever a machine that is there says to the password, in a vendor's own code as well, is no reason to
            // repeat it.
            let is_answer = error.part() == Some(GET_ACCESS_RIGHT) && error.vendor_code().is_some();
            place.is_refused |= is_answer && !session.is_lost();
        }
        unlocked.map(|()| session)
    }

    /// Compares the key with the one that is wanted, and asks for the access right.
    fn unlock(&self, session: &mut Session, attempt: Attempt) -> Result<()> {
        // Before the password is tried: a wrong index must not cost a try.
        self.wanted.check(&session.sign_key(self.index)?)?;
        match &self.pin {
            Some(pin) => session.get_access_right(self.index, pin, attempt),
            None => Ok(()),
        }
    }

    fn sign(&self, session: &Session, e: &[u8; 32]) -> Result<[u8; 64]> {
        session.sign(self.index, e).inspect_err(|error| {
            if codes::of(error).is_some_and(|code| codes::is_stale(code, self.pin.is_some())) {
                session.give_up();
            }
        })
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        // What a panic left behind is whole: it is written as a last step.
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyPair for SdfKey {
    fn public_key(&self) -> PublicKey {
        self.wanted.public_key()
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        let e = digest_of(digest)?;
        let mut place = self.place();
        let mut loss = None;
        if let Some(session) = &place.open {
            match self.sign(session, e) {
                Ok(value) => return Ok(value.to_vec()),
                Err(error) if !session.is_lost() => return Err(error),
                Err(error) => loss = Some(error),
            }
        }
        // Closed before it is opened once more: the machine is back, or another signer has opened it already.
        place.open = None;
        self.come_back(&mut place, e).map_err(|error| match loss {
            Some(loss) if error.source().is_none() => error.caused_by(loss),
            _ => error,
        })
    }
}
