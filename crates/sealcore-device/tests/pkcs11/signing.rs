//! Keys of every kind sign digests that the core verifies.

use sealcore::algorithm::{PssParameters, SignatureAlgorithm};
use sealcore::digest::DigestAlgorithm;
use sealcore::error::ErrorKind;
use sealcore::key::Signer;
use sealcore_device::{DeviceUri, OpenOptions, Pin};

use crate::world::{PIN, open, world};

fn sign_and_verify(signer: &dyn Signer, message: &[u8]) {
    let key = signer.certificate().public_key();
    let digest = key.message_digest(signer.algorithm(), message).unwrap();
    let value = signer.sign_digest(&digest).unwrap();
    assert!(value.len() <= signer.max_signature_len());
    key.verify_digest(signer.algorithm(), &digest, &value).unwrap();
}

#[test]
fn every_kind_of_key() {
    let Some(world) = world() else { return };
    for (path, expected) in [
        (
            "token=seals;object=rsa",
            SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256),
        ),
        (
            "token=seals;id=%01",
            SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256),
        ),
        (
            "token=seals;object=p256",
            SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256),
        ),
        ("token=seals;id=%03", SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384)),
        ("token=seals;id=%04", SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha512)),
        (
            "token=seals;object=财务章",
            SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256),
        ),
        (
            "token=seals;object=%E8%B4%A2%E5%8A%A1%E7%AB%A0;type=private",
            SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256),
        ),
        ("token=one", SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256)),
    ] {
        let signer = world.open(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(signer.algorithm(), expected, "{path}");
        assert!(signer.is_external());
        for message in [&b"one"[..], b"two", b""] {
            sign_and_verify(&*signer, message);
        }
    }
}

#[test]
fn pss_where_it_is_asked_for() {
    let Some(world) = world() else { return };
    let uri = world.uri("token=seals;object=rsa") + "&x-rsa-padding=pss";
    let signer = open(&uri, Some(PIN)).unwrap();
    let expected = SignatureAlgorithm::RsaPss(PssParameters::new(DigestAlgorithm::Sha256));
    assert_eq!(signer.algorithm(), expected);
    sign_and_verify(&*signer, b"message");

    for digest in [DigestAlgorithm::Sha1, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512] {
        for algorithm in [
            SignatureAlgorithm::RsaPss(PssParameters::new(digest)),
            SignatureAlgorithm::RsaPkcs1(digest),
        ] {
            let mut options = OpenOptions::default();
            options.pin = Some(Pin::from(PIN));
            options.algorithm = Some(algorithm);
            let uri = DeviceUri::parse(&world.uri("token=seals;object=rsa")).unwrap();
            let signer = sealcore_device::open(&uri, options).unwrap_or_else(|error| panic!("{algorithm}: {error}"));
            sign_and_verify(&*signer, b"message");
        }
    }
}

#[test]
fn padding_that_does_not_fit() {
    let Some(world) = world() else { return };
    for (path, padding) in [("token=seals;object=p256", "pss"), ("token=seals;object=rsa", "oaep")] {
        let uri = format!("{}&x-rsa-padding={padding}", world.uri(path));
        assert_eq!(
            open(&uri, Some(PIN)).err().unwrap().kind(),
            ErrorKind::Argument,
            "{uri}"
        );
    }
    // A digest that SHA-2 has no number for, and an algorithm of another key.
    for (algorithm, kind) in [
        (
            SignatureAlgorithm::RsaPss(PssParameters::new(DigestAlgorithm::Sm3)),
            ErrorKind::Unsupported,
        ),
        (SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256), ErrorKind::Crypto),
    ] {
        let mut options = OpenOptions::default();
        options.pin = Some(Pin::from(PIN));
        options.algorithm = Some(algorithm);
        let uri = DeviceUri::parse(&world.uri("token=seals;object=rsa")).unwrap();
        let error = sealcore_device::open(&uri, options).err().unwrap();
        assert_eq!(error.kind(), kind, "{algorithm}: {error}");
    }
}

/// The mechanism number of the URI is what the module gets: SoftHSM knows no SM2 and says so; the number of ECDSA in its
/// place signs, so that it is the number that decides.
#[test]
fn sm2_by_the_number_of_the_vendor() {
    let Some(world) = world() else { return };
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    let certificate = {
        use sealcore::cert::{CertificateTemplate, Name, Profile};
        use sealcore::key::{KeyAlgorithm, PrivateKey};
        let key = PrivateKey::generate(KeyAlgorithm::Sm2, &mut rng).unwrap();
        let template = CertificateTemplate {
            subject: Name::parse("CN=SM2").unwrap(),
            public_key: key.public_key(),
            profile: Profile::Unit,
            not_before: crate::world::now(),
            not_after: crate::world::now().plus_seconds(60),
            crl_url: None,
        };
        template.self_signed(&key, &mut rng).unwrap()
    };
    let open = |query: &str| {
        let mut options = OpenOptions::default();
        options.pin = Some(Pin::from(PIN));
        options.certificate = Some(certificate.clone());
        let uri = world.uri("token=seals;object=p256") + query;
        sealcore_device::open(&DeviceUri::parse(&uri).unwrap(), options)
            .err()
            .unwrap()
    };
    let unknown = open("&x-sm2-mechanism=0x80000123");
    assert_eq!((unknown.kind(), unknown.vendor_code()), (ErrorKind::Device, Some(0x70)));
    assert_eq!(unknown.part(), Some("C_SignInit"));
    assert!(unknown.to_string().contains("CKR_MECHANISM_INVALID"), "{unknown}");
    // CKM_ECDSA: the P-256 key signs, and what it signs is no SM2 signature of the certificate.
    let ecdsa = open("&x-sm2-mechanism=0x1041&x-sm2-format=raw");
    assert_eq!((ecdsa.kind(), ecdsa.vendor_code()), (ErrorKind::Key, None), "{ecdsa}");
    let not_der = open("&x-sm2-mechanism=4161&x-sm2-format=der");
    assert_eq!(not_der.part(), Some("C_Sign"), "{not_der}");
    for query in ["", "&x-sm2-mechanism=sm2", "&x-sm2-mechanism=4161&x-sm2-format=asn1"] {
        assert_eq!(open(query).kind(), ErrorKind::Argument, "{query}");
    }
}

#[test]
fn threads_share_a_signer_and_a_token() {
    let Some(world) = world() else { return };
    let shared = world.open("token=seals;object=p256").unwrap();
    std::thread::scope(|scope| {
        for index in 0..4 {
            let shared = &shared;
            scope.spawn(move || {
                let own = world.open("token=seals;object=rsa").unwrap();
                for round in 0..20 {
                    sign_and_verify(&**shared, &[index, round]);
                    sign_and_verify(&*own, &[index, round]);
                }
            });
        }
    });
}
