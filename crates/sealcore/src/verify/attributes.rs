//! What signed attributes say, against what is there.

use super::signed_value::Host;
use crate::asn1::Oid;
use crate::cert::Certificate;
use crate::cms::{Attributes, Named, SignedData, SignerInfo};

use crate::oids;
use crate::report::{Code, Finding};
use crate::text;

/// Content type, signing certificate, algorithm protection. The digest is not its business.
pub(super) fn judge(
    data: &SignedData,
    signer: &SignerInfo,
    attributes: &Attributes,
    certificate: &Certificate,
    host: Host,
    findings: &mut Vec<Finding>,
) {
    let stated = data.content_type;
    match attributes.content_type {
        Some(found) if found == stated => {}
        // Vendors mix the families: the same type, by another name.
        Some(found) if is_data(found) && is_data(stated) => findings.push(Finding::new(Code::QuirkContentType)),
        Some(found) => findings.push(Finding::new(Code::ContentTypeDiffers).with(text!(
            "the signed content type is {found}, that of the structure {stated}",
            "签名属性中的内容类型为 {found}，结构中为 {stated}"
        ))),
        None => findings.push(Finding::new(Code::ContentTypeMissing)),
    }
    signing_certificate(attributes, certificate, host, findings);
    if let Some(protection) = &attributes.algorithm_protection {
        let signature = protection.signature;
        let same = protection.digest == signer.digest_algorithm
            && signature.is_none_or(|signature| signature == signer.signature_algorithm);
        if !same {
            findings.push(Finding::new(Code::AlgorithmProtection));
        }
    }
}

fn is_data(content_type: Oid) -> bool {
    matches!(content_type, oids::DATA | oids::GM_DATA)
}

fn signing_certificate(attributes: &Attributes, certificate: &Certificate, host: Host, findings: &mut Vec<Finding>) {
    if attributes.signing_certificates.is_empty() && host == Host::Pdf {
        findings.push(Finding::new(Code::SigningCertificateAbsent));
    }
    for id in &attributes.signing_certificates {
        match id.names(certificate) {
            Named::Yes => {}
            Named::No => findings.push(Finding::new(Code::SigningCertificateDiffers)),
            Named::Unknown => findings.push(unknown_digest(id.digest_algorithm)),
        }
    }
}

fn unknown_digest(oid: Oid) -> Finding {
    Finding::new(Code::DigestUnknown).with(text!(
        "the digest algorithm {oid} of the signing-certificate attribute is not known",
        "签名证书属性的摘要算法 {oid} 未知"
    ))
}
