//! Replies of a time-stamp authority, RFC 3161, 2.4.2: status, reasons of a refusal, token.

use std::fmt;

use super::TimeStampToken;
use crate::asn1::{Tag, Tlv, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// Strings of one PKIFreeText that are read.
const MAX_STRINGS: usize = 64;

/// PKIStatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PkiStatus {
    /// There is a token, as it was asked for.
    Granted,
    /// There is a token, with modifications.
    GrantedWithMods,
    /// There is no token; the failure information says why.
    Rejection,
    /// There is no token yet.
    Waiting,
    /// There is no token; a revocation is imminent.
    RevocationWarning,
    /// There is no token; a revocation has occurred.
    RevocationNotification,
}

impl PkiStatus {
    /// All of them, by number.
    pub const ALL: [Self; 6] = [
        Self::Granted,
        Self::GrantedWithMods,
        Self::Rejection,
        Self::Waiting,
        Self::RevocationWarning,
        Self::RevocationNotification,
    ];

    /// The number in the structure.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The status with this number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// The name in the RFC.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::GrantedWithMods => "grantedWithMods",
            Self::Rejection => "rejection",
            Self::Waiting => "waiting",
            Self::RevocationWarning => "revocationWarning",
            Self::RevocationNotification => "revocationNotification",
        }
    }

    /// Whether a token must come with it.
    #[must_use]
    pub fn has_token(self) -> bool {
        matches!(self, Self::Granted | Self::GrantedWithMods)
    }
}

impl fmt::Display for PkiStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! failures {
    ($($variant:ident $name:literal $bit:literal $meaning:literal;)*) => {
        /// A reason of PKIFailureInfo, RFC 4210. Time-stamp authorities use those that RFC 3161, 2.4.2, lists.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum PkiFailure {
            $(#[doc = $meaning] $variant,)*
        }

        impl PkiFailure {
            /// All of them, by bit.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The bit in PKIFailureInfo.
            #[must_use]
            pub fn bit(self) -> u8 {
                match self { $(Self::$variant => $bit,)* }
            }

            /// The name in the RFC.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

failures! {
    BadAlg "badAlg" 0 "An algorithm that is not known or not supported.";
    BadMessageCheck "badMessageCheck" 1 "An integrity check failed.";
    BadRequest "badRequest" 2 "The transaction is not permitted or supported.";
    BadTime "badTime" 3 "The time of the message is too far from the system's.";
    BadCertId "badCertId" 4 "No certificate matches.";
    BadDataFormat "badDataFormat" 5 "The data have the wrong format.";
    WrongAuthority "wrongAuthority" 6 "The authority is not the one that is named.";
    IncorrectData "incorrectData" 7 "The data of the requester are incorrect.";
    MissingTimeStamp "missingTimeStamp" 8 "The time stamp is missing and policy requires one.";
    BadPop "badPOP" 9 "The proof of possession failed.";
    CertRevoked "certRevoked" 10 "The certificate was revoked before.";
    CertConfirmed "certConfirmed" 11 "The certificate was confirmed before.";
    WrongIntegrity "wrongIntegrity" 12 "The kind of integrity protection is wrong.";
    BadRecipientNonce "badRecipientNonce" 13 "The recipient's nonce is missing or wrong.";
    TimeNotAvailable "timeNotAvailable" 14 "The source of time is not available.";
    UnacceptedPolicy "unacceptedPolicy" 15 "The policy is not one of the authority.";
    UnacceptedExtension "unacceptedExtension" 16 "An extension is not supported by the authority.";
    AddInfoNotAvailable "addInfoNotAvailable" 17 "Additional information is not understood or not available.";
    BadSenderNonce "badSenderNonce" 18 "The sender's nonce is missing or of the wrong size.";
    BadCertTemplate "badCertTemplate" 19 "The certificate template is invalid or incomplete.";
    SignerNotTrusted "signerNotTrusted" 20 "The signer is unknown or not trusted.";
    TransactionIdInUse "transactionIdInUse" 21 "The transaction identifier is in use.";
    UnsupportedVersion "unsupportedVersion" 22 "The version is not supported.";
    NotAuthorized "notAuthorized" 23 "The sender is not authorised.";
    SystemUnavail "systemUnavail" 24 "The system is unavailable for a while.";
    SystemFailure "systemFailure" 25 "The system failed.";
    DuplicateCertReq "duplicateCertReq" 26 "The certificate exists already.";
}

impl fmt::Display for PkiFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// PKIFailureInfo: any number of reasons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PkiFailureInfo(u32);

impl PkiFailureInfo {
    /// Whether `failure` is among the reasons.
    #[must_use]
    pub fn contains(self, failure: PkiFailure) -> bool {
        self.0 & 1 << failure.bit() != 0
    }

    /// Whether there is no reason that is known.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The reasons.
    pub fn iter(self) -> impl Iterator<Item = PkiFailure> {
        PkiFailure::ALL
            .iter()
            .copied()
            .filter(move |failure| self.contains(*failure))
    }

    /// With this reason too.
    #[must_use]
    pub fn with(self, failure: PkiFailure) -> Self {
        Self(self.0 | 1 << failure.bit())
    }

    fn read(tlv: &Tlv<'_>) -> Result<Self> {
        let named = tlv.bit_string()?;
        let known = PkiFailure::ALL
            .iter()
            .filter(|failure| named.bit(usize::from(failure.bit())));
        Ok(known.fold(Self::default(), |info, failure| info.with(*failure)))
    }

    /// A BIT STRING of named bits: trailing zeros are cut (X.690, 11.2.2).
    fn write(self, writer: &mut Writer) {
        let octets = self.0.reverse_bits().to_be_bytes();
        let length = octets.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1);
        let used = octets.get(..length).unwrap_or_default();
        let unused = used.last().map_or(0, |last| last.trailing_zeros().to_le_bytes()[0]);
        writer.value(Tag::BIT_STRING, &[&[unused], used].concat());
    }
}

impl From<PkiFailure> for PkiFailureInfo {
    fn from(failure: PkiFailure) -> Self {
        Self::default().with(failure)
    }
}

/// TimeStampResp.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TimeStampResponse {
    /// The status.
    pub status: PkiStatus,
    /// What the authority says about it, in its own words.
    pub status_strings: Vec<String>,
    /// Why there is no token.
    pub failure: PkiFailureInfo,
    /// The token.
    pub token: Option<TimeStampToken>,
}

impl TimeStampResponse {
    /// A reply with a token.
    #[must_use]
    pub fn granted(token: TimeStampToken) -> Self {
        Self {
            status: PkiStatus::Granted,
            status_strings: Vec::new(),
            failure: PkiFailureInfo::default(),
            token: Some(token),
        }
    }

    /// A refusal with its reason.
    #[must_use]
    pub fn rejection(failure: PkiFailure, reason: impl Into<String>) -> Self {
        Self {
            status: PkiStatus::Rejection,
            status_strings: vec![reason.into()],
            failure: failure.into(),
            token: None,
        }
    }

    /// Reads a reply, BER included.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when it is none, [`ErrorKind::Unsupported`] for a status that is not known; of reading the token.
    pub fn from_der(bytes: &[u8]) -> Result<Self> {
        Self::read(bytes).map_err(|error| error.in_part("TimeStampResp"))
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        let mut members = Tlv::parse(bytes)?.expect(Tag::SEQUENCE)?.children()?;
        let mut info = members.read(Tag::SEQUENCE)?.children()?;
        let number = info.read(Tag::INTEGER)?.i64()?;
        let status = PkiStatus::from_number(number).ok_or_else(|| {
            Error::new(
                ErrorKind::Unsupported,
                text!("PKIStatus {number} is not known", "未知的 PKIStatus {number}"),
            )
        })?;
        let mut status_strings = Vec::new();
        if let Some(list) = info.optional(Tag::SEQUENCE)? {
            let mut strings = list.children()?;
            while let Some(string) = strings.next()? {
                if status_strings.len() == MAX_STRINGS {
                    return Err(string.error(text!("too many status strings", "状态文本过多")));
                }
                status_strings.push(string.text());
            }
        }
        let failure = info
            .optional(Tag::BIT_STRING)?
            .map(|bits| PkiFailureInfo::read(&bits))
            .transpose()?
            .unwrap_or_default();
        info.finish()?;
        let token = members
            .next()?
            .map(|token| TimeStampToken::from_bytes(token.raw()))
            .transpose()?;
        members.finish()?;
        Ok(Self {
            status,
            status_strings,
            failure,
            token,
        })
    }

    /// The reply in DER, around the token as it stands.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.integer(i64::from(self.status.number()));
                if !self.status_strings.is_empty() {
                    writer.sequence(|writer| {
                        for string in &self.status_strings {
                            writer.string(Tag::UTF8_STRING, string);
                        }
                    });
                }
                if !self.failure.is_empty() {
                    self.failure.write(writer);
                }
            });
            if let Some(token) = &self.token {
                writer.raw(token.der());
            }
        });
        writer.finish()
    }

    /// The token of a reply that granted one.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] with what the authority said, where there is none.
    pub fn into_token(self) -> Result<TimeStampToken> {
        let status = self.status;
        match self.token {
            Some(token) if status.has_token() => Ok(token),
            _ => {
                let reasons: Vec<_> = self.failure.iter().map(PkiFailure::name).collect();
                let reasons = reasons.join(", ");
                let words = self.status_strings.join("; ");
                Err(Error::new(
                    ErrorKind::Refused,
                    text!(
                        "the authority gave no time stamp: {status} ({reasons}) {words}",
                        "时间戳机构未签发时间戳：{status}（{reasons}）{words}"
                    ),
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_and_failures_have_their_numbers() {
        for (number, status) in PkiStatus::ALL.iter().enumerate() {
            assert_eq!(usize::from(status.number()), number);
            assert_eq!(PkiStatus::from_number(i64::try_from(number).unwrap()), Some(*status));
        }
        assert_eq!(PkiStatus::from_number(6), None);
        assert_eq!(PkiStatus::from_number(-1), None);
        for (bit, failure) in PkiFailure::ALL.iter().enumerate() {
            assert_eq!(usize::from(failure.bit()), bit, "{failure}");
        }
    }

    #[test]
    fn refusals_are_read_as_written() {
        for failure in PkiFailure::ALL {
            let der = TimeStampResponse::rejection(*failure, "拒绝").to_der();
            let read = TimeStampResponse::from_der(&der).unwrap();
            assert_eq!(read.status, PkiStatus::Rejection);
            assert_eq!(read.failure.iter().collect::<Vec<_>>(), [*failure]);
            assert_eq!(read.status_strings, ["拒绝"]);
            assert_eq!(read.to_der(), der);
            let error = read.into_token().unwrap_err();
            assert!(error.to_string().contains(failure.name()), "{error}");
        }
        let both = PkiFailureInfo::from(PkiFailure::BadAlg).with(PkiFailure::SystemFailure);
        let mut writer = Writer::new();
        both.write(&mut writer);
        assert_eq!(writer.finish(), [3, 5, 6, 0x80, 0, 0, 0x40]);
    }

    #[test]
    fn what_is_no_reply() {
        for bad in [
            &[][..],
            &[0x30, 0],
            &[0x30, 2, 0x30, 0],
            &[0x30, 5, 0x30, 3, 2, 1, 9],
            &[0x30, 7, 0x30, 3, 2, 1, 0, 5, 0],
            &[0x30, 5, 0x30, 3, 2, 1, 2, 0],
        ] {
            assert!(TimeStampResponse::from_der(bad).is_err(), "{bad:02x?}");
        }
    }
}
