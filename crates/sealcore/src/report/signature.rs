//! The facts about one signature.

use super::{Finding, Verdict};
use crate::asn1::Time;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureKind {
    /// An electronic seal was put on.
    Seal,
    /// A digital signature without a seal.
    Signature,
    /// A time stamp on the document.
    Timestamp,
}

impl SignatureKind {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Signature => "signature",
            Self::Timestamp => "timestamp",
        }
    }
}

/// The structure of a signed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standard {
    /// GM/T 0031-2014.
    Gmt0031V2014,
    /// GB/T 38540-2020.
    Gbt38540,
    /// GM/T 0031-2025.
    Gmt0031V2025,
    /// SignedData with the content OIDs of GB/T 35275.
    Gbt35275,
    /// SignedData with the content OIDs of PKCS#7.
    Cms,
    /// A time-stamp token.
    Rfc3161,
    /// A bare SM2 signature value.
    Sm2,
    /// A bare RSA signature value, RFC 8017.
    Pkcs1,
}

impl Standard {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gmt0031V2014 => "GM/T 0031-2014",
            Self::Gbt38540 => "GB/T 38540-2020",
            Self::Gmt0031V2025 => "GM/T 0031-2025",
            Self::Gbt35275 => "GB/T 35275",
            Self::Cms => "CMS",
            Self::Rfc3161 => "RFC 3161",
            Self::Sm2 => "SM2",
            Self::Pkcs1 => "PKCS#1",
        }
    }
}

/// What was found to be signed, and how: vendors write the same standard in several ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// SES_Signature of GM/T 0031-2014.
    SesV1,
    /// SES_Signature of GB/T 38540-2020.
    SesV4,
    /// SES_Signature of GM/T 0031-2025.
    SesV5,
    /// SignedData whose attributes hold the digest of the original, or of a content that is the original.
    CmsSignedAttributes,
    /// SignedData without attributes over the original.
    CmsNoAttributes,
    /// SignedData over the digest of the original: the digest is its content, or takes the place of a detached one.
    CmsDigestContent,
    /// SignedData without attributes whose SM2 value is over SM3 of the original without Z of the signer.
    CmsPlainDigest,
    /// A time-stamp token over the digest of the original.
    TimeStampToken,
    /// A bare SM2 value over the original.
    Sm2Value,
    /// A bare RSA value over the original.
    Pkcs1,
}

impl Form {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SesV1 => "ses-v1",
            Self::SesV4 => "ses-v4",
            Self::SesV5 => "ses-v5",
            Self::CmsSignedAttributes => "cms-signed-attributes",
            Self::CmsNoAttributes => "cms-no-attributes",
            Self::CmsDigestContent => "cms-digest-content",
            Self::CmsPlainDigest => "cms-plain-digest",
            Self::TimeStampToken => "time-stamp-token",
            Self::Sm2Value => "sm2-value",
            Self::Pkcs1 => "pkcs1",
        }
    }
}

/// The bytes that a signature covers, and its own mathematics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integrity {
    /// Everything covered is as it was, and the signature value holds.
    Intact,
    /// Something is not.
    Altered,
    /// The key is not there, or the algorithm or structure is not known.
    Unverifiable,
}

impl Integrity {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::Altered => "altered",
            Self::Unverifiable => "unverifiable",
        }
    }

    /// The integrity of a whole with these two parts: what is altered outweighs what could not be verified.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Altered, _) | (_, Self::Altered) => Self::Altered,
            (Self::Unverifiable, _) | (_, Self::Unverifiable) => Self::Unverifiable,
            (Self::Intact, Self::Intact) => Self::Intact,
        }
    }
}

/// How much of the document a signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Every entry but the list, its own files and the files of later signatures.
    Whole,
    /// Less than that.
    Partial,
}

impl Coverage {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Partial => "partial",
        }
    }
}

/// What came after a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changes {
    /// Nothing.
    None,
    /// Intact signatures and nothing else.
    Permitted,
    /// Something that broke what is covered, or changed what is displayed.
    Forbidden,
}

impl Changes {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Permitted => "permitted",
            Self::Forbidden => "forbidden",
        }
    }
}

/// Whether the signer's certificate leads to a trust anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A path to an anchor holds.
    Trusted,
    /// Anchors were given and no path to one holds.
    Untrusted,
    /// No anchors were given, or there is no certificate.
    Unknown,
}

impl Trust {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Untrusted => "untrusted",
            Self::Unknown => "unknown",
        }
    }
}

/// A certificate, for a person to recognise.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct CertificateInfo {
    /// The common name, else the whole subject.
    pub name: String,
    /// The subject, RFC 4514.
    pub subject: String,
    /// The issuer, RFC 4514.
    pub issuer: String,
    /// The serial number in hexadecimal.
    pub serial: String,
    /// Start of validity.
    pub not_before: Time,
    /// End of validity.
    pub not_after: Time,
}

/// The picture of a seal.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct PictureInfo {
    /// The type as the seal states it, in lower case.
    #[serde(rename = "type")]
    pub kind: String,
    /// Width in millimetres.
    pub width_mm: i64,
    /// Height in millimetres.
    pub height_mm: i64,
    /// Length of the picture data in bytes.
    pub bytes: usize,
}

/// A seal, for a person to recognise.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct SealInfo {
    /// The seal's identifier.
    pub id: String,
    /// The seal's name.
    pub name: String,
    /// The structure of the seal; it may differ from that of the signature around it.
    pub standard: &'static str,
    /// The type number: 1 is an organisation's seal, 2 a person's; vendors use more.
    #[serde(rename = "type")]
    pub kind: i64,
    /// The maker's vendor identifier.
    pub vendor: String,
    /// When the seal was made.
    pub created: Time,
    /// Start of validity.
    pub valid_from: Time,
    /// End of validity.
    pub valid_until: Time,
    /// The picture.
    pub picture: PictureInfo,
    /// The certificate of the seal's maker.
    pub maker: Option<CertificateInfo>,
}

/// A time-stamp token on a signature.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct TimestampInfo {
    /// The time that the token states, where it can be read.
    pub time: Option<Time>,
    /// Whether the token was verified.
    pub verified: bool,
}

/// Where a seal is shown.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct StampInfo {
    /// The page, counted from 1; `None` when the record names a page that is not there.
    pub page: Option<usize>,
    /// Left edge, top edge, width and height in millimetres from the page's top left corner.
    pub boundary_mm: [f64; 4],
    /// The part of the seal that is shown, relative to the boundary, where it is not all of it.
    pub clip_mm: Option<[f64; 4]>,
}

/// What was found about one signature.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignatureReport {
    /// The ID of the record.
    pub id: String,
    /// What the record is.
    pub kind: SignatureKind,
    /// The structure of the signed value, where it could be told.
    pub standard: Option<Standard>,
    /// The form of the signed value, where one matched.
    pub form: Option<Form>,
    /// The verdict of the report's policy.
    pub verdict: Verdict,
    /// Whether what is covered is as it was.
    pub integrity: Integrity,
    /// How much is covered.
    pub coverage: Coverage,
    /// What came after.
    pub changes: Changes,
    /// Whether the signer leads to an anchor.
    pub trust: Trust,
    /// The signing time: proven by a time stamp, else as claimed by the signer.
    pub signed_at: Option<Time>,
    /// The signer.
    pub signer: Option<CertificateInfo>,
    /// The seal.
    pub seal: Option<SealInfo>,
    /// The time stamp.
    pub timestamp: Option<TimestampInfo>,
    /// Where the seal is shown.
    pub stamps: Vec<StampInfo>,
    /// Everything that was noticed.
    pub findings: Vec<Finding>,
}

impl SignatureReport {
    pub(crate) fn new(id: String, kind: SignatureKind) -> Self {
        Self {
            id,
            kind,
            standard: None,
            form: None,
            verdict: Verdict::Indeterminate,
            integrity: Integrity::Unverifiable,
            coverage: Coverage::Partial,
            changes: Changes::None,
            trust: Trust::Unknown,
            signed_at: None,
            signer: None,
            seal: None,
            timestamp: None,
            stamps: Vec::new(),
            findings: Vec::new(),
        }
    }
}
