//! Certificates, requests, lists and paths with RSA and ECDSA keys, judged by the rules that hold for SM2.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::Path;

use getrandom::SysRng;
use rand_core::{CryptoRng, UnwrapErr};
use sealcore::algorithm::{PssParameters, PublicKey, SignatureAlgorithm};
use sealcore::asn1::Time;
use sealcore::cert::{
    Certificate, CertificateBag, CertificateTemplate, Name, PathJudgement, PathQuestion, Profile, Purpose, Request,
    Revocation, RevocationList, RevocationListTemplate, TrustStore,
};
use sealcore::digest::DigestAlgorithm::{Sha256, Sha384, Sha512};
use sealcore::error::{ErrorKind, Result};
use sealcore::key::{KeyAlgorithm, KeyFile, PrivateKey, Signer, SoftSigner, load, to_pkcs12};
use sealcore::limits::Limits;
use sealcore::report::{Code, Effect, Trust};

fn rng() -> impl CryptoRng {
    UnwrapErr(SysRng)
}

fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

fn template(name: &str, key: &PrivateKey, profile: Profile) -> CertificateTemplate {
    CertificateTemplate {
        subject: Name::parse(&format!("CN={name},O=sealcore,C=CN")).unwrap(),
        public_key: key.public_key(),
        profile,
        not_before: time("2025-01-01"),
        not_after: time("2045-01-01"),
        crl_url: None,
    }
}

fn key(kind: KeyAlgorithm) -> PrivateKey {
    PrivateKey::generate(kind, &mut rng()).unwrap()
}

fn root(kind: KeyAlgorithm) -> SoftSigner {
    let key = key(kind);
    let certificate = template("root", &key, Profile::Root)
        .self_signed(&key, &mut rng())
        .unwrap();
    SoftSigner::new(key, certificate).unwrap()
}

fn below(issuer: &dyn Signer, kind: KeyAlgorithm, name: &str, profile: Profile) -> SoftSigner {
    let key = key(kind);
    let certificate = template(name, &key, profile).issue(issuer, &mut rng()).unwrap();
    SoftSigner::new(key, certificate).unwrap()
}

fn list(issuer: &dyn Signer, revoked: &[&Certificate]) -> RevocationList {
    let at = Revocation {
        at: time("2026-01-01"),
        reason: None,
    };
    RevocationListTemplate {
        this_update: time("2026-02-01"),
        next_update: time("2026-12-01"),
        number: 1,
        entries: revoked.iter().map(|one| (one.serial().to_vec(), at)).collect(),
    }
    .issue(issuer)
    .unwrap()
}

fn judge(store: &TrustStore, certificate: &Certificate, extra: &[Certificate]) -> PathJudgement {
    let question = PathQuestion {
        certificate,
        extra,
        time: time("2026-03-01"),
        time_proven: false,
        now: time("2026-03-02"),
        purpose: Purpose::Signer,
    };
    store.judge(&question, &Limits::default())
}

fn codes(judgement: &PathJudgement) -> Vec<Code> {
    judgement.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn a_chain_of_every_two_algorithms() {
    use KeyAlgorithm::{P256, P384, P521, Rsa2048, Sm2};
    for (upper, middle, lower) in [
        (Rsa2048, P384, P256),
        (P384, Rsa2048, Rsa2048),
        (P256, P256, P521),
        (Sm2, Rsa2048, P256),
        (Rsa2048, Rsa2048, Sm2),
    ] {
        let root = root(upper);
        let authority = below(&root, middle, "authority", Profile::Authority { path_len: Some(0) });
        let unit = below(&authority, lower, "unit", Profile::Unit);
        let between = [authority.certificate().clone()];
        let mut store = TrustStore::new();
        store.add_anchor(root.certificate().clone());
        let unknown = judge(&store, unit.certificate(), &between);
        assert_eq!(unknown.trust, Trust::Trusted);
        assert!(codes(&unknown).contains(&Code::RevocationUnknown));

        store.add_list(list(&root, &[]));
        store.add_list(list(&authority, &[]));
        let good = judge(&store, unit.certificate(), &between);
        assert_eq!(
            (good.trust, codes(&good)),
            (Trust::Trusted, vec![]),
            "{upper:?} {middle:?} {lower:?}"
        );
        assert_eq!(good.path.len(), 3);

        store.add_list(list(&authority, &[unit.certificate()]));
        let revoked = judge(&store, unit.certificate(), &between);
        assert_eq!(codes(&revoked), [Code::RevokedBefore]);

        // Another key under the same name.
        let stranger = self::root(upper);
        let mut other = TrustStore::new();
        other.add_anchor(stranger.certificate().clone());
        let untrusted = judge(&other, unit.certificate(), &between);
        assert_eq!(untrusted.trust, Trust::Untrusted);
        assert!(codes(&untrusted).contains(&Code::TrustPath));
        assert_eq!(
            list(&stranger, &[]).verify(root.certificate()).unwrap_err().kind(),
            ErrorKind::Crypto
        );
    }
}

#[test]
fn other_algorithms_of_the_same_key() {
    let root = root(KeyAlgorithm::Rsa2048);
    for algorithm in [
        SignatureAlgorithm::RsaPkcs1(Sha512),
        SignatureAlgorithm::RsaPss(PssParameters::new(Sha384)),
    ] {
        let root = root.clone().with_algorithm(algorithm).unwrap();
        let unit = below(&root, KeyAlgorithm::P256, "unit", Profile::Unit);
        assert_eq!(unit.certificate().signed_with().unwrap(), algorithm);
        unit.certificate()
            .verify_signed_by(root.certificate().public_key())
            .unwrap();
        list(&root, &[]).verify(root.certificate()).unwrap();
    }
    let refused = root.with_algorithm(SignatureAlgorithm::Ecdsa(Sha256)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
}

#[test]
fn requests_and_files() {
    let issuer = root(KeyAlgorithm::P256);
    for kind in KeyAlgorithm::ALL {
        if matches!(kind, KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096) {
            continue; // slow to make, and no different
        }
        let key = key(kind);
        let subject = Name::parse("CN=单位,C=CN").unwrap();
        let request = Request::create(&subject, &key).unwrap();
        request.verify().unwrap();
        let mut der = request.der().to_vec();
        let last = der.len() - 1;
        der[last] ^= 1;
        assert!(Request::from_der(&der).unwrap().verify().is_err());
        let template =
            CertificateTemplate::from_request(&request, Profile::Unit, time("2025-01-01"), time("2027-01-01")).unwrap();
        let certificate = template.issue(&issuer, &mut rng()).unwrap();
        assert_eq!(certificate.subject_key_id().unwrap().len(), 20);
        let file = KeyFile {
            key: key.clone(),
            certificate: Some(certificate.clone()),
            chain: vec![issuer.certificate().clone()],
        };
        let bytes = to_pkcs12(&file, "name", "密码", 1_000, &mut rng()).unwrap();
        let read = load(&bytes, Some("密码")).unwrap();
        assert_eq!(read.certificate.as_ref(), Some(&certificate));
        assert_eq!(read.chain, [issuer.certificate().clone()]);
        read.into_signer().unwrap();
        let other = PrivateKey::generate(kind, &mut rng()).unwrap();
        assert_eq!(SoftSigner::new(other, certificate).unwrap_err().kind(), ErrorKind::Key);
    }
}

/// OpenSSL's: a root of 2048 bits with a leaf signed with SHA-1, a root of 1024 bits with a leaf; the leaves have the
/// extended key usages of PDF signers, critical.
#[test]
fn weak_algorithms_are_named_and_usages_accepted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/certificates/weak.pem");
    let mut bag = CertificateBag::new();
    bag.add_bytes(&std::fs::read(path).unwrap(), "weak").unwrap();
    let [strong_root, sha1_leaf, short_root, leaf] = &bag.certificates[..] else {
        panic!("four certificates")
    };
    let now = sha1_leaf.not_before().plus_seconds(86_400);
    for (root, leaf, word) in [(strong_root, sha1_leaf, "SHA-1"), (short_root, leaf, "1024 bits")] {
        assert_eq!(leaf.extended_key_usage().map(<[_]>::len), Some(6));
        let mut store = TrustStore::new();
        store.add_anchor(root.clone());
        let question = PathQuestion {
            certificate: leaf,
            extra: &[],
            time: now,
            time_proven: false,
            now,
            purpose: Purpose::Signer,
        };
        let judgement = store.judge(&question, &Limits::default());
        assert_eq!(judgement.trust, Trust::Trusted);
        assert_eq!(codes(&judgement), [Code::RevocationUnknown, Code::AlgorithmWeak]);
        assert_eq!(Code::AlgorithmWeak.effect(), Effect::Indeterminate);
        let message = judgement.findings[1].message(sealcore::lang::Lang::En);
        assert!(message.contains(word), "{message}");
    }
    let PublicKey::Rsa(short) = short_root.public_key() else {
        panic!("an RSA key")
    };
    assert_eq!(short.bits(), 1024);
}

/// Signs elsewhere, rightly or not.
struct Outside<'a> {
    inner: &'a SoftSigner,
    honest: bool,
}

impl Signer for Outside<'_> {
    fn certificate(&self) -> &Certificate {
        self.inner.certificate()
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        let mut digest = digest.to_vec();
        if !self.honest {
            digest[0] ^= 1;
        }
        self.inner.sign_digest(&digest)
    }
}

/// A provider that hashes by itself and takes no digest.
struct Hashing<'a>(&'a SoftSigner);

impl Signer for Hashing<'_> {
    fn certificate(&self) -> &Certificate {
        self.0.certificate()
    }

    fn sign_digest(&self, _: &[u8]) -> sealcore::error::Result<Vec<u8>> {
        panic!("it takes no digests")
    }

    fn sign_message(&self, message: &[u8]) -> sealcore::error::Result<Vec<u8>> {
        self.0.key().sign_message(self.0.algorithm(), message)
    }
}

#[test]
fn a_provider_may_hash_by_itself() {
    for kind in [KeyAlgorithm::Sm2, KeyAlgorithm::P384, KeyAlgorithm::Rsa2048] {
        let root = root(kind);
        let unit = template("unit", &key(KeyAlgorithm::P256), Profile::Unit);
        let certificate = unit.issue(&Hashing(&root), &mut rng()).unwrap();
        certificate.verify_signed_by(root.certificate().public_key()).unwrap();
    }
}

#[test]
fn a_value_from_outside_is_verified() {
    for kind in [KeyAlgorithm::Sm2, KeyAlgorithm::P384, KeyAlgorithm::Rsa2048] {
        let root = root(kind);
        let outside = |honest| Outside { inner: &root, honest };
        assert_eq!(Signer::algorithm(&outside(true)), root.algorithm());
        let unit = template("unit", &key(KeyAlgorithm::P256), Profile::Unit);
        let certificate = unit.issue(&outside(true), &mut rng()).unwrap();
        certificate.verify_signed_by(root.certificate().public_key()).unwrap();
        let refused = unit.issue(&outside(false), &mut rng()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Crypto, "{kind:?}");
    }
}

/// The DER of every hexadecimal string that is long enough for SignedData.
fn hex_strings(pdf: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut rest = pdf;
    while let Some(start) = rest
        .windows(6)
        .position(|window| window == b"<30820" || window == b"<30800")
    {
        rest = &rest[start + 1..];
        let end = rest.iter().position(|octet| *octet == b'>').unwrap_or(rest.len());
        let text = &rest[..end];
        let value = |digit: u8| {
            char::from(digit)
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
        };
        let octets = text
            .chunks_exact(2)
            .map_while(|pair| Some(value(pair[0])? << 4 | value(pair[1])?))
            .collect();
        found.push(octets);
    }
    found
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "pdf") {
            found.push(path);
        }
    }
}

/// Every certificate that came with a signature can be read, and the signature of its issuer, where that came too, holds.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn certificates_of_signed_pdfs() {
    let corpus = std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS names the corpus folder");
    let mut paths = Vec::new();
    files(&Path::new(&corpus).join("pdf"), &mut paths);
    let (mut read, mut held, mut odd) = (0, 0, Vec::new());
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for der in hex_strings(&std::fs::read(&path).unwrap()) {
            let Ok(data) = sealcore::cms::SignedData::from_bytes(&der) else {
                continue;
            };
            let mut all = Vec::new();
            for der in &data.certificates {
                match Certificate::from_der(der) {
                    Ok(certificate) => all.push(certificate),
                    Err(error) => odd.push(format!("{name}: {error}")),
                }
            }
            read += all.len();
            for one in &all {
                for issuer in all.iter().filter(|issuer| {
                    issuer.subject().matches(&one.issuer())
                        && (one.authority_key_id().is_none() || issuer.subject_key_id() == one.authority_key_id())
                }) {
                    match one.verify_signed_by(issuer.public_key()) {
                        Ok(()) => held += 1,
                        Err(error) => odd.push(format!("{name}: {one:?}: {error}")),
                    }
                }
            }
        }
    }
    // Ed448 is not judged.
    odd.retain(|one| !one.contains("1.3.101.113"));
    assert!(read > 200 && held > 100, "{read} read, {held} held");
    assert!(odd.is_empty(), "{read} read, {held} held, {odd:#?}");
}
