//! The same attacks on documents whose pages are turned, cut and small: nothing of the verdict hangs on the page.

use super::{fault, none_of, quiet};
use crate::forge::*;
use crate::{isa, shadow, spoof};

#[test]
fn attacks_on_turned_pages() {
    let shape = |doc: Doc| {
        doc.increment(|update| {
            update.edit(IDS.page1, "Rotate", "90");
            update.edit(IDS.page1, "CropBox", "[20 20 575 820]");
        })
    };
    let signed = Plan::seal("Seal1").sign(&shape(sample(Kind::Table)), &cms);
    let quiet = quiet(&signed);
    let mut cases = isa::cases(&signed);
    cases.extend(spoof::cases(&signed));
    none_of(cases.iter().filter_map(|case| fault(case, "seal", &quiet)).collect());
}

/// A seal signature in place of SignedData changes no verdict on what came after.
#[test]
fn attacks_on_seal_signatures() {
    let sign: &dyn Fn(&Doc) -> Signed = &|base| Plan::seal("Seal1").sign(base, &ses);
    let signed = sign(&sample(Kind::Table));
    let quiet = quiet(&signed);
    let cases = [shadow::cases(Kind::Table, sign), spoof::cases(&signed)].concat();
    none_of(cases.iter().filter_map(|case| fault(case, "seal", &quiet)).collect());
}
