//! `sealcore_seal_request` and `sealcore_seal_session`: seals are made, in one call or in two phases.

use std::ffi::c_char;

use sealcore_core::asn1::Time;
use sealcore_core::cert::Certificate;
use sealcore_core::seal::{CertificateList, Generation, Picture, PreparedSeal, Property, SealRequest};
use sealcore_core::text;
use sealcore_system::now;
use zeroize::Zeroizing;

use crate::buffer::sealcore_buffer;
use crate::call::{self, ShortOut, bad, change, operation};
use crate::certificate;
use crate::error::sealcore_error;
use crate::failure::{Failure, Outcome};
use crate::handle::{Kind, Opaque};
use crate::request::{picture, unknown};
use crate::seal::sealcore_seal;
use crate::signer::sealcore_signer;
use crate::status::{SEALCORE_E_STATE, sealcore_status};

/// The maker's vendor identifier, ASCII; default `sealcore`.
pub const SEALCORE_SEAL_VENDOR: i32 = 1;
/// The type of the seal: 1 organisation, the default, 2 person.
pub const SEALCORE_SEAL_KIND: i32 = 1;

/// The identifier of SM3, by which lists of digests name it.
const SM3: &str = "1.2.156.10197.1.401";

/// What a seal is to say.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_seal_request {
    _private: [u8; 0],
}

impl Opaque for sealcore_seal_request {
    type Object = Wanted;
    const KIND: Kind = Kind::SealRequest;
}

/// A seal that waits for its maker's signature.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_seal_session {
    _private: [u8; 0],
}

impl Opaque for sealcore_seal_session {
    type Object = PreparedSeal;
    const KIND: Kind = Kind::SealSession;
}

/// What a handle stands for.
pub struct Wanted {
    generation: Generation,
    es_id: String,
    name: String,
    picture: Option<Picture>,
    signers: Vec<Certificate>,
    /// As digests, or as they are; not known before there is one.
    as_digests: Option<bool>,
    /// Created, from, until.
    validity: Option<[Time; 3]>,
    vendor: Option<String>,
    kind: i64,
}

/// A request for a seal: `v1` GM/T 0031-2014, `v4` GB/T 38540-2020 or `v5` GM/T 0031-2025. `es_id` is the seal's identifier,
/// ASCII; `name` its name.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_request_new(
    generation: *const c_char,
    es_id: *const c_char,
    name: *const c_char,
    request: *mut *mut sealcore_seal_request,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(request, "request")?;
        let generation = call::string(generation, "generation")?;
        let generation = Generation::from_name(generation).ok_or_else(|| {
            let message = text!(
                "“{generation}” is no generation: v1, v4 and v5 are",
                "“{generation}”不是有效的印章标准，应为 v1、v4 或 v5"
            );
            bad("generation", message)
        })?;
        out.put(Wanted {
            generation,
            es_id: call::string(es_id, "es_id")?.to_owned(),
            name: call::string(name, "name")?.to_owned(),
            picture: None,
            signers: Vec::new(),
            as_digests: None,
            validity: None,
            vendor: None,
            kind: 1,
        })
    })
}

/// The picture. `kind` is `png`, `jpg`, `gif`, `bmp`, `svg` or `ofd`, NULL for what the bytes are; the size is in whole
/// millimetres, 1 to 1000.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_request_set_picture(
    request: *mut sealcore_seal_request,
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
            Ok(())
        })
    })
}

/// Adds one who may use the seal: the first certificate of PEM, DER or P7B. `as_digest` 1 lists its SM3 digest in its place,
/// which v1 does not have; all are listed in one way.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_request_add_signer(
    request: *mut sealcore_seal_request,
    certificate: *const u8,
    length: usize,
    as_digest: i32,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let bytes = call::some_bytes(certificate, length, "certificate")?;
        let (certificate, _) = certificate::with_chain(bytes, "certificate")?;
        let as_digest = match as_digest {
            0 => false,
            1 => true,
            _ => return Err(bad("as_digest", text!("0 or 1", "应为 0 或 1"))),
        };
        call.exclusive(request, "request", |request| {
            if request.as_digests.is_some_and(|others| others != as_digest) {
                let message = text!(
                    "a seal lists certificates or digests, not both",
                    "印章只能列出证书或证书摘要之一"
                );
                return Err(bad("as_digest", message));
            }
            request.as_digests = Some(as_digest);
            request.signers.push(certificate);
            Ok(())
        })
    })
}

/// When the seal was made and from when until when it is valid, in Unix seconds. Without this: now, and until the first of the
/// signers' certificates ends.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_request_set_validity(
    request: *mut sealcore_seal_request,
    created: i64,
    valid_from: i64,
    valid_until: i64,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        call.exclusive(request, "request", |request| {
            request.validity = Some([created, valid_from, valid_until].map(Time::from_unix));
            Ok(())
        })
    })
}

/// Sets what `key` says: `SEALCORE_SEAL_VENDOR`.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_request_set_text(
    request: *mut sealcore_seal_request,
    key: i32,
    value: *const c_char,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let value = call::string(value, "value")?;
        call.exclusive(request, "request", |request| match key {
            SEALCORE_SEAL_VENDOR => {
                request.vendor = Some(value.to_owned());
                Ok(())
            }
            _ => Err(unknown(key)),
        })
    })
}

/// Sets what `key` says: `SEALCORE_SEAL_KIND`.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_request_set_number(
    request: *mut sealcore_seal_request,
    key: i32,
    value: i64,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        call.exclusive(request, "request", |request| match key {
            SEALCORE_SEAL_KIND => {
                request.kind = value;
                Ok(())
            }
            _ => Err(unknown(key)),
        })
    })
}

/// Frees a request. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_request_free(request: *mut sealcore_seal_request) {
    call::free(request);
}

/// Makes the seal in one call. `SEALCORE_E_ARGUMENT` for what the standards do not allow, `SEALCORE_E_REFUSED` when the maker's
/// certificate is not valid at the time of making, `SEALCORE_E_UNSUPPORTED` when his key is not SM2.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_make(
    request: *const sealcore_seal_request,
    maker: *const sealcore_signer,
    seal: *mut *mut sealcore_seal,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(seal, "seal")?;
        let request = call.shared(request, "request")?;
        let maker = call.shared(maker, "maker")?;
        out.put(request.request()?.make(&maker.signer)?.into())
    })
}

/// The first phase: puts together what the maker signs.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_prepare(
    request: *const sealcore_seal_request,
    maker_certificate: *const u8,
    length: usize,
    session: *mut *mut sealcore_seal_session,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(session, "session")?;
        let request = call.shared(request, "request")?;
        let bytes = call::some_bytes(maker_certificate, length, "maker_certificate")?;
        let (maker, _) = certificate::with_chain(bytes, "maker_certificate")?;
        out.put(request.request()?.prepare(&maker)?)
    })
}

/// The digest that the maker signs, `e = SM3(Z || M)`, 32 bytes. `*length` is the room before, the length after, 0 after
/// a failure that is not `SEALCORE_E_BUFFER`.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_session_digest(
    session: *const sealcore_seal_session,
    digest: *mut u8,
    length: *mut usize,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = ShortOut::new(digest, length, "digest")?;
        out.put(&call.shared(session, "session")?.digest()?, "digest")
    })
}

/// The bytes whose digest the maker signs, for who hashes by himself.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_session_message(
    session: *const sealcore_seal_session,
    message: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(message, "message")?;
        let session = call.shared(session, "session")?;
        out.put(Zeroizing::new(session.message().to_vec()))
    })
}

/// The second phase: the seal, with the maker's signature (DER or `r || s`). `SEALCORE_E_CRYPTO` when it does not hold.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_session_complete(
    session: *const sealcore_seal_session,
    signature: *const u8,
    length: usize,
    seal: *mut *mut sealcore_seal,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(seal, "seal")?;
        let session = call.shared(session, "session")?;
        let signature = call::some_bytes(signature, length, "signature")?;
        out.put(session.complete(signature)?.into())
    })
}

/// Frees a session. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_seal_session_free(session: *mut sealcore_seal_session) {
    call::free(session);
}

impl Wanted {
    fn request(&self) -> Outcome<SealRequest> {
        let missing = |message| Failure::new(SEALCORE_E_STATE, message).about("request");
        let picture = self.picture.clone();
        let picture = picture.ok_or_else(|| missing(text!("the seal has no picture", "印章没有图像")))?;
        let signer = self.signers.first();
        let signer = signer.ok_or_else(|| missing(text!("the seal lists no signer", "印章未列出任何签章人证书")))?;
        let validity = self.validity.unwrap_or_else(|| {
            let now = now();
            let ends = self.signers.iter().map(Certificate::not_after);
            [now, now, ends.min().unwrap_or(now)]
        });
        let list = if self.as_digests == Some(true) {
            let digest = |one: &Certificate| (SM3.to_owned(), one.fingerprint().to_vec());
            CertificateList::Digests(self.signers.iter().map(digest).collect())
        } else {
            CertificateList::Certificates(self.signers.iter().map(|one| one.der().to_vec()).collect())
        };
        let mut request = SealRequest::new(self.generation, &self.es_id, &self.name, picture, signer, validity);
        request.property = Property::new(self.kind, self.name.as_str(), list, validity);
        if let Some(vendor) = &self.vendor {
            request.vendor_id.clone_from(vendor);
        }
        Ok(request)
    }
}
