//! Universal forgery: the value, its range or its kind is taken away, so that a careless verifier has nothing to fail on.

use super::forge::*;

/// Forged dictionaries on an unsigned file, and one on a sealed file, in place of the signature's.
pub(crate) fn cases(kind: Kind) -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, how, contents) in contents() {
        cases.push(forged(
            kind,
            &format!("contents-{name}"),
            how,
            contents.as_deref(),
            Some("[0 900 9100 400]"),
            "/adbe.pkcs7.detached",
        ));
    }
    for (name, how, range) in ranges() {
        cases.push(forged(
            kind,
            &format!("range-{name}"),
            how,
            Some("<3006020101020102>"),
            range,
            "/adbe.pkcs7.detached",
        ));
    }
    for (name, how, sub_filter) in [
        ("null", "/SubFilter null", "null"),
        ("number", "/SubFilter is a number", "17"),
        ("unknown", "an unknown /SubFilter", "/none"),
        ("string", "/SubFilter is a string", "(adbe.pkcs7.detached)"),
    ] {
        cases.push(forged(
            kind,
            &format!("subfilter-{name}"),
            how,
            Some("<00>"),
            Some("[0 900 9100 400]"),
            sub_filter,
        ));
    }
    cases.extend(emptied(kind));
    cases.extend(foreign(kind));
    cases
}

fn contents() -> Vec<(&'static str, &'static str, Option<String>)> {
    let zeros = format!("<{}>", "0".repeat(8192));
    vec![
        ("missing", "no /Contents", None),
        ("null", "/Contents null", Some("null".to_owned())),
        ("empty", "an empty string", Some("<>".to_owned())),
        ("zero", "one zero", Some("<00>".to_owned())),
        ("zeros", "nothing but zeros", Some(zeros)),
        ("number", "a number", Some("0".to_owned())),
        ("name", "a name", Some("/None".to_owned())),
        ("boolean", "true", Some("true".to_owned())),
        ("array", "an array of strings", Some("[<3006> <0201>]".to_owned())),
        ("dictionary", "a dictionary", Some("<< /Contents <3006> >>".to_owned())),
        ("reference", "a reference to a string", Some("19 0 R".to_owned())),
        (
            "reference-nowhere",
            "a reference to nothing",
            Some("999 0 R".to_owned()),
        ),
        ("odd", "an odd number of digits", Some("<308>".to_owned())),
        (
            "no-asn1",
            "octets that are no structure",
            Some("<ffffffffffffffff>".to_owned()),
        ),
        ("empty-sequence", "an empty SEQUENCE", Some("<3000>".to_owned())),
        (
            "endless",
            "a SEQUENCE that claims more than there is",
            Some("<3084ffffffff020101>".to_owned()),
        ),
        (
            "indefinite",
            "an indefinite length that never ends",
            Some("<3080308030803080>".to_owned()),
        ),
        (
            "deep",
            "SEQUENCE in SEQUENCE, two thousand deep",
            Some(format!("<{}>", "3080".repeat(2000))),
        ),
    ]
}

fn ranges() -> Vec<(&'static str, &'static str, Option<&'static str>)> {
    vec![
        ("missing", "no /ByteRange", None),
        ("null", "/ByteRange null", Some("null")),
        ("empty", "an empty array", Some("[]")),
        ("number", "a number", Some("0")),
        ("strings", "an array of strings", Some("[(0) (900) (9100) (400)]")),
        ("reals", "an array of reals", Some("[0.0 900.5 9100.0 400.0]")),
        ("nulls", "an array of null", Some("[null null null null]")),
        ("names", "an array of names", Some("[/a /b /c /d]")),
        ("nested", "an array in an array", Some("[[0 900 9100 400]]")),
        ("reference", "a reference", Some("19 0 R")),
        (
            "huge",
            "numbers beyond 64 bits",
            Some("[0 99999999999999999999 99999999999999999999 99999999999999999999]"),
        ),
        ("negative", "negative numbers", Some("[-1 -1 -1 -1]")),
        ("zeros", "zeros", Some("[0 0 0 0]")),
        ("empty-gap", "no gap", Some("[0 100 100 100]")),
    ]
}

/// The sample with a signature field whose dictionary is forged.
fn forged(
    kind: Kind,
    name: &str,
    how: &'static str,
    contents: Option<&str>,
    range: Option<&str>,
    sub_filter: &str,
) -> Case {
    let doc = sample(kind).increment(|update| {
        let contents = contents.map_or(String::new(), |value| format!("/Contents {value} "));
        let range = range.map_or(String::new(), |value| format!("/ByteRange {value} "));
        let dictionary = update.add(format!(
            "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter {sub_filter} {range}{contents}/Name (Unit) >>"
        ));
        update.edit(IDS.empty_field, "V", format!("{dictionary} 0 R"));
        update.edit(IDS.form, "SigFlags", "3");
    });
    Case::new(
        format!("usf/{name}/{kind:?}"),
        how,
        doc.bytes,
        Expect::InvalidOrUnsigned,
    )
}

/// The value of a real signature is wiped out where it stands: nothing that it covers changes.
fn emptied(kind: Kind) -> Vec<Case> {
    let signed = sealed(kind);
    let (first, last) = (signed.gap.start + 1, signed.gap.end - 1);
    let filled = |byte: u8| {
        let mut bytes = signed.doc.bytes.clone();
        bytes[first..last].fill(byte);
        bytes
    };
    let rows = [
        ("zero-digits", "the digits are all 0", filled(b'0')),
        ("spaces", "spaces in place of the digits", filled(b' ')),
        ("nul", "zero octets in place of the digits", filled(0)),
        ("f", "the digits are all f", filled(b'f')),
        ("line-ends", "line ends in place of the digits", filled(b'\n')),
    ];
    let expect = Expect::InvalidOrUnsigned;
    rows.into_iter()
        .map(|(name, how, bytes)| Case::new(format!("usf/filled-{name}/{kind:?}"), how, bytes, expect))
        .collect()
}

/// The value of another document, of another signer's structure, or a cut one.
fn foreign(kind: Kind) -> Vec<Case> {
    let plan = Plan::seal("Seal1");
    let base = sample(kind);
    let other = |blocks: &[&[u8]]| cms(&[b"another document", blocks[0]]);
    let cut = |blocks: &[&[u8]]| {
        let mut der = cms(blocks);
        der.truncate(der.len() / 2);
        der
    };
    let certificate = |_: &[&[u8]]| WORLD.certificate().der().to_vec();
    let bare_seal = |_: &[&[u8]]| WORLD.seal(Generation::V4).der().to_vec();
    let seal_of_other = |blocks: &[&[u8]]| ses(&[b"another document", blocks[0]]);
    let rows: Vec<(&str, &'static str, Vec<u8>)> = vec![
        (
            "another-document",
            "the value of another document",
            plan.sign(&base, &other).doc.bytes,
        ),
        (
            "another-document-seal",
            "the seal signature of another document",
            plan.sign(&base, &seal_of_other).doc.bytes,
        ),
        ("cut", "half a value", plan.sign(&base, &cut).doc.bytes),
        (
            "certificate",
            "a certificate in place of the value",
            plan.sign(&base, &certificate).doc.bytes,
        ),
        (
            "bare-seal",
            "a seal in place of a seal signature",
            plan.sign(&base, &bare_seal).doc.bytes,
        ),
    ];
    rows.into_iter()
        .map(|(name, how, bytes)| Case::invalid(format!("usf/value-{name}/{kind:?}"), how, bytes))
        .collect()
}
