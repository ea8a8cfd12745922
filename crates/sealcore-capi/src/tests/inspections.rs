use std::ffi::c_void;
use std::ptr::{null, null_mut};

use sealcore::document::Document;
use sealcore::lang::Lang;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::seal::Generation;
use serde_json::{Value, json};

use super::{c, fails, ok, opened, taken};
use crate::document::*;
use crate::monitor::*;
use crate::operation::sealcore_call;
use crate::seal::*;
use crate::status::*;
use crate::support::{World, document};
use crate::text::*;
use crate::verifier::*;
use crate::version::SEALCORE_ABI_VERSION;

#[test]
fn documents_are_inspected_as_the_command_does() {
    let world = World::new();
    let sealed = world.sealed(&document(2), Generation::V4);
    let seal = world.seal(Generation::V1).der().to_vec();
    for (bytes, format) in [(sealed, "ofd"), (seal, "seal")] {
        let document = opened(&bytes);
        let expected = Document::from_bytes(&bytes, &Limits::default()).unwrap();
        for (with_risks, lang, number) in [(0, Lang::En, SEALCORE_LANG_EN), (1, Lang::Zh, SEALCORE_LANG_ZH)] {
            let mut buffer = null_mut();
            ok(|error| sealcore_document_inspect(document, with_risks, number, null(), null(), &raw mut buffer, error));
            let told = taken(buffer);
            let expected = expected
                .inspect(with_risks != 0, &Limits::default(), &Unwatched)
                .unwrap();
            assert_eq!(told, expected.to_json(lang).to_string().into_bytes());
            let told: Value = serde_json::from_slice(&told).unwrap();
            assert_eq!(told["format"], format);
            assert_eq!(told.get("risks").is_some(), with_risks != 0);
            assert_eq!(told.get("problems").is_some(), format == "ofd");
        }
        let mut buffer = null_mut();
        let place = &raw mut buffer;
        fails(SEALCORE_E_ARGUMENT, |error| {
            sealcore_document_inspect(document, 0, 9, null(), null(), place, error)
        });
        fails(SEALCORE_E_NULL, |error| {
            sealcore_document_inspect(document, 0, 1, null(), null(), null_mut(), error)
        });
        fails(SEALCORE_E_NULL, |error| {
            sealcore_document_inspect(null(), 0, 1, null(), null(), place, error)
        });
        fails(SEALCORE_E_TYPE, |error| {
            sealcore_document_inspect(document, 0, 1, document.cast(), null(), place, error)
        });
        fails(SEALCORE_E_TYPE, |error| {
            sealcore_document_inspect(document, 0, 1, null(), document.cast(), place, error)
        });
        sealcore_document_free(document);
        fails(SEALCORE_E_HANDLE, |error| {
            sealcore_document_inspect(document, 0, 1, null(), null(), place, error)
        });
    }
}

/// What a monitor was told, and at which call it cancels.
struct Seen {
    calls: usize,
    done: u64,
    cancels_at: usize,
}

unsafe extern "C" fn note(user: *mut c_void, done: u64, total: u64) -> i32 {
    // SAFETY: the test gives the place of a `Seen`.
    let seen = unsafe { &mut *user.cast::<Seen>() };
    assert!(
        done >= seen.done && done <= total,
        "{done} of {total} after {}",
        seen.done
    );
    seen.calls += 1;
    seen.done = done;
    i32::from(seen.calls != seen.cancels_at)
}

#[test]
fn inspections_are_watched_cancelled_and_bounded() {
    let world = World::new();
    let bytes = world.sealed(&document(300), Generation::V4);
    let inspected = |cancels_at: usize| {
        let document = opened(&bytes);
        let mut seen = Seen {
            calls: 0,
            done: 0,
            cancels_at,
        };
        let callbacks = sealcore_monitor_callbacks {
            struct_size: super::size::<sealcore_monitor_callbacks>(),
            progress: Some(note),
            drop: None,
            user: (&raw mut seen).cast(),
        };
        let (mut monitor, mut buffer) = (null_mut(), null_mut());
        ok(|error| sealcore_monitor_new(&raw const callbacks, &raw mut monitor, error));
        let place = &raw mut buffer;
        let inspect = |error| sealcore_document_inspect(document, 1, 1, null(), monitor, place, error);
        if cancels_at == 0 {
            ok(inspect);
            taken(buffer);
        } else {
            // Once alone: it goes on from the next call.
            assert_eq!(inspect(null_mut()), SEALCORE_E_CANCELLED);
            assert!(buffer.is_null());
        }
        sealcore_monitor_free(monitor);
        sealcore_document_free(document);
        (seen.calls, seen.done)
    };
    let (calls, done) = inspected(0);
    assert!(calls > 2 && done > 100_000, "{calls} {done}");
    for at in 1..=calls {
        assert_eq!(inspected(at).0, at, "asked again after it had cancelled");
    }

    let (document, mut verifier, mut buffer) = (opened(&bytes), null_mut(), null_mut());
    let place = &raw mut buffer;
    ok(|error| sealcore_verifier_new(&raw mut verifier, error));
    ok(|error| sealcore_verifier_set_limit(verifier, c"pages".as_ptr(), 300, error));
    ok(|error| sealcore_document_inspect(document, 0, 1, verifier, null(), place, error));
    // SAFETY: written by the call.
    taken(unsafe { *place });
    ok(|error| sealcore_verifier_set_limit(verifier, c"pages".as_ptr(), 299, error));
    fails(SEALCORE_E_LIMIT, |error| {
        sealcore_document_inspect(document, 0, 1, verifier, null(), place, error)
    });
    sealcore_verifier_free(verifier);
    sealcore_document_free(document);
}

#[test]
fn seals_are_shown() {
    let world = World::new();
    let seal = world.seal(Generation::V5);
    let (mut handle, mut buffer) = (null_mut(), null_mut());
    ok(|error| sealcore_seal_load(seal.der().as_ptr(), seal.der().len(), &raw mut handle, error));
    ok(|error| sealcore_seal_save(handle, &raw mut buffer, error));
    assert_eq!(taken(buffer), seal.der());
    ok(|error| sealcore_seal_picture(handle, &raw mut buffer, error));
    assert_eq!(taken(buffer), seal.picture.data);
    ok(|error| sealcore_seal_inspect(handle, SEALCORE_LANG_EN, &raw mut buffer, error));
    let told: Value = serde_json::from_slice(&taken(buffer)).unwrap();
    assert_eq!(told, json!({ "format": "seal", "seal": seal.to_json() }));
    assert_eq!(told["seal"]["standard"], "GM/T 0031-2025");
    let place = &raw mut buffer;
    fails(SEALCORE_E_NULL, |error| sealcore_seal_save(null(), place, error));
    fails(SEALCORE_E_NULL, |error| sealcore_seal_save(handle, null_mut(), error));
    fails(SEALCORE_E_NULL, |error| sealcore_seal_picture(null(), place, error));
    fails(SEALCORE_E_NULL, |error| {
        sealcore_seal_picture(handle, null_mut(), error)
    });
    fails(SEALCORE_E_NULL, |error| sealcore_seal_inspect(null(), 1, place, error));
    fails(SEALCORE_E_NULL, |error| {
        sealcore_seal_inspect(handle, 1, null_mut(), error)
    });
    fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_seal_inspect(handle, 0, place, error)
    });
    let document = opened(seal.der());
    fails(SEALCORE_E_TYPE, |error| {
        sealcore_seal_save(document.cast(), place, error)
    });
    sealcore_document_free(document);
    sealcore_seal_free(handle);
}

#[test]
fn the_library_describes_itself() {
    let mut buffer = null_mut();
    let place = &raw mut buffer;
    let call =
        |operation: &str, request: &str, error| sealcore_call(c(operation).as_ptr(), c(request).as_ptr(), place, error);
    ok(|error| call("describe", " {} ", error));
    // SAFETY: written by the call.
    let told: Value = serde_json::from_slice(&taken(unsafe { *place })).unwrap();
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["abi"], SEALCORE_ABI_VERSION);
    assert_eq!(told["operations"], json!(["describe"]));
    assert_eq!(told["policies"], json!(["seal", "pades", "pades-p1-strict"]));
    assert_eq!(told["device_schemes"], json!(["pkcs11", "sdf", "skf"]));
    assert_eq!(told["key_algorithms"][0], "sm2");
    assert_eq!(told["limits"]["entries"], Limits::default().entries);
    assert_eq!(told["limits"].as_object().unwrap().len(), Limits::NAMES.len());
    for name in told["digest_algorithms"].as_array().unwrap() {
        let known = sealcore::digest::DigestAlgorithm::from_name(name.as_str().unwrap());
        assert!(known.is_some_and(|known| !known.is_weak()), "{name}");
    }
    let told = fails(SEALCORE_E_UNSUPPORTED, |error| call("registry.add", "{}", error));
    assert!(told.contains("registry.add"), "{told}");
    for request in ["", "[]", "null", "{", "{} {}", "{\"all\": true}", &"[".repeat(100_000)] {
        fails(SEALCORE_E_ARGUMENT, |error| call("describe", request, error));
    }
    let long = format!("{{{}}}", " ".repeat(1 << 20));
    fails(SEALCORE_E_LIMIT, |error| call("describe", &long, error));
    let secret = fails(SEALCORE_E_ARGUMENT, |error| {
        call("describe", "{\"password\": hunter2", error)
    });
    assert!(!secret.contains("hunter2"), "{secret}");
    fails(SEALCORE_E_NULL, |error| {
        sealcore_call(null(), c"{}".as_ptr(), place, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_call(c"describe".as_ptr(), null(), place, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_call(c"describe".as_ptr(), c"{}".as_ptr(), null_mut(), error)
    });
    fails(SEALCORE_E_UTF8, |error| {
        sealcore_call(c"\xff".as_ptr(), c"{}".as_ptr(), place, error)
    });
}
