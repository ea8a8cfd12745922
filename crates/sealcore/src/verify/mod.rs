//! What verification is given: trust, the judged moment, the policy, limits. Inside, how a signed value is judged, in
//! whatever format it stands.

mod attributes;
mod bare;
mod original;
mod seal_signature;
mod signed_data;
mod signed_value;
mod signer;
#[cfg(test)]
mod tests;
mod time_stamp;
mod value;

use crate::asn1::Time;
use crate::cert::TrustStore;
use crate::limits::Limits;
use crate::monitor::{Monitor, Unwatched};
use crate::report::Policy;
pub(crate) use original::Digests;
pub(crate) use original::Original;
pub(crate) use signed_data::{Outcome, judge_signed_data, judge_signed_data_by};
pub(crate) use signed_value::{Context, Host, SignedValue};

/// Everything that a verdict depends on besides the document itself.
#[derive(Clone)]
#[non_exhaustive]
pub struct VerifyOptions<'a> {
    /// Anchors, intermediate certificates and revocation lists.
    pub trust: &'a TrustStore,
    /// Anchors for the makers of seals, where not everybody whom [`Self::trust`] vouches for may make them; `None` takes
    /// those of [`Self::trust`]. The text of the standards leaves open how a lawful maker is told.
    pub maker_trust: Option<&'a TrustStore>,
    /// The moment at which revocation data is judged, and a bare seal altogether.
    pub at: Time,
    /// The rules that turn findings into a verdict.
    pub policy: Policy,
    /// What a hostile file may cost.
    pub limits: Limits,
    /// Is told of progress and may cancel.
    pub monitor: &'a dyn Monitor,
}

impl<'a> VerifyOptions<'a> {
    /// Options under the default policy and limits.
    #[must_use]
    pub fn new(trust: &'a TrustStore, at: Time) -> Self {
        Self {
            trust,
            maker_trust: None,
            at,
            policy: Policy::default(),
            limits: Limits::default(),
            monitor: &Unwatched,
        }
    }
}

impl std::fmt::Debug for VerifyOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifyOptions")
            .field("at", &self.at)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
