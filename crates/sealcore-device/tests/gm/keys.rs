//! Keys without a certificate: they ask for one, and sign their own.

use sealcore::cert::{Certificate, CertificateTemplate, Name, Profile, Request};
use sealcore::error::{ErrorKind, Result};
use sealcore::key::KeyPair;
use sealcore_soft_module::{Contents, Fault, SM2_MECHANISM};

use crate::rig::{PIN, Rig, SEALING, refused};
use crate::support::now;

/// The same key by each interface.
fn keys() -> [(String, String); 3] {
    [
        (format!("skf:container={SEALING}"), String::new()),
        ("sdf:key=1".to_owned(), String::new()),
        (format!("pkcs11:object={SEALING}"), number()),
    ]
}

fn number() -> String {
    format!("&x-sm2-mechanism=0x{SM2_MECHANISM:x}")
}

fn ask(key: &dyn KeyPair) -> Result<Request> {
    Request::create(&Name::parse("CN=某单位,C=CN").unwrap(), key)
}

fn certify(key: &dyn KeyPair) -> Result<Certificate> {
    CertificateTemplate {
        subject: Name::parse("CN=某单位,C=CN").unwrap(),
        public_key: key.public_key(),
        profile: Profile::Unit,
        not_before: now(),
        not_after: now().plus_seconds(86_400),
        crl_url: None,
    }
    .self_signed(key, &mut rand_core::UnwrapErr(getrandom::SysRng))
}

fn asks_and_certifies(rig: &Rig, key: &dyn KeyPair) {
    let expected = rig.certificate().public_key();
    let request = ask(key).unwrap();
    request.verify().unwrap();
    assert!(request.public_key().is_same_key(expected));
    let certificate = certify(key).unwrap();
    assert!(certificate.is_signed_by(expected));
}

#[test]
fn requests_and_certificates() {
    let rig = Rig::new();
    for quirks in [
        &[][..],
        &[Fault::KeyNeedsLogin],
        &[Fault::WideUlong, Fault::LeftAligned],
        &[Fault::ShortFields],
        &[Fault::PinEachTime],
        &[Fault::DerValues],
        &[Fault::BarePoint],
        &[Fault::PointInPrivateKey],
        &[Fault::PointInPrivateKey, Fault::BarePoint],
    ] {
        rig.ask(quirks);
        for (path, query) in keys() {
            let key = rig.open_key(&path, &query, Some(PIN));
            let key = key.unwrap_or_else(|error| panic!("{quirks:?} {path}: {error}"));
            asks_and_certifies(&rig, &*key);
        }
    }
    assert_eq!(rig.open_handles(), 0);
}

/// What the device holds no certificate of: this is what they are for.
#[test]
fn keys_that_have_no_certificate() {
    let rig = Rig::new();
    for (path, query) in [
        ("skf:container=bare", String::new()),
        ("pkcs11:object=bare", number()),
        ("pkcs11:id=%03", number()),
    ] {
        refused(rig.open_with(path, &query, rig.options()));
        asks_and_certifies(&rig, &*rig.open_key(path, &query, Some(PIN)).unwrap());
    }
    // A key that needs no password.
    let key = rig.open_key("sdf:key=7", "", None).unwrap();
    ask(&*key).unwrap().verify().unwrap();
    drop(key);
    for (path, kind) in [
        ("skf:container=rsa", ErrorKind::Unsupported),
        ("skf:container=empty", ErrorKind::Device),
        ("skf:container=none", ErrorKind::Device),
        ("sdf:", ErrorKind::Argument),
        ("sdf:key=2", ErrorKind::Device),
        ("pkcs11:object=none", ErrorKind::Device),
    ] {
        let error = refused(rig.open_key(path, "", Some(PIN)));
        assert_eq!(error.kind(), kind, "{path}: {error}");
    }
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn pins() {
    let rig = Rig::new();
    for ((path, query), code) in keys().into_iter().zip([0x0a00_0024, 0x0100_0018, 0xa0]) {
        let wrong = refused(rig.open_key(&path, &query, Some("wrong-pin-1")));
        assert_eq!(
            (wrong.kind(), wrong.vendor_code()),
            (ErrorKind::Password, Some(code)),
            "{path}"
        );
        let none = refused(rig.open_key(&path, &query, None));
        assert_eq!(none.kind(), ErrorKind::Password, "{path}: {none}");
        // The URI's goes before what is given.
        let escaped = PIN.replace('&', "%26");
        rig.open_key(&path, &format!("{query}&pin-value={escaped}"), Some("wrong-pin-1"))
            .unwrap();
    }
    // A token that hides its key gets the PIN before there is anything to compare; a wrong one costs one try.
    rig.ask(&[Fault::KeyNeedsLogin]);
    refused(rig.open_key("skf:container=bare", "", Some("wrong-pin-1")));
    assert_eq!(rig.tries(), Some(2));
    let error = refused(rig.open_key("skf:container=bare", "", None));
    assert_eq!(error.kind(), ErrorKind::Password, "{error}");
    assert_eq!((rig.tries(), rig.open_handles()), (Some(2), 0));
}

#[test]
fn public_keys_that_are_not_believed() {
    let rig = Rig::new();
    let exports = [
        "SKF_ExportPublicKey",
        "SDF_ExportSignPublicKey_ECC",
        "C_GetAttributeValue",
    ];
    for ((path, query), export) in keys().into_iter().zip(exports) {
        for (fault, kind, part) in [
            (Fault::OtherKey, ErrorKind::Key, None),
            (Fault::WrongSignature, ErrorKind::Key, None),
            (Fault::OffCurve, ErrorKind::Device, Some(export)),
        ] {
            rig.ask(&[fault]);
            let error = refused(rig.open_key(&path, &query, Some(PIN)));
            assert_eq!((error.kind(), error.part()), (kind, part), "{path} {fault:?}: {error}");
        }
        for fault in [
            Fault::Removed,
            Fault::RemovedAtSigning,
            Fault::UnknownCode,
            Fault::NothingWritten,
        ] {
            rig.ask(&[fault]);
            let error = refused(rig.open_key(&path, &query, Some(PIN)));
            assert_eq!(error.kind(), ErrorKind::Device, "{path} {fault:?}: {error}");
        }
        rig.ask(&[]);
    }
    rig.ask(&[Fault::NoPublicKey]);
    let (path, query) = &keys()[2];
    let error = refused(rig.open_key(path, query, Some(PIN)));
    assert_eq!(error.kind(), ErrorKind::Device);
    assert!(error.to_string().contains("no public key"), "{error}");
    assert_eq!(rig.open_handles(), 0);
}

/// An SM2 token holds a pair for encryption as well, under the same name.
#[test]
fn the_public_key_that_fits() {
    let rig = Rig::new();
    let (path, query) = &keys()[2];
    for faults in [&[Fault::PublicTwins][..], &[Fault::PublicTwins, Fault::PinEachTime]] {
        rig.ask(faults);
        let key = rig.open_key(path, query, Some(PIN)).unwrap();
        assert!(key.public_key().is_same_key(rig.certificate().public_key()));
    }
    // None fits, and that is said.
    rig.ask(&[Fault::PublicTwins, Fault::OtherKey]);
    assert_eq!(refused(rig.open_key(path, query, Some(PIN))).kind(), ErrorKind::Key);
    // None can be read, and what is wrong with the first is said.
    rig.ask(&[Fault::PublicTwins, Fault::OffCurve]);
    assert!(rig.open_key(path, query, Some(PIN)).is_err());
    assert_eq!(rig.open_handles(), 0);
}

#[test]
fn nothing_wrong_is_made_when_it_goes_wrong_after_opening() {
    let rig = Rig::new();
    for (path, query) in keys() {
        for (fault, kind) in [
            (Fault::WrongSignature, ErrorKind::Crypto),
            (Fault::NothingWritten, ErrorKind::Device),
            (Fault::UnknownCode, ErrorKind::Device),
        ] {
            rig.ask(&[]);
            let key = rig.open_key(&path, &query, Some(PIN)).unwrap();
            rig.ask(&[fault]);
            assert_eq!(refused(ask(&*key)).kind(), kind, "{path} {fault:?}");
            assert_eq!(refused(certify(&*key)).kind(), kind, "{path} {fault:?}");
        }
    }
    rig.ask(&[]);
    assert_eq!(rig.open_handles(), 0);
}

/// As signers do; a key without a certificate is held to what it showed first.
#[test]
fn keys_come_back() {
    for hides in [false, true] {
        let mut rig = Rig::new();
        rig.ask(if hides { &[Fault::KeyNeedsLogin] } else { &[] });
        let keys = ["skf:container=bare", "sdf:key=1"].map(|path| rig.open_key(path, "", Some(PIN)).unwrap());
        for key in &keys {
            rig.replug();
            asks_and_certifies(&rig, &**key);
        }
        rig.change(|state| {
            state.applications[0].containers[2].contents = Contents::Sm2([0x17; 32]);
            state.keys[0].scalar = [0x17; 32];
        });
        rig.replug();
        for key in &keys {
            let error = refused(ask(&**key));
            assert_eq!(error.kind(), ErrorKind::Key, "{error}");
        }
        drop(keys);
        assert_eq!(rig.open_handles(), 0);
    }
}
