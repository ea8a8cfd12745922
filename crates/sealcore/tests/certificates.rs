//! Certificates, requests and revocation lists that this crate makes, read back by it and by others.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use getrandom::SysRng;
use proptest::prelude::*;
use rand_core::{CryptoRng, UnwrapErr};
use sealcore::algorithm::{PublicKey, Sm2Value};
use sealcore::asn1::{Time, Tlv};
use sealcore::cert::{
    Certificate, CertificateTemplate, KeyUsage, Name, Profile, Request, Revocation, RevocationList,
    RevocationListTemplate, RevocationReason,
};
use sealcore::error::{ErrorKind, Result};
use sealcore::key::{KeyAlgorithm, KeyPair, PrivateKey, Signer as _, SoftSigner};
use sealcore_gm::sm2::SigningKey;
use x509_cert::der::{Decode as _, Encode as _};

fn rng() -> impl CryptoRng {
    UnwrapErr(SysRng)
}

fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

fn template(subject: &str, key: &SigningKey, profile: Profile) -> CertificateTemplate {
    CertificateTemplate {
        subject: Name::parse(subject).unwrap(),
        public_key: key.verifying_key().clone().into(),
        profile,
        not_before: time("2025-01-01"),
        not_after: time("2055-01-01"),
        crl_url: Some("http://ca.example/list.crl".to_owned()),
    }
}

fn root() -> SoftSigner {
    let key = SigningKey::generate(&mut rng()).unwrap();
    let certificate = template("CN=测试根,O=测试,C=CN", &key, Profile::Root)
        .self_signed(&key, &mut rng())
        .unwrap();
    SoftSigner::new(key, certificate).unwrap()
}

#[test]
fn profiles_and_what_x509_cert_reads() {
    let root = root();
    let key = SigningKey::generate(&mut rng()).unwrap();
    for profile in [
        Profile::Authority { path_len: Some(0) },
        Profile::Authority { path_len: None },
        Profile::SealMaker,
        Profile::Unit,
        Profile::Person,
        Profile::TimestampAuthority,
    ] {
        let certificate = template("CN=某单位,O=某单位,C=CN", &key, profile)
            .issue(&root, &mut rng())
            .unwrap();
        certificate.verify_signed_by(root.certificate().public_key()).unwrap();
        assert!(certificate.unprocessed_critical().is_empty());
        assert_eq!(certificate.authority_key_id(), root.certificate().subject_key_id());
        assert_eq!(certificate.crl_urls(), ["http://ca.example/list.crl"]);
        assert_eq!(
            Certificate::from_pem_or_der(certificate.to_pem().as_bytes()).unwrap(),
            certificate
        );
        let authority = matches!(profile, Profile::Authority { .. });
        let usage = certificate.key_usage().unwrap();
        assert_eq!(usage.allows_signatures(), !authority);
        assert_eq!(usage.contains(KeyUsage::KEY_CERT_SIGN), authority);
        assert_eq!(certificate.basic_constraints().unwrap().ca, authority);
        assert_eq!(
            certificate.extended_key_usage().is_some(),
            profile == Profile::TimestampAuthority
        );

        let other = x509_cert::Certificate::from_der(certificate.der()).unwrap();
        let tbs = other.tbs_certificate();
        assert_eq!(other.to_der().unwrap(), certificate.der());
        assert_eq!(tbs.to_der().unwrap(), certificate.tbs());
        assert_eq!(tbs.serial_number().as_bytes(), certificate.serial());
        assert_eq!(tbs.subject().to_string(), certificate.subject().to_string());
        assert_eq!(tbs.issuer().to_der().unwrap(), certificate.issuer_raw());
        assert_eq!(tbs.subject_public_key_info().to_der().unwrap(), certificate.spki());
        let unix = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap();
        assert_eq!(unix(tbs.validity().not_before), certificate.not_before().unix());
        assert_eq!(unix(tbs.validity().not_after), certificate.not_after().unix());
        assert_eq!(other.signature_algorithm().oid.to_string(), "1.2.156.10197.1.501");
        assert!(other.signature_algorithm().parameters.is_none());
    }
}

#[test]
fn only_authorities_issue() {
    let root = root();
    let key = SigningKey::generate(&mut rng()).unwrap();
    let unit = template("CN=u", &key, Profile::Unit).issue(&root, &mut rng()).unwrap();
    let unit = SoftSigner::new(key.clone(), unit).unwrap();
    let refused = template("CN=v", &key, Profile::Person)
        .issue(&unit, &mut rng())
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Refused);
    let mut backwards = template("CN=v", &key, Profile::Person);
    backwards.not_after = time("2024-12-31");
    assert_eq!(
        backwards.issue(&root, &mut rng()).unwrap_err().kind(),
        ErrorKind::Argument
    );
    let foreign = template("CN=v", root.key().sm2().unwrap(), Profile::Root).self_signed(&key, &mut rng());
    assert_eq!(foreign.unwrap_err().kind(), ErrorKind::Argument);
}

#[test]
fn requests() {
    let key = SigningKey::generate(&mut rng()).unwrap();
    let request = Request::create(&Name::parse("CN=申请人,C=CN").unwrap(), &key).unwrap();
    let read = Request::from_pem_or_der(request.to_pem().as_bytes()).unwrap();
    assert_eq!(read, request);
    read.verify().unwrap();
    let (start, end) = (time("2025-01-01"), time("2026-01-01"));
    let issued = CertificateTemplate::from_request(&read, Profile::Person, start, end)
        .unwrap()
        .issue(&root(), &mut rng())
        .unwrap();
    assert_eq!(issued.subject(), request.subject());
    assert_eq!(issued.public_key(), request.public_key());

    let mut forged = request.der().to_vec();
    let place = forged
        .windows(2)
        .position(|pair| pair == "申".as_bytes()[..2].as_ref())
        .unwrap();
    forged[place + 2] ^= 1;
    let forged = Request::from_der(&forged).unwrap();
    assert_eq!(forged.verify().unwrap_err().kind(), ErrorKind::Crypto);
    assert!(CertificateTemplate::from_request(&forged, Profile::Person, start, end).is_err());
}

/// A key outside the process: what it says of itself, and what it signs with.
struct Remote {
    shown: PublicKey,
    key: PrivateKey,
    form: fn(Vec<u8>) -> Vec<u8>,
}

impl KeyPair for Remote {
    fn public_key(&self) -> PublicKey {
        self.shown.clone()
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        self.key
            .sign_digest(self.key.default_algorithm(), digest)
            .map(self.form)
    }
}

#[test]
fn keys_outside_the_process() {
    let subject = Name::parse("CN=设备").unwrap();
    for kind in [KeyAlgorithm::Sm2, KeyAlgorithm::P256, KeyAlgorithm::Rsa2048] {
        let key = PrivateKey::generate(kind, &mut rng()).unwrap();
        let other = PrivateKey::generate(kind, &mut rng()).unwrap();
        let make = |shown: &PrivateKey, form| {
            let remote = Remote {
                shown: shown.public_key(),
                key: key.clone(),
                form,
            };
            let mut wanted = template("CN=设备", &SigningKey::generate(&mut rng()).unwrap(), Profile::Unit);
            wanted.public_key = shown.public_key();
            (
                Request::create(&subject, &remote),
                wanted.self_signed(&remote, &mut rng()),
            )
        };
        let plain: fn(Vec<u8>) -> Vec<u8> = |value| value;
        let bare: fn(Vec<u8>) -> Vec<u8> = |value| Sm2Value::from_bytes(&value).unwrap().signature.to_bytes().to_vec();
        let honest = if kind == KeyAlgorithm::Sm2 {
            vec![plain, bare]
        } else {
            vec![plain]
        };
        for form in honest {
            let (request, certificate) = make(&key, form);
            let (request, certificate) = (request.unwrap(), certificate.unwrap());
            request.verify().unwrap();
            assert!(request.public_key().is_same_key(&key.public_key()));
            assert!(certificate.is_signed_by(&key.public_key()));
        }
        let (request, certificate) = make(&other, plain);
        assert_eq!(request.unwrap_err().kind(), ErrorKind::Crypto, "{kind:?}");
        assert_eq!(certificate.unwrap_err().kind(), ErrorKind::Crypto, "{kind:?}");
        for rubbish in [(|_| Vec::new()) as fn(Vec<u8>) -> Vec<u8>, |_| vec![0x30; 256]] {
            let (request, certificate) = make(&key, rubbish);
            assert_eq!(request.unwrap_err().kind(), ErrorKind::Crypto, "{kind:?}");
            assert_eq!(certificate.unwrap_err().kind(), ErrorKind::Crypto, "{kind:?}");
        }
    }
}

#[test]
fn revocation_lists() {
    let root = root();
    let revocation = |day: &str, reason| Revocation { at: time(day), reason };
    let list = RevocationListTemplate {
        this_update: time("2026-01-01"),
        next_update: time("2026-02-01"),
        number: 7,
        entries: vec![
            (vec![5], revocation("2025-06-01", None)),
            (
                vec![1, 0, 0, 0, 0, 0, 0, 0, 5],
                revocation("2025-07-01", Some(RevocationReason::KEY_COMPROMISE)),
            ),
            (vec![0, 0x80], revocation("2025-08-01", Some(RevocationReason::HOLD))),
        ],
    }
    .issue(&root)
    .unwrap();
    let read = RevocationList::from_pem_or_der(list.to_pem().as_bytes()).unwrap();
    read.verify(root.certificate()).unwrap();
    assert_eq!((read.len(), read.unusable()), (3, None));
    assert_eq!(read.find(&[5]).unwrap(), Some(revocation("2025-06-01", None)));
    let same_tail = read.find(&[1, 0, 0, 0, 0, 0, 0, 0, 5]).unwrap().unwrap();
    assert_eq!(same_tail.reason, Some(RevocationReason::KEY_COMPROMISE));
    assert_eq!(read.find(&[2, 0, 0, 0, 0, 0, 0, 0, 5]).unwrap(), None);
    assert_eq!(read.find(&[0x80]).unwrap().unwrap().at, time("2025-08-01"));
    assert_eq!(read.find(&[4]).unwrap(), None);

    let other = self::root();
    assert_eq!(read.verify(other.certificate()).unwrap_err().kind(), ErrorKind::Crypto);
    let key = SigningKey::generate(&mut rng()).unwrap();
    let unit = template("CN=u", &key, Profile::Unit).issue(&root, &mut rng()).unwrap();
    assert_eq!(read.verify(&unit).unwrap_err().kind(), ErrorKind::Certificate);
}

#[test]
fn lists_that_nobody_should_sign() {
    let root = root();
    let (first, last) = (time("1950-01-01"), time("9999-12-31T23:59:59Z"));
    let (before, after) = (Time::from_unix(i64::MIN), first.plus_seconds(-1));
    let issue = |[this_update, next_update, at]: [Time; 3], serials: &[&[u8]]| {
        RevocationListTemplate {
            this_update,
            next_update,
            number: 1,
            entries: serials
                .iter()
                .map(|serial| (serial.to_vec(), Revocation { at, reason: None }))
                .collect(),
        }
        .issue(&root)
    };
    let longest = [&[0, 0x80][..], &[1; 19]].concat();
    let list = issue([first, last, first], &[&[1], &[0, 0x80], &[0x7f; 20], &longest]).unwrap();
    assert_eq!(list.len(), 4);
    assert_eq!(list.find(&longest).unwrap().unwrap().at, first);
    for times in [
        [before, last, first],
        [after, last, first],
        [first, last, before],
        [first, last, after],
    ] {
        assert_eq!(
            issue(times, &[&[1]]).unwrap_err().kind(),
            ErrorKind::Argument,
            "{times:?}"
        );
    }
    let long = vec![1; 500_000];
    for serials in [
        &[&[][..]][..],
        &[&[0]],
        &[&[0, 1]],
        &[&[0x80]],
        &[&[1; 21]],
        &[&[&[0, 0x80][..], &[1; 20]].concat()],
        &[&long],
        &[&[1], &[2], &[1]],
    ] {
        assert_eq!(
            issue([first, last, first], serials).unwrap_err().kind(),
            ErrorKind::Argument
        );
    }
}

#[test]
fn what_goes_into_no_certificate() {
    let root = root();
    let key = SigningKey::generate(&mut rng()).unwrap();
    let issue = |change: &dyn Fn(&mut CertificateTemplate)| {
        let mut template = template("CN=u", &key, Profile::Unit);
        change(&mut template);
        template.issue(&root, &mut rng())
    };
    // VisibleString and UniversalString, which other readers take for text.
    let subjects = [
        "CN=good.example\\00.evil",
        "CN=a\\0D\\0AO=b,C=CN",
        "CN=a\u{1b}[2J",
        "CN=a\u{202e}b",
        "CN=a+O=b\\7F",
        "CN=#1a03610062",
        "CN=#1c0400000061",
        "CN=#1603610a62",
    ];
    for subject in subjects {
        // Reading one stays possible.
        let name = Name::parse(subject).unwrap();
        let refused = issue(&|template| template.subject = name.clone()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Argument, "{subject}");
        assert!(!refused.to_string().contains(char::is_control), "{refused:?}");
        assert_eq!(Request::create(&name, &key).unwrap_err().kind(), ErrorKind::Argument);
    }
    let rubbish = Name::from_der(&[0x30, 3, 0, 1, 2]);
    let refused = issue(&|template| template.subject = rubbish.clone()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Argument);
    for url in [
        "",
        "http://a/\0.crl",
        "http://a/b\r\nc",
        "http://a/b c",
        "http://印章/a",
    ] {
        let refused = issue(&|template| template.crl_url = Some(url.to_owned())).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Argument, "{url}");
    }
    // RFC 5280, 4.1.2.5: no well-defined expiration date.
    let last = time("9999-12-31T23:59:59Z");
    let endless = issue(&|template| template.not_after = last).unwrap();
    assert_eq!(endless.not_after(), last);
    assert!(endless.der().windows(15).any(|part| part == b"99991231235959Z"));
    let early = issue(&|template| template.not_before = time("1949-12-31")).unwrap_err();
    assert_eq!(early.kind(), ErrorKind::Argument);
}

#[test]
fn a_long_list_is_searched_quickly() {
    let root = root();
    let entries = (0..200_000_u32)
        .map(|serial| {
            let serial = [&[0x40], &serial.wrapping_mul(2_654_435_761).to_be_bytes()[..]].concat();
            (
                serial,
                Revocation {
                    at: time("2025-06-01"),
                    reason: None,
                },
            )
        })
        .collect();
    let template = RevocationListTemplate {
        this_update: time("2026-01-01"),
        next_update: time("2026-02-01"),
        number: 1,
        entries,
    };
    let list = template.issue(&root).unwrap();
    for (serial, _) in template.entries.iter().step_by(10) {
        assert!(list.find(serial).unwrap().is_some());
    }
    assert!(list.find(&[0x41, 0, 0, 0, 0]).unwrap().is_none());
}

#[test]
fn bytes_after_a_certificate_are_an_error() {
    let root = root();
    let long = [root.certificate().der(), &[0]].concat();
    assert_eq!(Certificate::from_der(&long).unwrap_err().kind(), ErrorKind::Certificate);
}

/// Every certificate inside `bytes`, wherever it stands.
fn certificates_inside(bytes: &[u8]) -> Vec<Certificate> {
    let starts = bytes
        .windows(2)
        .enumerate()
        .filter(|(_, head)| head == &[0x30, 0x82])
        .map(|(start, _)| start);
    starts
        .filter_map(|start| Tlv::parse_prefix(&bytes[start..]).ok())
        .filter_map(|tlv| Certificate::from_der(tlv.raw()).ok())
        .collect()
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn certificates_of_real_signatures() {
    let folder = std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS names the corpus folder");
    let mut sets = 0;
    for set in std::fs::read_dir(std::path::Path::new(&folder).join("artefacts")).unwrap() {
        let set = set.unwrap().path();
        let files = std::fs::read_dir(&set).unwrap().map(|file| file.unwrap().path());
        let values = files.filter(|path| path.extension().is_some_and(|kind| kind == "dat" || kind == "esl"));
        let found: Vec<_> = values
            .flat_map(|path| certificates_inside(&std::fs::read(path).unwrap()))
            .collect();
        assert!(!found.is_empty(), "{}", set.display());
        for certificate in found {
            assert!(!certificate.info().name.is_empty());
            assert!(certificate.not_before() < certificate.not_after());
            certificate.public_key().sm2().unwrap();
            assert!(certificate.unprocessed_critical().is_empty(), "{certificate:?}");
        }
        sets += 1;
    }
    assert!(sets > 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn built_certificates_are_read_back(
        seed in prop::array::uniform32(1_u8..0xfe),
        name in "[a-zA-Z\u{4e00}-\u{4eff} ,+=]{1,20}x",
        start in 0_i64..4_000_000_000, span in 0_i64..4_000_000_000,
    ) {
        let key = SigningKey::from_bytes(&seed).unwrap();
        let subject = Name::from_attributes(&[(sealcore::oids::COMMON_NAME, &name)]);
        let certificate = CertificateTemplate {
            subject: subject.clone(),
            public_key: key.verifying_key().clone().into(),
            profile: Profile::Root,
            not_before: Time::from_unix(start),
            not_after: Time::from_unix(start + span),
            crl_url: None,
        }
        .self_signed(&key, &mut rng())
        .unwrap();
        let read = Certificate::from_der(certificate.der()).unwrap();
        prop_assert!(read.is_signed_by(read.public_key()));
        prop_assert_eq!(read.subject(), subject);
        prop_assert_eq!((read.not_before().unix(), read.not_after().unix()), (start, start + span));
        prop_assert_eq!(read.info().name, name);
        prop_assert!(x509_cert::Certificate::from_der(certificate.der()).is_ok());
    }

    #[test]
    fn any_changed_byte_breaks_the_signature(place in any::<prop::sample::Index>(), flip in 1_u8..) {
        let root = root();
        let good = root.certificate();
        let start = good.der().windows(good.tbs().len()).position(|window| window == good.tbs()).unwrap();
        let mut der = good.der().to_vec();
        der[start + place.index(good.tbs().len())] ^= flip;
        if let Ok(bad) = Certificate::from_der(&der) {
            prop_assert!(!bad.is_signed_by(good.public_key()));
        }
    }

    #[test]
    fn hostile_bytes_do_not_panic(place in any::<prop::sample::Index>(), flips in prop::collection::vec(any::<u8>(), 1..4)) {
        let root = root();
        let mut der = root.certificate().der().to_vec();
        let start = place.index(der.len() - flips.len());
        der[start..start + flips.len()].copy_from_slice(&flips);
        if let Ok(certificate) = Certificate::from_der(&der) {
            let _ = (certificate.info(), format!("{certificate:?}"), certificate.crl_urls(), certificate.to_pem());
        }
        let _ = RevocationList::from_der(&der);
        let _ = Request::from_der(&der);
    }
}
