//! `seal make`, `seal show`.

use crate::support::{KEY, Place};

const MAKE: &str = "seal make --name 测试专用章 --picture demo/seal.png --width 40mm --height 30mm \
    --maker-key demo/keys/maker.p12 --maker-password-env MAKER";

#[test]
fn every_generation_signs() {
    let place = Place::with_demo();
    for (generation, standard) in [
        ("v1", "GM/T 0031-2014"),
        ("v4", "GB/T 38540-2020"),
        ("v5", "GM/T 0031-2025"),
    ] {
        let made =
            format!("{MAKE} --signer-cert demo/keys/signer.crt --generation {generation} -o {generation}.esl --json");
        let told = place.run(&made).ends(0).json().remove(0);
        assert_eq!(told["seal"]["standard"], standard);
        let report = place
            .run(&format!("seal verify {generation}.esl --trust demo/trust --json"))
            .ends(0)
            .json()
            .remove(0);
        assert_eq!(
            (&report["format"], &report["signatures"][0]["standard"]),
            (&"seal".into(), &standard.into())
        );
        place
            .run(&format!(
                "sign demo/document.ofd -o {generation}.ofd --seal {generation}.esl {KEY} --page 1 --at 20,20"
            ))
            .ends(0);
        place
            .run(&format!("verify {generation}.ofd --trust demo/trust"))
            .ends(0);
    }
}

#[test]
fn every_option() {
    let place = Place::with_demo();
    let options = "--signer-cert demo/keys/signer.p12 --signer-password-env SIGNER --signer-cert demo/keys/maker.crt \
        --cert-digests --esid 11010000000001 --vendor house --type 2 --valid-from 2026-01-01 --valid-until 2099-12-31T23:59:59+08:00 \
        --maker-cert demo/keys/maker.crt -o made.esl";
    place
        .run(
            &format!("{MAKE} {options}")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        )
        .ends(0);
    let seal = place.run("seal show made.esl --json").ends(0).json().remove(0)["seal"].clone();
    assert_eq!(
        (&seal["id"], &seal["vendor"], &seal["type"]),
        (&"11010000000001".into(), &"house".into(), &2.into())
    );
    assert_eq!(seal["signers"]["digests"].as_array().unwrap().len(), 2);
    assert_eq!(seal["valid_until"], "2099-12-31T15:59:59Z");
    assert_eq!(
        (&seal["picture"]["width_mm"], &seal["picture"]["height_mm"]),
        (&40.into(), &30.into())
    );
    // Who is listed by digest may sign.
    place
        .run(&format!(
            "sign demo/document.ofd -o out.ofd --seal made.esl {KEY} --page 1 --at 20,20"
        ))
        .ends(0);
    place.run("verify out.ofd --trust demo/trust").ends(0);
}

#[test]
fn shows_text_and_picture() {
    let place = Place::with_demo();
    let zh = place.run("seal show demo/seal.esl --lang zh --picture out.png").ends(0);
    assert!(
        zh.out.contains("制章者") && zh.out.contains("示范印章制作机构"),
        "{}",
        zh.out
    );
    assert_eq!(
        std::fs::read(place.path("out.png")).unwrap(),
        std::fs::read(place.path("demo/seal.png")).unwrap()
    );
    place.run("seal show demo/seal.esl --picture out.png").ends(1);
    place.run("seal show demo/seal.esl --picture out.png --force").ends(0);
    place.run("seal show demo/document.ofd").ends(4);
    place.run("seal show missing.esl --json").ends(4);
}

#[test]
fn refusals() {
    let place = Place::with_demo();
    let make = MAKE.split_whitespace().collect::<Vec<_>>().join(" ");
    let signer = "--signer-cert demo/keys/signer.crt";
    place.run(&format!("{make} -o x.esl")).ends(64);
    place.run(&format!("{make} {signer} --generation v9 -o x.esl")).ends(64);
    place
        .run(&format!("{make} {signer} --generation v1 --cert-digests -o x.esl"))
        .ends(64);
    place
        .run(&format!("{make} {signer} --valid-until 2001-01-01 -o x.esl"))
        .ends(1);
    place
        .run(&format!("{make} --signer-cert demo/README.txt -o x.esl"))
        .ends(4);
    place
        .run(
            &make
                .replace("demo/seal.png", "demo/README.txt")
                .replace("seal make", &format!("seal make {signer} -o x.esl")),
        )
        .ends(4);
    place
        .run(
            &make
                .replace("40mm", "40.5mm")
                .replace("seal make", &format!("seal make {signer} -o x.esl")),
        )
        .ends(64);
    place.write("x.esl", b"mine");
    place.run(&format!("{make} {signer} -o x.esl")).ends(1);
    assert_eq!(std::fs::read(place.path("x.esl")).unwrap(), b"mine");
    place.run(&format!("{make} {signer} -o x.esl --force")).ends(0);
}
