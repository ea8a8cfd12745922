//! Values without a structure: an SM2 value, or PKCS#1 in an OCTET STRING. The certificate stands beside them, if anywhere.

use super::signed_value::Context;
use super::signer::{judge_signer, signing_time};
use super::value::{self, Over, Proof, Stated};
use crate::algorithm::{Sm2Value, sm2_value_to_der};
use crate::asn1::{BitString, Oid};
use crate::digest::DigestAlgorithm;
use crate::error::Result;
use crate::oids;
use crate::report::{Code, Finding, Form, Integrity, SignatureReport, Standard};

/// The digests of `adbe.x509.rsa_sha1`: SHA-1 by name, and any of SHA-2 in later versions of PDF. The value alone says which.
const PKCS1_DIGESTS: [(DigestAlgorithm, Oid); 4] = [
    (DigestAlgorithm::Sha1, oids::SHA1),
    (DigestAlgorithm::Sha256, oids::SHA256),
    (DigestAlgorithm::Sha384, oids::SHA384),
    (DigestAlgorithm::Sha512, oids::SHA512),
];

/// A bare SM2 value over the original.
pub(super) fn judge_sm2(value: &Sm2Value, context: &Context<'_>, report: &mut SignatureReport) -> Result<Integrity> {
    report.standard = Some(Standard::Sm2);
    report.findings.extend(value.quirks.iter().copied().map(Finding::new));
    let der = sm2_value_to_der(&value.signature);
    judge(&der, &[(oids::SM2_WITH_SM3, None)], Form::Sm2Value, context, report)
}

/// `adbe.x509.rsa_sha1`: PKCS#1 over the original, ISO 32000-1, 12.8.3.2.
pub(super) fn judge_pkcs1(value: &[u8], context: &Context<'_>, report: &mut SignatureReport) -> Result<Integrity> {
    report.standard = Some(Standard::Pkcs1);
    let algorithms = PKCS1_DIGESTS.map(|(_, digest)| (oids::RSA_ENCRYPTION, Some(digest)));
    judge(value, &algorithms, Form::Pkcs1, context, report)
}

fn judge(
    value: &[u8],
    algorithms: &[(Oid, Option<Oid>)],
    form: Form,
    context: &Context<'_>,
    report: &mut SignatureReport,
) -> Result<Integrity> {
    let Some(certificate) = context.certificates.first() else {
        report.signed_at = context.stated_time;
        report.findings.push(Finding::new(Code::SignatureNoKey));
        return Ok(Integrity::Unverifiable);
    };
    let value = BitString {
        unused: 0,
        bytes: value,
    };
    let mut proof = Proof::Fails;
    for (position, (signature, digest)) in algorithms.iter().enumerate() {
        if position == 1 {
            // The common one failed: one more pass for all that are left.
            context
                .original
                .prepare(&PKCS1_DIGESTS.map(|(algorithm, _)| algorithm))?;
        }
        let stated = Stated {
            signature: *signature,
            identifier: None,
            digest: *digest,
        };
        proof = value::verify(certificate, stated, &value, Over::Original(context.original))?;
        if !matches!(proof, Proof::Fails) {
            break;
        }
    }
    if proof.holds() {
        report.form = Some(form);
    }
    let integrity = proof.note(&mut report.findings);
    let time = signing_time(context.stated_time, None, context.options, report);
    judge_signer(certificate, context.certificates, time, None, context.options, report);
    Ok(integrity)
}
