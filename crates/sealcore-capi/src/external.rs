//! Signers behind callbacks: keys of another language's provider, of a service, of a device that the caller drives.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use sealcore_core::algorithm::SignatureAlgorithm;
use sealcore_core::cert::Certificate;
use sealcore_core::error::{Error, ErrorKind, Result};
use sealcore_core::key::Signer;
use sealcore_core::text;

use crate::call::{self, bad, operation};
use crate::callback::{self, Callbacks, Given, User};
use crate::certificate;
use crate::error::sealcore_error;
use crate::failure::Failure;
use crate::mark::Marked;
use crate::signer::{Held, sealcore_signer};
use crate::status::{SEALCORE_E_SIGNER, sealcore_status};

/// Signs elsewhere. One of the two functions may be NULL; where both are there `sign_digest` is called. They are called on the
/// thread of the call that signs, so from several at once where several sign.
///
/// Both write the signature (DER or `r || s` for SM2 and ECDSA, as long as the modulus for RSA) into `signature`, which has room
/// for `capacity` bytes, its length into `length`, and return `SEALCORE_CALLBACK_OK`. `SEALCORE_CALLBACK_CANCEL` ends the call
/// in `SEALCORE_E_CANCELLED`; anything else in `SEALCORE_E_SIGNER`, as does a length of 0 or above `capacity`. A code put into
/// `vendor_code` is that of the error. What they return is verified under the certificate before it is used.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct sealcore_signer_callbacks {
    /// Size of this structure in bytes.
    pub struct_size: u32,
    /// Signs a digest of the signer's algorithm: `e = SM3(Z || M)` for SM2, else the digest of the message.
    pub sign_digest: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            digest: *const u8,
            digest_length: usize,
            signature: *mut u8,
            capacity: usize,
            length: *mut usize,
            vendor_code: *mut u64,
        ) -> i32,
    >,
    /// Signs a message, for providers that hash by themselves: with SM2, Z of the certificate's key and the identity
    /// 1234567812345678 go before it.
    pub sign_message: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            message: *const u8,
            message_length: usize,
            signature: *mut u8,
            capacity: usize,
            length: *mut usize,
            vendor_code: *mut u64,
        ) -> i32,
    >,
    /// Frees `user`, when the signer is freed and nothing that was made from it is left; may be NULL.
    pub drop: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// Handed to the callbacks.
    pub user: *mut c_void,
}

// SAFETY: repr(C), the size is first, zero bytes are NULL functions and pointers.
unsafe impl Callbacks for sealcore_signer_callbacks {
    const MIN_SIZE: usize = size_of::<Self>();
}

type SignFunction = unsafe extern "C" fn(*mut c_void, *const u8, usize, *mut u8, usize, *mut usize, *mut u64) -> i32;

/// A signer behind callbacks. `certificates` (PEM, DER, P7B) holds the signer's first, then its chain. `algorithm` is a name as
/// `sealcore_signer_algorithm` gives it, NULL for what is usual for the key. Nothing is signed until something is to be signed.
/// `callbacks->drop` is called exactly once, when this call fails too, unless `callbacks` is NULL or too small.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_signer_external(
    certificates: *const u8,
    certificates_length: usize,
    algorithm: *const c_char,
    callbacks: *const sealcore_signer_callbacks,
    signer: *mut *mut sealcore_signer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(signer, "signer");
        let callbacks = callback::copy(callbacks, "callbacks")?;
        let user = User::new(callbacks.user, callbacks.drop);
        let out = out?;
        if callbacks.sign_digest.is_none() && callbacks.sign_message.is_none() {
            return Err(Failure::null("callbacks.sign_digest"));
        }
        let bytes = call::some_bytes(certificates, certificates_length, "certificates")?;
        let (certificate, chain) = certificate::with_chain(bytes, "certificates")?;
        let name = call::text_or_none(algorithm, "algorithm")?;
        let key = certificate.public_key();
        let algorithm = match name {
            None => SignatureAlgorithm::default_for(key),
            Some(name) => SignatureAlgorithm::from_name(name),
        };
        let algorithm = algorithm.filter(|algorithm| key.message_digest(*algorithm, &[]).is_ok());
        let algorithm = algorithm.ok_or_else(|| {
            let (name, key) = (name.unwrap_or("?"), key.name());
            let message = text!(
                "a key of algorithm {key} does not sign with {name} here",
                "算法为 {key} 的密钥在此不支持以 {name} 签名"
            );
            bad("algorithm", message)
        })?;
        out.put(Held::new(Arc::new(External {
            certificate,
            chain,
            algorithm,
            sign_digest: callbacks.sign_digest,
            sign_message: callbacks.sign_message,
            user,
        })))
    })
}

struct External {
    certificate: Certificate,
    chain: Vec<Certificate>,
    algorithm: SignatureAlgorithm,
    sign_digest: Option<SignFunction>,
    sign_message: Option<SignFunction>,
    user: User,
}

impl Signer for External {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        match self.sign_digest {
            Some(function) => self.ask("sign_digest", function, digest),
            None => Err(Error::new(
                ErrorKind::Unsupported,
                text!("the signer signs messages alone", "该签名者只能对消息签名"),
            )),
        }
    }

    fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>> {
        match (self.sign_digest, self.sign_message) {
            (None, Some(function)) => self.ask("sign_message", function, message),
            _ => self.sign_digest(&self.certificate.public_key().message_digest(self.algorithm, message)?),
        }
    }
}

impl External {
    fn ask(&self, name: &str, function: SignFunction, input: &[u8]) -> Result<Vec<u8>> {
        let mut vendor_code = 0;
        let given = callback::fill(self.max_signature_len(), |place, capacity, length| {
            // SAFETY: the caller's function with the caller's pointer; `input`, the place and the numbers live until it
            // returns.
            unsafe {
                function(
                    self.user.pointer(),
                    input.as_ptr(),
                    input.len(),
                    place,
                    capacity,
                    length,
                    &raw mut vendor_code,
                )
            }
        });
        let message = match given {
            Given::Bytes(value) => return Ok(value),
            Given::Cancelled => {
                let message = text!("the signer cancelled", "签名者已取消");
                return Err(Error::new(ErrorKind::Cancelled, message).in_part(name));
            }
            Given::Failed(returned) => text!(
                "the signer failed: its callback returned {returned}",
                "签名者失败：回调函数返回 {returned}"
            ),
            Given::Nonsense(what) => what,
        };
        let error = Error::new(ErrorKind::Device, message)
            .in_part(name)
            .caused_by(Marked(SEALCORE_E_SIGNER));
        Err(if vendor_code == 0 {
            error
        } else {
            error.with_vendor_code(vendor_code)
        })
    }
}
