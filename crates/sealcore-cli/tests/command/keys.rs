//! `key` and `cert`: a small house of one's own.

use crate::support::Place;

#[test]
fn a_house_of_ones_own() {
    let place = Place::empty();
    place.run("key generate -o ca.pem").ends(0);
    place
        .run("cert issue --self-signed --key ca.pem --subject CN=root,C=CN --profile root --days 3650 -o ca.crt")
        .ends(0);
    place
        .run("key generate --algorithm sm2 -o unit.p8 --password-env NEW --json")
        .ends(0);
    place
        .run("cert request --key unit.p8 --password-env NEW --subject CN=单位,C=CN -o unit.req")
        .ends(0);
    assert!(place.run("cert show unit.req").ends(0).out.contains("CN=单位"));
    assert!(place.run("cert show unit.req --json").ends(0).out.contains("CN=单位"));
    place
        .run("cert issue --request unit.req --profile unit --issuer-key ca.pem --issuer-cert ca.crt --crl-url http://a/b.crl -o unit.crt")
        .ends(0);
    let shown = place.run("cert show unit.crt --json").ends(0).json().remove(0);
    assert_eq!(shown["certificate"]["issuer"], "CN=root,C=CN");
    assert_eq!(shown["crl_urls"][0], "http://a/b.crl");
    place
        .run("cert issue --key unit.p8 --password-env NEW --subject CN=又,C=CN --profile person --issuer-key ca.pem --issuer-cert ca.crt \
              --valid-from 2026-01-01 -o again.crt --p12 again.p12 --p12-password-env NEW".split_whitespace().collect::<Vec<_>>().join(" ").as_str())
        .ends(0);
    place
        .run("cert crl --issuer-key ca.pem --issuer-cert ca.crt --days 30 --number 7 -o ca.crl")
        .ends(0);
    assert!(
        place
            .run("cert show ca.crl --json")
            .ends(0)
            .out
            .contains("\"entries\":0")
    );

    place.run("demo demo").ends(0);
    place
        .run("sign demo/document.ofd -o out.ofd --key unit.p8 --cert unit.crt --password-env NEW")
        .ends(0);
    place.run("verify out.ofd --trust ca.crt --crl ca.crl").ends(0);
    place.run("verify out.ofd --trust demo/trust").ends(2);
    let serial = shown["certificate"]["serial"].as_str().unwrap();
    place
        .run(&format!(
            "cert crl --issuer-key ca.pem --issuer-cert ca.crt --revoke {serial}@2020-01-01@1 -o revoked.crl"
        ))
        .ends(0);
    place.run("verify out.ofd --trust ca.crt --crl revoked.crl").ends(1);
    place.run("cert show again.p12 --password-env NEW").ends(0);
    place
        .run("sign demo/document.ofd -o p12.ofd --key again.p12 --password-env NEW")
        .ends(0);
    place.run("verify p12.ofd --trust ca.crt --crl ca.crl").ends(0);
}

#[test]
fn a_house_of_ordinary_keys() {
    let place = Place::empty();
    place.run("key generate --algorithm rsa2048 -o ca.pem").ends(0);
    place
        .run("cert issue --self-signed --key ca.pem --subject CN=root,C=CN --profile root --days 3650 -o ca.crt")
        .ends(0);
    for name in ["p256", "p384", "EC"] {
        let made = place
            .run(&format!(
                "key generate --algorithm {name} -o {name}.p8 --password-env NEW --json"
            ))
            .ends(0);
        let said = made.json().remove(0);
        assert_eq!(said["algorithm"], if name == "EC" { "p256" } else { name });
        place
            .run(&format!(
                "cert request --key {name}.p8 --password-env NEW --subject CN=unit -o {name}.req"
            ))
            .ends(0);
        place
            .run(&format!(
                "cert issue --request {name}.req --profile unit --issuer-key ca.pem --issuer-cert ca.crt -o {name}.crt"
            ))
            .ends(0);
    }
    place
        .run("cert crl --issuer-key ca.pem --issuer-cert ca.crt --days 30 -o ca.crl")
        .ends(0);
    place.run("cert show p384.crt").ends(0);
    // Seals and signatures on OFD documents are SM2's alone, and that is what is said.
    place.run("demo demo").ends(0);
    let refused = place.run("sign demo/document.ofd -o out.ofd --key p256.p8 --cert p256.crt --password-env NEW");
    assert_eq!(refused.code, 64, "{refused:?}");
    assert!(
        refused.err.contains("SM2") && refused.err.contains("P-256"),
        "{refused:?}"
    );
}

#[cfg(unix)]
#[test]
fn private_keys_are_for_their_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::empty();
    place.run("key generate -o key.pem").ends(0);
    assert_eq!(
        std::fs::metadata(place.path("key.pem")).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let before = std::fs::read(place.path("key.pem")).unwrap();
    place.run("key generate -o key.pem").ends(1);
    assert_eq!(std::fs::read(place.path("key.pem")).unwrap(), before);
    place.run("key generate -o key.pem --force").ends(0);
    assert!(!String::from_utf8(before).unwrap().is_empty());
}

#[test]
fn wrong_usage_and_refusals() {
    let place = Place::with_demo();
    for (words, code) in [
        ("key generate --algorithm rsa1024 -o k.pem", 64),
        ("key generate --algorithm xyz -o k.pem", 64),
        ("key generate", 64),
        ("key generate -o k.pem --password-env UNSET", 64),
        (
            "cert request --key demo/keys/ca.p12 --password-env CA --subject nonsense -o r.pem",
            64,
        ),
        (
            "cert issue --profile unit --issuer-key demo/keys/ca.p12 --issuer-password-env CA -o c.pem",
            64,
        ),
        (
            "cert issue --profile king --issuer-key demo/keys/ca.p12 --issuer-password-env CA -o c.pem",
            64,
        ),
        (
            "cert crl --issuer-key demo/keys/ca.p12 --issuer-password-env CA --revoke xyz -o c.crl",
            64,
        ),
        // The signer is no authority.
        (
            "cert crl --issuer-key demo/keys/signer.p12 --issuer-password-env SIGNER -o c.crl",
            1,
        ),
        (
            "cert issue --key demo/keys/signer.p12 --password-env SIGNER --subject CN=x --profile unit --issuer-key demo/keys/signer.p12 --issuer-password-env SIGNER -o c.pem",
            1,
        ),
        ("cert show demo/README.txt", 4),
        ("cert show missing.crt", 4),
        ("cert request --key demo/document.ofd --subject CN=x -o r.pem", 4),
    ] {
        let run = place.run(words);
        assert_eq!(run.code, code, "{words}: {run:?}");
    }
    assert_eq!(place.list("."), ["demo"]);
}
