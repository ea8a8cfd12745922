//! Every way in which a module misbehaves ends in an error or is put right, never in a wrong document.

use proptest::prelude::*;
use sealcore::error::{Error, ErrorKind};
use sealcore::report::Verdict;
use sealcore_soft_module::Fault;

use crate::rig::{MAKING, Rig, SEALING, refused};

/// What is seen with vendors' modules and has to work.
const QUIRKS: [&[Fault]; 8] = [
    &[Fault::KeyNeedsLogin],
    &[Fault::Overlong],
    &[Fault::Overlong, Fault::LeftAligned, Fault::WideUlong],
    &[Fault::WideUlong],
    &[Fault::LeftAligned],
    &[Fault::ShortFields],
    &[Fault::WideUlong, Fault::LeftAligned],
    &[Fault::WideUlong, Fault::ShortFields],
];

fn paths() -> [String; 2] {
    [format!("skf:container={SEALING}"), "sdf:key=1".to_owned()]
}

#[test]
fn quirks_are_put_right() {
    let rig = Rig::new();
    for quirks in QUIRKS {
        rig.ask(quirks);
        for path in paths() {
            rig.seals(
                &*rig
                    .open(&path)
                    .unwrap_or_else(|error| panic!("{quirks:?}, {path}: {error}")),
            );
        }
        let listing = rig.list("skf:", true).unwrap();
        assert_eq!(listing.devices[0].applications[0].keys.len(), 4, "{quirks:?}");
        assert_eq!(listing.devices[0].applications[0].pin_retries, Some(3));
        assert_eq!(rig.list("sdf:", false).unwrap().devices[0].keys.len(), 2, "{quirks:?}");
    }
}

#[test]
fn the_width_of_ulong_can_be_said() {
    let rig = Rig::new();
    let path = &paths()[0];
    for (wide, right, wrong) in [(false, "4", "8"), (true, "8", "4")] {
        rig.ask(if wide { &[Fault::WideUlong] } else { &[] });
        let open = |width: &str| rig.open_with(path, &format!("&x-ulong={width}"), rig.options());
        rig.seals(&*open(right).unwrap());
        let error = refused(open(wrong));
        assert_eq!(
            (error.kind(), error.part()),
            (ErrorKind::Device, Some("SKF_ExportPublicKey"))
        );
        assert!(error.to_string().contains("x-ulong"), "{error}");
        assert_eq!(refused(open("2")).kind(), ErrorKind::Argument);
    }
}

/// Faults that no reading can put right: what is asked of the error.
type Check = fn(&Error) -> bool;

#[test]
fn faults_are_errors() {
    let device: Check = |error| error.kind() == ErrorKind::Device;
    let faults: [(Fault, Check, Check); 9] = [
        (
            Fault::WrongSignature,
            |e| e.kind() == ErrorKind::Key,
            |e| e.kind() == ErrorKind::Key,
        ),
        (
            Fault::DirtyFields,
            |e| e.part() == Some("SKF_ECCSignData"),
            |e| e.part() == Some("SDF_InternalSign_ECC"),
        ),
        (
            Fault::NothingWritten,
            |e| e.part() == Some("SKF_ExportPublicKey"),
            |e| e.part() == Some("SDF_ExportSignPublicKey_ECC"),
        ),
        // The point (x, p - y) of x is on the curve; another y is not.
        (
            Fault::OffCurve,
            |e| e.part() == Some("SKF_ExportPublicKey"),
            |e| e.part() == Some("SDF_ExportSignPublicKey_ECC"),
        ),
        (
            Fault::NullHandles,
            |e| e.part() == Some("SKF_ConnectDev"),
            |e| e.part() == Some("SDF_OpenDevice"),
        ),
        (Fault::Removed, device, device),
        (
            Fault::RemovedAtSigning,
            |e| e.vendor_code() == Some(0x0a00_0023),
            |e| e.vendor_code() == Some(0x0100_0003),
        ),
        (
            Fault::UnknownCode,
            |e| e.vendor_code() == Some(0x7fff_1234),
            |e| e.vendor_code() == Some(0x7fff_1234),
        ),
        (Fault::HugeLengths, |e| e.part() == Some("SKF_EnumDev"), |_| false),
    ];
    let rig = Rig::new();
    for (fault, skf, sdf) in faults {
        rig.ask(&[fault]);
        for (path, check) in paths().iter().zip([skf, sdf]) {
            if fault == Fault::HugeLengths && path.starts_with("sdf") {
                continue; // SDF has no lengths that the module tells
            }
            let error = refused(rig.open(path));
            assert!(check(&error), "{fault:?}, {path}: {error:?}");
        }
    }
    for fault in [
        Fault::LengthBeyondRoom,
        Fault::NeverEnough,
        Fault::ManyNames,
        Fault::Unended,
        Fault::RubbishCertificate,
    ] {
        rig.ask(&[fault]);
        refused(rig.open(&paths()[0]));
    }
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn no_wrong_document_when_it_goes_wrong_after_opening() {
    for fault in [
        Fault::WrongSignature,
        Fault::DirtyFields,
        Fault::NothingWritten,
        Fault::Removed,
        Fault::RemovedAtSigning,
        Fault::UnknownCode,
    ] {
        let rig = Rig::new();
        for path in paths() {
            rig.ask(&[]);
            let signer = rig.open(&path).unwrap();
            rig.ask(&[fault]);
            let error = refused(rig.seal(&*signer));
            let expected = match fault {
                Fault::WrongSignature => ErrorKind::Crypto,
                _ => ErrorKind::Device,
            };
            assert_eq!(error.kind(), expected, "{fault:?}, {path}: {error:?}");
            // It recovers when the device does.
            rig.ask(&[]);
            rig.seals(&*signer);
        }
        assert_eq!(rig.open_handles(), 0);
    }
}

#[test]
fn listings_of_broken_devices() {
    let rig = Rig::new();
    for fault in [
        Fault::HugeLengths,
        Fault::NeverEnough,
        Fault::ManyNames,
        Fault::NullHandles,
        Fault::UnknownCode,
    ] {
        rig.ask(&[fault]);
        let told = match rig.list("skf:", true) {
            Ok(listing) => listing.devices.iter().any(|device| device.error.is_some()),
            Err(error) => error.kind() == ErrorKind::Device,
        };
        assert!(told, "{fault:?}");
    }
    // Names without an end, and rubbish where a certificate should be, are shown as what they are.
    for fault in [
        Fault::Unended,
        Fault::RubbishCertificate,
        Fault::Removed,
        Fault::OffCurve,
        Fault::NothingWritten,
    ] {
        rig.ask(&[fault]);
        let listing = rig.list("skf:", false).unwrap();
        assert_eq!(
            listing.devices.is_empty(),
            fault == Fault::Removed,
            "{fault:?}: {listing:?}"
        );
        let _ = rig.list("sdf:", false);
    }
    rig.ask(&[Fault::Unended]);
    let listing = rig.list("sdf:", false).unwrap();
    assert_eq!(listing.devices[0].manufacturer.len(), 40);
    assert_eq!(listing.devices[0].keys.len(), 2);
    rig.ask(&[]);
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn logging_in_twice_is_no_error() {
    let rig = Rig::new();
    rig.ask(&[Fault::LoginTwiceTold, Fault::KeyNeedsLogin]);
    let first = rig.open(&paths()[0]).unwrap();
    let second = rig.open(&paths()[0]).unwrap();
    drop(first);
    rig.seals(&*second);
}

/// The token signs for everybody in the process once one has logged in; who does not know the PIN does not profit.
#[test]
fn a_login_is_not_shared_with_who_does_not_know_the_pin() {
    let rig = Rig::new();
    let path = &paths()[0];
    let signer = rig.open(path).unwrap();
    let mut options = rig.options();
    options.pin = None;
    assert_eq!(
        refused(rig.open_with(path, "", options.clone())).kind(),
        ErrorKind::Password
    );
    options.pin = Some("wrong-pin-1".into());
    rig.ask(&[Fault::LoginTwiceTold]);
    let error = refused(rig.open_with(path, "", options.clone()));
    assert_eq!(
        (error.kind(), error.part()),
        (ErrorKind::Password, Some("SKF_VerifyPIN"))
    );
    rig.ask(&[]);
    assert_eq!(refused(rig.open_with(path, "", options)).kind(), ErrorKind::Password);
    rig.seals(&*signer);
    rig.seals(&*rig.open(path).unwrap());
    drop(signer);
    assert_eq!(rig.open_handles(), 0);
}

/// A library may have a symbol whose address is null.
#[test]
#[cfg(target_os = "linux")]
fn functions_that_are_null() {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("null.so");
    let names = ["SKF_EnumDev", "SDF_OpenDevice", "C_GetFunctionList"];
    let made = std::process::Command::new("cc")
        .args(["-shared", "-nostdlib", "-x", "c", "/dev/null", "-o"])
        .arg(&module)
        .args(names.map(|name| format!("-Wl,--defsym={name}=0")))
        .status()
        .unwrap();
    assert!(made.success());
    for (scheme, name) in ["skf:", "sdf:", "pkcs11:"].iter().zip(names) {
        let uri = format!("{scheme}?module-path={}", module.display());
        let uri = sealcore_device::DeviceUri::parse(&uri).unwrap();
        let error = refused(sealcore_device::list(&uri, None));
        assert_eq!(error.kind(), ErrorKind::Device);
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_swapped_certificate_is_noticed() {
    let mut rig = Rig::new();
    rig.change(|state| {
        let maker = state.applications[0].containers[1].certificate.clone();
        state.applications[0].containers[0].certificate = maker;
    });
    rig.ask(&[Fault::KeyNeedsLogin]);
    assert_eq!(refused(rig.open(&paths()[0])).kind(), ErrorKind::Key);
    rig.ask(&[]);
    assert_eq!(refused(rig.open(&paths()[0])).kind(), ErrorKind::Key);
    rig.open(&format!("skf:container={MAKING}")).unwrap();
}

#[test]
fn a_key_that_is_swapped_after_opening_signs_nothing() {
    let mut rig = Rig::new();
    for path in paths() {
        let signer = rig.open(&path).unwrap();
        rig.change(|state| {
            state.applications[0].containers.swap(0, 1);
            state.keys[0].scalar = state.keys[1].scalar;
        });
        assert_eq!(refused(rig.seal(&*signer)).kind(), ErrorKind::Crypto, "{path}");
        drop(signer);
        rig = Rig::new();
    }
}

/// Several faults at once, other ones after opening: what comes out is a valid document or an error.
#[test]
fn any_mixture_of_faults() {
    let rig = Rig::new();
    let faults = || proptest::sample::subsequence(Fault::ALL.to_vec(), 0..4);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let sealed = std::cell::Cell::new(0);
    runner
        .run(
            &(faults(), faults(), any::<[bool; 2]>()),
            |(first, then, [skf, replug])| {
                rig.ask(&first);
                let _ = rig.list("skf:", false);
                let _ = rig.list("sdf:", false);
                if let Ok(signer) = crate::rig::silent(rig.open(&paths()[usize::from(!skf)])) {
                    rig.ask(&then);
                    if replug {
                        rig.replug();
                    }
                    if let Ok(document) = rig.seal(&*signer) {
                        rig.ask(&[]);
                        let report = rig.world.verify(&document).unwrap();
                        prop_assert_eq!(report.verdict, Verdict::Valid);
                        sealed.set(sealed.get() + 1);
                    }
                }
                rig.ask(&[]);
                prop_assert_eq!(rig.open_handles(), 0);
                Ok(())
            },
        )
        .unwrap();
    assert!(sealed.get() > 10, "{}", sealed.get());
}
