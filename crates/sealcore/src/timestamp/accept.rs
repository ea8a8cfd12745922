//! Takes what an authority answered, before it goes into a document.

use super::{Expected, TimeStampRequest, TimeStampResponse, TimeStampToken, verify};
use crate::error::{Error, ErrorKind, Result};
use crate::report::{Integrity, Verdict};
use crate::text;
use crate::verify::VerifyOptions;

impl TimeStampRequest {
    /// The token of a reply, after it was checked: it answers this request with imprint, nonce and policy, and
    /// [`TimeStampToken::check`] finds nothing. Whether its authority is trusted is for those who verify the document.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] with the authority's reason where it refused, and for a token that is not a sound answer;
    /// [`ErrorKind::Asn1`] for bytes that are no reply.
    pub fn accept(&self, reply: &[u8], options: &VerifyOptions<'_>) -> Result<TimeStampToken> {
        let token = TimeStampResponse::from_der(reply)?.into_token()?;
        let info = token.info();
        let answers = info.imprint.digest == self.imprint.digest
            && info.nonce == self.nonce
            && self.policy.is_none_or(|policy| policy == info.policy);
        if !answers {
            return Err(unsound());
        }
        token.check(&Expected::request(self), options)?;
        Ok(token)
    }
}

impl TimeStampToken {
    /// Refuses a token that would be refused from a trusted authority too: its signature does not hold, it is of something
    /// else, or its certificate is not one for time stamps. Trust is for
    /// those who verify the document: give options without anchors.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`]; else as [`verify()`].
    pub fn check(&self, expected: &Expected<'_>, options: &VerifyOptions<'_>) -> Result<()> {
        let report = verify(self.der(), expected, options)?;
        if report.integrity != Integrity::Intact || report.verdict == Verdict::Invalid {
            return Err(unsound());
        }
        Ok(())
    }
}

fn unsound() -> Error {
    Error::new(
        ErrorKind::Refused,
        text!(
            "what the time-stamp authority gave is no sound time stamp of this signature",
            "时间戳机构返回的不是针对此签名的有效时间戳"
        ),
    )
}
