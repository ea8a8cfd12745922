//! PKCS#11 modules.

mod codes;
mod key;
mod list;
mod module;
mod public_key;
mod raw;
mod select;
mod session;

use sealcore::error::Result;
use sealcore::key::{KeyPair, Signer};

use self::key::Found;
use crate::certified::Certified;
use crate::{DeviceUri, OpenOptions, Pin};

pub(crate) use list::list;

pub(crate) fn open(uri: &DeviceUri, options: OpenOptions) -> Result<Box<dyn Signer>> {
    let found = Found::at(uri, options.pin.as_ref())?;
    let certificate = match options.certificate {
        Some(certificate) => certificate,
        None => found.certificate()?,
    };
    Ok(Box::new(Certified {
        key: found.of(certificate.public_key().clone(), options.algorithm)?,
        certificate,
        chain: options.chain,
    }))
}

pub(crate) fn open_key(uri: &DeviceUri, pin: Option<&Pin>) -> Result<Box<dyn KeyPair>> {
    let found = Found::at(uri, pin)?;
    let candidates = found.public_keys()?;
    Ok(Box::new(found.of_one(candidates)?))
}
