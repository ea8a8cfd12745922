//! `timestamp request|reply|verify`, and signatures with a time stamp.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;

use crate::support::{KEY, Place};

/// A demo, and an authority of its own that the demo's root certified.
fn house() -> Place {
    let place = Place::with_demo();
    place.run("key generate -o tsa.key").ends(0);
    place
        .run("cert issue --key tsa.key --subject CN=tsa,C=CN --profile tsa --issuer-key demo/keys/ca.p12 --issuer-password-env CA -o tsa.crt")
        .ends(0);
    place
}

const AUTHORITY: &str = "--key tsa.key --cert tsa.crt --state state";
const TRUST: &str = "--trust demo/trust";

#[test]
fn request_reply_verify() {
    let place = house();
    place.write("data", b"data");
    place.write("other", b"other");
    for (hash, asked) in [("sm3", "--cert"), ("sha256", "--no-nonce --cert"), ("sha3-256", "")] {
        place
            .run(&format!("timestamp request --in data --hash {hash} {asked} -o req.tsq --force").replace("  ", " "))
            .ends(0);
        let said = place
            .run(&format!(
                "timestamp reply --request req.tsq {AUTHORITY} -o resp.tsr --force --json"
            ))
            .ends(0)
            .json();
        assert_eq!(said[0]["status"], "granted");
        // Without the certificate inside it has to come from elsewhere.
        let cert = if asked.is_empty() { "--cert tsa.crt" } else { "" };
        let verify = format!("timestamp verify --reply resp.tsr {TRUST} {cert}");
        let verify = verify.trim_end();
        place.run(&format!("{verify} --in data")).ends(0);
        place.run(&format!("{verify} --request req.tsq")).ends(0);
        place.run(&format!("{verify} --in other")).ends(1);
        let report = place
            .run(&format!("{verify} --in data --request req.tsq --json"))
            .ends(0)
            .json();
        assert_eq!(report[0]["format"], "timestamp");
        let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/report.schema.json");
        let schema = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
        let broken = jsonschema::validator_for(&schema)
            .unwrap()
            .iter_errors(&report[0])
            .map(|error| error.to_string())
            .collect::<Vec<_>>();
        assert!(broken.is_empty(), "{broken:?}");
        assert_eq!(report[0]["verdict"], "valid");
        assert_eq!(report[0]["signatures"][0]["kind"], "timestamp");
        assert_eq!(report[0]["signatures"][0]["trust"], "trusted");
        assert_eq!(report[0]["token"]["serial"], said[0]["serial"]);
        assert_eq!(report[0]["token"]["nonce"].is_null(), asked.contains("no-nonce"));
    }
    // Three tokens, three numbers.
    let audit = std::fs::read_to_string(place.path("state/audit.jsonl")).unwrap();
    let serials: std::collections::BTreeSet<_> = audit
        .lines()
        .filter_map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["serial"]
                .as_str()
                .map(str::to_owned)
        })
        .collect();
    assert_eq!(serials.len(), 3);
}

#[test]
fn verdicts_and_their_exit_statuses() {
    let place = house();
    place.write("data", b"data");
    place.run("timestamp request --in data --cert -o req.tsq").ends(0);
    place.run("timestamp request --in data --cert -o second.tsq").ends(0);
    place
        .run(&format!("timestamp reply --request req.tsq {AUTHORITY} -o resp.tsr"))
        .ends(0);
    for (words, code) in [
        (format!("--reply resp.tsr --in data {TRUST}"), 0),
        // Nobody to trust; somebody else; no revocation list.
        ("--reply resp.tsr --in data".to_owned(), 2),
        ("--reply resp.tsr --in data --trust demo/keys/maker.crt".to_owned(), 2),
        ("--reply resp.tsr --in data --trust demo/trust/ca.crt".to_owned(), 2),
        (
            "--reply resp.tsr --in data --trust demo/trust/ca.crt --crl demo/trust/ca.crl".to_owned(),
            0,
        ),
        (format!("--reply resp.tsr --request req.tsq {TRUST}"), 0),
        // Another nonce.
        (format!("--reply resp.tsr --request second.tsq {TRUST}"), 1),
        (format!("--reply resp.tsr --in data --policy 1.2.3 {TRUST}"), 1),
        (format!("--reply resp.tsr --in data --policy 2.5.29.32.0 {TRUST}"), 0),
        (format!("--reply resp.tsr {TRUST}"), 64),
        (format!("--in data {TRUST}"), 64),
        (format!("--reply resp.tsr --digest xyz {TRUST}"), 64),
        (format!("--reply resp.tsr --digest 00 {TRUST}"), 64),
        (format!("--reply req.tsq --in data {TRUST}"), 4),
        (format!("--token resp.tsr --in data {TRUST}"), 4),
        (format!("--reply missing --in data {TRUST}"), 4),
        (format!("--reply resp.tsr --in missing {TRUST}"), 4),
    ] {
        let run = place.run(&format!("timestamp verify {words}"));
        assert_eq!(run.code, code, "{words}: {run:?}");
    }
    let chinese = place
        .run(&format!(
            "timestamp verify --reply resp.tsr --in data {TRUST} --lang zh"
        ))
        .ends(0);
    assert!(
        chinese.out.starts_with("有效") && chinese.out.contains("序列号"),
        "{chinese:?}"
    );
    // One bit: never valid, unless it is one of the frame, which nobody signs.
    let token = |file: &str, code: Option<i32>| {
        let run = place.run(&format!(
            "timestamp verify --reply {file} --request req.tsq {TRUST} --json"
        ));
        assert!(code.is_none_or(|code| code == run.code), "{run:?}");
        (run.code == 0).then(|| run.json()[0]["token"].clone())
    };
    let expected = token("resp.tsr", Some(0));
    let mut refused = 0;
    let good = std::fs::read(place.path("resp.tsr")).unwrap();
    for at in (0..good.len()).step_by(37) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        place.write("bad.tsr", &bad);
        let found = token("bad.tsr", None);
        assert!(found.is_none() || found == expected, "{at}");
        refused += usize::from(found.is_none());
    }
    assert!(refused > good.len() / 37 / 2, "{refused}");
}

#[test]
fn refusals_are_replies_too() {
    let place = house();
    place.write("nonsense", b"nonsense");
    let said = place
        .run(&format!(
            "timestamp reply --request nonsense {AUTHORITY} -o bad.tsr --json"
        ))
        .ends(1)
        .json();
    assert_eq!(said[0]["failure"], "badDataFormat");
    place
        .run(&format!("timestamp verify --reply bad.tsr --in nonsense {TRUST}"))
        .ends(1);
    place
        .run("timestamp request --in nonsense --policy 1.2.3 -o req.tsq")
        .ends(0);
    let reply = |options: &str, code: i32| {
        place
            .run(&format!(
                "timestamp reply --request req.tsq {AUTHORITY} {options} -o resp.tsr --force --json"
            ))
            .ends(code)
            .json()
            .remove(0)
    };
    assert_eq!(reply("--ordering", 1)["failure"], "unacceptedPolicy");
    assert_eq!(reply("--accept-policy 1.2.3", 0)["status"], "granted");
    assert_eq!(reply("--policy 1.2.3 --content-oids gm --name", 0)["status"], "granted");
    place
        .run(&format!(
            "timestamp verify --reply resp.tsr --request req.tsq --cert tsa.crt {TRUST}"
        ))
        .ends(0);
    for (words, code) in [
        ("timestamp request -o x.tsq", 64),
        ("timestamp request --in nonsense --hash md5 -o x.tsq", 64),
        ("timestamp request --in nonsense --digest 00 -o x.tsq", 64),
        ("timestamp request --digest 00 -o x.tsq", 64),
        ("timestamp request --in missing -o x.tsq", 4),
        ("timestamp request --in nonsense -o req.tsq", 1),
    ] {
        let run = place.run(words);
        assert_eq!(run.code, code, "{words}: {run:?}");
    }
}

/// What `verify --json` says of the last signature.
fn last_signature(place: &Place, file: &str, trust: &str, code: i32) -> serde_json::Value {
    let words = format!("verify {file} --json {trust}");
    let report = place.run(words.trim_end()).ends(code).json().remove(0);
    report["signatures"].as_array().unwrap().last().unwrap().clone()
}

#[test]
fn signatures_with_a_time_stamp() {
    let place = Place::with_demo();
    place.run("key generate -o tsa.key").ends(0);
    std::fs::create_dir(place.path("tsa")).unwrap();
    place
        .run("cert issue --key tsa.key --subject CN=tsa,C=CN --profile tsa --issuer-key demo/keys/ca.p12 --issuer-password-env CA -o tsa/tsa.crt")
        .ends(0);
    std::fs::rename(place.path("tsa.key"), place.path("tsa/tsa.key")).unwrap();
    let stamp = "--tsa-local tsa";
    for (file, seal) in [
        ("document.ofd", "--seal demo/seal.esl --page 1 --at 20mm,20mm"),
        ("document.ofd", ""),
        ("document.pdf", "--seal demo/seal.esl --page 1 --at 20mm,20mm"),
        ("document.pdf", ""),
        ("document.pdf", "--contents cms"),
    ] {
        let kind = file.rsplit('.').next().unwrap();
        let words = format!("sign demo/{file} -o out.{kind} --force {KEY} {stamp} {seal}");
        place.run(words.trim_end()).ends(0);
        let signature = last_signature(&place, &format!("out.{kind}"), TRUST, 0);
        assert_eq!(signature["timestamp"]["verified"], true, "{file} {seal}: {signature}");
        // Without a word on it the time stamp is as unknown as the signer.
        let signature = last_signature(&place, &format!("out.{kind}"), "", 2);
        assert_eq!(signature["timestamp"]["verified"], false);
    }
    // In place, on what is signed already, and in two phases.
    std::fs::copy(place.path("demo/sealed.pdf"), place.path("twice.pdf")).unwrap();
    place
        .run(&format!("sign twice.pdf --in-place {KEY} {stamp} --level t"))
        .ends(0);
    assert_eq!(
        last_signature(&place, "twice.pdf", TRUST, 0)["timestamp"]["verified"],
        true
    );
    place
        .run(&format!(
            "sign demo/sealed.ofd -o twice.ofd {KEY} --tsa-local demo/tsa --tsa-password-env TSA"
        ))
        .ends(0);
    assert_eq!(
        last_signature(&place, "twice.ofd", TRUST, 0)["timestamp"]["verified"],
        true
    );
}

type Change = fn(Vec<u8>) -> Vec<u8>;

/// Answers one request over HTTP as the authority of [`house`] does, with the bytes of its reply changed.
fn crooked(place: &Place, change: Change) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let folder = place.path(".");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = Vec::new();
        let query = loop {
            let mut more = [0; 4096];
            let count = stream.read(&mut more).unwrap();
            bytes.extend(&more[..count]);
            let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
            let (Some(end), Some(at)) = (
                bytes.windows(4).position(|window| window == b"\r\n\r\n"),
                text.find("content-length: "),
            ) else {
                continue;
            };
            let length = text[at + 16..].lines().next().unwrap().trim().parse::<usize>().unwrap();
            if bytes.len() == end + 4 + length {
                break bytes.split_off(end + 4);
            }
        };
        std::fs::write(folder.join("crooked.tsq"), query).unwrap();
        let status = Command::new(env!("CARGO_BIN_EXE_sealcore"))
            .args("timestamp reply --request crooked.tsq --out crooked.tsr --force".split(' '))
            .args(AUTHORITY.split(' '))
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(status.status.success(), "{status:?}");
        let reply = change(std::fs::read(folder.join("crooked.tsr")).unwrap());
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\n\r\n",
            reply.len()
        );
        stream.write_all(&[head.as_bytes(), &reply].concat()).unwrap();
    });
    format!("--tsa http://{address}/")
}

#[test]
fn a_token_that_verifiers_refuse_is_not_put_into_a_document() {
    let place = house();
    let sign = |change: Change| {
        let stamp = crooked(&place, change);
        let run = place.run(&format!("sign demo/document.ofd -o out.ofd --force {KEY} {stamp}"));
        assert_eq!(place.has("out.ofd"), run.code == 0, "{run:?}");
        run
    };
    let changes: [Change; 5] = [
        // SignedData of a version that tokens do not have: the signature does not cover it.
        |mut reply| {
            let version = [2, 1, 3, 0x31];
            let at = reply.windows(4).position(|window| window == version).unwrap();
            reply[at + 2] = 1;
            reply
        },
        // Another time than the one that was signed.
        |mut reply| {
            let is_time = |window: &[u8]| window[0] == 0x18 && &window[2..] == b"20";
            let at = reply.windows(4).position(is_time).unwrap();
            reply[at + 5] ^= 1;
            reply
        },
        // Granted, and no token.
        |_| vec![0x30, 5, 0x30, 3, 2, 1, 0],
        |_| vec![0x30; 2 << 20],
        |_| Vec::new(),
    ];
    for change in changes {
        let run = sign(change);
        assert!([1, 4].contains(&run.code) && !run.err.is_empty(), "{run:?}");
    }
    sign(|reply| reply).ends(0);
}

#[test]
fn stamped_in_the_second_phase() {
    let place = Place::with_demo();
    let stamp = "--tsa-local demo/tsa --tsa-password-env TSA";
    for kind in ["ofd", "pdf"] {
        let digest = place
            .run(&format!(
                "sign demo/document.{kind} --cert demo/keys/signer.crt --prepare session --force --level t"
            ))
            .ends(0)
            .out;
        let file = sealcore::key::load(
            &std::fs::read(place.path("demo/keys/signer.p12")).unwrap(),
            Some(&place.password("signer")),
        );
        let digest: Vec<u8> = (0..32)
            .map(|at| u8::from_str_radix(&digest.trim()[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        let value = sealcore::key::Signer::sign_digest(&file.unwrap().into_signer().unwrap(), &digest).unwrap();
        let value: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
        place
            .run(&format!(
                "sign demo/document.{kind} -o out.{kind} --complete session --signature {value} {stamp}"
            ))
            .ends(0);
        assert_eq!(
            last_signature(&place, &format!("out.{kind}"), TRUST, 0)["timestamp"]["verified"],
            true
        );
    }
}

#[test]
fn what_does_not_go_with_time_stamps() {
    let place = Place::with_demo();
    std::fs::create_dir(place.path("empty")).unwrap();
    for (words, code, reason) in [
        ("--level t", 64, "--tsa"),
        ("--level b --tsa http://127.0.0.1:1/", 64, "--level b"),
        ("--level lt --tsa http://127.0.0.1:1/", 64, "lt"),
        ("--level x", 64, "x"),
        ("--tsa ftp://127.0.0.1/", 64, "ftp"),
        ("--tsa http://user:secret@127.0.0.1/", 64, "address"),
        ("--tsa http://127.0.0.1:1/", 1, "127.0.0.1:1"),
        ("--tsa-local empty", 64, "tsa.p12"),
        ("--tsa-local demo/tsa", 4, "password"),
        ("--tsa-local empty --tsa http://127.0.0.1:1/", 64, "cannot be used with"),
    ] {
        let run = place.run(&format!("sign demo/document.ofd -o out.ofd {KEY} {words}"));
        assert_eq!(run.code, code, "{words}: {run:?}");
        assert!(run.err.contains(reason), "{words}: {run:?}");
        assert!(!place.has("out.ofd"));
    }
    // The first generation has no place for it.
    place
        .run("seal make --generation v1 --name 章 --picture demo/seal.png --width 40mm --height 40mm --maker-key demo/keys/maker.p12 --maker-password-env MAKER --signer-cert demo/keys/signer.crt -o v1.esl")
        .ends(0);
    let run = place.run(&format!(
        "sign demo/document.ofd -o out.ofd {KEY} --seal v1.esl --page 1 --at 1mm,1mm --tsa http://127.0.0.1:1/"
    ));
    assert!(run.code == 64 && run.err.contains("GM/T 0031-2014"), "{run:?}");
}
