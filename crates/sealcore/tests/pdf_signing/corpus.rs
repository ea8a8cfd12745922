//! Documents of other projects: signed and verified, or refused with the fault named.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sealcore::document::Document;
use sealcore::error::ErrorKind;
use sealcore::key::Signer as _;
use sealcore::monitor::Unwatched;
use sealcore::pdf::{self, Object, Pdf, SignRequest, Unlock};
use sealcore::placement::{Pages, Placement, Side};
use sealcore::report::{Changes, Coverage, Integrity};
use sealcore::seal::Generation;
use sealcore::source::Source;
use sealcore::verify::VerifyOptions;

use crate::clock::Stopwatch;
use crate::house::{limits, seal};
use crate::support::{World, now};

fn files(class: &str) -> Vec<PathBuf> {
    let root = std::env::var("SEALCORE_CORPUS").expect("SEALCORE_CORPUS");
    let mut files: Vec<PathBuf> = std::fs::read_dir(Path::new(&root).join("pdf").join(class))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pdf"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Seals a document on its first page, or at its seam; what happened.
fn seal_and_verify(world: &World, path: &Path, placement: &Placement) -> String {
    let base = std::fs::read(path).unwrap();
    let seal = seal(world, Generation::V4);
    let placements = [placement.clone()];
    let request = SignRequest::seal(&seal, world.signer.certificate(), now(), &placements);
    let started = Stopwatch::start();
    let outcome = Pdf::open(&base, &limits())
        .and_then(|pdf| pdf::sign(&pdf, &request, &world.signer, &limits(), &Unwatched, Vec::new()));
    let sealed = match outcome {
        Ok(sealed) => sealed,
        Err(error) => {
            assert!(
                matches!(
                    error.kind(),
                    ErrorKind::Pdf
                        | ErrorKind::Refused
                        | ErrorKind::Unsupported
                        | ErrorKind::Password
                        | ErrorKind::Argument
                ),
                "{path:?}: {error:?}"
            );
            return format!("refused: {error}");
        }
    };
    assert!(started.elapsed() < Duration::from_secs(2), "{path:?}");
    assert!(sealed.starts_with(&base), "{path:?}");
    let report = world.verify(&sealed).unwrap();
    let last = report.signatures.last().unwrap();
    assert_eq!(last.integrity, Integrity::Intact, "{path:?}");
    assert_eq!(last.coverage, Coverage::Whole, "{path:?}: {:?}", last.findings);
    assert_eq!(last.changes, Changes::None, "{path:?}");
    "sealed".to_owned()
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn every_base_and_rotation() {
    let world = World::new();
    let at = Placement::At {
        pages: Pages::One(1),
        x_mm: 20.0,
        y_mm: 20.0,
    };
    let seam = Placement::seam(Pages::All, Side::Right);
    let mut sealed = 0;
    for class in ["base-structure", "rotation", "encrypted"] {
        for path in files(class) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let outcome = seal_and_verify(&world, &path, &at);
            sealed += usize::from(outcome == "sealed");
            println!("{class}/{name}: {outcome}");
            seal_and_verify(&world, &path, &seam);
        }
    }
    assert!(sealed >= 20, "only {sealed} files could be sealed");
}

/// Nothing of what others made or broke makes signing panic or hang.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn whatever_there_is() {
    let world = World::new();
    let root = std::env::var("SEALCORE_CORPUS").expect("SEALCORE_CORPUS");
    for class in std::fs::read_dir(Path::new(&root).join("pdf")).unwrap() {
        let class = class.unwrap().file_name().to_string_lossy().into_owned();
        for path in files(&class) {
            let base = std::fs::read(&path).unwrap();
            let request = SignRequest::signature(world.signer.certificate(), now());
            let started = Stopwatch::start();
            let outcome = Pdf::open(&base, &limits())
                .and_then(|pdf| pdf::sign(&pdf, &request, &world.signer, &limits(), &Unwatched, Vec::new()));
            assert!(started.elapsed() < Duration::from_secs(2), "{path:?}");
            if let Ok(signed) = outcome {
                let report = world.verify(&signed).unwrap();
                let last = report.signatures.last().unwrap();
                assert_eq!(last.integrity, Integrity::Intact, "{path:?}");
            }
        }
    }
}

/// Encrypted documents stay encrypted: what is new is encrypted with the key that is there.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn encrypted_documents() {
    let world = World::new();
    let root = std::env::var("SEALCORE_CORPUS").expect("SEALCORE_CORPUS");
    let seal = seal(&world, Generation::V4);
    let placements = [Placement::At {
        pages: Pages::One(1),
        x_mm: 2.0,
        y_mm: 2.0,
    }];
    for name in [
        "minimal-rc4",
        "minimal-aes256",
        "minimal-with-field-rc4",
        "minimal-with-field-aes256",
    ] {
        let path = Path::new(&root).join(format!("pdf/base-structure/pyHanko__{name}.pdf"));
        let base = std::fs::read(&path).unwrap();
        let unlock = Unlock::Password("ownersecret");
        let mut request = SignRequest::seal(&seal, world.signer.certificate(), now(), &placements);
        request.reason = Some("机密");
        let pdf = Pdf::open_with(&base, &limits(), &unlock).unwrap();
        let sealed = pdf::sign(&pdf, &request, &world.signer, &limits(), &Unwatched, Vec::new()).unwrap();
        assert!(sealed.starts_with(&base));
        for unlock in [Unlock::Password("ownersecret"), Unlock::Password("usersecret")] {
            let options = VerifyOptions::new(&world.trust, now());
            let document = Document::from_source(Source::from(&sealed), &options.limits, &unlock).unwrap();
            let report = document.verify(&options).unwrap();
            assert_eq!(report.signatures.len(), 1);
            assert_eq!(report.signatures[0].integrity, Integrity::Intact, "{name}");
            assert_eq!(report.signatures[0].coverage, Coverage::Whole, "{name}");
            let pdf = Pdf::open_with(&sealed, &limits(), &unlock).unwrap();
            let view = pdf.latest();
            let form = view.form().unwrap().unwrap();
            let field = form.fields.iter().find(|field| field.name == "Signature1").unwrap();
            let signature = view.lookup(&field.dictionary, "V").unwrap();
            let reason = signature.as_dictionary().unwrap().get("Reason").unwrap();
            assert_eq!(reason.as_text().unwrap(), "机密");
        }
        let plain = Object::text("机密");
        let plain = plain.as_string().unwrap();
        assert!(!sealed.windows(plain.len()).any(|window| window == plain));
    }
}
