//! A signed value, told by its content and judged over its original: the one way for every format.

use super::original::Digests;
use super::signed_data::judge_signed_data;
use super::signer::{judge_co_signer, judge_signer, signing_time};
use super::{VerifyOptions, bare, seal_signature, time_stamp};
use crate::algorithm::Sm2Value;
use crate::asn1::{Tag, Time, Tlv};
use crate::cert::Certificate;
use crate::cms::SignedData;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::report::{Code, Finding, Integrity, SignatureKind, SignatureReport};
use crate::seal::SealSignature;
use crate::text;
use crate::timestamp::judge_signature_stamp;

/// The format around a signed value. They differ in what their vendors write and in what a message calls the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// The original is Signature.xml.
    Ofd,
    /// The original is what the ByteRange names.
    Pdf,
}

/// A signed value, told by its shape.
pub(crate) enum SignedValue {
    /// SES_Signature.
    Seal(Box<SealSignature>),
    /// SignedData.
    Cms(Box<SignedData>),
    /// A time-stamp token: SignedData over TSTInfo.
    TimeStamp(Box<SignedData>),
    /// An SM2 value without any structure.
    Bare(Sm2Value),
    /// A value in an OCTET STRING, as `adbe.x509.rsa_sha1` has it.
    Pkcs1(Vec<u8>),
}

/// What a signed value is judged against.
pub(crate) struct Context<'c> {
    pub(crate) host: Host,
    pub(crate) original: &'c Digests<'c>,
    /// Certificates that stand beside the value, the signer's own first: /Cert of a PDF signature.
    pub(crate) certificates: &'c [Certificate],
    /// The signing time that stands beside the value: SignatureDateTime or /M.
    pub(crate) stated_time: Option<Time>,
    pub(crate) options: &'c VerifyOptions<'c>,
}

impl Host {
    pub(super) fn digest_mismatch(self) -> Finding {
        let finding = Finding::new(Code::DigestMismatch);
        match self {
            Self::Ofd => finding,
            Self::Pdf => finding.with(text!(
                "the signed digest is not that of the bytes in the ByteRange: they were changed after signing",
                "签名的摘要与 ByteRange 所指字节不符：内容在签名后被改动"
            )),
        }
    }
}

impl SignedValue {
    /// Tells what `bytes` are.
    ///
    /// # Errors
    /// [`ErrorKind::Seal`] when they are nothing that is known, [`ErrorKind::Asn1`] when they cannot be read.
    pub(crate) fn read(bytes: &[u8], host: Host) -> Result<Self> {
        let bytes = match host {
            Host::Ofd => bytes,
            Host::Pdf => without_padding(bytes),
        };
        if SealSignature::is_shape(bytes) {
            return SealSignature::from_der(bytes).map(|signature| Self::Seal(Box::new(signature)));
        }
        if SignedData::is_shape(bytes) {
            let data = Box::new(SignedData::from_bytes(bytes)?);
            return Ok(if data.content_type == oids::TST_INFO && host == Host::Pdf {
                Self::TimeStamp(data)
            } else {
                Self::Cms(data)
            });
        }
        if host == Host::Pdf
            && let Ok(value) = Tlv::parse(bytes)
            && value.tag() == Tag::OCTET_STRING
        {
            return Ok(Self::Pkcs1(value.content().to_vec()));
        }
        Sm2Value::from_bytes(bytes).map(Self::Bare).map_err(|error| {
            Error::new(
                ErrorKind::Seal,
                text!(
                    "the signed value is neither a seal signature nor SignedData nor an SM2 value",
                    "签名值既不是电子签章，也不是 SignedData 或 SM2 签名值"
                ),
            )
            .caused_by(error)
        })
    }

    /// What a signature with this value is.
    pub(crate) fn kind(&self) -> SignatureKind {
        match self {
            Self::Seal(_) => SignatureKind::Seal,
            Self::TimeStamp(_) => SignatureKind::Timestamp,
            Self::Cms(_) | Self::Bare(_) | Self::Pkcs1(_) => SignatureKind::Signature,
        }
    }

    /// The certificate of the signer, or of the first of several.
    pub(crate) fn certificate(&self) -> Option<Certificate> {
        match self {
            Self::Seal(signature) => Certificate::from_der(&signature.certificate).ok(),
            Self::Cms(data) | Self::TimeStamp(data) => {
                let signer = data.signers.first()?;
                let mut all = data
                    .certificates
                    .iter()
                    .filter_map(|der| Certificate::from_der(der).ok());
                all.find(|one| signer.id.names(one))
            }
            Self::Bare(_) | Self::Pkcs1(_) => None,
        }
    }

    /// Judges the value over its original; what is found goes into `report`.
    ///
    /// # Errors
    /// Of reading the original alone.
    pub(crate) fn judge(&self, context: &Context<'_>, report: &mut SignatureReport) -> Result<Integrity> {
        report.kind = self.kind();
        match self {
            Self::Seal(signature) => seal_signature::judge(signature, context, report),
            Self::Cms(data) => judge_cms(data, context, report),
            Self::TimeStamp(data) => time_stamp::judge(data, context, report),
            Self::Bare(value) => bare::judge_sm2(value, context, report),
            Self::Pkcs1(value) => bare::judge_pkcs1(value, context, report),
        }
    }
}

fn judge_cms(data: &SignedData, context: &Context<'_>, report: &mut SignatureReport) -> Result<Integrity> {
    let options = context.options;
    let outcome = judge_signed_data(data, context.original, context.certificates, context.host)?;
    report.standard = Some(data.family.standard());
    report.form = outcome.form;
    report.findings.extend(outcome.findings);
    // A time beside the value is covered by the signature: a claim like any other.
    let stamp = outcome
        .timestamp
        .as_ref()
        .map(|(token, value)| judge_signature_stamp(token, value, &outcome.others, options));
    let time = signing_time(outcome.signing_time.or(context.stated_time), stamp, options, report);
    if let Some(signer) = &outcome.signer {
        judge_signer(signer, &outcome.others, time, None, options, report);
    }
    for signer in &outcome.co_signers {
        judge_co_signer(signer, &outcome.others, time, options, report);
    }
    Ok(outcome.integrity)
}

/// Zeros fill the room that was kept for the value. What else follows is kept, and told.
fn without_padding(bytes: &[u8]) -> &[u8] {
    let Ok(first) = Tlv::parse_prefix(bytes) else {
        return bytes;
    };
    match bytes.get(first.raw().len()..) {
        Some(rest) if rest.iter().all(|byte| *byte == 0) => first.raw(),
        _ => bytes,
    }
}
