use std::ffi::c_void;
use std::ptr::{null, null_mut};

use sealcore::report::Verdict;

use super::house::{Holder, House, PICTURE, documents, pkcs8, signer};
use super::{c, fails, ok, opened, pdf, string, taken};
use crate::document::*;
use crate::monitor::*;
use crate::placement::*;
use crate::request::*;
use crate::seal::*;
use crate::sign::*;
use crate::signer::*;
use crate::sink::*;
use crate::status::*;
use crate::support::{World, document};

#[test]
fn seals_and_signatures_of_both_formats_are_valid() {
    let house = House::new();
    for bytes in documents() {
        for generation in [None, Some("v1"), Some("v4"), Some("v5")] {
            let request = house.request(generation);
            let signed = house.sign(&bytes, request, house.unit.signer);
            assert_eq!(house.verdict(&signed), Verdict::Valid, "{generation:?}");
            // A request is used again, also for what was signed.
            let again = house.sign(&signed, request, house.unit.signer);
            assert_eq!(house.verdict(&again), Verdict::Valid, "{generation:?}");
            sealcore_request_free(request);
        }
    }
    house.free();
}

#[test]
fn ordinary_keys_sign_pdf_alone() {
    let house = House::new();
    let [ofd, pdf] = documents();
    for algorithm in ["p256", "P-384", "rsa-2048"] {
        let holder = Holder::new(algorithm, "person", "person", Some(&house.root));
        let request = house.request(None);
        assert_eq!(house.verdict(&house.sign(&pdf, request, holder.signer)), Verdict::Valid);
        let (document, mut signed) = (opened(&ofd), null_mut());
        let place = &raw mut signed;
        fails(SEALCORE_E_UNSUPPORTED, |error| {
            sealcore_sign(document, request, holder.signer, null(), place, error)
        });
        // The request may name the algorithm, and must not contradict.
        let own = string(sealcore_signer_algorithm(holder.signer)).unwrap();
        let own = c(&own);
        ok(|error| sealcore_request_set_text(request, SEALCORE_REQUEST_ALGORITHM, own.as_ptr(), error));
        house.sign(&pdf, request, holder.signer);
        ok(|error| sealcore_request_set_text(request, SEALCORE_REQUEST_ALGORITHM, c"sm2-sm3".as_ptr(), error));
        let other = opened(&pdf);
        fails(SEALCORE_E_ARGUMENT, |error| {
            sealcore_sign(other, request, holder.signer, null(), place, error)
        });
        sealcore_document_free(document);
        sealcore_document_free(other);
        sealcore_request_free(request);
        holder.free();
    }
    house.free();
}

#[test]
fn places_of_every_form() {
    let house = House::new();
    for bytes in documents() {
        let request = house.request(Some("v4"));
        ok(|error| sealcore_request_add_seam(request, null(), SEALCORE_SIDE_RIGHT, f64::NAN, 0.0, 0.0, 0, error));
        ok(|error| sealcore_request_add_facing(request, c"1-2".as_ptr(), f64::NAN, error));
        let text = if bytes.starts_with(b"PK") {
            c"盖章处"
        } else {
            c"terms"
        };
        for occurrence in [SEALCORE_OCCURRENCE_LAST, SEALCORE_OCCURRENCE_ALL, 1] {
            ok(|error| sealcore_request_add_keyword(request, text.as_ptr(), occurrence, null(), 10.0, 5.0, error));
        }
        let signed = house.sign(&bytes, request, house.unit.signer);
        assert_eq!(house.verdict(&signed), Verdict::Valid);
        sealcore_request_free(request);
    }
    let request = house.request(None);
    let fails_with = |status, call: &dyn Fn(*mut *mut _) -> i32| fails(status, call);
    for number in [f64::NAN, f64::INFINITY] {
        fails_with(SEALCORE_E_ARGUMENT, &|error| {
            sealcore_request_add_place(request, c"1".as_ptr(), number, 0.0, error)
        });
    }
    fails_with(SEALCORE_E_ARGUMENT, &|error| {
        sealcore_request_add_place(request, c"0".as_ptr(), 0.0, 0.0, error)
    });
    fails_with(SEALCORE_E_NULL, &|error| {
        sealcore_request_add_place(request, null(), 0.0, 0.0, error)
    });
    for side in [0, 5, -1] {
        fails_with(SEALCORE_E_ARGUMENT, &|error| {
            sealcore_request_add_seam(request, null(), side, f64::NAN, 0.0, 0.0, 0, error)
        });
    }
    fails_with(SEALCORE_E_ARGUMENT, &|error| {
        sealcore_request_add_keyword(request, c"x".as_ptr(), -2, null(), 0.0, 0.0, error)
    });
    fails_with(SEALCORE_E_NULL, &|error| {
        sealcore_request_add_keyword(request, null(), 1, null(), 0.0, 0.0, error)
    });
    fails_with(SEALCORE_E_NULL, &|error| {
        sealcore_request_add_facing(null_mut(), null(), 0.0, error)
    });
    sealcore_request_free(request);
    house.free();
}

#[test]
fn what_a_pdf_signature_says() {
    let house = House::new();
    let bytes = pdf::sample(pdf::Kind::Stream).bytes;
    let request = house.request(None);
    for (key, value) in [
        (SEALCORE_REQUEST_FIELD, "Approval"),
        (SEALCORE_REQUEST_CONTENTS, "cms"),
        (SEALCORE_REQUEST_REASON, "approved"),
        (SEALCORE_REQUEST_LOCATION, "Hefei"),
        (SEALCORE_REQUEST_CONTACT, "a@example.org"),
        (SEALCORE_REQUEST_NAME, "the office"),
        (SEALCORE_REQUEST_CAPTION, "sealed"),
        (SEALCORE_REQUEST_FILTER, "Adobe.PPKLite"),
        (SEALCORE_REQUEST_SUBFILTER, "adbe.pkcs7.detached"),
        (SEALCORE_REQUEST_ALGORITHM, "SM2-SM3"),
        (SEALCORE_REQUEST_LOCK_FIELD, "form.a"),
    ] {
        let value = c(value);
        ok(|error| sealcore_request_set_text(request, key, value.as_ptr(), error));
    }
    let when = sealcore_system::now().unix() - 3600;
    for (key, value) in [
        (SEALCORE_REQUEST_TIME, when),
        (SEALCORE_REQUEST_CERTIFY, 2),
        (SEALCORE_REQUEST_LOCK, 2),
        (SEALCORE_REQUEST_OPACITY, 80),
        (SEALCORE_REQUEST_WHITE_TRANSPARENT, 0),
        (SEALCORE_REQUEST_RESERVE, 1000),
        (SEALCORE_REQUEST_IGNORE_PERMISSIONS, 0),
    ] {
        ok(|error| sealcore_request_set_number(request, key, value, error));
    }
    ok(|error| sealcore_request_set_picture(request, c"png".as_ptr(), PICTURE.as_ptr(), PICTURE.len(), 30, 30, error));
    ok(|error| sealcore_request_add_place(request, c"1".as_ptr(), 20.0, 20.0, error));
    let signed = house.sign(&bytes, request, house.unit.signer);
    let (verdict, report) = house.report(&signed);
    assert_eq!(verdict, Verdict::Valid);
    let signature = &report["signatures"][0];
    assert_eq!(signature["id"], "Approval");
    assert_eq!(
        signature["signed_at"],
        serde_json::to_value(sealcore::asn1::Time::from_unix(when)).unwrap()
    );
    let tail = &signed[bytes.len()..];
    for said in [
        &b"approved"[..],
        b"Hefei",
        b"a@example.org",
        b"the office",
        b"form.a",
        b"adbe.pkcs7.detached",
    ] {
        assert!(tail.windows(said.len()).any(|window| window == said), "{said:?}");
    }
    // OFD has no place for any of it.
    let (ofd, mut out) = (opened(&document(1)), null_mut());
    let place = &raw mut out;
    fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_sign(ofd, request, house.unit.signer, null(), place, error)
    });
    sealcore_document_free(ofd);
    sealcore_request_free(request);
    house.free();
}

#[test]
fn a_picture_that_is_exchanged() {
    let house = House::new();
    let bytes = pdf::sample(pdf::Kind::Stream).bytes;
    let dot = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><circle r='5' fill='red'/></svg>";
    let sign = |pictures: &[&[u8]]| {
        let request = house.request(None);
        ok(|error| sealcore_request_add_place(request, c"1".as_ptr(), 20.0, 20.0, error));
        let mut last = Vec::new();
        for picture in pictures {
            let (start, length) = (picture.as_ptr(), picture.len());
            ok(|error| sealcore_request_set_picture(request, null(), start, length, 30, 30, error));
            last = house.sign(&bytes, request, house.unit.signer).split_off(bytes.len());
        }
        sealcore_request_free(request);
        last
    };
    let is_in = |what: &[u8], file: &[u8]| file.windows(what.len()).any(|window| window == what);
    let (once, twice) = (sign(&[PICTURE]), sign(&[dot, PICTURE]));
    assert_eq!(once.len(), twice.len());
    assert!(is_in(b"/Image", &once) && is_in(b"/Image", &twice) && !is_in(b"/Image", &sign(&[PICTURE, dot])));
    house.free();
}

#[test]
fn what_ofd_alone_has() {
    let house = House::new();
    let request = house.request(None);
    ok(|error| sealcore_request_set_number(request, SEALCORE_REQUEST_WHOLE, 1, error));
    ok(|error| sealcore_request_set_number(request, SEALCORE_REQUEST_DOCUMENT, 1, error));
    let signed = house.sign(&document(1), request, house.unit.signer);
    assert_eq!(house.verdict(&signed), Verdict::Valid);
    let (document, mut out) = (opened(&signed), null_mut());
    let place = &raw mut out;
    let refused = fails(SEALCORE_E_REFUSED, |error| {
        sealcore_sign(document, request, house.unit.signer, null(), place, error)
    });
    assert!(refused.contains("locks"), "{refused}");
    let pdf = opened(&pdf::sample(pdf::Kind::Table).bytes);
    fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_sign(pdf, request, house.unit.signer, null(), place, error)
    });
    sealcore_request_free(request);
    // The seal has to go somewhere.
    let (request, seal) = (house.request(None), house.seal("v4"));
    ok(|error| sealcore_request_set_seal(request, seal, error));
    let fresh = opened(&crate::support::document(1));
    fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_sign(fresh, request, house.unit.signer, null(), place, error)
    });
    for document in [document, pdf, fresh] {
        sealcore_document_free(document);
    }
    sealcore_seal_free(seal);
    sealcore_request_free(request);
    // The integrity record comes last.
    let (document, mut with_record) = (opened(&crate::support::document(1)), null_mut());
    let when = sealcore_system::now().unix();
    ok(|error| sealcore_add_integrity_record(document, house.unit.signer, when, &raw mut with_record, error));
    sealcore_document_free(document);
    let document = opened(&taken(with_record));
    fails(SEALCORE_E_REFUSED, |error| {
        sealcore_add_integrity_record(document, house.unit.signer, when, place, error)
    });
    sealcore_document_free(document);
    let document = opened(&documents()[1]);
    fails(SEALCORE_E_UNSUPPORTED, |error| {
        sealcore_add_integrity_record(document, house.unit.signer, when, place, error)
    });
    sealcore_document_free(document);
    house.free();
}

#[test]
fn requests_refuse_nonsense() {
    let house = House::new();
    let request = house.request(None);
    for (key, value) in [
        (SEALCORE_REQUEST_WHOLE, 2),
        (SEALCORE_REQUEST_DOCUMENT, 0),
        (SEALCORE_REQUEST_CERTIFY, 4),
        (SEALCORE_REQUEST_LOCK, -1),
        (SEALCORE_REQUEST_OPACITY, 101),
        (SEALCORE_REQUEST_WHITE_TRANSPARENT, i64::MIN),
        (SEALCORE_REQUEST_RESERVE, i64::MAX),
        (SEALCORE_REQUEST_IGNORE_PERMISSIONS, 7),
        (0, 0),
        (i32::MAX, 0),
    ] {
        fails(SEALCORE_E_ARGUMENT, |error| {
            sealcore_request_set_number(request, key, value, error)
        });
    }
    for (key, value) in [
        (SEALCORE_REQUEST_CONTENTS, c"pkcs7"),
        (SEALCORE_REQUEST_ALGORITHM, c"DSA"),
        (0, c""),
        (13, c""),
    ] {
        fails(SEALCORE_E_ARGUMENT, |error| {
            sealcore_request_set_text(request, key, value.as_ptr(), error)
        });
    }
    fails(SEALCORE_E_NULL, |error| {
        sealcore_request_set_text(request, 1, null(), error)
    });
    fails(SEALCORE_E_UTF8, |error| {
        sealcore_request_set_text(request, 1, c"\xff".as_ptr(), error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_request_set_seal(request, null(), error)
    });
    fails(SEALCORE_E_TYPE, |error| {
        sealcore_request_set_seal(request, request.cast_const().cast(), error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_request_set_authority(request, null(), error)
    });
    fails(SEALCORE_E_CERTIFICATE, |error| {
        sealcore_request_set_certificate(request, b"x".as_ptr(), 1, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_request_set_certificate(request, null(), 0, error)
    });
    let set = |kind: *const _, bytes: &[u8], width, error| {
        sealcore_request_set_picture(request, kind, bytes.as_ptr(), bytes.len(), width, 10, error)
    };
    fails(SEALCORE_E_ARGUMENT, |error| set(null(), b"no picture", 10, error));
    fails(SEALCORE_E_ARGUMENT, |error| set(c"jpg".as_ptr(), PICTURE, 10, error));
    fails(SEALCORE_E_ARGUMENT, |error| set(null(), PICTURE, 0, error));
    // A lock of some fields names them; nothing else does.
    let (document, mut out) = (opened(&documents()[1]), null_mut());
    let place = &raw mut out;
    let sign = |error| sealcore_sign(document, request, house.unit.signer, null(), place, error);
    ok(|error| sealcore_request_set_number(request, SEALCORE_REQUEST_LOCK, 3, error));
    fails(SEALCORE_E_ARGUMENT, sign);
    ok(|error| sealcore_request_set_number(request, SEALCORE_REQUEST_LOCK, 0, error));
    ok(|error| sealcore_request_set_text(request, SEALCORE_REQUEST_FILTER, c"A".as_ptr(), error));
    fails(SEALCORE_E_ARGUMENT, sign);
    for (document, request, signer, place) in [
        (null(), request.cast_const(), house.unit.signer.cast_const(), place),
        (document, null(), house.unit.signer, place),
        (document, request, null(), place),
        (document, request, house.unit.signer, null_mut()),
    ] {
        fails(SEALCORE_E_NULL, |error| {
            sealcore_sign(document, request, signer, null(), place, error)
        });
    }
    sealcore_document_free(document);
    sealcore_request_free(request);
    fails(SEALCORE_E_NULL, |error| sealcore_request_new(null_mut(), error));
    fails(SEALCORE_E_HANDLE, |error| {
        sealcore_request_set_number(request, SEALCORE_REQUEST_TIME, 0, error)
    });
    house.free();
}

/// What a sink took, and how it behaves.
struct Taken {
    bytes: Vec<u8>,
    writes: usize,
    drops: usize,
    /// After so many writes it returns this.
    after: usize,
    answer: i32,
}

unsafe extern "C" fn write(user: *mut c_void, bytes: *const u8, length: usize) -> i32 {
    // SAFETY: the test gave it, and uses it no other way meanwhile.
    let taken = unsafe { &mut *user.cast::<Taken>() };
    taken.writes += 1;
    if taken.writes > taken.after {
        return taken.answer;
    }
    // SAFETY: the library gives so many bytes.
    taken.bytes.extend(unsafe { std::slice::from_raw_parts(bytes, length) });
    1
}

unsafe extern "C" fn dropped(user: *mut c_void) {
    // SAFETY: as above.
    unsafe { (*user.cast::<Taken>()).drops += 1 };
}

fn sink(taken: &mut Taken) -> sealcore_sink {
    sealcore_sink {
        struct_size: u32::try_from(size_of::<sealcore_sink>()).unwrap(),
        write: Some(write),
        drop: Some(dropped),
        user: (&raw mut *taken).cast(),
    }
}

#[test]
fn paths_sinks_and_files_in_place() {
    let house = House::new();
    let folder = tempfile::tempdir().unwrap();
    for bytes in documents() {
        let request = house.request(Some("v4"));
        let path = folder.path().join("签署.bin");
        std::fs::write(&path, b"what was there").unwrap();
        let name = c(path.to_str().unwrap());
        let document = opened(&bytes);
        let to_path = |name: &std::ffi::CStr, error| {
            sealcore_sign_to_path(document, request, house.unit.signer, null(), name.as_ptr(), error)
        };
        ok(|error| to_path(&name, error));
        assert_eq!(house.verdict(&std::fs::read(&path).unwrap()), Verdict::Valid);
        fails(SEALCORE_E_IO, |error| to_path(c"/absent/out", error));
        // Into a sink.
        let to_sink = |sink: *const sealcore_sink, error| {
            sealcore_sign_to_sink(document, request, house.unit.signer, null(), sink, error)
        };
        let mut taken = Taken {
            bytes: Vec::new(),
            writes: 0,
            drops: 0,
            after: usize::MAX,
            answer: 1,
        };
        let good = sink(&mut taken);
        ok(|error| to_sink(&raw const good, error));
        assert_eq!(house.verdict(&taken.bytes), Verdict::Valid);
        assert_eq!(taken.drops, 1);
        for (answer, status) in [
            (0, SEALCORE_E_CALLBACK),
            (-1, SEALCORE_E_CALLBACK),
            (2, SEALCORE_E_CANCELLED),
        ] {
            (taken.after, taken.answer, taken.writes, taken.drops) = (0, answer, 0, 0);
            assert_eq!(to_sink(&raw const good, null_mut()), status);
            assert_eq!((taken.writes, taken.drops), (1, 1), "it is not called again");
        }
        let mut none = good;
        none.write = None;
        taken.drops = 0;
        fails(SEALCORE_E_NULL, |error| to_sink(&raw const none, error));
        fails(SEALCORE_E_NULL, |error| to_sink(null(), error));
        assert_eq!(taken.drops, 2);
        none.struct_size -= 1;
        fails(SEALCORE_E_ABI, |error| to_sink(&raw const none, error));
        assert_eq!(taken.drops, 2);
        // In place.
        std::fs::write(&path, &bytes).unwrap();
        let in_place = |error| sealcore_sign_in_place(name.as_ptr(), null(), request, house.unit.signer, null(), error);
        if bytes.starts_with(b"%PDF") {
            ok(in_place);
            let signed = std::fs::read(&path).unwrap();
            assert!(signed.starts_with(&bytes));
            assert_eq!(house.verdict(&signed), Verdict::Valid);
        } else {
            fails(SEALCORE_E_UNSUPPORTED, in_place);
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
        sealcore_document_free(document);
        sealcore_request_free(request);
    }
    house.free();
}

#[test]
fn a_monitor_cancels() {
    let house = House::new();
    let mut monitor = null_mut();
    ok(|error| sealcore_monitor_new(null(), &raw mut monitor, error));
    ok(|error| sealcore_monitor_cancel(monitor, error));
    for bytes in documents() {
        let (document, request, mut out) = (opened(&bytes), house.request(None), null_mut());
        let place = &raw mut out;
        fails(SEALCORE_E_CANCELLED, |error| {
            sealcore_sign(document, request, house.unit.signer, monitor, place, error)
        });
        sealcore_document_free(document);
        sealcore_request_free(request);
    }
    sealcore_monitor_free(monitor);
    house.free();
}

#[test]
fn what_is_given_may_be_freed_in_any_order() {
    let house = House::new();
    let request = house.request(Some("v5"));
    let own = signer(&pkcs8(house.unit.key, None), None, &house.unit.certificates);
    let document = opened(&documents()[0]);
    let mut signed = null_mut();
    ok(|error| sealcore_sign(document, request, own, null(), &raw mut signed, error));
    sealcore_signer_free(own);
    sealcore_request_free(request);
    sealcore_document_free(document);
    assert_eq!(house.verdict(&taken(signed)), Verdict::Valid);
    house.free();
}

#[test]
fn a_broken_pdf_is_not_signed() {
    let house = House::new();
    let request = house.request(None);
    let mut bytes = house.sign(&documents()[1], request, house.unit.signer);
    bytes.extend(b"\nstartxref\n7\n%%EOF\n");
    let (document, mut out) = (opened(&bytes), null_mut());
    let place = &raw mut out;
    fails(SEALCORE_E_REFUSED, |error| {
        sealcore_sign(document, request, house.unit.signer, null(), place, error)
    });
    sealcore_document_free(document);
    // Nor is a seal a document.
    let document = opened(World::new().seal(sealcore::seal::Generation::V4).der());
    fails(SEALCORE_E_FORMAT, |error| {
        sealcore_sign(document, request, house.unit.signer, null(), place, error)
    });
    sealcore_document_free(document);
    sealcore_request_free(request);
    house.free();
}
