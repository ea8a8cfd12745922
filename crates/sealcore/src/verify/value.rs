//! Whether one signature value holds.

use sealcore_gm::sm2::{DEFAULT_ID, VerifyingKey};

use super::original::Digests;
use crate::algorithm::{PublicKey, Sm2Value};
use crate::asn1::{BitString, Oid};
use crate::cert::Certificate;
use crate::digest::DigestAlgorithm;
use crate::error::Result;
use crate::oids;
use crate::report::{Code, Finding, Integrity};
use crate::seal;
use crate::text;

/// What a signature value is over.
#[derive(Clone, Copy)]
pub(super) enum Over<'m> {
    /// A message that is at hand.
    Message(&'m [u8]),
    /// The original.
    Original(&'m Digests<'m>),
    /// SM3 of the original in place of SM3 of Z and the original.
    PlainDigest(&'m Digests<'m>),
}

/// What a structure says of the algorithms of a value.
#[derive(Clone, Copy)]
pub(super) struct Stated<'a> {
    /// The signature algorithm.
    pub(super) signature: Oid,
    /// The same with its parameters, where there may be some: AlgorithmIdentifier.
    pub(super) identifier: Option<&'a [u8]>,
    /// The digest algorithm, where it is stated apart.
    pub(super) digest: Option<Oid>,
}

/// What a value proves.
pub(super) enum Proof {
    /// It holds, and this is odd about it.
    Holds(Vec<Finding>),
    /// It does not.
    Fails,
    /// It could not be verified, for this reason.
    Unknown(Finding),
}

impl Proof {
    pub(super) fn holds(&self) -> bool {
        matches!(self, Self::Holds(_))
    }

    /// Puts what is to be said into `findings`.
    pub(super) fn note(self, findings: &mut Vec<Finding>) -> Integrity {
        match self {
            Self::Holds(odd) => {
                for finding in odd {
                    if !findings.contains(&finding) {
                        findings.push(finding);
                    }
                }
                Integrity::Intact
            }
            Self::Fails => {
                findings.push(Finding::new(Code::SignatureMismatch));
                Integrity::Altered
            }
            Self::Unknown(reason) => {
                findings.push(reason);
                Integrity::Unverifiable
            }
        }
    }
}

/// Verifies `value` with the key of `certificate`. An error is about the reading of the original alone.
pub(super) fn verify(
    certificate: &Certificate,
    stated: Stated<'_>,
    value: &BitString<'_>,
    over: Over<'_>,
) -> Result<Proof> {
    match certificate.public_key() {
        PublicKey::Sm2(key) => verify_sm2(key, stated.signature, value, over),
        _ => Ok(Proof::Unknown(Finding::new(Code::SignatureAlgorithm).with(text!(
            "the signer's key is not SM2, so the signature was not verified",
            "签名者密钥不是 SM2，未能验证签名"
        )))),
    }
}

/// An SM2 value is verified whatever algorithm is stated: there is but one that it can be of.
fn verify_sm2(key: &VerifyingKey, stated: Oid, value: &BitString<'_>, over: Over<'_>) -> Result<Proof> {
    let Ok(value) = Sm2Value::from_bits(value) else {
        return Ok(Proof::Fails);
    };
    let digest = match over {
        Over::Message(message) => key.message_digest(DEFAULT_ID, message)?.to_vec(),
        Over::Original(original) => original.sm2_message(key)?,
        Over::PlainDigest(original) => original.digest(DigestAlgorithm::Sm3)?,
    };
    let Ok(digest) = <&[u8; 32]>::try_from(&digest[..]) else {
        return Ok(Proof::Fails);
    };
    if key.verify_digest(digest, &value.signature).is_err() {
        return Ok(Proof::Fails);
    }
    let mut odd: Vec<_> = value.quirks.into_iter().map(Finding::new).collect();
    if stated != oids::SM2_WITH_SM3 {
        odd.push(seal::algorithm_quirk(stated));
    }
    Ok(Proof::Holds(odd))
}
