//! Files that other projects made to test their own analysis.

use super::*;

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
        Some(Permission::FormFilling),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__addUnsignedSignatureField.pdf",
        Some(Permission::FormFilling),
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
        Some(Permission::FormFilling),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__catalogReferenceInRandomPlace.pdf",
        Some(Permission::FormFilling),
        Expected::Valid,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__catalogReferenceInRandomPlaceModified.pdf",
        Some(Permission::FormFilling),
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
        Some(Permission::NoChanges),
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
        Some(Permission::NoChanges),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__modifyPageAnnots.pdf",
        Some(Permission::FormFilling),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__multipleRevisionsDocument.pdf",
        Some(Permission::NoChanges),
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
        Some(Permission::NoChanges),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__randomEntryWithoutUsage.pdf",
        Some(Permission::NoChanges),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__removeAcroform.pdf",
        Some(Permission::FormFilling),
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
        Some(Permission::FormFilling),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__removeField.pdf",
        Some(Permission::FormFilling),
        Expected::Forbidden,
        "",
    ),
    (
        "docmdp-fieldmdp/itext-java__removePermissions.pdf",
        Some(Permission::FormFilling),
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
