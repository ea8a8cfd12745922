//! `verify`: statuses, JSON, languages, folders, trust.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Place, swap};

fn page(content: &mut Vec<u8>) {
    swap(content, "三十日", "三百日");
}

#[test]
fn statuses() {
    let place = Place::with_demo();
    place.alter("demo/sealed.ofd", "altered.ofd", "Page_0/Content.xml", page);
    place.write("broken.ofd", b"PK\x03\x04 and no more");
    place.write("text.ofd", b"hello");
    let trusted = |files: &str| place.run(&format!("verify {files} --trust demo/trust"));
    trusted("demo/sealed.ofd").ends(0);
    let run = trusted("altered.ofd").ends(1);
    assert!(
        run.out.contains("/Doc_0/Pages/Page_0/Content.xml"),
        "names the file: {}",
        run.out
    );
    place.run("verify demo/sealed.ofd").ends(2);
    trusted("demo/document.ofd").ends(3);
    trusted("missing.ofd").ends(4);
    trusted("broken.ofd").ends(4);
    trusted("text.ofd").ends(4);
    // 4 wins over 1 over 2 over 3 over 0, in any order.
    trusted("missing.ofd altered.ofd demo/document.ofd demo/sealed.ofd").ends(4);
    trusted("demo/sealed.ofd demo/document.ofd altered.ofd").ends(1);
    place.run("verify demo/document.ofd demo/sealed.ofd").ends(2);
    trusted("demo/sealed.ofd demo/document.ofd").ends(3);
}

#[test]
fn wrong_usage() {
    let place = Place::with_demo();
    for words in [
        "verify",
        "verify demo/sealed.ofd --bogus",
        "verify demo/sealed.ofd --at yesterday",
        "verify demo/sealed.ofd --lang fr",
        "verify demo/sealed.ofd --policy nonsense",
        "verify demo/sealed.ofd --trust missing",
        "verify demo/sealed.ofd --password-env NOT_SET_ANYWHERE",
        "bogus",
    ] {
        place.run(words).ends(64);
    }
    for (words, named) in [
        ("timestamp request --data x", "timestamp"),
        ("tsa serve", "tsa"),
        ("registry list", "registry"),
        ("licence show", "licence"),
        ("archive pack", "archive"),
        ("audit show", "audit"),
    ] {
        let run = place.run(words).ends(64);
        assert!(run.err.contains(named), "{words}: {run:?}");
    }
    for words in ["--help", "--version", "verify --help", "sign --help"] {
        place.run(words).ends(0);
    }
}

fn fields(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn json_has_the_fields_of_the_contract() {
    let place = Place::with_demo();
    let run = place
        .run("verify --json demo/sealed.ofd missing.ofd demo/document.ofd --trust demo/trust")
        .ends(4);
    let [sealed, missing, plain] = run.json().try_into().expect("one line a file");
    assert_eq!(
        fields(&sealed),
        BTreeSet::from(["file", "format", "policy", "verdict", "signatures", "findings"])
    );
    assert_eq!(sealed["file"], "demo/sealed.ofd");
    assert_eq!(
        (&sealed["format"], &sealed["policy"], &sealed["verdict"]),
        (&"ofd".into(), &"seal".into(), &"valid".into())
    );
    let signature = &sealed["signatures"][0];
    let contract = BTreeSet::from([
        "id",
        "kind",
        "standard",
        "verdict",
        "integrity",
        "coverage",
        "changes",
        "trust",
        "signed_at",
        "signer",
        "seal",
        "timestamp",
        "findings",
    ]);
    // Where the seal is shown, and which form of signed value matched, come on top of the contract.
    assert_eq!(fields(signature), &contract | &BTreeSet::from(["stamps", "form"]));
    assert_eq!(signature["standard"], "GB/T 38540-2020");
    assert_eq!(signature["timestamp"], Value::Null);
    for finding in signature["findings"].as_array().unwrap() {
        assert!(
            fields(finding).is_superset(&BTreeSet::from(["code", "severity", "clause", "message"])),
            "{finding}"
        );
    }
    assert_eq!(fields(&missing), BTreeSet::from(["file", "error"]));
    assert_eq!(
        fields(&missing["error"]),
        BTreeSet::from(["kind", "message", "part", "position"])
    );
    assert_eq!(missing["error"]["kind"], "io");
    assert_eq!(plain["verdict"], "unsigned");
}

#[test]
fn usage_errors_are_json_where_asked_for() {
    let place = Place::with_demo();
    let run = place.run("verify --json demo/sealed.ofd --trust missing").ends(64);
    assert_eq!(run.json()[0]["error"]["kind"], "io");
}

#[test]
fn speaks_both_languages() {
    let place = Place::with_demo();
    let zh = place.run("verify demo/sealed.ofd --lang zh").ends(2);
    assert!(
        zh.out.contains("无法确定") && !zh.out.contains("INDETERMINATE"),
        "{}",
        zh.out
    );
    let en = place.run("--lang en verify demo/sealed.ofd").ends(2);
    assert!(en.out.contains("INDETERMINATE"), "{}", en.out);
    let json = |lang: &str| {
        let run = place
            .run(&format!("verify --json demo/sealed.ofd --lang {lang}"))
            .ends(2);
        let finding = run.json()[0]["signatures"][0]["findings"][0].clone();
        (finding["code"].clone(), finding["message"].clone())
    };
    let (zh, en) = (json("zh"), json("en"));
    assert_eq!(zh.0, en.0, "codes never change");
    assert_ne!(zh.1, en.1);
    assert!(
        place
            .run("verify missing.ofd --lang zh")
            .ends(4)
            .err
            .starts_with("错误：")
    );
    assert!(place.run("bogus --lang zh").ends(64).err.contains("用法错误"));
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_sealcore"));
    let output = command
        .args(["verify", "missing.ofd"])
        .env("LC_ALL", "zh_CN.UTF-8")
        .output()
        .unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("错误："));
}

#[test]
fn folders_are_walked_in_order() {
    let place = Place::with_demo();
    std::fs::create_dir_all(place.path("in/b/c")).unwrap();
    for name in ["in/b/c/z.OFD", "in/a.ofd", "in/b/m.ofd"] {
        std::fs::copy(place.path("demo/sealed.ofd"), place.path(name)).unwrap();
    }
    std::fs::copy(place.path("demo/seal.esl"), place.path("in/n.esl")).unwrap();
    place.write("in/notes.txt", b"not a document");
    #[cfg(unix)]
    std::os::unix::fs::symlink("..", place.path("in/b/loop")).unwrap();
    let run = place.run("verify --json in --trust demo/trust").ends(0);
    let files: Vec<_> = run
        .json()
        .iter()
        .map(|line| line["file"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(files, ["in/a.ofd", "in/b/c/z.OFD", "in/b/m.ofd", "in/n.esl"]);
    let text = place.run("verify in --trust demo/trust").ends(0);
    assert!(text.out.contains("4 files: 4 valid"), "{}", text.out);
    std::fs::create_dir(place.path("nothing")).unwrap();
    place.run("verify nothing").ends(4);
}

#[test]
fn trust_is_read_from_files_and_folders() {
    let place = Place::with_demo();
    place.write("demo/trust/README", b"not a certificate");
    place.run("verify demo/sealed.ofd --trust demo/trust").ends(0);
    // Without the revocation list nobody knows.
    place.run("verify demo/sealed.ofd --trust demo/trust/ca.crt").ends(2);
    place
        .run("verify demo/sealed.ofd --trust demo/trust/ca.crt --crl demo/trust/ca.crl")
        .ends(0);
    place
        .run("verify demo/sealed.ofd --trust demo/trust/ca.crt --crl demo/trust")
        .ends(0);
    // A list alone makes nobody trusted.
    place.run("verify demo/sealed.ofd --crl demo/trust").ends(2);
    std::fs::create_dir(place.path("none")).unwrap();
    place.write("none/README", b"not a certificate");
    place.run("verify demo/sealed.ofd --trust none").ends(4);
    place.run("verify demo/sealed.ofd --trust demo/README.txt").ends(4);
    place.write(
        "demo/trust/broken.crt",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    let run = place.run("verify demo/sealed.ofd --trust demo/trust").ends(0);
    assert!(run.err.contains("broken.crt"), "not passed over silently: {run:?}");
}

#[test]
fn the_judged_moment() {
    let place = Place::with_demo();
    let run = |at: &str| {
        place
            .run(&format!(
                "verify demo/seal.esl --trust demo/trust --at {at} --policy seal"
            ))
            .code
    };
    assert_eq!(run("2000-01-01"), 1, "before the seal was made");
    assert_eq!(run("2099-01-01T00:00:00+08:00"), 1, "after it ended");
    assert_eq!(place.run("seal verify demo/seal.esl --trust demo/trust").code, 0);
}

#[test]
fn informational_findings_on_request() {
    let place = Place::with_demo();
    let brief = place.run("verify demo/sealed.ofd --trust demo/trust").ends(0);
    let verbose = place.run("verify -v demo/sealed.ofd --trust demo/trust").ends(0);
    assert!(verbose.out.len() >= brief.out.len());
    place
        .run("verify demo/sealed.ofd --trust demo/trust --password-env NEW")
        .ends(0);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::with_demo();
    let files = "demo/sealed.ofd ".repeat(200);
    let command = format!(
        "{} verify {files} --trust demo/trust | head -n 1; exit ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_sealcore")
    );
    let output = std::process::Command::new("bash")
        .arg("-c")
        .arg(command)
        .current_dir(place.path("."))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}

#[test]
fn makers_may_have_anchors_of_their_own() {
    let place = Place::with_demo();
    let verify = "verify demo/sealed.ofd --trust demo/trust --maker-trust";
    place.run(&format!("{verify} demo/trust")).ends(0);
    // The signer's certificate is no anchor of the maker's.
    let run = place.run(&format!("{verify} demo/keys/signer.crt")).ends(2);
    assert!(run.out.contains("trust-none"), "{run:?}");
}

#[test]
fn a_pdf_among_others() {
    let place = Place::with_demo();
    place.alter("demo/sealed.ofd", "altered.ofd", "Page_0/Content.xml", page);
    place.write("broken.pdf", b"%PDF-1.7\n%%EOF");
    let with = |files: &str| place.run(&format!("verify {files} --trust demo/trust"));
    for policy in ["seal", "pades", "pades-p1-strict"] {
        with(&format!("demo/sealed.pdf demo/sealed.ofd --policy {policy}")).ends(0);
    }
    with("demo/sealed.pdf altered.ofd").ends(1);
    with("demo/sealed.pdf demo/document.pdf").ends(3);
    with("broken.pdf altered.ofd").ends(4);
}

#[test]
fn a_pdf_that_was_changed_is_invalid() {
    let place = Place::with_demo();
    let mut bytes = std::fs::read(place.path("demo/sealed.pdf")).unwrap();
    let at = bytes.windows(9).position(|window| window == b"/MediaBox").unwrap();
    bytes[at + 12] ^= 1;
    place.write("altered.pdf", &bytes);
    let run = place.run("verify altered.pdf --trust demo/trust --json").ends(1);
    assert!(
        run.out.contains("\"altered\"") && run.out.contains("digest-mismatch"),
        "{run:?}"
    );
}

/// A pipe would be waited for.
#[cfg(unix)]
#[test]
fn pipes_and_devices_are_no_documents() {
    let place = Place::with_demo();
    let made = std::process::Command::new("mkfifo")
        .arg(place.path("pipe.ofd"))
        .status();
    assert!(made.unwrap().success());
    place.run("verify pipe.ofd").ends(4);
    place.run("verify /dev/null").ends(4);
    // But a person may pipe a certificate or a key: `--trust <(...)`.
    for (wanted, arguments, ends) in [
        (
            "demo/trust/ca.crt",
            "verify demo/sealed.ofd --crl demo/trust --trust pipe.ofd",
            0,
        ),
        (
            "demo/keys/signer.p12",
            "sign demo/document.ofd -o signed.ofd --key pipe.ofd --password-env SIGNER",
            0,
        ),
    ] {
        let (from, pipe) = (place.path(wanted), place.path("pipe.ofd"));
        let writer = std::thread::spawn(move || std::fs::write(pipe, std::fs::read(from).unwrap()).unwrap());
        place.run(arguments).ends(ends);
        writer.join().unwrap();
    }
    place
        .run("sign demo/document.ofd -o pipe.ofd --force --key demo/keys/signer.p12 --password-env SIGNER")
        .ends(1);
}
