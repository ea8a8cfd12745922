//! Tokens with keys and certificates, made once for all tests of the process.
#![allow(clippy::print_stderr)] // tests that are not run say so

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::object::{Attribute, CertificateType, KeyType, ObjectClass};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use sealcore::asn1::Time;
use sealcore::cert::{
    Certificate, CertificateTemplate, Name, Profile, RevocationList, RevocationListTemplate, TrustStore,
};
use sealcore::error::Result;
use sealcore::key::{KeyAlgorithm, PrivateKey, Signer, SoftSigner, pkcs8};
use sealcore_device::{DeviceUri, OpenOptions, Pin};

/// The user PIN of every token; nothing else in the tests has these characters.
pub(crate) const PIN: &str = "4711zq";

/// The tokens, and who vouches for their certificates.
pub(crate) struct World {
    pub(crate) module: String,
    root: SoftSigner,
    _folder: tempfile::TempDir,
}

/// Nothing when SoftHSM is not there and the caller said that this is so.
pub(crate) fn world() -> Option<&'static World> {
    static WORLD: LazyLock<Option<World>> = LazyLock::new(World::make);
    WORLD.as_ref()
}

pub(crate) fn now() -> Time {
    Time::parse_rfc3339("2026-11-22T04:00:00Z").unwrap()
}

impl World {
    fn make() -> Option<Self> {
        let Some(module) = softhsm() else {
            assert!(
                std::env::var_os("SEALCORE_REQUIRE_SOFTHSM").is_none(),
                "SoftHSM is not installed: install the Debian package softhsm2"
            );
            eprintln!("not run: SoftHSM is not installed (Debian package softhsm2)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let tokens = folder.path().join("tokens");
        std::fs::create_dir(&tokens).unwrap();
        let conf = folder.path().join("softhsm2.conf");
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n",
            tokens.display()
        );
        std::fs::write(&conf, text).unwrap();
        // SAFETY: every test waits for this before it does anything, and nothing else in this process sets variables.
        unsafe { std::env::set_var("SOFTHSM2_CONF", &conf) };
        let world = Self {
            module: module.to_str().unwrap().to_owned(),
            root: root(),
            _folder: folder,
        };
        for token in ["seals", "one", "pins", "removed", "twins", "quiet", "odd"] {
            util(&[
                "--init-token",
                "--free",
                "--label",
                token,
                "--so-pin",
                "so4711",
                "--pin",
                PIN,
            ]);
        }
        world.fill();
        Some(world)
    }

    fn fill(&self) {
        // Keys come in by another process, all of them before this one opens the tokens.
        let mut certificates = Vec::new();
        for (token, label, id, algorithm) in [
            ("seals", "rsa", 1, KeyAlgorithm::Rsa2048),
            ("seals", "p256", 2, KeyAlgorithm::P256),
            ("seals", "p384", 3, KeyAlgorithm::P384),
            ("seals", "p521", 4, KeyAlgorithm::P521),
            ("one", "only", 1, KeyAlgorithm::P256),
            ("pins", "key", 1, KeyAlgorithm::P256),
            ("removed", "key", 1, KeyAlgorithm::P256),
            ("quiet", "rsa", 1, KeyAlgorithm::Rsa2048),
            ("twins", "twin", 1, KeyAlgorithm::P256),
            ("twins", "twin", 2, KeyAlgorithm::P256),
        ] {
            certificates.push((token, label, id, self.key(token, label, id, algorithm)));
        }
        // The certificate has another id, and is found by its label.
        let labelled = self.key("seals", "财务章", 5, KeyAlgorithm::P256);
        certificates.push(("seals", "财务章", 0x55, labelled.clone()));
        // A key without a certificate, and one whose certificate belongs to another key.
        self.key("seals", "bare", 6, KeyAlgorithm::P256);
        self.key("seals", "stranger", 7, KeyAlgorithm::P256);
        certificates.push(("seals", "stranger", 7, labelled));

        // Keys whose public half is not in the token, or is that of another.
        for (label, id, algorithm) in [
            ("own", 1, KeyAlgorithm::Rsa2048),
            ("lonely", 2, KeyAlgorithm::P256),
            ("liar", 3, KeyAlgorithm::P256),
            ("short", 4, KeyAlgorithm::P256),
        ] {
            self.key("odd", label, id, algorithm);
        }

        let client = Pkcs11::new(&self.module).unwrap();
        // This project's code finds the module initialised, and has to live with it.
        client
            .initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
            .unwrap();
        for slot in client.get_slots_with_initialized_token().unwrap() {
            let name = client.get_token_info(slot).unwrap().label().to_owned();
            let session = client.open_rw_session(slot).unwrap();
            session.login(UserType::User, Some(&AuthPin::new(PIN.into()))).unwrap();
            for (token, label, id, certificate) in &certificates {
                if *token == name {
                    put(&session, label, &[*id], certificate);
                }
            }
            if name == "odd" {
                forget_public_keys(&session);
            }
        }
    }

    /// A new key in a token; gives its certificate.
    fn key(&self, token: &str, label: &str, id: u8, algorithm: KeyAlgorithm) -> Certificate {
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let key = PrivateKey::generate(algorithm, &mut rng).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), pkcs8::to_pem(key.clone()).unwrap().as_bytes()).unwrap();
        util(&[
            "--import",
            file.path().to_str().unwrap(),
            "--token",
            token,
            "--label",
            label,
            "--id",
            &format!("{id:02x}"),
            "--pin",
            PIN,
        ]);
        template(label, &key, Profile::Unit)
            .issue(&self.root, &mut rng)
            .unwrap()
    }

    /// The URI of a key.
    pub(crate) fn uri(&self, path: &str) -> String {
        format!("pkcs11:{path}?module-path={}", self.module)
    }

    /// Opens with the right PIN.
    pub(crate) fn open(&self, path: &str) -> Result<Box<dyn Signer>> {
        open(&self.uri(path), Some(PIN))
    }

    /// Trusts the root, and has a list in which nothing is revoked.
    pub(crate) fn trust(&self) -> TrustStore {
        let mut trust = TrustStore::new();
        trust.add_anchor(self.root().clone());
        trust.add_list(self.list());
        trust
    }

    pub(crate) fn root(&self) -> &Certificate {
        self.root.certificate()
    }

    pub(crate) fn list(&self) -> RevocationList {
        let list = RevocationListTemplate {
            this_update: now(),
            next_update: now().plus_seconds(86_400),
            number: 1,
            entries: Vec::new(),
        };
        list.issue(&self.root).unwrap()
    }
}

pub(crate) fn open(uri: &str, pin: Option<&str>) -> Result<Box<dyn Signer>> {
    let mut options = OpenOptions::default();
    options.pin = pin.map(Pin::from);
    sealcore_device::open(&DeviceUri::parse(uri)?, options)
}

/// Runs softhsm2-util.
pub(crate) fn util(arguments: &[&str]) {
    let output = Command::new("softhsm2-util").args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "softhsm2-util {arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn softhsm() -> Option<PathBuf> {
    Command::new("softhsm2-util").arg("--version").output().ok()?;
    let mut places = vec![
        PathBuf::from("/usr/lib/softhsm/libsofthsm2.so"),
        PathBuf::from("/usr/lib64/softhsm/libsofthsm2.so"),
        PathBuf::from("/usr/local/lib/softhsm/libsofthsm2.so"),
    ];
    places.retain(|place: &PathBuf| Path::exists(place));
    places.into_iter().next()
}

fn put(session: &Session, label: &str, id: &[u8], certificate: &Certificate) {
    session
        .create_object(&[
            Attribute::Class(ObjectClass::CERTIFICATE),
            Attribute::CertificateType(CertificateType::X_509),
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Label(label.as_bytes().to_vec()),
            Attribute::Id(id.to_vec()),
            Attribute::Subject(certificate.subject_raw().to_vec()),
            Attribute::Value(certificate.der().to_vec()),
        ])
        .unwrap();
}

/// Destroys the public keys, and puts two in their place that are not what they should be.
fn forget_public_keys(session: &Session) {
    for object in session
        .find_objects(&[Attribute::Class(ObjectClass::PUBLIC_KEY)])
        .unwrap()
    {
        session.destroy_object(object).unwrap();
    }
    let stranger = PrivateKey::generate(KeyAlgorithm::P256, &mut rand_core::UnwrapErr(getrandom::SysRng)).unwrap();
    let point = stranger.public_key().to_bits();
    for (label, id, point) in [("liar", 3, point.clone()), ("short", 4, point[..40].to_vec())] {
        session
            .create_object(&[
                Attribute::Class(ObjectClass::PUBLIC_KEY),
                Attribute::KeyType(KeyType::EC),
                Attribute::Token(true),
                Attribute::Label(label.into()),
                Attribute::Id(vec![id]),
                Attribute::Verify(true),
                Attribute::EcParams(vec![6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]),
                Attribute::EcPoint([&[4, u8::try_from(point.len()).unwrap()], &point[..]].concat()),
            ])
            .unwrap();
    }
}

fn root() -> SoftSigner {
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    let key = PrivateKey::generate(KeyAlgorithm::P256, &mut rng).unwrap();
    let root = template("Root", &key, Profile::Root)
        .self_signed(&key, &mut rng)
        .unwrap();
    SoftSigner::new(key, root).unwrap()
}

fn template(name: &str, key: &PrivateKey, profile: Profile) -> CertificateTemplate {
    CertificateTemplate {
        subject: Name::parse(&format!("CN={name},C=CN")).unwrap(),
        public_key: key.public_key(),
        profile,
        not_before: now().plus_seconds(-86_400),
        not_after: now().plus_seconds(86_400 * 30),
        crl_url: None,
    }
}
