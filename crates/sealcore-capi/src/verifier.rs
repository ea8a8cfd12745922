//! `sealcore_verifier`: what verification is given, and verification.

use std::ffi::c_char;
use std::path::Path;

use sealcore_core::asn1::Time;
use sealcore_core::cert::{CertificateBag, TrustStore};
use sealcore_core::limits::Limits;
use sealcore_core::report::{Policy, Verdict};
use sealcore_core::text;
use sealcore_core::verify::VerifyOptions;

use crate::call::{self, bad, change, operation};
use crate::document::sealcore_document;
use crate::error::sealcore_error;
use crate::handle::{Kind, Opaque};
use crate::log;
use crate::monitor::{Watched, sealcore_monitor};
use crate::report::{Told, sealcore_report};
use crate::status::sealcore_status;

/// Everything holds.
pub const SEALCORE_VERDICT_VALID: i32 = 1;
/// Something is broken or against the rules.
pub const SEALCORE_VERDICT_INVALID: i32 = 2;
/// Something could not be judged.
pub const SEALCORE_VERDICT_INDETERMINATE: i32 = 3;
/// There is no signature, document time stamps apart, and nothing speaks against the document.
pub const SEALCORE_VERDICT_UNSIGNED: i32 = 4;

/// Whom to trust, and by which rules to judge. Made once, used by any number of threads and documents.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_verifier {
    _private: [u8; 0],
}

impl Opaque for sealcore_verifier {
    type Object = Verifier;
    const KIND: Kind = Kind::Verifier;
}

/// What a handle stands for.
#[derive(Default)]
pub struct Verifier {
    trust: TrustStore,
    /// Has the revocation lists and helping certificates from the start, and counts once anchors were given.
    makers: TrustStore,
    makers_given: bool,
    policy: Policy,
    at: Option<Time>,
    limits: Limits,
}

impl Verifier {
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// For one verification, which asks for the time where none was set.
    pub(crate) fn options<'a>(&'a self, watched: &'a Watched<'a>) -> VerifyOptions<'a> {
        let mut options = VerifyOptions::new(&self.trust, self.at.unwrap_or_else(sealcore_system::now));
        options.maker_trust = self.makers_given.then_some(&self.makers);
        options.policy = self.policy;
        options.limits = self.limits.clone();
        options.monitor = watched;
        options
    }

    fn trust(&mut self, bag: CertificateBag) {
        self.trust.trust(bag);
    }

    fn trust_makers(&mut self, bag: CertificateBag) {
        self.makers.trust(bag);
        self.makers_given = true;
    }

    fn support(&mut self, bag: CertificateBag) {
        self.makers.support(bag.clone());
        self.trust.support(bag);
    }
}

/// A verifier that trusts nobody, under the policy "seal", the usual limits, and the time of each verification.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verifier_new(
    verifier: *mut *mut sealcore_verifier,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| call.out(verifier, "verifier")?.put(Verifier::default()))
}

/// Trusts the self-signed certificates in `bytes`: PEM, DER or P7B. The others help to build paths; where none is self-signed,
/// all are trusted. Revocation lists among them count. SEALCORE_E_CERTIFICATE when it holds none or one that cannot be read;
/// nothing is added then.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verifier_add_trust(
    verifier: *mut sealcore_verifier,
    bytes: *const u8,
    length: usize,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    add_bytes(verifier, bytes, length, error, Verifier::trust)
}

/// As sealcore_verifier_add_trust, for a file or a folder. A folder is one source and may hold other files; one whose name
/// promises a certificate (.cer, .crl, .crt, .der, .p7b, .p7c, .pem) that it does not hold is passed over with a warning in
/// the log.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verifier_add_trust_path(
    verifier: *mut sealcore_verifier,
    path: *const c_char,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    add_path(verifier, path, error, Verifier::trust)
}

/// Trusts certificates for makers of seals alone. Once there are any, makers are judged by these and no longer by
/// sealcore_verifier_add_trust.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verifier_add_maker_trust(
    verifier: *mut sealcore_verifier,
    bytes: *const u8,
    length: usize,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    add_bytes(verifier, bytes, length, error, Verifier::trust_makers)
}

/// As sealcore_verifier_add_maker_trust, for a file or a folder.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verifier_add_maker_trust_path(
    verifier: *mut sealcore_verifier,
    path: *const c_char,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    add_path(verifier, path, error, Verifier::trust_makers)
}

/// Takes revocation lists and certificates that help to build paths, without trusting any.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verifier_add_crl(
    verifier: *mut sealcore_verifier,
    bytes: *const u8,
    length: usize,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    add_bytes(verifier, bytes, length, error, Verifier::support)
}

/// As sealcore_verifier_add_crl, for a file or a folder.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verifier_add_crl_path(
    verifier: *mut sealcore_verifier,
    path: *const c_char,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    add_path(verifier, path, error, Verifier::support)
}

/// Sets the rules by which findings become a verdict: "seal" (as at first), "pades" or "pades-p1-strict".
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verifier_set_policy(
    verifier: *mut sealcore_verifier,
    policy: *const c_char,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        call.exclusive(verifier, "verifier", |verifier| {
            let name = call::string(policy, "policy")?;
            verifier.policy = Policy::from_name(name).ok_or_else(|| {
                let known: Vec<_> = Policy::ALL.iter().map(|policy| policy.name()).collect();
                let known = known.join(", ");
                bad(
                    "policy",
                    text!(
                        "policy “{name}” is not known; there are: {known}",
                        "策略“{name}”未知；可用策略：{known}"
                    ),
                )
            })?;
            Ok(())
        })
    })
}

/// Sets the moment, in Unix seconds, at which revocation data and time-stamp trust are judged, and bare seals altogether.
/// Where it is not set, it is the time of each verification. Signatures are judged at their signing time all the same.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verifier_set_time(
    verifier: *mut sealcore_verifier,
    unix_seconds: i64,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        call.exclusive(verifier, "verifier", |verifier| {
            verifier.at = Some(Time::from_unix(unix_seconds));
            Ok(())
        })
    })
}

/// Sets what a hostile document may cost: "entries", "entry_bytes", "inflated_bytes", "part_bytes", "xml_depth", "xml_nodes",
/// "signatures", "references", "pages", "objects", "revisions" or "path_steps"; sealcore_call with "describe" tells the usual
/// values. Each verification has them to itself; one that needs more ends in SEALCORE_E_LIMIT.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verifier_set_limit(
    verifier: *mut sealcore_verifier,
    limit: *const c_char,
    value: u64,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        call.exclusive(verifier, "verifier", |verifier| {
            let limit = call::string(limit, "limit")?;
            verifier
                .limits
                .set(limit, value)
                .map_err(|error| error.in_part("limit"))?;
            Ok(())
        })
    })
}

/// Frees a verifier. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verifier_free(verifier: *mut sealcore_verifier) {
    call::free(verifier);
}

/// Verifies every signature of a document, or a seal. SEALCORE_OK says that there was something to judge; the judgement is in
/// `*verdict` (SEALCORE_VERDICT_*) and, with its reasons, in `*report`. `monitor` may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verify(
    verifier: *const sealcore_verifier,
    document: *const sealcore_document,
    monitor: *const sealcore_monitor,
    verdict: *mut i32,
    report: *mut *mut sealcore_report,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let verdict = call.out_number(verdict, "verdict");
        let report = call.out(report, "report");
        let (verdict, report) = (verdict?, report?);
        let verifier = call.shared(verifier, "verifier")?;
        let document = call.shared(document, "document")?;
        let watch = call.shared_or_none(monitor, "monitor")?;
        let found = document.with(verifier.limits(), |document| {
            let watched = Watched::new(watch.as_deref(), document.size());
            Ok(document.verify(&verifier.options(&watched))?)
        })?;
        let number = number_of(found.verdict);
        report.put(Told::document(found))?;
        verdict.put(number);
        Ok(())
    })
}

/// The number that stands for a verdict.
pub(crate) fn number_of(verdict: Verdict) -> i32 {
    match verdict {
        Verdict::Valid => SEALCORE_VERDICT_VALID,
        Verdict::Invalid => SEALCORE_VERDICT_INVALID,
        Verdict::Indeterminate => SEALCORE_VERDICT_INDETERMINATE,
        Verdict::Unsigned => SEALCORE_VERDICT_UNSIGNED,
    }
}

/// The name of a verdict as it stands in JSON: "valid", ...; NULL for a number that is none. Static.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_verdict_name(verdict: i32) -> *const c_char {
    match verdict {
        SEALCORE_VERDICT_VALID => c"valid".as_ptr(),
        SEALCORE_VERDICT_INVALID => c"invalid".as_ptr(),
        SEALCORE_VERDICT_INDETERMINATE => c"indeterminate".as_ptr(),
        SEALCORE_VERDICT_UNSIGNED => c"unsigned".as_ptr(),
        _ => std::ptr::null(),
    }
}

fn add_bytes(
    verifier: *mut sealcore_verifier,
    bytes: *const u8,
    length: usize,
    error: *mut *mut sealcore_error,
    add: impl FnOnce(&mut Verifier, CertificateBag),
) -> sealcore_status {
    change(error, |call| {
        let mut bag = CertificateBag::new();
        bag.add_bytes(call::some_bytes(bytes, length, "bytes")?, "bytes")?;
        call.exclusive(verifier, "verifier", |verifier| {
            add(verifier, bag);
            Ok(())
        })
    })
}

fn add_path(
    verifier: *mut sealcore_verifier,
    path: *const c_char,
    error: *mut *mut sealcore_error,
    add: impl FnOnce(&mut Verifier, CertificateBag),
) -> sealcore_status {
    change(error, |call| {
        let path = call::string(path, "path")?;
        let collected = sealcore_system::collect(Path::new(path)).map_err(|error| about(error, path))?;
        call.exclusive(verifier, "verifier", |verifier| {
            add(verifier, collected.bag);
            Ok(())
        })?;
        for error in collected.passed_over {
            log::say(log::SEALCORE_LOG_WARNING, || format!("passed over: {error}"));
        }
        Ok(())
    })
}

/// Names the path where the error does not do so itself.
fn about(error: sealcore_core::error::Error, path: &str) -> sealcore_core::error::Error {
    if error.part().is_some_and(|part| part.starts_with(path)) {
        error
    } else {
        error.in_part(path)
    }
}
