//! What a device's module holds.

use sealcore::error::{Error, ErrorKind};
use sealcore::lang::Lang;
use sealcore::text;
use sealcore_device::{Device, Key, KeyUse, Listing};
use serde_json::Value;

pub(crate) fn to_json(listing: &Listing) -> Result<Value, Error> {
    serde_json::to_value(listing).map_err(|error| {
        Error::new(
            ErrorKind::Device,
            text!("the listing cannot be written: {error}", "无法输出列表：{error}"),
        )
    })
}

/// The module on a line, then its devices, each with its keys and what opens them.
pub(crate) fn text(listing: &Listing, lang: Lang) -> String {
    let module = &listing.module;
    let about = [
        module.description.as_str(),
        &module.manufacturer,
        &module.version,
        &module.interface_version,
    ];
    let about: Vec<&str> = about.into_iter().filter(|part| !part.is_empty()).collect();
    let mut text = format!("{}: {}\n", module.path, about.join(", "));
    if listing.devices.is_empty() {
        text.push_str(match lang {
            Lang::En => "no device is present that fits\n",
            Lang::Zh => "没有相符的设备\n",
        });
    }
    for device in &listing.devices {
        text.push_str(&of_device(device, &module.path, lang));
    }
    text
}

fn of_device(device: &Device, module: &str, lang: Lang) -> String {
    let mut text = format!("\n{}\n", device.uri);
    let about = [device.manufacturer.as_str(), &device.model];
    let about: Vec<&str> = about.into_iter().filter(|part| !part.is_empty()).collect();
    if !about.is_empty() {
        text.push_str(&format!("  {}\n", about.join(", ")));
    }
    if device.pin_locked == Some(true) {
        text.push_str(match lang {
            Lang::En => "  its PIN is locked\n",
            Lang::Zh => "  PIN 已锁定\n",
        });
    }
    if let Some(error) = &device.error {
        text.push_str(&format!("  {error}\n"));
    }
    for key in &device.keys {
        text.push_str(&of_key(key, module, lang));
    }
    for application in &device.applications {
        let name = &application.name;
        let tries = match (application.pin_retries, lang) {
            (Some(left), Lang::En) => format!(" (PIN: {left} tries left)"),
            (Some(left), Lang::Zh) => format!("（PIN 还可尝试 {left} 次）"),
            (None, _) => String::new(),
        };
        text.push_str(&format!("  {name}{tries}\n"));
        if let Some(error) = &application.error {
            text.push_str(&format!("  {error}\n"));
        }
        for key in &application.keys {
            text.push_str(&of_key(key, module, lang));
        }
    }
    text
}

/// A key, and the URI that opens it, whole, to be copied.
fn of_key(key: &Key, module: &str, lang: Lang) -> String {
    let kind = if key.kind.is_empty() { "?" } else { &key.kind };
    let key_use = match (key.key_use, lang) {
        (Some(KeyUse::Signature), Lang::En) => ", signs",
        (Some(KeyUse::Signature), Lang::Zh) => "，签名",
        (Some(KeyUse::Encryption), Lang::En) => ", for encryption",
        (Some(KeyUse::Encryption), Lang::Zh) => "，加密",
        _ => "",
    };
    let certificate = match (&key.subject, key.has_certificate, lang) {
        (Some(subject), ..) => subject.as_str(),
        (None, true, Lang::En) => "with a certificate",
        (None, true, Lang::Zh) => "有证书",
        (None, false, Lang::En) => "no certificate",
        (None, false, Lang::Zh) => "无证书",
    };
    let uri = &key.uri;
    format!("  {kind}{key_use}: {certificate}\n    {uri}?module-path={module}\n")
}
