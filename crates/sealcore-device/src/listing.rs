//! What a module holds, in one shape for the three interfaces.
//!
//! Names come from the module as they are; what shows them on a terminal has to mind control characters.

use serde::Serialize;

use crate::Scheme;

/// A module and its devices.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Listing {
    /// The interface.
    pub scheme: Scheme,
    /// The library.
    pub module: Module,
    /// Tokens in slots, USB tokens, cipher machines. At most 1024.
    pub devices: Vec<Device>,
}

/// What a library says of itself; empty where it says nothing.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Module {
    /// Where it was loaded from.
    pub path: String,
    /// Its description.
    pub description: String,
    /// Who made it.
    pub manufacturer: String,
    /// The library's version.
    pub version: String,
    /// The version of the interface that it offers, as `2.40`.
    pub interface_version: String,
}

/// A token or machine.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Device {
    /// Its label or name, as a URI selects it.
    pub name: String,
    /// The slot's number (PKCS#11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<u64>,
    /// Who made it.
    pub manufacturer: String,
    /// Its model.
    pub model: String,
    /// Its serial number.
    pub serial: String,
    /// Whether what only the logged-in user sees is shown.
    pub logged_in: bool,
    /// Whether its user PIN is locked, where that can be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_locked: Option<bool>,
    /// The URI that selects it, without query attributes.
    pub uri: String,
    /// The keys that lie in the device itself (PKCS#11, SDF). At most 4096.
    pub keys: Vec<Key>,
    /// Applications with containers of their own (SKF).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub applications: Vec<Application>,
    /// Why it could not be looked into, with the module's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// An application of an SKF token.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Application {
    /// Its name.
    pub name: String,
    /// Whether its user PIN is verified.
    pub logged_in: bool,
    /// How many tries its user PIN has left, where that can be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_retries: Option<u32>,
    /// The keys of its containers.
    pub keys: Vec<Key>,
    /// Why it could not be looked into, with the module's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A key pair: of an object, a container or an index.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Key {
    /// The object's label, the container's name, the index.
    pub name: String,
    /// CKA_ID in hexadecimal (PKCS#11).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// `SM2`, `RSA 2048`, `P-256` and the like; empty where the module does not say.
    pub kind: String,
    /// What it is for, where the interface keeps keys apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_use: Option<KeyUse>,
    /// Whether its private key was seen; nothing where a PIN may be needed to see it, or it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Whether the device holds a certificate of it.
    pub has_certificate: bool,
    /// Whom the certificate names, where there is one that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The URI that opens it, without query attributes.
    pub uri: String,
}

/// The two key pairs of the Chinese double-certificate scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum KeyUse {
    /// Signs.
    Signature,
    /// Decrypts, or agrees on keys.
    Encryption,
}
