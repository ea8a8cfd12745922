//! Signing with a key that another process holds.

use sealcore::key;
use sealcore_gm::sm2::SigningKey;

use crate::support::{KEY, Place};

const PREPARE: &str =
    "sign demo/document.ofd --prepare session --cert demo/keys/signer.crt --seal demo/seal.esl --page 1 --at 20,20";

fn key_of(place: &Place, name: &str) -> SigningKey {
    let bytes = std::fs::read(place.path(&format!("demo/keys/{name}.p12"))).unwrap();
    key::load(&bytes, Some(&place.password(name)))
        .unwrap()
        .key
        .sm2()
        .unwrap()
        .clone()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest(text: &str) -> [u8; 32] {
    let text = text.trim();
    let bytes: Vec<u8> = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect();
    bytes.try_into().unwrap()
}

#[test]
fn across_processes() {
    let place = Place::with_demo();
    let prepared = place.run(PREPARE).ends(0);
    let value = sealcore::algorithm::sm2_value_to_der(&key_of(&place, "signer").sign_digest(&digest(&prepared.out)));
    place.write("value.der", &value);
    place.write("value.hex", hex(&value).as_bytes());
    place
        .run("sign demo/document.ofd --complete session --signature-file value.der -o a.ofd")
        .ends(0);
    place
        .run("sign demo/document.ofd --complete session --signature-file value.hex -o b.ofd --json")
        .ends(0);
    place
        .run(&format!(
            "sign demo/document.ofd --complete session --signature {} -o c.ofd",
            hex(&value)
        ))
        .ends(0);
    for file in ["a.ofd", "b.ofd", "c.ofd"] {
        place.run(&format!("verify {file} --trust demo/trust")).ends(0);
    }
    assert_eq!(
        std::fs::read(place.path("a.ofd")).unwrap(),
        std::fs::read(place.path("c.ofd")).unwrap()
    );
}

#[test]
fn json_of_the_first_phase() {
    let place = Place::with_demo();
    let told = place.run(&format!("{PREPARE} --json")).ends(0).json().remove(0);
    assert_eq!(told["session"], "session");
    assert_eq!(told["digest"].as_str().unwrap().len(), 64);
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let place = Place::with_demo();
    let prepared = place.run(PREPARE).ends(0);
    let wrong = sealcore::algorithm::sm2_value_to_der(&key_of(&place, "maker").sign_digest(&digest(&prepared.out)));
    let right = sealcore::algorithm::sm2_value_to_der(&key_of(&place, "signer").sign_digest(&digest(&prepared.out)));
    let run = place
        .run(&format!(
            "sign demo/document.ofd --complete session --signature {} -o out.ofd",
            hex(&wrong)
        ))
        .ends(1);
    assert!(run.err.contains("does not belong"), "{run:?}");
    place
        .run(&format!(
            "sign demo/sealed.ofd --complete session --signature {} -o out.ofd",
            hex(&right)
        ))
        .ends(1);
    place.write("broken", b"no session");
    place
        .run(&format!(
            "sign demo/document.ofd --complete broken --signature {} -o out.ofd",
            hex(&right)
        ))
        .ends(4);
    place
        .run("sign demo/document.ofd --complete session -o out.ofd")
        .ends(64);
    place
        .run("sign demo/document.ofd --complete session --signature xyz -o out.ofd")
        .ends(64);
    place
        .run("sign demo/document.ofd --complete session --signature 00 --lock -o out.ofd")
        .ends(64);
    place.run(&format!("{PREPARE} {KEY}")).ends(64);
    place.run("sign demo/document.ofd --prepare session").ends(64);
    let run = place.run(PREPARE).ends(1);
    assert!(run.err.contains("--force"), "an earlier session is kept: {run:?}");
    place.run(&format!("{PREPARE} --force")).ends(0);
    assert!(!place.has("out.ofd"));
}
