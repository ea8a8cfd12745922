use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use sealcore::algorithm::SignatureAlgorithm;
use sealcore::cert::Certificate;
use sealcore::digest::DigestAlgorithm;
use sealcore::key::{self, PrivateKey};
use sealcore::report::Verdict;
use sealcore::timestamp::{MessageImprint, TimeStampRequest, TimeStampResponse};

use super::house::{Holder, House, documents, pkcs8};
use super::{c, fails, ok, opened, string, taken};
use crate::authority::*;
use crate::certificate::*;
use crate::document::*;
use crate::error::*;
use crate::external::*;
use crate::request::*;
use crate::seal::*;
use crate::seal_request::*;
use crate::sign::*;
use crate::signer::*;
use crate::status::*;

/// What a provider elsewhere does when it is called.
#[derive(Clone, Copy, PartialEq)]
enum Does {
    Signs,
    /// Returns this, with the vendor's code.
    Returns(i32, u64),
    /// Says that it worked and left this length.
    Says(usize),
    /// Writes behind its buffer.
    Overflows,
    /// Signs something else.
    Lies,
    /// Uses a handle of the call that called it.
    Reenters,
}

struct Provider {
    key: PrivateKey,
    algorithm: SignatureAlgorithm,
    does: Does,
    calls: AtomicUsize,
    drops: AtomicUsize,
    own: AtomicPtr<sealcore_signer>,
}

unsafe extern "C" fn dropped(user: *mut c_void) {
    // SAFETY: the test gave it, and it lives on.
    unsafe { &*user.cast::<Provider>() }
        .drops
        .fetch_add(1, Ordering::Relaxed);
}

unsafe extern "C" fn sign_digest(
    user: *mut c_void,
    digest: *const u8,
    digest_length: usize,
    signature: *mut u8,
    capacity: usize,
    length: *mut usize,
    vendor_code: *mut u64,
) -> i32 {
    // SAFETY: as above; the library gives so many bytes, and places for the rest.
    unsafe {
        let provider = &*user.cast::<Provider>();
        let digest = std::slice::from_raw_parts(digest, digest_length);
        let sign = || provider.key.sign_digest(provider.algorithm, digest).unwrap();
        provider.answer(sign, signature, capacity, &mut *length, &mut *vendor_code)
    }
}

unsafe extern "C" fn sign_message(
    user: *mut c_void,
    message: *const u8,
    message_length: usize,
    signature: *mut u8,
    capacity: usize,
    length: *mut usize,
    vendor_code: *mut u64,
) -> i32 {
    // SAFETY: as above.
    unsafe {
        let provider = &*user.cast::<Provider>();
        let message = std::slice::from_raw_parts(message, message_length);
        let sign = || provider.key.sign_message(provider.algorithm, message).unwrap();
        provider.answer(sign, signature, capacity, &mut *length, &mut *vendor_code)
    }
}

impl Provider {
    fn new(holder: &Holder) -> Self {
        let key = key::load(&pkcs8(holder.key, None), None).unwrap().key;
        Self {
            algorithm: key.default_algorithm(),
            key,
            does: Does::Signs,
            calls: AtomicUsize::new(0),
            drops: AtomicUsize::new(0),
            own: AtomicPtr::new(null_mut()),
        }
    }

    /// # Safety
    /// `signature` has room for `capacity` bytes, and slack behind it.
    unsafe fn answer(
        &self,
        sign: impl Fn() -> Vec<u8>,
        signature: *mut u8,
        capacity: usize,
        length: &mut usize,
        vendor_code: &mut u64,
    ) -> i32 {
        self.calls.fetch_add(1, Ordering::Relaxed);
        assert_eq!((*length, *vendor_code), (0, 0));
        let mut value = sign();
        match self.does {
            Does::Signs => {}
            Does::Returns(answer, code) => {
                *vendor_code = code;
                return answer;
            }
            Does::Says(stated) => {
                *length = stated;
                return 1;
            }
            Does::Overflows => value.resize(capacity + 1, 7),
            Does::Lies => {
                value = {
                    let last = value.len() - 1;
                    value[last] ^= 1;
                    value
                }
            }
            Does::Reenters => {
                let mut der = null_mut();
                let status = sealcore_signer_certificate(self.own.load(Ordering::Relaxed), &raw mut der, null_mut());
                assert_eq!(status, SEALCORE_E_REENTRANT);
                return 0;
            }
        }
        *length = value.len().min(capacity);
        // SAFETY: there is room, or slack that the library checks.
        unsafe { std::ptr::copy_nonoverlapping(value.as_ptr(), signature, value.len()) };
        1
    }

    fn callbacks(&self, by_digest: bool) -> sealcore_signer_callbacks {
        sealcore_signer_callbacks {
            struct_size: u32::try_from(size_of::<sealcore_signer_callbacks>()).unwrap(),
            sign_digest: by_digest.then_some(sign_digest as _),
            sign_message: Some(sign_message),
            drop: Some(dropped),
            user: (&raw const *self).cast_mut().cast(),
        }
    }

    fn signer(&self, holder: &Holder, by_digest: bool) -> *mut sealcore_signer {
        let (callbacks, mut signer) = (self.callbacks(by_digest), null_mut());
        let own = &holder.certificates;
        ok(|error| {
            sealcore_signer_external(
                own.as_ptr(),
                own.len(),
                null(),
                &raw const callbacks,
                &raw mut signer,
                error,
            )
        });
        signer
    }
}

#[test]
fn a_provider_signs_everything() {
    let house = House::new();
    for by_digest in [true, false] {
        // Documents of both formats.
        let provider = Provider::new(&house.unit);
        let signer = provider.signer(&house.unit, by_digest);
        assert_eq!(string(sealcore_signer_algorithm(signer)).as_deref(), Some("SM2-SM3"));
        assert_eq!(sealcore_signer_max_signature_len(signer), 72);
        for bytes in documents() {
            for generation in [None, Some("v4")] {
                let request = house.request(generation);
                assert_eq!(house.verdict(&house.sign(&bytes, request, signer)), Verdict::Valid);
                sealcore_request_free(request);
            }
        }
        assert_eq!(provider.calls.load(Ordering::Relaxed), 4);
        sealcore_signer_free(signer);
        assert_eq!(provider.drops.load(Ordering::Relaxed), 1);
        // Seals.
        let provider = Provider::new(&house.maker);
        let (maker, request, mut seal) = (
            provider.signer(&house.maker, by_digest),
            house.seal_request("v5"),
            null_mut(),
        );
        ok(|error| sealcore_seal_make(request, maker, &raw mut seal, error));
        sealcore_seal_free(seal);
        sealcore_seal_request_free(request);
        sealcore_signer_free(maker);
        // Certificates and lists.
        let provider = Provider::new(&house.root);
        let (root, mut pem) = (provider.signer(&house.root, by_digest), null_mut());
        let options = c("{\"subject\": \"CN=a\", \"profile\": \"unit\"}");
        ok(|error| sealcore_certificate_issue(root, house.unit.key, null(), 0, options.as_ptr(), &raw mut pem, error));
        let issued = Certificate::from_pem_or_der(&taken(pem)).unwrap();
        let authority = Certificate::from_pem_or_der(&house.root.certificates).unwrap();
        issued.verify_signed_by(authority.public_key()).unwrap();
        ok(|error| sealcore_crl_issue(root, c"{}".as_ptr(), &raw mut pem, error));
        taken(pem);
        sealcore_signer_free(root);
        // Time stamps, and the authority keeps its signer.
        let provider = Provider::new(&house.tsa);
        let (signer, mut authority) = (provider.signer(&house.tsa, by_digest), null_mut());
        let options = c"{\"policy\": \"1.2.3.4\"}";
        ok(|error| sealcore_authority_local(signer, options.as_ptr(), &raw mut authority, error));
        sealcore_signer_free(signer);
        let request = house.request(Some("v4"));
        ok(|error| sealcore_request_set_authority(request, authority, error));
        sealcore_authority_free(authority);
        assert_eq!(provider.drops.load(Ordering::Relaxed), 0);
        for bytes in documents() {
            let (verdict, report) = house.report(&house.sign(&bytes, request, house.unit.signer));
            assert_eq!(verdict, Verdict::Valid);
            assert!(report["signatures"][0]["timestamp"].is_object());
        }
        sealcore_request_free(request);
        assert_eq!(provider.drops.load(Ordering::Relaxed), 1);
    }
    // RSA and ECDSA, with an algorithm that is asked for.
    for (algorithm, name) in [("p256", "ECDSA-SHA-256"), ("rsa-2048", "RSASSA-PSS-SHA-256")] {
        let holder = Holder::new(algorithm, "x", "unit", Some(&house.root));
        let mut provider = Provider::new(&holder);
        provider.algorithm = SignatureAlgorithm::from_name(name).unwrap();
        if algorithm == "rsa-2048" {
            // The key in this process does not form PSS: what it forms is refused, whatever its name.
            provider.algorithm = provider.key.default_algorithm();
        }
        let (callbacks, own, mut signer) = (provider.callbacks(true), &holder.certificates, null_mut());
        let asked = c(name);
        ok(|error| {
            sealcore_signer_external(
                own.as_ptr(),
                own.len(),
                asked.as_ptr(),
                &raw const callbacks,
                &raw mut signer,
                error,
            )
        });
        assert_eq!(string(sealcore_signer_algorithm(signer)).as_deref(), Some(name));
        let (document, request, mut out) = (opened(&documents()[1]), house.request(None), null_mut());
        let status = sealcore_sign(document, request, signer, null(), &raw mut out, null_mut());
        if algorithm == "p256" {
            assert_eq!(status, SEALCORE_OK);
            assert_eq!(house.verdict(&taken(out)), Verdict::Valid);
        } else {
            assert_eq!(status, SEALCORE_E_CRYPTO);
        }
        sealcore_document_free(document);
        sealcore_request_free(request);
        sealcore_signer_free(signer);
        holder.free();
    }
    house.free();
}

#[test]
fn providers_that_misbehave_sign_nothing() {
    let house = House::new();
    for by_digest in [true, false] {
        for (does, status, code) in [
            (Does::Returns(0, 0), SEALCORE_E_SIGNER, 0),
            (Does::Returns(-5, 0x0a00_0024), SEALCORE_E_SIGNER, 0x0a00_0024),
            (Does::Returns(3, u64::MAX), SEALCORE_E_SIGNER, u64::MAX),
            (Does::Returns(2, 7), SEALCORE_E_CANCELLED, 0),
            (Does::Says(0), SEALCORE_E_SIGNER, 0),
            (Does::Says(73), SEALCORE_E_SIGNER, 0),
            (Does::Says(usize::MAX), SEALCORE_E_SIGNER, 0),
            (Does::Overflows, SEALCORE_E_SIGNER, 0),
            (Does::Says(72), SEALCORE_E_CRYPTO, 0),
            (Does::Lies, SEALCORE_E_CRYPTO, 0),
            (Does::Reenters, SEALCORE_E_SIGNER, 0),
        ] {
            let mut provider = Provider::new(&house.unit);
            provider.does = does;
            let own = provider.signer(&house.unit, by_digest);
            provider.own.store(own, Ordering::Relaxed);
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("out");
            let name = c(path.to_str().unwrap());
            for bytes in documents() {
                let (document, request, mut out, mut error) =
                    (opened(&bytes), house.request(None), null_mut(), null_mut());
                let got = sealcore_sign(document, request, own, null(), &raw mut out, &raw mut error);
                assert_eq!(got, status);
                assert!(out.is_null());
                assert_eq!(sealcore_error_vendor_code(error), code);
                let part = string(sealcore_error_part(error));
                if status == SEALCORE_E_SIGNER {
                    assert_eq!(
                        part.as_deref(),
                        Some(if by_digest { "sign_digest" } else { "sign_message" })
                    );
                }
                sealcore_error_free(error);
                assert_eq!(
                    sealcore_sign_to_path(document, request, own, null(), name.as_ptr(), null_mut()),
                    status
                );
                assert!(!path.exists(), "nothing is left");
                sealcore_document_free(document);
                sealcore_request_free(request);
            }
            let (request, mut seal) = (house.seal_request("v4"), null_mut());
            assert_eq!(sealcore_seal_make(request, own, &raw mut seal, null_mut()), status);
            sealcore_seal_request_free(request);
            sealcore_signer_free(own);
            assert_eq!(provider.drops.load(Ordering::Relaxed), 1);
        }
    }
    // A digest, from who takes digests and from who does not.
    for (by_digest, status) in [(true, SEALCORE_OK), (false, SEALCORE_E_UNSUPPORTED)] {
        let provider = Provider::new(&house.unit);
        let signer = provider.signer(&house.unit, by_digest);
        let (mut value, mut length) = ([0; 72], 71);
        let place = value.as_mut_ptr();
        let got = sealcore_signer_sign_digest(signer, [1; 32].as_ptr(), 32, place, &raw mut length, null_mut());
        assert_eq!((got, length), (SEALCORE_E_BUFFER, 72));
        assert_eq!(
            provider.calls.load(Ordering::Relaxed),
            0,
            "nothing is signed to learn a length"
        );
        let got = sealcore_signer_sign_digest(signer, [1; 32].as_ptr(), 32, place, &raw mut length, null_mut());
        assert_eq!(got, status);
        sealcore_signer_free(signer);
        length = 72;
        let got = sealcore_signer_sign_digest(signer, [1; 32].as_ptr(), 32, place, &raw mut length, null_mut());
        assert_eq!((got, length), (SEALCORE_E_HANDLE, 0), "there is no value");
    }
    house.free();
}

#[test]
fn callbacks_are_dropped_whatever_is_wrong() {
    let house = House::new();
    let provider = Provider::new(&house.unit);
    let drops = || provider.drops.swap(0, Ordering::Relaxed);
    let good = provider.callbacks(true);
    let mut signer = null_mut();
    let place = &raw mut signer;
    let own = &house.unit.certificates;
    let new = |callbacks: &sealcore_signer_callbacks, algorithm: *const _, certificates: &[u8], place, error| {
        let (pointer, length) = (certificates.as_ptr(), certificates.len());
        sealcore_signer_external(pointer, length, algorithm, &raw const *callbacks, place, error)
    };
    fails(SEALCORE_E_NULL, |error| new(&good, null(), own, null_mut(), error));
    assert_eq!(drops(), 2);
    fails(SEALCORE_E_CERTIFICATE, |error| new(&good, null(), b"x", place, error));
    assert_eq!(drops(), 2);
    fails(SEALCORE_E_ARGUMENT, |error| {
        new(&good, c"RSA-SHA-256".as_ptr(), own, place, error)
    });
    fails(SEALCORE_E_ARGUMENT, |error| {
        new(&good, c"?".as_ptr(), own, place, error)
    });
    fails(SEALCORE_E_UTF8, |error| new(&good, c"\xff".as_ptr(), own, place, error));
    fails(SEALCORE_E_NULL, |error| {
        sealcore_signer_external(null(), 0, null(), &raw const good, place, error)
    });
    assert_eq!(drops(), 8);
    let mut none = good;
    (none.sign_digest, none.sign_message) = (None, None);
    fails(SEALCORE_E_NULL, |error| new(&none, null(), own, place, error));
    assert_eq!(drops(), 2);
    let mut short = good;
    short.struct_size -= 1;
    fails(SEALCORE_E_ABI, |error| new(&short, null(), own, place, error));
    fails(SEALCORE_E_NULL, |error| {
        sealcore_signer_external(own.as_ptr(), own.len(), null(), null(), place, error)
    });
    assert_eq!(drops(), 0);
    house.free();
}

#[test]
fn why_an_authority_issues_nothing() {
    let house = House::new();
    for (does, status, code) in [
        (Does::Returns(2, 0), SEALCORE_E_CANCELLED, 0),
        (Does::Returns(-5, 0x0a00_0024), SEALCORE_E_AUTHORITY, 0x0a00_0024),
        (Does::Lies, SEALCORE_E_AUTHORITY, 0),
    ] {
        let mut provider = Provider::new(&house.tsa);
        provider.does = does;
        let (signer, mut authority) = (provider.signer(&house.tsa, true), null_mut());
        let options = c"{\"policy\": \"1.2.3.4\"}";
        ok(|error| sealcore_authority_local(signer, options.as_ptr(), &raw mut authority, error));
        let request = house.request(None);
        ok(|error| sealcore_request_set_authority(request, authority, error));
        let (document, mut out, mut error) = (opened(&documents()[1]), null_mut(), null_mut());
        let got = sealcore_sign(
            document,
            request,
            house.unit.signer,
            null(),
            &raw mut out,
            &raw mut error,
        );
        assert_eq!((got, sealcore_error_vendor_code(error)), (status, code));
        if does != Does::Lies {
            assert_eq!(string(sealcore_error_part(error)).as_deref(), Some("sign_digest"));
        }
        sealcore_error_free(error);
        // The reply to a requester does not say what failed inside, but there is none where the caller cancelled.
        let imprint = MessageImprint::of(DigestAlgorithm::Sm3, b"x").unwrap();
        let query = TimeStampRequest::new(imprint).to_der();
        let mut reply = null_mut();
        let got = sealcore_authority_respond(authority, query.as_ptr(), query.len(), &raw mut reply, null_mut());
        if status == SEALCORE_E_CANCELLED {
            assert_eq!(got, SEALCORE_E_CANCELLED);
            assert!(reply.is_null());
        } else {
            assert_eq!(got, SEALCORE_OK);
            assert!(
                TimeStampResponse::from_der(&taken(reply))
                    .unwrap()
                    .into_token()
                    .is_err()
            );
        }
        sealcore_document_free(document);
        sealcore_request_free(request);
        sealcore_authority_free(authority);
        sealcore_signer_free(signer);
    }
    house.free();
}
