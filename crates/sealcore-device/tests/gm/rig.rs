//! A software device of a test's own, with the keys of a signer and a maker of seals.

use std::path::Path;

use sealcore::cert::Certificate;
use sealcore::error::{Error, Result};
use sealcore::key::{KeyPair, Signer, SoftSigner};
use sealcore::lang::Lang;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd::package::Archive;
use sealcore::ofd::{Pages, SignRequest};
use sealcore::report::Verdict;
use sealcore::seal::{Generation, Seal};
use sealcore_device::{DeviceUri, Listing, OpenOptions};
use sealcore_soft_module::{Application, Container, Contents, Fault, SdfKey, State};
use tempfile::TempDir;

use crate::support::{World, at, document, now};

pub(crate) const PIN: &str = "Kennwort&42";
pub(crate) const DEVICE: &str = "SOFT TOKEN 1";
pub(crate) const APPLICATION: &str = "电子印章";
pub(crate) const SEALING: &str = "{9A1B-签章}";
pub(crate) const MAKING: &str = "making";

pub(crate) struct Rig {
    pub(crate) world: World,
    pub(crate) state: State,
    folder: TempDir,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let world = World::new();
        let container = |name: &str, contents, signer: Option<&SoftSigner>| Container {
            name: name.to_owned(),
            contents,
            certificate: signer.map(|signer| signer.certificate().der().to_vec()),
        };
        let key = |index, password: Option<&str>, signer: &SoftSigner| SdfKey {
            index,
            password: password.map(str::to_owned),
            scalar: scalar(signer),
        };
        let application = Application {
            name: APPLICATION.to_owned(),
            pin: PIN.to_owned(),
            tries: 3,
            containers: vec![
                container(SEALING, Contents::Sm2(scalar(&world.signer)), Some(&world.signer)),
                container(MAKING, Contents::Sm2(scalar(&world.maker)), Some(&world.maker)),
                container("bare", Contents::Sm2(scalar(&world.signer)), None),
                container("rsa", Contents::Rsa, None),
                container("empty", Contents::Empty, None),
            ],
        };
        let state = State {
            devices: vec![DEVICE.to_owned()],
            applications: vec![application],
            keys: vec![key(1, Some(PIN), &world.signer), key(7, None, &world.maker)],
        };
        let folder = tempfile::tempdir().unwrap();
        sealcore_soft_module::install(folder.path()).unwrap();
        state.write(folder.path()).unwrap();
        Self { world, state, folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Changes the contents of the device.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut State)) {
        change(&mut self.state);
        self.state.write(self.folder()).unwrap();
    }

    pub(crate) fn ask(&self, faults: &[Fault]) {
        Fault::ask(self.folder(), faults).unwrap();
    }

    pub(crate) fn open_handles(&self) -> usize {
        State::open_handles(self.folder())
    }

    /// Pulls the SDF and SKF devices out and puts them in again.
    pub(crate) fn replug(&self) {
        State::replug(self.folder()).unwrap();
    }

    /// Tries that are left for the PIN of the SKF application.
    pub(crate) fn tries(&self) -> Option<u32> {
        self.list("skf:", false).unwrap().devices[0].applications[0].pin_retries
    }

    /// The URI of `path`, with this rig's module and without a PIN.
    pub(crate) fn uri(&self, path: &str) -> DeviceUri {
        self.uri_with(path, "")
    }

    pub(crate) fn uri_with(&self, path: &str, query: &str) -> DeviceUri {
        let module = self.folder().join("module.so");
        DeviceUri::parse(&format!("{path}?module-path={}{query}", module.display())).unwrap()
    }

    /// Opens with the PIN, and for SDF with the certificate of the key.
    pub(crate) fn open(&self, path: &str) -> Result<Box<dyn Signer>> {
        self.open_with(path, "", self.options())
    }

    pub(crate) fn open_with(&self, path: &str, query: &str, mut options: OpenOptions) -> Result<Box<dyn Signer>> {
        if path.starts_with("sdf:") && options.certificate.is_none() {
            let signer = if path.ends_with('7') {
                &self.world.maker
            } else {
                &self.world.signer
            };
            options.certificate = Some(signer.certificate().clone());
        }
        silent(sealcore_device::open(&self.uri_with(path, query), options))
    }

    /// Opens without a certificate.
    pub(crate) fn open_key(&self, path: &str, query: &str, pin: Option<&str>) -> Result<Box<dyn KeyPair>> {
        let pin = pin.map(Into::into);
        silent(sealcore_device::open_key(&self.uri_with(path, query), pin.as_ref()))
    }

    pub(crate) fn options(&self) -> OpenOptions {
        let mut options = OpenOptions::default();
        options.pin = Some(PIN.into());
        options
    }

    pub(crate) fn list(&self, path: &str, with_pin: bool) -> Result<Listing> {
        let pin = PIN.into();
        silent(sealcore_device::list(&self.uri(path), with_pin.then_some(&pin)))
    }

    /// Seals a document by `signer` and finds it valid.
    pub(crate) fn seals(&self, signer: &dyn Signer) {
        let sealed = self.seal(signer).unwrap();
        let report = self.world.verify(&sealed).unwrap();
        assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    }

    pub(crate) fn seal(&self, signer: &dyn Signer) -> Result<Vec<u8>> {
        self.seal_with(&self.world.seal(Generation::V4), signer)
    }

    pub(crate) fn seal_with(&self, seal: &Seal, signer: &dyn Signer) -> Result<Vec<u8>> {
        let limits = Limits::default();
        let document = document(2);
        let placements = [at(Pages::One(1))];
        let request = SignRequest::seal(seal, signer.certificate(), now(), &placements);
        let archive = Archive::open(&document, &limits)?;
        silent(sealcore::ofd::sign(
            &archive,
            &request,
            signer,
            &limits,
            &Unwatched,
            Vec::new(),
        ))
    }

    pub(crate) fn certificate(&self) -> &Certificate {
        self.world.certificate()
    }
}

/// What every error has to keep to itself.
pub(crate) fn silent<T>(result: Result<T>) -> Result<T> {
    if let Err(error) = &result {
        assert_keeps_quiet(error);
    }
    result
}

fn assert_keeps_quiet(error: &Error) {
    let mut told = format!("{error} {error:?} {}", error.describe(Lang::Zh));
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        told.push_str(&format!("{inner} {inner:?}"));
        source = inner.source();
    }
    assert!(!told.contains("Kennwort"), "{told}");
    assert!(!told.contains("wrong-pin-"), "{told}");
}

/// The error of what must not succeed.
pub(crate) fn refused<T>(result: Result<T>) -> Error {
    match silent(result) {
        Ok(_) => panic!("accepted"),
        Err(error) => error,
    }
}

fn scalar(signer: &SoftSigner) -> [u8; 32] {
    *signer.key().sm2().unwrap().to_bytes()
}
