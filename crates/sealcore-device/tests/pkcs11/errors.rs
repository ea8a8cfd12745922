//! What goes wrong is named, with the module's code, and without the PIN.

use sealcore::error::{Error, ErrorKind};
use sealcore::lang::Lang;
use sealcore_device::{DeviceUri, OpenOptions, Pin};

use crate::world::{PIN, open, util, world};

#[track_caller]
fn refused(uri: &str, pin: Option<&str>) -> Error {
    let error = open(uri, pin).err().expect("it is refused");
    for lang in [Lang::En, Lang::Zh] {
        let text = format!("{} {error:?}", error.describe(lang));
        assert!(!text.contains(PIN), "{text}");
        if let Some(pin) = pin.filter(|pin| !pin.is_empty()) {
            assert!(!text.contains(pin), "{text}");
        }
    }
    error
}

#[test]
fn wrong_pin() {
    let Some(world) = world() else { return };
    let uri = world.uri("token=pins");
    let error = refused(&uri, Some("wrong-pin-9"));
    assert_eq!((error.kind(), error.vendor_code()), (ErrorKind::Password, Some(0xa0)));
    assert_eq!(error.part(), Some("C_Login"));
    let error = refused(&format!("{uri}&pin-value=wrong-pin-9"), Some(PIN));
    assert_eq!((error.kind(), error.vendor_code()), (ErrorKind::Password, Some(0xa0)));
    let error = refused(&uri, Some("1"));
    assert_eq!(error.kind(), ErrorKind::Password, "{error}");
    let error = refused(&uri, None);
    assert_eq!((error.kind(), error.vendor_code()), (ErrorKind::Password, None));
    // The right PIN, from wherever it comes.
    let pins = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(pins.path(), format!("{PIN}\nnot this\n")).unwrap();
    let signer = open(&format!("{uri}&pin-source=file:{}", pins.path().display()), None).unwrap();
    // The token is logged in now: that opens it to nobody who does not know the PIN.
    let error = refused(&uri, Some("wrong-pin-9"));
    assert_eq!(error.kind(), ErrorKind::Password, "{error}");
    open(&format!("{uri}&pin-value={PIN}"), None).unwrap();
    drop(signer);
    // A listing of another test may hold the token open still: then it is this crate that compares.
    assert_eq!(refused(&uri, Some("wrong-pin-9")).kind(), ErrorKind::Password);
}

#[test]
fn what_is_not_there_and_what_is_there_twice() {
    let Some(world) = world() else { return };
    for path in [
        "token=nobody",
        "token=one;serial=0",
        "token=one;manufacturer=Nobody",
        "token=one;model=X",
        "slot-id=4294967295",
        "token=one;object=other",
        "token=one;id=%09",
        "token=one;object=only;id=%02",
        "token=one;library-manufacturer=Nobody",
        "token=one;library-version=0.1",
        "token=one;slot-description=Nobody",
        // Several: tokens, keys, keys of one label.
        "object=p256",
        "token=seals",
        "token=twins",
        "token=twins;object=twin",
    ] {
        let error = refused(&world.uri(path), Some(PIN));
        assert_eq!(error.kind(), ErrorKind::Device, "{path}: {error}");
    }
    world.open("token=twins;object=twin;id=%02").unwrap();
    world
        .open("token=one;manufacturer=SoftHSM%20project;model=SoftHSM%20v2")
        .unwrap();
    world.open("token=one;library-manufacturer=SoftHSM").unwrap();
    for path in ["token=one;slot-id=x", "token=one;type=cert"] {
        assert_eq!(
            refused(&world.uri(path), Some(PIN)).kind(),
            ErrorKind::Argument,
            "{path}"
        );
    }
}

#[test]
fn certificates() {
    let Some(world) = world() else { return };
    let bare = world.uri("token=seals;object=bare");
    let error = refused(&bare, Some(PIN));
    assert_eq!(error.kind(), ErrorKind::Device);
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!(
        refused(&world.uri("token=seals;object=stranger"), Some(PIN)).kind(),
        ErrorKind::Key
    );
    // One that is given goes before the token's, and has to belong to the key all the same.
    let other = world.open("token=one").unwrap().certificate().clone();
    let mut options = OpenOptions::default();
    options.pin = Some(Pin::from(PIN));
    options.certificate = Some(other);
    let error = sealcore_device::open(&DeviceUri::parse(&bare).unwrap(), options)
        .err()
        .unwrap();
    assert_eq!(error.kind(), ErrorKind::Key);
}

#[test]
fn modules() {
    let Some(_) = world() else { return };
    let text = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(text.path(), "no library").unwrap();
    for (path, kind) in [
        ("/nonexistent/libpkcs11.so", ErrorKind::Device),
        (text.path().to_str().unwrap(), ErrorKind::Device),
        // A library, and no module.
        ("libc.so.6", ErrorKind::Device),
        ("", ErrorKind::Argument),
    ] {
        let error = refused(&format!("pkcs11:?module-path={path}"), Some(PIN));
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(path), "{error}");
    }
    assert_eq!(refused("pkcs11:token=one", Some(PIN)).kind(), ErrorKind::Argument);
}

/// The token is gone while a signer is open: its errors say so, and nothing hangs or crashes.
#[test]
fn removed_token() {
    let Some(world) = world() else { return };
    let signer = world.open("token=removed").unwrap();
    util(&["--delete-token", "--token", "removed"]);
    // SoftHSM notices at its next look at the token's files.
    let mut failed = None;
    for round in 0..10 {
        if let Err(error) = signer.sign_digest(&[round; 32]) {
            failed = Some(error);
        }
    }
    let error = failed.expect("a token that is gone does not sign");
    assert_eq!(error.kind(), ErrorKind::Device, "{error}");
    let error = refused(&world.uri("token=removed"), Some(PIN));
    assert_eq!(error.kind(), ErrorKind::Device, "{error}");
}
