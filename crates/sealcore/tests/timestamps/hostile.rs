//! Bytes that nobody meant well.

use proptest::prelude::*;
use sealcore::key::KeyAlgorithm;
use sealcore::timestamp::{
    Expected, MessageImprint, Nonce, PkiStatus, TimeStampRequest, TimeStampResponse, TimeStampToken, TstInfo,
};

use crate::world::{Authority, POLICY, request, token};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_request_gets_a_reply_that_reads(bytes in proptest::collection::vec(any::<u8>(), 0..200), start in any::<bool>()) {
        let authority = AUTHORITY.get_or_init(|| Authority::new(KeyAlgorithm::Sm2));
        let responder = authority.responder();
        let mut request = if start { vec![0x30, 0x81, u8::try_from(bytes.len()).unwrap()] } else { Vec::new() };
        request.extend(bytes);
        let mut reply = Vec::new();
        let outcome = responder.respond(&request, &mut reply);
        let read = TimeStampResponse::from_der(&reply).unwrap();
        prop_assert_eq!(outcome.is_granted(), read.status == PkiStatus::Granted);
    }

    #[test]
    fn a_request_with_changed_bytes_gets_a_reply_that_reads(at in 0_usize..80, byte in any::<u8>()) {
        let authority = AUTHORITY.get_or_init(|| Authority::new(KeyAlgorithm::Sm2));
        let responder = authority.responder();
        let mut bytes = request(b"data").with_policy(POLICY).to_der();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        let mut reply = Vec::new();
        let outcome = responder.respond(&bytes, &mut reply);
        let read = TimeStampResponse::from_der(&reply).unwrap();
        prop_assert_eq!(outcome.is_granted(), read.status == PkiStatus::Granted);
        if let (true, Ok(asked)) = (outcome.is_granted(), TimeStampRequest::from_der(&bytes)) {
            let token = read.into_token().unwrap();
            let report = authority.verify(token.der(), &Expected::request(&asked).with_certificates(&[authority.certificate().clone()]));
            prop_assert_eq!(report.findings, vec![]);
        }
    }

    #[test]
    fn requests_are_read_as_written(
        digest in proptest::array::uniform32(any::<u8>()),
        nonce in proptest::option::of(proptest::collection::vec(any::<u8>(), 1..40)),
        with_policy in any::<bool>(),
        cert_req in any::<bool>(),
    ) {
        let imprint = MessageImprint::new(sealcore::digest::DigestAlgorithm::Sha256, &digest).unwrap();
        let mut request = TimeStampRequest::new(imprint).with_certificates(cert_req);
        request.nonce = nonce.and_then(|octets| Nonce::from_content(&octets));
        request.policy = with_policy.then_some(POLICY);
        let der = request.to_der();
        let read = TimeStampRequest::from_der(&der).unwrap();
        prop_assert_eq!(&read, &request);
        prop_assert_eq!(read.to_der(), der);
    }

    #[test]
    fn anything_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = TimeStampRequest::from_der(&bytes);
        let _ = TimeStampResponse::from_der(&bytes);
        let _ = TimeStampToken::from_bytes(&bytes);
        let _ = TstInfo::from_der(&bytes);
    }
}

static AUTHORITY: std::sync::OnceLock<Authority> = std::sync::OnceLock::new();

#[test]
fn a_token_cut_anywhere_is_refused() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let asked = request(b"data");
    let token = token(&authority.responder(), &asked);
    for length in 0..token.der().len() {
        let cut = &token.der()[..length];
        assert!(TimeStampToken::from_bytes(cut).is_err());
        assert!(sealcore::timestamp::verify(cut, &Expected::request(&asked), &authority.options()).is_err());
    }
}
