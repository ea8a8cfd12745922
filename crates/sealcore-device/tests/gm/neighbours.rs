//! What the loss of one signer's device, session or login does to the others in the process: nothing, where they are alive.

use sealcore::error::ErrorKind;
use sealcore::key::Signer;
use sealcore_device::OpenOptions;
use sealcore_soft_module::{Fault, State};

use crate::comeback::{ends, fails, paths, signs, skf};
use crate::rig::{APPLICATION, MAKING, PIN, Rig, SEALING, refused};

fn maker(rig: &Rig) -> Box<dyn Signer> {
    let mut options = OpenOptions::default();
    options.certificate = Some(rig.world.maker.certificate().clone());
    rig.open_with("sdf:key=7", "", options).unwrap()
}

/// Signs with what is open.
fn stays(rig: &Rig, signer: &dyn Signer) {
    let before = State::handles_opened(rig.folder());
    signs(signer).unwrap();
    assert_eq!(State::handles_opened(rig.folder()), before);
}

/// A signer that is not used holds what is dead. Who opens or lists does not wait for it.
#[test]
fn an_idle_signer_of_a_lost_device() {
    for faults in [&[][..], &[Fault::OneDevice]] {
        let rig = Rig::new();
        rig.ask(faults);
        for path in paths() {
            let idle = rig.open(&path).unwrap();
            rig.replug();
            let opened = rig.open(&path).unwrap();
            signs(&*opened).unwrap();
            rig.replug();
            let device = rig.list(&path, false).unwrap().devices.remove(0);
            let keys = device.keys.len() + device.applications.iter().map(|one| one.keys.len()).sum::<usize>();
            assert_eq!((device.error, keys > 0), (None, true), "{path}");
            rig.replug();
            signs(&*opened).unwrap();
            rig.replug();
            let key = rig.open_key(&path, "", Some(PIN)).unwrap();
            for signer in [&idle, &opened] {
                signs(&**signer).unwrap();
            }
            drop(key);
        }
        ends(&rig);
    }
}

#[test]
fn a_key_that_never_signs() {
    let rig = Rig::new();
    let healthy = maker(&rig);
    let sick = rig.open("sdf:key=1").unwrap();
    rig.ask(&[Fault::NeverGranted]);
    for error in [fails(&*sick), refused(rig.open("sdf:key=1"))] {
        assert_eq!(
            (error.kind(), error.vendor_code()),
            (ErrorKind::Password, Some(0x0100_0007))
        );
        stays(&rig, &*healthy);
    }
    rig.ask(&[]);
    signs(&*sick).unwrap();
    drop((healthy, sick));
    ends(&rig);
}

#[test]
fn a_container_that_never_signs() {
    let rig = Rig::new();
    let healthy = rig.open(&skf(SEALING)).unwrap();
    let sick = rig.open(&skf(MAKING)).unwrap();
    rig.ask(&[Fault::DeafContainer]);
    for error in [fails(&*sick), refused(rig.open(&skf(MAKING))), fails(&*sick)] {
        assert_eq!(
            (error.kind(), error.vendor_code()),
            (ErrorKind::Password, Some(0x0a00_002d))
        );
        stays(&rig, &*healthy);
    }
    rig.ask(&[]);
    signs(&*sick).unwrap();
    drop((healthy, sick));
    ends(&rig);
}

/// Logged in again where it is open.
#[test]
fn a_login_that_is_forgotten_closes_nothing() {
    let rig = Rig::new();
    let signers = [SEALING, MAKING].map(|container| rig.open(&skf(container)).unwrap());
    let given = State::passwords_given(rig.folder());
    State::log_out(rig.folder()).unwrap();
    signers.iter().for_each(|signer| stays(&rig, &**signer));
    assert_eq!(State::passwords_given(rig.folder()), given + 1);
    drop(signers);
    ends(&rig);
}

#[test]
fn a_loss_that_looks_like_a_login_that_is_forgotten() {
    let rig = Rig::new();
    rig.ask(&[Fault::LoginAskedFirst]);
    let signers = [SEALING, MAKING].map(|container| rig.open(&skf(container)).unwrap());
    let given = State::passwords_given(rig.folder());
    rig.replug();
    signers.iter().for_each(|signer| signs(&**signer).unwrap());
    assert_eq!(State::passwords_given(rig.folder()), given + 1);
    drop(signers);
    ends(&rig);
}

#[test]
fn more_signers_than_sessions() {
    let rig = Rig::new();
    rig.ask(&[Fault::TwoSessions]);
    let signers = [(); 2].map(|()| rig.open("sdf:key=1").unwrap());
    for _ in 0..3 {
        assert_eq!(refused(rig.open("sdf:key=1")).vendor_code(), Some(0x0100_0006));
        signers.iter().for_each(|signer| stays(&rig, &**signer));
    }
    // The same code where the machine was lost.
    rig.replug();
    signers.iter().for_each(|signer| signs(&**signer).unwrap());
    drop(signers);
    ends(&rig);
}

/// What is left of the old slot is closed before the new one is opened, and what its PIN did there is known.
#[test]
fn several_signers_in_another_slot() {
    let mut rig = Rig::new();
    rig.ask(&[Fault::OneDevice]);
    let signers = [SEALING, MAKING, SEALING].map(|container| rig.open(&skf(container)).unwrap());
    let slot = |rig: &mut Rig, number: u32| {
        rig.change(|state| state.devices = vec![format!("SOFT TOKEN {number}")]);
        rig.replug();
    };
    slot(&mut rig, 2);
    signers.iter().for_each(|signer| signs(&**signer).unwrap());
    rig.change(|state| state.applications[0].pin = "new".to_owned());
    let given = State::passwords_given(rig.folder());
    for number in 3..6 {
        slot(&mut rig, number);
        for signer in &signers {
            assert_eq!(fails(&**signer).kind(), ErrorKind::Password);
        }
        assert_eq!(State::passwords_given(rig.folder()), given + 1, "together");
    }
    drop(signers);
    ends(&rig);
}

/// The loss of one device is no reason to give another's PIN once more.
#[test]
fn two_devices() {
    let mut rig = Rig::new();
    rig.change(|state| state.devices.push("SOFT TOKEN 2".to_owned()));
    let [first, second] = [1, 2].map(|number| {
        rig.open(&format!(
            "skf:device=SOFT TOKEN {number};application={APPLICATION};container={SEALING}"
        ))
        .unwrap()
    });
    rig.ask(&[Fault::RemovedAtSigning]);
    for _ in 0..2 {
        let given = State::passwords_given(rig.folder());
        assert_eq!(fails(&*first).vendor_code(), Some(0x0a00_0023));
        assert!(State::passwords_given(rig.folder()) <= given + 1, "once a signature");
    }
    rig.ask(&[]);
    stays(&rig, &*second);
    signs(&*first).unwrap();
    drop((first, second));
    ends(&rig);
}
