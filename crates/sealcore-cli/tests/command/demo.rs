//! `demo` leaves what it says, and does not touch what it did not make.

use crate::support::Place;

#[test]
fn makes_what_it_says() {
    let place = Place::with_demo();
    for name in [
        "trust/ca.crt",
        "trust/ca.crl",
        "keys/signer.p12",
        "keys/maker.p12",
        "keys/ca.p12",
        "keys/tsa.p12",
        "README.txt",
        "seal.esl",
        "seal.png",
        "document.ofd",
        "sealed.ofd",
        "tsa/tsa.crt",
        "tsa/tsa.p12",
    ] {
        assert!(place.has(&format!("demo/{name}")), "{name}");
    }
    assert_eq!(place.list("."), ["demo"], "nothing temporary is left");
    place
        .run("verify demo/sealed.ofd demo/seal.esl --trust demo/trust")
        .ends(0);
    place.run("verify demo/document.ofd --trust demo/trust").ends(3);
}

#[test]
fn shows_three_commands_that_work() {
    let place = Place::empty();
    let run = place.run("demo").ends(0);
    let commands: Vec<_> = run
        .out
        .lines()
        .filter(|line| line.starts_with("  ") && line.contains("sealcore-demo/sealed.ofd") || line.contains(" sign "))
        .filter(|line| !line.starts_with("VALID"))
        .collect();
    assert_eq!(commands.len(), 3, "{}", run.out);
    for command in commands {
        let status = std::process::Command::new("sh")
            .arg("-c")
            .arg(command)
            .current_dir(place.path("."))
            .output()
            .unwrap();
        assert!(status.status.success(), "{command}: {status:?}");
    }
    place
        .run("verify sealcore-demo/mine.ofd --trust sealcore-demo/trust")
        .ends(0);
}

#[test]
fn remakes_its_own_folder_and_keeps_what_others_put_there() {
    let place = Place::with_demo();
    let before = std::fs::read(place.path("demo/seal.esl")).unwrap();
    place.write("demo/mine.txt", b"mine");
    std::fs::remove_file(place.path("demo/document.ofd")).unwrap();
    place.run("demo demo").ends(0);
    assert!(place.has("demo/document.ofd"));
    assert_ne!(std::fs::read(place.path("demo/seal.esl")).unwrap(), before, "made anew");
    assert_eq!(std::fs::read(place.path("demo/mine.txt")).unwrap(), b"mine");
    assert_eq!(place.list("."), ["demo"]);
}

#[test]
fn refuses_a_folder_that_it_did_not_make() {
    let place = Place::empty();
    std::fs::create_dir(place.path("theirs")).unwrap();
    place.run("demo theirs").ends(0);
    std::fs::create_dir(place.path("full")).unwrap();
    place.write("full/letter.txt", b"dear");
    let run = place.run("demo full").ends(1);
    assert!(run.err.contains("demo did not make it"), "{run:?}");
    assert_eq!(place.list("full"), ["letter.txt"]);
    place.write("file", b"no folder");
    place.run("demo file").ends(1);
    place.run("demo .").ends(1);
    assert_eq!(place.list("."), ["file", "full", "theirs"]);
}

#[cfg(unix)]
#[test]
fn follows_a_link_to_its_own_folder() {
    let place = Place::with_demo();
    std::os::unix::fs::symlink("demo", place.path("link")).unwrap();
    place.run("demo link").ends(0);
    assert!(place.path("link").is_symlink());
    assert_eq!(place.list("."), ["demo", "link"]);
    place.run("verify link/sealed.ofd --trust link/trust").ends(0);
}

#[cfg(unix)]
#[test]
fn keys_are_for_their_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::with_demo();
    for name in ["keys/signer.p12", "keys/ca.p12", "README.txt"] {
        let mode = std::fs::metadata(place.path(&format!("demo/{name}")))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}
