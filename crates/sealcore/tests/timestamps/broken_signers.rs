//! Signers that fail, break off, or lie, in the middle of everything.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sealcore::cert::Certificate;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::{KeyAlgorithm, Signer, SoftSigner};
use sealcore::text;
use sealcore::timestamp::{Expected, Outcome, Queue, RandomSerials, Responder, TimeStampResponse};

use crate::world::{Authority, entropy, request, rng};

/// Every third call fails, every fifth panics.
struct Moody {
    inner: SoftSigner,
    calls: AtomicUsize,
}

impl Moody {
    fn mood(&self) -> Result<()> {
        match self.calls.fetch_add(1, Ordering::Relaxed) {
            call if call % 5 == 4 => panic!("the device fell off"),
            call if call % 3 == 2 => Err(Error::new(ErrorKind::Crypto, text!("not now", "稍后"))),
            _ => Ok(()),
        }
    }
}

impl Signer for Moody {
    fn certificate(&self) -> &Certificate {
        self.inner.certificate()
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        // Others come and wait meanwhile.
        std::thread::sleep(std::time::Duration::from_micros(300));
        self.mood()?;
        self.inner.sign_digest(digest)
    }

    fn is_external(&self) -> bool {
        false
    }
}

#[test]
fn everybody_gets_an_own_reply_or_none() {
    for signing in [1, 3] {
        let authority = Authority::new(KeyAlgorithm::Sm2);
        let signer = Moody {
            inner: authority.signer.clone(),
            calls: AtomicUsize::new(0),
        };
        let responder = Responder::new(
            authority.config(),
            Box::new(signer),
            Box::new(authority.hands.clone()),
            Box::new(RandomSerials::new(&mut rng())),
            Box::new(entropy),
        );
        let queue = Queue::new(Arc::new(responder.unwrap()), signing);
        let serials = Mutex::new(BTreeSet::new());
        let tally = [const { AtomicUsize::new(0) }; 3];
        std::thread::scope(|scope| {
            for thread in 0..8_u8 {
                let (queue, authority, serials, tally) = (&queue, &authority, &serials, &tally);
                scope.spawn(move || {
                    // Bytes of an earlier reply stay in the buffer.
                    let mut reply = vec![0xaa; 3000];
                    for round in 0..40_u8 {
                        let asked = request(&[thread, round]);
                        // Some are refused, in whatever batch they come.
                        let bytes = if round % 7 == 3 { vec![0x30, 0] } else { asked.to_der() };
                        let outcome = catch_unwind(AssertUnwindSafe(|| queue.respond(&bytes, &mut reply)));
                        let Ok(outcome) = outcome else {
                            tally[2].fetch_add(1, Ordering::Relaxed);
                            continue;
                        };
                        let read = TimeStampResponse::from_der(&reply).unwrap();
                        match outcome {
                            Outcome::Granted { serial, .. } => {
                                assert!(serials.lock().unwrap().insert(serial), "{serial} twice");
                                let token = read.into_token().unwrap();
                                let report = authority.verify(token.der(), &Expected::request(&asked));
                                assert_eq!(report.findings, vec![]);
                                tally[0].fetch_add(1, Ordering::Relaxed);
                            }
                            Outcome::Refused { failure, .. } => {
                                assert!(read.token.is_none() && read.failure.contains(failure));
                                tally[1].fetch_add(1, Ordering::Relaxed);
                            }
                            _ => unreachable!(),
                        }
                    }
                });
            }
        });
        let [granted, refused, broken] = tally.map(AtomicUsize::into_inner);
        assert_eq!(granted + refused + broken, 8 * 40);
        assert!(
            granted > 0 && refused > 8 * 5 && broken > 0,
            "{granted} {refused} {broken}"
        );
    }
}
