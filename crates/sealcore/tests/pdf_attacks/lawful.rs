//! What may come after a signature. None of these may be condemned where the rules permit it.

use super::forge::*;
use super::spoof::{add_note, fill};

/// The sample with validation material, sealed over it.
pub(crate) fn with_dss(kind: Kind) -> Signed {
    Plan::seal("Seal1").sign(&sample(kind).increment(add_dss), &cms)
}

/// A document security store with the signer's certificate and a revocation list (the bytes of a list stand in for one).
pub(crate) fn add_dss(update: &mut Update<'_>) {
    let certificate = update.add(stream("", WORLD.certificate().der()));
    let authority = update.add(stream("", WORLD.authority.certificate().der()));
    let dss = update.add(format!(
        "<< /Type /DSS /Certs [{certificate} 0 R {authority} 0 R] /VRI << /0123456789ABCDEF0123456789ABCDEF01234567 << /Type /VRI /Cert [{certificate} 0 R] >> >> >>"
    ));
    update.edit(IDS.catalog, "DSS", format!("{dss} 0 R"));
}

/// A document time stamp; its token is no real one, so only the structure is lawful.
fn timestamp(doc: &Doc) -> Signed {
    let plan = Plan {
        type_name: Some("/DocTimeStamp"),
        sub_filter: "/ETSI.RFC3161",
        extra: "",
        ..Plan::unseen("Timestamp1")
    };
    plan.sign(doc, &cms)
}

/// A case, and what is to be said of the first signature's changes.
pub(crate) struct Lawful {
    pub(crate) case: Case,
    /// Whether nothing at all came after the first signature.
    pub(crate) is_alone: bool,
}

pub(crate) fn cases(kind: Kind, sign: &dyn Fn(&Doc) -> Signed) -> Vec<Lawful> {
    let base = sample(kind);
    let signed = sign(&base);
    let mut cases = Vec::new();
    let mut add = |name: &str, how: &'static str, bytes: Vec<u8>, seal: Expect, pades: Expect, is_alone: bool| {
        let name = format!("lawful/{name}/{kind:?}");
        cases.push(Lawful {
            case: Case {
                name,
                how,
                bytes,
                seal,
                pades,
            },
            is_alone,
        });
    };
    let (valid, invalid) = (Expect::Valid, Expect::Invalid);
    add(
        "alone",
        "nothing came after",
        signed.doc.bytes.clone(),
        valid,
        valid,
        true,
    );
    let seal_value = Plan::seal("Seal1").sign(&base, &ses);
    add(
        "alone-seal",
        "a seal signature, nothing came after",
        seal_value.doc.bytes,
        valid,
        valid,
        true,
    );
    let unseen = Plan::unseen("Signature1").sign(&base, &cms);
    add(
        "alone-unseen",
        "an unseen signature",
        unseen.doc.bytes,
        valid,
        valid,
        true,
    );
    let existing = Plan {
        field: Some(IDS.empty_field),
        ..Plan::seal("Approval")
    };
    let in_existing = existing.sign(&base, &cms);
    add(
        "alone-existing",
        "an existing empty field was signed",
        in_existing.doc.bytes,
        valid,
        valid,
        true,
    );
    let no_type = Plan {
        type_name: None,
        ..Plan::seal("Seal1")
    }
    .sign(&base, &cms);
    add(
        "alone-no-type",
        "a signature dictionary without /Type",
        no_type.doc.bytes,
        valid,
        valid,
        true,
    );
    let first = Plan {
        contents_first: true,
        ..Plan::seal("Seal1")
    }
    .sign(&base, &cms);
    add(
        "alone-contents-first",
        "/Contents before /ByteRange",
        first.doc.bytes,
        valid,
        valid,
        true,
    );

    add("dss", "validation material", signed.then(add_dss), valid, valid, false);
    let twice = signed.doc.increment(add_dss).increment(add_dss);
    add(
        "dss-twice",
        "validation material, twice",
        twice.bytes,
        valid,
        valid,
        false,
    );
    // Whether a token that is none makes the file indeterminate is the time stamps' matter.
    let stamped = timestamp(&signed.doc).doc.bytes;
    add(
        "timestamp",
        "a document time stamp",
        stamped,
        Expect::Classed,
        Expect::Classed,
        false,
    );
    let second = Plan {
        rect: [200, 120, 320, 240],
        ..Plan::seal("Seal2")
    };
    let bytes = second.sign(&signed.doc, &cms).doc.bytes;
    add("second-new", "a second seal in a new field", bytes, valid, valid, false);
    let bytes = Plan::unseen("Signature2").sign(&signed.doc, &cms).doc.bytes;
    add(
        "second-unseen",
        "a second signature that is not seen",
        bytes,
        valid,
        valid,
        false,
    );
    let bytes = existing.sign(&signed.doc, &cms).doc.bytes;
    add(
        "second-existing",
        "a second seal in an existing field",
        bytes,
        valid,
        valid,
        false,
    );
    let third = existing.sign(
        &second.sign(&signed.doc.increment(add_dss), &cms).doc.increment(add_dss),
        &cms,
    );
    add(
        "third",
        "three seals with validation material between",
        third.doc.bytes,
        valid,
        valid,
        false,
    );

    let certified = |p| certified(kind, p);
    add(
        "certified",
        "a certification, nothing after",
        certified(1).doc.bytes,
        valid,
        valid,
        true,
    );
    let filled = certified(2).then(|update| fill(update, "200 yuan"));
    add("filled", "a field is filled where P=2", filled, valid, valid, false);
    let filled = certified(3).then(|update| fill(update, "200 yuan"));
    add("filled-3", "a field is filled where P=3", filled, valid, valid, false);
    let filled = signed.then(|update| fill(update, "200 yuan"));
    add(
        "filled-approval",
        "a field is filled after an approval",
        filled,
        invalid,
        valid,
        false,
    );
    let filled = certified(2).then(|update| {
        update.edit(IDS.open_field, "V", "(agreed)");
        let appearance = update.add(super::spoof::text_appearance("agreed"));
        update.edit(IDS.open_field, "AP", format!("<< /N {appearance} 0 R >>"));
    });
    add(
        "filled-empty",
        "an empty field is filled where P=2",
        filled,
        valid,
        valid,
        false,
    );
    let signed_2 = existing.sign(&certified(2).doc, &cms);
    add(
        "certified-2-signed",
        "an existing field is signed where P=2",
        signed_2.doc.bytes,
        valid,
        valid,
        false,
    );
    let noted = certified(3).then(add_note);
    // Under `seal` nothing but seals, validation material and permitted form filling may come.
    add(
        "noted",
        "a note is added where P=3",
        noted,
        Expect::Classed,
        valid,
        false,
    );
    let dss_1 = certified(1).then(add_dss);
    add(
        "certified-1-dss",
        "validation material where P=1",
        dss_1,
        valid,
        valid,
        false,
    );
    let excepted = Plan {
        lock: Some("/Action /Exclude /Fields [(amount)]"),
        certify: Some(2),
        ..Plan::seal("Seal1")
    };
    let filled = excepted.sign(&base, &cms).then(|update| fill(update, "200 yuan"));
    add(
        "filled-excepted",
        "the field that FieldMDP excepts is filled",
        filled,
        valid,
        valid,
        false,
    );
    let included = Plan {
        lock: Some("/Action /Include /Fields [(remark)]"),
        certify: Some(2),
        ..Plan::seal("Seal1")
    };
    let filled = included.sign(&base, &cms).then(|update| fill(update, "200 yuan"));
    add(
        "filled-not-included",
        "a field is filled that FieldMDP does not lock",
        filled,
        valid,
        valid,
        false,
    );
    let retitled = signed.then(|update| {
        let metadata = String::from_utf8_lossy(&update.body(IDS.metadata)).replace("Contract", "Covenant");
        update.set(IDS.metadata, metadata);
    });
    add(
        "metadata",
        "the metadata are updated",
        retitled,
        Expect::Classed,
        Expect::Classed,
        false,
    );
    cases
}
