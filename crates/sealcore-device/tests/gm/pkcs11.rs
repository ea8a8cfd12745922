//! SM2 by PKCS#11, and what SoftHSM does not do: lock PINs, ask for them each time, lose sessions, misbehave.

use std::sync::Barrier;

use sealcore::algorithm::SignatureAlgorithm;
use sealcore::digest::DigestAlgorithm;
use sealcore::error::ErrorKind;
use sealcore::key::Signer;
use sealcore_device::OpenOptions;
use sealcore_soft_module::{Fault, SM2_MECHANISM};

use crate::rig::{MAKING, PIN, Rig, SEALING, refused};

fn path(label: &str) -> String {
    format!("pkcs11:object={label}")
}

fn number() -> String {
    format!("&x-sm2-mechanism=0x{SM2_MECHANISM:x}")
}

fn open(rig: &Rig, query: &str) -> sealcore::error::Result<Box<dyn Signer>> {
    rig.open_with(&path(SEALING), &(number() + query), rig.options())
}

fn with_pin(rig: &Rig, pin: &str) -> OpenOptions {
    let mut options = rig.options();
    options.pin = Some(pin.into());
    options
}

#[test]
fn seals_in_either_form() {
    let rig = Rig::new();
    for (faults, forms, wrong) in [
        (&[][..], ["", "&x-sm2-format=raw"], "&x-sm2-format=der"),
        (&[Fault::DerValues], ["", "&x-sm2-format=der"], "&x-sm2-format=raw"),
    ] {
        rig.ask(faults);
        for form in forms {
            rig.seals(&*open(&rig, form).unwrap_or_else(|error| panic!("{faults:?} {form}: {error}")));
        }
        let error = refused(open(&rig, wrong));
        assert!(matches!(error.part(), Some("C_Sign")), "{error}");
    }
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn other_numbers_are_the_modules_affair() {
    let rig = Rig::new();
    let error = refused(rig.open_with(&path(SEALING), "&x-sm2-mechanism=0x80000322", rig.options()));
    assert_eq!((error.kind(), error.vendor_code()), (ErrorKind::Device, Some(0x70)));
    assert!(error.to_string().contains("CKR_MECHANISM_INVALID"), "{error}");
}

/// SM2 keys sign as SM2 keys do, whatever the interface.
#[test]
fn an_algorithm_that_the_key_does_not_have() {
    let rig = Rig::new();
    for (path, query) in [
        (format!("skf:container={SEALING}"), String::new()),
        ("sdf:key=1".to_owned(), String::new()),
        (path(SEALING), number()),
    ] {
        for (algorithm, is_right) in [
            (SignatureAlgorithm::Sm2Sm3, true),
            (SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sm3), false),
            (SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256), false),
        ] {
            let mut options = rig.options();
            options.algorithm = Some(algorithm);
            let opened = rig.open_with(&path, &query, options);
            assert_eq!(opened.is_ok(), is_right, "{path} {algorithm}");
        }
    }
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn listing() {
    let rig = Rig::new();
    let listing = rig.list("pkcs11:", true).unwrap();
    let kinds: Vec<_> = listing.devices[0]
        .keys
        .iter()
        .map(|key| (key.name.as_str(), key.kind.as_str(), key.has_certificate))
        .collect();
    assert_eq!(
        kinds,
        [(SEALING, "SM2", true), (MAKING, "SM2", true), ("bare", "SM2", false)]
    );
    // What a module names is escaped in the URI and finds the key again.
    let uri = &listing.devices[0].keys[0].uri;
    rig.seals(&*rig.open_with(uri, &number(), rig.options()).unwrap());
}

#[test]
fn pins_are_counted_and_locked() {
    let rig = Rig::new();
    let open = |pin: &str| rig.open_with(&path(SEALING), &number(), with_pin(&rig, pin));
    for _ in 0..2 {
        let error = refused(open("wrong-pin-1"));
        assert_eq!((error.kind(), error.vendor_code()), (ErrorKind::Password, Some(0xa0)));
    }
    // The right one makes up for them.
    drop(open(PIN).unwrap());
    for _ in 0..3 {
        assert_eq!(refused(open("wrong-pin-1")).kind(), ErrorKind::Password);
    }
    for pin in ["wrong-pin-1", PIN] {
        let error = refused(open(pin));
        assert_eq!((error.kind(), error.vendor_code()), (ErrorKind::Device, Some(0xa4)));
        assert!(error.to_string().contains("CKR_PIN_LOCKED"), "{error}");
    }
    let listing = rig.list("pkcs11:", false).unwrap();
    assert_eq!(listing.devices[0].pin_locked, Some(true));
    assert_eq!(rig.open_handles(), 0);
}

/// A token that somebody in the process is logged in to opens to nobody with another PIN.
#[test]
fn a_login_is_not_shared_with_who_does_not_know_the_pin() {
    let rig = Rig::new();
    let signer = open(&rig, "").unwrap();
    for pin in ["wrong-pin-1", ""] {
        let error = refused(rig.open_with(&path(SEALING), &number(), with_pin(&rig, pin)));
        assert_eq!(error.kind(), ErrorKind::Password, "{error}");
    }
    let mut options = rig.options();
    options.pin = None;
    assert_eq!(
        refused(rig.open_with(&path(SEALING), &number(), options)).kind(),
        ErrorKind::Password
    );
    rig.seals(&*open(&rig, "").unwrap());
    rig.seals(&*signer);
}

#[test]
fn keys_that_ask_for_the_pin_each_time() {
    let rig = Rig::new();
    rig.ask(&[Fault::PinEachTime]);
    let signer = open(&rig, "").unwrap();
    rig.seals(&*signer);
    rig.seals(&*signer);
}

#[test]
fn lost_sessions_come_back() {
    let mut rig = Rig::new();
    let signer = open(&rig, "").unwrap();
    for _ in 0..2 {
        rig.ask(&[Fault::SessionsLost]);
        rig.seals(&*signer);
    }
    // Another PIN since: it is refused once, and not tried again until it is locked.
    rig.change(|state| state.applications[0].pin = "new".to_owned());
    rig.ask(&[Fault::SessionsLost]);
    for _ in 0..5 {
        assert_eq!(refused(rig.seal(&*signer)).kind(), ErrorKind::Password);
    }
    let listing = rig.list("pkcs11:", false).unwrap();
    assert_eq!(listing.devices[0].pin_locked, Some(false));
    drop(signer);
    assert_eq!(rig.open_handles(), 0);
}

/// Tries that are left, by the interface that tells.
fn tries(rig: &Rig) -> Option<u32> {
    rig.list("skf:", false).unwrap().devices[0].applications[0].pin_retries
}

#[test]
fn signers_that_come_back_waste_one_try_together() {
    let mut rig = Rig::new();
    let signers = [(); 4].map(|()| open(&rig, "").unwrap());
    rig.change(|state| state.applications[0].pin = "new".to_owned());
    rig.ask(&[Fault::SessionsLost]);
    for _ in 0..2 {
        for signer in &signers {
            let error = refused(signer.sign_digest(&[7; 32]));
            assert_eq!((error.kind(), error.part()), (ErrorKind::Password, Some("C_Login")));
        }
    }
    assert_eq!(tries(&rig), Some(2));
    // Who asks for it may try, and the new PIN works.
    refused(open(&rig, ""));
    assert_eq!(tries(&rig), Some(1));
    let new = rig.open_with(&path(SEALING), &number(), with_pin(&rig, "new")).unwrap();
    assert_eq!(tries(&rig), Some(3));
    rig.seals(&*new);
}

#[test]
fn a_refusal_in_a_vendors_words() {
    let mut rig = Rig::new();
    let signers = [(); 4].map(|()| open(&rig, "").unwrap());
    rig.change(|state| state.applications[0].pin = "new".to_owned());
    rig.ask(&[Fault::SessionsLost, Fault::VendorPin]);
    for signer in signers.iter().chain(&signers) {
        refused(signer.sign_digest(&[7; 32]));
        assert_eq!(tries(&rig), Some(2), "together");
    }
    // Who asks for it may try, and shows that it is right.
    rig.change(|state| state.applications[0].pin = PIN.to_owned());
    let opened = open(&rig, "").unwrap();
    signers.iter().for_each(|signer| rig.seals(&**signer));
    drop((signers, opened));
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn the_last_try_is_nobodys_but_the_users() {
    let rig = Rig::new();
    let signer = open(&rig, "").unwrap();
    rig.ask(&[Fault::SessionsLost]);
    for _ in 0..2 {
        refused(rig.open_with(&format!("skf:container={SEALING}"), "", with_pin(&rig, "wrong-pin-1")));
    }
    let error = refused(signer.sign_digest(&[7; 32]));
    assert!(error.to_string().contains("locks the token"), "{error}");
    assert_eq!(tries(&rig), Some(1));
    rig.seals(&*open(&rig, "").unwrap());
}

#[test]
fn keys_that_ask_each_time_waste_one_try() {
    let mut rig = Rig::new();
    rig.ask(&[Fault::PinEachTime]);
    let signers = [(); 2].map(|()| open(&rig, "").unwrap());
    rig.change(|state| state.applications[0].pin = "new".to_owned());
    for _ in 0..3 {
        for signer in &signers {
            assert_eq!(refused(signer.sign_digest(&[7; 32])).kind(), ErrorKind::Password);
        }
    }
    assert_eq!(tries(&rig), Some(2));
}

#[test]
fn a_module_that_wipes_pins() {
    let rig = Rig::new();
    rig.ask(&[Fault::WipesPin, Fault::PinEachTime]);
    let signer = open(&rig, "").unwrap();
    rig.seals(&*signer);
    // Logged in to again with the PIN that it was opened with.
    rig.ask(&[Fault::SessionsLost]);
    rig.seals(&*signer);
    rig.ask(&[Fault::WipesPin]);
    for path in [format!("skf:container={SEALING}"), "sdf:key=1".to_owned()] {
        rig.seals(&*rig.open(&path).unwrap());
        rig.seals(&*rig.open(&path).unwrap());
    }
    assert_eq!(tries(&rig), Some(3));
}

#[test]
fn no_pin_is_no_try() {
    let rig = Rig::new();
    for path in [
        path(SEALING),
        format!("skf:container={SEALING}"),
        "sdf:key=1".to_owned(),
    ] {
        let query = if path.starts_with("pkcs11") {
            number()
        } else {
            String::new()
        };
        let error = refused(rig.open_with(&path, &query, with_pin(&rig, "")));
        assert_eq!(error.kind(), ErrorKind::Password);
        let error = refused(rig.open_with(&path, &(query + "&pin-value="), rig.options()));
        assert_eq!(error.kind(), ErrorKind::Password);
    }
    assert_eq!(tries(&rig), Some(3));
}

#[test]
fn a_session_without_a_handle() {
    let rig = Rig::new();
    let _signer = open(&rig, "").unwrap();
    rig.ask(&[Fault::NullHandles]);
    assert_eq!(refused(open(&rig, "")).part(), Some("C_OpenSession"));
}

#[test]
fn a_module_that_cannot_lock() {
    let rig = Rig::new();
    rig.ask(&[Fault::NoLocking]);
    let signers = [open(&rig, "").unwrap(), open(&rig, "").unwrap()];
    let start = Barrier::new(4);
    std::thread::scope(|scope| {
        for index in 0..4 {
            let (signer, start) = (&signers[index % 2], &start);
            scope.spawn(move || {
                start.wait();
                for round in 0..20 {
                    let digest = [round as u8 ^ index as u8; 32];
                    let value = signer.sign_digest(&digest).unwrap();
                    let key = signer.certificate().public_key();
                    key.verify_digest(signer.algorithm(), &digest, &value).unwrap();
                }
            });
        }
    });
}

/// The last session of a token logs out; who opens one at that moment is logged in all the same, and who has no PIN is not.
#[test]
fn threads_that_open_and_close() {
    let rig = Rig::new();
    std::thread::scope(|scope| {
        for index in 0..8_u8 {
            let rig = &rig;
            scope.spawn(move || {
                for round in 0..15_u8 {
                    if index < 2 {
                        let mut options = rig.options();
                        options.pin = None;
                        let error = refused(rig.open_with(&path(SEALING), &number(), options));
                        assert_eq!(error.kind(), ErrorKind::Password);
                    }
                    let signer = open(rig, "").unwrap();
                    let digest = [round ^ index; 32];
                    let value = signer.sign_digest(&digest).unwrap();
                    let key = signer.certificate().public_key();
                    key.verify_digest(signer.algorithm(), &digest, &value).unwrap();
                }
            });
        }
    });
    assert_eq!((rig.open_handles(), tries(&rig)), (0, Some(3)));
}

#[test]
fn misbehaviour_ends_in_an_error() {
    for (fault, kind, part) in [
        (Fault::WrongSignature, ErrorKind::Key, None),
        (Fault::NothingWritten, ErrorKind::Device, Some("C_Sign")),
        (Fault::HugeLengths, ErrorKind::Device, Some("C_GetSlotList")),
        (Fault::LengthBeyondRoom, ErrorKind::Device, Some("C_FindObjects")),
        (Fault::RemovedAtSigning, ErrorKind::Device, Some("C_Sign")),
        (Fault::RubbishCertificate, ErrorKind::Device, None),
        (Fault::NoSigning, ErrorKind::Device, Some("C_SignInit")),
        (Fault::NullHandles, ErrorKind::Device, Some("C_GetFunctionList")),
    ] {
        let rig = Rig::new();
        rig.ask(&[fault]);
        let error = refused(open(&rig, ""));
        assert_eq!((error.kind(), error.part()), (kind, part), "{fault:?}: {error}");
        assert_eq!(rig.open_handles(), 0, "{fault:?}");
    }
    // What goes wrong while a signer is open.
    for (fault, code) in [
        (Fault::Removed, Some(0x32)),
        (Fault::UnknownCode, Some(0x8000_1234)),
        (Fault::WrongSignature, None),
        (Fault::LengthBeyondRoom, None),
        (Fault::HugeLengths, None),
    ] {
        let rig = Rig::new();
        let signer = open(&rig, "").unwrap();
        rig.ask(&[fault]);
        let error = refused(rig.seal(&*signer));
        assert_eq!(error.vendor_code(), code, "{fault:?}: {error}");
        let listing = rig.list("pkcs11:", false);
        assert!(listing.is_ok() || fault != Fault::WrongSignature, "{fault:?}");
        // And it works again when the module does.
        rig.ask(&[]);
        rig.seals(&*signer);
        drop(signer);
        assert_eq!(rig.open_handles(), 0, "{fault:?}");
    }
}
