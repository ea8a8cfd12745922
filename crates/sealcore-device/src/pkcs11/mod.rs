//! PKCS#11 modules.

mod codes;
mod list;
mod module;
mod raw;
mod select;
mod session;
mod signer;

use sealcore::error::Result;
use sealcore::key::Signer;

use crate::{DeviceUri, OpenOptions};

pub(crate) use list::list;

pub(crate) fn open(uri: &DeviceUri, options: OpenOptions) -> Result<Box<dyn Signer>> {
    Ok(Box::new(signer::TokenSigner::open(uri, options)?))
}
