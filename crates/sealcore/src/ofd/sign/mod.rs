//! Signs OFD documents in two phases: `prepare` puts everything together but the signature value and gives the digest to be
//! signed; `complete` takes the value, from wherever it comes, and writes the document. The one-call form is built on both.

mod prepare;
mod record;
mod session;

use std::io::Write;

pub use prepare::{Protection, SignRequest, prepare};
pub use record::add_integrity_record;
pub use session::Session;

use super::package::Archive;
use crate::error::{Error, ErrorKind, Result};
use crate::key::{self, Signer};
use crate::limits::Limits;
use crate::monitor::Monitor;
use crate::text;

/// Signs a document in one call and writes it to `output`.
///
/// # Errors
/// [`ErrorKind::Argument`] when the request names another certificate than the signer's; else as [`prepare()`] and
/// [`Session::complete`], and what the signer reports.
pub fn sign<W: Write>(
    archive: &Archive<'_>,
    request: &SignRequest<'_>,
    signer: &dyn Signer,
    limits: &Limits,
    monitor: &dyn Monitor,
    output: W,
) -> Result<W> {
    if request.certificate != signer.certificate() {
        return Err(Error::new(
            ErrorKind::Argument,
            text!(
                "the request names another certificate than the signer's",
                "签名请求中的证书不是签名者的证书"
            ),
        ));
    }
    let session = prepare(archive, request, limits, monitor)?;
    let value = key::sign_message_sm2(signer, session.message())?;
    session.finish(archive, &value, output)
}
