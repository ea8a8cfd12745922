//! A PDF that is signed with a key in a token is valid.

use sealcore::document::Document;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::pdf::{self, Pdf, SignRequest};
use sealcore::report::Verdict;
use sealcore::verify::VerifyOptions;

use crate::world::{PIN, now, open, world};

#[test]
fn signed_and_verified() {
    let Some(world) = world() else { return };
    let document = one_page();
    let limits = Limits::default();
    for (path, query) in [
        ("token=seals;object=rsa", ""),
        ("token=seals;object=rsa", "&x-rsa-padding=pss"),
        ("token=seals;object=p256", ""),
        ("token=seals;object=p384", ""),
    ] {
        let signer = open(&(world.uri(path) + query), Some(PIN)).unwrap();
        let mut request = SignRequest::signature(signer.certificate(), now());
        request.algorithm = Some(signer.algorithm());
        let pdf = Pdf::open(&document[..], &limits).unwrap();
        let signed = pdf::sign(&pdf, &request, &*signer, &limits, &Unwatched, Vec::new()).unwrap();
        let trust = world.trust();
        let options = VerifyOptions::new(&trust, now());
        let report = Document::from_bytes(&signed[..], &limits)
            .unwrap()
            .verify(&options)
            .unwrap();
        assert_eq!(report.verdict, Verdict::Valid, "{path}{query}: {report:?}");
    }
}

/// A page with nothing on it.
fn one_page() -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for body in [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>>>",
    ] {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{body}\nendobj\n", places.len()).as_bytes());
    }
    let start = out.len();
    out.extend(b"xref\n0 4\n0000000000 65535 f \n");
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").as_bytes());
    }
    out.extend(format!("trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}
