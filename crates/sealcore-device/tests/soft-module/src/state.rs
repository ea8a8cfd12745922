//! What the module holds: keys, PINs, names, certificates, tries left.

use std::io::Write as _;
use std::path::Path;

use sealcore_gm::sm2::SigningKey;
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Faults};
use crate::folder::folder;

const FILE: &str = "state.json";
pub(crate) const HANDLES: &str = "handles";
const ERA: &str = "era";
const MISUSES: &str = "misuses";
const PASSWORDS: &str = "passwords";
const OPENED: &str = "opened";
const SERIAL: &str = "serial";

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

    /// Pulls the SDF and SKF devices out and puts them in again: every handle is dead and nobody is logged in.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn replug(folder: &Path) -> std::io::Result<()> {
        let era = Era::of(folder);
        Era {
            plugged: era.plugged + 1,
            logins: era.logins + 1,
        }
        .write(folder)
    }

    /// Voids the logins of SKF and the access rights of SDF; handles stay good.
    ///
    /// # Errors
    /// As [`Self::replug`].
    pub fn log_out(folder: &Path) -> std::io::Result<()> {
        let era = Era::of(folder);
        let logins = era.logins + 1;
        Era { logins, ..era }.write(folder)
    }

    /// Gives the SKF devices another serial number.
    ///
    /// # Errors
    /// As [`Self::replug`].
    pub fn set_serial(folder: &Path, serial: &str) -> std::io::Result<()> {
        std::fs::write(folder.join(SERIAL), serial)
    }

    /// How often the SDF or SKF module of `folder` was called with a handle that was closed or never given.
    #[must_use]
    pub fn misuses(folder: &Path) -> usize {
        lines(folder, MISUSES)
    }

    /// How many handles were opened so far.
    #[must_use]
    pub fn handles_opened(folder: &Path) -> usize {
        lines(folder, OPENED)
    }

    /// How many PINs the SKF devices, and passwords the SDF machine, were given.
    #[must_use]
    pub fn passwords_given(folder: &Path) -> usize {
        lines(folder, PASSWORDS)
    }

    pub(crate) fn note_misuse() {
        folder().inspect(|folder| add_line(folder, MISUSES));
    }

    pub(crate) fn note_opened(folder: &Path) {
        add_line(folder, OPENED);
    }

    pub(crate) fn note_password(folder: &Path) {
        add_line(folder, PASSWORDS);
    }

    pub(crate) fn serial(folder: &Path) -> String {
        std::fs::read_to_string(folder.join(SERIAL)).unwrap_or_else(|_| "20261122".to_owned())
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

/// How often the devices were put in, and how often they forgot their logins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Era {
    pub(crate) plugged: u64,
    logins: u64,
}

impl Era {
    pub(crate) fn now() -> Self {
        folder().map(|folder| Self::of(folder)).unwrap_or_default()
    }

    fn of(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join(ERA)).unwrap_or_default();
        let mut numbers = text.split(' ').map(|number| number.parse().unwrap_or_default());
        Self {
            plugged: numbers.next().unwrap_or_default(),
            logins: numbers.next().unwrap_or_default(),
        }
    }

    fn write(self, folder: &Path) -> std::io::Result<()> {
        // Renamed into place, so that the module never reads half of it.
        let draft = folder.join("era.new");
        std::fs::write(&draft, format!("{} {}", self.plugged, self.logins))?;
        std::fs::rename(draft, folder.join(ERA))
    }
}

fn lines(folder: &Path, file: &str) -> usize {
    let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
    text.lines().count()
}

fn add_line(folder: &Path, file: &str) {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join(file));
    let _ = file.and_then(|mut file| file.write_all(b"1\n"));
}

pub(crate) fn set_tries(folder: &Path, number: usize, left: u32) {
    let _ = std::fs::write(folder.join(tries_file(number)), left.to_string());
}

fn tries_file(number: usize) -> String {
    format!("tries-{number}")
}

/// x and y of the public key.
pub(crate) fn public(faults: &Faults, scalar: &[u8; 32]) -> Option<[u8; 64]> {
    let scalar = if faults.has(Fault::OtherKey) {
        &[0x31; 32]
    } else {
        scalar
    };
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
