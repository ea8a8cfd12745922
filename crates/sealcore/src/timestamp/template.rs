//! What does not change between the tokens of one authority, encoded once; and the parts that do, put between.

use super::request::RawRequest;
use super::{Accuracy, AuthorityConfig, GenTime, Serial, tst_info};
use crate::algorithm::SignatureAlgorithm;
use crate::asn1::{Oid, Tag, Writer};
use crate::cert::Certificate;
use crate::cms::{self, Family};
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// PKIStatusInfo with the status granted.
const GRANTED: [u8; 5] = [0x30, 3, 2, 1, 0];

/// The encoded parts of an authority's replies.
pub(super) struct Template {
    /// The policies, as OBJECT IDENTIFIER; the default first.
    policies: Vec<(Oid, Vec<u8>)>,
    /// Accuracy and ordering.
    accuracy: Vec<u8>,
    /// `tsa`.
    name: Vec<u8>,
    /// The signed attributes as SET, the digest in them zero; none where they hold a time.
    attributes: Option<SignedAttributes>,
    /// Algorithm of the digest in the signed attributes.
    digest: DigestAlgorithm,
    /// ContentInfo's type.
    content_info: Vec<u8>,
    /// Version and digest algorithms of SignedData.
    data_head: Vec<u8>,
    /// `[0]` certificates.
    certificates: Vec<u8>,
    /// Version, signer and digest algorithm of SignerInfo.
    signer_head: Vec<u8>,
    /// Signature algorithm of SignerInfo.
    signature_algorithm: Vec<u8>,
    /// The content type of the token, as OBJECT IDENTIFIER.
    content_type: Vec<u8>,
}

/// Signed attributes with a place for the digest of TSTInfo.
pub(super) struct SignedAttributes {
    set: Vec<u8>,
    digest_at: usize,
}

impl SignedAttributes {
    /// What stands before and after the digest.
    pub(super) fn around(&self, digest: usize) -> (&[u8], &[u8]) {
        let before = self.set.get(..self.digest_at).unwrap_or_default();
        let after = self.set.get(self.digest_at + digest..).unwrap_or_default();
        (before, after)
    }

    /// Appends the SET with this digest in its place.
    pub(super) fn push(&self, digest: &[u8], out: &mut Vec<u8>) {
        let (before, after) = self.around(digest.len());
        out.extend_from_slice(before);
        out.extend_from_slice(digest);
        out.extend_from_slice(after);
    }
}

impl Template {
    pub(super) fn new(
        config: &AuthorityConfig,
        algorithm: SignatureAlgorithm,
        certificate: &Certificate,
        chain: &[Certificate],
    ) -> Result<Self> {
        let digest = algorithm.digest().ok_or_else(|| {
            Error::new(
                ErrorKind::Unsupported,
                text!(
                    "time stamps are not signed with {algorithm}",
                    "不支持以 {algorithm} 签发时间戳"
                ),
            )
        })?;
        let all = std::iter::once(config.policy).chain(config.other_policies.iter().copied());
        let policies = all
            .map(|policy| (policy, written(|writer| writer.oid(policy))))
            .collect();
        let mut template = Self {
            policies,
            accuracy: written(|writer| {
                if config.state_accuracy {
                    Accuracy::new(config.clock.accuracy).write(writer);
                }
                if config.clock.ordered {
                    writer.boolean(true);
                }
            }),
            name: written(|writer| {
                if config.state_name {
                    tst_info::write_tsa(writer, certificate.subject_raw());
                }
            }),
            attributes: None,
            digest,
            content_info: written(|writer| {
                writer.oid(match config.family {
                    Family::Gm => oids::GM_SIGNED_DATA,
                    Family::Pkcs7 => oids::SIGNED_DATA,
                });
            }),
            data_head: written(|writer| {
                // RFC 5652, 5.1: 3 where the content is not data.
                writer.integer(3);
                writer.constructed(Tag::SET, |writer| cms::write_algorithm(writer, digest.oid()));
            }),
            certificates: written(|writer| {
                let chain = if config.include_chain { chain } else { &[] };
                let inside = std::iter::once(certificate).chain(chain);
                writer.set_of(Tag::context(0), inside.map(|one| one.der().to_vec()).collect());
            }),
            signer_head: written(|writer| cms::write_signer_head(writer, certificate, digest.oid())),
            signature_algorithm: written(|writer| cms::write_signature_algorithm(writer, config.family, algorithm)),
            content_type: written(|writer| writer.oid(oids::TST_INFO)),
        };
        if !config.signing_time {
            let blank = vec![0; digest.output_len()];
            let set = template.attributes_with(&blank, None, certificate);
            // The digests of certificate and content have the same length: the content's is found by its attribute.
            let marked = template.attributes_with(&vec![0xff; digest.output_len()], None, certificate);
            let digest_at = set.iter().zip(&marked).position(|(a, b)| a != b).unwrap_or(0);
            template.attributes = Some(SignedAttributes { set, digest_at });
        }
        Ok(template)
    }

    /// Room for a reply and for what is put together beside it, but for long nonces.
    pub(super) fn room(&self) -> usize {
        1024 + 2 * self.name.len() + self.signer_head.len() + self.certificates.len()
    }

    /// The policy as it is written, where it is one of the authority's.
    pub(super) fn policy(&self, wanted: Option<&[u8]>) -> Option<&[u8]> {
        let mut policies = self.policies.iter();
        let found = match wanted {
            None => policies.next(),
            Some(wanted) => policies.find(|(policy, _)| policy.content() == wanted),
        };
        found.map(|(_, encoded)| &encoded[..])
    }

    /// The signed attributes, where only the digest in them changes.
    pub(super) fn attributes(&self) -> Option<&SignedAttributes> {
        self.attributes.as_ref()
    }

    /// The signed attributes of a token with the attribute signing-time, or of any.
    pub(super) fn attributes_with(&self, digest: &[u8], time: Option<GenTime>, certificate: &Certificate) -> Vec<u8> {
        let time = time.map(GenTime::time);
        cms::signed_attributes(oids::TST_INFO, digest, time, Some(self.digest), certificate)
    }

    /// The digest algorithm of TSTInfo in the signed attributes.
    pub(super) fn digest(&self) -> DigestAlgorithm {
        self.digest
    }

    /// Appends TSTInfo.
    pub(super) fn push_info(
        &self,
        request: &RawRequest<'_>,
        policy: &[u8],
        serial: &Serial,
        time: GenTime,
        out: &mut Vec<u8>,
    ) {
        let oid = request.algorithm;
        let null: &[u8] = if request.has_null { &[5, 0] } else { &[] };
        let identifier = tlv_len(oid.len()) + null.len();
        let imprint = tlv_len(identifier) + tlv_len(request.digest.len());
        let serial = serial.content();
        let length = 3
            + policy.len()
            + tlv_len(imprint)
            + tlv_len(serial.len())
            + tlv_len(time.content_len())
            + self.accuracy.len()
            + request.nonce.map_or(0, |nonce| tlv_len(nonce.len()))
            + self.name.len();
        push_header(Tag::SEQUENCE, length, out);
        out.extend_from_slice(&[2, 1, 1]);
        out.extend_from_slice(policy);
        push_header(Tag::SEQUENCE, imprint, out);
        push_header(Tag::SEQUENCE, identifier, out);
        push_value(Tag::OID, oid, out);
        out.extend_from_slice(null);
        push_value(Tag::OCTET_STRING, &request.digest, out);
        push_value(Tag::INTEGER, serial, out);
        push_header(Tag::GENERALIZED_TIME, time.content_len(), out);
        time.push_content(out);
        out.extend_from_slice(&self.accuracy);
        if let Some(nonce) = request.nonce {
            push_value(Tag::INTEGER, nonce, out);
        }
        out.extend_from_slice(&self.name);
    }

    /// Turns `out`, which starts with TSTInfo, into the whole reply.
    ///
    /// What `out` holds besides goes. Nothing is allocated once `out` has room for a reply.
    pub(super) fn finish(&self, parts: &Parts<'_>, cert_req: bool, out: &mut Vec<u8>) {
        let scratch = out.len();
        let attributes = match parts.attributes {
            Place::Apart(set) => set.len(),
            Place::Behind { length, .. } => length,
        };
        let certificates = if cert_req { &self.certificates[..] } else { &[] };
        let value = parts.value.len();
        let signer = self.signer_head.len() + attributes + self.signature_algorithm.len() + tlv_len(value);
        let content = tlv_len(tlv_len(parts.info));
        let encapsulated = self.content_type.len() + content;
        let data = self.data_head.len() + tlv_len(encapsulated) + certificates.len() + tlv_len(tlv_len(signer));
        let info = self.content_info.len() + tlv_len(tlv_len(data));
        let reply = GRANTED.len() + tlv_len(info);
        out.reserve(tlv_len(reply));
        push_header(Tag::SEQUENCE, reply, out);
        out.extend_from_slice(&GRANTED);
        push_header(Tag::SEQUENCE, info, out);
        out.extend_from_slice(&self.content_info);
        push_header(Tag::context(0), tlv_len(data), out);
        push_header(Tag::SEQUENCE, data, out);
        out.extend_from_slice(&self.data_head);
        push_header(Tag::SEQUENCE, encapsulated, out);
        out.extend_from_slice(&self.content_type);
        push_header(Tag::context(0), tlv_len(parts.info), out);
        push_header(Tag::OCTET_STRING, parts.info, out);
        out.extend_from_within(..parts.info);
        out.extend_from_slice(certificates);
        push_header(Tag::SET, tlv_len(signer), out);
        push_header(Tag::SEQUENCE, signer, out);
        out.extend_from_slice(&self.signer_head);
        let at = out.len();
        match parts.attributes {
            Place::Apart(set) => out.extend_from_slice(set),
            Place::Behind { skip, length } => {
                let start = parts.info + skip;
                out.extend_from_within(start..start + length);
            }
        }
        // The same octets as are signed, with [0] in place of SET: both tags are one octet.
        if let Some(tag) = out.get_mut(at) {
            *tag = Tag::context(0).0;
        }
        out.extend_from_slice(&self.signature_algorithm);
        push_value(Tag::OCTET_STRING, parts.value, out);
        out.drain(..scratch);
    }
}

/// What a reply is put together from.
pub(super) struct Parts<'a> {
    /// Length of TSTInfo, with which the buffer starts.
    pub(super) info: usize,
    /// The signed attributes.
    pub(super) attributes: Place<'a>,
    /// The signature value.
    pub(super) value: &'a [u8],
}

/// Where the signed attributes stand.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Apart(&'a [u8]),
    /// In the buffer, so many octets behind TSTInfo.
    Behind {
        skip: usize,
        length: usize,
    },
}

fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.finish()
}

/// Length of a value with this many content octets, tag and length included.
pub(super) fn tlv_len(content: usize) -> usize {
    let digits = match content {
        0..=0x7f => 0,
        0x80..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xff_ffff => 3,
        _ => 4,
    };
    2 + digits + content
}

/// Appends tag and length.
pub(super) fn push_header(tag: Tag, length: usize, out: &mut Vec<u8>) {
    let [.., a, b, c, d] = length.to_be_bytes();
    match length {
        0..=0x7f => out.extend_from_slice(&[tag.0, d]),
        0x80..=0xff => out.extend_from_slice(&[tag.0, 0x81, d]),
        0x100..=0xffff => out.extend_from_slice(&[tag.0, 0x82, c, d]),
        0x1_0000..=0xff_ffff => out.extend_from_slice(&[tag.0, 0x83, b, c, d]),
        _ => out.extend_from_slice(&[tag.0, 0x84, a, b, c, d]),
    }
}

pub(super) fn push_value(tag: Tag, content: &[u8], out: &mut Vec<u8>) {
    push_header(tag, content.len(), out);
    out.extend_from_slice(content);
}
