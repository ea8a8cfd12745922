//! Verification of a token over much data is watched.

use std::sync::Mutex;

use sealcore::error::ErrorKind;
use sealcore::key::KeyAlgorithm;
use sealcore::monitor::Monitor;
use sealcore::report::{Code, Verdict};
use sealcore::timestamp::{Expected, TimeStampReport, verify};

use crate::world::{Authority, request, token};

/// Cancels at a call.
struct Noting {
    told: Mutex<Vec<u64>>,
    cancels_at: usize,
}

impl Monitor for Noting {
    fn advance(&self, bytes: u64) -> bool {
        let mut told = self.told.lock().unwrap();
        told.push(bytes);
        told.len() != self.cancels_at
    }
}

#[test]
fn progress_is_of_token_and_data_and_each_call_may_cancel() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let data = vec![7; 1_000_000];
    let token = token(&authority.responder(), &request(&data));
    let watched = |cancels_at, data: &[u8]| -> (sealcore::error::Result<TimeStampReport>, Vec<u64>) {
        let noting = Noting {
            told: Mutex::default(),
            cancels_at,
        };
        let mut options = authority.options();
        options.monitor = &noting;
        let result = verify(token.der(), &Expected::data(data), &options);
        (result, noting.told.into_inner().unwrap())
    };
    let (report, told) = watched(0, &data);
    assert_eq!(report.unwrap().verdict, Verdict::Valid);
    assert_eq!(told.iter().sum::<u64>(), (token.der().len() + data.len()) as u64);
    assert_eq!(told[0], 0, "it is asked before the work begins");
    for at in 1..=told.len() {
        let (result, calls) = watched(at, &data);
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
        assert_eq!(calls.len(), at, "nothing goes on after it");
    }
    // Cancelled is not the same as altered.
    let (report, _) = watched(0, &data[1..]);
    assert!(
        report
            .unwrap()
            .findings
            .iter()
            .any(|one| one.code == Code::DigestMismatch)
    );
}
