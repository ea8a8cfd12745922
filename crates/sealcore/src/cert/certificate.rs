//! X.509 certificates as real issuers write them: what is odd is kept, and judged where it matters.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use sealcore_gm::sm2::PreparedVerifyingKey;
use sealcore_gm::sm3;

use super::extension::{BasicConstraints, Extensions, KeyUsage, content_range};
use super::signed::{Identifier, verify_signed};
use super::{Name, pem};
use crate::algorithm::{PublicKey, SignatureAlgorithm, read_pair};
use crate::asn1::{BitString, Oid, Tag, Time, Tlv};
use crate::error::{Error, ErrorKind, Result};
use crate::report::{CertificateInfo, Code};
use crate::text;

/// A certificate, RFC 5280, 4.1, with its original bytes. Cheap to clone.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    der: Vec<u8>,
    tbs: Range<usize>,
    serial: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    spki: Range<usize>,
    signature: Range<usize>,
    unused_bits: u8,
    inner_algorithm: Identifier,
    algorithm: Identifier,
    not_before: Time,
    not_after: Time,
    public_key: PublicKey,
    extensions: Extensions,
    /// SM3 of `der`.
    sm3: OnceLock<[u8; 32]>,
    /// The public key with a table, where it is to verify often.
    prepared: OnceLock<PreparedVerifyingKey>,
}

impl Certificate {
    /// Reads one certificate.
    ///
    /// # Errors
    /// [`ErrorKind::Certificate`] when the bytes are none, or bytes follow; [`ErrorKind::Limit`] when it is nested too
    /// deeply. Odd strings, serial numbers and extensions are no errors.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        read(der).map(|inner| Self(Arc::new(inner))).map_err(unreadable)
    }

    /// Reads a certificate in DER or bare Base64, or the first one of PEM text.
    ///
    /// # Errors
    /// As [`Self::from_der`]; [`ErrorKind::Format`] for broken PEM.
    pub fn from_pem_or_der(bytes: &[u8]) -> Result<Self> {
        if !pem::looks_like_pem(bytes) {
            // Some authorities hand out the Base64 without its first and last line.
            let bare = pem::decode(bytes).filter(|_| bytes.first() == Some(&b'M'));
            return Self::from_der(bare.as_ref().map_or(bytes, |der| &der[..]));
        }
        let missing = || text!("the PEM text holds no certificate", "PEM 文本中没有证书");
        Self::from_der(&pem::first(bytes, is_certificate_label, missing)?)
    }

    /// The whole certificate as it was read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The certificate as PEM text.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode("CERTIFICATE", self.der()).as_str().to_owned()
    }

    /// The signed bytes: tbsCertificate.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.part(&self.0.tbs)
    }

    /// The algorithm that the issuer states outside the signed bytes.
    #[must_use]
    pub fn signature_algorithm(&self) -> Oid {
        self.0.algorithm.oid
    }

    /// How the issuer's signature was formed.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for an algorithm that is not known, [`ErrorKind::Asn1`] when its parameters cannot be
    /// read.
    pub fn signed_with(&self) -> Result<SignatureAlgorithm> {
        self.0.algorithm.algorithm(&self.0.der)
    }

    /// The issuer's signature value.
    #[must_use]
    pub fn signature(&self) -> BitString<'_> {
        BitString {
            unused: self.0.unused_bits,
            bytes: self.part(&self.0.signature),
        }
    }

    /// The octets of the serial number, as they stand there.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        self.part(&self.0.serial)
    }

    /// The issuer's name in DER.
    #[must_use]
    pub fn issuer_raw(&self) -> &[u8] {
        self.part(&self.0.issuer)
    }

    /// The subject's name in DER.
    #[must_use]
    pub fn subject_raw(&self) -> &[u8] {
        self.part(&self.0.subject)
    }

    /// The issuer's name.
    #[must_use]
    pub fn issuer(&self) -> Name {
        Name::from_der(self.issuer_raw())
    }

    /// The subject's name.
    #[must_use]
    pub fn subject(&self) -> Name {
        Name::from_der(self.subject_raw())
    }

    /// Start of validity.
    #[must_use]
    pub fn not_before(&self) -> Time {
        self.0.not_before
    }

    /// End of validity; that second still counts.
    #[must_use]
    pub fn not_after(&self) -> Time {
        self.0.not_after
    }

    /// Whether `time` lies within validity, both ends included.
    #[must_use]
    pub fn is_within_validity(&self, time: Time) -> bool {
        (self.0.not_before..=self.0.not_after).contains(&time)
    }

    /// The subject's key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.0.public_key
    }

    /// subjectPublicKeyInfo in DER.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        self.part(&self.0.spki)
    }

    /// What the key may be used for. An extension that cannot be read allows nothing.
    #[must_use]
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.0.extensions.key_usage
    }

    /// Whether the subject is an authority.
    #[must_use]
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.0.extensions.basic_constraints
    }

    /// The purposes of the key, where they are stated.
    #[must_use]
    pub fn extended_key_usage(&self) -> Option<&[Oid]> {
        self.0.extensions.extended_key_usage.as_deref()
    }

    /// Whether the extended key usage is there and critical, as RFC 3161, 2.3 wants it of time-stamp authorities.
    #[must_use]
    pub fn is_extended_key_usage_critical(&self) -> bool {
        self.0.extensions.extended_key_usage_critical
    }

    /// The subject key identifier.
    #[must_use]
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.0.extensions.subject_key_id.as_ref().map(|range| self.part(range))
    }

    /// The key identifier of the authority key identifier.
    #[must_use]
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.0
            .extensions
            .authority_key_id
            .as_ref()
            .map(|range| self.part(range))
    }

    /// Where the certificate's revocation lists can be had, as far as they are URLs.
    #[must_use]
    pub fn crl_urls(&self) -> Vec<String> {
        self.crl_points()
            .into_iter()
            .filter_map(|name| Tlv::parse(name).ok())
            .filter(|name| name.tag() == Tag::context_primitive(6))
            .map(|name| String::from_utf8_lossy(name.content()).into_owned())
            .collect()
    }

    /// The GeneralNames of the distribution points, in DER.
    pub(super) fn crl_points(&self) -> Vec<&[u8]> {
        self.0
            .extensions
            .crl_points
            .iter()
            .map(|range| self.part(range))
            .collect()
    }

    /// Critical extensions that this crate does not process or could not read, and extensions that are there twice.
    #[must_use]
    pub fn unprocessed_critical(&self) -> &[Oid] {
        &self.0.extensions.unprocessed
    }

    /// SM3 of the whole certificate.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        *self.0.sm3.get_or_init(|| sm3::digest(&self.0.der))
    }

    /// Makes this certificate, and all clones of it, ready to verify many signatures: an SM2 key gets a table of its
    /// multiples.
    pub(crate) fn prepare(&self) {
        if let PublicKey::Sm2(key) = self.public_key() {
            self.0.prepared.get_or_init(|| key.prepared());
        }
    }

    /// The table of [`Self::prepare`].
    pub(crate) fn prepared(&self) -> Option<&PreparedVerifyingKey> {
        self.0.prepared.get()
    }

    /// Verifies the issuer's signature with `key`.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for a key or algorithm that is not known, [`ErrorKind::Crypto`] when the signature does
    /// not hold, [`ErrorKind::Asn1`] when it cannot be read.
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<()> {
        if !self.0.algorithm.agrees(&self.0.inner_algorithm, &self.0.der) {
            return Err(Error::new(
                ErrorKind::Crypto,
                text!(
                    "the certificate states two different signature algorithms",
                    "证书内外声明的签名算法不一致"
                ),
            ));
        }
        verify_signed(key, self.signed_with()?, self.tbs(), &self.signature())
    }

    /// Whether [`Self::verify_signed_by`] holds.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        self.verify_signed_by(key).is_ok()
    }

    /// How the encoding of the issuer's signature value departs from DER; nothing for a value that is not one of SM2 or
    /// ECDSA by `issuer`.
    pub(crate) fn signature_quirks(&self, issuer: &PublicKey) -> Vec<Code> {
        let size = match issuer {
            PublicKey::Sm2(_) => 32,
            PublicKey::Ec(key) => key.curve().field_len(),
            _ => return Vec::new(),
        };
        let bits = self.signature();
        let Ok(pair) = read_pair(bits.bytes, size) else {
            return Vec::new();
        };
        let mut quirks = pair.quirks;
        if matches!(self.signed_with(), Ok(SignatureAlgorithm::PlainEcdsa(_))) {
            quirks.clear();
        }
        if bits.unused != 0 && !quirks.contains(&Code::QuirkBitString) {
            quirks.insert(0, Code::QuirkBitString);
        }
        quirks
    }

    /// Whether issuer and subject have the same name.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.issuer_raw() == self.subject_raw() || self.issuer().matches(&self.subject())
    }

    /// What a report says of the certificate.
    #[must_use]
    pub fn info(&self) -> CertificateInfo {
        let subject = self.subject();
        let whole = subject.to_string();
        CertificateInfo {
            name: subject.common_name().map_or_else(|| whole.clone(), str::to_owned),
            subject: whole,
            issuer: self.issuer().to_string(),
            serial: serial_text(self.serial()),
            not_before: self.0.not_before,
            not_after: self.0.not_after,
        }
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.0.der.get(range.clone()).unwrap_or_default()
    }
}

/// Capital hexadecimal digits, without the sign octet.
pub(super) fn serial_text(serial: &[u8]) -> String {
    let digits = match serial {
        [0, rest @ ..] if !rest.is_empty() => rest,
        _ => serial,
    };
    digits.iter().map(|octet| format!("{octet:02X}")).collect()
}

pub(super) fn is_certificate_label(label: &str) -> bool {
    matches!(label, "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE")
}

fn unreadable(error: Error) -> Error {
    super::unreadable("the certificate cannot be read", "证书无法读取", error)
}

fn read(der: &[u8]) -> Result<Inner> {
    let mut outer = Tlv::parse(der)?.expect(Tag::SEQUENCE)?.children()?;
    let tbs = outer.read(Tag::SEQUENCE)?;
    let algorithm = Identifier::read(&outer.read(Tag::SEQUENCE)?)?;
    let signature = outer.read(Tag::BIT_STRING)?;
    let bits = signature.bit_string()?;
    outer.finish()?;

    let mut members = tbs.children()?;
    members.optional(Tag::context(0))?;
    let serial = members.read(Tag::INTEGER)?;
    let inner_algorithm = Identifier::read(&members.read(Tag::SEQUENCE)?)?;
    let issuer = members.read(Tag::SEQUENCE)?;
    let mut validity = members.read(Tag::SEQUENCE)?.children()?;
    let (not_before, _) = Time::from_tlv(&validity.any()?)?;
    let (not_after, _) = Time::from_tlv(&validity.any()?)?;
    let subject = members.read(Tag::SEQUENCE)?;
    let spki = members.read(Tag::SEQUENCE)?;
    let public_key = PublicKey::from_spki(&spki)?;
    let mut extensions = Extensions::default();
    while let Some(member) = members.next()? {
        // [1] and [2] are the unique identifiers, which nobody uses.
        if member.tag() == Tag::context(3) {
            extensions = Extensions::read(&member.only_child()?);
        }
    }

    let range = |tlv: &Tlv<'_>| tlv.offset()..tlv.offset() + tlv.raw().len();
    let value = content_range(&signature);
    Ok(Inner {
        tbs: range(&tbs),
        serial: content_range(&serial),
        issuer: range(&issuer),
        subject: range(&subject),
        spki: range(&spki),
        signature: value.start + 1..value.end,
        unused_bits: bits.unused,
        inner_algorithm,
        algorithm,
        not_before,
        not_after,
        public_key,
        extensions,
        sm3: OnceLock::new(),
        prepared: OnceLock::new(),
        der: der.to_vec(),
    })
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for Certificate {}

impl Hash for Certificate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.der().hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, {})", self.subject(), serial_text(self.serial()))
    }
}

/// The name that messages use for a certificate.
pub(super) fn title(certificate: &Certificate) -> String {
    let subject = certificate.subject();
    let name = subject.common_name().map_or_else(|| subject.to_string(), str::to_owned);
    if name.is_empty() {
        serial_text(certificate.serial())
    } else {
        name
    }
}
