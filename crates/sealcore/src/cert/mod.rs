//! Certificates, requests, revocation lists, and paths to trust anchors (RFC 5280 with SM2 keys).

mod certificate;
mod extension;
mod name;
pub(crate) mod pem;

pub use certificate::Certificate;
pub use extension::{BasicConstraints, KeyUsage};
pub use name::Name;

use crate::error::{Error, ErrorKind};
use crate::lang::Lang;
use crate::text;

/// Says what could not be read, and keeps the reason and its place. Limits stay what they are.
fn unreadable(en: &str, zh: &str, error: Error) -> Error {
    if error.kind() == ErrorKind::Limit {
        return error;
    }
    let (reason_en, reason_zh) = (error.message(Lang::En), error.message(Lang::Zh));
    let whole = Error::new(ErrorKind::Certificate, text!("{en}: {reason_en}", "{zh}：{reason_zh}"));
    match error.position() {
        Some(position) => whole.at(position),
        None => whole,
    }
}
