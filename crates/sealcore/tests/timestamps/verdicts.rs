//! What is said about tokens.

use sealcore::asn1::{Oid, Time};
use sealcore::cert::{Profile, Revocation, RevocationReason, TrustStore};
use sealcore::digest::DigestAlgorithm;
use sealcore::key::KeyAlgorithm;
use sealcore::report::{Code, Integrity, Trust, Verdict};
use sealcore::timestamp::{
    CheckedAuthority, Expected, MessageImprint, Nonce, TimeStampReport, TimeStampRequest, TimeStampToken,
};
use sealcore::verify::VerifyOptions;

use crate::support::{DAY, now};
use crate::world::{Authority, POLICY, request, rng, token};

fn codes(report: &TimeStampReport) -> Vec<Code> {
    report.findings.iter().map(|finding| finding.code).collect()
}

fn made() -> (Authority, TimeStampRequest, TimeStampToken) {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let asked = request(b"data");
    let token = token(&authority.responder(), &asked);
    (authority, asked, token)
}

#[test]
fn what_is_expected_is_compared() {
    let (authority, asked, token) = made();
    let report = authority.verify(token.der(), &Expected::request(&asked).with_policies(&[POLICY]));
    assert_eq!(
        (report.verdict, report.integrity, report.trust),
        (Verdict::Valid, Integrity::Intact, Trust::Trusted)
    );
    assert_eq!(report.authority.unwrap().name, "时间戳");
    let report = authority.verify(token.der(), &Expected::data(b"other data"));
    assert_eq!(
        (report.verdict, report.integrity),
        (Verdict::Invalid, Integrity::Altered)
    );
    assert_eq!(codes(&report), [Code::DigestMismatch]);
    let other = MessageImprint::of(DigestAlgorithm::Sha256, b"data").unwrap();
    let report = authority.verify(token.der(), &Expected::imprint(&other));
    assert_eq!(codes(&report), [Code::DigestMismatch]);
    let replayed = asked.clone().with_nonce(Nonce::random(&mut rng()));
    let report = authority.verify(token.der(), &Expected::request(&replayed));
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Invalid, vec![Code::TimestampNonce])
    );
    const OTHER: Oid = Oid::new(&[1, 2, 3]);
    let report = authority.verify(token.der(), &Expected::request(&asked.clone().with_policy(OTHER)));
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Invalid, vec![Code::TimestampPolicy])
    );
    let report = authority.verify(token.der(), &Expected::request(&asked).with_policies(&[OTHER]));
    assert_eq!(codes(&report), [Code::TimestampPolicy]);
    let report = authority.verify(token.der(), &Expected::default());
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Indeterminate, vec![Code::TimestampNothingCompared])
    );
}

#[test]
fn trust_is_given_not_found() {
    let (authority, asked, token) = made();
    let expected = Expected::request(&asked);
    let verify = |trust: &TrustStore, at: Time| {
        sealcore::timestamp::verify(token.der(), &expected, &VerifyOptions::new(trust, at)).unwrap()
    };
    let nobody = TrustStore::new();
    let report = verify(&nobody, now());
    assert_eq!((report.verdict, report.trust), (Verdict::Indeterminate, Trust::Unknown));
    assert_eq!(codes(&report), [Code::TimestampAuthorityUnjudged]);
    let other = Authority::new(KeyAlgorithm::Sm2);
    let report = verify(&other.trust, now());
    assert_eq!(
        (report.verdict, report.trust),
        (Verdict::Indeterminate, Trust::Untrusted)
    );
    let mut without_list = TrustStore::new();
    without_list.add_anchor(sealcore::key::Signer::certificate(&authority.root).clone());
    let report = verify(&without_list, now());
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Indeterminate, vec![Code::RevocationUnknown])
    );
    let report = verify(&authority.trust, now().plus_seconds(-3600));
    assert!(codes(&report).contains(&Code::TimeFuture), "{:?}", report.findings);
    let report = verify(&authority.trust, now().plus_seconds(701 * DAY));
    assert!(codes(&report).contains(&Code::TimestampAuthorityExpired));
    assert_eq!(report.verdict, Verdict::Indeterminate);
}

#[test]
fn only_certificates_for_time_stamps_count() {
    // The responder refuses such a certificate, so its token is made with a good one and verified with the other.
    for profile in [Profile::Unit, Profile::Person] {
        let authority = Authority::with(KeyAlgorithm::Sm2, |template| template.profile = profile);
        assert!(sealcore::timestamp::check_authority(authority.certificate()).is_err());
        assert!(CheckedAuthority::new(authority.certificate(), &[], &authority.options()).is_err());
    }
}

#[test]
fn revocation_unmakes_tokens_by_its_reason() {
    for (reason, days, verdict, code) in [
        (
            Some(RevocationReason::SUPERSEDED),
            -10,
            Verdict::Invalid,
            Some(Code::RevokedBefore),
        ),
        (Some(RevocationReason::SUPERSEDED), 1, Verdict::Valid, None),
        (Some(RevocationReason::CESSATION), 1, Verdict::Valid, None),
        (
            Some(RevocationReason::KEY_COMPROMISE),
            1,
            Verdict::Invalid,
            Some(Code::TimestampAuthorityRevoked),
        ),
        (None, 1, Verdict::Invalid, Some(Code::TimestampAuthorityRevoked)),
    ] {
        let mut authority = Authority::new(KeyAlgorithm::Sm2);
        let asked = request(b"data");
        let token = token(&authority.responder(), &asked);
        let at = now().plus_seconds(days * DAY);
        let serial = authority.certificate().serial().to_vec();
        authority.publish(vec![(serial, Revocation { at, reason })]);
        let mut options = authority.options();
        options.at = now().plus_seconds(5 * DAY);
        let report = sealcore::timestamp::verify(token.der(), &Expected::request(&asked), &options).unwrap();
        assert_eq!(report.verdict, verdict, "{reason:?} {days} {:?}", report.findings);
        assert_eq!(codes(&report), code.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn a_checked_authority_says_the_same() {
    let (authority, asked, token) = made();
    let options = authority.options();
    let checked = CheckedAuthority::new(authority.certificate(), &[], &options).unwrap();
    assert_eq!(checked.certificate(), Some(authority.certificate()));
    let other = request(b"other");
    for expected in [
        Expected::request(&asked),
        Expected::request(&other),
        Expected::data(b"data"),
        Expected::data(b"x"),
    ] {
        let full = authority.verify(token.der(), &expected);
        let quick = checked.verify(token.der(), &expected).unwrap();
        assert_eq!(full.verdict, quick.verdict);
        assert_eq!(full.integrity, quick.integrity);
        assert_eq!(full.findings, quick.findings);
        assert_eq!(full.info, quick.info);
        assert_eq!(full.authority, quick.authority);
    }
    let stranger = Authority::new(KeyAlgorithm::Sm2);
    let foreign = crate::world::token(&stranger.responder(), &asked);
    let report = checked.verify(foreign.der(), &Expected::request(&asked)).unwrap();
    assert_eq!((report.verdict, report.trust), (Verdict::Indeterminate, Trust::Unknown));
    assert!(CheckedAuthority::new(stranger.certificate(), &[], &options).is_err());
    // From before the certificate was valid.
    authority
        .hands
        .set(|reading| reading.utc = now().plus_seconds(-100 * DAY - 1).into());
    let early = checked.verify(token.der(), &Expected::request(&asked)).unwrap();
    assert_eq!(early.verdict, Verdict::Valid, "the token has its own time");
}

#[test]
fn any_flipped_bit_is_noticed() {
    for algorithm in [KeyAlgorithm::Sm2, KeyAlgorithm::P256] {
        let authority = Authority::new(algorithm);
        let asked = request(b"data").with_certificates(false);
        let token = token(&authority.responder(), &asked);
        let certificates = [authority.certificate().clone()];
        let options = authority.options();
        let checked = CheckedAuthority::new(authority.certificate(), &[], &options).unwrap();
        let mut flipped = token.der().to_vec();
        let name = authority.certificate().issuer_raw();
        let start = flipped.windows(name.len()).position(|window| window == name).unwrap();
        let issuer = start..start + name.len();
        let mut missed = Vec::new();
        for bit in 0..flipped.len() * 8 {
            flipped[bit / 8] ^= 0x80 >> (bit % 8);
            let expected = Expected::request(&asked).with_certificates(&certificates);
            if let Ok(quick) = checked.verify(&flipped, &expected) {
                let full = sealcore::timestamp::verify(&flipped, &expected, &options).unwrap();
                // RFC 5280, 7.1: names are compared without regard to case, the issuer's in SignerInfo too.
                let case = issuer.contains(&(bit / 8)) && bit % 8 == 2;
                if !case && (quick.verdict == Verdict::Valid || full.verdict == Verdict::Valid) {
                    missed.push((bit, token.der()[bit / 8..].iter().take(8).copied().collect::<Vec<_>>()));
                }
            }
            flipped[bit / 8] ^= 0x80 >> (bit % 8);
        }
        assert_eq!(missed, [], "{algorithm:?} {:02x?}", token.der());
    }
}
