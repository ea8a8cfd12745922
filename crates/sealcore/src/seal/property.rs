use sealcore_gm::sm3;

use super::Generation;
use crate::asn1::{Reader, Tag, Time, TimeForm, Tlv, Writer};
use crate::cert::Certificate;
use crate::digest::DigestAlgorithm;
use crate::error::Result;
use crate::report::Code;

/// SES_ESPropertyInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Property {
    /// 1 for an organisation, 2 for a person; vendors use more.
    pub kind: i64,
    /// The seal's name.
    pub name: String,
    /// Who may use the seal.
    pub certificates: CertificateList,
    /// When the seal was made.
    pub created: Time,
    /// Start of validity.
    pub valid_from: Time,
    /// End of validity.
    pub valid_until: Time,
}

/// SES_CertList: the signers that may use a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateList {
    /// Certificates, DER.
    Certificates(Vec<Vec<u8>>),
    /// Digests of certificates: the type as stated, and the value.
    Digests(Vec<(String, Vec<u8>)>),
    /// Nothing that a certificate could be compared with.
    Opaque,
}

/// Whether a certificate is in the list of a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// The list cannot be compared with.
    Unknown,
}

impl CertificateList {
    /// Compares `certificate` with the list: by bytes, or by digest.
    #[must_use]
    pub fn contains(&self, certificate: &[u8]) -> Listed {
        match self {
            Self::Certificates(all) if all.is_empty() => Listed::Unknown,
            Self::Certificates(all) if all.iter().any(|one| one == certificate) => Listed::Yes,
            Self::Certificates(_) => Listed::No,
            Self::Digests(all) => digests_contain(all, certificate),
            Self::Opaque => Listed::Unknown,
        }
    }
}

/// The text of the standard leaves the hash to a "custom type": the type is taken for a name or identifier, and a value of
/// 32 bytes under an unknown one for SM3.
fn digests_contain(digests: &[(String, Vec<u8>)], certificate: &[u8]) -> Listed {
    let mut unknown = digests.is_empty();
    for (kind, value) in digests {
        let computed = match DigestAlgorithm::from_name(kind) {
            Some(algorithm) => algorithm.digest(certificate),
            None if value.len() == sm3::DIGEST_LEN => Some(sm3::digest(certificate).to_vec()),
            None => None,
        };
        match computed {
            Some(computed) if computed == *value => return Listed::Yes,
            Some(_) => {}
            None => unknown = true,
        }
    }
    if unknown { Listed::Unknown } else { Listed::No }
}

impl Property {
    /// A property for one signer.
    #[must_use]
    pub fn new(kind: i64, name: impl Into<String>, certificates: CertificateList, validity: [Time; 3]) -> Self {
        let [created, valid_from, valid_until] = validity;
        Self {
            kind,
            name: name.into(),
            certificates,
            created,
            valid_from,
            valid_until,
        }
    }

    pub(super) fn read(tlv: &Tlv<'_>, quirks: &mut Vec<Code>) -> Result<Self> {
        let mut members = tlv.expect(Tag::SEQUENCE)?.children()?;
        let kind = members.read(Tag::INTEGER)?.i64()?;
        let name = super::read::string(&members.any()?, quirks);
        let list_type = members.optional(Tag::INTEGER)?.map(|number| number.i64()).transpose()?;
        let certificates = read_list(&members.any()?)?;
        let fits = match (&certificates, list_type) {
            (_, None) => true,
            (CertificateList::Certificates(_), Some(kind)) => kind == 1,
            (CertificateList::Digests(_), Some(kind)) => kind == 2,
            (CertificateList::Opaque, Some(_)) => false,
        };
        if !fits {
            quirks.push(Code::QuirkCertListType);
        }
        let created = time(&mut members, quirks)?;
        let valid_from = time(&mut members, quirks)?;
        let valid_until = time(&mut members, quirks)?;
        Ok(Self {
            kind,
            name,
            certificates,
            created,
            valid_from,
            valid_until,
        })
    }

    pub(super) fn write(&self, generation: Generation, writer: &mut Writer) {
        writer.sequence(|writer| {
            writer.integer(self.kind);
            writer.string(Tag::UTF8_STRING, &self.name);
            if generation != Generation::V1 {
                writer.integer(if matches!(self.certificates, CertificateList::Digests(_)) {
                    2
                } else {
                    1
                });
            }
            writer.sequence(|writer| match &self.certificates {
                CertificateList::Certificates(all) => all.iter().for_each(|one| writer.octets(one)),
                CertificateList::Digests(all) => {
                    for (kind, value) in all {
                        writer.sequence(|writer| {
                            writer.string(Tag::PRINTABLE_STRING, kind);
                            writer.octets(value);
                        });
                    }
                }
                CertificateList::Opaque => {}
            });
            for time in [self.created, self.valid_from, self.valid_until] {
                if generation == Generation::V1 {
                    writer.utc_time(time)
                } else {
                    writer.generalized_time(time)
                }
            }
        });
    }
}

fn time(members: &mut Reader<'_>, quirks: &mut Vec<Code>) -> Result<Time> {
    let (time, form) = Time::from_tlv(&members.any()?)?;
    quirks.extend(quirk_of(form));
    Ok(time)
}

/// The finding that a form of time deserves.
pub(super) fn quirk_of(form: TimeForm) -> Option<Code> {
    match form {
        TimeForm::Standard => None,
        TimeForm::NoZone => Some(Code::QuirkTimeZone),
        TimeForm::ShortYear => Some(Code::QuirkTimeYear),
        TimeForm::Text => Some(Code::QuirkTimeText),
    }
}

fn read_list(list: &Tlv<'_>) -> Result<CertificateList> {
    let mut certificates = Vec::new();
    let mut digests = Vec::new();
    let mut items = if list.tag() == Tag::OCTET_STRING {
        // A single certificate where the list belongs.
        if Certificate::from_der(list.content()).is_ok() {
            return Ok(CertificateList::Certificates(vec![list.content().to_vec()]));
        }
        list.nested()?
    } else {
        list.children()?
    };
    while let Some(item) = items.next()? {
        match item.tag() {
            Tag::OCTET_STRING => certificates.push(item.content().to_vec()),
            Tag::SEQUENCE => {
                let mut members = item.children()?;
                let first = members.any()?;
                if first.tag().is_constructed() {
                    certificates.push(item.raw().to_vec());
                } else {
                    digests.push((first.text(), members.any()?.octets()?.into_owned()));
                }
            }
            _ => {}
        }
    }
    Ok(match (certificates.is_empty(), digests.is_empty()) {
        (false, _) => CertificateList::Certificates(certificates),
        (true, false) => CertificateList::Digests(digests),
        (true, true) => CertificateList::Opaque,
    })
}
