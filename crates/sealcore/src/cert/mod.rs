//! Certificates, requests, revocation lists, and paths to trust anchors (RFC 5280).

mod builder;
mod certificate;
mod crl;
mod crl_builder;
mod crl_scope;
mod extension;
mod json;
mod name;
mod path;
pub(crate) mod pem;
mod request;
mod revocation;
mod signed;
mod trust;

pub use builder::{CertificateTemplate, Profile};
pub use certificate::Certificate;
pub use crl::{Revocation, RevocationList, RevocationReason};
pub use crl_builder::{RevocationListTemplate, serial_from_hex};
pub use extension::{BasicConstraints, KeyUsage};
pub use name::Name;
pub use path::{PathJudgement, PathQuestion, Purpose};
pub use request::Request;
pub use trust::{CertificateBag, TrustStore};

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
