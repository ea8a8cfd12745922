//! `sealcore_signer`: who signs, wherever the key is.

use std::ffi::{CString, c_char};
use std::sync::Arc;

use sealcore_core::cert::Certificate;
use sealcore_core::error::Result;
use sealcore_core::key::{self, Signer};
use sealcore_core::text;
use sealcore_device::{DeviceUri, KeyAddress, OpenOptions, Pin};
use zeroize::Zeroizing;

use crate::buffer::sealcore_buffer;
use crate::call::{self, ShortOut, accessor, bad, operation};
use crate::certificate;
use crate::error::sealcore_error;
use crate::failure::Outcome;
use crate::handle::{Kind, Opaque};
use crate::status::sealcore_status;
use crate::text::c_string;

/// A key that signs, with its certificate: in this process, in a device, or behind callbacks. Several threads may sign with one
/// at once; what was made from it (an authority) goes on when it is freed.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_signer {
    _private: [u8; 0],
}

impl Opaque for sealcore_signer {
    type Object = Held;
    const KIND: Kind = Kind::Signer;
}

/// What a handle stands for.
pub struct Held {
    pub(crate) signer: Arc<dyn Signer>,
    algorithm: CString,
}

impl Held {
    pub(crate) fn new(signer: Arc<dyn Signer>) -> Self {
        let algorithm = c_string(&signer.algorithm().to_string());
        Self { signer, algorithm }
    }
}

/// A signer with a key in this process. `key` is a key file as in `sealcore_key_load`, `password` may be NULL. `certificates`
/// (PEM, DER, P7B) holds the signer's first, then its chain; (NULL, 0) where the key file has them, as PKCS#12 and PEM may.
/// `SEALCORE_E_KEY` when key and certificate do not belong together. SM2 nonces are hedged with the system's randomness.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_signer_from_key(
    key: *const u8,
    key_length: usize,
    password: *const c_char,
    certificates: *const u8,
    certificates_length: usize,
    signer: *mut *mut sealcore_signer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(signer, "signer")?;
        let key = call::some_bytes(key, key_length, "key")?;
        let password = call::text_or_none(password, "password")?;
        let certificates = certificates_or_none(certificates, certificates_length)?;
        out.put(soft(key, password, certificates)?)
    })
}

/// A signer by name: the path of a key file, the same as `file:` URI, or a key in a device as `pkcs11:` (RFC 7512), `sdf:` or
/// `skf:` URI. `pin` is the password of the file or the PIN of the device, NULL for none; it is not kept for a file, and kept for
/// a device only as long as the signer. `certificates` as in `sealcore_signer_from_key`; a device may hold its own.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_signer_open(
    uri: *const c_char,
    pin: *const c_char,
    certificates: *const u8,
    certificates_length: usize,
    signer: *mut *mut sealcore_signer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(signer, "signer")?;
        let uri = call::string(uri, "uri")?;
        let pin = call::text_or_none(pin, "pin")?;
        let certificates = certificates_or_none(certificates, certificates_length)?;
        match KeyAddress::parse(uri)? {
            KeyAddress::File(path) => {
                let shown = path.display().to_string();
                let bytes = sealcore_system::read(&path).map_err(|error| error.in_part(&shown))?;
                let held = soft(&Zeroizing::new(bytes), pin, certificates);
                out.put(held.map_err(|failure| failure.about(shown))?)
            }
            KeyAddress::Device(uri) => out.put(Held::new(Arc::from(device(&uri, pin, certificates)?))),
        }
    })
}

/// The name of the algorithm that it signs with, as `SM2-SM3`, `RSA-SHA-256` or `ECDSA-SHA-256`. Lives as long as the signer.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_signer_algorithm(signer: *const sealcore_signer) -> *const c_char {
    accessor(std::ptr::null(), |call| {
        Ok(call.shared(signer, "signer")?.algorithm.as_ptr())
    })
}

/// The longest signature that it makes, in bytes; 0 for no live handle.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_signer_max_signature_len(signer: *const sealcore_signer) -> usize {
    accessor(0, |call| Ok(call.shared(signer, "signer")?.signer.max_signature_len()))
}

/// The signer's certificate, DER.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_signer_certificate(
    signer: *const sealcore_signer,
    der: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(der, "der")?;
        let signer = call.shared(signer, "signer")?;
        out.put(Zeroizing::new(signer.signer.certificate().der().to_vec()))
    })
}

/// Signs a digest of the signer's algorithm: `e = SM3(Z || M)` for SM2, else the digest of the message. The signature is DER
/// for SM2 and ECDSA, as long as the modulus for RSA. `*length` is the room in `signature` before, the length of the signature
/// after. With less room than `sealcore_signer_max_signature_len` nothing is signed: `SEALCORE_E_BUFFER`, and that length; it is 0
/// after any other failure.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_signer_sign_digest(
    signer: *const sealcore_signer,
    digest: *const u8,
    digest_length: usize,
    signature: *mut u8,
    length: *mut usize,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = ShortOut::new(signature, length, "signature")?;
        let held = call.shared(signer, "signer")?;
        let signer = &*held.signer;
        let digest = call::some_bytes(digest, digest_length, "digest")?;
        let algorithm = signer.algorithm();
        let expected = algorithm.digest().map(|digest| digest.output_len());
        if expected.is_some_and(|expected| expected != digest.len()) {
            let message = text!(
                "a digest of {algorithm} has another length",
                "摘要长度与 {algorithm} 不符"
            );
            return Err(bad("digest", message));
        }
        out.check(signer.max_signature_len(), "signature")?;
        let mut value = signer.sign_digest(digest)?;
        if signer.is_external() {
            value = key::checked_value(signer.certificate().public_key(), algorithm, digest, &value)?;
        }
        out.put(&value, "signature")
    })
}

/// Frees a signer. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_signer_free(signer: *mut sealcore_signer) {
    call::free(signer);
}

/// The signer's certificate and its chain, where the caller gives them.
type OwnCertificates = Option<(Certificate, Vec<Certificate>)>;

fn certificates_or_none(pointer: *const u8, length: usize) -> Outcome<OwnCertificates> {
    let bytes = call::bytes(pointer, length, "certificates")?;
    if bytes.is_empty() {
        return Ok(None);
    }
    certificate::with_chain(bytes, "certificates").map(Some)
}

fn device(uri: &DeviceUri, pin: Option<&str>, certificates: OwnCertificates) -> Result<Box<dyn Signer>> {
    let mut options = OpenOptions::default();
    options.pin = pin.map(Pin::from);
    if let Some((own, chain)) = certificates {
        options.certificate = Some(own);
        options.chain = chain;
    }
    // Shown without its PIN.
    sealcore_device::open(uri, options).map_err(|error| error.in_part(uri.to_string()))
}

fn soft(key: &[u8], password: Option<&str>, certificates: OwnCertificates) -> Outcome<Held> {
    let mut file = key::load(key, password)?;
    if let Some((own, mut chain)) = certificates {
        chain.append(&mut file.chain);
        file.certificate = Some(own);
        file.chain = chain;
    }
    let signer = file.into_signer()?.with_entropy(sealcore_system::entropy());
    Ok(Held::new(Arc::new(signer)))
}
