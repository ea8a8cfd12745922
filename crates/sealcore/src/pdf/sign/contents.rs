//! What `/Contents` holds: SES_Signature or CMS, its names, its size.

use std::ops::Range;

use super::request::{Contents, SignRequest};
use crate::algorithm::SignatureAlgorithm;
use crate::asn1::{Tag, Time, Tlv, Writer};
use crate::cert::Certificate;
use crate::cms::{Family, PreparedSignedData, SignedDataStyle};
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::seal::{Generation, TbsSign, assemble_signature};
use crate::text;

/// How the signature value is wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// SES_Signature of this generation.
    Seal(Generation),
    /// SignedData.
    SignedData {
        family: Family,
        algorithm: SignatureAlgorithm,
        /// Certificates besides the signer's.
        chain: Vec<Certificate>,
    },
}

/// What the signature is made over.
pub(super) struct Original<'o> {
    /// The digest of the covered bytes.
    pub(super) digest: &'o [u8],
    /// Which bytes are covered.
    pub(super) range: [u64; 4],
    pub(super) sub_filter: &'o str,
}

impl Form {
    /// What the request asks for, as far as key and seal allow it.
    pub(super) fn of(request: &SignRequest<'_>) -> Result<Self> {
        let key = request.certificate.public_key();
        let algorithm = request.algorithm.or_else(|| SignatureAlgorithm::default_for(key));
        let Some(algorithm) = algorithm else {
            let name = key.name();
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!("nothing is signed with keys of {name}", "不支持用 {name} 密钥签名"),
            ));
        };
        let is_sm2 = algorithm == SignatureAlgorithm::Sm2Sm3;
        let family = match (request.contents, request.seal) {
            (Contents::Auto | Contents::Seal, Some(_)) if !is_sm2 => {
                return Err(argument(text!(
                    "a seal is put on with an SM2 key",
                    "加盖印章须使用 SM2 密钥"
                )));
            }
            (Contents::Auto | Contents::Seal, Some(seal)) => return Ok(Self::Seal(seal.generation)),
            (Contents::Seal, None) => {
                return Err(argument(text!("a seal signature needs a seal", "电子签章需要印章")));
            }
            (Contents::Cms | Contents::GmCms, Some(_)) => {
                return Err(argument(text!(
                    "a seal is put on as SES_Signature; CMS would lose it",
                    "印章须以 SES_Signature 加盖；CMS 不包含印章"
                )));
            }
            (Contents::GmCms, None) if !is_sm2 => {
                return Err(argument(text!(
                    "GB/T 35275 identifiers go with an SM2 key",
                    "GB/T 35275 标识须与 SM2 密钥配合使用"
                )));
            }
            (Contents::GmCms, None) => Family::Gm,
            (Contents::Auto, None) if is_sm2 => Family::Gm,
            (Contents::Auto | Contents::Cms, None) => Family::Pkcs7,
        };
        Ok(Self::SignedData {
            family,
            algorithm,
            chain: request.chain.to_vec(),
        })
    }

    /// `/Filter` and `/SubFilter` where the request names none: what the readers of each form expect.
    pub(super) fn names(&self) -> (&'static str, &'static str) {
        match self {
            Self::Seal(_) => ("Gomain.GMPkiLite", "GM.sm2seal"),
            Self::SignedData { family: Family::Gm, .. } => ("DJ.GMPkiLite", "GM.sm2cms.detached"),
            // ETSI names no SM2, and readers that know SM2 in PKCS#7 expect the older name.
            Self::SignedData {
                algorithm: SignatureAlgorithm::Sm2Sm3,
                ..
            } => ("Adobe.PPKLite", "adbe.pkcs7.detached"),
            Self::SignedData { .. } => ("Adobe.PPKLite", "ETSI.CAdES.detached"),
        }
    }

    pub(super) fn algorithm(&self) -> SignatureAlgorithm {
        match self {
            Self::Seal(_) => SignatureAlgorithm::Sm2Sm3,
            Self::SignedData { algorithm, .. } => *algorithm,
        }
    }

    /// The digest of the bytes that the signature covers.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for an algorithm that signs no digests.
    pub(super) fn digest_algorithm(&self) -> Result<DigestAlgorithm> {
        match self {
            Self::Seal(_) => Ok(DigestAlgorithm::Sm3),
            Self::SignedData { family, algorithm, .. } => style(*family, *algorithm, None).digest_algorithm(),
        }
    }

    /// The bytes that are signed.
    pub(super) fn to_be_signed(&self, original: &Original<'_>, request: &SignRequest<'_>) -> Result<Vec<u8>> {
        let certificate = request.certificate;
        match (self, request.seal) {
            (Self::Seal(_), Some(seal)) => {
                let (digest, signer) = (original.digest.to_vec(), certificate.der().to_vec());
                TbsSign::new(seal, request.time, digest, property_info(original.range), signer).to_der()
            }
            (Self::Seal(_), None) => Err(argument(text!("a seal signature needs a seal", "电子签章需要印章"))),
            (
                Self::SignedData {
                    family,
                    algorithm,
                    chain,
                },
                _,
            ) => {
                // PAdES puts the time into the dictionary and forbids it in the attributes.
                let time = (!original.sub_filter.starts_with("ETSI.")).then_some(request.time);
                let style = style(*family, *algorithm, time);
                let data = PreparedSignedData::styled(original.digest, &style, certificate, chain)?;
                Ok(data.signed_bytes().to_vec())
            }
        }
    }

    /// The value of `/Contents`.
    pub(super) fn assemble(
        &self,
        signed: &[u8],
        certificate: &Certificate,
        value: &[u8],
        token: Option<&[u8]>,
    ) -> Result<Vec<u8>> {
        match self {
            Self::Seal(generation) => Ok(assemble_signature(*generation, signed, certificate.der(), value, token)),
            Self::SignedData {
                family,
                algorithm,
                chain,
            } => {
                let style = style(*family, *algorithm, None);
                let data = PreparedSignedData::from_attributes(signed.to_vec(), &style, certificate, chain)?;
                Ok(data.assemble_stamped(value, token))
            }
        }
    }

    /// The most bytes that [`Self::assemble`] gives for this signer.
    pub(super) fn capacity(&self, request: &SignRequest<'_>, sub_filter: &str) -> Result<usize> {
        let original = Original {
            digest: &vec![0; self.digest_algorithm()?.output_len()],
            range: [u64::MAX; 4],
            sub_filter,
        };
        let signed = self.to_be_signed(&original, request)?;
        let longest = vec![0; request.certificate.public_key().max_signature_len()];
        Ok(self.assemble(&signed, request.certificate, &longest, None)?.len())
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Seal(generation) => writer.integer(generation.version()),
            Self::SignedData {
                family,
                algorithm,
                chain,
            } => writer.sequence(|writer| {
                writer.boolean(*family == Family::Gm);
                algorithm.write(writer);
                writer.sequence(|writer| chain.iter().for_each(|one| writer.octets(one.der())));
            }),
        }
    }

    pub(super) fn read(form: &Tlv<'_>) -> Result<Self> {
        if form.tag() == Tag::INTEGER {
            let version = form.i64()?;
            let all = [Generation::V1, Generation::V4, Generation::V5];
            return all
                .into_iter()
                .find(|one| one.version() == version)
                .map(Self::Seal)
                .ok_or_else(|| form.error(text!("the session is damaged", "会话数据损坏")));
        }
        let mut members = form.expect(Tag::SEQUENCE)?.children()?;
        let family = match members.read(Tag::BOOLEAN)?.boolean()? {
            true => Family::Gm,
            false => Family::Pkcs7,
        };
        let algorithm = SignatureAlgorithm::from_identifier(&members.any()?, None)?;
        let mut chain = Vec::new();
        let mut items = members.read(Tag::SEQUENCE)?.children()?;
        while let Some(item) = items.next()? {
            chain.push(Certificate::from_der(&item.octets()?)?);
        }
        Ok(Self::SignedData {
            family,
            algorithm,
            chain,
        })
    }
}

fn style(family: Family, algorithm: SignatureAlgorithm, time: Option<Time>) -> SignedDataStyle {
    SignedDataStyle {
        family,
        algorithm,
        signing_time: time,
        signing_certificate: family == Family::Pkcs7,
    }
}

/// propertyInfo of a seal on PDF. The standards ask that it name what is protected, and fix no form for PDF: a PDF has no
/// path of a signed part as OFD has, and what the digest covers is the ByteRange. With it in the signed bytes, the range
/// cannot be written differently afterwards either.
fn property_info(range: [u64; 4]) -> String {
    let [zero, first, second, length] = range;
    format!("/ByteRange [{zero} {first} {second} {length}]")
}

/// A digest as seed values name it (ISO 32000-2, table 237): without a hyphen.
pub(super) fn seed_name(digest: DigestAlgorithm) -> &'static str {
    match digest {
        DigestAlgorithm::Sha1 => "SHA1",
        DigestAlgorithm::Sha256 => "SHA256",
        DigestAlgorithm::Sha384 => "SHA384",
        DigestAlgorithm::Sha512 => "SHA512",
        other => other.name(),
    }
}

/// The placeholder of `/Contents` with `value` in it, in hexadecimal and filled up with zeros.
pub(super) fn fill(tail: &mut [u8], gap: &Range<usize>, value: &[u8]) -> Result<()> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let placeholder = tail
        .get_mut(gap.start.saturating_add(1)..gap.end.saturating_sub(1))
        .unwrap_or_default();
    let (room, needed) = (placeholder.len() / 2, value.len());
    if needed > room {
        return Err(argument(text!(
            "the signature has {needed} bytes and {room} were reserved for it",
            "签名值为 {needed} 字节，仅预留了 {room} 字节"
        )));
    }
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble & 15)).copied().unwrap_or(b'0');
    let digits = value.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]);
    for (place, digit) in placeholder.iter_mut().zip(digits.chain(std::iter::repeat(b'0'))) {
        *place = digit;
    }
    Ok(())
}

fn argument(message: Text) -> Error {
    Error::new(ErrorKind::Argument, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        let mut tail = b"x<ffffff>y".to_vec();
        fill(&mut tail, &(1..9), &[0x0a, 0xb1]).unwrap();
        assert_eq!(tail, b"x<0ab100>y");
        assert_eq!(
            fill(&mut tail, &(1..9), &[1; 4]).unwrap_err().kind(),
            ErrorKind::Argument
        );
    }
}
