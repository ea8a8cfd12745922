//! The target that reads device URIs.

use sealcore_device::{DeviceUri, Pin};

/// What stands for a PIN in the seeds, and nowhere else.
const PIN: &str = "geheim";

/// Reads a URI. One that is read reads back from what it shows; a PIN is in nothing that is shown.
pub fn device_uri(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let is_device = DeviceUri::is_device(text);
    let uri = match DeviceUri::parse(text) {
        Ok(uri) => uri,
        Err(error) => {
            // An unknown name is shown, and damage may have put the PIN there.
            if text.matches(PIN).count() == 1 && text.contains("?pin-value=geheim") {
                assert!(!format!("{error:?}").contains(PIN), "{error}");
            }
            return;
        }
    };
    assert!(is_device);
    let shown = uri.to_string();
    let again = DeviceUri::parse(&shown);
    assert!(again.is_ok(), "{shown}: {again:?}");
    let Ok(again) = again else { return };
    assert_eq!(again.to_string(), shown);
    assert_eq!(again.scheme(), uri.scheme());
    for name in ["token", "object", "serial", "key", "device", "application", "container"] {
        assert_eq!(again.path(name), uri.path(name), "{name}");
    }
    assert_eq!(again.path_bytes("id"), uri.path_bytes("id"));
    assert_eq!(again.query("module-path"), uri.query("module-path"));
    // A file of PINs is not opened here.
    if uri.query("pin-source").is_none() {
        let pin = Pin::of(&uri, None);
        assert!(
            pin.is_ok_and(|pin| pin.is_some() == uri.query("pin-value").is_some_and(|pin| !pin.is_empty())),
            "{shown}"
        );
    }
    if text.matches(PIN).count() == 1 && uri.query("pin-value").is_some_and(|pin| pin.contains(PIN)) {
        assert!(!format!("{shown} {uri:?}").contains(PIN));
    }
}
