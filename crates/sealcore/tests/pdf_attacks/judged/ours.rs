//! Attacks on what sealcore itself signs, and what it may be asked to sign.

use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::pdf;
use sealcore::placement::{Pages, Placement};

use super::{POLICIES, fault, none_of, quiet};
use crate::forge::*;
use crate::{isa, shadow, spoof};

/// Seals page 1 with sealcore.
fn seal(base: &Doc) -> Signed {
    let seal = WORLD.seal(Generation::V4);
    let placements = [Placement::At {
        pages: Pages::One(1),
        x_mm: 120.0,
        y_mm: 200.0,
    }];
    let mut request = pdf::SignRequest::seal(&seal, WORLD.certificate(), now(), &placements);
    request.reason = Some("approval");
    let limits = Limits::default();
    let file = pdf::Pdf::open(base.bytes.as_slice(), &limits).unwrap();
    let bytes = pdf::sign(&file, &request, &WORLD.signer, &limits, &Unwatched, Vec::new()).unwrap();
    Signed::find(base, bytes)
}

fn judge(kind: Kind) {
    let signed = seal(&sample(kind));
    let quiet = quiet(&signed);
    let cases = [shadow::cases(kind, &seal), isa::cases(&signed), spoof::cases(&signed)].concat();
    let rows: Vec<_> = cases
        .iter()
        .flat_map(|case| POLICIES.iter().map(move |policy| (case, *policy)))
        .collect();
    none_of(
        rows.iter()
            .filter_map(|(case, policy)| fault(case, policy, &quiet))
            .collect(),
    );
}

#[test]
fn attacks_on_our_seals_in_files_with_tables() {
    judge(Kind::Table);
}

#[test]
fn attacks_on_our_seals_in_files_with_streams() {
    judge(Kind::Stream);
}

#[test]
fn attacks_on_our_seals_in_hybrid_files() {
    judge(Kind::Hybrid);
}
