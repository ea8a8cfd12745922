//! A time-stamp token: SignedData around TSTInfo.

use super::TstInfo;
use crate::cert::Certificate;
use crate::cms::SignedData;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// TimeStampToken, RFC 3161, 2.4.2, in the identifiers of PKCS#7 or of GB/T 35275. Read, not verified.
#[derive(Clone, Debug)]
pub struct TimeStampToken {
    der: Vec<u8>,
    data: SignedData,
    info: TstInfo,
}

impl TimeStampToken {
    /// Reads a token, BER included.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when it cannot be read, [`ErrorKind::Unsupported`] for SignedData over something else than
    /// TSTInfo.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::read(bytes).map_err(|error| error.in_part("TimeStampToken"))
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        let data = SignedData::from_bytes(bytes)?;
        let info = info_of(&data)?;
        Ok(Self {
            der: bytes.to_vec(),
            data,
            info,
        })
    }

    /// The token as it was read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What the token says.
    #[must_use]
    pub fn info(&self) -> &TstInfo {
        &self.info
    }

    /// The structure around it.
    #[must_use]
    pub fn signed_data(&self) -> &SignedData {
        &self.data
    }

    /// The authority's certificate, where the token has it inside.
    #[must_use]
    pub fn certificate(&self) -> Option<Certificate> {
        let signer = self.data.signers.first()?;
        let mut inside = self
            .data
            .certificates
            .iter()
            .filter_map(|der| Certificate::from_der(der).ok());
        inside.find(|one| signer.id.names(one))
    }
}

/// TSTInfo inside SignedData.
pub(crate) fn info_of(data: &SignedData) -> Result<TstInfo> {
    let content_type = data.content_type;
    if content_type != oids::TST_INFO {
        return Err(Error::new(
            ErrorKind::Unsupported,
            text!(
                "the content type {content_type} is not that of a time stamp",
                "内容类型 {content_type} 不是时间戳"
            ),
        ));
    }
    let content = data
        .content
        .as_deref()
        .ok_or_else(|| Error::new(ErrorKind::Asn1, text!("there is no TSTInfo", "缺少 TSTInfo")))?;
    TstInfo::from_der(content)
}
