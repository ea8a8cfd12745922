//! Time stamps of RFC 3161: requests, replies, verification of tokens. Who sends a request to an authority is the caller.

use std::ffi::c_char;

use sealcore_core::asn1::Oid;
use sealcore_core::error::Error;
use sealcore_core::text;
use sealcore_core::timestamp::{self, Expected, MessageImprint, Nonce, TimeStampRequest, TimeStampResponse};
use sealcore_system::Random;

use crate::buffer::sealcore_buffer;
use crate::call::{self, bad, operation};
use crate::digest::known;
use crate::error::sealcore_error;
use crate::failure::Failure;
use crate::monitor::{Watched, sealcore_monitor};
use crate::report::{Told, sealcore_report};
use crate::status::{SEALCORE_E_AUTHORITY, sealcore_status};
use crate::verifier::{number_of, sealcore_verifier};

/// The authority shall put its certificate into the token.
pub const SEALCORE_STAMP_CERTIFICATES: u32 = 1;
/// A random number goes with the request, which the token must repeat.
pub const SEALCORE_STAMP_NONCE: u32 = 2;

/// A request for a time stamp over data whose digest is given, by `digest_algorithm`: "sm3", "sha256", ...; sealcore_call with
/// "describe" lists them. `policy`, an object identifier as "1.2.156.1", may be NULL: the authority's own then. `flags` are
/// SEALCORE_STAMP_*, added up. The request is DER, to be sent as application/timestamp-query.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_timestamp_request(
    digest_algorithm: *const c_char,
    digest: *const u8,
    length: usize,
    policy: *const c_char,
    flags: u32,
    request: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(request, "request")?;
        let name = call::string(digest_algorithm, "digest_algorithm")?;
        let digest = call::some_bytes(digest, length, "digest")?;
        let policy = call::text_or_none(policy, "policy")?;
        let algorithm = known(name, "digest_algorithm")?;
        if flags & !(SEALCORE_STAMP_CERTIFICATES | SEALCORE_STAMP_NONCE) != 0 {
            return Err(bad(
                "flags",
                text!("there is no such flag: {flags}", "无此标志：{flags}"),
            ));
        }
        let imprint = MessageImprint::new(algorithm, digest).map_err(|error| error.in_part("digest"))?;
        let mut request = TimeStampRequest::new(imprint).with_certificates(flags & SEALCORE_STAMP_CERTIFICATES != 0);
        if let Some(policy) = policy {
            request = request.with_policy(Oid::parse(policy).ok_or_else(|| {
                bad(
                    "policy",
                    text!("“{policy}” is no object identifier", "“{policy}”不是对象标识符"),
                )
            })?);
        }
        if flags & SEALCORE_STAMP_NONCE != 0 {
            request = request.with_nonce(Nonce::random(&mut Random::new()?));
        }
        out.put(request.to_der().into())
    })
}

/// The token of an authority's reply. With `request`, which may be NULL, the token must be of what was asked for: digest,
/// number and policy are compared. Neither its signature nor its authority is verified: see sealcore_timestamp_verify.
/// SEALCORE_E_AUTHORITY, with the reason, when the authority refused, or replied something else.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_timestamp_token(
    reply: *const u8,
    reply_length: usize,
    request: *const u8,
    request_length: usize,
    token: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(token, "token")?;
        let reply = call::some_bytes(reply, reply_length, "reply")?;
        let request = asked(request, request_length)?;
        let token = TimeStampResponse::from_der(reply)
            .and_then(TimeStampResponse::into_token)
            .map_err(authority)?;
        if let Some(request) = &request {
            Expected::request(request).check(&token).map_err(authority)?;
        }
        out.put(token.der().to_vec().into())
    })
}

/// Verifies a token: not a whole reply. `data`, what was stamped, and `request`, what was asked for, may be NULL, and what is
/// not given is not compared; where neither is, that is a finding. The report has one signature, of the kind "timestamp", and
/// in its JSON form what the token states. SEALCORE_E_ASN1 when it is no token at all. `monitor` may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_timestamp_verify(
    verifier: *const sealcore_verifier,
    token: *const u8,
    token_length: usize,
    data: *const u8,
    data_length: usize,
    request: *const u8,
    request_length: usize,
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
        let token = call::some_bytes(token, token_length, "token")?;
        let given = call::bytes(data, data_length, "data")?;
        let request = asked(request, request_length)?;
        let watch = call.shared_or_none(monitor, "monitor")?;
        let mut expected = Expected::default();
        // No bytes at an address are data of length 0; no address is no data.
        expected.data = (!data.is_null()).then_some(given);
        expected.request = request.as_ref();
        let total = (token.len() as u64).saturating_add(given.len() as u64);
        let watched = Watched::new(watch.as_deref(), total);
        let found = timestamp::verify(token, &expected, &verifier.options(&watched))?;
        let number = number_of(found.verdict);
        report.put(Told::time_stamp(found))?;
        verdict.put(number);
        Ok(())
    })
}

fn asked(request: *const u8, length: usize) -> Result<Option<TimeStampRequest>, Failure> {
    let bytes = call::bytes(request, length, "request")?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let request = TimeStampRequest::from_der(bytes).map_err(|error| error.in_part("request"))?;
    Ok(Some(request))
}

/// Whatever is wrong with what an authority sent is the authority's failure.
fn authority(error: Error) -> Failure {
    let mut failure = Failure::from(error);
    failure.status = SEALCORE_E_AUTHORITY;
    failure
}
