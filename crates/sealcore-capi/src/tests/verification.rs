use std::ffi::c_void;
use std::ptr::{null, null_mut};

use sealcore::key::Signer as _;
use sealcore::seal::Generation;

use super::{c, fails, ok, opened, string, taken};
use crate::document::{sealcore_document, sealcore_document_free};
use crate::monitor::*;
use crate::report::*;
use crate::report_text::*;
use crate::status::*;
use crate::support::{DAY, World, document, issue, now, with_file};
use crate::text::*;
use crate::verifier::*;

fn verifier(world: &World) -> *mut sealcore_verifier {
    let mut verifier = null_mut();
    ok(|error| sealcore_verifier_new(&raw mut verifier, error));
    let root = world.authority.certificate().der();
    ok(|error| sealcore_verifier_add_trust(verifier, root.as_ptr(), root.len(), error));
    ok(|error| sealcore_verifier_add_crl(verifier, world.list.as_ptr(), world.list.len(), error));
    ok(|error| sealcore_verifier_set_time(verifier, now().unix(), error));
    verifier
}

fn verified(
    verifier: *const sealcore_verifier,
    document: *const sealcore_document,
    monitor: *const sealcore_monitor,
) -> (i32, *mut sealcore_report) {
    let (mut verdict, mut report) = (0, null_mut());
    ok(|error| sealcore_verify(verifier, document, monitor, &raw mut verdict, &raw mut report, error));
    assert_eq!(sealcore_report_verdict(report), verdict);
    (verdict, report)
}

#[test]
fn tells_what_the_core_tells() {
    let world = World::new();
    let bytes = world.sealed(&document(2), Generation::V4);
    let (document, verifier) = (opened(&bytes), verifier(&world));
    let (verdict, report) = verified(verifier, document, null());
    // Nothing of either is needed any more.
    sealcore_document_free(document);
    sealcore_verifier_free(verifier);
    assert_eq!(verdict, SEALCORE_VERDICT_VALID);
    let expected = world.verify(&bytes).unwrap();
    for (number, lang) in [
        (SEALCORE_LANG_EN, sealcore::lang::Lang::En),
        (SEALCORE_LANG_ZH, sealcore::lang::Lang::Zh),
    ] {
        let mut buffer = null_mut();
        ok(|error| sealcore_report_json(report, c"a.ofd".as_ptr(), number, &raw mut buffer, error));
        assert_eq!(taken(buffer), expected.to_json("a.ofd", lang).to_string().into_bytes());
        ok(|error| sealcore_report_render(report, c"a.ofd".as_ptr(), number, &raw mut buffer, error));
        let text = sealcore::report::render(&expected, "a.ofd", lang, Default::default());
        assert_eq!(taken(buffer), text.into_bytes());
    }
    assert_eq!(sealcore_report_signature_count(report), 1);
    assert_eq!(sealcore_report_signature_verdict(report, 0), SEALCORE_VERDICT_VALID);
    let fact = |field| string(sealcore_report_signature_text(report, 0, field));
    let json = expected.to_json("a.ofd", sealcore::lang::Lang::En);
    let one = &json["signatures"][0];
    for (field, value) in [
        (SEALCORE_SIGNATURE_ID, &one["id"]),
        (SEALCORE_SIGNATURE_KIND, &one["kind"]),
        (SEALCORE_SIGNATURE_STANDARD, &one["standard"]),
        (SEALCORE_SIGNATURE_FORM, &one["form"]),
        (SEALCORE_SIGNATURE_INTEGRITY, &one["integrity"]),
        (SEALCORE_SIGNATURE_COVERAGE, &one["coverage"]),
        (SEALCORE_SIGNATURE_CHANGES, &one["changes"]),
        (SEALCORE_SIGNATURE_TRUST, &one["trust"]),
        (SEALCORE_SIGNATURE_SIGNED_AT, &one["signed_at"]),
        (SEALCORE_SIGNATURE_SIGNER_NAME, &one["signer"]["name"]),
        (SEALCORE_SIGNATURE_SIGNER_SUBJECT, &one["signer"]["subject"]),
        (SEALCORE_SIGNATURE_SEAL_ID, &one["seal"]["id"]),
        (SEALCORE_SIGNATURE_SEAL_NAME, &one["seal"]["name"]),
    ] {
        assert_eq!(fact(field).as_deref(), Some(value.as_str().unwrap()), "{field}");
    }
    assert_eq!(fact(SEALCORE_SIGNATURE_TIMESTAMP), None);
    for field in [-1, 0, 15, i32::MIN, i32::MAX] {
        assert_eq!(fact(field), None);
    }
    assert!(sealcore_report_signature_text(report, 1, SEALCORE_SIGNATURE_ID).is_null());
    assert_eq!(sealcore_report_signature_verdict(report, 1), 0);
    sealcore_report_free(report);
    assert_eq!(sealcore_report_verdict(report), 0, "it was freed");
}

#[test]
fn findings_are_told_one_by_one() {
    let world = World::new();
    let bytes = with_file(
        &world.sealed(&document(1), Generation::V4),
        "Doc_0/Res/image.png",
        |bytes| {
            bytes[0] ^= 1;
        },
    );
    let (document, verifier) = (opened(&bytes), verifier(&world));
    let (verdict, report) = verified(verifier, document, null());
    assert_eq!(verdict, SEALCORE_VERDICT_INVALID);
    let json = world.verify(&bytes).unwrap().to_json("", sealcore::lang::Lang::Zh);
    for (signature, findings) in [
        (0, &json["signatures"][0]["findings"]),
        (SEALCORE_WHOLE_DOCUMENT, &json["findings"]),
    ] {
        let findings = findings.as_array().unwrap();
        assert_eq!(sealcore_report_finding_count(report, signature), findings.len());
        for (index, finding) in findings.iter().enumerate() {
            let fields = [
                (SEALCORE_FINDING_CODE, "code"),
                (SEALCORE_FINDING_SEVERITY, "severity"),
                (SEALCORE_FINDING_CLAUSE, "clause"),
                (SEALCORE_FINDING_PART, "part"),
                (SEALCORE_FINDING_MESSAGE, "message"),
            ];
            for (field, name) in fields {
                let text = string(sealcore_report_finding_text(
                    report,
                    signature,
                    index,
                    field,
                    SEALCORE_LANG_ZH,
                ));
                assert_eq!(text.as_deref(), finding[name].as_str(), "{name}");
            }
        }
        assert!(sealcore_report_finding_text(report, signature, findings.len(), 1, 1).is_null());
    }
    assert!(sealcore_report_finding_count(report, 0) > 0);
    assert_eq!(sealcore_report_finding_count(report, 1), 0);
    for (field, lang) in [(0, 1), (6, 1), (1, 0), (1, 3)] {
        assert!(sealcore_report_finding_text(report, 0, 0, field, lang).is_null());
    }
    sealcore_report_free(report);
    sealcore_verifier_free(verifier);
    sealcore_document_free(document);
}

#[test]
fn trust_policy_time_and_limits_count() {
    let world = World::new();
    let document = opened(&world.sealed(&document(1), Generation::V4));
    let bare = {
        let mut bare = null_mut();
        ok(|error| sealcore_verifier_new(&raw mut bare, error));
        bare
    };
    let judge = |verifier| {
        let (verdict, report) = verified(verifier, document, null());
        sealcore_report_free(report);
        verdict
    };
    assert_eq!(judge(bare), SEALCORE_VERDICT_INDETERMINATE, "nobody is trusted");
    let full = verifier(&world);
    assert_eq!(judge(full), SEALCORE_VERDICT_VALID);
    ok(|error| sealcore_verifier_set_time(full, now().plus_seconds(60 * DAY).unix(), error));
    assert_eq!(judge(full), SEALCORE_VERDICT_INDETERMINATE, "the list is too old");
    ok(|error| sealcore_verifier_set_time(full, now().unix(), error));
    for policy in ["pades", "pades-p1-strict", "seal"] {
        ok(|error| sealcore_verifier_set_policy(full, c(policy).as_ptr(), error));
        assert_eq!(judge(full), SEALCORE_VERDICT_VALID, "{policy}");
    }
    let told = fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_verifier_set_policy(full, c"strict".as_ptr(), error)
    });
    assert!(told.contains("pades-p1-strict"), "{told}");
    // Another maker's authority.
    let other = World::new();
    let root = other.authority.certificate().der();
    ok(|error| sealcore_verifier_add_maker_trust(full, root.as_ptr(), root.len(), error));
    assert_ne!(judge(full), SEALCORE_VERDICT_VALID);
    let root = world.authority.certificate().der();
    ok(|error| sealcore_verifier_add_maker_trust(full, root.as_ptr(), root.len(), error));
    assert_eq!(judge(full), SEALCORE_VERDICT_VALID);
    // A limit counts for documents that are open already.
    for limit in ["entries", "inflated_bytes", "signatures", "references", "pages"] {
        let strict = verifier(&world);
        let before = judge(strict);
        ok(|error| sealcore_verifier_set_limit(strict, c(limit).as_ptr(), 0, error));
        fails(SEALCORE_E_LIMIT, |error| {
            let (mut verdict, mut report) = (7, null_mut());
            let status = sealcore_verify(strict, document, null(), &raw mut verdict, &raw mut report, error);
            assert_eq!((verdict, report), (0, null_mut()), "{limit}");
            status
        });
        assert_eq!(before, SEALCORE_VERDICT_VALID);
        sealcore_verifier_free(strict);
    }
    let told = fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_verifier_set_limit(full, c"size".as_ptr(), 1, error)
    });
    assert!(told.contains("inflated_bytes"), "{told}");
    sealcore_verifier_free(full);
    sealcore_verifier_free(bare);
    sealcore_document_free(document);
}

#[test]
fn trust_comes_from_folders() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.cer"), world.authority.certificate().der()).unwrap();
    std::fs::write(folder.path().join("list.crl"), &world.list).unwrap();
    std::fs::write(folder.path().join("README.txt"), "certificates").unwrap();
    std::fs::write(folder.path().join("broken.cer"), "no certificate").unwrap();
    let path = c(folder.path().to_str().unwrap());
    let mut verifier = null_mut();
    ok(|error| sealcore_verifier_new(&raw mut verifier, error));
    ok(|error| sealcore_verifier_set_time(verifier, now().unix(), error));
    let document = opened(&world.sealed(&document(1), Generation::V4));
    ok(|error| sealcore_verifier_add_crl_path(verifier, path.as_ptr(), error));
    let (verdict, report) = verified(verifier, document, null());
    assert_eq!(
        verdict, SEALCORE_VERDICT_INDETERMINATE,
        "a revocation list trusts nobody"
    );
    sealcore_report_free(report);
    ok(|error| sealcore_verifier_add_trust_path(verifier, path.as_ptr(), error));
    ok(|error| sealcore_verifier_add_maker_trust_path(verifier, path.as_ptr(), error));
    let (verdict, report) = verified(verifier, document, null());
    assert_eq!(verdict, SEALCORE_VERDICT_VALID);
    sealcore_report_free(report);
    let file = c(folder.path().join("README.txt").to_str().unwrap());
    let absent = c(folder.path().join("absent").to_str().unwrap());
    for add in [
        sealcore_verifier_add_trust_path,
        sealcore_verifier_add_maker_trust_path,
        sealcore_verifier_add_crl_path,
    ] {
        let told = fails(SEALCORE_E_IO, |error| add(verifier, absent.as_ptr(), error));
        assert!(told.contains("absent"), "{told}");
        let told = fails(SEALCORE_E_CERTIFICATE, |error| add(verifier, file.as_ptr(), error));
        assert!(told.contains("README.txt"), "{told}");
        fails(SEALCORE_E_NULL, |error| add(verifier, null(), error));
        fails(SEALCORE_E_NULL, |error| add(null_mut(), path.as_ptr(), error));
    }
    sealcore_verifier_free(verifier);
    sealcore_document_free(document);
}

unsafe extern "C" fn count(user: *mut c_void, done: u64, total: u64) -> i32 {
    // SAFETY: the test gives two numbers.
    let seen = unsafe { &mut *user.cast::<(u64, u64)>() };
    assert!((seen.0..=total).contains(&done));
    *seen = (done, total);
    1
}

unsafe extern "C" fn refuse(_: *mut c_void, _: u64, _: u64) -> i32 {
    0
}

/// Cancels the monitor by which it is called.
unsafe extern "C" fn cancel(user: *mut c_void, _: u64, _: u64) -> i32 {
    // SAFETY: the test gives the place of the handle.
    let monitor = unsafe { *user.cast::<*mut sealcore_monitor>() };
    sealcore_monitor_cancel(monitor, null_mut());
    1
}

#[test]
fn monitors_watch_and_cancel() {
    let world = World::new();
    let document = opened(&world.sealed(&document(3), Generation::V4));
    let verifier = verifier(&world);
    let monitor = |progress, user| {
        let callbacks = sealcore_monitor_callbacks {
            struct_size: super::size::<sealcore_monitor_callbacks>(),
            progress: Some(progress),
            drop: None,
            user,
        };
        let mut monitor = null_mut();
        ok(|error| sealcore_monitor_new(&raw const callbacks, &raw mut monitor, error));
        monitor
    };
    let mut seen = (0_u64, 0_u64);
    let watching = monitor(count, (&raw mut seen).cast());
    let (verdict, report) = verified(verifier, document, watching);
    assert_eq!(verdict, SEALCORE_VERDICT_VALID);
    assert!(seen.0 > 0 && seen.1 >= 5_000, "{seen:?}");
    sealcore_report_free(report);
    let refusing = monitor(refuse, null_mut());
    let mut own: *mut sealcore_monitor = null_mut();
    let place = &raw mut own;
    let cancelling = monitor(cancel, place.cast());
    // SAFETY: it lives until the end of the test.
    unsafe { place.write(cancelling) };
    let cancelled = {
        let mut monitor = null_mut();
        ok(|error| sealcore_monitor_new(null(), &raw mut monitor, error));
        ok(|error| sealcore_monitor_cancel(monitor, error));
        monitor
    };
    for stopping in [refusing, cancelling, cancelled] {
        fails(SEALCORE_E_CANCELLED, |error| {
            let (mut verdict, mut report) = (7, null_mut());
            let status = sealcore_verify(verifier, document, stopping, &raw mut verdict, &raw mut report, error);
            assert_eq!((verdict, report), (0, null_mut()));
            status
        });
        sealcore_monitor_free(stopping);
    }
    sealcore_monitor_free(watching);
    sealcore_verifier_free(verifier);
    sealcore_document_free(document);
}

#[test]
fn every_pointer_is_checked() {
    let world = World::new();
    let document = opened(&world.sealed(&document(1), Generation::V4));
    let verifier = verifier(&world);
    let (mut verdict, mut report) = (0, null_mut());
    let (verdict, report) = (&raw mut verdict, &raw mut report);
    fails(SEALCORE_E_NULL, |error| sealcore_verifier_new(null_mut(), error));
    fails(SEALCORE_E_NULL, |error| {
        sealcore_verify(null(), document, null(), verdict, report, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_verify(verifier, null(), null(), verdict, report, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_verify(verifier, document, null(), null_mut(), report, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_verify(verifier, document, null(), verdict, null_mut(), error)
    });
    fails(SEALCORE_E_TYPE, |error| {
        sealcore_verify(document.cast(), document, null(), verdict, report, error)
    });
    fails(SEALCORE_E_TYPE, |error| {
        sealcore_verify(verifier, verifier.cast(), null(), verdict, report, error)
    });
    fails(SEALCORE_E_TYPE, |error| {
        sealcore_verify(verifier, document, verifier.cast(), verdict, report, error)
    });
    for add in [
        sealcore_verifier_add_trust,
        sealcore_verifier_add_maker_trust,
        sealcore_verifier_add_crl,
    ] {
        fails(SEALCORE_E_NULL, |error| {
            add(null_mut(), world.list.as_ptr(), world.list.len(), error)
        });
        fails(SEALCORE_E_NULL, |error| add(verifier, null(), 0, error));
        fails(SEALCORE_E_NULL, |error| add(verifier, null(), 1, error));
        fails(SEALCORE_E_CERTIFICATE, |error| add(verifier, b"x".as_ptr(), 1, error));
        fails(SEALCORE_E_TYPE, |error| {
            add(document.cast(), world.list.as_ptr(), world.list.len(), error)
        });
    }
    fails(SEALCORE_E_NULL, |error| {
        sealcore_verifier_set_policy(verifier, null(), error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_verifier_set_policy(null_mut(), c"seal".as_ptr(), error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_verifier_set_limit(verifier, null(), 1, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_verifier_set_limit(null_mut(), c"pages".as_ptr(), 1, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_verifier_set_time(null_mut(), 1, error)
    });
    fails(SEALCORE_E_UTF8, |error| {
        sealcore_verifier_set_policy(verifier, c"\xff".as_ptr(), error)
    });
    let (_, report) = verified(verifier, document, null());
    let mut buffer = null_mut();
    let buffer = &raw mut buffer;
    for write in [sealcore_report_json, sealcore_report_render] {
        fails(SEALCORE_E_NULL, |error| write(null(), c"".as_ptr(), 1, buffer, error));
        fails(SEALCORE_E_NULL, |error| write(report, null(), 1, buffer, error));
        fails(SEALCORE_E_NULL, |error| {
            write(report, c"".as_ptr(), 1, null_mut(), error)
        });
        fails(SEALCORE_E_ARGUMENT, |error| {
            write(report, c"".as_ptr(), 0, buffer, error)
        });
        fails(SEALCORE_E_TYPE, |error| {
            write(document.cast(), c"".as_ptr(), 1, buffer, error)
        });
    }
    assert_eq!(sealcore_report_verdict(null()), 0);
    assert_eq!(sealcore_report_signature_count(null()), 0);
    assert_eq!(sealcore_report_signature_verdict(null(), 0), 0);
    assert_eq!(sealcore_report_finding_count(null(), 0), 0);
    assert!(sealcore_report_signature_text(null(), 0, 1).is_null());
    assert!(sealcore_report_finding_text(null(), 0, 0, 1, 1).is_null());
    sealcore_report_free(null_mut());
    sealcore_report_free(report);
    sealcore_report_free(report);
    sealcore_verifier_free(null_mut());
    sealcore_verifier_free(verifier);
    fails(SEALCORE_E_HANDLE, |error| {
        sealcore_verifier_set_time(verifier, 1, error)
    });
    sealcore_document_free(document);
}

#[test]
fn one_document_serves_many_threads_and_any_number_of_calls() {
    let world = World::new();
    let document = opened(&world.sealed(&document(2), Generation::V4)).addr();
    let verifier = verifier(&world);
    // Less than what the calls take together: each has the limits to itself.
    ok(|error| sealcore_verifier_set_limit(verifier, c"inflated_bytes".as_ptr(), 40_000, error));
    let verifier = verifier.addr();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let handle = |token| std::ptr::without_provenance::<c_void>(token);
                    let (verdict, report) = verified(handle(verifier).cast(), handle(document).cast(), null());
                    assert_eq!(verdict, SEALCORE_VERDICT_VALID);
                    sealcore_report_free(report);
                }
            });
        }
    });
    sealcore_verifier_free(std::ptr::without_provenance_mut(verifier));
    sealcore_document_free(std::ptr::without_provenance_mut(document));
}

#[test]
fn a_signer_under_another_authority_is_not_trusted() {
    let (world, other) = (World::new(), World::new());
    let stranger = issue(&other.authority, "stranger", sealcore::cert::Profile::Unit);
    assert_ne!(stranger.certificate(), world.certificate());
    let document = opened(&other.sealed(&document(1), Generation::V5));
    let verifier = verifier(&world);
    let (verdict, report) = verified(verifier, document, null());
    assert_eq!(verdict, SEALCORE_VERDICT_INDETERMINATE);
    let trust = string(sealcore_report_signature_text(report, 0, SEALCORE_SIGNATURE_TRUST));
    assert_eq!(trust.as_deref(), Some("untrusted"));
    sealcore_report_free(report);
    sealcore_verifier_free(verifier);
    sealcore_document_free(document);
}
