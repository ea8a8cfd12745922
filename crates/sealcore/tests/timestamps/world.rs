//! A time-stamp authority with a clock that the tests set.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sealcore::asn1::Oid;
use sealcore::cert::{Certificate, CertificateTemplate, Name, Profile, Revocation, RevocationListTemplate, TrustStore};
use sealcore::digest::DigestAlgorithm;
use sealcore::error::Result;
use sealcore::key::{KeyAlgorithm, PrivateKey, Signer, SoftSigner};
use sealcore::timestamp::{
    AuthorityConfig, Clock, ClockRules, Expected, GenTime, MessageImprint, Nonce, Outcome, RandomSerials, Reading,
    Responder, TimeStampReport, TimeStampRequest, TimeStampResponse, TimeStampToken,
};
use sealcore::verify::VerifyOptions;

use crate::support::{DAY, now};

pub fn rng() -> impl rand_core::CryptoRng {
    rand_core::UnwrapErr(getrandom::SysRng)
}

pub fn entropy(bytes: &mut [u8]) -> Result<()> {
    rand_core::Rng::fill_bytes(&mut rng(), bytes);
    Ok(())
}

pub const POLICY: Oid = Oid::new(&[1, 2, 156, 10197, 6, 99, 1]);

/// A clock whose hands the tests hold.
#[derive(Clone)]
pub struct Hands(pub Arc<Mutex<Reading>>);

impl Hands {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Reading {
            utc: GenTime::new(now(), 123_456_789),
            uncertainty: Duration::from_millis(1),
            monotonic: Duration::from_secs(1000),
        })))
    }

    /// Both clocks go on.
    pub fn pass(&self, span: Duration) {
        let mut reading = self.0.lock().unwrap();
        reading.utc = reading.utc.plus(span);
        reading.monotonic += span;
    }

    pub fn set(&self, change: impl FnOnce(&mut Reading)) {
        change(&mut self.0.lock().unwrap());
    }
}

impl Clock for Hands {
    fn read(&self) -> Result<Reading> {
        Ok(*self.0.lock().unwrap())
    }
}

pub struct Authority {
    pub root: SoftSigner,
    pub signer: SoftSigner,
    pub hands: Hands,
    pub trust: TrustStore,
}

pub fn template(name: &str, key: &PrivateKey, profile: Profile) -> CertificateTemplate {
    CertificateTemplate {
        subject: Name::parse(&format!("CN={name},O=sealcore tests,C=CN")).unwrap(),
        public_key: key.public_key(),
        profile,
        not_before: now().plus_seconds(-100 * DAY),
        not_after: now().plus_seconds(700 * DAY),
        crl_url: None,
    }
}

impl Authority {
    pub fn new(algorithm: KeyAlgorithm) -> Self {
        Self::with(algorithm, |_| {})
    }

    /// With another certificate than the usual one.
    pub fn with(algorithm: KeyAlgorithm, change: impl FnOnce(&mut CertificateTemplate)) -> Self {
        let key = PrivateKey::generate(algorithm, &mut rng()).unwrap();
        let certificate = template("Root", &key, Profile::Root)
            .self_signed(&key, &mut rng())
            .unwrap();
        let root = SoftSigner::new(key, certificate).unwrap();
        let key = PrivateKey::generate(algorithm, &mut rng()).unwrap();
        let mut wanted = template("时间戳", &key, Profile::TimestampAuthority);
        change(&mut wanted);
        let certificate = wanted.issue(&root, &mut rng()).unwrap();
        let signer = SoftSigner::new(key, certificate)
            .unwrap()
            .with_chain(vec![root.certificate().clone()]);
        let mut trust = TrustStore::new();
        trust.add_anchor(root.certificate().clone());
        let mut authority = Self {
            root,
            signer,
            hands: Hands::new(),
            trust,
        };
        authority.publish(Vec::new());
        authority
    }

    /// Publishes a revocation list.
    pub fn publish(&mut self, entries: Vec<(Vec<u8>, Revocation)>) {
        let list = RevocationListTemplate {
            this_update: now().plus_seconds(-DAY),
            next_update: now().plus_seconds(30 * DAY),
            number: 1,
            entries,
        };
        self.trust.add_list(list.issue(&self.root).unwrap());
    }

    pub fn certificate(&self) -> &Certificate {
        self.signer.certificate()
    }

    pub fn config(&self) -> AuthorityConfig {
        AuthorityConfig::new(POLICY, ClockRules::new(Duration::from_secs(1)))
    }

    pub fn responder(&self) -> Responder {
        self.responder_with(self.config())
    }

    pub fn responder_with(&self, config: AuthorityConfig) -> Responder {
        Responder::new(
            config,
            Box::new(self.signer.clone()),
            Box::new(self.hands.clone()),
            Box::new(RandomSerials::new(&mut rng())),
            Box::new(entropy),
        )
        .unwrap()
    }

    pub fn options(&self) -> VerifyOptions<'_> {
        VerifyOptions::new(&self.trust, now().plus_seconds(60))
    }

    pub fn verify(&self, token: &[u8], expected: &Expected<'_>) -> TimeStampReport {
        sealcore::timestamp::verify(token, expected, &self.options()).unwrap()
    }
}

pub fn request(data: &[u8]) -> TimeStampRequest {
    let imprint = MessageImprint::of(DigestAlgorithm::Sm3, data).unwrap();
    TimeStampRequest::new(imprint).with_nonce(Nonce::random(&mut rng()))
}

/// The token that `responder` gives for `request`.
pub fn token(responder: &Responder, request: &TimeStampRequest) -> TimeStampToken {
    let mut reply = Vec::new();
    let outcome = responder.respond(&request.to_der(), &mut reply);
    assert!(matches!(outcome, Outcome::Granted { .. }), "{outcome:?}");
    TimeStampResponse::from_der(&reply).unwrap().into_token().unwrap()
}
