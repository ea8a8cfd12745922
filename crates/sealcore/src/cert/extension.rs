//! The extensions that paths and signatures are judged by, RFC 5280, 4.2.

use std::ops::Range;

use super::crl_scope::point_names;
use crate::asn1::{Oid, Reader, Tag, Tlv};
use crate::error::Result;
use crate::oids;

/// The arc of the standard extensions, named where a list of extensions breaks off.
const ID_CE: Oid = Oid::new(&[2, 5, 29]);

/// What a key may be used for, RFC 5280, 4.2.1.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// digitalSignature.
    pub const DIGITAL_SIGNATURE: Self = Self(0x8000);
    /// nonRepudiation (contentCommitment).
    pub const NON_REPUDIATION: Self = Self(0x4000);
    /// keyCertSign.
    pub const KEY_CERT_SIGN: Self = Self(0x0400);
    /// cRLSign.
    pub const CRL_SIGN: Self = Self(0x0200);

    /// Both usages.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every usage of `other` is there.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether documents may be signed: digitalSignature or nonRepudiation.
    #[must_use]
    pub const fn allows_signatures(self) -> bool {
        self.contains(Self::DIGITAL_SIGNATURE) || self.contains(Self::NON_REPUDIATION)
    }

    /// The named bits, bit 0 the most significant one.
    pub(super) const fn bits(self) -> u16 {
        self.0
    }

    fn read(mut content: Reader<'_>) -> Result<Self> {
        let tlv = content.read(Tag::BIT_STRING)?;
        content.finish()?;
        let named = tlv.bit_string()?;
        Ok(Self(
            (0..16)
                .filter(|index| named.bit(*index))
                .fold(0, |bits, index| bits | 0x8000 >> index),
        ))
    }
}

/// Whether a certificate's key may sign certificates, RFC 5280, 4.2.1.9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// An authority.
    pub ca: bool,
    /// How many authorities may follow below it; `None` is any number.
    pub path_len: Option<u32>,
}

impl BasicConstraints {
    fn read(mut content: Reader<'_>) -> Result<Self> {
        let sequence = content.read(Tag::SEQUENCE)?;
        content.finish()?;
        let mut members = sequence.children()?;
        let ca = members.optional(Tag::BOOLEAN)?.map_or(Ok(false), |ca| ca.boolean())?;
        let path_len = match members.optional(Tag::INTEGER)? {
            Some(length) => {
                let number = length.i64()?;
                // Nobody may follow where the length is nonsense.
                Some(if number < 0 {
                    0
                } else {
                    u32::try_from(number).unwrap_or(u32::MAX)
                })
            }
            None => None,
        };
        Ok(Self { ca, path_len })
    }
}

/// The extensions of a certificate, as far as they are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Extensions {
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) basic_constraints: Option<BasicConstraints>,
    pub(super) extended_key_usage: Option<Vec<Oid>>,
    pub(super) extended_key_usage_critical: bool,
    pub(super) subject_key_id: Option<Range<usize>>,
    pub(super) authority_key_id: Option<Range<usize>>,
    /// The names of the distribution points of revocation lists.
    pub(super) crl_points: Vec<Range<usize>>,
    /// Critical and unknown, or critical and unreadable, or there twice.
    pub(super) unprocessed: Vec<Oid>,
}

impl Extensions {
    /// Reads the SEQUENCE OF Extension. Never fails: what cannot be read is noted.
    pub(super) fn read(list: &Tlv<'_>) -> Self {
        let mut extensions = Self::default();
        let mut seen: Vec<Oid> = Vec::new();
        if extensions.read_list(list, &mut seen).is_err() {
            // A list that breaks off may have ended in anything, a critical extension included.
            extensions.unprocessed.push(ID_CE);
        }
        extensions
    }

    fn read_list(&mut self, list: &Tlv<'_>, seen: &mut Vec<Oid>) -> Result<()> {
        let mut entries = list.children()?;
        while let Some(entry) = entries.next()? {
            let extension = Extension::read(&entry)?;
            let known = is_processed(extension.oid);
            if known && seen.contains(&extension.oid) {
                self.unprocessed.push(extension.oid);
            } else if known {
                seen.push(extension.oid);
                if self.take(&extension).is_err() {
                    self.refuse(&extension);
                }
            } else if extension.critical {
                self.unprocessed.push(extension.oid);
            }
        }
        Ok(())
    }

    fn take(&mut self, extension: &Extension<'_>) -> Result<()> {
        let mut content = extension.value.nested()?;
        match extension.oid {
            oids::KEY_USAGE => self.key_usage = Some(KeyUsage::read(content)?),
            oids::BASIC_CONSTRAINTS => self.basic_constraints = Some(BasicConstraints::read(content)?),
            oids::EXTENDED_KEY_USAGE => {
                let mut purposes = content.read(Tag::SEQUENCE)?.children()?;
                let mut list = Vec::new();
                while let Some(purpose) = purposes.next()? {
                    list.push(purpose.oid()?);
                }
                self.extended_key_usage = Some(list);
                self.extended_key_usage_critical = extension.critical;
            }
            oids::SUBJECT_KEY_ID => {
                self.subject_key_id = Some(content_range(&content.read(Tag::OCTET_STRING)?));
            }
            oids::AUTHORITY_KEY_ID => {
                let mut members = content.read(Tag::SEQUENCE)?.children()?;
                self.authority_key_id = members
                    .optional(Tag::context_primitive(0))?
                    .map(|id| content_range(&id));
            }
            oids::CRL_DISTRIBUTION_POINTS => {
                let mut points = content.read(Tag::SEQUENCE)?.children()?;
                while let Some(point) = points.next()? {
                    if let Some(name) = point.expect(Tag::SEQUENCE)?.children()?.optional(Tag::context(0))? {
                        self.crl_points.extend(point_names(&name)?);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What cannot be read allows nothing.
    fn refuse(&mut self, extension: &Extension<'_>) {
        match extension.oid {
            oids::KEY_USAGE => self.key_usage = Some(KeyUsage::default()),
            oids::EXTENDED_KEY_USAGE => self.extended_key_usage = Some(Vec::new()),
            _ => {}
        }
        if extension.critical {
            self.unprocessed.push(extension.oid);
        }
    }
}

/// One Extension, RFC 5280, 4.1.
pub(super) struct Extension<'a> {
    pub(super) oid: Oid,
    pub(super) critical: bool,
    /// The OCTET STRING around the value.
    pub(super) value: Tlv<'a>,
}

impl<'a> Extension<'a> {
    pub(super) fn read(entry: &Tlv<'a>) -> Result<Self> {
        let mut members = entry.expect(Tag::SEQUENCE)?.children()?;
        Ok(Self {
            oid: members.read(Tag::OID)?.oid()?,
            critical: members
                .optional(Tag::BOOLEAN)?
                .map_or(Ok(false), |critical| critical.boolean())?,
            value: members.read(Tag::OCTET_STRING)?,
        })
    }
}

/// Alternative names and policies restrict no path here: names are not matched and no policy is asked for.
fn is_processed(oid: Oid) -> bool {
    [
        oids::KEY_USAGE,
        oids::BASIC_CONSTRAINTS,
        oids::EXTENDED_KEY_USAGE,
        oids::SUBJECT_KEY_ID,
        oids::AUTHORITY_KEY_ID,
        oids::SUBJECT_ALT_NAME,
        oids::CRL_DISTRIBUTION_POINTS,
        oids::CERTIFICATE_POLICIES,
    ]
    .contains(&oid)
}

/// Where the content of a primitive value stands in the outermost input.
pub(super) fn content_range(tlv: &Tlv<'_>) -> Range<usize> {
    let end = tlv.offset() + tlv.raw().len();
    end - tlv.content().len()..end
}
