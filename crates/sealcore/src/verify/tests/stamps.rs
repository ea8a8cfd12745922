//! Time stamps on signature values: what proves the signing time, and what does not.

use std::time::Duration;

use super::{Forge, ORIGINAL, now, tagged};
use crate::asn1::{Oid, Tag, Time, Tlv, Writer};
use crate::cert::{
    CertificateTemplate, Name, Profile, Revocation, RevocationListTemplate, RevocationReason, TrustStore,
};
use crate::digest::DigestAlgorithm;
use crate::error::Result;
use crate::key::{KeyAlgorithm, PrivateKey, Signer as _, SoftSigner, sign_message};
use crate::oids;
use crate::report::{Code, Integrity, SignatureKind, SignatureReport};
use crate::seal::{self, Generation, Picture, Seal, SealRequest, TbsSign, assemble_signature};
use crate::timestamp::{
    AuthorityConfig, ClockRules, GenTime, MessageImprint, RandomSerials, Reading, Responder, TimeStampRequest,
    TimeStampResponse,
};
use crate::verify::{Context, Digests, Host, SignedValue, VerifyOptions};

const HOUR: i64 = 3600;

/// One root for a signer and an authority.
struct House {
    root: SoftSigner,
    signer: SoftSigner,
    authority: SoftSigner,
}

impl House {
    fn new() -> Self {
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let key = PrivateKey::generate(KeyAlgorithm::Sm2, &mut rng).unwrap();
        let root = template("Root", &key, Profile::Root)
            .self_signed(&key, &mut rng)
            .unwrap();
        let root = SoftSigner::new(key, root).unwrap();
        let mut issue = |name: &str, profile| {
            let key = PrivateKey::generate(KeyAlgorithm::Sm2, &mut rng).unwrap();
            let issued = template(name, &key, profile).issue(&root, &mut rng).unwrap();
            SoftSigner::new(key, issued).unwrap()
        };
        let signer = issue("Signer", Profile::Unit);
        let authority = issue("Authority", Profile::TimestampAuthority);
        Self {
            root,
            signer,
            authority,
        }
    }

    fn trust(&self, revoked: Vec<(Vec<u8>, Revocation)>) -> TrustStore {
        let mut trust = TrustStore::new();
        trust.add_anchor(self.root.certificate().clone());
        let list = RevocationListTemplate {
            this_update: now(),
            next_update: now().plus_seconds(90 * HOUR),
            number: 1,
            entries: revoked,
        };
        trust.add_list(list.issue(&self.root).unwrap());
        trust
    }

    /// A token over `data`, from an hour after the claimed time of the tests.
    fn token(&self, data: &[u8]) -> Vec<u8> {
        let reading = Reading {
            utc: GenTime::from(stamped()),
            uncertainty: Duration::ZERO,
            monotonic: Duration::ZERO,
        };
        const POLICY: Oid = Oid::new(&[1, 2, 3]);
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let responder = Responder::new(
            AuthorityConfig::new(POLICY, ClockRules::new(Duration::from_secs(1))),
            Box::new(self.authority.clone()),
            Box::new(move || -> Result<Reading> { Ok(reading) }),
            Box::new(RandomSerials::new(&mut rng)),
            Box::new(|_: &mut [u8]| -> Result<()> { Ok(()) }),
        )
        .unwrap();
        let imprint = MessageImprint::of(DigestAlgorithm::Sm3, data).unwrap();
        let mut reply = Vec::new();
        responder.respond(&TimeStampRequest::new(imprint).to_der(), &mut reply);
        let token = TimeStampResponse::from_der(&reply).unwrap().into_token().unwrap();
        token.der().to_vec()
    }

    /// SignedData with the attribute signing-time, and a token over what `stamped` makes of its value.
    fn signed_data(&self, claimed: Time, stamped: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> Vec<u8> {
        let forge = Forge::new(&self.signer);
        let mut attributes = forge.usual();
        attributes.push(super::attribute(oids::SIGNING_TIME, |writer| {
            writer.certificate_time(claimed)
        }));
        attributes.sort();
        let forge = forge.attributes(attributes.clone());
        let value = sign_message(&self.signer, &tagged(Tag::SET, &attributes.concat())).unwrap();
        let mut info = forge.signer_info(&value);
        if let Some(data) = stamped(&value) {
            let token = self.token(&data);
            let unsigned = super::attribute(oids::TIMESTAMP_TOKEN, |writer| writer.raw(&token));
            info = extended(&info, &tagged(Tag::context(1), &unsigned));
        }
        forge.assemble(&[info])
    }
}

fn template(name: &str, key: &PrivateKey, profile: Profile) -> CertificateTemplate {
    CertificateTemplate {
        subject: Name::parse(&format!("CN={name},O=sealcore tests,C=CN")).unwrap(),
        public_key: key.public_key(),
        profile,
        not_before: now().plus_seconds(-90 * HOUR),
        not_after: now().plus_seconds(90 * HOUR),
        crl_url: None,
    }
}

fn claimed() -> Time {
    now().plus_seconds(-10 * HOUR)
}

fn stamped() -> Time {
    claimed().plus_seconds(HOUR)
}

/// A SEQUENCE with one more member.
fn extended(sequence: &[u8], member: &[u8]) -> Vec<u8> {
    tagged(
        Tag::SEQUENCE,
        &[Tlv::parse(sequence).unwrap().content(), member].concat(),
    )
}

fn judge(value: &[u8], trust: &TrustStore) -> SignatureReport {
    let mut report = SignatureReport::new("field".into(), SignatureKind::Signature);
    let options = VerifyOptions::new(trust, now().plus_seconds(HOUR));
    let original = ORIGINAL;
    let context = Context {
        host: Host::Ofd,
        original: &Digests::new(&original),
        certificates: &[],
        stated_time: None,
        options: &options,
    };
    let value = SignedValue::read(value, Host::Ofd).unwrap();
    report.integrity = value.judge(&context, &mut report).unwrap();
    report
}

fn codes(report: &SignatureReport) -> Vec<Code> {
    report.findings.iter().map(|finding| finding.code).collect()
}

fn verified(report: &SignatureReport) -> bool {
    report.timestamp.as_ref().unwrap().verified
}

#[test]
fn a_token_over_the_value_proves_the_time() {
    let house = House::new();
    let trust = house.trust(Vec::new());
    let report = judge(&house.signed_data(claimed(), |value| Some(value.to_vec())), &trust);
    assert_eq!((report.integrity, codes(&report)), (Integrity::Intact, vec![]));
    assert!(verified(&report));
    assert_eq!(report.signed_at, Some(stamped()));
    let without = judge(&house.signed_data(claimed(), |_| None), &trust);
    assert_eq!(
        (codes(&without), without.signed_at),
        (vec![Code::TimeClaimed], Some(claimed()))
    );
    assert_eq!(without.timestamp, None);
    let late = judge(
        &house.signed_data(stamped().plus_seconds(HOUR), |value| Some(value.to_vec())),
        &trust,
    );
    assert_eq!(
        (codes(&late), late.signed_at),
        (vec![Code::TimeDiffers], Some(stamped()))
    );
}

#[test]
fn a_token_over_anything_else_proves_nothing() {
    let house = House::new();
    let report = judge(
        &house.signed_data(claimed(), |_| Some(b"another value".to_vec())),
        &house.trust(Vec::new()),
    );
    assert_eq!(report.integrity, Integrity::Intact, "of the signature itself");
    assert_eq!(codes(&report), [Code::TimeClaimed, Code::TimestampBroken]);
    assert!(!verified(&report));
    assert_eq!(report.signed_at, Some(claimed()));
}

#[test]
fn an_authority_that_is_not_trusted_proves_nothing() {
    let (house, other) = (House::new(), House::new());
    let value = house.signed_data(claimed(), |value| Some(value.to_vec()));
    let report = judge(&value, &TrustStore::new());
    assert!(codes(&report).contains(&Code::TimestampUnchecked));
    assert!(!verified(&report));
    assert_eq!(report.timestamp.as_ref().unwrap().time, Some(stamped()));
    let report = judge(&value, &other.trust(Vec::new()));
    assert!(
        codes(&report).contains(&Code::TimestampUntrusted),
        "{:?}",
        report.findings
    );
    assert!(!verified(&report));
    let revoked = Revocation {
        at: stamped().plus_seconds(-60),
        reason: Some(RevocationReason::KEY_COMPROMISE),
    };
    let trust = house.trust(vec![(house.authority.certificate().serial().to_vec(), revoked)]);
    let report = judge(&value, &trust);
    assert_eq!(codes(&report), [Code::TimeClaimed, Code::TimestampUntrusted]);
}

/// What a time stamp is for: the signer's certificate was revoked later.
#[test]
fn a_later_revocation_does_not_reach_back_past_a_proven_time() {
    let house = House::new();
    let serial = house.signer.certificate().serial().to_vec();
    for (at, proven, claimed_only) in [
        (stamped().plus_seconds(60), None, Code::RevokedAfter),
        (
            claimed().plus_seconds(60),
            Some(Code::RevokedBefore),
            Code::RevokedAfter,
        ),
    ] {
        let trust = house.trust(vec![(serial.clone(), Revocation { at, reason: None })]);
        let report = judge(&house.signed_data(claimed(), |value| Some(value.to_vec())), &trust);
        assert_eq!(codes(&report), proven.into_iter().collect::<Vec<_>>());
        let report = judge(&house.signed_data(claimed(), |_| None), &trust);
        assert_eq!(codes(&report), [Code::TimeClaimed, claimed_only]);
    }
}

fn a_seal(house: &House, generation: Generation) -> Seal {
    let validity = [claimed(), claimed(), now().plus_seconds(HOUR)];
    let picture = Picture::new("PNG", b"\x89PNG\r\n\x1a\n".to_vec(), 40, 40);
    SealRequest::new(generation, "1", "seal", picture, house.signer.certificate(), validity)
        .make(&house.signer)
        .unwrap()
}

/// `[0]` around a BIT STRING, as GB/T 38540-2020 has a time stamp.
fn stamp(token: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.constructed(Tag::context(0), |writer| writer.bits(token));
    writer.finish()
}

#[test]
fn seal_signatures_are_stamped_over_their_value() {
    let house = House::new();
    let trust = house.trust(Vec::new());
    for generation in [Generation::V4, Generation::V5] {
        let seal = a_seal(&house, generation);
        let hash = DigestAlgorithm::Sm3.digest(ORIGINAL).unwrap();
        let certificate = house.signer.certificate().der();
        let tbs = TbsSign::new(&seal, claimed(), hash, "field".into(), certificate.to_vec());
        let tbs = tbs.to_der().unwrap();
        let value = sign_message(&house.signer, &tbs).unwrap();
        let bare = assemble_signature(generation, &tbs, certificate, &value, None);
        let token = house.token(&value);
        let stamped_value = extended(&bare, &stamp(&token));
        assert_eq!(
            stamped_value,
            assemble_signature(generation, &tbs, certificate, &value, Some(&token))
        );
        let report = judge(&stamped_value, &trust);
        assert!(verified(&report), "{:?}", report.findings);
        assert_eq!(
            (report.integrity, report.signed_at),
            (Integrity::Intact, Some(stamped()))
        );
        assert!(!codes(&report).contains(&Code::TimeClaimed));
        let report = judge(&extended(&bare, &stamp(&house.token(&tbs))), &trust);
        assert!(!verified(&report));
        assert!(codes(&report).contains(&Code::TimestampBroken));
        let report = judge(&extended(&bare, &stamp(b"no token")), &trust);
        assert!(codes(&report).contains(&Code::TimestampBroken));
    }
}

#[test]
fn seals_are_stamped_over_their_makers_value() {
    let house = House::new();
    let trust = house.trust(Vec::new());
    let options = VerifyOptions::new(&trust, now());
    let seal = a_seal(&house, Generation::V5);
    let mut members = Tlv::parse(seal.der()).unwrap().children().unwrap();
    let value = std::iter::from_fn(|| members.next().unwrap()).last().unwrap();
    for (data, holds) in [(value.bit_string().unwrap().bytes, true), (b"x", false)] {
        let whole = extended(seal.der(), &stamp(&house.token(data)));
        let report = seal::verify(&whole, &options).unwrap();
        let one = &report.signatures[0];
        assert_eq!(one.timestamp.as_ref().unwrap().time, Some(stamped()));
        assert_eq!(verified(one), holds, "{:?}", one.findings);
        assert_eq!(codes(one).contains(&Code::TimestampBroken), !holds);
    }
}
