//! Whether one signature value holds.

use sealcore_gm::sm2::{DEFAULT_ID, PreparedVerifyingKey};

use super::original::Digests;
use crate::algorithm::{PublicKey, SignatureAlgorithm, Sm2Value};
use crate::asn1::{BitString, Oid, Tlv};
use crate::cert::Certificate;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Lang;
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

/// Verifies `value` with the key of `certificate`.
///
/// # Errors
/// Of reading the original alone.
pub(super) fn verify(
    certificate: &Certificate,
    stated: Stated<'_>,
    value: &BitString<'_>,
    over: Over<'_>,
) -> Result<Proof> {
    let key = certificate.public_key();
    let algorithm = match key {
        // An SM2 value is verified whatever is stated: there is but one algorithm that it can be of.
        PublicKey::Sm2(_) => Ok(SignatureAlgorithm::Sm2Sm3),
        _ => stated.read(),
    };
    let algorithm = match algorithm {
        Ok(algorithm) => algorithm,
        Err(error) => return Ok(unknown(&error)),
    };
    let held = match (over, key, algorithm.digest()) {
        (Over::Message(message), ..) => match certificate.prepared() {
            Some(prepared) => verify_prepared(prepared, message, value),
            None => key.verify_bits(algorithm, message, value),
        },
        (Over::Original(original), PublicKey::Sm2(sm2), _) => {
            key.verify_digest(algorithm, &original.sm2_message(sm2)?, value.bytes)
        }
        (Over::Original(original) | Over::PlainDigest(original), _, Some(digest)) => {
            key.verify_digest(algorithm, &original.digest(digest)?, value.bytes)
        }
        // What signs messages and not digests would need the whole original in memory.
        (_, _, None) => key.verify_digest(algorithm, &[], value.bytes),
    };
    let quirks = match held {
        Ok(quirks) => quirks,
        Err(error) if error.kind() == ErrorKind::Unsupported => return Ok(unknown(&error)),
        Err(_) => return Ok(Proof::Fails),
    };
    let mut odd: Vec<_> = quirks.into_iter().map(Finding::new).collect();
    if matches!(key, PublicKey::Sm2(_)) && stated.signature != oids::SM2_WITH_SM3 {
        odd.push(seal::algorithm_quirk(stated.signature));
    }
    let apart = stated.digest.and_then(DigestAlgorithm::from_oid);
    if let (Some(apart), Some(used)) = (apart, algorithm.digest())
        && apart != used
        && !matches!(key, PublicKey::Sm2(_))
    {
        let (apart, used) = (apart.name(), used.name());
        odd.push(Finding::new(Code::QuirkDigestDiffers).with(text!(
            "the digest algorithm is given as {apart}, and the signature is formed with {used}",
            "摘要算法标识为 {apart}，而签名使用 {used}"
        )));
    }
    let weaknesses = key.weaknesses(algorithm).into_iter();
    odd.extend(weaknesses.map(|reason| Finding::new(Code::AlgorithmWeak).with(reason)));
    Ok(Proof::Holds(odd))
}

/// As [`PublicKey::verify_bits`], with a key that has its table.
fn verify_prepared(key: &PreparedVerifyingKey, message: &[u8], value: &BitString<'_>) -> Result<Vec<Code>> {
    let value = Sm2Value::from_bits(value)?;
    key.verify_message(DEFAULT_ID, message, &value.signature)?;
    Ok(value.quirks)
}

impl Stated<'_> {
    fn read(&self) -> Result<SignatureAlgorithm> {
        let digest = self.digest.and_then(DigestAlgorithm::from_oid);
        match self.identifier {
            Some(identifier) => SignatureAlgorithm::from_identifier(&Tlv::parse(identifier)?, digest),
            None => SignatureAlgorithm::from_oid(self.signature, digest),
        }
    }
}

fn unknown(error: &Error) -> Proof {
    let (en, zh) = (error.message(Lang::En), error.message(Lang::Zh));
    Proof::Unknown(
        Finding::new(Code::SignatureAlgorithm)
            .with(text!("the signature was not verified: {en}", "未能验证签名：{zh}")),
    )
}
