//! SDF: cipher machines by the interface of GM/T 0018.
//!
//! `sdf:key=1?module-path=/opt/vendor/libsdf.so`: the index of a key, and the password of its access right as PIN. A machine
//! holds no certificates: to sign one has to be given, and its key is compared with the machine's.

mod codes;
mod functions;
mod key;
mod session;

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::{KeyPair, Signer};
use sealcore::lang::Text;
use sealcore::text;

use self::functions::Module;
use self::key::SdfKey;
use self::session::Session;
use crate::certified::Certified;
use crate::sm2::Wanted;
use crate::{Device, DeviceUri, Key, KeyUse, Listing, OpenOptions, Pin, Scheme};

/// The indexes that a listing asks for where the URI names none: the interface cannot say which there are.
const LISTED: std::ops::RangeInclusive<u32> = 1..=64;

pub(crate) fn open(uri: &DeviceUri, options: OpenOptions) -> Result<Box<dyn Signer>> {
    let certificate = options.certificate.ok_or_else(|| {
        argument(text!(
            "a cipher machine holds no certificates: the key's has to be given",
            "密码机不存储证书，须另行提供该密钥的证书"
        ))
    })?;
    let wanted = Wanted::of(&certificate, options.algorithm)?;
    Ok(Box::new(Certified {
        key: SdfKey::open(uri, options.pin.as_ref(), Some(wanted))?,
        certificate,
        chain: options.chain,
    }))
}

pub(crate) fn open_key(uri: &DeviceUri, pin: Option<&Pin>) -> Result<Box<dyn KeyPair>> {
    Ok(Box::new(SdfKey::open(uri, pin, None)?))
}

/// The keys of the machine. Public keys are seen without a PIN, so it is not tried.
pub(crate) fn list(uri: &DeviceUri, _: Option<&Pin>) -> Result<Listing> {
    let path = uri.module_path()?;
    let (session, info) = Session::with(&Module::load(path)?, Session::info)?;
    let mut device = Device {
        uri: "sdf:".to_owned(),
        ..Device::default()
    };
    let mut module = crate::Module {
        path: path.to_owned(),
        ..crate::Module::default()
    };
    if let Some(info) = info {
        device.name = info.model.clone();
        device.model = format!("{} ({:#x})", info.model, info.device_version);
        device.serial = info.serial;
        device.manufacturer = info.manufacturer;
        module.interface_version = format!("{:#x}", info.standard_version);
    }
    let indexes = match index(uri)? {
        Some(index) => index..=index,
        None => LISTED,
    };
    for index in indexes {
        let key = |key_use| Key {
            name: index.to_string(),
            kind: "SM2".to_owned(),
            key_use: Some(key_use),
            uri: format!("sdf:key={index}"),
            ..Key::default()
        };
        match session.sign_key(index) {
            Ok(_) => device.keys.push(key(KeyUse::Signature)),
            Err(error) if is_fatal(&error) => {
                device.error = Some(error.to_string());
                break;
            }
            // No key there, or one that is not SM2: vendors' codes for that differ.
            Err(_) => {}
        }
        if session.encryption_key(index).is_some() {
            device.keys.push(key(KeyUse::Encryption));
        }
    }
    Ok(Listing {
        scheme: Scheme::Sdf,
        module,
        devices: vec![device],
    })
}

fn index(uri: &DeviceUri) -> Result<Option<u32>> {
    let Some(text) = uri.path("key") else { return Ok(None) };
    // `parse` would take a sign as well.
    let index = text
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok());
    index.flatten().map(Some).ok_or_else(|| {
        argument(text!(
            "key is the index of a key in the machine, a number",
            "key 是密码机中的密钥索引，须为数字"
        ))
    })
}

fn is_fatal(error: &Error) -> bool {
    codes::of(error).is_some_and(codes::is_lost)
}

fn argument(message: Text) -> Error {
    Error::new(ErrorKind::Argument, message)
}
