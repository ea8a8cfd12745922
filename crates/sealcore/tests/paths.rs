//! Paths to trust anchors and revocation, on certificates made here.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/clock.rs"]
mod clock;

use getrandom::SysRng;
use rand_core::{CryptoRng, UnwrapErr};
use sealcore::asn1::{Oid, Tag, Time, Tlv, Writer};
use sealcore::cert::{
    Certificate, CertificateBag, CertificateTemplate, Name, PathJudgement, PathQuestion, Profile, Purpose, Revocation,
    RevocationList, RevocationListTemplate, RevocationReason, TrustStore,
};
use sealcore::key::{Signer as _, SoftSigner};
use sealcore::limits::Limits;
use sealcore::oids;
use sealcore::report::{Code, Trust};
use sealcore_gm::sm2::{DEFAULT_ID, SigningKey};

fn rng() -> impl CryptoRng {
    UnwrapErr(SysRng)
}

fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

fn key() -> SigningKey {
    SigningKey::generate(&mut rng()).unwrap()
}

fn template(name: &str, key: &SigningKey, profile: Profile) -> CertificateTemplate {
    CertificateTemplate {
        subject: Name::parse(&format!("CN={name},O=测试,C=CN")).unwrap(),
        public_key: key.verifying_key().clone().into(),
        profile,
        not_before: time("2020-01-01"),
        not_after: time("2040-01-01"),
        crl_url: None,
    }
}

fn root(name: &str) -> SoftSigner {
    let key = key();
    let certificate = template(name, &key, Profile::Root)
        .self_signed(&key, &mut rng())
        .unwrap();
    SoftSigner::new(key, certificate).unwrap()
}

fn below(issuer: &SoftSigner, name: &str, profile: Profile) -> SoftSigner {
    let key = key();
    let certificate = template(name, &key, profile).issue(issuer, &mut rng()).unwrap();
    SoftSigner::new(key, certificate).unwrap()
}

fn list(issuer: &SoftSigner, from: &str, until: &str, entries: &[(&Certificate, &str)]) -> RevocationList {
    let entry = |(one, at): &(&Certificate, &str)| {
        (
            one.serial().to_vec(),
            Revocation {
                at: time(at),
                reason: None,
            },
        )
    };
    let (this_update, next_update) = (time(from), time(until));
    let entries = entries.iter().map(entry).collect();
    RevocationListTemplate {
        this_update,
        next_update,
        number: 1,
        entries,
    }
    .issue(issuer)
    .unwrap()
}

/// Root, authority and unit, with lists of both authorities from 2026-01-01 to 2027-01-01.
struct World {
    root: SoftSigner,
    authority: SoftSigner,
    unit: SoftSigner,
    store: TrustStore,
}

fn world() -> World {
    let root = root("root");
    let authority = below(&root, "authority", Profile::Authority { path_len: Some(0) });
    let unit = below(&authority, "unit", Profile::Unit);
    let mut store = TrustStore::new();
    store.add_bytes(root.certificate().der(), "root.cer").unwrap();
    for issuer in [&root, &authority] {
        store.add_list(list(issuer, "2026-01-01", "2027-01-01", &[]));
    }
    World {
        root,
        authority,
        unit,
        store,
    }
}

fn question<'a>(certificate: &'a Certificate, extra: &'a [Certificate]) -> PathQuestion<'a> {
    PathQuestion {
        certificate,
        extra,
        time: time("2026-05-01"),
        time_proven: false,
        now: time("2026-06-01"),
        purpose: Purpose::Signer,
    }
}

fn codes(judgement: &PathJudgement) -> Vec<Code> {
    judgement.findings.iter().map(|finding| finding.code).collect()
}

/// Trust and codes of `certificate` with `extra` in `store`.
fn judged(store: &TrustStore, certificate: &Certificate, extra: &[Certificate]) -> (Trust, Vec<Code>) {
    let judgement = store.judge(&question(certificate, extra), &Limits::default());
    let codes = codes(&judgement);
    (judgement.trust, codes)
}

#[test]
fn a_path_that_holds() {
    let world = world();
    let extra = [world.authority.certificate().clone()];
    let judgement = world
        .store
        .judge(&question(world.unit.certificate(), &extra), &Limits::default());
    assert_eq!((judgement.trust, codes(&judgement)), (Trust::Trusted, vec![]));
    let whole = [
        world.unit.certificate(),
        world.authority.certificate(),
        world.root.certificate(),
    ];
    assert!(judgement.path.iter().eq(whole));
    assert_eq!(judged(&world.store, world.root.certificate(), &[]).0, Trust::Trusted);
}

#[test]
fn no_anchor_and_no_path() {
    let world = world();
    let unit = world.unit.certificate();
    assert_eq!(
        judged(&TrustStore::new(), unit, &[]),
        (Trust::Unknown, vec![Code::TrustUnknown])
    );
    assert_eq!(
        judged(&world.store, unit, &[]),
        (Trust::Untrusted, vec![Code::TrustNone])
    );
    let other = root("other");
    let mut store = TrustStore::new();
    store.add_anchor(other.certificate().clone());
    let extra = [world.authority.certificate().clone(), world.root.certificate().clone()];
    assert_eq!(judged(&store, unit, &extra), (Trust::Untrusted, vec![Code::TrustNone]));
}

#[test]
fn an_impostor_of_the_anchors_name_is_told() {
    let world = world();
    let impostor = root("root");
    let unit = below(&impostor, "unit", Profile::Unit);
    let extra = [impostor.certificate().clone()];
    assert_eq!(
        judged(&world.store, unit.certificate(), &extra),
        (Trust::Untrusted, vec![Code::TrustPath])
    );
}

#[test]
fn what_breaks_a_path() {
    let world = world();
    // Below an authority whose path length is 0.
    let deeper = {
        let key = key();
        let certificate = template("deeper", &key, Profile::Authority { path_len: None })
            .issue(&world.authority, &mut rng())
            .unwrap();
        SoftSigner::new(key, certificate).unwrap()
    };
    let unit = below(&deeper, "unit", Profile::Unit);
    let extra = [deeper.certificate().clone(), world.authority.certificate().clone()];
    let judgement = world
        .store
        .judge(&question(unit.certificate(), &extra), &Limits::default());
    assert_eq!(
        (judgement.trust, codes(&judgement)),
        (Trust::Untrusted, vec![Code::TrustPath])
    );
    assert!(
        judgement.findings[0]
            .message(sealcore::lang::Lang::En)
            .contains("path length")
    );

    // Issued by a certificate that is no authority.
    let forged = raw_certificate(&world.unit, "forged", &[]);
    let extra = [world.unit.certificate().clone(), world.authority.certificate().clone()];
    let judgement = world.store.judge(&question(&forged, &extra), &Limits::default());
    assert_eq!(judgement.trust, Trust::Untrusted);
    assert!(
        judgement.findings[0]
            .message(sealcore::lang::Lang::En)
            .contains("not a certificate authority")
    );

    // The authority had not begun.
    let extra = [world.authority.certificate().clone()];
    let mut early = question(world.unit.certificate(), &extra);
    early.time = time("2019-01-01");
    let judgement = world.store.judge(&early, &Limits::default());
    assert_eq!(
        (judgement.trust, codes(&judgement)),
        (Trust::Untrusted, vec![Code::TrustPath])
    );
}

/// Identifier, criticality, value.
type RawExtension<'a> = (Oid, bool, &'a [u8]);

/// A certificate of version 3 with these extensions.
fn raw_certificate(issuer: &SoftSigner, name: &str, extensions: &[RawExtension<'_>]) -> Certificate {
    let good = below(&root("x"), name, Profile::Unit);
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        let mut members = Tlv::parse(good.certificate().tbs()).unwrap().children().unwrap();
        for index in 0..7 {
            let member = members.any().unwrap();
            writer.raw(if index == 3 {
                issuer.certificate().subject_raw()
            } else {
                member.raw()
            });
        }
        writer.constructed(Tag::context(3), |writer| {
            writer.sequence(|writer| {
                for (oid, critical, value) in extensions {
                    writer.sequence(|writer| {
                        writer.oid(*oid);
                        writer.boolean(*critical);
                        writer.octets(value);
                    });
                }
            });
        });
    });
    let tbs = writer.finish();
    let value = issuer.key().sm2().unwrap().sign_message(DEFAULT_ID, &tbs).unwrap();
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.raw(&tbs);
        writer.sequence(|writer| writer.oid(oids::SM2_WITH_SM3));
        writer.bits(&sealcore::algorithm::sm2_value_to_der(&value));
    });
    Certificate::from_der(&writer.finish()).unwrap()
}

#[test]
fn extensions_decide() {
    let world = world();
    let extra = [world.authority.certificate().clone()];
    let usage: RawExtension<'_> = (oids::KEY_USAGE, true, &[3, 2, 6, 0xc0]);
    let unknown = Oid::new(&[1, 2, 3, 4]);
    let cases: [(&[RawExtension<'_>], Trust, &[Code]); 8] = [
        (&[usage], Trust::Trusted, &[]),
        (&[], Trust::Trusted, &[Code::KeyUsageAbsent]),
        (
            &[(oids::KEY_USAGE, true, &[3, 2, 5, 0x20])],
            Trust::Trusted,
            &[Code::KeyUsage],
        ),
        (&[usage, (unknown, false, b"?")], Trust::Trusted, &[]),
        (
            &[usage, (unknown, true, b"?")],
            Trust::Untrusted,
            &[Code::CertificateExtension],
        ),
        (&[usage, usage], Trust::Untrusted, &[Code::CertificateExtension]),
        (
            &[usage, (oids::BASIC_CONSTRAINTS, true, b"?")],
            Trust::Untrusted,
            &[Code::CertificateExtension],
        ),
        (&[(oids::KEY_USAGE, false, b"?")], Trust::Trusted, &[Code::KeyUsage]),
    ];
    for (index, (extensions, trust, expected)) in cases.into_iter().enumerate() {
        let certificate = raw_certificate(&world.authority, "odd", extensions);
        assert_eq!(
            judged(&world.store, &certificate, &extra),
            (trust, expected.to_vec()),
            "case {index}"
        );
    }
}

#[test]
fn time_stamp_authorities_need_their_purpose() {
    let world = world();
    let extra = [world.authority.certificate().clone()];
    let good = below(&world.authority, "tsa", Profile::TimestampAuthority);
    for (certificate, expected) in [
        (good.certificate(), vec![]),
        (world.unit.certificate(), vec![Code::KeyUsage]),
    ] {
        let mut question = question(certificate, &extra);
        question.purpose = Purpose::TimestampAuthority;
        assert_eq!(codes(&world.store.judge(&question, &Limits::default())), expected);
    }
}

#[test]
fn revocation_by_time() {
    let world = world();
    let unit = world.unit.certificate();
    let extra = [world.authority.certificate().clone()];
    let case = |at: &str, proven: bool| {
        let mut store = TrustStore::new();
        store.add_anchor(world.root.certificate().clone());
        store.add_list(list(&world.root, "2026-01-01", "2027-01-01", &[]));
        store.add_list(list(&world.authority, "2026-05-15", "2027-01-01", &[(unit, at)]));
        let mut question = question(unit, &extra);
        question.time_proven = proven;
        codes(&store.judge(&question, &Limits::default()))
    };
    assert_eq!(case("2026-04-01", false), [Code::RevokedBefore]);
    assert_eq!(case("2026-05-01", true), [Code::RevokedBefore]);
    assert_eq!(case("2026-05-02", false), [Code::RevokedAfter]);
    assert_eq!(case("2026-05-02", true), []);
    assert_eq!(case("2026-06-02", false), []);
}

#[test]
fn a_revoked_authority_and_lists_of_others() {
    let world = world();
    let extra = [world.authority.certificate().clone()];
    let mut store = world.store.clone();
    store.add_list(list(
        &world.root,
        "2026-01-02",
        "2027-01-01",
        &[(world.authority.certificate(), "2026-01-01")],
    ));
    assert_eq!(
        judged(&store, world.unit.certificate(), &extra),
        (Trust::Trusted, vec![Code::RevokedBefore])
    );

    // A list under the same name and another key says nothing, whether it names its key or not.
    let impostor = root("root");
    let mut store = world.store.clone();
    store.add_list(list(
        &impostor,
        "2026-01-02",
        "2027-01-01",
        &[(world.authority.certificate(), "2026-01-01")],
    ));
    assert_eq!(
        judged(&store, world.unit.certificate(), &extra),
        (Trust::Trusted, vec![])
    );
}

#[test]
fn lists_that_are_missing_stale_or_broken() {
    let world = world();
    let unit = world.unit.certificate();
    let extra = [world.authority.certificate().clone()];
    let case_at = |lists: Vec<RevocationList>, proven: bool| {
        let mut store = TrustStore::new();
        store.add_anchor(world.root.certificate().clone());
        store.add_list(list(&world.root, "2026-01-01", "2027-01-01", &[]));
        lists.into_iter().for_each(|list| store.add_list(list));
        let mut question = question(unit, &extra);
        question.time_proven = proven;
        codes(&store.judge(&question, &Limits::default()))
    };
    let case = |lists| case_at(lists, false);
    let of = |from, until| list(&world.authority, from, until, &[]);
    assert_eq!(case(vec![]), [Code::RevocationUnknown]);
    assert_eq!(
        case(vec![of("2026-01-01", "2026-02-01")]),
        [Code::RevocationStale, Code::RevocationUnknown]
    );
    // An overdue list from after the signing time clears that time where it is proven; a claim may be put before the list.
    let overdue = || vec![of("2026-05-02", "2026-05-20")];
    assert_eq!(case_at(overdue(), true), [Code::RevocationStale]);
    assert_eq!(case(overdue()), [Code::RevocationStale, Code::RevocationUnknown]);
    assert_eq!(
        case(vec![of("2026-01-01", "2026-02-01"), of("2026-05-30", "2026-06-30")]),
        []
    );
    assert_eq!(case(vec![of("2026-06-02", "2026-07-01")]), [Code::RevocationUnknown]);
    let mut der = of("2026-01-01", "2027-01-01").der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    let broken = RevocationList::from_der(&der).unwrap();
    assert_eq!(
        case(vec![broken]),
        [Code::RevocationListBroken, Code::RevocationUnknown]
    );
}

/// A list of the authority with one more extension.
fn list_with(issuer: &SoftSigner, oid: Oid, critical: bool, value: &[u8]) -> RevocationList {
    let good = list(issuer, "2026-01-01", "2027-01-01", &[]);
    let mut outer = Tlv::parse(good.der()).unwrap().children().unwrap();
    let mut members = outer.any().unwrap().children().unwrap();
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        for _ in 0..5 {
            writer.raw(members.any().unwrap().raw());
        }
        writer.constructed(Tag::context(0), |writer| {
            writer.sequence(|writer| {
                writer.sequence(|writer| {
                    writer.oid(oid);
                    writer.boolean(critical);
                    writer.octets(value);
                });
            });
        });
    });
    let tbs = writer.finish();
    let value = issuer.key().sm2().unwrap().sign_message(DEFAULT_ID, &tbs).unwrap();
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.raw(&tbs);
        writer.sequence(|writer| writer.oid(oids::SM2_WITH_SM3));
        writer.bits(&sealcore::algorithm::sm2_value_to_der(&value));
    });
    RevocationList::from_der(&writer.finish()).unwrap()
}

#[test]
fn lists_of_a_part_of_the_certificates() {
    let world = world();
    let extra = [world.authority.certificate().clone()];
    let uri = |name: &str| [&[0x86, u8::try_from(name.len()).unwrap()], name.as_bytes()].concat();
    let wrapped = |tag: u8, inner: &[u8]| [&[tag, u8::try_from(inner.len()).unwrap()], inner].concat();
    let point = |name: &str| wrapped(0x30, &wrapped(0xa0, &wrapped(0xa0, &uri(name))));
    let mut with_point = template("with point", &key(), Profile::Unit);
    with_point.crl_url = Some("http://ca/1.crl".to_owned());
    let with_point = with_point.issue(&world.authority, &mut rng()).unwrap();
    let unit = world.unit.certificate();
    let idp = oids::ISSUING_DISTRIBUTION_POINT;
    let (unknown, broken) = (Code::RevocationUnknown, Code::RevocationListBroken);
    for (index, (certificate, oid, critical, value, expected)) in [
        (&with_point, idp, true, point("http://ca/1.crl"), vec![]),
        (&with_point, idp, true, point("http://ca/2.crl"), vec![unknown]),
        (unit, idp, true, point("http://ca/1.crl"), vec![unknown]),
        (unit, idp, true, vec![0x30, 3, 0x81, 1, 0xff], vec![]),
        (unit, idp, true, vec![0x30, 3, 0x82, 1, 0xff], vec![unknown]),
        (unit, idp, true, vec![0x30, 4, 0x83, 2, 0, 0x40], vec![unknown]),
        (unit, idp, true, vec![0x30, 3, 0x84, 1, 0xff], vec![broken, unknown]),
        (unit, idp, true, vec![0x30, 3, 0x85, 1, 0xff], vec![unknown]),
        (unit, oids::DELTA_CRL, true, vec![2, 1, 1], vec![broken, unknown]),
        (unit, Oid::new(&[1, 2, 3]), true, vec![5, 0], vec![broken, unknown]),
        (unit, Oid::new(&[1, 2, 3]), false, vec![5, 0], vec![]),
    ]
    .into_iter()
    .enumerate()
    {
        let mut store = TrustStore::new();
        store.add_anchor(world.root.certificate().clone());
        store.add_list(list(&world.root, "2026-01-01", "2027-01-01", &[]));
        store.add_list(list_with(&world.authority, oid, critical, &value));
        assert_eq!(
            judged(&store, certificate, &extra),
            (Trust::Trusted, expected),
            "case {index}"
        );
    }
}

#[test]
fn a_hold_may_be_lifted_and_a_revocation_not() {
    let world = world();
    let unit = world.unit.certificate();
    let extra = [world.authority.certificate().clone()];
    for (reason, expected) in [
        (RevocationReason::HOLD, vec![]),
        (RevocationReason::KEY_COMPROMISE, vec![Code::RevokedBefore]),
    ] {
        let mut store = world.store.clone();
        let entries = vec![(
            unit.serial().to_vec(),
            Revocation {
                at: time("2025-06-01"),
                reason: Some(reason),
            },
        )];
        let (this_update, next_update) = (time("2025-07-01"), time("2025-08-01"));
        let older = RevocationListTemplate {
            this_update,
            next_update,
            number: 1,
            entries,
        };
        store.add_list(older.issue(&world.authority).unwrap());
        assert_eq!(judged(&store, unit, &extra).1, expected);
    }
}

#[test]
fn many_twins_and_loops_end() {
    let world = world();
    // Authorities that issue each other, all under two names, and none leads to the anchor.
    let (mut a, mut b) = (root("a"), root("b"));
    let mut extra = Vec::new();
    for _ in 0..20 {
        let (c, d) = (
            below(&a, "b", Profile::Authority { path_len: None }),
            below(&b, "a", Profile::Authority { path_len: None }),
        );
        extra.extend([c.certificate().clone(), d.certificate().clone()]);
        (a, b) = (d, c);
    }
    let unit = below(&a, "unit", Profile::Unit);
    let start = clock::Stopwatch::start();
    let (trust, found) = judged(&world.store, unit.certificate(), &extra);
    assert_eq!(trust, Trust::Untrusted);
    assert!(matches!(found[..], [Code::TrustPath | Code::TrustNone]), "{found:?}");
    assert!(start.elapsed().as_secs() < 20);
}

#[test]
fn cross_certificates_find_the_good_way() {
    let world = world();
    let stranger = root("stranger");
    // The same authority, certified by a stranger as well.
    let mut cross = template(
        "authority",
        world.authority.key().sm2().unwrap(),
        Profile::Authority { path_len: None },
    );
    cross.not_after = time("2039-01-01");
    let cross = cross.issue(&stranger, &mut rng()).unwrap();
    for extra in [
        [cross.clone(), world.authority.certificate().clone()],
        [world.authority.certificate().clone(), cross.clone()],
    ] {
        assert_eq!(
            judged(&world.store, world.unit.certificate(), &extra),
            (Trust::Trusted, vec![])
        );
    }
}

/// SignedData with nothing but certificates and lists.
fn p7b(content: Oid, certificates: &[&Certificate], lists: &[&RevocationList]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.oid(content);
        writer.constructed(Tag::context(0), |writer| {
            writer.sequence(|writer| {
                writer.integer(1);
                writer.set_of(Tag::SET, vec![]);
                writer.sequence(|writer| writer.oid(oids::DATA));
                writer.constructed(Tag::context(0), |writer| {
                    certificates.iter().for_each(|one| writer.raw(one.der()))
                });
                writer.constructed(Tag::context(1), |writer| {
                    lists.iter().for_each(|one| writer.raw(one.der()))
                });
                writer.set_of(Tag::SET, vec![]);
            });
        });
    });
    writer.finish()
}

#[test]
fn what_a_source_makes_an_anchor() {
    let world = world();
    let (root, authority) = (world.root.certificate(), world.authority.certificate());
    let revoked = list(&world.root, "2026-01-01", "2027-01-01", &[]);
    let text = [root.to_pem(), authority.to_pem(), revoked.to_pem()].concat();
    for bytes in [
        text.into_bytes(),
        p7b(oids::SIGNED_DATA, &[root, authority], &[&revoked]),
        p7b(oids::GM_SIGNED_DATA, &[root, authority], &[&revoked]),
    ] {
        let mut store = TrustStore::new();
        assert_eq!(store.add_bytes(&bytes, "all").unwrap(), 3);
        assert_eq!(
            (store.anchors(), store.intermediates()),
            (&[root.clone()][..], &[authority.clone()][..])
        );
    }
    let mut store = TrustStore::new();
    store
        .add_bytes(
            authority
                .to_pem()
                .lines()
                .filter(|line| !line.starts_with('-'))
                .collect::<String>()
                .as_bytes(),
            "x",
        )
        .unwrap();
    assert!(store.is_anchor(authority));
    let mut bag = CertificateBag::new();
    bag.add_bytes(root.der(), "root").unwrap();
    let mut store = TrustStore::new();
    store.support(bag);
    assert!(store.is_empty());
    let error = store.add_bytes(b"README", "README.txt").unwrap_err();
    assert_eq!(error.part(), Some("README.txt"));
}
