//! Requests to a time-stamp authority, RFC 3161, 2.4.1: written in strict DER, read with tolerance and bounds.

use std::borrow::Cow;

use rand_core::CryptoRng;

use super::PkiFailure;
use crate::asn1::{Oid, Reader, Tag, Tlv, Writer};
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::oids;
use crate::text;

/// Octets of a nonce that are accepted; 8 are usual.
pub(super) const MAX_NONCE: usize = 64;

/// MessageImprint: the digest of what is stamped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageImprint {
    /// The digest algorithm.
    pub algorithm: Oid,
    /// The digest.
    pub digest: Vec<u8>,
}

impl MessageImprint {
    /// The imprint of data whose digest is given.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] when the digest has not the length of the algorithm's.
    pub fn new(algorithm: DigestAlgorithm, digest: &[u8]) -> Result<Self> {
        let (name, expected, found) = (algorithm.name(), algorithm.output_len(), digest.len());
        if expected != found {
            return Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "a digest of {name} has {expected} bytes, this one {found}",
                    "{name} 摘要应为 {expected} 字节，实为 {found} 字节"
                ),
            ));
        }
        Ok(Self {
            algorithm: algorithm.oid(),
            digest: digest.to_vec(),
        })
    }

    /// The imprint of `data`.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] for a keyed algorithm.
    pub fn of(algorithm: DigestAlgorithm, data: &[u8]) -> Result<Self> {
        let digest = algorithm
            .digest(data)
            .filter(|_| algorithm != DigestAlgorithm::Sm3Keyed);
        let name = algorithm.name();
        let digest = digest.ok_or_else(|| {
            Error::new(
                ErrorKind::Argument,
                text!("{name} is no algorithm of imprints", "{name} 不能用于时间戳摘要"),
            )
        })?;
        Self::new(algorithm, &digest)
    }

    pub(super) fn read(tlv: &Tlv<'_>) -> Result<Self> {
        let mut members = tlv.expect(Tag::SEQUENCE)?.children()?;
        let algorithm = members.read(Tag::SEQUENCE)?.children()?.read(Tag::OID)?.oid()?;
        let digest = members.any()?.octets()?.into_owned();
        members.finish()?;
        Ok(Self { algorithm, digest })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.oid(self.algorithm);
                // What other authorities expect of the older algorithms; SM3 goes without.
                if self.algorithm != oids::SM3 {
                    writer.null();
                }
            });
            writer.octets(&self.digest);
        });
    }
}

/// A positive random number that ties a reply to its request.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Nonce(Vec<u8>);

impl Nonce {
    /// Draws 63 bits.
    #[must_use]
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut octets = [0; 8];
        rng.fill_bytes(&mut octets);
        // Positive, and eight octets long whatever comes.
        if let Some(first) = octets.first_mut() {
            *first = *first & 0x3f | 0x40;
        }
        Self(octets.to_vec())
    }

    /// The number with these content octets of an INTEGER, superfluous ones cut; `None` for none and for more than 64.
    #[must_use]
    pub fn from_content(octets: &[u8]) -> Option<Self> {
        let shortest = shortest(octets);
        (!shortest.is_empty() && shortest.len() <= MAX_NONCE).then(|| Self(shortest.to_vec()))
    }

    /// The content octets of the INTEGER, as few as there can be.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Nonce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nonce(")?;
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))?;
        f.write_str(")")
    }
}

/// The content octets of an INTEGER without superfluous ones.
pub(super) fn shortest(octets: &[u8]) -> &[u8] {
    let superfluous = octets
        .windows(2)
        .take_while(|pair| {
            matches!(pair, [0, next] if next & 0x80 == 0) || matches!(pair, [0xff, next] if next & 0x80 != 0)
        })
        .count();
    octets.get(superfluous..).unwrap_or_default()
}

/// TimeStampReq.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimeStampRequest {
    /// What is to be stamped.
    pub imprint: MessageImprint,
    /// The policy that is wanted; `None` leaves it to the authority.
    pub policy: Option<Oid>,
    /// What the reply must repeat.
    pub nonce: Option<Nonce>,
    /// Whether the token is to contain the authority's certificate.
    pub cert_req: bool,
    /// Whether there are extensions. None are defined that an authority must know, and none are written.
    pub has_extensions: bool,
}

impl TimeStampRequest {
    /// A request for a token with the authority's certificate inside.
    #[must_use]
    pub fn new(imprint: MessageImprint) -> Self {
        Self {
            imprint,
            policy: None,
            nonce: None,
            cert_req: true,
            has_extensions: false,
        }
    }

    /// With a nonce, which ties the reply to this request.
    #[must_use]
    pub fn with_nonce(mut self, nonce: Nonce) -> Self {
        self.nonce = Some(nonce);
        self
    }

    /// With the policy that is wanted.
    #[must_use]
    pub fn with_policy(mut self, policy: Oid) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Whether the token is to contain the authority's certificate.
    #[must_use]
    pub fn with_certificates(mut self, wanted: bool) -> Self {
        self.cert_req = wanted;
        self
    }

    /// The request in DER.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.integer(1);
            self.imprint.write(writer);
            if let Some(policy) = self.policy {
                writer.oid(policy);
            }
            if let Some(nonce) = &self.nonce {
                writer.value(Tag::INTEGER, nonce.content());
            }
            // DER leaves a default out.
            if self.cert_req {
                writer.boolean(true);
            }
        });
        writer.finish()
    }

    /// Reads a request, BER included.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when it is none, [`ErrorKind::Unsupported`] for another version.
    pub fn from_der(bytes: &[u8]) -> Result<Self> {
        let request = RawRequest::read(bytes).map_err(|refused| refused.reason.in_part("TimeStampReq"))?;
        let identifier = |content| {
            Oid::from_content(content).ok_or_else(|| {
                Error::new(
                    ErrorKind::Asn1,
                    text!("malformed object identifier", "对象标识符格式错误"),
                )
            })
        };
        Ok(Self {
            imprint: MessageImprint {
                algorithm: identifier(request.algorithm)?,
                digest: request.digest.into_owned(),
            },
            policy: request.policy.map(identifier).transpose()?,
            nonce: request.nonce.and_then(Nonce::from_content),
            cert_req: request.cert_req,
            has_extensions: request.has_extensions,
        })
    }
}

/// A request as it stands in its bytes: read without memory of its own.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(super) struct RawRequest<'a> {
    /// Content octets of the digest algorithm's identifier.
    pub(super) algorithm: &'a [u8],
    /// Whether the digest algorithm has the parameters NULL, which the token repeats.
    pub(super) has_null: bool,
    pub(super) digest: Cow<'a, [u8]>,
    /// Content octets of the policy's identifier.
    pub(super) policy: Option<&'a [u8]>,
    /// Content octets, as few as there can be.
    pub(super) nonce: Option<&'a [u8]>,
    pub(super) cert_req: bool,
    pub(super) has_extensions: bool,
}

/// TLVs with lengths of one octet, one after the other.
struct Plain<'a>(&'a [u8]);

impl<'a> Plain<'a> {
    /// The content of the next one, if it has this tag; otherwise nothing is taken.
    #[inline]
    fn take(&mut self, tag: Tag) -> Option<&'a [u8]> {
        let [found, length @ 0..=0x7f, rest @ ..] = self.0 else {
            return None;
        };
        if *found != tag.0 {
            return None;
        }
        let (content, rest) = rest.split_at_checked(usize::from(*length))?;
        self.0 = rest;
        Some(content)
    }
}

/// Why a request is refused.
pub(super) struct Refused {
    pub(super) failure: PkiFailure,
    pub(super) reason: Error,
}

impl Refused {
    pub(super) fn new(failure: PkiFailure, kind: ErrorKind, reason: Text) -> Self {
        Self {
            failure,
            reason: Error::new(kind, reason),
        }
    }
}

/// What cannot be read has the wrong format.
impl From<Error> for Refused {
    fn from(reason: Error) -> Self {
        Self {
            failure: PkiFailure::BadDataFormat,
            reason,
        }
    }
}

impl<'a> RawRequest<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Refused> {
        match Self::read_plain(bytes) {
            Some(request) => Ok(request),
            None => Self::read_any(bytes),
        }
    }

    /// The requests that clients send: no length above 127, no extension. Reads as [`Self::read_any`] does, which says what is
    /// wrong with the others; a third of a batch's time went there.
    fn read_plain(bytes: &'a [u8]) -> Option<Self> {
        let mut outer = Plain(bytes);
        let mut members = Plain(outer.take(Tag::SEQUENCE)?);
        let version = members.take(Tag::INTEGER)?;
        let mut imprint = Plain(members.take(Tag::SEQUENCE)?);
        let mut identifier = Plain(imprint.take(Tag::SEQUENCE)?);
        let algorithm = identifier.take(Tag::OID)?;
        let has_null = !identifier.0.is_empty();
        let digest = imprint.take(Tag::OCTET_STRING)?;
        let policy = members.take(Tag::OID);
        let nonce = members.take(Tag::INTEGER).map(shortest);
        let cert_req = match members.take(Tag::BOOLEAN) {
            None => false,
            Some([wanted]) => *wanted != 0,
            Some(_) => return None,
        };
        let fits = |octets: &[u8], most| (1..=most).contains(&octets.len());
        let sound = version == [1]
            && fits(algorithm, Oid::MAX)
            && policy.is_none_or(|policy| fits(policy, Oid::MAX))
            && nonce.is_none_or(|nonce| fits(nonce, MAX_NONCE))
            && matches!(identifier.0, [] | [0x05, 0])
            && [outer, members, imprint].iter().all(|rest| rest.0.is_empty());
        sound.then_some(Self {
            algorithm,
            has_null,
            digest: Cow::Borrowed(digest),
            policy,
            nonce,
            cert_req,
            has_extensions: false,
        })
    }

    fn read_any(bytes: &'a [u8]) -> Result<Self, Refused> {
        let mut members = Tlv::parse(bytes)?.expect(Tag::SEQUENCE)?.children()?;
        let version = members.read(Tag::INTEGER)?.i64()?;
        if version != 1 {
            return Err(Refused::new(
                PkiFailure::BadRequest,
                ErrorKind::Unsupported,
                text!(
                    "requests of version {version} are not supported",
                    "不支持版本为 {version} 的请求"
                ),
            ));
        }
        let (algorithm, has_null, digest) = read_imprint(&members.read(Tag::SEQUENCE)?)?;
        let policy = members
            .optional(Tag::OID)?
            .map(|policy| identifier_content(&policy))
            .transpose()?;
        let nonce = members
            .optional(Tag::INTEGER)?
            .map(|nonce| read_nonce(&nonce))
            .transpose()?;
        let cert_req = members
            .optional(Tag::BOOLEAN)?
            .map_or(Ok(false), |wanted| wanted.boolean())?;
        let extensions = members.optional(Tag::context(0))?;
        members.finish()?;
        Ok(Self {
            algorithm,
            has_null,
            digest,
            policy,
            nonce,
            cert_req,
            has_extensions: extensions.is_some(),
        })
    }
}

/// Algorithm, whether it has the parameters NULL, and digest.
type RawImprint<'a> = (&'a [u8], bool, Cow<'a, [u8]>);

fn read_imprint<'a>(tlv: &Tlv<'a>) -> Result<RawImprint<'a>, Refused> {
    let mut members = tlv.children()?;
    let mut identifier = members.read(Tag::SEQUENCE)?.children()?;
    let algorithm = identifier_content(&identifier.read(Tag::OID)?)?;
    let has_null = read_parameters(&mut identifier)?;
    let digest = members.any()?.octets()?;
    members.finish()?;
    Ok((algorithm, has_null, digest))
}

/// An identifier that [`Oid`] would take, without its copy.
fn identifier_content<'a>(tlv: &Tlv<'a>) -> Result<&'a [u8]> {
    match tlv.content() {
        content @ [_, ..] if content.len() <= Oid::MAX => Ok(content),
        // For the error.
        _ => tlv.oid().map(|_| tlv.content()),
    }
}

/// Digest algorithms have no parameters, or NULL.
fn read_parameters(identifier: &mut Reader<'_>) -> Result<bool, Refused> {
    let Some(parameters) = identifier.next()? else {
        return Ok(false);
    };
    if parameters.tag() != Tag::NULL || !parameters.content().is_empty() || !identifier.is_at_end() {
        return Err(Refused::new(
            PkiFailure::BadAlg,
            ErrorKind::Unsupported,
            text!("the digest algorithm has parameters", "摘要算法带有参数"),
        ));
    }
    Ok(true)
}

fn read_nonce<'a>(tlv: &Tlv<'a>) -> Result<&'a [u8]> {
    let content = shortest(tlv.integer()?);
    if content.len() > MAX_NONCE {
        return Err(tlv.error(text!(
            "the nonce is longer than {MAX_NONCE} octets",
            "nonce 超过 {MAX_NONCE} 字节"
        )));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]

        /// Whatever the quick reader takes, the other one takes alike.
        #[test]
        fn the_quick_reader_says_what_the_other_says(
            shape in 0..4_usize,
            edits in proptest::collection::vec((0..90_usize, any::<u8>()), 0..4),
        ) {
            let imprint = MessageImprint::of(DigestAlgorithm::Sha256, b"x").unwrap();
            let mut request = TimeStampRequest::new(imprint).with_certificates(shape % 2 == 0);
            if shape > 1 {
                request = request.with_policy(oids::SM3);
                request.nonce = Nonce::from_content(&[0x40; 8]);
            }
            let mut bytes = request.to_der();
            for (at, byte) in edits {
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            if let Some(quick) = RawRequest::read_plain(&bytes) {
                let slow = RawRequest::read_any(&bytes).ok();
                prop_assert_eq!(slow, Some(quick));
            }
        }

        #[test]
        fn what_is_written_is_read_quickly(digest in proptest::array::uniform32(any::<u8>()), nonce in any::<[u8; 8]>()) {
            let imprint = MessageImprint::new(DigestAlgorithm::Sm3, &digest).unwrap();
            let mut request = TimeStampRequest::new(imprint);
            request.nonce = Nonce::from_content(&nonce);
            prop_assert!(RawRequest::read_plain(&request.to_der()).is_some());
        }
    }
}
