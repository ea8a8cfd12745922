//! Every kind of base, every form of contents.

use proptest::prelude::*;
use sealcore::error::ErrorKind;
use sealcore::key::{KeyAlgorithm, PrivateKey, Signer, SoftSigner};
use sealcore::pdf::{Contents, Pdf, SignRequest};
use sealcore::placement::{Pages, Placement};
use sealcore::seal::Generation;

use crate::base::{Base, KINDS, Kind};
use crate::house::{count, field, in_catalog, judged, limits, picture, seal, sign, signed, value};
use crate::support::{DAY, World, now};

#[test]
fn every_kind_of_cross_reference() {
    let world = World::new();
    for kind in KINDS {
        let base = Base::new(kind).pages(2).build();
        let once = signed(&world, &base, |request| request.reason = Some("同意")).unwrap();
        assert_eq!(judged(&world, &once), ["Signature1 Intact Whole None"], "{kind:?}");
        let pdf = Pdf::open(&once, &limits()).unwrap();
        assert_eq!(pdf.sections().len(), 2);
        let (old, new) = (&pdf.sections()[0], &pdf.sections()[1]);
        assert_eq!(new.previous().unwrap(), Some(old.start));
        assert_eq!(count(&once[base.len()..], "XRefStm"), 0);
        assert_eq!(
            count(&once[base.len()..], "xref\n") > 1,
            kind != Kind::Stream,
            "a table follows a table"
        );
        let twice = signed(&world, &once, |_| {}).unwrap();
        let [first, second] = &judged(&world, &twice)[..] else {
            panic!("not two signatures")
        };
        assert_eq!(first, "Signature1 Intact Whole Permitted");
        assert_eq!(second, "Signature2 Intact Whole None");
        assert_eq!(in_catalog(&twice, &["AcroForm", "SigFlags"]).as_integer(), Some(3));
    }
}

#[test]
fn seals_of_every_generation() {
    let world = World::new();
    let base = Base::new(Kind::Table).build();
    for generation in [Generation::V1, Generation::V4, Generation::V5] {
        let seal = seal(&world, generation);
        let placements = [Placement::At {
            pages: Pages::One(1),
            x_mm: 100.0,
            y_mm: 200.0,
        }];
        let request = SignRequest::seal(&seal, world.certificate(), now(), &placements);
        let sealed = sign(&base, &request, &world.signer).unwrap();
        assert_eq!(
            judged(&world, &sealed),
            ["Signature1 Intact Whole None"],
            "{generation:?}"
        );
        let names = value(&sealed, field(&sealed, "Signature1").get("V").unwrap(), &["SubFilter"]);
        assert_eq!(names.as_name(), Some(&b"GM.sm2seal"[..]));
        let report = world.verify(&sealed).unwrap();
        assert_eq!(report.signatures[0].seal.as_ref().unwrap().name, "某单位公章");
    }
}

fn other_key(world: &World, algorithm: KeyAlgorithm) -> SoftSigner {
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    let key = PrivateKey::generate(algorithm, &mut rng).unwrap();
    let template = sealcore::cert::CertificateTemplate {
        subject: sealcore::cert::Name::parse("CN=Other,C=CN").unwrap(),
        public_key: key.public_key(),
        profile: sealcore::cert::Profile::Unit,
        not_before: now().plus_seconds(-DAY),
        not_after: now().plus_seconds(DAY),
        crl_url: None,
    };
    let certificate = template.issue(&world.authority, &mut rng).unwrap();
    SoftSigner::new(key, certificate).unwrap()
}

#[test]
fn every_key_and_form() {
    let world = World::new();
    let base = Base::new(Kind::Stream).build();
    let sm2 = || world.signer.clone();
    for (signer, contents, names) in [
        (sm2(), Contents::Auto, "DJ.GMPkiLite GM.sm2cms.detached"),
        (sm2(), Contents::GmCms, "DJ.GMPkiLite GM.sm2cms.detached"),
        (sm2(), Contents::Cms, "Adobe.PPKLite adbe.pkcs7.detached"),
        (
            other_key(&world, KeyAlgorithm::P256),
            Contents::Auto,
            "Adobe.PPKLite ETSI.CAdES.detached",
        ),
        (
            other_key(&world, KeyAlgorithm::P384),
            Contents::Cms,
            "Adobe.PPKLite ETSI.CAdES.detached",
        ),
        (
            other_key(&world, KeyAlgorithm::Rsa2048),
            Contents::Auto,
            "Adobe.PPKLite ETSI.CAdES.detached",
        ),
    ] {
        let mut request = SignRequest::signature(signer.certificate(), now());
        request.contents = contents;
        let signed = sign(&base, &request, &signer).unwrap();
        assert_eq!(judged(&world, &signed), ["Signature1 Intact Whole None"], "{names}");
        let dictionary = field(&signed, "Signature1");
        let name = |key: &str| {
            let value = value(&signed, dictionary.get("V").unwrap(), &[key]);
            String::from_utf8_lossy(value.as_name().unwrap()).into_owned()
        };
        assert_eq!(format!("{} {}", name("Filter"), name("SubFilter")), names);
        let extended = !in_catalog(&signed, &["Extensions", "ESIC"]).is_null();
        assert_eq!(extended, names.contains("ETSI"));
    }
}

/// Readers of CMS look for SM2 with SM3 (1.2.156.10197.1.501), those of GB/T 35275 for the signature algorithm SM2
/// (1.2.156.10197.1.301.1), and each knows the other's not.
#[test]
fn each_family_names_sm2_in_its_own_way() {
    const SM2_SM3: &[u8] = &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x75];
    const SM2_SIGN: &[u8] = &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D, 0x01];
    let world = World::new();
    let base = Base::new(Kind::Table).build();
    for (contents, named, other) in [(Contents::Cms, SM2_SM3, SM2_SIGN), (Contents::GmCms, SM2_SIGN, SM2_SM3)] {
        let signed = signed(&world, &base, |request| request.contents = contents).unwrap();
        let dictionary = field(&signed, "Signature1");
        let value = value(&signed, dictionary.get("V").unwrap(), &["Contents"]);
        let bytes = value.as_string().unwrap();
        // The last that an algorithm is named is in the SignerInfo, behind the certificate.
        let last = |oid: &[u8]| bytes.windows(oid.len()).rposition(|window| window == oid);
        assert!(last(named) > last(other), "{contents:?}");
    }
}

#[test]
fn forms_that_the_key_or_seal_does_not_allow() {
    let world = World::new();
    let base = Base::new(Kind::Table).build();
    let seal = seal(&world, Generation::V4);
    let other = other_key(&world, KeyAlgorithm::P256);
    let kind = |request: &SignRequest<'_>, signer: &SoftSigner| sign(&base, request, signer).unwrap_err().kind();
    let mut request = SignRequest::seal(&seal, world.certificate(), now(), &[]);
    for contents in [Contents::Cms, Contents::GmCms] {
        request.contents = contents;
        assert_eq!(kind(&request, &world.signer), ErrorKind::Argument);
    }
    let mut request = SignRequest::signature(other.certificate(), now());
    request.contents = Contents::GmCms;
    assert_eq!(kind(&request, &other), ErrorKind::Argument);
    request.contents = Contents::Seal;
    assert_eq!(kind(&request, &other), ErrorKind::Argument);
    let mut request = SignRequest::signature(world.certificate(), now());
    request.names = Some(("Adobe PPKLite", "x"));
    assert_eq!(kind(&request, &world.signer), ErrorKind::Argument);
    // Not in the seal's list.
    let request = SignRequest::seal(&seal, world.maker.certificate(), now(), &[]);
    assert_eq!(kind(&request, &world.maker), ErrorKind::Refused);
}

#[test]
fn what_the_dictionary_says() {
    let world = World::new();
    let picture = picture(20, 10);
    let placements = [Placement::At {
        pages: Pages::All,
        x_mm: 10.0,
        y_mm: 10.0,
    }];
    let signed = signed(&world, &Base::new(Kind::Table).build(), |request| {
        request.picture = Some(&picture);
        request.placements = &placements;
        request.reason = Some("同意（盖章）");
        request.location = Some("Hefei");
        request.contact = Some("0551");
        request.names = Some(("Some.Filter", "some.sub-filter"));
        request.reserve = 5000;
    })
    .unwrap();
    let dictionary = field(&signed, "Signature1");
    let get = |key: &str| value(&signed, dictionary.get("V").unwrap(), &[key]);
    assert_eq!(get("Reason").as_text().unwrap(), "同意（盖章）");
    assert_eq!(get("Location").as_text().unwrap(), "Hefei");
    assert_eq!(get("ContactInfo").as_text().unwrap(), "0551");
    assert_eq!(get("Name").as_text().unwrap(), "某单位");
    assert_eq!(get("M").as_text().unwrap(), "D:20261122120000+08'00'");
    assert_eq!(get("Filter").as_name(), Some(&b"Some.Filter"[..]));
    assert!(get("Contents").as_string().unwrap().len() > 5000);
    assert_eq!(
        value(&signed, dictionary.get("V").unwrap(), &["Prop_Build", "App", "Name"]).as_name(),
        Some(&b"sealcore"[..])
    );
    assert_eq!(judged(&world, &signed).len(), 1);
}

#[test]
fn a_base_that_needs_repair_is_refused() {
    let world = World::new();
    let good = Base::new(Kind::Table).build();
    let refused = |document: Vec<u8>, kind: ErrorKind, why: &str| {
        let error = signed(&world, &document, |_| {}).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(why), "{error}");
    };
    refused([&good[..], b"more"].concat(), ErrorKind::Refused, "follow the end");
    refused(
        Base::new(Kind::Table).object(1000, "(beyond)").build(),
        ErrorKind::Refused,
        "beyond the trailer's /Size",
    );
    refused(good[..good.len() - 8].to_vec(), ErrorKind::Pdf, "startxref");
    let mut trailer = Base::new(Kind::Table);
    trailer.trailer.push_str(" /AuthCode <</MACLocation /Standalone>>");
    refused(trailer.build(), ErrorKind::Unsupported, "AuthCode");
    // White space at the end is no fault, nor is its lack.
    for document in [[&good[..], b"\n\n"].concat(), good[..good.len() - 1].to_vec()] {
        let signed = signed(&world, &document, |_| {}).unwrap();
        assert_eq!(judged(&world, &signed), ["Signature1 Intact Whole None"]);
    }
}

#[test]
fn identifiers_of_revisions() {
    let world = World::new();
    let trailer = |document: &[u8]| {
        let pdf = Pdf::open(document, &limits()).unwrap();
        pdf.latest().trailer().clone()
    };
    let with = signed(&world, &Base::new(Kind::Table).build(), |_| {}).unwrap();
    let id = trailer(&with);
    let id = id.get("ID").unwrap().as_array().unwrap();
    assert_eq!(id[0].as_string(), Some(&[0, 0x11, 0x22, 0x33][..]));
    assert_ne!(id[1].as_string(), Some(&[0x44, 0x55, 0x66, 0x77][..]));
    let mut none = Base::new(Kind::Stream);
    none.trailer = "/Info 100 0 R".to_owned();
    let without = signed(&world, &none.object(100, "<<>>").build(), |_| {}).unwrap();
    let trailer = trailer(&without);
    assert_eq!(trailer.get("ID").unwrap().as_array().unwrap().len(), 2);
    assert!(trailer.get("Info").is_some());
}

#[test]
fn values_that_are_not_changed_keep_their_bytes() {
    let world = World::new();
    let page = "/MediaBox[0 0 595.0 0842] /Note(a\\101\\\nb) /Annots[ %c]\n] /X#20Y<4 1>";
    for kind in KINDS {
        let signed = signed(&world, &Base::new(kind).page(page).build(), |_| {}).unwrap();
        for value in ["[0 0 595.0 0842]", "(a\\101\\\nb)", "<4 1>", "[ %c]\n"] {
            assert_eq!(count(&signed, value), 2, "{value}");
        }
        assert_eq!(crate::house::annotations(&signed, 0).len(), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Any single byte that is changed in what is covered is seen.
    #[test]
    fn any_changed_byte_is_seen(place in 0.0..1.0_f64, change in 1..=255_u8) {
        let (world, document) = sample();
        let gap = {
            let text = document.windows(10).position(|window| window == b"/Contents ").unwrap() + 10;
            let end = text + document[text..].iter().position(|byte| *byte == b'>').unwrap();
            text..end + 1
        };
        let covered = document.len() - gap.len();
        let at = (place * covered as f64) as usize;
        let at = if at < gap.start { at } else { at + gap.len() };
        let mut changed = document.clone();
        changed[at] ^= change;
        if let Ok(report) = world.verify(&changed) {
            let good = report.signatures.iter().filter(|one| one.verdict == sealcore::report::Verdict::Valid);
            prop_assert_eq!(good.count(), 0);
        }
    }
}

fn sample() -> (&'static World, &'static Vec<u8>) {
    static SAMPLE: std::sync::OnceLock<(World, Vec<u8>)> = std::sync::OnceLock::new();
    let (world, document) = SAMPLE.get_or_init(|| {
        let world = World::new();
        let document = signed(&world, &Base::new(Kind::Table).build(), |_| {}).unwrap();
        (world, document)
    });
    (world, document)
}
