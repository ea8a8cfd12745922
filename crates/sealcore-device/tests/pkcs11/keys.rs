//! Keys without a certificate, in SoftHSM's tokens: they ask for one, and sign their own.

use std::io::Write as _;
use std::process::{Command, Stdio};

use sealcore::algorithm::{PssParameters, SignatureAlgorithm};
use sealcore::cert::{CertificateTemplate, Name, Profile, Request};
use sealcore::digest::DigestAlgorithm;
use sealcore::error::{ErrorKind, Result};
use sealcore::key::KeyPair;
use sealcore_device::{DeviceUri, Pin};

use crate::world::{PIN, now, world};

fn open(uri: &str, pin: Option<&str>) -> Result<Box<dyn KeyPair>> {
    sealcore_device::open_key(&DeviceUri::parse(uri)?, pin.map(Pin::from).as_ref())
}

fn ask(key: &dyn KeyPair) -> Request {
    let request = Request::create(&Name::parse("CN=单位,C=CN").unwrap(), key).unwrap();
    request.verify().unwrap();
    assert!(request.public_key().is_same_key(&key.public_key()));
    request
}

/// Another reader's opinion; nothing where there is none.
fn openssl_verifies(request: &Request) {
    let Ok(mut child) = Command::new("openssl")
        .args(["req", "-verify", "-noout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
    else {
        return;
    };
    child
        .stdin
        .take()
        .unwrap()
        .write_all(request.to_pem().as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).to_lowercase();
    assert!(output.status.success() && !told.contains("fail"), "{told}");
}

#[test]
fn requests_and_certificates() {
    let Some(world) = world() else { return };
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    for (path, name) in [
        ("token=seals;object=rsa", "RSA 2048"),
        ("token=seals;object=p256", "P-256"),
        ("token=seals;id=%03", "P-384"),
        ("token=seals;id=%04", "P-521"),
        ("token=seals;object=bare", "P-256"),
        ("token=seals;object=财务章", "P-256"),
        // The public exponent stands in the private key, and there is no public key.
        ("token=odd;object=own", "RSA 2048"),
        ("token=twins;id=%02", "P-256"),
    ] {
        let key = open(&world.uri(path), Some(PIN)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(key.public_key().name(), name, "{path}");
        openssl_verifies(&ask(&*key));
        let certificate = CertificateTemplate {
            subject: Name::parse("CN=root").unwrap(),
            public_key: key.public_key(),
            profile: Profile::Root,
            not_before: now(),
            not_after: now().plus_seconds(86_400),
            crl_url: None,
        }
        .self_signed(&*key, &mut rng)
        .unwrap();
        assert!(certificate.is_signed_by(&key.public_key()), "{path}");
    }
    // The key is the one whose certificate lies beside it.
    let signer = world.open("token=seals;object=p384").unwrap();
    let key = open(&world.uri("token=seals;object=p384"), Some(PIN)).unwrap();
    assert!(signer.certificate().public_key().is_same_key(&key.public_key()));
}

#[test]
fn pss_where_it_is_asked_for() {
    let Some(world) = world() else { return };
    let key = open(&(world.uri("token=odd;object=own") + "&x-rsa-padding=pss"), Some(PIN)).unwrap();
    let expected = SignatureAlgorithm::RsaPss(PssParameters::new(DigestAlgorithm::Sha256));
    assert_eq!(key.algorithm(), expected);
    openssl_verifies(&ask(&*key));
}

#[test]
fn refusals() {
    let Some(world) = world() else { return };
    for (path, pin, kind) in [
        ("token=one", Some("wrong-pin-9"), ErrorKind::Password),
        ("token=one", None, ErrorKind::Password),
        ("token=one;object=nobody", Some(PIN), ErrorKind::Device),
        ("token=twins;object=twin", Some(PIN), ErrorKind::Device),
        ("token=odd;object=lonely", Some(PIN), ErrorKind::Device),
        ("token=odd;object=short", Some(PIN), ErrorKind::Device),
        ("token=odd;object=liar", Some(PIN), ErrorKind::Key),
    ] {
        let error = open(&world.uri(path), pin).err().unwrap_or_else(|| panic!("{path}"));
        assert_eq!(error.kind(), kind, "{path}: {error}");
        assert!(!format!("{error} {error:?}").contains("wrong-pin-9"));
    }
    let lonely = open(&world.uri("token=odd;object=lonely"), Some(PIN)).err().unwrap();
    assert!(lonely.to_string().contains("no public key"), "{lonely}");
    let short = open(&world.uri("token=odd;object=short"), Some(PIN)).err().unwrap();
    assert_eq!(short.part(), Some("C_GetAttributeValue"), "{short}");
    // SoftHSM has no SM2, and the URI alone makes no key of another kind one.
    let uri = world.uri("token=one") + "&x-sm2-mechanism=0x80000123";
    ask(&*open(&uri, Some(PIN)).unwrap());
}
