//! `sign` on PDF, with the words that it has for OFD.

use crate::support::{KEY, Place};

/// Two pages.
fn document() -> Vec<u8> {
    let objects = [
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Count 2 /Kids [3 0 R 4 0 R]>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>",
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = "xref\n0 5\n0000000000 65535 f\r\n".to_owned();
    for (index, body) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n\r\n", file.len()));
        file.push_str(&format!("{} 0 obj\n{body}\nendobj\n", index + 1));
    }
    let start = file.len();
    file.push_str(&table);
    file.push_str(&format!(
        "trailer\n<</Size 5 /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

fn place() -> Place {
    let place = Place::with_demo();
    place.write("in.pdf", &document());
    place
}

#[test]
fn seals_and_signatures() {
    let place = place();
    let told = place
        .run(&format!(
            "sign in.pdf -o sealed.pdf --seal demo/seal.esl {KEY} --page 2 --at 100mm,200mm --seam right --json"
        ))
        .ends(0)
        .json()
        .remove(0);
    assert_eq!(told["signature"]["id"], "Signature1");
    assert_eq!(told["signature"]["kind"], "seal");
    assert_eq!(told["signature"]["stamps"].as_array().unwrap().len(), 3);
    assert_eq!(told["signature"]["stamps"][0]["page"], 2);
    assert!(
        std::fs::read(place.path("sealed.pdf"))
            .unwrap()
            .starts_with(&document())
    );
    place.run("verify sealed.pdf --trust demo/trust").ends(0);
    let said = place
        .run(&format!(
            "sign sealed.pdf -o twice.pdf {KEY} --contents cms --field 甲方 --reason agreed"
        ))
        .ends(0);
    assert!(said.out.contains("甲方"), "{said:?}");
    let report = place
        .run("verify twice.pdf --trust demo/trust --json")
        .ends(0)
        .json()
        .remove(0);
    assert_eq!(report["signatures"].as_array().unwrap().len(), 2);
    assert_eq!(report["signatures"][1]["id"], "甲方");
}

#[test]
fn in_place_and_locked() {
    let place = place();
    place.run(&format!("sign in.pdf --in-place {KEY} --lock")).ends(0);
    let signed = std::fs::read(place.path("in.pdf")).unwrap();
    assert!(signed.starts_with(&document()));
    place.run("verify in.pdf --trust demo/trust").ends(0);
    let again = place.run(&format!("sign in.pdf --in-place {KEY}")).ends(1);
    assert!(again.err.contains("P=1"), "{again:?}");
    assert_eq!(std::fs::read(place.path("in.pdf")).unwrap(), signed);
}

#[test]
fn two_phases() {
    let place = place();
    let prepared = place
        .run("sign in.pdf --prepare session --cert demo/keys/signer.crt --seal demo/seal.esl --page 1 --at 20,20")
        .ends(0);
    let digest: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&prepared.out.trim()[at..at + 2], 16).unwrap())
        .collect();
    let bytes = std::fs::read(place.path("demo/keys/signer.p12")).unwrap();
    let loaded = sealcore::key::load(&bytes, Some(&place.password("signer"))).unwrap();
    let digest: [u8; 32] = digest.try_into().unwrap();
    let value = sealcore::algorithm::sm2_value_to_der(&loaded.key.sm2().unwrap().sign_digest(&digest));
    place.write("value.der", &value);
    place
        .run("sign in.pdf --complete session --signature-file value.der -o out.pdf")
        .ends(0);
    place
        .run("sign in.pdf --complete session --signature-file value.der --in-place")
        .ends(0);
    assert_eq!(
        std::fs::read(place.path("out.pdf")).unwrap(),
        std::fs::read(place.path("in.pdf")).unwrap()
    );
    place.run("verify out.pdf --trust demo/trust").ends(0);
    // It is another document now.
    place
        .run("sign in.pdf --complete session --signature-file value.der --in-place")
        .ends(1);
    place
        .run("sign demo/document.ofd --complete session --signature-file value.der -o out.ofd")
        .ends(4);
}

#[test]
fn a_picture_without_a_seal() {
    let place = place();
    place.write("one.svg", PICTURE.as_bytes());
    let told = place
        .run(&format!(
            "sign in.pdf -o shown.pdf --picture one.svg --width 30mm --height 20mm {KEY} --opposite all --json"
        ))
        .ends(0)
        .json()
        .remove(0);
    assert_eq!(told["signature"]["kind"], "signature");
    assert_eq!(
        told["signature"]["stamps"][1]["boundary_mm"][0], -15.0,
        "half of it is on each page"
    );
    place.run("verify shown.pdf --trust demo/trust").ends(0);
}

const PICTURE: &str =
    r#"<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"><rect width="3" height="2" fill="red"/></svg>"#;

#[test]
fn what_does_not_fit() {
    let place = place();
    let seal = format!("--seal demo/seal.esl {KEY}");
    place.write("one.svg", PICTURE.as_bytes());
    let picture = format!("--picture one.svg {KEY} --width 30mm");
    for (words, code) in [
        (format!("sign in.pdf -o out.pdf {picture} --page 1 --at 1,1"), 64),
        (format!("sign in.pdf -o out.pdf {picture} --height 20mm"), 64),
        (
            format!("sign demo/document.ofd -o out.ofd {picture} --height 20mm --page 1 --at 1,1"),
            64,
        ),
        (format!("sign in.pdf -o out.pdf {seal}"), 64),
        (format!("sign in.pdf -o out.pdf {seal} --invisible"), 0),
        (format!("sign in.pdf {KEY}"), 64),
        (format!("sign in.pdf -o out.pdf {KEY} --relative s001"), 64),
        (format!("sign demo/document.ofd -o out.ofd {KEY} --certify 1"), 64),
        (format!("sign demo/document.ofd {KEY} --in-place"), 64),
        (format!("sign in.pdf -o out2.pdf {KEY} --certify 4"), 64),
        (format!("sign in.pdf -o out2.pdf {seal} --contents cms --invisible"), 1),
        (format!("sign in.pdf -o out2.pdf {seal} --page 3 --at 1,1"), 1),
        (
            format!("sign in.pdf -o out2.pdf {KEY} --filter Adobe.PPKLite/adbe.pkcs7.detached"),
            0,
        ),
    ] {
        place.run(&words).ends(code);
    }
    let mut more = document();
    more.extend(b"more");
    place.write("more.pdf", &more);
    place.run(&format!("sign more.pdf -o out3.pdf {KEY}")).ends(1);
    assert!(!place.has("out3.pdf") && !place.has("out.ofd"));
}
