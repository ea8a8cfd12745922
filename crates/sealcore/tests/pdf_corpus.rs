//! What sealcore says of every PDF of the corpus under the policy `pades`, without anchors, at a moment after all of them were
//! signed. The outcome that the file's own project expects stands in the corpus's PDF.tsv; where ours is another, or where that
//! project says nothing, the last column says why. Without anchors the best verdict is indeterminate.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation
)]

#[path = "support/clock.rs"]
mod clock;

use std::path::Path;
use std::time::Duration;

use clock::Stopwatch;
use sealcore::asn1::Time;
use sealcore::cert::TrustStore;
use sealcore::document::Document;
use sealcore::lang::Lang;
use sealcore::limits::Limits;
use sealcore::pdf::Unlock;
use sealcore::report::Policy;
use sealcore::source::Source;
use sealcore::verify::VerifyOptions;

/// File, password, outcome, reason.
#[rustfmt::skip]
const TABLE: &[(&str, &str, &str, &str)] = &[
    ("ISA/testarea-pdfbox2__isa_A.pdf", "",
        "invalid; signature intact partial forbidden", ""),
    ("ISA/testarea-pdfbox2__isa_D.pdf", "",
        "invalid; signature intact partial forbidden", ""),
    ("ISA/testarea-pdfbox2__isa_E.pdf", "",
        "invalid; signature intact partial forbidden", ""),
    ("ISA/testarea-pdfbox2__isa_F.pdf", "",
        "invalid; signature intact partial forbidden", ""),
    ("ISA/testarea-pdfbox2__isa_H.pdf", "",
        "invalid; signature intact partial forbidden", ""),
    ("ISA/testarea-pdfbox2__isa_I.pdf", "",
        "invalid; signature intact partial forbidden", ""),
    ("SWA/testarea-pdfbox2__siwa_B.pdf", "",
        "invalid", "nothing opens without repair, and something was signed"),
    ("SWA/testarea-pdfbox2__siwa_C.pdf", "",
        "invalid; signature intact partial forbidden", ""),
    ("SWA/testarea-pdfbox2__siwa_D.pdf", "",
        "invalid; signature intact partial forbidden", ""),
    ("USF/testarea-pdfbox2__usf_03_Null_Contents.pdf", "",
        "invalid; signature altered partial forbidden", ""),
    ("USF/testarea-pdfbox2__usf_04_No_Contents_Value.pdf", "",
        "invalid", ""),
    ("USF/testarea-pdfbox2__usf_05_No_Contents.pdf", "",
        "invalid; signature altered partial forbidden", ""),
    ("USF/testarea-pdfbox2__usf_12_Null_ByteRange.pdf", "",
        "invalid; signature altered partial forbidden", ""),
    ("base-structure/dss__EmptyPage.pdf", "",
        "unsigned", ""),
    ("base-structure/dss__empty-two-pages.pdf", "",
        "unsigned", ""),
    ("base-structure/dss__not_signed_pdfa.pdf", "",
        "unsigned", ""),
    ("base-structure/dss__pdf-2.0.pdf", "",
        "unsigned", ""),
    ("base-structure/dss__pdf-xref-streams.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__broken-objstream1.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__broken-objstream2.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__broken-objstream4.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__broken-objstream5.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__broken-objstream6.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__circular-page-tree.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__empty-a4.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-aes256-empty-encrypted-string.pdf", "secret",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-aes256-malformed-oe.pdf", "usersecret",
        "error pdf", ""),
    ("base-structure/pyHanko__minimal-aes256.pdf", "usersecret",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-badxref.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-hybrid-xref-weirdgen.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-illegal-header.pdf", "",
        "error pdf", ""),
    ("base-structure/pyHanko__minimal-pubkey-aes256.pdf", "",
        "error password", ""),
    ("base-structure/pyHanko__minimal-pubkey-rc4-envelope.pdf", "",
        "error password", ""),
    ("base-structure/pyHanko__minimal-pubkey-rc4.pdf", "",
        "error password", ""),
    ("base-structure/pyHanko__minimal-rc4.pdf", "usersecret",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-startxref-hopeless.pdf", "",
        "error pdf", ""),
    ("base-structure/pyHanko__minimal-startxref-obo2.pdf", "",
        "error pdf", ""),
    ("base-structure/pyHanko__minimal-startxref-obo3.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-startxref-obo4.pdf", "",
        "error pdf", ""),
    ("base-structure/pyHanko__minimal-startxref-obo5.pdf", "",
        "error pdf", ""),
    ("base-structure/pyHanko__minimal-two-fields-pubkey-aes256.pdf", "",
        "error password", ""),
    ("base-structure/pyHanko__minimal-two-fields-tagged.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-two-pages.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-with-field-aes256.pdf", "usersecret",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-with-field-rc4.pdf", "usersecret",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-with-nonexistent-refs.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-with-orphaned-xrefs.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal-xref.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__minimal.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__no-mediabox.pdf", "",
        "unsigned", ""),
    ("base-structure/pyHanko__struct-tree-circular-ref.pdf", "",
        "unsigned", ""),
    ("cms-shape/pyHanko__ed448-disallowed-hash.pdf", "",
        "indeterminate; signature unverifiable whole none", "pyHanko can Ed448; no library that we would link can"),
    ("cms-shape/pyHanko__minimal-signed-twice-no-sig-type.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole none", ""),
    ("cms-shape/pyHanko__minimal-signed-twice-second-created.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole none", ""),
    ("cms-shape/pyHanko__pades-lta-dss-indirect-arrs-test-2.pdf", "",
        "indeterminate; signature intact whole permitted; timestamp intact whole permitted; signature intact whole permitted", ""),
    ("cms-shape/pyHanko__pades-lta-dss-indirect-arrs-test.pdf", "",
        "indeterminate; signature intact whole permitted; timestamp intact whole permitted", ""),
    ("cms-shape/pyHanko__pades-with-old-style-signing-cert-attr-issser.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("cms-shape/pyHanko__pades-with-old-style-signing-cert-attr.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("cms-shape/pyHanko__pdf-sig-with-econtent.pdf", "",
        "invalid; signature altered whole none", "pyHanko refuses it; the content inside is not that of the file"),
    ("cms-shape/pyHanko__sig-with-ski-sid.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("cms-shape/pyHanko__signed-encrypted-pubkey-with-catalog-ref.pdf", "",
        "error password", "the key of the recipient is not in the corpus"),
    ("cn-sm2-synthetic/sm2_dianju_embedded.pdf", "",
        "invalid; signature intact whole none", ""),
    ("cn-sm2-synthetic/sm2_dianju_embedded_tampered.pdf", "",
        "invalid; signature altered whole none", ""),
    ("cn-sm2-synthetic/sm2_gmoid_adbe.pdf", "",
        "invalid; signature intact whole none", ""),
    ("cn-sm2-synthetic/sm2_gmoid_adbe_tampered.pdf", "",
        "invalid; signature altered whole none", ""),
    ("cn-sm2-synthetic/sm2_pkcs7oid_adbe.pdf", "",
        "invalid; signature intact whole none", ""),
    ("cn-sm2-synthetic/sm2_pkcs7oid_adbe_tampered.pdf", "",
        "invalid; signature altered whole none", ""),
    ("coverage/pyHanko__one-byterange.pdf", "",
        "invalid; signature intact partial forbidden", "intact as pyHanko says, and not acceptable"),
    ("coverage/pyHanko__tail-uncovered.pdf", "",
        "invalid; signature intact partial forbidden", "intact as pyHanko says, and not acceptable"),
    ("diff/dss__Signature-P-DE_CRY-2_HASH_FAILURE.pdf", "",
        "invalid; signature altered whole none", "the value is over attributes that are not in the order of DER (RFC 5652, 5.4)"),
    ("diff/dss__Signature-P-IT_ADO-1_HASH_FAILURE_ECDSA.pdf", "",
        "invalid; signature altered whole none", "as CRY-2: the value is over attributes that are not in the order of DER; pyHanko lets it pass"),
    ("diff/dss__hello_signed_INCSAVE_signed.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole none", ""),
    ("diff/dss__hello_signed_INCSAVE_signed_EDITED.pdf", "",
        "invalid; signature intact whole permitted; signature altered partial forbidden", ""),
    ("diff/dss__pades-signed-filled-form.pdf", "",
        "invalid; signature intact whole permitted", ""),
    ("diff/dss__pdf-removed-pages.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("diff/dss__pdf-structtreeroot-changes.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole none", "a further signature with its tags; pyHanko forbids any change of the structure tree"),
    ("diff/pyHanko__extensions-indirect-not-all-paths.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole none", ""),
    ("diff/pyHanko__extensions-indirect.pdf", "",
        "invalid; signature intact whole permitted; signature intact whole none", ""),
    ("diff/pyHanko__extensions-update-direct.pdf", "",
        "invalid; signature intact whole permitted; signature intact whole none", ""),
    ("diff/pyHanko__form-update-no-override-appearance-stream-ap-indirect-sneaky.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole none", ""),
    ("diff/pyHanko__form-update-original-ap-type-wrong.pdf", "",
        "invalid; signature intact whole permitted; signature intact whole none", ""),
    ("diff/pyHanko__form-update-override-appearance-stream-sneaky.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole none", ""),
    ("diff/pyHanko__form-update-override-appearance-stream.pdf", "",
        "invalid; signature intact whole permitted; signature intact whole none", ""),
    ("docmdp-fieldmdp/dss__certified-changes-permitted.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("docmdp-fieldmdp/dss__certified-no-change-permitted.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("docmdp-fieldmdp/dss__fieldmdp-exclude-signed.pdf", "",
        "indeterminate; signature intact whole permitted", ""),
    ("docmdp-fieldmdp/dss__fieldmdp-exclude.pdf", "",
        "unsigned", ""),
    ("docmdp-fieldmdp/dss__fieldmdp-include.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("docmdp-fieldmdp/itext-java__addTextField.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole forbidden; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__addUnsignedSignatureField.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole forbidden; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__annotationModificationNotAllowedTabsChangesTest.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__brokenSignatureFieldDictionary.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole forbidden; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__catalogReferenceInRandomPlace.pdf", "",
        "invalid; signature altered partial forbidden; timestamp altered partial forbidden", "iText compares revisions alone (VALID at P2); the file as it is was cut, so its digests and ranges do not hold"),
    ("docmdp-fieldmdp/itext-java__catalogReferenceInRandomPlaceModified.pdf", "",
        "invalid; signature altered partial forbidden; timestamp altered partial forbidden", "iText compares revisions alone; the file as it is was cut, so its digests and ranges do not hold"),
    ("docmdp-fieldmdp/itext-java__certificationSignatureAfterApproval.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole permitted; signature intact whole permitted; signature intact whole permitted; signature intact whole none", ""),
    ("docmdp-fieldmdp/itext-java__changeExistingFontAndAddAsDss.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__eolNotIncludedIntoByteRange.pdf", "",
        "invalid; signature altered whole permitted; timestamp altered whole none", "VALID by iText, which judges the revisions; the digests of the file do not hold, as pyHanko says too"),
    ("docmdp-fieldmdp/itext-java__fieldLockChildModificationAllowed.pdf", "",
        "indeterminate; signature intact whole permitted", ""),
    ("docmdp-fieldmdp/itext-java__fieldLockChildModificationNotAllowed.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__fieldLockKidsRemovedAndAdded.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__fieldLockLevelIncrease.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole permitted; signature intact whole permitted; signature intact whole none", ""),
    ("docmdp-fieldmdp/itext-java__fieldLockSequentialExcludeValues.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__fullCompressionModeLevel1.pdf", "",
        "indeterminate; signature intact whole permitted", ""),
    ("docmdp-fieldmdp/itext-java__fullCompressionModeLevel2.pdf", "",
        "indeterminate; signature intact whole permitted", ""),
    ("docmdp-fieldmdp/itext-java__linearizedDoc.pdf", "",
        "indeterminate; signature intact whole permitted", ""),
    ("docmdp-fieldmdp/itext-java__lockedFieldRemoveAddKidsEntry.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__makeFontDirectAndIndirect.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__modifyPageAnnots.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole forbidden; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__multipleRevisionsDocument.pdf", "",
        "indeterminate; signature intact whole permitted; timestamp intact whole permitted", ""),
    ("docmdp-fieldmdp/itext-java__multipleRevisionsDocumentWithoutPermissions.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole permitted; signature intact whole none", ""),
    ("docmdp-fieldmdp/itext-java__outlinesModified.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole none", ""),
    ("docmdp-fieldmdp/itext-java__outlinesNotModified.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole none", ""),
    ("docmdp-fieldmdp/itext-java__pageAndParentIndirectReferenceModified.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__pdfVersionAdded.pdf", "",
        "indeterminate; signature intact whole permitted", ""),
    ("docmdp-fieldmdp/itext-java__randomEntryAdded.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__randomEntryWithoutUsage.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__removeAcroform.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole forbidden; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__removeAllAnnots.pdf", "",
        "indeterminate; signature intact whole permitted", ""),
    ("docmdp-fieldmdp/itext-java__removeDSS.pdf", "",
        "invalid; signature intact whole permitted; signature intact whole forbidden; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__removeField.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole forbidden; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__removePermissions.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole forbidden; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__removedLockedField.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__taggedDocModifyAnnotation.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole permitted", ""),
    ("docmdp-fieldmdp/itext-java__taggedDocModifyAnnotationAndStructContent.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole permitted", ""),
    ("docmdp-fieldmdp/itext-java__taggedDocModifyAnnotationAndStructElement.pdf", "",
        "invalid; signature intact whole forbidden; signature intact whole forbidden", ""),
    ("docmdp-fieldmdp/itext-java__twoCertificationSignatures.pdf", "",
        "invalid; signature intact partial forbidden; signature altered whole permitted; signature intact whole none", "INVALID by iText; the first range ends before bytes that no update accounts for"),
    ("encrypted/dss__edition_protected_none.pdf", "",
        "unsigned", ""),
    ("encrypted/dss__edition_protected_signing_allowed_with_field_signed.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("encrypted/dss__encrypted.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("encrypted/dss__open_protected.pdf", " ",
        "unsigned", ""),
    ("encrypted/dss__restricted_fields.pdf", "",
        "unsigned", ""),
    ("encrypted/itext-java__encryptedDoc.pdf", "123",
        "indeterminate; signature intact whole none", ""),
    ("pades-levels/dss__DSS-1683.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("pades-levels/dss__TeleSec_PKS_eIDAS_QES_CA_1-baseline-b.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("pades-levels/dss__doc-firmado-LT.pdf", "",
        "indeterminate; signature intact whole permitted", ""),
    ("pades-levels/dss__doc-firmado.pdf", "",
        "indeterminate; signature intact whole permitted; timestamp intact whole none", ""),
    ("pades-levels/dss__pades-enveloping-empty-bytes-cms.pdf", "",
        "invalid; signature altered whole forbidden", "as DSS: the content inside is empty, so the value is not of the document"),
    ("pades-levels/dss__pades-lta-copied-doctst.pdf", "",
        "invalid; signature intact whole permitted; timestamp altered whole none", "as DSS: the copied time stamp is of other bytes"),
    ("pades-levels/dss__pades-ltv.pdf", "",
        "indeterminate; signature intact whole permitted; timestamp intact whole permitted; timestamp intact whole none", ""),
    ("pades-levels/dss__pades-multiple-pages-annots-overlap.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole permitted; timestamp intact whole none", ""),
    ("pades-levels/dss__pades-tst-with-null-type.pdf", "",
        "indeterminate; signature intact whole permitted; timestamp intact whole none", ""),
    ("pades-levels/dss__pades-tst-with-sig-type.pdf", "",
        "indeterminate; signature intact whole permitted; signature intact whole none", "as DSS: a token in a dictionary of /Type /Sig is no document time stamp"),
    ("pades-levels/dss__pades-unsupported-signature-algorithm.pdf", "",
        "indeterminate; signature unverifiable whole none", "pyHanko calls it not valid; a curve stands where the algorithm belongs, so nothing can be said"),
    ("pades-levels/dss__pdf-with-vri-timestamp.pdf", "",
        "indeterminate; signature intact whole permitted", ""),
    ("pades-levels/dss__pkcs7.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("pades-levels/dss__signature-referenced-from-multiple-fields.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("real/qpdf__digitally-signed.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("real/testarea-pdfbox2__SignatureVlidationTest.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("real/testarea-pdfbox2__TEST-signed-pades-baseline-b.pdf", "",
        "indeterminate; signature intact whole none", ""),
    ("rotation/dss__annots-no-rotate.pdf", "",
        "unsigned", ""),
    ("rotation/dss__sun_90.pdf", "",
        "unsigned", ""),
    ("rotation/dss__test_180.pdf", "",
        "unsigned", ""),
    ("rotation/dss__test_270.pdf", "",
        "unsigned", ""),
    ("structure/dss__malformed-pades.pdf", "",
        "error format", ""),
    ("structure/dss__pades-spoofing-replaced-reason.pdf", "",
        "invalid; signature intact whole forbidden", ""),
    ("structure/dss__pades_opposite_infinite_loop.pdf", "",
        "invalid", "it ends, and is told as a wreck of something signed"),
    ("structure/dss__pdf-double-signer-info.pdf", "",
        "indeterminate; signature intact whole none", "as DSS: one signature; both signers hold"),
    ("structure/dss__pdf-signed-corrupted.pdf", "",
        "invalid", "nothing opens without repair, and something was signed"),
    ("structure/dss__pdf-spoofing-attack.pdf", "",
        "invalid; signature intact whole forbidden; signature intact partial forbidden", "the second dictionary claims the range of the first"),
    ("structure/dss__pdf-with-empty-sig.pdf", "",
        "invalid; signature altered partial forbidden", ""),
    ("structure/dss__pdf-with-eof-cr.pdf", "",
        "indeterminate; signature intact whole none", ""),
];

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn every_file_gets_its_outcome() {
    let corpus = std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS is not set");
    let folder = Path::new(&corpus).join("pdf");
    let trust = TrustStore::new();
    let mut options = VerifyOptions::new(&trust, Time::parse_rfc3339("2026-11-01T00:00:00Z").unwrap());
    options.policy = Policy::from_name("pades").unwrap();
    let mut wrong = Vec::new();
    for (file, password, expected, _) in TABLE {
        let start = Stopwatch::start();
        let unlock = if password.is_empty() {
            Unlock::None
        } else {
            Unlock::Password(password)
        };
        let source = Source::from_path(&folder.join(file)).unwrap();
        let report = Document::from_source(source, &Limits::default(), &unlock).and_then(|one| one.verify(&options));
        let outcome = match report {
            Ok(report) => summary(&report.to_json(file, Lang::En)),
            Err(error) => format!("error {}", error.kind().name()),
        };
        if outcome != *expected {
            wrong.push(format!("{file}\n  expected {expected}\n  found    {outcome}"));
        }
        assert!(
            start.elapsed() < Duration::from_secs(2),
            "{file} takes {:?}",
            start.elapsed()
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// No file of the corpus is left out of the table.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn the_table_is_whole() {
    let corpus = std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS is not set");
    let list = std::fs::read_to_string(Path::new(&corpus).join("PDF.tsv")).unwrap();
    let listed = list
        .lines()
        .filter_map(|line| line.split('\t').next()?.strip_prefix("pdf/"));
    for file in listed {
        assert!(TABLE.iter().any(|(one, ..)| *one == file), "{file}");
    }
}

fn summary(report: &serde_json::Value) -> String {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut parts = vec![text(&report["verdict"])];
    for one in report["signatures"].as_array().unwrap() {
        let facts = ["kind", "integrity", "coverage", "changes"].map(|key| text(&one[key]));
        parts.push(facts.join(" "));
    }
    parts.join("; ")
}
