//! Edge cases of verification and of public keys, made by `testdata/make_sm2_vectors.py`: ours and RustCrypto's verdicts must
//! both be the script's.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::process::Command;

use sealcore_gm::sm2::{Signature, VerifyingKey, verify_many};
use serde_json::Value;
use sm2::dsa::signature::hazmat::PrehashVerifier as _;
use sm2::elliptic_curve::sec1::ToSec1Point as _;

const VERIFICATION: &str = include_str!("../testdata/sm2_verify.json");
const POINTS: &str = include_str!("../testdata/sm2_points.json");

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect()
}

#[test]
fn verification() {
    let file: Value = serde_json::from_str(VERIFICATION).unwrap();
    let mut seen: BTreeMap<(String, bool), u32> = BTreeMap::new();
    let mut batch: Vec<(VerifyingKey, [u8; 32], Signature, bool)> = Vec::new();
    for group in file["testGroups"].as_array().unwrap() {
        let point = hex(&group["publicKey"]["uncompressed"]);
        let key = VerifyingKey::from_sec1(&point).unwrap();
        let prepared = key.prepared();
        let theirs = sm2::dsa::VerifyingKey::from_sec1_bytes("", &point).unwrap();
        for test in group["tests"].as_array().unwrap() {
            let (e, signature) = (hex(&test["e"]), hex(&test["sig"]));
            let e: [u8; 32] = e.try_into().unwrap();
            let expected = test["result"] == "valid";
            let their_verdict = sm2::dsa::Signature::from_slice(&signature)
                .is_ok_and(|signature| theirs.verify_prehash(&e, &signature).is_ok());
            assert_eq!(their_verdict, expected, "RustCrypto: {test}");
            let ours = Signature::from_bytes(&signature);
            let verdict = ours.is_ok_and(|signature| key.verify_digest(&e, &signature).is_ok());
            assert_eq!(verdict, expected, "{test}");
            let verdict = ours.is_ok_and(|signature| prepared.verify_digest(&e, &signature).is_ok());
            assert_eq!(verdict, expected, "with a table: {test}");
            if let Ok(signature) = ours {
                assert_eq!(signature.to_bytes()[..], hex(&test["sig"])[..]);
                batch.push((key.clone(), e, signature, expected));
            }
            *seen
                .entry((test["flags"][0].as_str().unwrap().to_owned(), expected))
                .or_default() += 1;
        }
    }
    let items: Vec<_> = batch
        .iter()
        .map(|(key, e, signature, _)| (key, *e, *signature))
        .collect();
    for threads in [0, 1, 2, 3, 1000] {
        let verdicts = verify_many(&items, threads);
        assert_eq!(verdicts.len(), batch.len());
        for (verdict, (.., expected)) in verdicts.iter().zip(&batch) {
            assert_eq!(verdict.is_ok(), *expected);
        }
    }
    assert!(verify_many(&[], 0).is_empty());
    // The file has what it was made for.
    for (flag, valid) in [
        ("Range", false),
        ("RangeValid", true),
        ("ZeroSum", false),
        ("Congruent", false),
        ("Doubling", true),
        ("Meeting", true),
        ("Infinity", false),
        ("LargeX", true),
        ("LargeX", false),
        ("Digest", true),
    ] {
        assert!(seen.contains_key(&(flag.to_owned(), valid)), "{flag} {valid}");
    }
    assert_eq!(u64::from(seen.values().sum::<u32>()), file["numberOfTests"]);
}

#[test]
fn public_keys() {
    let file: Value = serde_json::from_str(POINTS).unwrap();
    for test in file["tests"].as_array().unwrap() {
        let encoded = hex(&test["encoded"]);
        let expected = test["result"] == "valid";
        let ours = VerifyingKey::from_sec1(&encoded);
        let theirs = sm2::dsa::VerifyingKey::from_sec1_bytes("", &encoded);
        // RustCrypto reads the compact form as well, which GB/T 32918.1 does not have.
        let compact = test["comment"] == "compact form";
        assert_eq!(theirs.is_ok(), expected || compact, "RustCrypto: {test}");
        assert_eq!(ours.is_ok(), expected, "{test}");
        if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
            assert_eq!(ours.to_sec1()[..], theirs.to_sec1_point(false).as_bytes()[..], "{test}");
        }
    }
}

/// The committed files are what the script writes.
#[test]
fn made_by_the_script() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("make_sm2_vectors.py");
    std::fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/make_sm2_vectors.py"),
        &script,
    )
    .unwrap();
    let Ok(status) = Command::new("python3").arg(&script).status() else {
        return;
    };
    assert!(status.success());
    for (name, committed) in [("sm2_verify.json", VERIFICATION), ("sm2_points.json", POINTS)] {
        assert!(
            std::fs::read_to_string(folder.path().join(name)).unwrap() == committed,
            "{name}"
        );
    }
}
