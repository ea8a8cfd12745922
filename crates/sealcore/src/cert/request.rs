//! Certification requests, PKCS#10 (RFC 2986).

use std::fmt;
use std::ops::Range;

use super::signed::{Identifier, signed, verify_signed};
use super::{Name, pem, unreadable};
use crate::algorithm::PublicKey;
use crate::asn1::{BitString, Tag, Tlv, Writer};
use crate::error::Result;
use crate::key::{KeyPair, sign_with};
use crate::text;

/// A request for a certificate, signed with the key that it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    der: Vec<u8>,
    info: Range<usize>,
    subject: Range<usize>,
    public_key: PublicKey,
    algorithm: Identifier,
    unused_bits: u8,
    signature: Vec<u8>,
}

impl Request {
    /// Asks for a certificate of `subject` for `key`.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::error::ErrorKind::Argument) for a subject that cannot be read or holds control characters;
    /// what the key reports, and [`ErrorKind::Crypto`](crate::error::ErrorKind::Crypto) when a signature from outside the process
    /// does not hold.
    pub fn create(subject: &Name, key: &dyn KeyPair) -> Result<Self> {
        subject.check_written()?;
        let mut spki = Writer::new();
        key.public_key().write(&mut spki)?;
        let spki = spki.finish();
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.integer(0);
            writer.raw(subject.der());
            writer.raw(&spki);
            // The attributes are not optional, RFC 2986, 4.1.
            writer.constructed(Tag::context(0), |_| {});
        });
        let info = writer.finish();
        Self::from_der(&signed(&info, key.algorithm(), &sign_with(key, &info)?))
    }

    /// Reads one request.
    ///
    /// # Errors
    /// [`ErrorKind::Certificate`](crate::error::ErrorKind::Certificate) when the bytes are none, or bytes follow.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        read(der).map_err(|error| unreadable("the request cannot be read", "证书请求无法读取", error))
    }

    /// Reads a request in DER, or the first one of PEM text.
    ///
    /// # Errors
    /// As [`Self::from_der`]; [`ErrorKind::Format`](crate::error::ErrorKind::Format) for broken PEM.
    pub fn from_pem_or_der(bytes: &[u8]) -> Result<Self> {
        if !pem::looks_like_pem(bytes) {
            return Self::from_der(bytes);
        }
        let missing = || text!("the PEM text holds no certificate request", "PEM 文本中没有证书请求");
        Self::from_der(&pem::first(
            bytes,
            |label| matches!(label, "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST"),
            missing,
        )?)
    }

    /// The request as it was read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The request as PEM text.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode("CERTIFICATE REQUEST", &self.der).as_str().to_owned()
    }

    /// Whose certificate is asked for.
    #[must_use]
    pub fn subject(&self) -> Name {
        Name::from_der(self.der.get(self.subject.clone()).unwrap_or_default())
    }

    /// The key that the certificate is for.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Verifies that the request was signed with its own key.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) for a key or algorithm that is not known, [`ErrorKind::Crypto`](crate::error::ErrorKind::Crypto) when the signature does not hold.
    pub fn verify(&self) -> Result<()> {
        let info = self.der.get(self.info.clone()).unwrap_or_default();
        let signature = BitString {
            unused: self.unused_bits,
            bytes: &self.signature,
        };
        verify_signed(&self.public_key, self.algorithm.algorithm(&self.der)?, info, &signature)
    }
}

fn read(der: &[u8]) -> Result<Request> {
    let mut outer = Tlv::parse(der)?.expect(Tag::SEQUENCE)?.children()?;
    let info = outer.read(Tag::SEQUENCE)?;
    let algorithm = Identifier::read(&outer.read(Tag::SEQUENCE)?)?;
    let signature = outer.read(Tag::BIT_STRING)?.bit_string()?;
    outer.finish()?;
    let mut members = info.children()?;
    members.read(Tag::INTEGER)?;
    let subject = members.read(Tag::SEQUENCE)?;
    let public_key = PublicKey::from_spki(&members.read(Tag::SEQUENCE)?)?;
    let range = |tlv: &Tlv<'_>| tlv.offset()..tlv.offset() + tlv.raw().len();
    Ok(Request {
        info: range(&info),
        subject: range(&subject),
        public_key,
        algorithm,
        unused_bits: signature.unused,
        signature: signature.bytes.to_vec(),
        der: der.to_vec(),
    })
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({})", self.subject())
    }
}
