//! Targets of time stamps: requests to an authority, its replies, tokens.

use std::sync::OnceLock;

use sealcore::cert::TrustStore;
use sealcore::report::Verdict;
use sealcore::timestamp::{
    Expected, PkiStatus, Responder, TimeStampRequest, TimeStampResponse, TimeStampToken, TstInfo, verify,
};

use crate::{options, seeds};

/// Asks an authority. It answers whatever it is asked, and what it grants it was asked for.
pub fn timestamp_request(data: &[u8]) {
    static RESPONDER: OnceLock<Responder> = OnceLock::new();
    let responder = RESPONDER.get_or_init(seeds::responder);
    let mut reply = Vec::new();
    let outcome = responder.respond(data, &mut reply);
    let read = TimeStampResponse::from_der(&reply);
    let Ok(response) = read else {
        return assert!(read.is_ok(), "a reply is read");
    };
    assert_eq!(response.to_der(), reply);
    assert_eq!(outcome.is_granted(), response.status == PkiStatus::Granted);
    let Some(token) = response.token else {
        return assert!(!response.failure.is_empty());
    };
    let asked = TimeStampRequest::from_der(data);
    let Ok(asked) = asked else {
        return assert!(asked.is_ok(), "what is granted is read");
    };
    let info = token.info();
    assert_eq!((&info.imprint, &info.nonce), (&asked.imprint, &asked.nonce));
    assert_eq!(token.signed_data().certificates.is_empty(), !asked.cert_req);
    // What is written of it is a request for the same.
    assert!(TimeStampRequest::from_der(&asked.to_der()).is_ok_and(|again| {
        (again.imprint, again.policy, again.nonce) == (asked.imprint, asked.policy, asked.nonce)
    }));
}

/// Reads a reply. What is written of it is read as the same.
pub fn timestamp_response(data: &[u8]) {
    let Ok(response) = TimeStampResponse::from_der(data) else {
        return;
    };
    let written = response.to_der();
    let again = TimeStampResponse::from_der(&written);
    assert!(again.is_ok_and(|again| {
        (again.status, again.failure, again.to_der()) == (response.status, response.failure, written)
    }));
    assert!(response.token.is_none() || response.clone().into_token().is_ok() == response.status.has_token());
}

/// Reads a token and verifies it: without trust it is never valid, and under the authority's anchor only what the authority
/// stamped is.
pub fn timestamp_token(data: &[u8]) {
    if let Ok(info) = TstInfo::from_der(data) {
        let again = TstInfo::from_der(&info.to_der());
        assert!(again.is_ok_and(|again| (again.imprint, again.time) == (info.imprint, info.time)));
    }
    let nobody = TrustStore::new();
    let Ok(report) = verify(data, &Expected::default(), &options(&nobody)) else {
        return assert!(TimeStampToken::from_bytes(data).is_err(), "what is read is verified");
    };
    assert_ne!(report.verdict, Verdict::Valid);
    if let Some(info) = valid_info(data) {
        assert!(good().1.contains(&info));
    }
}

/// What a token says that is valid under the authority's anchor.
#[must_use]
pub fn valid_info(data: &[u8]) -> Option<TstInfo> {
    let (trust, stamped) = good();
    let imprints = stamped.iter().map(|info| &info.imprint);
    let reports = imprints.filter_map(|imprint| verify(data, &Expected::imprint(imprint), &options(trust)).ok());
    let mut valid = reports.filter(|report| report.verdict == Verdict::Valid);
    valid.next()?.info
}

fn good() -> &'static (TrustStore, Vec<TstInfo>) {
    static GOOD: OnceLock<(TrustStore, Vec<TstInfo>)> = OnceLock::new();
    GOOD.get_or_init(seeds::stamped)
}
