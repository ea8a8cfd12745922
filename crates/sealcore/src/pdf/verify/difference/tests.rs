//! Comparing what other tools made.

use super::*;
use crate::limits::Limits;
use crate::monitor::Unwatched;
use crate::pdf::Pdf;
use crate::pdf::verify::permission::{Permission, Rules, contradictions};
use crate::report::{Changes, Policy};

/// A signature of a file: its field and the section that it covers.
fn signatures(pdf: &Pdf<'_>) -> Vec<(String, usize)> {
    let view = pdf.latest();
    let mut found = Vec::new();
    let last = pdf.sections().len();
    // Also those that a later revision dropped.
    for section in 0..last {
        let view = if section + 1 == last { view } else { pdf.as_of(section) };
        let Ok(Some(form)) = view.form() else { continue };
        for field in form.fields {
            let Some(value) = field.value else { continue };
            let Ok(value) = view.resolve(&value) else { continue };
            let Some(range) = value
                .as_dictionary()
                .and_then(|value| view.lookup(value, "ByteRange").ok())
            else {
                continue;
            };
            let numbers: Vec<u64> = range
                .as_array()
                .unwrap_or_default()
                .iter()
                .filter_map(|n| n.as_integer())
                .map(|n| n as u64)
                .collect();
            let [.., start, length] = numbers[..] else { continue };
            let end = start + length;
            let Some(covered) = pdf.sections().iter().rposition(|section| section.start < end) else {
                continue;
            };
            if !found.contains(&(field.name.clone(), covered)) {
                found.push((field.name, covered));
            }
        }
    }
    found.sort_by_key(|(_, section)| *section);
    found
}

fn open(path: &std::path::Path) -> Pdf<'static> {
    let bytes = std::fs::read(path).unwrap();
    Pdf::open(crate::source::Source::from(bytes), &Limits::default()).unwrap()
}

#[test]
#[ignore = "prints"]
fn show() {
    let name = std::env::var("SHOW").unwrap();
    let level = std::env::var("LEVEL").ok();
    let policy = Policy::from_name(&std::env::var("POLICY").unwrap_or("pades".into())).unwrap();
    for file in name.split_whitespace() {
        let path = std::path::Path::new(file);
        println!("==== {}", path.file_name().unwrap().to_string_lossy());
        let bytes = std::fs::read(path).unwrap();
        let pdf = match Pdf::open(crate::source::Source::from(bytes), &Limits::default()) {
            Ok(pdf) => pdf,
            Err(error) => {
                println!("  cannot open: {error}");
                continue;
            }
        };
        let last = pdf.sections().len() - 1;
        for finding in contradictions(&pdf.latest()).unwrap_or_default() {
            println!("  {}", finding.message(crate::lang::Lang::En));
        }
        for (field, section) in signatures(&pdf) {
            let started = std::time::Instant::now();
            let signed = pdf.as_of(section);
            let comparison = compare(&signed, &pdf.latest(), &Unwatched).unwrap();
            let took = started.elapsed();
            let mut rules = Rules::read(&signed).unwrap();
            match level.as_deref() {
                Some("1") => rules.certified = Some(Permission::None),
                Some("2") => rules.certified = Some(Permission::FormFill),
                _ => {}
            }
            let (changes, findings) = judge(&comparison, &rules, policy);
            println!("  {field} section {section} of {last}: {changes:?} {rules:?} {took:?}");
            for finding in findings {
                println!(
                    "     {} {}",
                    finding.code.name(),
                    finding.message(crate::lang::Lang::En)
                );
            }
        }
    }
}

/// What the tests of a file's own project expect, or PDF.tsv says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// Every signature: none or permitted.
    Valid,
    /// Some signature: forbidden.
    Forbidden,
    /// The rules contradict each other.
    Contradict,
}

/// File, permission that the project's test sets itself, outcome under `pades`, and the reason for any difference.
const TABLE: &[(&str, Option<Permission>, Expected, &str)] = &[
    // The bytes of the first two do not hold; nothing follows them.
    (
        "diff/dss__Signature-P-DE_CRY-2_HASH_FAILURE.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "diff/dss__Signature-P-IT_ADO-1_HASH_FAILURE_ECDSA.pdf",
        None,
        Expected::Valid,
        "",
    ),
    ("diff/dss__hello_signed_INCSAVE_signed.pdf", None, Expected::Valid, ""),
    (
        "diff/dss__hello_signed_INCSAVE_signed_EDITED.pdf",
        None,
        Expected::Valid,
        "bytes were edited: integrity, not changes",
    ),
    (
        "diff/dss__pades-signed-filled-form.pdf",
        None,
        Expected::Valid,
        "DSS: form filling only; pyHanko knows no XFA and rejects",
    ),
    ("diff/dss__pdf-removed-pages.pdf", None, Expected::Forbidden, ""),
    (
        "diff/dss__pdf-structtreeroot-changes.pdf",
        None,
        Expected::Valid,
        "own judgement: the tags are those of the further signature's widget",
    ),
    (
        "diff/pyHanko__extensions-indirect-not-all-paths.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    ("diff/pyHanko__extensions-indirect.pdf", None, Expected::Valid, ""),
    ("diff/pyHanko__extensions-update-direct.pdf", None, Expected::Valid, ""),
    (
        "diff/pyHanko__form-update-no-override-appearance-stream-ap-indirect-sneaky.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    (
        "diff/pyHanko__form-update-original-ap-type-wrong.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "diff/pyHanko__form-update-override-appearance-stream-sneaky.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    (
        "diff/pyHanko__form-update-override-appearance-stream.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/dss__certified-changes-permitted.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/dss__certified-no-change-permitted.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/dss__fieldmdp-exclude-signed.pdf",
        None,
        Expected::Valid,
        "",
    ),
    ("docmdp-fieldmdp/dss__fieldmdp-include.pdf", None, Expected::Valid, ""),
    (
        "docmdp-fieldmdp/itext-java__addTextField.pdf",
        Some(Permission::FormFill),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__addUnsignedSignatureField.pdf",
        Some(Permission::FormFill),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__annotationModificationNotAllowedTabsChangesTest.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__brokenSignatureFieldDictionary.pdf",
        Some(Permission::FormFill),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__catalogReferenceInRandomPlace.pdf",
        Some(Permission::FormFill),
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__catalogReferenceInRandomPlaceModified.pdf",
        Some(Permission::FormFill),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__certificationSignatureAfterApproval.pdf",
        None,
        Expected::Contradict,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__changeExistingFontAndAddAsDss.pdf",
        Some(Permission::None),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__eolNotIncludedIntoByteRange.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__fieldLockChildModificationAllowed.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__fieldLockChildModificationNotAllowed.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__fieldLockKidsRemovedAndAdded.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__fieldLockLevelIncrease.pdf",
        None,
        Expected::Contradict,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__fieldLockSequentialExcludeValues.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__fullCompressionModeLevel1.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__fullCompressionModeLevel2.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__linearizedDoc.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__lockedFieldRemoveAddKidsEntry.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__makeFontDirectAndIndirect.pdf",
        Some(Permission::None),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__modifyPageAnnots.pdf",
        Some(Permission::FormFill),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__multipleRevisionsDocument.pdf",
        Some(Permission::None),
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__multipleRevisionsDocumentWithoutPermissions.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__outlinesModified.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__outlinesNotModified.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__pageAndParentIndirectReferenceModified.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__pdfVersionAdded.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__randomEntryAdded.pdf",
        Some(Permission::None),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__randomEntryWithoutUsage.pdf",
        Some(Permission::None),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__removeAcroform.pdf",
        Some(Permission::FormFill),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__removeAllAnnots.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__removeDSS.pdf",
        Some(Permission::FormFill),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__removeField.pdf",
        Some(Permission::FormFill),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__removePermissions.pdf",
        Some(Permission::FormFill),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__removedLockedField.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__taggedDocModifyAnnotation.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__taggedDocModifyAnnotationAndStructContent.pdf",
        None,
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__taggedDocModifyAnnotationAndStructElement.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__twoCertificationSignatures.pdf",
        None,
        Expected::Forbidden,
        "",
    ),
];

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn other_projects_tests() {
    let corpus = std::env::var("SEALCORE_CORPUS").expect("SEALCORE_CORPUS is not set");
    let corpus = std::path::Path::new(&corpus).join("pdf");
    let mut wrong = Vec::new();
    for (file, permission, expected, _) in TABLE {
        let pdf = open(&corpus.join(file));
        let found = signatures(&pdf);
        let mut forbidden = false;
        let mut told = String::new();
        for (field, section) in found {
            let signed = pdf.as_of(section);
            let comparison = compare(&signed, &pdf.latest(), &Unwatched).unwrap();
            let mut rules = Rules::read(&signed).unwrap();
            rules.certified = permission.or(rules.certified);
            let (changes, findings) = judge(&comparison, &rules, Policy::Pades);
            assert_eq!(
                changes == Changes::None,
                section + 1 == pdf.sections().len(),
                "{file} {field}"
            );
            forbidden |= changes == Changes::Forbidden;
            told += &format!("\n  {field}: {changes:?}");
            for finding in findings {
                if finding.severity() == crate::report::Severity::Error {
                    told += &format!("\n     {}", finding.message(crate::lang::Lang::En));
                }
            }
        }
        let contradict = !contradictions(&pdf.latest()).unwrap_or_default().is_empty();
        let got = match (forbidden, contradict) {
            (true, _) => Expected::Forbidden,
            (_, true) => Expected::Contradict,
            _ => Expected::Valid,
        };
        if got != *expected {
            wrong.push(format!("{file}: {got:?} instead of {expected:?}{told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
