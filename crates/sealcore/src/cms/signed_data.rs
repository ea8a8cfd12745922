use super::SignerInfo;
use crate::asn1::{Oid, Tag, Tlv};
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::report::{Code, Standard};
use crate::text;

/// Signers of one SignedData. Readers of the field stop at 16; each costs a verification.
const MAX_SIGNERS: usize = 64;

/// Whose identifiers a SignedData carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// GB/T 35275.
    Gm,
    /// PKCS#7 and CMS.
    Pkcs7,
}

impl Family {
    /// The standard that describes it.
    #[must_use]
    pub fn standard(self) -> Standard {
        match self {
            Self::Gm => Standard::Gbt35275,
            Self::Pkcs7 => Standard::Cms,
        }
    }
}

/// SignedData as it was read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedData {
    /// The family of the outer content type.
    pub family: Family,
    /// The version, where it is a small number; -1 else.
    pub version: i64,
    /// The digest algorithms that are announced.
    pub digest_algorithms: Vec<Oid>,
    /// The inner content type.
    pub content_type: Oid,
    /// The content, where it is inside.
    pub content: Option<Vec<u8>>,
    /// Certificates, DER or whatever stands there.
    pub certificates: Vec<Vec<u8>>,
    /// Revocation lists.
    pub crls: Vec<Vec<u8>>,
    /// The signers.
    pub signers: Vec<SignerInfo>,
    /// How the encoding departs from DER.
    pub quirks: Vec<Code>,
}

impl SignedData {
    /// Whether `bytes` have the outer shape of a ContentInfo: a SEQUENCE that starts with an identifier.
    #[must_use]
    pub fn is_shape(bytes: &[u8]) -> bool {
        let first = || -> Result<Tag> {
            Ok(Tlv::parse_prefix(bytes)?
                .expect(Tag::SEQUENCE)?
                .children()?
                .any()?
                .tag())
        };
        first().is_ok_and(|tag| tag == Tag::OID)
    }

    /// Reads a ContentInfo that holds SignedData.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for another content type, [`ErrorKind::Asn1`] when it cannot be read.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::read(bytes).map_err(|error| error.in_part("SignedData"))
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        let outer = Tlv::parse_prefix(bytes)?.expect(Tag::SEQUENCE)?;
        let mut quirks = Vec::new();
        if outer.raw().len() != bytes.len() {
            quirks.push(Code::QuirkTrailing);
        }
        let mut info = outer.children()?;
        let family = match info.read(Tag::OID)?.oid()? {
            oids::GM_SIGNED_DATA => Family::Gm,
            oids::SIGNED_DATA => Family::Pkcs7,
            other => {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    text!(
                        "content type {other} is not signedData",
                        "内容类型 {other} 不是 signedData"
                    ),
                ));
            }
        };
        let data = info.read(Tag::context(0))?.only_child()?.expect(Tag::SEQUENCE)?;
        let mut members = data.children()?;
        let version = members.read(Tag::INTEGER)?.i64().unwrap_or(-1);
        let digest_algorithms = digest_algorithms(&members.read(Tag::SET)?);
        let (content_type, content) = read_content(&members.read(Tag::SEQUENCE)?)?;
        let certificates = members
            .optional(Tag::context(0))?
            .map(|set| raw_members(&set))
            .transpose()?
            .unwrap_or_default();
        let crls = members
            .optional(Tag::context(1))?
            .map(|set| raw_members(&set))
            .transpose()?
            .unwrap_or_default();
        let mut signer_infos = members.read(Tag::SET)?.children()?;
        let mut signers = Vec::new();
        while let Some(signer) = signer_infos.next()? {
            if signers.len() == MAX_SIGNERS {
                return Err(signer.error(text!("more than {MAX_SIGNERS} signers", "签名者多于 {MAX_SIGNERS} 个")));
            }
            signers.push(SignerInfo::read(&signer)?);
        }
        members.finish()?;
        if !outer.is_der() || !data.is_der() {
            quirks.push(Code::QuirkBer);
        }
        Ok(Self {
            family,
            version,
            digest_algorithms,
            content_type,
            content,
            certificates,
            crls,
            signers,
            quirks,
        })
    }
}

/// `[0] EXPLICIT` content: an OCTET STRING, or as PKCS#7 has it any value, whose content octets are what is signed.
fn read_content(info: &Tlv<'_>) -> Result<(Oid, Option<Vec<u8>>)> {
    let mut members = info.children()?;
    let content_type = members.read(Tag::OID)?.oid()?;
    let content = match members.optional(Tag::context(0))? {
        Some(wrapper) => {
            let value = wrapper.only_child()?;
            Some(if value.tag().is_constructed() && value.tag() == Tag::SEQUENCE {
                value.content().to_vec()
            } else {
                value.octets()?.into_owned()
            })
        }
        None => None,
    };
    members.finish()?;
    Ok((content_type, content))
}

/// What cannot be read is nobody's algorithm.
fn digest_algorithms(set: &Tlv<'_>) -> Vec<Oid> {
    let mut found = Vec::new();
    let Ok(mut members) = set.children() else {
        return found;
    };
    while let Ok(Some(member)) = members.next() {
        let identifier = member
            .expect(Tag::SEQUENCE)
            .and_then(|member| member.children()?.read(Tag::OID)?.oid());
        if let (Ok(oid), true) = (identifier, found.len() < MAX_SIGNERS) {
            found.push(oid);
        }
    }
    found
}

fn raw_members(set: &Tlv<'_>) -> Result<Vec<Vec<u8>>> {
    let mut members = set.children()?;
    let mut all = Vec::new();
    while let Some(member) = members.next()? {
        all.push(member.raw().to_vec());
    }
    Ok(all)
}
