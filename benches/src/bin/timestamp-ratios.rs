//! `timestamp-ratios [SAMPLES]`: time-stamp replies beside the bare SM2 signatures in them, and tokens verified in full and with
//! their authority checked before. By turns in short samples, so that what else the machine does falls on all alike. Times are
//! processor time of the thread, a reply or a token each; medians and best. Prints TSV. OpenSSL's counterpart is in
//! `benches/peers`.
//!
//! `timestamp-ratios queue [SECONDS]`: the queue under 1 to 64 threads: replies a second and latencies, by the wall clock.
#![allow(clippy::print_stdout)] // a command
#![allow(clippy::unwrap_used)] // a bench, on keys of its own
#![allow(clippy::cast_possible_truncation)] // of small floats that are counts

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use getrandom::SysRng;
use rand_core::{Rng as _, UnwrapErr};
use rustix::time::{ClockId, clock_gettime};
use sealcore::asn1::{Oid, Time};
use sealcore::cert::{CertificateTemplate, Name, Profile, RevocationListTemplate, TrustStore};
use sealcore::digest::DigestAlgorithm;
use sealcore::error::Result;
use sealcore::key::{KeyAlgorithm, PrivateKey, Signer as _, SoftSigner};
use sealcore::report::Verdict;
use sealcore::timestamp::{
    AuthorityConfig, BATCH, CheckedAuthority, ClockRules, Expected, GenTime, MessageImprint, Nonce, Queue,
    RandomSerials, Reading, Responder, TimeStampRequest, TimeStampResponse,
};
use sealcore::verify::VerifyOptions;

const NOW: i64 = 1_795_320_000;
const DAY: i64 = 86_400;

struct Row {
    name: &'static str,
    /// Operations of one call.
    count: usize,
    work: Box<dyn FnMut()>,
    times: Vec<f64>,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("queue") => queue(arguments.next().and_then(|seconds| seconds.parse().ok()).unwrap_or(1.0)),
        samples => ratios(samples.and_then(|samples| samples.parse().ok()).unwrap_or(101)),
    }
}

fn ratios(samples: usize) {
    let world: &'static World = Box::leak(Box::new(World::new()));
    let mut rows = rows(world);
    // The length of a sample: a few milliseconds.
    let mut repeats = Vec::new();
    for row in &mut rows {
        let started = cpu();
        (row.work)();
        let one = (cpu() - started).as_secs_f64().max(1e-6);
        repeats.push((0.003 / one).clamp(1.0, 500.0) as usize);
    }
    for _ in 0..samples {
        for (row, repeats) in rows.iter_mut().zip(&repeats) {
            let started = cpu();
            for _ in 0..*repeats {
                (row.work)();
            }
            let each = (cpu() - started).as_secs_f64() * 1e6 / (*repeats * row.count) as f64;
            row.times.push(each);
        }
    }
    println!("operation\tmedian_us\tbest_us\tmedian_to_bare\tbest_to_bare");
    let mut bare = (1.0, 1.0);
    for row in &mut rows {
        row.times.sort_by(f64::total_cmp);
        let median = row.times.get(row.times.len() / 2).copied().unwrap_or_default();
        let best = row.times.first().copied().unwrap_or_default();
        if row.name.starts_with("bare") {
            bare = (median, best);
        }
        println!(
            "{}\t{median:.3}\t{best:.3}\t{:.3}\t{:.3}",
            row.name,
            bare.0 / median,
            bare.1 / best
        );
    }
}

fn rows(world: &'static World) -> Vec<Row> {
    let row = |name, count, work: Box<dyn FnMut()>| Row {
        name,
        count,
        work,
        times: Vec::new(),
    };
    let key = world.signer.key().sm2().unwrap();
    let digests = [[0x5a; 32]; BATCH];
    let (responder, requests) = (&world.responder, &world.requests);
    let slices: Vec<&[u8]> = requests.iter().map(|request| &request[..]).collect();
    let mut reply = Vec::new();
    let mut replies = vec![Vec::new(); BATCH];
    let asked = world.bare.to_der();
    let mut bare_reply = Vec::new();
    let mut verified = Vec::new();
    responder.respond(&asked, &mut verified);
    let token = TimeStampResponse::from_der(&verified)
        .unwrap()
        .into_token()
        .unwrap()
        .der()
        .to_vec();
    let with_certificates = world.token();
    let options: &'static VerifyOptions<'static> =
        Box::leak(Box::new(VerifyOptions::new(&world.trust, Time::from_unix(NOW + 60))));
    let certificate = world.signer.certificate();
    let checked = CheckedAuthority::new(certificate, &[], options).unwrap();
    let public = certificate.public_key().sm2().unwrap().prepared();
    let signature = key.sign_digest(&[0x5a; 32]);
    let expected = Expected::request(&world.bare);
    let full = Expected::request(&world.asked);
    vec![
        row(
            "bare signature, hedged",
            1,
            Box::new(move || {
                black_box(key.sign_digest_hedged(&mut UnwrapErr(SysRng), black_box(&[0x5a; 32])));
            }),
        ),
        row("reply, certificates inside", 1, {
            let slices = slices.clone();
            Box::new(move || {
                let granted = slices
                    .first()
                    .is_some_and(|request| responder.respond(black_box(request), &mut reply).is_granted());
                assert!(granted);
            })
        }),
        row(
            "reply, no certificates",
            1,
            Box::new(move || {
                assert!(responder.respond(black_box(&asked), &mut bare_reply).is_granted());
            }),
        ),
        row(
            "bare batch of 8",
            BATCH,
            Box::new(move || {
                black_box(key.sign_digests(&mut UnwrapErr(SysRng), black_box(&digests)));
            }),
        ),
        row(
            "replies in batches of 8",
            BATCH,
            Box::new(move || {
                let outcomes = responder.respond_many(black_box(&slices), &mut replies);
                assert!(outcomes.iter().all(|outcome| outcome.is_granted()));
            }),
        ),
        row(
            "bare verification, prepared key",
            1,
            Box::new(move || {
                public.verify_digest(black_box(&[0x5a; 32]), &signature).unwrap();
            }),
        ),
        row("token verified, authority checked before", 1, {
            let checked = checked.clone();
            Box::new(move || {
                let report = checked.verify(black_box(&token), &expected).unwrap();
                assert_eq!(report.verdict, Verdict::Valid);
            })
        }),
        row("the same, certificates inside", 1, {
            let token = with_certificates.clone();
            Box::new(move || {
                let report = checked.verify(black_box(&token), &full).unwrap();
                assert_eq!(report.verdict, Verdict::Valid);
            })
        }),
        row(
            "token verified in full",
            1,
            Box::new(move || {
                let report = sealcore::timestamp::verify(black_box(&with_certificates), &full, options).unwrap();
                assert_eq!(report.verdict, Verdict::Valid);
            }),
        ),
    ]
}

/// An authority, its trust and requests to it.
struct World {
    signer: SoftSigner,
    trust: TrustStore,
    responder: Responder,
    requests: Vec<Vec<u8>>,
    asked: TimeStampRequest,
    bare: TimeStampRequest,
}

impl World {
    fn new() -> Self {
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
        let responder = Responder::new(
            config,
            Box::new(signer.clone()),
            Box::new(clock),
            Box::new(RandomSerials::new(&mut rng)),
            Box::new(entropy),
        )
        .unwrap();
        let requests = (0..BATCH)
            .map(|number| request(&number.to_be_bytes()).to_der())
            .collect();
        Self {
            signer,
            trust,
            responder,
            requests,
            asked: request(b"data"),
            bare: request(b"data").with_certificates(false),
        }
    }

    fn token(&self) -> Vec<u8> {
        let mut reply = Vec::new();
        self.responder.respond(&self.asked.to_der(), &mut reply);
        TimeStampResponse::from_der(&reply)
            .unwrap()
            .into_token()
            .unwrap()
            .der()
            .to_vec()
    }
}

fn request(data: &[u8]) -> TimeStampRequest {
    let imprint = MessageImprint::of(DigestAlgorithm::Sm3, data).unwrap();
    TimeStampRequest::new(imprint).with_nonce(Nonce::random(&mut UnwrapErr(SysRng)))
}

fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn queue(seconds: f64) {
    println!("threads\tsigning\treplies_per_s\tp50_us\tp99_us\tp999_us");
    for signing in [1, 2] {
        for threads in [1, 2, 8, 64] {
            let world = World::new();
            let queue = Queue::new(Arc::new(world.responder), signing);
            let asked = world.asked.to_der();
            let stop = AtomicBool::new(false);
            let started = Instant::now();
            let mut latencies: Vec<f64> = std::thread::scope(|scope| {
                let workers: Vec<_> = (0..threads)
                    .map(|_| {
                        scope.spawn(|| {
                            let (mut latencies, mut reply) = (Vec::new(), Vec::new());
                            while !stop.load(Ordering::Relaxed) {
                                let asked_at = Instant::now();
                                assert!(queue.respond(&asked, &mut reply).is_granted());
                                latencies.push(asked_at.elapsed().as_secs_f64() * 1e6);
                            }
                            latencies
                        })
                    })
                    .collect();
                std::thread::sleep(Duration::from_secs_f64(seconds));
                stop.store(true, Ordering::Relaxed);
                workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
            });
            let rate = latencies.len() as f64 / started.elapsed().as_secs_f64();
            latencies.sort_by(f64::total_cmp);
            let at = |part: f64| {
                latencies
                    .get((latencies.len() as f64 * part) as usize)
                    .copied()
                    .unwrap_or_default()
            };
            println!(
                "{threads}\t{signing}\t{rate:.0}\t{:.1}\t{:.1}\t{:.1}",
                at(0.5),
                at(0.99),
                at(0.999)
            );
        }
    }
}
