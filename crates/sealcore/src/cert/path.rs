//! Paths from a signer's certificate to a trust anchor, RFC 5280, 6.1.

use super::certificate::title;
use super::{Certificate, KeyUsage, TrustStore, revocation};
use crate::algorithm::PublicKey;
use crate::asn1::Time;
use crate::lang::Lang;
use crate::limits::Limits;
use crate::report::{Code, Effect, Finding, Trust};
use crate::text;
use crate::timestamp::is_for_time_stamps_only;

/// Certificates of one path. Real ones have two to four.
const MAX_LENGTH: usize = 12;

/// For what a certificate is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// Signing documents.
    Signer,
    /// Signing seals.
    SealMaker,
    /// Signing time stamps.
    TimestampAuthority,
}

impl Purpose {
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Signer => ("signer", "签名者"),
            Self::SealMaker => ("seal maker", "制章者"),
            Self::TimestampAuthority => ("time-stamp authority", "时间戳机构"),
        }
    }
}

/// Whose certificate is to be judged, at which moment, for what.
#[derive(Clone, Copy, Debug)]
pub struct PathQuestion<'a> {
    /// The certificate of the signer.
    pub certificate: &'a Certificate,
    /// Certificates that came with the signature; none of them is trusted.
    pub extra: &'a [Certificate],
    /// The signing time, at which authorities must have been valid.
    pub time: Time,
    /// Whether a time stamp proves the signing time.
    pub time_proven: bool,
    /// The moment at which revocation data are judged.
    pub now: Time,
    /// For what the certificate is judged.
    pub purpose: Purpose,
}

/// Whether a certificate is trusted, and why not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PathJudgement {
    /// Whether a path to an anchor holds. Revocation is told by the findings.
    pub trust: Trust,
    /// What was noticed.
    pub findings: Vec<Finding>,
    /// The path that was taken, the signer's certificate first and the anchor last; the certificate alone where there is
    /// none.
    pub path: Vec<Certificate>,
}

impl TrustStore {
    /// Judges a certificate: the best path to an anchor, revocation of what stands on it, and the usage of its key. Its own
    /// validity is left to the caller, who knows what it was to be valid for.
    #[must_use]
    pub fn judge(&self, question: &PathQuestion<'_>, limits: &Limits) -> PathJudgement {
        let mut judgement = self.judge_path(question, limits);
        judgement.findings.extend(judge_usage(question));
        judgement
    }

    fn judge_path(&self, question: &PathQuestion<'_>, limits: &Limits) -> PathJudgement {
        let alone = |trust, finding: Option<Finding>| PathJudgement {
            trust,
            findings: finding.into_iter().collect(),
            path: vec![question.certificate.clone()],
        };
        if self.is_anchor(question.certificate) {
            return alone(Trust::Trusted, None);
        }
        let extension = unprocessed(question.certificate);
        if self.is_empty() {
            let mut judgement = alone(Trust::Unknown, Some(Finding::new(Code::TrustUnknown)));
            judgement.findings.extend(extension);
            return judgement;
        }
        let mut search = Search::new(self, question, limits.path_steps);
        if extension.is_none() {
            search.walk(&mut vec![question.certificate.clone()], None);
        }
        if let Some((path, mut findings)) = search.best {
            // The anchor is the caller's; what the others' signatures look like is said.
            for (one, issuer) in path.iter().zip(path.iter().skip(1)) {
                let key = issuer.public_key();
                let quirks = one
                    .signature_quirks(key)
                    .into_iter()
                    .map(|quirk| (quirk, quirk.meaning()));
                let weaknesses = one
                    .signed_with()
                    .map(|algorithm| key.weaknesses(algorithm))
                    .unwrap_or_default();
                let weaknesses = weaknesses.into_iter().map(|weakness| (Code::AlgorithmWeak, weakness));
                findings.extend(quirks.chain(weaknesses).map(|(code, meaning)| {
                    let name = title(one);
                    let (en, zh) = (meaning.get(Lang::En), meaning.get(Lang::Zh));
                    Finding::new(code).with(text!("certificate of {name}: {en}", "“{name}”的证书：{zh}"))
                }));
            }
            return PathJudgement {
                trust: Trust::Trusted,
                findings,
                path,
            };
        }
        // Once more for the reason: by names alone, past what is broken.
        let exhausted = search.steps == 0;
        let mut search = Search::new(self, question, limits.path_steps);
        search.past_failures = true;
        search.walk(
            &mut vec![question.certificate.clone()],
            extension.map(|finding| (u8::MAX, finding)),
        );
        let reason = match search.failure {
            Some((_, finding)) => finding,
            None if exhausted || search.steps == 0 => {
                let steps = limits.path_steps;
                Finding::new(Code::TrustPath).with(text!(
                    "no path was found among the first {steps} certificates tried",
                    "尝试 {steps} 个证书后仍未找到路径"
                ))
            }
            None => {
                let (name, issuer) = (title(question.certificate), question.certificate.issuer());
                let (en, zh) = question.purpose.name();
                Finding::new(Code::TrustNone).with(text!(
                    "no path leads from the {en} {name} to a trust anchor; it was issued by {issuer}",
                    "没有从{zh}“{name}”通往信任锚的证书路径；其颁发者为 {issuer}"
                ))
            }
        };
        alone(Trust::Untrusted, Some(reason))
    }
}

/// A reason why a path does not hold; the higher the number, the more it tells.
type Failure = (u8, Finding);

struct Search<'a> {
    store: &'a TrustStore,
    question: &'a PathQuestion<'a>,
    /// What came with the signature, by folded subject; no more than may be tried.
    extra: Vec<(Vec<u8>, &'a Certificate)>,
    /// Certificates that may still be tried.
    steps: usize,
    best: Option<(Vec<Certificate>, Vec<Finding>)>,
    past_failures: bool,
    failure: Option<Failure>,
}

impl<'a> Search<'a> {
    fn new(store: &'a TrustStore, question: &'a PathQuestion<'a>, steps: usize) -> Self {
        let extra = question.extra.iter().take(steps);
        Self {
            store,
            question,
            extra: extra.map(|one| (one.subject().folded(), one)).collect(),
            steps,
            best: None,
            past_failures: false,
            failure: None,
        }
    }

    /// Tries every issuer of the last certificate of `path`. Recursion is bounded by [`MAX_LENGTH`], work by the steps.
    fn walk(&mut self, path: &mut Vec<Certificate>, broken: Option<Failure>) {
        let Some(subject) = path.last().cloned() else { return };
        if path.len() >= MAX_LENGTH {
            return;
        }
        for (issuer, anchor) in self.candidates(&subject) {
            // The same name with the same key again leads nowhere new.
            let seen = |one: &Certificate| one.spki() == issuer.spki() && one.subject_raw() == issuer.subject_raw();
            if path.iter().any(seen) {
                continue;
            }
            if self.steps == 0 || self.is_settled() {
                return;
            }
            self.steps -= 1;
            let broken = broken.clone().or_else(|| self.check(path, &subject, &issuer, anchor));
            if broken.is_some() && !self.past_failures {
                continue;
            }
            path.push(issuer);
            match broken {
                None if anchor => self.keep(path),
                Some(failure) if anchor => self.note(failure),
                broken => self.walk(path, broken),
            }
            path.pop();
        }
    }

    /// Certificates whose subject is the issuer of `subject`: anchors, the store's others, then those that came with the
    /// signature; among each of them first those whose key identifier fits.
    fn candidates(&self, subject: &Certificate) -> Vec<(Certificate, bool)> {
        let folded = subject.issuer().folded();
        let known = self.store.known(&folded);
        let mut candidates: Vec<_> = known
            .iter()
            .map(|known| (known.certificate.clone(), known.anchor))
            .collect();
        for (subject, extra) in &self.extra {
            if *subject == folded && !candidates.iter().any(|(one, _)| one == *extra) {
                candidates.push(((*extra).clone(), false));
            }
        }
        let wanted = subject.authority_key_id();
        candidates.sort_by_key(|(one, anchor)| {
            let fits = wanted.is_none() || one.subject_key_id().is_none() || one.subject_key_id() == wanted;
            (!fits, !anchor)
        });
        candidates
    }

    /// What speaks against `issuer` as the issuer of `subject`, the last certificate of `path`.
    fn check(
        &self,
        path: &[Certificate],
        subject: &Certificate,
        issuer: &Certificate,
        anchor: bool,
    ) -> Option<Failure> {
        let name = title(issuer);
        let below = title(subject);
        let broken = |weight, message| Some((weight, Finding::new(Code::TrustPath).with(message)));
        if let PublicKey::Other { algorithm } = issuer.public_key() {
            return broken(
                2,
                text!(
                    "{name} has a key of algorithm {algorithm}, which is not judged",
                    "“{name}”的密钥算法为 {algorithm}，无法核验"
                ),
            );
        }
        if let Err(error) = subject.verify_signed_by(issuer.public_key()) {
            // An authority that was set up anew under its name is no forgery.
            if let (Some(wanted), Some(found)) = (subject.authority_key_id(), issuer.subject_key_id())
                && wanted != found
            {
                return broken(
                    1,
                    text!(
                        "{below} was issued with another key than that of {name}, under the same name",
                        "“{below}”由同名但密钥不同于“{name}”的机构颁发"
                    ),
                );
            }
            let (en, zh) = (error.message(Lang::En), error.message(Lang::Zh));
            return broken(
                1,
                text!(
                    "the signature of {name} on the certificate of {below} does not hold: {en}",
                    "“{name}”对“{below}”证书的签名验证不通过：{zh}"
                ),
            );
        }
        match issuer.basic_constraints() {
            Some(constraints) if constraints.ca => {
                let authorities = path.iter().skip(1).filter(|one| !one.is_self_issued()).count();
                let allowed = constraints.path_len.and_then(|length| usize::try_from(length).ok());
                if allowed.is_some_and(|allowed| authorities > allowed) {
                    return broken(
                        5,
                        text!(
                            "more authorities stand below {name} than its path length allows",
                            "“{name}”之下的机构层数超过其路径长度限制"
                        ),
                    );
                }
            }
            // Anchors of version 1 have no extensions.
            None if anchor && issuer.is_self_issued() => {}
            _ => {
                return broken(
                    5,
                    text!(
                        "{name} is not a certificate authority and issued {below}",
                        "“{name}”不是证书颁发机构，却签发了“{below}”"
                    ),
                );
            }
        }
        if issuer
            .key_usage()
            .is_some_and(|usage| !usage.contains(KeyUsage::KEY_CERT_SIGN))
        {
            return broken(
                5,
                text!(
                    "the key usage of {name} does not allow it to issue certificates",
                    "“{name}”的密钥用法不允许签发证书"
                ),
            );
        }
        if let Some(finding) = unprocessed(issuer) {
            return Some((4, finding));
        }
        if !issuer.is_within_validity(self.question.time) {
            let (time, start, end) = (self.question.time, issuer.not_before(), issuer.not_after());
            return broken(
                3,
                text!(
                    "the authority {name} was not valid at {time}: its certificate runs from {start} to {end}",
                    "机构“{name}”在 {time} 不在有效期内：其证书有效期为 {start} 至 {end}"
                ),
            );
        }
        None
    }

    /// A path that holds: kept where revocation speaks less against it than against the one before.
    fn keep(&mut self, path: &[Certificate]) {
        let mut findings = Vec::new();
        for (certificate, issuer) in path.iter().zip(path.iter().skip(1)) {
            if !self.store.is_anchor(certificate) {
                findings.extend(revocation::judge(self.store, self.question, certificate, issuer));
            }
        }
        if self
            .best
            .as_ref()
            .is_none_or(|(_, other)| rank(&findings) < rank(other))
        {
            self.best = Some((path.to_vec(), findings));
        }
    }

    fn note(&mut self, failure: Failure) {
        if self.failure.as_ref().is_none_or(|(weight, _)| *weight < failure.0) {
            self.failure = Some(failure);
        }
    }

    fn is_settled(&self) -> bool {
        self.best
            .as_ref()
            .is_some_and(|(_, findings)| worst(findings) == Effect::None)
    }
}

fn worst(findings: &[Finding]) -> Effect {
    findings
        .iter()
        .map(|finding| finding.code.effect())
        .max()
        .unwrap_or(Effect::None)
}

fn rank(findings: &[Finding]) -> (Effect, usize) {
    (worst(findings), findings.len())
}

fn unprocessed(certificate: &Certificate) -> Option<Finding> {
    let oid = certificate.unprocessed_critical().first()?;
    let name = title(certificate);
    Some(Finding::new(Code::CertificateExtension).with(text!(
        "the certificate of {name} has the extension {oid}, which is critical and not processed, unreadable or there twice",
        "“{name}”的证书含有未处理、无法读取或重复的关键扩展 {oid}"
    )))
}

fn judge_usage(question: &PathQuestion<'_>) -> Vec<Finding> {
    let (en, zh) = question.purpose.name();
    let name = title(question.certificate);
    let mut findings = Vec::new();
    match question.certificate.key_usage() {
        Some(usage) if usage.allows_signatures() => {}
        Some(_) => findings.push(Finding::new(Code::KeyUsage).with(text!(
            "the key usage of the {en} {name} does not allow signatures",
            "{zh}“{name}”的密钥用法不允许签名"
        ))),
        None => findings.push(Finding::new(Code::KeyUsageAbsent).with(text!(
            "the certificate of the {en} {name} states no key usage",
            "{zh}“{name}”的证书未声明密钥用法"
        ))),
    }
    if question.purpose == Purpose::TimestampAuthority && !is_for_time_stamps_only(question.certificate) {
        let finding = Finding::new(Code::KeyUsage).clause(Some("RFC 3161, 2.3")).with(text!(
            "the certificate of the {en} {name} is not meant for time stamps alone: timeStamping has to be its only extended key usage, and critical",
            "{zh}“{name}”的证书并非仅用于时间戳：扩展密钥用法须仅为 timeStamping 且为关键扩展"
        ));
        findings.push(finding);
    }
    findings
}
