//! `sealcore_key`: private keys, made, read, opened in devices, and written.

use std::ffi::c_char;

use sealcore_core::error::{Error, ErrorKind};
use sealcore_core::key::{self, DEFAULT_ROUNDS, KeyAlgorithm, KeyFile, KeyPair, PrivateKey, pkcs8, to_pkcs12};
use sealcore_core::text;
use sealcore_device::{KeyAddress, Pin};
use sealcore_system::Random;
use zeroize::Zeroizing;

use crate::buffer::sealcore_buffer;
use crate::call::{self, bad, operation};
use crate::certificate;
use crate::error::sealcore_error;
use crate::failure::Outcome;
use crate::handle::{Kind, Opaque};
use crate::status::sealcore_status;

/// A private key without a certificate, to ask for one: in this process, overwritten when it is freed, or in a device
/// (`sealcore_key_open`). With its certificate it signs as `sealcore_signer`.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_key {
    _private: [u8; 0],
}

impl Opaque for sealcore_key {
    type Object = Held;
    const KIND: Kind = Kind::Key;
}

/// What a handle stands for.
pub enum Held {
    /// A key in this process.
    Private(PrivateKey),
    /// A key in a device.
    Device(Box<dyn KeyPair>),
}

impl Held {
    pub(crate) fn pair(&self) -> &dyn KeyPair {
        match self {
            Self::Private(key) => key,
            Self::Device(key) => &**key,
        }
    }

    /// The key itself, to be written.
    fn private(&self) -> Outcome<&PrivateKey> {
        match self {
            Self::Private(key) => Ok(key),
            Self::Device(_) => Err(Error::new(
                ErrorKind::Unsupported,
                text!("a private key does not leave its device", "私钥不能离开设备"),
            )
            .in_part("key")
            .into()),
        }
    }
}

/// Makes a key: `sm2`, `p256`, `p384`, `p521`, `rsa-2048`, `rsa-3072` or `rsa-4096`. The randomness is the system's.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_key_generate(
    algorithm: *const c_char,
    key: *mut *mut sealcore_key,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(key, "key")?;
        let name = call::string(algorithm, "algorithm")?;
        let algorithm = KeyAlgorithm::from_name(&name.replace('-', "")).ok_or_else(|| {
            let names = KeyAlgorithm::ALL.map(KeyAlgorithm::name).join(", ");
            let message = text!(
                "“{name}” is no kind of key: {names} are",
                "“{name}”不是有效的密钥类型，应为 {names} 之一"
            );
            bad("algorithm", message)
        })?;
        out.put(Held::Private(PrivateKey::generate(algorithm, &mut Random::new()?)?))
    })
}

/// Reads the key of a file: PKCS#12, PKCS#8 (encrypted or not), SEC 1 or PKCS#1, in DER, PEM or Base64. `password` may be NULL;
/// `SEALCORE_E_PASSWORD` when it does not open the file.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_key_load(
    bytes: *const u8,
    length: usize,
    password: *const c_char,
    key: *mut *mut sealcore_key,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(key, "key")?;
        let bytes = call::some_bytes(bytes, length, "bytes")?;
        let password = call::text_or_none(password, "password")?;
        out.put(Held::Private(key::load(bytes, password)?.key))
    })
}

/// A key by name: the path of a key file, the same as `file:` URI, or a key in a device as `pkcs11:` (RFC 7512), `sdf:` or `skf:`
/// URI, which needs no certificate. `pin` is the password of the file or the PIN of the device, NULL for none. A key in a device
/// asks for a certificate and signs its own; its public key is the device's, and a test signature has shown that the two belong
/// together (`SEALCORE_E_KEY` when they do not). Writing it ends in `SEALCORE_E_UNSUPPORTED`.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_key_open(
    uri: *const c_char,
    pin: *const c_char,
    key: *mut *mut sealcore_key,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(key, "key")?;
        let uri = call::string(uri, "uri")?;
        let pin = call::text_or_none(pin, "pin")?;
        match KeyAddress::parse(uri)? {
            KeyAddress::File(path) => {
                let shown = path.display().to_string();
                let bytes = sealcore_system::read(&path).map_err(|error| error.in_part(&shown))?;
                let file = key::load(&Zeroizing::new(bytes), pin).map_err(|error| error.in_part(&shown))?;
                out.put(Held::Private(file.key))
            }
            KeyAddress::Device(uri) => {
                // Shown without its PIN.
                let key = sealcore_device::open_key(&uri, pin.map(Pin::from).as_ref())
                    .map_err(|error| error.in_part(uri.to_string()))?;
                out.put(Held::Device(key))
            }
        }
    })
}

/// The key as PKCS#8 in PEM, encrypted where `password` is not NULL (PBES2, 600000 rounds). The buffer is wiped when it is
/// freed.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_key_pkcs8(
    key: *const sealcore_key,
    password: *const c_char,
    pem: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(pem, "pem")?;
        let key = call.shared(key, "key")?;
        let key = key.private()?;
        let text = match call::text_or_none(password, "password")? {
            None => pkcs8::to_pem(key)?,
            Some(password) => Zeroizing::new(pkcs8::to_encrypted_pem(
                key,
                password,
                DEFAULT_ROUNDS,
                &mut Random::new()?,
            )?),
        };
        out.put(Zeroizing::new(text.as_bytes().to_vec()))
    })
}

/// The key and its certificates as PKCS#12. `certificates` (PEM, DER, P7B) holds the key's own first, then its chain;
/// `name` is shown by programs that import the file, NULL for the subject's common name.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_key_pkcs12(
    key: *const sealcore_key,
    certificates: *const u8,
    length: usize,
    name: *const c_char,
    password: *const c_char,
    pfx: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(pfx, "pfx")?;
        let key = call.shared(key, "key")?;
        let key = key.private()?;
        let bytes = call::some_bytes(certificates, length, "certificates")?;
        let (certificate, chain) = certificate::with_chain(bytes, "certificates")?;
        let name = call::text_or_none(name, "name")?;
        let password = call::string(password, "password")?;
        if !certificate.public_key().is_same_key(&key.public_key()) {
            let message = text!("the first certificate is not that of the key", "第一个证书与私钥不匹配");
            return Err(bad("certificates", message));
        }
        let subject = certificate.subject();
        let name = name.or(subject.common_name()).unwrap_or("sealcore").to_owned();
        let file = KeyFile {
            key: key.clone(),
            certificate: Some(certificate),
            chain,
        };
        let bytes = to_pkcs12(&file, &name, password, DEFAULT_ROUNDS, &mut Random::new()?)?;
        out.put(Zeroizing::new(bytes))
    })
}

/// Frees a key: it is overwritten, or let go of where it is in a device. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_key_free(key: *mut sealcore_key) {
    call::free(key);
}
