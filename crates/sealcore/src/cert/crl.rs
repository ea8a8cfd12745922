//! Certificate revocation lists, RFC 5280, 5: reading, and looking up a certificate among millions.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use super::crl_scope::Scope;
use super::extension::{Extension, content_range};
use super::signed::{Identifier, verify_signed};
use super::{Certificate, KeyUsage, Name, pem, unreadable};
use crate::algorithm::SignatureAlgorithm;
use crate::asn1::{BitString, Reader, Tag, Time, Tlv};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::oids;
use crate::text;

/// A revocation list with its original bytes. Cheap to clone.
#[derive(Clone)]
pub struct RevocationList(Arc<Inner>);

struct Inner {
    der: Vec<u8>,
    tbs: Range<usize>,
    issuer: Name,
    this_update: Time,
    next_update: Option<Time>,
    /// The content of revokedCertificates.
    entries: Range<usize>,
    algorithm: Identifier,
    inner_algorithm: Identifier,
    signature: Range<usize>,
    unused_bits: u8,
    authority_key_id: Option<Range<usize>>,
    scope: Scope,
    /// Made at the first look-up; the error is why the entries cannot be relied on.
    index: OnceLock<Result<Vec<Key>, Text>>,
    /// Issuers whose signature was verified, so that a long list is hashed once and not once a document.
    verified: Mutex<Vec<(Certificate, bool)>>,
}

/// The last eight octets of a serial number and where its entry starts.
type Key = (u64, u32);

/// Results of [`RevocationList::verify`] that are remembered.
const REMEMBERED: usize = 8;

/// Why and when a certificate was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The revocation date.
    pub at: Time,
    /// The reason, where one is stated.
    pub reason: Option<RevocationReason>,
}

/// CRLReason, RFC 5280, 5.3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevocationReason(pub u8);

impl RevocationReason {
    /// unspecified.
    pub const UNSPECIFIED: Self = Self(0);
    /// keyCompromise.
    pub const KEY_COMPROMISE: Self = Self(1);
    /// affiliationChanged.
    pub const AFFILIATION_CHANGED: Self = Self(3);
    /// superseded.
    pub const SUPERSEDED: Self = Self(4);
    /// cessationOfOperation.
    pub const CESSATION: Self = Self(5);
    /// certificateHold, which may be lifted.
    pub const HOLD: Self = Self(6);

    /// The reason in words.
    #[must_use]
    pub fn text(self) -> Text {
        match self.0 {
            1 => text!("the key was compromised", "密钥泄露"),
            2 => text!("the authority's key was compromised", "颁发机构密钥泄露"),
            3 => text!("the holder's affiliation changed", "从属关系变更"),
            4 => text!("it was superseded", "证书被取代"),
            5 => text!("it is no longer needed", "停止使用"),
            6 => text!("it is on hold", "证书冻结"),
            9 => text!("a privilege was withdrawn", "权限被收回"),
            10 => text!("the attribute authority was compromised", "属性机构泄露"),
            _ => text!("no reason is given", "未说明原因"),
        }
    }
}

impl RevocationList {
    /// Reads one list. Its entries are read when the first certificate is looked up.
    ///
    /// # Errors
    /// [`ErrorKind::Certificate`] when the bytes are none, or bytes follow.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        read(der)
            .map(|inner| Self(Arc::new(inner)))
            .map_err(|error| unreadable("the revocation list cannot be read", "证书撤销列表无法读取", error))
    }

    /// Reads a list in DER, or the first one of PEM text.
    ///
    /// # Errors
    /// As [`Self::from_der`]; [`ErrorKind::Format`] for broken PEM.
    pub fn from_pem_or_der(bytes: &[u8]) -> Result<Self> {
        if !pem::looks_like_pem(bytes) {
            return Self::from_der(bytes);
        }
        let missing = || text!("the PEM text holds no revocation list", "PEM 文本中没有证书撤销列表");
        Self::from_der(&pem::first(bytes, |label| label == "X509 CRL", missing)?)
    }

    /// The list as it was read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The list as PEM text.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode("X509 CRL", self.der()).as_str().to_owned()
    }

    /// Who issued it.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    /// When it was issued.
    #[must_use]
    pub fn this_update(&self) -> Time {
        self.0.this_update
    }

    /// When the next one is due at the latest.
    #[must_use]
    pub fn next_update(&self) -> Option<Time> {
        self.0.next_update
    }

    /// Why the list says nothing that can be used, whoever signed it: it is a delta or indirect list, has a critical
    /// extension that is not processed, or entries that cannot be read.
    #[must_use]
    pub fn unusable(&self) -> Option<Text> {
        match (&self.0.scope.unusable, self.index()) {
            (Some(reason), _) | (None, Err(reason)) => Some(reason.clone()),
            (None, Ok(_)) => None,
        }
    }

    /// Whether the list, where it does not name `certificate`, says that it was not revoked. A list may be for authorities
    /// or others only, or for a part of the certificates (RFC 5280, 5.2.5 and 6.3.3).
    #[must_use]
    pub fn covers(&self, certificate: &Certificate) -> bool {
        self.0.scope.covers(certificate, &self.0.der)
    }

    /// Verifies that `issuer` issued the list.
    ///
    /// # Errors
    /// [`ErrorKind::Certificate`] when names or key usage do not fit; [`ErrorKind::Crypto`] when the signature does not
    /// hold.
    pub fn verify(&self, issuer: &Certificate) -> Result<()> {
        let refused = |reason| Err(Error::new(ErrorKind::Certificate, reason));
        if !self.0.issuer.matches(&issuer.subject()) {
            return refused(text!("the list was issued by somebody else", "列表由其他机构签发"));
        }
        if issuer
            .key_usage()
            .is_some_and(|usage| !usage.contains(KeyUsage::CRL_SIGN))
        {
            return refused(text!(
                "the issuer's key usage does not allow revocation lists",
                "颁发者密钥用法不允许签发撤销列表"
            ));
        }
        if self.holds_for(issuer) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Crypto,
            text!(
                "the signature of the revocation list does not hold",
                "撤销列表签名验证不通过"
            ),
        ))
    }

    fn holds_for(&self, issuer: &Certificate) -> bool {
        let known = |list: &[(Certificate, bool)]| list.iter().find(|(one, _)| one == issuer).map(|(_, holds)| *holds);
        if let Some(holds) = self.0.verified.lock().ok().and_then(|list| known(&list)) {
            return holds;
        }
        let signature = BitString {
            unused: self.0.unused_bits,
            bytes: self.part(&self.0.signature),
        };
        let holds = self.0.algorithm.agrees(&self.0.inner_algorithm, &self.0.der)
            && self.signed_with().is_ok_and(|algorithm| {
                verify_signed(issuer.public_key(), algorithm, self.part(&self.0.tbs), &signature).is_ok()
            });
        if let Ok(mut list) = self.0.verified.lock() {
            if list.len() >= REMEMBERED {
                list.remove(0);
            }
            list.push((issuer.clone(), holds));
        }
        holds
    }

    /// How the issuer's signature was formed.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for an algorithm that is not known, [`ErrorKind::Asn1`] when its parameters cannot be
    /// read.
    pub fn signed_with(&self) -> Result<SignatureAlgorithm> {
        self.0.algorithm.algorithm(&self.0.der)
    }

    /// Whether the list names another key of its issuer than that of `issuer`.
    pub(super) fn names_other_key(&self, issuer: &Certificate) -> bool {
        match (&self.0.authority_key_id, issuer.subject_key_id()) {
            (Some(range), Some(id)) => self.part(range) != id,
            _ => false,
        }
    }

    /// The entry of a serial number, the earliest where there are several. Says nothing about the list's signature.
    ///
    /// # Errors
    /// [`ErrorKind::Certificate`] when the entries cannot be read or have a critical extension that is not processed.
    pub fn find(&self, serial: &[u8]) -> Result<Option<Revocation>> {
        let index = self
            .index()
            .as_ref()
            .map_err(|reason| Error::new(ErrorKind::Certificate, reason.clone()))?;
        let entries = self.part(&self.0.entries);
        let wanted = number(serial);
        let tail = tail_of(wanted);
        let first = index.partition_point(|(key, _)| *key < tail);
        let mut found: Option<Revocation> = None;
        for (_, offset) in index.iter().skip(first).take_while(|(key, _)| *key == tail) {
            let start = usize::try_from(*offset).unwrap_or(usize::MAX);
            let entry = Tlv::parse_prefix(entries.get(start..).unwrap_or_default())?;
            let (serial, revocation) = read_entry(&entry)?;
            if number(serial) == wanted && found.is_none_or(|earlier| revocation.at < earlier.at) {
                found = Some(revocation);
            }
        }
        Ok(found)
    }

    /// How many entries there are; 0 where they cannot be read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index().as_ref().map_or(0, Vec::len)
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn index(&self) -> &Result<Vec<Key>, Text> {
        self.0
            .index
            .get_or_init(|| build_index(self.part(&self.0.entries)).map_err(|error| error.text().clone()))
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.0.der.get(range.clone()).unwrap_or_default()
    }
}

/// Looks at each entry just closely enough to know that the list may be used; nothing is copied.
fn build_index(entries: &[u8]) -> Result<Vec<Key>> {
    let mut index = Vec::new();
    let mut reader = Reader::new(entries);
    while let Some(entry) = reader.next()? {
        let mut members = entry.expect(Tag::SEQUENCE)?.children()?;
        let serial = members.read(Tag::INTEGER)?.content();
        members.any()?;
        read_reason(&mut members)?;
        let offset = u32::try_from(entry.offset())
            .map_err(|_| entry.error(text!("the list is longer than 4 GiB", "列表超过 4 GiB")))?;
        index.push((tail_of(number(serial)), offset));
    }
    index.sort_unstable();
    Ok(index)
}

fn read_entry<'a>(entry: &Tlv<'a>) -> Result<(&'a [u8], Revocation)> {
    let mut members = entry.expect(Tag::SEQUENCE)?.children()?;
    let serial = members.read(Tag::INTEGER)?.content();
    let (at, _) = Time::from_tlv(&members.any()?)?;
    let reason = read_reason(&mut members)?;
    Ok((serial, Revocation { at, reason }))
}

fn read_reason(members: &mut Reader<'_>) -> Result<Option<RevocationReason>> {
    let mut reason = None;
    let Some(extensions) = members.optional(Tag::SEQUENCE)? else {
        return Ok(None);
    };
    let mut list = extensions.children()?;
    while let Some(entry) = list.next()? {
        let extension = Extension::read(&entry)?;
        if extension.oid == oids::CRL_REASON {
            let code = extension.value.nested()?.read(Tag::ENUMERATED)?.i64()?;
            reason = u8::try_from(code).ok().map(RevocationReason);
        } else if extension.critical {
            let oid = extension.oid;
            return Err(entry.error(text!(
                "an entry has the critical extension {oid}, which is not processed",
                "列表条目含有未处理的关键扩展 {oid}"
            )));
        }
    }
    Ok(reason)
}

/// A serial number without the octets that only pad it.
fn number(serial: &[u8]) -> &[u8] {
    let start = serial.iter().take_while(|octet| **octet == 0).count();
    serial.get(start..).unwrap_or_default()
}

fn tail_of(number: &[u8]) -> u64 {
    number
        .iter()
        .rev()
        .take(8)
        .rev()
        .fold(0, |value, octet| value << 8 | u64::from(*octet))
}

fn read(der: &[u8]) -> Result<Inner> {
    let mut outer = Tlv::parse(der)?.expect(Tag::SEQUENCE)?.children()?;
    let tbs = outer.read(Tag::SEQUENCE)?;
    let algorithm = Identifier::read(&outer.read(Tag::SEQUENCE)?)?;
    let signature = outer.read(Tag::BIT_STRING)?;
    let unused_bits = signature.bit_string()?.unused;
    outer.finish()?;

    let mut members = tbs.children()?;
    members.optional(Tag::INTEGER)?;
    let inner_algorithm = Identifier::read(&members.read(Tag::SEQUENCE)?)?;
    let issuer = Name::from_der(members.read(Tag::SEQUENCE)?.raw());
    let (this_update, _) = Time::from_tlv(&members.any()?)?;
    let next_update = match members.peek() {
        Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME) => Some(Time::from_tlv(&members.any()?)?.0),
        _ => None,
    };
    let entries = match members.optional(Tag::SEQUENCE)? {
        Some(entries) => {
            let start = entries.offset() + entries.raw().len() - entries.content().len();
            // An indefinite length has its end behind the content.
            let start = if entries.raw().get(1) == Some(&0x80) {
                start - 2
            } else {
                start
            };
            start..start + entries.content().len()
        }
        None => 0..0,
    };
    let mut scope = Scope::default();
    let mut authority_key_id = None;
    if let Some(extensions) = members.optional(Tag::context(0))? {
        let mut list = extensions.only_child()?.expect(Tag::SEQUENCE)?.children()?;
        while let Some(entry) = list.next()? {
            let extension = Extension::read(&entry)?;
            if extension.oid == oids::AUTHORITY_KEY_ID {
                let mut id = extension.value.nested()?.read(Tag::SEQUENCE)?.children()?;
                authority_key_id = id.optional(Tag::context_primitive(0))?.map(|id| content_range(&id));
            } else {
                scope.take(&extension)?;
            }
        }
    }
    members.finish()?;
    let value = content_range(&signature);
    Ok(Inner {
        tbs: tbs.offset()..tbs.offset() + tbs.raw().len(),
        issuer,
        this_update,
        next_update,
        entries,
        algorithm,
        inner_algorithm,
        signature: value.start + 1..value.end,
        unused_bits,
        authority_key_id,
        scope,
        index: OnceLock::new(),
        verified: Mutex::new(Vec::new()),
        der: der.to_vec(),
    })
}

impl PartialEq for RevocationList {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for RevocationList {}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RevocationList({}, {})", self.issuer(), self.this_update())
    }
}
