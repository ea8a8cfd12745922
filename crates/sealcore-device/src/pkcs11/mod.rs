//! PKCS#11: not here yet.

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::Signer;
use sealcore::text;

use crate::{DeviceUri, Listing, OpenOptions, Pin};

pub(crate) fn open(_: &DeviceUri, _: OpenOptions) -> Result<Box<dyn Signer>> {
    Err(unsupported())
}

pub(crate) fn list(_: &DeviceUri, _: Option<&Pin>) -> Result<Listing> {
    Err(unsupported())
}

fn unsupported() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        text!("pkcs11: not built yet", "pkcs11：尚未实现"),
    )
}
