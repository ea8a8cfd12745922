//! Tokens that an authority's key did sign, and that are none all the same.

use sealcore::asn1::{Oid, Tag, Writer};
use sealcore::cert::Certificate;
use sealcore::digest::DigestAlgorithm;
use sealcore::key::{KeyAlgorithm, Signer, SoftSigner};
use sealcore::oids;
use sealcore::report::{Code, Integrity, Verdict};
use sealcore::timestamp::{CheckedAuthority, Expected, TimeStampReport};

use crate::world::{Authority, POLICY};

const OTHER: Oid = Oid::new(&[1, 2, 3, 4]);

/// A token, part by part.
#[derive(Clone)]
struct Draft {
    version: i64,
    /// Algorithm and digest of the imprint.
    imprint: (Oid, Vec<u8>),
    time: String,
    accuracy: Option<Vec<u8>>,
    /// A critical one, or one that is not.
    extension: Option<bool>,
    /// Bytes behind the last member of TSTInfo.
    tail: Vec<u8>,
    /// The content type of the structure, and that in the signed attributes.
    content_types: (Oid, Option<Oid>),
    /// The tag around the content.
    wrapper: Tag,
    is_detached: bool,
    /// The certificate that the attribute signingCertificateV2 names.
    named: Option<Certificate>,
    without_attributes: bool,
    /// Attributes messageDigest: whether another one stands before the true one.
    digest_twice: bool,
    /// Certificates inside, in their order.
    inside: Vec<Certificate>,
    signers: usize,
    signer_version: i64,
}

impl Draft {
    fn new(authority: &Authority) -> Self {
        Self {
            version: 1,
            imprint: (oids::SM3, DigestAlgorithm::Sm3.digest(b"data").unwrap()),
            time: now_in_digits(),
            accuracy: None,
            extension: None,
            tail: Vec::new(),
            content_types: (oids::TST_INFO, Some(oids::TST_INFO)),
            wrapper: Tag::OCTET_STRING,
            is_detached: false,
            named: Some(authority.certificate().clone()),
            without_attributes: false,
            digest_twice: false,
            inside: vec![authority.certificate().clone()],
            signers: 1,
            signer_version: 1,
        }
    }

    fn info(&self) -> Vec<u8> {
        written(|writer| {
            writer.sequence(|writer| {
                writer.integer(self.version);
                writer.oid(POLICY);
                writer.sequence(|writer| {
                    writer.sequence(|writer| writer.oid(self.imprint.0));
                    writer.octets(&self.imprint.1);
                });
                writer.integer(77);
                writer.string(Tag::GENERALIZED_TIME, &self.time);
                if let Some(accuracy) = &self.accuracy {
                    writer.value(Tag::SEQUENCE, accuracy);
                }
                if let Some(is_critical) = self.extension {
                    writer.constructed(Tag::context(1), |writer| {
                        writer.sequence(|writer| {
                            writer.oid(OTHER);
                            if is_critical {
                                writer.boolean(true);
                            }
                            writer.octets(b"");
                        });
                    });
                }
                writer.raw(&self.tail);
            });
        })
    }

    fn attributes(&self, digest: DigestAlgorithm, content: &[u8]) -> Vec<Vec<u8>> {
        let attribute = |kind, value: Vec<u8>| {
            written(|writer| {
                writer.sequence(|writer| {
                    writer.oid(kind);
                    writer.constructed(Tag::SET, |writer| writer.raw(&value));
                });
            })
        };
        let octets = |bytes: &[u8]| written(|writer| writer.octets(bytes));
        let mut all = Vec::new();
        if let Some(stated) = self.content_types.1 {
            all.push(attribute(oids::CONTENT_TYPE, written(|writer| writer.oid(stated))));
        }
        all.push(attribute(
            oids::MESSAGE_DIGEST,
            octets(&digest.digest(content).unwrap()),
        ));
        if self.digest_twice {
            // In the order of DER this is the last one, which counts.
            all.push(attribute(oids::MESSAGE_DIGEST, octets(&[0xff; 32])));
        }
        if let Some(named) = &self.named {
            let digest = DigestAlgorithm::Sha256.digest(named.der()).unwrap();
            let value = written(|writer| {
                writer.sequence(|writer| {
                    writer.sequence(|writer| writer.sequence(|writer| writer.octets(&digest)));
                });
            });
            all.push(attribute(oids::SIGNING_CERTIFICATE_V2, value));
        }
        all.sort();
        all
    }

    fn signed_by(&self, signer: &SoftSigner) -> Vec<u8> {
        let (digest, signature) = match signer.certificate().public_key().sm2() {
            Ok(_) => (DigestAlgorithm::Sm3, oids::SM2_WITH_SM3),
            Err(_) => (DigestAlgorithm::Sha256, oids::ECDSA_WITH_SHA256),
        };
        let content = self.info();
        let attributes = self.attributes(digest, &content);
        let to_sign = if self.without_attributes {
            content.clone()
        } else {
            written(|writer| writer.set_of(Tag::SET, attributes.clone()))
        };
        let key = signer.certificate().public_key();
        let value = signer
            .sign_digest(&key.message_digest(signer.algorithm(), &to_sign).unwrap())
            .unwrap();
        let algorithm = |writer: &mut Writer| writer.sequence(|writer| writer.oid(digest.oid()));
        let info = |writer: &mut Writer| {
            writer.sequence(|writer| {
                writer.integer(self.signer_version);
                writer.sequence(|writer| {
                    writer.raw(signer.certificate().issuer_raw());
                    writer.value(Tag::INTEGER, signer.certificate().serial());
                });
                algorithm(writer);
                if !self.without_attributes {
                    writer.set_of(Tag::context(0), attributes.clone());
                }
                writer.sequence(|writer| writer.oid(signature));
                writer.octets(&value);
            });
        };
        written(|writer| {
            writer.sequence(|writer| {
                writer.oid(oids::SIGNED_DATA);
                writer.constructed(Tag::context(0), |writer| {
                    writer.sequence(|writer| {
                        writer.integer(3);
                        writer.constructed(Tag::SET, algorithm);
                        writer.sequence(|writer| {
                            writer.oid(self.content_types.0);
                            if !self.is_detached {
                                writer.constructed(Tag::context(0), |writer| writer.value(self.wrapper, &content));
                            }
                        });
                        writer.constructed(Tag::context(0), |writer| {
                            for one in &self.inside {
                                writer.raw(one.der());
                            }
                        });
                        writer.constructed(Tag::SET, |writer| {
                            for _ in 0..self.signers {
                                info(writer);
                            }
                        });
                    });
                });
            });
        })
    }
}

/// The time of the tests, as GeneralizedTime has it.
fn now_in_digits() -> String {
    let shown = crate::support::now().to_string();
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    digits + "Z"
}

fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.finish()
}

fn judged(authority: &Authority, draft: &Draft) -> TimeStampReport {
    let token = draft.signed_by(&authority.signer);
    let expected = Expected::data(b"data");
    let full = authority.verify(&token, &expected);
    let checked = CheckedAuthority::new(authority.certificate(), &[], &authority.options()).unwrap();
    let quick = checked.verify(&token, &expected).unwrap();
    assert_eq!(
        quick.verdict == Verdict::Valid,
        full.verdict == Verdict::Valid,
        "{:?}",
        quick.findings
    );
    full
}

type Change = fn(&mut Draft);

#[test]
fn signed_and_yet_no_token() {
    for algorithm in [KeyAlgorithm::Sm2, KeyAlgorithm::P256] {
        let authority = Authority::new(algorithm);
        let honest = Draft::new(&authority);
        let report = judged(&authority, &honest);
        assert_eq!(
            (report.verdict, &report.findings[..]),
            (Verdict::Valid, &[][..]),
            "{algorithm:?}"
        );
        let changes: [(&str, Change); 21] = [
            ("version 0", |draft| draft.version = 0),
            ("version 2", |draft| draft.version = 2),
            ("critical extension", |draft| draft.extension = Some(true)),
            ("no zone", |draft| draft.time.truncate(14)),
            ("zone of its own", |draft| {
                draft.time.pop();
                draft.time.push_str("+0800");
            }),
            ("no seconds", |draft| draft.time.replace_range(12.., "Z")),
            ("comma", |draft| draft.time.replace_range(14.., ",5Z")),
            ("text", |draft| draft.time = "2026-01-01 00:00:00".to_owned()),
            ("milliseconds above a second", |draft| {
                draft.accuracy = Some(vec![0x80, 2, 3, 0xe8])
            }),
            ("negative accuracy", |draft| draft.accuracy = Some(vec![2, 1, 0xff])),
            ("a member too many", |draft| draft.tail = vec![5, 0]),
            ("shorter imprint", |draft| draft.imprint.1.truncate(31)),
            ("imprint of another algorithm", |draft| draft.imprint.0 = oids::SHA256),
            ("other type", |draft| draft.content_types = (OTHER, Some(OTHER))),
            ("other type in the structure", |draft| {
                draft.content_types.0 = oids::DATA
            }),
            ("other type in the attributes", |draft| {
                draft.content_types.1 = Some(oids::DATA)
            }),
            ("detached", |draft| draft.is_detached = true),
            ("no certificate named", |draft| draft.named = None),
            ("no attributes", |draft| draft.without_attributes = true),
            ("two digests", |draft| draft.digest_twice = true),
            ("two signers", |draft| draft.signers = 2),
        ];
        for (name, change) in changes {
            let mut draft = honest.clone();
            change(&mut draft);
            let report = judged(&authority, &draft);
            assert_eq!(
                report.verdict,
                Verdict::Invalid,
                "{algorithm:?} {name}: {:?}",
                report.findings
            );
        }
        for (name, change) in [
            ("extension", (|draft| draft.extension = Some(false)) as Change),
            ("zeros at the end", |draft| draft.time.replace_range(14.., ".500Z")),
            ("accuracy", |draft| {
                draft.accuracy = Some(vec![2, 1, 5, 0x80, 2, 3, 0xe7])
            }),
        ] {
            let mut draft = honest.clone();
            change(&mut draft);
            let report = judged(&authority, &draft);
            assert_eq!(
                report.verdict,
                Verdict::Valid,
                "{algorithm:?} {name}: {:?}",
                report.findings
            );
        }
    }
}

#[test]
fn the_certificate_is_the_one_that_was_named() {
    let authority = Authority::new(KeyAlgorithm::P256);
    let stranger = Authority::new(KeyAlgorithm::P256);
    let mut draft = Draft::new(&authority);
    draft.named = Some(stranger.certificate().clone());
    let report = judged(&authority, &draft);
    assert_eq!(report.verdict, Verdict::Invalid);
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.code == Code::SigningCertificateDiffers)
    );
    // Strangers inside, before or after, change nothing.
    let mut draft = Draft::new(&authority);
    draft.inside.insert(0, stranger.certificate().clone());
    draft.inside.push(stranger.root.certificate().clone());
    let report = judged(&authority, &draft);
    assert_eq!((report.verdict, report.integrity), (Verdict::Valid, Integrity::Intact));
    // Signed by somebody else in the authority's name.
    let draft = Draft::new(&authority);
    let token = draft.signed_by(&stranger.signer);
    assert_ne!(
        authority.verify(&token, &Expected::data(b"data")).verdict,
        Verdict::Valid
    );
}
