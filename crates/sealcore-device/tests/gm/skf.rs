//! SKF tokens.

use std::sync::Arc;

use sealcore::error::ErrorKind;
use sealcore::key::{Signer, SoftSigner};
use sealcore::report::Verdict;
use sealcore::seal::{Generation, SealRequest};
use sealcore_device::{DeviceUri, KeyUse, OpenOptions};
use sealcore_soft_module::Fault;

use crate::rig::{APPLICATION, DEVICE, MAKING, PIN, Rig, SEALING, refused};
use crate::support::{DAY, now};

fn sealing() -> String {
    format!("skf:container={SEALING}")
}

#[test]
fn a_seal_is_valid() {
    let rig = Rig::new();
    let signer = rig.open(&sealing()).unwrap();
    assert!(signer.is_external());
    assert_eq!(signer.certificate().der(), rig.certificate().der());
    rig.seals(&*signer);
    drop(signer);
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn a_full_address_and_a_pin_in_it() {
    let rig = Rig::new();
    let path = format!("skf:device={DEVICE};application={APPLICATION};container={SEALING}");
    let query = format!("&pin-value={}", PIN.replace('&', "%26"));
    rig.seals(&*rig.open_with(&path, &query, OpenOptions::default()).unwrap());
}

#[test]
fn the_device_makes_seals() {
    let rig = Rig::new();
    let maker = rig.open(&format!("skf:container={MAKING}")).unwrap();
    let signer = rig.open(&sealing()).unwrap();
    let like = rig.world.seal(Generation::V4);
    for generation in [Generation::V1, Generation::V4, Generation::V5] {
        let validity = [
            now().plus_seconds(-DAY),
            now().plus_seconds(-DAY),
            now().plus_seconds(DAY),
        ];
        let picture = like.picture.clone();
        let request = SealRequest::new(generation, "3401", "公章", picture, rig.certificate(), validity);
        let seal = request.make(&*maker).unwrap();
        let sealed = rig.seal_with(&seal, &*signer).unwrap();
        assert_eq!(rig.world.verify(&sealed).unwrap().verdict, Verdict::Valid);
    }
}

#[test]
fn listing() {
    let rig = Rig::new();
    for with_pin in [false, true] {
        let listing = rig.list("skf:", with_pin).unwrap();
        let [device] = &listing.devices[..] else {
            panic!("{listing:?}")
        };
        assert_eq!((device.name.as_str(), device.serial.as_str()), (DEVICE, "20261122"));
        assert_eq!(
            (device.manufacturer.as_str(), device.model.as_str()),
            ("sealcore tests", "SOFT TOKEN")
        );
        assert_eq!((&device.error, device.logged_in), (&None, with_pin));
        assert_eq!(listing.module.interface_version, "1.0");
        let [application] = &device.applications[..] else {
            panic!("{device:?}")
        };
        assert_eq!(
            (application.name.as_str(), application.pin_retries),
            (APPLICATION, Some(3))
        );
        let keys: Vec<_> = application
            .keys
            .iter()
            .map(|key| (key.name.as_str(), key.kind.as_str(), key.has_certificate))
            .collect();
        assert_eq!(
            keys,
            [
                (SEALING, "SM2", true),
                (MAKING, "SM2", true),
                ("bare", "SM2", false),
                ("rsa", "RSA", false)
            ]
        );
        assert_eq!(application.keys[0].key_use, Some(KeyUse::Signature));
        assert!(application.keys[0].subject.as_ref().unwrap().contains("某单位"));
        // The address that is listed opens the key.
        rig.seals(&*rig.open(&application.keys[0].uri).unwrap());
        let json = serde_json::to_string(&listing).unwrap();
        assert!(!json.contains("Kennwort"), "{json}");
    }
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn pins() {
    let mut rig = Rig::new();
    let mut wrong = OpenOptions::default();
    wrong.pin = Some("wrong-pin-1".into());
    for left in [2, 1] {
        let error = refused(rig.open_with(&sealing(), "", wrong.clone()));
        assert_eq!(
            (error.kind(), error.vendor_code()),
            (ErrorKind::Password, Some(0x0a00_0024))
        );
        assert_eq!(error.part(), Some("SKF_VerifyPIN"));
        assert!(error.to_string().contains(&format!("{left} tries left")), "{error}");
        assert!(error.to_string().contains("SAR_PIN_INCORRECT"), "{error}");
        let listing = rig.list("skf:", false).unwrap();
        assert_eq!(listing.devices[0].applications[0].pin_retries, Some(left));
    }
    // The right one gives all tries back.
    rig.open(&sealing()).unwrap();
    for _ in 0..3 {
        refused(rig.open_with(&sealing(), "", wrong.clone()));
    }
    let error = refused(rig.open(&sealing()));
    assert_eq!(
        (error.kind(), error.vendor_code()),
        (ErrorKind::Device, Some(0x0a00_0025))
    );
    assert!(error.to_string().contains("SAR_PIN_LOCKED"), "{error}");
    rig.change(|_| {});
    let error = refused(rig.open_with(&sealing(), "", OpenOptions::default()));
    assert_eq!(
        (error.kind(), error.vendor_code()),
        (ErrorKind::Password, Some(0x0a00_002d))
    );
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn a_pin_is_tried_on_one_application_only() {
    let mut rig = Rig::new();
    rig.change(|state| {
        let mut other = state.applications[0].clone();
        other.name = "other".to_owned();
        other.pin = "another".to_owned();
        state.applications.push(other);
    });
    let listing = rig.list("skf:", true).unwrap();
    let retries: Vec<_> = listing.devices[0]
        .applications
        .iter()
        .map(|one| one.pin_retries)
        .collect();
    assert_eq!(retries, [Some(3), Some(3)]);
    let error = refused(rig.list("skf:application=other", true));
    assert_eq!(error.kind(), ErrorKind::Password);
    let listing = rig.list(&format!("skf:application={APPLICATION}"), true).unwrap();
    assert!(listing.devices[0].applications[0].logged_in);
}

#[test]
fn what_does_not_fit_costs_no_try() {
    let rig = Rig::new();
    let other = rig.world.maker.certificate().clone();
    let mut options = rig.options();
    options.pin = Some("wrong-pin-1".into());
    options.certificate = Some(other);
    let error = refused(rig.open_with(&sealing(), "", options));
    assert_eq!(error.kind(), ErrorKind::Key);
    let listing = rig.list("skf:", false).unwrap();
    assert_eq!(listing.devices[0].applications[0].pin_retries, Some(3));
}

#[test]
fn which_key() {
    let mut rig = Rig::new();
    let kind = |path: &str| refused(rig.open(path)).kind();
    let error = refused(rig.open("skf:"));
    assert!(error.to_string().contains("container="), "{error}");
    assert!(error.to_string().contains(MAKING), "{error}");
    assert_eq!(kind("skf:container=nobody"), ErrorKind::Device);
    assert_eq!(kind("skf:device=nobody"), ErrorKind::Device);
    assert_eq!(kind("skf:application=nobody"), ErrorKind::Device);
    assert_eq!(kind("skf:container=rsa"), ErrorKind::Unsupported);
    assert_eq!(kind("skf:container=empty"), ErrorKind::Device);
    // No certificate in the token, and with one that is given.
    let error = refused(rig.open("skf:container=bare"));
    assert_eq!(
        (error.kind(), error.vendor_code()),
        (ErrorKind::Device, Some(0x0a00_001c))
    );
    let mut options = rig.options();
    options.certificate = Some(rig.certificate().clone());
    options.chain = vec![rig.world.authority.certificate().clone()];
    let signer = rig.open_with("skf:container=bare", "", options).unwrap();
    assert_eq!(signer.chain().len(), 1);
    rig.seals(&*signer);
    drop(signer);
    rig.change(|state| state.applications[0].containers.truncate(1));
    rig.seals(&*rig.open("skf:").unwrap());
    rig.change(|state| state.devices.push("SOFT TOKEN 2".to_owned()));
    assert_eq!(refused(rig.open("skf:")).kind(), ErrorKind::Device);
    rig.seals(&*rig.open("skf:device=SOFT TOKEN 2").unwrap());
    assert_eq!(rig.open_handles(), 0);
}

#[test]
#[cfg(target_os = "linux")] // where libc.so.6 is a library that is no module
fn modules_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.so");
    std::fs::write(&text, "no library").unwrap();
    let text = text.display().to_string();
    for scheme in ["skf:", "sdf:key=1"] {
        for path in ["/nowhere/lib.so", &text, "/", "libc.so.6"] {
            let uri = DeviceUri::parse(&format!("{scheme}?module-path={path}")).unwrap();
            let error = sealcore_device::list(&uri, None).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Device, "{path}");
            assert!(error.to_string().contains(path), "{error}");
        }
        let uri = DeviceUri::parse(scheme).unwrap();
        assert_eq!(
            sealcore_device::list(&uri, None).unwrap_err().kind(),
            ErrorKind::Argument
        );
    }
    let uri = DeviceUri::parse("skf:?module-path=libc.so.6").unwrap();
    let error = sealcore_device::list(&uri, None).unwrap_err();
    assert_eq!(error.part(), Some("SKF_EnumDev"));
}

#[test]
fn several_threads_and_several_signers() {
    let rig = Rig::new();
    let signer: Arc<dyn Signer> = rig.open(&sealing()).unwrap().into();
    let maker: Arc<dyn Signer> = rig.open(&format!("skf:container={MAKING}")).unwrap().into();
    std::thread::scope(|scope| {
        for number in 0..8_u8 {
            let signer = if number % 2 == 0 { &signer } else { &maker };
            let rig = &rig;
            scope.spawn(move || {
                for round in 0..20 {
                    let digest = [number ^ round; 32];
                    let value = signer.sign_digest(&digest).unwrap();
                    let key = signer.certificate().public_key();
                    key.verify_digest(signer.algorithm(), &digest, &value).unwrap();
                    if round % 10 == 0 {
                        drop(rig.open(&sealing()).unwrap());
                    }
                }
            });
        }
    });
    // Others closing theirs has not logged these out.
    rig.seals(&*signer);
    drop((signer, maker));
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn the_last_signer_logs_out() {
    let rig = Rig::new();
    drop(rig.open(&sealing()).unwrap());
    let error = refused(rig.open_with(&sealing(), "", OpenOptions::default()));
    assert_eq!(error.vendor_code(), Some(0x0a00_002d));
}

#[test]
fn a_device_that_was_removed() {
    let rig = Rig::new();
    let signer = rig.open(&sealing()).unwrap();
    rig.ask(&[Fault::Removed]);
    let error = refused(rig.seal(&*signer));
    assert_eq!(
        (error.kind(), error.vendor_code()),
        (ErrorKind::Device, Some(0x0a00_0023))
    );
    assert!(error.to_string().contains("removed"), "{error}");
    assert!(error.to_string().contains("SAR_DEVICE_REMOVED"), "{error}");
    let error = refused(rig.open(&sealing()));
    assert_eq!(error.kind(), ErrorKind::Device);
    assert_eq!(rig.open_handles(), 0);
    rig.ask(&[]);
    let again = rig.open(&sealing()).unwrap();
    rig.seals(&*again);
    rig.seals(&*signer);
    assert_eq!(rig.open_handles(), 3, "they share what is open");
    drop((signer, again));
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn the_digest_is_checked() {
    let rig = Rig::new();
    let signer = rig.open(&sealing()).unwrap();
    for len in [0, 31, 33, 64] {
        assert_eq!(refused(signer.sign_digest(&vec![1; len])).kind(), ErrorKind::Argument);
    }
    let soft: &SoftSigner = &rig.world.signer;
    assert_eq!(signer.max_signature_len(), soft.max_signature_len());
}
