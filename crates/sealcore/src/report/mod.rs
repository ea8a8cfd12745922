//! What verification found: facts first, then coded findings, then the verdict that a named policy draws from them.

mod code;
mod finding;
mod json;
mod policy;
mod render;
mod signature;

pub use code::{Code, Effect, Severity};
pub use finding::Finding;
pub(crate) use json::signature as signature_json;
pub use policy::Policy;
pub use render::{Style, render};
pub use signature::{
    CertificateInfo, Changes, Coverage, Form, Integrity, PictureInfo, SealInfo, SignatureKind, SignatureReport,
    StampInfo, Standard, TimestampInfo, Trust,
};

use crate::lang::Lang;

/// The format that a file was found to have, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// An OFD package, GB/T 33190.
    Ofd,
    /// A PDF file, ISO 32000.
    Pdf,
    /// An electronic seal.
    Seal,
}

impl Format {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ofd => "ofd",
            Self::Pdf => "pdf",
            Self::Seal => "seal",
        }
    }
}

/// The last word on a signature or a document, the worst last. Ask whether it is [`Verdict::Valid`]; what comes before is nobody's
/// signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nobody's signature, and nothing that speaks against the document. Document time stamps are nobody's: they prove when
    /// it existed, and anyone gets them.
    Unsigned,
    /// Everything holds.
    Valid,
    /// Something could not be judged.
    Indeterminate,
    /// Something is broken or against the rules.
    Invalid,
}

impl Verdict {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Valid => "valid",
            Self::Indeterminate => "indeterminate",
            Self::Invalid => "invalid",
        }
    }
}

/// What was found in one document or seal.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// What the file is.
    pub format: Format,
    /// The policy that drew the verdicts.
    pub policy: Policy,
    /// The verdict on the document: the worst of its signatures and its own findings; at best unsigned where all signatures are
    /// document time stamps.
    pub verdict: Verdict,
    /// One per signature, in the order of the document.
    pub signatures: Vec<SignatureReport>,
    /// Findings about the document itself.
    pub findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn new(
        format: Format,
        policy: Policy,
        mut signatures: Vec<SignatureReport>,
        findings: Vec<Finding>,
    ) -> Self {
        for signature in &mut signatures {
            signature.verdict = policy.verdict(&signature.findings);
        }
        let own = policy.effect_of(&findings);
        let worst = signatures.iter().map(|signature| signature.verdict).max();
        let verdict = match (own, worst) {
            (Effect::Invalid, _) => Verdict::Invalid,
            (Effect::Indeterminate, worst) => worst.unwrap_or(Verdict::Indeterminate).max(Verdict::Indeterminate),
            (Effect::None, None | Some(Verdict::Valid)) if Self::is_nobodys(&signatures) => Verdict::Unsigned,
            (Effect::None, worst) => worst.unwrap_or(Verdict::Unsigned),
        };
        Self {
            format,
            policy,
            verdict,
            signatures,
            findings,
        }
    }

    /// Whether nobody signed: there are document time stamps at most.
    pub(crate) fn is_nobodys(signatures: &[SignatureReport]) -> bool {
        signatures.iter().all(|one| one.kind == SignatureKind::Timestamp)
    }

    /// The report as one JSON object, `file` first; its schema is `docs/report.schema.json`.
    #[must_use]
    pub fn to_json(&self, file: &str, lang: Lang) -> serde_json::Value {
        json::report(self, file, lang)
    }
}
