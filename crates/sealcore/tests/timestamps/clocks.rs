//! Clocks that step, drift and doubt.

use std::time::Duration;

use sealcore::error::ErrorKind;
use sealcore::key::KeyAlgorithm;
use sealcore::timestamp::{ClockFault, ClockRules, ClockWatch, GenTime, Outcome, PkiFailure, TimeStampResponse};

use crate::support::now;
use crate::world::{Authority, Hands, request};

const SECOND: Duration = Duration::from_secs(1);

fn watch(hands: &Hands, change: impl FnOnce(&mut ClockRules)) -> ClockWatch {
    let mut rules = ClockRules::new(SECOND);
    change(&mut rules);
    ClockWatch::new(Box::new(hands.clone()), rules)
}

#[test]
fn a_step_back_stops_until_reset() {
    let hands = Hands::new();
    let watch = watch(&hands, |_| {});
    let first = watch.issue().unwrap();
    assert_eq!(first, GenTime::new(now(), 123_000_000), "milliseconds");
    assert_eq!(watch.issue().unwrap(), first, "the same moment is no step back");
    hands.set(|reading| reading.utc = GenTime::new(now(), 123_456_788));
    let error = watch.issue().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("stepped back"), "{error}");
    hands.pass(SECOND * 60);
    assert!(watch.issue().is_err(), "also when the clock has come right");
    let by = Duration::from_nanos(1);
    assert_eq!(watch.fault(), Some(ClockFault::SteppedBack { by }));
    watch.reset();
    assert_eq!(watch.fault(), None);
    assert!(watch.issue().unwrap() > first);
}

#[test]
fn drift_either_way_stops() {
    for (utc, monotonic) in [(3, 1), (1, 3)] {
        let hands = Hands::new();
        let watch = watch(&hands, |_| {});
        watch.issue().unwrap();
        hands.set(|reading| {
            reading.utc = reading.utc.plus(SECOND * utc);
            reading.monotonic += SECOND * monotonic;
        });
        assert!(watch.issue().unwrap_err().to_string().contains("drifted"));
        let fault = ClockFault::Drifted {
            by: SECOND * 2,
            allowed: SECOND,
        };
        assert_eq!(watch.fault(), Some(fault));
        watch.reset();
        watch.issue().unwrap();
    }
}

/// Half a second of drift in an hour is what a disciplined clock may do for years; within its span it adds up.
#[test]
fn drift_counts_over_its_span() {
    let drifting = |hands: &Hands, span: Duration| {
        hands.pass(span);
        hands.set(|reading| reading.utc = reading.utc.plus(Duration::from_millis(400)));
    };
    let hands = Hands::new();
    let patient = watch(&hands, |_| {});
    patient.issue().unwrap();
    for _ in 0..10 {
        drifting(&hands, SECOND * 3600);
        patient.issue().unwrap();
    }
    let strict = watch(&hands, |rules| rules.drift_span = None);
    strict.issue().unwrap();
    let refused = (0..10).position(|_| {
        drifting(&hands, SECOND * 3600);
        strict.issue().is_err()
    });
    assert_eq!(refused, Some(2), "1.2 s after three hours");
    let quick = watch(&hands, |_| {});
    quick.issue().unwrap();
    let refused = (0..10).position(|_| {
        drifting(&hands, SECOND * 60);
        quick.issue().is_err()
    });
    assert_eq!(refused, Some(2), "1.2 s after three minutes");
}

#[test]
fn doubt_passes_by_itself() {
    let hands = Hands::new();
    let watch = watch(&hands, |_| {});
    hands.set(|reading| reading.uncertainty = SECOND * 2);
    assert!(watch.issue().unwrap_err().to_string().contains("sure"));
    assert_eq!(watch.fault(), None);
    hands.set(|reading| reading.uncertainty = SECOND);
    watch.issue().unwrap();
}

#[test]
fn a_restart_remembers_the_last_token() {
    let hands = Hands::new();
    let watch = watch(&hands, |rules| {
        rules.issued_until = Some(GenTime::new(now(), 500_000_000))
    });
    assert!(watch.issue().unwrap_err().to_string().contains("stepped back"));
}

#[test]
fn a_restart_right_after_ordered_tokens_is_no_step_back() {
    let hands = Hands::new();
    let last = GenTime::new(now(), 900_000_000);
    let again = |ahead: GenTime| {
        watch(&hands, |rules| {
            rules.ordered = true;
            rules.issued_until = Some(ahead);
        })
    };
    assert!(again(last).issue().unwrap() > last, "still later than what is out");
    let error = again(last.plus(SECOND)).issue().unwrap_err();
    assert!(error.to_string().contains("stepped back"), "{error}");
}

#[test]
fn order_is_kept_within_the_accuracy() {
    let hands = Hands::new();
    let watch = watch(&hands, |rules| {
        rules.ordered = true;
        rules.digits = 1;
    });
    let mut last = watch.issue().unwrap();
    let mut count = 1;
    let error = loop {
        match watch.issue() {
            Ok(time) => {
                assert!(time > last);
                last = time;
                count += 1;
            }
            Err(error) => break error,
        }
    };
    assert!(error.to_string().contains("ordered"), "{error}");
    assert_eq!(count, 11, "a second has ten tenths, and the clock stands inside one");
    hands.pass(SECOND);
    assert!(watch.issue().unwrap() > last);
}

#[test]
fn the_reply_says_that_there_is_no_time() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let responder = authority.responder();
    let asked = request(b"x").to_der();
    let mut reply = Vec::new();
    assert!(responder.respond(&asked, &mut reply).is_granted());
    authority
        .hands
        .set(|reading| reading.utc = now().plus_seconds(-5).into());
    let refused = |outcome: &Outcome| match outcome {
        Outcome::Refused { failure, reason } => {
            assert_eq!(*failure, PkiFailure::TimeNotAvailable);
            assert!(reason.to_string().contains("stepped back"));
        }
        other => panic!("{other:?}"),
    };
    refused(&responder.respond(&asked, &mut reply));
    let read = TimeStampResponse::from_der(&reply).unwrap();
    assert!(read.failure.contains(PkiFailure::TimeNotAvailable));
    let mut replies = vec![Vec::new(); 4];
    responder
        .respond_many(&[&asked[..]; 4], &mut replies)
        .iter()
        .for_each(refused);
    assert!(responder.clock_fault().is_some());
    responder.reset_clock();
    assert!(responder.respond(&asked, &mut reply).is_granted());
}
