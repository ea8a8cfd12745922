//! What the module holds: keys, PINs, names, certificates, tries left.

use std::path::Path;

use sealcore_gm::sm2::SigningKey;
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Faults};

const FILE: &str = "state.json";
pub(crate) const HANDLES: &str = "handles";

/// The contents of the device, as they stand in `state.json`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// Names of the SKF devices; all have the same contents.
    pub devices: Vec<String>,
    /// SKF applications.
    pub applications: Vec<Application>,
    /// SDF keys.
    pub keys: Vec<SdfKey>,
}

/// An SKF application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Application {
    /// The name.
    pub name: String,
    /// The user's PIN.
    pub pin: String,
    /// Wrong PINs that are allowed in a row.
    pub tries: u32,
    /// Containers.
    pub containers: Vec<Container>,
}

/// An SKF container.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Container {
    /// The name.
    pub name: String,
    /// The key.
    pub contents: Contents,
    /// The signing certificate in DER.
    pub certificate: Option<Vec<u8>>,
}

/// What a container holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Contents {
    /// Nothing yet.
    Empty,
    /// An RSA key, with which this module does nothing.
    Rsa,
    /// An SM2 key: the private scalar.
    Sm2([u8; 32]),
}

/// A key of the SDF device.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SdfKey {
    /// Its index.
    pub index: u32,
    /// The password of its access right, or none where the key may be used without.
    pub password: Option<String>,
    /// The private scalar.
    pub scalar: [u8; 32],
}

impl State {
    /// Writes the state into `folder` and forgets tries that were used.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        for number in 0..self.applications.len() {
            let _ = std::fs::remove_file(folder.join(tries_file(number)));
        }
        std::fs::write(folder.join(FILE), serde_json::to_vec(self)?)
    }

    /// How many handles of the module of `folder` are open.
    #[must_use]
    pub fn open_handles(folder: &Path) -> usize {
        let text = std::fs::read_to_string(folder.join(HANDLES)).unwrap_or_default();
        text.parse().unwrap_or(0)
    }

    pub(crate) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(folder.join(FILE)).ok()?).ok()
    }

    /// Tries that are left for the PIN of an application.
    pub(crate) fn tries_left(&self, folder: &Path, number: usize) -> u32 {
        let all = self.applications.get(number).map_or(0, |application| application.tries);
        let text = std::fs::read_to_string(folder.join(tries_file(number))).unwrap_or_default();
        text.parse().unwrap_or(all)
    }
}

pub(crate) fn set_tries(folder: &Path, number: usize, left: u32) {
    let _ = std::fs::write(folder.join(tries_file(number)), left.to_string());
}

fn tries_file(number: usize) -> String {
    format!("tries-{number}")
}

/// x and y of the public key.
pub(crate) fn public(faults: &Faults, scalar: &[u8; 32]) -> Option<[u8; 64]> {
    let scalar = if faults.has(Fault::OtherKey) { &[0x31; 32] } else { scalar };
    let key = SigningKey::from_bytes(scalar).ok()?;
    let sec1 = key.verifying_key().to_sec1();
    let mut point: [u8; 64] = *sec1.last_chunk()?;
    if faults.has(Fault::OffCurve) {
        point[63] ^= 1;
    }
    Some(point)
}

/// r and s of the signature.
pub(crate) fn sign(faults: &Faults, scalar: &[u8; 32], digest: [u8; 32]) -> Option<[u8; 64]> {
    let mut digest = digest;
    if faults.has(Fault::WrongSignature) {
        digest[0] ^= 1;
    }
    Some(SigningKey::from_bytes(scalar).ok()?.sign_digest(&digest).to_bytes())
}
