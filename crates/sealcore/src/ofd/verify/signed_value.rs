//! What an OFD document adds to a signed value: the type in the list, the path in propertyInfo, Seal.esl.

use crate::error::Result;
use crate::ofd::path::PackagePath;
use crate::report::{Code, Finding, Integrity, SignatureKind, SignatureReport};
use crate::text;
use crate::verify::{Context, SignedValue};

/// What stands around a signed value.
pub(super) struct Surroundings<'c> {
    /// Signature.xml.
    pub(super) path: &'c PackagePath,
    pub(super) seal_file: Option<&'c [u8]>,
    /// Whether Signature.xml names a picture of a seal.
    pub(super) has_picture: bool,
    pub(super) list_kind: &'c str,
}

/// Judges the value; what is found goes into `report`. The references are not its business.
pub(super) fn judge(
    value: &SignedValue,
    around: &Surroundings<'_>,
    context: &Context<'_>,
    report: &mut SignatureReport,
) -> Result<Integrity> {
    let kind = value.kind();
    if kind != report.kind {
        let stated = around.list_kind;
        report
            .findings
            .push(Finding::new(Code::SignatureTypeDiffers).with(text!(
                "the list says Type={stated}, the signed value is of the other type",
                "列表记为 Type={stated}，而签名值为另一类型"
            )));
    }
    if kind == SignatureKind::Signature && (around.seal_file.is_some() || around.has_picture) {
        report.findings.push(Finding::new(Code::SealFileDiffers).with(text!(
            "a seal is shown, and the signed value holds none: anybody's seal could stand there",
            "文档显示印章，但签名值中没有印章：该处可能是他人的印章"
        )));
    }
    if let SignedValue::Seal(signature) = value {
        let info = signature
            .property_info
            .trim_matches(|c: char| c.is_whitespace() || c == '\0');
        if info != around.path.as_str() {
            report.findings.push(Finding::new(Code::QuirkPropertyInfo));
        }
        if around.seal_file.is_some_and(|file| file != signature.seal.der()) {
            report.findings.push(Finding::new(Code::SealFileDiffers));
        }
    }
    value.judge(context, report)
}
