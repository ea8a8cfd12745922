//! `sign`: places, refusals, and that nothing half-written is left.

use crate::support::{KEY, Place, swap};

const AT: &str = "--page 1 --at 150mm,200mm";

#[test]
fn at_a_point() {
    let place = Place::with_demo();
    let run = place
        .run(&format!(
            "sign demo/document.ofd -o out.ofd --seal demo/seal.esl {KEY} {AT} --json"
        ))
        .ends(0);
    let told = &run.json()[0];
    assert_eq!(told["file"], "out.ofd");
    let signature = &told["signature"];
    assert_eq!(
        (&signature["kind"], &signature["standard"]),
        (&"seal".into(), &"GB/T 38540-2020".into())
    );
    assert_eq!(signature["stamps"][0]["page"], 1);
    assert_eq!(
        signature["stamps"][0]["boundary_mm"],
        serde_json::json!([150.0, 200.0, 40.0, 40.0])
    );
    place.run("verify out.ofd --trust demo/trust").ends(0);
}

fn stamps(place: &Place, options: &[&str]) -> usize {
    let key: Vec<_> = KEY.split(' ').collect();
    let mut words = vec![
        "sign",
        "demo/document.ofd",
        "-o",
        "out.ofd",
        "--force",
        "--json",
        "--seal",
        "demo/seal.esl",
    ];
    words.extend(key);
    words.extend(options);
    let run = place.run_words(&words).ends(0);
    place.run("verify out.ofd --trust demo/trust").ends(0);
    run.json()[0]["signature"]["stamps"].as_array().unwrap().len()
}

#[test]
fn every_kind_of_place() {
    let place = Place::with_demo();
    assert_eq!(stamps(&place, &["--page", "all", "--at", "10,10"]), 3);
    assert_eq!(stamps(&place, &["--page", "2-3", "--at", "10mm,10mm"]), 2);
    assert_eq!(stamps(&place, &["--page", "last", "--at", "10mm,10mm"]), 1);
    for side in ["left", "right", "top", "bottom"] {
        assert_eq!(stamps(&place, &["--seam", side]), 3, "{side}");
    }
    assert_eq!(stamps(&place, &["--seam", "right", "--seam-pages", "1-2"]), 2);
    assert_eq!(stamps(&place, &["--opposite", "all"]), 4);
    assert_eq!(stamps(&place, &["--opposite", "2-3"]), 2);
    assert_eq!(stamps(&place, &["--keyword", "盖章处"]), 1);
    assert_eq!(
        stamps(
            &place,
            &["--keyword", "甲方", "--match", "all", "--keyword-offset", "20mm,0"]
        ),
        3
    );
    assert_eq!(
        stamps(
            &place,
            &["--keyword", "甲方", "--match", "last", "--keyword-pages", "1"]
        ),
        1
    );
    assert_eq!(stamps(&place, &["--keyword", "甲方", "--match", "2"]), 1);
    assert_eq!(
        stamps(
            &place,
            &["--page", "1", "--at", "1,1", "--seam", "left", "--keyword", "盖章处"]
        ),
        5
    );
}

#[test]
fn a_digital_signature() {
    let place = Place::with_demo();
    place
        .run(&format!(
            "sign demo/document.ofd -o out.ofd {KEY} --level b --time 2001-01-01T10:00:00+08:00"
        ))
        .ends(1);
    assert!(!place.has("out.ofd"), "before the certificate begins");
    let run = place
        .run(&format!("sign demo/document.ofd --out out.ofd {KEY} --document 1"))
        .ends(0);
    assert!(run.out.contains("out.ofd"), "{run:?}");
    let run = place.run("verify out.ofd --trust demo/trust --json").ends(0);
    assert_eq!(run.json()[0]["signatures"][0]["standard"], "GB/T 35275");
}

#[test]
fn locked_takes_no_further_signature() {
    let place = Place::with_demo();
    place
        .run(&format!(
            "sign demo/document.ofd -o locked.ofd --seal demo/seal.esl {KEY} {AT} --lock"
        ))
        .ends(0);
    place.run("verify locked.ofd --trust demo/trust").ends(0);
    let run = place
        .run(&format!("sign locked.ofd -o out.ofd --seal demo/seal.esl {KEY} {AT}"))
        .ends(1);
    assert!(run.err.contains("s001") && run.err.contains("locks"), "{run:?}");
    let json = place
        .run(&format!(
            "sign locked.ofd -o out.ofd --seal demo/seal.esl {KEY} {AT} --json"
        ))
        .ends(1);
    assert_eq!(json.json()[0]["error"]["kind"], "refused");
    assert_eq!(json.json()[0]["file"], "locked.ofd");
    assert_eq!(place.list("."), ["demo", "locked.ofd"], "no output, nothing temporary");
}

#[test]
fn a_second_signature_builds_on_the_first() {
    let place = Place::with_demo();
    place
        .run(&format!(
            "sign demo/sealed.ofd -o two.ofd --seal demo/seal.esl {KEY} {AT} --relative s001"
        ))
        .ends(0);
    let report = place
        .run("verify two.ofd --trust demo/trust --json")
        .ends(0)
        .json()
        .remove(0);
    assert_eq!(report["signatures"][0]["changes"], "permitted");
    assert_eq!(report["signatures"][1]["changes"], "none");
    place
        .run(&format!("sign demo/sealed.ofd -o no.ofd {KEY} --relative s777"))
        .ends(1);
    assert!(!place.has("no.ofd"));
}

#[test]
fn in_place_and_over_others() {
    let place = Place::with_demo();
    std::fs::copy(place.path("demo/document.ofd"), place.path("in.ofd")).unwrap();
    place.write("other.ofd", b"precious");
    let run = place.run(&format!("sign in.ofd -o other.ofd {KEY}")).ends(1);
    assert!(run.err.contains("--force"), "{run:?}");
    assert_eq!(std::fs::read(place.path("other.ofd")).unwrap(), b"precious");
    place.run(&format!("sign in.ofd -o in.ofd {KEY}")).ends(0);
    place.run("verify in.ofd --trust demo/trust").ends(0);
    place.write("empty.ofd", b"");
    place.run(&format!("sign in.ofd -o empty.ofd {KEY}")).ends(0);
    place.run(&format!("sign in.ofd -o other.ofd {KEY} --force")).ends(0);
    place.run("verify other.ofd --trust demo/trust").ends(0);
    place.run(&format!("sign in.ofd -o demo {KEY}")).ends(1);
    place.run(&format!("sign in.ofd -o nowhere/out.ofd {KEY}")).ends(1);
}

#[test]
fn wrong_usage() {
    let place = Place::with_demo();
    let seal = "--seal demo/seal.esl";
    for (words, named) in [
        (format!("demo/document.ofd -o out.ofd {seal} {KEY}"), "--seam"),
        (format!("demo/document.ofd -o out.ofd {KEY} {AT}"), "--seal"),
        (format!("demo/document.ofd {KEY}"), "-o OUT"),
        ("demo/document.ofd -o out.ofd".to_owned(), "--key"),
        (format!("demo/document.ofd -o out.ofd {seal} {KEY} --page 1"), "--at"),
        (
            format!("demo/document.ofd -o out.ofd {seal} {KEY} --page 0 --at 1,1"),
            "0",
        ),
        (
            format!("demo/document.ofd -o out.ofd {seal} {KEY} --page 1 --at 1"),
            "150mm",
        ),
        (format!("demo/document.ofd -o out.ofd {seal} {KEY} --seam up"), "left"),
        (format!("demo/document.ofd -o out.ofd {KEY} --level lt"), "--level lt"),
        (format!("demo/document.ofd -o out.ofd {KEY} --level xyz"), "xyz"),
        (
            "demo/document.ofd -o out.ofd --key pkcs11:token=x".to_owned(),
            "module-path",
        ),
        ("demo/document.ofd -o out.ofd --key sdf:0".to_owned(), "'='"),
        ("demo/document.ofd -o out.ofd --key skf:tokn=0".to_owned(), "tokn"),
        (
            "demo/document.ofd -o out.ofd --key demo/keys/signer.p12 --password-env UNSET".to_owned(),
            "UNSET",
        ),
    ] {
        let run = place.run(&format!("sign {words}")).ends(64);
        assert!(run.err.contains(named), "{words}: {run:?}");
    }
    assert_eq!(place.list("."), ["demo"]);
}

#[test]
fn refusals_and_unreadable_input_leave_nothing() {
    let place = Place::with_demo();
    place.alter("demo/document.ofd", "cut.ofd", "Document.xml", |content| {
        swap(content, "</ofd:Document>", "")
    });
    let seal = "--seal demo/seal.esl";
    for (words, code) in [
        (
            format!("demo/document.ofd -o out.ofd {seal} {KEY} --page 9 --at 1,1"),
            1,
        ),
        (
            format!("demo/document.ofd -o out.ofd {seal} {KEY} --keyword nowhere"),
            1,
        ),
        (
            format!("demo/document.ofd -o out.ofd {seal} --key demo/keys/maker.p12 --password-env MAKER {AT}"),
            1,
        ),
        (format!("cut.ofd -o out.ofd {KEY}"), 1),
        (format!("missing.ofd -o out.ofd {KEY}"), 4),
        (format!("demo/seal.esl -o out.ofd {KEY}"), 4),
        ("demo/document.ofd -o out.ofd --key missing.p12".to_owned(), 4),
        (
            "demo/document.ofd -o out.ofd --key demo/keys/signer.p12 --password-env NEW".to_owned(),
            4,
        ),
        ("demo/document.ofd -o out.ofd --key demo/keys/signer.p12".to_owned(), 4),
        (
            format!("demo/document.ofd -o out.ofd --seal demo/seal.png {KEY} {AT}"),
            4,
        ),
    ] {
        let run = place.run(&format!("sign {words}"));
        assert_eq!(run.code, code, "{words}: {run:?}");
        assert!(run.err.starts_with("error: "), "{run:?}");
        assert_eq!(place.list("."), ["cut.ofd", "demo"], "{words}");
    }
}

#[test]
fn the_integrity_record_is_the_last_thing() {
    let place = Place::with_demo();
    place
        .run(&format!(
            "sign demo/sealed.ofd -o out.ofd {KEY} --integrity-record --json"
        ))
        .ends(0);
    let report = place
        .run("verify out.ofd --trust demo/trust --json -v")
        .json()
        .remove(0);
    let codes: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].as_str().unwrap().to_owned())
        .collect();
    assert!(codes.iter().any(|code| code.contains("integrity")), "{report}");
    let run = place.run(&format!("sign out.ofd -o more.ofd {KEY}")).ends(1);
    assert!(run.err.contains("OFDEntries.xml"), "{run:?}");
    assert!(!place.has("more.ofd"));
}
