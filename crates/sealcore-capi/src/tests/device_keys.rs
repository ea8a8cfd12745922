//! Keys in devices that have no certificate yet: they ask for one, and sign their own.

use std::ptr::{null, null_mut};

use sealcore::cert::{Certificate, Request};
use sealcore_soft_module::Fault;

use super::devices::{PIN, Rig, Told, UNIT, WRONG};
use super::{c, fails, ok, taken};
use crate::certificate::*;
use crate::error::*;
use crate::key::*;
use crate::signer::*;
use crate::status::*;

fn open(uri: &str, pin: Option<&str>, key: *mut *mut sealcore_key, error: *mut *mut sealcore_error) -> sealcore_status {
    let (uri, pin) = (c(uri), pin.map(c));
    let pin = pin.as_ref().map_or(null(), |pin| pin.as_ptr());
    sealcore_key_open(uri.as_ptr(), pin, key, error)
}

fn request(key: *const sealcore_key) -> Vec<u8> {
    let mut pem = null_mut();
    ok(|error| sealcore_certificate_request(key, c"CN=unit,C=CN".as_ptr(), &raw mut pem, error));
    taken(pem)
}

#[test]
fn ask_for_certificates() {
    let rig = Rig::new();
    let expected = Certificate::from_pem_or_der(&rig.holder(UNIT).certificates).unwrap();
    let mut key = null_mut();
    let (place, json) = (&raw mut key, c"{\"profile\": \"unit\", \"subject\": \"CN=unit,C=CN\"}");
    for uri in rig.uris(UNIT) {
        ok(|error| open(&uri, Some(PIN), place, error));
        let asked = Request::from_pem_or_der(&request(key)).unwrap();
        asked.verify().unwrap();
        assert!(asked.public_key().is_same_key(expected.public_key()), "{uri}");
        // Signed with itself, and by the authority.
        for issuer in [null(), rig.house.root.signer.cast_const()] {
            let mut pem = null_mut();
            ok(|error| sealcore_certificate_issue(issuer, key, null(), 0, json.as_ptr(), &raw mut pem, error));
            let made = Certificate::from_pem_or_der(&taken(pem)).unwrap();
            assert_eq!(made.is_signed_by(expected.public_key()), issuer.is_null());
            assert!(made.public_key().is_same_key(expected.public_key()), "{uri}");
            // With its certificate it signs.
            let (uri, pin, mut signer) = (c(&uri), c(PIN), null_mut());
            let der = made.der();
            ok(|error| {
                let (uri, pin) = (uri.as_ptr(), pin.as_ptr());
                sealcore_signer_open(uri, pin, der.as_ptr(), der.len(), &raw mut signer, error)
            });
            sealcore_signer_free(signer);
        }
        // It is nowhere but in its device.
        let mut out = null_mut();
        let written = &raw mut out;
        fails(SEALCORE_E_UNSUPPORTED, |error| {
            sealcore_key_pkcs8(key, null(), written, error)
        });
        let (own, none) = (expected.der(), null());
        fails(SEALCORE_E_UNSUPPORTED, |error| {
            sealcore_key_pkcs12(key, own.as_ptr(), own.len(), none, c"pw".as_ptr(), written, error)
        });
        // A signature that is wrong goes into nothing.
        rig.ask(&[Fault::WrongSignature]);
        let told = Told::by(|error| sealcore_certificate_request(key, c"CN=a".as_ptr(), written, error));
        assert_eq!(told.status, SEALCORE_E_CRYPTO, "{uri}");
        let told = Told::by(|error| sealcore_certificate_issue(null(), key, null(), 0, json.as_ptr(), written, error));
        assert_eq!(told.status, SEALCORE_E_CRYPTO, "{uri}");
        assert!(out.is_null());
        rig.ask(&[]);
        sealcore_key_free(key);
    }
    rig.end();
}

#[test]
fn refusals() {
    let rig = Rig::new();
    let mut key = null_mut();
    let place = &raw mut key;
    for (uri, code) in rig.uris(UNIT).iter().zip([0x0a00_0024, 0x0100_0018, 0xa0]) {
        let told = Told::by(|error| open(uri, Some(WRONG), place, error));
        assert_eq!((told.status, told.vendor_code), (SEALCORE_E_PASSWORD, code), "{uri}");
        assert_eq!(
            Told::by(|error| open(uri, None, place, error)).status,
            SEALCORE_E_PASSWORD
        );
        for (fault, status) in [
            (Fault::OtherKey, SEALCORE_E_KEY),
            (Fault::OffCurve, SEALCORE_E_DEVICE),
            (Fault::Removed, SEALCORE_E_DEVICE),
        ] {
            rig.ask(&[fault]);
            let told = Told::by(|error| open(uri, Some(PIN), place, error));
            assert_eq!(told.status, status, "{uri} {fault:?}: {}", told.text);
            assert!(told.text.contains(uri.split(':').next().unwrap()), "{}", told.text);
        }
        rig.ask(&[]);
    }
    fails(SEALCORE_E_ARGUMENT, |error| open("skf:colour=blue", None, place, error));
    fails(SEALCORE_E_IO, |error| open("/absent.p12", None, place, error));
    fails(SEALCORE_E_NULL, |error| sealcore_key_open(null(), null(), place, error));
    assert!(key.is_null());
    rig.end();
}

#[test]
fn files_are_opened_by_name_too() {
    let rig = Rig::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("unit.key");
    std::fs::write(&path, super::house::pkcs8(rig.house.unit.key, Some("pw"))).unwrap();
    let mut key = null_mut();
    let place = &raw mut key;
    for uri in [path.display().to_string(), format!("file:{}", path.display())] {
        ok(|error| open(&uri, Some("pw"), place, error));
        Request::from_pem_or_der(&request(key)).unwrap().verify().unwrap();
        assert_eq!(
            super::house::pkcs8(key, None),
            super::house::pkcs8(rig.house.unit.key, None)
        );
        sealcore_key_free(key);
        let told = fails(SEALCORE_E_PASSWORD, |error| open(&uri, Some("no"), place, error));
        assert!(told.contains("unit.key"), "{told}");
    }
    rig.end();
}
