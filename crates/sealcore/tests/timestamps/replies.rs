//! What the authority answers.

use std::time::Duration;

use sealcore::asn1::{Oid, Tag, Writer};
use sealcore::cms::Family;
use sealcore::digest::DigestAlgorithm;
use sealcore::error::ErrorKind;
use sealcore::key::KeyAlgorithm;
use sealcore::report::Verdict;
use sealcore::timestamp::{
    Accuracy, Expected, GenTime, MessageImprint, Nonce, Outcome, PkiFailure, PkiStatus, Queue, Responder,
    TimeStampRequest, TimeStampResponse,
};

use crate::support::now;
use crate::world::{Authority, POLICY, request, rng, token};

#[test]
fn every_algorithm_and_family_is_granted_and_verified() {
    for algorithm in [
        KeyAlgorithm::Sm2,
        KeyAlgorithm::P256,
        KeyAlgorithm::P384,
        KeyAlgorithm::Rsa2048,
    ] {
        let authority = Authority::new(algorithm);
        for family in [Family::Pkcs7, Family::Gm] {
            for signing_time in [false, true] {
                let mut config = authority.config();
                config.family = family;
                config.signing_time = signing_time;
                config.state_name = signing_time;
                config.clock.ordered = signing_time;
                let responder = authority.responder_with(config);
                for digest in [DigestAlgorithm::Sm3, DigestAlgorithm::Sha256, DigestAlgorithm::Sha512] {
                    let imprint = MessageImprint::of(digest, b"data").unwrap();
                    let request = TimeStampRequest::new(imprint).with_nonce(Nonce::random(&mut rng()));
                    let token = token(&responder, &request);
                    assert_eq!(token.signed_data().family, family);
                    assert_eq!(token.signed_data().quirks, []);
                    let info = token.info();
                    assert_eq!((info.version, info.policy, info.ordering), (1, POLICY, signing_time));
                    assert_eq!(info.imprint, request.imprint);
                    assert_eq!(info.nonce, request.nonce);
                    assert_eq!(info.accuracy, Some(Accuracy::new(Duration::from_secs(1))));
                    assert_eq!(info.tsa.is_some(), signing_time);
                    assert_eq!(info.time.time(), now());
                    let content = token.signed_data().content.as_ref().unwrap();
                    assert_eq!(info.to_der(), *content, "strict DER");
                    let attributes = token.signed_data().signers[0].attributes.as_ref().unwrap();
                    assert_eq!(attributes.signing_time, signing_time.then_some(now()));
                    assert_eq!(attributes.sorted_bytes, None);
                    assert_eq!(token.certificate().as_ref(), Some(authority.certificate()));
                    let report = authority.verify(token.der(), &Expected::request(&request));
                    assert_eq!(
                        report.verdict,
                        Verdict::Valid,
                        "{algorithm:?} {family:?} {digest:?} {:?}",
                        report.findings
                    );
                    assert_eq!(report.findings, [], "{algorithm:?}");
                    let report = authority.verify(token.der(), &Expected::data(b"data"));
                    assert_eq!(report.verdict, Verdict::Valid);
                }
            }
        }
    }
}

#[test]
fn certificates_come_where_they_are_asked_for() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let responder = authority.responder();
    let wanted = request(b"x");
    assert_eq!(token(&responder, &wanted).signed_data().certificates.len(), 2);
    let bare = wanted.clone().with_certificates(false);
    let bare_token = token(&responder, &bare);
    assert_eq!(bare_token.signed_data().certificates.len(), 0);
    let report = authority.verify(bare_token.der(), &Expected::request(&bare));
    assert_eq!(
        report.verdict,
        Verdict::Indeterminate,
        "nobody knows the authority's certificate"
    );
    let certificates = [authority.certificate().clone()];
    let report = authority.verify(
        bare_token.der(),
        &Expected::request(&bare).with_certificates(&certificates),
    );
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", report.findings);
    let mut config = authority.config();
    config.include_chain = false;
    assert_eq!(
        token(&authority.responder_with(config), &wanted)
            .signed_data()
            .certificates
            .len(),
        1
    );
}

#[test]
fn other_policies_are_those_of_the_authority() {
    const OTHER: Oid = Oid::new(&[1, 2, 3, 4]);
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let mut config = authority.config();
    config.other_policies = vec![OTHER];
    let responder = authority.responder_with(config);
    assert_eq!(
        token(&responder, &request(b"x").with_policy(OTHER)).info().policy,
        OTHER
    );
    assert_eq!(
        token(&responder, &request(b"x").with_policy(POLICY)).info().policy,
        POLICY
    );
    let unknown = request(b"x").with_policy(Oid::new(&[1, 2, 3, 5])).to_der();
    assert_eq!(refusal(&responder, &unknown), PkiFailure::UnacceptedPolicy);
}

fn refusal(responder: &Responder, request: &[u8]) -> PkiFailure {
    let mut reply = b"what was there before".to_vec();
    let outcome = responder.respond(request, &mut reply);
    let read = TimeStampResponse::from_der(&reply).unwrap();
    assert_eq!(read.status, PkiStatus::Rejection);
    assert!(read.token.is_none());
    assert!(!read.status_strings.is_empty());
    let failures: Vec<_> = read.failure.iter().collect();
    match outcome {
        Outcome::Refused { failure, .. } => assert_eq!(failures, [failure]),
        other => panic!("{other:?}"),
    }
    failures[0]
}

/// A request in pieces, for those that are wrong.
fn made(version: i64, imprint: impl FnOnce(&mut Writer), rest: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.integer(version);
        imprint(writer);
        rest(writer);
    });
    writer.finish()
}

fn sm3(writer: &mut Writer) {
    imprint_of(writer, sealcore::oids::SM3, &[7; 32]);
}

fn imprint_of(writer: &mut Writer, algorithm: Oid, digest: &[u8]) {
    writer.sequence(|writer| {
        writer.sequence(|writer| writer.oid(algorithm));
        writer.octets(digest);
    });
}

#[test]
fn each_fault_has_its_failure() {
    use PkiFailure::{BadAlg, BadDataFormat, BadRequest, UnacceptedExtension};
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let responder = authority.responder();
    let nothing = |_: &mut Writer| {};
    let extension = |critical: bool| {
        made(1, sm3, |writer| {
            writer.constructed(Tag::context(0), |writer| {
                writer.sequence(|writer| {
                    writer.oid(Oid::new(&[1, 2, 3]));
                    if critical {
                        writer.boolean(true);
                    }
                    writer.octets(b"");
                });
            });
        })
    };
    let parameters = |writer: &mut Writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.oid(sealcore::oids::SM3);
                writer.integer(1);
            });
            writer.octets(&[7; 32]);
        });
    };
    let mut trailing = made(1, sm3, nothing);
    trailing.push(0);
    for (request, failure) in [
        (vec![], BadDataFormat),
        (b"GET / HTTP/1.1".to_vec(), BadDataFormat),
        (vec![0x30, 0x80], BadDataFormat),
        (trailing, BadDataFormat),
        (made(1, nothing, nothing), BadDataFormat),
        (made(2, sm3, nothing), BadRequest),
        (vec![0; 5000], BadRequest),
        (
            made(1, |w| imprint_of(w, sealcore::oids::SHA1, &[7; 20]), nothing),
            BadAlg,
        ),
        (
            made(1, |w| imprint_of(w, sealcore::oids::MD5, &[7; 16]), nothing),
            BadAlg,
        ),
        (
            made(1, |w| imprint_of(w, sealcore::oids::SM3_KEYED, &[7; 32]), nothing),
            BadAlg,
        ),
        (made(1, |w| imprint_of(w, Oid::new(&[1, 2]), &[7; 32]), nothing), BadAlg),
        (made(1, parameters, nothing), BadAlg),
        (
            made(1, |w| imprint_of(w, sealcore::oids::SM3, &[7; 31]), nothing),
            BadDataFormat,
        ),
        (made(1, sm3, |w| w.value(Tag::INTEGER, &[1; 65])), BadDataFormat),
        (extension(true), UnacceptedExtension),
        (extension(false), UnacceptedExtension),
    ] {
        assert_eq!(refusal(&responder, &request), failure, "{request:02x?}");
    }
}

#[test]
fn odd_nonces_are_repeated_as_numbers() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let responder = authority.responder();
    for (written, repeated) in [
        (&[0xff][..], &[0xff][..]),
        (&[0, 0, 1], &[1]),
        (&[0], &[0]),
        (&[0x7f; 64], &[0x7f; 64]),
    ] {
        let mut reply = Vec::new();
        let request = made(1, sm3, |writer| writer.value(Tag::INTEGER, written));
        assert!(responder.respond(&request, &mut reply).is_granted());
        let token = TimeStampResponse::from_der(&reply).unwrap().into_token().unwrap();
        assert_eq!(token.info().nonce.as_ref().unwrap().content(), repeated);
    }
}

#[test]
fn a_null_in_the_algorithm_is_repeated() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let responder = authority.responder();
    let with_null = |writer: &mut Writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.oid(sealcore::oids::SM3);
                writer.null();
            });
            writer.octets(&[7; 32]);
        });
    };
    let request = made(1, with_null, |_| {});
    let mut reply = Vec::new();
    assert!(responder.respond(&request, &mut reply).is_granted());
    let token = TimeStampResponse::from_der(&reply).unwrap().into_token().unwrap();
    let mut imprint = Writer::new();
    with_null(&mut imprint);
    let imprint = imprint.finish();
    let content = token.signed_data().content.clone().unwrap();
    assert!(content.windows(imprint.len()).any(|window| window == imprint));
}

#[test]
fn batches_say_what_singles_say() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let responder = authority.responder();
    let bad = b"none".to_vec();
    for count in [0, 1, 2, 7, 8, 9, 20] {
        let asked: Vec<_> = (0..count).map(|number: usize| request(&number.to_be_bytes())).collect();
        let mut requests: Vec<_> = asked.iter().map(TimeStampRequest::to_der).collect();
        if count > 2 {
            requests[1].clone_from(&bad);
        }
        let slices: Vec<_> = requests.iter().map(|one| &one[..]).collect();
        let mut replies = vec![b"old".to_vec(); count];
        let outcomes = responder.respond_many(&slices, &mut replies);
        assert_eq!(outcomes.len(), count);
        for (position, (outcome, reply)) in outcomes.iter().zip(&replies).enumerate() {
            let read = TimeStampResponse::from_der(reply).unwrap();
            assert_eq!(read.to_der(), *reply);
            match outcome {
                Outcome::Granted { serial, time } => {
                    let token = read.into_token().unwrap();
                    assert_eq!(token.info().serial, serial.content());
                    assert_eq!(token.info().time, *time);
                    let report = authority.verify(token.der(), &Expected::request(&asked[position]));
                    assert_eq!(report.findings, [], "{position} of {count}");
                    let mut single = Vec::new();
                    assert!(responder.respond(&requests[position], &mut single).is_granted());
                    let single = TimeStampResponse::from_der(&single).unwrap().into_token().unwrap();
                    let mut same = single.info().clone();
                    same.serial = token.info().serial.clone();
                    assert_eq!(same, *token.info());
                }
                Outcome::Refused { failure, .. } => {
                    assert_eq!((position, *failure), (1, PkiFailure::BadDataFormat));
                    assert!(read.failure.contains(PkiFailure::BadDataFormat));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn ordered_tokens_differ_in_time_even_in_a_batch() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let mut config = authority.config();
    config.clock.ordered = true;
    config.clock.digits = 6;
    let responder = authority.responder_with(config);
    let requests: Vec<_> = (0..20_usize)
        .map(|number| request(&number.to_be_bytes()).to_der())
        .collect();
    let slices: Vec<_> = requests.iter().map(|one| &one[..]).collect();
    let mut replies = vec![Vec::new(); 20];
    responder.respond_many(&slices, &mut replies);
    let times: Vec<GenTime> = replies
        .iter()
        .map(|reply| {
            TimeStampResponse::from_der(reply)
                .unwrap()
                .into_token()
                .unwrap()
                .info()
                .time
        })
        .collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
    let mut reply = Vec::new();
    responder.respond(&requests[0], &mut reply);
    let next = TimeStampResponse::from_der(&reply)
        .unwrap()
        .into_token()
        .unwrap()
        .info()
        .time;
    assert!(next > times[19]);
}

#[test]
fn many_threads_through_the_queue() {
    for algorithm in [KeyAlgorithm::Sm2, KeyAlgorithm::P256] {
        let authority = Authority::new(algorithm);
        for signing in [1, 2] {
            let queue = Queue::new(std::sync::Arc::new(authority.responder()), signing);
            let mut serials: Vec<Vec<u8>> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..16_u8)
                    .map(|thread| {
                        let (queue, authority) = (&queue, &authority);
                        scope.spawn(move || {
                            let mut serials = Vec::new();
                            let mut reply = Vec::new();
                            for round in 0..25_u8 {
                                let asked = request(&[thread, round]);
                                if round % 10 == 9 {
                                    assert!(!queue.respond(b"junk", &mut reply).is_granted());
                                    assert!(TimeStampResponse::from_der(&reply).is_ok());
                                }
                                assert!(queue.respond(&asked.to_der(), &mut reply).is_granted());
                                let token = TimeStampResponse::from_der(&reply).unwrap().into_token().unwrap();
                                let report = authority.verify(token.der(), &Expected::request(&asked));
                                assert_eq!(report.findings, []);
                                serials.push(token.info().serial.clone());
                            }
                            serials
                        })
                    })
                    .collect();
                threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
            });
            serials.sort();
            serials.dedup();
            assert_eq!(serials.len(), 16 * 25);
        }
    }
}

#[test]
fn who_is_no_authority_issues_nothing() {
    use sealcore::cert::Profile;
    let authority = Authority::with(KeyAlgorithm::Sm2, |template| template.profile = Profile::Unit);
    let error = Responder::new(
        authority.config(),
        Box::new(authority.signer.clone()),
        Box::new(authority.hands.clone()),
        Box::new(sealcore::timestamp::RandomSerials::new(&mut rng())),
        Box::new(crate::world::entropy),
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let authority = Authority::with(KeyAlgorithm::Sm2, |template| {
        template.not_after = now().plus_seconds(-1)
    });
    let responder = authority.responder();
    assert_eq!(refusal(&responder, &request(b"x").to_der()), PkiFailure::SystemFailure);
}

#[test]
fn a_source_of_randomness_that_fails_issues_nothing() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let broken = |_: &mut [u8]| -> sealcore::error::Result<()> {
        Err(sealcore::error::Error::new(
            ErrorKind::Io,
            sealcore::text!("no randomness", "无随机数"),
        ))
    };
    let responder = Responder::new(
        authority.config(),
        Box::new(authority.signer.clone()),
        Box::new(authority.hands.clone()),
        Box::new(sealcore::timestamp::RandomSerials::new(&mut rng())),
        Box::new(broken),
    )
    .unwrap();
    let asked = request(b"x").to_der();
    assert_eq!(refusal(&responder, &asked), PkiFailure::SystemFailure);
    let mut replies = vec![Vec::new(); 3];
    let outcomes = responder.respond_many(&[&asked, &asked, &asked], &mut replies);
    assert!(outcomes.iter().all(|outcome| !outcome.is_granted()));
    for reply in &replies {
        assert!(
            TimeStampResponse::from_der(reply)
                .unwrap()
                .failure
                .contains(PkiFailure::SystemFailure)
        );
    }
}
