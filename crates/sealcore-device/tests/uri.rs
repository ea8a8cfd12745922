//! Device URIs: what is read, what is refused, and that a PIN never shows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use sealcore::error::ErrorKind;
use sealcore::lang::Lang;
use sealcore_device::{DeviceUri, Scheme};

#[test]
fn attributes_are_found_and_decoded() {
    let uri = DeviceUri::parse(
        "PKCS11:token=The%20Software%20PKCS%2311%20Softtoken;object=财务;id=%01%FF%3b?module-path=/usr/lib/x.so&pin-source=file:/run/pin",
    )
    .unwrap();
    assert_eq!(uri.scheme(), Scheme::Pkcs11);
    assert_eq!(uri.path("token"), Some("The Software PKCS#11 Softtoken"));
    assert_eq!(uri.path("object"), Some("财务"));
    assert_eq!(uri.path_bytes("id"), Some(&[1, 0xff, 0x3b][..]));
    assert_eq!(uri.path("id"), None, "it is not text");
    assert_eq!(uri.query("module-path"), Some("/usr/lib/x.so"));
    assert_eq!(uri.query("pin-source"), Some("file:/run/pin"));
    assert_eq!((uri.path("serial"), uri.query("pin-value")), (None, None));
    // A query attribute is no path attribute.
    assert_eq!((uri.path("module-path"), uri.query("token")), (None, None));

    let sdf = DeviceUri::parse("sdf:key=1?module-path=/opt/vendor/libsdf.so").unwrap();
    assert_eq!((sdf.scheme(), sdf.path("key")), (Scheme::Sdf, Some("1")));
    let skf = DeviceUri::parse("skf:device=D;application=A;container=C?pin-value=1").unwrap();
    assert_eq!((skf.scheme(), skf.path("container")), (Scheme::Skf, Some("C")));
    for empty in ["pkcs11:", "sdf:", "skf:", "pkcs11:?", "pkcs11:token="] {
        assert!(DeviceUri::parse(empty).is_ok(), "{empty}");
        assert!(DeviceUri::is_device(empty));
    }
    for other in [
        "",
        "key.pem",
        "pkcs11",
        "file:key.pem",
        "C:\\keys\\a.p12",
        "pkcs12:x",
        " sdf:",
    ] {
        assert!(!DeviceUri::is_device(other), "{other}");
    }
}

#[test]
fn what_is_refused_is_named() {
    for (text, said) in [
        ("key.pem", "pkcs11:"),
        ("pkcs11:tokne=x", "tokne"),
        ("pkcs11:x-vendor=1", "x-vendor"),
        ("pkcs11:token=x?object=y", "object"),
        ("pkcs11:module-path=/x", "module-path"),
        ("pkcs11:?module-name=softhsm2", "module-name"),
        ("sdf:token=x", "token"),
        ("skf:?x-sm2-mechanism=1", "x-sm2-mechanism"),
        ("pkcs11:Token=x", "Token"),
        ("pkcs11:token=x;token=y", "token"),
        ("pkcs11:?module-path=a&module-path=b", "module-path"),
        ("pkcs11:token", "="),
        ("pkcs11:token=x;", "="),
        ("pkcs11:;token=x", "="),
        ("pkcs11:token=%", "token"),
        ("pkcs11:token=%1", "token"),
        ("pkcs11:token=%zz", "token"),
        ("pkcs11:token=%+1", "token"),
        ("pkcs11:token=%FF", "token"),
        ("pkcs11:token=a%00b", "token"),
        ("pkcs11:token=a\nb", "token"),
        ("pkcs11:token=a#b", "token"),
        ("pkcs11:?pin-value=1&pin-source=file:/x", "pin-source"),
    ] {
        let error = DeviceUri::parse(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument, "{text}");
        assert!(error.to_string().contains(said), "{text}: {error}");
        assert!(error.message(Lang::Zh).contains(said), "{text}: {error}");
    }
    let long = format!("pkcs11:token={}", "x".repeat(10_000));
    assert_eq!(DeviceUri::parse(&long).unwrap_err().kind(), ErrorKind::Argument);
    // Read as it stands, it would be too long where it is shown.
    let grows = format!("sdf:?module-path={}", "$".repeat(4_000));
    assert!(DeviceUri::parse(&grows).is_err());
    let fits = format!("sdf:?module-path={}", "$".repeat(2_000));
    let shown = DeviceUri::parse(&fits).unwrap().to_string();
    assert_eq!(DeviceUri::parse(&shown).unwrap().to_string(), shown);
}

#[test]
fn a_pin_never_shows() {
    let uri = DeviceUri::parse("pkcs11:token=a?pin-value=geheim%31").unwrap();
    assert_eq!(uri.query("pin-value"), Some("geheim1"));
    for shown in [format!("{uri}"), format!("{uri:?}")] {
        assert!(!shown.contains("geheim"), "{shown}");
    }
    for bad in [
        "pkcs11:?pin-value=geheim%",
        "pkcs11:?pin-value=geheim#",
        "pkcs11:?pin-value=geheim&geheim=1",
        "pkcs11:?pin-value=a&geheim",
        "pkcs11:?pin-value=geheim&pin-value=geheim",
        "pkcs11:?pin-value=geheim&pin-source=file:geheim",
        "pkcs11:?pin-value=geheim%FF",
        "pkcs11:token=a&pin-value=geheim",
        "pkcs11:?module-path=/a;pin-value=geheim",
        "pkcs11:?module-path=/a%26Pin-Value%3Dgeheim",
    ] {
        let error = DeviceUri::parse(bad).unwrap_err();
        let text = format!("{error:?} {}", error.describe(Lang::Zh));
        assert!(!text.contains("geheim"), "{bad}: {text}");
    }
}

fn value() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[^\\x00]{0,20}").unwrap()
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02x}")).collect()
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
        let _ = DeviceUri::parse(&text);
    }

    #[test]
    fn near_uris_are_read_or_refused(text in "(pkcs11|sdf|skf):([a-z0-9%;=?&/#. -]|token=|pin-value=|id=%0){0,24}") {
        if let Ok(uri) = DeviceUri::parse(&text) {
            let shown = uri.to_string();
            if uri.query("pin-value").is_none() {
                let again = DeviceUri::parse(&shown).unwrap();
                prop_assert_eq!(again.to_string(), shown);
                for name in ["token", "id", "object", "key", "device"] {
                    prop_assert_eq!(again.path_bytes(name), uri.path_bytes(name));
                }
            }
        }
    }

    /// Whatever a label, an id or a PIN is made of: escaped it comes back, and what is shown reads back the same.
    #[test]
    fn values_come_back(token in value(), object in value(), id in proptest::collection::vec(any::<u8>(), 0..20),
                        pin in "[!-~]{4,20}", module in value()) {
        let text = format!(
            "pkcs11:token={};id={};object={}?module-path={}&pin-value={}",
            escaped(token.as_bytes()), escaped(&id), escaped(object.as_bytes()), escaped(module.as_bytes()),
            escaped(pin.as_bytes()),
        );
        let uri = DeviceUri::parse(&text).unwrap();
        prop_assert_eq!(uri.path("token"), Some(&*token));
        prop_assert_eq!(uri.path("object"), Some(&*object));
        prop_assert_eq!(uri.path_bytes("id"), Some(&*id));
        prop_assert_eq!(uri.query("module-path"), Some(&*module));
        prop_assert_eq!(uri.query("pin-value"), Some(&*pin));
        let again = DeviceUri::parse(&uri.to_string()).unwrap();
        prop_assert_eq!(again.path_bytes("token"), Some(token.as_bytes()));
        prop_assert_eq!(again.path_bytes("object"), Some(object.as_bytes()));
        prop_assert_eq!(again.path_bytes("id"), Some(&*id));
        prop_assert_eq!(again.query("module-path"), Some(&*module));
        prop_assert_eq!(again.query("pin-value"), Some("..."));
    }
}
