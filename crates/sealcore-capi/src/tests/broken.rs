//! A library that fails its self-test looks at nothing that it is given. It does so for good, hence in a process of its own.

use std::ptr::{null, null_mut};

use super::c;
use crate::device::sealcore_device_list;
use crate::hooks::sealcore_test_break_self_test;
use crate::key::sealcore_key_load;
use crate::request::*;
use crate::session::*;
use crate::sign::sealcore_sign_in_place;
use crate::signer::sealcore_signer_open;
use crate::status::*;
use crate::verifier::*;

#[test]
fn nothing_is_looked_at_after_a_failed_self_test() {
    let ended = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::broken::in_a_process_of_its_own", "--ignored"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "breaks the library: the test above runs it"]
fn in_a_process_of_its_own() {
    sealcore_test_break_self_test(1);
    let rubbish = [0x30, 1, 2];
    let (bytes, length) = (rubbish.as_ptr(), rubbish.len());
    let (mut key, mut signer, mut json, mut session) = (null_mut(), null_mut(), null_mut(), null_mut());
    let uri = c("pkcs11:?module-path=/absent.so");
    let absent = c("/absent");
    let none = null_mut();
    for status in [
        sealcore_key_load(bytes, length, null(), &raw mut key, none),
        sealcore_signer_open(uri.as_ptr(), null(), null(), 0, &raw mut signer, none),
        sealcore_device_list(uri.as_ptr(), null(), &raw mut json, none),
        sealcore_session_load(bytes, length, &raw mut session, none),
        sealcore_session_add_time_stamp(null_mut(), null(), 0, null(), 0, none),
        sealcore_session_append(null(), absent.as_ptr(), null(), 0, none),
        sealcore_request_set_certificate(null_mut(), bytes, length, none),
        sealcore_request_set_picture(null_mut(), null(), bytes, length, 1, 1, none),
        sealcore_request_set_text(null_mut(), 1, null(), none),
        sealcore_verifier_add_trust(null_mut(), bytes, length, none),
        sealcore_verifier_add_trust_path(null_mut(), absent.as_ptr(), none),
        sealcore_sign_in_place(null(), null(), null(), null(), null(), none),
    ] {
        assert_eq!(status, SEALCORE_E_SELF_TEST);
    }
}
