//! What the tokens of a library hold.

use sealcore::cert::Certificate;
use sealcore::error::{Error, Result};

use super::names::Name;
use super::token::{Application, Container, Contents, Driver, Token, VERIFY_PIN};
use crate::handle::Attempt;
use crate::uri::encode;
use crate::{Device, DeviceUri, Key, KeyUse, Listing, Module, Pin, Scheme};

/// Everything that the URI does not narrow away. The PIN is tried where that is one application: a PIN that is tried on
/// others would use up their tries.
pub(crate) fn list(uri: &DeviceUri, pin: Option<&Pin>) -> Result<Listing> {
    let driver = super::driver(uri)?;
    let pin = Pin::of(uri, pin)?;
    let mut module = Module {
        path: uri.module_path()?.to_owned(),
        ..Module::default()
    };
    let names = narrowed(uri, "device", driver.devices()?);
    let alone = names.len() == 1;
    let mut devices = Vec::with_capacity(names.len());
    for name in names {
        let mut device = Device {
            name: name.text(),
            uri: format!("skf:device={}", encode(name.text().as_bytes())),
            ..Device::default()
        };
        let pin = pin.as_ref().filter(|_| alone);
        match look_into(&driver, &name, uri, pin, &mut device, &mut module) {
            // A wrong PIN is the caller's affair, a broken device beside others is not.
            Err(error) if is_about_pin(&error) => return Err(error),
            Err(error) => device.error = Some(error.to_string()),
            Ok(()) => {}
        }
        devices.push(device);
    }
    Ok(Listing {
        scheme: Scheme::Skf,
        module,
        devices,
    })
}

fn look_into(
    driver: &Driver,
    name: &Name,
    uri: &DeviceUri,
    pin: Option<&Pin>,
    device: &mut Device,
    module: &mut Module,
) -> Result<()> {
    let (token, info, names) = driver.module.handles.joined(name.raw(), || {
        let token = Token::connect(driver, name)?;
        let (info, names) = (token.info()?, token.applications()?);
        Ok((token, info, names))
    })?;
    if let Some(info) = info {
        device.model = info.label;
        device.serial = info.serial;
        device.manufacturer = info.manufacturer;
        module.interface_version = info.interface_version;
    }
    let names = narrowed(uri, "application", names);
    let alone = names.len() == 1;
    drop(token);
    for name_in in names {
        let mut listed = crate::Application {
            name: name_in.text(),
            ..crate::Application::default()
        };
        let prefix = format!("{};application={}", device.uri, encode(name_in.text().as_bytes()));
        let pin = pin.filter(|_| alone);
        let looked = Token::connect(driver, name)
            .and_then(|token| Application::open(token, &name_in))
            .and_then(|application| look_into_application(&application, uri, &prefix, pin, &mut listed));
        match looked {
            Err(error) if is_about_pin(&error) => return Err(error),
            Err(error) => listed.error = Some(error.to_string()),
            Ok(()) => {}
        }
        device.logged_in |= listed.logged_in;
        device.applications.push(listed);
    }
    Ok(())
}

fn look_into_application(
    application: &Application,
    uri: &DeviceUri,
    prefix: &str,
    pin: Option<&Pin>,
    listed: &mut crate::Application,
) -> Result<()> {
    if let Some(pin) = pin {
        application.verify_pin(pin, Attempt::Asked)?;
        listed.logged_in = true;
    }
    listed.pin_retries = application.retries();
    for name in narrowed(uri, "container", application.containers()?) {
        let container = Container::open(application, &name)?;
        let kind = match container.contents()? {
            Contents::Empty => continue,
            Contents::Rsa => "RSA",
            Contents::Sm2 => "SM2",
            Contents::Unknown => "",
        };
        for (for_signing, key_use) in [(true, KeyUse::Signature), (false, KeyUse::Encryption)] {
            let certificate = container.certificate(for_signing).unwrap_or_default();
            let has_key = container.public_key(for_signing).is_ok();
            // An RSA key is not read, and the pair for signatures is always shown.
            if !for_signing && certificate.is_empty() && !has_key {
                continue;
            }
            let kind = if kind.is_empty() && has_key { "SM2" } else { kind };
            listed.keys.push(Key {
                name: name.text(),
                kind: kind.to_owned(),
                key_use: Some(key_use),
                has_certificate: !certificate.is_empty(),
                subject: Certificate::from_der(&certificate)
                    .ok()
                    .map(|certificate| certificate.subject().to_string()),
                uri: format!("{prefix};container={}", encode(name.text().as_bytes())),
                ..Key::default()
            });
        }
    }
    Ok(())
}

fn is_about_pin(error: &Error) -> bool {
    error.part() == Some(VERIFY_PIN)
}

/// The names that the attribute `what` of the URI selects.
fn narrowed(uri: &DeviceUri, what: &str, mut names: Vec<Name>) -> Vec<Name> {
    if let Some(wanted) = uri.path(what) {
        names.retain(|name| name.text() == wanted);
    }
    names
}
