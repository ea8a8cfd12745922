//! `inspect`: structure without judgement.

use crate::support::{Place, swap};

#[test]
fn a_document() {
    let place = Place::with_demo();
    let told = place
        .run("inspect demo/sealed.ofd --json --risks")
        .ends(0)
        .json()
        .remove(0);
    assert_eq!(
        (&told["file"], &told["format"]),
        (&"demo/sealed.ofd".into(), &"ofd".into())
    );
    let body = &told["documents"][0];
    assert_eq!(body["pages"].as_array().unwrap().len(), 3);
    assert_eq!(body["pages"][0]["width_mm"], 210.0);
    let record = &body["signatures"][0];
    assert_eq!(
        (&record["type"], &record["provider"]),
        (&"Seal".into(), &"sealcore".into())
    );
    assert_eq!(record["signed_value"]["shape"], "SES_Signature");
    assert_eq!(record["stamps"].as_array().unwrap().len(), 4);
    assert!(told["risks"].as_array().unwrap().is_empty());
    assert!(told["problems"].as_array().unwrap().is_empty());
    assert!(
        told["entries"]
            .as_array()
            .unwrap()
            .iter()
            .any(|entry| entry["path"] == "/OFD.xml")
    );
    let zh = place.run("inspect demo/sealed.ofd --lang zh --risks").ends(0);
    assert!(
        zh.out.contains("签名列表") && zh.out.contains("/Doc_0/Signs/Sign_0/Signature.xml"),
        "{}",
        zh.out
    );
}

#[test]
fn it_does_not_judge() {
    let place = Place::with_demo();
    place.alter("demo/sealed.ofd", "altered.ofd", "Page_0/Content.xml", |content| {
        swap(content, "三十日", "三百日")
    });
    place.run("inspect altered.ofd").ends(0);
    place.alter("demo/sealed.ofd", "cut.ofd", "SignedValue.dat", |content| {
        content.truncate(100)
    });
    let told = place.run("inspect cut.ofd --json").ends(0).json().remove(0);
    assert_eq!(told["problems"].as_array().unwrap().len(), 1, "{told}");
    assert!(
        told["problems"][0]["part"]
            .as_str()
            .unwrap()
            .contains("SignedValue.dat")
    );
}

#[test]
fn seals_and_other_files() {
    let place = Place::with_demo();
    let told = place.run("inspect demo/seal.esl --json").ends(0).json().remove(0);
    assert_eq!(
        (&told["format"], &told["seal"]["standard"]),
        (&"seal".into(), &"GB/T 38540-2020".into())
    );
    place.run("inspect demo/seal.esl").ends(0);
    place.run("inspect demo/README.txt").ends(4);
    place.run("inspect missing.ofd").ends(4);
    place.write("some.pdf", b"%PDF-1.7\n%%EOF");
    place.run("inspect some.pdf").ends(4);
    let run = place.run("inspect demo/sealed.pdf --risks --json").ends(0);
    assert!(run.out.contains("\"pdf\"") && run.out.contains("Signature1"), "{run:?}");
}

#[test]
fn a_pdf_in_the_words_of_an_ofd() {
    let place = Place::with_demo();
    let told = place
        .run("inspect demo/sealed.pdf --json --risks")
        .ends(0)
        .json()
        .remove(0);
    assert_eq!(told["format"], "pdf");
    assert!(told["problems"].as_array().unwrap().is_empty(), "{told}");
    assert_eq!(told["revisions"].as_array().unwrap().len(), 2);
    let body = &told["documents"][0];
    assert_eq!(body["pages"][0]["width_mm"].as_f64().unwrap().round(), 210.0);
    let signature = &body["signatures"][0];
    assert_eq!(signature["signed_value"]["shape"], "SES_Signature");
    assert_eq!(signature["byte_range"].as_array().unwrap().len(), 4);
    assert!(!signature["stamps"].as_array().unwrap().is_empty());
    assert!(signature["stated_time"].is_string());
    let serious = told["risks"]
        .as_array()
        .unwrap()
        .iter()
        .any(|risk| risk["severity"] == "warning");
    assert!(!serious, "{}", told["risks"]);
    let zh = place.run("inspect demo/sealed.pdf --lang zh --risks").ends(0);
    assert!(
        zh.out.contains("修订版本：2") && zh.out.contains("字节范围"),
        "{}",
        zh.out
    );
}

#[test]
fn an_encrypted_pdf_needs_its_password() {
    let place = Place::with_demo();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/pdf/encrypted/r6-aes.pdf");
    place.write("locked.pdf", &std::fs::read(file).unwrap());
    place.run("inspect locked.pdf --password-env NOT_SET_ANYWHERE").ends(64);
    place.run("inspect locked.pdf --password-env SIGNER").ends(4);
}
