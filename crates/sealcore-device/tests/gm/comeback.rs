//! Devices that are pulled out, restarted, put in again or replaced while signers are open.

use std::sync::{Arc, Barrier};

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::Signer;
use sealcore_device::OpenOptions;
use sealcore_soft_module::{Fault, State};

use crate::rig::{APPLICATION, MAKING, PIN, Rig, SEALING, refused};

pub(crate) const DIGEST: [u8; 32] = [7; 32];

pub(crate) fn paths() -> [String; 2] {
    [skf(SEALING), "sdf:key=1".to_owned()]
}

pub(crate) fn skf(container: &str) -> String {
    format!("skf:container={container}")
}

pub(crate) fn with_pin(pin: &str) -> OpenOptions {
    let mut options = OpenOptions::default();
    options.pin = Some(pin.into());
    options
}

/// Signs, and makes sure that the certificate's key did.
pub(crate) fn signs(signer: &dyn Signer) -> Result<()> {
    let value = signer.sign_digest(&DIGEST)?;
    let key = signer.certificate().public_key();
    key.verify_digest(signer.algorithm(), &DIGEST, &value).map(|_| ())
}

/// The error of a signature, which tells no secret.
pub(crate) fn fails(signer: &dyn Signer) -> Error {
    refused(signs(signer))
}

/// All signers are gone and nothing was used after it was closed.
pub(crate) fn ends(rig: &Rig) {
    assert_eq!((rig.open_handles(), State::misuses(rig.folder())), (0, 0));
}

#[test]
fn a_device_that_is_put_in_again() {
    for faults in [&[][..], &[Fault::KeyNeedsLogin], &[Fault::OneDevice]] {
        let rig = Rig::new();
        rig.ask(faults);
        for path in paths() {
            let signers = [(); 3].map(|()| rig.open(&path).unwrap());
            let open = rig.open_handles();
            for _ in 0..2 {
                rig.replug();
                // The first opens the device anew, and the others join it.
                signers.iter().for_each(|signer| rig.seals(&**signer));
                assert_eq!(rig.open_handles(), open);
            }
        }
        assert_eq!(rig.tries(), Some(3));
        ends(&rig);
    }
}

/// What another signer opened after the first loss is dead as well after the second.
#[test]
fn a_device_that_is_lost_twice_between_signatures() {
    let rig = Rig::new();
    let log_out = || State::log_out(rig.folder()).unwrap();
    let replug = || rig.replug();
    for path in paths() {
        let [first, second] = [(); 2].map(|()| rig.open(&path).unwrap());
        for lose in [&log_out as &dyn Fn(), &replug] {
            lose();
            rig.seals(&*first);
            lose();
            rig.seals(&*second);
            rig.seals(&*first);
        }
    }
    assert_eq!(rig.tries(), Some(3));
    ends(&rig);
}

/// Other keys of the same device, with and without a password, come back as well.
#[test]
fn all_keys_of_a_device() {
    let rig = Rig::new();
    rig.ask(&[Fault::OneDevice]);
    let mut open = OpenOptions::default();
    open.certificate = Some(rig.world.maker.certificate().clone());
    let paths = [skf(SEALING), skf(MAKING), "sdf:key=1".to_owned()];
    let mut signers: Vec<_> = paths.iter().map(|path| rig.open(path).unwrap()).collect();
    signers.push(rig.open_with("sdf:key=7", "", open).unwrap());
    rig.replug();
    signers.iter().rev().for_each(|signer| signs(&**signer).unwrap());
    signers.remove(0);
    signers.iter().for_each(|signer| signs(&**signer).unwrap());
    drop(signers);
    ends(&rig);
}

#[test]
fn logins_that_are_forgotten() {
    let rig = Rig::new();
    for path in paths() {
        let signers = [(); 2].map(|()| rig.open(&path).unwrap());
        let open = rig.open_handles();
        State::log_out(rig.folder()).unwrap();
        signers.iter().for_each(|signer| rig.seals(&**signer));
        assert_eq!(rig.open_handles(), open);
        let [first, second] = signers;
        drop(first);
        rig.seals(&*second);
    }
    ends(&rig);
    // The last one has logged out, after a loss as well.
    assert_eq!(
        refused(rig.open_with(&skf(SEALING), "", OpenOptions::default())).vendor_code(),
        Some(0x0a00_002d)
    );
}

#[test]
fn a_device_that_is_away_for_long() {
    let rig = Rig::new();
    for path in paths() {
        let signers = [(); 2].map(|()| rig.open(&path).unwrap());
        rig.ask(&[Fault::Removed]);
        rig.replug();
        for _ in 0..3 {
            for signer in &signers {
                assert_eq!(fails(&**signer).kind(), ErrorKind::Device);
            }
        }
        assert_eq!(rig.open_handles(), 0);
        rig.ask(&[Fault::OneDevice]);
        signers.iter().for_each(|signer| rig.seals(&**signer));
        rig.ask(&[]);
    }
    assert_eq!(rig.tries(), Some(3));
    ends(&rig);
}

#[test]
fn a_device_that_is_lost_each_time() {
    let rig = Rig::new();
    for (path, code) in paths().iter().zip([0x0a00_0023, 0x0100_0003]) {
        let signer = rig.open(path).unwrap();
        rig.ask(&[Fault::RemovedAtSigning]);
        for _ in 0..3 {
            let given = State::passwords_given(rig.folder());
            assert_eq!(fails(&*signer).vendor_code(), Some(code));
            assert!(State::passwords_given(rig.folder()) <= given + 1, "once a signature");
            assert_eq!(rig.open_handles(), 0);
        }
        rig.ask(&[]);
        rig.seals(&*signer);
    }
    ends(&rig);
}

#[test]
fn another_device_in_the_place() {
    for path in paths() {
        let mut rig = Rig::new();
        let signers = [(); 2].map(|()| rig.open(&path).unwrap());
        let given = State::passwords_given(rig.folder());
        let mine = rig.state.clone();
        rig.change(|state| {
            state.applications[0].containers[0] = state.applications[0].containers[1].clone();
            state.applications[0].containers[0].name = SEALING.to_owned();
            state.applications[0].pin = "somebody's".to_owned();
            state.keys[0] = state.keys[1].clone();
            state.keys[0].index = 1;
            state.keys[0].password = Some("somebody's".to_owned());
        });
        rig.replug();
        for signer in signers.iter().chain(&signers) {
            assert_eq!(fails(&**signer).kind(), ErrorKind::Key, "{path}");
        }
        // Its PIN was not tried.
        assert_eq!(rig.tries(), Some(3));
        assert_eq!(State::passwords_given(rig.folder()), given);
        assert_eq!(rig.open_handles(), 0);
        // And the right one is in again.
        rig.change(|state| *state = mine);
        rig.replug();
        signers.iter().for_each(|signer| rig.seals(&**signer));
        drop(signers);
        ends(&rig);
    }
}

/// What can be seen of a token without the PIN is compared, where its key is not seen.
#[test]
fn another_token_that_hides_its_key() {
    let mut rig = Rig::new();
    rig.ask(&[Fault::KeyNeedsLogin]);
    let mut options = rig.options();
    options.certificate = Some(rig.certificate().clone());
    let by_certificate = rig.open(&skf(SEALING)).unwrap();
    let by_serial = rig.open_with(&skf("bare"), "", options).unwrap();
    rig.change(|state| {
        state.applications[0].pin = "somebody's".to_owned();
        state.applications[0].containers[0].certificate = state.applications[0].containers[1].certificate.clone();
    });
    rig.replug();
    // By its certificate alone.
    assert_eq!(fails(&*by_certificate).kind(), ErrorKind::Key);
    assert_eq!(rig.tries(), Some(3));
    State::set_serial(rig.folder(), "another").unwrap();
    rig.replug();
    for signer in [&by_certificate, &by_serial, &by_certificate, &by_serial] {
        assert_eq!(fails(&**signer).kind(), ErrorKind::Key);
    }
    assert_eq!(rig.tries(), Some(3));
    // It looks like the right one and is not: found out by its key, after the PIN.
    let mine = rig.certificate().der().to_vec();
    rig.change(|state| {
        state.applications[0].pin = PIN.to_owned();
        state.applications[0].containers[0].contents = state.applications[0].containers[1].contents.clone();
        state.applications[0].containers[0].certificate = Some(mine);
    });
    State::set_serial(rig.folder(), "20261122").unwrap();
    assert_eq!(fails(&*by_certificate).kind(), ErrorKind::Key);
    drop((by_certificate, by_serial));
    ends(&rig);
}

#[test]
fn a_device_without_the_key() {
    let mut rig = Rig::new();
    let signers = paths().map(|path| rig.open(&path).unwrap());
    rig.change(|state| {
        state.applications[0].containers.clear();
        state.keys.clear();
    });
    rig.replug();
    for signer in &signers {
        let error = fails(&**signer);
        assert_eq!(error.kind(), ErrorKind::Device);
        // What happened first is told as its cause.
        assert!(std::error::Error::source(&error).is_some(), "{error}");
    }
    drop(signers);
    ends(&rig);
}

#[test]
fn a_pin_that_was_changed_is_tried_once() {
    let mut rig = Rig::new();
    let signers = [(); 4].map(|()| rig.open(&skf(SEALING)).unwrap());
    rig.change(|state| state.applications[0].pin = "new".to_owned());
    rig.replug();
    for signer in signers.iter().chain(&signers) {
        let error = fails(&**signer);
        assert_eq!(
            (error.kind(), error.part().is_none_or(|part| part == "SKF_VerifyPIN")),
            (ErrorKind::Password, true)
        );
        assert_eq!(rig.tries(), Some(2), "together");
    }
    // Who asks for it may try.
    refused(rig.open(&skf(SEALING)));
    assert_eq!(rig.tries(), Some(1));
    let new = rig.open_with(&skf(SEALING), "", with_pin("new")).unwrap();
    // Who knows the old one only does not profit of that, and costs no try.
    for signer in &signers {
        assert_eq!(fails(&**signer).kind(), ErrorKind::Password);
    }
    assert_eq!(rig.tries(), Some(3));
    rig.seals(&*new);
    drop(new);
    assert_eq!(fails(&*signers[0]).kind(), ErrorKind::Password);
    assert_eq!(rig.tries(), Some(3));
    // The old one again: the device is not asked, but who opens a key with it shows that it is right.
    rig.change(|state| state.applications[0].pin = PIN.to_owned());
    assert_eq!(fails(&*signers[0]).kind(), ErrorKind::Password);
    let old = rig.open(&skf(SEALING)).unwrap();
    signers.iter().for_each(|signer| rig.seals(&**signer));
    drop((signers, old));
    ends(&rig);
}

#[test]
fn a_password_that_was_changed_is_tried_once() {
    let mut rig = Rig::new();
    let signers = [(); 4].map(|()| rig.open("sdf:key=1").unwrap());
    rig.change(|state| state.keys[0].password = Some("new".to_owned()));
    rig.replug();
    let given = State::passwords_given(rig.folder());
    for signer in signers.iter().chain(&signers) {
        assert_eq!(fails(&**signer).kind(), ErrorKind::Password);
    }
    assert_eq!(State::passwords_given(rig.folder()), given + 1, "together");
    rig.seals(&*rig.open_with("sdf:key=1", "", with_pin("new")).unwrap());
    for signer in &signers {
        assert_eq!(fails(&**signer).kind(), ErrorKind::Password);
    }
    assert_eq!(State::passwords_given(rig.folder()), given + 2);
    drop(signers);
    ends(&rig);
}

#[test]
fn the_last_try_is_nobodys_but_the_users() {
    let rig = Rig::new();
    let signer = rig.open(&skf(SEALING)).unwrap();
    for _ in 0..2 {
        refused(rig.open_with(&skf(SEALING), "", with_pin("wrong-pin-1")));
    }
    rig.replug();
    for _ in 0..3 {
        let error = fails(&*signer);
        assert!(error.to_string().contains("locks the token"), "{error}");
        assert_eq!((error.kind(), rig.tries()), (ErrorKind::Password, Some(1)));
    }
    rig.seals(&*rig.open(&skf(SEALING)).unwrap());
    rig.seals(&*signer);
    drop(signer);
    ends(&rig);
}

#[test]
fn a_token_that_was_locked_meanwhile() {
    let rig = Rig::new();
    let signer = rig.open(&skf(SEALING)).unwrap();
    for _ in 0..3 {
        refused(rig.open_with(&skf(SEALING), "", with_pin("wrong-pin-1")));
    }
    rig.replug();
    assert_eq!(fails(&*signer).vendor_code(), Some(0x0a00_0025));
    assert_eq!(fails(&*signer).kind(), ErrorKind::Password, "not asked again");
    drop(signer);
    ends(&rig);
}

/// The name of a token may be that of its slot, and the URI need not name it.
#[test]
fn a_token_in_another_slot() {
    let mut rig = Rig::new();
    let signer = rig.open(&skf(SEALING)).unwrap();
    let named = rig
        .open(&format!(
            "skf:device=SOFT TOKEN 1;application={APPLICATION};container={SEALING}"
        ))
        .unwrap();
    rig.change(|state| state.devices = vec!["SOFT TOKEN 2".to_owned()]);
    rig.replug();
    rig.seals(&*signer);
    let error = fails(&*named);
    assert!(error.to_string().contains("SOFT TOKEN 2"), "{error}");
    drop((signer, named));
    ends(&rig);
}

/// In the middle of the work of several threads: everybody signs on, with what one of them opened.
#[test]
fn threads_across_a_removal() {
    let rig = Rig::new();
    rig.ask(&[Fault::OneDevice]);
    for path in paths() {
        let shared: Arc<dyn Signer> = rig.open(&path).unwrap().into();
        let start = Barrier::new(9);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let (shared, rig, path, start) = (&shared, &rig, &path, &start);
                scope.spawn(move || {
                    let own = rig.open(path).unwrap();
                    let mut failed = Vec::new();
                    for _ in 0..4 {
                        start.wait();
                        for signer in [&*own, &**shared].into_iter().cycle().take(20) {
                            failed.extend(signs(signer).err());
                        }
                        start.wait();
                        // After the removal: the next one finds everybody with what is alive.
                        failed.extend(signs(&*own).err());
                        failed.extend(signs(&**shared).err());
                    }
                    // Here, since who panics does not come to the barrier.
                    assert!(failed.is_empty(), "{failed:?}");
                });
            }
            for round in 0..4_u64 {
                start.wait();
                std::thread::sleep(std::time::Duration::from_millis(3 * round));
                rig.replug();
                start.wait();
            }
        });
        rig.seals(&*shared);
    }
    assert_eq!(rig.tries(), Some(3));
    ends(&rig);
}

/// The device is out for a while, and others open and list meanwhile: what fails says so, and in the end all sign.
#[test]
fn threads_across_an_absence() {
    let rig = Rig::new();
    for path in paths() {
        let signers: Vec<_> = (0..4).map(|_| rig.open(&path).unwrap()).collect();
        std::thread::scope(|scope| {
            for signer in &signers {
                let (rig, path) = (&rig, &path);
                scope.spawn(move || {
                    for round in 0..40 {
                        let results = [signs(&**signer), rig.open(path).and_then(|signer| signs(&*signer))];
                        for error in results.into_iter().filter_map(Result::err) {
                            assert_eq!(error.kind(), ErrorKind::Device, "{error}");
                        }
                        if round % 10 == 0 {
                            let _ = rig.list(path, false);
                        }
                    }
                });
            }
            for _ in 0..5 {
                std::thread::sleep(std::time::Duration::from_millis(4));
                rig.ask(&[Fault::Removed]);
                rig.replug();
                std::thread::sleep(std::time::Duration::from_millis(4));
                rig.ask(&[]);
            }
        });
        signers.iter().for_each(|signer| rig.seals(&**signer));
    }
    assert_eq!(rig.tries(), Some(3));
    ends(&rig);
}
