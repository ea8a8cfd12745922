//! `sealcore_request`: what is to be signed, and how.

use std::ffi::c_char;
use std::sync::Arc;

use sealcore_core::algorithm::SignatureAlgorithm;
use sealcore_core::asn1::Time;
use sealcore_core::cert::Certificate;
use sealcore_core::pdf::{Contents, Permission};
use sealcore_core::placement::Placement;
use sealcore_core::seal::Picture;
use sealcore_core::text;

use crate::authority::{Authority, sealcore_authority};
use crate::call::{self, bad, change, operation};
use crate::certificate;
use crate::drawn::Drawn;
use crate::error::sealcore_error;
use crate::failure::Outcome;
use crate::handle::{Kind, Opaque};
use crate::seal::{DrawnSeal, sealcore_seal};
use crate::status::sealcore_status;

/// The full name of an empty signature field, or the name of a new one. PDF.
pub const SEALCORE_REQUEST_FIELD: i32 = 1;
/// What `/Contents` holds: `auto` (a seal signature with a seal, else CMS, for SM2 keys of GB/T 35275), `seal`, `cms` or
/// `gm-cms`. PDF.
pub const SEALCORE_REQUEST_CONTENTS: i32 = 2;
/// `/Reason`. PDF.
pub const SEALCORE_REQUEST_REASON: i32 = 3;
/// `/Location`. PDF.
pub const SEALCORE_REQUEST_LOCATION: i32 = 4;
/// `/ContactInfo`. PDF.
pub const SEALCORE_REQUEST_CONTACT: i32 = 5;
/// `/Name`, in place of the name in the certificate. PDF.
pub const SEALCORE_REQUEST_NAME: i32 = 6;
/// A line of text below the picture. PDF.
pub const SEALCORE_REQUEST_CAPTION: i32 = 7;
/// The ID of the signature that this one builds on (GM/T 0099). OFD.
pub const SEALCORE_REQUEST_RELATIVE: i32 = 8;
/// `/Filter`, in place of what is usual for the contents; with `SEALCORE_REQUEST_SUBFILTER`. PDF.
pub const SEALCORE_REQUEST_FILTER: i32 = 9;
/// `/SubFilter`; with `SEALCORE_REQUEST_FILTER`. PDF.
pub const SEALCORE_REQUEST_SUBFILTER: i32 = 10;
/// The algorithm, as `sealcore_signer_algorithm` names it; for `sealcore_prepare`, since a signer has its own.
pub const SEALCORE_REQUEST_ALGORITHM: i32 = 11;
/// The full name of a field for `SEALCORE_REQUEST_LOCK` 2 or 3; once for each field. PDF.
pub const SEALCORE_REQUEST_LOCK_FIELD: i32 = 12;

/// The signing time, in Unix seconds; default the moment of the call that signs or prepares.
pub const SEALCORE_REQUEST_TIME: i32 = 1;
/// 1: the list of signatures is protected too, nothing may come after. OFD.
pub const SEALCORE_REQUEST_WHOLE: i32 = 2;
/// Which document of the file is signed, counted from 1. OFD.
pub const SEALCORE_REQUEST_DOCUMENT: i32 = 3;
/// Certifies the document: 1 nothing may change, 2 forms and signatures may, 3 annotations too (ISO 32000-2, 12.8.2.2); 0 does
/// not certify. PDF.
pub const SEALCORE_REQUEST_CERTIFY: i32 = 4;
/// Locks form fields: 1 all, 2 those named by `SEALCORE_REQUEST_LOCK_FIELD`, 3 all but those (ISO 32000-2, 12.8.2.4); 0 locks
/// none. PDF.
pub const SEALCORE_REQUEST_LOCK: i32 = 5;
/// How dense the picture is, 0 to 100 percent; default 100. PDF.
pub const SEALCORE_REQUEST_OPACITY: i32 = 6;
/// Whether the white of a raster picture without transparency lets the page through, 0 or 1; default 1. PDF.
pub const SEALCORE_REQUEST_WHITE_TRANSPARENT: i32 = 7;
/// Bytes kept for what is added to the signature later, as a time stamp between the two phases (8192 are usual); an authority
/// reserves by itself, and OFD needs no room.
pub const SEALCORE_REQUEST_RESERVE: i32 = 8;
/// 1 signs although an earlier signature or the encryption forbids it. PDF.
pub const SEALCORE_REQUEST_IGNORE_PERMISSIONS: i32 = 9;

/// More is no room for a signature.
const MAX_RESERVE: i64 = 64 << 20;

/// What is to be signed, and how: a digital signature until it gets a seal. It holds copies of what it is given, which may be
/// freed; one request may sign many documents, from several threads at once. What the format of a document has no place for is
/// `SEALCORE_E_ARGUMENT` when it is signed.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_request {
    _private: [u8; 0],
}

impl Opaque for sealcore_request {
    type Object = Request;
    const KIND: Kind = Kind::Request;
}

/// What a handle stands for.
#[derive(Default)]
pub struct Request {
    pub(crate) seal: Option<Arc<DrawnSeal>>,
    pub(crate) picture: Option<Picture>,
    pub(crate) drawn_picture: Drawn,
    pub(crate) certificates: Option<(Certificate, Vec<Certificate>)>,
    pub(crate) authority: Option<Arc<Authority>>,
    pub(crate) placements: Vec<Placement>,
    pub(crate) field: Option<String>,
    pub(crate) contents: Option<Contents>,
    pub(crate) reason: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) contact: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) caption: Option<String>,
    pub(crate) relative: Option<String>,
    pub(crate) filter: Option<String>,
    pub(crate) subfilter: Option<String>,
    pub(crate) algorithm: Option<SignatureAlgorithm>,
    pub(crate) lock_fields: Vec<String>,
    pub(crate) time: Option<Time>,
    pub(crate) whole: bool,
    /// Counted from 0.
    pub(crate) document: usize,
    pub(crate) certify: Option<Permission>,
    /// 0 to 3.
    pub(crate) lock: i64,
    /// In percent.
    pub(crate) opacity: Option<u8>,
    pub(crate) white_transparent: Option<bool>,
    pub(crate) reserve: usize,
    pub(crate) ignore_permissions: bool,
}

/// A request for a digital signature.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_new(
    request: *mut *mut sealcore_request,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| call.out(request, "request")?.put(Request::default()))
}

/// Puts on this seal.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_set_seal(
    request: *mut sealcore_request,
    seal: *const sealcore_seal,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let seal = call.shared(seal, "seal")?;
        call.exclusive(request, "request", |request| {
            request.seal = Some(seal);
            Ok(())
        })
    })
}

/// Shows a picture with a digital signature on PDF, where there is no seal. `kind` is `png`, `jpg`, `gif`, `bmp`, `svg` or `ofd`,
/// NULL for what the bytes are; the size is in millimetres.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_set_picture(
    request: *mut sealcore_request,
    kind: *const c_char,
    bytes: *const u8,
    length: usize,
    width_mm: i32,
    height_mm: i32,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let picture = picture(kind, bytes, length, width_mm, height_mm)?;
        call.exclusive(request, "request", |request| {
            request.picture = Some(picture);
            request.drawn_picture = Drawn::default();
            Ok(())
        })
    })
}

/// For `sealcore_prepare`: the signer's certificate first, then its chain (PEM, DER, P7B). `sealcore_sign` takes the signer's
/// own.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_set_certificate(
    request: *mut sealcore_request,
    certificates: *const u8,
    length: usize,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let bytes = call::some_bytes(certificates, length, "certificates")?;
        let certificates = certificate::with_chain(bytes, "certificates")?;
        call.exclusive(request, "request", |request| {
            request.certificates = Some(certificates);
            Ok(())
        })
    })
}

/// Has the signature stamped by this authority.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_set_authority(
    request: *mut sealcore_request,
    authority: *const sealcore_authority,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let authority = call.shared(authority, "authority")?;
        // Dropped when the request is free again: an authority may hold callbacks of the caller.
        let before = call.exclusive(request, "request", |request| Ok(request.authority.replace(authority)))?;
        drop(before);
        Ok(())
    })
}

/// Sets what `key` says: one of `SEALCORE_REQUEST_FIELD` to `SEALCORE_REQUEST_LOCK_FIELD`.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_set_text(
    request: *mut sealcore_request,
    key: i32,
    value: *const c_char,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let value = call::string(value, "value")?;
        call.exclusive(request, "request", |request| request.set_text(key, value))
    })
}

/// Sets what `key` says: one of `SEALCORE_REQUEST_TIME` to `SEALCORE_REQUEST_IGNORE_PERMISSIONS`.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_set_number(
    request: *mut sealcore_request,
    key: i32,
    value: i64,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        call.exclusive(request, "request", |request| request.set_number(key, value))
    })
}

/// Frees a request. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_free(request: *mut sealcore_request) {
    call::free(request);
}

impl Request {
    fn set_text(&mut self, key: i32, value: &str) -> Outcome {
        let place = match key {
            SEALCORE_REQUEST_FIELD => &mut self.field,
            SEALCORE_REQUEST_REASON => &mut self.reason,
            SEALCORE_REQUEST_LOCATION => &mut self.location,
            SEALCORE_REQUEST_CONTACT => &mut self.contact,
            SEALCORE_REQUEST_NAME => &mut self.name,
            SEALCORE_REQUEST_CAPTION => &mut self.caption,
            SEALCORE_REQUEST_RELATIVE => &mut self.relative,
            SEALCORE_REQUEST_FILTER => &mut self.filter,
            SEALCORE_REQUEST_SUBFILTER => &mut self.subfilter,
            SEALCORE_REQUEST_LOCK_FIELD => {
                self.lock_fields.push(value.to_owned());
                return Ok(());
            }
            SEALCORE_REQUEST_CONTENTS => {
                self.contents = Some(contents(value)?);
                return Ok(());
            }
            SEALCORE_REQUEST_ALGORITHM => {
                let algorithm = SignatureAlgorithm::from_name(value);
                self.algorithm = Some(algorithm.ok_or_else(|| {
                    let message = text!("“{value}” is no algorithm that is known", "“{value}”不是已知的算法");
                    bad("value", message)
                })?);
                return Ok(());
            }
            _ => return Err(unknown(key)),
        };
        *place = Some(value.to_owned());
        Ok(())
    }

    fn set_number(&mut self, key: i32, value: i64) -> Outcome {
        let within = |from: i64, to: i64| {
            if (from..=to).contains(&value) {
                return Ok(());
            }
            let message = text!("{value} is not from {from} to {to}", "{value} 不在 {from} 至 {to} 之间");
            Err(bad("value", message))
        };
        match key {
            SEALCORE_REQUEST_TIME => self.time = Some(Time::from_unix(value)),
            SEALCORE_REQUEST_WHOLE => {
                within(0, 1)?;
                self.whole = value == 1;
            }
            SEALCORE_REQUEST_DOCUMENT => {
                within(1, i64::from(i32::MAX))?;
                self.document = usize::try_from(value - 1).unwrap_or(usize::MAX);
            }
            SEALCORE_REQUEST_CERTIFY => {
                within(0, 3)?;
                self.certify = Permission::from_number(value);
            }
            SEALCORE_REQUEST_LOCK => {
                within(0, 3)?;
                self.lock = value;
            }
            SEALCORE_REQUEST_OPACITY => {
                within(0, 100)?;
                self.opacity = u8::try_from(value).ok();
            }
            SEALCORE_REQUEST_WHITE_TRANSPARENT => {
                within(0, 1)?;
                self.white_transparent = Some(value == 1);
            }
            SEALCORE_REQUEST_RESERVE => {
                within(0, MAX_RESERVE)?;
                self.reserve = usize::try_from(value).unwrap_or(0);
            }
            SEALCORE_REQUEST_IGNORE_PERMISSIONS => {
                within(0, 1)?;
                self.ignore_permissions = value == 1;
            }
            _ => return Err(unknown(key)),
        }
        Ok(())
    }
}

fn contents(name: &str) -> Outcome<Contents> {
    match name {
        "auto" => Ok(Contents::Auto),
        "seal" => Ok(Contents::Seal),
        "cms" => Ok(Contents::Cms),
        "gm-cms" => Ok(Contents::GmCms),
        _ => Err(bad(
            "value",
            text!(
                "“{name}” is none of auto, seal, cms and gm-cms",
                "“{name}”不是 auto、seal、cms 或 gm-cms"
            ),
        )),
    }
}

/// Nothing has this key.
pub(crate) fn unknown(key: i32) -> crate::failure::Failure {
    bad("key", text!("{key} is no key", "{key} 不是有效的键"))
}

/// A picture of the caller's.
pub(crate) fn picture(
    kind: *const c_char,
    bytes: *const u8,
    length: usize,
    width_mm: i32,
    height_mm: i32,
) -> Outcome<Picture> {
    let kind = call::text_or_none(kind, "kind")?;
    let bytes = call::some_bytes(bytes, length, "bytes")?;
    let kind = kind.or_else(|| Picture::kind_of(bytes));
    let kind = kind.ok_or_else(|| bad("bytes", text!("the picture's type is not known", "图像格式无法识别")))?;
    if width_mm < 1 || height_mm < 1 {
        let message = text!("the picture has no size", "图像尺寸无效");
        return Err(bad("width_mm", message));
    }
    let picture = Picture::new(kind, bytes.to_vec(), width_mm.into(), height_mm.into());
    if picture.is_mislabelled() {
        let message = text!("the picture is empty or is not {kind}", "图像为空或不是 {kind} 格式");
        return Err(bad("kind", message));
    }
    Ok(picture)
}
