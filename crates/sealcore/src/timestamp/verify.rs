//! Verification of tokens: what was stamped, whether the authority's signature holds, whether the authority is trusted.

use super::authority::is_for_time_stamps_only;
use super::{GenTime, MessageImprint, TimeStampReport, TimeStampRequest, TimeStampToken, TstInfo};
use crate::asn1::{Oid, Tag, Time, Tlv};
use crate::cert::{Certificate, PathQuestion, Purpose, TrustStore};
use crate::cms::SignedData;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::{Lang, Text};
use crate::limits::Limits;
use crate::monitor::{self, Monitor, Unwatched};
use crate::oids;
use crate::report::{Code, Effect, Finding, Integrity, Policy, Trust, Verdict};
use crate::text;
use crate::verify::{Digests, Host, Original, VerifyOptions, judge_signed_data, judge_signed_data_by};

/// Seconds by which an authority's clock may be ahead of the judged moment.
const CLOCK_SKEW: i64 = 600;

/// Bytes of the data that are digested between two looks at the monitor.
const STRIDE: usize = 256 << 10;

/// What a token is expected to state. What is not given is not compared.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Expected<'e> {
    /// The data that were stamped.
    pub data: Option<&'e [u8]>,
    /// The digest that was stamped.
    pub imprint: Option<&'e MessageImprint>,
    /// The request: imprint, nonce and policy must be those of it.
    pub request: Option<&'e TimeStampRequest>,
    /// Policies that are accepted; empty accepts any.
    pub policies: &'e [Oid],
    /// Where the token has no certificates inside: that of the authority, and others of its path.
    pub certificates: &'e [Certificate],
}

impl<'e> Expected<'e> {
    /// A token over `data`.
    #[must_use]
    pub fn data(data: &'e [u8]) -> Self {
        Self {
            data: Some(data),
            ..Self::default()
        }
    }

    /// A token over what has this digest.
    #[must_use]
    pub fn imprint(imprint: &'e MessageImprint) -> Self {
        Self {
            imprint: Some(imprint),
            ..Self::default()
        }
    }

    /// A token that answers `request`.
    #[must_use]
    pub fn request(request: &'e TimeStampRequest) -> Self {
        Self {
            request: Some(request),
            ..Self::default()
        }
    }

    /// With the policies that are accepted.
    #[must_use]
    pub fn with_policies(mut self, policies: &'e [Oid]) -> Self {
        self.policies = policies;
        self
    }

    /// With certificates that the token may lack.
    #[must_use]
    pub fn with_certificates(mut self, certificates: &'e [Certificate]) -> Self {
        self.certificates = certificates;
        self
    }

    /// Refuses a token that does not state what is expected. Its signature and its authority are [`verify()`]'s to judge.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] with the first thing that differs.
    pub fn check(&self, token: &TimeStampToken) -> Result<()> {
        let mut findings = Vec::new();
        self.judge(token.info(), &Unwatched, &mut findings)?;
        // Whether its digest is strong enough is no question of expectation, nor whether there was any.
        let differs =
            |finding: &&Finding| !matches!(finding.code, Code::AlgorithmWeak | Code::TimestampNothingCompared);
        match findings.iter().find(differs) {
            None => Ok(()),
            Some(finding) => Err(Error::new(
                ErrorKind::Refused,
                Text::new(finding.message(Lang::En), finding.message(Lang::Zh)),
            )),
        }
    }

    /// Compares what a token states. A mismatch of the imprint is altered data.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`] alone.
    fn judge(&self, info: &TstInfo, monitor: &dyn Monitor, findings: &mut Vec<Finding>) -> Result<Integrity> {
        let mut integrity = Integrity::Intact;
        if self.data.is_none() && self.imprint.is_none() && self.request.is_none() {
            findings.push(Finding::new(Code::TimestampNothingCompared));
        }
        if let Some(data) = self.data {
            let data = Data { data, monitor };
            integrity = integrity.and(judge_imprint(info, &Digests::new(&data), findings)?);
        }
        let asked = self.request.map(|request| &request.imprint);
        for imprint in [self.imprint, asked].into_iter().flatten() {
            note_weak(info, findings);
            if !same_imprint(imprint, &info.imprint) {
                findings.push(mismatch());
                integrity = Integrity::Altered;
            }
        }
        if let Some(request) = self.request {
            self.judge_request(request, info, findings);
        }
        if !self.policies.is_empty() && !self.policies.contains(&info.policy) {
            findings.push(other_policy(info.policy));
        }
        Ok(integrity)
    }

    /// RFC 3161, 2.2: the requester compares these.
    fn judge_request(&self, request: &TimeStampRequest, info: &TstInfo, findings: &mut Vec<Finding>) {
        if request.nonce.is_some() && request.nonce != info.nonce {
            findings.push(Finding::new(Code::TimestampNonce));
        }
        if request.policy.is_some_and(|policy| policy != info.policy) {
            findings.push(other_policy(info.policy));
        }
    }
}

/// Data in memory, however many.
struct Data<'d> {
    data: &'d [u8],
    monitor: &'d dyn Monitor,
}

impl Original for Data<'_> {
    fn feed(&self, each: &mut dyn FnMut(&[u8])) -> Result<()> {
        for piece in self.data.chunks(STRIDE) {
            each(piece);
            monitor::advance(self.monitor, piece.len())?;
        }
        Ok(())
    }
}

fn other_policy(policy: Oid) -> Finding {
    Finding::new(Code::TimestampPolicy).with(text!(
        "the policy {policy} of the time stamp is not one that is accepted",
        "时间戳策略 {policy} 不在接受范围内"
    ))
}

fn same_imprint(one: &MessageImprint, other: &MessageImprint) -> bool {
    let algorithm = |imprint: &MessageImprint| DigestAlgorithm::from_oid(imprint.algorithm);
    one.digest == other.digest
        && (one.algorithm == other.algorithm || algorithm(one).is_some() && algorithm(one) == algorithm(other))
}

fn mismatch() -> Finding {
    Finding::new(Code::DigestMismatch).with(text!("the time stamp is of other data", "时间戳的摘要与所给数据不符"))
}

/// Verifies a token (not a whole reply: see [`TimeStampResponse::into_token`](super::TimeStampResponse::into_token)).
///
/// The authority's certificate must have been valid at the time of the token, for nothing but time stamps; its path is judged
/// at that time, revocation and the token's own worth at [`VerifyOptions::at`]. The monitor is told of the bytes of the token,
/// then of those of the data as they are digested.
///
/// # Errors
/// [`ErrorKind::Asn1`] and [`ErrorKind::Unsupported`]
/// when the bytes are no SignedData at all; [`ErrorKind::Limit`] above
/// [`Limits::part_bytes`]; [`ErrorKind::Cancelled`].
pub fn verify(token: &[u8], expected: &Expected<'_>, options: &VerifyOptions<'_>) -> Result<TimeStampReport> {
    monitor::advance(options.monitor, 0)?;
    let data = read(token, &options.limits)?;
    let judged = judge(&data, expected.certificates, Host::Pdf, options)?;
    monitor::advance(options.monitor, token.len())?;
    judged.report(expected, options.policy, options.monitor)
}

fn read(token: &[u8], limits: &Limits) -> Result<SignedData> {
    let limit = limits.part_bytes;
    if token.len() as u64 > limit {
        return Err(Limits::exceeded("bytes of a time stamp", "时间戳字节数", limit));
    }
    SignedData::from_bytes(token)
}

/// A token by itself: its form, its signature, its authority. What it is of, the caller compares.
pub(crate) struct Judged {
    pub(crate) integrity: Integrity,
    pub(crate) info: Option<TstInfo>,
    pub(crate) authority: Option<Certificate>,
    pub(crate) trust: Trust,
    pub(crate) findings: Vec<Finding>,
}

/// Judges a token. `beside` are certificates that it may lack.
///
/// # Errors
/// None, as long as its content is in memory.
pub(crate) fn judge(
    data: &SignedData,
    beside: &[Certificate],
    host: Host,
    options: &VerifyOptions<'_>,
) -> Result<Judged> {
    let known: Vec<_> = beside
        .iter()
        .chain(options.trust.intermediates())
        .chain(options.trust.anchors())
        .filter(|one| data.signers.first().is_some_and(|signer| signer.id.names(one)))
        .chain(beside)
        .cloned()
        .collect();
    let content = data.content.as_deref().unwrap_or_default();
    let outcome = judge_signed_data(data, &Digests::new(&content), &known, host)?;
    let mut judged = Judged {
        integrity: outcome.integrity,
        info: None,
        authority: outcome.signer,
        trust: Trust::Unknown,
        findings: without_attached(outcome.findings),
    };
    judged.read(data);
    if let (Some(authority), Some(info)) = (&judged.authority, &judged.info) {
        let time = info.time.time();
        let (trust, findings) = judge_authority(
            authority,
            &outcome.others,
            time,
            options.trust,
            options.at,
            &options.limits,
        );
        judged.trust = trust;
        judged.findings.extend(findings);
    }
    Ok(judged)
}

/// A token holds its content, as it should; that is no oddity here.
fn without_attached(findings: Vec<Finding>) -> Vec<Finding> {
    let attached = |finding: &Finding| finding.code == Code::QuirkAttached;
    findings.into_iter().filter(|finding| !attached(finding)).collect()
}

impl Judged {
    fn read(&mut self, data: &SignedData) {
        match super::info_of(data) {
            Ok(info) => {
                judge_form(data, &info, &mut self.findings);
                self.info = Some(info);
            }
            Err(error) => {
                self.findings.push(unreadable(&error));
                self.integrity = Integrity::Altered;
            }
        }
        if let Some(authority) = &self.authority {
            refuse_leniency(data, authority, &mut self.findings);
        }
    }

    fn report(mut self, expected: &Expected<'_>, policy: Policy, monitor: &dyn Monitor) -> Result<TimeStampReport> {
        if let Some(info) = &self.info {
            let compared = expected.judge(info, monitor, &mut self.findings)?;
            self.integrity = self.integrity.and(compared);
        }
        let effects = self.findings.iter().map(|finding| policy.effect(finding.code));
        Ok(TimeStampReport {
            policy,
            verdict: match effects.max().unwrap_or(Effect::None) {
                Effect::None => Verdict::Valid,
                Effect::Indeterminate => Verdict::Indeterminate,
                Effect::Invalid => Verdict::Invalid,
            },
            integrity: self.integrity,
            trust: self.trust,
            info: self.info,
            authority: self.authority.map(|one| one.info()),
            findings: self.findings,
        })
    }
}

pub(crate) fn unreadable(error: &Error) -> Finding {
    let (en, zh) = (error.describe(Lang::En), error.describe(Lang::Zh));
    Finding::new(Code::SignatureUnreadable).with(text!("the time stamp cannot be read: {en}", "时间戳无法读取：{zh}"))
}

/// What RFC 3161, 2.4.2, asks of every token.
fn judge_form(data: &SignedData, info: &TstInfo, findings: &mut Vec<Finding>) {
    let mut broken = |message| findings.push(Finding::new(Code::TimestampForm).with(message));
    let (version, signers) = (info.version, data.signers.len());
    if version != 1 {
        broken(text!(
            "TSTInfo has version {version}, and only 1 is defined",
            "TSTInfo 的版本为 {version}，而仅定义了版本 1"
        ));
    }
    if signers > 1 {
        broken(text!(
            "the time stamp has {signers} signatures, and may have one only",
            "时间戳含 {signers} 个签名，只允许一个"
        ));
    }
    if !data.content.as_deref().is_some_and(has_sound_time) {
        broken(text!(
            "genTime of the time stamp is not written as YYYYMMDDhhmmss[.f]Z",
            "时间戳的 genTime 不是 YYYYMMDDhhmmss[.f]Z 的形式"
        ));
    }
    for extension in info.extensions.iter().filter(|extension| extension.critical) {
        let id = extension.id;
        broken(text!(
            "the time stamp's critical extension {id} is not known",
            "时间戳的关键扩展 {id} 未知"
        ));
    }
    let Some(signer) = data.signers.first() else { return };
    if signer
        .attributes
        .as_ref()
        .is_none_or(|one| one.signing_certificates.is_empty())
    {
        broken(text!(
            "the signed attributes of the time stamp do not say which certificate was used",
            "时间戳的签名属性未指明所用证书"
        ));
    }
    // RFC 5652, 5.1 and 5.3: what stands around the signed parts follows from them.
    let (outer, inner) = (data.version, signer.version);
    if !(3..=5).contains(&outer) || inner != signer.id.version() {
        broken(text!(
            "SignedData of the time stamp has version {outer} and its signer version {inner}",
            "时间戳的 SignedData 版本为 {outer}，签名者信息版本为 {inner}"
        ));
    }
    let digest = signer.digest_algorithm;
    if !data.digest_algorithms.contains(&digest) || DigestAlgorithm::from_oid(digest).is_none() {
        broken(text!(
            "the digest algorithm {digest} of the signer is not known, or not announced",
            "签名者的摘要算法 {digest} 未知或未声明"
        ));
    }
}

/// Whether TSTInfo has its time in the one form.
fn has_sound_time(info: &[u8]) -> bool {
    let time = || -> Result<bool> {
        let mut members = Tlv::parse(info)?.expect(Tag::SEQUENCE)?.children()?;
        while let Some(member) = members.next()? {
            if member.tag() == Tag::GENERALIZED_TIME {
                return Ok(GenTime::is_in_form(member.content()));
            }
        }
        Ok(false)
    };
    time().unwrap_or(false)
}

/// Encodings that are forgiven where seals of the field have them. No authority was seen to write a token so, and a token is
/// evidence: it has one form.
fn refuse_leniency(data: &SignedData, authority: &Certificate, findings: &mut Vec<Finding>) {
    let lenient = [Code::QuirkBitString, Code::QuirkSignaturePadding];
    for code in lenient {
        if findings.iter().any(|finding| finding.code == code) {
            findings.push(Finding::new(Code::TimestampForm).with(code.meaning()));
        }
    }
    let Some(signer) = data.signers.first() else { return };
    let (digest, signature) = (signer.digest_algorithm, signer.signature_algorithm);
    let named = [oids::SM2_WITH_SM3, oids::SM2_SIGN, oids::SM2_CURVE, oids::EC_PUBLIC_KEY];
    if authority.public_key().sm2().is_ok()
        && (!named.contains(&signature) || DigestAlgorithm::from_oid(digest) != Some(DigestAlgorithm::Sm3))
    {
        findings.push(Finding::new(Code::TimestampForm).with(text!(
            "the authority signs with SM2, and the time stamp states {digest} and {signature}",
            "时间戳机构使用 SM2 签名，而时间戳声明的算法为 {digest} 与 {signature}"
        )));
    }
}

/// Whether the imprint is of `original`.
///
/// # Errors
/// Of reading the original alone.
pub(crate) fn judge_imprint(info: &TstInfo, original: &Digests<'_>, findings: &mut Vec<Finding>) -> Result<Integrity> {
    let oid = info.imprint.algorithm;
    let Some(algorithm) = DigestAlgorithm::from_oid(oid).filter(|one| *one != DigestAlgorithm::Sm3Keyed) else {
        findings.push(Finding::new(Code::DigestUnknown).with(text!(
            "the digest algorithm {oid} of the time stamp is not known",
            "时间戳的摘要算法 {oid} 未知"
        )));
        return Ok(Integrity::Unverifiable);
    };
    note_weak(info, findings);
    if original.digest(algorithm)? == info.imprint.digest {
        return Ok(Integrity::Intact);
    }
    findings.push(mismatch());
    Ok(Integrity::Altered)
}

fn note_weak(info: &TstInfo, findings: &mut Vec<Finding>) {
    let algorithm = DigestAlgorithm::from_oid(info.imprint.algorithm);
    if algorithm.is_some_and(DigestAlgorithm::is_weak) {
        let finding = Finding::new(Code::AlgorithmWeak).with(text!(
            "the time stamp is over a digest that no longer resists collisions",
            "时间戳所用的摘要算法已不能抵抗碰撞攻击"
        ));
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
}

/// The authority: valid at the time that it states, for time stamps alone, on a path to an anchor, not revoked.
fn judge_authority(
    authority: &Certificate,
    extra: &[Certificate],
    time: Time,
    trust: &TrustStore,
    at: Time,
    limits: &Limits,
) -> (Trust, Vec<Finding>) {
    let mut findings = Vec::new();
    let (from, until) = (authority.not_before(), authority.not_after());
    if !authority.is_within_validity(time) {
        findings.push(Finding::new(Code::SignerNotValidAtSigning).with(text!(
            "the time stamp states {time}; the authority's certificate is valid from {from} to {until}",
            "时间戳时间 {time} 不在时间戳机构证书有效期 {from} 至 {until} 内"
        )));
    } else if at > until {
        findings.push(Finding::new(Code::TimestampAuthorityExpired).with(text!(
            "the authority's certificate ended on {until}, and the time stamp is judged at {at}",
            "时间戳机构证书已于 {until} 到期，判断时刻为 {at}"
        )));
    }
    if time > at.plus_seconds(CLOCK_SKEW) {
        findings.push(Finding::new(Code::TimeFuture).with(text!(
            "the time {time} of the time stamp lies after the judged moment {at}",
            "时间戳时间 {time} 晚于判断时刻 {at}"
        )));
    }
    let question = PathQuestion {
        certificate: authority,
        extra,
        time,
        time_proven: false,
        now: at,
        purpose: Purpose::TimestampAuthority,
    };
    let judgement = trust.judge(&question, limits);
    findings.extend(judgement.findings.into_iter().map(|finding| match finding.code {
        Code::TrustUnknown => Finding::new(Code::TimestampAuthorityUnjudged),
        _ => finding,
    }));
    (judgement.trust, findings)
}

/// An authority whose certificate and path were judged once, for many tokens: each then costs one verification of a signature
/// and a few hashes.
///
/// It stands for the moment and the revocation lists that it was made with. Make a new one when they change.
#[derive(Clone, Debug)]
pub struct CheckedAuthority {
    certificates: Vec<Certificate>,
    /// The time in which every certificate of the path is valid.
    valid: std::ops::RangeInclusive<Time>,
    at: Time,
    policy: Policy,
    limits: Limits,
}

impl CheckedAuthority {
    /// Judges `authority` with the certificates `extra` of its path, at [`VerifyOptions::at`].
    ///
    /// # Errors
    /// The findings, when it is not trusted without reserve; tokens of it are judged by [`verify()`] alone.
    pub fn new(
        authority: &Certificate,
        extra: &[Certificate],
        options: &VerifyOptions<'_>,
    ) -> Result<Self, Vec<Finding>> {
        let (trust, findings) =
            judge_authority(authority, extra, options.at, options.trust, options.at, &options.limits);
        let reserve = findings
            .iter()
            .any(|finding| options.policy.effect(finding.code) != Effect::None);
        if reserve || trust != Trust::Trusted || !is_for_time_stamps_only(authority) {
            return Err(findings);
        }
        let question = PathQuestion {
            certificate: authority,
            extra,
            time: options.at,
            time_proven: false,
            now: options.at,
            purpose: Purpose::TimestampAuthority,
        };
        authority.prepare();
        let path = options.trust.judge(&question, &options.limits).path;
        let from = path.iter().map(Certificate::not_before).max().unwrap_or(options.at);
        let until = path.iter().map(Certificate::not_after).min().unwrap_or(options.at);
        Ok(Self {
            certificates: vec![authority.clone()],
            valid: from..=until,
            at: options.at,
            policy: options.policy,
            limits: options.limits.clone(),
        })
    }

    /// The authority's certificate.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificates.first()
    }

    /// Verifies a token of this authority. The report says the same as that of [`verify()`], but for a token from a time at
    /// which not all of the path was valid: that is indeterminate here.
    ///
    /// # Errors
    /// As [`verify()`].
    pub fn verify(&self, token: &[u8], expected: &Expected<'_>) -> Result<TimeStampReport> {
        let data = read(token, &self.limits)?;
        let content = data.content.as_deref().unwrap_or_default();
        let outcome = judge_signed_data_by(&data, &Digests::new(&content), self.certificates.clone(), Host::Pdf)?;
        let mut judged = Judged {
            integrity: outcome.integrity,
            info: None,
            // A token of another authority names a certificate that is not here.
            trust: if outcome.signer.is_some() {
                Trust::Trusted
            } else {
                Trust::Unknown
            },
            authority: outcome.signer,
            findings: without_attached(outcome.findings),
        };
        judged.read(&data);
        if let Some(time) = judged.info.as_ref().map(|info| info.time.time()) {
            if !self.valid.contains(&time) {
                let (from, until) = (self.valid.start(), self.valid.end());
                judged
                    .findings
                    .push(Finding::new(Code::TimestampAuthorityUnjudged).with(text!(
                        "the time stamp states {time}; the authority was checked for {from} to {until}",
                        "时间戳时间为 {time}；时间戳机构仅就 {from} 至 {until} 作过判断"
                    )));
            }
            if time > self.at.plus_seconds(CLOCK_SKEW) {
                let at = self.at;
                judged.findings.push(Finding::new(Code::TimeFuture).with(text!(
                    "the time {time} of the time stamp lies after the judged moment {at}",
                    "时间戳时间 {time} 晚于判断时刻 {at}"
                )));
            }
        }
        judged.report(expected, self.policy, &Unwatched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_digest_under_two_unknown_algorithms_is_two() {
        let imprint = |algorithm| MessageImprint {
            algorithm,
            digest: vec![7; 32],
        };
        let (one, other) = (imprint(Oid::new(&[1, 2, 3])), imprint(Oid::new(&[1, 2, 4])));
        assert!(same_imprint(&one, &one.clone()));
        assert!(!same_imprint(&one, &other));
        assert!(same_imprint(&imprint(oids::SM3), &imprint(oids::SM3_UNKEYED)));
    }
}
