//! What a time-stamp authority states in its tokens, and what it accepts.

use super::ClockRules;
use crate::asn1::{Oid, Time};
use crate::cert::Certificate;
use crate::cms::Family;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// How an authority issues. Public fields; [`Self::new`] gives the defaults.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuthorityConfig {
    /// The policy of tokens whose request names none.
    pub policy: Oid,
    /// Further policies that a request may name.
    pub other_policies: Vec<Oid>,
    /// Digest algorithms of imprints that are accepted; by default SM3, SHA-256, SHA-384, SHA-512 and the SHA-3 of their
    /// lengths.
    pub digests: Vec<DigestAlgorithm>,
    /// The accuracy that is stated, the digits of genTime, ordering, and what the clock must keep to.
    pub clock: ClockRules,
    /// Whether tokens state the accuracy.
    pub state_accuracy: bool,
    /// Whether tokens carry the subject of the authority's certificate as its name (`tsa`).
    pub state_name: bool,
    /// Whether tokens have the signed attribute signing-time too. Such tokens are made one by one, with some memory each.
    pub signing_time: bool,
    /// Whose content identifiers tokens have: those of PKCS#7 by default, or of GB/T 35275.
    pub family: Family,
    /// Whether the chain goes into tokens beside the authority's own certificate, where a request asks for certificates.
    pub include_chain: bool,
    /// The longest request that is read, in bytes.
    pub max_request: usize,
}

impl AuthorityConfig {
    /// The defaults: one policy, no name, no ordering, milliseconds.
    #[must_use]
    pub fn new(policy: Oid, clock: ClockRules) -> Self {
        use DigestAlgorithm::{Sha3_256, Sha3_384, Sha3_512, Sha256, Sha384, Sha512, Sm3};
        Self {
            policy,
            other_policies: Vec::new(),
            digests: vec![Sm3, Sha256, Sha384, Sha512, Sha3_256, Sha3_384, Sha3_512],
            clock,
            state_accuracy: true,
            state_name: false,
            signing_time: false,
            family: Family::Pkcs7,
            include_chain: true,
            max_request: 4096,
        }
    }
}

/// Checks that a certificate may sign time stamps: RFC 3161, 2.3, wants timeStamping as the only extended key usage, and the
/// extension critical.
///
/// # Errors
/// [`ErrorKind::Refused`] with what is missing.
pub fn check_authority(certificate: &Certificate) -> Result<()> {
    let refused = |message| Err(Error::new(ErrorKind::Refused, message));
    if !is_for_time_stamps_only(certificate) {
        return refused(text!(
            "the certificate is not one of a time-stamp authority: its extended key usage has to be timeStamping alone, and critical",
            "该证书不是时间戳机构证书：扩展密钥用法须仅为 timeStamping 且为关键扩展"
        ));
    }
    if certificate.key_usage().is_some_and(|usage| !usage.allows_signatures()) {
        return refused(text!(
            "the key usage of the certificate does not allow signatures",
            "证书密钥用法不允许签名"
        ));
    }
    Ok(())
}

/// RFC 3161, 2.3.
pub(crate) fn is_for_time_stamps_only(certificate: &Certificate) -> bool {
    certificate.extended_key_usage() == Some(&[oids::KP_TIME_STAMPING]) && certificate.is_extended_key_usage_critical()
}

/// A token from outside the certificate's validity would be refused by everybody.
pub(super) fn check_validity(certificate: &Certificate, time: Time) -> Result<()> {
    if certificate.is_within_validity(time) {
        return Ok(());
    }
    let (from, until) = (certificate.not_before(), certificate.not_after());
    Err(Error::new(
        ErrorKind::Refused,
        text!(
            "at {time} the authority's certificate is not valid: it runs from {from} to {until}",
            "时间戳机构证书在 {time} 不在有效期 {from} 至 {until} 内"
        ),
    ))
}
