//! Signed values of every form, built, verified, and tampered with.

mod corpus;
mod forms;
mod pieces;
mod stamps;

use super::{Context, Digests, Host, SignedValue, VerifyOptions};
use crate::algorithm::SignatureAlgorithm;
use crate::asn1::{Oid, Tag, Time, Writer};
use crate::cert::{Certificate, CertificateTemplate, Name, Profile, TrustStore};
use crate::cms::{Family, PreparedSignedData, SignedDataStyle};
use crate::digest::DigestAlgorithm;
use crate::key::{KeyAlgorithm, PrivateKey, Signer as _, SoftSigner, sign_message};
use crate::oids;
use crate::report::{Code, Integrity, SignatureKind, SignatureReport};

const ORIGINAL: &[u8] = b"what the two blocks of the ByteRange hold";

fn now() -> Time {
    Time::parse_rfc3339("2026-11-22T04:00:00Z").unwrap()
}

fn signer(algorithm: KeyAlgorithm) -> SoftSigner {
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    let key = PrivateKey::generate(algorithm, &mut rng).unwrap();
    let template = CertificateTemplate {
        subject: Name::parse("CN=Signer,O=sealcore tests,C=CN").unwrap(),
        public_key: key.public_key(),
        profile: Profile::Unit,
        not_before: now().plus_seconds(-86_400),
        not_after: now().plus_seconds(86_400),
        crl_url: None,
    };
    let certificate = template.self_signed(&key, &mut rng).unwrap();
    SoftSigner::new(key, certificate).unwrap()
}

fn judge_over(value: &[u8], original: &[u8], certificates: &[Certificate]) -> SignatureReport {
    let mut report = SignatureReport::new("field".into(), SignatureKind::Signature);
    let value = match SignedValue::read(value, Host::Pdf) {
        Ok(value) => value,
        Err(_) => {
            report.integrity = Integrity::Altered;
            return report;
        }
    };
    let trust = TrustStore::new();
    let options = VerifyOptions::new(&trust, now());
    let context = Context {
        host: Host::Pdf,
        original: &Digests::new(&original),
        certificates,
        stated_time: Some(now()),
        options: &options,
    };
    report.integrity = value.judge(&context, &mut report).unwrap();
    report
}

fn judge(value: &[u8]) -> SignatureReport {
    judge_over(value, ORIGINAL, &[])
}

fn has(report: &SignatureReport, code: Code) -> bool {
    report.findings.iter().any(|finding| finding.code == code)
}

/// Findings but those that every signature of these tests has: trust is not the matter here.
fn odd(report: &SignatureReport) -> Vec<Code> {
    let usual = [
        Code::TimeClaimed,
        Code::TrustUnknown,
        Code::RevocationUnknown,
        Code::SigningCertificateAbsent,
    ];
    let codes = report.findings.iter().map(|finding| finding.code);
    codes.filter(|code| !usual.contains(code)).collect()
}

/// SignedData piece by piece, so that each can be wrong.
#[derive(Clone)]
struct Forge<'f> {
    signer: &'f SoftSigner,
    family: Family,
    content_type: Oid,
    content: Option<Vec<u8>>,
    digest: Oid,
    signature: Vec<u8>,
    attributes: Option<Vec<Vec<u8>>>,
    by_key_id: bool,
    with_certificate: bool,
}

impl<'f> Forge<'f> {
    fn new(signer: &'f SoftSigner) -> Self {
        let mut writer = Writer::new();
        signer.algorithm().write(&mut writer);
        Self {
            signer,
            family: Family::Pkcs7,
            content_type: oids::DATA,
            content: None,
            digest: signer.algorithm().digest().unwrap().oid(),
            signature: writer.finish(),
            attributes: None,
            by_key_id: false,
            with_certificate: true,
        }
    }

    fn digest(&self, data: &[u8]) -> Vec<u8> {
        DigestAlgorithm::from_oid(self.digest).unwrap().digest(data).unwrap()
    }

    /// Content type and message digest over the original.
    fn usual(&self) -> Vec<Vec<u8>> {
        let over = self.content.as_deref().unwrap_or(ORIGINAL);
        vec![
            attribute(oids::CONTENT_TYPE, |writer| writer.oid(self.content_type)),
            attribute(oids::MESSAGE_DIGEST, |writer| writer.octets(&self.digest(over))),
        ]
    }

    fn attributes(mut self, attributes: Vec<Vec<u8>>) -> Self {
        self.attributes = Some(attributes);
        self
    }

    /// SignedData whose value is over what is proper.
    fn sign(&self) -> Vec<u8> {
        let message = match (&self.attributes, &self.content) {
            (Some(attributes), _) => tagged(Tag::SET, &attributes.concat()),
            (None, Some(content)) => content.clone(),
            (None, None) => ORIGINAL.to_vec(),
        };
        self.sign_over(&message)
    }

    fn sign_over(&self, message: &[u8]) -> Vec<u8> {
        self.assemble(&[self.signer_info(&sign_message(self.signer, message).unwrap())])
    }

    fn signer_info(&self, value: &[u8]) -> Vec<u8> {
        let certificate = self.signer.certificate();
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.integer(if self.by_key_id { 3 } else { 1 });
            if self.by_key_id {
                writer.value(Tag::context_primitive(0), certificate.subject_key_id().unwrap());
            } else {
                writer.sequence(|writer| {
                    writer.raw(certificate.issuer_raw());
                    writer.value(Tag::INTEGER, certificate.serial());
                });
            }
            writer.sequence(|writer| writer.oid(self.digest));
            if let Some(attributes) = &self.attributes {
                writer.value(Tag::context(0), &attributes.concat());
            }
            writer.raw(&self.signature);
            writer.octets(value);
        });
        writer.finish()
    }

    fn assemble(&self, signers: &[Vec<u8>]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.oid(match self.family {
                Family::Gm => oids::GM_SIGNED_DATA,
                Family::Pkcs7 => oids::SIGNED_DATA,
            });
            writer.constructed(Tag::context(0), |writer| {
                writer.sequence(|writer| {
                    writer.integer(1);
                    writer.constructed(Tag::SET, |writer| writer.sequence(|writer| writer.oid(self.digest)));
                    writer.sequence(|writer| {
                        writer.oid(self.content_type);
                        if let Some(content) = &self.content {
                            writer.constructed(Tag::context(0), |writer| writer.octets(content));
                        }
                    });
                    if self.with_certificate {
                        writer.value(Tag::context(0), self.signer.certificate().der());
                    }
                    writer.value(Tag::SET, &signers.concat());
                });
            });
        });
        writer.finish()
    }
}

fn attribute(kind: Oid, write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.oid(kind);
        writer.constructed(Tag::SET, write);
    });
    writer.finish()
}

fn tagged(tag: Tag, content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.value(tag, content);
    writer.finish()
}

/// What the writer makes.
fn written(signer: &SoftSigner, style: &SignedDataStyle) -> (PreparedSignedData, Vec<u8>) {
    let digest = style.digest_algorithm().unwrap().digest(ORIGINAL).unwrap();
    let prepared = PreparedSignedData::styled(&digest, style, signer.certificate(), &[]).unwrap();
    let value = sign_message(signer, prepared.signed_bytes()).unwrap();
    let whole = prepared.assemble(&value);
    (prepared, whole)
}

fn sm2() -> SignatureAlgorithm {
    SignatureAlgorithm::Sm2Sm3
}
