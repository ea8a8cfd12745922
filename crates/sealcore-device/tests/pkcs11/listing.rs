//! What is seen with and without a PIN.

use sealcore::error::ErrorKind;
use sealcore_device::{Device, DeviceUri, KeyUse, Pin};

use crate::world::{PIN, world};

fn list(uri: &str, pin: Option<&str>) -> sealcore::error::Result<Vec<Device>> {
    let listing = sealcore_device::list(&DeviceUri::parse(uri).unwrap(), pin.map(Pin::from).as_ref())?;
    let json = serde_json::to_value(&listing).unwrap();
    assert_eq!(json["scheme"], "pkcs11");
    assert!(json["module"]["manufacturer"].as_str().unwrap().contains("SoftHSM"));
    assert!(!json.to_string().contains(PIN));
    Ok(listing.devices)
}

#[test]
fn everything_without_a_pin() {
    let Some(world) = world() else { return };
    let devices = list(&world.uri(""), None).unwrap();
    let names: Vec<_> = devices.iter().map(|device| device.name.as_str()).collect();
    for token in ["seals", "one", "twins", "quiet"] {
        assert!(names.contains(&token), "{names:?}");
    }
    // Nobody logs in to this one.
    let quiet = devices.iter().find(|device| device.name == "quiet").unwrap();
    assert!(!quiet.logged_in && !quiet.serial.is_empty() && quiet.error.is_none());
    assert_eq!((quiet.model.as_str(), quiet.pin_locked), ("SoftHSM v2", Some(false)));
    // SoftHSM shows certificates; keys are private.
    let rsa = quiet.keys.iter().find(|key| key.name == "rsa").unwrap();
    assert_eq!(
        (rsa.kind.as_str(), rsa.has_certificate, rsa.private),
        ("RSA 2048", true, None)
    );
    assert_eq!(rsa.subject.as_deref(), Some("CN=rsa,C=CN"));
}

#[test]
fn one_token_with_its_pin() {
    let Some(world) = world() else { return };
    let devices = list(&world.uri("token=seals"), Some(PIN)).unwrap();
    let [seals] = devices.as_slice() else {
        panic!("{devices:?}")
    };
    assert!(seals.logged_in);
    let kinds: Vec<_> = seals
        .keys
        .iter()
        .filter(|key| key.private == Some(true))
        .map(|key| {
            (
                key.name.as_str(),
                key.id.as_str(),
                key.kind.as_str(),
                key.has_certificate,
            )
        })
        .collect();
    for expected in [
        ("rsa", "01", "RSA 2048", true),
        ("p256", "02", "P-256", true),
        ("p384", "03", "P-384", true),
        ("p521", "04", "P-521", true),
        ("财务章", "05", "P-256", true),
        ("bare", "06", "P-256", false),
    ] {
        assert!(kinds.contains(&expected), "{expected:?} in {kinds:?}");
    }
    assert_eq!(kinds.len(), 7);
    assert!(
        seals
            .keys
            .iter()
            .all(|key| key.private.is_none() || key.key_use == Some(KeyUse::Signature))
    );
    // The URI of an entry opens it.
    for key in seals
        .keys
        .iter()
        .filter(|key| ["rsa", "财务章"].contains(&key.name.as_str()))
    {
        if key.private == Some(true) {
            let uri = format!("{}?module-path={}", key.uri, world.module);
            crate::world::open(&uri, Some(PIN)).unwrap_or_else(|error| panic!("{uri}: {error}"));
        }
    }
}

#[test]
fn a_pin_goes_to_one_token_only() {
    let Some(world) = world() else { return };
    assert_eq!(list(&world.uri(""), Some(PIN)).unwrap_err().kind(), ErrorKind::Argument);
    let wrong = list(&world.uri("token=twins"), Some("wrong-pin-9")).unwrap_err();
    assert!(wrong.kind() == ErrorKind::Password, "{wrong}");
    assert!(list(&world.uri("token=nobody"), None).unwrap().is_empty());
}
