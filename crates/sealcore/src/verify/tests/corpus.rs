//! The signed values of real PDF files, found by a simple scan: no reader of PDF is needed for this.

use std::path::Path;

use super::*;
use crate::report::Form;

/// The values of a file in its order, each with the bytes that its ByteRange names.
fn signatures(file: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let key = b"/ByteRange";
    let mut found: Vec<[usize; 4]> = Vec::new();
    for start in (0..file.len().saturating_sub(key.len())).filter(|start| file[*start..].starts_with(key)) {
        let rest = &file[start + key.len()..];
        let Some(end) = rest.iter().position(|byte| *byte == b']') else {
            continue;
        };
        let text = String::from_utf8_lossy(&rest[..end]).replace('[', " ");
        let numbers: Vec<usize> = text
            .split_whitespace()
            .filter_map(|number| number.parse().ok())
            .collect();
        if let Ok(range) = <[usize; 4]>::try_from(numbers)
            && !found.contains(&range)
        {
            found.push(range);
        }
    }
    let values = found.into_iter().filter_map(|[first, length, second, rest]| {
        let gap = file.get(first + length..second)?.trim_ascii();
        let hex: Vec<u8> = gap
            .strip_prefix(b"<")?
            .strip_suffix(b">")?
            .iter()
            .filter_map(|digit| char::from(*digit).to_digit(16)?.try_into().ok())
            .collect();
        let value = hex
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0))
            .collect();
        let covered = [file.get(first..first + length)?, file.get(second..second + rest)?].concat();
        Some((value, covered))
    });
    values.collect()
}

fn corpus(name: &str) -> Vec<u8> {
    let root = std::env::var("SEALCORE_CORPUS").expect("SEALCORE_CORPUS");
    std::fs::read(Path::new(&root).join("pdf").join(name)).expect(name)
}

/// Integrity (i intact, a altered, u unverifiable) and form.
type Found = (char, Option<Form>);

/// File, and what is found of each signature.
const EXPECTED: &[(&str, &[Found])] = {
    const ATTRIBUTES: Found = ('i', Some(Form::CmsSignedAttributes));
    const ALTERED: Found = ('a', Some(Form::CmsSignedAttributes));
    const STAMP: Found = ('i', Some(Form::TimeStampToken));
    &[
        (
            "cn-sm2-synthetic/sm2_dianju_embedded.pdf",
            &[('i', Some(Form::CmsDigestContent))],
        ),
        (
            "cn-sm2-synthetic/sm2_dianju_embedded_tampered.pdf",
            &[('a', Some(Form::CmsNoAttributes))],
        ),
        ("cn-sm2-synthetic/sm2_gmoid_adbe.pdf", &[ATTRIBUTES]),
        ("cn-sm2-synthetic/sm2_gmoid_adbe_tampered.pdf", &[ALTERED]),
        ("cn-sm2-synthetic/sm2_pkcs7oid_adbe.pdf", &[ATTRIBUTES]),
        ("cn-sm2-synthetic/sm2_pkcs7oid_adbe_tampered.pdf", &[ALTERED]),
        // Ed448 is not known; pyHanko, which knows it, calls it intact.
        (
            "cms-shape/pyHanko__ed448-disallowed-hash.pdf",
            &[('u', Some(Form::CmsSignedAttributes))],
        ),
        (
            "cms-shape/pyHanko__minimal-signed-twice-no-sig-type.pdf",
            &[ATTRIBUTES, ATTRIBUTES],
        ),
        (
            "cms-shape/pyHanko__minimal-signed-twice-second-created.pdf",
            &[ATTRIBUTES, ATTRIBUTES],
        ),
        (
            "cms-shape/pyHanko__pades-lta-dss-indirect-arrs-test-2.pdf",
            &[ATTRIBUTES, STAMP, ATTRIBUTES],
        ),
        (
            "cms-shape/pyHanko__pades-lta-dss-indirect-arrs-test.pdf",
            &[ATTRIBUTES, STAMP],
        ),
        (
            "cms-shape/pyHanko__pades-with-old-style-signing-cert-attr-issser.pdf",
            &[ATTRIBUTES],
        ),
        (
            "cms-shape/pyHanko__pades-with-old-style-signing-cert-attr.pdf",
            &[ATTRIBUTES],
        ),
        // An empty content is encapsulated beside the digest of the range: refused by pyHanko and DSS.
        ("cms-shape/pyHanko__pdf-sig-with-econtent.pdf", &[ALTERED]),
        ("cms-shape/pyHanko__sig-with-ski-sid.pdf", &[ATTRIBUTES]),
        (
            "cms-shape/pyHanko__signed-encrypted-pubkey-with-catalog-ref.pdf",
            &[ATTRIBUTES],
        ),
        ("pades-levels/dss__DSS-1683.pdf", &[('i', Some(Form::CmsNoAttributes))]),
        (
            "pades-levels/dss__TeleSec_PKS_eIDAS_QES_CA_1-baseline-b.pdf",
            &[ATTRIBUTES],
        ),
        ("pades-levels/dss__doc-firmado-LT.pdf", &[ATTRIBUTES]),
        ("pades-levels/dss__doc-firmado.pdf", &[ATTRIBUTES, STAMP]),
        ("pades-levels/dss__pades-enveloping-empty-bytes-cms.pdf", &[ALTERED]),
        (
            "pades-levels/dss__pades-lta-copied-doctst.pdf",
            &[ATTRIBUTES, ('a', Some(Form::TimeStampToken))],
        ),
        ("pades-levels/dss__pades-ltv.pdf", &[ATTRIBUTES, STAMP, STAMP]),
        (
            "pades-levels/dss__pades-multiple-pages-annots-overlap.pdf",
            &[ATTRIBUTES, ATTRIBUTES, STAMP],
        ),
        ("pades-levels/dss__pades-tst-with-null-type.pdf", &[ATTRIBUTES, STAMP]),
        ("pades-levels/dss__pades-tst-with-sig-type.pdf", &[ATTRIBUTES, STAMP]),
        // The identifier of a curve stands where that of the algorithm belongs.
        (
            "pades-levels/dss__pades-unsupported-signature-algorithm.pdf",
            &[('u', Some(Form::CmsSignedAttributes))],
        ),
        ("pades-levels/dss__pdf-with-vri-timestamp.pdf", &[ATTRIBUTES]),
        ("pades-levels/dss__pkcs7.pdf", &[ATTRIBUTES]),
        (
            "pades-levels/dss__signature-referenced-from-multiple-fields.pdf",
            &[ATTRIBUTES],
        ),
        ("structure/dss__pdf-double-signer-info.pdf", &[ATTRIBUTES]),
        (
            "real/testarea-pdfbox2__SignatureVlidationTest.pdf",
            &[('i', Some(Form::CmsDigestContent))],
        ),
        ("real/testarea-pdfbox2__TEST-signed-pades-baseline-b.pdf", &[ATTRIBUTES]),
        ("real/qpdf__digitally-signed.pdf", &[ATTRIBUTES]),
    ]
};

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn integrity_of_real_signatures() {
    let mut wrong = Vec::new();
    for (name, expected) in EXPECTED {
        let found: Vec<_> = signatures(&corpus(name))
            .iter()
            .map(|(value, covered)| {
                let report = judge_over(value, covered, &[]);
                let integrity = match report.integrity {
                    Integrity::Intact => 'i',
                    Integrity::Altered => 'a',
                    Integrity::Unverifiable => 'u',
                };
                ((integrity, report.form), report.findings)
            })
            .collect();
        if found.iter().map(|(one, _)| *one).ne(expected.iter().copied()) {
            wrong.push(format!("{name}: {found:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        EXPECTED.len(),
        wrong.join("\n")
    );
}

/// Whatever stands in a file, one byte of what it covers changed is found.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn a_changed_byte_of_a_real_file() {
    for (name, _) in EXPECTED {
        for (value, mut covered) in signatures(&corpus(name)) {
            let middle = covered.len() / 2;
            covered[middle] ^= 0x20;
            let integrity = judge_over(&value, &covered, &[]).integrity;
            assert_eq!(integrity, Integrity::Altered, "{name}");
        }
    }
}
