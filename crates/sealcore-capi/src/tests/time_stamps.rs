#[path = "../../../sealcore/tests/timestamps/world.rs"]
#[allow(dead_code, unreachable_pub)] // each test file uses its own part
mod world;

use std::ptr::{null, null_mut};

use sealcore::cert::RevocationListTemplate;
use sealcore::digest::DigestAlgorithm;
use sealcore::key::{KeyAlgorithm, Signer as _};
use sealcore::lang::Lang;
use sealcore::timestamp::{Expected, Outcome, PkiFailure, TimeStampRequest, TimeStampResponse};
use serde_json::Value;
use world::{Authority, POLICY};

use super::{c, fails, ok, string, taken};
use crate::buffer::sealcore_buffer;
use crate::monitor::*;
use crate::report::*;
use crate::report_text::*;
use crate::status::*;
use crate::support::{DAY, now};
use crate::text::*;
use crate::timestamp::*;
use crate::verifier::*;

const DATA: &[u8] = b"what is stamped";

fn digest() -> Vec<u8> {
    DigestAlgorithm::Sm3.digest(DATA).unwrap()
}

fn request(flags: u32) -> Vec<u8> {
    let (digest, mut request) = (digest(), null_mut());
    ok(|error| {
        sealcore_timestamp_request(
            c"sm3".as_ptr(),
            digest.as_ptr(),
            digest.len(),
            c("1.2.156.10197.6.99.1").as_ptr(),
            flags,
            &raw mut request,
            error,
        )
    });
    taken(request)
}

fn reply(authority: &Authority, request: &[u8]) -> Vec<u8> {
    let mut reply = Vec::new();
    let outcome = authority.responder().respond(request, &mut reply);
    assert!(matches!(outcome, Outcome::Granted { .. }));
    reply
}

fn token(
    reply: &[u8],
    request: &[u8],
    token: *mut *mut sealcore_buffer,
    error: *mut *mut crate::error::sealcore_error,
) -> sealcore_status {
    let asked = if request.is_empty() { null() } else { request.as_ptr() };
    sealcore_timestamp_token(reply.as_ptr(), reply.len(), asked, request.len(), token, error)
}

fn verifier(authority: &Authority) -> *mut sealcore_verifier {
    let mut verifier = null_mut();
    ok(|error| sealcore_verifier_new(&raw mut verifier, error));
    let list = RevocationListTemplate {
        this_update: now().plus_seconds(-DAY),
        next_update: now().plus_seconds(30 * DAY),
        number: 1,
        entries: Vec::new(),
    };
    let list = list.issue(&authority.root).unwrap();
    let root = authority.root.certificate().der();
    ok(|error| sealcore_verifier_add_trust(verifier, root.as_ptr(), root.len(), error));
    ok(|error| sealcore_verifier_add_crl(verifier, list.der().as_ptr(), list.der().len(), error));
    ok(|error| sealcore_verifier_set_time(verifier, now().plus_seconds(60).unix(), error));
    verifier
}

#[test]
fn requests_say_what_was_asked_for() {
    let plain = TimeStampRequest::from_der(&request(0)).unwrap();
    assert_eq!((plain.imprint.digest, plain.policy), (digest(), Some(POLICY)));
    assert!(plain.nonce.is_none() && !plain.cert_req);
    let full = TimeStampRequest::from_der(&request(SEALCORE_STAMP_CERTIFICATES | SEALCORE_STAMP_NONCE)).unwrap();
    assert!(full.nonce.is_some() && full.cert_req);
    let again = TimeStampRequest::from_der(&request(SEALCORE_STAMP_NONCE)).unwrap();
    assert_ne!(full.nonce, again.nonce);

    let (digest, mut buffer) = (digest(), null_mut());
    let place = &raw mut buffer;
    let ask = |algorithm: &str, length, policy: Option<&str>, flags, error| {
        let policy = policy.map(c);
        let policy = policy.as_ref().map_or(null(), |policy| policy.as_ptr());
        sealcore_timestamp_request(
            c(algorithm).as_ptr(),
            digest.as_ptr(),
            length,
            policy,
            flags,
            place,
            error,
        )
    };
    ok(|error| ask("SHA-256", 32, None, 0, error));
    // SAFETY: written by the call.
    let none = TimeStampRequest::from_der(&taken(unsafe { *place })).unwrap();
    assert_eq!(none.policy, None);
    for algorithm in ["sha1", "md5", "keyed SM3", "1.2.156.10197.1.401.2", "crc32", ""] {
        fails(SEALCORE_E_ARGUMENT, |error| ask(algorithm, 32, None, 0, error));
    }
    fails(SEALCORE_E_ARGUMENT, |error| ask("sm3", 31, None, 0, error));
    fails(SEALCORE_E_ARGUMENT, |error| ask("sm3", 0, None, 0, error));
    fails(SEALCORE_E_ARGUMENT, |error| ask("sm3", 32, Some("1.x"), 0, error));
    fails(SEALCORE_E_ARGUMENT, |error| ask("sm3", 32, None, 4, error));
    fails(SEALCORE_E_NULL, |error| {
        sealcore_timestamp_request(null(), digest.as_ptr(), 32, null(), 0, place, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_timestamp_request(c"sm3".as_ptr(), null(), 32, null(), 0, place, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_timestamp_request(c"sm3".as_ptr(), digest.as_ptr(), 32, null(), 0, null_mut(), error)
    });
}

#[test]
fn tokens_are_taken_from_replies_to_what_was_asked() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let asked = request(SEALCORE_STAMP_NONCE | SEALCORE_STAMP_CERTIFICATES);
    let reply = reply(&authority, &asked);
    let mut buffer = null_mut();
    let place = &raw mut buffer;
    for request in [&asked[..], &[]] {
        ok(|error| token(&reply, request, place, error));
        let expected = TimeStampResponse::from_der(&reply).unwrap().into_token().unwrap();
        // SAFETY: written by the call.
        assert_eq!(taken(unsafe { *place }), expected.der());
    }
    // Another number.
    let other = request(SEALCORE_STAMP_NONCE);
    fails(SEALCORE_E_AUTHORITY, |error| token(&reply, &other, place, error));
    // Another digest.
    let mut other = TimeStampRequest::from_der(&asked).unwrap();
    other.imprint.digest[0] ^= 1;
    let told = fails(SEALCORE_E_AUTHORITY, |error| {
        token(&reply, &other.to_der(), place, error)
    });
    assert!(told.contains("other data"), "{told}");
    let refusal = TimeStampResponse::rejection(PkiFailure::BadAlg, "no such digest").to_der();
    let told = fails(SEALCORE_E_AUTHORITY, |error| token(&refusal, &asked, place, error));
    assert!(told.contains("no such digest"), "{told}");
    fails(SEALCORE_E_AUTHORITY, |error| token(b"<html>", &asked, place, error));
    fails(SEALCORE_E_ASN1, |error| token(&reply, b"x", place, error));
    fails(SEALCORE_E_NULL, |error| {
        sealcore_timestamp_token(null(), 0, null(), 0, place, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_timestamp_token(reply.as_ptr(), reply.len(), null(), 1, place, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_timestamp_token(reply.as_ptr(), reply.len(), null(), 0, null_mut(), error)
    });
}

#[test]
fn tokens_are_verified() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let asked = request(SEALCORE_STAMP_NONCE | SEALCORE_STAMP_CERTIFICATES);
    let reply = reply(&authority, &asked);
    let token = TimeStampResponse::from_der(&reply).unwrap().into_token().unwrap();
    let stamp = token.der();
    let verifier = verifier(&authority);
    let verify = |data: Option<&[u8]>, request: &[u8]| {
        let (mut verdict, mut report) = (0, null_mut());
        let (data, length) = data.map_or((null(), 0), |data| (data.as_ptr(), data.len()));
        ok(|error| {
            sealcore_timestamp_verify(
                verifier,
                stamp.as_ptr(),
                stamp.len(),
                data,
                length,
                request.as_ptr(),
                request.len(),
                null(),
                &raw mut verdict,
                &raw mut report,
                error,
            )
        });
        (verdict, report)
    };
    let (verdict, report) = verify(Some(DATA), &asked);
    assert_eq!(verdict, SEALCORE_VERDICT_VALID);
    assert_eq!(sealcore_report_verdict(report), SEALCORE_VERDICT_VALID);
    assert_eq!(sealcore_report_signature_count(report), 1);
    assert_eq!(sealcore_report_finding_count(report, SEALCORE_WHOLE_DOCUMENT), 0);
    let fact = |field| string(sealcore_report_signature_text(report, 0, field)).unwrap();
    assert_eq!(fact(SEALCORE_SIGNATURE_KIND), "timestamp");
    assert_eq!(fact(SEALCORE_SIGNATURE_STANDARD), "RFC 3161");
    assert_eq!(fact(SEALCORE_SIGNATURE_TIMESTAMP), now().to_string());
    assert_eq!(fact(SEALCORE_SIGNATURE_SIGNER_NAME), "时间戳");
    let mut expected = Expected::data(DATA);
    let parsed = TimeStampRequest::from_der(&asked).unwrap();
    expected.request = Some(&parsed);
    let same = authority.verify(stamp, &expected);
    let mut buffer = null_mut();
    ok(|error| sealcore_report_json(report, c"a.tst".as_ptr(), SEALCORE_LANG_ZH, &raw mut buffer, error));
    let json = taken(buffer);
    assert_eq!(json, same.to_json("a.tst", Lang::Zh).to_string().into_bytes());
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(
        (&json["format"], &json["token"]["policy"]),
        (&"timestamp".into(), &POLICY.to_string().into())
    );
    ok(|error| sealcore_report_render(report, c"a.tst".as_ptr(), SEALCORE_LANG_EN, &raw mut buffer, error));
    let text = String::from_utf8(taken(buffer)).unwrap();
    assert!(text.starts_with("VALID  a.tst\n  time:"), "{text}");
    sealcore_report_free(report);
    for (data, request, verdict, code) in [
        (
            Some(&b"other data"[..]),
            &asked[..],
            SEALCORE_VERDICT_INVALID,
            "digest-mismatch",
        ),
        // Bytes that are none, but are there.
        (Some(&[]), &[], SEALCORE_VERDICT_INVALID, "digest-mismatch"),
        (
            None,
            &request(SEALCORE_STAMP_NONCE),
            SEALCORE_VERDICT_INVALID,
            "timestamp-nonce",
        ),
        (None, &[], SEALCORE_VERDICT_INDETERMINATE, "timestamp-nothing-compared"),
    ] {
        let (found, report) = verify(data, request);
        let codes: Vec<_> = (0..sealcore_report_finding_count(report, 0))
            .map(|index| string(sealcore_report_finding_text(report, 0, index, SEALCORE_FINDING_CODE, 1)).unwrap())
            .collect();
        assert!(codes.iter().any(|one| one == code), "{codes:?}");
        assert_eq!(found, verdict, "{codes:?}");
        sealcore_report_free(report);
    }
    let (mut verdict, mut report) = (0, null_mut());
    let (verdict, report) = (&raw mut verdict, &raw mut report);
    let (p, n, d, l) = (stamp.as_ptr(), stamp.len(), DATA.as_ptr(), DATA.len());
    fails(SEALCORE_E_NULL, |e| {
        sealcore_timestamp_verify(null(), p, n, d, l, null(), 0, null(), verdict, report, e)
    });
    fails(SEALCORE_E_NULL, |e| {
        sealcore_timestamp_verify(verifier, null(), n, d, l, null(), 0, null(), verdict, report, e)
    });
    fails(SEALCORE_E_NULL, |e| {
        sealcore_timestamp_verify(verifier, p, n, null(), 1, null(), 0, null(), verdict, report, e)
    });
    fails(SEALCORE_E_NULL, |e| {
        sealcore_timestamp_verify(verifier, p, n, d, l, null(), 1, null(), verdict, report, e)
    });
    fails(SEALCORE_E_NULL, |e| {
        sealcore_timestamp_verify(verifier, p, n, d, l, null(), 0, null(), null_mut(), report, e)
    });
    fails(SEALCORE_E_NULL, |e| {
        sealcore_timestamp_verify(verifier, p, n, d, l, null(), 0, null(), verdict, null_mut(), e)
    });
    fails(SEALCORE_E_ASN1, |e| {
        sealcore_timestamp_verify(verifier, p, 7, d, l, null(), 0, null(), verdict, report, e)
    });
    fails(SEALCORE_E_TYPE, |e| {
        sealcore_timestamp_verify(verifier, p, n, d, l, null(), 0, verifier.cast(), verdict, report, e)
    });
    let mut monitor = null_mut();
    ok(|error| sealcore_monitor_new(null(), &raw mut monitor, error));
    ok(|e| sealcore_timestamp_verify(verifier, p, n, d, l, null(), 0, monitor, verdict, report, e));
    // SAFETY: written by the call.
    sealcore_report_free(unsafe { *report });
    ok(|error| sealcore_monitor_cancel(monitor, error));
    fails(SEALCORE_E_CANCELLED, |e| {
        sealcore_timestamp_verify(verifier, p, n, d, l, null(), 0, monitor, verdict, report, e)
    });
    // SAFETY: written by the call.
    assert!(unsafe { *verdict == 0 && (*report).is_null() });
    sealcore_monitor_free(monitor);
    ok(|error| sealcore_verifier_set_limit(verifier, c"part_bytes".as_ptr(), 100, error));
    fails(SEALCORE_E_LIMIT, |e| {
        sealcore_timestamp_verify(verifier, p, n, d, l, null(), 0, null(), verdict, report, e)
    });
    sealcore_verifier_free(verifier);
}
