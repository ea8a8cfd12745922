//! What a module holds.

use cryptoki_sys::{
    CK_OBJECT_HANDLE, CKA_EC_PARAMS, CKA_ID, CKA_KEY_TYPE, CKA_LABEL, CKA_MODULUS, CKA_SIGN, CKF_LOGIN_REQUIRED,
    CKF_USER_PIN_LOCKED, CKK_EC, CKK_RSA, CKO_CERTIFICATE, CKO_PRIVATE_KEY, CKO_PUBLIC_KEY,
};
use sealcore::algorithm::Curve;
use sealcore::cert::Certificate;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::{oids, text};

use super::codes::wide;
use super::module::Module;
use super::public_key::named_curve;
use super::raw::Answer;
use super::select::{self, Token, text_of, version};
use super::session::Session;
use crate::handle::Attempt;
use crate::uri::encode;
use crate::{Device, DeviceUri, Key, KeyUse, Listing, Pin, Scheme};

/// A certificate on a token, and what it goes by.
struct Held {
    id: Vec<u8>,
    label: Vec<u8>,
    certificate: Certificate,
}

pub(crate) fn list(uri: &DeviceUri, pin: Option<&Pin>) -> Result<Listing> {
    let module = Module::at(uri.module_path()?)?;
    let pin = Pin::of(uri, pin)?;
    let tokens = select::tokens(module, uri)?;
    if pin.is_some() && tokens.len() > 1 {
        // Each token that it does not belong to would count a wrong try.
        return Err(Error::new(
            ErrorKind::Argument,
            text!(
                "a PIN belongs to one token and several fit the URI: add token=, serial= or slot-id=",
                "PIN 只属于一个令牌，而该 URI 与多个令牌相符：请加上 token=、serial= 或 slot-id="
            ),
        ));
    }
    let mut devices = Vec::new();
    for token in tokens {
        devices.push(device(module, &token, pin.as_ref())?);
    }
    Ok(Listing {
        scheme: Scheme::Pkcs11,
        module: crate::Module {
            path: module.path.clone(),
            description: text_of(&module.info.libraryDescription),
            manufacturer: text_of(&module.info.manufacturerID),
            version: version(module.info.libraryVersion),
            interface_version: version(module.info.cryptokiVersion),
        },
        devices,
    })
}

/// A token. A PIN that it refuses is an error; that it cannot be read is said in its entry.
fn device(module: &'static Module, token: &Token, pin: Option<&Pin>) -> Result<Device> {
    let base = format!(
        "pkcs11:token={};serial={}",
        encode(select::unpadded(&token.info.label)),
        encode(select::unpadded(&token.info.serialNumber)),
    );
    let mut device = Device {
        name: text_of(&token.info.label),
        slot: Some(wide(token.slot)),
        manufacturer: text_of(&token.info.manufacturerID),
        model: text_of(&token.info.model),
        serial: text_of(&token.info.serialNumber),
        logged_in: false,
        pin_locked: Some(token.info.flags & CKF_USER_PIN_LOCKED != 0),
        uri: base,
        ..Device::default()
    };
    let session = match Session::open(module, token) {
        Ok(session) => session,
        Err(refusal) => {
            device.error = Some(Error::from(refusal).to_string());
            return Ok(device);
        }
    };
    if pin.is_some() {
        session.login(pin, Attempt::Asked)?;
    }
    // Another part of the process may be logged in; a token that asks for no login shows everything.
    device.logged_in = token.info.flags & CKF_LOGIN_REQUIRED == 0 || session.is_logged_in(pin.is_some());
    match keys(&session, &device.uri) {
        Ok(keys) => device.keys = keys,
        Err(refusal) => device.error = Some(Error::from(refusal).to_string()),
    }
    Ok(device)
}

/// The private keys, and public keys and certificates whose private key is not seen.
fn keys(session: &Session, base: &str) -> Answer<Vec<Key>> {
    let mut certificates = Vec::new();
    for object in session.find(CKO_CERTIFICATE, &[])? {
        if let Some(certificate) = select::read_certificate(session, object)? {
            certificates.push(Held {
                id: session.attribute(object, CKA_ID)?.unwrap_or_default(),
                label: session.attribute(object, CKA_LABEL)?.unwrap_or_default(),
                certificate,
            });
        }
    }
    let mut keys: Vec<Key> = Vec::new();
    for (class, private) in [(CKO_PRIVATE_KEY, true), (CKO_PUBLIC_KEY, false)] {
        for object in session.find(class, &[])? {
            let id = session.attribute(object, CKA_ID)?.unwrap_or_default();
            let label = session.attribute(object, CKA_LABEL)?.unwrap_or_default();
            if !private && is_listed(&keys, &id, &label) {
                continue;
            }
            let held = certificates
                .iter()
                .find(|held| !id.is_empty() && held.id == id)
                .or_else(|| {
                    certificates
                        .iter()
                        .find(|held| !label.is_empty() && held.label == label)
                });
            let mut key = entry(base, &id, &label, held.map(|held| &held.certificate));
            key.private = Some(private).filter(|private| *private);
            if key.kind.is_empty() {
                key.kind = kind(session, object)?;
            }
            if private {
                key.key_use = match session.flag(object, CKA_SIGN)? {
                    Some(true) => Some(KeyUse::Signature),
                    Some(false) => Some(KeyUse::Encryption),
                    None => None,
                };
            }
            keys.push(key);
        }
    }
    for held in &certificates {
        if !is_listed(&keys, &held.id, &held.label) {
            keys.push(entry(base, &held.id, &held.label, Some(&held.certificate)));
        }
    }
    Ok(keys)
}

fn is_listed(keys: &[Key], id: &[u8], label: &[u8]) -> bool {
    let (hex, name) = (hex(id), String::from_utf8_lossy(label));
    keys.iter().any(|key| {
        if hex.is_empty() {
            key.name == name
        } else {
            key.id == hex
        }
    })
}

fn entry(base: &str, id: &[u8], label: &[u8], certificate: Option<&Certificate>) -> Key {
    let mut uri = base.to_owned();
    if !label.is_empty() {
        uri.push_str(";object=");
        uri.push_str(&encode(label));
    }
    if !id.is_empty() {
        uri.push_str(";id=");
        id.iter().for_each(|byte| uri.push_str(&format!("%{byte:02X}")));
    }
    Key {
        name: String::from_utf8_lossy(label).into_owned(),
        id: hex(id),
        kind: certificate.map_or_else(String::new, |certificate| certificate.public_key().name()),
        has_certificate: certificate.is_some(),
        subject: certificate.map(|certificate| certificate.subject().to_string()),
        uri,
        ..Key::default()
    }
}

/// What a key without a certificate says of itself.
fn kind(session: &Session, object: CK_OBJECT_HANDLE) -> Answer<String> {
    Ok(match session.number(object, CKA_KEY_TYPE)? {
        Some(CKK_RSA) => match session.attribute(object, CKA_MODULUS)? {
            Some(modulus) => {
                let bytes = modulus.iter().skip_while(|byte| **byte == 0);
                format!("RSA {}", bytes.count() * 8)
            }
            None => "RSA".to_owned(),
        },
        Some(CKK_EC) => session
            .attribute(object, CKA_EC_PARAMS)?
            .and_then(|parameters| curve(&parameters))
            .unwrap_or_else(|| "EC".to_owned()),
        _ => String::new(),
    })
}

fn curve(parameters: &[u8]) -> Option<String> {
    let oid = named_curve(parameters)?;
    Some(match Curve::from_oid(oid) {
        Some(curve) => curve.name().to_owned(),
        None if oid == oids::SM2_CURVE => "SM2".to_owned(),
        None => oid.to_string(),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
