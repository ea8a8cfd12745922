use super::{Code, Effect, Finding, Verdict};

/// The rules that turn findings into a verdict. A policy is pure: the same findings give the same verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Policy {
    /// `seal`: after sealing only further seals and signatures may come.
    #[default]
    Seal,
}

impl Policy {
    /// The policy with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        (name == Self::Seal.name()).then_some(Self::Seal)
    }

    /// The name, as it stands in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seal => "seal",
        }
    }

    /// What a finding of this code does to the verdict.
    #[must_use]
    pub fn effect(self, code: Code) -> Effect {
        match self {
            Self::Seal => code.effect(),
        }
    }

    pub(super) fn effect_of(self, findings: &[Finding]) -> Effect {
        findings
            .iter()
            .map(|finding| self.effect(finding.code))
            .max()
            .unwrap_or(Effect::None)
    }

    pub(super) fn verdict(self, findings: &[Finding]) -> Verdict {
        match self.effect_of(findings) {
            Effect::None => Verdict::Valid,
            Effect::Indeterminate => Verdict::Indeterminate,
            Effect::Invalid => Verdict::Invalid,
        }
    }
}
