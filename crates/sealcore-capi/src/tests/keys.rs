use std::ptr::{null, null_mut};

use serde_json::{Value, json};

use super::house::{Holder, House, pkcs8, signer};
use super::{c, fails, ok, string, taken};
use crate::certificate::*;
use crate::device::*;
use crate::key::*;
use crate::seal::*;
use crate::seal_request::*;
use crate::signer::*;
use crate::status::*;

fn inspected(bytes: &[u8]) -> Value {
    let mut json = null_mut();
    ok(|error| sealcore_certificate_inspect(bytes.as_ptr(), bytes.len(), &raw mut json, error));
    serde_json::from_slice(&taken(json)).unwrap()
}

#[test]
fn keys_are_written_and_read() {
    let house = House::new();
    let mut key = null_mut();
    let place = &raw mut key;
    let load = |bytes: &[u8], password: *const _, error| {
        sealcore_key_load(bytes.as_ptr(), bytes.len(), password, place, error)
    };
    let plain = pkcs8(house.unit.key, None);
    for password in [None, Some("口令 1")] {
        let pem = pkcs8(house.unit.key, password);
        assert_eq!(pem.starts_with(b"-----BEGIN PRIVATE KEY"), password.is_none());
        let password = password.map(c);
        let given = password.as_ref().map_or(null(), |password| password.as_ptr());
        ok(|error| load(&pem, given, error));
        assert_eq!(pkcs8(key, None), plain);
        sealcore_key_free(key);
        if password.is_some() {
            fails(SEALCORE_E_PASSWORD, |error| load(&pem, c"wrong".as_ptr(), error));
            fails(SEALCORE_E_PASSWORD, |error| load(&pem, null(), error));
        }
    }
    // What was read is written as it was made, with its public key.
    for algorithm in ["p256", "p384", "p521", "rsa-2048"] {
        let (mut made, name) = (null_mut(), c(algorithm));
        ok(|error| sealcore_key_generate(name.as_ptr(), &raw mut made, error));
        let pem = pkcs8(made, None);
        ok(|error| load(&pem, null(), error));
        assert_eq!(pkcs8(key, None), pem, "{algorithm}");
        sealcore_key_free(made);
        sealcore_key_free(key);
    }
    fails(SEALCORE_E_KEY, |error| load(&house.unit.certificates, null(), error));
    fails(SEALCORE_E_NULL, |error| {
        sealcore_key_load(null(), 0, null(), place, error)
    });
    fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_key_generate(c"dsa".as_ptr(), place, error)
    });
    fails(SEALCORE_E_NULL, |error| sealcore_key_generate(null(), place, error));
    fails(SEALCORE_E_NULL, |error| {
        sealcore_key_generate(c"sm2".as_ptr(), null_mut(), error)
    });
    // PKCS#12 holds the certificates too.
    let mut pfx = null_mut();
    let place = &raw mut pfx;
    let export = |certificates: &[u8], password: *const _, error| {
        let key = house.unit.key;
        sealcore_key_pkcs12(
            key,
            certificates.as_ptr(),
            certificates.len(),
            null(),
            password,
            place,
            error,
        )
    };
    ok(|error| export(&house.unit.certificates, c"pw".as_ptr(), error));
    let file = taken(pfx);
    let own = signer(&file, Some("pw"), b"");
    let mut der = null_mut();
    ok(|error| sealcore_signer_certificate(own, &raw mut der, error));
    assert_eq!(
        inspected(&taken(der))["certificates"][0],
        inspected(&house.unit.certificates)["certificates"][0]
    );
    sealcore_signer_free(own);
    fails(SEALCORE_E_ARGUMENT, |error| {
        export(&house.maker.certificates, c"pw".as_ptr(), error)
    });
    fails(SEALCORE_E_NULL, |error| export(&house.unit.certificates, null(), error));
    // From a file, as a path and as a URI.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b.p12");
    std::fs::write(&path, &file).unwrap();
    let mut opened = null_mut();
    let place = &raw mut opened;
    let open = |uri: &str, pin: &std::ffi::CStr, error| {
        let uri = c(uri);
        sealcore_signer_open(uri.as_ptr(), pin.as_ptr(), null(), 0, place, error)
    };
    let shown = path.to_str().unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|made| made.success()) {
        // It would be waited for.
        fails(SEALCORE_E_IO, |error| open(pipe.to_str().unwrap(), c"pw", error));
    }
    for uri in [shown.to_owned(), format!("file://{}", shown.replace(' ', "%20"))] {
        ok(|error| open(&uri, c"pw", error));
        assert_eq!(string(sealcore_signer_algorithm(opened)).as_deref(), Some("SM2-SM3"));
        sealcore_signer_free(opened);
    }
    let told = fails(SEALCORE_E_PASSWORD, |error| open(shown, c"no", error));
    assert!(told.contains("a b.p12") && !told.contains("no]"), "{told}");
    fails(SEALCORE_E_IO, |error| open("/absent.p12", c"pw", error));
    fails(SEALCORE_E_ARGUMENT, |error| open("file://elsewhere/key", c"pw", error));
    house.free();
}

#[test]
fn keys_in_devices() {
    let (mut opened, mut json) = (null_mut(), null_mut());
    let (signer, list) = (&raw mut opened, &raw mut json);
    for (uri, status) in [
        ("pkcs11:token=a?module-path=/absent.so", SEALCORE_E_DEVICE),
        ("SKF:device=a?module-path=/absent.so", SEALCORE_E_DEVICE),
        ("sdf:key=1", SEALCORE_E_ARGUMENT),
        ("pkcs11:colour=blue", SEALCORE_E_ARGUMENT),
    ] {
        let uri = c(uri);
        let told = fails(status, |error| {
            sealcore_signer_open(uri.as_ptr(), c"s3cret".as_ptr(), null(), 0, signer, error)
        });
        assert!(!told.contains("s3cret"), "{told}");
        fails(status, |error| {
            sealcore_device_list(uri.as_ptr(), c"s3cret".as_ptr(), list, error)
        });
    }
    fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_device_list(c"/a/path".as_ptr(), null(), list, error)
    });
    for misspelt in [
        " pkcs11:token=x?pin-value=s3cret",
        "pkcs-11:x?s3cret",
        "file:a?PIN-VALUE=s3cret",
    ] {
        let uri = c(misspelt);
        let told = fails(SEALCORE_E_ARGUMENT, |error| {
            sealcore_signer_open(uri.as_ptr(), null(), null(), 0, signer, error)
        });
        assert!(!told.contains("s3cret"), "{told}");
    }
    fails(SEALCORE_E_NULL, |error| {
        sealcore_device_list(null(), null(), list, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_signer_open(null(), null(), null(), 0, signer, error)
    });
}

#[test]
fn a_signer_signs_digests() {
    let house = House::new();
    for algorithm in ["sm2", "p521", "rsa-2048"] {
        let holder = Holder::new(algorithm, "x", "unit", Some(&house.root));
        let most = sealcore_signer_max_signature_len(holder.signer);
        let digest = vec![7; if algorithm == "p521" { 64 } else { 32 }];
        let (mut value, mut length) = (vec![0; most], most - 1);
        let (value_place, length_place) = (value.as_mut_ptr(), &raw mut length);
        let sign = |digest: &[u8], error| {
            sealcore_signer_sign_digest(
                holder.signer,
                digest.as_ptr(),
                digest.len(),
                value_place,
                length_place,
                error,
            )
        };
        assert_eq!(sign(&digest, null_mut()), SEALCORE_E_BUFFER);
        assert_eq!(length, most);
        fails(SEALCORE_E_ARGUMENT, |error| sign(&digest[1..], error));
        fails(SEALCORE_E_NULL, |error| {
            sealcore_signer_sign_digest(holder.signer, null(), 32, value_place, length_place, error)
        });
        fails(SEALCORE_E_NULL, |error| {
            let digest = digest.as_slice();
            sealcore_signer_sign_digest(
                holder.signer,
                digest.as_ptr(),
                digest.len(),
                value_place,
                null_mut(),
                error,
            )
        });
        length = most;
        ok(|error| sign(&digest, error));
        assert!(length <= most);
        let certificate = sealcore::cert::Certificate::from_pem_or_der(&holder.certificates).unwrap();
        let key = certificate.public_key();
        let own = sealcore::algorithm::SignatureAlgorithm::default_for(key).unwrap();
        key.verify_digest(own, &digest, &value[..length]).unwrap();
        holder.free();
    }
    // The size is asked for without a place.
    let mut length = 0;
    let place = &raw mut length;
    assert_eq!(
        sealcore_signer_sign_digest(house.unit.signer, [0; 32].as_ptr(), 32, null_mut(), place, null_mut()),
        SEALCORE_E_BUFFER
    );
    assert_eq!(length, sealcore_signer_max_signature_len(house.unit.signer));
    // Key and certificate belong together.
    let (key, others) = (pkcs8(house.unit.key, None), &house.maker.certificates);
    let mut signer = null_mut();
    let place = &raw mut signer;
    let from_key = |certificates: &[u8], error| {
        let (certificates, length) = (certificates.as_ptr(), certificates.len());
        sealcore_signer_from_key(key.as_ptr(), key.len(), null(), certificates, length, place, error)
    };
    fails(SEALCORE_E_KEY, |error| from_key(others, error));
    fails(SEALCORE_E_KEY, |error| from_key(b"", error));
    fails(SEALCORE_E_CERTIFICATE, |error| from_key(b"x", error));
    assert_eq!(sealcore_signer_max_signature_len(null()), 0);
    assert_eq!(string(sealcore_signer_algorithm(null())), None);
    house.free();
}

#[test]
fn certificates_are_asked_for_issued_and_revoked() {
    let house = House::new();
    let mut pem = null_mut();
    let place = &raw mut pem;
    let ask = |subject: *const _, error| sealcore_certificate_request(house.unit.key, subject, place, error);
    ok(|error| ask(c"CN=甲,C=CN".as_ptr(), error));
    let request = taken(pem);
    assert!(
        inspected(&request)["requests"][0]["subject"]
            .as_str()
            .unwrap()
            .contains('甲')
    );
    fails(SEALCORE_E_NULL, |error| ask(null(), error));
    assert_ne!(ask(c"no name".as_ptr(), null_mut()), SEALCORE_OK);
    let issue = |issuer: *const _, key: *const _, request: &[u8], options: &Value, error| {
        let options = c(&options.to_string());
        sealcore_certificate_issue(
            issuer,
            key,
            request.as_ptr(),
            request.len(),
            options.as_ptr(),
            place,
            error,
        )
    };
    let root = house.root.signer.cast_const();
    let good = json!({ "profile": "unit", "not_before": "2026-01-01T00:00:00Z", "not_after": 1_893_456_000, "crl_url": "http://example.org/a.crl" });
    ok(|error| issue(root, null(), &request, &good, error));
    let shown = &inspected(&taken(pem))["certificates"][0];
    assert_eq!(shown["certificate"]["not_before"], "2026-01-01T00:00:00Z");
    assert_eq!(shown["certificate"]["not_after"], "2030-01-01T00:00:00Z");
    assert_eq!(shown["crl_urls"][0], "http://example.org/a.crl");
    let key = house.unit.key.cast_const();
    let of_key = json!({ "profile": "person", "subject": "CN=乙" });
    ok(|error| issue(root, key, b"", &of_key, error));
    assert_eq!(inspected(&taken(pem))["certificates"][0]["authority"], false);
    for (issuer, key, request, options) in [
        (root, null(), &b""[..], &good),
        (root, key, &request, &good),
        (root, null(), &request, &of_key),
        (root, key, b"", &good),
        (null(), null(), &request, &good),
        (root, key, b"", &json!({ "profile": "king", "subject": "CN=a" })),
        (
            root,
            key,
            b"",
            &json!({ "profile": "unit", "subject": "CN=a", "days": 3 }),
        ),
        (
            root,
            key,
            b"",
            &json!({ "profile": "unit", "subject": "CN=a", "not_after": "soon" }),
        ),
        (
            root,
            key,
            b"",
            &json!({ "profile": "unit", "subject": "CN=a", "not_after": 0 }),
        ),
    ] {
        fails(SEALCORE_E_ARGUMENT, |error| issue(issuer, key, request, options, error));
    }
    fails(SEALCORE_E_REFUSED, |error| {
        issue(house.unit.signer, key, b"", &of_key, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_certificate_issue(root, key, null(), 0, null(), place, error)
    });
    let list = |options: &Value, error| {
        let options = c(&options.to_string());
        sealcore_crl_issue(root, options.as_ptr(), place, error)
    };
    let revoked = json!({ "number": 7, "next_update": "2030-01-01", "revoked": [{ "serial": "ff1", "at": "2026-01-01", "reason": 1 }, { "serial": "8000" }] });
    ok(|error| list(&revoked, error));
    let bytes = taken(pem);
    assert_eq!(inspected(&bytes)["crls"][0]["entries"], 2);
    let parsed = sealcore::cert::RevocationList::from_pem_or_der(&bytes).unwrap();
    assert!(parsed.find(&[0x0f, 0xf1]).unwrap().is_some());
    assert!(parsed.find(&[0x00, 0x80, 0x00]).unwrap().is_some());
    for wrong in [
        json!({ "revoked": [{ "serial": "xyz" }] }),
        json!({ "revoked": [{ "serial": "" }] }),
        json!({ "revoked": [{ "serial": "1", "reason": 7 }] }),
        json!({ "next_update": 0 }),
        json!([]),
    ] {
        fails(SEALCORE_E_ARGUMENT, |error| list(&wrong, error));
    }
    fails(SEALCORE_E_CERTIFICATE, |error| {
        sealcore_certificate_inspect(b"0".as_ptr(), 1, place, error)
    });
    house.free();
}

#[test]
fn seals_are_made_in_two_phases() {
    let house = House::new();
    for generation in ["v1", "v4", "v5"] {
        let request = house.seal_request(generation);
        ok(|error| sealcore_seal_request_set_text(request, SEALCORE_SEAL_VENDOR, c"SC".as_ptr(), error));
        ok(|error| sealcore_seal_request_set_number(request, SEALCORE_SEAL_KIND, 2, error));
        let now = sealcore_system::now().unix();
        ok(|error| sealcore_seal_request_set_validity(request, now, now, now + 86_400, error));
        let mut session = null_mut();
        let maker = &house.maker.certificates;
        ok(|error| sealcore_seal_prepare(request, maker.as_ptr(), maker.len(), &raw mut session, error));
        sealcore_seal_request_free(request);
        let (mut digest, mut length) = ([0; 32], 31);
        let place = digest.as_mut_ptr();
        let status = sealcore_seal_session_digest(session, place, &raw mut length, null_mut());
        assert_eq!((status, length), (SEALCORE_E_BUFFER, 32));
        ok(|error| sealcore_seal_session_digest(session, place, &raw mut length, error));
        // The digest is that of the message.
        let mut message = null_mut();
        ok(|error| sealcore_seal_session_message(session, &raw mut message, error));
        let certificate = sealcore::cert::Certificate::from_pem_or_der(maker).unwrap();
        let algorithm = sealcore::algorithm::SignatureAlgorithm::Sm2Sm3;
        let expected = certificate.public_key().message_digest(algorithm, &taken(message));
        assert_eq!(expected.unwrap(), digest);
        let (mut value, mut length) = ([0; 72], 72);
        ok(|error| {
            let signer = house.maker.signer;
            sealcore_signer_sign_digest(signer, digest.as_ptr(), 32, value.as_mut_ptr(), &raw mut length, error)
        });
        let mut seal = null_mut();
        let place = &raw mut seal;
        let complete =
            |value: &[u8], error| sealcore_seal_session_complete(session, value.as_ptr(), value.len(), place, error);
        fails(SEALCORE_E_CRYPTO, |error| complete(&[0x30, 6, 2, 1, 1, 2, 1, 1], error));
        ok(|error| complete(&value[..length], error));
        sealcore_seal_session_free(session);
        sealcore_seal_free(seal);
    }
    // What is missing or cannot be.
    let (mut request, mut seal) = (null_mut(), null_mut());
    let (requests, seals) = (&raw mut request, &raw mut seal);
    let new = |generation: &std::ffi::CStr, error| {
        sealcore_seal_request_new(generation.as_ptr(), c"ID".as_ptr(), c"名".as_ptr(), requests, error)
    };
    fails(SEALCORE_E_ARGUMENT, |error| new(c"v2", error));
    ok(|error| new(c"v1", error));
    let make = |error| sealcore_seal_make(request, house.maker.signer, seals, error);
    fails(SEALCORE_E_STATE, make);
    let picture = super::house::PICTURE;
    ok(|error| sealcore_seal_request_set_picture(request, null(), picture.as_ptr(), picture.len(), 40, 40, error));
    fails(SEALCORE_E_STATE, make);
    let unit = &house.unit.certificates;
    let add = |as_digest, error| sealcore_seal_request_add_signer(request, unit.as_ptr(), unit.len(), as_digest, error);
    fails(SEALCORE_E_ARGUMENT, |error| add(2, error));
    ok(|error| add(1, error));
    fails(SEALCORE_E_ARGUMENT, |error| add(0, error));
    // The first generation has no digests.
    fails(SEALCORE_E_ARGUMENT, make);
    fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_seal_request_set_number(request, 2, 0, error)
    });
    fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_seal_request_set_text(request, 0, c"".as_ptr(), error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_seal_make(request, null(), seals, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_seal_make(null(), house.maker.signer, seals, error)
    });
    sealcore_seal_request_free(request);
    house.free();
}
