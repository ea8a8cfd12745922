//! Keys in devices, wherever the command takes a key. The PKCS#11 token is SoftHSM's (Debian package softhsm2); without it
//! its tests are not run, and fail where SEALCORE_REQUIRE_SOFTHSM is set, as the gate does. SKF, SDF and SM2 by PKCS#11 are
//! those of the software module.
#![cfg(unix)]
#![allow(clippy::print_stderr)] // tests that are not run say so

use std::path::Path;
use std::process::Command;

use sealcore_soft_module::{Application, Container, Contents, Fault, SM2_MECHANISM, SdfKey, State};

use crate::support::{Place, Run};

const PIN: &str = "4711zq";
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// A folder with a CA and a unit in a token, their certificates beside it, and the demo.
struct House {
    place: Place,
}

impl House {
    fn new() -> Option<Self> {
        if !Path::new(MODULE).exists() || Command::new("softhsm2-util").arg("--version").output().is_err() {
            assert!(
                std::env::var_os("SEALCORE_REQUIRE_SOFTHSM").is_none(),
                "SoftHSM is not installed: install the Debian package softhsm2"
            );
            eprintln!("not run: SoftHSM is not installed (Debian package softhsm2)");
            return None;
        }
        let mut place = Place::with_demo();
        let tokens = place.path("tokens");
        std::fs::create_dir(&tokens).unwrap();
        let conf = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\n",
            tokens.display()
        );
        place.write("softhsm2.conf", conf.as_bytes());
        place.set("SOFTHSM2_CONF", place.path("softhsm2.conf").to_str().unwrap());
        place.set("PIN", PIN);
        place.set("WRONG", "wrong-pin-9");
        let house = Self { place };
        house.util("--init-token --free --label house --so-pin so4711 --pin 4711zq");
        for (name, algorithm, id) in [("ca", "p256", "01"), ("unit", "rsa2048", "02"), ("tsa", "p256", "03")] {
            house
                .place
                .run(&format!("key generate --algorithm {algorithm} -o {name}.pem"))
                .ends(0);
            house.util(&format!(
                "--import {name}.pem --token house --label {name} --id {id} --pin 4711zq"
            ));
        }
        let place = &house.place;
        place
            .run("cert issue --self-signed --key ca.pem --subject CN=root,C=CN --profile root --days 3650 -o ca.crt")
            .ends(0);
        Some(house)
    }

    fn util(&self, words: &str) {
        let output = Command::new("softhsm2-util")
            .args(words.split(' '))
            .current_dir(self.place.path("."))
            .env("SOFTHSM2_CONF", self.place.path("softhsm2.conf"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{words}: {output:?}");
    }

    /// A run in which `{name}` stands for the URI of that key. What it prints holds no PIN.
    fn run(&self, words: &str) -> Run {
        let mut words = words.to_owned();
        for name in ["ca", "unit", "tsa", "nobody"] {
            let uri = format!("pkcs11:token=house;object={name}?module-path={MODULE}");
            words = words.replace(&format!("{{{name}}}"), &uri);
        }
        let run = self.place.run(&words);
        for pin in [PIN, "wrong-pin-9"] {
            assert!(!run.out.contains(pin) && !run.err.contains(pin), "{run:?}");
        }
        run
    }
}

#[test]
fn issues_signs_and_stamps() {
    let Some(house) = House::new() else { return };
    let place = &house.place;
    for (name, profile) in [("unit", "unit"), ("tsa", "tsa")] {
        place
            .run(&format!(
                "cert request --key {name}.pem --subject CN={name},C=CN -o {name}.req"
            ))
            .ends(0);
        house
            .run(&format!(
                "cert issue --request {name}.req --profile {profile} --issuer-key {{ca}} --issuer-cert ca.crt \
                 --issuer-password-env PIN -o {name}.crt"
            ))
            .ends(0);
        // From here on the token is the only one that has the key.
        std::fs::remove_file(place.path(&format!("{name}.pem"))).unwrap();
    }
    house
        .run("cert crl --issuer-key {ca} --issuer-cert ca.crt --issuer-password-env PIN --days 30 -o ca.crl")
        .ends(0);

    place.write("pin", b"4711zq\n");
    for (out, key) in [
        ("variable.pdf", "{unit} --password-env PIN"),
        ("value.pdf", "{unit}&pin-value=4711z%71"),
        ("file.pdf", "{unit}&pin-source=file:pin --password-env WRONG"),
        ("pss.pdf", "{unit}&x-rsa-padding=pss --password-env PIN"),
    ] {
        house
            .run(&format!("sign demo/document.pdf -o {out} --cert unit.crt --key {key}"))
            .ends(0);
        place.run(&format!("verify {out} --trust ca.crt --crl ca.crl")).ends(0);
    }

    place
        .run("timestamp request --in demo/document.pdf --hash sha256 -o query.tsq --cert")
        .ends(0);
    house
        .run("timestamp reply --request query.tsq --key {tsa} --cert tsa.crt --password-env PIN --state state -o reply.tsr")
        .ends(0);
    place
        .run("timestamp verify --reply reply.tsr --in demo/document.pdf --trust ca.crt --crl ca.crl")
        .ends(0);
}

/// A house whose keys were never anywhere but in the token.
#[test]
fn asks_for_certificates_with_keys_in_the_token() {
    let Some(house) = House::new() else { return };
    let place = &house.place;
    for name in ["ca", "unit", "tsa"] {
        std::fs::remove_file(place.path(&format!("{name}.pem"))).unwrap();
    }
    house
        .run(
            "cert issue --self-signed --key {ca} --password-env PIN --subject CN=root,C=CN --profile root --days 3650 -o ca.crt \
             --force",
        )
        .ends(0);
    for (key, name) in [
        ("{unit}", "unit"),
        ("{unit}&x-rsa-padding=pss", "pss"),
        ("{tsa}", "tsa"),
    ] {
        house
            .run(&format!(
                "cert request --key {key} --password-env PIN --subject CN={name},C=CN -o {name}.req"
            ))
            .ends(0);
        place.run(&format!("cert show {name}.req")).ends(0);
        let openssl = Command::new("openssl")
            .args(["req", "-verify", "-noout", "-in", &format!("{name}.req")])
            .current_dir(place.path("."))
            .output();
        if let Ok(output) = openssl {
            assert!(output.status.success(), "{output:?}");
        }
        house
            .run(&format!(
                "cert issue --request {name}.req --profile unit --issuer-key {{ca}} --issuer-cert ca.crt \
                 --issuer-password-env PIN -o {name}.crt"
            ))
            .ends(0);
    }
    // Without a request, by the authority.
    house
        .run(
            "cert issue --key {unit} --password-env PIN --subject CN=unit,C=CN --profile unit --issuer-key {ca} --issuer-cert ca.crt \
             --issuer-password-env PIN -o unit.crt --force",
        )
        .ends(0);
    house
        .run("cert crl --issuer-key {ca} --issuer-cert ca.crt --issuer-password-env PIN --days 30 -o ca.crl")
        .ends(0);
    house
        .run("sign demo/document.pdf -o out.pdf --cert unit.crt --key {unit} --password-env PIN")
        .ends(0);
    place.run("verify out.pdf --trust ca.crt --crl ca.crl").ends(0);
}

#[test]
fn refusals() {
    let Some(mut house) = House::new() else { return };
    let sign = "sign demo/document.pdf -o out.pdf --cert ca.crt --json --key";
    let error = |words: &str, code: i32| house.run(words).ends(code).json().remove(0)["error"].clone();

    let wrong = error(&format!("{sign} {{ca}} --password-env WRONG"), 4);
    assert_eq!(
        (&wrong["kind"], &wrong["part"]),
        (&"password".into(), &"C_Login".into())
    );
    assert_eq!(wrong["vendor_code"], 0xa0);
    let none = error(&format!("{sign} {{ca}}"), 4);
    assert_eq!((&none["kind"], none.get("vendor_code")), (&"password".into(), None));
    assert_eq!(
        error(&format!("{sign} {{nobody}} --password-env PIN"), 4)["kind"],
        "device"
    );
    assert_eq!(error(&format!("{sign} {{tsa}} --password-env PIN"), 4)["kind"], "key");
    assert_eq!(
        error(&format!("{sign} {{unit}}&nonsense=1 --password-env PIN"), 64)["kind"],
        "argument"
    );
    let absent = error(&format!("{sign} pkcs11:token=house?module-path=/none.so"), 4);
    assert!(absent["message"].as_str().unwrap().contains("/none.so"), "{absent}");
    // Without --cert, and none in the token.
    let bare = house
        .run(&format!(
            "sign demo/document.pdf -o out.pdf --password-env PIN --key {}",
            "{ca}"
        ))
        .ends(4);
    assert!(bare.err.contains("certificate"), "{bare:?}");
    // What needs the key itself.
    house.place.set("P12", "p12-password");
    let p12 = house
        .run(
            "cert issue --self-signed --profile root --key {unit} --password-env PIN --subject CN=a -o a.crt --p12 a.p12 \
             --p12-password-env P12",
        )
        .ends(64);
    assert!(p12.err.contains("key file"), "{p12:?}");
    for (key, code) in [
        ("{unit} --password-env WRONG", 4),
        ("{unit}", 4),
        ("{nobody} --password-env PIN", 4),
        ("{unit}&x-rsa-padding=oaep --password-env PIN", 64),
    ] {
        house
            .run(&format!("cert request --key {key} --subject CN=a -o a.req"))
            .ends(code);
        house
            .run(&format!(
                "cert issue --self-signed --profile root --key {key} --subject CN=a -o a.crt"
            ))
            .ends(code);
    }
    let place = &house.place;
    for file in ["out.pdf", "a.req", "a.crt", "a.p12"] {
        assert!(!place.has(file), "{file}");
    }
}

#[test]
fn listing() {
    let Some(house) = House::new() else { return };
    let listed = house
        .run(&format!(
            "key list pkcs11:token=house?module-path={MODULE} --password-env PIN --json"
        ))
        .ends(0)
        .json()
        .remove(0);
    assert_eq!(
        (&listed["scheme"], &listed["module"]["path"]),
        (&"pkcs11".into(), &MODULE.into())
    );
    let device = &listed["devices"][0];
    assert_eq!((&device["name"], &device["logged_in"]), (&"house".into(), &true.into()));
    let keys: Vec<_> = device["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| (&key["name"], &key["kind"], &key["id"]))
        .collect();
    assert_eq!(keys.len(), 3);
    assert!(
        keys.contains(&(&"unit".into(), &"RSA 2048".into(), &"02".into())),
        "{keys:?}"
    );

    let shown = house.run(&format!("key list pkcs11:?module-path={MODULE}")).ends(0);
    assert!(shown.out.contains("pkcs11:token=house;serial="), "{shown:?}");
    assert!(shown.out.contains("SoftHSM"), "{shown:?}");
    house
        .run(&format!("key list pkcs11:token=nobody?module-path={MODULE} --lang zh"))
        .ends(0);
    house.run("key list ca.pem").ends(64);
    house.run("key list pkcs11:").ends(64);
    house
        .run(&format!(
            "key list pkcs11:token=house?module-path={MODULE} --password-env WRONG"
        ))
        .ends(4);
}

/// The demo, and its signer's and maker's keys in a software device.
struct Soft {
    place: Place,
}

impl Soft {
    fn new() -> Self {
        let mut place = Place::with_demo();
        let files = ["signer", "maker"].map(|name| {
            let bytes = std::fs::read(place.path(&format!("demo/keys/{name}.p12"))).unwrap();
            let file = sealcore::key::load(&bytes, Some(&place.password(name))).unwrap();
            let certificate = file.certificate.unwrap();
            place.write(&format!("{name}.cer"), certificate.der());
            (name, *file.key.sm2().unwrap().to_bytes(), certificate)
        });
        let state = State {
            devices: vec!["SOFT".to_owned()],
            keys: (1..)
                .zip(&files)
                .map(|(index, (_, scalar, _))| SdfKey {
                    index,
                    password: Some(PIN.to_owned()),
                    scalar: *scalar,
                })
                .collect(),
            applications: vec![Application {
                name: "seals".to_owned(),
                pin: PIN.to_owned(),
                tries: 3,
                containers: files
                    .iter()
                    .map(|(name, scalar, certificate)| Container {
                        name: (*name).to_owned(),
                        contents: Contents::Sm2(*scalar),
                        certificate: Some(certificate.der().to_vec()),
                    })
                    .collect(),
            }],
        };
        let folder = place.path("device");
        std::fs::create_dir(&folder).unwrap();
        state.write(&folder).unwrap();
        sealcore_soft_module::install(&folder).unwrap();
        // The tests below have it that the keys are nowhere else.
        std::fs::remove_dir_all(place.path("demo/keys")).unwrap();
        place.set("PIN", PIN);
        place.set("WRONG", "wrong-pin-9");
        Self { place }
    }

    /// The options that sign with a key, by each interface.
    fn keys(&self, name: &str) -> [String; 3] {
        let index = if name == "signer" { 1 } else { 2 };
        let module = format!("module-path={}", self.place.path("device/module.so").display());
        [
            format!("skf:application=seals;container={name}?{module}"),
            format!("sdf:key={index}?{module} --cert {name}.cer"),
            format!("pkcs11:object={name}?{module}&x-sm2-mechanism={SM2_MECHANISM}"),
        ]
    }

    fn run(&self, words: &str) -> Run {
        let run = self.place.run(words);
        for pin in [PIN, "wrong-pin-9"] {
            assert!(!run.out.contains(pin) && !run.err.contains(pin), "{run:?}");
        }
        run
    }
}

#[test]
fn sm2_keys_seal_and_sign() {
    let soft = Soft::new();
    for key in soft.keys("signer") {
        for (document, seal) in [
            ("ofd", "--seal demo/seal.esl --page 1 --at 20mm,20mm"),
            ("ofd", ""),
            ("pdf", ""),
        ] {
            let words =
                format!("sign demo/document.{document} -o out.{document} --force --key {key} --password-env PIN");
            soft.run(format!("{words} {seal}").trim_end()).ends(0);
            soft.run(&format!("verify out.{document} --trust demo/trust")).ends(0);
        }
    }
}

#[test]
fn sm2_keys_ask_for_certificates() {
    let soft = Soft::new();
    let expected = std::fs::read(soft.place.path("signer.cer")).unwrap();
    let expected = sealcore::cert::Certificate::from_der(&expected).unwrap();
    for key in soft.keys("signer") {
        let key = key.replace(" --cert signer.cer", "");
        let options = format!("--key {key} --password-env PIN --subject CN=单位,C=CN --force");
        soft.run(&format!("cert request {options} -o unit.req")).ends(0);
        let request = std::fs::read(soft.place.path("unit.req")).unwrap();
        let request = sealcore::cert::Request::from_pem_or_der(&request).unwrap();
        request.verify().unwrap();
        assert!(request.public_key().is_same_key(expected.public_key()), "{key}");
        soft.run(&format!(
            "cert issue --self-signed --profile unit {options} -o unit.crt"
        ))
        .ends(0);
        soft.run(&format!(
            "sign demo/document.ofd -o out.ofd --force --cert unit.crt --key {key} --password-env PIN"
        ))
        .ends(0);
        soft.run("verify out.ofd --trust unit.crt").ends(0);

        let ask = format!("cert request --key {key} --subject CN=a -o none.req");
        soft.run(&format!("{ask} --password-env WRONG")).ends(4);
        soft.run(&ask).ends(4);
        for fault in [Fault::OtherKey, Fault::OffCurve, Fault::WrongSignature] {
            Fault::ask(&soft.place.path("device"), &[fault]).unwrap();
            soft.run(&format!("{ask} --password-env PIN")).ends(4);
        }
        Fault::ask(&soft.place.path("device"), &[]).unwrap();
    }
    assert!(!soft.place.has("none.req"));
}

#[test]
fn sm2_keys_that_are_refused() {
    let soft = Soft::new();
    let codes = [0x0a00_0024, 0x0100_0018, 0xa0];
    for (key, code) in soft.keys("signer").iter().zip(codes) {
        let sign = format!("sign demo/document.ofd -o out.ofd --json --key {key}");
        let error = |words: &str, ends| soft.run(words).ends(ends).json().remove(0)["error"].clone();
        let wrong = error(&format!("{sign} --password-env WRONG"), 4);
        assert_eq!(
            (&wrong["kind"], &wrong["vendor_code"]),
            (&"password".into(), &code.into())
        );
        assert_eq!(error(&sign, 4)["kind"], "password", "{key}");
        for fault in [Fault::Removed, Fault::UnknownCode, Fault::NothingWritten] {
            Fault::ask(&soft.place.path("device"), &[fault]).unwrap();
            assert_eq!(
                error(&format!("{sign} --password-env PIN"), 4)["kind"],
                "device",
                "{fault:?}"
            );
        }
        Fault::ask(&soft.place.path("device"), &[Fault::WrongSignature]).unwrap();
        assert_eq!(error(&format!("{sign} --password-env PIN"), 4)["kind"], "key");
        Fault::ask(&soft.place.path("device"), &[]).unwrap();
    }
    assert!(!soft.place.has("out.ofd"));
}

#[test]
fn sm2_keys_are_listed() {
    let soft = Soft::new();
    let module = soft.place.path("device/module.so");
    for scheme in ["skf", "sdf", "pkcs11"] {
        let words = format!("key list {scheme}:?module-path={} --password-env PIN", module.display());
        let listed = soft.run(&format!("{words} --json")).ends(0).json().remove(0);
        let device = &listed["devices"][0];
        let keys = if scheme == "skf" {
            &device["applications"][0]["keys"]
        } else {
            &device["keys"]
        };
        assert_eq!(
            (&listed["scheme"], keys.as_array().unwrap().len()),
            (&scheme.into(), 2),
            "{listed}"
        );
        soft.run(&words).ends(0);
        // A path from the current folder is one; a bare name is never looked for there.
        soft.run(&format!("key list {scheme}:?module-path=device/module.so"))
            .ends(0);
        std::fs::copy(&module, soft.place.path("bare.so")).unwrap();
        let bare = soft
            .run(&format!("key list {scheme}:?module-path=bare.so --lang en"))
            .ends(4);
        assert!(bare.err.contains("cannot be loaded"), "{bare:?}");
    }
}

#[test]
fn file_uris() {
    let place = Place::with_demo();
    let key = place.path("demo/keys/signer.p12");
    for key in [
        "file:demo/keys/signer.p12".to_owned(),
        "file:demo/keys/signer%2ep12".to_owned(),
        format!("file://{}", key.display()),
    ] {
        place
            .run(&format!(
                "sign demo/document.ofd -o out.ofd --force --key {key} --password-env SIGNER"
            ))
            .ends(0);
        place.run("verify out.ofd --trust demo/trust").ends(0);
    }
    place
        .run("sign demo/document.ofd -o no.ofd --key file:none.p12 --password-env SIGNER")
        .ends(4);
    place
        .run("sign demo/document.ofd -o no.ofd --key file://host/x.p12")
        .ends(64);
}
