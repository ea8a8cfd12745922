//! A key in a container, which opens its container anew when the token was lost.

use std::error::Error as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sealcore::algorithm::PublicKey;
use sealcore::cert::Certificate;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::KeyPair;
use sealcore::text;
use sealcore_gm::sm2::VerifyingKey;

use super::token::{Application, Container, Driver, Token, VERIFY_PIN};
use super::{certificate_of, check_contents, codes, driver, the_one};
use crate::handle::{Attempt, Login};
use crate::sm2::{Wanted, digest_of};
use crate::{DeviceUri, Pin, failure};

/// A key in a container. Calls of one library go one after the other.
pub(super) struct SkfKey {
    uri: DeviceUri,
    /// As it was loaded: after a fork it refuses.
    driver: Driver,
    pin: Option<Pin>,
    wanted: Wanted,
    /// Whether the key that is wanted is that of the container's certificate.
    is_containers: bool,
    /// The serial number of the token in which the key was opened.
    serial: Option<String>,
    place: Mutex<Place>,
}

/// A container that is open, and whose key is not known yet.
pub(super) struct Found {
    uri: DeviceUri,
    driver: Driver,
    container: OpenContainer,
}

/// The key where it is open now.
struct Place {
    /// Nothing after a loss: the next signature opens anew.
    open: Option<OpenContainer>,
    /// The token refused the PIN since: it is not tried again, so that it is not locked.
    is_refused: bool,
    /// Kept while nothing is open, for the other signers of the application.
    login: Arc<Login>,
}

type OpenContainer = Container<Box<Application>>;

impl Found {
    /// The container that the URI means.
    pub(super) fn at(uri: &DeviceUri) -> Result<Self> {
        let driver = driver(uri)?;
        Ok(Self {
            uri: uri.clone(),
            container: find(&driver, uri)?,
            driver,
        })
    }

    /// The container's certificate for signatures.
    pub(super) fn certificate(&self) -> Result<Certificate> {
        certificate_of(&self.container)
    }

    /// The key, if it is the one that is wanted; else whichever it is.
    pub(super) fn of(self, pin: Option<&Pin>, wanted: Option<Wanted>, is_containers: bool) -> Result<SkfKey> {
        let Self { uri, driver, container } = self;
        let pin = Pin::of(&uri, pin)?;
        let wanted = match wanted {
            Some(wanted) => wanted,
            None => Wanted::shown(shown(&container, pin.as_ref())?),
        };
        let key = SkfKey {
            uri,
            driver,
            pin,
            wanted,
            is_containers,
            serial: container.application().serial(),
            place: Mutex::new(Place {
                open: None,
                is_refused: false,
                login: container.application().login(),
            }),
        };
        key.unlock(&container, Attempt::Asked)?;
        key.place().open = Some(container);
        Ok(key)
    }
}

impl SkfKey {
    /// Opens the container once more, and makes sure that it is still this key's before it gets the PIN.
    fn reopen(&self, place: &mut Place) -> Result<OpenContainer> {
        let container = find(&self.driver, &self.uri)?;
        place.login = container.application().login();
        let attempt = if place.is_refused {
            Attempt::Refused
        } else {
            Attempt::Again
        };
        self.unlock(&container, attempt).inspect_err(|error| {
            // Whatever a token that is there says to the PIN, in a vendor's own code as well, is no reason to repeat it.
            let is_answer = error.part() == Some(VERIFY_PIN) && error.vendor_code().is_some();
            place.is_refused |= is_answer && !container.is_lost();
        })?;
        Ok(container)
    }

    /// Compares the key with the one that is wanted, and logs in.
    fn unlock(&self, container: &OpenContainer, attempt: Attempt) -> Result<()> {
        let application = container.application();
        // Who gives no PIN does not sign by the login of somebody else in the process.
        if self.pin.is_none() && application.is_logged_in() {
            return Err(failure::no_pin());
        }
        // Before the PIN is tried, where the token shows its key: a wrong container must not cost a try.
        let is_seen = match container.public_key(true) {
            Err(error) if error.kind() == ErrorKind::Password && self.pin.is_some() => false,
            key => self.wanted.check(&key?).map(|()| true)?,
        };
        if !is_seen && attempt != Attempt::Asked {
            self.check_token(container)?;
        }
        if let Some(pin) = &self.pin {
            application.verify_pin(pin, attempt)?;
        }
        if !is_seen {
            self.wanted.check(&container.public_key(true)?)?;
        }
        Ok(())
    }

    /// Whether a token that hides its key looks like the one in which the key was opened: nobody's PIN is for another.
    fn check_token(&self, container: &OpenContainer) -> Result<()> {
        if self.is_containers {
            self.wanted.check(certificate_of(container)?.public_key().sm2()?)?;
        }
        if self.serial == container.application().serial() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Key,
            text!(
                "another device is in place of the one in which the key was opened",
                "当前设备不是打开密钥时的设备"
            ),
        ))
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        // What a panic left behind is whole: it is written as a last step.
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyPair for SkfKey {
    fn public_key(&self) -> PublicKey {
        self.wanted.public_key()
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        let e = digest_of(digest)?;
        let mut place = self.place();
        let mut loss = None;
        if let Some(container) = &place.open {
            match self.sign(container, e) {
                Ok(value) => return Ok(value.to_vec()),
                Err(error) if !container.is_lost() => return Err(error),
                Err(error) => loss = Some(error),
            }
        }
        // Closed before it is opened once more: the token is back, or another signer of it has opened it already.
        place.open = None;
        self.come_back(&mut place, e).map_err(|error| match loss {
            // That it was pulled out says more than that there is none.
            Some(loss) if self.driver.devices().is_ok_and(|names| names.is_empty()) => loss,
            Some(loss) if error.source().is_none() => error.caused_by(loss),
            _ => error,
        })
    }
}

impl SkfKey {
    /// Opens the container once more, and signs. A second time where another signer had opened the token, and it was lost
    /// again since.
    fn come_back(&self, place: &mut Place, e: &[u8; 32]) -> Result<Vec<u8>> {
        let handles = &self.driver.module.handles;
        let (is_shared, losses) = (handles.is_any_open(), handles.losses());
        match self.sign_anew(place, e) {
            Err(_) if is_shared && handles.losses() != losses => self.sign_anew(place, e),
            answer => answer,
        }
    }

    fn sign_anew(&self, place: &mut Place, e: &[u8; 32]) -> Result<Vec<u8>> {
        let container = self.reopen(place)?;
        let value = self.sign(&container, e)?;
        place.open = Some(container);
        Ok(value.to_vec())
    }

    fn sign(&self, container: &OpenContainer, e: &[u8; 32]) -> Result<[u8; 64]> {
        container.sign(e).inspect_err(|error| {
            // The token was reset, or another process logged out. Without a PIN nothing gets better.
            if self.pin.is_some() && codes::is_logged_out(error) {
                container.give_up();
            }
        })
    }
}

/// The key that the container shows; where it hides it, after the login.
fn shown(container: &OpenContainer, pin: Option<&Pin>) -> Result<VerifyingKey> {
    match (container.public_key(true), pin) {
        (Err(error), Some(pin)) if error.kind() == ErrorKind::Password => {
            container.application().verify_pin(pin, Attempt::Asked)?;
            container.public_key(true)
        }
        (key, _) => key,
    }
}

/// Opens the container that `uri` names.
fn find(driver: &Driver, uri: &DeviceUri) -> Result<OpenContainer> {
    let device = the_one(uri, "device", driver.devices()?)?;
    let token = Token::connect(driver, &device)?;
    let name = the_one(uri, "application", token.applications()?)?;
    let application = Box::new(Application::open(token, &name)?);
    let name = the_one(uri, "container", application.containers()?)?;
    let container = Container::open(application, &name)?;
    check_contents(&container.contents()?, &name)?;
    Ok(container)
}
