use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering};

use sealcore::report::Verdict;

use super::house::{House, documents};
use super::{c, fails, ok, opened, string, taken};
use crate::authority::*;
use crate::document::*;
use crate::request::*;
use crate::session::*;
use crate::sign::*;
use crate::signer::*;
use crate::status::*;

fn prepared(house: &House, bytes: &[u8], generation: Option<&str>, reserve: i64) -> *mut sealcore_session {
    let (request, document, mut session) = (house.request(generation), opened(bytes), null_mut());
    let own = &house.unit.certificates;
    ok(|error| sealcore_request_set_certificate(request, own.as_ptr(), own.len(), error));
    if reserve > 0 {
        ok(|error| sealcore_request_set_number(request, SEALCORE_REQUEST_RESERVE, reserve, error));
    }
    ok(|error| sealcore_prepare(document, request, null(), &raw mut session, error));
    sealcore_document_free(document);
    sealcore_request_free(request);
    session
}

/// The signature over the session's digest.
fn value(house: &House, session: *const sealcore_session) -> Vec<u8> {
    let (mut digest, mut length) = ([0; 64], 64);
    ok(|error| sealcore_session_digest(session, digest.as_mut_ptr(), &raw mut length, error));
    assert_eq!(length, 32);
    let (mut value, mut size) = ([0; 72], 72);
    ok(|error| {
        let place = value.as_mut_ptr();
        sealcore_signer_sign_digest(house.unit.signer, digest.as_ptr(), length, place, &raw mut size, error)
    });
    value[..size].to_vec()
}

#[test]
fn a_session_is_saved_and_taken_up() {
    let house = House::new();
    let folder = tempfile::tempdir().unwrap();
    for bytes in documents() {
        let is_pdf = bytes.starts_with(b"%PDF");
        for generation in [None, Some("v1"), Some("v5")] {
            let first = prepared(&house, &bytes, generation, 0);
            let (mut saved, mut session) = (null_mut(), null_mut());
            ok(|error| sealcore_session_save(first, &raw mut saved, error));
            sealcore_session_free(first);
            let saved = taken(saved);
            ok(|error| sealcore_session_load(saved.as_ptr(), saved.len(), &raw mut session, error));
            assert_eq!(string(sealcore_session_algorithm(session)).as_deref(), Some("SM2-SM3"));
            let value = value(&house, session);
            let (document, mut out) = (opened(&bytes), null_mut());
            let place = &raw mut out;
            let complete = |document, value: &[u8], error| {
                sealcore_session_complete(session, document, value.as_ptr(), value.len(), place, error)
            };
            ok(|error| complete(document, &value, error));
            let signed = taken(out);
            assert_eq!(house.verdict(&signed), Verdict::Valid);
            // Another value, another document, another format.
            let mut wrong = value.clone();
            *wrong.last_mut().unwrap() ^= 1;
            fails(SEALCORE_E_CRYPTO, |error| complete(document, &wrong, error));
            let other = opened(&signed);
            fails(SEALCORE_E_ARGUMENT, |error| complete(other, &value, error));
            let [ofd, pdf] = documents();
            let strange = opened(if is_pdf { &ofd } else { &pdf });
            fails(SEALCORE_E_ARGUMENT, |error| complete(strange, &value, error));
            sealcore_document_free(other);
            sealcore_document_free(strange);
            // To a path, appended, as a tail.
            let path = folder.path().join("out");
            let name = c(path.to_str().unwrap());
            ok(|error| {
                let (value, length) = (value.as_ptr(), value.len());
                sealcore_session_complete_to_path(session, document, value, length, name.as_ptr(), error)
            });
            assert_eq!(std::fs::read(&path).unwrap(), signed);
            std::fs::write(&path, &bytes).unwrap();
            let append = |error| sealcore_session_append(session, name.as_ptr(), value.as_ptr(), value.len(), error);
            let tail = |error| sealcore_session_tail(session, value.as_ptr(), value.len(), place, error);
            if is_pdf {
                ok(append);
                assert_eq!(std::fs::read(&path).unwrap(), signed);
                ok(tail);
                assert_eq!([bytes.clone(), taken(out)].concat(), signed);
            } else {
                fails(SEALCORE_E_UNSUPPORTED, append);
                fails(SEALCORE_E_UNSUPPORTED, tail);
            }
            sealcore_document_free(document);
            sealcore_session_free(session);
        }
    }
    let mut session = null_mut();
    let place = &raw mut session;
    fails(SEALCORE_E_ASN1, |error| {
        sealcore_session_load(b"x".as_ptr(), 1, place, error)
    });
    fails(SEALCORE_E_NULL, |error| sealcore_session_load(null(), 0, place, error));
    // The signer has to be known.
    let (request, document) = (house.request(None), opened(&documents()[0]));
    fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_prepare(document, request, null(), place, error)
    });
    sealcore_document_free(document);
    sealcore_request_free(request);
    assert_eq!(string(sealcore_session_algorithm(null())), None);
    house.free();
}

#[test]
fn the_message_is_what_is_digested() {
    let house = House::new();
    for bytes in documents() {
        let session = prepared(&house, &bytes, Some("v4"), 0);
        let (mut message, mut digest, mut length) = (null_mut(), [0; 32], 0);
        ok(|error| sealcore_session_message(session, &raw mut message, error));
        let status = sealcore_session_digest(session, digest.as_mut_ptr(), &raw mut length, null_mut());
        assert_eq!((status, length), (SEALCORE_E_BUFFER, 32));
        ok(|error| sealcore_session_digest(session, digest.as_mut_ptr(), &raw mut length, error));
        let certificate = sealcore::cert::Certificate::from_pem_or_der(&house.unit.certificates).unwrap();
        let algorithm = sealcore::algorithm::SignatureAlgorithm::Sm2Sm3;
        let expected = certificate.public_key().message_digest(algorithm, &taken(message));
        assert_eq!(expected.unwrap(), digest);
        sealcore_session_free(session);
    }
    house.free();
}

fn authority(house: &House, options: &str) -> *mut sealcore_authority {
    let (mut authority, options) = (null_mut(), c(options));
    ok(|error| sealcore_authority_local(house.tsa.signer, options.as_ptr(), &raw mut authority, error));
    authority
}

#[test]
fn a_session_is_stamped() {
    let house = House::new();
    let authority = authority(&house, r#"{"policy": "1.2.3.4", "state_name": true, "ordering": true}"#);
    for bytes in documents() {
        for generation in [None, Some("v4")] {
            let session = prepared(&house, &bytes, generation, 8192);
            let other = prepared(&house, &bytes, Some("v5"), 8192);
            let (value_, foreign) = (value(&house, session), value(&house, other));
            let ask = |session, value: &[u8]| {
                let (mut request, mut reply) = (null_mut(), null_mut());
                ok(|error| {
                    sealcore_session_time_stamp_request(session, value.as_ptr(), value.len(), &raw mut request, error)
                });
                let request = taken(request);
                ok(|error| {
                    sealcore_authority_respond(authority, request.as_ptr(), request.len(), &raw mut reply, error)
                });
                taken(reply)
            };
            let (reply, of_other) = (ask(session, &value_), ask(other, &foreign));
            let add = |reply: &[u8], error| {
                let (value, length) = (value_.as_ptr(), value_.len());
                sealcore_session_add_time_stamp(session, value, length, reply.as_ptr(), reply.len(), error)
            };
            fails(SEALCORE_E_AUTHORITY, |error| add(&of_other, error));
            fails(SEALCORE_E_AUTHORITY, |error| add(b"<html>", error));
            let mut broken = reply.clone();
            *broken.last_mut().unwrap() ^= 1;
            fails(SEALCORE_E_AUTHORITY, |error| add(&broken, error));
            fails(SEALCORE_E_CRYPTO, |error| {
                let (value, length) = (foreign.as_ptr(), foreign.len());
                sealcore_session_add_time_stamp(session, value, length, reply.as_ptr(), reply.len(), error)
            });
            // A bare token does as well.
            let token = sealcore::timestamp::TimeStampResponse::from_der(&reply)
                .unwrap()
                .into_token()
                .unwrap();
            ok(|error| add(token.der(), error));
            ok(|error| add(&reply, error));
            let (document, mut out) = (opened(&bytes), null_mut());
            ok(|error| {
                let (value, length) = (value_.as_ptr(), value_.len());
                sealcore_session_complete(session, document, value, length, &raw mut out, error)
            });
            let (verdict, report) = house.report(&taken(out));
            assert_eq!(verdict, Verdict::Valid);
            assert!(report["signatures"][0]["timestamp"].is_object());
            sealcore_document_free(document);
            sealcore_session_free(session);
            sealcore_session_free(other);
        }
        // The first generation has no place for it.
        let session = prepared(&house, &bytes, Some("v1"), 0);
        let (value, mut request) = (value(&house, session), null_mut());
        let place = &raw mut request;
        fails(SEALCORE_E_UNSUPPORTED, |error| {
            sealcore_session_time_stamp_request(session, value.as_ptr(), value.len(), place, error)
        });
        sealcore_session_free(session);
    }
    sealcore_authority_free(authority);
    house.free();
}

/// An authority elsewhere, and what it does with its reply.
struct Remote {
    local: *mut sealcore_authority,
    kept: Vec<u8>,
    does: Does,
    drops: AtomicUsize,
}

#[derive(Clone, Copy, PartialEq)]
enum Does {
    Answers,
    /// Gives the reply to the request before.
    Replays,
    Returns(i32),
    Says(usize),
    Overflows,
    Garbles,
    Refuses,
}

unsafe extern "C" fn dropped(user: *mut c_void) {
    // SAFETY: the test gave it, and it lives on.
    unsafe { &*user.cast::<Remote>() }.drops.fetch_add(1, Ordering::Relaxed);
}

unsafe extern "C" fn respond(
    user: *mut c_void,
    request: *const u8,
    request_length: usize,
    reply: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    // SAFETY: as above, and the library gives so many bytes.
    let (remote, request) = unsafe {
        (
            &mut *user.cast::<Remote>(),
            std::slice::from_raw_parts(request, request_length),
        )
    };
    assert_eq!(capacity, 65_536);
    let mut request = request.to_vec();
    if remote.does == Does::Refuses {
        request.clear();
        request.push(0);
    }
    let mut made = null_mut();
    // Other handles may be used here.
    ok(|error| sealcore_authority_respond(remote.local, request.as_ptr(), request.len(), &raw mut made, error));
    let made = taken(made);
    let mut answer = match remote.does {
        Does::Replays => std::mem::replace(&mut remote.kept, made),
        Does::Returns(answer) => return answer,
        Does::Overflows => vec![0; capacity + 1],
        _ => made,
    };
    if remote.does == Does::Garbles {
        *answer.last_mut().unwrap() ^= 1;
    }
    // SAFETY: there is room, or slack that the library checks.
    unsafe {
        std::ptr::copy_nonoverlapping(answer.as_ptr(), reply, answer.len());
        *length = if let Does::Says(stated) = remote.does {
            stated
        } else {
            answer.len()
        };
    }
    1
}

#[test]
fn an_authority_elsewhere_is_not_believed() {
    let house = House::new();
    let local = authority(&house, r#"{"policy": "1.2.3.4"}"#);
    for (does, status) in [
        (Does::Answers, SEALCORE_OK),
        (Does::Replays, SEALCORE_E_AUTHORITY),
        (Does::Returns(0), SEALCORE_E_AUTHORITY),
        (Does::Returns(-1), SEALCORE_E_AUTHORITY),
        (Does::Returns(2), SEALCORE_E_CANCELLED),
        (Does::Says(0), SEALCORE_E_AUTHORITY),
        (Does::Says(65_537), SEALCORE_E_AUTHORITY),
        (Does::Says(10), SEALCORE_E_AUTHORITY),
        (Does::Overflows, SEALCORE_E_AUTHORITY),
        (Does::Garbles, SEALCORE_E_AUTHORITY),
        (Does::Refuses, SEALCORE_E_AUTHORITY),
    ] {
        let mut remote = Remote {
            local,
            kept: Vec::new(),
            does: Does::Answers,
            drops: AtomicUsize::new(0),
        };
        let callbacks = sealcore_authority_callbacks {
            struct_size: u32::try_from(size_of::<sealcore_authority_callbacks>()).unwrap(),
            respond: Some(respond),
            drop: Some(dropped),
            user: (&raw mut remote).cast(),
        };
        let mut outside = null_mut();
        ok(|error| sealcore_authority_external(&raw const callbacks, &raw mut outside, error));
        let request = house.request(Some("v5"));
        ok(|error| sealcore_request_set_authority(request, outside, error));
        sealcore_authority_free(outside);
        for bytes in documents() {
            let (document, mut out) = (opened(&bytes), null_mut());
            // Something to be replayed.
            from_now_on(callbacks.user, Does::Answers);
            ok(|error| sealcore_sign(document, request, house.unit.signer, null(), &raw mut out, error));
            from_now_on(callbacks.user, does);
            taken(out);
            let status_ = sealcore_sign(document, request, house.unit.signer, null(), &raw mut out, null_mut());
            assert_eq!(status_, status);
            assert_eq!(out.is_null(), status != SEALCORE_OK);
            if status == SEALCORE_OK {
                assert_eq!(house.verdict(&taken(out)), Verdict::Valid);
            }
            sealcore_document_free(document);
        }
        assert_eq!(remote.drops.load(Ordering::Relaxed), 0);
        sealcore_request_free(request);
        assert_eq!(remote.drops.load(Ordering::Relaxed), 1);
    }
    sealcore_authority_free(local);
    house.free();
}

/// From now on the authority does this.
fn from_now_on(user: *mut c_void, does: Does) {
    // SAFETY: nobody looks at it between calls.
    let remote = unsafe { &mut *user.cast::<Remote>() };
    remote.does = does;
    if does == Does::Replays {
        let (mut reply, request) = (
            null_mut(),
            sealcore::timestamp::TimeStampRequest::new(
                sealcore::timestamp::MessageImprint::of(sealcore::digest::DigestAlgorithm::Sm3, b"before").unwrap(),
            )
            .to_der(),
        );
        ok(|error| sealcore_authority_respond(remote.local, request.as_ptr(), request.len(), &raw mut reply, error));
        remote.kept = taken(reply);
    }
}

#[test]
fn authorities_are_set_up() {
    let house = House::new();
    let folder = tempfile::tempdir().unwrap();
    let serials = folder.path().join("serials");
    let mut made = null_mut();
    let place = &raw mut made;
    let local = |signer: *const sealcore_signer, options: &str, error| {
        let options = c(options);
        sealcore_authority_local(signer, options.as_ptr(), place, error)
    };
    let tsa = house.tsa.signer.cast_const();
    let counted = format!(
        r#"{{"policy": "1.2.3.4", "accuracy_ms": 500, "other_policies": ["1.2.3.5"], "serials": {:?}}}"#,
        serials.to_str().unwrap()
    );
    fails(SEALCORE_E_IO, |error| local(tsa, &counted, error));
    std::fs::write(&serials, "1\n").unwrap();
    ok(|error| local(tsa, &counted, error));
    let held = made;
    // One at a time, and what was given is not given again.
    fails(SEALCORE_E_REFUSED, |error| local(tsa, &counted, error));
    let request = sealcore::timestamp::MessageImprint::of(sealcore::digest::DigestAlgorithm::Sha256, b"x").unwrap();
    let request = sealcore::timestamp::TimeStampRequest::new(request).to_der();
    let mut reply = null_mut();
    let reply_place = &raw mut reply;
    ok(|error| sealcore_authority_respond(held, request.as_ptr(), request.len(), reply_place, error));
    taken(reply);
    sealcore_authority_free(held);
    assert_ne!(std::fs::read_to_string(&serials).unwrap(), "1\n");
    for options in [
        "{}",
        "",
        r#"{"policy": "x"}"#,
        r#"{"policy": "1.2.3", "other_policies": [""]}"#,
        r#"{"policy": "1.2.3", "accuracy_ms": 0}"#,
        r#"{"policy": "1.2.3", "accuracy": 1}"#,
    ] {
        fails(SEALCORE_E_ARGUMENT, |error| local(tsa, options, error));
    }
    let plain = r#"{"policy": "1.2.3"}"#;
    fails(SEALCORE_E_REFUSED, |error| local(house.unit.signer, plain, error));
    fails(SEALCORE_E_NULL, |error| local(null(), plain, error));
    fails(SEALCORE_E_NULL, |error| {
        sealcore_authority_external(null(), place, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_authority_respond(null(), request.as_ptr(), 1, reply_place, error)
    });
    house.free();
}
