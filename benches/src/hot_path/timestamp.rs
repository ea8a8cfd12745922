//! Time stamps: replies beside the bare SM2 signatures in them, and tokens verified in full and with their authority checked
//! before. The peer is OpenSSL with P-256.

use std::hint::black_box;

use sealcore::asn1::Time;
use sealcore::key::Signer as _;
use sealcore::report::Verdict;
use sealcore::timestamp::{BATCH, CheckedAuthority, Expected, verify};
use sealcore::verify::VerifyOptions;

use super::{Contender, Row, by};
use crate::Authority;
use crate::authority::NOW;

pub(super) fn rows() -> Vec<Row> {
    // For as long as the process runs.
    let authority: &'static Authority = Box::leak(Box::default());
    vec![
        Row {
            name: "ts-reply",
            contenders: replies(authority),
        },
        Row {
            name: "ts-verify",
            contenders: verifications(authority),
        },
    ]
}

fn replies(authority: &'static Authority) -> Vec<Contender> {
    let (responder, prepared) = (&authority.responder, &authority.prepared);
    let (asked, bare) = (authority.asked.to_der(), authority.bare.to_der());
    let also_asked = asked.clone();
    let requests: Vec<&[u8]> = authority.requests.iter().map(Vec::as_slice).collect();
    let [mut reply, mut without, mut another] = [const { Vec::new() }; 3];
    let mut replies = vec![Vec::new(); BATCH];
    vec![
        by("Time-stamp reply, certificates inside", 1, move || {
            assert!(responder.respond(black_box(&asked), &mut reply).is_granted());
        }),
        by("Time-stamp reply, no certificates", 1, move || {
            assert!(responder.respond(black_box(&bare), &mut without).is_granted());
        }),
        by(
            "Time-stamp reply, nonces prepared 64 at a time, included",
            1,
            move || {
                assert!(prepared.respond(black_box(&also_asked), &mut another).is_granted());
            },
        ),
        by("Time-stamp replies in batches of 8", BATCH, move || {
            let outcomes = responder.respond_many(black_box(&requests), &mut replies);
            assert!(outcomes.iter().all(|outcome| outcome.is_granted()));
        }),
    ]
}

fn verifications(authority: &'static Authority) -> Vec<Contender> {
    let options: &'static VerifyOptions<'static> = Box::leak(Box::new(VerifyOptions::new(
        &authority.trust,
        Time::from_unix(NOW + 60),
    )));
    let checked = CheckedAuthority::new(authority.signer.certificate(), &[], options).unwrap();
    let (inside, without) = (authority.token(&authority.asked), authority.token(&authority.bare));
    let whole = inside.clone();
    let (asked, bare) = (Expected::request(&authority.asked), Expected::request(&authority.bare));
    let also_checked = checked.clone();
    vec![
        by("Time stamp verified in full", 1, move || {
            let report = verify(black_box(&whole), &asked, options).unwrap();
            assert_eq!(report.verdict, Verdict::Valid);
        }),
        by("Time stamp verified, authority checked before", 1, move || {
            let report = checked.verify(black_box(&without), &bare).unwrap();
            assert_eq!(report.verdict, Verdict::Valid);
        }),
        by("the same, certificates inside", 1, move || {
            let report = also_checked.verify(black_box(&inside), &asked).unwrap();
            assert_eq!(report.verdict, Verdict::Valid);
        }),
    ]
}
