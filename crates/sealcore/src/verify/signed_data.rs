//! SignedData over an original: its content, its signers, their attributes.

use base64ct::{Base64, Encoding as _};

use super::attributes;
use super::original::Digests;
use super::signed_value::Host;
use super::value::{self, Over, Proof, Stated};
use crate::asn1::{BitString, Oid, Time};
use crate::cert::Certificate;
use crate::cms::{Attributes, SignedData, SignerInfo};
use crate::digest::DigestAlgorithm;
use crate::error::Result;
use crate::oids;
use crate::report::{Code, Finding, Form, Integrity};
use crate::text;

/// What SignedData over an original proves. Trust is not judged here.
pub(crate) struct Outcome {
    pub(crate) integrity: Integrity,
    pub(crate) findings: Vec<Finding>,
    /// The form of the first signer.
    pub(super) form: Option<Form>,
    /// The first signer whose certificate is there.
    pub(crate) signer: Option<Certificate>,
    /// Further signers.
    pub(super) co_signers: Vec<Certificate>,
    /// Every certificate that came along.
    pub(crate) others: Vec<Certificate>,
    pub(crate) signing_time: Option<Time>,
    /// The time-stamp token over the first signer's value, and that value.
    pub(super) timestamp: Option<(Vec<u8>, Vec<u8>)>,
}

/// Judges SignedData over `original`. Every signer must hold. `beside` are certificates that stand outside of it.
///
/// # Errors
/// Of reading the original alone.
pub(crate) fn judge_signed_data(
    data: &SignedData,
    original: &Digests<'_>,
    beside: &[Certificate],
    host: Host,
) -> Result<Outcome> {
    let mut others: Vec<_> = data
        .certificates
        .iter()
        .filter_map(|der| Certificate::from_der(der).ok())
        .collect();
    others.extend(beside.iter().cloned());
    judge_signed_data_by(data, original, others, host)
}

/// As [`judge_signed_data`], with the certificates `others` and none that came along.
///
/// # Errors
/// As [`judge_signed_data`].
pub(crate) fn judge_signed_data_by(
    data: &SignedData,
    original: &Digests<'_>,
    others: Vec<Certificate>,
    host: Host,
) -> Result<Outcome> {
    let mut judge = Judge {
        data,
        original,
        host,
        content: Content::Detached,
        outcome: Outcome {
            integrity: Integrity::Intact,
            findings: data.quirks.iter().copied().map(Finding::new).collect(),
            form: None,
            signer: None,
            co_signers: Vec::new(),
            others,
            signing_time: None,
            timestamp: None,
        },
    };
    judge.content()?;
    judge.signers()?;
    Ok(judge.outcome)
}

struct Judge<'j> {
    data: &'j SignedData,
    original: &'j Digests<'j>,
    host: Host,
    content: Content,
    outcome: Outcome,
}

/// What the content of SignedData is to the original.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Detached,
    Digest,
    DigestText,
    Original,
    Other,
}

impl Judge<'_> {
    fn content(&mut self) -> Result<()> {
        // One pass for all that the signers state; an SM2 signer without attributes needs another digest.
        let stated: Vec<_> = self
            .data
            .signers
            .iter()
            .filter(|signer| signer.attributes.is_some() || self.data.content.is_some())
            .filter_map(|signer| plain(signer.digest_algorithm))
            .collect();
        self.original.prepare(&stated)?;
        self.content = match &self.data.content {
            None => Content::Detached,
            Some(content) => self.compare(content, &stated)?,
        };
        match self.content {
            Content::Detached | Content::Digest => {}
            Content::DigestText => self.note(Code::QuirkDigestText),
            Content::Original if self.host == Host::Pdf => self.note(Code::QuirkAttached),
            Content::Original => {}
            Content::Other => {
                self.outcome.findings.push(match self.host {
                    Host::Ofd => Finding::new(Code::DigestMismatch),
                    Host::Pdf => Finding::new(Code::SignedContent),
                });
                self.outcome.integrity = Integrity::Altered;
            }
        }
        Ok(())
    }

    fn compare(&mut self, content: &[u8], stated: &[DigestAlgorithm]) -> Result<Content> {
        let algorithms = match (self.host, content.len()) {
            // An empty content is nobody's digest, and no original is empty.
            (_, 0) => return Ok(Content::Other),
            (Host::Ofd, _) => vec![DigestAlgorithm::Sm3],
            (Host::Pdf, 20) => [stated, &[DigestAlgorithm::Sha1]].concat(),
            (Host::Pdf, 32) => [stated, &[DigestAlgorithm::Sm3, DigestAlgorithm::Sha256]].concat(),
            (Host::Pdf, _) if stated.is_empty() => vec![DigestAlgorithm::Sm3],
            (Host::Pdf, _) => stated.to_vec(),
        };
        for algorithm in algorithms {
            let digest = self.original.digest(algorithm)?;
            if content == digest {
                self.note_weak(algorithm);
                return Ok(Content::Digest);
            }
            if algorithm.digest(content).is_some_and(|own| own == digest) {
                self.note_weak(algorithm);
                return Ok(Content::Original);
            }
            if content.trim_ascii() == Base64::encode_string(&digest).as_bytes() {
                self.note_weak(algorithm);
                return Ok(Content::DigestText);
            }
        }
        Ok(Content::Other)
    }

    fn signers(&mut self) -> Result<()> {
        let signers = &self.data.signers;
        if signers.is_empty() {
            self.outcome
                .findings
                .push(Finding::new(Code::SignatureUnreadable).with(text!("there is no signer", "没有签名者")));
            self.outcome.integrity = Integrity::Altered;
        }
        if signers.len() > 1 {
            let count = signers.len();
            self.outcome
                .findings
                .push(Finding::new(Code::SeveralSigners).with(text!(
                    "one signature of {count} signers; every one of them must hold",
                    "同一签名含 {count} 个签名者，须全部验证通过"
                )));
        }
        for (position, signer) in signers.iter().enumerate() {
            let (proof, form) = self.signer(signer)?;
            self.outcome.integrity = self.outcome.integrity.and(proof);
            // The time of the signer that is named; another's claim is not its.
            if position == 0 {
                self.outcome.timestamp = signer.timestamp.clone().map(|token| (token, signer.value.clone()));
                self.outcome.form = form;
                self.outcome.signing_time = signer
                    .attributes
                    .as_ref()
                    .and_then(|attributes| attributes.signing_time);
            }
        }
        Ok(())
    }

    fn signer(&mut self, signer: &SignerInfo) -> Result<(Integrity, Option<Form>)> {
        let Some(certificate) = self.outcome.others.iter().find(|one| signer.id.names(one)).cloned() else {
            self.note(Code::SignatureNoKey);
            return Ok((Integrity::Unverifiable, None));
        };
        match &self.outcome.signer {
            None => self.outcome.signer = Some(certificate.clone()),
            Some(first) if *first != certificate => self.outcome.co_signers.push(certificate.clone()),
            Some(_) => {}
        }
        match &signer.attributes {
            Some(attributes) => self.with_attributes(&certificate, signer, attributes),
            None => self.without_attributes(&certificate, signer),
        }
    }

    fn with_attributes(
        &mut self,
        certificate: &Certificate,
        signer: &SignerInfo,
        attributes: &Attributes,
    ) -> Result<(Integrity, Option<Form>)> {
        let digest = self.message_digest(certificate, signer, attributes)?;
        attributes::judge(
            self.data,
            signer,
            attributes,
            certificate,
            self.host,
            &mut self.outcome.findings,
        );
        let verify = |bytes: &[u8]| verify(certificate, signer, Over::Message(bytes));
        let proof = match &attributes.sorted_bytes {
            None => verify(&attributes.signed_bytes)?,
            // RFC 5652, 5.4: signed in the order of DER. What SM2 vendors sign as it stands is taken as a quirk; of
            // RSA and ECDSA in PDF other verifiers refuse it, and so do we.
            Some(sorted) => {
                let mut proof = verify(sorted)?;
                let vendors = self.host == Host::Ofd || certificate.public_key().sm2().is_ok();
                if matches!(proof, Proof::Fails) {
                    let as_written = verify(&attributes.signed_bytes)?;
                    if vendors {
                        proof = as_written;
                    } else if as_written.holds() {
                        self.outcome.findings.push(Finding::new(Code::SignatureMismatch).with(text!(
                            "the value holds only over signed attributes in an order that RFC 5652, 5.4, does not allow",
                            "签名值仅对不符合 RFC 5652 第 5.4 节排序要求的签名属性成立"
                        )));
                    }
                }
                if proof.holds() {
                    self.note(Code::QuirkAttributeOrder);
                }
                proof
            }
        };
        let form = match self.content {
            Content::Digest | Content::DigestText => Form::CmsDigestContent,
            _ => Form::CmsSignedAttributes,
        };
        Ok((digest.and(proof.note(&mut self.outcome.findings)), Some(form)))
    }

    /// Compares the attribute messageDigest with the original, or with the content that stands for it.
    fn message_digest(
        &mut self,
        certificate: &Certificate,
        signer: &SignerInfo,
        attributes: &Attributes,
    ) -> Result<Integrity> {
        let mut algorithms: Vec<_> = plain(signer.digest_algorithm).into_iter().collect();
        // SM2 goes with SM3, whatever is stated beside it.
        if certificate.public_key().sm2().is_ok() && !algorithms.contains(&DigestAlgorithm::Sm3) {
            algorithms.push(DigestAlgorithm::Sm3);
        }
        if algorithms.is_empty() {
            let oid = signer.digest_algorithm;
            self.outcome.findings.push(Finding::new(Code::DigestUnknown).with(text!(
                "the digest algorithm {oid} of the signer is not known",
                "签名者的摘要算法 {oid} 未知"
            )));
            return Ok(Integrity::Unverifiable);
        }
        for algorithm in algorithms {
            let content = self.data.content.as_ref().and_then(|content| algorithm.digest(content));
            let stated = attributes.message_digest.as_ref();
            if stated.is_some() && (stated == content.as_ref() || stated == Some(&self.original.digest(algorithm)?)) {
                self.note_weak(algorithm);
                return Ok(Integrity::Intact);
            }
        }
        self.outcome.findings.push(self.host.digest_mismatch());
        Ok(Integrity::Altered)
    }

    /// Without attributes the content itself is signed; detached, that is the original or its digest.
    fn without_attributes(
        &mut self,
        certificate: &Certificate,
        signer: &SignerInfo,
    ) -> Result<(Integrity, Option<Form>)> {
        let is_sm2 = certificate.public_key().sm2().is_ok();
        let digest;
        let forms: &[(Form, Over<'_>)] = match &self.data.content {
            Some(content) => {
                let form = if matches!(self.content, Content::Digest | Content::DigestText) {
                    Form::CmsDigestContent
                } else {
                    Form::CmsNoAttributes
                };
                &[(form, Over::Message(content))]
            }
            None if !is_sm2 => &[(Form::CmsNoAttributes, Over::Original(self.original))],
            None if self.host == Host::Pdf => &[
                (Form::CmsNoAttributes, Over::Original(self.original)),
                (Form::CmsPlainDigest, Over::PlainDigest(self.original)),
            ],
            None => {
                digest = self.original.digest(DigestAlgorithm::Sm3)?;
                &[
                    (Form::CmsDigestContent, Over::Message(&digest)),
                    (Form::CmsNoAttributes, Over::Original(self.original)),
                ]
            }
        };
        let mut last = Proof::Fails;
        for (form, over) in forms {
            last = verify(certificate, signer, *over)?;
            if !matches!(last, Proof::Fails) {
                if last.holds() && *form == Form::CmsPlainDigest {
                    self.note(Code::QuirkPlainDigest);
                }
                return Ok((last.note(&mut self.outcome.findings), Some(*form)));
            }
        }
        Ok((last.note(&mut self.outcome.findings), None))
    }

    fn note(&mut self, code: Code) {
        self.outcome.findings.push(Finding::new(code));
    }

    fn note_weak(&mut self, algorithm: DigestAlgorithm) {
        let name = algorithm.name();
        let finding = Finding::new(Code::AlgorithmWeak).with(text!(
            "{name} no longer resists collisions",
            "{name} 已不能抵抗碰撞攻击"
        ));
        if algorithm.is_weak() && !self.outcome.findings.contains(&finding) {
            self.outcome.findings.push(finding);
        }
    }
}

/// The digest algorithm with this identifier; the keyed one is none of CMS.
fn plain(oid: Oid) -> Option<DigestAlgorithm> {
    DigestAlgorithm::from_oid(oid).filter(|algorithm| *algorithm != DigestAlgorithm::Sm3Keyed)
}

fn verify(certificate: &Certificate, signer: &SignerInfo, over: Over<'_>) -> Result<Proof> {
    let stated = Stated {
        signature: match signer.signature_algorithm {
            oids::SM2_SIGN => oids::SM2_WITH_SM3,
            other => other,
        },
        identifier: Some(&signer.signature_identifier),
        digest: Some(signer.digest_algorithm),
    };
    let value = BitString {
        unused: 0,
        bytes: &signer.value,
    };
    value::verify(certificate, stated, &value, over)
}
