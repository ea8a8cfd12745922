//! When a signer that comes back gives its PIN, and when it rather says so: each try of a token is one of few.

use sealcore::error::ErrorKind;
use sealcore::key::Signer as _;
use sealcore_device::OpenOptions;
use sealcore_soft_module::{Fault, State};

use crate::comeback::{DIGEST, ends, fails, paths, signs, skf};
use crate::rig::{MAKING, PIN, Rig, SEALING, refused};

/// A number that stands in no standard.
const NOBODYS: u64 = 0x7fff_1234;

const DEVICE_REMOVED: u64 = 0x0a00_0023;

/// The token is another one now, whose owner has another PIN.
fn swap_pin(rig: &mut Rig) {
    rig.change(|state| {
        state.applications[0].pin = "somebody's".to_owned();
        state.keys[0].password = Some("somebody's".to_owned());
    });
    rig.replug();
}

fn given(rig: &Rig) -> usize {
    State::passwords_given(rig.folder())
}

#[test]
fn a_refusal_in_a_vendors_words() {
    for path in paths() {
        let mut rig = Rig::new();
        rig.ask(&[Fault::VendorPin, Fault::NoPinInfo]);
        let signers = [(); 4].map(|()| rig.open(&path).unwrap());
        swap_pin(&mut rig);
        let before = given(&rig);
        let codes: Vec<_> = signers
            .iter()
            .chain(&signers)
            .map(|signer| fails(&**signer).vendor_code())
            .collect();
        assert_eq!(codes, [&[Some(NOBODYS)][..], &[None; 7]].concat(), "{path}");
        assert_eq!(given(&rig), before + 1, "together");
        // The right one was not refused for good: who opens the key anew may try.
        rig.change(|state| {
            state.applications[0].pin = PIN.to_owned();
            state.keys[0].password = Some(PIN.to_owned());
        });
        let opened = rig.open(&path).unwrap();
        signers.iter().for_each(|signer| rig.seals(&**signer));
        drop((signers, opened));
        ends(&rig);
    }
}

/// Nothing tells such a token from another one.
#[test]
fn a_token_without_a_number_that_hides_its_key() {
    for (blank, faults) in [
        (true, &[Fault::KeyNeedsLogin][..]),
        (false, &[Fault::KeyNeedsLogin, Fault::NoDeviceInfo]),
    ] {
        let mut rig = Rig::new();
        rig.ask(faults);
        if blank {
            State::set_serial(rig.folder(), "").unwrap();
        }
        let mut options = rig.options();
        options.certificate = Some(rig.certificate().clone());
        let bare = rig.open_with(&skf("bare"), "", options).unwrap();
        let key = rig.open_key(&skf(SEALING), "", Some(PIN)).unwrap();
        let certified = rig.open(&skf(SEALING)).unwrap();
        rig.replug();
        // The certificate in the container does.
        rig.seals(&*certified);
        drop(certified);
        swap_pin(&mut rig);
        let before = given(&rig);
        for _ in 0..2 {
            for error in [fails(&*bare), refused(key.sign_digest(&DIGEST))] {
                assert_eq!(error.kind(), ErrorKind::Key);
                assert!(error.to_string().contains("open the key anew"), "{error}");
            }
        }
        assert_eq!(given(&rig), before);
        drop((bare, key));
        ends(&rig);
    }
}

/// A number on one side only is no evidence.
#[test]
fn a_number_that_comes_or_goes() {
    for (first, second) in [("", "20261122"), ("20261122", "")] {
        let mut rig = Rig::new();
        rig.ask(&[Fault::KeyNeedsLogin]);
        State::set_serial(rig.folder(), first).unwrap();
        let key = rig.open_key(&skf(SEALING), "", Some(PIN)).unwrap();
        State::set_serial(rig.folder(), second).unwrap();
        swap_pin(&mut rig);
        assert_eq!(refused(key.sign_digest(&DIGEST)).kind(), ErrorKind::Key);
        rig.ask(&[]);
        assert_eq!(rig.tries(), Some(3));
        drop(key);
        ends(&rig);
    }
}

/// It is another token, whatever its number says.
#[test]
fn a_key_that_was_seen_and_hides_now() {
    let mut rig = Rig::new();
    let signer = rig.open(&skf(SEALING)).unwrap();
    let key = rig.open_key(&skf(SEALING), "", Some(PIN)).unwrap();
    drop(key);
    rig.ask(&[Fault::KeyNeedsLogin]);
    swap_pin(&mut rig);
    let before = given(&rig);
    assert_eq!(fails(&*signer).kind(), ErrorKind::Key);
    assert_eq!(given(&rig), before);
    drop(signer);
    ends(&rig);
}

#[test]
fn a_removal_is_no_other_device() {
    let rig = Rig::new();
    rig.ask(&[Fault::KeyNeedsLogin]);
    let signer = rig.open(&skf(SEALING)).unwrap();
    rig.ask(&[Fault::KeyNeedsLogin, Fault::RemovedAtInfo]);
    rig.replug();
    for _ in 0..2 {
        let error = fails(&*signer);
        assert_eq!(
            (error.kind(), error.vendor_code()),
            (ErrorKind::Device, Some(DEVICE_REMOVED))
        );
    }
    // Nor is a key opened then, whose token were not known again.
    assert_eq!(refused(rig.open(&skf(SEALING))).vendor_code(), Some(DEVICE_REMOVED));
    rig.ask(&[Fault::KeyNeedsLogin]);
    rig.seals(&*signer);
    drop(signer);
    ends(&rig);
}

/// Not even a key that anybody may use: it cannot be told from one that needs the PIN.
#[test]
fn nobody_signs_by_the_login_of_another() {
    let rig = Rig::new();
    rig.ask(&[Fault::OpenContainer]);
    let mut options = OpenOptions::default();
    options.certificate = Some(rig.world.maker.certificate().clone());
    let without = rig.open_with(&skf(MAKING), "", options).unwrap();
    let with = rig.open(&skf(SEALING)).unwrap();
    signs(&*without).unwrap();
    rig.replug();
    rig.seals(&*with);
    let error = fails(&*without);
    assert_eq!(error.kind(), ErrorKind::Password);
    assert!(error.to_string().contains("another signer"), "{error}");
    drop(with);
    signs(&*without).unwrap();
    drop(without);
    ends(&rig);
}

/// A PIN that nobody compared is no better than before.
#[test]
fn a_login_that_was_not_compared() {
    let mut rig = Rig::new();
    let signer = rig.open(&skf(SEALING)).unwrap();
    let keeper = rig.open(&skf(MAKING)).unwrap();
    swap_pin(&mut rig);
    assert_eq!(fails(&*signer).kind(), ErrorKind::Password);
    let before = given(&rig);
    for signer in [&signer, &keeper] {
        assert_eq!(fails(&**signer).kind(), ErrorKind::Password);
    }
    assert_eq!((given(&rig), rig.tries()), (before, Some(2)));
    drop((signer, keeper));
    ends(&rig);
}
