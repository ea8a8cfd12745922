//! A PDF that is to be judged, whatever state it is in.

use std::sync::Arc;

use super::crypt::Unlock;
use super::file::Pdf;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Lang;
use crate::limits::{Budget, Limits};
use crate::source::Source;
use crate::text;

/// Ends of revisions that are tried, from the last one back, when a file does not open as it stands.
const TRIES: usize = 64;
/// What is read at once while the file is searched.
const WINDOW: u64 = 1 << 20;

/// A file, and what is wrong with it. It is never repaired: where readers that repair would show something, the report says
/// what was done to the file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Opened<'a> {
    /// It is well-formed as it stands.
    Sound(Pdf<'a>),
    /// An older revision is well-formed, what follows it is not.
    Cut {
        /// The newest revision that opens.
        pdf: Pdf<'a>,
        /// What is wrong with the whole.
        fault: Error,
    },
    /// Something in it was signed, and no revision opens.
    Wreck {
        /// What is wrong.
        fault: Error,
    },
}

impl<'a> Opened<'a> {
    /// Opens a file to be judged.
    ///
    /// # Errors
    /// [`ErrorKind::Pdf`] when there is nothing to judge: the file is truncated, or not readable and not signed;
    /// [`ErrorKind::Password`] when `unlock` does not open it; [`ErrorKind::Limit`], [`ErrorKind::Io`].
    pub fn open(source: impl Into<Source<'a>>, limits: &Limits, unlock: &Unlock<'_>) -> Result<Self> {
        let source = source.into();
        let length = source.len();
        // One for all that is tried.
        let budget = Arc::new(Budget::new(limits));
        let (fault, source) = match Pdf::open_prefix(source, length, limits, unlock, &budget) {
            Ok(pdf) => return Ok(Self::Sound(pdf)),
            Err((fault, _)) if fault.kind() != ErrorKind::Pdf => return Err(fault),
            Err(broken) => broken,
        };
        let marks = search(&source, length, limits)?;
        if !marks.signed {
            return Err(fault);
        }
        let mut source = source;
        for end in marks.ends {
            source = match Pdf::open_prefix(source, end, limits, unlock, &budget) {
                Ok(pdf) => return Ok(Self::Cut { pdf, fault }),
                Err((spent, _)) if spent.kind() == ErrorKind::Limit => return Err(spent),
                Err((_, source)) => source,
            };
        }
        // Without its end it may be a download that broke off; with its end, somebody made it so.
        if marks.ended {
            Ok(Self::Wreck { fault })
        } else {
            Err(fault)
        }
    }

    /// The file, as far as it opens.
    #[must_use]
    pub fn pdf(&self) -> Option<&Pdf<'a>> {
        match self {
            Self::Sound(pdf) | Self::Cut { pdf, .. } => Some(pdf),
            Self::Wreck { .. } => None,
        }
    }

    /// The file, for signing: one that others could only open by repairing it is not signed.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] with the fault.
    pub fn sound(&self) -> Result<&Pdf<'a>> {
        let fault = match self {
            Self::Sound(pdf) => return Ok(pdf),
            Self::Cut { fault, .. } | Self::Wreck { fault } => fault,
        };
        let (en, zh) = (fault.describe(Lang::En), fault.describe(Lang::Zh));
        Err(Error::new(
            ErrorKind::Refused,
            text!("the file is not fit to be signed: {en}", "该文件不宜签名：{zh}"),
        ))
    }

    /// What is wrong with the whole.
    #[must_use]
    pub fn fault(&self) -> Option<&Error> {
        match self {
            Self::Sound(_) => None,
            Self::Cut { fault, .. } | Self::Wreck { fault } => Some(fault),
        }
    }
}

struct Marks {
    /// Behind each `%%EOF` and its line end, the last first.
    ends: Vec<u64>,
    /// Whether a ByteRange stands anywhere.
    signed: bool,
    /// Whether the last `%%EOF` ends the file.
    ended: bool,
}

fn search(source: &Source<'_>, length: u64, limits: &Limits) -> Result<Marks> {
    const OVERLAP: u64 = 16;
    let mut marks = Marks {
        ends: Vec::new(),
        signed: false,
        ended: false,
    };
    if length > limits.inflated_bytes {
        return Err(Limits::exceeded("bytes", "字节数", limits.inflated_bytes));
    }
    let mut end = length;
    while end > 0 {
        let start = end.saturating_sub(WINDOW);
        let bytes = source.read_up_to(start, usize::try_from(end - start + OVERLAP).unwrap_or(usize::MAX))?;
        let own = usize::try_from(end - start).unwrap_or(usize::MAX);
        marks.signed |= memchr::memmem::find(&bytes, b"/ByteRange").is_some();
        for at in memchr::memmem::rfind_iter(&bytes, b"%%EOF").filter(|at| *at < own) {
            if marks.ends.len() >= TRIES {
                break;
            }
            let line_end = match bytes.get(at + 5..).unwrap_or_default() {
                [b'\r', b'\n', ..] => 2,
                [b'\r' | b'\n', ..] => 1,
                _ => 0,
            };
            let behind = start + (at + 5 + line_end) as u64;
            marks.ended |= marks.ends.is_empty() && length - behind.min(length) < 1024;
            if behind < length {
                marks.ends.push(behind);
            }
        }
        end = start;
    }
    Ok(marks)
}
