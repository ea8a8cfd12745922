//! A status that an error carries through the library, where its class cannot tell: a callback failed, not the system.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::status::sealcore_status;

/// Put below an error as its cause.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marked(pub(crate) sealcore_status);

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a callback of the caller")
    }
}

impl StdError for Marked {}

/// The mark below `error`, however deep.
pub(crate) fn below(error: &(dyn StdError + 'static)) -> Option<sealcore_status> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(Marked(status)) = cause.downcast_ref() {
            return Some(*status);
        }
        // An I/O error hides what it was made of behind a door of its own.
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(Marked(status)) = inner.and_then(|inner| inner.downcast_ref()) {
            return Some(*status);
        }
        next = cause.source();
    }
    None
}
