//! What failed, in which part of the input, at which byte.

use std::fmt;

use serde_json::{Value, json};

use crate::lang::{Lang, Text};

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the caller or the input gave nothing to work with.
///
/// A document whose signature does not hold is *not* an error: it is a [`Report`](crate::report::Report).
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Text,
    part: Option<String>,
    position: Option<u64>,
    vendor_code: Option<u64>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The class of a failure; names and numbers are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument that contradicts itself or the document.
    Argument,
    /// The operating system refused to read or write.
    Io,
    /// Neither OFD nor a seal, by content.
    Format,
    /// PDF syntax or structure that cannot be read, or only by repairing it.
    Pdf,
    /// The ZIP container is broken.
    Container,
    /// XML that is not well-formed, or lacks what the format requires.
    Xml,
    /// DER or BER that cannot be read.
    Asn1,
    /// A seal or seal signature whose structure is none of the three generations.
    Seal,
    /// A private key or key file that cannot be read.
    Key,
    /// The password does not open the key file.
    Password,
    /// A certificate, request or revocation list that cannot be read or made.
    Certificate,
    /// A cryptographic operation failed.
    Crypto,
    /// A device, module or service that holds a key reports a failure, or there is none.
    Device,
    /// What is asked for is known and not supported.
    Unsupported,
    /// The input costs more than [`Limits`](crate::limits::Limits) allow.
    Limit,
    /// A rule forbids it: an existing signature, the seal, or a certificate.
    Refused,
    /// The caller cancelled.
    Cancelled,
}

impl ErrorKind {
    /// The stable name, as it stands in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Argument => "argument",
            Self::Io => "io",
            Self::Format => "format",
            Self::Pdf => "pdf",
            Self::Container => "container",
            Self::Xml => "xml",
            Self::Asn1 => "asn1",
            Self::Seal => "seal",
            Self::Key => "key",
            Self::Password => "password",
            Self::Certificate => "certificate",
            Self::Crypto => "crypto",
            Self::Device => "device",
            Self::Unsupported => "unsupported",
            Self::Limit => "limit",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Error {
    /// An error of this kind with its message.
    #[must_use]
    pub fn new(kind: ErrorKind, message: Text) -> Self {
        Self(Box::new(Inner {
            kind,
            message,
            part: None,
            position: None,
            vendor_code: None,
            source: None,
        }))
    }

    /// Names the part of the input: a package path, a field of a structure. An inner name that is already there is kept
    /// and the outer one put before it.
    #[must_use]
    pub fn in_part(mut self, part: impl Into<String>) -> Self {
        let outer = part.into();
        self.0.part = Some(match self.0.part.take() {
            Some(inner) => format!("{outer} > {inner}"),
            None => outer,
        });
        self
    }

    /// The byte offset inside the part.
    #[must_use]
    pub fn at(mut self, position: u64) -> Self {
        self.0.position = Some(position);
        self
    }

    /// The code that a device or vendor's library gave, as it gave it.
    #[must_use]
    pub fn with_vendor_code(mut self, code: u64) -> Self {
        self.0.vendor_code = Some(code);
        self
    }

    /// The error that caused this one.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The class of the failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message, without part and position.
    #[must_use]
    pub fn message(&self, lang: Lang) -> &str {
        self.0.message.get(lang)
    }

    /// The message in both languages.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.0.message
    }

    /// The part of the input that failed, outermost first.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        self.0.part.as_deref()
    }

    /// The byte offset inside the part.
    #[must_use]
    pub fn position(&self) -> Option<u64> {
        self.0.position
    }

    /// The code of the device or vendor's library, where one failed: CK_RV of PKCS#11, SAR_* of SKF, SDR_* of SDF.
    #[must_use]
    pub fn vendor_code(&self) -> Option<u64> {
        self.0.vendor_code
    }

    /// One line for a person: message, part and position.
    #[must_use]
    pub fn describe(&self, lang: Lang) -> String {
        let mut line = self.message(lang).to_owned();
        if let Some(part) = self.part() {
            line.push_str(&match lang {
                Lang::En => format!(", in {part}"),
                Lang::Zh => format!("，位于 {part}"),
            });
        }
        if let Some(position) = self.position() {
            line.push_str(&match lang {
                Lang::En => format!(", at byte {position}"),
                Lang::Zh => format!("，字节 {position}"),
            });
        }
        line
    }
}

impl Error {
    /// `{ kind, message, part, position }`, and `vendor_code` where a device gave one.
    #[must_use]
    pub fn to_json(&self, lang: Lang) -> Value {
        let mut value = json!({
            "kind": self.kind().name(),
            "message": self.message(lang),
            "part": self.part(),
            "position": self.position(),
        });
        if let (Some(code), Some(members)) = (self.vendor_code(), value.as_object_mut()) {
            members.insert("vendor_code".to_owned(), code.into());
        }
        value
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.kind())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Lang::En))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(
            ErrorKind::Io,
            crate::text!("cannot read or write: {error}", "读写失败：{error}"),
        )
        .caused_by(error)
    }
}

impl From<sealcore_gm::Error> for Error {
    fn from(error: sealcore_gm::Error) -> Self {
        Self::new(ErrorKind::Crypto, crate::text!("{error}", "SM2 运算失败：{error}")).caused_by(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_place() {
        let error = Error::new(ErrorKind::Asn1, crate::text!("truncated", "数据被截断"))
            .at(7)
            .in_part("signedValue")
            .in_part("Seal.esl");
        assert_eq!(error.to_string(), "truncated, in Seal.esl > signedValue, at byte 7");
        assert_eq!(
            error.describe(Lang::Zh),
            "数据被截断，位于 Seal.esl > signedValue，字节 7"
        );
    }
}
