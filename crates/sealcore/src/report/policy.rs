use super::{Code, Effect, Finding, Verdict};

/// The rules that turn findings into a verdict. A policy is pure: the same findings give the same verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Policy {
    /// `seal`: after sealing only further seals and signatures, validation material and document time stamps may come; a
    /// PDF form may be filled where a certification permits it.
    #[default]
    Seal,
    /// `pades`: what comes after a PDF signature is judged by DocMDP, FieldMDP and the locks of fields as ISO 32000-2 reads
    /// them; without a certification forms may be filled and signed.
    Pades,
    /// `pades-p1-strict`: as `pades`, and P=1 admits nothing at all, as Acrobat has it.
    PadesP1Strict,
}

impl Policy {
    /// Every policy, the default first.
    pub const ALL: &'static [Self] = &[Self::Seal, Self::Pades, Self::PadesP1Strict];

    /// The policy with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|policy| policy.name() == name)
    }

    /// The name, as it stands in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Pades => "pades",
            Self::PadesP1Strict => "pades-p1-strict",
        }
    }

    /// What a finding of this code does to the verdict.
    #[must_use]
    pub fn effect(self, code: Code) -> Effect {
        match self {
            Self::Seal | Self::Pades | Self::PadesP1Strict => code.effect(),
        }
    }

    pub(crate) fn effect_of(self, findings: &[Finding]) -> Effect {
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
