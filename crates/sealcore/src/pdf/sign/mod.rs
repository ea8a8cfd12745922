//! Signs PDF documents by appending one increment, in two phases: `prepare` puts everything together but the signature value
//! and gives the digest to be signed; `complete` takes the value, from wherever it comes. The one-call forms are built on
//! both.

mod base;
mod change;
mod contents;
mod dictionary;
mod marks;
mod place;
mod prepare;
mod request;
mod rules;
mod seed;
mod session;
mod target;

use std::io::Write;
use std::path::Path;

pub use prepare::prepare;
pub use request::{Contents, FieldLock, Permission, STAMP_RESERVE, SignRequest};
pub use session::Session;

use super::Pdf;
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
    pdf: &Pdf<'_>,
    request: &SignRequest<'_>,
    signer: &dyn Signer,
    limits: &Limits,
    monitor: &dyn Monitor,
    output: W,
) -> Result<W> {
    let (session, value) = signed(pdf, request, signer, limits, monitor)?;
    session.finish(pdf, &value, output)
}

/// Signs a document in one call by appending to the file at `path`, which is the one that `pdf` reads. Nothing but the new
/// end is written; after an error the file has its old length.
///
/// # Errors
/// As [`sign()`].
pub fn sign_in_place(
    pdf: &Pdf<'_>,
    path: &Path,
    request: &SignRequest<'_>,
    signer: &dyn Signer,
    limits: &Limits,
    monitor: &dyn Monitor,
) -> Result<()> {
    let (session, value) = signed(pdf, request, signer, limits, monitor)?;
    session.append_tail(path, &session.filled(&value)?)
}

fn signed(
    pdf: &Pdf<'_>,
    request: &SignRequest<'_>,
    signer: &dyn Signer,
    limits: &Limits,
    monitor: &dyn Monitor,
) -> Result<(Session, Vec<u8>)> {
    if request.certificate != signer.certificate() {
        return Err(Error::new(
            ErrorKind::Argument,
            text!(
                "the request names another certificate than the signer's",
                "签名请求中的证书不是签名者的证书"
            ),
        ));
    }
    let mut request = request.clone();
    let algorithm = *request.algorithm.get_or_insert(signer.algorithm());
    if algorithm != signer.algorithm() {
        let (asked, own) = (algorithm, signer.algorithm());
        return Err(Error::new(
            ErrorKind::Argument,
            text!(
                "the request asks for {asked} and the signer forms {own}",
                "签名请求要求 {asked}，而签名者使用 {own}"
            ),
        ));
    }
    let session = prepare(pdf, &request, limits, monitor)?;
    let value = key::sign_message(signer, session.message())?;
    Ok((session, value))
}
