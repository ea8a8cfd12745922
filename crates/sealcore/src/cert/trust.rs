//! What is trusted, and what helps to get there: anchors, authorities between, revocation lists.

use std::collections::HashMap;

use super::certificate::is_certificate_label;
use super::{Certificate, RevocationList, pem};
use crate::algorithm::PublicKey;
use crate::asn1::{Tag, Tlv};
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// The certificates and revocation lists of one source: a file, or all files of a folder.
#[derive(Clone, Debug, Default)]
pub struct CertificateBag {
    /// Certificates, in the order of the source.
    pub certificates: Vec<Certificate>,
    /// Revocation lists, in the order of the source.
    pub lists: Vec<RevocationList>,
}

impl CertificateBag {
    /// An empty bag.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what one file holds: certificates and lists in PEM, a certificate or list in DER, or either in a P7B file
    /// (SignedData of PKCS#7 or GB/T 35275). Gives how many it held.
    ///
    /// # Errors
    /// [`ErrorKind::Certificate`] when it holds none or one that cannot be read, [`ErrorKind::Format`] for broken PEM;
    /// `part` names the file. Nothing is added then.
    pub fn add_bytes(&mut self, bytes: &[u8], part: &str) -> Result<usize> {
        let mut found = Self::default();
        found.read(bytes).map_err(|error| error.in_part(part))?;
        let count = found.certificates.len() + found.lists.len();
        if count == 0 {
            return Err(Error::new(
                ErrorKind::Certificate,
                text!("no certificate and no revocation list", "不含证书或证书撤销列表"),
            )
            .in_part(part));
        }
        self.certificates.append(&mut found.certificates);
        self.lists.append(&mut found.lists);
        Ok(count)
    }

    fn read(&mut self, bytes: &[u8]) -> Result<()> {
        if !pem::looks_like_pem(bytes) {
            // Some authorities hand out the Base64 of a certificate without its first and last line.
            return match bytes.first() {
                Some(b'M') => match pem::decode(bytes) {
                    Some(der) => self.read_der(&der),
                    None => self.read_der(bytes),
                },
                _ => self.read_der(bytes),
            };
        }
        for block in pem::blocks(bytes)? {
            match block.label {
                label if is_certificate_label(label) => {
                    // OpenSSL puts its own trust settings behind a TRUSTED CERTIFICATE.
                    let der = Tlv::parse_prefix(&block.der).map_or(&block.der[..], |tlv| tlv.raw());
                    self.certificates.push(Certificate::from_der(der)?);
                }
                "X509 CRL" => self.lists.push(RevocationList::from_der(&block.der)?),
                "PKCS7" | "CMS" => self.read_der(&block.der)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn read_der(&mut self, der: &[u8]) -> Result<()> {
        match kind_of(der) {
            Some(Kind::Bundle) => self
                .read_bundle(der)
                .map_err(|error| super::unreadable("the P7B file cannot be read", "P7B 文件无法读取", error)),
            Some(Kind::List) => {
                self.lists.push(RevocationList::from_der(der)?);
                Ok(())
            }
            _ => {
                self.certificates.push(Certificate::from_der(der)?);
                Ok(())
            }
        }
    }

    fn read_bundle(&mut self, der: &[u8]) -> Result<()> {
        let mut outer = Tlv::parse(der)?.expect(Tag::SEQUENCE)?.children()?;
        let content = outer.read(Tag::OID)?.oid()?;
        if !matches!(content, oids::SIGNED_DATA | oids::GM_SIGNED_DATA) {
            return Err(Error::new(
                ErrorKind::Certificate,
                text!(
                    "content type {content} holds no certificates",
                    "内容类型 {content} 不含证书"
                ),
            ));
        }
        let mut members = outer
            .read(Tag::context(0))?
            .only_child()?
            .expect(Tag::SEQUENCE)?
            .children()?;
        while let Some(member) = members.next()? {
            let mut list = match member.tag() {
                tag if tag == Tag::context(0) || tag == Tag::context(1) => member.children()?,
                _ => continue,
            };
            while let Some(one) = list.next()? {
                // Other tags are attribute certificates and the like.
                match (one.tag(), member.tag() == Tag::context(0)) {
                    (Tag::SEQUENCE, true) => self.certificates.push(Certificate::from_der(one.raw())?),
                    (Tag::SEQUENCE, false) => self.lists.push(RevocationList::from_der(one.raw())?),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

enum Kind {
    Certificate,
    List,
    Bundle,
}

/// A ContentInfo starts with an identifier; in a list, and not in a certificate, a time is a direct member of what is
/// signed.
fn kind_of(der: &[u8]) -> Option<Kind> {
    let mut outer = Tlv::parse_prefix(der).ok()?.children().ok()?;
    let first = outer.any().ok()?;
    if first.tag() == Tag::OID {
        return Some(Kind::Bundle);
    }
    let mut members = first.children().ok()?;
    for _ in 0..5 {
        if matches!(members.next().ok()??.tag(), Tag::UTC_TIME | Tag::GENERALIZED_TIME) {
            return Some(Kind::List);
        }
    }
    Some(Kind::Certificate)
}

/// Trust anchors, other authorities and revocation lists. Nothing is fetched and nothing is trusted that was not put in.
#[derive(Clone, Debug, Default)]
pub struct TrustStore {
    anchors: Vec<Certificate>,
    intermediates: Vec<Certificate>,
    /// Positions of both in the order anchors, intermediates, by the folded name of the subject.
    by_subject: HashMap<Vec<u8>, Vec<Known>>,
    lists: HashMap<Vec<u8>, Vec<RevocationList>>,
}

/// A certificate of the store.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) certificate: Certificate,
    pub(super) anchor: bool,
}

impl TrustStore {
    /// A store that trusts nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts one file: as [`Self::trust`] with what [`CertificateBag::add_bytes`] reads.
    ///
    /// # Errors
    /// As [`CertificateBag::add_bytes`].
    pub fn add_bytes(&mut self, bytes: &[u8], part: &str) -> Result<usize> {
        let mut bag = CertificateBag::new();
        let count = bag.add_bytes(bytes, part)?;
        self.trust(bag);
        Ok(count)
    }

    /// Trusts one source. Its self-signed certificates become anchors and the others help to build paths; where none is
    /// self-signed, all of its certificates become anchors.
    pub fn trust(&mut self, bag: CertificateBag) {
        let any = bag.certificates.iter().any(is_self_signed);
        for certificate in bag.certificates {
            let anchor = !any || is_self_signed(&certificate);
            self.insert(certificate, anchor);
        }
        for list in bag.lists {
            self.add_list(list);
        }
    }

    /// Takes revocation lists and certificates without trusting any of them.
    pub fn support(&mut self, bag: CertificateBag) {
        for certificate in bag.certificates {
            self.insert(certificate, false);
        }
        for list in bag.lists {
            self.add_list(list);
        }
    }

    /// Trusts `certificate`.
    pub fn add_anchor(&mut self, certificate: Certificate) {
        self.insert(certificate, true);
    }

    /// Takes a revocation list; it counts where its issuer's signature holds.
    pub fn add_list(&mut self, list: RevocationList) {
        let same_issuer = self.lists.entry(list.issuer().folded()).or_default();
        if !same_issuer.contains(&list) {
            same_issuer.push(list);
        }
    }

    /// Whether nobody is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// The anchors.
    #[must_use]
    pub fn anchors(&self) -> &[Certificate] {
        &self.anchors
    }

    /// Certificates that help to build paths.
    #[must_use]
    pub fn intermediates(&self) -> &[Certificate] {
        &self.intermediates
    }

    /// Whether `certificate` itself is an anchor.
    #[must_use]
    pub fn is_anchor(&self, certificate: &Certificate) -> bool {
        self.known(&certificate.subject().folded())
            .iter()
            .any(|known| known.anchor && known.certificate == *certificate)
    }

    pub(super) fn known(&self, subject: &[u8]) -> &[Known] {
        self.by_subject.get(subject).map_or(&[], Vec::as_slice)
    }

    pub(super) fn lists_of(&self, issuer: &[u8]) -> &[RevocationList] {
        self.lists.get(issuer).map_or(&[], Vec::as_slice)
    }

    fn insert(&mut self, certificate: Certificate, anchor: bool) {
        let same_name = self.by_subject.entry(certificate.subject().folded()).or_default();
        if let Some(known) = same_name.iter_mut().find(|known| known.certificate == certificate) {
            if anchor && !known.anchor {
                known.anchor = true;
                self.intermediates.retain(|one| *one != certificate);
                self.anchors.push(certificate);
            }
            return;
        }
        same_name.push(Known {
            certificate: certificate.clone(),
            anchor,
        });
        // Anchors first, so that the shortest paths are tried first.
        same_name.sort_by_key(|known| !known.anchor);
        if anchor {
            self.anchors.push(certificate)
        } else {
            self.intermediates.push(certificate)
        }
    }
}

/// Signed with its own key; with a key that cannot be judged, of its own name.
fn is_self_signed(certificate: &Certificate) -> bool {
    certificate.is_self_issued()
        && match certificate.public_key() {
            PublicKey::Other { .. } => true,
            key => certificate.is_signed_by(key),
        }
}
