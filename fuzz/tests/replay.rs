//! Every target over its seeds, over what fuzzing found (`corpus/`), and over damage to both. Runs on stable Rust.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use sealcore_fuzz::mutate::mutate;
use sealcore_fuzz::{TARGETS, seeds};

/// Variants of each seed; with seeds of a few kilobytes all targets together take seconds.
const VARIANTS: u64 = 400;

/// Targets that sign, verify or draw whole files for each input.
const SLOW: [&str; 5] = ["pdf_verify", "pdf_parts", "pdf_contents", "pdf_risks", "pdf_sign"];

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            files.extend(files_below(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    files
}

/// Runs `target` on one input; the input that fails is named in hexadecimal, to be kept under `corpus/`.
fn run(name: &str, target: fn(&[u8]), input: &[u8], origin: &str) {
    if catch_unwind(|| target(input)).is_err() {
        let hex: String = input.iter().map(|byte| format!("{byte:02x}")).collect();
        panic!("target {name} fails on {origin}: {hex}");
    }
}

/// How many inputs were run.
fn replay(name: &str, target: fn(&[u8]), seed: &[u8], origin: &str, variants: u64) -> u64 {
    for number in 0..variants {
        run(
            name,
            target,
            &mutate(seed, number),
            &format!("{origin}, variant {number}"),
        );
    }
    variants
}

#[test]
fn seeds_and_found_inputs() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut count = 0;
    for (name, target) in TARGETS {
        let seeds = seeds::of(name);
        assert!(!seeds.is_empty(), "{name} has no seed");
        let variants = if SLOW.contains(name) { VARIANTS / 8 } else { VARIANTS };
        for (number, seed) in seeds.iter().enumerate() {
            assert!(seed.len() < 20_000, "seed {number} of {name} has {} bytes", seed.len());
            count += replay(name, *target, seed, &format!("seed {number}"), variants);
        }
        for file in files_below(&found.join(name)) {
            count += replay(
                name,
                *target,
                &std::fs::read(&file).unwrap(),
                &file.display().to_string(),
                10,
            );
        }
    }
    assert!(count > 15_000, "{count} inputs");
}

/// A seed that its own reader refuses would leave most of the reader untouched.
#[test]
fn seeds_are_accepted() {
    use sealcore::asn1::{Time, Tlv};
    use sealcore::cert::{CertificateBag, Request, RevocationList, TrustStore};
    use sealcore::document::Document;
    use sealcore::limits::Limits;
    use sealcore::monitor::Unwatched;
    use sealcore::pdf::{Pdf, Unlock, risks};
    use sealcore::report::Integrity;
    use sealcore::timestamp::{TimeStampRequest, TimeStampResponse};
    use sealcore::verify::VerifyOptions;
    use sealcore::{algorithm, cms, fuzzing, ofd, seal};

    let limits = Limits::default();
    let trust = TrustStore::new();
    let intact = |seed: &[u8]| {
        let options = VerifyOptions::new(&trust, Time::from_unix(1_700_000_100));
        let report = Document::from_bytes(seed, &limits).unwrap().verify(&options).unwrap();
        report.signatures.len() == 1 && report.signatures.iter().all(|one| one.integrity == Integrity::Intact)
    };
    let mut refused = Vec::new();
    for (name, _) in TARGETS {
        for (number, seed) in seeds::of(name).iter().enumerate() {
            assert_eq!(
                &seeds::of(name).get(number).unwrap()[..],
                &seed[..],
                "seeds are the same each time"
            );
            let accepted = match *name {
                "asn1" => Tlv::parse(seed).is_ok(),
                "der_seal" | "ofd_verify" => intact(seed),
                "seal_signature" => {
                    seal::SealSignature::from_der(seed).is_ok_and(|one| one.quirks.is_empty() || number == 0)
                }
                "ofd_parts" => {
                    seed.windows(8)
                        .filter(|window| window == b"=PART=\n<" || window == b"=PART=\n0")
                        .count()
                        == 5
                }
                "ofd_sign" => sealcore_fuzz::was_signed(seed),
                "sign_session" => ofd::Session::from_bytes(seed).is_ok(),
                "signed_data" => cms::SignedData::from_bytes(seed).is_ok_and(|one| one.signers.len() == 1),
                "signature_value" => algorithm::Sm2Value::from_bytes(seed).is_ok(),
                "sm2_verify" => sealcore_fuzz::is_signed(seed) == (number < 2),
                "zip_door" => ofd::package::Archive::open(seed, &limits).is_ok_and(|one| one.findings().is_empty()),
                "signatures_xml" => fuzzing::read_signatures(seed, &limits).is_ok(),
                "signature_xml" => fuzzing::read_signature(seed, &limits)
                    .is_ok_and(|(references, stamps)| (references.len(), stamps) == (2, 1)),
                "page_scan" => fuzzing::scan_page(seed, &limits).is_ok(),
                "certificate" => CertificateBag::new().add_bytes(seed, "").is_ok() || Request::from_der(seed).is_ok(),
                "revocation_list" => RevocationList::from_der(seed).is_ok(),
                "timestamp_request" => TimeStampRequest::from_der(seed).is_ok(),
                "timestamp_response" => TimeStampResponse::from_der(seed).is_ok(),
                // Without a certificate inside, nobody knows whose it is.
                "timestamp_token" => sealcore_fuzz::valid_info(seed).is_some() == (number != 1),
                "key_file" => fuzzing::load_key(seed, Some("密码"), 4_000).is_ok(),
                "device_uri" => sealcore_device::DeviceUri::parse(std::str::from_utf8(seed).unwrap())
                    .is_ok_and(|uri| number > 0 || uri.path("token").is_some()),
                "pdf_object" => fuzzing::read_pdf_object(seed).is_some(),
                "pdf_filter" => seed.len() > 3,
                "pdf_open" => sealcore_fuzz::is_sound(seed, &Unlock::None),
                "pdf_encrypted" => sealcore_fuzz::is_sound(seed, &Unlock::Password("user")),
                "pdf_verify" => {
                    let options = VerifyOptions::new(&trust, Time::from_unix(1_700_000_100));
                    let report = Document::from_bytes(seed, &limits).unwrap().verify(&options).unwrap();
                    !report.signatures.is_empty()
                        && report.signatures.iter().all(|one| one.integrity == Integrity::Intact)
                }
                "pdf_content" => fuzzing::read_content(seed).0 > 1,
                "pdf_cmap" => fuzzing::read_cmap(seed, &[1, b'a']) == "盖章a",
                "pdf_text" => fuzzing::find_pdf_text(seed, "page", &limits).is_ok_and(|(_, folded)| folded > 0),
                "pdf_risks" => {
                    let found = risks(&Pdf::open(&seed[..], &limits).unwrap(), &limits, &Unwatched).unwrap();
                    let codes: BTreeSet<_> = found.iter().map(|finding| finding.code).collect();
                    codes.len() > 12
                }
                "pdf_sign" => sealcore_fuzz::could_be_signed(seed),
                "pdf_parts" => sealcore_fuzz::is_intact_in_parts(seed),
                "pdf_contents" => cms::SignedData::is_shape(seed) || seal::SealSignature::is_shape(seed),
                "picture" => {
                    let kind = ["PNG", "BMP", "JPG", "GIF", "SVG", "OFD"].get(number).unwrap();
                    fuzzing::draw_picture(kind, seed.get(1..).unwrap(), &limits).is_ok()
                }
                other => panic!("nothing says when a seed of {other} is accepted"),
            };
            if !accepted {
                refused.push(format!("seed {number} of {name}"));
            }
        }
    }
    assert_eq!(refused, Vec::<String>::new());
}

/// Every file of the corpus, with damage, through the readers that its name suggests.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn corpus_files() {
    let corpus = PathBuf::from(std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS names the corpus folder"));
    let mut count = 0;
    for folder in ["ofd", "pdf", "artefacts", "keys"] {
        for file in files_below(&corpus.join(folder)) {
            let bytes = std::fs::read(&file).unwrap();
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let targets: &[&str] = match name.rsplit('.').next().unwrap_or_default() {
                "ofd" => &["zip_door", "ofd_verify"],
                "pdf" => &["pdf_open", "pdf_encrypted", "pdf_risks", "pdf_verify"],
                "esl" | "DER" => &["asn1", "der_seal"],
                "dat" => &["asn1", "seal_signature", "signed_data"],
                "xml" => &["signatures_xml", "signature_xml", "page_scan"],
                "pem" | "p12" | "pfx" => &["key_file", "certificate", "asn1"],
                _ => &[],
            };
            // Work in proportion: large files get fewer variants.
            let variants = (4_000_000 / (bytes.len() as u64 + 10_000)).clamp(8, 200);
            for (name, target) in TARGETS.iter().filter(|(name, _)| targets.contains(name)) {
                count += replay(name, *target, &bytes, &file.display().to_string(), variants);
            }
        }
    }
    assert!(count > 1_000, "{count} inputs");
}
