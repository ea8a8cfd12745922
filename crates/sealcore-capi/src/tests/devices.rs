//! Keys in devices: the software module with SM2 by each of the three interfaces, SoftHSM with RSA and P-256.

#[path = "../../../sealcore-device/tests/pkcs11/world.rs"]
#[allow(dead_code)] // each test file uses its own part
mod softhsm;

use std::ffi::{CStr, c_char, c_void};
use std::path::PathBuf;
use std::ptr::{null, null_mut};
use std::sync::Mutex;

use sealcore::cert::Certificate;
use sealcore::key;
use sealcore::report::Verdict;
use sealcore_soft_module::{Application, Container, Contents, Fault, SM2_MECHANISM, SdfKey, State};
use serde_json::Value;
use tempfile::TempDir;

use super::house::{Holder, House, documents, pkcs8};
use super::{c, ok, opened, pdf, string, taken};
use crate::authority::*;
use crate::device::*;
use crate::document::*;
use crate::error::*;
use crate::log::*;
use crate::request::*;
use crate::seal::*;
use crate::seal_request::*;
use crate::session::*;
use crate::sign::*;
use crate::signer::*;
use crate::status::*;
use crate::text::*;
use crate::verifier::*;

/// Nothing else in the tests has these characters.
pub(super) const PIN: &str = "Kennwort&42";
pub(super) const WRONG: &str = "Falschwort";
const TRIES: u32 = 3;

pub(super) const UNIT: &str = "unit";
const MAKER: &str = "maker";
const TSA: &str = "tsa";

/// A house whose keys lie in a software device too.
pub(super) struct Rig {
    pub(super) house: House,
    state: State,
    folder: TempDir,
    module: PathBuf,
}

impl Rig {
    pub(super) fn new() -> Self {
        let house = House::new();
        let holders = [(UNIT, &house.unit), (MAKER, &house.maker), (TSA, &house.tsa)];
        let containers = holders.map(|(name, holder)| Container {
            name: name.to_owned(),
            contents: Contents::Sm2(scalar(holder)),
            certificate: Some(certificate(holder).der().to_vec()),
        });
        let keys = (1..).zip(holders).map(|(index, (_, holder))| SdfKey {
            index,
            password: Some(PIN.to_owned()),
            scalar: scalar(holder),
        });
        let state = State {
            devices: vec!["SOFT".to_owned()],
            keys: keys.collect(),
            applications: vec![Application {
                name: "seals".to_owned(),
                pin: PIN.to_owned(),
                tries: TRIES,
                containers: containers.into(),
            }],
        };
        let folder = tempfile::tempdir().unwrap();
        state.write(folder.path()).unwrap();
        let module = sealcore_soft_module::install(folder.path()).unwrap();
        Self {
            house,
            state,
            folder,
            module,
        }
    }

    /// The key of this holder by each interface.
    pub(super) fn uris(&self, name: &str) -> [String; 3] {
        let index = [UNIT, MAKER, TSA].iter().position(|one| *one == name).unwrap() + 1;
        let module = self.module.display();
        [
            format!("skf:device=SOFT;application=seals;container={name}?module-path={module}"),
            format!("sdf:key={index}?module-path={module}"),
            format!("pkcs11:token=SOFT;object={name}?module-path={module}&x-sm2-mechanism=0x{SM2_MECHANISM:x}"),
        ]
    }

    pub(super) fn holder(&self, name: &str) -> &Holder {
        match name {
            UNIT => &self.house.unit,
            MAKER => &self.house.maker,
            _ => &self.house.tsa,
        }
    }

    fn try_open(
        &self,
        uri: &str,
        pin: Option<&str>,
        signer: *mut *mut sealcore_signer,
        error: *mut *mut sealcore_error,
    ) -> sealcore_status {
        // A cipher machine holds no certificates.
        let given = match uri.strip_prefix("sdf:key=").and_then(|rest| rest.bytes().next()) {
            Some(b'1') => &self.house.unit.certificates[..],
            Some(b'2') => &self.house.maker.certificates,
            Some(_) => &self.house.tsa.certificates,
            None => &[],
        };
        let (uri, pin) = (c(uri), pin.map(c));
        let pin = pin.as_ref().map_or(null(), |pin| pin.as_ptr());
        sealcore_signer_open(uri.as_ptr(), pin, given.as_ptr(), given.len(), signer, error)
    }

    fn open(&self, uri: &str) -> *mut sealcore_signer {
        let mut signer = null_mut();
        ok(|error| self.try_open(uri, Some(PIN), &raw mut signer, error));
        assert_eq!(string(sealcore_signer_algorithm(signer)).as_deref(), Some("SM2-SM3"));
        signer
    }

    fn refused(&self, uri: &str, pin: Option<&str>) -> Told {
        let mut signer = null_mut();
        let place = &raw mut signer;
        let told = Told::by(|error| self.try_open(uri, pin, place, error));
        assert!(signer.is_null());
        told
    }

    pub(super) fn ask(&self, faults: &[Fault]) {
        Fault::ask(self.folder.path(), faults).unwrap();
    }

    /// Gives the tries back.
    fn unlock(&self) {
        self.state.write(self.folder.path()).unwrap();
    }

    fn tries_left(&self) -> Value {
        let listing = list(&format!("skf:?module-path={}", self.module.display()), None);
        listing["devices"][0]["applications"][0]["pin_retries"].clone()
    }

    /// Everything that was opened in the module was closed.
    pub(super) fn end(self) {
        assert_eq!(State::open_handles(self.folder.path()), 0);
        self.house.free();
    }
}

/// What an error tells; no PIN.
pub(super) struct Told {
    pub(super) status: sealcore_status,
    pub(super) vendor_code: u64,
    pub(super) text: String,
}

impl Told {
    #[track_caller]
    pub(super) fn by(call: impl FnOnce(*mut *mut sealcore_error) -> sealcore_status) -> Self {
        let mut error = null_mut();
        let status = call(&raw mut error);
        assert_ne!(status, SEALCORE_OK);
        assert_eq!(sealcore_error_code(error), status);
        let texts = [
            string(sealcore_error_message(error, SEALCORE_LANG_EN)),
            string(sealcore_error_message(error, SEALCORE_LANG_ZH)),
            string(sealcore_error_part(error)),
        ];
        let told = Self {
            status,
            vendor_code: sealcore_error_vendor_code(error),
            text: texts.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        };
        sealcore_error_free(error);
        keeps_quiet(&told.text);
        told
    }
}

#[track_caller]
fn keeps_quiet(text: &str) {
    for secret in ["Kennwort", WRONG, softhsm::PIN, "wrong-pin-9"] {
        assert!(!text.contains(secret), "{text}");
    }
}

fn scalar(holder: &Holder) -> [u8; 32] {
    let file = key::load(&pkcs8(holder.key, None), None).unwrap();
    *file.key.sm2().unwrap().to_bytes()
}

fn certificate(holder: &Holder) -> Certificate {
    Certificate::from_pem_or_der(&holder.certificates).unwrap()
}

fn list(uri: &str, pin: Option<&str>) -> Value {
    let (uri, pin, mut json) = (c(uri), pin.map(c), null_mut());
    let pin = pin.as_ref().map_or(null(), |pin| pin.as_ptr());
    ok(|error| sealcore_device_list(uri.as_ptr(), pin, &raw mut json, error));
    let json = String::from_utf8(taken(json)).unwrap();
    keeps_quiet(&json);
    serde_json::from_str(&json).unwrap()
}

fn digest_signed(
    signer: *const sealcore_signer,
    digest: &[u8],
    error: *mut *mut sealcore_error,
) -> (sealcore_status, Vec<u8>) {
    let mut value = vec![0; sealcore_signer_max_signature_len(signer)];
    let mut length = value.len();
    let place = value.as_mut_ptr();
    let status = sealcore_signer_sign_digest(signer, digest.as_ptr(), digest.len(), place, &raw mut length, error);
    value.truncate(length);
    (status, value)
}

#[test]
fn seals_documents() {
    let rig = Rig::new();
    for uri in rig.uris(UNIT) {
        let signer = rig.open(&uri);
        for bytes in documents() {
            for generation in [None, Some("v1"), Some("v5")] {
                let request = rig.house.request(generation);
                let sealed = rig.house.sign(&bytes, request, signer);
                assert_eq!(rig.house.verdict(&sealed), Verdict::Valid, "{uri}");
                sealcore_request_free(request);
            }
        }
        sealcore_signer_free(signer);
    }
    rig.end();
}

#[test]
fn makes_seals() {
    let rig = Rig::new();
    for uri in rig.uris(MAKER) {
        let maker = rig.open(&uri);
        for generation in ["v1", "v4", "v5"] {
            let (wanted, mut seal) = (rig.house.seal_request(generation), null_mut());
            ok(|error| sealcore_seal_make(wanted, maker, &raw mut seal, error));
            sealcore_seal_request_free(wanted);
            let request = rig.house.request(None);
            ok(|error| sealcore_request_set_seal(request, seal, error));
            ok(|error| crate::placement::sealcore_request_add_place(request, c"1".as_ptr(), 20.0, 200.0, error));
            sealcore_seal_free(seal);
            let sealed = rig.house.sign(&documents()[0], request, rig.house.unit.signer);
            assert_eq!(rig.house.verdict(&sealed), Verdict::Valid, "{uri}");
            sealcore_request_free(request);
        }
        sealcore_signer_free(maker);
    }
    rig.end();
}

#[test]
fn issues_time_stamps() {
    let rig = Rig::new();
    for uri in rig.uris(TSA) {
        let (signer, mut authority) = (rig.open(&uri), null_mut());
        let options = c"{\"policy\": \"1.2.3.4\"}";
        ok(|error| sealcore_authority_local(signer, options.as_ptr(), &raw mut authority, error));
        // The authority has its own hold of the key.
        sealcore_signer_free(signer);
        let request = rig.house.request(Some("v4"));
        ok(|error| sealcore_request_set_authority(request, authority, error));
        for bytes in documents() {
            let sealed = rig.house.sign(&bytes, request, rig.house.unit.signer);
            let (verdict, report) = rig.house.report(&sealed);
            assert_eq!(verdict, Verdict::Valid, "{uri}");
            assert!(report["signatures"][0]["timestamp"].is_object());
        }
        // Nothing is stamped when the device is gone.
        rig.ask(&[Fault::Removed]);
        let (document, mut out) = (opened(&documents()[0]), null_mut());
        let (unit, place) = (rig.house.unit.signer, &raw mut out);
        Told::by(|error| sealcore_sign(document, request, unit, null(), place, error));
        rig.ask(&[]);
        sealcore_document_free(document);
        sealcore_authority_free(authority);
        sealcore_request_free(request);
    }
    rig.end();
}

#[test]
fn signs_between_two_phases() {
    let rig = Rig::new();
    for uri in rig.uris(UNIT) {
        let (signer, mut der) = (rig.open(&uri), null_mut());
        ok(|error| sealcore_signer_certificate(signer, &raw mut der, error));
        let der = taken(der);
        assert_eq!(der, certificate(rig.holder(UNIT)).der());
        for bytes in documents() {
            let (request, document, mut session) = (rig.house.request(Some("v5")), opened(&bytes), null_mut());
            ok(|error| sealcore_request_set_certificate(request, der.as_ptr(), der.len(), error));
            ok(|error| sealcore_prepare(document, request, null(), &raw mut session, error));
            let (mut digest, mut length) = ([0; 32], 32);
            ok(|error| sealcore_session_digest(session, digest.as_mut_ptr(), &raw mut length, error));
            let (status, value) = digest_signed(signer, &digest, null_mut());
            assert_eq!(status, SEALCORE_OK);
            let mut out = null_mut();
            ok(|error| {
                let (value, length) = (value.as_ptr(), value.len());
                sealcore_session_complete(session, document, value, length, &raw mut out, error)
            });
            assert_eq!(rig.house.verdict(&taken(out)), Verdict::Valid, "{uri}");
            sealcore_session_free(session);
            sealcore_document_free(document);
            sealcore_request_free(request);
        }
        sealcore_signer_free(signer);
    }
    rig.end();
}

#[test]
fn threads_share_a_signer() {
    let rig = Rig::new();
    let key = certificate(rig.holder(UNIT));
    for uri in rig.uris(UNIT) {
        let signer = rig.open(&uri);
        let address = signer.expose_provenance();
        std::thread::scope(|scope| {
            for number in 0..8_u8 {
                let key = key.public_key();
                scope.spawn(move || {
                    let signer: *const sealcore_signer = std::ptr::with_exposed_provenance(address);
                    for round in 0..10_u8 {
                        let digest = [number * 16 + round; 32];
                        let (status, value) = digest_signed(signer, &digest, null_mut());
                        assert_eq!(status, SEALCORE_OK);
                        let algorithm = sealcore::algorithm::SignatureAlgorithm::Sm2Sm3;
                        key.verify_digest(algorithm, &digest, &value).unwrap();
                    }
                });
            }
        });
        sealcore_signer_free(signer);
    }
    rig.end();
}

#[test]
fn pins_that_are_wrong_and_locked() {
    let rig = Rig::new();
    let [skf, sdf, pkcs11] = rig.uris(UNIT);
    for (uri, wrong, locked) in [
        (&skf, 0x0a00_0024, Some(0x0a00_0025)),
        (&sdf, 0x0100_0018, None),
        (&pkcs11, 0xa0, Some(0xa4)),
    ] {
        let told = rig.refused(uri, Some(WRONG));
        assert_eq!(
            (told.status, told.vendor_code),
            (SEALCORE_E_PASSWORD, wrong),
            "{}",
            told.text
        );
        // None at all: nothing is tried.
        assert_eq!(rig.refused(uri, None).status, SEALCORE_E_PASSWORD);
        if locked.is_some() {
            assert_eq!(rig.tries_left(), TRIES - 1, "{uri}");
        }
        // A PIN in the URI goes before the one that is given.
        let told = rig.refused(&format!("{uri}&pin-value={WRONG}"), Some(PIN));
        assert_eq!((told.status, told.vendor_code), (SEALCORE_E_PASSWORD, wrong));
        let file = rig.folder.path().join("pin");
        std::fs::write(&file, format!("{PIN}\n")).unwrap();
        let mut signer = null_mut();
        let with_file = format!("{uri}&pin-source=file:{}", file.display());
        ok(|error| rig.try_open(&with_file, Some(WRONG), &raw mut signer, error));
        sealcore_signer_free(signer);
        if let Some(locked) = locked {
            assert_eq!(rig.tries_left(), TRIES);
            for _ in 0..TRIES {
                rig.refused(uri, Some(WRONG));
            }
            let told = rig.refused(uri, Some(PIN));
            assert_eq!(
                (told.status, told.vendor_code),
                (SEALCORE_E_DEVICE, locked),
                "{}",
                told.text
            );
            rig.unlock();
        }
        sealcore_signer_free(rig.open(uri));
    }
    rig.end();
}

#[test]
fn a_device_that_is_pulled_out() {
    let rig = Rig::new();
    for (uri, code) in rig.uris(UNIT).iter().zip([0x0a00_0023, 0x0100_0003, 0x32]) {
        let signer = rig.open(uri);
        rig.ask(&[Fault::Removed]);
        let told = Told::by(|error| digest_signed(signer, &[7; 32], error).0);
        assert_eq!(
            (told.status, told.vendor_code),
            (SEALCORE_E_DEVICE, code),
            "{}",
            told.text
        );
        let (document, request, mut out) = (opened(&documents()[1]), rig.house.request(None), null_mut());
        let place = &raw mut out;
        let told = Told::by(|error| sealcore_sign(document, request, signer, null(), place, error));
        assert_eq!(told.status, SEALCORE_E_DEVICE);
        assert!(out.is_null());
        sealcore_request_free(request);
        sealcore_document_free(document);
        assert_eq!(rig.refused(uri, Some(PIN)).status, SEALCORE_E_DEVICE);
        rig.ask(&[]);
        sealcore_signer_free(rig.open(uri));
        sealcore_signer_free(signer);
    }
    rig.end();
}

#[test]
fn a_signature_that_is_wrong_is_not_given_out() {
    let rig = Rig::new();
    for uri in rig.uris(UNIT) {
        rig.ask(&[Fault::WrongSignature]);
        assert_eq!(rig.refused(&uri, Some(PIN)).status, SEALCORE_E_KEY);
        rig.ask(&[]);
        let signer = rig.open(&uri);
        rig.ask(&[Fault::WrongSignature]);
        let told = Told::by(|error| digest_signed(signer, &[7; 32], error).0);
        assert_eq!(told.status, SEALCORE_E_CRYPTO, "{}", told.text);
        rig.ask(&[]);
        sealcore_signer_free(signer);
    }
    rig.end();
}

#[test]
fn listings() {
    let rig = Rig::new();
    let module = rig.module.display();
    for pin in [None, Some(PIN)] {
        let skf = list(&format!("skf:?module-path={module}"), pin);
        assert_eq!(skf["scheme"], "skf");
        let application = &skf["devices"][0]["applications"][0];
        assert_eq!(application["logged_in"], pin.is_some());
        assert_eq!(application["keys"].as_array().unwrap().len(), 3);
        let sdf = list(&format!("sdf:?module-path={module}"), pin);
        assert_eq!(sdf["devices"][0]["keys"].as_array().unwrap().len(), 3);
        let pkcs11 = list(&format!("pkcs11:?module-path={module}"), pin);
        assert_eq!(pkcs11["devices"][0]["logged_in"], pin.is_some());
        // What is listed opens.
        let own = application["keys"][0]["uri"].as_str().unwrap();
        sealcore_signer_free(rig.open(&format!("{own}?module-path={module}")));
    }
    let in_uri = format!("skf:?module-path={module}&pin-value={}", PIN.replace('&', "%26"));
    assert_eq!(list(&in_uri, None)["devices"][0]["logged_in"], true);
    let (wrong, pin, mut json) = (c(&format!("skf:?module-path={module}")), c(WRONG), null_mut());
    let place = &raw mut json;
    let told = Told::by(|error| sealcore_device_list(wrong.as_ptr(), pin.as_ptr(), place, error));
    assert_eq!((told.status, told.vendor_code), (SEALCORE_E_PASSWORD, 0x0a00_0024));
    rig.end();
}

/// What the log was told, of this test and of those that run beside it.
static LINES: Mutex<String> = Mutex::new(String::new());

unsafe extern "C" fn hear(_: *mut c_void, _: i32, line: *const c_char) {
    // SAFETY: the library gives a string that ends in NUL.
    let line = unsafe { CStr::from_ptr(line) }.to_string_lossy();
    let mut lines = LINES.lock().unwrap();
    lines.push_str(&line);
    lines.push('\n');
}

#[test]
fn the_log_hears_no_pin() {
    let rig = Rig::new();
    let log = sealcore_log_callbacks {
        struct_size: super::size::<sealcore_log_callbacks>(),
        log: Some(hear),
        drop: None,
        user: null_mut(),
    };
    ok(|error| sealcore_set_log(SEALCORE_LOG_DEBUG, &raw const log, error));
    let escaped = PIN.replace('&', "%26");
    for uri in rig.uris(UNIT) {
        rig.refused(&uri, Some(WRONG));
        rig.refused(&format!("{uri}&pin-value={WRONG}"), None);
        rig.unlock();
        for faults in [
            &[Fault::UnknownCode][..],
            &[Fault::Removed],
            &[Fault::WrongSignature],
            &[Fault::NothingWritten],
        ] {
            rig.ask(faults);
            rig.refused(&uri, Some(PIN));
            rig.refused(&format!("{uri}&pin-value={escaped}"), None);
        }
        rig.ask(&[]);
        // Not escaped, misspelled, twice, in the wrong half.
        for wrong in [
            format!("{uri}&pin-value={PIN}"),
            format!("{uri}&pin-valeu={escaped}"),
            format!("{uri}&pin-value={escaped}&pin-value={escaped}"),
            format!("{uri}&pin-value={escaped}&pin-source=file:/none"),
            format!("{uri}&pin-value=%zz{escaped}"),
            uri.replace('?', &format!(";pin-value={escaped}?")),
        ] {
            let told = rig.refused(&wrong, None);
            assert_eq!(told.status, SEALCORE_E_ARGUMENT, "{}", told.text);
        }
        let signer = rig.open(&uri);
        rig.ask(&[Fault::RemovedAtSigning]);
        Told::by(|error| digest_signed(signer, &[7; 32], error).0);
        rig.ask(&[]);
        sealcore_signer_free(signer);
    }
    ok(|error| sealcore_set_log(0, null(), error));
    let lines = LINES.lock().unwrap().clone();
    keeps_quiet(&lines);
    for name in ["SEALCORE_E_PASSWORD", "SEALCORE_E_DEVICE", "SEALCORE_E_ARGUMENT"] {
        assert!(lines.contains(name), "{lines}");
    }
    rig.end();
}

/// SoftHSM finds its tokens by an environment variable, which is set in a process that has no other threads.
#[test]
fn softhsm_in_a_process_of_its_own() {
    let own = std::env::current_exe().unwrap();
    let child = std::process::Command::new(own)
        .args([
            "--ignored",
            "--exact",
            "--test-threads=1",
            "tests::devices::softhsm_signs",
        ])
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && out.contains("1 passed"),
        "{out}{}",
        String::from_utf8_lossy(&child.stderr)
    );
    keeps_quiet(&out);
}

#[test]
#[ignore = "run by softhsm_in_a_process_of_its_own"]
fn softhsm_signs() {
    let Some(world) = softhsm::world() else { return };
    let at = softhsm::now().unix();
    let document = opened(&pdf::sample(pdf::Kind::Table).bytes);
    let (mut request, mut verifier) = (null_mut(), null_mut());
    ok(|error| sealcore_request_new(&raw mut request, error));
    ok(|error| sealcore_request_set_number(request, SEALCORE_REQUEST_TIME, at, error));
    ok(|error| sealcore_verifier_new(&raw mut verifier, error));
    let (root, list_) = (world.root().der(), world.list());
    ok(|error| sealcore_verifier_add_trust(verifier, root.as_ptr(), root.len(), error));
    ok(|error| sealcore_verifier_add_crl(verifier, list_.der().as_ptr(), list_.der().len(), error));
    ok(|error| sealcore_verifier_set_time(verifier, at, error));
    let open = |uri: &str, pin: &str, place, error| {
        let (uri, pin) = (c(uri), c(pin));
        sealcore_signer_open(uri.as_ptr(), pin.as_ptr(), null(), 0, place, error)
    };
    for (path, suffix, algorithm) in [
        ("token=seals;object=rsa", "", "RSA-SHA-256"),
        ("token=seals;object=rsa", "&x-rsa-padding=pss", "RSASSA-PSS-SHA-256"),
        ("token=seals;object=p256", "", "ECDSA-SHA-256"),
    ] {
        let uri = world.uri(path) + suffix;
        let (mut signer, mut signed) = (null_mut(), null_mut());
        ok(|error| open(&uri, softhsm::PIN, &raw mut signer, error));
        assert_eq!(string(sealcore_signer_algorithm(signer)).as_deref(), Some(algorithm));
        ok(|error| sealcore_sign(document, request, signer, null(), &raw mut signed, error));
        let signed = opened(&taken(signed));
        let (mut verdict, mut report) = (0, null_mut());
        ok(|error| sealcore_verify(verifier, signed, null(), &raw mut verdict, &raw mut report, error));
        crate::report::sealcore_report_free(report);
        assert_eq!(verdict, SEALCORE_VERDICT_VALID, "{uri}");
        sealcore_document_free(signed);
        sealcore_signer_free(signer);
    }
    let mut signer = null_mut();
    let place = &raw mut signer;
    for (path, pin, status, code) in [
        ("token=pins", "wrong-pin-9", SEALCORE_E_PASSWORD, 0xa0),
        ("token=nobody", softhsm::PIN, SEALCORE_E_DEVICE, 0),
        ("token=seals;object=stranger", softhsm::PIN, SEALCORE_E_KEY, 0),
    ] {
        let told = Told::by(|error| open(&world.uri(path), pin, place, error));
        assert_eq!((told.status, told.vendor_code), (status, code), "{}", told.text);
    }
    let kinds = |pin| {
        let listing = list(&world.uri("token=seals"), pin);
        let keys = listing["devices"][0]["keys"].as_array().unwrap().clone();
        keys.iter().filter(|key| key["private"] == true).count()
    };
    assert_eq!((kinds(None), kinds(Some(softhsm::PIN))), (0, 7));
    sealcore_verifier_free(verifier);
    sealcore_request_free(request);
    sealcore_document_free(document);
}
