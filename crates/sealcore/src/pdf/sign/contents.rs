//! What `/Contents` holds: SES_Signature or CMS, its names, its size.

use std::ops::Range;

use super::request::{Contents, SignRequest};
use crate::algorithm::SM2_VALUE_MAX;
use crate::asn1::{Tag, Time, Tlv, Writer};
use crate::cert::Certificate;
use crate::cms::PreparedSignedData;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::seal::{Generation, Seal, TbsSign, assemble_signature};
use crate::text;

/// How the signature value is wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// SES_Signature of this generation.
    Seal(Generation),
    /// SignedData with these certificates besides the signer's.
    SignedData(Vec<Certificate>),
}

impl Form {
    /// What the request asks for, as far as key and seal allow it.
    pub(super) fn of(request: &SignRequest<'_>) -> Result<Self> {
        match (request.contents, request.seal) {
            (Contents::Auto | Contents::Seal, Some(seal)) => {
                request.certificate.public_key().sm2()?;
                Ok(Self::Seal(seal.generation))
            }
            (Contents::Seal, None) => Err(argument(text!(
                "a seal signature needs a seal",
                "电子签章需要印章"
            ))),
            (Contents::Cms | Contents::GmCms, Some(_)) => Err(argument(text!(
                "a seal is put on as SES_Signature; CMS would lose it",
                "印章须以 SES_Signature 加盖；CMS 不包含印章"
            ))),
            (Contents::Auto | Contents::Cms | Contents::GmCms, None) => {
                request.certificate.public_key().sm2()?;
                Ok(Self::SignedData(request.chain.to_vec()))
            }
        }
    }

    /// `/Filter` and `/SubFilter` where the request names none: what the readers of each form expect.
    pub(super) fn names(&self) -> (&'static str, &'static str) {
        match self {
            Self::Seal(_) => ("Gomain.GMPkiLite", "GM.sm2seal"),
            Self::SignedData(_) => ("DJ.GMPkiLite", "GM.sm2cms.detached"),
        }
    }

    /// The digest of the bytes that the signature covers.
    pub(super) fn digest_algorithm(&self) -> DigestAlgorithm {
        DigestAlgorithm::Sm3
    }

    /// The bytes that are signed, for a document whose covered bytes have this digest.
    pub(super) fn to_be_signed(
        &self,
        digest: &[u8],
        range: &[u64; 4],
        certificate: &Certificate,
        seal: Option<&Seal>,
        time: Time,
    ) -> Result<Vec<u8>> {
        match (self, seal) {
            (Self::Seal(_), Some(seal)) => {
                let signer = certificate.der().to_vec();
                TbsSign::new(seal, time, digest.to_vec(), property_info(range), signer).to_der()
            }
            (Self::Seal(_), None) => Err(argument(text!("a seal signature needs a seal", "电子签章需要印章"))),
            (Self::SignedData(chain), _) => {
                let data = PreparedSignedData::new(digest, time, certificate, chain);
                Ok(data.signed_bytes().to_vec())
            }
        }
    }

    /// The value of `/Contents`.
    pub(super) fn assemble(&self, signed: &[u8], certificate: &Certificate, value: &[u8]) -> Vec<u8> {
        match self {
            Self::Seal(generation) => assemble_signature(*generation, signed, certificate.der(), value),
            Self::SignedData(chain) => {
                PreparedSignedData::from_parts(signed.to_vec(), certificate, chain).assemble(value)
            }
        }
    }

    /// The most bytes that [`Self::assemble`] gives for this signer.
    pub(super) fn capacity(&self, request: &SignRequest<'_>) -> Result<usize> {
        let digest = vec![0; 64];
        let digest = digest.get(..32).unwrap_or_default();
        let longest = [0, u64::MAX, u64::MAX, u64::MAX];
        let signed = self.to_be_signed(digest, &longest, request.certificate, request.seal, request.time)?;
        Ok(self
            .assemble(&signed, request.certificate, &vec![0; SM2_VALUE_MAX])
            .len())
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Seal(generation) => writer.integer(generation.version()),
            Self::SignedData(chain) => {
                writer.sequence(|writer| chain.iter().for_each(|one| writer.octets(one.der())));
            }
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
        let mut chain = Vec::new();
        let mut items = form.clone().expect(Tag::SEQUENCE)?.children()?;
        while let Some(item) = items.next()? {
            chain.push(Certificate::from_der(&item.octets()?)?);
        }
        Ok(Self::SignedData(chain))
    }
}

/// propertyInfo of a seal on PDF. The standards ask that it name what is protected, and fix no form for PDF: a PDF has no
/// path of a signed part as OFD has, and what the digest covers is the ByteRange. With it in the signed bytes, the range
/// cannot be written differently afterwards either.
fn property_info(range: &[u64; 4]) -> String {
    let [zero, first, second, length] = range;
    format!("/ByteRange [{zero} {first} {second} {length}]")
}

/// A digest as seed values name it (ISO 32000-2, table 237): without a hyphen.
pub(super) fn seed_name(digest: DigestAlgorithm) -> &'static str {
    match digest {
        DigestAlgorithm::Sha1 => "SHA1",
        DigestAlgorithm::Sha256 => "SHA256",
        _ => "SM3",
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
