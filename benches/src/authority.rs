//! A time-stamp authority with an SM2 key, its trust, and requests to it.
#![allow(clippy::unwrap_used)] // a bench, on keys of its own: what fails ends it

use std::time::{Duration, Instant};

use getrandom::SysRng;
use rand_core::{CryptoRng, Rng as _, UnwrapErr};
use sealcore::asn1::{Oid, Time};
use sealcore::cert::{CertificateTemplate, Name, Profile, RevocationListTemplate, TrustStore};
use sealcore::digest::DigestAlgorithm;
use sealcore::error::Result;
use sealcore::key::{KeyAlgorithm, PrivateKey, SoftSigner};
use sealcore::timestamp::{
    AuthorityConfig, BATCH, ClockRules, GenTime, MessageImprint, Nonce, RandomSerials, Reading, Responder,
    TimeStampRequest, TimeStampResponse,
};

/// The moment at which the authority's clock starts, in seconds from 1970.
pub const NOW: i64 = 1_795_320_000;
const DAY: i64 = 86_400;

/// An authority, its trust and requests to it.
pub struct Authority {
    /// Its key and certificate.
    pub signer: SoftSigner,
    /// Its root and a revocation list.
    pub trust: TrustStore,
    /// What answers.
    pub responder: Responder,
    /// The same with nonces that are prepared 64 at a time.
    pub prepared: Responder,
    /// As many requests as a batch has.
    pub requests: Vec<Vec<u8>>,
    /// A request for a token with certificates.
    pub asked: TimeStampRequest,
    /// A request for one without.
    pub bare: TimeStampRequest,
}

impl Authority {
    /// Draws keys and certificates.
    #[must_use]
    pub fn new() -> Self {
        let mut rng = UnwrapErr(SysRng);
        let template = |name: &str, key: &PrivateKey, profile| CertificateTemplate {
            subject: Name::parse(&format!("CN={name},O=sealcore benches,C=CN")).unwrap(),
            public_key: key.public_key(),
            profile,
            not_before: Time::from_unix(NOW - 10 * DAY),
            not_after: Time::from_unix(NOW + 1000 * DAY),
            crl_url: None,
        };
        let key = PrivateKey::generate(KeyAlgorithm::Sm2, &mut rng).unwrap();
        let certificate = template("Root", &key, Profile::Root)
            .self_signed(&key, &mut rng)
            .unwrap();
        let root = SoftSigner::new(key, certificate.clone()).unwrap();
        let key = PrivateKey::generate(KeyAlgorithm::Sm2, &mut rng).unwrap();
        let issued = template("Authority", &key, Profile::TimestampAuthority)
            .issue(&root, &mut rng)
            .unwrap();
        let signer = SoftSigner::new(key, issued).unwrap();
        let list = RevocationListTemplate {
            this_update: Time::from_unix(NOW - DAY),
            next_update: Time::from_unix(NOW + 30 * DAY),
            number: 1,
            entries: Vec::new(),
        };
        let mut trust = TrustStore::new();
        trust.add_anchor(certificate);
        trust.add_list(list.issue(&root).unwrap());
        let requests = (0..BATCH)
            .map(|number| request(&number.to_be_bytes()).to_der())
            .collect();
        Self {
            responder: responder(&signer, &mut rng),
            prepared: responder(&signer.clone().with_prepared_nonces(64), &mut rng),
            signer,
            trust,
            requests,
            asked: request(b"data"),
            bare: request(b"data").with_certificates(false),
        }
    }

    /// The token that answers `request`.
    #[must_use]
    pub fn token(&self, request: &TimeStampRequest) -> Vec<u8> {
        let mut reply = Vec::new();
        self.responder.respond(&request.to_der(), &mut reply);
        TimeStampResponse::from_der(&reply)
            .unwrap()
            .into_token()
            .unwrap()
            .der()
            .to_vec()
    }
}

fn responder(signer: &SoftSigner, rng: &mut dyn CryptoRng) -> Responder {
    let started = Instant::now();
    let clock = move || -> Result<Reading> {
        let gone = started.elapsed();
        Ok(Reading {
            utc: GenTime::from(Time::from_unix(NOW)).plus(gone),
            uncertainty: Duration::from_millis(1),
            monotonic: gone,
        })
    };
    const POLICY: Oid = Oid::new(&[1, 2, 3, 4]);
    let config = AuthorityConfig::new(POLICY, ClockRules::new(Duration::from_secs(1)));
    let entropy = |bytes: &mut [u8]| -> Result<()> {
        UnwrapErr(SysRng).fill_bytes(bytes);
        Ok(())
    };
    Responder::new(
        config,
        Box::new(signer.clone()),
        Box::new(clock),
        Box::new(RandomSerials::new(rng)),
        Box::new(entropy),
    )
    .unwrap()
}

fn request(data: &[u8]) -> TimeStampRequest {
    let imprint = MessageImprint::of(DigestAlgorithm::Sm3, data).unwrap();
    TimeStampRequest::new(imprint).with_nonce(Nonce::random(&mut UnwrapErr(SysRng)))
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}
