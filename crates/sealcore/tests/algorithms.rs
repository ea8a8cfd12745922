//! RSA, ECDSA and Ed25519 beside SM2: known answers, certificates of OpenSSL, every pair of key and algorithm, and what
//! must not hold.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::Path;
use std::sync::LazyLock;

use getrandom::SysRng;
use p256::ecdsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
use proptest::prelude::*;
use rand_core::{CryptoRng, UnwrapErr};
use sealcore::algorithm::{Curve, EcPublicKey, PssParameters, PublicKey, SignatureAlgorithm};
use sealcore::asn1::{Tag, Tlv, Writer};
use sealcore::cert::{Certificate, CertificateBag};
use sealcore::digest::DigestAlgorithm::{self, *};
use sealcore::error::ErrorKind;
use sealcore::key::{KeyAlgorithm, PrivateKey, load, pkcs8};
use sealcore::oids;
use sealcore::report::Code;

fn rng() -> impl CryptoRng {
    UnwrapErr(SysRng)
}

static KEYS: LazyLock<Vec<PrivateKey>> = LazyLock::new(|| {
    [
        KeyAlgorithm::Sm2,
        KeyAlgorithm::P256,
        KeyAlgorithm::P384,
        KeyAlgorithm::P521,
        KeyAlgorithm::Rsa2048,
    ]
    .map(|kind| PrivateKey::generate(kind, &mut rng()).unwrap())
    .into()
});

/// What a key signs with here.
fn algorithms(key: &PrivateKey) -> Vec<SignatureAlgorithm> {
    match key {
        PrivateKey::Sm2(_) => vec![SignatureAlgorithm::Sm2Sm3],
        PrivateKey::Ec(_) => [Sha224, Sha256, Sha384, Sha512, Sha3_256, Sha3_384, Sha3_512]
            .map(SignatureAlgorithm::Ecdsa)
            .into(),
        _ => [Sha256, Sha384, Sha512]
            .into_iter()
            .flat_map(|digest| {
                [
                    SignatureAlgorithm::RsaPkcs1(digest),
                    SignatureAlgorithm::RsaPss(PssParameters::new(digest)),
                ]
            })
            .collect(),
    }
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn der_pair(r: &[u8], s: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.unsigned(r);
        writer.unsigned(s);
    });
    writer.finish()
}

fn testdata(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// RFC 6979, A.2.5 to A.2.7, message "sample".
#[test]
fn known_answers_of_ecdsa() {
    let keys = [
        (
            Curve::P256,
            "0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
        ),
        (
            Curve::P384,
            "04EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC138015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720",
        ),
        (
            Curve::P521,
            "0401894550D0785932E00EAA23B694F213F8C3121F86DC97A04E5A7167DB4E5BCD371123D46E45DB6B5D5370A7F20FB633155D38FFA16D2BD761DCAC474B9A2F5023A400493101C962CD4D2FDDF782285E64584139C2F91B47F87FF82354D6630F746A28A0DB25741B5B34A828008B22ACC23F924FAAFBD4D33F81EA66956DFEAA2BFDFCF5",
        ),
    ];
    for (curve, digest, r, s) in [
        (
            0,
            Sha1,
            "61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D32",
            "6D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB",
        ),
        (
            0,
            Sha224,
            "53B2FFF5D1752B2C689DF257C04C40A587FABABB3F6FC2702F1343AF7CA9AA3F",
            "B9AFB64FDC03DC1A131C7D2386D11E349F070AA432A4ACC918BEA988BF75C74C",
        ),
        (
            0,
            Sha256,
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            0,
            Sha512,
            "8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F00",
            "2362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE",
        ),
        (
            1,
            Sha384,
            "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
            "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
        ),
        (
            2,
            Sha512,
            "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA",
            "00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A",
        ),
    ] {
        let (curve, point) = keys[curve];
        let key = PublicKey::Ec(EcPublicKey::from_sec1(curve, &hex(point)).unwrap());
        let (r, s) = (hex(r), hex(s));
        let algorithm = SignatureAlgorithm::Ecdsa(digest);
        assert_eq!(
            key.verify(algorithm, b"sample", &der_pair(&r, &s)).unwrap(),
            [],
            "{curve:?} {digest:?}"
        );
        assert!(key.verify(algorithm, b"test", &der_pair(&r, &s)).is_err());
        let raw = [r, s].concat();
        assert_eq!(
            key.verify(algorithm, b"sample", &raw).unwrap(),
            [Code::QuirkRawSignature]
        );
        assert_eq!(
            key.verify(SignatureAlgorithm::PlainEcdsa(digest), b"sample", &raw)
                .unwrap(),
            []
        );
        let plain = key.verify(SignatureAlgorithm::PlainEcdsa(digest), b"sample", &raw[1..]);
        assert_eq!(plain.unwrap_err().kind(), ErrorKind::Asn1);
    }
}

/// RFC 8032, 7.1, test 2.
#[test]
fn known_answer_of_ed25519() {
    let public = hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    let key = PublicKey::Ed25519(public.try_into().unwrap());
    let value = hex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    key.verify(SignatureAlgorithm::Ed25519, &[0x72], &value).unwrap();
    let other = key.verify(SignatureAlgorithm::Ed25519, &[0x73], &value);
    assert_eq!(other.unwrap_err().kind(), ErrorKind::Crypto);
    let digest = key.verify_digest(SignatureAlgorithm::Ed25519, &[0; 64], &value);
    assert_eq!(digest.unwrap_err().kind(), ErrorKind::Unsupported);
}

/// Self-signed, one for each algorithm; the name says which.
fn certificates() -> Vec<(String, Certificate)> {
    let mut bag = CertificateBag::new();
    bag.add_bytes(&testdata("certificates/algorithms.pem"), "algorithms")
        .unwrap();
    let name = |one: &Certificate| one.subject().common_name().unwrap().to_owned();
    bag.certificates.into_iter().map(|one| (name(&one), one)).collect()
}

#[test]
fn certificates_of_openssl() {
    let all = certificates();
    assert_eq!(all.len(), 27);
    for (name, certificate) in &all {
        let key = certificate.public_key();
        assert!(!matches!(key, PublicKey::Other { .. }), "{name}");
        certificate
            .verify_signed_by(key)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut spki = Writer::new();
        key.write(&mut spki).unwrap();
        assert_eq!(spki.finish(), certificate.spki(), "{name}");
        let algorithm = certificate.signed_with().unwrap();
        let weak = name.contains("sha1") || name.contains("md5") || name.contains("1024");
        assert_eq!(!key.weaknesses(algorithm).is_empty(), weak, "{name}");

        let value = certificate.signature().bytes;
        for at in [0, value.len() / 2, value.len() - 1] {
            let mut value = value.to_vec();
            value[at] ^= 1;
            assert!(key.verify(algorithm, certificate.tbs(), &value).is_err(), "{name}");
        }
        assert!(key.verify(algorithm, &certificate.tbs()[1..], value).is_err(), "{name}");
        assert!(key.verify(algorithm, certificate.tbs(), &value[1..]).is_err(), "{name}");
        assert!(key.verify(algorithm, certificate.tbs(), &[]).is_err(), "{name}");
        for (other, foreign) in &all {
            if other != name {
                assert!(!certificate.is_signed_by(foreign.public_key()), "{name} by {other}");
            }
        }
    }
}

#[test]
fn parameters_of_pss_bind() {
    let all = certificates();
    let find = |wanted: &str| all.iter().find(|(name, _)| name == wanted).unwrap().1.clone();
    let with = |certificate: &Certificate, parameters| {
        let value = certificate.signature().bytes.to_vec();
        certificate
            .public_key()
            .verify(SignatureAlgorithm::RsaPss(parameters), certificate.tbs(), &value)
    };
    let salted = |salt_len| PssParameters {
        salt_len,
        ..PssParameters::new(Sha256)
    };
    let plain = find("pss-sha256");
    with(&plain, salted(32)).unwrap();
    for salt in [0, 31, 33, u16::MAX] {
        assert_eq!(with(&plain, salted(salt)).unwrap_err().kind(), ErrorKind::Crypto);
    }
    let two_digests = PssParameters {
        mgf_digest: Sha1,
        ..salted(32)
    };
    assert_eq!(with(&plain, two_digests).unwrap_err().kind(), ErrorKind::Unsupported);
    with(&find("pss-sha256-salt0"), salted(0)).unwrap();

    // A key that is stated to be for RSASSA-PSS with SHA-256.
    let bound = find("psskey-sha256");
    with(&bound, salted(32)).unwrap();
    let PublicKey::Rsa(key) = bound.public_key() else {
        panic!("an RSA key")
    };
    assert_eq!(key.pss(), Some(salted(32)));
    for algorithm in [
        SignatureAlgorithm::RsaPkcs1(Sha256),
        SignatureAlgorithm::RsaPss(PssParameters::new(Sha384)),
        SignatureAlgorithm::RsaPss(salted(20)),
    ] {
        let refused = bound.public_key().message_digest(algorithm, b"x");
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Crypto, "{algorithm}");
    }
}

#[test]
fn every_key_signs_and_verifies_with_its_algorithms_only() {
    let every: Vec<_> = KEYS.iter().flat_map(algorithms).collect();
    for key in KEYS.iter() {
        let public = key.public_key();
        let own = algorithms(key);
        for algorithm in &own {
            let digest = public.message_digest(*algorithm, b"message").unwrap();
            let value = key.sign_digest(*algorithm, &digest).unwrap();
            assert!(value.len() <= public.max_signature_len(), "{algorithm}");
            assert_eq!(public.verify(*algorithm, b"message", &value).unwrap(), []);
            assert_eq!(public.verify_digest(*algorithm, &digest, &value).unwrap(), []);
            assert!(public.verify(*algorithm, b"Message", &value).is_err());
            for other in &every {
                if other != algorithm {
                    let error = public.verify(*other, b"message", &value).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Crypto, "{algorithm} as {other}");
                }
            }
            let short = public.verify_digest(*algorithm, &digest[1..], &value).unwrap_err();
            assert_eq!(short.kind(), ErrorKind::Argument);
            assert_eq!(
                key.sign_digest(*algorithm, &digest[1..]).unwrap_err().kind(),
                ErrorKind::Argument
            );
        }
        for other in every.iter().filter(|other| !own.contains(other)) {
            let digest = vec![1; other.digest().unwrap().output_len()];
            assert_eq!(
                key.sign_digest(*other, &digest).unwrap_err().kind(),
                ErrorKind::Unsupported
            );
        }
    }
    // Digests with known collisions are not signed.
    for (key, algorithm) in [
        (&KEYS[1], SignatureAlgorithm::Ecdsa(Sha1)),
        (&KEYS[4], SignatureAlgorithm::RsaPkcs1(Sha1)),
    ] {
        assert_eq!(
            key.sign_digest(algorithm, &[1; 20]).unwrap_err().kind(),
            ErrorKind::Unsupported
        );
    }
}

#[test]
fn keys_that_cannot_be() {
    let spki = |algorithm, parameters: &dyn Fn(&mut Writer), key: &[u8]| {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.oid(algorithm);
                parameters(writer);
            });
            writer.bits(key);
        });
        let der = writer.finish();
        PublicKey::from_spki(&Tlv::parse(&der).unwrap())
    };
    let rsa = |modulus: &[u8], exponent: &[u8]| {
        let mut key = Writer::new();
        key.sequence(|writer| {
            writer.unsigned(modulus);
            writer.unsigned(exponent);
        });
        spki(oids::RSA_ENCRYPTION, &|writer| writer.null(), &key.finish()).unwrap()
    };
    let refusal = |key: PublicKey| {
        key.verify(SignatureAlgorithm::RsaPkcs1(Sha256), b"x", &[1; 256])
            .unwrap_err()
            .kind()
    };
    // Too short, too long, even, and with exponents that make every value hold or cost too much.
    assert_eq!(refusal(rsa(&[0xff; 64], &[3])), ErrorKind::Unsupported);
    assert_eq!(refusal(rsa(&[0xff; 1025], &[3])), ErrorKind::Unsupported);
    assert_eq!(refusal(rsa(&[], &[])), ErrorKind::Unsupported);
    assert_eq!(refusal(rsa(&[0xfe; 256], &[3])), ErrorKind::Crypto);
    for exponent in [&[][..], &[0], &[1], &[2], &[0xff; 255]] {
        assert_eq!(refusal(rsa(&[0xff; 256], exponent)), ErrorKind::Crypto, "{exponent:?}");
    }
    for curve in [
        oids::P256,
        oids::P384,
        oids::P521,
        oids::BRAINPOOL_P256R1,
        oids::BRAINPOOL_P384R1,
    ] {
        for point in [&[4; 65][..], &[4; 97], &[4; 133], &[0], &[]] {
            let error = spki(oids::EC_PUBLIC_KEY, &|writer| writer.oid(curve), point).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Crypto);
        }
    }
    // A curve that is not known is named.
    let secp256k1 = sealcore::asn1::Oid::new(&[1, 3, 132, 0, 10]);
    let other = spki(oids::EC_PUBLIC_KEY, &|writer| writer.oid(secp256k1), &[4; 65]).unwrap();
    assert_eq!(other, PublicKey::Other { algorithm: secp256k1 });
    let unknown = other.verify(SignatureAlgorithm::Ecdsa(Sha256), b"x", &[]);
    assert_eq!(unknown.unwrap_err().kind(), ErrorKind::Unsupported);
}

/// The value inside PKCS#8: PKCS#1 for RSA, SEC 1 for curves.
fn unwrapped(key: &PrivateKey) -> Vec<u8> {
    let der = pkcs8::to_der(key).unwrap();
    let mut members = Tlv::parse(&der).unwrap().children().unwrap();
    members.read(Tag::INTEGER).unwrap();
    members.read(Tag::SEQUENCE).unwrap();
    members.read(Tag::OCTET_STRING).unwrap().content().to_vec()
}

#[test]
fn key_files_of_every_form() {
    for key in KEYS.iter() {
        let same = |bytes: &[u8], password| {
            let file = load(bytes, password).unwrap();
            assert!(file.key.public_key().is_same_key(&key.public_key()));
            let algorithm = key.default_algorithm();
            let value = file.key.sign_message(algorithm, b"m").unwrap();
            key.public_key().verify(algorithm, b"m", &value).unwrap();
        };
        same(&pkcs8::to_der(key).unwrap(), None);
        same(pkcs8::to_pem(key).unwrap().as_bytes(), None);
        let encrypted = pkcs8::to_encrypted_pem(key, "密码", 1_000, &mut rng()).unwrap();
        same(encrypted.as_bytes(), Some("密码"));
        let wrong = load(encrypted.as_bytes(), Some("x")).unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::Password);
        if let PrivateKey::Rsa(_) = key {
            same(&unwrapped(key), None);
        }
        assert!(!format!("{key:?}").contains("scalar"));
    }
}

#[test]
fn key_files_of_openssl() {
    let rsa = load(&testdata("keys/rsa.pem"), None).unwrap().key.public_key();
    for (name, password) in [
        ("keys/rsa-pkcs1.pem", None),
        ("keys/rsa-pkcs1-aes256.pem", Some("密码 1")),
        ("keys/rsa.p12", Some("密码 1")),
    ] {
        let file = load(&testdata(name), password).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(file.key.public_key(), rsa, "{name}");
        if password.is_some() {
            assert_eq!(
                load(&testdata(name), Some("y")).unwrap_err().kind(),
                ErrorKind::Password
            );
        }
        if name.ends_with(".p12") {
            file.into_signer().unwrap();
        }
    }
    let p256 = load(&testdata("keys/p256.pem"), None).unwrap().key.public_key();
    for name in ["keys/p256-sec1.pem", "keys/p256-compressed.pem"] {
        assert_eq!(load(&testdata(name), None).unwrap().key.public_key(), p256, "{name}");
    }
}

#[test]
fn key_files_that_lie() {
    // The point of another key.
    let (one, other) = (
        unwrapped(&KEYS[1]),
        PrivateKey::generate(KeyAlgorithm::P256, &mut rng()).unwrap(),
    );
    let mut lying = one.clone();
    let at = lying.len() - 65;
    lying[at..].copy_from_slice(&other.public_key().to_bits());
    let key = |inner: &[u8], curve| {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.integer(0);
            writer.sequence(|writer| {
                writer.oid(oids::EC_PUBLIC_KEY);
                writer.oid(curve);
            });
            writer.octets(inner);
        });
        load(&writer.finish(), None)
    };
    assert!(key(&one, oids::P256).is_ok());
    assert_eq!(key(&lying, oids::P256).unwrap_err().kind(), ErrorKind::Key);
    assert_eq!(key(&one, oids::P384).unwrap_err().kind(), ErrorKind::Key);
    assert_eq!(
        key(&one, oids::BRAINPOOL_P256R1).unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    // Scalars out of range.
    for scalar in [[0; 32], [0xff; 32]] {
        assert_eq!(key(&scalar, oids::P256).unwrap_err().kind(), ErrorKind::Key);
    }
    // An RSA key whose numbers do not fit each other.
    let mut rsa = unwrapped(&KEYS[4]);
    let at = rsa.len() - 10;
    rsa[at] ^= 1;
    assert_eq!(load(&rsa, None).unwrap_err().kind(), ErrorKind::Key);
}

#[test]
fn the_same_point_in_both_forms() {
    let point = KEYS[1].public_key().to_bits();
    let short = [&[2 | point[64] & 1], &point[1..33]].concat();
    let wrong = [&[3 ^ point[64] & 1], &point[1..33]].concat();
    let key = |point: &[u8]| EcPublicKey::from_sec1(Curve::P256, point).unwrap();
    assert_eq!(key(&short), key(&point));
    assert_ne!(key(&wrong), key(&point));
    let value = KEYS[1].sign_message(SignatureAlgorithm::Ecdsa(Sha256), b"m").unwrap();
    PublicKey::Ec(key(&short))
        .verify(SignatureAlgorithm::Ecdsa(Sha256), b"m", &value)
        .unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// AWS-LC and `p256` agree, whatever the length of the digest.
    #[test]
    fn ecdsa_agrees_with_p256(message in any::<Vec<u8>>(), which in 0_usize..4, flip in any::<prop::sample::Index>()) {
        let digest: DigestAlgorithm = [Sha224, Sha256, Sha384, Sha512][which];
        let algorithm = SignatureAlgorithm::Ecdsa(digest);
        let PrivateKey::Ec(_) = &KEYS[1] else { unreachable!() };
        let public = KEYS[1].public_key();
        let hashed = public.message_digest(algorithm, &message).unwrap();
        let value = KEYS[1].sign_digest(algorithm, &hashed).unwrap();
        let theirs = p256::ecdsa::VerifyingKey::from_sec1_bytes(&public.to_bits()).unwrap();
        theirs.verify_prehash(&hashed, &p256::ecdsa::Signature::from_der(&value).unwrap()).unwrap();

        let signing = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let public = EcPublicKey::from_sec1(Curve::P256, &signing.verifying_key().to_sec1_point(false).to_bytes()).unwrap();
        let public = PublicKey::Ec(public);
        let value: p256::ecdsa::Signature = signing.sign_prehash(&hashed).unwrap();
        let value = value.to_der().as_bytes().to_vec();
        prop_assert_eq!(public.verify_digest(algorithm, &hashed, &value).unwrap(), vec![]);
        let mut broken = value.clone();
        broken[flip.index(value.len())] ^= 4;
        prop_assert!(public.verify_digest(algorithm, &hashed, &broken).is_err());
    }
}
