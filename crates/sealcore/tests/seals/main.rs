//! Seals of the three generations: made, read, verified, damaged; and seals and signatures of real vendors.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod field;

use std::sync::LazyLock;

use getrandom::SysRng;
use proptest::prelude::*;
use rand_core::UnwrapErr;
use rayon::prelude::*;
use sealcore::algorithm::Sm2Value;
use sealcore::asn1::{Oid, Tag, Time, Tlv, Writer};
use sealcore::cert::{Certificate, CertificateTemplate, Name, Profile, TrustStore};
use sealcore::digest::DigestAlgorithm;
use sealcore::key::{Signer as _, SoftSigner};
use sealcore::oids;
use sealcore::report::{Code, Integrity, Report, SignatureReport, Trust};
use sealcore::seal::{self, CertificateList, Extension, Generation, Listed, Picture, Property, Seal, SealRequest};
use sealcore::verify::VerifyOptions;
use sealcore_gm::sm2::{DEFAULT_ID, SigningKey};
use sealcore_gm::sm3;

const GENERATIONS: [Generation; 3] = [Generation::V1, Generation::V4, Generation::V5];

/// Inside the validity of every certificate here.
const NOW: i64 = 1_700_000_000;

struct People {
    root: SoftSigner,
    maker: SoftSigner,
    units: Vec<SoftSigner>,
}

/// Made once: keys take longer than everything else here.
static PEOPLE: LazyLock<People> = LazyLock::new(|| {
    let mut rng = UnwrapErr(SysRng);
    let template = |name: &str, profile| {
        let key = SigningKey::generate(&mut UnwrapErr(SysRng)).unwrap();
        let template = CertificateTemplate {
            subject: Name::parse(&format!("CN={name},O=测试,C=CN")).unwrap(),
            public_key: key.verifying_key().clone().into(),
            profile,
            not_before: Time::from_unix(0),
            not_after: Time::from_unix(2_500_000_000),
            crl_url: None,
        };
        (key, template)
    };
    let (key, root) = template("root", Profile::Root);
    let root = SoftSigner::new(key.clone(), root.self_signed(&key, &mut rng).unwrap()).unwrap();
    let mut below = |name: &str, profile| {
        let (key, template) = template(name, profile);
        SoftSigner::new(key, template.issue(&root, &mut rng).unwrap()).unwrap()
    };
    let maker = below("制章者", Profile::SealMaker);
    let units = vec![
        below("单位一", Profile::Unit),
        below("单位二", Profile::Unit),
        below("人", Profile::Person),
    ];
    People { root, maker, units }
});

fn trust() -> TrustStore {
    let mut trust = TrustStore::new();
    trust.add_anchor(PEOPLE.root.certificate().clone());
    trust
}

fn verify(bytes: &[u8], at: Time) -> sealcore::error::Result<SignatureReport> {
    let trust = trust();
    let report: Report = seal::verify(bytes, &VerifyOptions::new(&trust, at))?;
    assert_eq!(report.signatures.len(), 1);
    Ok(report.signatures.into_iter().next().unwrap())
}

fn codes(report: &SignatureReport) -> Vec<Code> {
    report.findings.iter().map(|finding| finding.code).collect()
}

/// Every TLV at every depth is DER by its length.
fn assert_der(tlv: &Tlv<'_>) {
    assert!(tlv.is_der(), "offset {}", tlv.offset());
    if tlv.tag().is_constructed() {
        let mut members = tlv.children().unwrap();
        while let Some(member) = members.next().unwrap() {
            assert_der(&member);
        }
    }
}

fn picture() -> impl Strategy<Value = Picture> {
    let kinds: [(&[&str], &[u8]); 6] = [
        (&["PNG", "png"], b"\x89PNG\r\n\x1a\n"),
        (&["JPG", "jpeg"], b"\xff\xd8\xff"),
        (&["GIF", "gif"], b"GIF89a"),
        (&["BMP", "bmp"], b"BM"),
        (&["ofd"], b"PK\x03\x04"),
        (&["SVG", "svg"], b"<?xml version='1.0'?><svg"),
    ];
    let body = prop::collection::vec(any::<u8>(), 0..2_000);
    (
        0..kinds.len(),
        any::<prop::sample::Index>(),
        body,
        1_i64..=1_000,
        1_i64..=1_000,
    )
        .prop_map(move |(kind, spelling, body, width, height)| {
            let (names, magic) = kinds[kind];
            Picture::new(
                names[spelling.index(names.len())],
                [magic, &body].concat(),
                width,
                height,
            )
        })
}

/// Names in any script; a NUL at the end is padding to readers of the field.
fn name() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("a name that says something", |name| {
        !name.is_empty() && !name.contains('\0')
    })
}

fn list(generation: Generation) -> BoxedStrategy<CertificateList> {
    let certificates = prop::sample::subsequence(vec![0_usize, 1, 2], 1..=3)
        .prop_map(|chosen| {
            let der = |index: usize| PEOPLE.units[index].certificate().der().to_vec();
            CertificateList::Certificates(chosen.into_iter().map(der).collect())
        })
        .boxed();
    let kind = prop::sample::select(vec!["SM3", "1.2.156.10197.1.401", "SHA-256", "anything"]);
    let digests = prop::collection::vec((kind, any::<[u8; 32]>()), 1..4).prop_map(|all| {
        CertificateList::Digests(
            all.into_iter()
                .map(|(kind, value)| (kind.to_owned(), value.to_vec()))
                .collect(),
        )
    });
    if generation == Generation::V1 {
        certificates
    } else {
        prop_oneof![certificates, digests].boxed()
    }
}

fn extension() -> impl Strategy<Value = Extension> {
    let oid = prop::collection::vec(0_u32.., 1..6).prop_map(|tail| Oid::new(&[&[1, 3], &tail[..]].concat()));
    (oid, any::<bool>(), prop::collection::vec(any::<u8>(), 0..200)).prop_map(|(id, critical, value)| Extension {
        id,
        critical,
        value,
    })
}

/// Start, making and end, in order; up to 2049, the last year of a UTCTime.
fn times() -> impl Strategy<Value = [Time; 3]> {
    (0_i64..2_000_000_000, 0_i64..100_000_000, 1_i64..300_000_000)
        .prop_map(|(from, made, until)| [from + made.min(until), from, from + until].map(Time::from_unix))
}

fn request() -> impl Strategy<Value = SealRequest> {
    let ascii = "[ -~]{1,40}";
    prop::sample::select(&GENERATIONS[..]).prop_flat_map(move |generation| {
        let extensions = prop::collection::vec(extension(), 0..4);
        let property = (any::<i64>(), name(), list(generation), times());
        (Just(generation), ascii, ascii, property, picture(), extensions).prop_map(
            |(generation, es_id, vendor_id, (kind, name, certificates, times), picture, extensions)| {
                let mut request =
                    SealRequest::new(generation, &es_id, &name, picture, PEOPLE.units[0].certificate(), times);
                request.vendor_id = vendor_id;
                request.property = Property::new(kind, name, certificates, times);
                request.extensions = extensions;
                request
            },
        )
    })
}

fn plain(generation: Generation) -> SealRequest {
    let times = [NOW, NOW - 1_000, NOW + 100_000_000].map(Time::from_unix);
    let picture = Picture::new("GIF", b"GIF89a and so on".to_vec(), 40, 42);
    let mut request = SealRequest::new(
        generation,
        "0001",
        "某单位电子印章",
        picture,
        PEOPLE.units[0].certificate(),
        times,
    );
    request.extensions = vec![Extension {
        id: oids::SM3,
        critical: false,
        value: b"2.1".to_vec(),
    }];
    request
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is made says what was asked for, is strict DER, and verifies with nothing to remark on its form.
    #[test]
    fn made_and_read_back(request in request()) {
        let made = request.make(&PEOPLE.maker).unwrap();
        let read = Seal::from_der(made.der()).unwrap();
        prop_assert_eq!(read.der(), made.der());
        prop_assert_eq!(read.generation, request.generation);
        prop_assert_eq!(read.version, request.generation.version());
        prop_assert_eq!(read.header_id.as_str(), "ES");
        prop_assert_eq!((&read.es_id, &read.vendor_id), (&request.es_id, &request.vendor_id));
        prop_assert_eq!(&read.property, &request.property);
        prop_assert_eq!(&read.picture, &request.picture);
        prop_assert_eq!(&read.extensions, &request.extensions);
        prop_assert_eq!(&read.maker[..], PEOPLE.maker.certificate().der());
        prop_assert_eq!((read.algorithm, &read.timestamp, &read.quirks), (oids::SM2_WITH_SM3, &None, &Vec::new()));
        assert_der(&Tlv::parse(made.der()).unwrap());

        let report = verify(made.der(), request.property.created).unwrap();
        prop_assert_eq!(report.integrity, Integrity::Intact);
        prop_assert_eq!(report.standard, Some(request.generation.standard()));
        prop_assert_eq!(report.trust, Trust::Trusted);
        // No revocation list is given here, and no critical extension is known.
        let critical = request.extensions.iter().any(|extension| extension.critical);
        let remarked = codes(&report).into_iter().filter(|code| *code != Code::RevocationUnknown).collect::<Vec<_>>();
        prop_assert!(remarked.iter().all(|code| critical && *code == Code::SealExtension), "{:?}", remarked);
    }

    /// The two halves of making are the whole, and take a signature from elsewhere only when it holds.
    #[test]
    fn made_in_two_phases(request in request(), bit in 0_usize..256) {
        let prepared = request.prepare(PEOPLE.maker.certificate()).unwrap();
        let mut digest = prepared.digest().unwrap();
        let value = PEOPLE.maker.key().sm2().unwrap().sign_digest(&digest);
        let seal = prepared.complete(&value.to_bytes()).unwrap();
        let again = prepared.complete(&sealcore::algorithm::sm2_value_to_der(&value)).unwrap();
        prop_assert_eq!(seal.der(), again.der());
        prop_assert_eq!(verify(seal.der(), request.property.created).unwrap().integrity, Integrity::Intact);
        digest[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(prepared.complete(&PEOPLE.maker.key().sm2().unwrap().sign_digest(&digest).to_bytes()).is_err());
    }
}

/// Where a seal's bytes lie: SealInfo, the maker's certificate and algorithm (TLVs), and the signature value (TLV).
struct Layout {
    info: std::ops::Range<usize>,
    certificate: std::ops::Range<usize>,
    algorithm: std::ops::Range<usize>,
    value: std::ops::Range<usize>,
}

impl Layout {
    fn of(der: &[u8]) -> Self {
        let range = |tlv: &Tlv<'_>| tlv.offset()..tlv.offset() + tlv.raw().len();
        let mut members = Tlv::parse(der).unwrap().children().unwrap();
        let info = members.any().unwrap();
        let second = members.any().unwrap();
        let mut rest = if members.is_at_end() {
            second.children().unwrap()
        } else {
            Tlv::parse(der).unwrap().children().unwrap()
        };
        if !members.is_at_end() {
            rest.any().unwrap();
        }
        let (certificate, algorithm, value) = (rest.any().unwrap(), rest.any().unwrap(), rest.any().unwrap());
        Self {
            info: range(&info),
            certificate: range(&certificate),
            algorithm: range(&algorithm),
            value: range(&value),
        }
    }
}

/// What a flipped bit does, at every bit of a seal of each generation. The seal is refused, or it is not intact, or the bit
/// is one that the maker's signature does not reach. Of those,
/// - V1 has only bits of the signature value: its certificate and algorithm are signed. V4 and V5 have the certificate and
///   the algorithm beside;
/// - a bit of the signature value, the algorithm or the framing leaves a finding that the untouched seal has not;
/// - a bit of the certificate leaves such a finding, or the certificate does not lead to the anchor any more, or it is a
///   bit of how the certificate's own signature value is encoded, and not of the value: then the certificate says what it
///   said.
#[test]
fn every_single_bit() {
    for generation in GENERATIONS {
        let mut request = plain(generation);
        // Short, since every bit costs a verification.
        request.property.certificates = CertificateList::Certificates(vec![vec![0x30, 0]]);
        let made = request.make(&PEOPLE.maker).unwrap();
        let layout = Layout::of(made.der());
        let at = Time::from_unix(NOW + 10);
        let untouched = verify(made.der(), at).unwrap();
        assert_eq!(
            (untouched.integrity, untouched.trust),
            (Integrity::Intact, Trust::Trusted)
        );
        let known = codes(&untouched);
        let accepted: Vec<usize> = (0..made.der().len() * 8)
            .into_par_iter()
            .filter_map(|bit| {
                let mut flipped = made.der().to_vec();
                let byte = bit / 8;
                flipped[byte] ^= 1 << (bit % 8);
                let report = verify(&flipped, at)
                    .ok()
                    .filter(|report| report.integrity == Integrity::Intact)?;
                let place = format!("{generation:?}: bit {} of byte {byte}: {report:#?}", bit % 8);
                assert!(!layout.info.contains(&byte), "SealInfo, {place}");
                let remarked = codes(&report).iter().any(|code| !known.contains(code));
                if layout.certificate.contains(&byte) {
                    assert_ne!(generation, Generation::V1, "{place}");
                    let same = || says_the_same(&Seal::from_der(&flipped).unwrap().maker, &made.maker);
                    assert!(remarked || report.trust != Trust::Trusted || same(), "{place}");
                } else {
                    assert!(
                        generation != Generation::V1 || !layout.algorithm.contains(&byte),
                        "{place}"
                    );
                    assert!(remarked, "{place}");
                }
                Some(byte)
            })
            .collect();
        // The test reaches what it speaks of: the unused bits of the value, and what V4 and V5 do not sign.
        let reached = |range: &std::ops::Range<usize>| accepted.iter().any(|byte| range.contains(byte));
        let unsigned = generation != Generation::V1;
        assert!(reached(&layout.value), "{generation:?}");
        assert_eq!(
            [reached(&layout.certificate), reached(&layout.algorithm)],
            [unsigned; 2],
            "{generation:?}"
        );
    }
}

/// Whether two certificates have the same signed bytes and signature value, however that is encoded.
fn says_the_same(one: &[u8], other: &[u8]) -> bool {
    let [one, other] = [one, other].map(|der| Certificate::from_der(der).unwrap());
    let value = |certificate: &Certificate| Sm2Value::from_bits(&certificate.signature()).unwrap().signature;
    one.tbs() == other.tbs() && value(&one) == value(&other)
}

/// A seal in the shape of `shape` whose header states `version`, signed as that shape is.
fn with_version(shape: Generation, version: i64) -> Vec<u8> {
    let made = plain(shape).make(&PEOPLE.maker).unwrap();
    let layout = Layout::of(made.der());
    let info = Tlv::parse(&made.der()[layout.info.clone()]).unwrap();
    let mut members = info.children().unwrap();
    members.any().unwrap();
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.sequence(|writer| {
            writer.string(Tag::IA5_STRING, "ES");
            writer.integer(version);
            writer.string(Tag::IA5_STRING, "vendor");
        });
        while let Some(member) = members.next().unwrap() {
            writer.raw(member.raw());
        }
    });
    let info = writer.finish();
    let (certificate, algorithm) = (&made.der()[layout.certificate], &made.der()[layout.algorithm]);
    let sequence = |members: &[&[u8]]| {
        let mut writer = Writer::new();
        writer.sequence(|writer| members.iter().for_each(|member| writer.raw(member)));
        writer.finish()
    };
    let first = shape == Generation::V1;
    let signed = if first {
        sequence(&[&info, certificate, algorithm])
    } else {
        info.clone()
    };
    let value = PEOPLE
        .maker
        .key()
        .sm2()
        .unwrap()
        .sign_message(DEFAULT_ID, &signed)
        .unwrap();
    let mut writer = Writer::new();
    writer.bits(&sealcore::algorithm::sm2_value_to_der(&value));
    let value = writer.finish();
    if first {
        sequence(&[&info, &sequence(&[certificate, algorithm, &value])])
    } else {
        sequence(&[&info, certificate, algorithm, &value])
    }
}

/// Real seals of the first shape state 1, 2 and 4. Only between the two flat shapes does the number decide.
#[test]
fn the_shape_tells_the_generation() {
    for (shape, version, told) in [
        (Generation::V1, 1, Generation::V1),
        (Generation::V1, 2, Generation::V1),
        (Generation::V1, 4, Generation::V1),
        (Generation::V1, 5, Generation::V1),
        (Generation::V1, 11, Generation::V1),
        (Generation::V4, 4, Generation::V4),
        (Generation::V4, 1, Generation::V4),
        (Generation::V4, 3, Generation::V4),
        (Generation::V4, 5, Generation::V5),
        (Generation::V5, 5, Generation::V5),
        (Generation::V5, 4, Generation::V4),
    ] {
        let der = with_version(shape, version);
        let seal = Seal::from_der(&der).unwrap();
        assert_eq!((seal.generation, seal.version), (told, version));
        let report = verify(&der, Time::from_unix(NOW + 10)).unwrap();
        assert_eq!(report.integrity, Integrity::Intact, "{shape:?} {version}");
        assert_eq!(report.standard, Some(told.standard()));
        assert_eq!(
            codes(&report).contains(&Code::SealVersionDiffers),
            told.version() != version,
            "{shape:?} {version}"
        );
    }
}

/// A fifth member is the time stamp of GM/T 0031-2025, tagged or not; it is not part of what the maker signs, and is said to
/// be unjudged.
#[test]
fn a_time_stamp_makes_the_fifth_generation() {
    let flat = plain(Generation::V4).make(&PEOPLE.maker).unwrap();
    let members = Tlv::parse(flat.der()).unwrap();
    for tagged in [true, false] {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.raw(members.content());
            if tagged {
                writer.constructed(Tag::context(0), |writer| writer.bits(b"token"));
            } else {
                writer.bits(b"token");
            }
        });
        let der = writer.finish();
        let seal = Seal::from_der(&der).unwrap();
        assert_eq!(
            (seal.generation, seal.timestamp.as_deref()),
            (Generation::V5, Some(&b"token"[..]))
        );
        let report = verify(&der, Time::from_unix(NOW + 10)).unwrap();
        assert_eq!(report.integrity, Integrity::Intact);
        let codes = codes(&report);
        assert!(
            codes.contains(&Code::TimestampBroken) && codes.contains(&Code::SealVersionDiffers),
            "{codes:?}"
        );
        assert_eq!(codes.contains(&Code::QuirkUntagged), !tagged);
    }
}

#[test]
fn lists_of_certificates_and_digests() {
    let [one, two] = [0, 1].map(|index: usize| PEOPLE.units[index].certificate().der());
    let certificates = CertificateList::Certificates(vec![one.to_vec()]);
    assert_eq!(
        [one, two].map(|der| certificates.contains(der)),
        [Listed::Yes, Listed::No]
    );
    for kind in ["SM3", "1.2.156.10197.1.401", "a type of its own"] {
        let digests = CertificateList::Digests(vec![(kind.to_owned(), sm3::digest(one).to_vec())]);
        assert_eq!(
            [one, two].map(|der| digests.contains(der)),
            [Listed::Yes, Listed::No],
            "{kind}"
        );
    }
    let sha256 = DigestAlgorithm::Sha256.digest(one).unwrap();
    let digests = CertificateList::Digests(vec![("SHA-256".to_owned(), sha256)]);
    assert_eq!([one, two].map(|der| digests.contains(der)), [Listed::Yes, Listed::No]);
    let unknown = CertificateList::Digests(vec![("X".to_owned(), vec![1; 20])]);
    assert_eq!(
        [unknown.contains(one), CertificateList::Opaque.contains(one)],
        [Listed::Unknown; 2]
    );
}

#[test]
fn requests_that_the_standards_do_not_allow() {
    let refused = |change: &dyn Fn(&mut SealRequest)| {
        let mut request = plain(Generation::V4);
        change(&mut request);
        request.make(&PEOPLE.maker).is_err()
    };
    assert!(!refused(&|_| {}));
    assert!(refused(&|request| request.es_id = "编号".to_owned()));
    assert!(refused(&|request| request.vendor_id.clear()));
    assert!(refused(&|request| request.property.name.clear()));
    assert!(refused(
        &|request| request.property.certificates = CertificateList::Opaque
    ));
    assert!(refused(
        &|request| request.property.certificates = CertificateList::Digests(Vec::new())
    ));
    assert!(
        refused(&|request| request.picture.kind = "PNG".to_owned()),
        "a GIF that says PNG"
    );
    assert!(refused(&|request| request.picture.width_mm = 0));
    assert!(refused(
        &|request| request.property.valid_until = request.property.valid_from
    ));
    assert!(
        refused(&|request| request.property.created = Time::from_unix(2_500_000_001)),
        "after the maker's certificate"
    );
    let mut first = plain(Generation::V1);
    first.property.certificates = CertificateList::Digests(vec![("SM3".to_owned(), vec![0; 32])]);
    assert!(first.make(&PEOPLE.maker).is_err());
}
