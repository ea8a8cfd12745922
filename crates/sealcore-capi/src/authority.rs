//! `sealcore_authority`: who issues time stamps (RFC 3161): with a key at hand, or behind a callback.

use std::ffi::{c_char, c_void};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sealcore_core::asn1::Oid;
use sealcore_core::cert::TrustStore;
use sealcore_core::error::{Error, ErrorKind};
use sealcore_core::text;
use sealcore_core::timestamp::{
    AuthorityConfig, ClockRules, CountedSerials, MessageImprint, Nonce, Outcome as Answer, RandomSerials, Responder,
    SerialSource, TimeStampRequest, TimeStampToken,
};
use sealcore_core::verify::VerifyOptions;
use sealcore_system::{Random, SystemClock, now};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::buffer::sealcore_buffer;
use crate::call::{self, bad, operation};
use crate::callback::{self, Callbacks, Given, User};
use crate::error::sealcore_error;
use crate::failure::{Failure, Outcome};
use crate::handle::{Kind, Opaque};
use crate::signer::sealcore_signer;
use crate::status::{SEALCORE_E_AUTHORITY, SEALCORE_E_CANCELLED, sealcore_status};
use crate::{log, options};

/// Room for the reply of an external authority.
const REPLY: usize = 64 << 10;
/// Serial numbers that are reserved in the file at a time.
const BLOCK: u32 = 1_000;

/// A time-stamp authority. Several threads may use one at once.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_authority {
    _private: [u8; 0],
}

impl Opaque for sealcore_authority {
    type Object = Authority;
    const KIND: Kind = Kind::Authority;
}

/// What a handle stands for.
pub enum Authority {
    /// Its key is at hand.
    Local(Box<Responder>),
    /// The caller asks it.
    External(Remote),
}

/// How a local authority issues.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LocalOptions {
    policy: String,
    accuracy_ms: Option<u64>,
    #[serde(default)]
    ordering: bool,
    serials: Option<String>,
    #[serde(default)]
    other_policies: Vec<String>,
    #[serde(default)]
    state_name: bool,
}

/// An authority with a key at hand. The signer's certificate must be for time stamps and nothing else (RFC 3161, 2.3). `json` is
/// `{"policy": "1.2.3.4", "accuracy_ms": 1000, "ordering": false, "serials": "path", "other_policies": ["..."],
/// "state_name": false}`, all but `policy` optional. `accuracy_ms`, 1 to 3600000, is what tokens promise of the system's clock;
/// `ordering` makes every time later than the one before; `state_name` puts the authority's name into tokens.
///
/// `serials` is a text file with one decimal number and a line feed, 1 for a new authority, which remembers the serial numbers
/// over restarts and which one process at a time may use. It must be there, since one that was lost must not begin again.
/// Without it numbers are random.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_authority_local(
    signer: *const sealcore_signer,
    json: *const c_char,
    authority: *mut *mut sealcore_authority,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(authority, "authority")?;
        let held = call.shared(signer, "signer")?;
        let options: LocalOptions = options::read(json, "json")?;
        let accuracy = options.accuracy_ms.unwrap_or(1_000);
        if !(1..=3_600_000).contains(&accuracy) {
            let message = text!(
                "accuracy_ms is 1 to 3600000, not {accuracy}",
                "accuracy_ms 应为 1 至 3600000，而非 {accuracy}"
            );
            return Err(bad("accuracy_ms", message));
        }
        let mut rules = ClockRules::new(Duration::from_millis(accuracy));
        rules.ordered = options.ordering;
        let mut config = AuthorityConfig::new(policy(&options.policy, "policy")?, rules);
        let others = options.other_policies.iter();
        config.other_policies = others
            .map(|one| policy(one, "other_policies"))
            .collect::<Outcome<_>>()?;
        config.state_name = options.state_name;
        let serials: Box<dyn SerialSource> = match &options.serials {
            Some(path) => Box::new(CountedSerials::open(Path::new(path), BLOCK)?),
            None => Box::new(RandomSerials::new(&mut Random::new()?)),
        };
        let responder = Responder::new(
            config,
            Box::new(Arc::clone(&held.signer)),
            Box::new(SystemClock::new()),
            serials,
            Box::new(|bytes: &mut [u8]| sealcore_system::fill(bytes)),
        )?;
        out.put(Authority::Local(Box::new(responder)))
    })
}

fn policy(oid: &str, argument: &str) -> Outcome<Oid> {
    Oid::parse(oid).ok_or_else(|| {
        let message = text!("“{oid}” is no object identifier", "“{oid}”不是对象标识符");
        bad(argument, message)
    })
}

/// Asks an authority elsewhere: the caller brings HTTP.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct sealcore_authority_callbacks {
    /// Size of this structure in bytes.
    pub struct_size: u32,
    /// Has a TimeStampReq answered: posted as `application/timestamp-query`, the `application/timestamp-reply` is written into
    /// `reply`, which has room for `capacity` bytes (64 KiB), its length into `length`. `SEALCORE_CALLBACK_CANCEL` ends the
    /// call in `SEALCORE_E_CANCELLED`; anything but `SEALCORE_CALLBACK_OK`, and a length of 0 or above `capacity`, in
    /// `SEALCORE_E_AUTHORITY`. Called on the thread of the call that signs.
    pub respond: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            request: *const u8,
            request_length: usize,
            reply: *mut u8,
            capacity: usize,
            length: *mut usize,
        ) -> i32,
    >,
    /// Frees `user`, when the authority is freed and no request holds it; may be NULL.
    pub drop: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// Handed to the callbacks.
    pub user: *mut c_void,
}

// SAFETY: repr(C), the size is first, zero bytes are NULL functions and pointers.
unsafe impl Callbacks for sealcore_authority_callbacks {
    const MIN_SIZE: usize = size_of::<Self>();
}

/// An authority behind a callback.
pub struct Remote {
    respond: unsafe extern "C" fn(*mut c_void, *const u8, usize, *mut u8, usize, *mut usize) -> i32,
    user: User,
}

/// An authority behind a callback. `callbacks->drop` is called exactly once, when this call fails too, unless `callbacks` is
/// NULL or too small.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_authority_external(
    callbacks: *const sealcore_authority_callbacks,
    authority: *mut *mut sealcore_authority,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(authority, "authority");
        let callbacks = callback::copy(callbacks, "callbacks")?;
        let user = User::new(callbacks.user, callbacks.drop);
        let out = out?;
        let respond = callbacks.respond.ok_or_else(|| Failure::null("callbacks.respond"))?;
        out.put(Authority::External(Remote { respond, user }))
    })
}

/// Answers a TimeStampReq with a TimeStampResp. A local authority has a reply to everything: that it refuses stands in it, and why
/// in the log. `SEALCORE_E_CANCELLED` when its signer or an external authority cancelled.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_authority_respond(
    authority: *const sealcore_authority,
    request: *const u8,
    length: usize,
    reply: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(reply, "reply")?;
        let authority = call.shared(authority, "authority")?;
        let request = call::some_bytes(request, length, "request")?;
        out.put(Zeroizing::new(authority.respond(request)?))
    })
}

/// Frees an authority. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_authority_free(authority: *mut sealcore_authority) {
    call::free(authority);
}

impl Authority {
    fn respond(&self, request: &[u8]) -> Outcome<Vec<u8>> {
        match self {
            Self::Local(responder) => {
                let (reply, reason) = issue(responder, request);
                match reason {
                    Some(reason) if reason.kind() == ErrorKind::Cancelled => Err(reason.into()),
                    Some(reason) => {
                        // The reply does not tell the requester what failed inside.
                        log::say(log::SEALCORE_LOG_WARNING, || {
                            format!("no time stamp was issued: {reason}")
                        });
                        Ok(reply)
                    }
                    None => Ok(reply),
                }
            }
            Self::External(remote) => remote.respond(request),
        }
    }

    /// A token over `imprint`, after it was checked: it answers the request that was made for it, nonce included, and its
    /// signature holds. Whether its authority is trusted is for those who verify the document.
    pub(crate) fn stamp(&self, imprint: MessageImprint) -> Outcome<TimeStampToken> {
        let request = TimeStampRequest::new(imprint).with_nonce(Nonce::random(&mut Random::new()?));
        let reply = match self {
            Self::Local(responder) => match issue(responder, &request.to_der()) {
                (_, Some(reason)) => return Err(refused(reason)),
                (reply, None) => reply,
            },
            Self::External(remote) => remote.respond(&request.to_der())?,
        };
        let trust = TrustStore::new();
        request
            .accept(&reply, &VerifyOptions::new(&trust, now()))
            .map_err(refused)
    }
}

/// The reply, and why it is no token.
fn issue(responder: &Responder, request: &[u8]) -> (Vec<u8>, Option<Error>) {
    let mut reply = Vec::new();
    match responder.respond(request, &mut reply) {
        Answer::Refused { reason, .. } => (reply, Some(reason)),
        _ => (reply, None),
    }
}

/// Whatever is wrong with a reply is the authority's fault, but that its signer cancelled.
pub(crate) fn refused(error: Error) -> Failure {
    let is_cancelled = error.kind() == ErrorKind::Cancelled;
    let mut failure = Failure::from(error);
    if !is_cancelled {
        failure.status = SEALCORE_E_AUTHORITY;
    }
    failure
}

impl Remote {
    fn respond(&self, request: &[u8]) -> Outcome<Vec<u8>> {
        let given = callback::fill(REPLY, |place, capacity, length| {
            // SAFETY: the caller's function with the caller's pointer; request, place and length live until it returns.
            unsafe {
                (self.respond)(
                    self.user.pointer(),
                    request.as_ptr(),
                    request.len(),
                    place,
                    capacity,
                    length,
                )
            }
        });
        let (status, message) = match given {
            Given::Bytes(reply) => return Ok(reply),
            Given::Cancelled => (
                SEALCORE_E_CANCELLED,
                text!("the time-stamp authority cancelled", "时间戳机构已取消"),
            ),
            Given::Failed(returned) => (
                SEALCORE_E_AUTHORITY,
                text!(
                    "the time-stamp authority failed: its callback returned {returned}",
                    "时间戳机构失败：回调函数返回 {returned}"
                ),
            ),
            Given::Nonsense(what) => (SEALCORE_E_AUTHORITY, what),
        };
        Err(Failure::new(status, message).about("respond"))
    }
}
