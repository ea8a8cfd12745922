//! Key files of this crate, of OpenSSL (`testdata/keys`) and of the corpus.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

use std::collections::HashSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use getrandom::SysRng;
use proptest::prelude::*;
use rand_core::{CryptoRng, TryCryptoRng, TryRng, UnwrapErr};
use sealcore::asn1::{Time, Writer};
use sealcore::cert::{Certificate, CertificateTemplate, Name, Profile, Request};
use sealcore::error::{Error, ErrorKind};
use sealcore::key::{KeyFile, Signer as _, SoftSigner, load, pkcs8, sec1, to_pkcs12};
use sealcore::{oids, text};
use sealcore_gm::sm2::SigningKey;

/// The fewest rounds that may be written: tests need not be slow.
const ROUNDS: u32 = 1_000;
const PASSWORD: &str = "密码 1";

fn rng() -> impl CryptoRng {
    UnwrapErr(SysRng)
}

fn testdata(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata/keys")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn key_file(key: &SigningKey) -> KeyFile {
    let template = |subject: &str, key: &SigningKey, profile| CertificateTemplate {
        subject: Name::parse(subject).unwrap(),
        public_key: key.verifying_key().clone().into(),
        profile,
        not_before: Time::parse_rfc3339("2025-01-01").unwrap(),
        not_after: Time::parse_rfc3339("2045-01-01").unwrap(),
        crl_url: None,
    };
    let root = SigningKey::generate(&mut rng()).unwrap();
    let certificate = template("CN=根,C=CN", &root, Profile::Root)
        .self_signed(&root, &mut rng())
        .unwrap();
    let root = SoftSigner::new(root, certificate).unwrap();
    let certificate = template("CN=某单位,C=CN", key, Profile::Unit)
        .issue(&root, &mut rng())
        .unwrap();
    KeyFile {
        key: key.clone().into(),
        certificate: Some(certificate),
        chain: vec![root.certificate().clone()],
    }
}

#[test]
fn files_of_openssl() {
    let key = load(&testdata("sm2.pem"), None).unwrap().key.sm2().unwrap().clone();
    for (name, password) in [
        ("sm2-sec1.pem", None),
        ("sm2-aes256-sha256.pem", Some(PASSWORD)),
        ("sm2-aes192-sha512.pem", Some(PASSWORD)),
        ("sm2-aes128-sha1.pem", Some(PASSWORD)),
        ("sm2-3des-sha384.pem", Some(PASSWORD)),
        ("sm2-sm4.pem", Some(PASSWORD)),
        ("sm2-rc2.pem", Some(PASSWORD)),
        ("sm2-pem-aes-128-cbc.pem", Some(PASSWORD)),
        ("sm2-pem-aes-256-cbc.pem", Some(PASSWORD)),
        ("sm2-pem-des3.pem", Some(PASSWORD)),
        ("sm2-pem-sm4-cbc.pem", Some(PASSWORD)),
        ("sm2-pbe-rc2-40.pem", Some(PASSWORD)),
        ("sm2.p12", Some(PASSWORD)),
        ("sm2-legacy.p12", Some(PASSWORD)),
        ("sm2-empty.p12", None),
        ("sm2-nomac.p12", Some("x")),
    ] {
        let file = load(&testdata(name), password).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(file.key.sm2().unwrap().verifying_key(), key.verifying_key(), "{name}");
        if name.ends_with(".p12") {
            file.into_signer().unwrap();
        }
        if password.is_some() {
            for wrong in [None, Some(""), Some("密码 2")] {
                let error = load(&testdata(name), wrong).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Password, "{name}: {error}");
                assert!(!format!("{error:?}").contains("密码 2"));
            }
        }
    }
    assert_eq!(
        load(&testdata("sm2-cert.pem"), None).unwrap_err().kind(),
        ErrorKind::Key
    );
}

#[test]
fn certificate_and_request_of_openssl() {
    let certificate = Certificate::from_pem_or_der(&testdata("sm2-cert.pem")).unwrap();
    certificate.verify_signed_by(certificate.public_key()).unwrap();
    assert_eq!(certificate.subject().to_string(), "CN=test,O=sealcore,C=CN");
    Request::from_pem_or_der(&testdata("sm2-request.pem"))
        .unwrap()
        .verify()
        .unwrap();
    let both = [testdata("sm2.pem"), testdata("sm2-cert.pem")].concat();
    assert_eq!(load(&both, None).unwrap().certificate, Some(certificate));
}

#[test]
fn too_many_rounds_are_refused() {
    let asking = |rounds| {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.oid(oids::PBE_SHA1_3DES);
                writer.sequence(|writer| {
                    writer.octets(b"saltsalt");
                    writer.integer(rounds);
                });
            });
            writer.octets(&[0; 16]);
        });
        load(&writer.finish(), Some("x")).unwrap_err().kind()
    };
    assert_eq!(asking(4_000_001), ErrorKind::Limit);
    assert_eq!(asking(1), ErrorKind::Password);
    for nonsense in [0, -1, i64::MAX] {
        assert_eq!(asking(nonsense), ErrorKind::Key);
    }
    let key = SigningKey::generate(&mut rng()).unwrap();
    let refused = pkcs8::to_encrypted_der(&key, "x", 1, &mut rng()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Argument);
}

#[test]
fn a_key_of_another_pair_is_noticed() {
    let (one, other) = (
        SigningKey::generate(&mut rng()).unwrap(),
        SigningKey::generate(&mut rng()).unwrap(),
    );
    let mut der = sec1::to_der(&one);
    der[7..39].copy_from_slice(&other.to_bytes()[..]);
    assert_eq!(load(&der, None).unwrap_err().kind(), ErrorKind::Key);
    let file = key_file(&one);
    assert_eq!(
        SoftSigner::new(other, file.certificate.unwrap()).unwrap_err().kind(),
        ErrorKind::Key
    );
}

/// Without entropy signatures repeat, with it they don't; where it fails there is none.
#[test]
fn nonces_are_hedged() {
    let file = key_file(&SigningKey::generate(&mut rng()).unwrap());
    let plain = file.into_signer().unwrap();
    let public = plain.certificate().public_key().clone();
    let e = [0x5a; 32];
    let sign = |signer: &SoftSigner| {
        let value = signer.sign_digest(&e)?;
        public.verify_digest(signer.algorithm(), &e, &value)?;
        Ok::<_, Error>(value)
    };
    assert_eq!(sign(&plain).unwrap(), sign(&plain).unwrap());
    let draws = Arc::new(AtomicU8::new(0));
    let hedged = {
        let draws = Arc::clone(&draws);
        plain.clone().with_entropy(Arc::new(move |bytes: &mut [u8]| {
            bytes.fill(draws.fetch_add(1, Ordering::Relaxed));
            Ok(())
        }))
    };
    assert_ne!(sign(&hedged).unwrap(), sign(&hedged).unwrap());
    assert_eq!(draws.load(Ordering::Relaxed), 2);
    let dry = plain.with_entropy(Arc::new(|_: &mut [u8]| {
        Err(Error::new(ErrorKind::Crypto, text!("none left", "没有了")))
    }));
    assert_eq!(sign(&dry).unwrap_err().kind(), ErrorKind::Crypto);
}

/// Prepared nonces are each used once, and a clone of the signer draws from the same pool.
#[test]
fn prepared_nonces_do_not_repeat() {
    let file = key_file(&SigningKey::generate(&mut rng()).unwrap());
    let signer = file.into_signer().unwrap().with_prepared_nonces(4);
    let public = signer.certificate().public_key().clone();
    let e = [0x5a; 32];
    let mut seen = HashSet::new();
    for signer in [&signer, &signer.clone()].repeat(10) {
        let mut values = [[0; 64]];
        // A source that always gives the same makes no difference.
        signer.sign_digests(&mut Still, &[e], &mut values).unwrap();
        public.verify_digest(signer.algorithm(), &e, &values[0]).unwrap();
        assert!(seen.insert(values[0]));
    }
}

struct Still;

impl TryRng for Still {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(0);
        Ok(())
    }
}

impl TryCryptoRng for Still {}

#[test]
fn secrets_are_not_printed() {
    let key = SigningKey::from_bytes(&[0x5a; 32]).unwrap();
    let file = key_file(&key);
    let shown = format!("{file:?} {:?}", file.clone().into_signer().unwrap());
    // Long enough that no random serial number or public key holds it by chance.
    for secret in ["5a5a5a5a5a5a", "5A5A5A5A5A5A", "90, 90, 90, 90"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// Runs `openssl` with `input` on standard input; `None`, said aloud, where there is none or none that knows SM2.
fn openssl(arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let version = Command::new("openssl").arg("version").output();
    if !version.is_ok_and(|version| version.stdout.starts_with(b"OpenSSL 3")) {
        eprintln!("SKIPPED: no OpenSSL 3 on this machine");
        return None;
    }
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "openssl {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(output.stdout)
}

#[test]
fn openssl_reads_what_is_written() {
    let key = SigningKey::generate(&mut rng()).unwrap();
    let file = key_file(&key);
    let plain = sec1::to_pem(&key);
    let Some(plain) = openssl(&["pkey", "-outform", "DER"], plain.as_bytes()) else {
        return;
    };
    assert_eq!(
        load(&plain, None).unwrap().key.sm2().unwrap().to_bytes(),
        key.to_bytes()
    );
    let encrypted = pkcs8::to_encrypted_pem(&key, PASSWORD, ROUNDS, &mut rng()).unwrap();
    let pass = format!("pass:{PASSWORD}");
    let read = openssl(&["pkey", "-passin", &pass, "-outform", "DER"], encrypted.as_bytes()).unwrap();
    assert_eq!(load(&read, None).unwrap().key.sm2().unwrap().to_bytes(), key.to_bytes());

    let p12 = to_pkcs12(&file, "某单位 key", PASSWORD, ROUNDS, &mut rng()).unwrap();
    let read = openssl(&["pkcs12", "-passin", &pass, "-nodes"], &p12).unwrap();
    let read = load(&read, None).unwrap();
    assert_eq!(read.key.sm2().unwrap().to_bytes(), key.to_bytes());
    assert_eq!(
        (read.certificate, read.chain),
        (file.certificate.clone(), file.chain.clone())
    );

    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, file.chain[0].to_pem()).unwrap();
    let root = root.to_str().unwrap();
    // OpenSSL 3.0 applies the identity to the certificate that is asked about and to no issuer, so it cannot check the
    // root's own signature here, not even of a root that it made.
    let verified = openssl(
        &[
            "verify",
            "-vfyopt",
            "distid:1234567812345678",
            "-x509_strict",
            "-CAfile",
            root,
        ],
        file.certificate.unwrap().to_pem().as_bytes(),
    );
    assert!(String::from_utf8(verified.unwrap()).unwrap().contains("OK"));
    let request = Request::create(&Name::parse("CN=某人").unwrap(), &key).unwrap();
    openssl(
        &["req", "-verify", "-noout", "-vfyopt", "distid:1234567812345678"],
        request.to_pem().as_bytes(),
    );
}

fn corpus() -> PathBuf {
    let folder = std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS names the corpus folder");
    Path::new(&folder).join("keys")
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn files_of_the_corpus() {
    for (name, password) in [
        ("ROOT.p12", "123456"),
        ("SealBuilder.p12", "777777"),
        ("USER.p12", "777777"),
        ("chingliu_sm2_test.pfx", "123456"),
    ] {
        let bytes = std::fs::read(corpus().join(name)).unwrap();
        let file = load(&bytes, Some(password)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let certificate = file
            .certificate
            .clone()
            .unwrap_or_else(|| panic!("{name} has a certificate"));
        assert!(!certificate.info().name.is_empty());
        file.into_signer().unwrap();
        assert_eq!(
            load(&bytes, Some("wrong")).unwrap_err().kind(),
            ErrorKind::Password,
            "{name}"
        );
    }
    let both = ["sign_key.pem", "sign_cert.pem"]
        .map(|name| std::fs::read(corpus().join(name)).unwrap())
        .concat();
    load(&both, None).unwrap().into_signer().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn round_trips(seed in prop::array::uniform32(0_u8..0xfe), password in "\\PC{0,12}", other in "\\PC{0,12}") {
        prop_assume!(seed.iter().any(|octet| *octet != 0));
        let key = SigningKey::from_bytes(&seed).unwrap();
        let file = key_file(&key);
        let same = |file: KeyFile| assert_eq!(file.key.sm2().unwrap().to_bytes(), key.to_bytes());
        same(load(&sec1::to_der(&key), None).unwrap());
        same(load(sec1::to_pem(&key).as_bytes(), None).unwrap());
        same(load(&pkcs8::to_der(&key).unwrap(), None).unwrap());
        same(load(pkcs8::to_pem(&key).unwrap().as_bytes(), None).unwrap());
        let encrypted = pkcs8::to_encrypted_pem(&key, &password, ROUNDS, &mut rng()).unwrap();
        same(load(encrypted.as_bytes(), Some(&password)).unwrap());
        let p12 = to_pkcs12(&file, "名称", &password, ROUNDS, &mut rng()).unwrap();
        let read = load(&p12, Some(&password)).unwrap();
        prop_assert_eq!(&read.certificate, &file.certificate);
        prop_assert_eq!(&read.chain, &file.chain);
        same(read);
        if password != other {
            prop_assert_eq!(load(&p12, Some(&other)).unwrap_err().kind(), ErrorKind::Password);
            prop_assert_eq!(load(encrypted.as_bytes(), Some(&other)).unwrap_err().kind(), ErrorKind::Password);
        }
    }

    #[test]
    fn changed_files_do_not_panic(place in any::<prop::sample::Index>(), octet in any::<u8>()) {
        let mut p12 = testdata("sm2-legacy.p12");
        let place = place.index(p12.len());
        p12[place] = octet;
        let _ = load(&p12, Some(PASSWORD));
        let mut der = pkcs8::to_der(SigningKey::from_bytes(&[7; 32]).unwrap()).unwrap().to_vec();
        let length = der.len();
        der[place % length] = octet;
        let _ = load(&der, None);
    }
}
