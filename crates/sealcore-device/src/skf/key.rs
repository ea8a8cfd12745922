//! A key in a container, which opens its container anew when the token was lost.

use std::sync::Arc;

use sealcore::cert::Certificate;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;
use sealcore_gm::sm2::VerifyingKey;

use super::token::{Application, Container, Driver, Token, VERIFY_PIN};
use super::{certificate_of, check_contents, codes, driver, the_one};
use crate::handle::{Attempt, Comeback, Located, Login, Remedy};
use crate::sm2::Wanted;
use crate::{DeviceUri, Pin};

/// A key in a container. Calls of one library go one after the other.
pub(super) struct SkfKey {
    uri: DeviceUri,
    /// As it was loaded: after a fork it refuses.
    driver: Driver,
    pin: Option<Pin>,
    wanted: Wanted,
    /// Whether the key that is wanted is that of the container's certificate.
    is_containers: bool,
    looks: Looks,
}

/// How the token looked to who had not logged in, when the key was opened.
struct Looks {
    /// It showed the key.
    shows_key: bool,
    serial: Option<String>,
}

/// A container that is open, and whose key is not known yet.
pub(super) struct Found {
    uri: DeviceUri,
    driver: Driver,
    container: OpenContainer,
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
    pub(super) fn of(self, pin: Option<&Pin>, wanted: Option<Wanted>, is_containers: bool) -> Result<Comeback<SkfKey>> {
        let Self { uri, driver, container } = self;
        let pin = Pin::of(&uri, pin)?;
        let looks = Looks::of(&container)?;
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
            looks,
        };
        Comeback::open(key, container)
    }
}

impl Looks {
    fn of(container: &OpenContainer) -> Result<Self> {
        // Who is logged in sees more.
        let shows_key = !container.application().is_logged_in() && container.public_key(true).is_ok();
        let serial = match container.application().serial() {
            Err(error) if container.is_lost() => return Err(error),
            // A token that fails at this may sign all the same. It is not known again by a number then.
            serial => serial.unwrap_or_default(),
        };
        Ok(Self { shows_key, serial })
    }
}

impl Located for SkfKey {
    type Place = OpenContainer;

    fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    fn find(&self) -> Result<OpenContainer> {
        find(&self.driver, &self.uri)
    }

    fn unlock(&self, container: &mut OpenContainer, attempt: Attempt<'_>) -> Result<()> {
        let application = container.application();
        // Who gives no PIN does not sign by the login of somebody else in the process.
        if self.pin.is_none() && application.is_logged_in() {
            return Err(somebody_else());
        }
        // Before the PIN is tried, where the token shows its key: a wrong container must not cost a try.
        let is_seen = match container.public_key(true) {
            Err(error) if error.kind() == ErrorKind::Password && self.pin.is_some() => false,
            key => self.wanted.check(&key?).map(|()| true)?,
        };
        if !is_seen && matches!(attempt, Attempt::Again(_)) {
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

    fn sign(&self, container: &OpenContainer, e: &[u8; 32]) -> Result<[u8; 64]> {
        let logins = container.application().logins();
        container.sign(e).inspect_err(|error| {
            if codes::is_logged_out(error) {
                container.application().forget_login(logins);
            }
        })
    }

    fn remedy(&self, container: &OpenContainer, error: &Error) -> Remedy {
        // The token was reset, or another process logged out. Without a PIN nothing gets better.
        let wants_login = self.pin.is_some() && codes::is_logged_out(error);
        if wants_login {
            // A token that was put in again may say the same of a dead container. Asked for its key, it tells.
            let _: Result<_> = container.public_key(true);
        }
        match (container.is_lost(), wants_login) {
            (true, _) => Remedy::Open,
            (false, true) => Remedy::LogIn,
            (false, false) => Remedy::Nothing,
        }
    }

    fn login(&self, container: &OpenContainer) -> Arc<Login> {
        container.application().login()
    }

    fn is_absent(&self) -> bool {
        self.driver.devices().is_ok_and(|names| names.is_empty())
    }
}

impl SkfKey {
    /// Whether a token that hides its key is the one in which the key was opened: nobody's PIN is for another. What cannot
    /// be told is a no.
    fn check_token(&self, container: &OpenContainer) -> Result<()> {
        if self.looks.shows_key {
            return Err(another_token());
        }
        if self.is_containers {
            self.wanted.check(certificate_of(container)?.public_key().sm2()?)?;
        }
        match (&self.looks.serial, container.application().serial()?) {
            (Some(before), Some(now)) if *before == now => Ok(()),
            (Some(_), Some(_)) => Err(another_token()),
            _ if self.is_containers => Ok(()),
            _ => Err(unknown_token()),
        }
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
    driver.module.handles.joined(device.raw(), || {
        let token = Token::connect(driver, &device)?;
        let name = the_one(uri, "application", token.applications()?)?;
        let application = Box::new(Application::open(token, &name)?);
        let name = the_one(uri, "container", application.containers()?)?;
        let container = Container::open(application, &name)?;
        check_contents(&container.contents()?, &name)?;
        Ok(container)
    })
}

fn another_token() -> Error {
    Error::new(
        ErrorKind::Key,
        text!(
            "another device is in place of the one in which the key was opened",
            "当前设备不是打开密钥时的设备"
        ),
    )
}

fn unknown_token() -> Error {
    Error::new(
        ErrorKind::Key,
        text!(
            "whether it is the device in which the key was opened cannot be told without the PIN, so it is not given: open the key anew",
            "不登录则无法确认是否为打开密钥时的设备，不自动登录，请重新打开密钥"
        ),
    )
}

fn somebody_else() -> Error {
    Error::new(
        ErrorKind::Password,
        text!(
            "this process is logged in to the application for another signer, by whose login a key without a PIN does not sign: give the PIN",
            "本进程已为另一签名者登录该应用，未提供 PIN 的密钥不借用其登录，请提供 PIN"
        ),
    )
    .in_part(VERIFY_PIN)
}
