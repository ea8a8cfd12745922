//! `sealcore_seal`: a seal by itself.

use std::ops::Deref;

use sealcore_core::inspection::Inspection;
use sealcore_core::pdf::PictureXObject;
use sealcore_core::seal::Seal;

use crate::buffer::sealcore_buffer;
use crate::call::{self, operation};
use crate::drawn::Drawn;
use crate::error::sealcore_error;
use crate::handle::{Kind, Opaque};
use crate::status::sealcore_status;

/// An electronic seal: a picture, a name and a list of signers that a maker has signed. Immutable, usable by several threads.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_seal {
    _private: [u8; 0],
}

impl Opaque for sealcore_seal {
    type Object = DrawnSeal;
    const KIND: Kind = Kind::Seal;
}

/// Reads a seal file (.esl) of any of the three generations. Nothing in it is verified: open it as a document for that.
/// SEALCORE_E_SEAL when it is none of them, SEALCORE_E_ASN1 when it is no ASN.1.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_load(
    bytes: *const u8,
    length: usize,
    seal: *mut *mut sealcore_seal,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(seal, "seal")?;
        let bytes = call::some_bytes(bytes, length, "bytes")?;
        out.put(Seal::from_der(bytes)?.into())
    })
}

/// The seal as a file (.esl), byte for byte as it was read or made.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_save(
    seal: *const sealcore_seal,
    der: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(der, "der")?;
        out.put(call.shared(seal, "seal")?.der().to_vec().into())
    })
}

/// What the seal states of itself, as sealcore_document_inspect tells of a seal file. Nothing in it was verified.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_inspect(
    seal: *const sealcore_seal,
    lang: i32,
    json: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(json, "json")?;
        let seal = call.shared(seal, "seal")?;
        let lang = call::lang(lang)?;
        out.put(
            Inspection::from(Seal::clone(&seal))
                .to_json(lang)
                .to_string()
                .into_bytes()
                .into(),
        )
    })
}

/// The picture of the seal, as it stands in it: PNG, SVG, OFD or what its inspection names.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_picture(
    seal: *const sealcore_seal,
    picture: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(picture, "picture")?;
        out.put(call.shared(seal, "seal")?.picture.data.clone().into())
    })
}

/// Frees a seal. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_free(seal: *mut sealcore_seal) {
    call::free(seal);
}

/// What a handle stands for: a seal, and the drawing of its picture.
#[derive(Debug)]
pub struct DrawnSeal {
    seal: Seal,
    drawn: Drawn,
}

impl DrawnSeal {
    pub(crate) fn drawn(&self) -> Option<&PictureXObject> {
        self.drawn.of(&self.seal.picture)
    }
}

impl From<Seal> for DrawnSeal {
    fn from(seal: Seal) -> Self {
        let drawn = Drawn::default();
        Self { seal, drawn }
    }
}

impl Deref for DrawnSeal {
    type Target = Seal;

    fn deref(&self) -> &Seal {
        &self.seal
    }
}
