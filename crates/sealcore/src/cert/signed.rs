//! What certificates, requests and revocation lists have in common: bytes, an algorithm, and a signature over them.

use std::ops::Range;

use crate::algorithm::{PublicKey, SignatureAlgorithm};
use crate::asn1::{BitString, Oid, Tag, Tlv, Writer};
use crate::error::Result;

/// An AlgorithmIdentifier and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identifier {
    pub(super) oid: Oid,
    range: Range<usize>,
}

impl Identifier {
    pub(super) fn read(tlv: &Tlv<'_>) -> Result<Self> {
        Ok(Self {
            oid: tlv.children()?.read(Tag::OID)?.oid()?,
            range: tlv.offset()..tlv.offset() + tlv.raw().len(),
        })
    }

    /// The algorithm, where it is known. `der` is what the identifier was read from.
    pub(super) fn algorithm(&self, der: &[u8]) -> Result<SignatureAlgorithm> {
        let raw = der.get(self.range.clone()).unwrap_or_default();
        SignatureAlgorithm::from_identifier(&Tlv::parse_prefix(raw)?, None)
    }

    /// Whether both say the same, as RFC 5280, 4.1.1.2 and 5.1.1.2 want it. A NULL that only one of them has is no
    /// difference.
    pub(super) fn agrees(&self, other: &Self, der: &[u8]) -> bool {
        let same = || match (self.algorithm(der), other.algorithm(der)) {
            (Ok(one), Ok(two)) => one == two,
            _ => true,
        };
        self.oid == other.oid && same()
    }
}

/// Verifies what an authority signed, or a requester.
pub(super) fn verify_signed(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    tbs: &[u8],
    signature: &BitString<'_>,
) -> Result<()> {
    key.verify_bits(algorithm, tbs, signature).map(|_| ())
}

/// The signed bytes with algorithm and signature: the outer structure of certificates, requests and lists.
pub(super) fn signed(tbs: &[u8], algorithm: SignatureAlgorithm, value: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.raw(tbs);
        algorithm.write(writer);
        writer.bits(value);
    });
    writer.finish()
}
