//! SDF machines.

use std::sync::Arc;

use sealcore::error::ErrorKind;
use sealcore::key::Signer;
use sealcore::report::Verdict;
use sealcore::seal::{Generation, SealRequest};
use sealcore_device::OpenOptions;
use sealcore_soft_module::Fault;

use crate::rig::{Rig, refused};
use crate::support::{DAY, now};

#[test]
fn a_seal_is_valid() {
    let rig = Rig::new();
    let signer = rig.open("sdf:key=1").unwrap();
    assert!(signer.is_external());
    rig.seals(&*signer);
    drop(signer);
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn the_machine_makes_seals_without_a_password() {
    let rig = Rig::new();
    let mut options = OpenOptions::default();
    options.certificate = Some(rig.world.maker.certificate().clone());
    let maker = rig.open_with("sdf:key=7", "", options).unwrap();
    let picture = rig.world.seal(Generation::V4).picture;
    let validity = [
        now().plus_seconds(-DAY),
        now().plus_seconds(-DAY),
        now().plus_seconds(DAY),
    ];
    let request = SealRequest::new(Generation::V5, "3401", "公章", picture, rig.certificate(), validity);
    let seal = request.make(&*maker).unwrap();
    let sealed = rig.seal_with(&seal, &*rig.open("sdf:key=1").unwrap()).unwrap();
    assert_eq!(rig.world.verify(&sealed).unwrap().verdict, Verdict::Valid);
}

#[test]
fn listing() {
    let rig = Rig::new();
    let listing = rig.list("sdf:", false).unwrap();
    let [device] = &listing.devices[..] else {
        panic!("{listing:?}")
    };
    assert_eq!(
        (device.name.as_str(), device.serial.as_str()),
        ("SOFT", "2026112200100001")
    );
    let keys: Vec<_> = device
        .keys
        .iter()
        .map(|key| (key.uri.as_str(), key.kind.as_str()))
        .collect();
    assert_eq!(keys, [("sdf:key=1", "SM2"), ("sdf:key=7", "SM2")]);
    assert_eq!(rig.list("sdf:key=7", false).unwrap().devices[0].keys.len(), 1);
    assert_eq!(rig.list("sdf:key=8", false).unwrap().devices[0].keys.len(), 0);
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn passwords() {
    let rig = Rig::new();
    let mut wrong = OpenOptions::default();
    wrong.pin = Some("wrong-pin-1".into());
    let error = refused(rig.open_with("sdf:key=1", "", wrong));
    assert_eq!(
        (error.kind(), error.vendor_code()),
        (ErrorKind::Password, Some(0x0100_0018))
    );
    assert_eq!(error.part(), Some("SDF_GetPrivateKeyAccessRight"));
    assert!(error.to_string().contains("SDR_PRKRERR"), "{error}");
    let error = refused(rig.open_with("sdf:key=1", "", OpenOptions::default()));
    assert_eq!(
        (error.kind(), error.vendor_code()),
        (ErrorKind::Password, Some(0x0100_0007))
    );
    assert!(error.to_string().contains("SDR_PARDENY"), "{error}");
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn which_key() {
    let rig = Rig::new();
    for path in [
        "sdf:",
        "sdf:key=",
        "sdf:key=one",
        "sdf:key=+1",
        "sdf:key=-1",
        "sdf:key=4294967296",
    ] {
        assert_eq!(refused(rig.open(path)).kind(), ErrorKind::Argument, "{path}");
    }
    let error = refused(rig.open("sdf:key=2"));
    assert_eq!(
        (error.kind(), error.vendor_code()),
        (ErrorKind::Device, Some(0x0100_0008))
    );
    let error = refused(sealcore_device::open(&rig.uri("sdf:key=1"), rig.options()));
    assert_eq!(error.kind(), ErrorKind::Argument, "no certificate");
    let mut options = rig.options();
    options.certificate = Some(rig.world.maker.certificate().clone());
    assert_eq!(refused(rig.open_with("sdf:key=1", "", options)).kind(), ErrorKind::Key);
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn several_threads_and_several_sessions() {
    let rig = Rig::new();
    let shared: Arc<dyn Signer> = rig.open("sdf:key=1").unwrap().into();
    std::thread::scope(|scope| {
        for number in 0..8_u8 {
            let (shared, rig) = (&shared, &rig);
            scope.spawn(move || {
                let own: Arc<dyn Signer> = rig.open("sdf:key=1").unwrap().into();
                for round in 0..20 {
                    for signer in [shared, &own] {
                        let digest = [number ^ round; 32];
                        let value = signer.sign_digest(&digest).unwrap();
                        let key = signer.certificate().public_key();
                        key.verify_digest(signer.algorithm(), &digest, &value).unwrap();
                    }
                }
            });
        }
    });
    // One device and one session are left.
    assert_eq!(rig.open_handles(), 2);
    drop(shared);
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn a_machine_that_was_switched_off() {
    let rig = Rig::new();
    let signer = rig.open("sdf:key=1").unwrap();
    rig.ask(&[Fault::Removed]);
    let error = refused(rig.seal(&*signer));
    assert_eq!(
        (error.kind(), error.vendor_code()),
        (ErrorKind::Device, Some(0x0100_0003))
    );
    assert!(error.to_string().contains("SDR_COMMFAIL"), "{error}");
    refused(rig.list("sdf:", false));
    assert_eq!(rig.open_handles(), 0);
    rig.ask(&[]);
    let again = rig.open("sdf:key=1").unwrap();
    rig.seals(&*again);
    rig.seals(&*signer);
    assert_eq!(rig.open_handles(), 3, "one device and two sessions");
    drop((signer, again));
    assert_eq!(rig.open_handles(), 0);
}
